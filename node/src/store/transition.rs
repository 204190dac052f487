//! How one store takes the place of another: the one way for compaction and salvage.
//!
//! Beside the store lie, for a moment, folders with names of their own. Each step is durable before the next, and only
//! who holds the data folder ([`crate::folder_lock`]) takes one.
//!
//! | step | what it does | what a crash after it leaves | what the next start does ([`settle`]) |
//! |---|---|---|---|
//! | `begin` | removes `.filling` | the store | nothing |
//! | (filling) | the caller fills `.filling`, counts and closes it | the store, a part | removes `.filling` |
//! | `filled` | flushes it; now `.compacted` or `.salvaged` | the store, a whole one | goes on with `swap` |
//! | `swap`, first | the store becomes `.old` or `.damaged-N` | a whole one, no store | makes that one the store |
//! | `swap`, second | the whole one becomes the store | the store, `.old` | opens the store, then `end` |
//! | (opening) | the caller opens the store and counts it | the same | the same |
//! | `end` | removes `.before`, then `.old` | the store | nothing; a `.before` that stays is marked as over |
//!
//! A store that a crash has left is copied to `.before` until the database has opened it and it has come as far as was
//! noted ([`super::high_water`]): what the database cuts off when it opens cannot be looked for afterwards.
//!
//! So at each moment a whole store lies under one of four names, and none is removed before another was opened. A fresh
//! store that was whole and does not open after all gives its place back to `.old` ([`put_back`]);
//! `.damaged-N` stays for its owner to look at. A store of another layout would be brought over by the same
//! steps: there has been none yet.
//!
//! Restoring and backing up take no store's place: they fill a folder that holds nothing, under a name that says that
//! it is not whole ([`crate::daemon`], `modules/node/backup.rs`, `cli/restore.rs`).

use super::{StoreError, error::failed};
use crate::files;
use std::path::{Path, PathBuf};

/// The folder that is being filled.
const FILLING: &str = ".filling";
/// A copy of a store that a crash has left, until the database has opened it: opening cuts off
/// what it does not understand.
const BEFORE: &str = ".before";
/// There while such a copy could not be removed though the store was opened: it is older than the store since.
const OVER: &str = ".before-over";
/// A store whose place another has taken.
const OLD: &str = ".old";
/// Damaged stores kept beside: whoever has more looks after them first.
const ASIDE_MAX: u32 = 100;
/// The file that sled makes first and never removes.
pub(crate) const DATABASE: &str = "db";

/// Why a store takes another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It holds what lives in the other, which goes.
    Compacted,
    /// It holds what could be read of the other, which is kept beside.
    Salvaged,
}

impl Kind {
    /// The name of the fresh store when it is whole.
    fn whole(self) -> &'static str {
        match self {
            Self::Compacted => ".compacted",
            Self::Salvaged => ".salvaged",
        }
    }
}

/// Whether a folder holds a store.
pub(crate) fn is_there(store: &Path) -> bool {
    store.join(DATABASE).is_file()
}

/// A name beside the store.
fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    store.with_file_name(name)
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    files::remove_folder(folder).map_err(failed("cannot remove", folder))
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    files::rename(from, to).map_err(failed("cannot rename", from))
}

/// Begin: gives the folder to fill, which is not there yet.
pub(crate) fn begin(store: &Path) -> Result<PathBuf, StoreError> {
    let filling = beside(store, FILLING);
    remove(&filling)?;
    Ok(filling)
}

/// Give up before `filled`: nothing has changed.
pub(crate) fn give_up(store: &Path) -> Result<(), StoreError> {
    remove(&beside(store, FILLING))
}

/// The fresh store is whole, and closed.
pub(crate) fn filled(store: &Path, kind: Kind) -> Result<(), StoreError> {
    let (filling, whole) = (beside(store, FILLING), beside(store, kind.whole()));
    files::flush_all(&filling).map_err(failed("cannot flush", &filling))?;
    rename(&filling, &whole)
}

/// The fresh store takes the place, the other having been closed. Gives where the other lies now, if it was there.
pub(crate) fn swap(store: &Path, kind: Kind) -> Result<Option<PathBuf>, StoreError> {
    let mut aside = None;
    if store.exists() {
        let to = match kind {
            Kind::Compacted => {
                let old = beside(store, OLD);
                // Of a compaction before, whose store has been opened since.
                remove(&old)?;
                old
            }
            Kind::Salvaged => free_aside(store)?,
        };
        rename(store, &to)?;
        aside = Some(to);
    }
    rename(&beside(store, kind.whole()), store)?;
    Ok(aside)
}

