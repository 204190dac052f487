//! The entries held, on disk. The only place that names sled, which is no longer developed: what
//! the rest of the node sees is this module's interface, so that it can be replaced in a day.
//!
//! Six trees with ordered keys: `headers` and `payloads` by (log key, sequence number, branch) apart from
//! each other, so that a payload can be erased while its log still verifies; `logs` (what is held of each) by
//! log key; `arrivals` by arrival number; `absent` (payloads still to come); `meta` for what
//! the node remembers of itself.

mod append;
pub(crate) mod closing;
mod compact;
mod durable;
mod erase;
mod error;
pub(crate) mod high_water;
mod prune;
mod read;
mod record;
mod repair;
mod replica;
mod room;
mod salvage;
#[cfg(test)]
mod tests;
pub(crate) mod transition;
mod tree;

pub use append::Placed;
pub(crate) use append::Reads;
pub use error::StoreError;
pub use read::Reader;
pub use record::LogKey;
pub use salvage::Salvaged;
pub(crate) use salvage::{LOST, Looked, PLACE};

use crate::files;
use communaut_protocol::{
    log::LogState,
    private::Arrivals,
    replication::{message::Digest, table::LogTable},
    scope::LogId,
};
use durable::Durable;
use room::DiskRoom;
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tree::{Database, Tree, Watch, quietly};

/// Bytes of sled's page cache. Its own default is 1 GB, too much for a Raspberry Pi.
pub const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// How long another holder's lock is waited for: sled's threads end a little after the last handle is dropped.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks at the lock.
const LOCK_LOOK: Duration = Duration::from_millis(25);
/// What the store remembers of its name.
const INSTANCE: &str = "instance";
/// Version of the layout of trees and keys.
const LAYOUT: &[u8] = b"6";
/// Trees of the database.
const TREES: usize = 6;

/// The trees of the database.
#[derive(Debug)]
struct Trees {
    db: Database,
    durable: Durable,
    room: DiskRoom,
    watch: Watch,
    headers: Tree,
    payloads: Tree,
    logs: Tree,
    arrivals: Tree,
    absent: Tree,
    meta: Tree,
}

impl Trees {
    /// Open the database in a folder, or make it.
    fn open(folder: &Path) -> Result<Self, StoreError> {
        let watch = Watch::default();
        let db = Database::new(open_db(folder)?, &watch);
        let tree = |name| db.tree(name);
        let [headers, payloads, logs] = [tree("headers")?, tree("payloads")?, tree("logs")?];
        let [arrivals, absent, meta] = [tree("arrivals")?, tree("absent")?, tree("meta")?];
        let durable = Durable::of(folder)?;
        let room = DiskRoom::of(folder);
        Ok(Self { headers, payloads, logs, arrivals, absent, meta, db, durable, room, watch })
    }
    fn all(&self) -> [&Tree; TREES] {
        [&self.headers, &self.payloads, &self.logs, &self.arrivals, &self.absent, &self.meta]
    }
    fn flush(&self) -> Result<(), StoreError> {
        self.db.flush()?;
        self.durable.flush().map_err(|error| self.watch.note(error))?;
        self.room.flushed();
        Ok(())
    }
    /// So many bytes are to be written: refused where the disk has no room for them.
    fn take_room(&self, bytes: u64) -> Result<(), StoreError> {
        self.room.take(bytes).map_err(|error| self.watch.note(error))
    }
}

/// The entries held. Writes are durable after [`Store::flush`].
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// None while another store takes its place.
    trees: Option<Trees>,
    /// What is held of each log, in the order of log keys.
    logs: LogTable,
    entries: u64,
    arrival: u64,
    /// Arrivals that not every peer may know of.
    private: Arrivals,
    /// Of restatements that are not whole yet.
    aside: prune::Aside,
    instance: Digest,
    mended: Mended,
}

/// What was put right when a store opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mended {
    /// Whether logs were taken anew: entries may be gone that were once held.
    pub any: bool,
    /// Logs that had been longer: they must not be written on, or their lost ends would be said in another way.
    pub shrunk: Vec<LogKey>,
}

