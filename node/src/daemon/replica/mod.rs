//! The replica of a node: what is held, folded and written. Built and tested without a network or a loop.
//!
//! Whatever follows from a change is told by the return value, or stands in a list that its owner takes
//! ([`Replica::take_written`], [`Replica::take_index`]); what peers are to be told of is numbered
//! ([`Replica::interest`], [`Private::revision`]), so that nobody has to hand a flag on.

mod act_witness;
pub(crate) mod erasure;
pub(crate) mod group_keys;
mod host;
mod inside;
mod known;
mod marks;
mod own_logs;
pub(crate) mod private;
mod revoked_devices;
mod together;
mod troubles;
pub(crate) mod witness;
pub(crate) mod wrap_inbox;
pub(crate) mod write;

pub(crate) use marks::MUTED_MAX;
pub(crate) use own_logs::MOVED;

use super::{clocks::Clocks, keys::Keys, opening, vault::Vault};
use crate::{
    entropy::Entropy,
    failure::Failure,
    snapshot::{Followed, Me, OwnFork, Phase, ReadMarks, Trouble},
    store::{Placed, Store, StoreError},
    streets::PackInfo,
    views::{ElementChanges, Views},
};
use communaut_protocol::{
    Entry, IdentityId, LogId, Scope,
    clock::Monotonic,
    engine::{Room, Strangers},
    entry::{DeviceKey, Head, Header, HeldEntry},
    fold::{Acceptance, Later, Record, settle},
    log::{Branch, NotTaken, Placement},
    op::{EntryPlace, Op, schema},
};
use erasure::Compaction;
use private::Private;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// What the store remembers of the clock.
const KNOWN: &str = "known time";
/// What the store remembers of the territories followed.
pub(crate) const FOLLOWED: &str = "followed";
/// Before the name of a peer, in what the store remembers of how far it was followed.
pub(crate) const CURSOR: &str = "cursor ";

/// Before the name of a log or cell, in what the store remembers of what was declined.
pub(crate) const DECLINED: &str = "declined ";

/// Entries of a scope from which on it rests after it was folded anew, a millisecond for each so many: whoever erases
/// again and again what they wrote would otherwise have all of it folded each time. What is erased is gone from the
/// disk at once; from what is shown within seconds.
const REST_FROM: usize = 1_000;
const REST_ENTRIES: usize = 5;

/// Whether an entry may be taken from a peer, by what its verified header says.
pub(crate) type Admits = fn(&Replica, &Header, Room) -> bool;

/// What is held, folded and written.
#[derive(Debug)]
pub(crate) struct Replica {
    pub store: Store,
    pub views: Views,
    pub device: DeviceKey,
    pub clocks: Clocks,
    pub entropy: Box<dyn Entropy>,
    /// How far it has come.
    pub phase: Phase,
    /// Whose node this is.
    pub me: Option<IdentityId>,
    /// This device's log in each scope.
    pub logs: HashMap<Scope, LogId>,
    /// Logs of this device that are not written in any more: somebody else may continue them,
    /// from a copy of the data folder.
    pub closed: BTreeSet<LogId>,
    pub private: Private,
    /// How far this person has read, and whom they do not want to hear.
    pub marks: Arc<ReadMarks>,
    /// What others ask in wraps, and nobody has answered yet.
    pub waiting: Vec<wrap_inbox::Request>,
    pub followed: Arc<Vec<Followed>>,
    /// Street maps that are there: their outlines may be followed.
    pub streets: Arc<Vec<PackInfo>>,
    /// Another number whenever what is followed, written in or met on purpose has changed.
    pub interest: u64,
    /// People whose identity log is not held and is asked for on purpose: whose device this one is to be. Never who
    /// writes in a closed scope: that would tell of it.
    pub wanted: BTreeSet<IdentityId>,
    /// Entries written here since they were taken, the last of each log.
    written: BTreeMap<LogId, Entry>,
    /// What the search index has not heard of yet.
    index: Vec<IndexChange>,
    /// Scopes of which something that was folded is gone.
    stale: BTreeSet<Scope>,
    /// Until when large scopes are not folded anew, since that was just done.
    rested: BTreeMap<Scope, Monotonic>,
    pub compaction: Compaction,
    /// What counts of logs whose device was taken out, as far as it was asked: at most one for each log held.
    pub acceptance: Acceptance,
    /// Records stamped ahead of the reference clock; folded once it catches up.
    later: Later,
    /// This person's logs that are forked.
    pub forks: Vec<OwnFork>,
    /// The policy by which entries are taken: as far as there is room for strangers.
    pub admits: Admits,
    /// How much is held of whom, and who is known.
    pub strangers: Strangers,
    /// Whether others may be known than when it was looked at last.
    pub known_stale: bool,
    /// Which records of one place stand for which others.
    pub grouped: together::Grouped,
    /// What is wrong with the store.
    pub troubles: Vec<Trouble>,
    /// Refusals by reason, whoever sent them.
    pub refused: BTreeMap<String, u64>,
    /// Whether something was stored since the last flush.
    pub dirty: bool,
    /// Whether something that is shown has changed since the last snapshot.
    pub changed: bool,
    /// Whether all that the store of this folder had held was lost: whose it is, others may still say.
    pub lost: bool,
}

