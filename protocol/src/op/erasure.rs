//! Erasing entries, and voiding an erasure. SPEC.md §7.5.

use super::{
    EntryPlace, Leafage, Op, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, ascending, bound,
    rule_for, schema,
    text::{Lines, check, line},
};
use crate::{
    codec::is_default,
    entry::{Header, leaves::Leaf},
    geo::Cell,
    ids::{ElementId, EntryId, IdentityId},
    limits::{ERASED_MAX, NAME_MAX, REFS_MAX},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Entries of this scope that are to fold as if their payloads had never been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseOp {
    /// Which, ascending. Views share them: there may be many.
    #[serde(default, skip_serializing_if = "is_default")]
    pub targets: Arc<[EntryPlace]>,
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

/// Whether an entry of a schema, or a leaf of it, can be erased. Of what consists of parts the first says what decides.
#[must_use]
pub fn is_erasable_at(schema: u16, leaf: Option<u8>) -> bool {
    let rule = rule_for(schema);
    match (rule.leaves, leaf) {
        (Leafage::Never, Some(_)) => false,
        // What a restatement says is erased in the place that it had.
        (Leafage::Parts, Some(leaf)) => leaf > 0 && schema != schema::RESTATE,
        (Leafage::Never | Leafage::Several | Leafage::Parts, _) => rule.erasable,
    }
}

/// Of each leaf of a payload the place under which it is erased; none: never.
#[must_use]
pub fn leaf_places(header: &Header, id: EntryId, payload: &[u8]) -> Vec<Option<EntryPlace>> {
    let Ok(leaves) = Leaf::all(payload) else { return Vec::new() };
    if header.schema == schema::RESTATE
        && let Ok(Op::Restate(op)) = Op::of_parts(header.schema, header.schema_version, &leaves)
    {
        let said = op.items.iter().flat_map(|item| {
            let erasable = is_erasable_at(item.schema, item.leaves.first().copied());
            let places = item.places(header.log).unwrap_or_default().into_iter();
            places.map(move |place| Some(place).filter(|_| erasable))
        });
        return std::iter::once(None).chain(said).collect();
    }
    let place = EntryPlace::of(&header.log, header.seq, id);
    let all = (0..=u8::MAX).take(leaves.len());
    all.map(|leaf| is_erasable_at(header.schema, Some(leaf)).then(|| place.leaf(leaf))).collect()
}

impl Operation for EraseOp {
    const RULE: Rule = Rule {
        schema: schema::ERASE,
        name: "erase",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Either,
        for_persons: false,
        restating: Restating::Kept,
        leaves: Leafage::Never,
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
        leaves: Leafage::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
