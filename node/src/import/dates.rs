//! Dates as files write them: "2026-03-01T18:30", "12/03/2026 à 20h", "du 12 au 14 mars 2026", the number of a day in
//! a spreadsheet; and when an event takes place, on the clocks of where it does.

mod words;

use super::{Reason, notes::ImportNote, text};
use crate::times::of_days;
use communaut_protocol::op::When;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::temporal::Pieces,
    tz::TimeZone,
};
use std::collections::BTreeSet;

/// Bytes of a date in words, at the most.
const WORDS_MAX: usize = 200;
/// Days since the last of 1899 that a cell without a date's look may mean: 1954 to 2119.
const SERIALS: std::ops::Range<f64> = 20_000.0..80_000.0;
/// Seconds since 1970, from 2001 on: ten digits.
const SECONDS_DIGITS: usize = 10;
/// Milliseconds since 1970: thirteen.
const MS_DIGITS: usize = 13;
/// Zones that a note names.
const ZONES_TOLD: usize = 3;

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Moment {
    /// Milliseconds since 1970 UTC, and by how many minutes the clock is ahead, where that is said.
    At(i64, Option<i16>),
    Local(DateTime),
    Day(Date),
}

/// In which order a date of three numbers is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    #[default]
    DayFirst,
    MonthFirst,
}

/// What one text says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Read {
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    /// Times of a day that is not said.
    pub times: (Option<Time>, Option<Time>),
}

pub(super) fn at_ms(ms: i64) -> Option<Moment> {
    Timestamp::from_millisecond(ms).ok().map(|_| Moment::At(ms, None))
}

/// As ISO 8601 and its like have it.
pub(super) fn of_iso(text: &str) -> Option<Moment> {
    if let Ok(at) = text.parse::<Timestamp>() {
        let offset = Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        // "Z" says the moment, and no clock.
        let minutes = offset.filter(|_| !text.ends_with(['Z', 'z'])).map(|offset| offset.seconds() / 60);
        return Some(Moment::At(at.as_millisecond(), minutes.and_then(|minutes| i16::try_from(minutes).ok())));
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() == "2026-03-01".len() || text.len() == "20260301".len() && digits {
        return text.parse().ok().map(Moment::Day);
    }
    text.parse().ok().map(Moment::Local)
}

/// All that one cell says; none: it is not understood.
pub(super) fn read(text: &str, order: Order) -> Option<Read> {
    let text = text.trim();
    if text.len() > WORDS_MAX {
        return None;
    }
    let one = of_iso(text).or_else(|| of_number(text));
    let one = one.map(|start| Read { start: Some(start), ..Read::default() });
    one.or_else(|| words::read(text, order))
}

/// The number of a day, or of seconds: spreadsheets and databases write them.
fn of_number(text: &str) -> Option<Moment> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        SECONDS_DIGITS if digits => return at_ms(text.parse::<i64>().ok()?.checked_mul(1_000)?),
        MS_DIGITS if digits => return at_ms(text.parse().ok()?),
        _ => {}
    }
    let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| SERIALS.contains(number))?;
    let day = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().try_days(number as i64).ok()?).ok()?;
    let minutes = (number.fract() * 1_440.0).round() as i64;
    if minutes == 0 {
        return Some(Moment::Day(day));
    }
    let at = day.at(0, 0, 0, 0).checked_add(jiff::Span::new().try_minutes(minutes).ok()?);
    at.ok().map(Moment::Local)
}

/// The cells of a record that say when it takes place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cells<'a> {
    /// Dates, with times or without; or times alone.
    pub begins: Vec<&'a str>,
    pub ends: Vec<&'a str>,
    /// Times of the day.
    pub begins_at: Vec<&'a str>,
    pub ends_at: Vec<&'a str>,
}

impl Cells<'_> {
    /// From when to when; none: nothing is said of it.
    pub fn read(&self, order: Order) -> Result<Option<(Moment, Option<Moment>)>, Reason> {
        let (begins, wrong) = all(&self.begins, order);
        let (ends, _) = all(&self.ends, order);
        let (begins_at, _) = all(&self.begins_at, order);
        let (ends_at, _) = all(&self.ends_at, order);
        let Some(first) = begins.iter().find(|read| read.start.is_some()) else {
            return match wrong.or_else(|| self.begins.first().copied()) {
                None => Ok(None),
                Some(said) => Err(Reason::DateUnknown { said: text::shown(said) }),
            };
        };
        // A column of times may be called "start" as well, beside one of dates.
        let from = begins_at.iter().chain(&begins).find_map(|read| read.times.0);
        let to = ends_at.iter().chain(&ends).find_map(|read| read.times.0);
        let to = to.or_else(|| begins_at.iter().chain(&begins).find_map(|read| read.times.1));
        let Some(start) = first.start.map(|start| with_time(start, from)) else { return Ok(None) };
        let last = ends.iter().find_map(|read| read.start).or(first.end);
        let end = match (last, to) {
            (Some(Moment::Day(_)), None) if matches!(start, Moment::Local(_)) && same_day(start, last) => None,
            (Some(last), to) => Some(with_time(last, to)),
            (None, Some(to)) => on_day(start, to),
            (None, None) => None,
        };
        Ok(Some((start, end)))
    }
}

