//! Restatements among the records of an open cell: what they say is folded in the place of the entries that are gone.
//! SPEC.md §5.5.

use super::Record;
use crate::{
    ids::EntryId,
    limits::{RESTATE_PARTS_MAX, RESTATING_MAX},
    op::{EntryPlace, Op, check_blobs_total},
    scope::LogId,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Entries of one log that wait for the rest of their restatement: of each of two branches a whole one. Of more, what
/// belongs to the restatement that would count stays, and the latest.
const WAITING_MAX: usize = 2 * RESTATE_PARTS_MAX;

/// Of one log, entries of restatements that are not whole yet.
#[derive(Debug, Clone, Default)]
struct Waiting {
    parts: BTreeMap<(u64, EntryId), Record>,
    /// When one was put last: a count of all that came.
    touched: u64,
}

impl Waiting {
    fn put(&mut self, part: Record, touched: u64) {
        self.touched = touched;
        self.parts.insert((part.seq, part.id), part);
        while self.parts.len() > WAITING_MAX {
            let counts = self.lasts().next().map(|last| from(last).unwrap_or(last.seq)..=last.seq);
            let apart = |at: &&(u64, EntryId)| counts.as_ref().is_none_or(|counts| !counts.contains(&at.0));
            let Some(gone) = self.parts.keys().find(apart).or_else(|| self.parts.keys().next()).copied() else {
                return;
            };
            self.parts.remove(&gone);
        }
    }

    /// The last entries of restatements, that which would count first.
    fn lasts(&self) -> impl Iterator<Item = &Record> {
        let mut lasts: Vec<&Record> = self.parts.values().filter(|part| from(part).is_some()).collect();
        lasts.sort_by_key(|last| (Reverse(from(last)), last.id));
        lasts.into_iter()
    }

    /// The entries of a restatement in their order, if all are here.
    fn run(&self, last: &Record) -> Option<Vec<Record>> {
        let mut run = vec![last.clone()];
        let mut before = last.run?.backlink;
        for seq in (from(last)?..last.seq).rev() {
            let part = self.parts.get(&(seq, before?)).filter(|part| from(part).is_none())?;
            run.push(part.clone());
            before = part.run?.backlink;
        }
        run.reverse();
        Some(run)
    }

    /// A restatement that is whole, with which what comes before it is no longer waited for.
    fn take_whole(&mut self) -> Option<Vec<Record>> {
        let run = self.lasts().find_map(|last| self.run(last))?;
        let end = run.last()?.seq;
        self.parts.retain(|(seq, _), _| *seq > end);
        Some(run)
    }
}

/// The restatements of one scope.
#[derive(Debug, Clone, Default)]
pub(super) struct Restatements {
    waiting: BTreeMap<LogId, Waiting>,
    /// How many came.
    came: u64,
    /// From which number on a log counts.
    floors: BTreeMap<LogId, u64>,
    /// The places that are folded from what is restated.
    counted: BTreeSet<EntryPlace>,
}

impl Restatements {
    /// Whether a record still counts: entries below what their log restates do not.
    pub fn counts(&self, record: &Record) -> bool {
        record.restated || self.floors.get(&record.log).is_none_or(|floor| record.seq >= *floor)
    }

    /// What is said again was folded.
    pub fn fold(&mut self, record: &Record) {
        if record.restated {
            self.counted.insert(record.place());
        }
    }

    /// Whether a place was folded from what is restated.
    pub fn holds(&self, place: &EntryPlace) -> bool {
        self.counted.contains(place)
    }

    /// Take an entry of a restatement; gives what it says once it is whole. Entries that wait are bounded for each log
    /// and in all: what is left out comes back when the scope is folded anew from the store, log by log, where nothing
    /// comes between the entries of one.
    pub fn take(&mut self, part: Record) -> Vec<Record> {
        let log = part.log;
        self.came = self.came.saturating_add(1);
        let waiting = self.waiting.entry(log).or_default();
        waiting.put(part, self.came);
        let run = waiting.take_whole();
        if waiting.parts.is_empty() {
            self.waiting.remove(&log);
        }
        self.make_room();
        let Some(parts) = run else { return Vec::new() };
        let Some(floor) = parts.last().and_then(from) else { return Vec::new() };
        if self.floors.get(&log).is_some_and(|held| *held > floor) {
            return Vec::new();
        }
        self.floors.insert(log, floor);
        said(&parts, floor)
    }

    /// Of too many that wait, those of the log of which nothing has come for longest go: the one of which something
    /// comes now is not kept from being whole by others.
    fn make_room(&mut self) {
        while self.waiting.values().map(|waiting| waiting.parts.len()).fold(0, usize::saturating_add) > RESTATING_MAX {
            let oldest = self.waiting.iter().min_by_key(|(_, waiting)| waiting.touched).map(|(log, _)| *log);
            let Some(oldest) = oldest else { return };
            self.waiting.remove(&oldest);
        }
    }
}

fn from(record: &Record) -> Option<u64> {
    record.run.and_then(|run| run.from)
}

/// What the entries of a restatement say, as if the entries that are gone were here. Passed over is what could not have
/// stood in this log before it.
fn said(parts: &[Record], floor: u64) -> Vec<Record> {
    let Some(last) = parts.last() else { return Vec::new() };
    let log = last.log;
    let mut above = None;
    let mut records = Vec::new();
    let items = parts.iter().filter_map(|part| match &part.op {
        Op::Restate(op) => Some(op.each()),
        _ => None,
    });
    let items = items.flatten();
    for (item, said) in items {
        let header = item.header(log);
        // Nothing of a later stamp: it would come before its time (SPEC.md §7.6).
        let fits = item.seq < floor && item.stamp <= last.stamp && header.check().is_ok();
        let (Ok(places), true) = (item.places(log), fits && header.has_leaves() != item.leaves.is_empty()) else {
            continue;
        };
        for (place, leaf) in places.into_iter().zip(said) {
            // One entry may be said in several items, by other leaves of it.
            let behind = above.is_none_or(|above: EntryPlace| {
                (above.seq, above.id, above.leaf) < (place.seq, place.id, place.leaf)
                    && (above.seq < place.seq || above.id == place.id)
            });
            // Others may have given or answered what was said under this id: nothing else is said under it.
            let said = leaf.as_deref().filter(|leaf| behind && item.may_say(leaf));
            let op = said.and_then(|leaf| item.op(leaf).ok());
            let Some(op) = op.filter(|op| check_blobs_total(&header, op, true).is_ok()) else { continue };
            above = Some(place);
            records.push(Record {
                id: place.said(),
                place,
                seq: item.seq,
                stamp: item.stamp,
                payload_hash: item.payload_hash,
                restated: true,
                run: None,
                op,
                ..last.clone()
            });
        }
    }
    records
}

/// What a restatement says, given by its entries in their order: for who writes the next one,
/// or looks for something in it.
#[must_use]
pub fn restated(parts: &[Record]) -> Vec<Record> {
    parts.last().and_then(from).map_or_else(Vec::new, |floor| said(parts, floor))
}
