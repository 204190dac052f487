//! The header of an entry: a canonical CBOR array of fixed order. SPEC.md §5.

use crate::{
    clock::Stamp,
    codec::{self, CodecError, Raw},
    entry::{
        Head, Refusal,
        leaves::{self, Leaf},
    },
    ids::{AuthorId, DeviceId, EntryId, Hash, Signature},
    limits::{
        BLOBS_TOTAL_MAX, EXTRA_MAX, HEADER_MAX, HEADER_VERSION, LEAVES_BYTES_MAX, NETWORK, PAYLOAD_MAX,
        RESTATE_PARTS_MAX, WIDE_ENTRIES_MAX,
    },
    op::{Leafage, rule_for, schema},
    scope::{LogId, Scope},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;

/// What is signed begins with this, so that a signature serves for nothing else.
pub const SIGN_DOMAIN: &[u8] = b"communaut/entry/1\0";

/// How the array of 15 fields begins.
const UNSIGNED_HEAD: u8 = 0x8f;
/// Bytes of a signature with its head.
const SIGNATURE_LEN: usize = 66;

/// Flag: this entry ends a restatement of what its log still says (SPEC.md §5.5).
pub const PRUNE: u16 = 1;
/// Flag: the payload is ciphertext (SPEC.md §10.1).
pub const SEALED: u16 = 2;
/// Flag: the payload consists of leaves (SPEC.md §5.6).
pub const LEAVES: u16 = 4;
/// From this bit on the flags of the last entry of a restatement count the entries before it that belong to it.
const BEFORE_SHIFT: u8 = 8;

/// The decoded fields of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Scope, author, device and epoch.
    pub log: LogId,
    /// Counts from 0 within the log.
    pub seq: u64,
    /// The entry before; at `seq` 0 the last head of the epoch before, if there was one.
    pub backlink: Option<EntryId>,
    /// When the author says it was written.
    pub stamp: Stamp,
    /// Which operation the payload holds (see [`crate::op::schema`]).
    pub schema: u16,
    /// The operation's version.
    pub schema_version: u8,
    /// [`SEALED`], [`LEAVES`], [`Header::prune_flags`], or none.
    pub flags: u16,
    /// Bytes.
    pub payload_size: u32,
    /// BLAKE3 of the payload; of one of leaves [`super::leaves::root`].
    pub payload_hash: Hash,
    /// What it says besides, of blobs and for later programs: a map of at most [`EXTRA_MAX`] bytes, kept as it is.
    pub extra: Extra,
}

/// Key in [`Extra`]: bytes of all blobs that the payload names (SPEC.md §5.7).
const BLOBS: u8 = 0;

/// What a header says beside its fields: a map from number to value. Under key 0 stands a total; the rest is for
/// later programs. What is kept of it are its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra(Option<Raw>);

impl Extra {
    /// Of the bytes of a map.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode(bytes, EXTRA_MAX)
    }
    /// Of a payload that names blobs of so many bytes in all.
    pub fn of_blobs(total: u64) -> Result<Self, CodecError> {
        let all = || Raw::of(&BTreeMap::from([(BLOBS, total)]));
        Ok(Self(if total == 0 { None } else { Some(all()?) }))
    }
    /// How many bytes of blobs it says that the payload names; none: what stands in that place is no total.
    #[must_use]
    pub fn blobs(&self) -> Option<u64> {
        let Some(said) = self.0.as_ref().and_then(|raw| raw.field(BLOBS)) else { return Some(0) };
        said.read().ok().filter(|total| (1..=BLOBS_TOTAL_MAX).contains(total))
    }
    fn check(&self) -> Result<(), Refusal> {
        let Some(raw) = &self.0 else { return Ok(()) };
        let len = raw.bytes().len();
        if len > EXTRA_MAX {
            return Err(Refusal::Header(CodecError::TooLarge { len, max: EXTRA_MAX }));
        }
        Ok(())
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(raw) => raw.serialize(serializer),
            None if serializer.is_human_readable() => serializer.serialize_str("a0"),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Raw::some_fields(deserializer).map(Self)
    }
}

/// The array as far as it is known before the payload is.
#[derive(Serialize)]
struct Place(u8, String, ByteBuf, AuthorId, DeviceId, u64, u64, Option<EntryId>, Stamp, u16, u8, u16);

