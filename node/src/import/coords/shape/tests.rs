#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

fn json(text: &str) -> String {
    let shape = parse(text).unwrap_or_else(|why| unreachable!("{text}: {why}")).unwrap();
    serde_json::to_string(&geojson::Geometry::new(shape.value)).unwrap()
}

#[test]
fn every_kind_of_wkt() {
    for (wkt, kind, coordinates) in [
        ("POINT (4.8357 45.764)", "Point", "[4.8357,45.764]"),
        ("point(4.8357 45.764)", "Point", "[4.8357,45.764]"),
        ("POINT Z (4.5 45.5 170)", "Point", "[4.5,45.5]"),
        ("POINTZM(4.5 45.5 170 1)", "Point", "[4.5,45.5]"),
        ("SRID=4326;POINT(4.5 45.5)", "Point", "[4.5,45.5]"),
        ("Point (4,5 45,5)", "Point", "[4.5,45.5]"),
        ("MULTIPOINT ((4 45), (5 46))", "MultiPoint", "[[4.0,45.0],[5.0,46.0]]"),
        ("MULTIPOINT (4 45, 5 46)", "MultiPoint", "[[4.0,45.0],[5.0,46.0]]"),
        ("LINESTRING (4 45, 5 46)", "LineString", "[[4.0,45.0],[5.0,46.0]]"),
        ("MULTILINESTRING ((4 45, 5 46))", "MultiLineString", "[[[4.0,45.0],[5.0,46.0]]]"),
        ("POLYGON ((4 45, 5 45, 5 46, 4 45))", "Polygon", "[[[4.0,45.0],[5.0,45.0],[5.0,46.0],[4.0,45.0]]]"),
        ("CURVEPOLYGON (CIRCULARSTRING (4 45, 5 45, 4 45))", "Polygon", "[[[4.0,45.0],[5.0,45.0],[4.0,45.0]]]"),
        (
            "MultiPolygon (((4 45, 5 45, 5 46, 4 45)))",
            "MultiPolygon",
            "[[[[4.0,45.0],[5.0,45.0],[5.0,46.0],[4.0,45.0]]]]",
        ),
    ] {
        let got = json(wkt);
        assert!(got.contains(&format!("\"{kind}\"")) && got.contains(coordinates), "{wkt}: {got}");
        assert!(looks_like_one(wkt), "{wkt}");
    }
    let both = json("GEOMETRYCOLLECTION (POINT (4 45), LINESTRING (4 45, 5 46))");
    assert!(both.contains("[4.0,45.0]") && both.contains("LineString"), "{both}");
    assert_eq!(parse("POINT EMPTY"), Ok(None));
    assert_eq!(parse(" "), Ok(None));
}

#[test]
fn what_says_its_system() {
    let shape = parse("SRID=2154;POINT(652469 6862035)").unwrap().unwrap();
    assert_eq!(shape.system, System::of_code(2_154));
    assert_eq!(parse("SRID=0;POINT(4 45)").unwrap().unwrap().system, None);
    assert!(parse("SRID=1;POINT(4 45)").err().unwrap().to_string().contains("EPSG:1"));
}

#[test]
fn what_a_database_exports() {
    // A point 2.35 48.85 in EPSG:4326, little-endian with its system, and big-endian without.
    let with = format!("0101000020E6100000{}{}", hex(2.35, true), hex(48.85, true));
    let without = format!("0000000001{}{}", hex(2.35, false), hex(48.85, false));
    for text in [with.as_str(), without.as_str(), &with.to_lowercase()] {
        assert!(json(text).contains("[2.35,48.85]"), "{text}");
        assert!(looks_like_one(text));
    }
    let ring = [(2.0, 48.0), (3.0, 48.0), (3.0, 49.0), (2.0, 48.0)];
    let positions: String = ring.iter().map(|(x, y)| format!("{}{}", hex(*x, true), hex(*y, true))).collect();
    let polygon = format!("01030000000100000004000000{positions}");
    assert!(json(&polygon).contains("[[[2.0,48.0],[3.0,48.0],[3.0,49.0],[2.0,48.0]]]"));
    for cut in (42..polygon.len()).step_by(2) {
        assert!(parse(polygon.get(..cut).unwrap()).is_err());
    }
    assert!(parse("0103000000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF").is_err(), "announces more than there is");
}

fn hex(real: f64, little: bool) -> String {
    let bytes = if little { real.to_le_bytes() } else { real.to_be_bytes() };
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn words_are_no_shape() {
    for text in ["Salle du rez-de-chaussée", "place Neuve (halle)", "POINT", "POINT (a b)", "point relais (2 rue)"] {
        assert!(parse(text).is_err(), "{text}");
    }
    for text in ["Salle du rez-de-chaussée", "place Neuve (halle)", "Point relais (mairie)", "12 34"] {
        assert!(!looks_like_one(text), "{text}");
    }
    let deep = format!("{}POINT (1 2){}", "GEOMETRYCOLLECTION (".repeat(10_000), ")".repeat(10_000));
    assert!(parse(&deep).is_err());
    assert!(parse(&format!("POLYGON {}1 2{}", "(".repeat(10_000), ")".repeat(10_000))).is_err());
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        drop(parse(&text));
        drop(parse(&format!("MULTIPOLYGON {text}")));
    }
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        drop(parse(&format!("01{hex}")));
    }
}
