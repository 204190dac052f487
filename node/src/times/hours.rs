//! Opening hours in the syntax of OpenStreetMap, as an element has them: whether it is open at a moment on the clock of
//! its place, and when that changes. What is not understood is never taken for open.
//!
//! Public and school holidays are those of the country, if it is known; what only a part of it keeps leaves it open
//! whether it is open. Of no country, they count as any other day. The sun rises at seven and sets at seven, as
//! everywhere and nowhere.

use super::land::Land;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use jiff::civil::DateTime;
use opening_hours::{Context, OpeningHours, RuleKind};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// Bytes of a text that are read: OpenStreetMap takes as many.
const TEXT_MAX: usize = 255;
/// Rules of a text, between semicolons and bars: each is looked at for each day until the next change.
const RULES_MAX: usize = 16;
/// Days that are looked through for the next change: whoever is closed longer is closed.
const DAYS_AHEAD: i64 = 31;

/// Whether something is open, and when that changes, on the clock of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Open until then; none: not to be closed within a month.
    Open(Option<DateTime>),
    /// Closed until then; none: not within a month.
    Closed(Option<DateTime>),
}

/// A stretch in which something is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Minutes since midnight.
    pub from: u16,
    /// Minutes since the same midnight: beyond 1,440 on the next day.
    pub to: u16,
    /// It may be closed: the hours leave it open.
    pub perhaps: bool,
    /// What the hours say of it: "by appointment". Often empty.
    pub remark: String,
}

/// Opening hours that were read.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    hours: OpeningHours,
    /// They say when it is closed and nothing else: when it is open nobody knows.
    closings: bool,
}

/// Texts that are kept as they were read, with what they say at one moment: a town has a few hundred.
const KEPT_MAX: usize = 4_096;

/// A text as it was read; none: not understood. And what it says at a moment.
pub(super) type Kept = (Option<Hours>, Option<(DateTime, Option<Opening>)>);

/// What is kept of the texts of a country.
type Texts = HashMap<String, Kept>;

/// By country.
static KEPT: LazyLock<Mutex<HashMap<Option<Land>, Texts>>> = LazyLock::new(Mutex::default);

/// What is kept of a text. To read one takes a hundred times as long as to find it here; meanwhile others look.
pub(super) fn kept(text: &str, country: Option<Land>) -> Kept {
    let held = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let found = held().get(&country).and_then(|texts| texts.get(text)).cloned();
    found.unwrap_or_else(|| {
        let read = (Hours::parse(text, country), None);
        keep(text, country, read.clone());
        read
    })
}

fn keep(text: &str, country: Option<Land>, what: Kept) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.values().map(HashMap::len).sum::<usize>() >= KEPT_MAX {
        kept.clear();
    }
    kept.entry(country).or_default().insert(text.to_owned(), what);
}

/// Whether hours say that it is open at a moment, and when that changes; none: they are not understood, or do not say.
/// `country`: the ISO 3166 code of that where it is, empty if unknown.
#[must_use]
pub fn opening(text: &str, now: DateTime, country: &str) -> Option<Opening> {
    let country = Land::of_code(country);
    let (hours, said) = kept(text, country);
    match said {
        Some((then, opening)) if then == now => opening,
        _ => {
            let opening = hours.as_ref().and_then(|hours| hours.at(now));
            keep(text, country, (hours, Some((now, opening))));
            opening
        }
    }
}

/// Whether a text is in the syntax of OpenStreetMap.
#[must_use]
pub fn is_understood(text: &str) -> bool {
    kept(text, None).0.is_some()
}

/// Whether hours say that it opens at all on a day.
#[must_use]
pub fn opens_on(text: &str, day: DateTime, country: &str) -> bool {
    kept(text, Land::of_code(country)).0.is_some_and(|hours| hours.opens_on(day))
}

