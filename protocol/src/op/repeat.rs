//! When an event takes place again: integers alone, on the clock of the place, so that no rule needs a table of time
//! zones. SPEC.md §6.4.

use super::{OpError, When, ascending, bound};
use crate::{
    codec::is_default,
    limits::{EXCEPTIONS_MAX, REPEAT_COUNT_MAX, REPEAT_INTERVAL_MAX, WHEN_MAX_MS, WHEN_MIN_MS},
};
use serde::{Deserialize, Serialize};

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// What is counted between two occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Every {
    Day,
    Week,
    Month,
    Year,
}

/// How an event repeats. Days are counted from 1970-01-01, on the clock of the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// What is counted.
    pub every: Every,
    /// Every how many of them; absent: each.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub interval: u16,
    /// How many times in all, those left out among them; none: without an end, or until a day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub count: Option<u16>,
    /// The last day on which one may begin.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<i32>,
    /// Bit 0 is Monday. Of weeks: on which days; none: on that of the first. Of months: that of the first alone, and
    /// then it is the same one of the month again, as the second Tuesday; none: the same date.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weekdays: u8,
    /// Days on which it would begin and does not, ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub except: Vec<i32>,
}

/// One time that an event takes place, on the clock of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime {
    /// The day on which it begins, counted from 1970-01-01: it names the occurrence.
    pub day: i32,
    /// Milliseconds since 1970-01-01 00:00 on that clock.
    pub start_ms: i64,
    /// The same of its end.
    pub end_ms: i64,
}

