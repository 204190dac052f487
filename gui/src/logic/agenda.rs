//! Events on a calendar: which days they touch, in the viewer's zone.

use communaut_node::api::{
    Hit,
    times::{Stretch, TIMES_MAX, TIMES_TOTAL_MAX, date_of, times},
};
use communaut_protocol::{
    ElementId,
    op::{Kind, Repeat},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::collections::BTreeMap;

/// Weeks of a month's grid: a month touches six at the most.
const WEEKS: usize = 6;

/// One time that an event of the selection takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The element.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub end_ms: i64,
    /// The first and the last of whole days, which have no hours.
    pub days: Option<(Date, Date)>,
    /// When it begins for who looks: of whole days, when that day begins.
    pub order_ms: i64,
    /// The zone in which it was announced.
    pub zone: String,
    /// How it takes place again.
    pub repeat: Option<Repeat>,
    /// Made for a demonstration.
    pub sample: bool,
}

/// An event on one of the days that it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Its place in the list of events.
    pub event: usize,
    /// Whether it begins on this day.
    pub begins: bool,
    /// Whether it ends on this day.
    pub ends: bool,
}

/// A day of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Whether it belongs to the month shown.
    pub in_month: bool,
    /// The events that touch it, by start.
    pub events: Vec<Touch>,
}

/// What of the hits takes place in the weeks of a month, each time, by start: the first times, if there are very many.
#[must_use]
pub fn planned(hits: &[Hit], month: Date, zone: &TimeZone) -> Vec<Event> {
    let Some(stretch) = grid(month).and_then(|(begin, end)| Stretch::days(begin, end, zone)) else { return Vec::new() };
    let mut events: Vec<Event> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.element.kind == Kind::Event) {
        let Some(when) = &hit.element.when else { continue };
        events.extend(times(when, &stretch, TIMES_MAX).into_iter().map(|time| Event {
            id: hit.element.id,
            name: hit.element.name.clone(),
            start_ms: time.start_ms,
            end_ms: time.end_ms,
            days: time.days.and_then(|(first, last)| Some((date_of(first)?, date_of(last)?))),
            order_ms: time.order_ms,
            zone: when.zone.clone(),
            repeat: when.repeat.clone(),
            sample: hit.element.sample,
        }));
        // Many that repeat do not fill the memory: of twice as many the later half goes.
        if events.len() > 2 * TIMES_TOTAL_MAX {
            first_ones(&mut events);
        }
    }
    first_ones(&mut events);
    events
}

fn first_ones(events: &mut Vec<Event>) {
    events.sort_by(|a, b| (a.order_ms, a.end_ms, &a.name, a.id).cmp(&(b.order_ms, b.end_ms, &b.name, b.id)));
    events.truncate(TIMES_TOTAL_MAX);
}

/// The first and the last day of a month's grid.
fn grid(of: Date) -> Option<(Date, Date)> {
    let first = of.first_of_month();
    let begin = first.checked_sub(i64::from(first.weekday().to_monday_zero_offset()).days()).ok()?;
    Some((begin, begin.saturating_add((7 * WEEKS as i64 - 1).days())))
}

fn date_at(ms: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(zone.clone()).date())
}

/// The first and the last day that an event touches. One that ends at midnight does not touch the day that begins then.
#[must_use]
pub fn days(event: &Event, zone: &TimeZone) -> Option<(Date, Date)> {
    if event.days.is_some() {
        return event.days;
    }
    let first = date_at(event.start_ms, zone)?;
    let last = date_at(event.end_ms.saturating_sub(1).max(event.start_ms), zone)?;
    Some((first, last))
}

/// The zone in which an event was announced, where its clocks show another time than the viewer's at its start or its
/// end. Whole days are the same everywhere.
#[must_use]
pub fn elsewhere(event: &Event, viewer: &TimeZone) -> Option<TimeZone> {
    if event.days.is_some() {
        return None;
    }
    let zone = TimeZone::get(&event.zone).ok()?;
    let differs = |ms| Timestamp::from_millisecond(ms).is_ok_and(|at| zone.to_offset(at) != viewer.to_offset(at));
    (differs(event.start_ms) || differs(event.end_ms)).then_some(zone)
}

