//! One time of a series by itself, and a series cut in two: what comes before a day, and what comes from it on.

use super::{
    Place,
    clock::{DAY_MS, date_of, of_days},
};
use communaut_protocol::{
    limits::REPEAT_COUNT_MAX,
    op::{Repeat, When},
};
use jiff::tz::TimeZone;

/// The time of a series that a day names, whether or not it is left out. None: it does not begin then.
#[must_use]
pub fn single(when: &When, day: i32) -> Option<When> {
    let repeat = when.repeat.as_ref()?;
    let all = When { repeat: Some(Repeat { except: Vec::new(), ..repeat.clone() }), ..when.clone() };
    let begin_ms = i64::from(day).saturating_mul(DAY_MS);
    // What began earlier may go on into that day: of a long daily one as many times as it has days.
    let long_ms = when.end_ms.saturating_sub(when.start_ms);
    let most = usize::try_from(long_ms / DAY_MS).unwrap_or(0).saturating_add(2).min(REPEAT_COUNT_MAX);
    let walls = all.occurrences(begin_ms, begin_ms.saturating_add(DAY_MS), most);
    let wall = walls.into_iter().find(|wall| wall.day == day)?;
    let zone = TimeZone::get(&when.zone).ok();
    if when.whole_days {
        let last = day.checked_add(i32::try_from(long_ms / DAY_MS).ok()?)?.checked_sub(1)?;
        let place = zone.unwrap_or(TimeZone::UTC);
        return of_days(date_of(day)?, date_of(last)?, &place, &when.zone);
    }
    let is_first = when.wall_start_ms() == Some(wall.start_ms);
    let start_ms = if is_first { when.start_ms } else { Place::of(when, zone.as_ref()).instant(wall.start_ms)? };
    let end_ms = start_ms.saturating_add(long_ms);
    Some(When { start_ms, end_ms, zone: when.zone.clone(), offset: None, whole_days: false, repeat: None })
}

/// The series as it is before a day. None: nothing of it is.
#[must_use]
pub fn before(when: &When, day: i32) -> Option<When> {
    let repeat = when.repeat.as_ref()?;
    let first = first_day(when)?;
    if day <= first {
        return None;
    }
    let except = repeat.except.iter().copied().filter(|out| *out < day).collect();
    let until = Some(repeat.until.map_or(i32::MAX, |until| until).min(day.checked_sub(1)?));
    // What is left of so many times ends with a day, and one says the one or the other.
    Some(When { repeat: Some(Repeat { except, until, count: None, ..repeat.clone() }), ..when.clone() })
}

/// The series from a day on that names one of its times. None: it does not begin then.
#[must_use]
pub fn from_on(when: &When, day: i32) -> Option<When> {
    let repeat = when.repeat.as_ref()?;
    let one = single(when, day)?;
    let gone = u16::try_from(times_before(when, day)).unwrap_or(u16::MAX);
    let count = repeat.count.map(|count| count.saturating_sub(gone).max(1));
    let except = repeat.except.iter().copied().filter(|out| *out >= day).collect();
    let repeat = Some(Repeat { except, count, ..repeat.clone() });
    let zone = TimeZone::get(&when.zone).unwrap_or(TimeZone::UTC);
    let offset = if one.whole_days { one.offset } else { super::with_clock(one.clone(), &zone)?.offset };
    Some(When { repeat, offset, ..one })
}

fn first_day(when: &When) -> Option<i32> {
    i32::try_from(when.wall_start_ms()?.div_euclid(DAY_MS)).ok()
}

