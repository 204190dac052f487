//! Dates, local times and zones, read and written.

use crate::times::{self, Unclear};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

/// A zone with the name under which it is stored.
#[derive(Debug, Clone)]
pub struct Zone {
    tz: TimeZone,
    /// IANA name.
    pub name: String,
}

impl Zone {
    /// A clock that is so many minutes ahead of UTC.
    pub fn ahead(minutes: i16) -> Self {
        let offset = Offset::from_seconds(i32::from(minutes) * 60).unwrap_or(Offset::UTC);
        Self { tz: offset.to_time_zone(), name: String::new() }
    }
}

/// A moment as it is typed: the zone is another argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment {
    /// A whole day.
    Day(Date),
    /// A local time.
    Local(DateTime),
    /// With its offset, or UTC.
    Exact(Timestamp),
}

/// An IANA zone by name.
pub fn zone(name: &str) -> Result<Zone, String> {
    let tz = TimeZone::get(name.trim())
        .map_err(|_| "no such time zone; expected an IANA name, e.g. Europe/Paris".to_owned())?;
    let name = tz.iana_name().unwrap_or(name.trim()).to_owned();
    Ok(Zone { tz, name })
}

/// The system's zone; UTC where it says none.
pub fn system() -> Zone {
    let tz = TimeZone::system();
    match tz.iana_name() {
        Some(name) if !tz.is_unknown() => Zone { name: name.to_owned(), tz },
        _ => Zone { tz: TimeZone::UTC, name: "UTC".to_owned() },
    }
}

/// `2026-03-28`.
pub fn date(text: &str) -> Result<Date, String> {
    let text = text.trim();
    // jiff also takes a date out of a time; here that would hide a mistake.
    if text.len() > 10 {
        return Err("expected a date, e.g. 2026-03-28".to_owned());
    }
    text.parse().map_err(|_| "expected a date, e.g. 2026-03-28".to_owned())
}

/// `2026-03-28`, `2026-03-28T14:00` or `2026-03-28T14:00+01:00`.
pub fn moment(text: &str) -> Result<Moment, String> {
    let text = text.trim();
    let refuse = || "expected a date or a time, e.g. 2026-03-28 or 2026-03-28T14:00".to_owned();
    if text.contains('[') {
        return Err("give the zone with --zone".to_owned());
    }
    if let Ok(date) = date(text) {
        return Ok(Moment::Day(date));
    }
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(Moment::Exact(exact));
    }
    // Without an offset (jiff would read over one that is not whole), and with minutes.
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    if !time.contains(':') || time.contains(['+', '-']) {
        return Err(refuse());
    }
    text.parse::<DateTime>().map(Moment::Local).map_err(|_| refuse())
}

impl Zone {
    /// The zone itself.
    pub fn tz(&self) -> &TimeZone {
        &self.tz
    }

    /// The moment, or the first of a whole day, in milliseconds since 1970 UTC.
    pub fn start(&self, moment: &Moment) -> Result<i64, String> {
        match moment {
            Moment::Exact(exact) => Ok(exact.as_millisecond()),
            Moment::Day(day) => self.midnight(*day),
            Moment::Local(local) => self.local(*local),
        }
    }

    /// The moment, or the end of a whole day, in milliseconds since 1970 UTC.
    pub fn end(&self, moment: &Moment) -> Result<i64, String> {
        match moment {
            Moment::Day(day) => {
                let next = day.tomorrow().map_err(|_| format!("{day} is the last day of the calendar"))?;
                self.midnight(next)
            }
            other => self.start(other),
        }
    }

    /// Where a day begins; after midnight where the clocks are set forward just then.
    fn midnight(&self, day: Date) -> Result<i64, String> {
        let start = self.tz.to_timestamp(day.to_datetime(Time::midnight()));
        start.map(Timestamp::as_millisecond).map_err(|_| format!("{day} is out of the calendar"))
    }

