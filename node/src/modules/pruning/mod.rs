//! Pruning: what one's logs of open cells still say is restated, what stood before is dropped. SPEC.md §5.3.

pub(crate) mod cli;
mod commands;

use communaut_protocol::Cell;
use serde::{Deserialize, Serialize};

/// Restate one's own logs of open cells where that saves something, and drop what stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prune;

/// What was pruned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Logs that were restated.
    pub logs: Vec<PrunedLog>,
    /// Logs that could not be.
    pub left: Vec<NotPruned>,
}

/// A log that was restated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunedLog {
    /// In which cell.
    pub cell: Cell,
    /// Entries held of it before.
    pub entries_before: u64,
    /// Entries of the restatement.
    pub entries_after: u64,
    /// Bytes of headers and payloads before.
    pub bytes_before: u64,
    /// Bytes of headers and payloads of the restatement.
    pub bytes_after: u64,
}

/// A log that could not be restated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotPruned {
    /// In which cell.
    pub cell: Cell,
    /// Why.
    pub why: String,
}
