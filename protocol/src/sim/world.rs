//! Who writes what, and when: the event queue, and what becomes of messages.

mod check;
mod closed;
mod lies;
mod prune;
mod theft;

use super::{
    Ms, Report, WorldConfig,
    held::Held,
    network::fate,
    node::{EPOCH_MS, Outgoing, Question, SimNode},
};
use crate::{
    Stamp,
    entry::{DeviceKey, Entry, Header, hash},
    geo::{Cell, Position},
    ids::{EntryId, Hash, IdentityId, SealingKey},
    op::{ElementOp, Field, Inception, Kind, Op, PostOp},
    private::proof::ProofMessage,
    replication::{
        memory::MemoryReplica,
        message::{Request, Response},
        replica::Replica,
    },
    scope::{LogId, Scope},
};
use fastrand::Rng;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Between two looks of a node at what is due.
const TICK_MS: Ms = 1_000;
/// Between two looks at whether all is at rest.
const LOOK_MS: Ms = 60_000;
/// How long a crashed node is away.
const DOWN_MS: Ms = 40_000;
/// Entries written in each closed community.
const INSIDE: usize = 12;

enum What {
    Tick(usize),
    Write(usize),
    Inside(usize),
    Lie(usize),
    Prune(usize),
    Theft(usize),
    Crash(usize),
    Connect(usize, usize),
    Look,
    Message { to: usize, from: usize, message: Message },
}

/// What travels.
#[derive(Clone)]
enum Message {
    Request { token: u64, request: Request },
    Response { token: u64, response: Response },
    Proof { token: u64, message: ProofMessage },
    ProofAnswer { token: u64, message: Option<ProofMessage> },
    Gossip { cell: Cell, id: EntryId, data: Arc<Vec<u8>> },
}

impl Message {
    fn bytes(&self) -> usize {
        match self {
            Self::Request { request, .. } => request.encode().map_or(0, |bytes| bytes.len()),
            Self::Response { response, .. } => response.encode().map_or(0, |bytes| bytes.len()),
            Self::Proof { message, .. } | Self::ProofAnswer { message: Some(message), .. } => {
                message.encode().map_or(0, |bytes| bytes.len())
            }
            Self::ProofAnswer { message: None, .. } => 1,
            Self::Gossip { data, .. } => data.len(),
        }
    }
    fn is_proof(&self) -> bool {
        matches!(self, Self::Proof { .. } | Self::ProofAnswer { .. })
    }
}

/// Everything.
pub struct World {
    config: WorldConfig,
    rng: Rng,
    now: Ms,
    events: BTreeMap<(Ms, u64), What>,
    count: u64,
    nodes: Vec<SimNode>,
    /// The positions in whose cells the territories lie.
    places: Vec<Position>,
    /// Territories of each node, by their number.
    follows: Vec<Vec<usize>>,
    closed: Vec<closed::Closed>,
    report: Report,
    nonce: u64,
    lies: u64,
    thefts: Vec<theft::Theft>,
}

impl World {
    pub fn new(config: WorldConfig) -> Self {
        let mut rng = Rng::with_seed(config.seed);
        let places: Vec<Position> = (0..config.territories)
            .map(|n| {
                let step = i32::try_from(n).unwrap_or_default() * 4_000_000;
                Position { lat_e7: 300_000_000 + step, lon_e7: 10_000_000 }
            })
            .collect();
        let mut world = Self {
            config,
            now: 0,
            events: BTreeMap::new(),
            count: 0,
            nodes: Vec::new(),
            follows: Vec::new(),
            closed: Vec::new(),
            report: Report { seed: config.seed, ..Report::default() },
            nonce: 0,
            lies: 0,
            thefts: Vec::new(),
            places,
            rng: rng.fork(),
        };
        for index in 0..config.nodes {
            // Every territory has somebody, whatever the dice say.
            let mut own = vec![index % config.territories];
            while own.len() < config.follows.min(config.territories) {
                let another = world.rng.usize(0..config.territories);
                if !own.contains(&another) {
                    own.push(another);
                }
            }
            world.follows.push(own);
            world.settle(index);
        }
        world.found();
        world.connect();
        world.plan();
        world
    }

