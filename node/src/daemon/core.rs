//! The node's state and its one entry point, [`Core::handle`].

use super::{
    access_proofs::Private,
    cursors::Cursors,
    erasure::Compaction,
    input::{Answer, Effect, ImportJob, Input, Loaded},
    keys::Keys,
    mending::Mending,
    monotonic::Monotonic,
    opening,
    pairing::Pairing,
    patience::Patience,
    peers::Peers,
    room::Room,
    sync::STRANGERS_MAX,
    vault::Vault,
};
use crate::{
    failure::{Failure, FailureCode},
    handle::{COMMANDS_MAX, Order},
    modules::Outcome,
    snapshot::{Followed, ImportProgress, Me, NetworkStatus, OwnFork, Phase, Snapshot, StoreStatus, Trouble},
    store::{Placed, Store, StoreError},
    views::Views,
};
use communaut_protocol::{
    Entry, Hlc, IdentityId, LogId, Scope,
    clock::OwnClock,
    entry::{DeviceKey, Head, HeldEntry},
    fold::{Acceptance, Later, Record},
    log::{Branch, Found, NotTaken},
    op::{FrontierHead, is_erasable, schema},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

/// The state of a node. No clock of its own: the time comes with each input.
#[derive(Debug)]
pub(crate) struct Core {
    pub store: Store,
    pub views: Views,
    pub device: DeviceKey,
    /// This device's log in each scope.
    pub logs: HashMap<Scope, LogId>,
    pub clock: Hlc,
    /// The reference by which stamps are judged, milliseconds since 1970 UTC, as of the input being handled.
    pub now_ms: u64,
    /// What this machine knows of the time by itself.
    pub own: OwnClock,
    /// Milliseconds by a clock that never jumps: for waits.
    pub monotonic: Monotonic,
    /// For what is for good.
    pub patience: Patience,
    pub me: Option<IdentityId>,
    pub followed: Arc<Vec<Followed>>,
    pub peers: Peers,
    pub import: Option<ImportJob>,
    /// Refusals by reason, whoever sent them.
    pub refused: BTreeMap<String, u64>,
    pub network: NetworkStatus,
    pub phase: Phase,
    /// Authors of held entries whose identity log is not held.
    pub strangers: BTreeSet<IdentityId>,
    /// Entries written here since the last commit, the last of each log: what gossip carries.
    pub fresh: BTreeMap<LogId, Entry>,
    pub effects: Vec<Effect>,
    /// Scopes of which something that was folded is gone.
    pub stale: BTreeSet<Scope>,
    /// Logs of this device that are not written in any more: somebody else may continue them,
    /// from a copy of the data folder.
    pub closed: BTreeSet<LogId>,
    pub compaction: Compaction,
    /// What counts of logs whose device was taken out, as far as it was asked: at most one for each log held.
    pub acceptance: Acceptance,
    /// Scopes in which something that a restatement says is erased: if it is one of this device, it is written anew.
    pub to_restate: BTreeSet<Scope>,
    /// Records from the future.
    later: Later,
    /// The latest moment that this replica has known, milliseconds since 1970 UTC.
    known_ms: u64,
    pub private: Private,
    pub pairing: Pairing,
    pub cursors: Cursors,
    /// This person's logs that are forked.
    forks: Vec<OwnFork>,
    /// What is wrong with the store.
    pub troubles: Vec<Trouble>,
    pub room: Room,
    /// Commands that wait until everything is loaded.
    deferred: VecDeque<Order>,
    pub dirty: bool,
    pub changed: bool,
    pub version: u64,
    pub mending: Mending,
    /// Whether all that the store of this folder had held was lost: whose it is, others may still say.
    pub lost: bool,
    /// Of how many stores this is the state, one after the other: what was read of another comes too late.
    pub generation: u32,
}

/// What clocks show when an input comes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Now {
    /// The system's, milliseconds since 1970 UTC.
    pub system_ms: u64,
    /// A monotone one, milliseconds since some moment before the first input.
    pub monotonic: Monotonic,
}

/// Where entries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Written here.
    Here,
    /// A peer, or a file.
    Elsewhere,
}

/// The day of this program: no clock is before it. 2026-11-24.
const MADE_MS: u64 = 1_795_478_400_000;
/// Milliseconds between two times that the clock is remembered.
const REMEMBER_EVERY_MS: u64 = 10 * 60 * 1_000;
/// What the store remembers of the clock.
const KNOWN: &str = "known time";
/// Nothing can be written now.
fn away() -> Failure {
    let why =
        "the store has failed and is being brought back: nothing can be written meanwhile; see `communaut-node status`";
    Failure::new(FailureCode::Busy, why)
}

