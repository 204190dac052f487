//! When something is open ([`opening`]), and when events take place: what SPEC.md §6.4 says on the clock of a place, as
//! moments and as days for who asks.
//!
//! * Whole days are days: a whole day is on its day wherever somebody asks.
//! * What has hours is at the same moment everywhere; an end at midnight is no part of the day that begins then.
//! * An event that repeats is not unrolled: its times are computed for the stretch that is asked for, with a bound.

mod clock;
mod hours;
mod land;
mod lines;
mod single;
#[cfg(test)]
mod tests;
mod week;

pub use jiff::tz::TimeZone;

pub use clock::{DAY_MS, Unclear, date_of, day_number, moment, of_days, with_clock};
pub use hours::{Opening, Span, is_understood, opening, opens_on};
pub use lines::{WhenLines, told, when_lines};
pub use single::{before, from_on, single};
pub use week::{DayHours, WEEK, week};

use clock::{instant, midnight, wall};
use communaut_protocol::{
    limits::{OFFSET_MAX, REPEAT_COUNT_MAX},
    op::When,
};
use jiff::civil::Date;

/// Times of one event that are looked at for one question: a daily one for a year, and more than any page shows.
pub const TIMES_MAX: usize = 400;
/// Times of all events in one answer: beyond, a list helps nobody, and the first ones are given.
pub const TIMES_TOTAL_MAX: usize = 20_000;

/// Milliseconds by which the clock of a place is apart from UTC at the most.
const APART_MS: i64 = OFFSET_MAX as i64 * 60_000;
/// Times that begin so much earlier or later than asked for that only the clocks of two places bring them in.
const BESIDE: usize = 4;

/// A stretch of time that somebody asks about. Its end is no part of it.
#[derive(Debug, Clone)]
pub struct Stretch {
    from_ms: i64,
    to_ms: i64,
    /// What the asker's clock shows then: whole days are compared by it.
    from_wall_ms: i64,
    to_wall_ms: i64,
    zone: TimeZone,
}

/// One time that an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// When it begins, milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// When it ends.
    pub end_ms: i64,
    /// Of whole days: the first and the last, counted from 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// When it begins for who asks: of whole days, when that day begins there.
    pub order_ms: i64,
}

impl Stretch {
    /// From one moment to another, asked in a zone.
    #[must_use]
    pub fn new(from_ms: i64, to_ms: i64, zone: &TimeZone) -> Self {
        let (from_wall_ms, to_wall_ms) = (wall(from_ms, zone), wall(to_ms, zone));
        Self { from_ms, to_ms, from_wall_ms, to_wall_ms, zone: zone.clone() }
    }

    /// From a day to another, both of them in it. None: out of the calendar.
    #[must_use]
    pub fn days(first: Date, last: Date, zone: &TimeZone) -> Option<Self> {
        let (from_ms, to_ms) = (midnight(first, zone)?, midnight(last.tomorrow().ok()?, zone)?);
        // A day that begins after midnight, where the clocks are set forward just then, is a whole day all the same.
        let from_wall_ms = i64::from(day_number(first)).saturating_mul(DAY_MS);
        let to_wall_ms = i64::from(day_number(last)).saturating_add(1).saturating_mul(DAY_MS);
        Some(Self { from_ms, to_ms, from_wall_ms, to_wall_ms, zone: zone.clone() })
    }

    /// In which zone it is asked.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When it begins and ends, milliseconds since 1970 UTC.
    #[must_use]
    pub fn bounds(&self) -> (i64, i64) {
        (self.from_ms, self.to_ms)
    }

    /// What has no length lies in the stretch that holds its moment.
    fn holds(&self, start_ms: i64, end_ms: i64) -> bool {
        start_ms < self.to_ms && (end_ms > self.from_ms || start_ms >= self.from_ms)
    }
}

