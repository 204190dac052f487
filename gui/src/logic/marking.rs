//! Brings what was found onto the map without a frame waiting: sorting and clustering 100,000 hits
//! takes longer than a frame has.

use super::cluster::{Cluster, Marks, ZOOM_MAX};
use crate::{logic::Decoding, report::guarded};
use communaut_node::api::Hit;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
};

/// Licences named on the map at most: more would cover it; each record's page names its own.
const LICENCES_MAX: usize = 3;

/// Jobs that wait, and answers. The asking side asks for one set of hits and for each zoom once (there are 19 of them
/// at most), so that it never waits for room.
const JOBS_MAX: usize = 64;

/// Which zoom of which hits.
type Key = (u64, u8);

enum Job {
    /// With the zoom that is looked at: its marks come with them.
    Hits(u64, Arc<Vec<Hit>>, u8),
    Zoom(Key, Arc<Marks>),
}

impl Job {
    /// What is answered if it cannot be done.
    fn failed(&self) -> Done {
        match self {
            Self::Hits(generation, _, zoom) => {
                Done::Hits((*generation, *zoom), Arc::default(), Arc::default(), Vec::new())
            }
            Self::Zoom(key, _) => Done::Zoom(*key, Arc::default()),
        }
    }
}

enum Done {
    Hits(Key, Arc<Marks>, Arc<Vec<Cluster>>, Vec<String>),
    Zoom(Key, Arc<Vec<Cluster>>),
}

fn work(job: Job) -> Done {
    match job {
        Job::Hits(generation, hits, zoom) => {
            let licences = licences(&hits);
            let marks = Marks::new(hits);
            let clusters = Arc::new(marks.clusters(zoom));
            Done::Hits((generation, zoom), Arc::new(marks), clusters, licences)
        }
        Job::Zoom(key, marks) => Done::Zoom(key, Arc::new(marks.clusters(key.1))),
    }
}

enum Worker {
    Apart { jobs: SyncSender<Job>, done: Receiver<Done> },
    AtOnce,
}

/// Marks of what was found, by zoom. While new ones are made, the old ones are shown.
pub struct Marking {
    worker: Worker,
    /// Grows with each set of hits.
    generation: u64,
    /// Hits on their way and the newest of those that came meanwhile: one set under way, the latest wins.
    busy: bool,
    next: Option<Arc<Vec<Hit>>>,
    shown: u64,
    marks: Arc<Marks>,
    licences: Vec<String>,
    /// Of the hits that are shown; at most one entry a zoom.
    clusters: HashMap<u8, Arc<Vec<Cluster>>>,
    asked: HashSet<Key>,
    /// The zoom that was last looked at.
    zoom: u8,
}

impl Default for Marking {
    fn default() -> Self {
        Self {
            worker: Worker::AtOnce,
            generation: 0,
            busy: false,
            next: None,
            shown: 0,
            marks: Arc::default(),
            licences: Vec::new(),
            clusters: HashMap::new(),
            asked: HashSet::new(),
            zoom: 0,
        }
    }
}

impl Marking {
    /// Work on a thread of its own, or at once. `wake` is called when something is ready to be shown.
    #[must_use]
    pub fn new(decoding: Decoding, wake: impl Fn() + Send + 'static) -> Self {
        let worker = if decoding == Decoding::Apart { spawn(wake) } else { Worker::AtOnce };
        Self { worker, ..Self::default() }
    }

    /// Other hits.
    pub fn set_hits(&mut self, hits: Arc<Vec<Hit>>) {
        if self.busy {
            self.next = Some(hits);
            return;
        }
        self.generation = self.generation.wrapping_add(1);
        self.busy = true;
        self.ask(Job::Hits(self.generation, hits, self.zoom));
    }

    fn ask(&mut self, job: Job) {
        match &self.worker {
            Worker::Apart { jobs, .. } => {
                if let Err(mpsc::SendError(job)) = jobs.send(job) {
                    // The thread is gone: better slow than nothing.
                    self.worker = Worker::AtOnce;
                    self.take(work(job));
                }
            }
            Worker::AtOnce => self.take(work(job)),
        }
    }

    fn take(&mut self, done: Done) {
        match done {
            Done::Hits((generation, zoom), marks, clusters, licences) => {
                self.busy = false;
                self.shown = generation;
                self.marks = marks;
                self.licences = licences;
                self.clusters.clear();
                self.clusters.insert(zoom, clusters);
                self.asked.clear();
                if let Some(next) = self.next.take() {
                    self.set_hits(next);
                }
            }
            Done::Zoom((generation, zoom), clusters) if generation == self.shown => {
                self.clusters.insert(zoom, clusters);
            }
            Done::Zoom(..) => {}
        }
    }