impl Store {
    /// Open the store in a folder, or make it. What a crash cut off is put right.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        quietly(|| Self::open_there(path)).map_err(|error| {
            if error.is_damage() {
                tracing::info!(%error, "the store does not open");
                StoreError::Unreadable(path.to_owned())
            } else {
                error
            }
        })
    }

    /// Open a store that must be there: nothing is made in its place.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        if transition::is_there(path) { Self::open(path) } else { Err(StoreError::Missing(path.to_owned())) }
    }

    fn open_there(path: &Path) -> Result<Self, StoreError> {
        files::make_private_folder(path).map_err(error::failed("cannot make", path))?;
        let trees = Trees::open(path)?;
        match trees.meta.get("layout")? {
            None if trees.headers.iter().next().is_some() => {
                return Err(StoreError::Damaged("its layout is not said".into()));
            }
            None => trees.meta.insert("layout", LAYOUT)?,
            Some(held) if held == LAYOUT => {}
            Some(_) => return Err(StoreError::Layout(path.to_owned())),
        }
        let instance = instance_of(&trees)?;
        let mut store = Self {
            path: path.to_owned(),
            trees: Some(trees),
            logs: LogTable::default(),
            entries: 0,
            arrival: 0,
            private: Arrivals::default(),
            aside: prune::Aside::default(),
            instance,
            mended: Mended::default(),
        };
        store.load_logs()?;
        store.load_private()?;
        Ok(store)
    }

    fn trees(&self) -> Result<&Trees, StoreError> {
        self.trees.as_ref().ok_or(StoreError::Closed)
    }

    /// Let go of the files: from now on nothing is read or written, until another store is opened.
    pub fn close(&mut self) {
        self.trees = None;
    }
    /// Whether it can be read.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.trees.is_some()
    }
    /// Remember an error that was not the database's.
    fn noted(&self, error: StoreError) -> StoreError {
        match &self.trees {
            Some(trees) => trees.watch.note(error),
            None => error,
        }
    }
    /// What went wrong first since it was opened, whoever noticed.
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.trees.as_ref().and_then(|trees| trees.watch.failure())
    }

    /// Take another name: the contents are no longer those that peers followed under this one.
    pub fn rename(&mut self) -> Result<(), StoreError> {
        self.trees()?.meta.remove(INSTANCE)?;
        self.instance = instance_of(self.trees()?)?;
        Ok(())
    }
    /// Make everything written so far durable. Only then may it be acknowledged.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.trees()?.flush()
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
    /// Keys in each tree. Reads all of them: 100,000 entries take about a tenth of a second.
    fn counts(&self) -> Result<[u64; TREES], StoreError> {
        let mut counts = [0; TREES];
        for (count, tree) in counts.iter_mut().zip(self.trees()?.all()) {
            for pair in tree.iter() {
                pair?;
                *count += 1;
            }
        }
        Ok(counts)
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
        Ok(self.trees()?.meta.get(key)?.map(|bytes| bytes.to_vec()))
    }
    /// All that the node remembers under the beginning of a key.
    pub fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let found = self.trees()?.meta.scan_prefix(prefix).map(|item| {
            let (key, value) = item?;
            Ok((String::from_utf8_lossy(&key).into_owned(), value.to_vec()))
        });
        found.collect()
    }
    /// What was put right when it opened.
    #[must_use]
    pub fn mended(&self) -> &Mended {
        &self.mended
    }
    /// Forget something.
    pub fn unset_meta(&self, key: &str) -> Result<(), StoreError> {
        self.trees()?.meta.remove(key)
    }
    /// Remember much at once.
    pub fn set_metas(&self, pairs: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let trees = self.trees()?;
        trees.take_room(pairs.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum())?;
        let mut batch = sled::Batch::default();
        pairs.iter().for_each(|(key, value)| batch.insert(key.as_bytes(), value.as_slice()));
        trees.meta.apply_batch(batch)
    }
    /// Remember something.
    pub fn set_meta(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let trees = self.trees()?;
        trees.take_room((key.len() + value.len()) as u64)?;
        trees.meta.insert(key, value)
    }
}

/// The name of the contents: peers who have followed them go on from where they were. Random, once.
fn instance_of(trees: &Trees) -> Result<Digest, StoreError> {
    let held = trees.meta.get(INSTANCE)?.and_then(|held| held.as_ref().try_into().ok());
    let name = match held {
        Some(held) => held,
        None => {
            let fresh: [u8; 16] = crate::entropy::random().map_err(|error| StoreError::System(error.to_string()))?;
            trees.meta.insert(INSTANCE, &fresh[..])?;
            fresh
        }
    };
    Ok(Digest(name))
}

/// A snapshot that sled did not finish, on a full disk perhaps, keeps it from opening; it is derived, and made anew.
fn forget_unfinished(path: &Path) -> Result<(), StoreError> {
    let items = match std::fs::read_dir(path) {
        Ok(items) => items,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error::failed("cannot read", path)(error)),
    };
    for item in items {
        let item = item.map_err(error::failed("cannot read", path))?.path();
        if item.extension().is_some_and(|ending| ending == "generating") {
            files::remove_file(&item).map_err(error::failed("cannot remove", &item))?;
        }
    }
    Ok(())
}

/// Open the database. A node that has just stopped gives its lock back a moment later: that is waited for.
fn open_db(path: &Path) -> Result<sled::Db, StoreError> {
    let start = Instant::now();
    loop {
        forget_unfinished(path)?;
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
