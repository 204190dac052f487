//! Keys wrapped to devices (HPKE, RFC 9180), so that only the receivers know who they are. SPEC.md §10.3.

use super::{
    bytes::{first, pad, unpad},
    draw::Draw,
    keys::{CommunitySecret, ProofKey, ReadKey, SealKey, SealingSecret, derive},
};
use crate::{
    codec::{self, CodecError},
    entry::Header,
    ids::{DeviceId, ElementId, KeyId, SealingKey},
    limits::{BUNDLE_ITEMS_MAX, BUNDLE_MAX, CLOSED_DEVICES_MAX, SEALED_MIN, WRAP_TAG_LEN, WRAPS_MAX, WRAPS_MIN},
    op::WrapsOp,
};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305 as HpkeAead, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal_with_rng,
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Begins what wraps and bundles are bound to.
pub const WRAP_DOMAIN: &[u8] = b"communaut/wraps/1\0";
/// Bytes of an authentication tag.
const AEAD_TAG: usize = 16;
/// Bytes of the largest padded list of keys.
const ITEMS_TEXT_MAX: usize = BUNDLE_MAX - AEAD_TAG;

/// What a bundle gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Where a closed community lies, and its door.
    Community {
        /// Its card.
        id: ElementId,
        /// What blinds its scopes.
        secret: CommunitySecret,
    },
    /// All of an epoch.
    Read(ReadKey),
    /// Who belonged in an epoch, and no more.
    Roster(SealKey),
    /// What seals payloads for named persons in this scope.
    Audience(SealKey),
    /// To a box: which scopes to keep, and the door.
    Seed {
        /// Container of the closed scope.
        scope: ElementId,
        /// Container of the scope of key wraps.
        keys: ElementId,
        /// What opens the latter.
        door: ProofKey,
    },
    /// To a box: what proves an epoch, and which proofs it takes the place of.
    Sync {
        /// The proof.
        key: ProofKey,
        /// Those that no longer open.
        over: Vec<KeyId>,
        /// The devices from which the box takes what follows.
        trust: Vec<DeviceId>,
    },
}

/// Items on the wire: enumerations by number, secrets as byte strings.
#[derive(Serialize, Deserialize)]
enum Wire {
    Community { id: ElementId, secret: KeyId },
    Read { key: KeyId },
    Roster { key: KeyId },
    Audience { key: KeyId },
    Seed { scope: ElementId, keys: ElementId, door: KeyId },
    Sync { key: KeyId, over: Vec<KeyId>, trust: Vec<DeviceId> },
}

impl From<&Item> for Wire {
    fn from(item: &Item) -> Self {
        let raw = |bytes: &[u8; 32]| KeyId(*bytes);
        match item {
            Item::Community { id, secret } => Self::Community { id: *id, secret: raw(secret.expose()) },
            Item::Read(key) => Self::Read { key: raw(key.expose()) },
            Item::Roster(key) => Self::Roster { key: raw(key.expose()) },
            Item::Audience(key) => Self::Audience { key: raw(key.expose()) },
            Item::Seed { scope, keys, door } => Self::Seed { scope: *scope, keys: *keys, door: raw(door.expose()) },
            Item::Sync { key, over, trust } => {
                Self::Sync { key: raw(key.expose()), over: over.clone(), trust: trust.clone() }
            }
        }
    }
}

impl From<Wire> for Item {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::Community { id, secret } => Self::Community { id, secret: CommunitySecret::from_bytes(secret.0) },
            Wire::Read { key } => Self::Read(ReadKey::from_bytes(key.0)),
            Wire::Roster { key } => Self::Roster(SealKey::from_bytes(key.0)),
            Wire::Audience { key } => Self::Audience(SealKey::from_bytes(key.0)),
            Wire::Seed { scope, keys, door } => Self::Seed { scope, keys, door: ProofKey::from_bytes(door.0) },
            Wire::Sync { key, over, trust } => Self::Sync { key: ProofKey::from_bytes(key.0), over, trust },
        }
    }
}

/// Why keys were not wrapped, or a wrap that is for us does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// More than is carried.
    #[error("{what}: {given}, the limit is {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        given: usize,
        /// How many at most.
        max: usize,
    },
    /// Wrapped for this device, and changed or taken from another place.
    #[error("a key wrapped for this device does not open here: changed, or taken from another place")]
    Open,
    /// The bundle's bytes.
    #[error("bundle of keys refused: {0}")]
    Codec(#[from] CodecError),
    /// Not the padding that belongs to the list.
    #[error("bundle of keys refused: not padded as it has to be")]
    Padding,
}

type Tag = [u8; WRAP_TAG_LEN];

fn tag(shared: &[u8], finder: SealingKey, device: SealingKey) -> Tag {
    first(&derive("communaut 2026 wrap tag", &[shared, &finder.0, &device.0]))
}

fn bundle_cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

/// Receivers as they go into entries: each once, at most [`WRAPS_MAX`] an entry, [`CLOSED_DEVICES_MAX`] in all.
pub fn chunks(receivers: impl IntoIterator<Item = SealingKey>) -> Result<Vec<Vec<SealingKey>>, WrapError> {
    let each: BTreeSet<SealingKey> = receivers.into_iter().collect();
    if each.len() > CLOSED_DEVICES_MAX {
        return Err(WrapError::TooMany { what: "devices", given: each.len(), max: CLOSED_DEVICES_MAX });
    }
    let each: Vec<SealingKey> = each.into_iter().collect();
    Ok(each.chunks(WRAPS_MAX).map(<[SealingKey]>::to_vec).collect())
}

