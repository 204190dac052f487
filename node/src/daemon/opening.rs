//! The store of a data folder, opened by who holds the folder: what a crash cut off is finished, what is damaged is mended.

use super::vault;
use crate::{
    api::Trouble,
    files,
    store::{LOST, Salvaged, Store, StoreError, high_water, transition},
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
    let opened = match known(folder, &path) {
        Err(error @ StoreError::Missing(_)) => return Err(error),
        Err(error) if error.is_damage() => {
            if transition::put_back(&path)? {
                known(folder, &path)
            } else {
                Err(error)
            }
        }
        done => done,
    };
    let store = match opened {
        Ok(store) if store.arrival() >= high_water::read(folder)? => store,
        Err(error) if !error.is_damage() => return Err(error),
        damaged => {
            let why = match &damaged {
                Ok(store) => format!("it ends at arrival {}", store.arrival()),
                Err(error) => error.to_string(),
            };
            tracing::warn!("the store in {} is mended: {why}", path.display());
            // Let go of the files.
            drop(damaged);
            salvage(folder)?;
            known(folder, &path)?
        }
    };
    transition::end(&path)?;
    Ok(store)
}

fn known(folder: &Path, path: &Path) -> Result<Store, StoreError> {
    if folder.join(vault::FOLDER).is_dir() { Store::open_existing(path) } else { Store::open(path) }
}

/// Look at every entry of a store that nobody has open, and keep what can be read of a damaged one. None: nothing is wrong.
pub(crate) fn salvage(folder: &Path) -> Result<Option<Salvaged>, StoreError> {
    let path = folder.join(STORE);
    let salvaged = Store::salvage(&path)?;
    // Whatever is there now is all that there is.
    high_water::write(folder, 0)?;
    let index = folder.join(INDEX);
    if let Some(salvaged) = &salvaged {
        files::remove_folder(&index).map_err(|why| StoreError::System(format!("cannot remove {}: {why}", index.display())))?;
        let store = Store::open_existing(&path)?;
        let told = Trouble::Mended {
            entries: salvaged.entries,
            missing: salvaged.missing,
            aside: salvaged.aside.as_ref().map_or_else(String::new, |aside| aside.display().to_string()),
        };
        let bytes = serde_json::to_vec(&told).map_err(|error| StoreError::System(error.to_string()))?;
        store.set_meta(MENDED, &bytes)?;
        store.flush()?;
    }
    Ok(salvaged)
}

/// That the store was mended is said for as long as the damaged one lies beside it.
pub(super) fn told(store: &Store) -> Result<Option<Trouble>, StoreError> {
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
pub(super) fn is_lost(store: &Store) -> Result<bool, StoreError> {
    Ok(store.meta(LOST)?.is_some())
}
