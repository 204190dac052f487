//! When an event takes place, as lines of a calendar (RFC 5545): DTSTART, DTEND, RRULE, EXDATE.
//!
//! Hours are written on the clock of their zone, so that what repeats keeps its hour through the year; in UTC where the
//! zone is not known, or where its clock shows that hour twice.

use super::{
    clock::{instant, wall},
    date_of,
};
use communaut_protocol::op::{Every, Repeat, When};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

/// Days of EXDATE that stand on one line: it stays short enough to be read.
const EXCEPT_A_LINE: usize = 16;
/// Weekdays, Monday first.
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The lines, and the zone that they name.
#[derive(Debug, Clone, PartialEq)]
pub struct WhenLines {
    /// Not folded.
    pub lines: Vec<String>,
    /// By which name it is called there (TZID), and whose clocks it has. None: whole days, or UTC.
    pub zone: Option<(String, TimeZone)>,
}

/// On whose clock times are written.
enum Clock {
    Days,
    Utc,
    Zone(String, TimeZone),
}

/// The lines of an event. None: one of its times is out of the calendar, or its clock is not said.
#[must_use]
pub fn when_lines(when: &When) -> Option<WhenLines> {
    let clock = clock_of(when)?;
    let start = clock.shown(when.start_ms, when)?;
    let end = clock.shown(when.end_ms, when)?;
    let mut lines = vec![clock.line("DTSTART", &[start])?];
    if end > start {
        lines.push(clock.line("DTEND", &[end])?);
    }
    if let Some(repeat) = &when.repeat {
        lines.push(clock.rule(repeat, start)?);
        for days in repeat.except.chunks(EXCEPT_A_LINE) {
            let at = days.iter().map(|day| Some(date_of(*day)?.to_datetime(start.time())));
            lines.push(clock.line("EXDATE", &at.collect::<Option<Vec<_>>>()?)?);
        }
    }
    let zone = match clock {
        Clock::Zone(name, zone) => Some((name, zone)),
        Clock::Days | Clock::Utc => None,
    };
    Some(WhenLines { lines, zone })
}

fn clock_of(when: &When) -> Option<Clock> {
    if when.whole_days {
        return when.offset.map(|_| Clock::Days);
    }
    let known = TimeZone::get(&when.zone).ok().filter(|zone| zone.iana_name().is_some());
    if known.as_ref().is_some_and(|zone| zone.iana_name() == Some("UTC")) {
        return Some(Clock::Utc);
    }
    // What repeats has to be said on a clock: by that of UTC it would be on other days.
    if when.repeat.is_some() && known.is_none() {
        let offset = when.offset?;
        if offset == 0 {
            return Some(Clock::Utc);
        }
        let zone = TimeZone::fixed(Offset::from_seconds(i32::from(offset) * 60).ok()?);
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
        return Some(Clock::Zone(format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60), zone));
    }
    let Some(zone) = known else { return Some(Clock::Utc) };
    let second = |ms: i64| ms.div_euclid(1_000).saturating_mul(1_000);
    let same = |ms: i64| instant(wall(second(ms), &zone), &zone) == Some(second(ms));
    let clear = when.repeat.is_some() || same(when.start_ms) && same(when.end_ms);
    Some(if clear { Clock::Zone(when.zone.clone(), zone) } else { Clock::Utc })
}

impl Clock {
    /// What it shows at a moment of an event.
    fn shown(&self, ms: i64, when: &When) -> Option<DateTime> {
        let wall_ms = match self {
            Self::Utc => ms,
            // By the clock that the event names: the same by which its days are counted.
            Self::Days => ms.checked_add(i64::from(when.offset?) * 60_000)?,
            Self::Zone(_, zone) => {
                let said = when.offset.filter(|_| when.repeat.is_some() && ms == when.start_ms);
                said.map_or_else(|| wall(ms, zone), |offset| ms.saturating_add(i64::from(offset) * 60_000))
            }
        };
        civil(wall_ms)
    }

