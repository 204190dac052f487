//! Vouching: a person says that they know another one. SPEC.md §6, §7.8.

use super::{Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing};
use crate::{
    codec::is_default,
    geo::Cell,
    ids::{Hash, IdentityId},
};
use serde::{Deserialize, Serialize};

/// A word for a person. Author and person name it; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VouchOp {
    /// For whom.
    pub person: IdentityId,
    /// Taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub withdrawn: bool,
}

impl VouchOp {
    /// Of what its author has one word.
    #[must_use]
    pub const fn word_for(person: IdentityId) -> Register {
        Register::Keyed(Self::RULE.schema, Hash(person.0))
    }
}

impl Operation for VouchOp {
    const RULE: Rule = Rule {
        schema: 45,
        name: "vouch",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}

    fn registers(&self, author: IdentityId, _: Cell) -> Vec<Register> {
        let others = self.person != author;
        others.then(|| Self::word_for(self.person)).into_iter().collect()
    }
}
