//! `NAME.sealed`: one secret.
//!
//! ```text
//! "communaut secret 1\n"   nonce, 12 bytes   AES-256-GCM(vault key, secret), its tag of 16 bytes behind
//! ```
//!
//! bound to `"communaut/vault secret/1" ‖ 0x00 ‖ the vault's id ‖ NAME`. Its size shows that of the secret.

use super::{ID_LEN, Key, Vault, VaultError, cipher, files};
use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// How a file begins: what it is, and its version.
const MAGIC: &[u8] = b"communaut secret 1\n";
/// How its name ends.
const ENDING: &str = "sealed";
/// Bytes of a name: a file's name on any file system, with its ending.
const NAME_MAX: usize = 64;

/// A vault that is open.
#[derive(Clone)]
pub(crate) struct Sealed {
    folder: PathBuf,
    id: [u8; ID_LEN],
    key: Key,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({})", self.folder.display())
    }
}

impl Sealed {
    /// A vault in its folder.
    pub fn new(folder: PathBuf, id: [u8; ID_LEN], key: Key) -> Self {
        Self { folder, id, key }
    }

    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(plain) {
            let why = format!("'{name}' names no secret: 1 to {NAME_MAX} of a-z, 0-9 and -");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Ok(self.folder.join(format!("{name}.{ENDING}")))
    }

    fn place(&self, name: &str) -> Vec<u8> {
        [b"communaut/vault secret/1\0".as_slice(), &self.id, name.as_bytes()].concat()
    }
}

impl Vault for Sealed {
    fn read(&self, name: &str, max: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.path(name)?;
        let most = max.saturating_add(MAGIC.len() + cipher::NONCE_LEN + cipher::TAG_LEN);
        let Some(bytes) = files::read(&path, most).map_err(told)? else { return Ok(None) };
        let opened = bytes
            .strip_prefix(MAGIC)
            .and_then(|rest| rest.split_first_chunk())
            .and_then(|(nonce, sealed)| cipher::open(&self.key, nonce, sealed, &self.place(name)));
        opened.map(Some).ok_or_else(|| told(damaged(&path)))
    }

    fn write(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        let path = self.path(name)?;
        let nonce = crate::entropy::random()?;
        let sealed = cipher::seal(&self.key, &nonce, secret, &self.place(name)).map_err(told)?;
        crate::files::replace(&path, &[MAGIC, &nonce, &sealed].concat())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        crate::files::remove_file(&self.path(name)?)
    }
}

/// Whether a file of a vault's folder is one of these.
pub fn is_name(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == ENDING)
}

fn damaged(path: &Path) -> VaultError {
    VaultError::Damaged(format!("{} is damaged, or of another vault", files::name(path)))
}

fn told(error: VaultError) -> io::Error {
    match error {
        VaultError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
