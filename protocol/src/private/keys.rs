//! Secrets and how each follows from another. SPEC.md §10.2.

use crate::ids::{ElementId, KeyId, SealingKey};
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// BLAKE3 in `derive_key` mode over parts joined.
#[must_use]
pub(super) fn derive(context: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    let out = *hasher.finalize().as_bytes();
    hasher.zeroize();
    out
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// From 32 secret bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
            /// The secret itself.
            #[must_use]
            pub const fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(
    /// The key of one epoch of a closed community: whoever holds it reads, writes and proves.
    ReadKey
);
secret!(
    /// A key that seals payloads.
    SealKey
);
secret!(
    /// A key that proves, and does not read.
    ProofKey
);
secret!(
    /// What blinds the scopes of a closed community.
    CommunitySecret
);

impl ReadKey {
    /// Seals who belongs: the card, roles, key epochs, seeds. Newcomers are given those of all epochs.
    #[must_use]
    pub fn roster(&self) -> SealKey {
        SealKey(derive("communaut 2026 roster key", &[&self.0]))
    }
    /// Seals everything else.
    #[must_use]
    pub fn content(&self) -> SealKey {
        SealKey(derive("communaut 2026 content key", &[&self.0]))
    }
    /// Proves to know the epoch, without reading.
    #[must_use]
    pub fn sync(&self) -> ProofKey {
        ProofKey(derive("communaut 2026 sync key", &[&self.0]))
    }
    /// The epoch's name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.roster().id()
    }
}

impl SealKey {
    /// Its name; a roster key's is its epoch's.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(derive("communaut 2026 key id", &[&self.0]))
    }
}

impl ProofKey {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(derive("communaut 2026 proof key id", &[&self.0]))
    }
}

impl CommunitySecret {
    /// What proves to have belonged: opens the scope of key wraps, and no more.
    #[must_use]
    pub fn door(&self, community: ElementId) -> ProofKey {
        ProofKey(derive("communaut 2026 door key", &[&community.0, &self.0]))
    }
}

/// The X25519 secret of a device, to which keys are wrapped. Apart from the key that signs.
#[derive(Clone)]
pub struct SealingSecret(StaticSecret);

impl std::fmt::Debug for SealingSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingSecret({})", self.public())
    }
}

impl SealingSecret {
    /// From 32 secret random bytes, which the caller provides.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(StaticSecret::from(*seed))
    }
    /// The public key, which stands in the identity log.
    #[must_use]
    pub fn public(&self) -> SealingKey {
        SealingKey(PublicKey::from(&self.0).to_bytes())
    }
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
    /// What it shares with another; none if the other is a point of small order.
    pub(super) fn agree(&self, with: SealingKey) -> Option<SharedSecret> {
        let shared = self.0.diffie_hellman(&PublicKey::from(with.0));
        shared.was_contributory().then_some(shared)
    }
}