const fn one() -> u16 {
    1
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_one(interval: &u16) -> bool {
    *interval == one()
}

fn refuse(why: &str) -> OpError {
    OpError::Bound { field: "repeat", why: why.into() }
}

impl Repeat {
    /// Name the first bound that it breaks, of an event that begins first on a day.
    pub(super) fn check(&self, first: i64) -> Result<(), OpError> {
        bound("interval", usize::from(self.interval), REPEAT_INTERVAL_MAX)?;
        bound("count", self.count.map_or(0, usize::from), REPEAT_COUNT_MAX)?;
        bound("except", self.except.len(), EXCEPTIONS_MAX)?;
        ascending("except", &self.except)?;
        if self.interval == 0 || self.count == Some(0) {
            return Err(refuse("none at all"));
        }
        if self.count.is_some() && self.until.is_some() {
            return Err(refuse("a number of times, or a last day"));
        }
        let first_bit = 1_u8 << weekday(first);
        let fits = match self.every {
            _ if self.weekdays == 0 => true,
            Every::Week => self.weekdays < 128 && self.weekdays & first_bit != 0,
            Every::Month => self.weekdays == first_bit,
            Every::Day | Every::Year => false,
        };
        if fits { Ok(()) } else { Err(refuse("weekdays without that of the first time")) }
    }

    /// The days of one period, counted from that of the first time: those on which it would begin.
    fn days(&self, first: i64, period: i64) -> Vec<i64> {
        let step = period.saturating_mul(self.interval.into());
        let (year, month, date) = civil(first);
        match self.every {
            Every::Day => vec![first.saturating_add(step)],
            Every::Week => {
                let monday = first.saturating_sub(weekday(first)).saturating_add(step.saturating_mul(7));
                let bits = if self.weekdays == 0 { 1 << weekday(first) } else { self.weekdays };
                let days = (0..7_i64).filter(|day| bits & (1 << day) != 0).map(|day| monday.saturating_add(day));
                days.filter(|day| *day >= first).collect()
            }
            Every::Month | Every::Year => {
                let months = if self.every == Every::Year { step.saturating_mul(12) } else { step };
                let month = year.saturating_mul(12).saturating_add(month).saturating_add(months);
                let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
                let begin = day_of(year, month);
                let date = if self.weekdays == 0 {
                    date
                } else {
                    let to = weekday(first).saturating_sub(weekday(begin)).rem_euclid(7);
                    to.saturating_add((date / 7).saturating_mul(7))
                };
                let day = begin.saturating_add(date);
                // A month that is too short has none.
                if civil(day).1 == month { vec![day] } else { Vec::new() }
            }
        }
    }

    /// The first period in which one may begin on or after a day, or one before it.
    fn period_of(&self, first: i64, day: i64) -> i64 {
        let apart = match self.every {
            Every::Day => day.saturating_sub(first),
            Every::Week => day.saturating_sub(first) / 7,
            Every::Month => day.saturating_sub(first) / 31,
            Every::Year => day.saturating_sub(first) / 366,
        };
        apart.checked_div(self.interval.into()).unwrap_or_default().saturating_sub(1).max(0)
    }
}

impl When {
    /// The days, and the times on the clock of the place, at which it takes place from one moment of that clock to
    /// another, which is no part of it: the first `most` of them. None if where the clock stands is not said.
    #[must_use]
    pub fn occurrences(&self, from_ms: i64, to_ms: i64, most: usize) -> Vec<WallTime> {
        let mut found = Vec::new();
        let Some(start_ms) = self.wall_start_ms() else { return found };
        let (first, time_ms) = (start_ms.div_euclid(DAY_MS), start_ms.rem_euclid(DAY_MS));
        let long_ms = self.end_ms.saturating_sub(self.start_ms);
        let of = |day: i64| -> Option<WallTime> {
            let start_ms = day.saturating_mul(DAY_MS).saturating_add(time_ms);
            let end_ms = start_ms.saturating_add(long_ms);
            // One without length lies in the window that holds its moment.
            let lies = start_ms < to_ms && (end_ms > from_ms || start_ms >= from_ms);
            lies.then_some(WallTime { day: i32::try_from(day).ok()?, start_ms, end_ms })
        };
        let Some(repeat) = &self.repeat else {
            found.extend(of(first).filter(|_| most > 0));
            return found;
        };
        let last = repeat.until.map_or(WHEN_MAX_MS / DAY_MS, i64::from).min(to_ms.div_euclid(DAY_MS));
        // Where times are counted one begins at the first: they are few.
        let since = from_ms.saturating_sub(long_ms).div_euclid(DAY_MS);
        let (mut period, mut count) =
            (if repeat.count.is_some() { 0 } else { repeat.period_of(first, since) }, 0_usize);
        // The first of a period grows with it, and no period is without a day of its own for long.
        while repeat.begins(first, period) <= last.min(WHEN_MAX_MS / DAY_MS) {
            for day in repeat.days(first, period) {
                count = count.saturating_add(1);
                if day > last || found.len() >= most || repeat.count.is_some_and(|most| count > most.into()) {
                    return found;
                }
                let except = i32::try_from(day).is_ok_and(|day| repeat.except.binary_search(&day).is_ok());
                found.extend(of(day).filter(|_| !except));
            }
            period = period.saturating_add(1);
        }
        found
    }
}

impl Repeat {
    /// A day before which nothing of a period begins.
    fn begins(&self, first: i64, period: i64) -> i64 {
        let step = period.saturating_mul(self.interval.into());
        let least = match self.every {
            Every::Day => step,
            Every::Week => step.saturating_mul(7).saturating_sub(6),
            // Of any months and years together the least number of days, and a month for the date.
            Every::Month => step.saturating_mul(146_097 / 400).div_euclid(12).saturating_sub(31),
            Every::Year => step.saturating_mul(365).saturating_sub(1),
        };
        first.saturating_add(least)
    }
}

/// 0 is Monday.
fn weekday(day: i64) -> i64 {
    day.saturating_add(3).rem_euclid(7)
}

/// Year, month from 0 and date from 0 of a day, by the calendar of Gregory also before it was one.
fn civil(day: i64) -> (i64, i64, i64) {
    // Years begin in March, so that a leap day is the last of its year.
    let day = day.saturating_add(719_468);
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let leaps = (of_era / 1_460).saturating_sub(of_era / 36_524).saturating_add(of_era / 146_096);
    let year = of_era.saturating_sub(leaps) / 365;
    let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
    let of_year = of_era.saturating_sub(before);
    let march = of_year.saturating_mul(5).saturating_add(2) / 153;
    let date = of_year.saturating_sub(march.saturating_mul(153).saturating_add(2) / 5);
    let month = march.saturating_add(2).rem_euclid(12);
    let year = year.saturating_add(era.saturating_mul(400)).saturating_add(i64::from(month < 2));
    (year, month, date)
}

/// The day with which a month begins, counted from 0.
fn day_of(year: i64, month: i64) -> i64 {
    let year = year.saturating_sub(i64::from(month < 2));
    let march = month.saturating_sub(2).rem_euclid(12);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = march.saturating_mul(153).saturating_add(2) / 5;
    let days = of_era.saturating_mul(365).saturating_add(of_era / 4).saturating_sub(of_era / 100);
    era.saturating_mul(146_097).saturating_add(days).saturating_add(of_year).saturating_sub(719_468)
}

/// The days on which something may begin at all.
pub(super) fn is_day(day: i32) -> bool {
    (WHEN_MIN_MS / DAY_MS..=WHEN_MAX_MS / DAY_MS).contains(&i64::from(day))
}
