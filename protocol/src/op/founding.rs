//! How a container begins, and what its keepers settle for good. SPEC.md §8.7.

use super::{OpError, Operation, Rule, Sealing, ascending, bound, schema};
use crate::{
    codec::{self, is_default},
    ids::{ElementId, EntryId, Hash, IdentityId},
    limits::{KEEPERS_MAX, REFS_MAX},
    op::element_id,
};
use serde::{Deserialize, Serialize};

/// Who founds a container, and who settles there. The container's id commits to all of it; it says nothing of anybody
/// but that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundingOp {
    /// Who founds it.
    pub owner: IdentityId,
    /// So that one person can found several.
    #[serde(with = "serde_bytes")]
    pub seed: Vec<u8>,
    /// Who settles: ascending; nobody: nothing is ever settled there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keepers: Vec<IdentityId>,
    /// How many keepers have to agree.
    #[serde(default, skip_serializing_if = "is_default")]
    pub agree: u8,
}

impl FoundingOp {
    /// The seed of the container's card: the first 16 bytes of
    /// `derive("communaut 2026 founding", CBOR of the founding)`.
    pub fn card_seed(&self) -> Result<[u8; 16], OpError> {
        let hash = blake3::derive_key("communaut 2026 founding", &codec::encode(self)?);
        let mut seed = [0; 16];
        seed.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Ok(seed)
    }
    /// The container that it founds.
    pub fn container(&self) -> Result<ElementId, OpError> {
        Ok(element_id(self.owner, &self.card_seed()?))
    }
}

/// A keeper says that some acts of governance and their past stand for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleOp {
    /// The root of the point before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<Hash>,
    /// The acts that the keeper knew last.
    pub refs: Vec<EntryId>,
    /// What names these and their past (SPEC.md §8.7).
    pub root: Hash,
}

impl Operation for FoundingOp {
    const RULE: Rule = Rule::governing(schema::FOUNDING, "founding", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        if self.seed.len() != 16 {
            return Err(OpError::Bound { field: "seed", why: "expected 16 bytes".into() });
        }
        bound("keepers", self.keepers.len(), KEEPERS_MAX)?;
        ascending("keepers", &self.keepers)?;
        let agree = usize::from(self.agree);
        if agree > self.keepers.len() || (agree == 0) != self.keepers.is_empty() {
            return Err(OpError::Bound { field: "agree", why: format!("{agree} of {} keepers", self.keepers.len()) });
        }
        Ok(())
    }

    fn tidy(&mut self) {}
}

impl Operation for SettleOp {
    const RULE: Rule = Rule::governing(schema::SETTLE, "settle", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        if self.refs.is_empty() {
            return Err(OpError::Bound { field: "refs", why: "none".into() });
        }
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