/// The array on the wire. The order is the format's.
#[derive(Serialize, Deserialize)]
#[rustfmt::skip]
struct Wire(
    u8, String, ByteBuf, AuthorId, DeviceId, u64, u64, Option<EntryId>, Stamp,
    u16, u8, u16, u32, Hash, Extra, Signature,
);

impl Header {
    /// Of what follows `after` in a log (none: of its first entry), whose payload is still to come ([`Header::over`]).
    #[must_use]
    pub fn following(log: LogId, after: Option<Head>, stamp: Stamp, schema: u16) -> Self {
        Self {
            log,
            seq: after.map_or(0, |after| after.seq.saturating_add(1)),
            backlink: after.map(|after| after.id),
            stamp,
            schema,
            schema_version: 1,
            flags: 0,
            payload_size: 0,
            payload_hash: super::hash(&[]),
            extra: Extra::default(),
        }
    }

    /// The flags of the last entry of a restatement that `before` entries of it precede, at most
    /// [`RESTATE_PARTS_MAX`] − 1.
    #[must_use]
    pub fn prune_flags(before: usize) -> Option<u16> {
        let before = u16::try_from(before).ok().filter(|_| before < RESTATE_PARTS_MAX)?;
        Some(PRUNE | LEAVES | before.checked_shl(u32::from(BEFORE_SHIFT))?)
    }

    /// Of the last entry of a restatement: the number of its first, from which on the log counts.
    #[must_use]
    pub fn restates_from(&self) -> Option<u64> {
        if self.flags & PRUNE == 0 { None } else { self.seq.checked_sub(u64::from(self.flags >> BEFORE_SHIFT)) }
    }