/// The weeks of a month, Monday first, with the events that touch each day.
#[must_use]
pub fn month(of: Date, events: &[Event], zone: &TimeZone) -> Vec<Vec<Day>> {
    let Some((begin, end)) = grid(of) else { return Vec::new() };
    let mut touched: BTreeMap<Date, Vec<Touch>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let Some((from, to)) = days(event, zone) else { continue };
        let mut day = from.max(begin);
        while day <= to.min(end) {
            let touch = Touch { event: index, begins: day == from, ends: day == to };
            touched.entry(day).or_default().push(touch);
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
    }
    let mut weeks = Vec::new();
    let mut day = begin;
    for _ in 0..WEEKS {
        let mut week = Vec::new();
        for _ in 0..7 {
            let in_month = (day.year(), day.month()) == (of.year(), of.month());
            week.push(Day { date: day, in_month, events: touched.remove(&day).unwrap_or_default() });
            day = day.saturating_add(1.day());
        }
        // A sixth week that lies wholly in the next month says nothing.
        if week.iter().any(|day| day.in_month) {
            weeks.push(week);
        }
    }
    weeks
}

/// The events that touch a month, by day of their first appearance in it.
#[must_use]
pub fn list(of: Date, events: &[Event], zone: &TimeZone) -> Vec<(Date, Vec<usize>)> {
    let (first, last) = (of.first_of_month(), of.last_of_month());
    let mut by_day: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let Some((from, to)) = days(event, zone) else { continue };
        if from <= last && to >= first {
            by_day.entry(from.max(first)).or_default().push(index);
        }
    }
    by_day.into_iter().collect()
}

