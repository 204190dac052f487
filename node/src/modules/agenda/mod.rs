//! Events between two moments.

pub(crate) mod cli;
mod queries;

use super::territory::TerritoryId;
use communaut_protocol::fold::ElementView;
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
