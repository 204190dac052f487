//! The keys of this device, from the seeds in its vault. The recovery secret is on no device (`commands/recovery.rs`).

use super::vault::Vault;
use crate::entropy::random;
use communaut_protocol::{entry::DeviceKey, private::SealingSecret};
use std::io;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The seeds in the vault.
const DEVICE: &str = "device";
const TRANSPORT: &str = "transport";
/// Bytes of a seed.
const SEED_LEN: usize = 32;

/// Seeds with their names.
type Named = Vec<(&'static str, Zeroizing<[u8; SEED_LEN]>)>;

/// Seeds of 32 random bytes each.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    device: [u8; SEED_LEN],
    transport: [u8; SEED_LEN],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(secret)")
    }
}

impl Keys {
    /// Seeds for a new vault, with their names.
    pub fn fresh() -> io::Result<Named> {
        [DEVICE, TRANSPORT].into_iter().map(|name| Ok((name, Zeroizing::new(random()?)))).collect()
    }

    /// The keys of a vault.
    pub fn open(vault: &dyn Vault) -> io::Result<Self> {
        Ok(Self { device: *seed(vault, DEVICE)?, transport: *seed(vault, TRANSPORT)? })
    }

    /// Signs entries.
    pub fn device(&self) -> DeviceKey {
        DeviceKey::from_seed(&self.device)
    }
    /// Takes keys that others wrap for this device. It follows from the seed that signs, so that a backup of one is a
    /// backup of both.
    pub fn sealing(&self) -> SealingSecret {
        SealingSecret::from_seed(&blake3::derive_key("communaut 2026 sealing seed", &self.device))
    }
    /// Names this node on the network. Apart from the device key: a peer is not by itself a person.
    pub fn transport(&self) -> [u8; SEED_LEN] {
        self.transport
    }
}

fn seed(vault: &dyn Vault, name: &str) -> io::Result<Zeroizing<[u8; SEED_LEN]>> {
    let bad = |what: &str| {
        io::Error::new(io::ErrorKind::InvalidData, format!("the key '{name}' {what}; bring it back from a backup"))
    };
    let held = vault.read(name, SEED_LEN)?.ok_or_else(|| bad("is missing"))?;
    held.as_slice().try_into().map(Zeroizing::new).map_err(|_| bad("has another length"))
}
