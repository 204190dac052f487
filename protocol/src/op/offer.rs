//! Offers: a role for whoever holds an invitation's secret key, and the proof that somebody does. SPEC.md §6, §8.9.

use super::{OpError, Operation, Role, Rule, Sealing, ascending, bound, schema};
use crate::{
    codec::is_default,
    entry::{DeviceKey, hash, verify_strict},
    ids::{DeviceId, ElementId, EntryId, Hash, IdentityId, Signature},
    limits::{OFFER_USES_MAX, REFS_MAX},
};
use serde::{Deserialize, Serialize};

/// What begins the text that an invitation's key signs.
pub const JOIN_DOMAIN: &[u8] = b"communaut/join/1\0";

/// A role that is offered to who joins by an invitation, or is no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferOp {
    /// BLAKE3 of the invitation's public key: nobody who reads it can invite.
    pub key: Hash,
    /// Which role.
    pub role: Role,
    /// To how many people; 0: to nobody any more, for good.
    pub uses: u16,
    /// Milliseconds since 1970 UTC, after which whoever grants roles does so no longer by it. No rule reads it.
    pub expires_ms: u64,
    /// The acts of governance that the author knew last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
}

/// That whoever asks to be let in holds an invitation's secret key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkProof {
    /// The invitation's public key.
    pub key: DeviceId,
    /// By it, over who joins what.
    pub signature: Signature,
}

impl LinkProof {
    /// What is signed: the container that somebody joins, and who.
    #[must_use]
    pub fn bytes(target: ElementId, person: IdentityId) -> Vec<u8> {
        [JOIN_DOMAIN, &target.0, &person.0].concat()
    }

    /// By an invitation's secret key.
    #[must_use]
    pub fn sign(key: &DeviceKey, target: ElementId, person: IdentityId) -> Self {
        Self { key: key.id(), signature: key.sign(&Self::bytes(target, person)) }
    }

    /// By what an offer names its key.
    #[must_use]
    pub fn names(&self) -> Hash {
        hash(&self.key.0)
    }

    /// Whether a person was given this invitation to this container: a signature check.
    #[must_use]
    pub fn proves(&self, target: ElementId, person: IdentityId) -> bool {
        verify_strict(self.key, &Self::bytes(target, person), self.signature).is_ok()
    }
}

impl Operation for OfferOp {
    const RULE: Rule = Rule::governing(schema::OFFER, "offer", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        bound("uses", self.uses.into(), OFFER_USES_MAX)?;
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
