//! What is put right when the store opens: logs and entries agree again after a crash.

use super::{
    Store, StoreError,
    append::Batches,
    record::{LogKey, all_of, body_from, count, entry_key, entry_key_from, log_from},
};
use communaut_protocol::{
    Scope,
    entry::{Body, HeldEntry},
    log::{Branch, LogState, MemoryLog},
    private::Arrivals,
    scope::SCOPE_KEY_LEN,
};
use std::collections::BTreeMap;

impl Store {
    /// Load the records of all logs; where one and its entries disagree, the entries decide.
    pub(super) fn load_logs(&mut self) -> Result<(), StoreError> {
        let mut wrong = Vec::new();
        for item in self.trees()?.logs.iter() {
            let (key, value) = item?;
            let key: LogKey =
                key.as_ref().try_into().map_err(|_| StoreError::Damaged("a log key of a wrong length".into()))?;
            let state = log_from(&value)?;
            if !self.agrees(&key, &state)? {
                wrong.push(key);
            }
            self.logs.insert(key, state);
        }
        // Logs whose first batch was cut off before its record.
        let mut cursor: Vec<u8> = Vec::new();
        while let Some(item) = self.trees()?.headers.range(cursor.clone()..).next() {
            let (log, _, _) = entry_key_from(&item?.0)?;
            if !self.logs.contains_key(&log) {
                wrong.push(log);
            }
            // On to the first entry of the next log.
            cursor = entry_key(&log, u64::MAX, Branch::Second).to_vec();
            cursor.push(0);
        }
        self.arrival = match self.trees()?.arrivals.last()? {
            Some((key, _)) => u64::from_be_bytes(key.as_ref().try_into().unwrap_or_default()),
            None => 0,
        };
        self.mended.any = !wrong.is_empty();
        for key in wrong {
            self.settle(&key)?;
        }
        self.entries = self.logs.values().map(count).sum();
        self.logs.settle();
        Ok(())
    }

    /// Which arrivals were in scopes that not every peer may know of.
    pub(super) fn load_private(&mut self) -> Result<(), StoreError> {
        self.private = Arrivals::default();
        for item in self.trees()?.arrivals.iter() {
            let (number, what) = item?;
            let (Some(key), Ok(number)) = (what.get(..SCOPE_KEY_LEN), number.as_ref().try_into()) else { continue };
            if let Ok(scope) = Scope::from_key(key) {
                self.private.arrived(scope, u64::from_be_bytes(number));
            }
        }
        Ok(())
    }

    /// Whether all entries of which the logs speak are there, each with its payload, or the word that it was erased or
    /// is still to come. A page that the database lost leaves no hole that it knows of: its keys are just not there.
    pub(crate) fn is_complete(&self) -> Result<bool, StoreError> {
        let (trees, mut there) = (self.trees()?, 0);
        for item in trees.headers.iter() {
            let (at, _) = item?;
            if !trees.payloads.contains_key(&at)? && !trees.absent.contains_key(&at)? {
                return Ok(false);
            }
            there += 1;
        }
        Ok(there == self.entries)
    }

    /// Whether the ends of a log are where its record says.
    fn agrees(&self, key: &LogKey, state: &LogState) -> Result<bool, StoreError> {
        let there = |seq, branch| self.trees()?.headers.contains_key(entry_key(key, seq, branch));
        let ends = |tip: u64, branch| -> Result<bool, StoreError> {
            Ok(there(tip, branch)? && !there(tip.saturating_add(1), branch)?)
        };
        let second = match state.fork {
            Some(fork) => ends(fork.tip.seq, Branch::Second)? && there(fork.at, Branch::Second)?,
            None => !there(state.tip.seq, Branch::Second)?,
        };
        let below = match state.lo.checked_sub(1) {
            Some(below) => there(below, Branch::First)?,
            None => false,
        };
        Ok(ends(state.tip.seq, Branch::First)? && second && there(state.lo, Branch::First)? && !below)
    }

    /// Take all entries of a log anew, as if they had just come; what finds no place is dropped. At once, since a
    /// second crash would else leave less than there was, and be taken for all.
    fn settle(&mut self, key: &LogKey) -> Result<(), StoreError> {
        let before = self.logs.remove(key);
        let mut batches = Batches::default();
        let (mut held, mut waiting) = (BTreeMap::new(), Vec::new());
        for item in self.trees()?.headers.range(all_of(key)) {
            let (at, header) = item?;
            let body = body_from(self.trees()?.payloads.get(&at)?.as_deref())?;
            let to_come = self.trees()?.absent.contains_key(&at)?;
            let (log, seq, branch) = entry_key_from(&at)?;
            let place = entry_key(&log, seq, branch);
            // A header whose payload a crash has cut off comes again with it; one that stands
            // beside another payload too.
            if (body != Body::Absent || to_come)
                && let Ok(entry) = HeldEntry::from_store(header.to_vec(), body)
                && names_its_payload(&entry)
            {
                held.insert(place, entry.clone());
                waiting.push(entry);
            } else {
                batches.changes.remove(&at);
            }
        }
        let mut log = MemoryLog::new();
        let lo = before.map(|state| state.lo).or_else(|| waiting.iter().map(|entry| entry.header().seq).min());
        if let Some(lowest) = waiting.iter().find(|entry| Some(entry.header().seq) == lo && lo > Some(0)) {
            log.begin(lowest.clone());
        }
        loop {
            let left = waiting.len();
            waiting.retain(|entry| log.take(entry.clone()).is_err());
            if waiting.len() == left {
                break;
            }
        }
        let state = log.state().copied();
        // Its end, its beginning, or a branch of it.
        if before.is_some_and(|before| state.is_none_or(|state| count(&state) < count(&before))) {
            self.mended.shrunk.push(*key);
        }
        let mut wanted = BTreeMap::new();
        for branch in [Branch::First, Branch::Second] {
            wanted.extend(log.branch(branch).map(|(seq, entry)| (entry_key(key, seq, branch), (branch, entry))));
        }
        // Most lie where they belong.
        for (at, there) in &held {
            if wanted.get(at).is_none_or(|(_, entry)| *entry != there) {
                batches.changes.remove(at);
            }
        }
        if let Some(state) = state {
            for (branch, entry) in
                wanted.iter().filter(|(at, (_, entry))| held.get(*at) != Some(*entry)).map(|(_, put)| put)
            {
                batches.put(*key, entry, state, *branch);
            }
        }
        // The search index is behind what is held now: a new arrival number makes it catch up.
        match state {
            Some(state) => drop(batches.logs.insert(*key, (0, state))),
            None => batches.changes.logs.remove(&key[..]),
        }
        self.write_at_once(batches)
    }
}

fn names_its_payload(entry: &HeldEntry) -> bool {
    entry.body().bytes().is_none_or(|payload| entry.signed().names(payload))
}
