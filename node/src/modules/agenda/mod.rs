//! Events between two moments.

pub(crate) mod cli;
mod own;
mod queries;
mod told;

use super::territory::TerritoryId;
use communaut_protocol::{ElementId, fold::ElementView};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Events between two moments, each time that one takes place, by start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// Milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// Milliseconds since 1970 UTC; what begins then is not in it.
    pub to_ms: i64,
    /// IANA name of the zone of who asks: by its clock whole days are compared.
    pub zone: String,
    /// Inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
    /// Only what this node's person goes to.
    #[serde(default)]
    pub mine: bool,
}

/// What this node's person goes to at the same time as to an event: the first 20, by start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflicts {
    /// To which.
    pub resource: ElementId,
    /// To which time of an event that repeats: the day that names it. None: the next ones within 60 days, at most 20.
    pub on: Option<i32>,
    /// From when on the next ones are, milliseconds since 1970 UTC.
    pub from_ms: i64,
}

/// One time that an event takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub end_ms: i64,
    /// The zone in which it was announced.
    pub zone: String,
    /// Of whole days: the first and the last, counted from 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// The name of the event that it is a part of; empty: of none that is held.
    #[serde(default)]
    pub part_of: String,
    /// The event.
    pub element: Arc<ElementView>,
}

/// What takes place, by start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Times that events take place, also those beyond what is given.
    pub total: usize,
    /// Events of which only the first [`TIMES_MAX`](crate::times::TIMES_MAX) times were looked at.
    #[serde(default)]
    pub cut: usize,
    /// The first ones: at most [`TIMES_TOTAL_MAX`](crate::times::TIMES_TOTAL_MAX).
    pub events: Vec<Occurrence>,
}
