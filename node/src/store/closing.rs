//! A database that was closed: when it is.

use super::{LOCK_LOOK, StoreError, error::failed, transition::DATABASE};
use std::{
    fs::{File, TryLockError},
    path::Path,
    time::{Duration, Instant},
};

/// How long the last reader of a store is waited for that was closed.
const CLOSED_PATIENCE: Duration = Duration::from_secs(30);

/// sled's threads end a little after the last handle is dropped, and may write until then; somebody may still read what
/// is to be folded. sled's own lock on its file tells when nobody does.
pub(crate) fn wait_closed(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(DATABASE);
    let file = File::open(&path).map_err(failed("cannot open", &path))?;
    let until = Instant::now() + CLOSED_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(LOCK_LOOK),
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held(folder.to_owned())),
            Err(TryLockError::Error(why)) => return Err(failed("cannot lock", &path)(why)),
        }
    }
}
