//! Elements: people, organisations, projects, events and points of interest.

use super::{
    BlobRef, Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing,
    blob::{check_blobs, tidy_blobs},
    bound,
    page::{Contact, Instead, check_contacts, check_instead, check_languages, check_word, tidy_contacts},
    repeat::{DAY_MS, Repeat, is_day},
    schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::{Raw, is_default},
    geo::{Cell, Position},
    ids::{ElementId, IdentityId},
    limits::{FIELD_MAX, FOREIGN_MAX, NAME_MAX, OFFSET_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX, WHEN_MAX_MS, WHEN_MIN_MS},
};
use serde::{Deserialize, Serialize};

/// What an element is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Person,
    Organisation,
    Project,
    Event,
    #[default]
    Place,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Person, Self::Organisation, Self::Project, Self::Event, Self::Place];
    /// The stable lower-case name, as in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Project => "project",
            Self::Event => "event",
            Self::Place => "place",
        }
    }
}

/// When an event takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// Milliseconds since 1970 UTC, not before the start.
    pub end_ms: i64,
    /// IANA name of the zone in which it was announced, e.g. "Europe/Paris".
    #[serde(default, skip_serializing_if = "is_default")]
    pub zone: String,
    /// Minutes by which the clock of the place is ahead of UTC at the start; none: it follows from the zone, for who
    /// knows zones.
    #[serde(default, skip_serializing_if = "is_default")]
    pub offset: Option<i16>,
    /// From midnight to midnight on that clock.
    #[serde(default, skip_serializing_if = "is_default")]
    pub whole_days: bool,
    /// How it takes place again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repeat: Option<Repeat>,
}

impl When {
    /// When it starts on the clock of the place: milliseconds since 1970-01-01 00:00 there; none: that is not said.
    #[must_use]
    pub fn wall_start_ms(&self) -> Option<i64> {
        Some(self.start_ms.saturating_add(i64::from(self.offset?).saturating_mul(60_000)))
    }

    /// Name the first bound that what it says of days and clocks breaks.
    fn check_clock(&self) -> Result<(), OpError> {
        let refuse = |field, why: &str| Err(OpError::Bound { field, why: why.into() });
        if self.offset.is_some_and(|offset| offset.unsigned_abs() > OFFSET_MAX) {
            return refuse("offset", "more than any clock is apart from UTC");
        }
        let start_ms = self.wall_start_ms();
        if start_ms.is_none() && (self.whole_days || self.repeat.is_some()) {
            return refuse("offset", "days need a clock");
        }
        let start_ms = start_ms.unwrap_or_default();
        let long_ms = self.end_ms.saturating_sub(self.start_ms);
        if self.whole_days && (start_ms % DAY_MS != 0 || long_ms % DAY_MS != 0 || long_ms == 0) {
            return refuse("when", "not from midnight to midnight");
        }
        let Some(repeat) = &self.repeat else { return Ok(()) };
        repeat.check(start_ms.div_euclid(DAY_MS))?;
        if !repeat.except.iter().chain(&repeat.until).all(|day| is_day(*day)) {
            return refuse("repeat", "not between the years 1 and 9999");
        }
        Ok(())
    }
}

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The data set, e.g. "osm".
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: String,
    /// The record's id in it, e.g. "node/123".
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: String,
    /// The licence and the credit it asks for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub licence: String,
}

/// One field; each is a last-writer-wins register of its own. An empty text clears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; bounds in SPEC.md §6")]
pub enum Field {
    Kind(Kind),
    Name(String),
    Description(String),
    Position(Position),
    Address(String),
    Phone(String),
    Email(String),
    Website(String),
    OpeningHours(String),
    Tags(Vec<String>),
    When(Option<When>),
    /// The organisation or project that it belongs to.
    Parent(Option<ElementId>),
    Provenance(Option<Provenance>),
    /// True: shown no longer (a visible retraction; erasure is another thing).
    Retracted(bool),
    /// True: made for a demonstration.
    Sample(bool),
    /// Pictures and files, in the order in which they are shown.
    Blobs(Vec<BlobRef>),
    /// Which kind of organisation, event or place it is: a slug.
    Subkind(String),
    /// How far a project has come: a slug.
    Stage(String),
    /// In which languages one is understood there.
    Languages(Vec<String>),
    /// More ways to reach it, in the order in which they are shown.
    Contacts(Vec<Contact>),
    /// Of which time of a series it takes the place.
    Instead(Option<Instead>),
    /// JSON of another program that has no place here, kept so that its record can go back whole.
    Foreign(String),
    /// What a program of another year wrote: its number, and a value of a kind that is not known here.
    Unknown(u8, Raw),
}

