//! The entries held, on disk. The only place that names sled, which is no longer developed: what
//! the rest of the node sees is this module's interface, so that it can be replaced in a day.
//!
//! Six trees with ordered keys: `headers` and `payloads` by (log key, sequence number, branch) apart from
//! each other, so that a payload can be erased while its log still verifies; `logs` (what is held of each) by
//! log key; `arrivals` by arrival number; `absent` (payloads still to come); `meta` for what the node remembers of itself.

mod append;
mod compact;
mod erase;
mod prune;
mod read;
mod record;
mod repair;
mod replica;
mod salvage;
#[cfg(test)]
mod tests;

pub use append::Placed;
pub use read::Reader;
pub use record::LogKey;
pub use salvage::Salvaged;

use communaut_protocol::{log::LogState, private::Arrivals, replication::message::Digest, scope::LogId};
use std::{
    collections::BTreeMap,
    io,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Bytes of sled's page cache. Its own default is 1 GB, too much for a Raspberry Pi.
pub const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// How long another holder's lock is waited for: sled's threads end a little after the last handle is dropped.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks at the lock.
const LOCK_LOOK: Duration = Duration::from_millis(25);
/// What the store remembers of its name.
const INSTANCE: &str = "instance";
/// Version of the layout of trees and keys.
const LAYOUT: &[u8] = b"3";
/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it.
    #[error("another process holds the data folder {0}")]
    Held(PathBuf),
    /// Written by a version of the program that this one does not know.
    #[error("the store in {0} has another layout than this version knows; export with the version that wrote it")]
    Layout(PathBuf),
    /// A file operation.
    #[error("the store failed: {what} {path}: {why}", path = path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        why: io::Error,
    },
    /// The disk, or sled.
    #[error("the store failed: {0}")]
    Sled(#[from] sled::Error),
    /// The database does not find its way in its own files.
    #[error("the store in {0} is damaged and does not open; `communaut-node fsck` keeps what can be read of it")]
    Unreadable(PathBuf),
    /// What is stored is not what was written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// The trees of the database.
#[derive(Debug, Clone)]
struct Trees {
    db: sled::Db,
    headers: sled::Tree,
    payloads: sled::Tree,
    logs: sled::Tree,
    arrivals: sled::Tree,
    absent: sled::Tree,
    meta: sled::Tree,
}

impl Trees {
    fn of(db: sled::Db) -> Result<Self, StoreError> {
        Ok(Self {
            headers: db.open_tree("headers")?,
            payloads: db.open_tree("payloads")?,
            logs: db.open_tree("logs")?,
            arrivals: db.open_tree("arrivals")?,
            absent: db.open_tree("absent")?,
            meta: db.open_tree("meta")?,
            db,
        })
    }
    fn all(&self) -> [&sled::Tree; 6] {
        [&self.headers, &self.payloads, &self.logs, &self.arrivals, &self.absent, &self.meta]
    }
}

/// The entries held. Writes are durable after [`Store::flush`].
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    trees: Trees,
    /// What is held of each log, in the order of log keys: about 250 B a log.
    logs: BTreeMap<LogKey, LogState>,
    entries: u64,
    arrival: u64,
    /// Arrivals that not every peer may know of.
    private: Arrivals,
    /// Of restatements that are not whole yet.
    aside: prune::Aside,
    instance: Digest,
    /// Whether logs were taken anew when it opened: entries may be gone that it once held.
    mended: bool,
}

