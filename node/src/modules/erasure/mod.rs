//! Erasing posts and elements: one's own for good, another's as a moderator. SPEC.md §8.3.

pub(crate) mod cli;
mod commands;
mod queries;

use communaut_protocol::{ElementId, EntryId, IdentityId};
use serde::{Deserialize, Serialize};

/// Milliseconds for which a moderator's erasure only hides, so that it can be voided (SPEC.md §7.5).
pub const VOIDABLE_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

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

/// What was erased in each community, and elsewhere by this node's person, of theirs, or on their wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureGroups;

/// What was erased in one community; or, without one, elsewhere and by me, of mine or on my wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureGroup {
    /// Its id and name.
    pub community: Option<(ElementId, String)>,
    /// Whether this node's person may take a moderator's erasure back.
    pub may_void: bool,
    /// The newest first.
    pub lines: Vec<ErasureLine>,
}

/// One act of erasing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureLine {
    /// The entry that erases.
    pub erasure: EntryId,
    /// Who wrote what was erased; unknown until their identity has come.
    pub author: Option<IdentityId>,
    /// How many entries.
    pub entries: usize,
    /// Who erased.
    pub by: IdentityId,
    /// Whether its own author did; otherwise a moderator.
    pub own: bool,
    /// A few words; may be empty.
    pub reason: String,
    /// When, as who erased says: milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Whether it was taken back.
    pub voided: bool,
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
