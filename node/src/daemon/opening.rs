//! The store of a data folder, opened by who holds the folder: what a crash cut off is
//! finished, what is damaged is mended.

use super::vault;
use crate::{
    files,
    snapshot::Trouble,
    store::{
        LOST, Looked, PLACE as SALVAGED_PLACE, Salvaged, Store, StoreError, closing, high_water::HighWater, transition,
    },
};
use std::path::Path;

/// The folder of the store in a data folder.
pub(crate) const STORE: &str = "store";
/// The folder of the search index.
pub(crate) const INDEX: &str = "index";
/// There while a backup is being brought back: what lies beside it is not whole.
pub(crate) const RESTORING: &str = "restoring";
/// What the store remembers of having been mended.
const MENDED: &str = "mended";

/// Open the store of a data folder. It is made where there are no keys yet; where there are, it must be there.
///
/// The database cuts off what it does not understand when it opens, so damage has to be seen before: by the hash of a
/// clean stop. After a crash there is none: then a copy is kept until what opened has come as far as it had.
pub(crate) fn open(folder: &Path) -> Result<Store, StoreError> {
    let path = folder.join(STORE);
    refuse_link(&path)?;
    transition::settle(&path)?;
    let mut noted = HighWater::read(folder)?;
    if transition::is_there(&path) {
        if noted.differs(&path)? {
            tracing::warn!("the store in {} is not as it was left: every entry is looked at", path.display());
            mend(folder, &noted)?;
            noted = HighWater::read(folder)?;
        } else if noted.files.is_none() && noted.arrival > 0 {
            transition::keep_before(&path)?;
        }
    }
    let clean = noted.files.take().is_some();
    if clean {
        // From now on the files change.
        noted.trees = None;
        noted.write(folder)?;
    }
    let opened = match known(folder, &path) {
        Err(error) if error.is_damage() && !matches!(error, StoreError::Missing(_)) => {
            wait_closed(folder)?;
            if transition::put_back(&path)? { known(folder, &path) } else { Err(error) }
        }
        done => done,
    };
    let wrong = match &opened {
        Ok(store) if store.arrival() < noted.arrival => {
            Some(format!("it ends at arrival {} of {}", store.arrival(), noted.arrival))
        }
        // After a clean stop the hash has told that nothing is amiss.
        // What a crash cuts off is nothing that a log names, so a log that is less than its record has lost something.
        Ok(store) if !clean && !store.mended().shrunk.is_empty() => Some("logs are shorter than they were".into()),
        Ok(store) if !clean => match store.is_complete() {
            Ok(true) => None,
            Ok(false) => Some("entries are gone from it".into()),
            Err(error) => Some(error.to_string()),
        },
        Ok(_) => None,
        Err(error) if !error.is_damage() || matches!(error, StoreError::Missing(_)) => None,
        Err(error) => Some(error.to_string()),
    };
    let store = match (opened, wrong) {
        (opened, None) => opened?,
        (damaged, Some(why)) => {
            tracing::warn!("the store in {} is mended: {why}", path.display());
            drop(damaged);
            wait_closed(folder)?;
            transition::bring_before(&path)?;
            mend(folder, &noted)?;
            known(folder, &path)?
        }
    };
    if let Err(error) = transition::end(&path) {
        if transition::before(&path).is_some() {
            // It would pass for a copy of this start at the next one.
            return Err(error);
        }
        // It is tried again with the next compaction, which is due as long as it lies there.
        tracing::warn!("the store before stays beside the one that took its place: {error}");
    }
    if store.meta(LOST)?.is_some() && !folder.join(vault::FOLDER).is_dir() {
        // A first start that broke off before it made keys: nobody has lost anything.
        store.unset_meta(LOST)?;
    }
    Ok(store)
}

/// A link would be given another name in place of the folder to which it leads, and what is erased would stay there.
fn refuse_link(path: &Path) -> Result<(), StoreError> {
    if path.is_symlink() {
        let why = format!(
            "{} is a link: move the whole data folder to where there is room, and name it with --data",
            path.display()
        );
        return Err(StoreError::System(why));
    }
    Ok(())
}

