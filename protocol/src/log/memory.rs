//! A log held in memory: what the store does on disk, for the simulator and the tests.

use super::{Branch, LogState, NotTaken, Placement, RunSeen, Taken, restate, take, within_budget};
use crate::{entry::Header, ids::EntryId, limits::RESTATE_PARTS_MAX};
use std::collections::{BTreeMap, VecDeque};

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
    /// Of a restatement that does not follow what is held, at most [`RESTATE_PARTS_MAX`].
    aside: VecDeque<E>,
}

impl<E> Default for MemoryLog<E> {
    fn default() -> Self {
        Self { state: None, first: BTreeMap::new(), second: BTreeMap::new(), aside: VecDeque::new() }
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
        let find = |seq, id| {
            let held = [Branch::First, Branch::Second].into_iter().filter_map(|branch| self.get(branch, seq));
            let found = held.chain(&self.aside).find(|entry| entry.id() == id);
            found.map(|entry| entry.header().clone())
        };
        within_budget(entry.header(), find)?;
        if let Some(state) = restate(self.state.as_ref(), entry.header(), entry.id(), find) {
            return Ok(self.settle_on(state?, entry));
        }
        let at = |branch, seq| self.get(branch, seq).map(|held| RunSeen::of(held.header(), held.id()));
        let below = || self.first.first_key_value().and_then(|(_, lowest)| lowest.header().backlink);
        match take(self.state.as_ref(), entry.header(), entry.id(), at, below) {
            Ok(taken) => {
                self.apply(taken, entry);
                Ok(taken)
            }
            Err(why) if entry.header().is_part() && why.leaves_open() => {
                self.aside.retain(|other| other.id() != entry.id());
                if self.aside.len() >= RESTATE_PARTS_MAX {
                    self.aside.pop_front();
                }
                self.aside.push_back(entry);
                Err(NotTaken::Aside)
            }
            Err(why) => Err(why),
        }
    }

    /// Hold nothing but a restatement, of which this is the last entry.
    fn settle_on(&mut self, state: LogState, last: E) -> Taken {
        let mut pool: BTreeMap<EntryId, E> = BTreeMap::new();
        let held = std::mem::take(&mut self.first).into_values().chain(std::mem::take(&mut self.second).into_values());
        for entry in held.chain(std::mem::take(&mut self.aside)) {
            pool.insert(entry.id(), entry);
        }
        let mut next = Some(last);
        while let Some(entry) = next {
            let before = entry.header().backlink.filter(|_| entry.header().seq > state.floor);
            next = before.and_then(|id| pool.remove(&id));
            self.first.insert(entry.header().seq, entry);
        }
        self.state = Some(state);
        Taken { state, promote: None, cut: None, put: Branch::First, found: Placement::Restated }
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
