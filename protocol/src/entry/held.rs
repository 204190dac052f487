//! Verified headers, and entries of which the payload may be gone or still to come. SPEC.md §5, §7.5.

use super::{Entry, Header, RawEntry, Refusal, hash, verify_strict};
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

/// Whether this is the payload that a header names: its size and its hash.
pub(super) fn names(header: &Header, payload: &[u8]) -> bool {
    usize::try_from(header.payload_size) == Ok(payload.len()) && header.payload_hash == Hash(hash(payload).0)
}

/// What is held of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Its bytes.
    Present(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Dropped, by the erasure that this entry is.
    Erased(EntryId),
    /// Still to come.
    Absent,
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
        match &body {
            Body::Present(payload) if !signed.names(payload) => Err(Refusal::PayloadMismatch),
            _ => Ok(Self { signed, body }),
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
    /// The whole entry, if its payload is held.
    #[must_use]
    pub fn whole(&self) -> Option<Entry> {
        match &self.body {
            Body::Present(payload) => Some(Entry::from_parts(self.signed.clone(), payload.clone())),
            _ => None,
        }
    }
    /// The same, without a copy.
    #[must_use]
    pub fn into_whole(self) -> Option<Entry> {
        match self.body {
            Body::Present(payload) => Some(Entry::from_parts(self.signed, payload)),
            _ => None,
        }
    }
}

impl From<Entry> for HeldEntry {
    fn from(entry: Entry) -> Self {
        let (signed, payload) = entry.into_parts();
        Self { signed, body: Body::Present(payload) }
    }
}

impl From<HeldEntry> for Option<RawEntry> {
    fn from(entry: HeldEntry) -> Self {
        match entry.body {
            Body::Present(payload) => Some(RawEntry { header: entry.signed.into_bytes(), payload }),
            _ => None,
        }
    }
}
