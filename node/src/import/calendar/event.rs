//! One event of a calendar, as calcard has parsed it: its words, its moments, its place.

use super::{
    super::text,
    parts::{civil, components, written},
    zones::Zones,
};
use crate::import::{Reason, geometry::LatLon};
use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarParameterName, ICalendarPeriod,
        ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};
use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// What a calendar says of a point in time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Moment {
    /// Of whole days.
    Day(Date),
    /// On the clocks of a zone.
    Local(DateTime, TimeZone),
}

impl Moment {
    /// The day on those clocks.
    pub fn date(&self) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Local(at, _) => at.date(),
        }
    }

    /// Milliseconds since 1970 UTC. Of a time that is skipped: the one that the clocks would have shown without the
    /// change; of one that happens twice: the first (RFC 5545, 3.3.5).
    pub fn ms(&self) -> Result<i64, Reason> {
        let (at, zone) = match self {
            Self::Day(day) => (day.at(0, 0, 0, 0), &TimeZone::UTC),
            Self::Local(at, zone) => (*at, zone),
        };
        zone.to_timestamp(at).map(Timestamp::as_millisecond).map_err(|_| Reason::MomentOut { at: at.to_string() })
    }

    /// The same moment on the clocks of another zone.
    pub fn on(&self, zone: &TimeZone) -> Result<DateTime, Reason> {
        match self {
            Self::Day(day) => Ok(day.at(0, 0, 0, 0)),
            Self::Local(at, own) if own == zone => Ok(*at),
            Self::Local(..) => {
                let at = Timestamp::from_millisecond(self.ms()?).map_err(|_| Reason::OutOfCalendar)?;
                Ok(zone.to_datetime(at))
            }
        }
    }
}

/// An event.
pub(super) struct Event(ICalendarComponent);

impl Event {
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(components(text)?.into_iter().next()?))
    }

    /// Each line of a name.
    pub fn entries<'a>(&'a self, name: &'a ICalendarProperty) -> impl Iterator<Item = &'a ICalendarEntry> + 'a {
        self.0.entries.iter().filter(move |entry| entry.name == *name)
    }

    /// Each value of all lines of a name.
    pub fn values<'a>(
        &'a self,
        name: &'a ICalendarProperty,
    ) -> impl Iterator<Item = (&'a ICalendarEntry, &'a ICalendarValue)> + 'a {
        self.entries(name).flat_map(|entry| entry.values.iter().map(move |value| (entry, value)))
    }

    pub fn has(&self, name: &ICalendarProperty) -> bool {
        self.0.has_property(name)
    }

    /// The text of a line; empty if there is none.
    pub fn text(&self, name: &ICalendarProperty) -> String {
        let value = self.entries(name).next().and_then(|entry| entry.values.first());
        value.and_then(ICalendarValue::as_text).unwrap_or_default().to_owned()
    }

    /// Whether it does not take place.
    pub fn is_cancelled(&self) -> bool {
        self.0.status() == Some(&ICalendarStatus::Cancelled)
    }

    /// A moment of a line.
    pub fn moment(&self, name: &ICalendarProperty, zones: &Zones) -> Result<Option<Moment>, Reason> {
        let Some(entry) = self.entries(name).next() else { return Ok(None) };
        match entry.values.first() {
            Some(value) => moment(entry, value, zones).map(Some),
            None => Err(unread("")),
        }
    }

    /// How long it lasts, if that is said. None: until its end, or no time at all.
    pub fn duration(&self) -> Result<Option<Span>, Reason> {
        match self.values(&ICalendarProperty::Duration).next() {
            None => Ok(None),
            Some((_, ICalendarValue::Duration(said))) => span(said).map(Some),
            Some((_, other)) => Err(Reason::DurationUnread { said: shown(other) }),
        }
    }

    /// Latitude and longitude, as RFC 5545, 3.8.1.6 writes them.
    pub fn place(&self) -> Result<Option<LatLon>, Reason> {
        let Some(entry) = self.entries(&ICalendarProperty::Geo).next() else { return Ok(None) };
        match entry.values.as_slice() {
            [] => Ok(None),
            [ICalendarValue::Text(said)] if said.trim().is_empty() => Ok(None),
            [ICalendarValue::Float(lat), ICalendarValue::Float(lon)] if lat.is_finite() && lon.is_finite() => {
                Ok(Some((*lat, *lon)))
            }
            values => {
                let said: Vec<String> = values.iter().map(shown).collect();
                Err(Reason::GeoUnread { said: said.join(";") })
            }
        }
    }
}

