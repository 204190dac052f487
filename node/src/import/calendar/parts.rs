//! What calcard gives, as days and times, and back.

use calcard::{Entry, Parser, common::PartialDateTime, icalendar::ICalendarComponent};
use jiff::civil::{Date, DateTime, Time};

/// What a component and what lies in it are. None: it is not written as RFC 5545 has it.
pub(super) fn components(text: &str) -> Option<Vec<ICalendarComponent>> {
    match Parser::new(text).entry() {
        Entry::ICalendar(calendar) => Some(calendar.components),
        _ => None,
    }
}

/// Day and time of a value. None: there is no such day.
pub(super) fn civil(said: &PartialDateTime) -> Option<(Date, Option<Time>)> {
    let part = |part: Option<u8>| part.and_then(|part| i8::try_from(part).ok());
    let year = i16::try_from(said.year?).ok()?;
    let day = Date::new(year, part(said.month)?, part(said.day)?).ok()?;
    if !said.has_time() {
        return Some((day, None));
    }
    // A second that was let in is the one before.
    let second = part(said.second).unwrap_or(0).min(59);
    Some((day, Some(Time::new(part(said.hour)?, part(said.minute)?, second, 0).ok()?)))
}

/// A time on a clock as calcard writes it.
pub(super) fn partial(at: DateTime) -> PartialDateTime {
    // No part of a date is below zero.
    let part = |part: i8| u8::try_from(part).ok();
    PartialDateTime {
        year: u16::try_from(at.year()).ok(),
        month: part(at.month()),
        day: part(at.day()),
        hour: part(at.hour()),
        minute: part(at.minute()),
        second: part(at.second()),
        ..PartialDateTime::default()
    }
}

/// A value as it stands in the file.
pub(super) fn written(said: &PartialDateTime) -> String {
    let two = |part: Option<u8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
    let day = format!("{:04}{}{}", said.year.unwrap_or(0), two(said.month), two(said.day));
    let time = [said.hour, said.minute, said.second].map(two).concat();
    if time.is_empty() { day } else { format!("{day}T{time}") }
}
