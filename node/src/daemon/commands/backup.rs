//! A copy of the data folder, taken while the node runs. It goes on in new epochs wherever it is restored (`place.rs`).

use crate::{
    api::{Failure, FailureCode, Outcome},
    daemon::{core::Core, private::KEYRING},
};
use std::{fs, io, path::Path};

/// What a backup holds beside the store: without its keys nobody could write on.
pub const KEPT: [&str; 1] = ["keys.json"];
/// What it holds besides, where there is such a thing: without its keyring nobody could read what was sealed.
pub const KEPT_IF_THERE: [&str; 1] = [KEYRING];
/// The folder of the store in a data folder.
pub const STORE: &str = "store";

impl Core {
    /// Copy store and keys into a folder that is new or empty.
    pub(super) fn backup(&mut self, to: &Path) -> Result<Outcome, Failure> {
        let failed = |path: &Path, error: io::Error| {
            Failure::new(FailureCode::Io, format!("the backup failed: {}: {error}", path.display()))
        };
        if to.read_dir().is_ok_and(|mut items| items.next().is_some()) || to.is_file() {
            let why = format!("{} is there already; give a new or empty folder", to.display());
            return Err(Failure::invalid(why));
        }
        crate::daemon::make_private(to).map_err(|error| failed(to, error))?;
        self.store.flush().and_then(|()| self.store.copy_to(&to.join(STORE))).map_err(|error| {
            Failure::new(FailureCode::Io, format!("the backup into {} failed: {error}", to.display()))
        })?;
        let Some(folder) = self.store.folder().parent() else {
            return Err(Failure::internal("the store lies in no folder"));
        };
        let there = KEPT_IF_THERE.into_iter().filter(|name| folder.join(name).is_file());
        for name in KEPT.into_iter().chain(there) {
            // With its permissions: for its user alone.
            fs::copy(folder.join(name), to.join(name)).map_err(|error| failed(&folder.join(name), error))?;
        }
        Ok(Outcome::Done)
    }
}
