//! Making a data folder from a backup.

use crate::{
    api::{Failure, FailureCode},
    daemon::{KEPT, KEPT_IF_THERE, STORE, make_private},
};
use std::{fs, io, path::Path};

/// Copy a backup to where a data folder is to be. The node that opens it sees that it was moved.
pub fn restore(from: &Path, data: &Path) -> Result<(), Failure> {
    if !from.join(STORE).is_dir() || KEPT.iter().any(|name| !from.join(name).is_file()) {
        let why = format!("{} is no backup: it has no {STORE}, or no {}", from.display(), KEPT.join(", "));
        return Err(Failure::invalid(why));
    }
    if data.read_dir().is_ok_and(|mut items| items.next().is_some()) || data.is_file() {
        let why =
            format!("{} holds something already; give a new folder with --data, or move that one away", data.display());
        return Err(Failure::invalid(why));
    }
    let failed = |error: io::Error| {
        Failure::new(FailureCode::Io, format!("{} was not restored to {}: {error}", from.display(), data.display()))
    };
    make_private(data).map_err(failed)?;
    let there = KEPT_IF_THERE.iter().filter(|name| from.join(name).is_file());
    let copied = KEPT
        .iter()
        .chain(there)
        .try_for_each(|name| fs::copy(from.join(name), data.join(name)).map(drop))
        .and_then(|()| copy(&from.join(STORE), &data.join(STORE)));
    copied.map_err(failed)
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
