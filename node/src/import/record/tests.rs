#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
use super::*;
use crate::import::columns;

fn builder() -> Builder {
    Builder::new(Path::new("dir/places.csv"), Format::Csv, &ImportOptions::default(), &Mapping::default()).unwrap()
}
fn item(values: &[(&str, &str)]) -> ImportItem {
    let mut said = Said::default();
    for (header, value) in values {
        said.add(columns::recognise(header).unwrap(), value);
    }
    builder().item("line 2", None, said, None)
}
fn record(values: &[(&str, &str)]) -> ImportRecord {
    match item(values) {
        ImportItem::Record(record) => *record,
        ImportItem::Skipped(skipped) => unreachable!("{skipped:?}"),
    }
}
fn why(values: &[(&str, &str)]) -> String {
    match item(values) {
        ImportItem::Skipped(skipped) => skipped.why.to_string(),
        ImportItem::Record(record) => unreachable!("{record:?}"),
    }
}
const HERE: (&str, &str) = ("latlon", "43.73, 7.42");

#[test]
fn a_record_is_put_together() {
    let got = record(&[
        HERE,
        ("nom", " Épicerie\u{a0}solidaire\n"),
        ("adresse", "5 rue Haute"),
        ("complement_adresse", "Bâtiment B"),
        ("code_postal", "98000"),
        ("ville", "Monaco"),
        ("site", "javascript:alert(1)"),
        ("horaires_lundi", "9h-12h"),
        ("commentaire", "Une ligne\n\n\nune autre"),
        ("sigle", "ÉS"),
        ("catégorie", "Épicerie; Solidarité,#Épicerie"),
    ]);
    assert_eq!(got.name, "Épicerie solidaire");
    assert_eq!(got.address, "5 rue Haute, Bâtiment B, 98000 Monaco");
    assert_eq!((got.website.as_str(), got.opening_hours.as_str()), ("", "Mo 09:00-12:00"));
    assert_eq!(got.description, "Une ligne\nune autre\nÉS");
    assert_eq!(got.tags, ["épicerie", "solidarité"]);
    assert_eq!((got.source.as_str(), got.lat_e7, got.lon_e7), ("places", 437_300_000, 74_200_000));
    assert_eq!(got.kind, Kind::Place);
}

#[test]
fn the_id_is_the_files_or_follows_from_name_and_position() {
    assert_eq!(record(&[HERE, ("nom", "A"), ("id", "7")]).source_id, "7");
    let hashed = record(&[HERE, ("nom", "A")]).source_id;
    assert_eq!(hashed, record(&[HERE, ("nom", "A"), ("id", " "), ("tel", "1")]).source_id);
    assert_ne!(hashed, record(&[HERE, ("nom", "B")]).source_id);
    assert_ne!(hashed, record(&[("latlon", "43.73, 7.43"), ("nom", "A")]).source_id);
    assert!(hashed.starts_with("hash:") && hashed.len() == 37);
}

#[test]
fn an_address_says_nothing_twice() {
    let full =
        record(&[HERE, ("nom", "A"), ("adresse", "5 rue Haute, 98000 MONACO"), ("cp", "98000"), ("ville", "Monaco")]);
    assert_eq!(full.address, "5 rue Haute, 98000 MONACO");
    let parts =
        record(&[HERE, ("nom", "A"), ("addr:housenumber", "5"), ("addr:street", "Rue Haute"), ("ville", "Monaco")]);
    assert_eq!(parts.address, "5 Rue Haute, Monaco");
}

#[test]
fn limits_hold() {
    let long = "é".repeat(20_000);
    let got =
        record(&[HERE, ("nom", "A"), ("description", &long), ("adresse", &long), ("email", &long), ("tags", &long)]);
    assert_eq!((got.description.len(), got.address.len(), got.email.len()), (TEXT_MAX, FIELD_MAX, 0));
    assert_eq!(got.tags.first().map(String::len), Some(TAG_MAX));
    let many: Vec<String> = (0..100).map(|n| format!("t{n}")).collect();
    assert_eq!(record(&[HERE, ("nom", "A"), ("tags", &many.join(","))]).tags.len(), TAGS_MAX);
    assert!(why(&[HERE, ("nom", &long)]).contains("40000 bytes"));
    assert!(why(&[HERE, ("nom", "A"), ("id", &long)]).contains("id has"));
}

