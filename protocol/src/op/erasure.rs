//! Erasing entries, and voiding an erasure. SPEC.md §7.5.

use super::{
    FrontierHead, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, ascending, bound, rule_for,
    schema,
    text::{Lines, check, line},
};
use crate::{
    codec::is_default,
    geo::Cell,
    ids::{ElementId, EntryId, IdentityId},
    limits::{ERASED_MAX, NAME_MAX, REFS_MAX},
};
use serde::{Deserialize, Serialize};

/// Entries of this scope that are to fold as if their payloads had never been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseOp {
    /// Which, ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub targets: Vec<FrontierHead>,
    /// None: the author's own. Otherwise an act of moderation, with the acts of governance that the author knew last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Option<Vec<EntryId>>,
    /// A few words for those who wrote it; may be empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
}

/// Takes an act of moderation back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidOp {
    /// The erasure.
    pub erasure: EntryId,
    /// The acts of governance that the author knew last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
}

/// Whether payloads of a schema can be erased. Of what is not understood here its number tells.
#[must_use]
pub fn is_erasable(schema: u16) -> bool {
    rule_for(schema).erasable
}

impl Operation for EraseOp {
    const RULE: Rule = Rule {
        schema: schema::ERASE,
        name: "erase",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Either,
        for_persons: false,
        restating: Restating::Kept,
        erasable: false,
        governs: true,
    };

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

    fn tidy(&mut self) {
        line(&mut self.reason);
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        // An open cell has no moderators.
        self.refs.is_none().then_some(Register::Own).into_iter().collect()
    }

    /// Acts of moderation, as all acts of governance: who lacks one in the middle would see other pasts (SPEC.md §8.1).
    fn is_of_roster(&self, _: ElementId) -> bool {
        self.refs.is_some()
    }
}

impl Operation for VoidOp {
    const RULE: Rule = Rule {
        schema: schema::VOID,
        name: "void",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
