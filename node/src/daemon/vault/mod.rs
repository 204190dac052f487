//! The secrets of a data folder, sealed at rest.
//!
//! They lie in the folder `vault/` of the data folder:
//!
//! * `vault.json` (`lock`): the vault's random id, and the *vault key*, 32 random bytes, wrapped under a key that comes
//!   from a passphrase, from the desktop's keyring, or from the file `unsealed.key` beside it;
//! * `NAME.sealed` (`sealed`): one secret under the vault key, bound to its name and to the vault's id, so that files
//!   cannot be exchanged among each other or between vaults;
//! * `unsealed.key`: 32 bytes, only where the user said that nothing is to protect the others;
//! * `busy`: empty; held while `vault.json` changes or is copied.
//!
//! All ciphers are AES-256-GCM with random nonces (`cipher`). Who may read `vault.json` and guesses the passphrase has
//! everything; an older file of the same name put back is not noticed. Another passphrase wraps the same vault key
//! anew: whoever has an older copy of the folder and its passphrase still opens that copy.

mod cipher;
mod copying;
mod desktop;
mod files;
mod lock;
mod passphrase;
mod sealed;
#[cfg(test)]
mod tests;

pub(crate) use copying::copy;
pub(crate) use sealed::Sealed;

use crate::Unlock;
use desktop::DesktopKeyring;
use lock::{By, Lock};
use std::{io, path::Path};
use zeroize::Zeroizing;

pub use lock::Protection;
pub use passphrase::{Costs, FILE_MAX as PASSPHRASE_FILE_MAX, PASSPHRASE_MAX, PASSPHRASE_MIN, Unfit, first_line, fit};

/// The file of the vault's lock.
pub const FILE: &str = "vault.json";
/// The key of a vault that is not sealed.
pub const UNSEALED: &str = "unsealed.key";
/// Bytes of a vault's id.
pub const ID_LEN: usize = 16;
/// The vault's folder in a data folder.
pub(crate) const FOLDER: &str = "vault";
/// Bytes of a key.
const KEY_LEN: usize = 32;

/// A key that leaves no copy behind.
type Key = Zeroizing<[u8; KEY_LEN]>;

