//! Files that only their user can read, replaced as a whole or not at all.

use super::{FOLDER, VaultError, lock, sealed};
use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};
use zeroize::Zeroizing;

/// Held while the lock of a vault changes or is copied.
const BUSY: &str = "busy";

/// What a file holds, at most `max` bytes; none if there is no such file.
pub fn read(path: &Path, max: usize) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        // Where a file stands in a folder's place, its user is told by who makes the folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    // In one piece: a buffer that grows leaves what it held behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(max.saturating_add(1)));
    file.take(u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > max {
        return Err(VaultError::Damaged(format!(
            "{} has more than {max} bytes: it is not of this program",
            name(path)
        )));
    }
    Ok(Some(bytes))
}

/// Write a file in place of the one before. Durable when it returns.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!("{name}.new"));
    let mut file = private(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&fresh, path)
}

/// Give a file or folder another name. Durable when it returns.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    keep_names(to)
}

/// Take a file away, if it is there. Durable when it returns.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.and_then(|()| keep_names(path)),
    }
}

/// On some file systems a name is not durable until its folder is.
fn keep_names(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Wait until nobody else changes or copies the lock of a vault; until it is dropped, nobody does.
pub fn busy(folder: &Path) -> io::Result<fs::File> {
    let file = private(&folder.join(BUSY))?;
    file.lock()?;
    Ok(file)
}

/// Copy the vault of a data folder into another, which has none.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (from.join(FOLDER), to.join(FOLDER));
    // Where a backup lies, nothing can be written perhaps, and nobody changes it.
    let _busy = busy(&from);
    crate::daemon::make_private(&to)?;
    for item in fs::read_dir(&from)? {
        let item = item?;
        let name = item.file_name();
        if name == lock::FILE || name == lock::UNSEALED || sealed::is_name(&name) {
            // With its permissions: for its user alone.
            fs::copy(item.path(), to.join(name))?;
        }
    }
    fs::File::open(to.join(lock::FILE)).map(drop)
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}

/// A file of the vault, as it is called in the data folder.
pub fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{FOLDER}/{name}")
}
