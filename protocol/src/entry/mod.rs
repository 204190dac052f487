//! Signed entries. An [`Entry`] can be made only by signing or by verification, so holding one
//! means that its header is canonical, its signature strict and its payload the one it names.

mod header;
mod held;
pub mod leaves;
mod log;

pub use header::{Extra, Header, LEAVES, PRUNE, SEALED, SIGN_DOMAIN};
pub use held::{Body, HeldEntry, Signed};
pub use log::Head;

use crate::{
    codec::{self, CodecError},
    geo::Cell,
    ids::{AuthorId, DeviceId, EntryId, Hash, Signature},
    limits::{HEADER_MAX, PAYLOAD_MAX},
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Bytes of an encoded entry, header and payload with their framing.
pub const ENTRY_MAX: usize = HEADER_MAX + PAYLOAD_MAX + 16;

/// Why an entry was refused. Each is one line that names what was wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The header's bytes.
    #[error("header refused: {0}")]
    Header(CodecError),
    /// The framing of header and payload.
    #[error("entry refused: {0}")]
    Frame(CodecError),
    /// Another version.
    #[error("header version {0} is not known here (known: 1)")]
    Version(u8),
    /// Another network.
    #[error("entry of the network '{0}', this node is on 'dev'")]
    Network(String),
    /// Not a scope.
    #[error("scope refused: {0}")]
    Scope(String),
    /// Bits that are not defined, or do not fit the schema.
    #[error("flags {0} are not defined for this schema")]
    Flags(u16),
    /// A sequence number above 0 without a backlink.
    #[error("entry {0} of its log has no backlink")]
    NoBacklink(u64),
    /// Something local in a scope above the home cell.
    #[error("schema {1} is not allowed in the wide cell '{0}', which takes only territories and stubs")]
    WideScope(Cell, u16),
    /// One of too many in a wide scope.
    #[error("entry {0} of its log: in a wide cell a log has at most 64 entries")]
    Budget(u64),
    /// Identity operations and others do not share scopes.
    #[error("schema {0} does not belong in this scope (identity logs are apart)")]
    IdentityScope(u16),
    /// In the scope of an identity only that identity writes.
    #[error("the author {0} does not belong in the scope of another identity")]
    IdentityAuthor(AuthorId),
    /// What is sealed or wraps keys lies in containers, and nothing else lies in closed scopes.
    #[error(
        "schema {0} does not belong in this scope (closed scopes take only what is sealed or wraps keys, open cells \
         neither)"
    )]
    ClosedScope(u16),
    /// What restates lies in open cells, where nothing of governance stands.
    #[error("schema {0} does not belong in this scope (only open cells are pruned)")]
    RestateScope(u16),
    /// A sealed payload of a size that padding does not give.
    #[error("sealed payload of {0} bytes: not padded as it has to be")]
    SealedSize(u32),
    /// Larger than allowed.
    #[error("payload of {0} bytes, the limit is 65536 (55808 where it consists of leaves)")]
    PayloadTooLarge(u32),
    /// Size or hash differ.
    #[error("the payload is not the one that the header names")]
    PayloadMismatch,
    /// Not a point of the curve.
    #[error("the device key {0} is not a valid Ed25519 key")]
    Key(DeviceId),
    /// The signature does not verify.
    #[error("signature by device {0} does not verify")]
    Signature(DeviceId),
}

impl Refusal {
    /// A short stable name, under which refusals are counted.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Header(CodecError::TooLarge { .. })
            | Self::Frame(CodecError::TooLarge { .. })
            | Self::PayloadTooLarge(_) => "too_large",
            Self::Header(_) | Self::Frame(_) => "malformed",
            Self::Version(_) => "version",
            Self::Network(_) => "network",
            Self::Scope(_)
            | Self::WideScope(..)
            | Self::IdentityScope(_)
            | Self::IdentityAuthor(_)
            | Self::ClosedScope(_)
            | Self::RestateScope(_) => "scope",
            Self::Budget(_) => "budget",
            Self::Flags(_) => "flags",
            Self::SealedSize(_) => "sealed",
            Self::NoBacklink(_) => "backlink",
            Self::PayloadMismatch => "payload",
            Self::Key(_) | Self::Signature(_) => "signature",
        }
    }
}