/// Wrap keys to devices, for the place that a header names. A key of small order is passed
/// over: nobody holds its secret.
pub fn wrap(header: &Header, items: &[Item], receivers: &[SealingKey], draw: &mut Draw) -> Result<WrapsOp, WrapError> {
    let too_many = |what, given, max| WrapError::TooMany { what, given, max };
    if receivers.len() > WRAPS_MAX {
        return Err(too_many("receivers", receivers.len(), WRAPS_MAX));
    }
    if items.len() > BUNDLE_ITEMS_MAX {
        return Err(too_many("keys", items.len(), BUNDLE_ITEMS_MAX));
    }
    let place = header.place(WRAP_DOMAIN)?;
    let key = Zeroizing::new(draw.bytes::<32>());
    let list = codec::encode(&items.iter().map(Wire::from).collect::<Vec<_>>())?;
    let len = list.len();
    let text = pad(list, SEALED_MIN, ITEMS_TEXT_MAX).ok_or_else(|| too_many("bytes of keys", len, ITEMS_TEXT_MAX))?;
    let text = Zeroizing::new(text);
    // The key serves for this text alone, so the nonce may be zero (RFC 8439).
    let bundle = bundle_cipher(&key)
        .encrypt(&Nonce::from([0; 12]), Payload { msg: &text, aad: &place })
        .map_err(|_| WrapError::Open)?;
    let secret = SealingSecret::from_seed(&draw.bytes());
    let finder = secret.public();
    let mut each: BTreeSet<(SealingKey, Tag)> = BTreeSet::new();
    for device in receivers {
        if let Some(shared) = secret.agree(*device) {
            each.insert((*device, tag(shared.as_bytes(), finder, *device)));
        }
    }
    let count = each.len().next_power_of_two().clamp(WRAPS_MIN, WRAPS_MAX);
    while each.len() < count {
        // A decoy is a wrap to a device that nobody has.
        each.insert((SealingSecret::from_seed(&draw.bytes()).public(), draw.bytes()));
    }
    let mut wraps = Vec::with_capacity(count);
    for (device, tag) in each {
        wraps.push(ByteBuf::from(wrap_one(&key, device, &tag, finder, &place, draw)?));
    }
    wraps.sort();
    Ok(WrapsOp { finder, bundle, wraps })
}

fn wrap_one(
    key: &[u8; 32],
    device: SealingKey,
    tag: &Tag,
    finder: SealingKey,
    place: &[u8],
    draw: &mut Draw,
) -> Result<Vec<u8>, WrapError> {
    let public = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&device.0).map_err(|_| WrapError::Open)?;
    let (encapsulated, wrapped) = single_shot_seal_with_rng::<HpkeAead, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        place,
        key,
        &finder.0,
        draw,
    )
    .map_err(|_| WrapError::Open)?;
    let mut bytes = tag.to_vec();
    bytes.extend_from_slice(&encapsulated.to_bytes());
    bytes.extend_from_slice(&wrapped);
    Ok(bytes)
}

/// What an entry wraps for a device: none if nothing. One agreement of keys, however many the wraps.
pub fn unwrap(header: &Header, op: &WrapsOp, secret: &SealingSecret) -> Result<Option<Vec<Item>>, WrapError> {
    let Some(shared) = secret.agree(op.finder) else { return Ok(None) };
    let own = tag(shared.as_bytes(), op.finder, secret.public());
    let at = op.wraps.partition_point(|wrap| wrap.as_slice() < own.as_slice());
    let Some((_, rest)) =
        op.wraps.get(at).and_then(|wrap| wrap.split_at_checked(WRAP_TAG_LEN)).filter(|(t, _)| *t == own)
    else {
        return Ok(None);
    };
    let (encapsulated, wrapped) = rest.split_at_checked(32).ok_or(WrapError::Open)?;
    let place = header.place(WRAP_DOMAIN)?;
    let secret =
        <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(secret.expose()).map_err(|_| WrapError::Open)?;
    let encapsulated =
        <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| WrapError::Open)?;
    let key = single_shot_open::<HpkeAead, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        &place,
        wrapped,
        &op.finder.0,
    )
    .map_err(|_| WrapError::Open)?;
    let key: Zeroizing<[u8; 32]> = Zeroizing::new(key.as_slice().try_into().map_err(|_| WrapError::Open)?);
    let text = bundle_cipher(&key)
        .decrypt(&Nonce::from([0; 12]), Payload { msg: &op.bundle, aad: &place })
        .map_err(|_| WrapError::Open)?;
    let text = Zeroizing::new(unpad(text, SEALED_MIN, ITEMS_TEXT_MAX).ok_or(WrapError::Padding)?);
    let items: Vec<Wire> = codec::decode(&text, ITEMS_TEXT_MAX)?;
    if items.len() > BUNDLE_ITEMS_MAX {
        return Err(WrapError::TooMany { what: "keys", given: items.len(), max: BUNDLE_ITEMS_MAX });
    }
    Ok(Some(items.into_iter().map(Item::from).collect()))
}
