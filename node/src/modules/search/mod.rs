//! Searching the local replica.

pub(crate) mod cli;
mod commands;

use super::territory::TerritoryId;
use communaut_protocol::{Position, fold::ElementView, op::Kind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Around a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The point.
    pub position: Position,
    /// Metres on the sphere; none: only the order is by distance.
    pub radius_m: Option<u32>,
}

/// What is looked for. The default finds everything that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Words, in French or English, accents and case apart. Every word must be found; the last may be unfinished.
    pub text: String,
    /// Around a point.
    pub near: Option<Near>,
    /// Any of these; empty: all.
    pub kinds: Vec<Kind>,
    /// All of these.
    pub tags: Vec<String>,
    /// Inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
    /// Events that take place once more after then, milliseconds since 1970 UTC. Set, only events are found.
    pub from_ms: Option<i64>,
    /// Events that begin before.
    pub to_ms: Option<i64>,
    /// IANA name of the zone of who asks: by its clock whole days are compared. Empty: UTC.
    pub zone: String,
    /// The most hits to return; the total is counted all the same. None: all.
    pub limit: Option<usize>,
}

/// Why a hit is there and in its place: the order is explained, never bought.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The words stand in its name.
    Name,
    /// The words stand in its tags.
    Tag,
    /// The words stand in its texts.
    Text,
    /// So far from the point asked for, in metres.
    Distance(u32),
    /// By date, an event.
    Date,
    /// Nothing was asked: in alphabetical order.
    Alphabetical,
}

/// One element found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The element, as it stands in the snapshot that was searched.
    pub element: Arc<ElementView>,
    /// Metres from the point asked for.
    pub distance_m: Option<u32>,
    /// Why it is here.
    pub why: Why,
}

/// What was found, best first. Equal inputs give equal orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// All that match, also beyond the limit.
    pub total: usize,
    /// The hits.
    pub hits: Arc<Vec<Hit>>,
}
