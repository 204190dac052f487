//! A copy of the data folder, taken while the node runs. It goes on in new epochs wherever it is restored (`place.rs`).

use crate::{
    api::{Failure, FailureCode, Outcome},
    daemon::{core::Core, vault},
};
use std::{io, path::Path};

/// The folder of the store in a data folder.
pub const STORE: &str = "store";

impl Core {
    /// Copy store and vault into a folder that is new or empty. The secrets stay sealed as they are: without them nobody
    /// could write on, or read what was sealed.
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
        vault::copy(folder, to).map_err(|error| failed(&folder.join(vault::FOLDER), error))?;
        Ok(Outcome::Done)
    }
}
