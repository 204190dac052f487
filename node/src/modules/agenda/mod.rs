//! Events between two moments.

pub(crate) mod cli;
mod queries;

use super::territory::TerritoryId;
use communaut_protocol::fold::ElementView;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Events between two moments, by start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// Milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub to_ms: i64,
    /// Inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
}

/// An event in the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub end_ms: i64,
    /// The zone in which it was announced.
    pub zone: String,
    /// The event.
    pub element: Arc<ElementView>,
}
