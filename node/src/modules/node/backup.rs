//! A copy of the data folder, taken while the node runs. It goes on in new epochs wherever it is restored
//! (`folder_origin.rs`).

use crate::{
    daemon::{STORE, replica::Replica, vault},
    failure::{Failure, FailureCode},
    files,
    modules::Done,
    streets,
};
use std::{io, path::Path};

/// The store of a backup until all of the backup is there: without a store it is none, and nobody restores it.
const UNFINISHED: &str = "store.unfinished";

impl Replica {
    /// Copy store, vault and street maps into a folder that is new or empty. The secrets stay sealed as they are:
    /// without them nobody could write on, or read what was sealed.
    pub(crate) fn backup(&mut self, to: &Path) -> Result<Done, Failure> {
        if to.read_dir().is_ok_and(|mut items| items.next().is_some()) || to.is_file() {
            let why = format!("{} is there already; give a new or empty folder", to.display());
            return Err(Failure::invalid(why));
        }
        let Some(folder) = self.store.folder().parent().map(Path::to_owned) else {
            return Err(Failure::internal("the store lies in no folder"));
        };
        if files::is_within(to, &folder) {
            let why = format!("{} lies in the data folder itself; give a folder elsewhere", to.display());
            return Err(Failure::invalid(why));
        }
        self.copy_all(&folder, to).map(|()| Done).map_err(|why| {
            // Empty again, it can be tried again: what lies there was made here.
            for left in [UNFINISHED, vault::FOLDER, streets::FOLDER] {
                if let Err(error) = files::remove_folder(&to.join(left)) {
                    tracing::warn!("a backup that failed leaves {} behind: {error}", to.join(left).display());
                }
            }
            Failure::new(FailureCode::Io, format!("the backup into {} failed: {why}", to.display()))
        })
    }

    fn copy_all(&mut self, folder: &Path, to: &Path) -> Result<(), String> {
        let told = |error: io::Error| error.to_string();
        files::make_private_folder(to).map_err(told)?;
        let unfinished = to.join(UNFINISHED);
        self.store.flush().and_then(|()| self.store.copy_to(&unfinished, &[])).map_err(|error| error.to_string())?;
        vault::copy(folder, to).map_err(|error| format!("{}: {error}", folder.join(vault::FOLDER).display()))?;
        streets::copy(folder, to).map_err(|error| format!("{}: {error}", folder.join(streets::FOLDER).display()))?;
        files::flush_all(&unfinished).map_err(told)?;
        files::rename(&unfinished, &to.join(STORE)).map_err(told)
    }
}
