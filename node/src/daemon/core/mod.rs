//! The state of a node and its one entry point, [`Core::handle`]: the replica, the engine that replicates it, and what
//! is under way. Each part stands by itself; here they are put together.

pub(crate) mod mending;
pub(crate) mod network;
pub(crate) mod pairing;
pub(crate) mod room;

use super::{
    clocks::Now,
    input::{Answer, BundleJob, Effect, ImportJob, Input, Loaded, UndoJob},
    replica::{CURSOR, DECLINED, IndexChange, Replica},
};
use crate::{
    failure::{Failure, FailureCode},
    handle::{COMMANDS_MAX, Order},
    modules::Outcome,
    net::{AnswerChannel, Peer},
    snapshot::{ImportProgress, Overview, Phase, Snapshot, StoreStatus, UndoProgress},
    store::{Store, StoreError},
};
use communaut_protocol::{
    engine::{self, Cursors, Engine, Pace},
    replication::declined::Declined,
};
use mending::Mending;
use network::Network;
use pairing::Pairing;
use room::Room;
use std::{collections::VecDeque, mem, sync::Arc};

/// The state of a node. No clock of its own: the time comes with each input.
#[derive(Debug)]
pub(crate) struct Core {
    pub replica: Replica,
    pub engine: Engine<Peer, AnswerChannel>,
    pub network: Network,
    pub room: Room,
    pub pairing: Pairing,
    pub import: Option<ImportJob>,
    pub undo: Option<UndoJob>,
    pub bundle: Option<BundleJob>,
    pub mending: Mending,
    /// Commands that wait until everything is loaded.
    deferred: VecDeque<Order>,
    /// The interests of which peers have been told ([`Replica::interest`]).
    told: u64,
    pub effects: Vec<Effect>,
    pub version: u64,
    /// Of how many stores this is the state, one after the other: what was read of another comes too late.
    pub generation: u32,
}

/// Nothing can be written now.
fn away() -> Failure {
    let why =
        "the store has failed and is being brought back: nothing can be written meanwhile; see `communaut-node status`";
    Failure::new(FailureCode::Busy, why)
}

/// How far peers were followed, as a store remembers it.
pub(super) fn cursors(store: &Store) -> Result<Cursors, StoreError> {
    let stored = store.meta_under(CURSOR)?.into_iter();
    Ok(Cursors::load(stored.filter_map(|(key, bytes)| Some((key.strip_prefix(CURSOR)?.to_owned(), bytes.to_vec())))))
}

/// What was declined, as a store remembers it: a node that comes back would otherwise fetch all of it once more from
/// each peer that it compares with, and differ from them meanwhile.
pub(super) fn declined(store: &Store) -> Result<Declined, StoreError> {
    let stored = store.meta_under(DECLINED)?.into_iter();
    Ok(Declined::load(stored.filter_map(|(key, bytes)| Some((key.strip_prefix(DECLINED)?.to_owned(), bytes)))))
}

impl Core {
    /// Around a replica whose entries are folded by the inputs that follow.
    pub fn new(replica: Replica) -> Result<Self, StoreError> {
        let mut engine = Engine::new(cursors(&replica.store)?, Pace::default());
        engine.declined = declined(&replica.store)?;
        Ok(Self {
            engine,
            network: Network::default(),
            room: Room::default(),
            pairing: Pairing::default(),
            import: None,
            undo: None,
            bundle: None,
            mending: Mending::default(),
            deferred: VecDeque::new(),
            told: replica.interest,
            effects: Vec::new(),
            version: 0,
            generation: 0,
            replica,
        })
    }

