//! Opening hours.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use super::*;
use jiff::civil::date;
use proptest::prelude::*;

/// At a day of July 2026, of which the 6th is a Monday.
fn at(text: &str, day: i8, hour: i8, minute: i8) -> String {
    match Hours::parse(text).unwrap().at(date(2026, 7, day).at(hour, minute, 0, 0)) {
        Opening::Open(Some(until)) => format!("open {}", until.strftime("%d %H:%M")),
        Opening::Open(None) => "always".to_owned(),
        Opening::Closed(Some(opens)) => format!("closed {}", opens.strftime("%d %H:%M")),
        Opening::Closed(None) => "never".to_owned(),
    }
}

#[test]
fn open_or_closed_and_until_when() {
    const WEEK: &str = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00";
    for (day, hour, minute, expected) in [
        (6, 9, 0, "open 06 12:00"),
        (6, 8, 59, "closed 06 09:00"),
        (6, 12, 0, "closed 06 14:00"),
        (10, 18, 0, "closed 11 10:00"),
        (11, 12, 30, "closed 13 09:00"),
        (12, 11, 0, "closed 13 09:00"),
    ] {
        assert_eq!(at(WEEK, day, hour, minute), expected, "{day} {hour}:{minute}");
    }
    assert_eq!(at("24/7", 6, 3, 0), "always");
    assert_eq!(at("Mo-Su 00:00-24:00", 6, 3, 0), "always");
    assert_eq!(at("Fr-Sa 20:00-02:00", 12, 1, 0), "open 12 02:00");
    assert_eq!(at("Fr,Sa 22:00-26:00", 11, 1, 59), "open 11 02:00");
    assert_eq!(at("Mo-Su 10:00-24:00; Tu 00:00-03:00", 6, 23, 0), "open 07 03:00", "two spans that meet");
    assert_eq!(at("Mo-Fr 09:00-17:00; We off", 8, 10, 0), "closed 09 09:00");
    assert_eq!(at("Mo-Fr 09:00-12:00, Th 14:00-16:00", 9, 15, 0), "open 09 16:00", "one rule adds to another");
    assert_eq!(at("Su-Mo 10:00-11:00", 12, 10, 30), "open 12 11:00");
    assert_eq!(at("09:00-17:00", 12, 10, 30), "open 12 17:00");
    assert_eq!(at("Sep-Jun Mo-Fr 09:00-17:00", 31, 10, 0), "closed 01 09:00");
    assert_eq!(at("Jul 14 off", 14, 10, 0), "never");
    assert_eq!(at("Mo-Su 10:00-12:00; Jul 14 off; PH off", 14, 11, 0), "closed 15 10:00");
    assert_eq!(at("Dec 20-Jan 5: 10:00-12:00", 14, 11, 0), "closed 20 10:00");
}

#[test]
fn a_day_on_which_it_opens() {
    let hours = Hours::parse("Tu-Sa 10:00-19:00; Su 10:00-13:00").unwrap();
    let on = |day| hours.opens_on(date(2026, 7, day).at(23, 0, 0, 0));
    assert_eq!([6, 7, 11, 12].map(on), [false, true, true, true]);
}

#[test]
fn what_is_not_understood_is_nothing() {
    for text in [
        "",
        "sunrise-sunset",
        "Mo-Fr",
        "by appointment",
        "\"sur rendez-vous\"",
        "week 1-10 Mo 09:00-10:00",
        "Mo[1] 09:00-10:00",
        "Mo 09:00+",
        "Mo 9-12",
        "Mo 25:61-26:00",
        "Mo 09:00",
        "SH 09:00-12:00",
        "Mo 09:00-12:00 Tu",
        "Mo 09:00-99:00",
        ",",
        ";;;",
        "Mo 09:00-12:00,",
    ] {
        let always = text == "Mo-Fr";
        assert_eq!(Hours::parse(text).is_some(), always, "{text}");
    }
    assert_eq!(Hours::parse(&"Mo 09:00-10:00;".repeat(100)), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: prop::test_runner::RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn anything_is_read_or_refused(text in "[MoTuFrSaPHJanoff0-9:,;\\- /]{0,60}|\\PC{0,40}", hour in 0..24_i8) {
        if let Some(hours) = Hours::parse(&text) {
            let now = date(2026, 2, 28).at(hour, 30, 0, 0);
            match hours.at(now) {
                Opening::Open(Some(then)) | Opening::Closed(Some(then)) => prop_assert!(then > now, "{text}"),
                _ => {}
            }
        }
    }
}
