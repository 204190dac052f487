//! What stays of what people wrote by a role that is taken from them. SPEC.md §7.2.

use super::{OpError, Operation, Rule, Sealing, ascending, bound, schema};
use crate::{
    codec::is_default,
    ids::EntryId,
    limits::{KEPT_MAX, REFS_MAX},
};
use serde::{Deserialize, Serialize};

/// Names entries of this scope that count by the role that their authors had, whatever was taken from these since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepOp {
    /// Which, ascending: each whole, with all of its leaves.
    #[serde(default, skip_serializing_if = "is_default")]
    pub entries: Vec<EntryId>,
    /// The acts of governance that the author knew last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
}

impl Operation for KeepOp {
    const RULE: Rule = Rule::governing(schema::KEEP, "keep", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        if self.entries.is_empty() {
            return Err(OpError::Bound { field: "entries", why: "none".into() });
        }
        bound("entries", self.entries.len(), KEPT_MAX)?;
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("entries", &self.entries)?;
        ascending("refs", &self.refs)
    }
    fn tidy(&mut self) {}
}
