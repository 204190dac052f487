//! The desktop's keyring: Secret Service on Linux, the Keychain, the Credential Manager. Spoken to over the
//! session's bus, without a C library.

use super::{ID_LEN, Key, VaultError};
use keyring::v1::{Entry, Error};
use zeroize::Zeroizing;

/// Under which name keys lie there.
const SERVICE: &str = "communaut";

/// Keeps the key of a vault elsewhere.
pub trait DesktopKeyring {
    /// The key of a vault, if it is there.
    fn get(&self, id: &[u8; ID_LEN]) -> Result<Option<Key>, VaultError>;
    /// Keep the key of a vault.
    fn put(&self, id: &[u8; ID_LEN], key: &Key) -> Result<(), VaultError>;
}

/// The one of this session.
pub struct System;

impl DesktopKeyring for System {
    fn get(&self, id: &[u8; ID_LEN]) -> Result<Option<Key>, VaultError> {
        let held = match entry(id)?.get_secret() {
            Ok(held) => Zeroizing::new(held),
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let key = held.as_slice().try_into().map(Zeroizing::new);
        key.map(Some).map_err(|_| VaultError::Desktop("holds something else than the key of this data folder".into()))
    }
    fn put(&self, id: &[u8; ID_LEN], key: &Key) -> Result<(), VaultError> {
        entry(id)?.set_secret(key.as_slice()).map_err(|error| failed(&error))
    }
}

/// Whether there is one.
pub fn answers() -> bool {
    Entry::store_status().is_ok()
}

fn entry(id: &[u8; ID_LEN]) -> Result<Entry, VaultError> {
    if let Err(error) = Entry::store_status() {
        return Err(failed(error));
    }
    let name: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    Entry::new(SERVICE, &name).map_err(|error| failed(&error))
}

fn failed(error: &Error) -> VaultError {
    // In one line, whatever a service answers.
    let why = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    VaultError::Desktop(format!("does not answer: {why}"))
}
