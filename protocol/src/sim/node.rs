//! One node: an engine around a replica in memory, and the transport that a real node has below its engine.

use super::{Ms, WorldConfig, held::Held};
use crate::{
    clock::{Monotonic, OwnClock},
    engine::{self, Admission, Cursors, Engine, Now, Pace, Peer, Verdict},
    entry::{Entry, hash},
    geo::Cell,
    ids::{EntryId, Hash},
    private::proof::ProofMessage,
    replication::{
        memory::MemoryReplica,
        message::{Request, Response},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fmt,
    sync::Arc,
};

/// Virtual time at which it all begins: 2027.
pub const EPOCH_MS: Ms = 1_798_761_600_000;
/// After which an answer is given up.
const ANSWER_MS: Ms = 10_000;
/// For which gossip knows a message again, as gossipsub does.
const SEEN_MS: Ms = 60_000;
/// Between two looks at the sizes.
const LOOK_EVERY_MS: Ms = 5_000;
/// Bytes that the store of a small box may have: a share of it is more than one peer brings.
const SMALL_MOST: u64 = 4_000_000;
/// Bytes of it that are left beside what else lies there, until that goes: some 60 entries.
const SMALL_ROOM: u64 = 250_000;

/// The number of a node, as its peers know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub usize);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}", self.0)
    }
}

impl Peer for Name {
    fn end(&self) -> Hash {
        hash(&self.0.to_be_bytes())
    }
}

/// A question that waits for its answer: who asked, and its token there.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub from: usize,
    pub token: u64,
}

/// What one node does for another.
pub type Outgoing = engine::Effect<Name, Question>;

/// A question under way.
struct Asked {
    to: Name,
    until: Ms,
    /// Whether it is a message of a proof.
    proof: bool,
}

/// A node.
pub struct SimNode {
    pub engine: Engine<Name, Question>,
    pub held: Held,
    /// As of the last flush, of a node that will crash: what that leaves.
    pub durable: Option<MemoryReplica>,
    /// How far peers were followed, as it was stored.
    stored: BTreeMap<String, Vec<u8>>,
    pace: Pace,
    /// Those with whom it is or will be connected.
    pub neighbours: BTreeSet<usize>,
    asked: BTreeMap<u64, Asked>,
    /// Gossip heard, and when.
    seen: BTreeMap<EntryId, Ms>,
    /// Topics heard.
    topics: BTreeSet<Cell>,
    /// By how much the clock is ahead (or, negative, behind).
    pub skew_ms: i64,
    pub down_until: Ms,
    /// Bytes of its disk that something else takes, of a small box.
    ballast: Option<u64>,
}

impl SimNode {
    pub fn new(index: usize, config: &WorldConfig, held: Held, skew_ms: i64, small: bool) -> Self {
        let pace = Pace { first_ms: 1_000, every_ms: config.round_ms };
        let mut node = Self {
            engine: Engine::new(Cursors::default(), pace),
            held,
            durable: None,
            stored: BTreeMap::new(),
            pace,
            neighbours: BTreeSet::new(),
            asked: BTreeMap::new(),
            seen: BTreeMap::new(),
            topics: BTreeSet::new(),
            skew_ms,
            down_until: 0,
            ballast: small.then_some(SMALL_MOST - SMALL_ROOM),
        };
        node.begin(index);
        node
    }

    fn begin(&mut self, index: usize) {
        self.engine.set_end(Some(Name(index).end()));
        if self.ballast.is_some() {
            self.engine.admission = Admission::below(Some(SMALL_MOST));
        }
        self.engine.set_ready(true);
        let Ok(()) = self.engine.interests_changed(&mut self.held);
    }

    /// What its clocks show.
    pub fn look(&mut self, now: Ms) {
        let own = OwnClock { system_ms: self.system_ms(now), known_ms: 0 };
        self.engine.set_now(Now { own, monotonic: Monotonic::from_ms(now) });
    }

    /// What the clock on its wall shows, milliseconds since 1970 UTC.
    pub fn system_ms(&self, now: Ms) -> u64 {
        (EPOCH_MS + now).saturating_add_signed(self.skew_ms)
    }

