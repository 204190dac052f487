//! Time zones as calendars name them: by IANA, by Windows and Outlook, by a path of their own, or by rules alone.

use super::parts::{civil, components, partial};
use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{
        ICalendarComponent, ICalendarComponentType, ICalendarFrequency, ICalendarProperty, ICalendarRecurrenceRule,
        ICalendarValue,
    },
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, date},
    tz::{self, TimeZone},
};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    str::FromStr,
};

/// Zones that one file describes: a calendar of all the world has some hundred.
const DESCRIBED_MAX: usize = 500;
/// Zones that the notes name.
const ZONES_TOLD: usize = 3;
/// Years in which the clocks of a described zone are compared with those of known ones.
const COMPARED: [i16; 2] = [2025, 2026];
/// Days of a month on whose noon they are compared: the clocks are changed at any of the weeks between.
const COMPARED_DAYS: [i8; 3] = [1, 11, 21];
/// Changes of the clocks that one rule of a described zone makes up to those years: Outlook begins in 1601.
const CHANGES_MAX: usize = 500;
/// Zones looked at first, so that clocks as in Paris are not said to be those of Andorra.
const WELL_KNOWN: [&str; 12] = [
    "Europe/Paris",
    "Europe/London",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Halifax",
    "Indian/Reunion",
    "America/Guadeloupe",
    "Australia/Sydney",
    "UTC",
];

/// The zones of one file.
pub(super) struct Zones {
    described: HashMap<String, TimeZone>,
    /// In which a time without a zone is meant: the file's own, or that of where the event takes place, or that of
    /// this machine.
    pub here: TimeZone,
    /// Whether the file says that itself.
    pub here_said: bool,
    /// That of this machine.
    machine: TimeZone,
    /// In which zones times without one were read, where the file does not say it.
    pub floating: RefCell<BTreeSet<String>>,
    /// Names that were taken for others by their rules, for the notes.
    pub guessed: Vec<(String, String)>,
}

impl Zones {
    pub fn new(here: TimeZone) -> Self {
        // A zone without a name could not be said with the event.
        let here = if here.iana_name().is_some() { here } else { TimeZone::UTC };
        let machine = here.clone();
        let floating = RefCell::default();
        Self { described: HashMap::new(), here, here_said: false, machine, floating, guessed: Vec::new() }
    }

    /// Take the zone that the calendar says to be its own (X-WR-TIMEZONE).
    pub fn set_here(&mut self, name: &str) {
        if let Some(zone) = self.get(name) {
            (self.here, self.here_said) = (zone, true);
        }
    }

    /// Read what has no zone as in that of where it takes place, if that is known and the file says none.
    pub fn go_to(&mut self, place: Option<TimeZone>) {
        if !self.here_said {
            self.here = place.unwrap_or_else(|| self.machine.clone());
        }
    }

    /// A time was said without a zone.
    pub fn floats(&self) {
        let named = self.floating.borrow().len() < ZONES_TOLD;
        if named && !self.here_said {
            self.floating.borrow_mut().insert(self.here.iana_name().unwrap_or("UTC").to_owned());
        }
    }

    /// Take a description (VTIMEZONE).
    pub fn describe(&mut self, text: &str) {
        let Some(parts) = components(text) else { return };
        let Some((zone, within)) = parts.split_first() else { return };
        let Some(name) = text_of(zone, &ICalendarProperty::Tzid) else { return };
        if self.described.len() >= DESCRIBED_MAX || known(&name).is_some() {
            return;
        }
        let said = zone.timezone().and_then(|(_, zone)| iana(zone));
        let found = said.or_else(|| {
            let zone = self.by_rules(within)?;
            self.guessed.push((name.clone(), zone.iana_name().unwrap_or("UTC").to_owned()));
            Some(zone)
        });
        if let Some(found) = found {
            self.described.insert(name, found);
        }
    }

    /// A zone by the name that a time is said in.
    pub fn get(&self, name: &str) -> Option<TimeZone> {
        known(name).or_else(|| self.described.get(name).cloned())
    }

