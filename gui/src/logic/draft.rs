//! The editor's form: texts as typed, and the draft that they make, or what is wrong with them.

use super::Clock;
use communaut_node::api::ElementDraft;
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
    pub parent: Option<ElementId>,
    /// Only members find and read it.
    pub closed: bool,
    pub sample: bool,
}

/// What is wrong with a form: the field's text key, and the problem's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// Key of the problem's text.
    pub key: &'static str,
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
            ..Self::new(element.position, clock)
        };
        if let Some(when) = &element.when {
            form.zone.clone_from(&when.zone);
            let zone = TimeZone::get(&when.zone).unwrap_or(TimeZone::UTC);
            let put = |ms: i64, date: &mut String, time: &mut String| {
                if let Ok(at) = Timestamp::from_millisecond(ms) {
                    let at = at.to_zoned_datetime(zone.clone());
                    *date = at.date().to_string();
                    *time = at.strftime("%H:%M").to_string();
                }
            };
            put(when.start_ms, &mut form.start_date, &mut form.start_time);
            put(when.end_ms, &mut form.end_date, &mut form.end_time);
        }
        form
    }

    /// Whether it may be made closed: a new organisation or project that belongs to nothing else.
    #[must_use]
    pub const fn may_close(&self) -> bool {
        self.id.is_none() && self.parent.is_none() && matches!(self.kind, Kind::Organisation | Kind::Project)
    }

    /// The draft, or the first thing that is wrong.
    pub fn draft(&self) -> Result<ElementDraft, Problem> {
        if self.name.trim().is_empty() {
            return Err(Problem { key: "editor-needs-name" });
        }
        if self.position.is_none() {
            return Err(Problem { key: "editor-needs-place" });
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
            opening_hours: text(&self.opening_hours),
            tags: self.tags()?,
            when: if self.kind == Kind::Event { Some(self.when()?) } else { None },
            parent: self.parent,
            closed: self.closed && self.may_close(),
            history: false,
            keepers: Vec::new(),
            keepers_agree: 0,
            sample: self.sample,
        })
    }

    /// Words between commas, lower-case, each once.
    fn tags(&self) -> Result<Vec<String>, Problem> {
        let mut tags: Vec<String> = Vec::new();
        for tag in self.tags.split([',', ';', '\n']).map(|tag| tag.trim().trim_start_matches('#').to_lowercase()) {
            if tag.len() > TAG_MAX {
                return Err(Problem { key: "editor-tag-long" });
            }
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > TAGS_MAX { Err(Problem { key: "editor-tags-many" }) } else { Ok(tags) }
    }

    fn when(&self) -> Result<When, Problem> {
        let zone = TimeZone::get(self.zone.trim()).map_err(|_| Problem { key: "editor-bad-zone" })?;
        let moment = |date: &str, time: &str| -> Result<i64, Problem> {
            let date: civil::Date = date.trim().parse().map_err(|_| Problem { key: "editor-bad-date" })?;
            let time = parse_time(time).ok_or(Problem { key: "editor-bad-time" })?;
            // In the hour that a change of the clocks skips or repeats, jiff's "compatible" choice.
            let at = date
                .to_datetime(time)
                .to_zoned_datetime(zone.clone())
                .map_err(|_| Problem { key: "editor-bad-date" })?;
            Ok(at.timestamp().as_millisecond())
        };
        let start_ms = moment(&self.start_date, &self.start_time)?;
        let end_ms = moment(&self.end_date, &self.end_time)?;
        if end_ms < start_ms {
            return Err(Problem { key: "editor-ends-before" });
        }
        Ok(When { start_ms, end_ms, zone: self.zone.trim().to_owned(), offset: None, whole_days: false, repeat: None })
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
