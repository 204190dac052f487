//! The editor's form: texts as typed, and the draft that they make, or what is wrong with them.

use super::Clock;
use super::planned::{Again, parse_offset};
use communaut_node::api::{
    ElementDraft, TypedHours,
    times::{self, Unclear, date_of, day_number, moment, of_days, with_clock},
    typed_hours,
};
use communaut_protocol::{
    ElementId, Position,
    fold::ElementView,
    limits::{TAG_MAX, TAGS_MAX},
    op::{Kind, When},
};
use jiff::{Timestamp, civil, tz::TimeZone};

/// An event's usual length, hours.
const USUAL_HOURS: i64 = 2;

/// What the form holds.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "as in ElementDraft; dates and times as typed")]
pub struct Form {
    pub id: Option<ElementId>,
    pub kind: Kind,
    pub name: String,
    pub description: String,
    pub position: Option<Position>,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub opening_hours: String,
    pub tags: String,
    /// "2026-09-12".
    pub start_date: String,
    /// "18:30".
    pub start_time: String,
    pub end_date: String,
    pub end_time: String,
    /// IANA name.
    pub zone: String,
    /// Without hours.
    pub whole_days: bool,
    pub again: Again,
    /// The last day on which it may begin; empty: no end.
    pub until: String,
    pub parent: Option<ElementId>,
    /// Only members find and read it.
    pub closed: bool,
    pub sample: bool,
    /// What no field of the form shows: it stays as it is.
    pub held: ElementDraft,
}

/// What is wrong with a form: the field's text key, and the problem's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// Key of the problem's text.
    pub key: &'static str,
    /// Of a time that happens twice: by how many minutes the clocks are apart from UTC first, and again.
    pub twice: Option<(i32, i32)>,
}

impl Problem {
    const fn of(key: &'static str) -> Self {
        Self { key, twice: None }
    }
}

impl Form {
    /// For something new, at a place. An event begins tomorrow at 18:00 on this clock's wall.
    #[must_use]
    pub fn new(place: Option<Position>, clock: &Clock) -> Self {
        let tomorrow = clock.now_here().date().saturating_add(jiff::Span::new().days(1));
        Self {
            position: place,
            start_date: tomorrow.to_string(),
            start_time: "18:00".into(),
            end_date: tomorrow.to_string(),
            end_time: format!("{}:00", 18 + USUAL_HOURS),
            zone: clock.zone_name().to_owned(),
            ..Self::default()
        }
    }

    /// For what is there already.
    #[must_use]
    pub fn of(element: &ElementView, clock: &Clock) -> Self {
        let mut form = Self {
            id: Some(element.id),
            kind: element.kind,
            name: element.name.clone(),
            description: element.description.clone(),
            position: element.position,
            address: element.address.clone(),
            phone: element.phone.clone(),
            email: element.email.clone(),
            website: element.website.clone(),
            opening_hours: element.opening_hours.clone(),
            tags: element.tags.join(", "),
            parent: element.parent,
            sample: element.sample,
            held: ElementDraft::of(element),
            ..Self::new(element.position, clock)
        };
        if let Some(when) = &element.when {
            form.zone.clone_from(&when.zone);
            let zone = TimeZone::get(&when.zone).unwrap_or(TimeZone::UTC);
            match times::first(when, &zone).days.map(|(first, last)| (date_of(first), date_of(last))) {
                Some((Some(first), Some(last))) => {
                    form.whole_days = true;
                    (form.start_date, form.end_date) = (first.to_string(), last.to_string());
                }
                _ => form.plan(when.start_ms, when.end_ms),
            }
            form.again = Again::of(when.repeat.as_ref());
            let until = when.repeat.as_ref().and_then(|repeat| repeat.until).and_then(date_of);
            form.until = until.map(|day| day.to_string()).unwrap_or_default();
        }
        form
    }

    /// From one moment to another, in the form's zone.
    pub fn plan(&mut self, start_ms: i64, end_ms: i64) {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let put = |ms: i64, date: &mut String, time: &mut String| {
            if let Ok(at) = Timestamp::from_millisecond(ms) {
                let at = at.to_zoned_datetime(zone.clone());
                *date = at.date().to_string();
                *time = at.strftime("%H:%M").to_string();
                // An hour that happens twice is said with the clock that is meant.
                if matches!(moment(at.datetime(), &zone), Err(Unclear::Twice(..))) {
                    *time = at.strftime("%H:%M%:z").to_string();
                }
            }
        };
        put(start_ms, &mut self.start_date, &mut self.start_time);
        put(end_ms, &mut self.end_date, &mut self.end_time);
        self.whole_days = false;
    }