    /// Once a second: what is due, questions to be given up, whether a small box has room again.
    pub fn tick(&mut self, now: Ms, room: bool) {
        self.seen.retain(|_, heard| now.saturating_sub(*heard) < SEEN_MS);
        let late: Vec<u64> =
            self.asked.iter().filter(|(_, asked)| asked.until <= now).map(|(token, _)| *token).collect();
        for token in late {
            let Some(Asked { to, proof, .. }) = self.asked.remove(&token) else { continue };
            if proof {
                self.engine.on_proof_failed(&to, token);
            } else {
                self.engine.on_ask_failed(&mut self.held, &to, token, None);
            }
        }
        if let Some(ballast) = self.ballast.filter(|_| now % LOOK_EVERY_MS < 1_000) {
            let ballast = if room { 0 } else { ballast };
            self.engine.look_at_room(&self.held, ballast + self.held.bytes);
        }
        let Ok(()) = self.engine.tick(&mut self.held);
    }

    pub fn connect(&mut self, to: usize) {
        let Ok(_) = self.engine.on_connected(&mut self.held, &Name(to));
    }

    pub fn disconnect(&mut self, from: usize) {
        self.engine.on_disconnected(&Name(from));
        self.asked.retain(|_, asked| asked.to != Name(from));
    }

    /// A question is on its way.
    pub fn asks(&mut self, to: Name, token: u64, proof: bool, now: Ms) {
        self.asked.insert(token, Asked { to, until: now + ANSWER_MS, proof });
    }

    pub fn on_request(&mut self, from: usize, token: u64, request: Request) {
        let Ok(()) = self.engine.on_asked(&mut self.held, Name(from), Question { from, token }, request);
    }

    /// An answer, if it is still waited for.
    pub fn on_response(&mut self, from: usize, token: u64, response: Response) {
        if self.asked.remove(&token).is_some() {
            let Ok(()) = self.engine.on_answer(&mut self.held, &Name(from), token, response);
        }
    }

    /// A message of a proof; gives the answer, if there is one.
    pub fn on_proving(&mut self, from: usize, message: &ProofMessage) -> Option<Option<ProofMessage>> {
        let Ok(answer) = self.engine.on_proving(&mut self.held, &Name(from), message);
        answer
    }

    pub fn on_proved(&mut self, from: usize, token: u64, message: Option<ProofMessage>) {
        if self.asked.remove(&token).is_some() {
            let Ok(()) = self.engine.on_proved(&mut self.held, &Name(from), token, message);
        }
    }

    /// Gossip; tells whether it is passed on.
    pub fn on_gossip(&mut self, from: usize, cell: Cell, id: EntryId, data: &Arc<Vec<u8>>, now: Ms) -> bool {
        if self.seen.insert(id, now).is_some() {
            return false;
        }
        let Ok(verdict) = self.engine.on_gossip(&mut self.held, &Name(from), cell, data);
        verdict == Verdict::Accept
    }

    /// Whether it hears a topic.
    pub fn hears(&self, cell: Cell) -> bool {
        self.topics.contains(&cell)
    }

    /// It gossips an entry itself; tells whether that is new.
    pub fn gossips(&mut self, id: EntryId, now: Ms) -> bool {
        self.seen.insert(id, now).is_none()
    }

    pub fn subscribe(&mut self, topics: BTreeSet<Cell>) {
        self.topics = topics;
    }

    /// Take an entry of one's own, to be said once it is durable.
    pub fn write(&mut self, entry: Entry) {
        let scope = entry.header().log.scope;
        let own = entry.header().log.device == self.held.device();
        if self.held.write(&entry).is_err() {
            return;
        }
        self.engine.say(entry);
        if own && self.held.epochs.insert(scope, 1).is_none() {
            let Ok(()) = self.engine.interests_changed(&mut self.held);
        }
    }

    /// Make durable what was taken; what is to be done then.
    pub fn flush(&mut self) -> Vec<Outgoing> {
        if std::mem::take(&mut self.held.dirty) && self.durable.is_some() {
            self.durable = Some(self.held.replica.clone());
        }
        for (peer, cursor) in self.engine.cursors.take_due() {
            match cursor {
                Some(bytes) => drop(self.stored.insert(peer, bytes)),
                None => drop(self.stored.remove(&peer)),
            }
        }
        let Ok::<(), Infallible>(()) = self.engine.flushed(&mut self.held);
        self.engine.take_effects()
    }

    /// Lose what was not flushed, and all that lives in memory.
    pub fn crash(&mut self, index: usize, until: Ms) {
        if let Some(durable) = &self.durable {
            self.held.replica = durable.clone();
        }
        self.held.read_again();
        self.down_until = until;
        (self.asked, self.seen) = Default::default();
        self.engine = Engine::new(Cursors::load(self.stored.clone()), self.pace);
        self.begin(index);
    }
}
