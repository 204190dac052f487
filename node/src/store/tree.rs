//! sled's trees, watched: what goes wrong in one becomes an error, also where sled panics, and is remembered, so that
//! whoever drops the error on the way does not hide that the store failed.

use super::StoreError;
use sled::{IVec, Transactional};
use std::{
    cell::Cell,
    mem,
    ops::RangeBounds,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// How long the database may take for a flush: far longer than a slow card needs for all that waits. Where a write
/// fails in one of its threads, sled may wait for it for ever.
const FLUSH_PATIENCE: Duration = Duration::from_secs(60);

/// What went wrong first in a database.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    first: Arc<OnceLock<StoreError>>,
    stuck: Arc<AtomicBool>,
}

impl Watch {
    /// The first failure, if there was one.
    pub fn failure(&self) -> Option<StoreError> {
        self.first.get().cloned()
    }

    /// Remember a failure that was seen elsewhere than in the database.
    pub fn note(&self, error: StoreError) -> StoreError {
        // Only the first counts.
        drop(self.first.set(error.clone()));
        error
    }

    /// Whether the database waits for something that will not come: closing it would wait too.
    fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    fn run<T>(&self, run: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
        quietly(|| Ok(run()?)).map_err(|error| self.note(error))
    }
}

/// A handle on the database, or on a part of it. Dropping the last one flushes, and where the disk refuses that, sled
/// panics. What was acknowledged was flushed before, so nothing is lost: it is said, and that is all.
#[derive(Debug, Clone)]
struct Handle<T> {
    handle: Option<T>,
    watch: Watch,
}

impl<T> Handle<T> {
    fn new(handle: T, watch: &Watch) -> Self {
        Self { handle: Some(handle), watch: watch.clone() }
    }
    fn get(&self) -> Result<&T, StoreError> {
        self.handle.as_ref().ok_or(StoreError::Closed)
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        let handle = self.handle.take();
        if self.watch.is_stuck() {
            return mem::forget(handle);
        }
        let gone = quietly(|| {
            drop(handle);
            Ok(())
        });
        if let Err(error) = gone {
            tracing::warn!("the disk refused the last write of a database that was closed: {error}");
        }
    }
}

/// The database.
#[derive(Debug)]
pub(super) struct Database {
    db: Handle<sled::Db>,
    watch: Watch,
}

impl Database {
    pub fn new(db: sled::Db, watch: &Watch) -> Self {
        Self { db: Handle::new(db, watch), watch: watch.clone() }
    }
    /// One of its trees.
    pub fn tree(&self, name: &str) -> Result<Tree, StoreError> {
        let db = self.db.get()?;
        let tree = self.watch.run(|| db.open_tree(name))?;
        Ok(Tree { tree: Handle::new(tree, &self.watch), watch: self.watch.clone() })
    }
    /// What was written before is durable when it returns.
    pub fn flush(&self) -> Result<(), StoreError> {
        if let (true, Some(error)) = (self.watch.is_stuck(), self.watch.failure()) {
            return Err(error);
        }
        let (db, (done, flushed)) = (self.db.clone(), mpsc::sync_channel(1));
        let flusher = thread::Builder::new().name("flush".into()).spawn(move || {
            let flush = db.get().and_then(|sled| db.watch.run(|| sled.flush()));
            drop(db);
            // Nobody waits any more, if it took too long.
            drop(done.send(flush));
        });
        flusher.map_err(|error| self.watch.note(StoreError::System(format!("no thread can be made: {error}"))))?;
        flushed.recv_timeout(FLUSH_PATIENCE).unwrap_or_else(|_| {
            self.watch.stuck.store(true, Ordering::Relaxed);
            let seconds = FLUSH_PATIENCE.as_secs();
            let why = format!("the disk has not taken what was written for {seconds} s: look at it, and start anew");
            Err(self.watch.note(StoreError::System(why)))
        })?;
        Ok(())
    }
    /// Bytes of its files, as far as it knows.
    pub fn size_on_disk(&self) -> u64 {
        self.db.get().ok().and_then(|db| db.size_on_disk().ok()).unwrap_or_default()
    }
}

/// sled flushes when its last handle goes, and would wait for ever for a write that fails then. After this there is
/// nothing left to write, or it knows that it cannot.
impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::warn!("the disk refused the last write of a database that is closed: {error}");
        }
    }
}

