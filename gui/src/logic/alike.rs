//! Names that could be taken for one another: where one of them is shown, a part of its id stands beside it. Looked for
//! apart from the frames, since all names are compared with all.

use crate::{logic::Decoding, report::guarded};
use communaut_node::api::Snapshot;
use communaut_protocol::{ElementId, op::Kind};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
};
use unicode_security::confusable_detection::skeleton;

/// Seconds between two comparisons: an import publishes many snapshots a second.
const REST_SECS: f64 = 10.0;

enum Worker {
    Apart { ask: SyncSender<Arc<Snapshot>>, answers: Receiver<HashSet<ElementId>> },
    AtOnce,
}

/// Whose names could be taken for another's.
pub struct Alike {
    worker: Worker,
    /// Version of the replica that was last compared, and when.
    seen: Option<(u64, f64)>,
    busy: bool,
    twins: Arc<HashSet<ElementId>>,
}

impl Default for Alike {
    fn default() -> Self {
        Self { worker: Worker::AtOnce, seen: None, busy: false, twins: Arc::default() }
    }
}

impl Alike {
    /// Compare on a thread of its own, or at once. `wake` is called when something is ready to be shown.
    #[must_use]
    pub fn new(decoding: Decoding, wake: impl Fn() + Send + 'static) -> Self {
        let worker = if decoding == Decoding::Apart { spawn(wake) } else { Worker::AtOnce };
        Self { worker, ..Self::default() }
    }

    /// Take what was found, and have another version of the replica compared. Seconds after which to look again.
    pub fn update(&mut self, snapshot: &Arc<Snapshot>, now_secs: f64) -> Option<f64> {
        if let Worker::Apart { answers, .. } = &self.worker
            && let Some(found) = answers.try_iter().last()
        {
            self.busy = false;
            self.twins = Arc::new(found);
        }
        match self.seen {
            Some((version, _)) if version == snapshot.version => return None,
            Some((_, at)) if matches!(self.worker, Worker::Apart { .. }) && now_secs < at + REST_SECS => {
                return Some(at + REST_SECS - now_secs);
            }
            _ if self.busy => return None,
            _ => self.seen = Some((snapshot.version, now_secs)),
        }
        match &self.worker {
            Worker::Apart { ask, .. } => self.busy = ask.try_send(snapshot.clone()).is_ok(),
            Worker::AtOnce => self.twins = Arc::new(twins(snapshot)),
        }
        None
    }

    /// Who is to be told apart. A person by the id of their card.
    #[must_use]
    pub fn twins(&self) -> Arc<HashSet<ElementId>> {
        self.twins.clone()
    }
}

fn spawn(wake: impl Fn() + Send + 'static) -> Worker {
    let (ask, questions) = mpsc::sync_channel::<Arc<Snapshot>>(1);
    let (answer, answers) = mpsc::sync_channel(1);
    let run = move || {
        for snapshot in questions {
            if answer.send(guarded(|| twins(&snapshot)).unwrap_or_default()).is_err() {
                break;
            }
            wake();
        }
    };
    match std::thread::Builder::new().name("alike".into()).spawn(run) {
        Ok(_) => Worker::Apart { ask, answers },
        Err(error) => {
            tracing::warn!("no thread to compare names, frames may stutter: {error}");
            Worker::AtOnce
        }
    }
}

/// Whose word counts: equal names of these are told apart too. Of places and events many have one name, and lie
/// elsewhere or are at another time, which is shown: only those that pretend are marked.
const fn acts(kind: Kind) -> bool {
    matches!(kind, Kind::Person | Kind::Organisation | Kind::Project)
}

/// A name as the eye takes it in: what looks alike is alike, and so are spaces.
fn seen_as(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    skeleton(&words.join(" ")).collect()
}

/// Whose names could be taken for another's.
fn twins(snapshot: &Snapshot) -> HashSet<ElementId> {
    let people = snapshot.identities.iter().map(|(id, view)| (ElementId::from(*id), view.name.as_str(), Kind::Person));
    let elements = snapshot.elements.values().map(|element| (element.id, element.name.as_str(), element.kind));
    let mut by_look: HashMap<String, Vec<(ElementId, &str, Kind)>> = HashMap::new();
    for (id, name, kind) in people.chain(elements).filter(|(_, name, _)| !name.trim().is_empty()) {
        let those = by_look.entry(seen_as(name)).or_default();
        // A person's card has the person's id and name.
        if !those.iter().any(|(held, ..)| *held == id) {
            those.push((id, name, kind));
        }
    }
    let mut twins = HashSet::new();
    for those in by_look.values().filter(|those| those.len() > 1) {
        for (id, name, kind) in those {
            let like = |(other, called, is): &&(ElementId, &str, Kind)| {
                other != id && (called != name || (acts(*kind) && acts(*is)))
            };
            if those.iter().any(|other| like(&other)) {
                twins.insert(*id);
            }
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, element};
    use communaut_protocol::Position;

    fn told_apart(names: &[(&str, Kind)]) -> Vec<bool> {
        let mut snapshot = fixture::empty();
        let at = Position { lat_e7: 601_700_000, lon_e7: 249_400_000 };
        let made: Vec<_> = (0..).zip(names).map(|(n, (name, kind))| element(n, *kind, name, at)).collect();
        for one in &made {
            snapshot.elements.insert(one.id, Arc::new(one.clone()));
        }
        let twins = twins(&snapshot);
        made.iter().map(|one| twins.contains(&one.id)).collect()
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        use Kind::{Organisation, Person, Place};
        // Cyrillic "а" in the second.
        assert_eq!(
            told_apart(&[("Camille", Person), ("C\u{430}mille", Person), ("Joseph", Person)]),
            [true, true, false]
        );
        assert_eq!(told_apart(&[("Camille", Person), ("Camille", Person)]), [true, true]);
        assert_eq!(told_apart(&[("Camille", Person), ("Camille\u{a0}", Organisation)]), [true, true]);
        assert_eq!(told_apart(&[("Boulangerie", Place), ("Boulangerie", Place)]), [false, false]);
        assert_eq!(told_apart(&[("Boulangerie", Place), ("B\u{43e}ulangerie", Place)]), [true, true]);
        assert_eq!(told_apart(&[("", Person), ("", Person)]), [false, false]);
    }

    #[test]
    fn apart_and_at_once_come_to_the_same_and_an_import_is_waited_out() {
        let snapshot = Arc::new(fixture::helsinki());
        let mut here = Alike::default();
        assert_eq!(here.update(&snapshot, 0.0), None);
        let mut apart = Alike::new(Decoding::Apart, || {});
        let begin = std::time::Instant::now();
        while apart.twins() != here.twins() || apart.busy || apart.seen.is_none() {
            apart.update(&snapshot, 0.0);
            assert!(begin.elapsed().as_secs() < 60, "the answer never came");
            std::thread::yield_now();
        }
        let mut next = fixture::helsinki();
        next.version += 1;
        assert_eq!(apart.update(&Arc::new(next), 4.0), Some(6.0));
    }
}
