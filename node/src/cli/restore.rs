//! Making a data folder from a backup.

use super::keys::{self, KeyArgs};
use crate::{
    Unlock,
    daemon::{RESTORING, STORE},
    failure::{Failure, FailureCode},
    files,
    folder_lock::{self, FolderLock, LockError, Purpose},
    store::transition,
    streets, vault,
};
use std::{io, path::Path};

/// What lies in a data folder that holds nothing yet.
const NOTHING: [&str; 1] = [folder_lock::FILE];

/// Copy a backup to where a data folder is to be, and give what opens it. The node that opens it sees that it was
/// moved. A restore that broke off is begun anew.
pub fn restore(from: &Path, data: &Path, given: &KeyArgs) -> Result<Unlock, Failure> {
    if !transition::is_there(&from.join(STORE)) || !from.join(vault::FOLDER).is_dir() {
        let why = format!("{} is no backup: it has no {STORE}, or no {}", from.display(), vault::FOLDER);
        return Err(Failure::invalid(why));
    }
    let failed = |error: io::Error| {
        Failure::new(FailureCode::Io, format!("{} was not restored to {}: {error}", from.display(), data.display()))
    };
    let refused = || {
        let why =
            format!("{} holds something already; give a new folder with --data, or move that one away", data.display());
        Failure::invalid(why)
    };
    if files::is_within(data, from) || files::is_within(from, data) {
        let why =
            format!("{} and {} lie in one another; give a new folder with --data", data.display(), from.display());
        return Err(Failure::invalid(why));
    }
    if data.is_file() || holds_something(data) {
        return Err(refused());
    }
    // Before anything lies there: a wrong passphrase is not to be found out about afterwards.
    let unlock = given.unlock(from)?;
    vault::try_open(from, &unlock).map_err(|why| keys::failed(from, why))?;
    // What a node runs on changes while it is copied. A backup has no lock, and lies perhaps where none can be made.
    let _source = match from.join(folder_lock::FILE).exists().then(|| FolderLock::take(from, Purpose::Restore)) {
        Some(Err(error @ LockError::Held(..))) => return Err(busy(&error)),
        Some(Ok(lock)) => Some(lock),
        Some(Err(LockError::Io(..))) | None => None,
    };
    files::make_folder(data).map_err(failed)?;
    let _lock = FolderLock::take(data, Purpose::Restore).map_err(|error| busy(&error))?;
    let unfinished = data.join(RESTORING);
    if unfinished.exists() {
        for part in [STORE, vault::FOLDER, streets::FOLDER] {
            files::remove_folder(&data.join(part)).map_err(failed)?;
        }
    } else if holds_something(data) {
        return Err(refused());
    }
    files::replace(&unfinished, b"").map_err(failed)?;
    vault::copy(from, data).and_then(|()| files::copy_folder(&from.join(STORE), &data.join(STORE))).map_err(failed)?;
    streets::copy(from, data).map_err(failed)?;
    files::remove_file(&unfinished).map_err(failed)?;
    Ok(unlock)
}

fn holds_something(data: &Path) -> bool {
    let Ok(items) = data.read_dir() else { return false };
    let names: Vec<_> = items.filter_map(Result::ok).map(|item| item.file_name()).collect();
    let unfinished = names.iter().any(|name| name == RESTORING);
    !unfinished && names.iter().any(|name| !NOTHING.iter().any(|nothing| name == nothing))
}

fn busy(error: &LockError) -> Failure {
    let code = if matches!(error, LockError::Held(..)) { FailureCode::Busy } else { FailureCode::Io };
    Failure::new(code, error.to_string())
}
