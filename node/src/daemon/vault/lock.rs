//! `vault.json`: the vault key, wrapped.
//!
//! ```text
//! {"version":1, "check":[16 bytes], "lock":{"id":[16], "by":…, "nonce":[12], "key":[32], "tag":[16]}}
//! ```
//!
//! with `by` one of `{"passphrase":{"salt":[32],"costs":{"memory_kib":n,"passes":n,"lanes":n}}}`, `"desktop"`,
//! `"unsealed"`. `key` and `tag` are the vault key sealed under the key that `by` leads to, for the place
//! `"communaut/vault key/1" ‖ 0x00 ‖ id ‖ by as JSON`. `check` is the beginning of a hash of `lock`, so that a damaged
//! file and a wrong passphrase are not taken for each other; against people it protects nothing.

use super::{
    FILE, ID_LEN, KEY_LEN, Key, UNSEALED, VaultError, cipher,
    desktop::DesktopKeyring,
    files,
    passphrase::{self, Costs},
};
use crate::Unlock;
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::Zeroizing;

/// The version written and read.
const VERSION: u16 = 1;
/// Bytes of the file: arrays of numbers, four times what they say.
const FILE_MAX: usize = 2_048;
/// Bytes of the check.
const CHECK_LEN: usize = 16;

/// What protects the secrets of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A passphrase, made a key at these costs.
    Passphrase(Costs),
    /// The desktop's keyring holds the key.
    Desktop,
    /// Nothing: the key lies beside them.
    Unsealed,
}

/// Where the key that wraps comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum By {
    /// A passphrase.
    Passphrase {
        /// Random.
        salt: [u8; passphrase::SALT_LEN],
        /// What deriving it takes.
        costs: Costs,
    },
    /// The desktop's keyring.
    Desktop,
    /// The file beside.
    Unsealed,
}

/// The vault key, wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Names the vault; random, and no secret.
    pub id: [u8; ID_LEN],
    /// Where the key that wraps comes from.
    pub by: By,
    nonce: [u8; cipher::NONCE_LEN],
    key: [u8; KEY_LEN],
    tag: [u8; cipher::TAG_LEN],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u16,
    check: [u8; CHECK_LEN],
    lock: Lock,
}

/// What is read first, whatever else a later version writes.
#[derive(Deserialize)]
struct Version {
    version: u16,
}

impl By {
    /// What is asked for, for keys that are to be protected so from now on.
    pub fn of(unlock: &Unlock) -> Result<Self, VaultError> {
        Ok(match unlock {
            Unlock::Passphrase(passphrase) => {
                passphrase::fit(passphrase)?;
                Self::Passphrase { salt: crate::entropy::random()?, costs: Costs::USUAL }
            }
            Unlock::Desktop => Self::Desktop,
            Unlock::Unsealed => Self::Unsealed,
            Unlock::Nothing => return Err(VaultError::Unchosen),
        })
    }
}

impl Lock {
    /// The lock of a vault; none if there is no vault.
    pub fn read(folder: &Path) -> Result<Option<Self>, VaultError> {
        let path = folder.join(FILE);
        let Some(bytes) = files::read(&path, FILE_MAX)? else {
            return if folder.is_dir() { Err(damaged("is missing")) } else { Ok(None) };
        };
        let Version { version } = serde_json::from_slice(&bytes).map_err(|_| damaged("cannot be read"))?;
        if version != VERSION {
            return Err(damaged(&format!("is of version {version}, and this program reads {VERSION}")));
        }
        let file: File = serde_json::from_slice(&bytes).map_err(|_| damaged("cannot be read"))?;
        if file.lock.check()? != file.check {
            return Err(damaged("was changed"));
        }
        Ok(Some(file.lock))
    }

