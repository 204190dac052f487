//! Where this node's changing secrets lie: a seam, so that sealing them at rest is one place's concern.

use super::keys::private_file;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Keeps named secrets.
pub(crate) trait Vault: std::fmt::Debug + Send {
    /// A secret, if there is one of that name of at most `max` bytes.
    fn read(&self, name: &str, max: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>>;
    /// Keep a secret in place of the one before. Durable when it returns.
    fn write(&self, name: &str, secret: &[u8]) -> io::Result<()>;
    /// Keep it no longer; nothing happens if there is none. Durable when it returns.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// Files that only their user can read, beside the key file and like it not yet sealed under a passphrase.
#[derive(Debug)]
pub(crate) struct PlainFiles {
    folder: PathBuf,
}

impl PlainFiles {
    /// In a data folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

impl Vault for PlainFiles {
    fn read(&self, name: &str, max: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.folder.join(name);
        match fs::metadata(&path) {
            Ok(found) if found.len() > max as u64 => {
                let why = format!("{name} has {} bytes, the limit is {max}: not of this program", found.len());
                Err(io::Error::new(io::ErrorKind::InvalidData, why))
            }
            Ok(_) => Ok(Some(Zeroizing::new(fs::read(path)?))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        let fresh = self.folder.join(format!("{name}.new"));
        let mut file = private_file(&fresh)?;
        file.write_all(secret)?;
        file.sync_all()?;
        fs::rename(fresh, self.folder.join(name))?;
        // The name itself, too: on some file systems a rename is not durable until its folder is.
        #[cfg(unix)]
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        #[cfg(unix)]
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn secrets_come_back_and_only_their_user_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let vault = PlainFiles::new(folder.path());
        assert!(vault.read("keyring", 100).unwrap().is_none());
        vault.write("keyring", b"one").unwrap();
        vault.write("keyring", b"other").unwrap();
        assert_eq!(vault.read("keyring", 100).unwrap().unwrap().as_slice(), b"other");
        assert!(vault.read("keyring", 4).unwrap_err().to_string().contains("keyring has 5 bytes"));
        vault.write("phrase", b"words").unwrap();
        vault.remove("phrase").unwrap();
        vault.remove("phrase").unwrap();
        assert!(vault.read("phrase", 100).unwrap().is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("keyring")).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