impl Field {
    /// The register's number: the variant's, in their order.
    #[must_use]
    pub fn key(&self) -> u8 {
        match self {
            Self::Kind(_) => 0,
            Self::Name(_) => 1,
            Self::Description(_) => 2,
            Self::Position(_) => 3,
            Self::Address(_) => 4,
            Self::Phone(_) => 5,
            Self::Email(_) => 6,
            Self::Website(_) => 7,
            Self::OpeningHours(_) => 8,
            Self::Tags(_) => 9,
            Self::When(_) => 10,
            Self::Parent(_) => 11,
            Self::Provenance(_) => 12,
            Self::Retracted(_) => 13,
            Self::Sample(_) => 14,
            Self::Blobs(_) => 15,
            Self::Subkind(_) => 16,
            Self::Stage(_) => 17,
            Self::Languages(_) => 18,
            Self::Contacts(_) => 19,
            Self::Instead(_) => 20,
            Self::Foreign(_) => 21,
            Self::Unknown(key, _) => *key,
        }
    }
}

/// The number of the fields among those of the operation.
const FIELDS: u8 = 2;

/// Set fields of an element, made by the first such operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementOp {
    /// Who owns it. With `seed` it gives the element's id (see [`super::element_id`]).
    pub owner: IdentityId,
    /// 16 bytes; all zero: the owner's own card, whose id is the owner's.
    #[serde(with = "serde_bytes")]
    pub seed: Vec<u8>,
    /// In ascending order of their key, each at most once.
    #[serde(default, skip_serializing_if = "is_default", with = "super::fields")]
    pub fields: Vec<Field>,
}

impl ElementOp {
    /// The element that it speaks of.
    #[must_use]
    pub fn id(&self) -> ElementId {
        match <[u8; 16]>::try_from(self.seed.as_slice()) {
            Ok(seed) if seed != [0; 16] => super::element_id(self.owner, &seed),
            _ => self.owner.into(),
        }
    }
}

