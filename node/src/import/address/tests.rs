#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
use super::{
    france::{SEATS, seat},
    *,
};

fn near(postcode: &str, city: &str, expected: LatLon, km: f64) {
    lies(&mut Addresses::default(), (postcode, city), expected, km);
}

fn lies(addresses: &mut Addresses, (postcode, city): (&str, &str), expected: LatLon, km: f64) {
    let got = addresses.find(postcode, city).unwrap_or_else(|| unreachable!("{postcode} {city}"));
    assert!(metres(got, expected).unwrap() < km * 1_000.0, "{postcode} {city}: {got:?}");
}

#[test]
fn communes_by_postcode_and_name() {
    near("69001", "LYON", (45.7699, 4.8292), 1.0);
    near("69003", "Lyon 3e Arrondissement", (45.7612, 4.8518), 1.0);
    near("75015", "PARIS 15", (48.8421, 2.2936), 1.5);
    near("75011", "Paris", (48.8574, 2.3795), 1.0);
    near("75116", "Paris", (48.8637, 2.2769), 1.0);
    near("69431", "LYON CEDEX 03", (45.7612, 4.8518), 1.0);
    near("75380", "PARIS CEDEX 08", (48.8727, 2.3127), 1.5);
    near("75380", "PARIS CEDEX", (48.8566, 2.3522), 3.0);
    near("", "Marseille 8e", (43.2708, 5.3821), 1.0);
    near("13233", "MARSEILLE CEDEX 20", (43.2965, 5.3698), 5.0);
    near("69003", "", (45.7612, 4.8518), 1.0);
    near("09000", "", (42.9613, 1.592), 3.0);
    near("75380", "", (48.8566, 2.3522), 3.0);
    assert_eq!(Addresses::default().find("38024", ""), None, "of a firm, in no list");
    near("09000", "Foix", (42.965, 1.607), 5.0);
    near("97400", "ST DENIS", (-20.88, 55.45), 10.0);
    near("93200", "Saint-Denis", (48.936, 2.357), 5.0);
    near("", "Villeurbanne", (45.766, 4.88), 5.0);
    near("01000", "01000#Bourg-en-Bresse", (46.205, 5.226), 5.0);
    assert_eq!(Addresses::default().find("69001", "Nulle-Part-les-Oies"), None);
    assert_eq!(Addresses::default().find("", ""), None);
    assert_eq!(Addresses::default().find("29200", "Lyon"), None, "another département");
}

#[test]
fn every_departement_has_its_seat() {
    for said in SEATS.split(';') {
        let (code, name) = said.split_once(' ').unwrap();
        assert!(seat(&format!("{code}000")).is_some(), "{name}");
    }
    assert_eq!(SEATS.split(';').count(), 95);
}

#[test]
fn a_postcode_alone_ends_an_address() {
    assert_eq!(postcode_at_end("3 rue de la Roquette 75011"), Some("75011"));
    assert_eq!(postcode_at_end("3 rue de la Roquette, 75011 "), Some("75011"));
    assert_eq!(postcode_at_end("12500 route de Foix"), None);
    assert_eq!(postcode_at_end("75011"), None);
}

#[test]
fn the_end_of_an_address() {
    for (address, expected) in [
        ("3 rue des Tanneurs, 09000 Foix", Some(("09000", "Foix"))),
        ("12500 route de Foix, 09000 Foix, France", Some(("09000", "Foix"))),
        ("Mairie - 09000 - Foix (Ariège)", Some(("09000", "Foix"))),
        ("3 rue des Tanneurs", None),
        ("09000", None),
        ("", None),
    ] {
        assert_eq!(postcode_and_city(address), expected, "{address}");
    }
}

#[test]
fn towns_of_other_countries() {
    near("98000", "Monaco", (43.7384, 7.4246), 3.0);
    near("98000", "", (43.7384, 7.4246), 3.0);
    near("MC-98000", "Monaco", (43.7384, 7.4246), 3.0);
    near("1204", "Genève", (46.2044, 6.1432), 5.0);
    near("01204", "Genève", (46.2044, 6.1432), 5.0);
    near("CH-1003", "Lausanne", (46.52, 6.633), 5.0);
    near("1000", "Bruxelles", (50.8503, 4.3517), 5.0);
    near("10115", "Berlin", (52.52, 13.405), 20.0);
    near("D-79098", "Freiburg", (47.996, 7.8494), 10.0);
    near("28001", "Madrid", (40.4168, -3.7038), 20.0);
    assert_eq!(Addresses::default().find("75011", "Nulle-Part-les-Oies"), None);
}

/// A name that many places have is the one among the other records of the file.
#[test]
fn namesakes_are_told_apart_by_the_file() {
    let mut american = Addresses::default();
    american.saw((44.47, -71.18));
    lies(&mut american, ("03570", "Berlin"), (44.4687, -71.1851), 10.0);
    let mut german = Addresses::default();
    german.saw((52.40, 13.06));
    lies(&mut german, ("14532", "Kleinmachnow"), (52.406, 13.22), 5.0);
    assert_eq!(Addresses::default().find("14532", "Kleinmachnow"), None, "a village that any file may mean");
}

#[test]
fn a_postcode_that_contradicts_its_town_is_told() {
    let home = |postcode, city| Addresses::default().home(postcode, city, true).unwrap();
    for (postcode, city, contradicts) in [
        ("09000", "Foix", false),
        ("09000", "Pamiers", false),
        ("38000", "Lyon", true),
        ("31000", "Foix", true),
        ("38024", "GRENOBLE CEDEX", false),
    ] {
        assert_eq!(home(postcode, city).contradicts, contradicts, "{postcode} {city}");
    }
    // Two communes of this name in reach of one seat: the one that has the postcode.
    let at = |postcode| home(postcode, "Saint-Denis").at;
    assert!(metres(at("93200"), (48.936, 2.357)).unwrap() < 5_000.0);
    assert_eq!(Addresses::default().home("29200", "Foix", true).map(|home| home.at), None);
}

#[test]
fn a_hamlet_behind_a_postcode() {
    let lies = |postcode, city, expected: LatLon, km: f64| {
        let home = Addresses::default().home(postcode, city, true).unwrap_or_else(|| unreachable!("{postcode} {city}"));
        assert!(metres(home.at, expected).unwrap() < km * 1_000.0, "{postcode} {city}: {:?}", home.at);
    };
    lies("73700", "Les Chapelles hameau du Pré", (45.597, 6.737), 4.0);
    lies("73700", "Le Bourg", (45.618, 6.769), 8.0);
    lies("73700", "Nulle-Part-les-Oies", (45.618, 6.769), 8.0);
    // Of a file that is not France's the postcode says nothing.
    assert!(Addresses::default().home("73700", "Nulle-Part-les-Oies", false).is_none());
    assert!(Addresses::default().home("73700", "Les Chapelles hameau du Pré", false).is_some(), "both say the same");
}