    /// The hits on the map now, and their marks at a zoom; until they are made, those of the nearest zoom that is at
    /// hand. These may be as many as there are hits: how many a frame draws is bounded by `sight::in_sight`.
    pub fn at_zoom(&mut self, zoom: u8) -> (Arc<Marks>, Arc<Vec<Cluster>>) {
        let came: Vec<Done> = match &self.worker {
            Worker::Apart { done, .. } => done.try_iter().collect(),
            Worker::AtOnce => Vec::new(),
        };
        for done in came {
            self.take(done);
        }
        let zoom = zoom.min(ZOOM_MAX);
        self.zoom = zoom;
        let key = (self.shown, zoom);
        if !self.clusters.contains_key(&zoom) && self.asked.insert(key) {
            self.ask(Job::Zoom(key, self.marks.clone()));
        }
        let nearest = self.clusters.iter().min_by_key(|(held, _)| (held.abs_diff(zoom), **held));
        (self.marks.clone(), nearest.map(|(_, clusters)| clusters.clone()).unwrap_or_default())
    }

    /// Which set of hits is on the map.
    #[must_use]
    pub const fn shown(&self) -> u64 {
        self.shown
    }
    /// Licences of the records on the map, the most frequent first.
    #[must_use]
    pub fn licences(&self) -> &[String] {
        &self.licences
    }
}

fn spawn(wake: impl Fn() + Send + 'static) -> Worker {
    let (jobs, questions) = mpsc::sync_channel::<Job>(JOBS_MAX);
    let (answers, done) = mpsc::sync_channel(JOBS_MAX);
    let run = move || {
        for job in questions {
            // After a fault the map is without marks until something else is looked at, and the thread lives.
            let failed = job.failed();
            let done = guarded(|| work(job)).unwrap_or(failed);
            if answers.send(done).is_err() {
                break;
            }
            wake();
        }
    };
    match std::thread::Builder::new().name("marks".into()).spawn(run) {
        Ok(_) => Worker::Apart { jobs, done },
        Err(error) => {
            tracing::warn!("no thread for the marks of the map, frames may stutter: {error}");
            Worker::AtOnce
        }
    }
}

fn licences(hits: &[Hit]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for provenance in hits.iter().filter_map(|hit| hit.element.provenance.as_ref()) {
        if !provenance.licence.is_empty() {
            *counts.entry(&provenance.licence).or_default() += 1;
        }
    }
    let mut licences: Vec<(&str, usize)> = counts.into_iter().collect();
    licences.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let more = licences.len() > LICENCES_MAX;
    let named = licences.into_iter().take(LICENCES_MAX).map(|(text, _)| text.to_owned());
    named.chain(more.then(|| "…".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use communaut_protocol::op::Provenance;

    #[test]
    fn licences_the_most_frequent_first_and_no_more_than_fit() {
        let mut hits = fixture::many(10);
        for (index, hit) in hits.iter_mut().enumerate() {
            let licence = if index < 6 { "ODbL".to_owned() } else { format!("L{index}") };
            let from = Provenance { source: "s".into(), id: "1".into(), licence };
            Arc::make_mut(&mut hit.element).provenance = Some(from);
        }
        assert_eq!(licences(&hits), ["ODbL", "L6", "L7", "…"]);
        assert!(licences(&fixture::many(3)).is_empty());
    }

    fn total(clusters: &[Cluster]) -> u32 {
        clusters.iter().map(|cluster| cluster.count).sum()
    }

    #[test]
    fn at_once_and_apart_come_to_the_same() {
        let mut here = Marking::default();
        here.set_hits(Arc::new(fixture::many(500)));
        let (marks, wanted) = here.at_zoom(7);
        assert_eq!((marks.len(), total(&wanted)), (500, 500));

        let mut apart = Marking::new(Decoding::Apart, || {});
        // The second set comes while the first is under way; the third replaces it.
        for count in [100, 200, 500] {
            apart.set_hits(Arc::new(fixture::many(count)));
        }
        let begin = std::time::Instant::now();
        loop {
            let (_, clusters) = apart.at_zoom(7);
            if clusters == wanted {
                break;
            }
            assert!(begin.elapsed().as_secs() < 60, "the marks never came");
            std::thread::yield_now();
        }
        assert!(apart.shown() <= 3);
    }
}
