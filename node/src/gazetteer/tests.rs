#![allow(clippy::unwrap_used, reason = "tests")]

mod bundled;
mod names;

use super::{table::Area, *};

const SMALL: &str = "\
London\tGB\tEngland\t51.5085\t-0.1257\t8961989\tLondres|Llundain
Lyon\tFR\tAuvergne-Rhône-Alpes\t45.7485\t4.8467\t522228\tLyons|69001
London\tCA\tOntario\t42.9834\t-81.2329\t422324\t
Saint-Étienne\tFR\tAuvergne-Rhône-Alpes\t45.4340\t4.3903\t173089\tSt. Etienne
Le Havre\tFR\tNormandie\t49.4938\t0.1077\t170147\tHavre
Eugene\tUS\tOregon\t44.0521\t-123.0868\t163460\t
Suva\tFJ\tCentral\t-18.1416\t178.4419\t77366\t
Eu\tFR\tNormandie\t50.0488\t1.4199\t6600\t76260
Incheville\tFR\tNormandie\t50.0131\t1.4964\t1300\t76260
Lyon Mountain\tUS\tNew York\t44.7247\t-73.9124\t600\t
Macon\tUS\tGeorgia\t32.8407\t-83.6324\t157346\t
Mâcon\tFR\tBourgogne-Franche-Comté\t46.3069\t4.8287\t34000\t
";

/// A gazetteer of lines: name, country, region, latitude, longitude, people, other names with | between.
pub(crate) fn of_lines(text: &str) -> Gazetteer {
    let place = |line: &str| {
        let fields: [&str; 7] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let [name, country, region, lat, lon, people, others] = fields;
        let names = std::iter::once(name).chain(others.split('|').filter(|other| !other.is_empty()));
        let area = Area { country: country.into(), region: region.into(), ..Area::default() };
        let at = Position::from_degrees(lat.parse().unwrap(), lon.parse().unwrap()).unwrap();
        (names.map(str::to_owned).collect(), at, people.parse().unwrap(), PlaceKind::Place, area)
    };
    Gazetteer { table: Table::of(text.lines().map(place).collect()), ..Gazetteer::default() }
}

fn small() -> Gazetteer {
    of_lines(SMALL)
}

/// Of somebody of whom nothing is known but that.
fn of(locale: &str) -> Wish {
    Wish::new(locale, None)
}

fn names(places: &[Place]) -> Vec<String> {
    places.iter().map(|place| format!("{} {}", place.name, place.country)).collect()
}

#[test]
fn by_the_beginning_of_a_name() {
    let held = small();
    let places = |text: &str, limit| names(&held.places(text, limit, &of("en_GB")));
    assert_eq!(held.len(), 12);
    assert_eq!(places("lyon", 10), ["Lyon FR", "Lyon Mountain US"]);
    assert_eq!(places("LYÓN, us", 10), ["Lyon Mountain US"]);
    assert_eq!(places("lond", 1), ["London GB"]);
    assert_eq!(places("London,Ont", 9), ["London CA"]);
    assert_eq!(places("london, c", 9), ["London CA"]);
    assert_eq!(places("londres", 9), ["London GB"]);
    for written in ["saint etienne", "st-et", "ST ETIENNE", "saintétienne", "St. Étienne"] {
        assert_eq!(places(written, 9), ["Saint-Étienne FR"], "{written}");
    }
    for written in ["havre", "le havre", "lehav", "la Havre"] {
        assert_eq!(places(written, 9), ["Le Havre FR"], "{written}");
    }
    // Its whole name: before a larger one that only begins so.
    assert_eq!(places("eu", 9), ["Eu FR", "Eugene US"]);
    assert_eq!(places("7626", 9), ["Eu FR", "Incheville FR"]);
    for nothing in ["", "   ", ",", ", FR", "xyz", "\0", "lyon, de", "(", "'", "-"] {
        assert!(places(nothing, 9).is_empty(), "{nothing:?}");
    }
    assert!(places("l", 0).is_empty());
    assert!(places(&"x".repeat(100_000), 9).is_empty());
}

