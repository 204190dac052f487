//! Recurrence rules (RFC 5545, 3.3.10) as what SPEC.md §6.4 can say.
//!
//! A rule is not translated word by word: it is unrolled by a library, and what is kept is the repetition of ours that
//! gives the same days. So a rule that ours cannot say is never taken for one that it can.

use super::parts::partial;
use crate::{
    import::Reason,
    times::{DAY_MS, date_of, day_number},
};
use calcard::{
    common::timezone::Tz,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency, ICalendarProperty,
        ICalendarRecurrenceRule, ICalendarValue,
    },
};
use communaut_protocol::{
    limits::{REPEAT_COUNT_MAX, REPEAT_INTERVAL_MAX},
    op::{Every, Repeat, When},
};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};

/// Times by which a rule is compared with ours: of daily ones four years, in which a leap day lies.
const COMPARED_MAX: usize = 1_500;
/// Years, times the interval, over which they are compared: leap days are eight years apart at the turn of a century.
const COMPARED_YEARS: i64 = 12;
/// The last year of which anything is unrolled: the library's calendar and ours hold it.
const YEAR_MAX: i16 = 9_000;

/// The first times of a rule on the clock of the place, without those of other rules and without what is left out.
pub(super) fn expand(rule: &ICalendarRecurrenceRule, start: DateTime, most: usize) -> Vec<DateTime> {
    let entry = |name, value| ICalendarEntry { name, params: Vec::new(), values: vec![value] };
    let event = ICalendarComponent {
        component_type: ICalendarComponentType::VEvent,
        entries: vec![
            entry(ICalendarProperty::Dtstart, ICalendarValue::PartialDateTime(Box::new(partial(start)))),
            entry(ICalendarProperty::Rrule, ICalendarValue::RecurrenceRule(Box::new(rule.clone()))),
        ],
        component_ids: Vec::new(),
    };
    let found = ICalendar { components: vec![event] }.expand_dates(Tz::Floating, most);
    let local = |second: i64| Some(jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(second).ok()?));
    found.events.iter().filter_map(|event| local(event.start.naive_local().and_utc().timestamp())).collect()
}

/// How the first time of an event comes again.
pub(super) struct Again {
    /// The first time that the rule gives: the start, if that is one of its.
    pub first: Date,
    /// Without its end.
    pub repeat: Repeat,
}

/// What repeats as the rule does, as far as its end is not concerned.
///
/// # Errors
/// Ours cannot say it.
pub(super) fn repeats(rule: &ICalendarRecurrenceRule, start: DateTime) -> Result<Again, Reason> {
    if rule.freq >= ICalendarFrequency::Hourly {
        return Err(Reason::SeveralADay);
    }
    if rule.rscale.is_some() || rule.skip.is_some() {
        return Err(Reason::OtherCalendar);
    }
    // Weeks of a year, and days counted from its beginning, come apart from ours only after many years.
    if !rule.byweekno.is_empty() || !rule.byyearday.is_empty() {
        return Err(Reason::CountsOfYear);
    }
    let interval = rule.interval.unwrap_or(1).max(1);
    if usize::from(interval) > REPEAT_INTERVAL_MAX {
        return Err(Reason::TimesFarApart);
    }
    let years = COMPARED_YEARS.saturating_mul(interval.into());
    let until = start.checked_add(years.years()).ok().filter(|until| until.year() <= YEAR_MAX);
    let until = until.ok_or(Reason::TimesFarApart)?;
    let endless = ICalendarRecurrenceRule { count: None, until: Some(partial(until)), ..rule.clone() };
    let wanted = expand(&endless, start, COMPARED_MAX);
    let first = wanted.first().ok_or(Reason::NeverTakesPlace)?.date();
    if wanted.iter().any(|at| at.time() != start.time()) {
        return Err(Reason::SeveralHours);
    }
    let days: Vec<i32> = wanted.iter().map(|at| day_number(at.date())).collect();
    let last = if days.len() < COMPARED_MAX { day_number(until.date()) } else { *days.last().unwrap_or(&0) };
    let fits = |repeat: &Repeat| {
        let when = on_days(first, repeat.clone());
        let end_ms = i64::from(last).saturating_add(1).saturating_mul(DAY_MS);
        let ours = when.occurrences(i64::MIN, end_ms, COMPARED_MAX);
        ours.iter().map(|time| time.day).eq(days.iter().copied())
    };
    let repeat = candidates(rule.freq, interval, &days).into_iter().find(fits);
    repeat.map(|repeat| Again { first, repeat }).ok_or(Reason::NoSuchRepetition)
}