/// The times at which an event takes place within a stretch, the first `most` of them, by start.
#[must_use]
pub fn times(when: &When, stretch: &Stretch, most: usize) -> Vec<Time> {
    if !when.whole_days && when.repeat.is_none() {
        let one = Time { start_ms: when.start_ms, end_ms: when.end_ms, days: None, order_ms: when.start_ms };
        return if most > 0 && stretch.holds(one.start_ms, one.end_ms) { vec![one] } else { Vec::new() };
    }
    let zone = TimeZone::get(&when.zone).ok();
    let place = Place::of(when, zone.as_ref());
    if when.whole_days {
        let walls = when.occurrences(stretch.from_wall_ms, stretch.to_wall_ms, most);
        return walls.iter().filter_map(|wall| place.days(wall.start_ms, wall.end_ms, &stretch.zone)).collect();
    }
    let long_ms = when.end_ms.saturating_sub(when.start_ms);
    let from = stretch.from_ms.saturating_sub(APART_MS);
    let to = stretch.to_ms.saturating_add(APART_MS);
    let walls = when.occurrences(from, to, most.saturating_add(BESIDE));
    let first = when.wall_start_ms();
    let moments = walls.iter().filter_map(|wall| {
        // The first is said in moments: its clock may show that hour twice.
        let start_ms = if Some(wall.start_ms) == first { when.start_ms } else { place.instant(wall.start_ms)? };
        Some(Time { start_ms, end_ms: start_ms.saturating_add(long_ms), days: None, order_ms: start_ms })
    });
    moments.filter(|time| stretch.holds(time.start_ms, time.end_ms)).take(most).collect()
}

/// The time that goes on at a moment, or else the next one; of what is over the last; of what never takes place none.
#[must_use]
pub fn next(when: &When, from_ms: i64, zone: &TimeZone) -> Option<Time> {
    let ahead = Stretch::new(from_ms, i64::MAX, zone);
    times(when, &ahead, 1).first().copied().or_else(|| last(when, from_ms, zone))
}

/// The last time that is over: of what repeats within its last stretches alone, since nobody asks for older ones.
fn last(when: &When, before_ms: i64, zone: &TimeZone) -> Option<Time> {
    let (begin, end) = reach(when);
    let before_ms = before_ms.min(end);
    for days in [40, 400, 4_000, 400_000] {
        let from = before_ms.saturating_sub(DAY_MS.saturating_mul(days)).max(begin);
        let found = times(when, &Stretch::new(from, before_ms, zone), REPEAT_COUNT_MAX);
        if let Some(time) = found.last() {
            return Some(*time);
        }
    }
    None
}

/// The first time, whether or not it is left out.
#[must_use]
pub fn first(when: &When, zone: &TimeZone) -> Time {
    let one = Time { start_ms: when.start_ms, end_ms: when.end_ms, days: None, order_ms: when.start_ms };
    let place = TimeZone::get(&when.zone).ok();
    let wall_ms = when.wall_start_ms().filter(|_| when.whole_days);
    let days = wall_ms.and_then(|wall_ms| {
        let end_ms = wall_ms.saturating_add(when.end_ms.saturating_sub(when.start_ms));
        Place::of(when, place.as_ref()).days(wall_ms, end_ms, zone)
    });
    days.unwrap_or(one)
}

/// Between which moments an event takes place, wherever it is asked for: as far as that is known without unrolling it.
#[must_use]
pub fn reach(when: &When) -> (i64, i64) {
    if !when.whole_days && when.repeat.is_none() {
        return (when.start_ms, when.end_ms);
    }
    let begin = when.start_ms.saturating_sub(2 * APART_MS);
    let long_ms = when.end_ms.saturating_sub(when.start_ms).saturating_add(2 * APART_MS);
    let end = match &when.repeat {
        None => when.start_ms.saturating_add(long_ms),
        Some(repeat) => repeat.until.map_or(i64::MAX, |until| {
            i64::from(until).saturating_add(1).saturating_mul(DAY_MS).saturating_add(long_ms)
        }),
    };
    (begin, end)
}

/// Where an event takes place, as far as its clock goes.
struct Place<'z> {
    zone: Option<&'z TimeZone>,
    offset_ms: i64,
}

impl<'z> Place<'z> {
    /// One of which neither the zone nor the offset is known is taken for one whose clock shows UTC.
    fn of(when: &When, zone: Option<&'z TimeZone>) -> Self {
        Self { zone, offset_ms: i64::from(when.offset.unwrap_or_default()) * 60_000 }
    }

    fn instant(&self, wall_ms: i64) -> Option<i64> {
        match self.zone {
            Some(zone) => instant(wall_ms, zone),
            None => Some(wall_ms.saturating_sub(self.offset_ms)),
        }
    }

    fn days(&self, start_ms: i64, end_ms: i64, asker: &TimeZone) -> Option<Time> {
        let day = |ms: i64| i32::try_from(ms.div_euclid(DAY_MS)).ok();
        Some(Time {
            start_ms: self.instant(start_ms)?,
            end_ms: self.instant(end_ms)?,
            days: Some((day(start_ms)?, day(end_ms.saturating_sub(1))?)),
            order_ms: instant(start_ms, asker)?,
        })
    }
}