    /// A moment, or several, as a line.
    fn line(&self, name: &str, at: &[DateTime]) -> Option<String> {
        let values: Option<Vec<String>> = at.iter().map(|at| self.value(*at)).collect();
        let values = values?.join(",");
        Some(match self {
            Self::Days => format!("{name};VALUE=DATE:{values}"),
            Self::Utc => format!("{name}:{values}"),
            Self::Zone(zone, _) => format!("{name};TZID={zone}:{values}"),
        })
    }

    fn value(&self, at: DateTime) -> Option<String> {
        match self {
            Self::Days => day(at.date()),
            Self::Utc => Some(format!("{}Z", moment(at)?)),
            Self::Zone(..) => moment(at),
        }
    }

    fn rule(&self, repeat: &Repeat, start: DateTime) -> Option<String> {
        let freq = match repeat.every {
            Every::Day => "DAILY",
            Every::Week => "WEEKLY",
            Every::Month => "MONTHLY",
            Every::Year => "YEARLY",
        };
        let mut rule = format!("RRULE:FREQ={freq}");
        if repeat.interval > 1 {
            rule += &format!(";INTERVAL={}", repeat.interval);
        }
        let days = (0..).zip(WEEKDAYS).filter(|(bit, _)| repeat.weekdays >> bit & 1 == 1);
        // Of a month it is the same one again: the second Tuesday.
        let nth = if repeat.every == Every::Month { ((start.day() - 1) / 7 + 1).to_string() } else { String::new() };
        let days: Vec<String> = days.map(|(_, name)| format!("{nth}{name}")).collect();
        if !days.is_empty() {
            rule += &format!(";BYDAY={}", days.join(","));
        }
        if let Some(count) = repeat.count {
            rule += &format!(";COUNT={count}");
        }
        if let Some(until) = repeat.until {
            let last = date_of(until)?.to_datetime(start.time());
            let until = match self {
                Self::Days => day(last.date())?,
                Self::Utc => format!("{}Z", moment(last)?),
                // RFC 5545, 3.3.10: in UTC where the start names a zone.
                Self::Zone(_, zone) => {
                    let ms = zone.to_timestamp(last).ok()?.as_millisecond();
                    format!("{}Z", moment(civil(ms)?)?)
                }
            };
            rule += &format!(";UNTIL={until}");
        }
        Some(rule)
    }
}

/// A time of UTC's clock, to the second.
fn civil(ms: i64) -> Option<DateTime> {
    Some(TimeZone::UTC.to_datetime(Timestamp::from_second(ms.div_euclid(1_000)).ok()?))
}

/// "20270621"; years have four digits.
fn day(day: Date) -> Option<String> {
    let year = Some(day.year()).filter(|year| (1..=9_999).contains(year))?;
    Some(format!("{year:04}{:02}{:02}", day.month(), day.day()))
}

/// "20270621T180000", as the clock shows it.
fn moment(at: DateTime) -> Option<String> {
    Some(format!("{}T{:02}{:02}{:02}", day(at.date())?, at.hour(), at.minute(), at.second()))
}

/// When an event begins first and ends, for people: on the clock of its place; of whole days the first and the last.
#[must_use]
pub fn told(when: &When) -> (String, String) {
    let offset_ms = when.offset.map(|offset| i64::from(offset) * 60_000);
    let zone = TimeZone::get(&when.zone).ok();
    let shown = |ms: i64| match (&zone, offset_ms) {
        (Some(zone), _) if !when.whole_days => civil(wall(ms, zone)),
        (_, offset_ms) => civil(ms.saturating_add(offset_ms.unwrap_or_default())),
    };
    let text = |at: Option<DateTime>| match at {
        Some(at) if when.whole_days => at.date().to_string(),
        Some(at) => at.strftime("%FT%R").to_string(),
        None => String::new(),
    };
    // The last of whole days is over when the next begins.
    let end = if when.whole_days { when.end_ms.saturating_sub(1) } else { when.end_ms };
    (text(shown(when.start_ms)), text(shown(end)))
}