    /// A node moves in: its keys, its person, its identity log.
    fn settle(&mut self, index: usize) {
        let mut seed = [0; 32];
        self.rng.fill(&mut seed);
        let key = DeviceKey::from_seed(&seed);
        let sealing_key = SealingKey(seed);
        let op = Op::Inception(Inception {
            device: key.id(),
            sealing_key,
            recovery: hash(&seed),
            recovery_sealing: sealing_key,
            deciding: None,
        });
        let Ok(payload) = op.encode(self.next_nonce()) else { return };
        let Hash(person) = hash(&payload);
        let person = IdentityId(person);
        let cells = self.follows[index].iter().map(|n| Scope::open(self.places[*n]).cell).collect();
        let most = i64::try_from(self.config.skew_ms).unwrap_or(i64::MAX);
        let skew = self.rng.i64(-most..=most);
        let WorldConfig { nodes, small, .. } = self.config;
        // Spread, and none of those that crash or lie.
        let small = small > 0 && index % (nodes / small).max(1) == 3;
        let held = Held::new(index, key, person, cells);
        self.nodes.push(SimNode::new(index, &self.config, held, skew, small));
        self.write(index, Scope::identity(person), &op, payload);
    }

    /// Those who want the same form a ring, with some ways across.
    fn connect(&mut self) {
        let mut links: BTreeSet<(usize, usize)> = BTreeSet::new();
        let territories = (0..self.config.territories).map(|territory| {
            (0..self.config.nodes).filter(|node| self.follows[*node].contains(&territory)).collect::<Vec<usize>>()
        });
        let communities = self.closed.iter().map(|closed| closed.members.iter().copied().collect());
        let groups: Vec<Vec<usize>> = territories.chain(communities).collect();
        for members in groups {
            for (at, node) in members.iter().enumerate() {
                let next = members[(at + 1) % members.len()];
                let across = members[self.rng.usize(0..members.len())];
                links.extend([(*node, next), (*node, across)].map(|(one, other)| (one.min(other), one.max(other))));
            }
        }
        for (one, other) in links.into_iter().filter(|(one, other)| one != other) {
            self.nodes[one].neighbours.insert(other);
            self.nodes[other].neighbours.insert(one);
            let first = self.rng.u64(0..self.config.round_ms);
            self.at(first, What::Connect(one, other));
        }
    }

    fn plan(&mut self) {
        let WorldConfig { nodes, writes, writing_ms, crashes, liars, prunes, communities, .. } = self.config;
        for node in 0..nodes {
            let first = self.rng.u64(0..TICK_MS);
            self.at(first, What::Tick(node));
        }
        for _ in 0..writes {
            let (when, who) = (self.rng.u64(0..writing_ms), self.rng.usize(0..nodes));
            self.at(when, What::Write(who));
        }
        for n in 0..communities * INSIDE {
            let when = self.rng.u64(0..writing_ms);
            self.at(when, What::Inside(n % communities));
        }
        for _ in 0..prunes {
            let (when, who) = (self.rng.u64(writing_ms / 4..writing_ms), self.rng.usize(0..nodes));
            self.at(when, What::Prune(who));
        }
        for n in 0..liars {
            // They ask everybody for whatever closed scopes there are.
            self.nodes[n * nodes / liars.max(1)].held.cells.insert(Cell::CLOSED);
            for _ in 0..4 {
                let when = self.rng.u64(writing_ms / 4..writing_ms);
                self.at(when, What::Lie(n * nodes / liars.max(1)));
            }
        }
        for n in 0..crashes {
            let who = (n * nodes / crashes.max(1) + 1) % nodes;
            self.nodes[who].durable = Some(self.nodes[who].held.replica.clone());
            let when = self.rng.u64(writing_ms / 4..writing_ms);
            self.at(when, What::Crash(who));
        }
        self.plan_thefts();
        self.at(LOOK_MS, What::Look);
    }

    fn at(&mut self, when: Ms, what: What) {
        self.count += 1;
        self.events.insert((when, self.count), what);
    }

    fn next_number(&mut self) -> u64 {
        self.nonce += 1;
        self.nonce
    }

    fn next_nonce(&mut self) -> [u8; 16] {
        u128::from(self.next_number()).to_be_bytes()
    }

