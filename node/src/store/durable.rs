//! What sled's own flush leaves undone. On Linux it asks for the written range alone (`sync_file_range`), which neither
//! says how long the file is now nor empties the disk's cache, and files for large values are not flushed at all. After
//! a power cut something acknowledged would be missing.

use super::{StoreError, error::failed, transition::DATABASE};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The folder of the files for large values.
const BLOBS: &str = "blobs";

/// Makes durable what sled has written.
#[derive(Debug)]
pub(super) struct Durable {
    path: PathBuf,
    file: File,
    blobs: PathBuf,
    /// Those that are durable.
    known: Mutex<BTreeSet<OsString>>,
}

impl Durable {
    /// Of the database that has been opened in a folder. Its files have names that last when this returns.
    pub fn of(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE);
        let file = File::open(&path).map_err(failed("cannot open", &path))?;
        let durable = Self { path, file, blobs: folder.join(BLOBS), known: Mutex::default() };
        flush_folder(folder)?;
        if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
            flush_folder(above)?;
        }
        durable.flush()?;
        Ok(durable)
    }

    /// After sled's own flush.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(failed("cannot flush", &self.path))?;
        let items = match fs::read_dir(&self.blobs) {
            Ok(items) => items,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("cannot read", &self.blobs)(error)),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut there, mut fresh) = (BTreeSet::new(), false);
        for item in items {
            let item = item.map_err(failed("cannot read", &self.blobs))?;
            let name = item.file_name();
            if !known.contains(&name) {
                let path = item.path();
                match File::open(&path).and_then(|blob| blob.sync_all()) {
                    // sled took it away meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    done => done.map_err(failed("cannot flush", &path))?,
                }
                fresh = true;
            }
            there.insert(name);
        }
        *known = there;
        if fresh { flush_folder(&self.blobs) } else { Ok(()) }
    }
}

fn flush_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(folder).and_then(|names| names.sync_all()).map_err(failed("cannot flush", folder))?;
    // Elsewhere a folder cannot be opened to be flushed: the system writes names with the files.
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