/// What is understood of these, and the first that is not.
fn all<'a>(cells: &[&'a str], order: Order) -> (Vec<Read>, Option<&'a str>) {
    let mut wrong = None;
    let found = cells.iter().filter_map(|cell| {
        let found = read(cell, order);
        if found.is_none() {
            wrong = wrong.or(Some(*cell));
        }
        found
    });
    (found.collect(), wrong)
}

/// A day with a time of it.
fn with_time(moment: Moment, time: Option<Time>) -> Moment {
    match (moment, time) {
        (Moment::Day(day), Some(time)) => Moment::Local(day.to_datetime(time)),
        (moment, _) => moment,
    }
}

fn same_day(start: Moment, last: Option<Moment>) -> bool {
    matches!((start, last), (Moment::Local(at), Some(Moment::Day(day))) if at.date() == day)
}

/// The time on the day of the start, or past midnight on the next. An afternoon that is over before it begins is no
/// night: it stays, and is told as an end before the start.
fn on_day(start: Moment, time: Time) -> Option<Moment> {
    let at = match start {
        Moment::Local(at) => at,
        Moment::Day(day) => day.at(0, 0, 0, 0),
        Moment::At(..) => return None,
    };
    let end = at.date().to_datetime(time);
    let is_night = end <= at && time.hour() < 12;
    Some(Moment::Local(if is_night { at.date().tomorrow().ok()?.to_datetime(time) } else { end }))
}

/// Turns what is written into when it takes place, and knows in which zones.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Zones in which times without one were read.
    floating: BTreeSet<String>,
    /// Ends that were before their starts.
    early: u64,
}

/// A zone that can be said with an event: one that has a name.
pub(super) fn named(zone: TimeZone) -> TimeZone {
    if zone.iana_name().is_some() { zone } else { TimeZone::UTC }
}

impl Clock {
    /// What is to be known of the zones.
    pub fn notes(&self) -> impl Iterator<Item = ImportNote> + '_ {
        let zones = self.floating.iter().take(ZONES_TOLD).map(|zone| ImportNote::Floating { zone: zone.clone() });
        zones.chain((self.early > 0).then_some(ImportNote::EarlyEnds { count: self.early }))
    }

    /// When it takes place; none: out of the calendar. An end before the start is none, and told at the end. `zone`: of
    /// what says none.
    pub fn when(&mut self, start: Moment, end: Option<Moment>, zone: &TimeZone) -> Option<When> {
        let name = zone.iana_name().unwrap_or("UTC");
        if let Moment::Day(first) = start {
            let last = match end {
                Some(Moment::Day(last)) => last,
                Some(Moment::Local(at)) => at.date(),
                _ => first,
            };
            self.floating.insert(name.to_owned());
            self.early += u64::from(last < first);
            return of_days(first, last.max(first), zone, name);
        }
        let start_ms = self.ms(start, zone, name)?;
        let end_ms = end.and_then(|end| self.ms(end, zone, name)).unwrap_or(start_ms);
        self.early += u64::from(end_ms < start_ms);
        let end_ms = end_ms.max(start_ms);
        let (zone, offset) = match start {
            Moment::At(_, Some(offset)) => (String::new(), Some(offset)),
            _ => (name.to_owned(), None),
        };
        Some(When { start_ms, end_ms, zone, offset, whole_days: false, repeat: None })
    }

    fn ms(&mut self, moment: Moment, zone: &TimeZone, name: &str) -> Option<i64> {
        let at = match moment {
            Moment::At(ms, _) => return Some(ms),
            Moment::Local(at) => at,
            // The last day is over when it ends.
            Moment::Day(day) => day.tomorrow().ok()?.at(0, 0, 0, 0),
        };
        self.floating.insert(name.to_owned());
        zone.to_timestamp(at).ok().map(Timestamp::as_millisecond)
    }
}

#[cfg(test)]
mod tests;