/// Note how the store lies there after a clean stop, when nobody has it open any more.
pub(crate) fn seal(folder: &Path, noted: HighWater) -> Result<(), StoreError> {
    wait_closed(folder)?;
    noted.with_files(&folder.join(STORE))?.write(folder)
}

/// Wait until nobody reads the store of a folder any more.
pub(crate) fn wait_closed(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(STORE);
    if transition::is_there(&path) { closing::wait_closed(&path) } else { Ok(()) }
}

fn known(folder: &Path, path: &Path) -> Result<Store, StoreError> {
    if folder.join(vault::FOLDER).is_dir() { Store::open_existing(path) } else { Store::open(path) }
}

/// Look at every entry of a store that nobody has open, and keep what can be read of a damaged
/// one. None: nothing is wrong.
pub(crate) fn salvage(folder: &Path) -> Result<Option<Salvaged>, StoreError> {
    refuse_link(&folder.join(STORE))?;
    let noted = HighWater::read(folder)?;
    mend(folder, &noted)
}

/// As [`salvage`]; a store that has come less far than was noted is damaged, whatever can be read of it.
fn mend(folder: &Path, noted: &HighWater) -> Result<Option<Salvaged>, StoreError> {
    let path = folder.join(STORE);
    let salvaged = match Store::salvage(&path, noted)? {
        Looked::Mended(salvaged) => {
            say_mended(&path, salvaged.entries, salvaged.missing, salvaged.aside.as_deref())?;
            let index = folder.join(INDEX);
            let failed = |why| StoreError::System(format!("cannot remove {}: {why}", index.display()));
            files::remove_folder(&index).map_err(failed)?;
            Some(salvaged)
        }
        Looked::Whole { arrival, entries } if arrival < noted.arrival => {
            // What is there is kept, and all that is left of the rest.
            let (aside, missing) = (transition::copy_aside(&path)?, noted.entries.saturating_sub(entries));
            say_mended(&path, entries, missing, Some(&aside))?;
            Some(Salvaged { entries, missing, without_payload: 0, left_out: 0, aside: Some(aside) })
        }
        // As it should be: what is noted stays.
        Looked::Whole { .. } => return Ok(None),
    };
    // Whatever is there now is all that there is. Last: a crash before this looks at everything again.
    HighWater::default().write(folder)?;
    Ok(salvaged)
}

/// Logs that lost their ends must not be written on, so the next start takes the folder for one that was moved.
fn say_mended(path: &Path, entries: u64, missing: u64, aside: Option<&Path>) -> Result<(), StoreError> {
    let aside = aside.map_or_else(String::new, |aside| aside.display().to_string());
    let told = Trouble::Mended { entries, missing, aside };
    let bytes = serde_json::to_vec(&told).map_err(|error| StoreError::System(error.to_string()))?;
    let store = Store::open_existing(path)?;
    store.set_meta(MENDED, &bytes)?;
    store.set_meta(SALVAGED_PLACE, b"salvaged")?;
    // What salvage put together may hold what was dropped on the way.
    store.set_to_compact()?;
    store.flush()?;
    drop(store);
    closing::wait_closed(path)
}

/// That the store was mended is said for as long as a damaged one lies beside it.
pub(crate) fn told(store: &Store) -> Result<Option<Trouble>, StoreError> {
    let Some(bytes) = store.meta(MENDED)? else { return Ok(None) };
    match serde_json::from_slice(&bytes) {
        Ok(Trouble::Mended { entries, missing, aside }) => {
            let there = transition::damaged(store.folder());
            // The last one may be gone, and one of an earlier mending not.
            let last = there.iter().find(|path| path.as_path() == Path::new(&aside)).or(there.first());
            if let Some(aside) = last {
                return Ok(Some(Trouble::Mended { entries, missing, aside: aside.display().to_string() }));
            }
        }
        Ok(other) => tracing::info!("what is remembered of a mended store is something else: {other}"),
        Err(error) => tracing::info!("what is remembered of a mended store is not understood: {error}"),
    }
    store.unset_meta(MENDED)?;
    Ok(None)
}

/// Whether everything that the store of this folder held was lost, its identity too.
pub(crate) fn is_lost(store: &Store) -> Result<bool, StoreError> {
    Ok(store.meta(LOST)?.is_some())
}
