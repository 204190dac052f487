//! Whether the disk has room for what is to be written. A write that fails within sled may leave it waiting for ever:
//! so what does not fit is refused before it begins.

use super::{StoreError, error::failed};
use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Bytes left free beyond what waits for a flush: sled takes half a megabyte at a time, for the log and for what it
/// moves within it, and writes a list of its pages beside it.
const RESERVE: u64 = 2 * 1024 * 1024;
/// Bytes on the disk for a byte that is written, at most: pages are written whole.
const OVERHEAD: u64 = 2;

/// The disk of a database.
#[derive(Debug)]
pub(super) struct DiskRoom {
    folder: PathBuf,
    /// Bytes written since the last flush.
    unflushed: AtomicU64,
}

impl DiskRoom {
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), unflushed: AtomicU64::new(0) }
    }

    /// So many bytes are to be written: refused where there is no room for them.
    pub fn take(&self, bytes: u64) -> Result<(), StoreError> {
        let waiting = self.unflushed.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        // A disk that does not say what is free is written until it refuses.
        let Ok(free) = fs4::available_space(&self.folder) else { return Ok(()) };
        if free >= waiting.saturating_mul(OVERHEAD).saturating_add(RESERVE) {
            return Ok(());
        }
        let why = io::Error::new(io::ErrorKind::StorageFull, format!("the disk is full: {} kB are free", free / 1_000));
        Err(failed("cannot write in", &self.folder)(why))
    }

    /// All of it is on the disk.
    pub fn flushed(&self) {
        self.unflushed.store(0, Ordering::Relaxed);
    }
}
