//! Copying what lives into a fresh folder: sled leaves removed values readable in its file, and an erased payload must
//! be gone from the disk. SPEC.md §7.5.

use super::{
    Store, StoreError, Tree, Trees,
    closing::wait_closed,
    transition::{self, Kind},
};
use std::path::Path;

/// Records copied between two writes.
const BATCH: usize = 1_000;
/// Remembers that something was dropped that is still in the files. A fresh copy has none of it, so it alone forgets.
pub(super) const TO_COMPACT: &str = "to compact";

impl Store {
    /// Something has been dropped that must be gone from the files too.
    pub fn set_to_compact(&self) -> Result<(), StoreError> {
        self.set_meta(TO_COMPACT, &[1])
    }

    /// Whether something that was dropped is still in the files: in these, or in those of a
    /// store whose place this one took.
    pub fn is_to_compact(&self) -> Result<bool, StoreError> {
        Ok(self.meta(TO_COMPACT)?.is_some() || transition::is_unfinished(&self.path))
    }

    /// Copy what lives into a fresh store, which takes the place of this one.
    ///
    /// # Errors
    /// Where the copy fails nothing has changed, and this store goes on. Where the change of places fails it is closed
    /// ([`Store::is_open`]): a whole store lies beside, which the next opening finds.
    pub fn compact(&mut self) -> Result<(), StoreError> {
        let path = self.path.clone();
        let filling = transition::begin(&path)?;
        let filled = self.copy_to(&filling, &[TO_COMPACT]);
        if let Err(error) = filled {
            // What it took of the disk is wanted for the rest; what stays is removed at the next try.
            if let Err(left) = transition::give_up(&path) {
                tracing::warn!("what was copied of the store stays for now: {left}");
            }
            return Err(error);
        }
        transition::filled(&path, Kind::Compacted)?;
        self.close();
        wait_closed(&path)?;
        transition::swap(&path, Kind::Compacted)?;
        let mut fresh = Self::open_existing(&path)?;
        if fresh.entries != self.entries || fresh.logs.len() != self.logs.len() {
            let why = format!("{} of {} entries are in the copy", fresh.entries, self.entries);
            drop(fresh);
            wait_closed(&path)?;
            transition::put_back(&path)?;
            return Err(StoreError::Damaged(why));
        }
        fresh.aside = std::mem::take(&mut self.aside);
        *self = fresh;
        transition::end(&path)
    }

    /// Copy what lives into a store in another folder, which must not be there yet, without some of what the node
    /// remembers. It is counted, flushed and closed when this returns.
    pub fn copy_to(&self, folder: &Path, without: &[&str]) -> Result<(), StoreError> {
        let of = self.trees()?;
        let fresh = Trees::open(folder)?;
        for (from, to) in of.all().into_iter().zip(fresh.all()) {
            let copied = copy(from, to)?;
            let there = to.iter().try_fold(0_u64, |count, item| item.map(|_| count + 1))?;
            if there != copied {
                return Err(StoreError::Damaged(format!("{there} of {copied} records are in the copy")));
            }
        }
        for key in without {
            fresh.meta.remove(key)?;
        }
        fresh.flush()?;
        drop(fresh);
        wait_closed(folder)
    }

    /// The folder in which it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.path
    }

    /// Bytes of the store's files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.trees.as_ref().map_or(0, |trees| trees.db.size_on_disk())
    }
}

fn copy(from: &Tree, to: &Tree) -> Result<u64, StoreError> {
    let (mut batch, mut waiting, mut copied) = (sled::Batch::default(), 0, 0);
    for item in from.iter() {
        let (key, value) = item?;
        batch.insert(key, value);
        waiting += 1;
        copied += 1;
        if waiting == BATCH {
            to.apply_batch(std::mem::take(&mut batch))?;
            waiting = 0;
        }
    }
    to.apply_batch(batch)?;
    Ok(copied)
}
