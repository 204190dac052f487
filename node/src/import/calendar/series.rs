//! What one event of a calendar comes to: one time, a series, or several of both, each an element of its own.

use super::{
    event::{Event, Moment, last_day, moment, period_end},
    parts::{civil, partial},
    rule::{Again, days_between, end, expand, repeats},
    zones::{Zones, day_in},
};
use crate::{
    import::Reason,
    times::{DAY_MS, date_of, day_number, of_days, with_clock},
};
use calcard::icalendar::{
    ICalendarFrequency, ICalendarParameterName, ICalendarProperty, ICalendarRecurrenceRule, ICalendarValue,
};
use communaut_protocol::{
    limits::EXCEPTIONS_MAX,
    op::{Repeat, When},
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use std::collections::BTreeSet;

/// Dates that one event names one by one (RDATE): of a weekly one some years.
const NAMED_MAX: usize = 400;
/// Days over which a rule that cannot be said is unrolled from its start on, if that is further than what lies ahead of
/// today: most that end do so within them. The library looks at each, so their number is what it costs.
const UNROLLED_DAYS: i32 = 30 * 366;
/// Times of one day that a rule may name: one an hour.
const DAY_TIMES_MAX: usize = 24;
/// Times that are unrolled of one: of a daily one those of these days, and more.
const UNROLLED_MAX: usize = 20_000;
/// Of these, how far ahead they are taken: a file that is read again brings the next ones.
const AHEAD_DAYS: i32 = 400;
/// And how far back.
const BACK_DAYS: i32 = 31;
/// And how many of one rule.
const TAKEN_MAX: usize = 100;

/// An event as it takes place once, and on which clocks its days are counted.
pub(super) struct Base {
    pub when: When,
    zone: TimeZone,
    start: DateTime,
}

/// One element that it comes to.
pub(super) struct Piece {
    /// What its id has behind that of the event: none for the first, a date for others.
    pub key: Option<String>,
    pub when: When,
}

/// All of them, and what of it could not be taken.
#[derive(Default)]
pub(super) struct Series {
    pub pieces: Vec<Piece>,
    pub told: Vec<Reason>,
}

/// A time of the series of which something else is said.
pub(super) struct Instead {
    pub at: Moment,
    /// And of all that follow it.
    pub onward: bool,
}

impl Base {
    /// When the event takes place first.
    pub fn of(event: &Event, zones: &Zones) -> Result<Self, Reason> {
        let start = event.moment(&ICalendarProperty::Dtstart, zones)?.ok_or(Reason::NoStart)?;
        let said = event.moment(&ICalendarProperty::Dtend, zones)?;
        let duration = event.duration()?;
        let late = || Reason::EndTooLate;
        match &start {
            Moment::Day(first) => {
                let midnight = first.to_datetime(Time::midnight());
                let after = duration.map(|span| midnight.checked_add(span).map_err(|_| late())).transpose()?;
                let end = said.or(after.map(|at| Moment::Local(at, TimeZone::UTC)));
                let last = end.map_or(*first, |end| last_day(*first, &end));
                let zone = zones.here.clone();
                let when = of_days(*first, last, &zone, zone.iana_name().unwrap_or("UTC")).ok_or_else(late)?;
                Ok(Self { when, zone, start: midnight })
            }
            Moment::Local(at, zone) => {
                let start_ms = start.ms()?;
                let end_ms = match (said, duration) {
                    (Some(end), _) => end.ms()?,
                    (None, None) => start_ms,
                    (None, Some(span)) => {
                        let begin = at.to_zoned_datetime(zone.clone()).map_err(|_| late())?;
                        begin.checked_add(span).map_err(|_| late())?.timestamp().as_millisecond()
                    }
                };
                if end_ms < start_ms {
                    return Err(Reason::EndBeforeStart);
                }
                // Programs that say single events in UTC mean the zone of the calendar.
                let single = !event.has(&ICalendarProperty::Rrule) && !event.has(&ICalendarProperty::Rdate);
                let named = if single && zones.here_said && *zone == TimeZone::UTC { &zones.here } else { zone };
                let zone_name = named.iana_name().unwrap_or("UTC").to_owned();
                let when = When { start_ms, end_ms, zone: zone_name, offset: None, whole_days: false, repeat: None };
                Ok(Self { when, zone: zone.clone(), start: *at })
            }
        }
    }

    /// The same on another day.
    fn on(&self, day: i32) -> Option<When> {
        let long_ms = self.when.end_ms.saturating_sub(self.when.start_ms);
        let date = date_of(day)?;
        if self.when.whole_days {
            let last = day.checked_add(i32::try_from(long_ms / DAY_MS).ok()?)?.checked_sub(1)?;
            return of_days(date, date_of(last)?, &self.zone, &self.when.zone);
        }
        if date == self.start.date() {
            return Some(self.when.clone());
        }
        self.at(date.to_datetime(self.start.time()), None)
    }

    /// The same at another time; until another end, if one is said.
    fn at(&self, at: DateTime, end_ms: Option<i64>) -> Option<When> {
        let start_ms = self.zone.to_timestamp(at).ok()?.as_millisecond();
        let long_ms = self.when.end_ms.saturating_sub(self.when.start_ms);
        let end_ms = end_ms.unwrap_or(start_ms.saturating_add(long_ms)).max(start_ms);
        Some(When { start_ms, end_ms, ..self.when.clone() })
    }

    /// The time of a series that a moment means: its day, if it is at its hour.
    fn time_of(&self, moment: &Moment) -> Result<Option<i32>, Reason> {
        let at = match moment {
            Moment::Day(day) => return Ok(Some(day_number(*day))),
            Moment::Local(at, _) if self.when.whole_days => return Ok(Some(day_number(at.date()))),
            moment => moment.on(&self.zone)?,
        };
        Ok((at.time() == self.start.time()).then(|| day_number(at.date())))
    }

    /// How the start is called in an id.
    pub fn start_key(&self) -> String {
        key(self.start, self.when.whole_days)
    }

    /// How a time of the series is called in an id: as the calendar would write it.
    pub fn key(&self, moment: &Moment) -> Result<String, Reason> {
        let at = match moment {
            Moment::Day(day) => day.to_datetime(self.start.time()),
            moment => moment.on(&self.zone)?,
        };
        Ok(key(at, self.when.whole_days))
    }
}

fn key(at: DateTime, whole_days: bool) -> String {
    at.strftime(if whole_days { "%Y%m%d" } else { "%Y%m%dT%H%M%S" }).to_string()
}

impl Series {
    /// All times of an event. `instead`: those of which the file says something else.
    ///
    /// # Errors
    /// Nothing of it can be taken.
    pub fn of(
        event: &Event,
        base: &Base,
        instead: &[Instead],
        zones: &Zones,
        (now_ms, budget): (i64, &mut usize),
    ) -> Result<Self, Reason> {
        let mut series = Self::default();
        if event.has(&ICalendarProperty::Exrule) {
            return Err(Reason::ExceptionRule);
        }
        let mut left_out = series.left_out(event, base, zones)?;
        let mut until = None;
        for one in instead {
            match (base.time_of(&one.at)?, one.onward) {
                (Some(day), true) => {
                    series.told.push(Reason::OnwardOtherwise { at: one.at.date().to_string() });
                    until = Some(until.unwrap_or(i32::MAX).min(day.saturating_sub(1)));
                }
                (Some(day), false) => drop(left_out.insert(day)),
                (None, _) => {}
            }
        }
        let rules: Vec<_> = event.values(&ICalendarProperty::Rrule).collect();
        let on_rule = match rules.as_slice() {
            [] => Vec::new(),
            [(_, ICalendarValue::RecurrenceRule(rule))] => {
                series.rule(rule, base, &left_out, until, (now_ms, budget))?
            }
            [(_, other)] => {
                return Err(Reason::RuleUnread { said: other.as_text().unwrap_or_default().to_owned() });
            }
            _ => return Err(Reason::RulesSeveral),
        };
        series.named(event, base, zones, &left_out, &on_rule)?;
        if rules.is_empty() && !left_out.contains(&day_number(base.start.date())) {
            series.pieces.insert(0, Piece { key: None, when: base.when.clone() });
        }
        if series.pieces.is_empty() && series.told.is_empty() && instead.is_empty() {
            return Err(Reason::AllLeftOut);
        }
        Ok(series)
    }

    /// Days that are left out one by one (EXDATE).
    fn left_out(&mut self, event: &Event, base: &Base, zones: &Zones) -> Result<BTreeSet<i32>, Reason> {
        let mut days = BTreeSet::new();
        for (entry, value) in event.values(&ICalendarProperty::Exdate) {
            let at = moment(entry, value, zones)?;
            match base.time_of(&at)? {
                Some(day) => drop(days.insert(day)),
                None => self.told.push(Reason::NotOneOfIts { at: at.date().to_string() }),
            }
        }
        Ok(days)
    }

    /// The series of a rule, in as many pieces as its exceptions take. Gives the days on which it takes place, as far
    /// as they are of use to tell whether a date that is named is one of them.
    fn rule(
        &mut self,
        rule: &ICalendarRecurrenceRule,
        base: &Base,
        left_out: &BTreeSet<i32>,
        onward: Option<i32>,
        (now_ms, budget): (i64, &mut usize),
    ) -> Result<Vec<i32>, Reason> {
        // The library writes out each second of a day that such lists name.
        let lists = [rule.byhour.len(), rule.byminute.len(), rule.bysecond.len()];
        let times = lists.into_iter().fold(1_usize, |times, named| times.saturating_mul(named.max(1)));
        if times > DAY_TIMES_MAX {
            return Err(Reason::RuleTimes { count: times as u64, max: DAY_TIMES_MAX as u64 });
        }
        let local = until(rule, base)?;
        let last = local.map(|at| {
            let day = day_number(at.date());
            if base.start.time() > at.time() { day.saturating_sub(1) } else { day }
        });
        let last = last.into_iter().chain(onward).min();
        let said = repeats(rule, base.start).and_then(|mut again| {
            let count = rule.count.filter(|_| onward.is_none());
            end(&mut again, count, last)?;
            Ok(again)
        });
        match said {
            Ok(again) => self.pieces_of(again, base, left_out),
            Err(why) if rule.freq >= ICalendarFrequency::Hourly => Err(Reason::RuleUnsayable { why: why.boxed() }),
            Err(why) => {
                let start = day_number(base.start.date());
                let today = day_in(now_ms, &base.zone).map_or(start, day_number);
                let far = today.saturating_add(AHEAD_DAYS).max(start.saturating_add(UNROLLED_DAYS));
                let days = usize::try_from(far.saturating_sub(start)).unwrap_or(0);
                let all = match (date_of(far), budget.checked_sub(days)) {
                    (Some(far), Some(left)) => {
                        *budget = left;
                        let until = local.unwrap_or(end_of(far)).min(end_of(far));
                        let bounded = ICalendarRecurrenceRule { until: Some(partial(until)), ..rule.clone() };
                        expand(&bounded, base.start, UNROLLED_MAX)
                    }
                    // Too many such rules in one file, or too far away: told without its dates.
                    _ => Vec::new(),
                };
                let counted = rule.count.and_then(|count| usize::try_from(count).ok()) == Some(all.len());
                let ends = counted || last.is_some_and(|last| last <= far);
                let today = (!ends || all.len() > TAKEN_MAX).then_some(today);
                self.one_by_one(why, &all, base, left_out, (today, last));
                Ok(Vec::new())
            }
        }
    }

    fn pieces_of(&mut self, again: Again, base: &Base, left_out: &BTreeSet<i32>) -> Result<Vec<i32>, Reason> {
        let first = day_number(again.first);
        let start = day_number(base.start.date());
        if first != start && !left_out.contains(&start) {
            // RFC 5545 leaves open what a start means that is none of the rule's: calendars show it.
            self.pieces.push(Piece { key: Some(key(base.start, base.when.whole_days)), when: base.when.clone() });
        }
        let is_one = |day: i32| days_between(&again, day, day, 1) == [day];
        let except: Vec<i32> = left_out.iter().copied().filter(|day| is_one(*day)).collect();
        let mut repeat = again.repeat.clone();
        let parts: Vec<&[i32]> = except.chunks(EXCEPTIONS_MAX).collect();
        if parts.len() > 1 && repeat.count.is_some() {
            // Each piece counts its own times: all end on a day instead.
            let all = days_between(&again, first, i32::MAX, usize::from(u16::MAX));
            (repeat.count, repeat.until) = (None, all.last().copied());
        }
        let mut begin = Some(first);
        for index in 0..parts.len().max(1) {
            let Some(from) = begin else { break };
            let except = parts.get(index).copied().unwrap_or_default().to_vec();
            let ends = parts.get(index + 1).and_then(|_| except.last().copied());
            let piece = Repeat { until: ends.or(repeat.until), except, ..repeat.clone() };
            let when = base.on(from).and_then(|when| with_clock(When { repeat: Some(piece), ..when }, &base.zone));
            let when = when.ok_or(Reason::ClockApart)?;
            let key = (from != start).then(|| key_of_day(from, base)).flatten();
            self.pieces.push(Piece { key, when });
            begin = ends.and_then(|end| days_between(&again, end.saturating_add(1), i32::MAX, 1).first().copied());
        }
        let days = days_between(&again, first, i32::MAX, NAMED_MAX);
        Ok(days.into_iter().filter(|day| !left_out.contains(day)).collect())
    }

    /// The dates of a rule that cannot be said: all of few, or else those around today.
    fn one_by_one(
        &mut self,
        why: Reason,
        all: &[DateTime],
        base: &Base,
        left_out: &BTreeSet<i32>,
        (today, last): (Option<i32>, Option<i32>),
    ) {
        let from = today.map_or(i32::MIN, |today| today.saturating_sub(BACK_DAYS));
        let to = today.map_or(i32::MAX, |today| today.saturating_add(AHEAD_DAYS));
        let to = last.map_or(to, |last| last.min(to));
        let near = |at: &&DateTime| {
            let day = day_number(at.date());
            (from..=to).contains(&day) && !left_out.contains(&day)
        };
        let taken: Vec<Piece> = all
            .iter()
            .filter(near)
            .take(TAKEN_MAX)
            .filter_map(|at| {
                let when = if base.when.whole_days { base.on(day_number(at.date())) } else { base.at(*at, None) };
                Some(Piece { key: Some(key(*at, base.when.whole_days)), when: when? })
            })
            .collect();
        let (why, count) = (why.boxed(), taken.len() as u64);
        self.told.push(match today.and_then(|_| date_of(to)) {
            None => Reason::RuleTaken { why, count },
            Some(until) => Reason::RuleTakenUntil { why, count, until: until.to_string() },
        });
        self.pieces.extend(taken);
    }

    /// Dates that are named one by one (RDATE), besides those of the rule.
    fn named(
        &mut self,
        event: &Event,
        base: &Base,
        zones: &Zones,
        left_out: &BTreeSet<i32>,
        on_rule: &[i32],
    ) -> Result<(), Reason> {
        let mut seen = BTreeSet::from([base.start]);
        for (entry, value) in event.values(&ICalendarProperty::Rdate) {
            let said = moment(entry, value, zones)?;
            let at = match &said {
                Moment::Day(day) => day.to_datetime(base.start.time()),
                said => said.on(&base.zone)?,
            };
            let day = day_number(at.date());
            let own = at.time() == base.start.time() && (on_rule.contains(&day) || left_out.contains(&day));
            if own || !seen.insert(at) {
                continue;
            }
            if seen.len() > NAMED_MAX {
                self.told.push(Reason::DatesTooMany { max: NAMED_MAX as u64 });
                break;
            }
            let end_ms = period_end(entry, value, zones).transpose()?;
            let when = if base.when.whole_days { base.on(day) } else { base.at(at, end_ms) };
            let when = when.ok_or_else(|| Reason::DateOut { at: at.date().to_string() })?;
            self.pieces.push(Piece { key: Some(key(at, base.when.whole_days)), when });
        }
        Ok(())
    }
}

fn key_of_day(day: i32, base: &Base) -> Option<String> {
    Some(key(date_of(day)?.to_datetime(base.start.time()), base.when.whole_days))
}

/// The last moment at which a rule lets it begin, on the clock of the event.
fn until(rule: &ICalendarRecurrenceRule, base: &Base) -> Result<Option<DateTime>, Reason> {
    let Some(said) = &rule.until else { return Ok(None) };
    let (day, time) = civil(said).ok_or(Reason::RuleEndUnread)?;
    let at = match time {
        // All of that day.
        None => return Ok(Some(end_of(day))),
        Some(time) => day.to_datetime(time),
    };
    let local = if said.tz_hour.is_some() { Moment::Local(at, TimeZone::UTC).on(&base.zone)? } else { at };
    // Of whole days the day counts alone.
    Ok(Some(if base.when.whole_days { end_of(local.date()) } else { local }))
}

fn end_of(day: Date) -> DateTime {
    day.at(23, 59, 59, 0)
}

/// Whether what is said of one time goes for all that follow.
pub(super) fn instead(event: &Event, zones: &Zones) -> Result<Option<Instead>, Reason> {
    let Some(at) = event.moment(&ICalendarProperty::RecurrenceId, zones)? else { return Ok(None) };
    let mut entries = event.entries(&ICalendarProperty::RecurrenceId);
    let onward = entries.any(|entry| entry.has_parameter(&ICalendarParameterName::Range));
    Ok(Some(Instead { at, onward }))
}

/// Now, for what is taken around today.
pub(super) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}