    /// Wrap a vault key. What the unwrapping needs is durable where it belongs when this returns.
    pub fn wrap(
        folder: &Path,
        id: [u8; ID_LEN],
        key: &Key,
        by: By,
        unlock: &Unlock,
        keyring: &dyn DesktopKeyring,
    ) -> Result<Self, VaultError> {
        let outer = match (&by, unlock) {
            (By::Passphrase { salt, costs }, Unlock::Passphrase(passphrase)) => costs.derive(passphrase, salt)?,
            (By::Passphrase { .. }, _) => return Err(VaultError::Locked),
            (By::Desktop, _) => match keyring.get(&id)? {
                // Kept: a copy of this folder may be opened with it.
                Some(key) => key,
                None => {
                    let fresh = Zeroizing::new(crate::entropy::random()?);
                    keyring.put(&id, &fresh)?;
                    fresh
                }
            },
            (By::Unsealed, _) => {
                let fresh: Key = Zeroizing::new(crate::entropy::random()?);
                crate::files::replace(&folder.join(UNSEALED), fresh.as_slice())?;
                fresh
            }
        };
        let nonce = crate::entropy::random()?;
        let sealed = cipher::seal(&outer, &nonce, key.as_slice(), &place(&id, &by)?)?;
        match sealed.split_first_chunk::<KEY_LEN>().map(|(key, tag)| (*key, tag.try_into())) {
            Some((key, Ok(tag))) => Ok(Self { id, by, nonce, key, tag }),
            _ => Err(damaged("cannot be made")),
        }
    }

    /// Write it in place of the one before. Durable when it returns.
    pub fn write(self, folder: &Path) -> Result<(), VaultError> {
        let file = File { version: VERSION, check: self.check()?, lock: self };
        let bytes = serde_json::to_vec(&file).map_err(std::io::Error::from)?;
        Ok(crate::files::replace(&folder.join(FILE), &bytes)?)
    }

    /// The vault key.
    pub fn open(&self, folder: &Path, unlock: &Unlock, keyring: &dyn DesktopKeyring) -> Result<Key, VaultError> {
        let (outer, wrong) = match (&self.by, unlock) {
            (By::Passphrase { salt, costs }, Unlock::Passphrase(passphrase)) => {
                (costs.derive(passphrase, salt)?, VaultError::WrongPassphrase)
            }
            (By::Passphrase { .. }, _) => return Err(VaultError::Locked),
            (By::Desktop, _) => match keyring.get(&self.id)? {
                Some(key) => (key, VaultError::Desktop("holds another key than that of this data folder".into())),
                None => {
                    let why =
                        "does not hold the key of this data folder; on another desktop it opens only from a backup";
                    return Err(VaultError::Desktop(why.into()));
                }
            },
            (By::Unsealed, _) => {
                let path = folder.join(UNSEALED);
                let held = files::read(&path, KEY_LEN)?.ok_or_else(|| VaultError::Damaged(missing(&path)))?;
                let key = held.as_slice().try_into().map(Zeroizing::new);
                let wrong = || VaultError::Damaged(format!("{} is not the key of this vault", files::name(&path)));
                (key.map_err(|_| wrong())?, wrong())
            }
        };
        let sealed = [self.key.as_slice(), &self.tag].concat();
        let key = cipher::open(&outer, &self.nonce, &sealed, &place(&self.id, &self.by)?).ok_or(wrong)?;
        key.as_slice().try_into().map(Zeroizing::new).map_err(|_| damaged("holds no key"))
    }

    /// What a person is told of it.
    pub fn protection(&self) -> Protection {
        match self.by {
            By::Passphrase { costs, .. } => Protection::Passphrase(costs),
            By::Desktop => Protection::Desktop,
            By::Unsealed => Protection::Unsealed,
        }
    }

    fn check(&self) -> Result<[u8; CHECK_LEN], VaultError> {
        let bytes = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        let hash = blake3::derive_key("communaut 2026 vault check", &bytes);
        hash.first_chunk().copied().ok_or_else(|| damaged("cannot be checked"))
    }
}

/// To what a wrapped vault key is bound.
fn place(id: &[u8; ID_LEN], by: &By) -> Result<Vec<u8>, VaultError> {
    let by = serde_json::to_vec(by).map_err(std::io::Error::from)?;
    Ok([b"communaut/vault key/1\0".as_slice(), id, &by].concat())
}

fn damaged(what: &str) -> VaultError {
    VaultError::Damaged(format!("{}/{FILE} {what}", super::FOLDER))
}

fn missing(path: &Path) -> String {
    format!("{} is missing", files::name(path))
}