    /// Take one input. What it wants done is given by [`Core::take_effects`], to be run after [`Core::commit`].
    pub fn handle(&mut self, input: Input, now: Now) -> Result<(), StoreError> {
        self.look_at_clocks(now);
        if self.replica.phase == Phase::Mending {
            self.handle_without_store(input);
            return Ok(());
        }
        self.replica.remember_time()?;
        match input {
            Input::Order(order) => self.order(order),
            Input::Net(event) => self.on_net(event)?,
            Input::Loaded(generation, ..) if generation != self.generation => {}
            Input::Loaded(_, Loaded::Records(records)) => self.replica.fold_loaded(records)?,
            Input::Loaded(_, Loaded::Wraps(found)) => self.replica.loaded_wraps(found),
            Input::Loaded(_, Loaded::Held(held)) => self.replica.strangers.held(&held),
            Input::Loaded(_, Loaded::End(result)) => self.loaded(result)?,
            Input::Mended(_) => {}
            Input::ImportItems(items) => self.import_items(items),
            Input::ImportStreets(streets) => self.import_streets(streets),
            Input::ImportEnd(end) => self.import_end(*end),
            Input::BundleFrames(frames) => self.bundle_frames(frames)?,
            Input::BundleEnd(error) => self.bundle_end(error),
            Input::UndoPart => self.undo_part(),
            Input::Tick => self.tick()?,
        }
        self.show_room();
        self.tell_interests()
    }

    /// The same time for all parts.
    pub(crate) fn look_at_clocks(&mut self, now: Now) {
        let clocks = &mut self.replica.clocks;
        clocks.look(now, self.engine.clocks(now.monotonic));
        self.engine.set_now(engine::Now { own: clocks.own, monotonic: now.monotonic });
    }

    /// All that could be read of the store has been folded.
    fn loaded(&mut self, result: Result<(), StoreError>) -> Result<(), StoreError> {
        self.replica.loaded()?;
        // Who came to be known right before the node ended may not have been looked at.
        self.look_at_known();
        self.engine.set_ready(true);
        self.effects.push(Effect::IndexLoaded);
        self.replica.interests_changed();
        let told = self.tell_interests();
        // What could be read is shown; the rest is mended before anything is written.
        result?;
        told?;
        self.is_well();
        for order in mem::take(&mut self.deferred) {
            self.order(order);
        }
        Ok(())
    }

    /// Once a second: what the time brings.
    fn tick(&mut self) -> Result<(), StoreError> {
        self.look_at_room();
        self.replica.tick()?;
        self.look_at_known();
        self.engine.tick(&mut self.replica)?;
        self.joined();
        self.note_high_water(false);
        Ok(())
    }

    /// What was declined of those who may have more than before comes with the next round.
    fn look_at_known(&mut self) {
        let gained = self.replica.look_at_known();
        if !gained.is_empty() {
            self.engine.reconsider(|log| gained.contains(&log.author));
        }
    }

    /// Tell peers what is of interest now, if that has changed.
    fn tell_interests(&mut self) -> Result<(), StoreError> {
        let interest = self.replica.interest;
        if mem::replace(&mut self.told, interest) == interest {
            return Ok(());
        }
        self.engine.interests_changed(&mut self.replica)
    }

    /// While the store is away: what is shown is answered, what would be written is refused.
    fn handle_without_store(&mut self, input: Input) {
        match input {
            Input::Order(order) => self.order(order),
            Input::Net(event) => self.on_net_without_store(event),
            Input::Tick => self.mend_when_due(),
            Input::Loaded(..)
            | Input::ImportItems(_)
            | Input::ImportStreets(_)
            | Input::ImportEnd(_)
            | Input::BundleFrames(_)
            | Input::BundleEnd(_)
            | Input::UndoPart
            | Input::Mended(_) => {}
        }
        for Order { reply, .. } in mem::take(&mut self.deferred) {
            self.answer(reply, Err(away()));
        }
    }

    fn order(&mut self, order: Order) {
        let Order { command, reply } = order;
        let (phase, runs) = (self.replica.phase, command.runs());
        if phase == Phase::Mending && !runs.without_store() {
            return self.answer(reply, Err(away()));
        }
        if phase == Phase::Loading && !runs.while_loading() {
            if self.deferred.len() < COMMANDS_MAX {
                self.deferred.push_back(Order { command, reply });
                return;
            }
            let busy = Failure::new(FailureCode::Busy, "the replica is still loading; try again in a moment");
            return self.answer(reply, Err(busy));
        }
        command.start(self, reply);
    }

