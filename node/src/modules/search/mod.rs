//! Searching the local replica.

pub(crate) mod addresses;
pub(crate) mod cli;
pub(crate) mod commands;
mod counts;
pub(crate) mod offered;

use super::{places::PlaceFound, same::AlsoSaid, territory::TerritoryId};
use crate::streets::found::AddressFound;
use communaut_protocol::{ElementId, Position, fold::ElementView, op::Kind};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Around a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The point.
    pub position: Position,
    /// Metres on the sphere; none: only the order is by distance.
    pub radius_m: Option<u32>,
}

/// Along a way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Along {
    /// Its points, two at least; between them it is straight (a great circle). At most 500.
    pub line: Vec<Position>,
    /// Metres to either side.
    pub within_m: u32,
}

/// Points of a line: a way of a day's walk or of a bus has fewer; each costs every element a comparison.
pub const LINE_MAX: usize = 500;
/// Territories of one search: each is a walk over its cells.
pub const TERRITORIES_MAX: usize = 100;
/// Metres of a ring: further away is another region, which one names.
pub const RING_MAX_M: u32 = 500_000;

/// When something is to be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// At the moment of [`Query::now_ms`].
    Now,
    /// At any time of the next such day, today among them; Monday 0.
    Day(u8),
}

/// Whether something is open for who asks now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenNow {
    /// It is open.
    pub open: bool,
    /// When that changes, milliseconds since 1970 UTC; none: not within a month.
    pub until_ms: Option<i64>,
    /// Minutes by which the clock of the place is then ahead of UTC: what stands on its door. None: unknown.
    #[serde(default)]
    pub offset_min: Option<i16>,
}

/// What is looked for. The default finds everything that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Words, in French or English, accents and case apart. Every word must be found; the last may be unfinished.
    pub text: String,
    /// Around a point.
    pub near: Option<Near>,
    /// Along a way.
    pub along: Option<Box<Along>>,
    /// Any of these; empty: all.
    pub kinds: Vec<Kind>,
    /// All of these, each under any of its names ("library" is also "bibliothèque").
    pub tags: Vec<String>,
    /// Inside any of these territories; none: everything held. At most 100.
    pub territories: Vec<TerritoryId>,
    /// And up to so many metres around them. At most 500 km.
    pub ring_m: u32,
    /// Events that take place once more after then, milliseconds since 1970 UTC. Set, only events are found.
    pub from_ms: Option<i64>,
    /// Events that begin before.
    pub to_ms: Option<i64>,
    /// ISO 639 code of the language of who asks: names in it are shown. Empty: unknown.
    pub language: String,
    /// Only what is open then, as far as its opening hours are understood. The text may say so too: "open now",
    /// "ouvert dimanche". Needs `now_ms`.
    pub open: Option<Open>,
    /// The present of who asks, milliseconds since 1970 UTC: with it each hit says whether it is open. Hours are read
    /// on the clock of the place; on that of who asks, where it is not known.
    pub now_ms: Option<i64>,
    /// IANA name of the zone of who asks: by its clock whole days are compared. Empty: UTC.
    pub zone: String,
    /// The most hits to return; the total is counted all the same. None: all.
    pub limit: Option<usize>,
    /// Count what is found by kind, tag, time and distance; the time (milliseconds since 1970 UTC) is the present of
    /// which events are past or to come.
    pub facets_at_ms: Option<i64>,
}

/// In which way words were found where they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// As typed.
    Typed,
    /// In another form: a beginning, a plural, a short form, a number written otherwise, joined or apart.
    Form,
    /// By another word for the same kind of thing.
    Meaning,
    /// Nearly: with a letter or two that differ. Looked for only where nothing is found otherwise.
    Nearly,
}

/// Why a hit is there and in its place: the order is explained, never bought.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The words stand in its name.
    Name(How),
    /// The words stand in its tags.
    Tag,
    /// The words may mean the kind of thing that it is: "café", of a restaurant.
    Kind,
    /// The words stand in its texts.
    Text(How),
    /// The words stand in another of its names.
    OtherName,
    /// It is reached so: by this number, this address of mail, this site.
    Contact,
    /// So far from the point asked for, in metres.
    Distance(u32),
    /// By date, an event.
    Date,
    /// Nothing was asked: in alphabetical order.
    Alphabetical,
}

