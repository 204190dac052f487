//! Looking after a damaged store, without a node on it.

use crate::{
    daemon::{RESTORING, STORE, salvage},
    failure::{Failure, FailureCode},
    folder_lock::{FolderLock, LockError, Purpose},
    store::{Salvaged, StoreError},
    vault,
};
use serde_json::json;
use std::path::Path;

/// Look at the store of a data folder, and keep what can be read of a damaged one. Where the store is
/// gone an empty one is begun.
pub fn fsck(data: &Path) -> Result<Option<Salvaged>, Failure> {
    if !data.join(STORE).is_dir() && !data.join(vault::FOLDER).is_dir() {
        return Err(Failure::invalid(format!("there is no store in the data folder {}", data.display())));
    }
    let busy = |why: String| Failure::new(FailureCode::Busy, why);
    let held = |who: &str| busy(format!("{who} runs on {}; stop it first", data.display()));
    let lock = FolderLock::take(data, Purpose::Fsck).map_err(|error| match error {
        LockError::Held(_, Some(who)) if who.purpose != Purpose::Node => {
            busy(format!("{who} works on {}; {} first", data.display(), who.advice()))
        }
        LockError::Held(_, holder) => held(&holder.map_or_else(|| "another process".to_owned(), |who| who.to_string())),
        LockError::Io(_, why) => Failure::new(FailureCode::Io, format!("{} cannot be held: {why}", data.display())),
    })?;
    if data.join(RESTORING).exists() {
        let why = format!("a restore into {} was broken off: give `communaut-node restore` again", data.display());
        return Err(Failure::invalid(why));
    }
    let salvaged = salvage(data).map_err(|error| match error {
        StoreError::Held(_) => held("another process"),
        other => Failure::new(FailureCode::Io, other.to_string()),
    })?;
    drop(lock);
    Ok(salvaged)
}

/// What came of it, as text or JSON.
pub fn told(salvaged: Option<&Salvaged>, json: bool) -> String {
    match salvaged {
        None if json => format!("{}\n", json!({ "damaged": false })),
        None => "nothing is wrong: every entry can be read\n".to_owned(),
        Some(Salvaged { entries, missing, without_payload, left_out, aside }) if json => {
            let told = json!({
                "damaged": true,
                "entries": entries,
                "missing": missing,
                "without_payload": without_payload,
                "left_out": left_out,
                "aside": aside,
            });
            format!("{told}\n")
        }
        Some(Salvaged { entries, aside: None, .. }) => format!(
            "the store was gone: an empty one lies in its place, with {entries} entries\n\
             what it held comes back from other nodes; its identity too, when the territories are followed again in \
             which it wrote\n"
        ),
        Some(Salvaged { entries, without_payload, left_out, aside: Some(aside), .. }) => format!(
            "the store was damaged: {entries} entries are held, {without_payload} came without what they say, \
             {left_out} could be read and lack what comes before them\n\
             what is missing comes back from other nodes; see `communaut-node territory list` for what is still \
             followed\n\
             the damaged store lies in {}; when all is back, it can be removed\n",
            aside.display()
        ),
    }
}