#[test]
fn by_the_whole_name() {
    let held = small();
    let find = |text: &str| held.find(text, &of("en_GB")).map(|found| found.place);
    assert_eq!(find("london").unwrap().country, "GB");
    assert_eq!(find("London, CA").unwrap().country, "CA");
    assert_eq!(find("London (Ontario)").unwrap().country, "CA");
    assert_eq!(find("Lyons").unwrap().name, "Lyon");
    assert_eq!(find("69001 Lyon").unwrap().name, "Lyon");
    assert_eq!(find("St Etienne").unwrap().name, "Saint-Étienne");
    for (text, country) in
        [("London Ontario", "CA"), ("lyon mountain new york", "US"), ("Lyon en Auvergne-Rhône-Alpes", "FR")]
    {
        assert_eq!(find(text).map(|place| place.country).as_deref(), Some(country), "{text}");
    }
    for none in ["lyo", "", "London, FR", "Lyon Ontario", "69002 Lyon", "76 000", ",,,,,,", "de", "d'"] {
        assert!(find(none).is_none(), "{none:?}");
    }
}

#[test]
fn namesakes_are_weighed_and_told() {
    let held = small();
    let find = |text: &str, locale: &str| held.find(text, &of(locale)).unwrap();
    // The accent tells it apart, wherever one is; without it the country does, and the number of people.
    assert_eq!(find("Mâcon", "en_US").place.country, "FR");
    assert_eq!(find("macon", "en_US").place.country, "US");
    assert_eq!(find("macon", "fr_FR.UTF-8").place.country, "FR");
    assert_eq!(find("macon", "C").place.country, "FR");
    assert_eq!(find("macon", "de").place.country, "US");
    let found = find("London", "en_CA");
    assert_eq!((found.place.country.as_str(), names(&found.others)), ("GB", vec!["London CA".to_owned()]));
    assert!(!found.mentioned);
    // Who lives next to one means that one.
    let home = Position::from_degrees(43.0, -81.0).unwrap();
    assert_eq!(held.find("London", &held.wish("en_GB", Some(home))).unwrap().place.country, "CA");
    // A hamlet's name that nothing has, but that names its town: told as such.
    let found = find("La Petite Ferme de Lyon", "fr");
    assert_eq!((found.place.name.as_str(), found.mentioned), ("Lyon", true));
}

#[test]
fn a_postcode_of_several_communes_is_their_middle() {
    let held = small();
    let found = held.find("76260", &of("fr")).unwrap();
    assert_eq!(
        (found.place.name.as_str(), found.place.kind, found.place.population),
        ("76260", PlaceKind::Postcode, 7_900)
    );
    assert_eq!(names(&found.others), ["Eu FR", "Incheville FR"]);
    let middle = Position::from_degrees(50.031, 1.458).unwrap();
    assert!(sphere::metres(found.place.position, middle) < 100.0, "{:?}", found.place.position);
    let found = held.find("69001", &of("fr")).unwrap();
    assert_eq!((found.place.name.as_str(), found.others.len()), ("Lyon", 0));
}

#[test]
fn by_position() {
    let held = small();
    let nearest = |lat, lon| held.nearest(Position::from_degrees(lat, lon).unwrap()).unwrap();
    assert_eq!(nearest(45.75, 4.85).0.name, "Lyon");
    assert!(nearest(45.7485, 4.8467).1 < 1.0);
    // Across the antimeridian.
    assert_eq!(nearest(-18.0, -179.5).0.name, "Suva");
    assert!(Gazetteer::default().nearest(Position::default()).is_none());
    assert!(Gazetteer::default().find("Lyon", &of("fr")).is_none());
}

#[test]
fn the_nearest_is_that_of_all() {
    let held = bundled();
    let villages = |number: &u32| held.table.kind(*number) <= PlaceKind::Former;
    let all: Vec<(u32, Position)> =
        (0..held.len() as u32).filter(villages).map(|number| (number, held.table.position(number))).collect();
    // Towns, a mountain, seas, both poles, both sides of 180 degrees, the edge between two bands.
    for (lat, lon) in [
        (45.764, 4.835),
        (45.8325, 6.865),
        (46.0, 2.0),
        (-0.0, -30.0),
        (90.0, 0.0),
        (-90.0, 180.0),
        (-17.0, 180.0),
        (-17.0, -180.0),
        (-49.35, 70.2),
        (51.500_000_1, -40.0),
    ] {
        let at = Position::from_degrees(lat, lon).unwrap();
        let metres = |(number, place): &(u32, Position)| (sphere::metres(at, *place), *number);
        let expected = all.iter().map(metres).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).unwrap();
        let (place, metres) = held.nearest(at).unwrap();
        assert_eq!((metres, place), (expected.0, held.place(expected.1)), "{lat} {lon}");
    }
}