impl Hours {
    /// None: not understood.
    fn parse(text: &str, country: Option<Land>) -> Option<Self> {
        if text.len() > TEXT_MAX || text.bytes().filter(|byte| b";|".contains(byte)).count() >= RULES_MAX {
            return None;
        }
        // A change later than that is none: else a rule of one day in a century is looked for day by day.
        let holidays = country.map(Land::holidays).unwrap_or_default();
        let somewhere = country.map(Land::somewhere).unwrap_or_default();
        let context = Context::default().with_holidays(holidays).with_holidays_unknown(somewhere);
        let context = context.approx_bound_interval_size(TimeDelta::days(DAYS_AHEAD));
        let closings = says_closings_alone(text);
        let hours: OpeningHours = if closings { format!("24/7; {text}").parse().ok()? } else { text.parse().ok()? };
        Some(Self { hours: hours.with_context(context), closings })
    }

    /// When it is open on a day, or may be, from midnight to midnight.
    pub(super) fn day(&self, day: NaiveDate) -> Vec<Span> {
        let ranges = self.hours.schedule_at(day).into_iter().filter(|range| range.kind != RuleKind::Closed);
        let span = |range: opening_hours::schedule::TimeRange| Span {
            from: range.range.start.mins_from_midnight(),
            to: range.range.end.mins_from_midnight(),
            // A remark beside days alone says no hours, as in `at`.
            perhaps: self.closings
                || range.kind == RuleKind::Unknown
                || !range.comment.is_empty()
                    && range.range.start.mins_from_midnight() == 0
                    && range.range.end.mins_from_midnight() == 24 * 60,
            remark: range.comment.to_string(),
        };
        ranges.map(span).filter(|span| span.from < span.to).collect()
    }

    fn opens_on(&self, day: DateTime) -> bool {
        if self.closings {
            return false;
        }
        let Some(day) = chrono_of(day) else { return false };
        self.hours.schedule_at(day.date()).into_iter().any(|range| range.kind == RuleKind::Open)
    }

    /// None: the hours leave it open ("by appointment").
    fn at(&self, now: DateTime) -> Option<Opening> {
        let moment = chrono_of(now)?;
        let until = self.hours.next_change(moment);
        let (state, comment) = self.hours.state(moment);
        match state {
            // A remark beside days alone ("Mo-Fr "by appointment"") says no hours.
            RuleKind::Open if self.closings => None,
            // Until when, they do not say: it opens nobody knows when.
            RuleKind::Closed if self.closings => Some(Opening::Closed(None)),
            RuleKind::Open if !comment.is_empty() && self.is_all_day(moment) => None,
            RuleKind::Open => Some(Opening::Open(until.and_then(jiff_of))),
            // Until one may ask is not until it opens.
            RuleKind::Closed => Some(Opening::Closed(until.filter(|then| self.hours.is_open(*then)).and_then(jiff_of))),
            RuleKind::Unknown => None,
        }
    }
}

impl Hours {
    /// Whether it is open from midnight to midnight on a day.
    fn is_all_day(&self, moment: NaiveDateTime) -> bool {
        let at = |hour, minute| moment.date().and_hms_opt(hour, minute, 0);
        [at(0, 0), at(12, 0), at(23, 59)].into_iter().flatten().all(|at| self.hours.is_open(at))
    }
}

/// Whether each rule closes: "Tu off; PH off".
fn says_closings_alone(text: &str) -> bool {
    let rules =
        text.split([';', '|']).flat_map(|rules| rules.split(", ")).map(str::trim).filter(|rule| !rule.is_empty());
    let mut rules = rules.peekable();
    rules.peek().is_some() && rules.all(|rule| rule.ends_with("off") || rule.ends_with("closed"))
}

/// The crate of opening hours counts with chrono, everything else here with jiff.
pub(super) fn chrono_of(at: DateTime) -> Option<NaiveDateTime> {
    // No part of a date is below zero.
    let part = |value: i8| u32::try_from(value).ok();
    let day = NaiveDate::from_ymd_opt(i32::from(at.year()), part(at.month())?, part(at.day())?)?;
    day.and_hms_opt(part(at.hour())?, part(at.minute())?, part(at.second())?)
}

