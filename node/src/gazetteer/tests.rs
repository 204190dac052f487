#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const SMALL: &str = "\
London\tGB\tEngland\t515085000\t-1257000\t8961989\tEurope/London\tLondres|Llundain
Lyon\tFR\tAuvergne-Rhône-Alpes\t457485000\t48467000\t522228\tEurope/Paris\tLyons
London\tCA\tOntario\t429834000\t-812329000\t422324\tAmerica/Toronto\t
Saint-Étienne\tFR\tAuvergne-Rhône-Alpes\t454340000\t43903000\t173089\tEurope/Paris\tSt. Etienne
a broken line
Le Havre\tFR\tNormandie\t494938000\t1077000\t170147\tEurope/Paris\t
Eugene\tUS\tOregon\t440521000\t-1230868000\t163460\tAmerica/Los_Angeles\t
Lyonnais\tXX\tNowhere\t999999999\t0\t10\tEurope/Paris\t
Suva\tFJ\tCentral\t-181416000\t1784419000\t77366\tPacific/Fiji\t
Eu\tFR\tNormandie\t500488000\t14199000\t6600\tEurope/Paris\t
Lyon Mountain\tUS\tNew York\t447248000\t-739124000\t600\tAmerica/New_York\t
";

fn small() -> Gazetteer {
    Gazetteer::new(SMALL.to_owned())
}

fn names(places: &[Place]) -> Vec<String> {
    places.iter().map(|place| format!("{} {}", place.name, place.country)).collect()
}

#[test]
fn by_the_beginning_of_a_name() {
    let held = small();
    assert_eq!(held.len(), 9, "the broken line and the place that is not on Earth are left out");
    assert_eq!(names(&held.places("lyon", 10)), ["Lyon FR", "Lyon Mountain US"]);
    assert_eq!(names(&held.places("LYÓN, us", 10)), ["Lyon Mountain US"]);
    assert_eq!(names(&held.places("lond", 1)), ["London GB"]);
    assert_eq!(names(&held.places("London,Ont", 9)), ["London CA"]);
    assert_eq!(names(&held.places("london, c", 9)), ["London CA"]);
    assert_eq!(names(&held.places("londres", 9)), ["London GB"]);
    assert_eq!(names(&held.places("saint etienne", 9)), ["Saint-Étienne FR"]);
    assert_eq!(names(&held.places("st-et", 9)), ["Saint-Étienne FR"]);
    assert_eq!(names(&held.places("havre", 9)), ["Le Havre FR"]);
    assert_eq!(names(&held.places("le havre", 9)), ["Le Havre FR"]);
    // Its whole name: before a larger one that only begins so.
    assert_eq!(names(&held.places("eu", 9)), ["Eu FR", "Eugene US"]);
    for nothing in ["", "   ", ",", ", FR", "xyz", "\0", "lyon, de"] {
        assert!(held.places(nothing, 9).is_empty(), "{nothing:?}");
    }
    assert!(held.places("l", 0).is_empty());
    assert!(held.places(&"x".repeat(100_000), 9).is_empty());
}

#[test]
fn by_the_whole_name() {
    let held = small();
    assert_eq!(held.find("london").unwrap().country, "GB");
    assert_eq!(held.find("London, CA").unwrap().country, "CA");
    assert_eq!(held.find("Lyons").unwrap().name, "Lyon");
    assert_eq!(held.find("St Etienne").unwrap().name, "Saint-Étienne");
    assert!(held.find("lyo").is_none() && held.find("").is_none() && held.find("London, FR").is_none());
}

#[test]
fn by_position() {
    let held = small();
    let nearest = |lat, lon| held.nearest(Position::from_degrees(lat, lon).unwrap()).unwrap();
    assert_eq!(nearest(45.75, 4.85).0.name, "Lyon");
    assert!(nearest(45.7485, 4.8467).1 < 1.0);
    // Across the antimeridian.
    assert_eq!(nearest(-18.0, -179.5).0.name, "Suva");
    assert!(Gazetteer::new(String::new()).nearest(Position::default()).is_none());
}

#[test]
fn the_bundled_one() {
    let held = bundled();
    assert!(held.len() > 190_000, "{}", held.len());
    for (text, name, country) in [
        ("Lyon", "Lyon", "FR"),
        ("Paris", "Paris", "FR"),
        ("montreal", "Montréal", "CA"),
        ("saint-denis, FR", "Saint-Denis", "FR"),
    ] {
        let found = held.find(text).unwrap();
        assert_eq!((found.name.as_str(), found.country.as_str()), (name, country));
        assert!(!found.timezone.is_empty() && found.position.is_valid());
        assert_eq!(held.places(text, 1).first(), Some(&found));
        let (nearest, metres) = held.nearest(found.position).unwrap();
        assert!(metres < 3_000.0, "{nearest:?}");
    }
    // As the plain scan over all finds it.
    for (lat, lon) in [(43.73, 7.42), (-54.0, 179.9), (0.0, -150.0), (90.0, 0.0)] {
        let at = Position::from_degrees(lat, lon).unwrap();
        let least = held.positions.iter().map(|place| sphere::metres(at, *place)).fold(f64::INFINITY, f64::min);
        assert_eq!(held.nearest(at).unwrap().1, least);
    }
}