/// The store was opened and holds what it should.
pub(crate) fn end(store: &Path) -> Result<(), StoreError> {
    let (before, over) = (beside(store, BEFORE), beside(store, OVER));
    if before.exists() {
        // First, since a crash may leave a part of it. Not needed if it goes: the caller looks ([`before`]).
        if let Err(error) = files::replace(&over, b"") {
            tracing::debug!("that the copy of the store is over is not noted: {error}");
        }
        remove(&before)?;
    }
    files::remove_file(&over).map_err(failed("cannot remove", &over))?;
    remove(&beside(store, OLD))
}

/// The copy, if it is of the last crash, and not over.
pub(crate) fn before(store: &Path) -> Option<PathBuf> {
    let before = beside(store, BEFORE);
    (is_there(&before) && !beside(store, OVER).exists()).then_some(before)
}

/// Keep a copy of a store as a crash has left it. One of a start before that did not get through is the better one.
/// Where there is no room for it, it is done without.
pub(crate) fn keep_before(store: &Path) -> Result<(), StoreError> {
    let (copy, over) = (beside(store, BEFORE), beside(store, OVER));
    if over.exists() {
        if let Err(error) = remove(&copy) {
            tracing::warn!("an old copy of the store cannot be removed, so no new one is kept: {error}");
            return Ok(());
        }
        files::remove_file(&over).map_err(failed("cannot remove", &over))?;
    }
    if copy.exists() {
        return Ok(());
    }
    let filling = begin(store)?;
    match files::copy_folder(store, &filling) {
        Ok(()) => rename(&filling, &copy),
        Err(error) => {
            tracing::warn!("no copy of {} is kept while it is opened: {error}", store.display());
            remove(&filling)
        }
    }
}

/// The copy, if there is one, in place of what the database made of the store, which is kept beside.
pub(crate) fn bring_before(store: &Path) -> Result<(), StoreError> {
    if let Some(before) = before(store) {
        rename(store, &free_aside(store)?)?;
        rename(&before, store)?;
    }
    Ok(())
}

/// Whether the store whose place another took still lies beside it.
pub(crate) fn is_unfinished(store: &Path) -> bool {
    beside(store, OLD).exists() || beside(store, BEFORE).exists()
}

/// Finish what a crash cut off, before anything is opened.
pub(crate) fn settle(store: &Path) -> Result<(), StoreError> {
    let filling = beside(store, FILLING);
    if filling.exists() {
        remove(&filling)?;
    }
    for kind in [Kind::Compacted, Kind::Salvaged] {
        if is_there(&beside(store, kind.whole())) {
            tracing::info!(?kind, "a store that a crash kept from its place takes it now");
            swap(store, kind)?;
        }
    }
    for other in before(store).into_iter().chain([beside(store, OLD)]) {
        if !is_there(store) && is_there(&other) {
            if store.exists() {
                rename(store, &free_aside(store)?)?;
            }
            rename(&other, store)?;
        }
    }
    Ok(())
}

/// The store does not open, and the one whose place it took is still there: that one comes back. Gives whether it did.
pub(crate) fn put_back(store: &Path) -> Result<bool, StoreError> {
    let old = beside(store, OLD);
    if !is_there(&old) {
        return Ok(false);
    }
    let aside = free_aside(store)?;
    tracing::warn!("the store in {} does not open: the one before comes back", store.display());
    rename(store, &aside)?;
    rename(&old, store)?;
    Ok(true)
}

/// Copy a store that nobody has open to a name beside it, for its owner to look at.
pub(crate) fn copy_aside(store: &Path) -> Result<PathBuf, StoreError> {
    let (filling, aside) = (begin(store)?, free_aside(store)?);
    files::copy_folder(store, &filling).map_err(failed("cannot copy", store))?;
    rename(&filling, &aside)?;
    Ok(aside)
}

/// The names of damaged stores.
fn asides(store: &Path) -> impl Iterator<Item = PathBuf> {
    (1..=ASIDE_MAX).map(|n| beside(store, &format!(".damaged-{n}")))
}

/// Damaged stores that lie beside one.
pub(crate) fn damaged(store: &Path) -> Vec<PathBuf> {
    asides(store).filter(|aside| aside.exists()).collect()
}

/// A name for a damaged store.
fn free_aside(store: &Path) -> Result<PathBuf, StoreError> {
    asides(store).find(|aside| !aside.exists()).ok_or_else(|| {
        StoreError::System(format!("{ASIDE_MAX} damaged stores lie beside {} already: remove them", store.display()))
    })
}
