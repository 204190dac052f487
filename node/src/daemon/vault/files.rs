//! The vault's files: read within bounds, copied with what belongs to them.

use super::{FOLDER, VaultError};
use std::{
    fs,
    io::{self, Read},
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

/// Wait until nobody else changes or copies the lock of a vault; until it is dropped, nobody does.
pub fn busy(folder: &Path) -> io::Result<fs::File> {
    let file = crate::files::open(&folder.join(BUSY))?;
    file.lock()?;
    Ok(file)
}

/// A file of the vault, as it is called in the data folder.
pub fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{FOLDER}/{name}")
}