/// One tree.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    tree: Handle<sled::Tree>,
    watch: Watch,
}

/// A key and its value.
type Pair = (IVec, IVec);

impl Tree {
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
    pub fn get(&self, key: impl AsRef<[u8]>) -> Result<Option<IVec>, StoreError> {
        self.run(|tree| tree.get(key))
    }
    pub fn contains_key(&self, key: impl AsRef<[u8]>) -> Result<bool, StoreError> {
        self.run(|tree| tree.contains_key(key))
    }
    pub fn insert(&self, key: impl AsRef<[u8]>, value: impl Into<IVec>) -> Result<(), StoreError> {
        self.run(|tree| tree.insert(key, value)).map(drop)
    }
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Result<(), StoreError> {
        self.run(|tree| tree.remove(key)).map(drop)
    }
    pub fn apply_batch(&self, batch: sled::Batch) -> Result<(), StoreError> {
        self.run(|tree| tree.apply_batch(batch))
    }
    pub fn last(&self) -> Result<Option<Pair>, StoreError> {
        self.run(|tree| tree.last())
    }
    pub fn iter(&self) -> Pairs {
        self.pairs(|tree| tree.iter())
    }
    pub fn range<K: AsRef<[u8]>>(&self, range: impl RangeBounds<K>) -> Pairs {
        self.pairs(|tree| tree.range(range))
    }
    pub fn scan_prefix(&self, prefix: impl AsRef<[u8]>) -> Pairs {
        self.pairs(|tree| tree.scan_prefix(prefix))
    }
    fn run<T>(&self, run: impl FnOnce(&sled::Tree) -> sled::Result<T>) -> Result<T, StoreError> {
        let tree = self.tree.get()?;
        self.watch.run(|| run(tree))
    }
    fn pairs(&self, iter: impl FnOnce(&sled::Tree) -> sled::Iter) -> Pairs {
        Pairs { iter: self.tree.get().ok().map(iter), watch: self.watch.clone(), ended: false }
    }
}

/// What is changed in some trees at once: all of it is there after a crash, or nothing.
#[derive(Debug, Default)]
pub(super) struct AtOnce {
    pub headers: sled::Batch,
    pub payloads: sled::Batch,
    pub absent: sled::Batch,
    pub logs: sled::Batch,
    pub arrivals: sled::Batch,
}

impl AtOnce {
    /// Take away what is held of an entry.
    pub fn remove(&mut self, at: &[u8]) {
        self.headers.remove(at);
        self.payloads.remove(at);
        self.absent.remove(at);
    }

    /// Change the trees.
    pub fn write(&self, trees: &super::Trees) -> Result<(), StoreError> {
        let of = [&trees.headers, &trees.payloads, &trees.absent, &trees.logs, &trees.arrivals];
        let of = of.into_iter().map(|tree| tree.tree.get()).collect::<Result<Vec<_>, _>>()?;
        trees.watch.run(|| {
            let done = of.as_slice().transaction(|of| {
                let batches = [&self.headers, &self.payloads, &self.absent, &self.logs, &self.arrivals];
                of.iter().zip(batches).try_for_each(|(tree, batch)| tree.apply_batch(batch))?;
                Ok(())
            });
            done.map_err(|error| match error {
                sled::transaction::TransactionError::Storage(error) => error,
                // Nothing here takes back what it began.
                sled::transaction::TransactionError::Abort(()) => sled::Error::Unsupported("an aborted change".into()),
            })
        })
    }
}

/// Keys and values in order. Ends with the first error.
pub(super) struct Pairs {
    iter: Option<sled::Iter>,
    watch: Watch,
    ended: bool,
}

impl Iterator for Pairs {
    type Item = Result<Pair, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.watch.run(|| self.iter.as_mut().and_then(Iterator::next).transpose()).transpose();
        // Otherwise sled may give the same error for ever.
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

thread_local! {
    /// Whether a panic of this thread is to be an error and print nothing.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Run something on a database that may be damaged. sled finds some damage by a panic: that becomes
/// an error, and prints nothing.
pub(super) fn quietly<T>(run: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| {
            if !QUIET.get() {
                loud(panicked);
            }
        }));
    });
    let before = QUIET.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(run));
    QUIET.set(before);
    done.unwrap_or_else(|_| Err(StoreError::Damaged("the database gave up".into())))
}