    pub fn run(mut self) -> Report {
        while let Some(((now, _), what)) = self.events.pop_first() {
            self.now = now;
            if let What::Look = what {
                let writing = now < self.config.writing_ms;
                self.report.difference = if writing { Some("still writing".into()) } else { self.difference() };
                if self.report.difference.is_none() {
                    self.report.at_rest_ms = Some(now);
                    break;
                }
                if now >= self.config.end_ms {
                    break;
                }
                self.at(now + LOOK_MS, What::Look);
                continue;
            }
            self.handle(what);
        }
        for node in &self.nodes {
            let counted = node.held.counted;
            self.report.delivered += counted.delivered;
            self.report.forks += counted.forks;
            self.report.pruned += counted.pruned;
            self.report.refused += counted.refused;
            self.report.declined += counted.declined;
            self.report.unproven += counted.unproven;
            self.report.rounds += counted.rounds;
        }
        self.report.disowned = self.disowned();
        self.report
    }

    fn handle(&mut self, what: What) {
        let now = self.now;
        match what {
            What::Tick(node) => {
                self.at(now + TICK_MS, What::Tick(node));
                if self.is_up(node) {
                    let room = now >= self.config.writing_ms;
                    self.with(node, |node| node.tick(now, room));
                }
            }
            What::Write(node) if self.is_up(node) => self.say_something(node),
            What::Write(node) => self.at(now + DOWN_MS, What::Write(node)),
            What::Inside(n) => self.say_inside(n),
            What::Lie(node) if self.is_up(node) => self.lie(node),
            What::Prune(node) if self.is_up(node) => self.prune(node),
            What::Theft(n) => self.theft(n),
            What::Crash(node) => self.crash(node),
            What::Connect(one, other) if self.is_up(one) && self.is_up(other) => {
                self.with(one, |node| node.connect(other));
                self.with(other, |node| node.connect(one));
            }
            What::Connect(one, other) => self.at(now + TICK_MS, What::Connect(one, other)),
            What::Message { to, from, message } if self.is_up(to) => self.arrives(to, from, message),
            // Nobody is there.
            _ => {}
        }
    }

    /// A node loses what it had not flushed; its neighbours lose it, until it is back.
    fn crash(&mut self, node: usize) {
        let back = self.now + DOWN_MS;
        self.nodes[node].crash(node, back);
        for other in self.nodes[node].neighbours.clone() {
            self.with(other, |other| other.disconnect(node));
            self.at(back + TICK_MS, What::Connect(node, other));
        }
    }

    /// Let a node do something, make it durable, and carry what it wants said.
    fn with(&mut self, index: usize, act: impl FnOnce(&mut SimNode)) {
        let now = self.now;
        let node = &mut self.nodes[index];
        node.look(now);
        act(node);
        for effect in self.nodes[index].flush() {
            self.carry_out(index, effect);
        }
    }

    fn carry_out(&mut self, from: usize, effect: Outgoing) {
        let now = self.now;
        match effect {
            Outgoing::Ask { peer, token, request } => {
                self.nodes[from].asks(peer, token, false, now);
                self.send(from, peer.0, &Message::Request { token, request });
            }
            Outgoing::Prove { peer, token, message } => {
                self.nodes[from].asks(peer, token, true, now);
                self.send(from, peer.0, &Message::Proof { token, message });
            }
            Outgoing::Answer { to: Question { from: asker, token }, response } => {
                self.send(from, asker, &Message::Response { token, response });
            }
            Outgoing::Publish(entry) => self.gossip(from, &entry, None),
            Outgoing::Subscribe(topics) => self.nodes[from].subscribe(topics),
            Outgoing::Disconnect(peer) => {
                // Only liars come to that: they are met again later.
                self.nodes[from].disconnect(peer.0);
                self.with(peer.0, |node| node.disconnect(from));
                self.at(now + LOOK_MS, What::Connect(from, peer.0));
            }
        }
    }

    fn arrives(&mut self, to: usize, from: usize, message: Message) {
        let now = self.now;
        match message {
            Message::Request { token, request } => self.with(to, |node| node.on_request(from, token, request)),
            Message::Response { token, response } => self.with(to, |node| node.on_response(from, token, response)),
            Message::Proof { token, message } => {
                let mut answer = None;
                self.with(to, |node| answer = node.on_proving(from, &message));
                if let Some(message) = answer {
                    self.send(to, from, &Message::ProofAnswer { token, message });
                }
            }
            Message::ProofAnswer { token, message } => self.with(to, |node| node.on_proved(from, token, message)),
            Message::Gossip { cell, id, data } => {
                let mut on = false;
                self.with(to, |node| on = node.on_gossip(from, cell, id, &data, now));
                if on {
                    self.spread(to, Some(from), &Message::Gossip { cell, id, data });
                }
            }
        }
    }

