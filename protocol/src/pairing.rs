//! A second device: what the first one shows, and what the two say to each other. SPEC.md §9.4.
//!
//! Whoever has the code may bring one device in, so it is good once, for a short time. Both sides prove
//! to have it, over the names that the transport has verified, so that nobody between them can put a
//! device of their own in its place.

use crate::{
    codec::{self, CodecError},
    geo::{Cell, Position},
    ids::{DeviceId, ElementId, Hash, IdentityId, SealingKey, Signature},
    limits::{LABEL_MAX, PAIRING_ADDRESS_MAX, PAIRING_ADDRESSES_MAX, PAIRING_MESSAGE_MAX, PAIRING_SECRET_LEN},
};
use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Of a stream on which devices join.
pub const PROTOCOL: &str = "/communaut/device/1";
/// Begins the text of a code (bech32m).
const PREFIX: &str = "communautdevice";
/// Characters of a code at the most: what bech32m corrects.
const CODE_MAX: usize = 1_023;

/// What the first device shows.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Code {
    /// Whose device shows it.
    #[zeroize(skip)]
    pub identity: IdentityId,
    secret: [u8; PAIRING_SECRET_LEN],
    /// Where that device is reached: multiaddrs that end with its name.
    #[zeroize(skip)]
    pub addresses: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Raw(IdentityId, #[serde(with = "serde_bytes")] Vec<u8>, Vec<String>);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}, {:?})", self.identity.short(), self.addresses)
    }
}

/// Both ends of a connection: the BLAKE3 hash of each side's libp2p peer id, as the transport has verified it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairEnds {
    /// Of the device that comes in.
    pub new: Hash,
    /// Of the device that shows the code.
    pub old: Hash,
}

/// A territory that the new device is to follow, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedTerritory {
    /// Its id.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Where a map opens.
    pub centre: Position,
}

/// What the two say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PairMessage {
    /// The new one: let me in.
    Join {
        /// Its key.
        device: DeviceId,
        /// Where keys are wrapped to for it.
        sealing_key: SealingKey,
        /// As its owner calls it.
        label: String,
        /// Its signature, as an act needs it ([`crate::op::consent_bytes`]).
        consent: Signature,
        /// Proves that it has the code.
        tag: Hash,
    },
    /// The old one: the act is written.
    Welcome {
        /// What the person follows.
        followed: Vec<PairedTerritory>,
        /// The keys that the person holds, as one node of theirs stores them; empty if there are too many.
        #[serde(with = "serde_bytes")]
        keys: Vec<u8>,
        /// Proves that it had shown the code.
        tag: Hash,
    },
    /// The old one: no.
    Refused {
        /// In one line.
        why: String,
    },
}

/// Why a code or a message was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// Not the text of a code.
    #[error("this is not the code of a device, or a letter of it is wrong")]
    Text,
    /// A message's bytes.
    #[error("message of a device refused: {0}")]
    Codec(#[from] CodecError),
    /// A field out of its bound.
    #[error("message of a device refused: {0} is too long")]
    Bound(&'static str),
}

impl Code {
    /// A code over a secret of random bytes, which the caller provides. Of the addresses those that fit.
    #[must_use]
    pub fn new(identity: IdentityId, secret: [u8; PAIRING_SECRET_LEN], addresses: Vec<String>) -> Self {
        let fits = |address: &String| address.len() <= PAIRING_ADDRESS_MAX;
        let addresses = addresses.into_iter().filter(fits).take(PAIRING_ADDRESSES_MAX).collect();
        Self { identity, secret, addresses }
    }

    fn tag(&self, who: u8, ends: &PairEnds, said: &[u8]) -> Hash {
        let material = Zeroizing::new([self.secret.as_slice(), &self.identity.0].concat());
        let key = Zeroizing::new(blake3::derive_key("communaut 2026 pairing key", &material));
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(&[who]).update(&ends.new.0).update(&ends.old.0).update(said);
        let tag = Hash(*hasher.finalize().as_bytes());
        hasher.zeroize();
        tag
    }

    /// The same message with the tag that belongs to it.
    pub fn sign(&self, ends: &PairEnds, message: PairMessage) -> Result<PairMessage, PairError> {
        Ok(match message {
            PairMessage::Join { device, sealing_key, label, consent, .. } => {
                let said = codec::encode(&(device, sealing_key, &label, consent))?;
                PairMessage::Join { device, sealing_key, label, consent, tag: self.tag(0, ends, &said) }
            }
            PairMessage::Welcome { followed, keys, .. } => {
                let said = codec::encode(&(&followed, serde_bytes::Bytes::new(&keys)))?;
                PairMessage::Welcome { followed, keys, tag: self.tag(1, ends, &said) }
            }
            refused @ PairMessage::Refused { .. } => refused,
        })
    }

    /// Whether a message has the tag that belongs to it: whoever sent it has the code.
    #[must_use]
    pub fn signed(&self, ends: &PairEnds, message: &PairMessage) -> bool {
        let given = match message {
            PairMessage::Join { tag, .. } | PairMessage::Welcome { tag, .. } => *tag,
            PairMessage::Refused { .. } => return false,
        };
        let wanted = match self.sign(ends, message.clone()) {
            Ok(PairMessage::Join { tag, .. } | PairMessage::Welcome { tag, .. }) => tag,
            _ => return false,
        };
        // In constant time.
        blake3::Hash::from_bytes(given.0) == blake3::Hash::from_bytes(wanted.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = Raw(self.identity, self.secret.to_vec(), self.addresses.clone());
        let bytes = Zeroizing::new(codec::encode(&raw).map_err(|_| fmt::Error)?);
        let prefix = Hrp::parse(PREFIX).map_err(|_| fmt::Error)?;
        bech32::encode_to_fmt::<Bech32m, _>(f, prefix, &bytes).map_err(|_| fmt::Error)
    }
}

impl std::str::FromStr for Code {
    type Err = PairError;

    fn from_str(text: &str) -> Result<Self, PairError> {
        // What is copied from a window may bring its line breaks along.
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(CODE_MAX.saturating_add(1)).collect();
        let checked = CheckedHrpstring::new::<Bech32m>(&text).map_err(|_| PairError::Text)?;
        if !checked.hrp().as_str().eq_ignore_ascii_case(PREFIX) {
            return Err(PairError::Text);
        }
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
        let Raw(identity, secret, addresses) = codec::decode(&bytes, CODE_MAX)?;
        let secret = secret.try_into().map_err(|_| PairError::Text)?;
        if addresses.len() > PAIRING_ADDRESSES_MAX || addresses.iter().any(|a| a.len() > PAIRING_ADDRESS_MAX) {
            return Err(PairError::Bound("an address"));
        }
        Ok(Self { identity, secret, addresses })
    }
}

impl PairMessage {
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, PairError> {
        Ok(codec::encode(self)?)
    }
    /// From the wire, bounded before it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, PairError> {
        let message: Self = codec::decode(bytes, PAIRING_MESSAGE_MAX)?;
        match &message {
            Self::Join { label, .. } if label.len() > LABEL_MAX => Err(PairError::Bound("the label")),
            _ => Ok(message),
        }
    }
}