/// Repetitions that may have these days: by what the rule counts first, and with its interval before that of the first
/// two times, between which a short month or a common year may have been passed over.
fn candidates(freq: ICalendarFrequency, interval: u16, days: &[i32]) -> Vec<Repeat> {
    let [first, second, ..] = days else { return Vec::new() };
    let (Some(one), Some(two)) = (date_of(*first), date_of(*second)) else { return Vec::new() };
    let monday = |day: i32| day.saturating_sub(day.saturating_add(3).rem_euclid(7));
    let bit = |day: i32| 1_u8 << day.saturating_add(3).rem_euclid(7);
    let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let of = |every, apart: i32, weekdays: u8| {
        let apart = u16::try_from(apart).unwrap_or(0);
        [interval, apart].map(|interval| Repeat {
            every,
            interval,
            count: None,
            until: None,
            weekdays,
            except: Vec::new(),
        })
    };
    // Of weeks, the next one in which anything takes place; its weekdays are those of all.
    let weeks = days.iter().map(|day| (monday(*day) - monday(*first)) / 7).find(|weeks| *weeks > 0);
    let weekdays = days.iter().fold(0, |bits, day| bits | bit(*day));
    let week = of(Every::Week, weeks.unwrap_or(0), if weekdays == bit(*first) { 0 } else { weekdays });
    let day = of(Every::Day, second.saturating_sub(*first), 0);
    let month = of(Every::Month, months(two) - months(one), 0);
    let same = of(Every::Month, months(two) - months(one), bit(*first));
    let year = of(Every::Year, i32::from(two.year()) - i32::from(one.year()), 0);
    let order = match freq {
        ICalendarFrequency::Yearly => [year, month, same, week, day],
        ICalendarFrequency::Monthly => [month, same, year, week, day],
        ICalendarFrequency::Weekly => [week, day, month, same, year],
        _ => [day, week, month, same, year],
    };
    let within = |repeat: &Repeat| (1..=REPEAT_INTERVAL_MAX).contains(&repeat.interval.into());
    order.into_iter().flatten().filter(within).collect()
}

/// An event that lasts a day at most, for its days alone.
fn on_days(first: Date, repeat: Repeat) -> When {
    let start_ms = i64::from(day_number(first)).saturating_mul(DAY_MS);
    let end_ms = start_ms;
    When { start_ms, end_ms, zone: String::new(), offset: Some(0), whole_days: false, repeat: Some(repeat) }
}

/// The days of a repetition from one to another, both among them.
pub(super) fn days_between(again: &Again, from: i32, to: i32, most: usize) -> Vec<i32> {
    let ms = |day: i32| i64::from(day).saturating_mul(DAY_MS);
    let times = on_days(again.first, again.repeat.clone()).occurrences(ms(from), ms(to).saturating_add(DAY_MS), most);
    times.into_iter().map(|time| time.day).collect()
}

/// How a rule ends: after a number of times that ours can say, or on a day.
pub(super) fn end(again: &mut Again, count: Option<u32>, until: Option<i32>) -> Result<(), Reason> {
    match (count.and_then(|count| usize::try_from(count).ok()), until) {
        (Some(count), _) if count > REPEAT_COUNT_MAX => {
            // More than ours counts: until the day of the last one.
            let days = days_between(again, day_number(again.first), i32::MAX, count.min(COUNT_MAX));
            if days.len() < count {
                return Err(Reason::TooOften);
            }
            again.repeat.until = days.last().copied();
        }
        (Some(count), _) => again.repeat.count = u16::try_from(count).ok(),
        (None, until) => again.repeat.until = until,
    }
    if until.is_some_and(|until| until < day_number(again.first)) && again.repeat.count.is_none() {
        return Err(Reason::EndBeforeStart);
    }
    Ok(())
}

/// Times that are counted out where a rule says a number: beyond, nobody means it.
const COUNT_MAX: usize = 20_000;