    /// Whether it may be made closed: a new organisation or project that belongs to nothing else.
    #[must_use]
    pub const fn may_close(&self) -> bool {
        self.id.is_none() && self.parent.is_none() && matches!(self.kind, Kind::Organisation | Kind::Project)
    }

    /// The draft, or the first thing that is wrong.
    pub fn draft(&self) -> Result<ElementDraft, Problem> {
        if self.name.trim().is_empty() {
            return Err(Problem::of("editor-needs-name"));
        }
        if self.position.is_none() {
            return Err(Problem::of("editor-needs-place"));
        }
        let text = |text: &str| text.trim().to_owned();
        Ok(ElementDraft {
            kind: self.kind,
            name: text(&self.name),
            description: text(&self.description),
            position: self.position,
            address: text(&self.address),
            phone: text(&self.phone),
            email: text(&self.email),
            website: text(&self.website),
            opening_hours: match typed_hours(&self.opening_hours) {
                TypedHours::Understood(hours) => hours,
                TypedHours::Same | TypedHours::Words => text(&self.opening_hours),
            },
            tags: self.tags()?,
            when: if self.kind == Kind::Event { Some(self.when()?) } else { None },
            parent: self.parent,
            closed: self.closed && self.may_close(),
            history: false,
            keepers: Vec::new(),
            keepers_agree: 0,
            sample: self.sample,
            ..self.held.clone()
        })
    }