/// The month before or after.
#[must_use]
pub fn turned(of: Date, months: i64) -> Date {
    of.first_of_month().saturating_add(months.months())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use jiff::civil::date;

    fn event(start: &str, end: &str) -> Event {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        Event {
            id: ElementId([1; 32]),
            name: "Fête".into(),
            start_ms: ms(start),
            end_ms: ms(end),
            days: None,
            order_ms: ms(start),
            repeat: None,
            zone: "Europe/Paris".into(),
            sample: false,
        }
    }
    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    #[test]
    fn an_event_touches_the_days_of_the_viewers_zone() {
        // 23:30 in Paris is still the day before in New York, and the next day in Tokyo.
        let late = event("2026-06-20T21:30:00Z", "2026-06-20T22:30:00Z");
        let touches = |zone: &str| days(&late, &TimeZone::get(zone).unwrap()).unwrap();
        assert_eq!(touches("Europe/Paris"), (date(2026, 6, 20), date(2026, 6, 21)));
        assert_eq!(touches("America/New_York"), (date(2026, 6, 20), date(2026, 6, 20)));
        assert_eq!(touches("Asia/Tokyo"), (date(2026, 6, 21), date(2026, 6, 21)));
    }

    #[test]
    fn one_that_ends_at_midnight_does_not_touch_the_next_day() {
        let evening = event("2026-06-20T18:00:00Z", "2026-06-20T22:00:00Z");
        assert_eq!(days(&evening, &paris()).unwrap(), (date(2026, 6, 20), date(2026, 6, 20)));
        let moment = event("2026-06-20T22:00:00Z", "2026-06-20T22:00:00Z");
        assert_eq!(days(&moment, &paris()).unwrap(), (date(2026, 6, 21), date(2026, 6, 21)));
    }

    #[test]
    fn days_stay_days_when_the_clocks_change() {
        // The night of 25 October 2026 has 25 hours in Paris, that of 29 March 23.
        let autumn = event("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        assert_eq!(days(&autumn, &paris()).unwrap(), (date(2026, 10, 25), date(2026, 10, 25)));
        let spring = event("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        assert_eq!(days(&spring, &paris()).unwrap(), (date(2026, 3, 29), date(2026, 3, 29)));
    }

    #[test]
    fn a_month_begins_on_a_monday_and_spans_its_borders() {
        let festival = event("2026-07-30T08:00:00Z", "2026-08-02T20:00:00Z");
        let august = month(date(2026, 8, 15), std::slice::from_ref(&festival), &paris());
        assert_eq!(august[0][0].date, date(2026, 7, 27));
        assert_eq!(august.len(), 6, "1 August 2026 is a Saturday");
        let touched: Vec<Date> =
            august.iter().flatten().filter(|day| !day.events.is_empty()).map(|day| day.date).collect();
        assert_eq!(touched, [date(2026, 7, 30), date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 2)]);
        let edges: Vec<(bool, bool)> =
            august.iter().flatten().flat_map(|day| &day.events).map(|touch| (touch.begins, touch.ends)).collect();
        assert_eq!(edges, [(true, false), (false, false), (false, false), (false, true)]);
        // February 2027 fills four weeks exactly.
        let february = month(date(2027, 2, 1), &[], &paris());
        assert_eq!((february.len(), february[0][0].date), (4, date(2027, 2, 1)));
        let listed = list(date(2026, 8, 15), &[festival], &paris());
        assert_eq!(listed, [(date(2026, 8, 1), vec![0])], "listed where it first appears in the month");
    }

    #[test]
    fn another_zone_is_named_only_where_its_clocks_differ() {
        let held = Event { zone: "Europe/Paris".into(), ..event("2026-06-20T18:00:00Z", "2026-06-20T20:00:00Z") };
        let from = |viewer: &str| elsewhere(&held, &TimeZone::get(viewer).unwrap());
        assert!(from("Europe/Paris").is_none());
        assert!(from("Europe/Madrid").is_none(), "the same clocks under another name");
        assert_eq!(from("Europe/Helsinki").unwrap().iana_name(), Some("Europe/Paris"));
        // Tunis keeps no summer time: alike in winter, and different from the night when the clocks change.
        let across = Event { zone: "Africa/Tunis".into(), ..event("2026-03-28T20:00:00Z", "2026-03-29T20:00:00Z") };
        assert!(elsewhere(&across, &paris()).is_some());
        let winter = Event { zone: "Africa/Tunis".into(), ..event("2026-01-10T20:00:00Z", "2026-01-10T21:00:00Z") };
        assert!(elsewhere(&winter, &paris()).is_none());
        let unknown = Event { zone: "Europe/Atlantis".into(), ..held };
        assert!(elsewhere(&unknown, &paris()).is_none(), "a zone that nobody knows is not shown");
    }

    #[test]
    fn a_day_that_holds_an_hour_twice_shows_it_once() {
        // In Paris from 02:30 summer time to 02:30 winter time.
        let night = event("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
        let october = month(date(2026, 10, 1), &[night], &paris());
        let touches: Vec<&Touch> = october.iter().flatten().flat_map(|day| &day.events).collect();
        assert_eq!(touches, [&Touch { event: 0, begins: true, ends: true }]);
    }

    #[test]
    fn an_event_of_all_time_fills_no_more_than_the_grid() {
        let endless = event("0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z");
        let weeks = month(date(2026, 8, 1), &[endless], &paris());
        assert!(weeks.iter().flatten().all(|day| day.events.len() == 1));
        assert!(!weeks.iter().flatten().any(|day| day.events.iter().any(|touch| touch.begins || touch.ends)));
    }

    #[test]
    fn months_turn_over_the_year() {
        assert_eq!(turned(date(2026, 12, 31), 1), date(2027, 1, 1));
        assert_eq!(turned(date(2026, 3, 31), -1), date(2026, 2, 1));
    }

    #[test]
    fn each_time_of_what_repeats_stands_in_the_month() {
        use communaut_node::api::{
            Why,
            times::{day_number, of_days, with_clock},
        };
        use communaut_protocol::op::{Every, When};
        let weekly = Repeat { every: Every::Week, interval: 1, count: None, until: None, weekdays: 0, except: vec![] };
        let market = of_days(date(2026, 8, 1), date(2026, 8, 2), &paris(), "Europe/Paris").unwrap();
        let except = vec![day_number(date(2026, 8, 15))];
        let market = When { repeat: Some(Repeat { except, ..weekly }), ..market };
        let choir = event("2026-08-26T17:00:00Z", "2026-08-26T19:00:00Z");
        let choir = When {
            start_ms: choir.start_ms,
            end_ms: choir.end_ms,
            zone: choir.zone,
            offset: None,
            whole_days: false,
            repeat: Some(weekly),
        };
        let choir = with_clock(choir, &paris()).unwrap();
        let fixture = crate::fixture::helsinki();
        let model = fixture.elements.values().find(|element| element.kind == Kind::Event).unwrap();
        let hit = |when| {
            let mut element = (**model).clone();
            element.when = Some(when);
            Hit { element: element.into(), distance_m: None, around: false, why: Why::Date, open: None }
        };
        for zone in ["Europe/Paris", "America/Guadeloupe", "Pacific/Auckland"] {
            let zone = TimeZone::get(zone).unwrap();
            let found = planned(&[hit(choir.clone()), hit(market.clone())], date(2026, 8, 9), &zone);
            let days: Vec<Date> = found.iter().filter_map(|event| Some(event.days?.0)).collect();
            assert_eq!(days, [1, 8, 22, 29, 36].map(|day| date(2026, 8, 1).saturating_add((day - 1).days())));
            assert_eq!(found.len(), 7, "two evenings of the choir in the grid");
            assert!(found.is_sorted_by_key(|event| event.order_ms));
        }
        // Listed once for each time, where it first appears in the month.
        let found = planned(&[hit(market)], date(2026, 8, 9), &paris());
        let listed: Vec<Date> = list(date(2026, 8, 1), &found, &paris()).into_iter().map(|(day, _)| day).collect();
        assert_eq!(listed, [date(2026, 8, 1), date(2026, 8, 8), date(2026, 8, 22), date(2026, 8, 29)]);
    }
}