#[test]
fn what_lacks_is_named() {
    assert_eq!(why(&[HERE]), "no name");
    assert_eq!(why(&[HERE, ("nom", "\u{202e}\u{0}")]), "no name");
    assert_eq!(why(&[("nom", "A")]), "no coordinates");
    assert_eq!(why(&[("nom", "A"), ("lat", "43")]), "no longitude");
    assert!(
        why(&[("nom", "A"), ("ville", "Nulle-Part-les-Oies")]).contains("no coordinates, and 'Nulle-Part-les-Oies'")
    );
    assert!(why(&[("nom", "A"), ("lat", "x"), ("lon", "7")]).contains("latitude 'x'"));
    assert!(why(&[("nom", "A"), ("lat", "0"), ("lon", "0.0")]).contains("0,0"));
    assert!(why(&[HERE, ("nom", "A"), ("kind", "event")]).contains("an event without a date"));
}

#[test]
fn a_record_without_coordinates_is_placed_by_its_commune_and_marked() {
    let mut builder = builder();
    let mut said = Said::default();
    for (header, value) in [
        ("nom", "Ressourcerie"),
        ("adresse", "3 rue des Tanneurs"),
        ("cp", "09000"),
        ("ville", "FOIX CEDEX"),
        ("lat", ""),
    ] {
        said.add(columns::recognise(header).unwrap(), value);
    }
    let ImportItem::Record(first) = builder.item("line 2", None, said.clone(), None) else { unreachable!() };
    assert!((first.lat_e7 - 429_650_000).abs() < 500_000 && (first.lon_e7 - 16_070_000).abs() < 500_000, "{first:?}");
    assert_eq!(first.tags, [APPROXIMATE]);
    assert_eq!(builder.notes(), [ImportNote::Placed { count: 1 }]);
    // Another street of the commune is another record.
    said.values.retain(|(role, ..)| *role != Role::Address);
    said.add(columns::recognise("adresse").unwrap(), "4 rue des Tanneurs");
    let ImportItem::Record(second) = builder.item("line 3", None, said, None) else { unreachable!() };
    assert_ne!(first.source_id, second.source_id);
}

#[test]
fn words_beside_a_position_are_an_address() {
    let got = record(&[("wkt", "POINT (7.42 43.73)"), ("nom", "A"), ("localisation", "devant la mairie")]);
    assert_eq!((got.lat_e7, got.address.as_str()), (437_300_000, "devant la mairie"));
    let only = record(&[("localisation", "43.73, 7.42"), ("nom", "A")]);
    assert_eq!((only.lat_e7, only.address.as_str()), (437_300_000, ""));
}

#[test]
fn words_where_a_position_should_be_leave_the_address() {
    let rna = [("titre", "A"), ("position", "A"), ("adrs_codepostal", "09000"), ("adrs_libcommune", "Foix")];
    assert_eq!(record(&rna).tags, [APPROXIMATE]);
    assert!(why(&[("nom", "A"), ("position", "4x, 5y"), ("ville", "Foix")]).contains("'4x'"));
}

#[test]
fn swapped_axes_of_one_record_are_shown_by_its_address() {
    let swapped = record(&[("lat", "4.8357"), ("lon", "45.764"), ("nom", "A"), ("cp", "69001"), ("ville", "Lyon")]);
    assert_eq!((swapped.lat_e7, swapped.lon_e7), (457_640_000, 48_357_000));
    // Of a commune far away, it is only a strange address.
    let strange = record(&[("lat", "4.8357"), ("lon", "45.764"), ("nom", "A"), ("cp", "29200"), ("ville", "Brest")]);
    assert_eq!((strange.lat_e7, strange.lon_e7), (48_357_000, 457_640_000));
}

#[test]
fn texts_are_mended() {
    let mut builder = builder();
    let mut said = Said::default();
    for (header, value) in [
        HERE,
        ("nom", "CafÃ© des F&eacute;es"),
        ("description", "<p>Venez &agrave; 18&nbsp;h</p>"),
        ("site", "http://a.fr/?a=1&amp;b"),
    ] {
        said.add(columns::recognise(header).unwrap(), value);
    }
    let ImportItem::Record(got) = builder.item("line 2", None, said, None) else { unreachable!() };
    assert_eq!((got.name.as_str(), got.description.as_str()), ("Café des Fées", "Venez à 18 h"));
    assert_eq!(got.website, "http://a.fr/?a=1&b");
    assert_eq!(builder.notes(), [ImportNote::Mended { count: 1 }]);
}
