//! Writing entries.

use super::{
    Store, StoreError,
    record::{ENTRY_KEY_LEN, LogKey, all_of, body_bytes, count, entry_key, from_on, log_bytes},
    tree::AtOnce,
};
use communaut_protocol::{
    EntryId, Header, LogId, Scope,
    entry::{HeldEntry, Signed},
    log::{
        Branch, EpochAnswer, LogState, NotTaken, Placement, RunSeen, Taken, admit_epoch, epochs_max, take,
        within_budget,
    },
    scope::{LOG_KEY_LEN, SCOPE_KEY_LEN},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

/// Bytes of a log key without its epoch.
const DEVICE_IN_SCOPE_LEN: usize = LOG_KEY_LEN - 8;

/// What taking an entry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// What it showed.
    pub found: Placement,
    /// Whether entries that were held counted no longer and were dropped: what is folded of its scope is folded anew.
    pub dropped: bool,
}

/// Reads on behalf of a rule, which knows no errors: the first one is kept, and ends what the rule was asked for.
#[derive(Debug, Default)]
pub(crate) struct Reads(RefCell<Option<StoreError>>);

impl Reads {
    /// What was read, if it was.
    pub fn found<T>(&self, read: Result<Option<T>, StoreError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.0.borrow_mut().get_or_insert(error);
            None
        })
    }
    /// Whether all could be read.
    pub fn end(&self) -> Result<(), StoreError> {
        self.0.take().map_or(Ok(()), Err)
    }
}

/// Bytes kept beside an entry: its keys in three trees, the record of its log, its arrival.
const BESIDE: u64 = 600;

/// Writes that go into the store together.
#[derive(Debug, Default)]
pub(super) struct Batches {
    pub changes: AtOnce,
    /// Bytes of the entries in it, with what is kept of each beside them.
    pub bytes: u64,
    /// Of each log what is held with the batch, and the first sequence number that is in it.
    pub logs: BTreeMap<LogKey, (u64, LogState)>,
}