impl Store {
    /// Open the store in a folder, or make it. What a crash cut off is put right.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        quietly(|| Self::open_there(path)).map_err(|error| match error {
            StoreError::Sled(sled::Error::Io(_)) => error,
            StoreError::Sled(_) | StoreError::Damaged(_) => {
                tracing::info!(%error, "the store does not open");
                StoreError::Unreadable(path.to_owned())
            }
            other => other,
        })
    }

    fn open_there(path: &Path) -> Result<Self, StoreError> {
        compact::settle(path)?;
        let trees = Trees::of(open_db(path)?)?;
        match trees.meta.get("layout")? {
            None => drop(trees.meta.insert("layout", LAYOUT)?),
            Some(held) if held == LAYOUT => {}
            Some(_) => return Err(StoreError::Layout(path.to_owned())),
        }
        let instance = instance_of(&trees)?;
        let mut store = Self {
            path: path.to_owned(),
            trees,
            logs: BTreeMap::new(),
            entries: 0,
            arrival: 0,
            private: Arrivals::default(),
            aside: prune::Aside::default(),
            instance,
            mended: false,
        };
        store.load_logs()?;
        store.load_private()?;
        Ok(store)
    }

    /// Take another name: the contents are no longer those that peers followed under this one.
    pub fn rename(&mut self) -> Result<(), StoreError> {
        self.trees.meta.remove(INSTANCE)?;
        self.instance = instance_of(&self.trees)?;
        Ok(())
    }
    /// Make everything written so far durable. Only then may it be acknowledged.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.trees.db.flush()?;
        Ok(())
    }

    /// What is held of a log.
    #[must_use]
    pub fn log(&self, log: &LogId) -> Option<&LogState> {
        self.logs.get(&log.key())
    }
    /// Entries held.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }
    /// Logs held.
    #[must_use]
    pub fn logs(&self) -> u64 {
        self.logs.len() as u64
    }
    /// Grows with whatever is stored: equal numbers, equal contents.
    #[must_use]
    pub fn arrival(&self) -> u64 {
        self.arrival
    }
    /// Arrivals that not every peer may know of.
    #[must_use]
    pub fn private_arrivals(&self) -> &Arrivals {
        &self.private
    }
    /// Something that the node remembers of itself.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.trees.meta.get(key)?.map(|bytes| bytes.to_vec()))
    }
    /// All that the node remembers under the beginning of a key.
    pub fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let found = self.trees.meta.scan_prefix(prefix).map(|item| {
            let (key, value) = item?;
            Ok((String::from_utf8_lossy(&key).into_owned(), value.to_vec()))
        });
        found.collect()
    }
    /// Whether logs were taken anew when it opened: entries may be gone that it once held.
    #[must_use]
    pub fn was_mended(&self) -> bool {
        self.mended
    }
    /// Forget something.
    pub fn unset_meta(&self, key: &str) -> Result<(), StoreError> {
        self.trees.meta.remove(key)?;
        Ok(())
    }
    /// Remember something.
    pub fn set_meta(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.trees.meta.insert(key, value)?;
        Ok(())
    }
}

/// The name of the contents: peers who have followed them go on from where they were. Random, once.
fn instance_of(trees: &Trees) -> Result<Digest, StoreError> {
    let held = trees.meta.get(INSTANCE)?.and_then(|held| held.as_ref().try_into().ok());
    let name = match held {
        Some(held) => held,
        None => {
            let fresh: [u8; 16] =
                crate::daemon::random().map_err(|error| StoreError::Damaged(format!("no randomness: {error}")))?;
            trees.meta.insert(INSTANCE, &fresh)?;
            fresh
        }
    };
    Ok(Digest(name))
}

/// Held while [`quietly`] runs: what a panic prints is one thing of the whole process.
static QUIET: Mutex<()> = Mutex::new(());

/// Run something on a database that may be damaged. sled finds some damage by a panic: that becomes an error, and prints
/// nothing. Must not be nested.
fn quietly<T>(run: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let _one = QUIET.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(before);
    done.unwrap_or_else(|_| Err(StoreError::Damaged("the database gave up".into())))
}

/// Open the database. A node that has just stopped gives its lock back a moment later: that is waited for.
fn open_db(path: &Path) -> Result<sled::Db, StoreError> {
    let start = Instant::now();
    loop {
        let opened = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .mode(sled::Mode::HighThroughput)
            // Every acknowledged write is flushed by hand; this only bounds what a crash can lose of the rest.
            .flush_every_ms(Some(1_000))
            .open();
        match opened {
            Ok(db) => return Ok(db),
            Err(sled::Error::Io(io)) if io.kind() == io::ErrorKind::WouldBlock || io.to_string().contains("lock") => {
                if start.elapsed() > LOCK_PATIENCE {
                    return Err(StoreError::Held(path.to_owned()));
                }
                std::thread::sleep(LOCK_LOOK);
            }
            Err(other) => return Err(StoreError::Sled(other)),
        }
    }
}
