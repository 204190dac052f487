#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use communaut_protocol::op::{Every, Repeat};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

/// Far east, far west, both halves of the world, days of 23, 25, 23.5 hours, and of none at midnight.
const ZONES: [&str; 12] = [
    "Europe/Paris",
    "Indian/Reunion",
    "America/Guadeloupe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/St_Johns",
    "UTC",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn on(when: &When, day: Date, asker: &str) -> usize {
    times(when, &Stretch::days(day, day, &zone(asker)).unwrap(), TIMES_MAX).len()
}

fn hours(start: &str, end: &str, place: &str) -> When {
    let (start_ms, end_ms) = (ms(start), ms(end));
    When { start_ms, end_ms, zone: place.into(), offset: None, whole_days: false, repeat: None }
}

fn every(every: Every) -> Repeat {
    Repeat { every, interval: 1, count: None, until: None, weekdays: 0, except: vec![] }
}

#[test]
fn a_whole_day_is_on_its_day_wherever_it_is_and_wherever_one_asks() {
    // Common days, leap days, the changes of the clocks, and days that begin an hour late in Asunción and Cairo.
    let days = [
        date(2027, 5, 1),
        date(2024, 2, 29),
        date(2027, 3, 28),
        date(2027, 10, 31),
        date(2023, 10, 1),
        date(2024, 4, 26),
        date(2026, 12, 31),
    ];
    for day in days {
        for place in ZONES {
            let one = of_days(day, day, &zone(place), place).unwrap();
            let three = of_days(day, day.tomorrow().unwrap().tomorrow().unwrap(), &zone(place), place).unwrap();
            for asker in ZONES {
                let found = |when: &When| {
                    let near = (-2..5).map(|n| day.checked_add(jiff::Span::new().days(n)).unwrap());
                    near.map(|day| on(when, day, asker)).collect::<Vec<_>>()
                };
                assert_eq!(found(&one), [0, 0, 1, 0, 0, 0, 0], "{day} {place} {asker}");
                assert_eq!(found(&three), [0, 0, 1, 1, 1, 0, 0], "{day} {place} {asker}");
                let first = first(&one, &zone(asker));
                assert_eq!(first.days, Some((day_number(day), day_number(day))));
                assert_eq!(Timestamp::from_millisecond(first.order_ms).unwrap().to_zoned_datetime_date(asker), day);
            }
        }
    }
}

trait DateIn {
    fn to_zoned_datetime_date(self, zone: &str) -> Date;
}
impl DateIn for Timestamp {
    fn to_zoned_datetime_date(self, name: &str) -> Date {
        self.to_zoned_datetime(zone(name)).date()
    }
}

#[test]
fn an_end_at_midnight_is_not_the_next_day_and_one_after_it_is() {
    let concert = hours("2027-06-21T20:00:00Z", "2027-06-21T22:00:00Z", "Europe/Paris");
    assert_eq!(
        (on(&concert, date(2027, 6, 21), "Europe/Paris"), on(&concert, date(2027, 6, 22), "Europe/Paris")),
        (1, 0)
    );
    assert_eq!(on(&concert, date(2027, 6, 22), "Indian/Reunion"), 1, "it is midnight there when it begins");
    let ball = hours("2027-07-13T19:00:00Z", "2027-07-14T00:00:00Z", "Europe/Paris");
    assert_eq!((on(&ball, date(2027, 7, 13), "Europe/Paris"), on(&ball, date(2027, 7, 14), "Europe/Paris")), (1, 1));
    let moment = hours("2027-06-21T22:00:00Z", "2027-06-21T22:00:00Z", "Europe/Paris");
    assert_eq!(
        (on(&moment, date(2027, 6, 21), "Europe/Paris"), on(&moment, date(2027, 6, 22), "Europe/Paris")),
        (0, 1)
    );
}

#[test]
fn what_repeats_keeps_its_hour_when_the_clocks_change() {
    // Thursdays at half past six in Paris, over the last Sunday of October.
    let first = hours("2026-10-15T16:30:00Z", "2026-10-15T17:30:00Z", "Europe/Paris");
    let repeat = Repeat { until: Some(day_number(date(2026, 11, 5))), except: vec![20_748], ..every(Every::Week) };
    let when = with_clock(When { repeat: Some(repeat), ..first }, &zone("Europe/Paris")).unwrap();
    let all = times(&when, &Stretch::new(i64::MIN, i64::MAX, &zone("UTC")), TIMES_MAX);
    let begins: Vec<String> =
        all.iter().map(|time| Timestamp::from_millisecond(time.start_ms).unwrap().to_string()).collect();
    assert_eq!(begins, ["2026-10-15T16:30:00Z", "2026-10-29T17:30:00Z", "2026-11-05T17:30:00Z"]);
    assert!(all.iter().all(|time| time.end_ms - time.start_ms == 3_600_000));
    let at = |from: &str| next(&when, ms(from), &zone("UTC")).map(|time| time.start_ms);
    assert_eq!(at("2026-10-15T17:00:00Z"), Some(all[0].start_ms), "it goes on");
    assert_eq!(at("2026-10-15T17:30:00Z"), Some(all[1].start_ms), "it is over");
    assert_eq!(at("2036-01-01T00:00:00Z"), Some(all[2].start_ms), "all are over: the last");
    // Where its zone is not known, the offset of its start holds.
    let unknown = When { zone: "Europe/Atlantis".into(), ..when };
    let all = times(&unknown, &Stretch::new(i64::MIN, i64::MAX, &zone("UTC")), TIMES_MAX);
    assert_eq!(all.last().unwrap().start_ms, ms("2026-11-05T16:30:00Z"));
}

#[test]
fn an_hour_that_is_skipped_or_happens_twice_is_said_so() {
    let paris = zone("Europe/Paris");
    let at = |month, day, hour| moment(date(2027, month, day).at(hour, 30, 0, 0), &paris);
    assert_eq!(at(3, 28, 2), Err(Unclear::Skipped));
    assert_eq!(at(10, 31, 2), Err(Unclear::Twice(120, 60)));
    assert_eq!(at(10, 31, 3), Ok(ms("2027-10-31T02:30:00Z")));
    // A daily one goes on over both, at the hour that the clocks would have shown.
    let night = hours("2027-03-27T01:30:00Z", "2027-03-27T02:00:00Z", "Europe/Paris");
    let night = with_clock(When { repeat: Some(every(Every::Day)), ..night }, &paris).unwrap();
    let day = |month, day| Stretch::days(date(2027, month, day), date(2027, month, day), &paris).unwrap();
    let begins = |stretch: &Stretch| times(&night, stretch, 9).iter().map(|time| time.start_ms).collect::<Vec<_>>();
    assert_eq!(begins(&day(3, 28)), [ms("2027-03-28T01:30:00Z")]);
    assert_eq!(begins(&day(10, 31)), [ms("2027-10-31T00:30:00Z")]);
}

#[test]
fn days_have_numbers_both_ways() {
    for day in [date(1970, 1, 1), date(2027, 5, 1), date(1, 1, 1), date(9999, 12, 31), date(1969, 12, 31)] {
        assert_eq!(date_of(day_number(day)), Some(day));
    }
    assert_eq!((day_number(date(1970, 1, 2)), date_of(i32::MAX), date_of(i32::MIN)), (1, None, None));
}

#[test]
fn no_window_costs_much() {
    let first = hours("2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", "Europe/Paris");
    for repeat in [every(Every::Day), every(Every::Year), Repeat { count: Some(1_000), ..every(Every::Day) }] {
        let when = with_clock(When { repeat: Some(repeat), ..first.clone() }, &zone("Europe/Paris")).unwrap();
        let all = Stretch::new(i64::MIN, i64::MAX, &zone("Asia/Tokyo"));
        assert_eq!(times(&when, &all, TIMES_MAX).len(), TIMES_MAX);
        assert!(next(&when, i64::MAX, &zone("UTC")).is_none_or(|time| time.start_ms >= first.start_ms));
        assert!(next(&when, i64::MIN, &zone("UTC")).is_some());
    }
    // All of it is left out: it never takes place.
    let none = Repeat { count: Some(1), except: vec![day_number(date(2020, 1, 1))], ..every(Every::Day) };
    let when = with_clock(When { repeat: Some(none), ..first }, &zone("Europe/Paris")).unwrap();
    assert_eq!(next(&when, 0, &zone("UTC")), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    /// What is on a day is what of all times touches that day: whoever asks, wherever it takes place.
    #[test]
    fn a_day_holds_what_of_all_times_touches_it(
        start in 0..200_i64, minute in 0..1_440_i64, long in 0..4_000_i64, whole: bool, kind in 0..5_usize,
        interval in 1..4_u16, count in prop::option::of(1..60_u16), place in 0..ZONES.len(), asker in 0..ZONES.len(),
        except in prop::collection::btree_set(0..300_i32, 0..9), asked in 0..400_i64,
    ) {
        let begin = date(2027, 1, 1);
        let day = |days: i64| begin.checked_add(jiff::Span::new().days(days)).unwrap();
        let (place, asker) = (ZONES[place], ZONES[asker]);
        let tz = zone(place);
        let plain = if whole {
            of_days(day(start), day(start + long / 1_440), &tz, place).unwrap()
        } else {
            let start_ms = ms("2027-01-01T00:00:00Z") + (start * 1_440 + minute) * 60_000;
            let end_ms = start_ms + long * 60_000;
            When { start_ms, end_ms, zone: place.into(), offset: None, whole_days: false, repeat: None }
        };
        let repeat = [Every::Day, Every::Week, Every::Month, Every::Year].get(kind).map(|unit| Repeat {
            interval, count, except: except.iter().map(|n| day_number(day(start)) + n).collect(), ..every(*unit)
        });
        let when = with_clock(When { repeat, ..plain }, &tz).unwrap();
        let asker = zone(asker);
        let asked = day(asked);
        let all = times(&when, &Stretch::new(i64::MIN, ms("2029-01-01T00:00:00Z"), &asker), 5_000);
        let touches = |time: &Time| match time.days {
            Some((first, last)) => (first..=last).contains(&day_number(asked)),
            None => {
                let date = |ms| Timestamp::from_millisecond(ms).unwrap().to_zoned_datetime(asker.clone()).date();
                date(time.start_ms) <= asked && asked <= date((time.end_ms - 1).max(time.start_ms))
            }
        };
        let wanted: Vec<Time> = all.iter().filter(|time| touches(time)).copied().collect();
        let stretch = Stretch::days(asked, asked, &asker).unwrap();
        prop_assert_eq!(times(&when, &stretch, TIMES_MAX), wanted);
        let (begin, end) = reach(&when);
        prop_assert!(all.iter().all(|time| time.order_ms >= begin && time.start_ms >= begin && time.end_ms <= end));
    }
}