/// The moment of a value.
pub(super) fn moment(entry: &ICalendarEntry, value: &ICalendarValue, zones: &Zones) -> Result<Moment, Reason> {
    let said = match value {
        ICalendarValue::PartialDateTime(said) => said,
        // Of a stretch its beginning.
        ICalendarValue::Period(ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. }) => start,
        other => return Err(unread(&shown(other))),
    };
    moment_of(entry, said, zones)
}

/// The moment of a value that has parts.
pub(super) fn moment_of(entry: &ICalendarEntry, said: &PartialDateTime, zones: &Zones) -> Result<Moment, Reason> {
    let (day, time) = civil(said).ok_or_else(|| unread(&written(said)))?;
    let Some(time) = time else {
        zones.floats();
        return Ok(Moment::Day(day));
    };
    let at = day.to_datetime(time);
    if said.tz_hour.is_some() {
        return Ok(Moment::Local(at, TimeZone::UTC));
    }
    let zone = match entry.parameters(&ICalendarParameterName::Tzid).find_map(|name| name.as_text()) {
        None => {
            zones.floats();
            zones.here.clone()
        }
        Some(name) => zones.get(name).ok_or_else(|| Reason::ZoneUnknown { zone: text::shown(name) })?,
    };
    Ok(Moment::Local(at, zone))
}

/// The end of a stretch: a moment, or how long after its beginning.
pub(super) fn period_end(entry: &ICalendarEntry, value: &ICalendarValue, zones: &Zones) -> Option<Result<i64, Reason>> {
    let ICalendarValue::Period(period) = value else { return None };
    Some(match period {
        ICalendarPeriod::Range { end, .. } => moment_of(entry, end, zones).and_then(|end| end.ms()),
        ICalendarPeriod::Duration { start, duration } => moment_of(entry, start, zones)
            .and_then(|start| start.ms())
            .map(|start| start.saturating_add(duration.as_seconds().saturating_mul(1_000))),
    })
}

/// Days by the calendar, hours by the clock. Refused where it goes back, or is longer than any calendar.
fn span(said: &ICalendarDuration) -> Result<Span, Reason> {
    if said.neg && !said.is_empty() {
        return Err(Reason::DurationBack);
    }
    let part = |part: u32| i64::from(part);
    let days = Span::new().try_weeks(part(said.weeks)).and_then(|span| span.try_days(part(said.days)));
    let hours = days.and_then(|span| span.try_hours(part(said.hours)));
    let minutes = hours.and_then(|span| span.try_minutes(part(said.minutes)));
    minutes.and_then(|span| span.try_seconds(part(said.seconds))).map_err(|_| Reason::DurationLong)
}

/// The last of whole days from one on: the day before the one that the end names, or the first where it names none
/// later.
pub(super) fn last_day(first: Date, end: &Moment) -> Date {
    let last = match end {
        Moment::Local(at, _) if at.time() != Time::midnight() => at.date(),
        end => end.date().checked_sub(1.days()).unwrap_or(first),
    };
    last.max(first)
}

fn unread(said: &str) -> Reason {
    Reason::TimeUnread { said: text::shown(said) }
}

fn shown(value: &ICalendarValue) -> String {
    match value {
        ICalendarValue::Float(number) => number.to_string(),
        other => text::shown(other.as_text().unwrap_or_default()),
    }
}
