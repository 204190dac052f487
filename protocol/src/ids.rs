//! Fixed-width identifiers. Hex for people and JSON, raw bytes on the wire.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{input}' is not an id: expected {chars} hexadecimal characters")]
pub struct IdError {
    /// What was given, shortened.
    pub input: String,
    /// How many characters were expected.
    pub chars: usize,
}

fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    let fail = || IdError { input: text.chars().take(80).collect(), chars: N.saturating_mul(2) };
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.ok_or_else(fail)?;
    if digits.len() != N.saturating_mul(2) {
        return Err(fail());
    }
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => (high << 4) | low,
            _ => 0,
        })
        .collect();
    bytes.try_into().map_err(|_| fail())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// All bytes zero: "none".
            pub const ZERO: Self = Self([0; $len]);
            /// Whether this is [`Self::ZERO`].
            #[must_use]
            pub fn is_zero(&self) -> bool { self.0 == [0; $len] }
            /// The first eight hexadecimal characters, for people.
            #[must_use]
            pub fn short(&self) -> String { self.to_string().chars().take(8).collect() }
        }
        impl Default for $name {
            fn default() -> Self { Self::ZERO }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{self}") }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> { from_hex(text).map(Self) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { s.serialize_bytes(&self.0) }
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                if d.is_human_readable() {
                    String::deserialize(d)?.parse().map_err(de::Error::custom)
                } else {
                    let bytes = <std::borrow::Cow<'de, serde_bytes::Bytes>>::deserialize(d)?;
                    <[u8; $len]>::try_from(bytes.as_ref().as_ref())
                        .map(Self)
                        .map_err(|_| de::Error::custom(concat!(stringify!($name), " of a wrong length")))
                }
            }
        }
    };
}

id!(
    /// A BLAKE3 hash.
    Hash, 32
);
id!(
    /// The hash of an entry's header bytes.
    EntryId, 32
);
id!(
    /// An Ed25519 public key of a device.
    DeviceId, 32
);
id!(
    /// An X25519 public key of a device, to which keys are wrapped (SPEC.md §10).
    SealingKey, 32
);
id!(
    /// An Ed25519 public key by which an identity is recovered (SPEC.md §7.1).
    RecoveryKey, 32
);
id!(
    /// Names a key without telling it (SPEC.md §10.2).
    KeyId, 32
);
id!(
    /// A person: the hash of the payload of their identity's inception.
    IdentityId, 32
);
id!(
    /// By whom a log is, as the headers of its entries say: the identity, or in a closed community what blinds it
    /// ([`crate::private::Community::author`]).
    AuthorId, 32
);
id!(
    /// An element, bound to its owner (see [`crate::op::element_id`]).
    ElementId, 32
);
id!(
    /// An Ed25519 signature.
    Signature, 64
);
id!(
    /// Half of a hash: what replicas compare, and the name of a store's contents. Nobody finds two of a kind.
    Digest,
    16
);

impl DeviceId {
    /// The key as a `did:key` (W3C did:key method: multibase base58btc, multicodec ed25519-pub).
    #[must_use]
    pub fn did(&self) -> String {
        format!("did:key:z{}", bs58::encode([&[0xed, 0x01], self.0.as_slice()].concat()).into_string())
    }
}

impl From<IdentityId> for AuthorId {
    /// Outside of closed communities everybody writes under their identity.
    fn from(id: IdentityId) -> Self {
        Self(id.0)
    }
}

impl From<IdentityId> for ElementId {
    /// A person's card and wall are the element of the same id.
    fn from(id: IdentityId) -> Self {
        Self(id.0)
    }
}
