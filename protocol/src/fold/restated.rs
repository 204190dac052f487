//! Restatements among the records of an open cell: what they say is folded in the place of the entries that are gone.
//! SPEC.md §5.5.

use super::Record;
use crate::{
    entry::hash,
    ids::EntryId,
    limits::RESTATING_MAX,
    op::{FrontierHead, Op},
    scope::LogId,
};
use std::collections::{BTreeMap, BTreeSet};

/// The restatements of one scope.
#[derive(Debug, Clone, Default)]
pub(super) struct Restatements {
    /// Entries of those that are not whole yet.
    parts: BTreeMap<EntryId, Record>,
    /// From which number on a log counts.
    floors: BTreeMap<LogId, u64>,
    /// The places that are folded from what is restated.
    counted: BTreeSet<FrontierHead>,
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
    pub fn holds(&self, place: &FrontierHead) -> bool {
        self.counted.contains(place)
    }

    /// Take an entry of a restatement; gives what it says once it is whole.
    pub fn take(&mut self, part: Record) -> Vec<Record> {
        if self.parts.len() >= RESTATING_MAX {
            // It stays in the store and comes back when the scope is folded anew.
            return Vec::new();
        }
        let log = part.log;
        self.parts.insert(part.id, part);
        let lasts = self.parts.values().filter(|last| last.log == log && from(last).is_some());
        let Some(run) = lasts.filter_map(|last| self.run(last)).next() else { return Vec::new() };
        let parts: Vec<Record> = run.iter().filter_map(|id| self.parts.remove(id)).collect();
        let Some(floor) = parts.last().and_then(from) else { return Vec::new() };
        if self.floors.get(&log).is_some_and(|held| *held > floor) {
            return Vec::new();
        }
        self.floors.insert(log, floor);
        said(&parts, floor)
    }

    /// The entries of a restatement in their order, if all are here, by one author.
    fn run(&self, last: &Record) -> Option<Vec<EntryId>> {
        let mut run = vec![last.id];
        let mut before = last.run?.backlink;
        for seq in (from(last)?..last.seq).rev() {
            let part = self.parts.get(&before?)?;
            if part.seq != seq || from(part).is_some() || part.author != last.author {
                return None;
            }
            run.push(part.id);
            before = part.run?.backlink;
        }
        run.reverse();
        Some(run)
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
        Op::Restate(op) => Some(&op.items),
        _ => None,
    });
    for item in items.flatten() {
        let header = item.header(log);
        // Nothing of a later stamp: it would come before its time (SPEC.md §7.6).
        let fits = above < Some(item.seq) && item.seq < floor && item.stamp <= last.stamp && header.check().is_ok();
        let (Ok(bytes), Ok(op), true) = (header.encode(item.signature), item.op(), fits) else { continue };
        above = Some(item.seq);
        records.push(Record {
            id: EntryId(hash(&bytes).0),
            seq: item.seq,
            stamp: item.stamp,
            payload_hash: item.payload_hash,
            restated: true,
            run: None,
            op,
            ..last.clone()
        });
    }
    records
}

/// What a restatement says, given by its entries in their order: for who writes the next one,
/// or looks for something in it.
#[must_use]
pub fn restated(parts: &[Record]) -> Vec<Record> {
    parts.last().and_then(from).map_or_else(Vec::new, |floor| said(parts, floor))
}
