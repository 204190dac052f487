//! The entries held, on disk. The only place that names sled, which is no longer developed: what
//! the rest of the node sees is this module's interface, so that it can be replaced in a day.
//!
//! Five trees with ordered keys: `headers` and `payloads` by (log key, sequence number) apart from
//! each other, so that a payload can be erased while its log still verifies; `heads` by log key;
//! `arrivals` by arrival number; `meta` for what the node remembers of itself.

mod read;
mod repair;
#[cfg(test)]
mod tests;

pub use read::Reader;

use communaut_protocol::{
    Entry,
    entry::{AppendError, Head, check_append},
    ids::EntryId,
    scope::{LOG_KEY_LEN, LogId},
};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Bytes of sled's page cache. Its own default is 1 GB, too much for a Raspberry Pi.
pub const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// How long another holder's lock is waited for: sled's threads end a little after the last handle is dropped.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks at the lock.
const LOCK_LOOK: Duration = Duration::from_millis(25);
/// Version of the layout of trees and keys.
const LAYOUT: &[u8] = b"1";
/// Bytes of the key of an entry: the log's key and its sequence number.
const ENTRY_KEY_LEN: usize = LOG_KEY_LEN + 8;

/// The key of a log, in whose order replicas compare.
pub type LogKey = [u8; LOG_KEY_LEN];

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it.
    #[error("another process holds the data folder {0}")]
    Held(PathBuf),
    /// Written by a version of the program that this one does not know.
    #[error("the store in {0} has another layout than this version knows; export with the version that wrote it")]
    Layout(PathBuf),
    /// The disk, or sled.
    #[error("the store failed: {0}")]
    Sled(#[from] sled::Error),
    /// What is stored is not what was written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// The entries held. Writes are durable after [`Store::flush`].
#[derive(Debug)]
pub struct Store {
    db: sled::Db,
    headers: sled::Tree,
    payloads: sled::Tree,
    heads_tree: sled::Tree,
    arrivals: sled::Tree,
    meta: sled::Tree,
    /// All heads, in the order of log keys: about 200 B a log.
    heads: BTreeMap<LogKey, Head>,
    entries: u64,
    arrival: u64,
}

/// Writes that go into the store together.
#[derive(Debug, Default)]
struct Batches {
    headers: sled::Batch,
    payloads: sled::Batch,
    heads: BTreeMap<LogKey, (u64, Head)>,
}

impl Store {
    /// Open the store in a folder, or make it. Heads that a crash left behind are put right.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let db = open_db(path)?;
        let meta = db.open_tree("meta")?;
        match meta.get("layout")? {
            None => drop(meta.insert("layout", LAYOUT)?),
            Some(held) if held == LAYOUT => {}
            Some(_) => return Err(StoreError::Layout(path.to_owned())),
        }
        let mut store = Self {
            headers: db.open_tree("headers")?,
            payloads: db.open_tree("payloads")?,
            heads_tree: db.open_tree("heads")?,
            arrivals: db.open_tree("arrivals")?,
            meta,
            db,
            heads: BTreeMap::new(),
            entries: 0,
            arrival: 0,
        };
        store.load_heads()?;
        Ok(store)
    }

    /// Take verified entries, each as the next of its log. The answers are in their order; what
    /// is refused leaves nothing behind.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Vec<Result<(), AppendError>>, StoreError> {
        let mut batches = Batches::default();
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let header = entry.header();
            let key = header.log.key();
            let head = batches.heads.get(&key).map(|(_, head)| head).or_else(|| self.heads.get(&key));
            let answer = check_append(head, header);
            if answer.is_ok() {
                let at = entry_key(&key, header.seq);
                batches.payloads.insert(&at[..], entry.payload());
                batches.headers.insert(&at[..], entry.header_bytes());
                let head = Head { seq: header.seq, id: entry.id() };
                batches.heads.entry(key).or_insert((header.seq, head)).1 = head;
            }
            answers.push(answer);
        }
        self.write(batches)?;
        Ok(answers)
    }

    /// Payloads before headers before heads: whatever a crash cuts off, a head never names what is not held.
    fn write(&mut self, batches: Batches) -> Result<(), StoreError> {
        if batches.heads.is_empty() {
            return Ok(());
        }
        self.payloads.apply_batch(batches.payloads)?;
        self.headers.apply_batch(batches.headers)?;
        let mut heads = sled::Batch::default();
        let mut arrivals = sled::Batch::default();
        for (key, (from, head)) in &batches.heads {
            heads.insert(&key[..], head_bytes(head).as_slice());
            self.arrival += 1;
            let range: Vec<u8> = key.iter().copied().chain(from.to_be_bytes()).chain(head.seq.to_be_bytes()).collect();
            arrivals.insert(&self.arrival.to_be_bytes(), range);
            self.entries += head.seq - from + 1;
        }
        self.heads_tree.apply_batch(heads)?;
        self.arrivals.apply_batch(arrivals)?;
        self.heads.extend(batches.heads.into_iter().map(|(key, (_, head))| (key, head)));
        Ok(())
    }

    /// Make everything written so far durable. Only then may it be acknowledged.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.db.flush()?;
        Ok(())
    }

    /// The head of a log.
    #[must_use]
    pub fn head(&self, log: &LogId) -> Option<Head> {
        self.heads.get(&log.key()).copied()
    }
    /// Entries held.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }
    /// Logs held.
    #[must_use]
    pub fn logs(&self) -> u64 {
        self.heads.len() as u64
    }
    /// Grows with whatever is stored: equal numbers, equal contents.
    #[must_use]
    pub fn arrival(&self) -> u64 {
        self.arrival
    }
    /// Something that the node remembers of itself.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.meta.get(key)?.map(|bytes| bytes.to_vec()))
    }
    /// Remember something.
    pub fn set_meta(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.meta.insert(key, value)?;
        Ok(())
    }
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

fn entry_key(log: &LogKey, seq: u64) -> [u8; ENTRY_KEY_LEN] {
    let mut key = [0; ENTRY_KEY_LEN];
    key[..LOG_KEY_LEN].copy_from_slice(log);
    key[LOG_KEY_LEN..].copy_from_slice(&seq.to_be_bytes());
    key
}

fn head_bytes(head: &Head) -> Vec<u8> {
    head.seq.to_be_bytes().into_iter().chain(head.id.0).collect()
}

fn head_from(bytes: &[u8]) -> Option<Head> {
    let (seq, id) = bytes.split_at_checked(8)?;
    Some(Head { seq: u64::from_be_bytes(seq.try_into().ok()?), id: EntryId(id.try_into().ok()?) })
}