    fn is_up(&self, node: usize) -> bool {
        self.nodes[node].down_until <= self.now
    }

    /// Count a message, and roll its dice.
    fn send(&mut self, from: usize, to: usize, message: &Message) {
        let bytes = message.bytes() as u64;
        if message.is_proof() {
            self.report.proofs += 1;
            self.report.proof_bytes += bytes;
        } else {
            self.report.messages += 1;
            self.report.bytes += bytes;
        }
        for when in fate(&self.config, &mut self.rng, self.now, from, to) {
            self.at(when, What::Message { to, from, message: message.clone() });
        }
    }

    /// An entry of one's own, to all neighbours who hear its topic.
    fn gossip(&mut self, from: usize, entry: &Entry, not_to: Option<usize>) {
        let (cell, id) = (entry.header().log.scope.cell, entry.id());
        if !self.nodes[from].gossips(id, self.now) {
            return;
        }
        if let Ok(data) = entry.to_raw().encode() {
            self.spread(from, not_to, &Message::Gossip { cell, id, data: Arc::new(data) });
        }
    }

    fn spread(&mut self, from: usize, not_to: Option<usize>, message: &Message) {
        let Message::Gossip { cell, .. } = message else { return };
        let to = self.nodes[from].neighbours.iter().copied();
        let hears = |to: &usize| Some(*to) != not_to && self.nodes[*to].hears(*cell);
        let to: Vec<usize> = to.filter(hears).collect();
        to.into_iter().for_each(|to| self.send(from, to, message));
    }

    /// The next entry of a node in a scope.
    fn sign(&mut self, node: usize, scope: Scope, op: &Op, payload: Vec<u8>, when: Ms) -> Option<Entry> {
        let held = &self.nodes[node].held;
        let epoch = held.epochs.get(&scope).copied().unwrap_or(1);
        let log = held.log(scope, epoch);
        sign(&held.key, header(&held.replica, log, op, when)?, payload)
    }

    fn write(&mut self, node: usize, scope: Scope, op: &Op, payload: Vec<u8>) {
        let when = self.nodes[node].system_ms(self.now);
        let Some(entry) = self.sign(node, scope, op, payload, when) else { return };
        self.publish(node, entry);
    }

    /// Take one's own entry, flush it, say it.
    fn publish(&mut self, node: usize, entry: Entry) {
        self.with(node, |node| node.write(entry));
    }

    fn say_something(&mut self, node: usize) {
        let territory = self.follows[node][self.rng.usize(0..self.follows[node].len())];
        let (op, scope) = self.words(node, territory);
        if let Ok(payload) = op.encode(self.next_nonce()) {
            self.write(node, scope, &op, payload);
        }
    }

    /// What the person of a node says about a territory.
    fn words(&mut self, node: usize, territory: usize) -> (Op, Scope) {
        let place = self.places[territory];
        let owner = self.nodes[node].held.person;
        let op = if self.rng.bool() {
            op_post(format!("parole {} de {node}", self.nonce), Some(place))
        } else {
            let name = format!("lieu {} de {node}", self.nonce);
            let fields = vec![Field::Kind(Kind::Place), Field::Name(name), Field::Position(place)];
            let seed = vec![u8::try_from(self.rng.u32(0..3)).unwrap_or_default(); 16];
            Op::Element(Box::new(ElementOp { owner, seed, fields }))
        };
        (op, Scope::open(place))
    }
}

fn op_post(text: String, position: Option<Position>) -> Op {
    Op::Post(PostOp { text, position, ..PostOp::default() })
}

/// The header of the next entry of a log, whose payload is still to come.
fn header(replica: &MemoryReplica, log: LogId, op: &Op, when: Ms) -> Option<Header> {
    let tip = replica.state(&log).map(|state| state.tip);
    tip.is_none_or(|tip| tip.seq < u64::MAX).then(|| Header::following(log, tip, Stamp::from_ms(when), op.schema()))
}

fn sign(key: &DeviceKey, header: Header, payload: Vec<u8>) -> Option<Entry> {
    let header = header.over(&payload).ok()?;
    Entry::sign(key, header, payload).ok()
}
