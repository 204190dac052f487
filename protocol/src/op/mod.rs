//! What payloads say. A payload is `[nonce(16), author identity, body]`; the header's schema
//! names the body. SPEC.md §6.

mod element;
mod erasure;
mod governance;
mod identity;
mod keys;
mod reaction;
mod restate;
mod social;
pub mod text;
mod tidy;

pub use element::{ElementOp, Field, Kind, Provenance, When};
pub use erasure::{EraseOp, VoidOp, is_erasable};
pub use governance::{BallotOp, Choice, CloseOp, FrontierHead, ProposalOp, Quorum, Role, RoleOp, Tally};
pub use identity::{
    CONSENT_DOMAIN, DeviceOp, Inception, OutOp, Profile, RECOVERY_DOMAIN, RecoveryOp, RecoveryTerms, WitnessOp,
    accepted_head, consent_bytes,
};
pub use keys::{KeyEpochOp, SeedOp, WrapsOp};
pub use reaction::{Reaction, ReactionOp};
pub use restate::{RestateOp, Restated};
pub use social::{LinkKind, LinkOp, LinkState, PostOp, Stub, StubOp, TerritoryOp};

use crate::{
    codec::{self, CodecError},
    ids::{ElementId, IdentityId},
    limits::{NONCE_LEN, PAYLOAD_MAX},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Schema numbers. Never reused.
pub mod schema {
    /// The first entry of an identity.
    pub const INCEPTION: u16 = 1;
    /// A device comes in.
    pub const DEVICE: u16 = 2;
    /// Name and home of a person.
    pub const PROFILE: u16 = 3;
    /// Devices go out.
    pub const OUT: u16 = 4;
    /// Whoever holds the recovery key says which devices there are.
    pub const RECOVERY: u16 = 5;
    /// Acts of other logs of the identity, said again.
    pub const WITNESS: u16 = 6;
    /// Fields of an element.
    pub const ELEMENT: u16 = 10;
    /// A link between elements.
    pub const LINK: u16 = 11;
    /// A post.
    pub const POST: u16 = 12;
    /// A named set of cells.
    pub const TERRITORY: u16 = 13;
    /// An announcement of something that lies elsewhere.
    pub const STUB: u16 = 14;
    /// Entries that are to fold as if they had never been.
    pub const ERASE: u16 = 15;
    /// An erasure by a moderator, taken back.
    pub const VOID: u16 = 16;
    /// A word on a post.
    pub const REACTION: u16 = 17;
    /// What a log still says, so that what stood before can go.
    pub const RESTATE: u16 = 18;
    /// A role given or taken.
    pub const ROLE: u16 = 20;
    /// A proposal.
    pub const PROPOSAL: u16 = 21;
    /// A ballot.
    pub const BALLOT: u16 = 22;
    /// A teller's certificate.
    pub const CLOSE: u16 = 23;
    /// In headers only: sealed, and never erased (SPEC.md §10.1).
    pub const SEALED_KEPT: u16 = 30;
    /// Keys wrapped to devices.
    pub const WRAPS: u16 = 31;
    /// A new key of a closed community.
    pub const KEY_EPOCH: u16 = 32;
    /// A box that keeps a closed community without reading it.
    pub const SEED: u16 = 33;
    /// In headers only: sealed, and may be erased (SPEC.md §10.1).
    pub const SEALED: u16 = 40;
    /// Whether a header's schema says that the payload is ciphertext.
    #[must_use]
    pub const fn is_sealed(schema: u16) -> bool {
        matches!(schema, SEALED_KEPT | SEALED)
    }
    /// What scopes of 0 to 2 characters take.
    pub const WIDE: [u16; 2] = [TERRITORY, STUB];
    /// Whether a schema belongs in identity scopes: 1 to 9, of which those after
    /// [`WITNESS`] are kept for later, and relayed without being understood.
    #[must_use]
    pub const fn is_identity(schema: u16) -> bool {
        matches!(schema, INCEPTION..=9)
    }
}

/// An operation, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is named as the structure that it holds")]
pub enum Op {
    Inception(Inception),
    Device(DeviceOp),
    Profile(Profile),
    Out(OutOp),
    Recovery(Box<RecoveryOp>),
    Witness(WitnessOp),
    Element(Box<ElementOp>),
    Link(LinkOp),
    Post(PostOp),
    Territory(TerritoryOp),
    Stub(StubOp),
    Erase(EraseOp),
    Void(VoidOp),
    Reaction(ReactionOp),
    Restate(RestateOp),
    Role(RoleOp),
    Proposal(Box<ProposalOp>),
    Ballot(BallotOp),
    Close(Box<CloseOp>),
    Wraps(Box<WrapsOp>),
    KeyEpoch(KeyEpochOp),
    Seed(SeedOp),
}

/// Why a payload is not folded. It is kept and relayed all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// A schema of a later version, or of a plugin.
    #[error("schema {0} version {1} is not understood here")]
    Unknown(u16, u8),
    /// Sealed under a key that is not held.
    #[error("sealed, and its key is not held here")]
    Sealed,
    /// Sealed under a key that is held, and not as it has to be.
    #[error("sealed payload refused: {0}")]
    Seal(#[from] crate::private::SealError),
    /// Not the bytes that the schema prescribes.
    #[error("payload refused: {0}")]
    Codec(#[from] CodecError),
    /// Outside a bound.
    #[error("{field} refused: {why}")]
    Bound {
        /// Which field.
        field: &'static str,
        /// What was wrong.
        why: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope<T>(#[serde(with = "serde_bytes")] Vec<u8>, IdentityId, T);

/// Bounds of an operation's fields.
pub trait Bounded {
    /// Name the first field outside of its bound.
    fn check(&self) -> Result<(), OpError>;
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

fn open<T: Serialize + DeserializeOwned + Bounded>(
    payload: &[u8],
    wrap: fn(T) -> Op,
) -> Result<(IdentityId, Op), OpError> {
    let Envelope(nonce, author, body) = codec::decode::<Envelope<T>>(payload, PAYLOAD_MAX)?;
    if nonce.len() != NONCE_LEN {
        return Err(OpError::Bound { field: "nonce", why: format!("{} bytes, expected {NONCE_LEN}", nonce.len()) });
    }
    body.check()?;
    Ok((author, wrap(body)))
}

fn seal<T: Serialize + Bounded>(nonce: [u8; NONCE_LEN], author: IdentityId, body: &T) -> Result<Vec<u8>, OpError> {
    body.check()?;
    let bytes = codec::encode(&Envelope(nonce.to_vec(), author, body))?;
    bound("payload bytes", bytes.len(), PAYLOAD_MAX)?;
    Ok(bytes)
}

impl Op {
    /// The schema under which it is written (all at version 1).
    #[must_use]
    pub fn schema(&self) -> u16 {
        match self {
            Self::Inception(_) => schema::INCEPTION,
            Self::Device(_) => schema::DEVICE,
            Self::Profile(_) => schema::PROFILE,
            Self::Out(_) => schema::OUT,
            Self::Recovery(_) => schema::RECOVERY,
            Self::Witness(_) => schema::WITNESS,
            Self::Element(_) => schema::ELEMENT,
            Self::Link(_) => schema::LINK,
            Self::Post(_) => schema::POST,
            Self::Territory(_) => schema::TERRITORY,
            Self::Stub(_) => schema::STUB,
            Self::Erase(_) => schema::ERASE,
            Self::Void(_) => schema::VOID,
            Self::Reaction(_) => schema::REACTION,
            Self::Restate(_) => schema::RESTATE,
            Self::Role(_) => schema::ROLE,
            Self::Proposal(_) => schema::PROPOSAL,
            Self::Ballot(_) => schema::BALLOT,
            Self::Close(_) => schema::CLOSE,
            Self::Wraps(_) => schema::WRAPS,
            Self::KeyEpoch(_) => schema::KEY_EPOCH,
            Self::Seed(_) => schema::SEED,
        }
    }

    /// The payload's bytes. The author of an inception is zero: its id does not exist yet.
    pub fn encode(&self, nonce: [u8; NONCE_LEN], author: IdentityId) -> Result<Vec<u8>, OpError> {
        match self {
            Self::Inception(op) => seal(nonce, author, op),
            Self::Device(op) => seal(nonce, author, op),
            Self::Profile(op) => seal(nonce, author, op),
            Self::Out(op) => seal(nonce, author, op),
            Self::Recovery(op) => seal(nonce, author, op.as_ref()),
            Self::Witness(op) => seal(nonce, author, op),
            Self::Element(op) => seal(nonce, author, op.as_ref()),
            Self::Link(op) => seal(nonce, author, op),
            Self::Post(op) => seal(nonce, author, op),
            Self::Territory(op) => seal(nonce, author, op),
            Self::Stub(op) => seal(nonce, author, op),
            Self::Erase(op) => seal(nonce, author, op),
            Self::Void(op) => seal(nonce, author, op),
            Self::Reaction(op) => seal(nonce, author, op),
            Self::Restate(op) => seal(nonce, author, op),
            Self::Role(op) => seal(nonce, author, op),
            Self::Proposal(op) => seal(nonce, author, op.as_ref()),
            Self::Ballot(op) => seal(nonce, author, op),
            Self::Close(op) => seal(nonce, author, op.as_ref()),
            Self::Wraps(op) => seal(nonce, author, op.as_ref()),
            Self::KeyEpoch(op) => seal(nonce, author, op),
            Self::Seed(op) => seal(nonce, author, op),
        }
    }

    /// Author and operation of a payload.
    pub fn decode(schema: u16, version: u8, payload: &[u8]) -> Result<(IdentityId, Self), OpError> {
        if version != 1 {
            return Err(OpError::Unknown(schema, version));
        }
        match schema {
            schema::INCEPTION => open(payload, Self::Inception),
            schema::DEVICE => open(payload, Self::Device),
            schema::PROFILE => open(payload, Self::Profile),
            schema::OUT => open(payload, Self::Out),
            schema::RECOVERY => open(payload, |op| Self::Recovery(Box::new(op))),
            schema::WITNESS => open(payload, Self::Witness),
            schema::ELEMENT => open(payload, |op| Self::Element(Box::new(op))),
            schema::LINK => open(payload, Self::Link),
            schema::POST => open(payload, Self::Post),
            schema::TERRITORY => open(payload, Self::Territory),
            schema::STUB => open(payload, Self::Stub),
            schema::ERASE => open(payload, Self::Erase),
            schema::VOID => open(payload, Self::Void),
            schema::REACTION => open(payload, Self::Reaction),
            schema::RESTATE => open(payload, Self::Restate),
            schema::ROLE => open(payload, Self::Role),
            schema::PROPOSAL => open(payload, |op| Self::Proposal(Box::new(op))),
            schema::BALLOT => open(payload, Self::Ballot),
            schema::CLOSE => open(payload, |op| Self::Close(Box::new(op))),
            schema::WRAPS => open(payload, |op| Self::Wraps(Box::new(op))),
            schema::KEY_EPOCH => open(payload, Self::KeyEpoch),
            schema::SEED => open(payload, Self::Seed),
            _ if schema::is_sealed(schema) => Err(OpError::Sealed),
            _ => Err(OpError::Unknown(schema, version)),
        }
    }
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
    let mut input = source.as_bytes().to_vec();
    input.push(0);
    input.extend_from_slice(source_id.as_bytes());
    let key = blake3::derive_key("communaut 2026 import seed", &input);
    let mut seed = [0; 16];
    seed.iter_mut().zip(key).for_each(|(to, from)| *to = from);
    seed
}