/// Another name of what was found than its own, and why that one is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The name.
    pub name: String,
    /// ISO 639 code of its language; empty if unknown.
    pub language: String,
    /// Its words are those that were asked for; else it is its name in the language of who asks.
    pub asked: bool,
}

/// One element found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The element, as it stands in the snapshot that was searched.
    pub element: Arc<ElementView>,
    /// Metres from the point asked for, or from the way.
    pub distance_m: Option<u32>,
    /// It lies in none of the territories asked for, only around them.
    pub around: bool,
    /// Why it is here.
    pub why: Why,
    /// Another of its names, where that says more than its own.
    pub called: Option<Called>,
    /// Whether it is open; none: that was not asked, it says nothing, or it is not understood.
    pub open: Option<OpenNow>,
}

/// A place that the words of a search name: one may look there instead. Nothing was looked for there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// The other words: what to look for around the place. Empty: there are none.
    pub text: String,
    /// The place, and others of that name.
    pub place: PlaceFound,
}

/// What was found, best first. Equal inputs give equal orders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// All that match, also beyond the limit.
    pub total: usize,
    /// The hits.
    pub hits: Arc<Vec<Hit>>,
    /// What was counted, if that was asked for.
    pub facets: Option<Facets>,
    /// Doors and streets of the street maps that are here, by the words: below elements, of which they are none. At
    /// most five.
    #[serde(default)]
    pub addresses: Arc<Vec<AddressFound>>,
    /// Who else speaks of the hits, of those of which somebody does.
    #[serde(default)]
    pub also: Arc<BTreeMap<ElementId, Vec<AlsoSaid>>>,
    /// Where nothing was found that is open when that was asked for: how many there are but for that, whether they are
    /// closed then or say no hours.
    #[serde(default)]
    pub shut: usize,
    /// A place that the words name.
    #[serde(default)]
    pub offered: Option<Box<Offered>>,
}

/// How many of all that was found, also beyond the limit, are what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// By kind, those that there are.
    pub kinds: Vec<(Kind, usize)>,
    /// By what it is more exactly, as tags say it: those of them that are kinds of things, of words for the same kind
    /// the most frequent.
    pub subkinds: Vec<(String, usize)>,
    /// By tag, the most frequent first, then by name; at most 1,000.
    pub tags: Vec<(String, usize)>,
    /// Further tags.
    pub more_tags: usize,
    /// Events by when they are, those that there are.
    pub times: Vec<(Ahead, usize)>,
    /// Up to so many metres away, the nearest first; each counts all that is nearer too.
    pub distances: Vec<(u32, usize)>,
    /// What says when it is open.
    pub with_hours: usize,
    /// What is open at the time of the count.
    pub open: usize,
}

/// Tags that are counted by name: beyond, a list is none any more.
pub const TAGS_COUNTED_MAX: usize = 1_000;

/// When an event is, seen from the present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ahead {
    /// It goes on.
    Now,
    /// It begins within 24 hours.
    Day,
    /// It begins within 7 days, later than that.
    Week,
    /// It begins within 30 days, later than that.
    Month,
    /// It begins later.
    Later,
    /// It has ended.
    Past,
}

const DAY_MS: i64 = 86_400_000;

impl Ahead {
    /// From when to when its events take place, seen from a present, both in milliseconds since 1970 UTC: for
    /// [`Query::from_ms`] and [`Query::to_ms`].
    #[must_use]
    pub const fn stretch(self, now_ms: i64) -> (Option<i64>, Option<i64>) {
        let days = match self {
            Self::Now => 0,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Later => return (Some(now_ms), None),
            Self::Past => return (None, Some(now_ms)),
        };
        (Some(now_ms), Some(now_ms.saturating_add(days * DAY_MS)))
    }
    /// Its name, as the command line and JSON have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Later => "later",
            Self::Past => "past",
        }
    }
}
