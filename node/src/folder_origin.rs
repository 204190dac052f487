//! Whether a data folder is where it was left: the same machine, the same file, not overwritten since.
//!
//! A folder that was restored from a backup, copied or moved must not go on with its logs, since the
//! original may have continued them, or does so still. What is seen here opens a new epoch (SPEC.md §3);
//! what is not (a crash and a rollback of the disk underneath) is seen when a peer knows more of the log than we do, or
//! in the end as a fork.

use crate::{
    files,
    store::{Store, StoreError},
};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

/// In the data folder: rewritten at each start and each stop, so that no backup fits unless nothing happened after it.
const FILE: &str = "place";
/// Bytes that the file holds.
const NONCE_LEN: usize = 16;
/// What the store remembers of the file.
const RECORD: &str = "place";
/// What the file is about to hold, so that a crash while it is written is no move.
const PENDING: &str = "place.next";

/// What tells a place from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// A hash, since a machine's id is nobody's business.
    machine: String,
    file: FileId,
    /// Seconds and nanoseconds of the file's last change of any kind, which no program can set.
    changed: (i64, i64),
    nonce: String,
}

/// Which file: stays the same while it is written, and is another after a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileId {
    device: u64,
    inode: u64,
    /// Nanoseconds since 1970 UTC, where the file system knows it.
    born: Option<u128>,
}

/// What was found at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// A fresh folder.
    New,
    /// Where it was left.
    Same,
    /// Restored, copied or moved.
    Moved,
}

/// Look where the folder is, and remember it for the next time.
pub fn check(folder: &Path, store: &Store) -> Result<Arrival, StoreError> {
    let path = folder.join(FILE);
    let arrival = match store.meta(RECORD)? {
        None => Arrival::New,
        Some(record) => {
            let pending = store.meta(PENDING)?;
            let matches = |found: &Place| {
                // A record that cannot be read fits no place: the folder counts as moved, and its logs are closed.
                let held = serde_json::from_slice::<Place>(&record).ok();
                held.is_some_and(|held| {
                    held == *found
                        || (held.machine == found.machine
                            && held.file == found.file
                            && pending.as_deref() == Some(found.nonce.as_bytes()))
                })
            };
            if look(&path).ok().as_ref().is_some_and(matches) { Arrival::Same } else { Arrival::Moved }
        }
    };
    mark(folder, store)?;
    Ok(arrival)
}

/// Leave a mark that no earlier copy of the folder has.
pub fn mark(folder: &Path, store: &Store) -> Result<(), StoreError> {
    let path = folder.join(FILE);
    let failed = |error: io::Error| StoreError::System(format!("{} cannot be written: {error}", path.display()));
    let nonce = communaut_protocol::Hash(crate::entropy::random().map_err(failed)?).to_string();
    let nonce = nonce.get(..2 * NONCE_LEN).unwrap_or_default();
    store.set_meta(PENDING, nonce.as_bytes())?;
    store.flush()?;
    // Written in place: another file would be another place. Never cut short: a crash would make it one too.
    files::write_over(&path, nonce.as_bytes()).map_err(failed)?;
    let place = look(&path).map_err(failed)?;
    let record = serde_json::to_vec(&place).map_err(|error| StoreError::System(error.to_string()))?;
    store.set_meta(RECORD, &record)?;
    // Otherwise an old copy put back in place would pass for a start that a crash cut off.
    store.set_meta(PENDING, b"")?;
    store.flush()
}

fn look(path: &Path) -> io::Result<Place> {
    let found = fs::metadata(path)?;
    if found.len() != 2 * NONCE_LEN as u64 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not the file of a place"));
    }
    let born = found.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let (device, inode, changed) = ids(&found);
    let file = FileId { device, inode, born: born.map(|born| born.as_nanos()) };
    Ok(Place { machine: machine(), file, changed, nonce: fs::read_to_string(path)? })
}

#[cfg(unix)]
fn ids(found: &fs::Metadata) -> (u64, u64, (i64, i64)) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino(), (found.ctime(), found.ctime_nsec()))
}
/// Elsewhere the time of birth and of the last write must do.
#[cfg(not(unix))]
fn ids(found: &fs::Metadata) -> (u64, u64, (i64, i64)) {
    let at = found.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    (0, 0, (i64::try_from(at.as_secs()).unwrap_or_default(), i64::from(at.subsec_nanos())))
}

/// Which installation of a system this is, as far as it says so.
fn machine() -> String {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id"].iter().find_map(|path| fs::read(path).ok());
    blake3::derive_key("communaut 2026 machine", &id.unwrap_or_default())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn open(folder: &Path) -> (Store, Arrival) {
        let store = Store::open(&folder.join("store")).unwrap();
        let arrival = check(folder, &store).unwrap();
        (store, arrival)
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for item in fs::read_dir(from).unwrap() {
            let item = item.unwrap();
            let target = to.join(item.file_name());
            if item.file_type().unwrap().is_dir() {
                copy(&item.path(), &target);
            } else {
                fs::copy(item.path(), target).unwrap();
            }
        }
    }

    #[test]
    fn a_folder_that_stays_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(open(folder.path()).1, Arrival::New);
        assert_eq!(open(folder.path()).1, Arrival::Same);
        assert_eq!(open(folder.path()).1, Arrival::Same);
    }

    #[test]
    fn a_crash_between_the_file_and_its_record_is_no_move() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()));
        {
            let store = Store::open(&folder.path().join("store")).unwrap();
            let record = store.meta(RECORD).unwrap().unwrap();
            mark(folder.path(), &store).unwrap();
            let written = fs::read(folder.path().join(FILE)).unwrap();
            store.set_meta(RECORD, &record).unwrap();
            store.set_meta(PENDING, &written).unwrap();
            store.flush().unwrap();
        }
        assert_eq!(open(folder.path()).1, Arrival::Same);
    }

    #[test]
    fn a_copy_elsewhere_and_an_old_copy_put_back_in_place_are_moves() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        drop(open(folder.path()));
        copy(folder.path(), elsewhere.path());
        // The original has been started once more since the copy.
        assert_eq!(open(folder.path()).1, Arrival::Same);
        // Over the same files, so that their inodes and birth stay.
        copy(elsewhere.path(), folder.path());
        assert_eq!(open(folder.path()).1, Arrival::Moved);
        assert_eq!(open(folder.path()).1, Arrival::Same);
        assert_eq!(open(elsewhere.path()).1, Arrival::Moved);
    }

    /// Of a folder synchronised file by file, the file of the place may come back unchanged, or be missing.
    #[test]
    fn an_old_store_beside_a_newer_mark_is_a_move() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        drop(open(folder.path()));
        copy(folder.path(), elsewhere.path());
        drop(open(folder.path()));
        fs::remove_dir_all(folder.path().join("store")).unwrap();
        copy(&elsewhere.path().join("store"), &folder.path().join("store"));
        assert_eq!(open(folder.path()).1, Arrival::Moved);
        fs::remove_file(folder.path().join(FILE)).unwrap();
        assert_eq!(open(folder.path()).1, Arrival::Moved);
    }
}
