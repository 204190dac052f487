//! Looking after a damaged store, without a node on it.

use crate::{
    api::{Failure, FailureCode},
    daemon::STORE,
    ipc,
    store::{Salvaged, Store, StoreError},
};
use serde_json::json;
use std::{fs, io, path::Path};

/// The folder of the search index in a data folder: made anew from what is held.
const INDEX: &str = "index";

/// Look at the store of a data folder, and keep what can be read of a damaged one.
pub fn fsck(data: &Path) -> Result<Option<Salvaged>, Failure> {
    let store = data.join(STORE);
    if !store.is_dir() {
        return Err(Failure::invalid(format!("there is no store in the data folder {}", data.display())));
    }
    let held = || Failure::new(FailureCode::Busy, format!("a node runs on {}; stop it first", data.display()));
    if ipc::connect(data).is_ok_and(|client| client.is_some()) {
        return Err(held());
    }
    let salvaged = Store::salvage(&store).map_err(|error| match error {
        StoreError::Held(_) => held(),
        other => Failure::new(FailureCode::Io, other.to_string()),
    })?;
    if salvaged.is_some()
        && let Err(error) = fs::remove_dir_all(data.join(INDEX))
        && error.kind() != io::ErrorKind::NotFound
    {
        let why = format!("the search index {} cannot be removed: {error}", data.join(INDEX).display());
        return Err(Failure::new(FailureCode::Io, why));
    }
    Ok(salvaged)
}

/// What came of it, as text or JSON.
pub fn told(salvaged: Option<&Salvaged>, json: bool) -> String {
    match salvaged {
        None if json => format!("{}\n", json!({ "damaged": false })),
        None => "nothing is wrong: every entry can be read\n".to_owned(),
        Some(Salvaged { entries, without_payload, left_out, aside }) if json => {
            let told = json!({
                "damaged": true,
                "entries": entries,
                "without_payload": without_payload,
                "left_out": left_out,
                "aside": aside,
            });
            format!("{told}\n")
        }
        Some(Salvaged { entries, without_payload, left_out, aside }) => format!(
            "the store was damaged: {entries} entries are held, {without_payload} came without what they say, {left_out} could be read and lack what comes before them\n\
             what is missing comes back from other nodes; see `communaut-node territory list` for what is still followed\n\
             the damaged store lies in {}; when all is back, it can be removed\n",
            aside.display()
        ),
    }
}
