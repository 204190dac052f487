//! The thread that owns the search index: changes and searches reach it in order, so that a search
//! finds whatever was acknowledged before it.

use crate::{
    failure::Failure,
    handle::Answer,
    handle::Wakers,
    modules::{
        Outcome,
        same::also_of,
        search::{Query, addresses, offered},
    },
    search::SearchIndex,
    snapshot::Snapshot,
    territory::{Land, Lands},
    views::ElementChanges,
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Changes and searches waiting: behind it the event loop waits, so that memory stays bounded.
const QUEUE_MAX: usize = 256;
/// After this long without work the changes are committed; searches find them before.
const QUIET: Duration = Duration::from_millis(500);

enum Job {
    Apply(ElementChanges, u64),
    Loaded(Arc<Snapshot>, u64),
    Renew(u64),
    Search(Box<Search>),
}

/// A search on its way to its answer.
pub(crate) struct Search {
    pub query: Query,
    /// The territories asked for.
    pub lands: Option<Vec<Land>>,
    pub snapshot: Arc<Snapshot>,
    pub answer: Answer,
    pub wakers: Wakers,
}

/// A handle to the thread. Dropping it waits until what was applied is committed.
#[derive(Debug)]
pub(crate) struct Index {
    jobs: Option<mpsc::SyncSender<Job>>,
    /// Gives whether nothing that was to go is left in the files.
    thread: Option<JoinHandle<bool>>,
}

impl Index {
    /// Start the thread over an index in a folder.
    pub fn open(folder: PathBuf) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("communaut-index".into()).spawn(move || work(&folder, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }
    /// Elements have changed; `arrival` says as of what.
    pub fn apply(&self, changes: ElementChanges, arrival: u64) {
        if !changes.is_empty() {
            self.send(Job::Apply(changes, arrival));
        }
    }
    /// The replica is loaded: all elements are in the snapshot.
    pub fn loaded(&self, snapshot: Arc<Snapshot>, arrival: u64) {
        self.send(Job::Loaded(snapshot, arrival));
    }
    /// Something was erased: let nothing of it stay in the files.
    pub fn renew(&self, arrival: u64) {
        self.send(Job::Renew(arrival));
    }
    /// Search, and answer. Where the thread has ended the answer's sender is dropped, which says so.
    pub fn search(&self, search: Search) {
        self.send(Job::Search(Box::new(search)));
    }
    /// Wait until what was applied is committed. Gives whether nothing that was erased before
    /// [`Self::renew`] is left in the files.
    pub fn finish(mut self) -> bool {
        self.end()
    }
    fn end(&mut self) -> bool {
        drop(self.jobs.take());
        // A thread that failed may have left anything.
        self.thread.take().is_some_and(|thread| thread.join().unwrap_or(false))
    }
    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Whoever waits for an answer of a thread that has ended is told so.
            drop(jobs.send(job));
        }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.end();
    }
}

/// The territories of the last search: whoever types asks in the same ones again.
#[derive(Default)]
struct Made(Option<(Vec<Land>, Arc<Lands>)>);

impl Made {
    fn of(&mut self, parts: Vec<Land>) -> Arc<Lands> {
        let same = |a: &Land, b: &Land| Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1);
        if let Some((held, lands)) = &self.0
            && held.len() == parts.len()
            && held.iter().zip(&parts).all(|(a, b)| same(a, b))
        {
            return lands.clone();
        }
        let lands = Arc::new(Lands::of(&parts));
        self.0 = Some((parts, lands.clone()));
        lands
    }
}

fn work(folder: &Path, queue: &mpsc::Receiver<Job>) -> bool {
    let mut index = match SearchIndex::open(folder) {
        Ok(index) => index,
        Err(error) => {
            tracing::error!("{error}");
            while let Ok(job) = queue.recv() {
                if let Job::Search(search) = job {
                    drop(search.answer.send(Err(Failure::internal(error.to_string()))));
                }
            }
            return false;
        }
    };
    let mut clean = true;
    let searcher = index.searcher();
    let mut made = Made::default();
    // The arrival number of changes that are not yet committed.
    let mut dirty: Option<u64> = None;
    loop {
        match queue.recv_timeout(QUIET) {
            Ok(Job::Apply(changes, arrival)) => {
                index.apply(&changes);
                dirty = Some(arrival);
            }
            Ok(Job::Loaded(snapshot, arrival)) => {
                let loaded = index.load(&snapshot.together.visible(&snapshot.elements), arrival);
                tracing::debug!("search index: {loaded:?}");
                dirty = None;
            }
            Ok(Job::Renew(arrival)) => {
                clean = index.renew(arrival);
                dirty = None;
            }
            Ok(Job::Search(search)) => {
                let lands = search.lands.map(|parts| made.of(parts));
                let mut found = searcher.search_in(&search.snapshot.elements, lands.as_ref(), &search.query);
                let lands = lands.as_deref();
                found.addresses = addresses::find(&search.snapshot, &search.query, lands, found.total == 0);
                found.offered = offered::find(&search.snapshot, &search.query, &found);
                found.also = Arc::new(also_of(&search.snapshot, &found.hits));
                drop(search.answer.send(Ok(Outcome::Found(found))));
                search.wakers.wake();
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Some(arrival) = dirty.take() {
                    index.commit(arrival);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                if let Some(arrival) = dirty.take() {
                    index.commit(arrival);
                }
                return clean;
            }
        }
    }
}