pub(crate) fn check_position(position: Option<Position>) -> Result<(), OpError> {
    match position {
        Some(at) if !at.is_valid() => {
            Err(OpError::Bound { field: "position", why: format!("{}, {} is not on Earth", at.lat(), at.lon()) })
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_when(when: &When) -> Result<(), OpError> {
    check("zone", &when.zone, TAG_MAX, Lines::One)?;
    if when.start_ms < WHEN_MIN_MS || when.end_ms > WHEN_MAX_MS {
        return Err(OpError::Bound { field: "when", why: "not between the years 1 and 9999".into() });
    }
    if when.end_ms < when.start_ms {
        return Err(OpError::Bound { field: "when", why: "it ends before it starts".into() });
    }
    when.check_clock()
}

pub(crate) fn check_tags(tags: &[String]) -> Result<(), OpError> {
    bound("tags", tags.len(), TAGS_MAX)?;
    tags.iter().try_for_each(|tag| check("tag", tag, TAG_MAX, Lines::One))
}

pub(crate) fn tidy_when(when: &mut When) {
    line(&mut when.zone);
}

pub(crate) fn tidy_field(field: &mut Field) {
    match field {
        Field::Description(text) => lines(text),
        Field::Name(text)
        | Field::Address(text)
        | Field::Phone(text)
        | Field::Email(text)
        | Field::Website(text)
        | Field::OpeningHours(text) => line(text),
        Field::Tags(tags) => tags.iter_mut().for_each(line),
        Field::Blobs(blobs) => tidy_blobs(blobs),
        Field::Contacts(contacts) => tidy_contacts(contacts),
        Field::When(Some(when)) => tidy_when(when),
        Field::Provenance(Some(from)) => [&mut from.source, &mut from.id, &mut from.licence].into_iter().for_each(line),
        Field::Kind(_)
        | Field::Position(_)
        | Field::When(None)
        | Field::Parent(_)
        | Field::Provenance(None)
        | Field::Retracted(_)
        | Field::Sample(_)
        | Field::Subkind(_)
        | Field::Stage(_)
        | Field::Languages(_)
        | Field::Instead(_)
        // What is cleaned is not what the other program said.
        | Field::Foreign(_)
        | Field::Unknown(..) => {}
    }
}

pub(crate) fn check_fields(fields: &[Field]) -> Result<(), OpError> {
    if !fields.windows(2).all(|pair| matches!(pair, [a, b] if a.key() < b.key())) {
        return Err(OpError::Bound { field: "fields", why: "not in ascending order".into() });
    }
    fields.iter().try_for_each(|field| match field {
        Field::Name(text) => check("name", text, NAME_MAX, Lines::One),
        Field::Description(text) => check("description", text, TEXT_MAX, Lines::Many),
        Field::Address(text) => check("address", text, FIELD_MAX, Lines::One),
        Field::Phone(text) => check("phone", text, FIELD_MAX, Lines::One),
        Field::Email(text) => check("email", text, FIELD_MAX, Lines::One),
        Field::Website(text) => check("website", text, FIELD_MAX, Lines::One),
        Field::OpeningHours(text) => check("opening hours", text, FIELD_MAX, Lines::One),
        Field::Tags(tags) => check_tags(tags),
        Field::Blobs(blobs) => check_blobs(blobs),
        Field::Position(position) => check_position(Some(*position)),
        Field::When(Some(when)) => check_when(when),
        Field::Provenance(Some(from)) => {
            check("source", &from.source, FIELD_MAX, Lines::One)?;
            check("source id", &from.id, FIELD_MAX, Lines::One)?;
            check("licence", &from.licence, FIELD_MAX, Lines::One)
        }
        Field::Subkind(word) => check_word("subkind", word),
        Field::Stage(word) => check_word("stage", word),
        Field::Languages(languages) => check_languages(languages),
        Field::Contacts(contacts) => check_contacts(contacts),
        Field::Instead(Some(instead)) => check_instead(instead),
        Field::Foreign(text) => check("foreign", text, FOREIGN_MAX, Lines::Many),
        Field::Unknown(_, raw) => bound("field", raw.bytes().len(), TEXT_MAX),
        Field::Kind(_)
        | Field::When(None)
        | Field::Parent(_)
        | Field::Provenance(None)
        | Field::Instead(None)
        | Field::Retracted(_)
        | Field::Sample(_) => Ok(()),
    })
}

/// The pictures and files among an element's fields.
pub(crate) fn blobs_of(fields: &[Field]) -> &[BlobRef] {
    let found = fields.iter().find_map(|field| if let Field::Blobs(blobs) = field { Some(blobs) } else { None });
    found.map_or(&[], Vec::as_slice)
}

impl Operation for ElementOp {
    const RULE: Rule = Rule {
        schema: schema::ELEMENT,
        name: "element",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Either,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        if self.seed.len() != 16 {
            return Err(OpError::Bound { field: "seed", why: "expected 16 bytes".into() });
        }
        check_fields(&self.fields)
    }

    fn tidy(&mut self) {
        self.fields.iter_mut().for_each(tidy_field);
    }

    fn registers(&self, author: IdentityId, _: Cell) -> Vec<Register> {
        if self.owner != author {
            return Vec::new();
        }
        let id = self.id();
        let fields = self.fields.iter().map(|field| match field {
            // Whether a later word takes its place is for who knows what it is.
            Field::Unknown(..) => Register::Own,
            known => Register::Field(id, known.key()),
        });
        std::iter::once(Register::Element(id)).chain(fields).collect()
    }

    fn trimmed(&self, said: &Raw, wins: &dyn Fn(&Register) -> bool) -> Option<Raw> {
        let id = self.id();
        let loses = |field: &&Field| !matches!(field, Field::Unknown(..)) && !wins(&Register::Field(id, field.key()));
        let lost: Vec<i128> = self.fields.iter().filter(loses).map(|field| field.key().into()).collect();
        if lost.is_empty() {
            return None;
        }
        let left = said.field(FIELDS)?.without(|key| lost.contains(&key))?;
        said.with_field(FIELDS, &left)
    }

    fn blobs(&self) -> &[BlobRef] {
        blobs_of(&self.fields)
    }

    /// The card of the community itself: boxes that keep it have to show whose it is.
    fn is_of_roster(&self, community: ElementId) -> bool {
        self.id() == community
    }
}