impl Core {
    /// The state as the store gives it; entries are folded by the inputs that follow.
    pub fn new(store: Store, keys: &Keys, vault: Box<dyn Vault>) -> Result<Self, StoreError> {
        let (device, sealing) = (keys.device(), keys.sealing());
        let followed = match store.meta("followed")? {
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| StoreError::Damaged(format!("followed territories: {error}")))?,
            None => Vec::new(),
        };
        let known_ms = store.meta(KNOWN)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let mut core = Self {
            views: Views::default(),
            logs: HashMap::new(),
            clock: Hlc::default(),
            now_ms: 0,
            own: OwnClock::default(),
            monotonic: Monotonic::default(),
            patience: Patience::default(),
            me: None,
            followed: Arc::new(followed),
            peers: Peers::default(),
            import: None,
            refused: BTreeMap::new(),
            network: NetworkStatus::default(),
            phase: Phase::Loading,
            strangers: BTreeSet::new(),
            fresh: BTreeMap::new(),
            effects: Vec::new(),
            stale: BTreeSet::new(),
            closed: BTreeSet::new(),
            compaction: Compaction::default(),
            acceptance: Acceptance::default(),
            to_restate: BTreeSet::new(),
            later: Later::default(),
            known_ms,
            private: Private::open(vault, sealing)?,
            pairing: Pairing::default(),
            cursors: Cursors::load(&store)?,
            forks: Vec::new(),
            troubles: Vec::new(),
            room: Room::default(),
            deferred: VecDeque::new(),
            dirty: false,
            changed: true,
            version: 0,
            mending: Mending::default(),
            lost: opening::is_lost(&store)?,
            generation: 0,
            store,
            device,
        };
        if core.store.mended().any {
            core.cursors.forget(&core.store)?;
        }
        core.load_closed()?;
        core.close_shrunk()?;
        core.close_if_moved()?;
        core.troubles.extend(opening::told(&core.store)?);
        // What a node before could not finish.
        if core.store.is_to_compact()? {
            core.compaction.due_now();
        }
        core.find_own_logs()?;
        Ok(core)
    }

    /// Look at the clocks: the system's, what it has said before, the day of this program,
    /// those of peers (SPEC.md §7.6).
    fn look_at_clocks(&mut self, now: Now) {
        self.own = OwnClock { system_ms: now.system_ms, known_ms: self.known_ms.max(MADE_MS) };
        self.monotonic = now.monotonic;
        self.patience.look(self.own, now.monotonic);
        self.now_ms = self.own.reference(self.peers.clocks(now.monotonic));
    }

    /// Once a second: fold what has been waiting for its time.
    fn keep_time(&mut self) -> Result<(), StoreError> {
        let due = self.later.due(self.now_ms);
        if !due.is_empty() {
            self.fold(due)?;
            self.fold_stale()?;
        }
        self.changed |= self.views.expire(self.now_ms);
        Ok(())
    }

    /// Remember what this machine's clock has shown, as soon as it shows it: what is written in an hour that is far
    /// ahead would else be held back here once the clock has gone back. What peers say is not remembered: else liars
    /// could pull a little further each time.
    fn remember_time(&mut self) -> Result<(), StoreError> {
        let own_ms = self.own.latest_ms();
        if own_ms >= self.known_ms.saturating_add(REMEMBER_EVERY_MS) {
            self.known_ms = own_ms;
            self.store.set_meta(KNOWN, &self.known_ms.to_be_bytes())?;
        }
        Ok(())
    }

    /// Take one input. What it wants done is in `effects`, to be run after [`Core::commit`].
    pub fn handle(&mut self, input: Input, now: Now) -> Result<(), StoreError> {
        self.look_at_clocks(now);
        if self.phase == Phase::Mending {
            self.handle_without_store(input);
            return Ok(());
        }
        self.remember_time()?;
        match input {
            Input::Order(order) => self.order(order),
            Input::Net(event) => self.on_net(event)?,
            Input::Loaded(generation, ..) if generation != self.generation => {}
            Input::Loaded(_, Loaded::Records(records)) => {
                let now_ms = self.now_ms;
                records.iter().for_each(|record| self.clock.observe(record.stamp, now_ms));
                self.fold(records)?;
            }
            Input::Loaded(_, Loaded::Wraps(found)) => self.loaded_wraps(found),
            Input::Loaded(_, Loaded::End(result)) => {
                self.phase = Phase::Ready;
                self.private.changed = true;
                self.changed = true;
                self.judge_loaded();
                self.fold_stale()?;
                self.find_forks()?;
                self.effects.push(Effect::IndexLoaded);
                self.interests_changed();
                // What could be read is shown; the rest is mended before anything is written.
                result?;
                self.is_well();
                for order in std::mem::take(&mut self.deferred) {
                    self.order(order);
                }
            }
            Input::Mended(_) => {}
            Input::ImportItems(items) => self.import_items(items),
            Input::ImportEnd(error) => self.import_end(error),
            Input::Tick => {
                self.tick();
                self.answer_late()?;
                self.look_at_room()?;
                self.keep_time()?;
                self.join_own()?;
                self.tend_closed()?;
                self.prove_anew()?;
                self.prove_again()?;
                self.joined();
                self.erasures_due()?;
                self.note_high_water(false);
            }
        }
        if !self.to_restate.is_empty() {
            self.restate_erased();
        }
        Ok(())
    }

    /// While the store is away: what is shown is answered, what would be written is refused.
    fn handle_without_store(&mut self, input: Input) {
        match input {
            Input::Order(order) => self.order(order),
            Input::Net(event) => self.on_net_without_store(event),
            Input::Tick => self.mend_when_due(),
            Input::Loaded(..) | Input::ImportItems(_) | Input::ImportEnd(_) | Input::Mended(_) => {}
        }
        for Order { reply, .. } in std::mem::take(&mut self.deferred) {
            self.answer(reply, Err(away()));
        }
    }

    fn order(&mut self, order: Order) {
        let Order { command, reply } = order;
        if self.phase == Phase::Mending && !command.runs().without_store() {
            return self.answer(reply, Err(away()));
        }
        if self.phase == Phase::Loading && !command.runs().while_loading() {
            if self.deferred.len() < COMMANDS_MAX {
                self.deferred.push_back(Order { command, reply });
            } else {
                let busy = Failure::new(FailureCode::Busy, "the replica is still loading; try again in a moment");
                self.effects.push(Effect::Reply(reply, Err(busy)));
            }
            return;
        }
        command.start(self, reply);
    }

    /// Put an answer on its way, to be sent after the flush.
    pub fn answer(&mut self, answer: Answer, outcome: Result<Outcome, Failure>) {
        self.effects.push(Effect::Reply(answer, outcome));
    }

    /// Store verified entries; fold those that were new.
    pub fn take(&mut self, entries: Vec<HeldEntry>, from: Origin) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        self.take_from(entries, from, &BTreeSet::new())
    }

    /// As [`Core::take`]; logs of which nothing is held may begin with their first entry here.
    pub fn take_from(
        &mut self,
        entries: Vec<HeldEntry>,
        from: Origin,
        begin: &BTreeSet<LogId>,
    ) -> Result<Vec<Result<Placed, NotTaken>>, StoreError> {
        let entries: Vec<HeldEntry> = entries.into_iter().map(|entry| self.without_erased(entry)).collect();
        let answers = self.store.append_from(&entries, begin)?;
        let (mut new, mut forked) = (Vec::with_capacity(entries.len()), false);
        for (entry, answer) in entries.into_iter().zip(&answers) {
            let Ok(placed) = answer else { continue };
            self.dirty = true;
            let header = entry.header();
            self.clock.observe(header.stamp, self.now_ms);
            match placed.found {
                Found::Fork | Found::Smaller => self.count("fork", 1),
                // What it drops may be what was erased.
                Found::Restated if placed.dropped => self.compact_soon()?,
                Found::Restated | Found::Chain => {}
            }
            if from == Origin::Elsewhere {
                self.continued_elsewhere(header.log)?;
            }
            let (head, moved) =
                (Head { seq: header.seq, id: entry.id() }, placed.dropped || placed.found != Found::Chain);
            if self.acceptance.entered(&header.log, head, moved, self.views.book()) {
                self.stale.insert(header.log.scope);
            }
            if placed.dropped {
                // What was folded of it counts no longer.
                self.stale.insert(header.log.scope);
            }
            forked |= placed.found != Found::Chain;
            new.push(entry);
        }
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
            // What is not understood is kept and relayed all the same.
            match Record::open(&entry, &self.private.ring) {
                Ok(record) if self.is_of_device_out(&record) => records.extend(self.judge(record)?),
                Ok(record) => records.push(record),
                Err(error) => tracing::debug!(entry = %entry.id(), "kept, not shown: {error}"),
            }
        }
        if !records.is_empty() {
            self.fold(records)?;
        }
        self.fold_stale()
    }

    /// What is erased does not come back from a peer that had not heard of it.
    fn without_erased(&self, entry: HeldEntry) -> HeldEntry {
        let log = entry.header().log;
        let place = FrontierHead { device: log.device, epoch: log.epoch, seq: entry.header().seq, id: entry.id() };
        match self.views.erasure(&log.scope, &place) {
            Some(erasure) if erasure.own && is_erasable(entry.header().schema) => entry.erased(erasure.erasure),
            _ => entry,
        }
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
    pub(crate) fn fold_stale(&mut self) -> Result<(), StoreError> {
        while let Some(scope) = self.stale.pop_first() {
            let mut records = Vec::new();
            for entry in self.store.scope_reader(&scope).entries() {
                records.extend(Record::open(&entry?, &self.private.ring).ok());
            }
            self.mark_accepted(&mut records)?;
            // A key may have come after what it opens.
            self.note_met(&records)?;
            let records = self.later.sift(records, self.now_ms);
            let before = self.views.erasures(&scope);
            let changes = self.views.refold(scope, records);
            self.erasures_gone(&scope, &before)?;
            self.effects.push(Effect::Index(changes.elements));
            self.on_erasures(changes.erasures)?;
            self.on_judged(&changes.judged);
            self.changed = true;
            self.private.changed |= scope.is_closed();
        }
        Ok(())
    }

    fn fold(&mut self, records: Vec<Record>) -> Result<(), StoreError> {
        let authors: BTreeSet<IdentityId> =
            records.iter().filter(|record| !record.author.is_zero()).map(|record| record.author).collect();
        self.note_met(&records)?;
        // Who comes to have another device, or one less, changes who is given keys, and which are good.
        self.private.changed |= records.iter().any(|record| record.scope.is_identity());
        let records = self.later.sift(records, self.now_ms);
        let changes = self.views.apply(records);
        self.effects.push(Effect::Index(changes.elements));
        self.on_erasures(changes.erasures)?;
        self.on_judged(&changes.judged);
        self.find_me()?;
        self.to_restate.extend(changes.again.iter().copied());
        self.stale.extend(changes.again);
        let book = self.views.book();
        self.strangers.retain(|id| !book.contains_key(id));
        let room = STRANGERS_MAX.saturating_sub(self.strangers.len());
        self.strangers.extend(authors.into_iter().filter(|id| !book.contains_key(id)).take(room));
        self.changed = true;
        Ok(())
    }

    /// Count refusals by reason.
    pub fn count(&mut self, reason: &str, times: u64) {
        *self.refused.entry(reason.to_owned()).or_default() += times;
        self.changed = true;
    }

    /// Make durable what was written since the last commit, and say it to the network.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if !self.store.is_open() {
            return Ok(());
        }
        // Whoever noticed it, and whatever they did with it: nothing is acknowledged on a store that has failed.
        if let Some(failure) = self.store.failure() {
            return Err(failure);
        }
        if std::mem::take(&mut self.dirty) {
            self.store.flush()?;
            self.note_reached();
        }
        // What they speak of is durable now; they themselves may be lost.
        self.cursors.write(&self.store)?;
        self.gossip();
        Ok(())
    }

    /// A new snapshot, if anything that it shows has changed.
    pub fn snapshot(&mut self) -> Option<Snapshot> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        self.version += 1;
        let (peers, last_sync_ms) = self.peers.statuses();
        self.network.peers = peers;
        self.network.last_sync_ms = last_sync_ms;
        Some(Snapshot {
            version: self.version,
            phase: self.phase,
            me: self.me(),
            identities: self.views.book().clone(),
            scopes: self.views.scopes().clone(),
            elements: self.views.elements().clone(),
            territories: self.views.territories().clone(),
            followed: self.followed.clone(),
            closed: Arc::new(self.closed_communities()),
            network: Arc::new(self.network.clone()),
            store: Arc::new(StoreStatus {
                entries: self.store.entries(),
                logs: self.store.logs(),
                pending: self.views.pending(),
                refolds: self.views.refolds(),
                refused: self.refused.clone(),
                forks: self.forks.clone(),
                troubles: self.troubles.clone(),
            }),
            import: self.import.as_ref().map(|job| ImportProgress {
                file: job.file.clone(),
                read: job.report.read,
                written: job.report.created + job.report.updated,
            }),
        })
    }

    /// Who runs this node, once their profile is folded.
    pub fn me(&self) -> Option<Me> {
        let view = self.views.book().get(&self.me?).filter(|view| !view.name.is_empty())?;
        Some(Me { id: view.id, device: self.device.id(), name: view.name.clone(), home: view.home.unwrap_or_default() })
    }
}
