//! What payloads say. A payload is `[nonce(16), body]`; the header's schema
//! names the body. SPEC.md §6.

mod blob;
mod bookmark;
mod claim;
mod correction;
mod element;
mod envelope;
mod erasure;
mod fields;
mod founding;
mod governance;
mod identity;
mod keep;
mod keys;
mod label;
mod list;
mod offer;
mod origin;
mod page;
mod place;
mod reaction;
mod repeat;
mod restate;
mod rule;
pub mod schema;
mod social;
pub mod text;
mod unknown;
mod vote;
mod vouch;

pub use blob::{BlobRef, check_blobs_total, padded_total, size_of};
pub use bookmark::{BookmarkOp, BookmarkText};
pub use claim::{ClaimDecision, ClaimOp, ClaimedTime, ConfirmOp, TermsOp};
pub use correction::CorrectionOp;
pub use element::{ElementOp, Field, Kind, Provenance, When};
pub use erasure::{EraseOp, VoidOp, is_erasable, is_erasable_at, leaf_places};
pub use founding::{FoundingOp, SettleOp};
pub use governance::{ActWitnessOp, Role, RoleOp};
pub use identity::{
    CONSENT_DOMAIN, DECISION_DOMAIN, DecideOp, DeviceOp, Inception, OutOp, Profile, RECOVERY_DOMAIN, RecoveryOp,
    RecoveryTerms, WitnessOp, accepted_head, consent_bytes, decision_bytes,
};
pub use keep::KeepOp;
pub use keys::{KeyEpochOp, SeedOp, WrapsOp};
pub use label::LabelOp;
pub use list::{Op, RULES, rule_for, rule_of};
pub use offer::{JOIN_DOMAIN, LinkProof, OfferOp};
pub use origin::Origin;
pub use page::{Contact, Instead, escaped};
pub use place::EntryPlace;
pub use reaction::{Reaction, ReactionOp};
pub use repeat::{Every, Repeat, WallTime};
pub use restate::{RestateOp, Restated, trimmed_leaf};
pub use rule::{Leafage, Operation, Register, Restating, Rule, Salts, ScopeKind, Sealing};
pub use social::{LinkKind, LinkOp, LinkState, PostOp, Stub, StubOp, TerritoryOp};
pub use unknown::{FEATURES, NEEDS, RANGES, UNDER, UnknownOp, rule_of_range};
pub use vote::{BallotOp, CarryOp, Choice, CloseOp, OpenOp, ProposalOp, Quorum, Tally};
pub use vouch::VouchOp;

use crate::{
    codec::{CodecError, Raw},
    ids::{ElementId, EntryId, IdentityId},
    limits::NONCE_LEN,
};

/// What a payload says, as it was signed.
pub fn body(payload: &[u8]) -> Result<Raw, OpError> {
    envelope::unwrap(payload)
}

/// The act in whose past the author of a payload writes (SPEC.md §6.5): of what counts by a role. None: it names none.
pub fn under_of(schema: u16, payload: &[u8]) -> Result<Option<EntryId>, OpError> {
    if rule_for(schema).takes_under() { envelope::under(payload) } else { Ok(None) }
}

/// Why a payload is not folded. It is kept and relayed all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// Sealed under a key that is not held.
    #[error("sealed, and its key is not held here")]
    Sealed,
    /// Sealed under a key that is held, and not as it has to be.
    #[error("sealed payload refused: {0}")]
    Seal(#[from] crate::private::SealError),
    /// Not the bytes that the schema prescribes.
    #[error("payload refused: {0}")]
    Codec(#[from] CodecError),
    /// One thing was asked for.
    #[error("its {0} leaves say something each by itself")]
    Leaves(usize),
    /// Outside a bound.
    #[error("{field} refused: {why}")]
    Bound {
        /// Which field.
        field: &'static str,
        /// What was wrong.
        why: String,
    },
}

pub(crate) fn bound(field: &'static str, len: usize, max: usize) -> Result<(), OpError> {
    if len <= max { Ok(()) } else { Err(OpError::Bound { field, why: format!("{len}, the limit is {max}") }) }
}

/// Lists have one order, and name nothing twice.
pub(crate) fn ascending<T: Ord>(field: &'static str, list: &[T]) -> Result<(), OpError> {
    if list.is_sorted_by(|before, after| before < after) {
        return Ok(());
    }
    Err(OpError::Bound { field, why: "not in ascending order".into() })
}

/// A salt that follows from something which itself begins with a salt, so that who holds that can make the same leaf.
fn derived_salt(context: &str, of: &[u8]) -> [u8; NONCE_LEN] {
    let mut salt = [0; NONCE_LEN];
    salt.iter_mut().zip(blake3::derive_key(context, of)).for_each(|(to, from)| *to = from);
    salt
}

/// An element's id, bound to its owner: nobody else can make one of the same id.
#[must_use]
pub fn element_id(owner: IdentityId, seed: &[u8; 16]) -> ElementId {
    let mut input = owner.0.to_vec();
    input.extend_from_slice(seed);
    ElementId(blake3::derive_key("communaut 2026 element id", &input))
}

/// The seed of an imported record, so that importing it again names the same element.
#[must_use]
pub fn import_seed(source: &str, source_id: &str) -> [u8; 16] {
    let mut input = (source.len() as u64).to_be_bytes().to_vec();
    input.extend_from_slice(source.as_bytes());
    input.extend_from_slice(source_id.as_bytes());
    let key = blake3::derive_key("communaut 2026 import seed", &input);
    let mut seed = [0; 16];
    seed.iter_mut().zip(key).for_each(|(to, from)| *to = from);
    seed
}
