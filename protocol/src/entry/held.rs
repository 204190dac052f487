//! Verified headers, and entries of which the payload may be gone or still to come. SPEC.md §5, §7.5.

use super::{
    Entry, Header, RawEntry, Refusal, hash,
    leaves::{self, Leaf},
    verify_strict,
};
use crate::ids::{EntryId, Hash};
use serde::{Deserialize, Serialize};

/// A header whose signature verifies, with its bytes as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    id: EntryId,
    header: Header,
    bytes: Vec<u8>,
}

impl Signed {
    /// The only way in for bytes from outside.
    pub fn verify(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let (header, signature) = Header::decode(&bytes)?;
        verify_strict(header.log.device, &Header::signing_bytes_of(&bytes), signature)?;
        Ok(Self::trusted(header, bytes))
    }
    /// Back from our own store, where only verified headers are kept: no second signature check.
    pub fn from_store(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let (header, _) = Header::decode(&bytes)?;
        Ok(Self::trusted(header, bytes))
    }
    pub(super) fn trusted(header: Header, bytes: Vec<u8>) -> Self {
        Self { id: EntryId(hash(&bytes).0), header, bytes }
    }
    /// The hash of the bytes.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }
    /// The decoded header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }
    /// The bytes as received.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
    /// Whether this is the payload that the header names.
    #[must_use]
    pub fn names(&self, payload: &[u8]) -> bool {
        names(&self.header, payload)
    }
}

/// Whether this is the payload that a header names: its size and its hash. Of leaves some may be gone: hash and size
/// are those of all of them, whichever have come.
pub(super) fn names(header: &Header, payload: &[u8]) -> bool {
    let is_size = |bytes: usize| usize::try_from(header.payload_size) == Ok(bytes);
    if !header.has_leaves() {
        return is_size(payload.len()) && header.payload_hash == hash(payload);
    }
    let Ok(leaves) = Leaf::all(payload) else { return false };
    is_size(leaves::whole_size(&leaves)) && header.payload_hash == leaves::root(&leaves)
}

/// What is held of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Its bytes; of leaves those that were not erased.
    Present(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Some of its leaves are still to come.
    Part(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Dropped, by the erasure that this entry is.
    Erased(EntryId),
    /// Still to come.
    Absent,
}

impl Body {
    /// Of a payload of leaves, as far as they have come.
    #[must_use]
    pub fn of(leaves: Vec<u8>) -> Self {
        let whole = Leaf::all(&leaves).is_ok_and(|all| all.iter().all(|leaf| leaf.held().is_some()));
        if whole { Self::Present(leaves) } else { Self::Part(leaves) }
    }
    /// The payload, as far as it is held.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Present(payload) | Self::Part(payload) => Some(payload),
            Self::Erased(_) | Self::Absent => None,
        }
    }
}

/// An entry as far as it is held: its payload may be erased, or still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEntry {
    signed: Signed,
    body: Body,
}

impl HeldEntry {
    /// A header and what is held of its payload, which must be the one that it names.
    pub fn new(signed: Signed, body: Body) -> Result<Self, Refusal> {
        if body.bytes().is_some_and(|payload| !signed.names(payload)) {
            return Err(Refusal::PayloadMismatch);
        }
        Ok(Self::of(signed, body))
    }
    /// Of leaves what has not come is taken to be still to come, until an erasure says otherwise.
    fn of(signed: Signed, body: Body) -> Self {
        let body = match body {
            Body::Present(payload) | Body::Part(payload) if signed.header.has_leaves() => Body::of(payload),
            body => body,
        };
        Self { signed, body }
    }
    /// The same with another word on what is held of its payload, which is its own.
    #[must_use]
    pub fn with_body(self, body: Body) -> Self {
        Self { body, ..self }
    }
    /// The same with what another one of the same entry holds of its payload besides.
    #[must_use]
    pub fn joined(self, other: &Self) -> Self {
        let Some(more) = other.body.bytes() else { return self };
        if self.body == Body::Absent {
            return Self { body: other.body.clone(), ..self };
        }
        let leaves = Leaf::all(more).unwrap_or_default();
        self.filled(|number, _| leaves.get(usize::from(number)).copied().and_then(Leaf::held))
    }
    /// The same with leaves that it lacked, as far as `find` gives those of a number and hash.
    #[must_use]
    pub fn filled<'a>(self, find: impl Fn(u8, Hash) -> Option<&'a [u8]>) -> Self {
        let Body::Part(held) = &self.body else { return self };
        match leaves::filled(held, find) {
            Some(more) => Self { body: Body::of(more), ..self },
            None => self,
        }
    }
    /// The same without its payload.
    #[must_use]
    pub fn erased(self, by: EntryId) -> Self {
        Self { signed: self.signed, body: Body::Erased(by) }
    }
    /// Back from our own store.
    pub fn from_store(header: Vec<u8>, body: Body) -> Result<Self, Refusal> {
        Ok(Self { signed: Signed::from_store(header)?, body })
    }
    /// The header.
    #[must_use]
    pub fn signed(&self) -> &Signed {
        &self.signed
    }
    /// The payload, as far as it is held.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.body
    }
    /// Whether something of its payload is still to come.
    #[must_use]
    pub fn lacks(&self) -> bool {
        matches!(self.body, Body::Absent | Body::Part(_))
    }
    /// The hash of the header's bytes.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.signed.id
    }
    /// The decoded header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.signed.header
    }
    /// The entry with its payload, if it is held, perhaps without some of its leaves.
    #[must_use]
    pub fn whole(&self) -> Option<Entry> {
        match &self.body {
            Body::Present(payload) | Body::Part(payload) => {
                Some(Entry::from_parts(self.signed.clone(), payload.clone()))
            }
            Body::Erased(_) | Body::Absent => None,
        }
    }
    /// The same, without a copy.
    #[must_use]
    pub fn into_whole(self) -> Option<Entry> {
        match self.body {
            Body::Present(payload) | Body::Part(payload) => Some(Entry::from_parts(self.signed, payload)),
            Body::Erased(_) | Body::Absent => None,
        }
    }
}

impl From<Entry> for HeldEntry {
    fn from(entry: Entry) -> Self {
        let (signed, payload) = entry.into_parts();
        Self::of(signed, Body::Present(payload))
    }
}

impl From<HeldEntry> for Option<RawEntry> {
    fn from(entry: HeldEntry) -> Self {
        match entry.body {
            Body::Present(payload) | Body::Part(payload) => {
                Some(RawEntry { header: entry.signed.into_bytes(), payload })
            }
            Body::Erased(_) | Body::Absent => None,
        }
    }
}
