//! Between the clocks of a place and moments: whole days, hours that do not exist and hours that happen twice.

use communaut_protocol::op::When;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, date},
    tz::{AmbiguousOffset, Offset, TimeZone},
};

/// Milliseconds of a day on a clock.
pub const DAY_MS: i64 = 86_400_000;

/// Why a time on a clock is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclear {
    /// The clocks are set forward over it.
    Skipped,
    /// The clocks are set back over it: by these offsets, in minutes, it happens first and again.
    Twice(i32, i32),
    /// Out of the calendar.
    Out,
}

/// The moment of a time on the clocks of a zone, in milliseconds since 1970 UTC.
///
/// # Errors
/// It does not exist, or happens twice.
pub fn moment(local: DateTime, zone: &TimeZone) -> Result<i64, Unclear> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => {
            ambiguous.unambiguous().map(Timestamp::as_millisecond).map_err(|_| Unclear::Out)
        }
        AmbiguousOffset::Gap { .. } => Err(Unclear::Skipped),
        AmbiguousOffset::Fold { before, after } => Err(Unclear::Twice(minutes(before), minutes(after))),
    }
}

fn minutes(offset: Offset) -> i32 {
    offset.seconds() / 60
}

/// A day, counted from 1970-01-01.
#[must_use]
pub fn day_number(day: Date) -> i32 {
    // A day of jiff's calendar is at most some 8 million days from there.
    day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// The day of a number. None: out of the calendar.
#[must_use]
pub fn date_of(day: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

/// Whole days, the last one among them. None: out of the calendar.
#[must_use]
pub fn of_days(first: Date, last: Date, zone: &TimeZone, name: &str) -> Option<When> {
    let offset = match zone.to_ambiguous_timestamp(first.to_datetime(Time::midnight())).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        // The clock of before still showed midnight.
        AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
    };
    let offset = i16::try_from(minutes(offset)).ok()?;
    let wall = |day: i32| i64::from(day).saturating_mul(DAY_MS);
    let utc = |wall_ms: i64| wall_ms.saturating_sub(i64::from(offset).saturating_mul(60_000));
    Some(When {
        start_ms: utc(wall(day_number(first))),
        end_ms: utc(wall(day_number(last).checked_add(1)?)),
        zone: name.to_owned(),
        offset: Some(offset),
        whole_days: true,
        repeat: None,
    })
}

/// The same, and what its clock shows at the start, as what repeats has to say. None: a clock that is apart from UTC by
/// more than minutes, as those of before there were zones.
#[must_use]
pub fn with_clock(when: When, zone: &TimeZone) -> Option<When> {
    let start = Timestamp::from_millisecond(when.start_ms).ok()?;
    let seconds = zone.to_offset(start).seconds();
    let offset = if when.whole_days { when.offset } else { i16::try_from(seconds / 60).ok() };
    let exact = when.whole_days || seconds % 60 == 0;
    Some(When { offset: Some(offset.filter(|_| exact)?), ..when })
}

/// Where a day begins: after midnight where the clocks are set forward just then.
pub(super) fn midnight(day: Date, zone: &TimeZone) -> Option<i64> {
    zone.to_timestamp(day.to_datetime(Time::midnight())).ok().map(Timestamp::as_millisecond)
}

/// What the clocks of a zone show at a moment: milliseconds since 1970-01-01 00:00 there.
pub(super) fn wall(ms: i64, zone: &TimeZone) -> i64 {
    let offset = Timestamp::from_millisecond(ms).map_or(0, |at| zone.to_offset(at).seconds());
    ms.saturating_add(i64::from(offset).saturating_mul(1_000))
}

/// The moment at which the clocks of a zone show a time: of one that happens twice the first; of one that is skipped
/// the one that the clocks would have shown without the change (RFC 5545, 3.3.5).
pub(super) fn instant(wall_ms: i64, zone: &TimeZone) -> Option<i64> {
    let local = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(wall_ms).ok()?);
    zone.to_timestamp(local).ok().map(Timestamp::as_millisecond)
}