/// What the search index is to do.
#[derive(Debug)]
pub(crate) enum IndexChange {
    /// Take these elements.
    Apply(ElementChanges),
    /// Something was erased: make the index anew.
    Renew,
}

/// Where entries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Written here.
    Here,
    /// A peer, or a file.
    Elsewhere,
}

impl Replica {
    /// The replica as the store gives it; entries are folded by [`Replica::fold_loaded`].
    pub fn new(
        store: Store,
        keys: &Keys,
        vault: Box<dyn Vault>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let (device, sealing) = (keys.device(), keys.sealing());
        let followed = match store.meta(FOLLOWED)? {
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| StoreError::Damaged(format!("followed territories: {error}")))?,
            None => Vec::new(),
        };
        let known_ms = store.meta(KNOWN)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let mut replica = Self {
            views: Views::default(),
            clocks: Clocks::knowing(known_ms),
            entropy,
            phase: Phase::Loading,
            me: None,
            logs: HashMap::new(),
            closed: BTreeSet::new(),
            private: Private::open(vault, sealing)?,
            marks: Arc::new(marks::load(&store)?),
            waiting: Vec::new(),
            followed: Arc::new(followed),
            streets: Arc::default(),
            interest: 0,
            wanted: BTreeSet::new(),
            written: BTreeMap::new(),
            index: Vec::new(),
            stale: BTreeSet::new(),
            rested: BTreeMap::new(),
            compaction: Compaction::default(),
            acceptance: Acceptance::default(),
            later: Later::default(),
            forks: Vec::new(),
            admits: |replica, header, room| replica.strangers.admits_to(header, room),
            strangers: Strangers::default(),
            known_stale: true,
            grouped: together::Grouped::default(),
            troubles: Vec::new(),
            refused: BTreeMap::new(),
            dirty: false,
            changed: true,
            lost: opening::is_lost(&store)?,
            store,
            device,
        };
        if replica.store.mended().any {
            replica.forget_cursors()?;
        }
        replica.load_closed()?;
        replica.close_shrunk()?;
        replica.close_if_moved()?;
        replica.troubles.extend(opening::told(&replica.store)?);
        // What a node before could not finish.
        if replica.store.is_to_compact()? {
            replica.compaction.due_now();
        }
        replica.find_own_logs()?;
        Ok(replica)
    }

    /// Entries may be gone that cursors speak of: every peer is compared with anew. So may what was held of logs that
    /// were declined later: they are asked for, and declined, once more.
    fn forget_cursors(&self) -> Result<(), StoreError> {
        for prefix in [CURSOR, DECLINED] {
            for (key, _) in self.store.meta_under(prefix)? {
                self.store.unset_meta(&key)?;
            }
        }
        Ok(())
    }

    /// Random bytes, for a command.
    pub fn random<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes).map_err(|error| Failure::internal(error.to_string()))?;
        Ok(bytes)
    }

    /// Remember what this machine's clock shows, if that is due.
    pub fn remember_time(&mut self) -> Result<(), StoreError> {
        let due = self.clocks.due();
        due.map_or(Ok(()), |ms| self.store.set_meta(KNOWN, &ms.to_be_bytes()))
    }

    /// Once a second: fold what has been waiting for its time.
    pub fn keep_time(&mut self) -> Result<(), StoreError> {
        let due = self.later.due(self.clocks.now_ms);
        if !due.is_empty() {
            self.fold(due)?;
            self.fold_stale()?;
        }
        self.changed |= self.views.expire(self.clocks.now_ms);
        Ok(())
    }

    /// Once a second: what the time brings.
    pub fn tick(&mut self) -> Result<(), StoreError> {
        self.keep_time()?;
        self.join_own()?;
        self.tend_closed()?;
        if let Ok(me) = self.author()
            && self.phase == Phase::Ready
        {
            self.tend_votes(me)?;
            self.tend_claims(me);
        }
        self.fold_stale()?;
        self.erasures_due()
    }

    /// Fold what was stored before this start.
    pub fn fold_loaded(&mut self, records: Vec<Record>) -> Result<(), StoreError> {
        let now_ms = self.clocks.now_ms;
        records.iter().for_each(|record| self.clocks.stamps.observe(&record.log.scope, record.stamp, now_ms));
        self.fold(records)
    }

    /// All that could be read of the store is folded.
    pub fn loaded(&mut self) -> Result<(), StoreError> {
        self.phase = Phase::Ready;
        self.private.changed();
        self.changed = true;
        self.judge_loaded();
        self.fold_stale()?;
        self.find_forks()
    }

    /// More of these scopes can be read than before: they are folded anew with what comes next.
    pub fn fold_anew(&mut self, scopes: impl IntoIterator<Item = Scope>) {
        self.stale.extend(scopes);
    }

    /// What is followed, written in or met on purpose has changed.
    pub fn interests_changed(&mut self) {
        self.interest += 1;
    }

    /// What was written here since the last time, the last entry of each log.
    pub fn take_written(&mut self) -> impl Iterator<Item = Entry> + use<> {
        std::mem::take(&mut self.written).into_values()
    }

    /// What the search index has not heard of yet.
    pub fn take_index(&mut self) -> Vec<IndexChange> {
        std::mem::take(&mut self.index)
    }

    /// What was written since the last flush may be lost: nothing is said of it.
    pub fn forget_written(&mut self) {
        self.written.clear();
        self.dirty = false;
    }

    /// Store verified entries; fold those that were new.
    pub fn take(&mut self, entries: Vec<HeldEntry>, from: Origin) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        self.take_from(entries, from, &BTreeSet::new())
    }

    /// As [`Replica::take`]; logs of which nothing is held may begin with their first entry here.
    pub fn take_from(
        &mut self,
        entries: Vec<HeldEntry>,
        from: Origin,
        begin: &BTreeSet<LogId>,
    ) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        let entries: Vec<HeldEntry> = entries.into_iter().map(|entry| self.without_erased(entry)).collect();
        let answers = self.store.append_from(&entries, begin)?;
        let (mut new, mut forked, mut less) = (Vec::with_capacity(entries.len()), false, BTreeMap::new());
        for (entry, answer) in entries.into_iter().zip(&answers) {
            let Ok(placed) = answer else { continue };
            self.dirty = true;
            let header = entry.header();
            self.clocks.stamps.observe(&header.log.scope, header.stamp, self.clocks.now_ms);
            self.strangers.took(header);
            match placed.found {
                Placement::Fork | Placement::Smaller => self.count("fork", 1),
                // What it drops may be what was erased.
                Placement::Restated if placed.dropped => self.compact_soon()?,
                Placement::Restated | Placement::Chain => {}
            }
            if from == Origin::Elsewhere {
                self.continued_elsewhere(header.log)?;
            }
            let (head, moved) =
                (Head { seq: header.seq, id: entry.id() }, placed.dropped || placed.found != Placement::Chain);
            if self.acceptance.entered(&header.log, head, moved, self.views.book_in(&header.log.scope)) {
                self.stale.insert(header.log.scope);
            }
            if placed.dropped {
                // What was folded of it counts no longer.
                self.stale.insert(header.log.scope);
                less.insert((header.log.scope.cell, header.log.author), header.log);
            }
            forked |= placed.found != Placement::Chain;
            new.push(entry);
        }
        // Once all are counted: what is looked up is all that is stored by now.
        less.values().try_for_each(|log| self.held_less(log))?;
        self.fold_new(new)?;
        if forked {
            self.find_forks()?;
        }
        Ok(answers)
    }

    /// Fold entries that have been stored, as far as their payloads are held.
    pub fn fold_new(&mut self, entries: Vec<HeldEntry>) -> Result<(), StoreError> {
        let mut records = Vec::with_capacity(entries.len());
        for entry in entries.into_iter().filter_map(HeldEntry::into_whole) {
            if entry.header().schema == schema::WRAPS {
                self.take_wraps(&entry)?;
            }
            for read in Record::all(&entry, &self.private.ring) {
                // What is not understood is kept and relayed all the same.
                match read {
                    // Of what a witness says it does not matter who brings it.
                    Ok(record) if !matches!(record.op, Op::Witness(_)) && self.is_of_device_out(&record) => {
                        records.extend(self.judge(record)?);
                    }
                    Ok(record) => records.push(record),
                    Err(error) => tracing::debug!(entry = %entry.id(), "kept, not shown: {error}"),
                }
            }
        }
        if !records.is_empty() {
            self.fold(records)?;
        }
        self.fold_stale()
    }

    /// What is erased does not come back from a peer that had not heard of it.
    fn without_erased(&self, entry: HeldEntry) -> HeldEntry {
        let scope = entry.header().log.scope;
        let card = self.card_in(&entry);
        settle(entry, |place| self.erased_at(&scope, place).filter(|_| !card.contains(place)))
    }

    /// Where an entry writes the card of the container in which it stands: that cannot be erased, and before it has
    /// come nobody knows that an erasure names it.
    fn card_in(&self, entry: &HeldEntry) -> Vec<EntryPlace> {
        let scope = entry.header().log.scope;
        if scope.container.is_zero() || self.views.erasures(&scope).is_empty() {
            return Vec::new();
        }
        let whole = entry.whole().into_iter();
        let records = whole.flat_map(|whole| Record::all(&whole, &self.private.ring)).flatten();
        let is_card = |record: &Record| matches!(&record.op, Op::Element(op) if op.id() == record.container);
        records.filter(is_card).map(|record| record.place()).collect()
    }

    /// Which logs of this person's devices are forked: they are told.
    fn find_forks(&mut self) -> Result<(), StoreError> {
        let me = self.me.and_then(|me| self.views.book().get(&me));
        let own = |device| device == self.device.id() || me.is_some_and(|me| me.devices.contains_key(&device));
        let mut forks = Vec::new();
        for (log, at) in self.store.forked().filter(|(log, _)| own(log.device)) {
            let first = [Branch::First, Branch::Second].map(|branch| self.store.held(&log, branch, at));
            let stamps = first.into_iter().filter_map(Result::transpose).map(|entry| Ok(entry?.header().stamp.ms()));
            let stamps: Vec<u64> = stamps.collect::<Result<_, StoreError>>()?;
            forks.push(OwnFork { log, at, since_ms: stamps.into_iter().min().unwrap_or_default() });
        }
        self.changed |= self.forks != forks;
        self.forks = forks;
        Ok(())
    }

    /// Fold anew the scopes of which something was taken away.
    pub fn fold_stale(&mut self) -> Result<(), StoreError> {
        let mut resting = BTreeSet::new();
        while let Some(scope) = self.stale.pop_first() {
            if self.rested.get(&scope).is_some_and(|until| self.clocks.monotonic < *until) {
                resting.insert(scope);
                continue;
            }
            self.rested.remove(&scope);
            let mut records = Vec::new();
            for entry in self.store.scope_reader(&scope).entries() {
                records.extend(Record::all(&entry?, &self.private.ring).into_iter().flatten());
            }
            if records.len() >= REST_FROM {
                let wait_ms = u64::try_from(records.len() / REST_ENTRIES).unwrap_or(u64::MAX);
                self.rested.insert(scope, self.clocks.monotonic.after(wait_ms));
            }
            self.mark_accepted(&mut records)?;
            self.later.forget(&scope);
            let records = self.later.sift(records, self.clocks.now_ms);
            // A vouch may be gone.
            self.known_stale = true;
            let before = self.views.erasures(&scope);
            let mut changes = self.views.refold(scope, records);
            // By an identity that is another now something may count elsewhere.
            let again = std::mem::take(&mut changes.again);
            self.stale.extend(again.into_iter().filter(|_| scope.is_identity()));
            self.erasures_gone(&scope, &before)?;
            let shown = self.regroup(&mut changes);
            self.index.push(IndexChange::Apply(shown));
            self.on_erasures(changes.erasures)?;
            self.on_judged(&changes.judged);
            self.changed = true;
            self.private.changed_if(scope.is_closed());
        }
        self.stale = resting;
        Ok(())
    }

    fn fold(&mut self, records: Vec<Record>) -> Result<(), StoreError> {
        // Who comes to have another device, or one less, changes who is given keys, and which are good.
        let concerns = |scope: Scope| scope.is_identity() || scope.is_closed();
        self.private.changed_if(records.iter().any(|record| concerns(record.log.scope)));
        let records = self.later.sift(records, self.clocks.now_ms);
        // Where the user writes for the first time those are known who have a role there.
        self.known_stale |= records.iter().any(|record| known::concerns(&record.op) || Some(record.author) == self.me);
        let mut changes = self.views.apply(records);
        let shown = self.regroup(&mut changes);
        self.index.push(IndexChange::Apply(shown));
        self.on_erasures(changes.erasures)?;
        self.on_judged(&changes.judged);
        self.find_me()?;
        self.stale.extend(changes.again);
        let book = self.views.book();
        // Somebody else may have written there before: known is who has a device.
        let known = |id: &IdentityId| book.get(id).is_some_and(|person| !person.devices.is_empty());
        self.wanted.retain(|id| !known(id));
        self.changed = true;
        Ok(())
    }

    /// Count refusals by reason.
    pub fn count(&mut self, reason: &str, times: u64) {
        *self.refused.entry(reason.to_owned()).or_default() += times;
        self.changed = true;
    }

    /// Who runs this node, once their profile is folded.
    pub fn me(&self) -> Option<Me> {
        let view = self.views.book().get(&self.me?).filter(|view| !view.name.is_empty())?;
        Some(Me { id: view.id, device: self.device.id(), name: view.name.clone(), home: view.home.unwrap_or_default() })
    }
}