impl Store {
    /// Take verified entries, each into its log. The answers are in their order; what is refused leaves nothing behind.
    pub fn append(&mut self, entries: &[HeldEntry]) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        self.append_from(entries, &BTreeSet::new())
    }

    /// As [`Store::append`]; logs of which nothing is held may begin with their first entry here, whatever its number.
    pub fn append_from(
        &mut self,
        entries: &[HeldEntry],
        begin: &BTreeSet<LogId>,
    ) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        let mut batches = Batches::default();
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let header = entry.header();
            let key = header.log.key();
            let held = batches.logs.get(&key).map(|(_, state)| state).or_else(|| self.logs.get(&key));
            let last = header.restates_from().is_some();
            let next = match held {
                _ if last => false,
                // What it has said before is counted.
                _ if header.log.scope.is_wide() => false,
                Some(state) => {
                    state.tip.seq.checked_add(1) == Some(header.seq) && header.backlink == Some(state.tip.id)
                }
                // The first log of a device in a scope: whether an epoch is one too many need not be asked.
                None => header.seq == 0 && self.epochs(&header.log).is_empty() && !batches.has(&key),
            };
            if next {
                // What nearly all are: nothing that is stored must be looked at.
                let taken = take(held, header, entry.id(), |_, _| None, || None);
                if let Ok(taken) = taken {
                    batches.put(key, entry, taken.state, Branch::First);
                }
                answers.push(taken.map(|taken| Placed { found: taken.found, dropped: false }));
                continue;
            }
            self.write(std::mem::take(&mut batches))?;
            if last && let Some(answer) = self.restate(key, entry)? {
                answers.push(answer);
                continue;
            }
            let fresh = begin.contains(&header.log) && !self.logs.contains_key(&key);
            answers.push(if fresh { self.begin(entry)? } else { self.place(key, entry)? });
        }
        self.write(batches)?;
        self.logs.settle();
        Ok(answers)
    }

    /// Begin a log that is not held with an entry that need not be its first.
    pub fn begin(&mut self, entry: &HeldEntry) -> Result<Result<Placed, NotTaken>, StoreError> {
        let key = entry.header().log.key();
        if self.logs.contains_key(&key) {
            return self.place(key, entry);
        }
        if entry.header().log.scope.is_wide() && entry.header().seq > 0 {
            // What comes before decides whether there is room.
            return Ok(Err(NotTaken::Gap { from: 0 }));
        }
        let dropped = match self.admit(&entry.header().log)? {
            Ok(dropped) => dropped,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut batches = Batches::default();
        batches.put(key, entry, communaut_protocol::log::begin(entry.header(), entry.id()), Branch::First);
        self.write(batches)?;
        Ok(Ok(Placed { found: Placement::Chain, dropped }))
    }

    /// One entry, wherever it belongs.
    fn place(&mut self, key: LogKey, entry: &HeldEntry) -> Result<Result<Placed, NotTaken>, StoreError> {
        let header = entry.header();
        let reads = Reads::default();
        let budget = within_budget(header, |seq, id| reads.found(self.header_of(&key, seq, id)));
        reads.end()?;
        if let Err(refused) = budget {
            return Ok(Err(refused));
        }
        let state = self.logs.get(&key).copied();
        let reads = Reads::default();
        let at = |branch, seq| reads.found(self.seen_at(&key, branch, seq));
        let below = || reads.found(self.header_at(&key, Branch::First, state?.lo))?.header().backlink;
        let taken = take(state.as_ref(), header, entry.id(), at, below);
        reads.end()?;
        let taken = match taken {
            Ok(taken) => taken,
            Err(why) if header.is_part() && why.leaves_open() => {
                self.aside.put(entry);
                return Ok(Err(NotTaken::Aside));
            }
            Err(refused) => return Ok(Err(refused)),
        };
        let mut dropped = taken.promote.is_some() || taken.cut.is_some();
        if state.is_none() {
            match self.admit(&header.log)? {
                Ok(displaced) => dropped |= displaced,
                Err(refused) => return Ok(Err(refused)),
            }
        }
        let mut batches = Batches::default();
        self.rearrange(&key, &taken, &mut batches.changes)?;
        batches.put(key, entry, taken.state, taken.put);
        self.write_at_once(batches)?;
        Ok(Ok(Placed { found: taken.found, dropped }))
    }

    /// The epochs that the device of a log has opened for its author in its scope, as far as held, ascending.
    #[must_use]
    pub fn epochs(&self, of: &LogId) -> Vec<u64> {
        let first = LogId { epoch: 0, ..*of }.key();
        self.logs
            .range(first..)
            .take_while(|(other, _)| other[..DEVICE_IN_SCOPE_LEN] == first[..DEVICE_IN_SCOPE_LEN])
            .filter_map(|(other, _)| other[DEVICE_IN_SCOPE_LEN..].try_into().ok().map(u64::from_be_bytes))
            .collect()
    }

    /// Whether a log of a new epoch is taken; true if another one went for it.
    pub(super) fn admit(&mut self, log: &LogId) -> Result<Result<bool, NotTaken>, StoreError> {
        match admit_epoch(&self.epochs(log), log.epoch, epochs_max(&log.scope)) {
            EpochAnswer::Admitted => Ok(Ok(false)),
            EpochAnswer::Declined => Ok(Err(NotTaken::Epochs)),
            EpochAnswer::Displaces(epoch) => {
                self.remove_log(&LogId { epoch, ..*log }.key())?;
                Ok(Ok(true))
            }
        }
    }

    /// Drop what a smaller branch displaces.
    fn rearrange(&self, key: &LogKey, taken: &Taken, changes: &mut AtOnce) -> Result<(), StoreError> {
        if let Some(from) = taken.promote {
            self.drop_branch(key, Branch::First, from, changes)?;
            let trees = self.trees()?;
            for (tree, batch) in [
                (&trees.headers, &mut changes.headers),
                (&trees.payloads, &mut changes.payloads),
                (&trees.absent, &mut changes.absent),
            ] {
                for item in tree.range(from_on(key, from)) {
                    let (at, value) = item?;
                    let (_, seq, branch) = super::record::entry_key_from(&at)?;
                    if branch == Branch::Second {
                        batch.insert(&entry_key(key, seq, Branch::First)[..], value);
                        batch.remove(at);
                    }
                }
            }
        }
        match taken.cut {
            Some((branch, from)) => self.drop_branch(key, branch, from, changes),
            None => Ok(()),
        }
    }

    /// Take away a branch of a log from a sequence number on.
    pub(super) fn drop_branch(
        &self,
        key: &LogKey,
        of: Branch,
        from: u64,
        changes: &mut AtOnce,
    ) -> Result<(), StoreError> {
        self.drop_range(from_on(key, from), changes, |branch| branch == of)
    }

    /// Take away the entries at some keys, of some branches.
    pub(super) fn drop_range(
        &self,
        range: RangeInclusive<[u8; ENTRY_KEY_LEN]>,
        changes: &mut AtOnce,
        of: impl Fn(Branch) -> bool,
    ) -> Result<(), StoreError> {
        let trees = self.trees()?;
        for tree in [&trees.headers, &trees.payloads, &trees.absent] {
            for item in tree.range(range.clone()) {
                let (at, _) = item?;
                if of(super::record::entry_key_from(&at)?.2) {
                    changes.remove(&at);
                }
            }
        }
        Ok(())
    }

    /// Drop a log with all that is held of it.
    pub(super) fn remove_log(&mut self, key: &LogKey) -> Result<(), StoreError> {
        let mut changes = AtOnce::default();
        changes.logs.remove(&key[..]);
        self.drop_range(all_of(key), &mut changes, |_| true)?;
        changes.write(self.trees()?)?;
        if let Some(state) = self.logs.remove(key) {
            self.entries = self.entries.saturating_sub(count(&state));
        }
        Ok(())
    }

    /// Write what only adds, which is nearly everything: payloads before headers before logs, so that whatever a crash
    /// cuts off, a log never names what is not held.
    pub(super) fn write(&mut self, mut batches: Batches) -> Result<(), StoreError> {
        if batches.logs.is_empty() {
            return Ok(());
        }
        self.trees()?.take_room(batches.bytes)?;
        self.record(&mut batches)?;
        let (trees, changes) = (self.trees()?, batches.changes);
        trees.payloads.apply_batch(changes.payloads)?;
        trees.absent.apply_batch(changes.absent)?;
        trees.headers.apply_batch(changes.headers)?;
        trees.logs.apply_batch(changes.logs)?;
        trees.arrivals.apply_batch(changes.arrivals)
    }

    /// Write what takes something away too: all or nothing is there after a crash.
    pub(super) fn write_at_once(&mut self, mut batches: Batches) -> Result<(), StoreError> {
        self.trees()?.take_room(batches.bytes)?;
        self.record(&mut batches)?;
        batches.changes.write(self.trees()?)
    }

    /// Put the records of the logs of a batch into it, with their arrival.
    fn record(&mut self, batches: &mut Batches) -> Result<(), StoreError> {
        for (key, (from, state)) in &batches.logs {
            batches.changes.logs.insert(&key[..], log_bytes(state)?);
            self.arrival += 1;
            if let Ok(scope) = Scope::from_key(&key[..SCOPE_KEY_LEN]) {
                self.private.arrived(scope, self.arrival);
            }
            batches.changes.arrivals.insert(&self.arrival.to_be_bytes(), arrival_bytes(key, *from));
            let before = self.logs.insert(*key, *state).map_or(0, |before| count(&before));
            self.entries = (self.entries + count(state)).saturating_sub(before);
        }
        Ok(())
    }

    /// The header of an entry that is held.
    pub fn header_of(&self, key: &LogKey, seq: u64, id: EntryId) -> Result<Option<Header>, StoreError> {
        for branch in [Branch::First, Branch::Second] {
            if let Some(held) = self.header_at(key, branch, seq)?.filter(|held| held.id() == id) {
                return Ok(Some(held.header().clone()));
            }
        }
        Ok(None)
    }

    /// What a log must know of an entry that is held.
    fn seen_at(&self, key: &LogKey, branch: Branch, seq: u64) -> Result<Option<RunSeen>, StoreError> {
        Ok(self.header_at(key, branch, seq)?.map(|held| RunSeen::of(held.header(), held.id())))
    }

    /// The header at a place of a log.
    fn header_at(&self, key: &LogKey, branch: Branch, seq: u64) -> Result<Option<Signed>, StoreError> {
        let Some(held) = self.trees()?.headers.get(entry_key(key, seq, branch))? else { return Ok(None) };
        let held = Signed::from_store(held.to_vec());
        held.map(Some).map_err(|refusal| self.noted(StoreError::Damaged(refusal.to_string())))
    }

    /// The id of an entry that is held.
    pub(super) fn id_at(&self, key: &LogKey, branch: Branch, seq: u64) -> Result<Option<EntryId>, StoreError> {
        let held = self.trees()?.headers.get(entry_key(key, seq, branch))?;
        Ok(held.map(|header| EntryId(communaut_protocol::entry::hash(&header).0)))
    }
}