    /// Put an answer on its way, to be sent after the flush.
    pub fn answer(&mut self, answer: Answer, outcome: Result<Outcome, Failure>) {
        self.effects.push(Effect::Reply(answer, outcome));
    }

    /// Make durable what was written since the last commit, and say it to the network.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let store = &mut self.replica.store;
        if !store.is_open() {
            return Ok(());
        }
        // Whoever noticed it, and whatever they did with it: nothing is acknowledged on a store that has failed.
        if let Some(failure) = store.failure() {
            return Err(failure);
        }
        if mem::take(&mut self.replica.dirty) {
            store.flush()?;
            self.note_reached();
        }
        // What they speak of is durable now; they themselves may be lost.
        for (peer, cursor) in self.engine.cursors.take_due() {
            let key = format!("{CURSOR}{peer}");
            match cursor {
                Some(bytes) => self.replica.store.set_meta(&key, &bytes)?,
                None => self.replica.store.unset_meta(&key)?,
            }
        }
        for (name, row) in self.engine.declined.take_due() {
            let key = format!("{DECLINED}{name}");
            match row {
                Some(bytes) => self.replica.store.set_meta(&key, &bytes)?,
                None => self.replica.store.unset_meta(&key)?,
            }
        }
        for entry in self.replica.take_written() {
            self.engine.say(entry);
        }
        // What is acknowledged is durable by now: a store that fails in what peers are told is noticed at the next
        // commit, and does not take it back.
        if let Err(error) = self.engine.flushed(&mut self.replica) {
            tracing::error!("what was written is not told to peers: {error}");
        }
        Ok(())
    }

    /// What is to be done, in this order: the index hears of what was written before whoever wrote it does.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        let index = self.replica.take_index().into_iter().map(|change| match change {
            IndexChange::Apply(changes) => Effect::Index(changes),
            IndexChange::Renew => Effect::IndexRenew,
        });
        let mut effects: Vec<Effect> = index.collect();
        effects.append(&mut self.effects);
        let topics = self.network.topics;
        let commands = self.engine.take_effects().into_iter().filter_map(|effect| self.network.command(effect));
        effects.extend(commands.map(Effect::Net));
        self.replica.changed |= self.network.topics != topics;
        effects
    }

    /// A new snapshot, if anything that it shows has changed.
    pub fn snapshot(&mut self) -> Option<Snapshot> {
        if !mem::take(&mut self.replica.changed) {
            return None;
        }
        self.version += 1;
        let replica = &self.replica;
        let overview = Overview {
            version: self.version,
            phase: replica.phase,
            me: replica.me(),
            followed: replica.followed.clone(),
            network: Arc::new(self.network.status(&self.engine)),
            store: Arc::new(StoreStatus {
                entries: replica.store.entries(),
                logs: replica.store.logs(),
                pending: replica.views.pending(),
                refolds: replica.views.refolds(),
                refused: replica.refused.clone(),
                declined: self.engine.declined.len() as u64,
                partly_held: self.engine.declined.partly_held().iter().copied().collect(),
                forks: replica.forks.clone(),
                troubles: replica.troubles.clone(),
            }),
            import: self.import.as_ref().map(|job| ImportProgress {
                file: job.file.clone(),
                read: job.report.read,
                written: job.report.created + job.report.updated,
                streets: job.streets,
            }),
            undo: self.undo.as_ref().map(|job| UndoProgress {
                source: job.source.clone(),
                looked: job.undone.closed + job.undone.kept,
                left: job.rest.len() as u64,
            }),
            streets: self.replica.streets.clone(),
        };
        Some(Snapshot {
            overview: Arc::new(overview),
            identities: replica.views.everybody(),
            scopes: replica.views.scopes().clone(),
            elements: replica.views.elements().clone(),
            together: replica.grouped.grouping.together.clone(),
            trusted: Arc::new(replica.grouped.trusted.clone()),
            territories: replica.views.territories().clone(),
            closed: Arc::new(replica.closed_communities()),
            talk: replica.views.talk().clone(),
            marks: replica.marks.clone(),
        })
    }
}
