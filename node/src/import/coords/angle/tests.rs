#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

fn close(text: &str, expected: f64, axis: Option<Axis>) {
    let got = parse(text).unwrap_or_else(|why| unreachable!("{text}: {why}")).unwrap();
    assert!((got.degrees - expected).abs() < 1e-4, "{text}: {got:?}");
    assert_eq!(got.axis, axis, "{text}");
}

#[test]
fn plain_numbers() {
    for (text, expected) in [
        ("43.73", 43.73),
        (" 43,73 ", 43.73),
        ("-1,5", -1.5),
        ("+1,5", 1.5),
        ("\u{2212}1.5°", -1.5),
        ("–1.5 º", -1.5),
        ("7", 7.0),
        ("48.856.614", 48_856_614.0),
        ("6 862 035,26", 6_862_035.26),
        ("6\u{202f}862\u{202f}035,26", 6_862_035.26),
        ("652,469.02", 652_469.02),
        ("652.469,02", 652_469.02),
        ("4.88566E+01", 48.8566),
    ] {
        close(text, expected, None);
    }
    assert_eq!(parse(" "), Ok(None));
    assert_eq!(parse("NaN"), Ok(None));
}

#[test]
fn degrees_minutes_seconds_in_all_typographies() {
    let north = Some(Axis::Latitude);
    for text in [
        "48°51'24\"N",
        "48° 51' 24'' N",
        "48° 51’ 24’’ N",
        "48°51′24.0″N",
        "48º51´24“ N",
        "N48°51'24\"",
        "N 48 51 24",
        "Nord 48°51'24\"",
        "48 51 24 N",
        "48 51 24,0 Nord",
        "48° 51.400' N",
        "48°51,4'N",
        "48d51m24sN",
        "48deg 51min 24sec N",
        "48 degrés 51 minutes 24 secondes nord",
        "48.8567 N",
        "48,8567°N",
        "N48,8567",
        "lat: 48.8567 N",
        "48-51-24 N",
        "48:51:24 N",
        "48°51'23.99999\" N",
    ] {
        close(text, 48.856_7, north);
    }
    close("48°51'24\"", 48.856_7, None);
    close("-48 51 24", -48.856_7, None);
    close("33 51 24 S", -33.856_7, north);
}

#[test]
fn west_by_its_letters() {
    for text in ["2°21'08\"O", "2°21'08\" W", "W2°21'08\"", "O 2 21 08", "2.3522 ouest", "-2.3522 W", "2,3522° O"] {
        close(text, -2.3522, Some(Axis::Longitude));
    }
    for text in ["2°21'08\"E", "E 2.3522", "2.3522 est"] {
        close(text, 2.3522, Some(Axis::Longitude));
    }
}

#[test]
fn what_is_no_angle_is_explained() {
    for (text, says) in [
        ("abc", "not a number"),
        ("1,2,x", "not a number"),
        ("inf", "not a number"),
        ("1e999", "60 minutes"),
        ("12 rue de la Gare", "not a number"),
        ("-2.35 E", "says otherwise"),
        ("-48°51'N", "says otherwise"),
        ("48°99'N", "60 minutes"),
        ("48.5°30'N", "fraction"),
        ("48°51.5'24\"N", "fraction"),
        ("48 N 2 E", "two directions"),
        ("48°51'N S", "two directions"),
        ("°", "not a number"),
        ("1 2 3 4", "not a number"),
    ] {
        let why = parse(text).err().unwrap_or_default();
        let why = why.to_string();
        assert!(why.contains(says) && text.chars().next().is_some_and(|first| why.contains(first)), "{text}: {why}");
    }
}

#[test]
fn two_angles_are_parted_by_their_letters() {
    for (text, first) in [
        ("48°51'24\"N 2°21'08\"E", "48°51'24\"N"),
        ("N48°51'24\" E2°21'08\"", "N48°51'24\" "),
        ("48.85N,2.35E", "48.85N"),
    ] {
        assert_eq!(between_letters(text).map(|at| text.get(..at).unwrap()), Some(first), "{text}");
    }
    assert_eq!(between_letters("48.85, 2.35"), None);
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn no_text_panics(text in "\\PC{0,90}") {
        drop(parse(&text));
        between_letters(&text);
    }

    /// Whatever is written of an angle is read as that angle.
    #[test]
    fn what_is_written_is_read(degrees in 0_u32..90, minutes in 0_u32..60, seconds in 0_u32..60, west in any::<bool>(),
        style in 0_usize..4) {
        let letter = if west { "O" } else { "E" };
        let text = match style {
            0 => format!("{degrees}°{minutes}'{seconds}\"{letter}"),
            1 => format!("{letter} {degrees} {minutes} {seconds}"),
            2 => format!("{degrees}° {minutes}′ {seconds}″ {letter}"),
            _ => format!("{degrees}d{minutes}m{seconds}s {letter}"),
        };
        let size = f64::from(degrees) + f64::from(minutes) / 60.0 + f64::from(seconds) / 3_600.0;
        let expected = if west { -size } else { size };
        let got = parse(&text).unwrap().unwrap();
        prop_assert!((got.degrees - expected).abs() < 1e-9, "{}: {:?}", text, got);
        prop_assert_eq!(got.axis, Some(Axis::Longitude));
    }
}