    /// One whose clocks show the same as the rules say.
    fn by_rules(&self, within: &[ICalendarComponent]) -> Option<TimeZone> {
        let mut changes: Vec<(i64, i32)> = within.iter().filter_map(changes).flatten().collect();
        changes.sort_unstable();
        let noons = COMPARED.iter().flat_map(|year| {
            let days = (1..=12).flat_map(|month| COMPARED_DAYS.map(|day| (month, day)));
            days.filter_map(|(month, day)| seconds(date(*year, month, day).at(12, 0, 0, 0)))
        });
        let wanted: Vec<(i64, i32)> = noons
            .map(|at| {
                let before = changes.partition_point(|(change, _)| *change <= at);
                Some((at, changes.get(before.checked_sub(1)?)?.1))
            })
            .collect::<Option<_>>()?;
        let fits = |zone: &TimeZone| {
            wanted
                .iter()
                .all(|(at, offset)| Timestamp::from_second(*at).is_ok_and(|at| zone.to_offset(at).seconds() == *offset))
        };
        if fits(&self.here) {
            return Some(self.here.clone());
        }
        let all = tz::db().available().map(|name| name.to_string());
        let names = WELL_KNOWN.iter().map(ToString::to_string).chain(all);
        names.filter_map(|name| TimeZone::get(&name).ok()).find(fits)
    }
}

/// A zone that needs no description.
fn known(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    // Some programs write an IANA name behind a path of their own.
    let after = |parts: usize| name.rsplitn(parts + 1, '/').take(parts).collect::<Vec<_>>();
    let city = after(2).into_iter().rev().collect::<Vec<_>>().join("/");
    let of_iana = |name: &str| TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some());
    of_iana(name).or_else(|| of_iana(&city)).or_else(|| iana(Tz::from_str(name).ok()?))
}

/// What calcard found, by its IANA name. A mere offset is no zone: it knows no summer.
fn iana(found: Tz) -> Option<TimeZone> {
    match found {
        Tz::Tz(_) if found.is_utc() => Some(TimeZone::UTC),
        Tz::Tz(_) => {
            found.name().filter(|name| !name.starts_with("Etc/GMT")).and_then(|name| TimeZone::get(&name).ok())
        }
        Tz::Fixed(_) | Tz::Floating => None,
    }
}

/// When a rule of a description sets the clocks, and to what: seconds since 1970 UTC, and seconds apart from it.
fn changes(rule: &ICalendarComponent) -> Option<Vec<(i64, i32)>> {
    use ICalendarComponentType::{Daylight, Standard};
    if !matches!(rule.component_type, Standard | Daylight) {
        return None;
    }
    let offset = |name| match rule.property(&name)?.values.first()? {
        ICalendarValue::PartialDateTime(said) => {
            let seconds = i32::from(said.tz_hour?) * 3_600 + i32::from(said.tz_minute.unwrap_or(0)) * 60;
            Some(if said.tz_minus { -seconds } else { seconds })
        }
        _ => None,
    };
    let (from, to) = (offset(ICalendarProperty::Tzoffsetfrom)?, offset(ICalendarProperty::Tzoffsetto)?);
    let local = |said: &PartialDateTime| civil(said).and_then(|(day, time)| Some(day.to_datetime(time?)));
    let of = |name| rule.properties(name).flat_map(|entry| &entry.values);
    let mut at: Vec<DateTime> = Vec::new();
    for value in of(&ICalendarProperty::Dtstart).chain(of(&ICalendarProperty::Rdate)) {
        if let ICalendarValue::PartialDateTime(said) = value {
            at.extend(local(said));
        }
    }
    if let Some(ICalendarValue::RecurrenceRule(said)) = of(&ICalendarProperty::Rrule).next() {
        let start = *at.first()?;
        // Clocks are changed by the year; and no further than they are compared.
        let end = date(COMPARED.last()?.checked_add(1)?, 1, 1).at(0, 0, 0, 0);
        let end = said.until.as_ref().and_then(local).map_or(end, |until| until.min(end));
        let yearly = said.freq == ICalendarFrequency::Yearly;
        let said = ICalendarRecurrenceRule { until: Some(partial(end)), count: None, ..(**said).clone() };
        at.extend(yearly.then(|| super::rule::expand(&said, start, CHANGES_MAX)).into_iter().flatten());
    }
    let moments = at.into_iter().filter_map(seconds).map(|second| (second.saturating_sub(i64::from(from)), to));
    Some(moments.collect())
}

/// Seconds since 1970 of a time on the clock of UTC.
fn seconds(at: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(at).ok().map(Timestamp::as_second)
}

fn text_of(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    component.property(name)?.values.first()?.as_text().map(str::to_owned)
}

/// A day on the clocks of a zone, of a moment.
pub(super) fn day_in(ms: i64, zone: &TimeZone) -> Option<Date> {
    Some(zone.to_datetime(Timestamp::from_millisecond(ms).ok()?).date())
}
