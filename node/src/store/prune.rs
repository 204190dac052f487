//! Logs that restate themselves: what stood before goes from the disk. SPEC.md §5.5.

use super::{
    Placed, Store, StoreError,
    append::{Batches, Reads},
    record::{LogKey, all_of, count, entry_key_from, from_on},
};
use communaut_protocol::{
    EntryId, LogId, Scope,
    entry::{Entry, HeldEntry},
    fold::put_back,
    limits::RESTATE_PARTS_MAX,
    log::{Branch, LogState, NotTaken, Placement, restate},
    scope::SCOPE_KEY_LEN,
};
use std::collections::VecDeque;

/// Entries kept aside, of all logs: two restatements of the largest, 8 MB.
const ASIDE_MAX: usize = 2 * RESTATE_PARTS_MAX;

/// Entries of restatements that do not follow what is held of their logs, until the last has come.
#[derive(Debug, Default)]
pub(super) struct Aside(VecDeque<HeldEntry>);

impl Aside {
    /// Keep one; the oldest makes room.
    pub fn put(&mut self, entry: &HeldEntry) {
        self.0.retain(|other| other.id() != entry.id());
        if self.0.len() >= ASIDE_MAX {
            self.0.pop_front();
        }
        self.0.push_back(entry.clone());
    }
    fn get(&self, id: EntryId) -> Option<&HeldEntry> {
        self.0.iter().find(|entry| entry.id() == id)
    }
}

impl Store {
    /// Take the last entry of a restatement. None: it is taken like any other.
    pub(super) fn restate(
        &mut self,
        key: LogKey,
        last: &HeldEntry,
    ) -> Result<Option<Result<Placed, NotTaken>>, StoreError> {
        let (header, state) = (last.header(), self.logs.get(&key).copied());
        let reads = Reads::default();
        let find = |seq, id| reads.found(self.at_hand(&header.log, seq, id)).map(|(entry, _)| entry.header().clone());
        let restated = restate(state.as_ref(), header, last.id(), find);
        reads.end()?;
        let next = match restated {
            None => return Ok(None),
            Some(Err(refused)) => return Ok(Some(Err(refused))),
            Some(Ok(next)) => next,
        };
        let mut run = vec![last.clone()];
        let mut was_aside = false;
        while let Some(first) = run.last().filter(|first| first.header().seq > next.floor) {
            let (seq, before) = (first.header().seq - 1, first.header().backlink.unwrap_or_default());
            let Some((entry, aside)) = self.at_hand(&header.log, seq, before)? else { return Ok(None) };
            was_aside |= aside;
            run.push(entry);
        }
        let displaced = match state {
            Some(_) => false,
            None => match self.admit(&header.log)? {
                Ok(displaced) => displaced,
                Err(refused) => return Ok(Some(Err(refused))),
            },
        };
        if run.iter().any(HeldEntry::lacks) {
            let before = self.entries_of(&header.log, |_| true)?;
            put_back(&mut run, &before);
        }
        // All that was held, if it was more than the restatement that now counts.
        let more = state.is_some_and(|state| count(&state) + 1 > run.len() as u64) || was_aside;
        self.settle_on(&key, next, &run)?;
        self.aside.0.retain(|entry| entry.header().log != header.log);
        Ok(Some(Ok(Placed { found: Placement::Restated, dropped: more || displaced })))
    }

    /// Hold nothing of a log but a restatement.
    fn settle_on(&mut self, key: &LogKey, state: LogState, run: &[HeldEntry]) -> Result<(), StoreError> {
        let mut batches = Batches::default();
        self.drop_range(all_of(key), &mut batches.changes, |_| true)?;
        for entry in run.iter().rev() {
            batches.put(*key, entry, state, Branch::First);
        }
        self.write_at_once(batches)
    }

    /// An entry that is held or kept aside; true: aside.
    fn at_hand(&self, log: &LogId, seq: u64, id: EntryId) -> Result<Option<(HeldEntry, bool)>, StoreError> {
        for branch in [Branch::First, Branch::Second] {
            if let Some(entry) = self.held(log, branch, seq)?.filter(|entry| entry.id() == id) {
                return Ok(Some((entry, false)));
            }
        }
        Ok(self.aside.get(id).map(|entry| (entry.clone(), true)))
    }

    /// The entries of a log's first branch, as far as they are held.
    pub fn log_entries(&self, log: &LogId) -> Result<Vec<HeldEntry>, StoreError> {
        self.entries_of(log, |branch| branch == Branch::First)
    }

    fn entries_of(&self, log: &LogId, of: impl Fn(Branch) -> bool) -> Result<Vec<HeldEntry>, StoreError> {
        let key = log.key();
        let mut found = Vec::new();
        for item in self.trees()?.headers.range(from_on(&key, 0)) {
            let (at, header) = item?;
            if of(entry_key_from(&at)?.2) {
                found.push(super::read::held_entry(&header, self.trees()?.payloads.get(&at)?.as_deref())?);
            }
        }
        Ok(found)
    }

    /// The restatements that count in a scope, each with its entries in their order.
    pub fn restatements(&self, scope: &Scope) -> Result<Vec<Vec<Entry>>, StoreError> {
        let prefix = scope.key();
        let mut found = Vec::new();
        for (key, state) in self.logs.iter().filter(|(key, _)| key[..SCOPE_KEY_LEN] == prefix) {
            let Some(base) = state.base else { continue };
            let log = LogId::from_key(key).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let mut run = Vec::new();
            for seq in state.floor..=base.seq {
                run.extend(self.held(&log, Branch::First, seq)?.and_then(HeldEntry::into_whole));
            }
            found.push(run);
        }
        Ok(found)
    }
}
