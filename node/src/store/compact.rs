//! Copying what lives into a fresh folder: sled leaves removed values readable in its file, and an erased payload must be
//! gone from the disk. SPEC.md §7.5.
//!
//! Three folders stand side by side for a moment: the store, `.new` while it is filled, `.old` while it is taken away.
//! Whatever a crash leaves of them is settled at the next opening.

use super::{Store, StoreError, Trees, open_db};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Records copied between two writes.
const BATCH: usize = 1_000;

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

pub(super) fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |why| StoreError::File { what, path: path.to_owned(), why }
}

pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("cannot remove", path)(error)),
        _ => Ok(()),
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(failed("cannot rename", from))
}

/// Finish or undo a compaction that a crash interrupted.
pub(super) fn settle(path: &Path) -> Result<(), StoreError> {
    let (new, old) = (beside(path, ".new"), beside(path, ".old"));
    // Only what is whole is given another name, so without a store the new one is whole.
    if !path.exists() && old.exists() && new.exists() {
        rename(&new, path)?;
    } else if !path.exists() && old.exists() {
        rename(&old, path)?;
    }
    remove(&new)?;
    remove(&old)
}

impl Store {
    /// Copy what lives into a fresh folder and take the old one away.
    pub fn compact(&mut self) -> Result<(), StoreError> {
        let (path, new, old) = (self.path.clone(), beside(&self.path, ".new"), beside(&self.path, ".old"));
        remove(&new)?;
        remove(&old)?;
        self.copy_to(&new)?;
        // A database in memory holds the place while neither folder is open: sled may write into a folder by its name.
        let meanwhile = Trees::of(sled::Config::new().temporary(true).open()?)?;
        drop(std::mem::replace(&mut self.trees, meanwhile));
        // Its lock tells that the last handle is gone.
        drop(open_db(&new)?);
        rename(&path, &old)?;
        rename(&new, &path)?;
        self.trees = Trees::of(open_db(&path)?)?;
        remove(&old)
    }

    /// Copy what lives into a store in another folder, which must not be there yet.
    pub fn copy_to(&self, folder: &Path) -> Result<(), StoreError> {
        let fresh = Trees::of(open_db(folder)?)?;
        for (from, to) in self.trees.all().into_iter().zip(fresh.all()) {
            copy(from, to)?;
        }
        fresh.db.flush()?;
        Ok(())
    }

    /// The folder in which it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.path
    }

    /// Bytes of the store's files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.trees.db.size_on_disk().unwrap_or_default()
    }
}

fn copy(from: &sled::Tree, to: &sled::Tree) -> Result<(), StoreError> {
    let (mut batch, mut waiting) = (sled::Batch::default(), 0);
    for item in from {
        let (key, value) = item?;
        batch.insert(key, value);
        waiting += 1;
        if waiting == BATCH {
            to.apply_batch(std::mem::take(&mut batch))?;
            waiting = 0;
        }
    }
    to.apply_batch(batch)?;
    Ok(())
}
