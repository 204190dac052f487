//! Events that repeat: against a reference that looks at every day.

use crate::common::cases;
use communaut_protocol::{
    codec,
    op::{Every, Field, Operation, Repeat, WallTime, When},
};
use proptest::prelude::*;

const DAY_MS: i64 = 86_400_000;
/// 2026-01-01, a Thursday.
const NEW_YEAR: i64 = 20_454;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        1 => 28 + i64::from(is_leap(year)),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// Year, month and date from 0 of each day from 1970 on, counted out.
fn calendar(days: usize) -> Vec<(i64, i64, i64)> {
    let (mut year, mut month, mut date) = (1970, 0, 0);
    (0..days)
        .map(|_| {
            let today = (year, month, date);
            date += 1;
            if date == length(year, month) {
                (month, date) = (month + 1, 0);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
            today
        })
        .collect()
}

/// Whether it begins on a day, said as SPEC.md §6.4 does.
fn begins(repeat: &Repeat, first: i64, day: i64, calendar: &[(i64, i64, i64)]) -> bool {
    let (from, at) = (calendar[first as usize], calendar[day as usize]);
    let interval = i64::from(repeat.interval);
    let weekday = |day: i64| (day + 3) % 7;
    let months = (at.0 - from.0) * 12 + at.1 - from.1;
    match repeat.every {
        Every::Day => (day - first) % interval == 0,
        Every::Week => {
            let weeks = (day - weekday(day) - (first - weekday(first))) / 7;
            let bits = if repeat.weekdays == 0 { 1 << weekday(first) } else { repeat.weekdays };
            weeks % interval == 0 && bits & (1 << weekday(day)) != 0
        }
        Every::Month if repeat.weekdays != 0 => {
            months % interval == 0 && weekday(day) == weekday(first) && at.2 / 7 == from.2 / 7
        }
        Every::Month => months % interval == 0 && at.2 == from.2,
        Every::Year => (at.1, at.2) == (from.1, from.2) && (at.0 - from.0) % interval == 0,
    }
}

fn naive(when: &When, from_ms: i64, to_ms: i64, most: usize, calendar: &[(i64, i64, i64)]) -> Vec<WallTime> {
    let (start_ms, repeat) = (when.wall_start_ms().unwrap(), when.repeat.as_ref().unwrap());
    let first = start_ms.div_euclid(DAY_MS);
    let days = (first..calendar.len() as i64).filter(|day| begins(repeat, first, *day, calendar));
    let counted = days.take(repeat.count.map_or(usize::MAX, usize::from));
    counted
        .take_while(|day| repeat.until.is_none_or(|until| *day <= i64::from(until)))
        .filter(|day| !repeat.except.contains(&(*day as i32)))
        .map(|day| {
            let start_ms = day * DAY_MS + start_ms.rem_euclid(DAY_MS);
            WallTime { day: day as i32, start_ms, end_ms: start_ms + when.end_ms - when.start_ms }
        })
        .filter(|one| one.start_ms < to_ms && (one.end_ms > from_ms || one.start_ms >= from_ms))
        .take(most)
        .collect()
}

fn when(first: i64, hours: i64, repeat: Repeat) -> When {
    let start_ms = first * DAY_MS + 18 * 3_600_000;
    let (zone, offset) = ("Europe/Paris".into(), Some(60));
    When { start_ms, end_ms: start_ms + hours * 3_600_000, zone, offset, whole_days: false, repeat: Some(repeat) }
}

fn every(every: Every) -> Repeat {
    Repeat { every, interval: 1, count: None, until: None, weekdays: 0, except: vec![] }
}

proptest! {
    #![proptest_config(cases(2_000))]
    #[test]
    fn occurrences_are_those_of_who_looks_at_every_day(
        first in NEW_YEAR..NEW_YEAR + 1_500, kind in 0..4_u8, interval in 1..6_u16, hours in 0..200_i64,
        ends in 0..3_u8, count in 1..60_u16, until in 0..4_000_i32, bits in 0..128_u8, by_weekday: bool,
        except in proptest::collection::btree_set(0..300_i32, 0..20), from in -100..4_000_i64, long in 0..900_i64,
        most in 0..200_usize,
    ) {
        let every = [Every::Day, Every::Week, Every::Month, Every::Year][usize::from(kind)];
        let own = 1_u8 << ((first + 3) % 7);
        let weekdays = match every {
            Every::Week if by_weekday => bits | own,
            Every::Month if by_weekday => own,
            _ => 0,
        };
        let repeat = Repeat {
            every,
            interval,
            count: (ends == 1).then_some(count),
            until: (ends == 2).then_some(first as i32 + until),
            weekdays,
            except: except.into_iter().map(|day| first as i32 + day).collect(),
        };
        let when = when(first, hours, repeat);
        prop_assert!(Field::When(Some(when.clone())).key() == 10);
        let (from_ms, to_ms) = ((first + from) * DAY_MS, (first + from + long) * DAY_MS);
        let calendar = calendar((NEW_YEAR + 9_000) as usize);
        prop_assert_eq!(when.occurrences(from_ms, to_ms, most), naive(&when, from_ms, to_ms, most, &calendar));
    }
}

#[test]
fn no_repetition_costs_much_whatever_the_window() {
    for repeat in [every(Every::Day), every(Every::Week), every(Every::Month), every(Every::Year)] {
        for interval in [1, 7, 12, 1_000] {
            // The leap day of the year 4, a window of all time, and one at its end.
            let first = -718_000 - 100;
            let when = when(first, 1, Repeat { interval, ..repeat.clone() });
            assert!(when.occurrences(i64::MIN, i64::MAX, 1_000).len() <= 1_000);
            assert!(when.occurrences(253_370_000_000_000, i64::MAX, 1_000).len() <= 1_000);
            assert_eq!(when.occurrences(5, 5, 10), []);
        }
    }
}

#[test]
fn an_event_without_a_clock_says_the_same_bytes_as_before_and_nothing_of_days() {
    let mut plain = when(NEW_YEAR, 2, every(Every::Day));
    (plain.offset, plain.repeat) = (None, None);
    let bytes = codec::encode(&plain).unwrap();
    assert_eq!(bytes[0], 0xa3, "three fields");
    assert_eq!(plain.occurrences(i64::MIN, i64::MAX, 9), []);
}

#[test]
fn what_repeats_has_a_clock_and_one_end_and_its_own_weekday() {
    let refused = |when: When| {
        let (owner, seed) = (crate::common::person(1).id, vec![1; 16]);
        communaut_protocol::op::ElementOp { owner, seed, fields: vec![Field::When(Some(when))] }.check().is_err()
    };
    let of = |change: &dyn Fn(&mut When, &mut Repeat)| {
        let (mut repeat, mut when) = (every(Every::Week), when(NEW_YEAR, 2, every(Every::Week)));
        change(&mut when, &mut repeat);
        refused(When { repeat: Some(repeat), ..when })
    };
    assert!(!of(&|_, _| ()) && !of(&|_, repeat| repeat.weekdays = 0b1001));
    assert!(of(&|when, _| when.offset = None) && of(&|when, _| when.offset = Some(1_081)));
    assert!(of(&|_, repeat| repeat.weekdays = 0b1) && of(&|_, repeat| repeat.weekdays = 0b1000_1000));
    assert!(of(&|_, repeat| repeat.interval = 0) && of(&|_, repeat| repeat.interval = 1_001));
    assert!(of(&|_, repeat| repeat.count = Some(0)) && of(&|_, repeat| repeat.count = Some(1_041)));
    assert!(of(&|_, repeat| (repeat.count, repeat.until) = (Some(2), Some(30_000))));
    assert!(of(&|_, repeat| repeat.except = vec![2, 1]) && of(&|_, repeat| repeat.except = (0..65).collect()));
    assert!(of(&|_, repeat| repeat.until = Some(i32::MAX)));
    assert!(of(&|_, repeat| (repeat.every, repeat.weekdays) = (Every::Day, 0b1000)));
    assert!(of(&|when, _| when.whole_days = true), "not from midnight");
    assert!(!of(&|when, _| {
        (when.start_ms, when.end_ms) = (NEW_YEAR * DAY_MS - 3_600_000, (NEW_YEAR + 1) * DAY_MS - 3_600_000);
        when.whole_days = true;
    }));
}