    /// Whether this is an entry of a restatement that another one ends.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.schema == schema::RESTATE && self.flags == LEAVES
    }

    /// Whether the payload consists of leaves.
    #[must_use]
    pub fn has_leaves(&self) -> bool {
        self.flags & LEAVES != 0
    }

    /// Bytes of blobs to which the entry leads at most: what admission and budgets reckon with before the payload is
    /// known, or can be read (SPEC.md §5.7). None where what it says would not be folded. What a restatement leads to
    /// the headers of its items say.
    #[must_use]
    pub fn blobs_total(&self) -> u64 {
        if self.has_leaves() { 0 } else { self.extra.blobs().unwrap_or(0) }
    }

    /// The bytes that are signed: the domain, then the array of 15 fields.
    pub fn signing_bytes(&self) -> Result<Vec<u8>, CodecError> {
        Ok(Self::signing_bytes_of(&self.encode(Signature::ZERO)?))
    }

    /// The same, of a header's bytes, whatever signature they end with: the array then has one field less.
    pub(super) fn signing_bytes_of(encoded: &[u8]) -> Vec<u8> {
        let fields = encoded.get(1..encoded.len().saturating_sub(SIGNATURE_LEN)).unwrap_or_default();
        [SIGN_DOMAIN, &[UNSIGNED_HEAD], fields].concat()
    }

    /// The bytes on the wire: the array of 16 fields.
    pub fn encode(&self, signature: Signature) -> Result<Vec<u8>, CodecError> {
        let scope = self.log.scope.key();
        codec::encode(&Wire(
            HEADER_VERSION,
            NETWORK.into(),
            ByteBuf::from(scope),
            self.log.author,
            self.log.device,
            self.log.epoch,
            self.seq,
            self.backlink,
            self.stamp,
            self.schema,
            self.schema_version,
            self.flags,
            self.payload_size,
            self.payload_hash,
            self.extra.clone(),
            signature,
        ))
    }

    /// What names an entry's place before its payload is known: a domain and the array of fields 0 to 11. Ciphertext is
    /// bound to it, so that it can be opened nowhere else (SPEC.md §10.1).
    pub fn place(&self, domain: &[u8]) -> Result<Vec<u8>, CodecError> {
        let mut bytes = domain.to_vec();
        bytes.extend(codec::encode(&Place(
            HEADER_VERSION,
            NETWORK.into(),
            ByteBuf::from(self.log.scope.key()),
            self.log.author,
            self.log.device,
            self.log.epoch,
            self.seq,
            self.backlink,
            self.stamp,
            self.schema,
            self.schema_version,
            self.flags,
        ))?);
        Ok(bytes)
    }

    /// The same with the size and the hash of a payload.
    pub fn over(self, payload: &[u8]) -> Result<Self, Refusal> {
        let payload_size = u32::try_from(payload.len()).map_err(|_| Refusal::PayloadTooLarge(u32::MAX))?;
        let payload_hash = if self.has_leaves() {
            leaves::root(&Leaf::all(payload).map_err(|_| Refusal::PayloadMismatch)?)
        } else {
            super::hash(payload)
        };
        Ok(Self { payload_size, payload_hash, ..self })
    }

    /// Decode and check everything but the signature.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Signature), Refusal> {
        let wire: Wire = codec::decode_lax(bytes, HEADER_MAX).map_err(Refusal::Header)?;
        let Wire(
            version,
            network,
            scope,
            author,
            device,
            epoch,
            seq,
            backlink,
            stamp,
            schema,
            schema_version,
            flags,
            payload_size,
            payload_hash,
            extra,
            signature,
        ) = wire;
        if version != HEADER_VERSION {
            return Err(Refusal::Version(version));
        }
        if network != NETWORK {
            return Err(Refusal::Network(network.chars().take(40).collect()));
        }
        let scope = Scope::from_key(&scope).map_err(|error| Refusal::Scope(error.to_string()))?;
        let log = LogId { scope, author, device, epoch };
        let header =
            Self { log, seq, backlink, stamp, schema, schema_version, flags, payload_size, payload_hash, extra };
        header.check()?;
        codec::check_canonical(bytes, HEADER_MAX).map_err(Refusal::Header)?;
        // Decode, encode, compare: any other encoding of the same fields is refused.
        if header.encode(signature).map_err(Refusal::Header)? != bytes {
            return Err(Refusal::Header(CodecError::NotCanonical));
        }
        Ok((header, signature))
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        self.extra.check()?;
        let most = if self.has_leaves() { LEAVES_BYTES_MAX } else { PAYLOAD_MAX };
        if usize::try_from(self.payload_size).unwrap_or(usize::MAX) > most {
            return Err(Refusal::PayloadTooLarge(self.payload_size));
        }
        let sealed = schema::is_sealed(self.schema);
        let open = self.log.scope.container.is_zero();
        // What a wide scope takes of anyone is little anyway.
        let pruned = open && !self.log.scope.is_wide();
        let flags_fit = if self.flags & PRUNE != 0 {
            // Only where nothing of governance stands, and never before the log's beginning.
            let known = Self::prune_flags(usize::from(self.flags >> BEFORE_SHIFT)) == Some(self.flags);
            known && self.schema == schema::RESTATE && pruned && self.restates_from().is_some()
        } else if sealed {
            self.flags == SEALED
        } else {
            match rule_for(self.schema).leaves {
                // In wide scopes each says little, and identities one thing at a time.
                _ if self.log.scope.is_wide() || self.log.scope.is_identity() => self.flags == 0,
                Leafage::Never => self.flags == 0,
                Leafage::Several => matches!(self.flags, 0 | LEAVES),
                Leafage::Parts => self.flags == LEAVES,
            }
        };
        if !flags_fit {
            return Err(Refusal::Flags(self.flags));
        }
        if sealed && !crate::private::seal::is_size(self.payload_size) {
            return Err(Refusal::SealedSize(self.payload_size));
        }
        if self.seq > 0 && self.backlink.is_none() {
            return Err(Refusal::NoBacklink(self.seq));
        }
        // Scopes above the home cell take only territories and stubs.
        if self.log.scope.is_wide() {
            if !schema::WIDE.contains(&self.schema) {
                return Err(Refusal::WideScope(self.log.scope.cell, self.schema));
            }
            if usize::try_from(self.seq).unwrap_or(usize::MAX) >= WIDE_ENTRIES_MAX {
                return Err(Refusal::Budget(self.seq));
            }
        }
        if self.log.scope.is_identity() != schema::is_identity(self.schema) {
            return Err(Refusal::IdentityScope(self.schema));
        }
        if self.log.scope.is_identity() && self.log.author.0 != self.log.scope.container.0 {
            return Err(Refusal::IdentityAuthor(self.log.author));
        }
        // In the commons nobody stores what they cannot read; in a closed scope nothing lies open.
        let private = sealed || self.schema == schema::WRAPS;
        if self.schema == schema::RESTATE && !pruned {
            return Err(Refusal::RestateScope(self.schema));
        }
        if (private && open) || (self.log.scope.is_closed() && !private) {
            return Err(Refusal::ClosedScope(self.schema));
        }
        Ok(())
    }
}