    fn local(&self, local: DateTime) -> Result<i64, String> {
        times::moment(local, &self.tz).map_err(|unclear| match unclear {
            Unclear::Skipped => format!(
                "{local} does not exist in {}: the clocks are set forward over it; give a time before or after",
                self.name
            ),
            Unclear::Twice(first, again) => format!(
                "{local} happens twice in {}: the clocks are set back over it; give {local}{} or {local}{}",
                self.name,
                offset(first),
                offset(again),
            ),
            Unclear::Out => format!("{local} is out of the calendar"),
        })
    }

    /// The day on which a moment falls here.
    pub fn day(&self, ms: i64) -> Option<Date> {
        Some(self.tz.to_datetime(Timestamp::from_millisecond(ms).ok()?).date())
    }

    /// `2026-03-28T14:00:00+01:00`.
    pub fn rfc3339(&self, ms: i64) -> Option<String> {
        let zoned = Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(self.tz.clone());
        Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    /// `Sat 2026-03-28 14:00`, without the zone.
    pub fn show(&self, ms: i64) -> String {
        match Timestamp::from_millisecond(ms) {
            Ok(at) => at.to_zoned_datetime(self.tz.clone()).strftime("%a %Y-%m-%d %H:%M").to_string(),
            Err(_) => "out of the calendar".to_owned(),
        }
    }

    /// `14:00`.
    pub fn hour(&self, ms: i64) -> String {
        match Timestamp::from_millisecond(ms) {
            Ok(at) => at.to_zoned_datetime(self.tz.clone()).strftime("%H:%M").to_string(),
            Err(_) => "out of the calendar".to_owned(),
        }
    }
}

fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// The zone that a record names; UTC where it is unknown here.
pub fn named(name: &str) -> Zone {
    zone(name).unwrap_or(Zone { tz: TimeZone::UTC, name: "UTC".to_owned() })
}

/// Now, in milliseconds since 1970 UTC.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn paris(text: &str) -> Result<i64, String> {
        zone("europe/paris").unwrap().start(&moment(text).unwrap())
    }

    #[test]
    fn local_times_become_moments() {
        assert_eq!(zone("europe/paris").unwrap().name, "Europe/Paris");
        assert_eq!(paris("2026-03-28T14:00"), Ok(1_774_702_800_000));
        assert_eq!(paris("2026-03-28 14:00:00"), Ok(1_774_702_800_000));
        assert_eq!(paris("2026-03-28T14:00+01:00"), Ok(1_774_702_800_000));
        assert_eq!(paris("2026-03-28T13:00Z"), Ok(1_774_702_800_000));
        assert_eq!(named("Europe/Paris").rfc3339(1_774_702_800_000).unwrap(), "2026-03-28T14:00:00+01:00");
        assert_eq!(named("Europe/Paris").show(1_774_702_800_000), "Sat 2026-03-28 14:00");
        assert_eq!(named("Mars/Olympus").rfc3339(0).unwrap(), "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn a_day_of_23_hours_is_one() {
        let zone = zone("Europe/Paris").unwrap();
        let day = moment("2026-03-29").unwrap();
        assert_eq!(zone.end(&day).unwrap() - zone.start(&day).unwrap(), 23 * 3_600_000);
    }

    #[test]
    fn times_that_the_clocks_skip_or_repeat_are_refused() {
        let gap = paris("2026-03-29T02:30").unwrap_err();
        assert!(gap.contains("does not exist in Europe/Paris"), "{gap}");
        let fold = paris("2026-10-25T02:30").unwrap_err();
        assert!(fold.ends_with("give 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"), "{fold}");
        let hour = paris("2026-10-25T02:30+01:00").unwrap() - paris("2026-10-25T02:30+02:00").unwrap();
        assert_eq!(hour, 3_600_000);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in ["", "soon", "28/03/2026", "2026-02-30", "2026-03-28T", "2026-03-28T14", "2026-03-28T25:00", "14:00"]
        {
            assert!(moment(bad).is_err(), "{bad}");
        }
        assert_eq!(moment("2026-03-28T14:00[Europe/Paris]").unwrap_err(), "give the zone with --zone");
        assert!(date("2026-03-28T14:00").is_err());
        assert!(zone("Paris").is_err());
    }
}