/// Why secrets cannot be had. One line each, for a person.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A passphrase is needed, and there is none.
    #[error("its keys are sealed under a passphrase: give it with --passphrase-file FILE, or at a terminal")]
    Locked,
    /// It is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// There are no keys yet, and nobody said how they are to be kept.
    #[error(
        "it is new: say how its secret keys are to be kept, with --passphrase-file FILE, --desktop-keyring or \
         --unsealed"
    )]
    Unchosen,
    /// The passphrase that was chosen will not do.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The desktop's keyring does not help.
    #[error("the desktop's keyring {0}")]
    Desktop(String),
    /// A file is not what was written.
    #[error("{0}; bring it back from a backup")]
    Damaged(String),
    /// There is nothing to change.
    #[error("its keys lie unsealed already")]
    Unsealed,
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Keeps named secrets.
pub(crate) trait Vault: std::fmt::Debug + Send {
    /// A secret, if there is one of that name, of at most `max` bytes.
    fn read(&self, name: &str, max: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>>;
    /// Keep a secret in place of the one before. Durable when it returns.
    fn write(&self, name: &str, secret: &[u8]) -> io::Result<()>;
    /// Forget a secret, if there is one. Durable when it returns.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// How the secrets of a data folder are protected. None: there are none yet.
pub fn protection(data: &Path) -> Result<Option<Protection>, VaultError> {
    Ok(Lock::read(&data.join(FOLDER))?.map(|lock| lock.protection()))
}

/// Make a data folder, readable by its user alone, where there is none.
///
/// # Errors
/// When the system refuses.
pub fn make_folder(data: &Path) -> io::Result<()> {
    crate::files::make_folder(data)
}

/// Whether a keyring of the desktop can keep a key. May wait for the session's bus: not for a frame.
#[must_use]
pub fn desktop_answers() -> bool {
    desktop::answers()
}

/// Whether what is given can open the secrets of a data folder, or make them where there are none, as far as that shows
/// without trying.
pub(crate) fn look(data: &Path, unlock: &Unlock) -> Result<(), VaultError> {
    match (protection(data)?, unlock) {
        (None, Unlock::Nothing) => Err(VaultError::Unchosen),
        (Some(Protection::Passphrase(_)), Unlock::Passphrase(_)) => Ok(()),
        (Some(Protection::Passphrase(_)), _) => Err(VaultError::Locked),
        _ => Ok(()),
    }
}

/// Open the secrets of a data folder, or make them where there are none: those of `fresh`, by name.
pub(crate) fn open(
    data: &Path,
    unlock: &Unlock,
    fresh: impl FnOnce() -> io::Result<Vec<(&'static str, Key)>>,
) -> Result<Sealed, VaultError> {
    open_with(data, unlock, fresh, &desktop::System)
}

/// Open what is there, and change nothing.
pub(crate) fn try_open(data: &Path, unlock: &Unlock) -> Result<(), VaultError> {
    let folder = data.join(FOLDER);
    match Lock::read(&folder)? {
        Some(lock) => lock.open(&folder, unlock, &desktop::System).map(drop),
        None => Err(VaultError::Damaged(format!("{FOLDER}/{FILE} is missing"))),
    }
}

fn open_with(
    data: &Path,
    unlock: &Unlock,
    fresh: impl FnOnce() -> io::Result<Vec<(&'static str, Key)>>,
    keyring: &dyn DesktopKeyring,
) -> Result<Sealed, VaultError> {
    let folder = data.join(FOLDER);
    if let Some(lock) = Lock::read(&folder)? {
        let key = lock.open(&folder, unlock, keyring)?;
        crate::files::make_private_folder(&folder)?;
        tidy(&folder)?;
        return Ok(Sealed::new(folder, lock.id, key));
    }
    // All of it under another name first: a crash leaves a whole vault or none.
    let unfinished = data.join(format!("{FOLDER}.new"));
    if unfinished.is_dir() {
        crate::files::remove_folder(&unfinished)?;
    }
    crate::files::make_private_folder(&unfinished)?;
    let (id, key) = (crate::entropy::random()?, Zeroizing::new(crate::entropy::random()?));
    let by = By::of(unlock)?;
    let sealed = Sealed::new(unfinished.clone(), id, key.clone());
    for (name, secret) in fresh()? {
        sealed.write(name, secret.as_slice())?;
    }
    Lock::wrap(&unfinished, id, &key, by, unlock, keyring)?.write(&unfinished)?;
    crate::files::rename(&unfinished, &folder)?;
    Ok(Sealed::new(folder, id, key))
}

/// A crash after a change may have left the open key behind, which opens nothing any more.
fn tidy(folder: &Path) -> Result<(), VaultError> {
    let left = folder.join(UNSEALED);
    if left.is_file() {
        let _busy = files::busy(folder)?;
        if Lock::read(folder)?.is_some_and(|lock| lock.by != By::Unsealed) {
            crate::files::remove_file(&left)?;
        }
    }
    Ok(())
}

/// Protect the secrets of a data folder in another way: the vault key is wrapped anew, and nothing else changes, so
/// that a node may run on it meanwhile.
pub fn seal(data: &Path, old: &Unlock, new: &Unlock) -> Result<(), VaultError> {
    seal_with(data, old, new, &desktop::System)
}

fn seal_with(data: &Path, old: &Unlock, new: &Unlock, keyring: &dyn DesktopKeyring) -> Result<(), VaultError> {
    let folder = data.join(FOLDER);
    if Lock::read(&folder)?.is_none() {
        return Err(VaultError::Unchosen);
    }
    let by = By::of(new)?;
    let _busy = files::busy(&folder)?;
    let Some(lock) = Lock::read(&folder)? else { return Err(VaultError::Unchosen) };
    if matches!((&lock.by, &by), (By::Unsealed, By::Unsealed)) {
        return Err(VaultError::Unsealed);
    }
    let key = lock.open(&folder, old, keyring)?;
    let sealed = !matches!(by, By::Unsealed);
    Lock::wrap(&folder, lock.id, &key, by, new, keyring)?.write(&folder)?;
    if sealed { crate::files::remove_file(&folder.join(UNSEALED)) } else { Ok(()) }.map_err(VaultError::Io)
}