/// Times before a day, those left out among them.
fn times_before(when: &When, day: i32) -> usize {
    let Some(repeat) = when.repeat.as_ref() else { return 0 };
    let all = When { repeat: Some(Repeat { except: Vec::new(), ..repeat.clone() }), ..when.clone() };
    let walls = all.occurrences(i64::MIN, i64::from(day).saturating_mul(DAY_MS), REPEAT_COUNT_MAX);
    walls.iter().filter(|wall| wall.day < day).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::{Stretch, TIMES_MAX, day_number, times, with_clock};
    use super::*;
    use communaut_protocol::op::Every;
    use jiff::{Timestamp, civil::date};

    fn series(start: &str, hours: i64, count: Option<u16>) -> When {
        let start_ms = start.parse::<Timestamp>().unwrap().as_millisecond();
        let end_ms = start_ms + hours * 3_600_000;
        let zone = "Europe/Paris".to_owned();
        let repeat = Repeat { every: Every::Week, interval: 1, count, until: None, weekdays: 0, except: vec![] };
        let when = When { start_ms, end_ms, zone, offset: None, whole_days: false, repeat: Some(repeat) };
        with_clock(when, &TimeZone::get("Europe/Paris").unwrap()).unwrap()
    }

    fn begins(when: &When) -> Vec<i64> {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let all = times(when, &Stretch::new(i64::MIN, i64::MAX, &zone), TIMES_MAX);
        all.iter().map(|time| time.start_ms).collect()
    }

    #[test]
    fn one_time_keeps_its_hour_over_a_change_of_the_clocks() {
        // Thursdays at half past six, until the clocks change on 25 October 2026.
        let when = series("2026-10-15T16:30:00Z", 2, Some(4));
        let all = begins(&when);
        for (week, start_ms) in all.iter().enumerate() {
            let day = day_number(date(2026, 10, 15)) + 7 * i32::try_from(week).unwrap();
            let one = single(&when, day).unwrap();
            assert_eq!((one.start_ms, one.end_ms - one.start_ms, one.repeat), (*start_ms, 7_200_000, None));
        }
        assert_eq!(single(&when, day_number(date(2026, 10, 16))), None);
        assert_eq!(single(&when, day_number(date(2026, 11, 12))), None, "beyond the last");
    }

    #[test]
    fn whole_days_stay_whole_and_what_lasts_over_the_day_is_found() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let days = of_days(date(2027, 3, 26), date(2027, 3, 28), &zone, "Europe/Paris").unwrap();
        let repeat = series("2026-10-15T16:30:00Z", 1, Some(5)).repeat;
        let when = When { repeat, ..days };
        let one = single(&when, day_number(date(2027, 4, 2))).unwrap();
        assert_eq!(one, of_days(date(2027, 4, 2), date(2027, 4, 4), &zone, "Europe/Paris").unwrap());
        assert_eq!(single(&when, day_number(date(2027, 4, 3))), None, "it goes on then, and does not begin");
        let daily = |mut when: When| {
            when.repeat.as_mut().unwrap().every = Every::Day;
            when
        };
        let long = daily(series("2026-10-15T16:30:00Z", 24 * 9, Some(30)));
        assert!(single(&long, day_number(date(2026, 10, 30))).is_some());
    }

    #[test]
    fn a_series_cut_in_two_takes_place_as_often_as_before() {
        for (count, until) in [(Some(6), None), (None, Some(date(2026, 11, 19)))] {
            let mut when = series("2026-10-15T16:30:00Z", 2, count);
            when.repeat.as_mut().unwrap().until = until.map(day_number);
            when.repeat.as_mut().unwrap().except = vec![day_number(date(2026, 10, 22)), day_number(date(2026, 11, 12))];
            let all = begins(&when);
            assert_eq!(all.len(), 4);
            for cut in 1..6 {
                let day = day_number(date(2026, 10, 15)) + 7 * cut;
                let both = [before(&when, day).unwrap(), from_on(&when, day).unwrap()];
                assert_eq!(both.iter().flat_map(begins).collect::<Vec<_>>(), all, "{cut}");
            }
            assert_eq!(before(&when, day_number(date(2026, 10, 15))), None, "it is all that follows");
        }
    }
}
