//! Erasing entries, and voiding an erasure. SPEC.md §7.5.

use super::{
    Bounded, FrontierHead, OpError, bound,
    governance::ascending,
    schema,
    text::{Lines, check},
};
use crate::{
    ids::EntryId,
    limits::{ERASED_MAX, NAME_MAX, REFS_MAX},
};
use serde::{Deserialize, Serialize};

/// Entries of this scope that are to fold as if their payloads had never been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseOp {
    /// Which, ascending.
    pub targets: Vec<FrontierHead>,
    /// None: the author's own. Otherwise an act of moderation, with the acts of governance that the author knew last.
    pub refs: Option<Vec<EntryId>>,
    /// A few words for those who wrote it; may be empty.
    pub reason: String,
}

/// Takes an act of moderation back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidOp {
    /// The erasure.
    pub erasure: EntryId,
    /// The acts of governance that the author knew last.
    pub refs: Vec<EntryId>,
}

/// Whether payloads of a schema can be erased. By number, so that it can be told of what is not understood:
/// identities, erasures and their like, restatements, governance except ballots, and keys cannot.
#[must_use]
pub const fn is_erasable(schema: u16) -> bool {
    !matches!(schema, 0..=9 | schema::ERASE | schema::VOID | schema::RESTATE | 20..=21 | 23..=39)
}

impl Bounded for EraseOp {
    fn check(&self) -> Result<(), OpError> {
        bound("targets", self.targets.len(), ERASED_MAX)?;
        bound("refs", self.refs.as_ref().map_or(0, Vec::len), REFS_MAX)?;
        check("reason", &self.reason, NAME_MAX, Lines::One)?;
        if self.targets.is_empty() {
            return Err(OpError::Bound { field: "targets", why: "there are none".into() });
        }
        ascending("targets", &self.targets)?;
        ascending("refs", self.refs.as_deref().unwrap_or_default())
    }
}

impl Bounded for VoidOp {
    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }
}