fn jiff_of(at: NaiveDateTime) -> Option<DateTime> {
    use chrono::{Datelike, Timelike};
    // Nor above a hundred.
    let part = |value: u32| i8::try_from(value).ok();
    let day = jiff::civil::Date::new(i16::try_from(at.year()).ok()?, part(at.month())?, part(at.day())?).ok()?;
    let time = jiff::civil::Time::new(part(at.hour())?, part(at.minute())?, part(at.second())?, 0).ok()?;
    Some(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// At a day of July 2026, of which the 6th is a Monday.
    fn at(text: &str, day: i8, hour: i8, minute: i8) -> String {
        match Hours::parse(text, None).unwrap().at(date(2026, 7, day).at(hour, minute, 0, 0)) {
            Some(Opening::Open(Some(until))) => format!("open {}", until.strftime("%d %H:%M")),
            Some(Opening::Open(None)) => "always".to_owned(),
            Some(Opening::Closed(Some(opens))) => format!("closed {}", opens.strftime("%d %H:%M")),
            Some(Opening::Closed(None)) => "never".to_owned(),
            None => "perhaps".to_owned(),
        }
    }

    #[test]
    fn open_or_closed_and_until_when() {
        const WEEK: &str = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00";
        for (day, hour, minute, expected) in [
            (6, 9, 0, "open 06 12:00"),
            (6, 8, 59, "closed 06 09:00"),
            (6, 12, 0, "closed 06 14:00"),
            (10, 18, 0, "closed 11 10:00"),
            (11, 12, 30, "closed 13 09:00"),
            (12, 11, 0, "closed 13 09:00"),
        ] {
            assert_eq!(at(WEEK, day, hour, minute), expected, "{day} {hour}:{minute}");
        }
        assert_eq!(at("24/7", 6, 3, 0), "always");
        assert_eq!(at("Mo-Su 00:00-24:00", 6, 3, 0), "always");
        assert_eq!(at("Fr-Sa 20:00-02:00", 12, 1, 0), "open 12 02:00");
        assert_eq!(at("Fr,Sa 22:00-26:00", 11, 1, 59), "open 11 02:00");
        assert_eq!(at("Mo-Fr 09:00-17:00; We off", 8, 10, 0), "closed 09 09:00");
        assert_eq!(at("Mo-Fr 09:00-12:00, Th 14:00-16:00", 9, 15, 0), "open 09 16:00", "one rule adds to another");
        assert_eq!(at("Su-Mo 10:00-11:00", 12, 10, 30), "open 12 11:00");
        assert_eq!(at("09:00-17:00", 12, 10, 30), "open 12 17:00");
        assert_eq!(at("Aug-Jun Mo-Fr 09:00-17:00", 31, 10, 0), "closed 03 09:00");
        assert_eq!(at("Mo-Su 10:00-12:00; Jul 14 off; PH off", 14, 11, 0), "closed 15 10:00");
        assert_eq!(at("Dec 20-Jan 5: 10:00-12:00", 14, 11, 0), "never", "not within a month");
        assert_eq!(at("Sa[1] 10:00-12:00", 6, 11, 0), "closed 01 10:00", "the first Saturday of each month");
    }

    #[test]
    fn who_says_closing_days_alone_says_nothing_of_the_others() {
        for (text, day, expected) in [
            ("Tu off", 7, "never"),
            ("Tu off", 6, "perhaps"),
            ("Su off; PH off", 6, "perhaps"),
            ("Su off, Mo closed", 6, "never"),
            ("Mo-Fr 10:00-12:00, Tu off", 6, "open 06 12:00"),
            ("Mo-Fr 10:00-12:00; Tu off", 7, "closed 08 10:00"),
        ] {
            assert_eq!(at(text, day, 11, 0), expected, "{text} on {day}");
        }
        assert!(!opens_on("Tu off", date(2026, 7, 6).at(0, 0, 0, 0), ""));
    }

    #[test]
    fn what_is_kept_says_what_reading_says() {
        let noon = |day| date(2026, 7, day).at(12, 0, 0, 0);
        for day in [6, 11, 12, 6] {
            for text in ["Mo-Sa 10:00-19:00", "24/7", "by appointment", "\"on call\""] {
                let read = Hours::parse(text, None).and_then(|hours| hours.at(noon(day)));
                assert_eq!(opening(text, noon(day), ""), read, "{text} on {day}");
            }
        }
        for number in 0..KEPT_MAX + 10 {
            assert!(opens_on(&format!("Mo 10:00-11:00 \"{number}\""), noon(6), ""));
        }
        assert!(KEPT.lock().unwrap().values().map(HashMap::len).sum::<usize>() <= KEPT_MAX);
    }

    #[test]
    fn holidays_are_those_of_the_country() {
        // 14 July 2026 is a Tuesday, and a holiday in France alone.
        let at = |country: &str| opening("Mo-Sa 09:00-18:00; PH off", date(2026, 7, 14).at(10, 0, 0, 0), country);
        let open = |day: i8, hour: i8| Some(Opening::Open(Some(date(2026, 7, day).at(hour, 0, 0, 0))));
        let closed = Some(Opening::Closed(Some(date(2026, 7, 15).at(9, 0, 0, 0))));
        assert_eq!(["FR", "RE", "DE", "", "XX"].map(at), [closed, closed, open(14, 18), open(14, 18), open(14, 18)]);
        let on = |country: &str| opens_on("PH 10:00-12:00", date(2026, 7, 14).at(0, 0, 0, 0), country);
        assert_eq!(["FR", "DE", ""].map(on), [true, false, false]);
        // What a part of France keeps besides, and what France does not keep.
        for (day, country, is_kept) in [
            (date(2026, 12, 20), "RE", true),
            (date(2031, 12, 20), "RE", true),
            (date(2026, 12, 20), "FR", false),
            (date(2026, 5, 22), "MQ", true),
            (date(2026, 5, 22), "GP", false),
            (date(2026, 4, 27), "YT", true),
            (date(2026, 12, 8), "MC", true),
            (date(2026, 11, 11), "MC", false),
            (date(2026, 5, 8), "RE", true),
        ] {
            assert_eq!(opens_on("PH 10:00-12:00", day.at(0, 0, 0, 0), country), is_kept, "{day} in {country}");
        }
        // Only a part of Germany has a holiday on 6 January: whether it is this one is not known.
        let epiphany = opening("Mo-Sa 09:00-18:00; PH off", date(2026, 1, 6).at(10, 0, 0, 0), "DE");
        assert_eq!(epiphany, None);
    }

    #[test]
    fn a_day_on_which_it_opens() {
        let hours = Hours::parse("Tu-Sa 10:00-19:00; Su 10:00-13:00", None).unwrap();
        let on = |day| hours.opens_on(date(2026, 7, day).at(23, 0, 0, 0));
        assert_eq!([6, 7, 11, 12].map(on), [false, true, true, true]);
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for text in ["by appointment", "Mo 25:61-26:00", "Mo 09:00-12:00 Tu", ",", "tous les jours"] {
            assert!(Hours::parse(text, None).is_none(), "{text}");
        }
        assert!(Hours::parse(&"Mo 09:00-10:00;".repeat(200), None).is_none());
        for text in ["\"sur rendez-vous\"", "Mo-Fr \"heures ouvrables\""] {
            assert_eq!(at(text, 6, 10, 0), "perhaps", "{text}");
        }
        assert_eq!(at("Mo-Fr 09:00-12:00 \"sonner\"", 6, 10, 0), "open 06 12:00");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            rng_seed: prop::test_runner::RngSeed::Fixed(5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn anything_is_read_or_refused(
            text in concat!(
                "[MoTuFrSaPHJanoff0-9:,;\\- /+\\[\\]]{0,60}|",
                "(Mo|Su|PH|Jan|week 1|20:00|-|26:00|,|;| |off|2020|\\+){0,20}|\\PC{0,40}"
            ),
            hour in 0..24_i8,
        ) {
            if let Some(hours) = Hours::parse(&text, None) {
                let now = date(2026, 2, 28).at(hour, 30, 0, 0);
                let _ = hours.opens_on(now);
                if let Some(Opening::Open(Some(then)) | Opening::Closed(Some(then))) = hours.at(now) {
                    prop_assert!(then > now, "{text}");
                }
            }
        }
    }
}
