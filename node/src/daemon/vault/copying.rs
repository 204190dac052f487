//! A vault with all that belongs to it, copied.

use super::{FILE, FOLDER, UNSEALED, files, sealed};
use std::{fs, io, path::Path};

/// Copy the vault of a data folder into another, which has none. Durable when it returns.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (from.join(FOLDER), to.join(FOLDER));
    // Where a backup lies, nothing can be written perhaps, and nobody changes it.
    let _busy = files::busy(&from);
    crate::files::make_private_folder(&to)?;
    for item in fs::read_dir(&from)? {
        let item = item?;
        let name = item.file_name();
        if name == FILE || name == UNSEALED || sealed::is_name(&name) {
            crate::files::copy_file(&item.path(), &to.join(name))?;
        }
    }
    if !to.join(FILE).is_file() {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is missing", files::name(&from.join(FILE)))));
    }
    crate::files::flush_all(&to)
}