/// The secret key of a device.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Only what everybody may know.
        write!(f, "DeviceKey({})", self.id())
    }
}

impl DeviceKey {
    /// From 32 secret random bytes, which the caller provides.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }
    /// The public key.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        DeviceId(self.0.verifying_key().to_bytes())
    }
    /// Sign bytes that already carry their domain.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).to_bytes())
    }
}

/// Check a signature strictly (RFC 8032, cofactorless, small orders refused).
pub fn verify_strict(device: DeviceId, bytes: &[u8], signature: Signature) -> Result<(), Refusal> {
    let key = VerifyingKey::from_bytes(&device.0).map_err(|_| Refusal::Key(device))?;
    key.verify_strict(bytes, &ed25519_dalek::Signature::from_bytes(&signature.0))
        .map_err(|_| Refusal::Signature(device))
}

/// A verified entry, with its bytes as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    signed: Signed,
    payload: Vec<u8>,
}

/// How an entry travels: its two parts as byte strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEntry {
    /// The header's bytes.
    #[serde(with = "serde_bytes")]
    pub header: Vec<u8>,
    /// The payload's bytes.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

impl RawEntry {
    /// From the wire, bounded before it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        codec::decode(bytes, ENTRY_MAX).map_err(Refusal::Frame)
    }
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// The entry's id, whether the rest of it is as it should be or not.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId(hash(&self.header).0)
    }
}

impl Entry {
    /// Sign a header over a payload.
    pub fn sign(key: &DeviceKey, header: Header, payload: Vec<u8>) -> Result<Self, Refusal> {
        let signature = key.sign(&header.signing_bytes().map_err(Refusal::Header)?);
        let header_bytes = header.encode(signature).map_err(Refusal::Header)?;
        // Through verification like any other, so that what we write is what others accept.
        Self::verify(RawEntry { header: header_bytes, payload })
    }

    /// The only way in for bytes from outside.
    pub fn verify(raw: RawEntry) -> Result<Self, Refusal> {
        let (header, signature) = Header::decode(&raw.header)?;
        if !held::names(&header, &raw.payload) {
            return Err(Refusal::PayloadMismatch);
        }
        verify_strict(header.log.device, &Header::signing_bytes_of(&raw.header), signature)?;
        Ok(Self { signed: Signed::trusted(header, raw.header), payload: raw.payload })
    }

    /// Back from our own store, where only verified entries are kept: no second signature check.
    pub fn from_store(raw: RawEntry) -> Result<Self, Refusal> {
        Ok(Self { signed: Signed::from_store(raw.header)?, payload: raw.payload })
    }

    fn from_parts(signed: Signed, payload: Vec<u8>) -> Self {
        Self { signed, payload }
    }

    /// The verified header, and the payload that it names.
    #[must_use]
    pub fn into_parts(self) -> (Signed, Vec<u8>) {
        (self.signed, self.payload)
    }
    /// The verified header.
    #[must_use]
    pub fn signed(&self) -> &Signed {
        &self.signed
    }
    /// The hash of the header's bytes.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.signed.id()
    }
    /// The decoded header.
    #[must_use]
    pub fn header(&self) -> &Header {
        self.signed.header()
    }
    /// The header's bytes as received.
    #[must_use]
    pub fn header_bytes(&self) -> &[u8] {
        self.signed.bytes()
    }
    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
    /// Both parts, to send on.
    #[must_use]
    pub fn to_raw(&self) -> RawEntry {
        RawEntry { header: self.header_bytes().to_vec(), payload: self.payload.clone() }
    }
}

/// BLAKE3.
#[must_use]
pub fn hash(bytes: &[u8]) -> Hash {
    Hash(*blake3::hash(bytes).as_bytes())
}
