//! A log held in memory: what the store does on disk, for the simulator and the tests.

use super::{Branch, LogState, NotTaken, Taken, take, within_budget};
use crate::{entry::Header, ids::EntryId};
use std::collections::BTreeMap;

/// An entry as far as a log needs it.
pub trait Linked {
    /// Its header.
    fn header(&self) -> &Header;
    /// Its id.
    fn id(&self) -> EntryId;
}

impl Linked for crate::Entry {
    fn header(&self) -> &Header {
        self.header()
    }
    fn id(&self) -> EntryId {
        self.id()
    }
}

impl Linked for crate::entry::HeldEntry {
    fn header(&self) -> &Header {
        self.header()
    }
    fn id(&self) -> EntryId {
        self.id()
    }
}

impl<T: Linked> Linked for std::sync::Arc<T> {
    fn header(&self) -> &Header {
        self.as_ref().header()
    }
    fn id(&self) -> EntryId {
        self.as_ref().id()
    }
}

/// The entries held of one log.
#[derive(Debug, Clone)]
pub struct MemoryLog<E> {
    state: Option<LogState>,
    first: BTreeMap<u64, E>,
    second: BTreeMap<u64, E>,
}

impl<E> Default for MemoryLog<E> {
    fn default() -> Self {
        Self { state: None, first: BTreeMap::new(), second: BTreeMap::new() }
    }
}

impl<E: Linked> MemoryLog<E> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// What is held.
    #[must_use]
    pub const fn state(&self) -> Option<&LogState> {
        self.state.as_ref()
    }
    /// An entry of a branch.
    #[must_use]
    pub fn get(&self, branch: Branch, seq: u64) -> Option<&E> {
        match branch {
            Branch::Second if self.state.and_then(|state| state.fork).is_some_and(|fork| seq >= fork.at) => {
                self.second.get(&seq)
            }
            _ => self.first.get(&seq),
        }
    }
    /// The entries of a branch with their sequence numbers, ascending.
    pub fn branch(&self, branch: Branch) -> impl Iterator<Item = (u64, &E)> {
        let entries = if branch == Branch::First { &self.first } else { &self.second };
        entries.iter().map(|(seq, entry)| (*seq, entry))
    }
    /// Put another value in the place of an entry of this number and id, if the change gives one.
    pub fn replace(&mut self, seq: u64, id: EntryId, change: impl FnOnce(&E) -> Option<E>) {
        let fits = |entry: &&mut E| entry.id() == id;
        let held = self.first.get_mut(&seq).filter(fits);
        if let Some(held) = held.or_else(|| self.second.get_mut(&seq).filter(fits))
            && let Some(changed) = change(held)
        {
            *held = changed;
        }
    }
    /// All entries held.
    pub fn entries(&self) -> impl Iterator<Item = &E> {
        self.first.values().chain(self.second.values())
    }

    /// Take an entry by [`super::take`].
    pub fn take(&mut self, entry: E) -> Result<Taken, NotTaken> {
        within_budget(entry.header(), |seq, id| {
            let held = [Branch::First, Branch::Second].into_iter().filter_map(|branch| self.get(branch, seq));
            held.filter(|held| held.id() == id).map(|held| held.header().clone()).next()
        })?;
        let at = |branch, seq| self.get(branch, seq).map(Linked::id);
        let below = || self.first.first_key_value().and_then(|(_, lowest)| lowest.header().backlink);
        let taken = take(self.state.as_ref(), entry.header(), entry.id(), at, below)?;
        self.apply(taken, entry);
        Ok(taken)
    }

    /// Begin with an entry that is not the first (see [`super::begin`]). False if something is held.
    pub fn begin(&mut self, entry: E) -> bool {
        // In a wide scope what comes before decides whether there is room.
        if self.state.is_some() || (entry.header().log.scope.is_wide() && entry.header().seq > 0) {
            return false;
        }
        self.state = Some(super::begin(entry.header(), entry.id()));
        self.first.insert(entry.header().seq, entry);
        true
    }

    fn apply(&mut self, taken: Taken, entry: E) {
        if let Some(at) = taken.promote {
            self.first.split_off(&at);
            self.first.append(&mut self.second);
        }
        match taken.cut {
            Some((Branch::First, from)) => drop(self.first.split_off(&from)),
            Some((Branch::Second, from)) => drop(self.second.split_off(&from)),
            None => {}
        }
        let seq = entry.header().seq;
        match taken.put {
            Branch::First => self.first.insert(seq, entry),
            Branch::Second => self.second.insert(seq, entry),
        };
        self.state = Some(taken.state);
    }
}
