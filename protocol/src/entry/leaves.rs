//! Payloads of leaves: each of them can go by itself, and the header still names the payload. SPEC.md §5.6.

use crate::{
    codec::{self, CodecError},
    ids::{EntryId, Hash},
    limits::{LEAVES_MAX, PAYLOAD_MAX},
};
use serde::{Serialize, Serializer};
use serde_bytes::Bytes;

/// A leaf of a payload, as far as it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// Its bytes: a payload of its own, with its own salt.
    Held(&'a [u8]),
    /// What names it, and its bytes: it was erased, or is still to come.
    Gone(Hash, u16),
}

impl<'a> Leaf<'a> {
    /// The leaves of a payload, in their order.
    pub fn all(payload: &'a [u8]) -> Result<Vec<Self>, CodecError> {
        let items = codec::list_items(payload, PAYLOAD_MAX)?;
        if !(1..=LEAVES_MAX).contains(&items.len()) {
            return Err(CodecError::Malformed(format!("{} leaves", items.len())));
        }
        items.into_iter().map(Self::of_item).collect()
    }

    fn of_item(item: &'a [u8]) -> Result<Self, CodecError> {
        match codec::byte_string(item) {
            Some(bytes) => Ok(Self::Held(bytes)),
            None => codec::decode::<(Hash, u16)>(item, GONE_MAX).map(|(hash, bytes)| Self::Gone(hash, bytes)),
        }
    }

    /// What names it in the payload's hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        match self {
            Self::Held(bytes) => hash_of(bytes),
            Self::Gone(hash, _) => *hash,
        }
    }

    /// Its bytes, if they are held.
    #[must_use]
    pub fn held(self) -> Option<&'a [u8]> {
        match self {
            Self::Held(bytes) => Some(bytes),
            Self::Gone(..) => None,
        }
    }

    /// How many bytes it has, held or not.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Held(bytes) => bytes.len(),
            Self::Gone(_, size) => usize::from(*size),
        }
    }

    /// What stands for it where it is gone.
    fn gone(&self) -> Self {
        Self::Gone(self.hash(), u16::try_from(self.size()).unwrap_or(u16::MAX))
    }
}

/// Bytes of what stands for a leaf that is gone: a list of its hash and its length.
const GONE_MAX: usize = 38;

impl Serialize for Leaf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Held(bytes) => Bytes::new(bytes).serialize(serializer),
            Self::Gone(hash, size) => (hash, size).serialize(serializer),
        }
    }
}

/// What names a leaf.
#[must_use]
pub fn hash_of(leaf: &[u8]) -> Hash {
    Hash(blake3::derive_key("communaut 2026 leaf", leaf))
}

/// What names a payload of these leaves: the same, whichever of them are held.
#[must_use]
pub fn root(leaves: &[Leaf<'_>]) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 leaves");
    hasher.update(&u16::try_from(leaves.len()).unwrap_or(u16::MAX).to_be_bytes());
    for leaf in leaves {
        hasher.update(&u16::try_from(leaf.size()).unwrap_or(u16::MAX).to_be_bytes());
        hasher.update(&leaf.hash().0);
    }
    Hash(*hasher.finalize().as_bytes())
}

/// Bytes of the payload of these leaves, when none is gone.
#[must_use]
pub fn whole_size(leaves: &[Leaf<'_>]) -> usize {
    // Heads of lists and byte strings are alike.
    let head = |count: usize| match count {
        0..=23 => 1_usize,
        24..=255 => 2,
        _ => 3,
    };
    let each = leaves.iter().map(|leaf| head(leaf.size()).saturating_add(leaf.size()));
    each.fold(head(leaves.len()), usize::saturating_add)
}

/// The payload of leaves.
pub fn payload_of(leaves: &[Leaf<'_>]) -> Result<Vec<u8>, CodecError> {
    codec::encode(&leaves)
}

/// A payload without some of its leaves, by their numbers; none: it has none of them, or no leaves.
#[must_use]
pub fn without(payload: &[u8], goes: impl Fn(u8) -> bool) -> Option<Vec<u8>> {
    let mut leaves = Leaf::all(payload).ok()?;
    let mut any = false;
    for (number, leaf) in (0..=u8::MAX).zip(&mut leaves) {
        if matches!(leaf, Leaf::Held(_)) && goes(number) {
            *leaf = leaf.gone();
            any = true;
        }
    }
    if any { payload_of(&leaves).ok() } else { None }
}

/// A payload with the leaves that it lacks, as far as `find` gives those of a number and hash; none: it lacks none that
/// is found.
#[must_use]
pub fn filled<'p, 'f: 'p>(payload: &'p [u8], find: impl Fn(u8, Hash) -> Option<&'f [u8]>) -> Option<Vec<u8>> {
    let mut leaves = Leaf::all(payload).ok()?;
    let mut any = false;
    for (number, leaf) in (0..=u8::MAX).zip(&mut leaves) {
        if let Leaf::Gone(hash, _) = leaf
            && let Some(found) = find(number, *hash).filter(|found| hash_of(found) == *hash)
        {
            *leaf = Leaf::Held(found);
            any = true;
        }
    }
    if any { payload_of(&leaves).ok() } else { None }
}

/// The id of what a leaf says: of one leaf of one entry, whatever it says.
#[must_use]
pub fn id_of(entry: EntryId, leaf: u8) -> EntryId {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 leaf id");
    hasher.update(&entry.0);
    hasher.update(&[leaf]);
    EntryId(*hasher.finalize().as_bytes())
}
