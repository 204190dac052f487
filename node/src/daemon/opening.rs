//! The store of a data folder, opened by who holds the folder: what a crash cut off is finished, what is damaged is mended.

use super::vault;
use crate::{
    api::Trouble,
    files,
    store::{LOST, Salvaged, Store, StoreError, high_water::HighWater, transition},
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
pub(crate) fn open(folder: &Path) -> Result<Store, StoreError> {
    let path = folder.join(STORE);
    transition::settle(&path)?;
    let noted = HighWater::read(folder)?;
    if transition::is_there(&path) && noted.differs(&path)? {
        // Before the database opens it: that cuts off what it does not understand.
        tracing::warn!("the store in {} is not as it was left: every entry is looked at", path.display());
        salvage(folder)?;
    }
    let noted = HighWater::read(folder)?;
    if noted.files.is_some() {
        // From now on the files change.
        HighWater { files: None, ..noted.clone() }.write(folder)?;
    }
    let opened = match known(folder, &path) {
        Err(error @ StoreError::Missing(_)) => return Err(error),
        Err(error) if error.is_damage() => {
            wait_closed(folder)?;
            if transition::put_back(&path)? { known(folder, &path) } else { Err(error) }
        }
        done => done,
    };
    let store = match opened {
        Ok(store) if store.arrival() >= noted.arrival => store,
        Err(error) if !error.is_damage() => return Err(error),
        Ok(store) => {
            let missing = noted.entries.saturating_sub(store.entries());
            tracing::warn!("the store in {} ends at arrival {} of {}", path.display(), store.arrival(), noted.arrival);
            drop(store);
            wait_closed(folder)?;
            if salvage(folder)?.is_none() {
                // A crash kept the loss from being seen in time: what is there is kept, and all that is left of the rest.
                let aside = transition::copy_aside(&path)?;
                say_mended(&path, known(folder, &path)?.entries(), missing, Some(&aside))?;
            }
            known(folder, &path)?
        }
        Err(error) => {
            tracing::warn!("the store in {} is mended: {error}", path.display());
            wait_closed(folder)?;
            salvage(folder)?;
            known(folder, &path)?
        }
    };
    if let Err(error) = transition::end(&path) {
        // It is tried again with the next compaction, which is due as long as it lies there.
        tracing::warn!("the store before stays beside the one that took its place: {error}");
    }
    Ok(store)
}

/// Note how the store lies there after a clean stop, when nobody has it open any more.
pub(crate) fn seal(folder: &Path, noted: HighWater) -> Result<(), StoreError> {
    wait_closed(folder)?;
    noted.with_files(&folder.join(STORE))?.write(folder)
}

/// Wait until nobody reads the store of a folder any more.
pub(super) fn wait_closed(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(STORE);
    if transition::is_there(&path) { transition::wait_closed(&path) } else { Ok(()) }
}

fn known(folder: &Path, path: &Path) -> Result<Store, StoreError> {
    if folder.join(vault::FOLDER).is_dir() { Store::open_existing(path) } else { Store::open(path) }
}

/// Look at every entry of a store that nobody has open, and keep what can be read of a damaged one. None: nothing is wrong.
pub(crate) fn salvage(folder: &Path) -> Result<Option<Salvaged>, StoreError> {
    let path = folder.join(STORE);
    let salvaged = Store::salvage(&path)?;
    // Whatever is there now is all that there is.
    HighWater::default().write(folder)?;
    let index = folder.join(INDEX);
    if let Some(salvaged) = &salvaged {
        let failed = |why| StoreError::System(format!("cannot remove {}: {why}", index.display()));
        files::remove_folder(&index).map_err(failed)?;
        say_mended(&path, salvaged.entries, salvaged.missing, salvaged.aside.as_deref())?;
    }
    Ok(salvaged)
}

fn say_mended(path: &Path, entries: u64, missing: u64, aside: Option<&Path>) -> Result<(), StoreError> {
    let aside = aside.map_or_else(String::new, |aside| aside.display().to_string());
    let told = Trouble::Mended { entries, missing, aside };
    let bytes = serde_json::to_vec(&told).map_err(|error| StoreError::System(error.to_string()))?;
    let store = Store::open_existing(path)?;
    store.set_meta(MENDED, &bytes)?;
    store.flush()?;
    drop(store);
    transition::wait_closed(path)
}

/// That the store was mended is said for as long as the damaged one lies beside it.
pub(crate) fn told(store: &Store) -> Result<Option<Trouble>, StoreError> {
    let Some(bytes) = store.meta(MENDED)? else { return Ok(None) };
    match serde_json::from_slice(&bytes) {
        Ok(Trouble::Mended { aside, .. }) if aside.is_empty() || !Path::new(&aside).exists() => {}
        Ok(told) => return Ok(Some(told)),
        Err(error) => tracing::info!("what is remembered of a mended store is not understood: {error}"),
    }
    store.unset_meta(MENDED)?;
    Ok(None)
}

/// Whether everything that the store of this folder held was lost, its identity too.
pub(crate) fn is_lost(store: &Store) -> Result<bool, StoreError> {
    Ok(store.meta(LOST)?.is_some())
}