impl Batches {
    /// Whether another log of the same device in the same scope is in it.
    fn has(&self, key: &LogKey) -> bool {
        let (mut from, mut to) = (*key, *key);
        from[DEVICE_IN_SCOPE_LEN..].fill(0);
        to[DEVICE_IN_SCOPE_LEN..].fill(u8::MAX);
        self.logs.range(from..=to).next().is_some()
    }

    pub fn put(&mut self, key: LogKey, entry: &HeldEntry, state: LogState, branch: Branch) {
        let seq = entry.header().seq;
        let at = entry_key(&key, seq, branch);
        if let Some(body) = body_bytes(entry.body()) {
            self.changes.payloads.insert(&at[..], body);
        }
        if entry.lacks() {
            self.changes.absent.insert(&at[..], &entry.id().0);
        }
        self.changes.headers.insert(&at[..], entry.signed().bytes());
        let body = entry.body().bytes().map_or(0, <[u8]>::len);
        self.bytes = self.bytes.saturating_add((entry.signed().bytes().len() + body) as u64 + BESIDE);
        self.logs.entry(key).or_insert((seq, state)).1 = state;
    }
}

/// What arrived: a log from a sequence number on.
pub(super) fn arrival_bytes(key: &LogKey, from: u64) -> Vec<u8> {
    key.iter().copied().chain(from.to_be_bytes()).collect()
}
