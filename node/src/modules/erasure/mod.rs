//! Erasing posts and elements: one's own for good, another's as a moderator. SPEC.md §8.3.

pub(crate) mod cli;
mod commands;

use communaut_protocol::EntryId;
use serde::{Deserialize, Serialize};

/// Erase a post or an element: one's own for good, another's as a moderator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erase {
    /// The beginning of its id.
    pub id: String,
    /// A few words for those who wrote it; may be empty.
    pub reason: String,
}

/// Take a moderator's erasure back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// The beginning of the erasure's id, or of what it erased.
    pub id: String,
}

/// What was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// What was written.
    pub entries: Vec<EntryId>,
    /// How many entries it erases.
    pub erased: u64,
    /// Whether they are one's own.
    pub own: bool,
    /// Damaged stores, which may still hold what was erased until their owner removes them.
    pub beside: Vec<String>,
}