    /// Words between commas, lower-case, each once.
    fn tags(&self) -> Result<Vec<String>, Problem> {
        let mut tags: Vec<String> = Vec::new();
        for tag in self.tags.split([',', ';', '\n']).map(|tag| tag.trim().trim_start_matches('#').to_lowercase()) {
            if tag.len() > TAG_MAX {
                return Err(Problem::of("editor-tag-long"));
            }
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > TAGS_MAX { Err(Problem::of("editor-tags-many")) } else { Ok(tags) }
    }

    fn when(&self) -> Result<When, Problem> {
        let zone = TimeZone::get(self.zone.trim()).map_err(|_| Problem::of("editor-bad-zone"))?;
        let date = |text: &str| text.trim().parse::<civil::Date>().map_err(|_| Problem::of("editor-bad-date"));
        let (first, last) = (date(&self.start_date)?, date(&self.end_date)?);
        let once = if self.whole_days {
            if last < first {
                return Err(Problem::of("editor-ends-before"));
            }
            of_days(first, last, &zone, self.zone.trim()).ok_or(Problem::of("editor-bad-date"))?
        } else {
            let start_ms = clock_ms(first, &self.start_time, &zone)?;
            let end_ms = clock_ms(last, &self.end_time, &zone)?;
            if end_ms < start_ms {
                return Err(Problem::of("editor-ends-before"));
            }
            let zone = self.zone.trim().to_owned();
            When { start_ms, end_ms, zone, offset: None, whole_days: false, repeat: None }
        };
        let until = match self.until.trim() {
            "" => None,
            text => Some(day_number(date(text)?)),
        };
        match self.again.repeat(until) {
            None => Ok(once),
            Some(repeat) if repeat.until.is_some_and(|until| until < day_number(first)) => {
                Err(Problem::of("editor-until-before"))
            }
            Some(repeat) => {
                with_clock(When { repeat: Some(repeat), ..once }, &zone).ok_or(Problem::of("editor-zone-old"))
            }
        }
    }
}

/// The moment of a day and a time as typed, on the clocks of a zone: "02:30+02:00" says which one, where it happens
/// twice.
fn clock_ms(date: civil::Date, text: &str, zone: &TimeZone) -> Result<i64, Problem> {
    let (text, offset) = parse_offset(text);
    let time = parse_time(text).ok_or(Problem::of("editor-bad-time"))?;
    let local = date.to_datetime(time);
    match (moment(local, zone), offset) {
        (Ok(ms), None) => Ok(ms),
        (Err(Unclear::Twice(first, again)), Some(offset)) if [first, again].contains(&offset) => {
            let utc = moment(local, &TimeZone::UTC).map_err(|_| Problem::of("editor-bad-date"))?;
            Ok(utc.saturating_sub(i64::from(offset).saturating_mul(60_000)))
        }
        (Err(Unclear::Twice(first, again)), _) => {
            Err(Problem { key: "editor-time-twice", twice: Some((first, again)) })
        }
        (Err(Unclear::Skipped), _) => Err(Problem::of("editor-time-skipped")),
        (Err(Unclear::Out), _) => Err(Problem::of("editor-bad-date")),
        (Ok(_), Some(_)) => Err(Problem::of("editor-bad-time")),
    }
}

/// A day as typed, at its beginning on this clock's wall, in milliseconds since 1970 UTC. None: it is no day.
#[must_use]
pub fn parse_day(text: &str, clock: &Clock) -> Option<u64> {
    let date: civil::Date = text.trim().parse().ok()?;
    let at = date.to_datetime(civil::Time::midnight()).to_zoned_datetime(clock.zone().clone()).ok()?;
    u64::try_from(at.timestamp().as_millisecond()).ok()
}

/// "18:30", "18h30", "18 h 30", "18h", "18".
#[must_use]
pub fn parse_time(text: &str) -> Option<civil::Time> {
    let mut parts = text.trim().splitn(2, [':', 'h', 'H', '.']).map(str::trim);
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = match parts.next() {
        None | Some("") => 0,
        Some(minute) => minute.parse().ok()?,
    };
    civil::Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture;

    fn event() -> Form {
        let place = Position::from_degrees(60.2, 24.9).unwrap();
        Form { kind: Kind::Event, name: " Fête ".into(), ..Form::new(Some(place), &fixture::clock()) }
    }

    #[test]
    fn times_as_people_type_them() {
        for text in ["18:30", "18h30", "18 h 30", "18.30"] {
            assert_eq!(parse_time(text), Some(civil::time(18, 30, 0, 0)), "{text}");
        }
        assert_eq!(parse_time("18h"), Some(civil::time(18, 0, 0, 0)));
        assert_eq!(parse_time("25:00"), None);
        assert_eq!(parse_time("six"), None);
    }

    #[test]
    fn a_new_event_is_tomorrow_evening_in_the_zone_of_the_clock() {
        let draft = event().draft().unwrap();
        assert_eq!(draft.name, "Fête");
        let when = draft.when.unwrap();
        assert_eq!(when.zone, "Europe/Helsinki");
        let start = Timestamp::from_millisecond(when.start_ms).unwrap();
        assert_eq!(start.to_string(), "2026-09-11T15:00:00Z");
        assert_eq!(when.end_ms - when.start_ms, USUAL_HOURS * 3_600_000);
    }

    #[test]
    fn hours_in_words_are_saved_as_they_are_understood() {
        let hours = |typed: &str| {
            let mut form = Form { kind: Kind::Place, opening_hours: typed.into(), ..event() };
            form.tags = String::new();
            form.draft().unwrap().opening_hours
        };
        assert_eq!(hours("du lundi au vendredi de 9h à 18h"), "Mo-Fr 09:00-18:00");
        assert_eq!(hours(" Mo-Fr 09:00-18:00 "), "Mo-Fr 09:00-18:00");
        assert_eq!(hours("quand il fait beau"), "quand il fait beau");
    }

    #[test]
    fn each_mistake_is_named() {
        let with = |change: fn(&mut Form)| {
            let mut form = event();
            change(&mut form);
            form.draft().unwrap_err().key
        };
        assert_eq!(with(|form| form.name = "  ".into()), "editor-needs-name");
        assert_eq!(with(|form| form.position = None), "editor-needs-place");
        assert_eq!(with(|form| form.zone = "Europe/Lion".into()), "editor-bad-zone");
        assert_eq!(with(|form| form.start_date = "2026-02-30".into()), "editor-bad-date");
        assert_eq!(with(|form| form.end_time = "late".into()), "editor-bad-time");
        assert_eq!(with(|form| form.end_time = "17:00".into()), "editor-ends-before");
        assert_eq!(with(|form| form.tags = "x".repeat(TAG_MAX + 1)), "editor-tag-long");
        assert_eq!(with(|form| form.tags = (0..20).map(|n| format!("t{n},")).collect()), "editor-tags-many");
    }

    #[test]
    fn times_that_the_clocks_skip_or_repeat_are_refused_and_can_be_said() {
        let at = |date: &str, time: &str| {
            let mut form = event();
            (form.start_date, form.end_date) = (date.into(), date.into());
            (form.start_time, form.end_time) = (time.into(), "12:00".into());
            form.draft().map(|draft| draft.when.unwrap().start_ms)
        };
        assert_eq!(at("2027-03-28", "03:30"), Err(Problem::of("editor-time-skipped")));
        let twice = Problem { key: "editor-time-twice", twice: Some((180, 120)) };
        assert_eq!(at("2026-10-25", "03:30"), Err(twice));
        assert_eq!(at("2026-10-25", "03:30+01:00"), Err(twice), "no clock there shows that");
        let hour = at("2026-10-25", "03:30 +02:00").unwrap() - at("2026-10-25", "3h30+03:00").unwrap();
        assert_eq!(hour, 3_600_000);
        assert_eq!(at("2026-10-26", "03:30+02:00"), Err(Problem::of("editor-bad-time")));
    }

    #[test]
    fn whole_days_and_what_repeats_come_back_unchanged() {
        use communaut_protocol::op::{Every, Repeat};
        let model = fixture::helsinki().elements.values().find(|e| e.kind == Kind::Event).cloned().unwrap();
        let mut form = event();
        (form.whole_days, form.end_date, form.until) = (true, "2026-09-13".into(), "2026-12-24".into());
        for again in [Again::Day, Again::Week, Again::TwoWeeks, Again::Month, Again::Year, Again::Never] {
            form.again = again;
            let when = form.draft().unwrap().when;
            let mut element = (*model).clone();
            element.when.clone_from(&when);
            assert_eq!(Form::of(&element, &fixture::clock()).draft().unwrap().when, when);
        }
        // What the form has no words for stays as it is, until another is chosen.
        let except = vec![20_720];
        let odd = Repeat { every: Every::Week, interval: 3, count: Some(9), until: None, weekdays: 0b11_0000, except };
        form.again = Again::Kept(odd.clone());
        (form.whole_days, form.until) = (false, String::new());
        let when = form.draft().unwrap().when;
        assert_eq!(when.as_ref().unwrap().repeat, Some(odd));
        let mut element = (*model).clone();
        element.when.clone_from(&when);
        assert_eq!(Form::of(&element, &fixture::clock()).draft().unwrap().when, when);
        (form.again, form.until) = (Again::Week, "2026-09-01".into());
        assert_eq!(form.draft().unwrap_err().key, "editor-until-before");
    }

    #[test]
    fn what_is_there_comes_back_unchanged() {
        let element = fixture::helsinki().elements.values().find(|e| e.name.starts_with("Call with")).cloned().unwrap();
        let draft = Form::of(&element, &fixture::clock()).draft().unwrap();
        assert_eq!(draft.when, element.when);
        assert_eq!((draft.name, draft.position, draft.sample), (element.name.clone(), element.position, true));
    }

    #[test]
    fn a_day_begins_on_the_wall_of_the_clock() {
        // Midnight in Helsinki, in summer.
        assert_eq!(parse_day(" 2026-09-01 ", &fixture::clock()), Some(1_788_210_000_000));
        assert_eq!(parse_day("2026-02-30", &fixture::clock()), None);
        assert_eq!(parse_day("yesterday", &fixture::clock()), None);
    }

    #[test]
    fn only_a_new_space_of_its_own_is_closed() {
        let closed = |change: fn(&mut Form)| {
            let mut form = Form { kind: Kind::Organisation, closed: true, ..event() };
            change(&mut form);
            form.draft().unwrap().closed
        };
        assert!(closed(|_| {}));
        assert!(closed(|form| form.kind = Kind::Project));
        assert!(!closed(|form| form.closed = false));
        assert!(!closed(|form| form.kind = Kind::Place));
        assert!(!closed(|form| form.parent = Some(ElementId([1; 32]))));
        assert!(!closed(|form| form.id = Some(ElementId([1; 32]))));
    }

    #[test]
    fn tags_are_words_between_commas() {
        let mut form = event();
        form.tags = "Compost, #Jardin ;compost,, ".into();
        assert_eq!(form.draft().unwrap().tags, ["compost", "jardin"]);
    }
}
