#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::test_support::cases;
use communaut_protocol::Position;
use proptest::prelude::*;

fn close(got: Result<Option<Said>, Reason>, expected: LatLon, text: &str) {
    let got = got.unwrap_or_else(|why| unreachable!("{text}: {why}")).unwrap();
    let (lat, lon) = got.degrees(&Frame::Degrees, None).unwrap();
    assert!((lat - expected.0).abs() < 1e-4 && (lon - expected.1).abs() < 1e-4, "{text}: {lat}, {lon}");
}

#[test]
fn two_in_one() {
    for text in [
        "43.73, 7.42",
        "43.73,7.42",
        "43,73;7,42",
        "43.73 7.42",
        "43,73 7,42",
        "[43.73, 7.42]",
        "43,73,7,42",
        "43,73, 7,42",
        "43.73/7.42",
        "43.73 | 7.42",
        "43°43'48\"N 7°25'12\"E",
        "43° 43’ 48’’ N, 7° 25’ 12’’ E",
        "N43°43'48\" E7°25'12\"",
        "7°25'12\"E 43°43'48\"N",
        "43.73N 7.42E",
        "43°43'48\", 7°25'12\"",
        "lat: 43.73 N, lon: 7.42 E",
        "geo:43.73,7.42;u=35",
        "https://www.example.org/maps/@43.73,7.42,15z",
        "https://www.example.org/maps?q=43.73,7.42&z=3",
        "https://map.example.org/#map=17/43.73/7.42",
        "https://map.example.org/?mlat=43.73&mlon=7.42#map=17/1/1",
        "POINT(7.42 43.73)",
        "SRID=4326;POINT Z (7.42 43.73 10)",
        r#"{"type":"Point","coordinates":[7.42,43.73]}"#,
    ] {
        close(both(text, false), (43.73, 7.42), text);
    }
    close(both("[7.42, 43.73]", true), (43.73, 7.42), "longitude first");
    close(both("43.73 N 7.42 E", true), (43.73, 7.42), "letters are surer than the column's name");
    close(both("43.73 N 7.42 O", false), (43.73, -7.42), "Ouest");
    assert_eq!(both("", false), Ok(None));
    for text in ["Place du Palais", "12", "48.85, x", "0101000020E6100000", "https://example.org/12/3"] {
        assert!(both(text, false).is_err(), "{text}");
    }
}

#[test]
fn two_columns() {
    assert_eq!(two("43.73", "7,42"), Ok(Some((43.73, 7.42))));
    assert_eq!(two("7.42 E", "43.73 N"), Ok(Some((43.73, 7.42))), "their letters say which is which");
    assert_eq!(two("", "-"), Ok(None));
    for (lat, lon, says) in [
        ("43", "", "no longitude"),
        ("", "7", "no latitude"),
        ("x", "7", "latitude 'x'"),
        ("43", "y", "longitude 'y'"),
        ("43 E", "7", "other's direction"),
        ("43 N", "7 S", "same direction"),
        ("43", "-7 E", "says otherwise"),
    ] {
        let why = two(lat, lon).err().unwrap_or_default();
        assert!(why.to_string().contains(says), "{lat} {lon}: {why}");
    }
}

#[test]
fn a_shape_is_converted_before_its_middle_is_taken() {
    let lambert = Frame::Projected { system: System::of_code(2_154).unwrap(), swapped: false };
    let square = "POLYGON ((652400 6862000, 652500 6862000, 652500 6862100, 652400 6862100, 652400 6862000))";
    let place = both(square, false).unwrap().unwrap().degrees(&lambert, None).unwrap();
    assert!((place.0 - 48.8567).abs() < 1e-3 && (place.1 - 2.3519).abs() < 1e-3, "{place:?}");
    let own = both("SRID=2154;POINT(652469.02 6862035.26)", false).unwrap().unwrap();
    assert_eq!(own.sample(), None);
    let place = own.degrees(&Frame::Degrees, None).unwrap();
    assert!((place.0 - 48.8566).abs() < 1e-5, "{place:?}");
}

#[test]
fn what_is_refused_is_explained() {
    for (at, why) in [
        ((0.0, 0.0), "0,0"),
        ((95.2, 195.0), "latitude 95.2 is out of range"),
        ((95.2, 7.0), "look swapped"),
        ((102.5, 18.9), "look swapped"),
        ((43.0, 181.0), "longitude 181 is out of range"),
        ((6_862_000.0, 652_000.0), "projection"),
        ((f64::NAN, 1.0), "range"),
        ((f64::INFINITY, 1.0), "projection"),
    ] {
        let said = position(at).err().unwrap_or_default();
        assert!(said.to_string().contains(why), "{at:?}: {said}");
    }
    assert_eq!(position((90.0, -180.0)), Ok(Position { lat_e7: 900_000_000, lon_e7: -1_800_000_000 }));
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn no_cell_panics(text in "\\PC{0,60}", other in "\\PC{0,30}", lon_first in any::<bool>()) {
        if let Ok(Some(said)) = both(&text, lon_first) {
            drop(said.degrees(&Frame::Degrees, None));
        }
        drop(two(&text, &other));
        drop(both(&format!("{text}, {other}"), lon_first));
        drop(both(&format!("http://a/@{text}"), lon_first));
    }
}
