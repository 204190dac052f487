//! The secrets of this device, in a file that only its user can read.
//!
//! They are not yet sealed under a passphrase: README.md says so. The recovery secret is on no device (`recovery.rs`).

use communaut_protocol::{entry::DeviceKey, private::SealingSecret};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

const FILE: &str = "keys.json";
/// Bytes of the file: two keys in hexadecimal.
const FILE_MAX: u64 = 4_096;

/// Seeds of 32 random bytes each.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    device: String,
    transport: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(secret)")
    }
}

impl Keys {
    /// Read the keys of a data folder, or make them.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        match fs::metadata(&path) {
            Ok(found) if found.len() > FILE_MAX => Err(bad("is not a key file of this program")),
            Ok(_) => {
                let keys: Self = serde_json::from_slice(&fs::read(&path)?)
                    .map_err(|error| bad(&format!("cannot be read ({error}); bring it back from a backup")))?;
                for seed in [&keys.device, &keys.transport] {
                    parse(seed)?;
                }
                Ok(keys)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let keys = Self { device: fresh()?, transport: fresh()? };
                keys.save(folder)?;
                Ok(keys)
            }
            Err(error) => Err(error),
        }
    }

    fn save(&self, folder: &Path) -> io::Result<()> {
        let mut file = private_file(&folder.join("keys.new"))?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(folder.join("keys.new"), folder.join(FILE))
    }

    /// Signs entries.
    pub fn device(&self) -> io::Result<DeviceKey> {
        Ok(DeviceKey::from_seed(&parse(&self.device)?))
    }
    /// Takes keys that others wrap for this device. It follows from the seed that signs, so that a backup of one is a
    /// backup of both.
    pub fn sealing(&self) -> io::Result<SealingSecret> {
        Ok(SealingSecret::from_seed(&blake3::derive_key("communaut 2026 sealing seed", &parse(&self.device)?)))
    }
    /// Names this node on the network. Apart from the device key: a peer is not by itself a person.
    pub fn transport(&self) -> io::Result<[u8; 32]> {
        parse(&self.transport)
    }
}

#[cfg(unix)]
pub(super) fn private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
#[cfg(not(unix))]
pub(super) fn private_file(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{FILE} {why}"))
}

fn fresh() -> io::Result<String> {
    Ok(communaut_protocol::Hash(random()?).to_string())
}

fn parse(seed: &str) -> io::Result<[u8; 32]> {
    let parsed: communaut_protocol::Hash =
        seed.parse().map_err(|_| bad("holds no valid key; bring it back from a backup"))?;
    Ok(parsed.0)
}

/// Random bytes from the system.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(format!("no randomness from the system: {error}")))?;
    Ok(bytes)
}
