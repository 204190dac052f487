//! Making a data folder from a backup.

use super::keys::{self, KeyArgs};
use crate::{
    Unlock,
    api::{Failure, FailureCode},
    daemon::{STORE, make_private},
    vault,
};
use std::{fs, io, path::Path};

/// Copy a backup to where a data folder is to be, and give what opens it. The node that opens it sees that it was moved.
pub fn restore(from: &Path, data: &Path, given: &KeyArgs) -> Result<Unlock, Failure> {
    if !from.join(STORE).is_dir() || !from.join(vault::FOLDER).is_dir() {
        let why = format!("{} is no backup: it has no {STORE}, or no {}", from.display(), vault::FOLDER);
        return Err(Failure::invalid(why));
    }
    if data.read_dir().is_ok_and(|mut items| items.next().is_some()) || data.is_file() {
        let why =
            format!("{} holds something already; give a new folder with --data, or move that one away", data.display());
        return Err(Failure::invalid(why));
    }
    // Before anything lies there: a wrong passphrase is not to be found out about afterwards.
    let unlock = given.unlock(from)?;
    vault::try_open(from, &unlock).map_err(|why| keys::failed(from, why))?;
    let failed = |error: io::Error| {
        Failure::new(FailureCode::Io, format!("{} was not restored to {}: {error}", from.display(), data.display()))
    };
    make_private(data).map_err(failed)?;
    vault::copy(from, data).and_then(|()| copy(&from.join(STORE), &data.join(STORE))).map_err(failed)?;
    Ok(unlock)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let target = to.join(item.file_name());
        if item.file_type()?.is_dir() {
            copy(&item.path(), &target)?;
        } else {
            fs::copy(item.path(), target)?;
        }
    }
    Ok(())
}
