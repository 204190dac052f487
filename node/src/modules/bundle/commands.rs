//! Writing and reading bundles.

use super::{BundleReport, BundleWritten, ReadBundle, WriteBundle};
use crate::{
    bundle_file::{self, FrameAt},
    daemon::{
        core::Core,
        dispatch::{Act, Start},
        input::{Answer, BundleJob, Effect},
        replica::Replica,
    },
    failure::{Failure, FailureCode},
    files,
    net::Peer,
    store::StoreError,
};
use communaut_protocol::{
    AuthorId, Cell, IdentityId, LogId, Scope,
    entry::HeldEntry,
    limits::SCOPE_CELL_MAX,
    private::{Access, Shown},
    replication::{
        prefixes::{Prefixes, after},
        replica::Replica as _,
    },
};
use std::{
    collections::BTreeSet,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

impl Act for WriteBundle {
    fn act(self, replica: &mut Replica) -> Result<BundleWritten, Failure> {
        if replica.store.folder().parent().is_some_and(|folder| files::is_within(&self.to, folder)) {
            let why = format!("{} lies in the data folder itself; give a file elsewhere", self.to.display());
            return Err(Failure::invalid(why));
        }
        let under = under(&self, replica)?;
        // As a peer sees it that has proved nothing: whoever finds the file is no more than that.
        let (access, arrivals) = (Access::default(), replica.store.private_arrivals());
        let shown = Shown::new(&replica.store, &access, arrivals);
        let (mut logs, mut authors) = (Vec::new(), BTreeSet::new());
        shown.each(&[], None, &mut |log, _| {
            if log.scope.cell.is_place() && under.as_ref().is_none_or(|under| under.hold(&log.key())) {
                authors.insert(log.author);
                logs.push(log);
            }
            true
        });
        let people = identities(&shown, authors);
        let mut identities = 0;
        let entries = people.iter().chain(&logs).flat_map(|log| {
            let mut held: Vec<Result<HeldEntry, StoreError>> = Vec::new();
            let read = shown.entries(log, 0, u64::MAX, &mut |entry| {
                held.push(Ok(entry));
                true
            });
            held.extend(read.err().map(Err));
            identities += if log.scope.is_identity() { held.len() as u64 } else { 0 };
            held
        });
        match bundle_file::write(&self.to, self.replace, entries) {
            Ok(sizes) => Ok(BundleWritten { entries: sizes.entries, identities, bytes: sizes.bytes }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !self.replace => Err(Failure::invalid(
                format!("{} is there already; give another name, or --replace to write over it", self.to.display()),
            )),
            Err(error) => {
                let why = format!("the bundle {} was not written: {error}", self.to.display());
                Err(Failure::new(FailureCode::Io, why))
            }
        }
    }
}

/// Beginnings of the keys of logs that are asked for; none: all of places.
fn under(of: &WriteBundle, replica: &Replica) -> Result<Option<Prefixes>, Failure> {
    if of.cells.is_empty() && of.containers.is_empty() {
        return Ok(None);
    }
    let mut prefixes: Vec<Vec<u8>> = Vec::new();
    for cell in &of.cells {
        let cell = cell.ancestor(SCOPE_CELL_MAX);
        prefixes.push(cell.to_string().into_bytes());
        // What is said of a larger area is said of this one too.
        prefixes.extend((0..cell.len()).map(|len| cell.ancestor(len).bytes().to_vec()));
        if cell == Cell::WORLD {
            return Ok(None);
        }
    }
    for id in &of.containers {
        let spaces = replica.views.scopes().keys().filter(|scope| scope.container == *id && scope.cell.is_place());
        let before = prefixes.len();
        prefixes.extend(spaces.map(|scope| scope.key().to_vec()));
        if prefixes.len() == before {
            let why = format!("nothing is held of a space of {}: a bundle holds cells, or spaces", id.short());
            return Err(Failure::not_found(why));
        }
    }
    Ok(Some(Prefixes::new(prefixes)))
}

/// The logs of identities, ascending by key.
fn identities(shown: &Shown<'_, crate::store::Store>, authors: BTreeSet<AuthorId>) -> Vec<LogId> {
    let mut logs = Vec::new();
    // The keys of two identities ascend as their ids do.
    for author in authors {
        let scope = Scope::identity(IdentityId(author.0)).key();
        shown.each(&scope, after(&scope).as_deref(), &mut |log, _| {
            logs.push(log);
            true
        });
    }
    logs
}

impl Start for ReadBundle {
    fn start(self, core: &mut Core, answer: Answer) {
        if let Some(job) = &core.bundle {
            let why = format!("{} is being read; wait for its end", job.path.display());
            return core.answer(answer, Err(Failure::new(FailureCode::Busy, why)));
        }
        let stop = Arc::new(AtomicBool::new(false));
        let report = BundleReport::default();
        core.bundle = Some(BundleJob { answer, path: self.path.clone(), report, stop: stop.clone() });
        core.effects.push(Effect::ReadBundle(self, stop));
    }
}

impl Core {
    /// Take frames of the bundle that is being read.
    pub(crate) fn bundle_frames(&mut self, frames: Vec<FrameAt>) -> Result<(), StoreError> {
        let Some(mut job) = self.bundle.take() else { return Ok(()) };
        if let Some(file) = Peer::of_files().filter(|_| job.report.error.is_none()) {
            let before = self.replica.refused.clone();
            let (places, frames): (Vec<u64>, Vec<_>) = frames.into_iter().unzip();
            let carried = match self.engine.take_carried(&mut self.replica, &file, frames) {
                Ok(carried) => carried,
                Err(error) => {
                    // The store is brought back, and whoever asked hears of it.
                    self.bundle = Some(job);
                    return Err(error);
                }
            };
            job.report.taken += carried.taken;
            job.report.known += carried.known;
            for (reason, count) in &self.replica.refused {
                let more = count - before.get(reason).unwrap_or(&0);
                if more > 0 {
                    *job.report.left.entry(reason.clone()).or_default() += more;
                }
            }
            if let Some((place, reason)) = carried.broken {
                let at = places.get(place).copied().unwrap_or_default();
                job.report.error = Some(format!("at byte {at}: the entry is refused ({reason}, SPEC.md §5)"));
                job.report.left.remove(reason);
                job.stop.store(true, Ordering::Relaxed);
            }
        }
        self.bundle = Some(job);
        Ok(())
    }

    /// The end of the bundle: give the report.
    pub(crate) fn bundle_end(&mut self, error: Option<String>) {
        let Some(job) = self.bundle.take() else { return };
        let mut report = job.report;
        report.error = report.error.or(error);
        let nothing = report.taken == 0 && report.known == 0 && report.left.is_empty();
        let outcome = match report.error {
            Some(why) if nothing => Err(Failure::new(FailureCode::Io, format!("{}: {why}", job.path.display()))),
            _ => Ok(report.into()),
        };
        self.answer(job.answer, outcome);
    }
}
