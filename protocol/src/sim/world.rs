//! Who writes what, and when: the event queue.

mod prune;
mod theft;

use super::{
    Config, Ms, Report,
    network::fate,
    node::{Node, Outgoing, Peer, Verified},
};
use crate::{
    Stamp,
    entry::{DeviceKey, Entry, Head, Header, HeldEntry, hash},
    fold::{Acceptance, IdentityBook, IdentityState, Record, ScopeState},
    geo::Position,
    ids::{Hash, IdentityId, SealingKey},
    log::Branch,
    op::{ElementOp, Field, Inception, Kind, Op, PostOp},
    replication::message::{Request, Response},
    replication::replica::Replica,
    scope::{LogId, Scope},
};
use fastrand::Rng;
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

/// Virtual time at which it all begins: 2027.
const EPOCH_MS: Ms = 1_798_761_600_000;
/// Between two looks of a node at what is due.
const TICK_MS: Ms = 1_000;
/// Between two looks at whether all is at rest.
const LOOK_MS: Ms = 60_000;
/// How long a crashed node is away.
const DOWN_MS: Ms = 40_000;
/// Entries that a liar floods its territory with.
const FLOOD: usize = 60;

/// The state of each log.
type Heads = Vec<(LogId, Hash)>;

enum What {
    Tick(usize),
    Write(usize),
    Lie(usize),
    Prune(usize),
    Theft(usize),
    Crash(usize),
    Look,
    Request { to: usize, from: usize, token: u64, request: Request },
    Response { to: usize, from: usize, token: u64, response: Response },
    Gossip { to: usize, from: usize, entry: Arc<HeldEntry> },
}

/// Everything.
pub struct World {
    config: Config,
    rng: Rng,
    now: Ms,
    events: BTreeMap<(Ms, u64), What>,
    count: u64,
    nodes: Vec<Node>,
    /// The positions in whose cells the territories lie.
    places: Vec<Position>,
    /// Territories of each node, by their number.
    follows: Vec<Vec<usize>>,
    verified: Verified,
    report: Report,
    nonce: u64,
    lies: u64,
    thefts: Vec<theft::Theft>,
}

impl World {
    pub fn new(config: Config) -> Self {
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
            verified: Verified::default(),
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
        });
        let Ok(payload) = op.encode(self.next_nonce(), IdentityId::ZERO) else { return };
        let Hash(person) = hash(&payload);
        let person = IdentityId(person);
        let cells = self.follows[index].iter().map(|n| Scope::open(self.places[*n]).cell.bytes().to_vec()).collect();
        let most = i64::try_from(self.config.skew_ms).unwrap_or(i64::MAX);
        let skew = self.rng.i64(-most..=most);
        let mut node = Node::new(index, key, person, cells, skew);
        node.epochs.insert(Scope::identity(person), 1);
        self.nodes.push(node);
        self.write(index, Scope::identity(person), &op, payload);
    }

    /// Those who follow a territory form a ring, with some ways across.
    fn connect(&mut self) {
        let mut links: BTreeSet<(usize, usize)> = BTreeSet::new();
        for territory in 0..self.config.territories {
            let members: Vec<usize> =
                (0..self.config.nodes).filter(|node| self.follows[*node].contains(&territory)).collect();
            for (at, node) in members.iter().enumerate() {
                let next = members[(at + 1) % members.len()];
                let across = members[self.rng.usize(0..members.len())];
                links.extend([(*node, next), (*node, across)]);
            }
        }
        for (one, other) in links.into_iter().filter(|(one, other)| one != other) {
            for (from, to) in [(one, other), (other, one)] {
                let first = self.rng.u64(0..self.config.round_ms);
                let peer = Peer { next_round: first, ..Peer::default() };
                self.nodes[from].peers.entry(to).or_insert(peer);
            }
        }
    }

    fn plan(&mut self) {
        let Config { nodes, writes, writing_ms, crashes, liars, prunes, .. } = self.config;
        for node in 0..nodes {
            let first = self.rng.u64(0..TICK_MS);
            self.at(first, What::Tick(node));
        }
        for _ in 0..writes {
            let (when, who) = (self.rng.u64(0..writing_ms), self.rng.usize(0..nodes));
            self.at(when, What::Write(who));
        }
        for _ in 0..prunes {
            let (when, who) = (self.rng.u64(writing_ms / 4..writing_ms), self.rng.usize(0..nodes));
            self.at(when, What::Prune(who));
        }
        for n in 0..liars {
            for _ in 0..4 {
                let when = self.rng.u64(writing_ms / 4..writing_ms);
                self.at(when, What::Lie(n * nodes / liars.max(1)));
            }
        }
        for n in 0..crashes {
            let who = (n * nodes / crashes.max(1) + 1) % nodes;
            self.nodes[who].durable = Some(self.nodes[who].replica.clone());
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

    fn next_nonce(&mut self) -> [u8; 16] {
        self.nonce += 1;
        u128::from(self.nonce).to_be_bytes()
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
            self.report.delivered += node.delivered;
            self.report.forks += node.forks;
            self.report.pruned += node.pruned;
            self.report.refused += node.refused;
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
                    let config = self.config;
                    let out = self.nodes[node].tick(&config, now, &mut self.rng);
                    self.send(node, out);
                }
            }
            What::Write(node) if self.is_up(node) => self.say_something(node),
            What::Write(node) => self.at(now + DOWN_MS, What::Write(node)),
            What::Lie(node) if self.is_up(node) => self.lie(node),
            What::Prune(node) if self.is_up(node) => self.prune(node),
            What::Theft(n) => self.theft(n),
            What::Crash(node) => self.nodes[node].crash(now + DOWN_MS),
            What::Request { to, from, token, request } if self.is_up(to) => {
                if let Some(response) = self.nodes[to].on_request(from, request) {
                    self.nodes[to].flush();
                    let bytes = response.encode().map_or(0, |bytes| bytes.len());
                    for when in self.carry(to, from, bytes) {
                        let response = response.clone();
                        self.at(when, What::Response { to: from, from: to, token, response });
                    }
                }
            }
            What::Response { to, from, token, response } if self.is_up(to) => {
                let out = self.nodes[to].on_response(from, token, response, now, &mut self.verified);
                self.send(to, out);
            }
            What::Gossip { to, from, entry } if self.is_up(to) => {
                let author = self.verified.author(&entry);
                let out = self.nodes[to].on_gossip(from, &entry, author, now, &mut self.verified);
                self.send(to, out);
            }
            // Nobody is there.
            _ => {}
        }
    }

    fn is_up(&self, node: usize) -> bool {
        self.nodes[node].down_until <= self.now
    }

    /// Count a message, and roll its dice.
    fn carry(&mut self, from: usize, to: usize, bytes: usize) -> Vec<Ms> {
        self.report.messages += 1;
        self.report.bytes += bytes as u64;
        fate(&self.config, &mut self.rng, self.now, from, to)
    }

    fn send(&mut self, from: usize, out: Vec<Outgoing>) {
        if !out.is_empty() {
            self.nodes[from].flush();
        }
        for message in out {
            match message {
                Outgoing::Ask { to, token, request } => {
                    let bytes = request.encode().map_or(0, |bytes| bytes.len());
                    for when in self.carry(from, to, bytes) {
                        self.at(when, What::Request { to, from, token, request: request.clone() });
                    }
                }
                Outgoing::Gossip { entry, not_to } => self.gossip(from, &entry, Some(not_to)),
            }
        }
    }

    /// To every neighbour who follows the territory; identity logs are not gossiped (SPEC.md §9.3).
    fn gossip(&mut self, from: usize, entry: &Arc<HeldEntry>, not_to: Option<usize>) {
        if entry.header().log.scope.is_identity() {
            return;
        }
        let key = entry.header().log.key();
        let peers: Vec<usize> = self.nodes[from].peers.keys().copied().filter(|to| Some(*to) != not_to).collect();
        let bytes = entry.signed().bytes().len() + usize::try_from(entry.header().payload_size).unwrap_or_default();
        for to in peers {
            if !self.nodes[to].cells.iter().any(|cell| key.starts_with(cell)) {
                continue;
            }
            for when in self.carry(from, to, bytes) {
                self.at(when, What::Gossip { to, from, entry: entry.clone() });
            }
        }
    }

    /// The next entry of a node in a scope.
    fn sign(&mut self, node: usize, scope: Scope, op: &Op, payload: Vec<u8>, when: Ms) -> Option<Entry> {
        let node = &self.nodes[node];
        let epoch = node.epochs.get(&scope).copied().unwrap_or(1);
        let log = LogId { scope, device: node.key.id(), epoch };
        let tip = node.replica.state(&log).map(|state| state.tip);
        sign(&node.key, log, tip, op, payload, when)
    }

    fn write(&mut self, node: usize, scope: Scope, op: &Op, payload: Vec<u8>) {
        let clock = i64::try_from(EPOCH_MS + self.now).unwrap_or_default() + self.nodes[node].skew_ms;
        let Some(entry) = self.sign(node, scope, op, payload, u64::try_from(clock).unwrap_or_default()) else { return };
        self.publish(node, entry);
    }

    /// Take one's own entry, flush it, say it.
    fn publish(&mut self, node: usize, entry: Entry) {
        let Some((entry, author)) = self.verified.add(entry.into()) else { return };
        if self.nodes[node].take(&entry, author, false).is_ok() {
            self.nodes[node].flush();
            self.gossip(node, &entry, None);
        }
    }

    fn say_something(&mut self, node: usize) {
        let territory = self.follows[node][self.rng.usize(0..self.follows[node].len())];
        let (op, scope) = self.words(node, territory);
        let person = self.nodes[node].person;
        if let Ok(payload) = op.encode(self.next_nonce(), person) {
            self.write(node, scope, &op, payload);
        }
    }

    /// What the person of a node says about a territory.
    fn words(&mut self, node: usize, territory: usize) -> (Op, Scope) {
        let place = self.places[territory];
        let owner = self.nodes[node].person;
        let op = if self.rng.bool() {
            Op::Post(PostOp {
                wall: None,
                text: format!("parole {} de {node}", self.nonce),
                reply_to: None,
                tags: vec![],
                position: Some(place),
                sample: false,
            })
        } else {
            let name = format!("lieu {} de {node}", self.nonce);
            let fields = vec![Field::Kind(Kind::Place), Field::Name(name), Field::Position(place)];
            let seed = vec![u8::try_from(self.rng.u32(0..3)).unwrap_or_default(); 16];
            Op::Element(Box::new(ElementOp { owner, seed, fields }))
        };
        (op, Scope::open(place))
    }

    /// Two entries of one number to two neighbours, old entries again, more than anybody reads, stamps of another year.
    fn lie(&mut self, node: usize) {
        let territory = self.follows[node][0];
        let person = self.nodes[node].person;
        self.lies += 1;
        match self.lies % 5 {
            1 => {
                let mut rivals = Vec::new();
                for _ in 0..2 {
                    let (op, scope) = self.words(node, territory);
                    let Ok(payload) = op.encode(self.next_nonce(), person) else { continue };
                    rivals.extend(self.sign(node, scope, &op, payload, EPOCH_MS + self.now));
                }
                let neighbours: Vec<usize> = self.nodes[node].peers.keys().copied().collect();
                for (n, rival) in rivals.into_iter().enumerate() {
                    let Some((entry, author)) = self.verified.add(rival.into()) else { continue };
                    if n == 0 {
                        let _own = self.nodes[node].take(&entry, author, false);
                    }
                    let Some(to) = neighbours.get(n * (neighbours.len() / 2)).copied() else { continue };
                    self.at(self.now + 1, What::Gossip { to, from: node, entry });
                }
            }
            2 => {
                let old: Vec<Arc<HeldEntry>> = self.nodes[node].replica.entries().take(20).cloned().collect();
                for entry in old {
                    self.gossip(node, &entry, None);
                }
            }
            4 => self.restate_falsely(node),
            3 => (0..FLOOD).for_each(|_| self.say_something(node)),
            _ => {
                let (op, scope) = self.words(node, territory);
                let Ok(payload) = op.encode(self.next_nonce(), person) else { return };
                let when = if self.rng.bool() { 1 } else { EPOCH_MS * 2 };
                let entry = self.sign(node, scope, &op, payload, when);
                entry.into_iter().for_each(|entry| self.publish(node, entry));
            }
        }
    }

    /// The first territory in which two replicas that follow it differ: in what they hold, or in what it adds up to.
    fn difference(&self) -> Option<String> {
        for territory in 0..self.config.territories {
            let cell = Scope::open(self.places[territory]).cell.bytes().to_vec();
            let mut first: Option<(usize, Heads, Vec<Hash>)> = None;
            for node in self.nodes.iter().filter(|node| self.follows[node.index].contains(&territory)) {
                let held = heads(node, &cell);
                match &first {
                    None => first = Some((node.index, held, views(node, &cell))),
                    Some((other, theirs, _)) if *theirs != held => {
                        let one = held.iter().find(|log| !theirs.contains(log)).or(theirs.last());
                        let state = |node: &Node| one.map(|(log, _)| node.replica.state(log));
                        return Some(format!(
                            "territory {territory}: nodes {other} and {} hold {:?} and {:?}",
                            node.index,
                            state(&self.nodes[*other]),
                            state(node)
                        ));
                    }
                    Some((other, _, theirs)) if *theirs != views(node, &cell) => {
                        return Some(format!(
                            "territory {territory}: the views of nodes {other} and {} differ",
                            node.index
                        ));
                    }
                    Some(_) => {}
                }
            }
        }
        None
    }
}

fn sign(key: &DeviceKey, log: LogId, tip: Option<Head>, op: &Op, payload: Vec<u8>, when: Ms) -> Option<Entry> {
    sign_with(key, log, tip, op, payload, when, 0)
}

fn sign_with(
    key: &DeviceKey,
    log: LogId,
    tip: Option<Head>,
    op: &Op,
    payload: Vec<u8>,
    when: Ms,
    flags: u8,
) -> Option<Entry> {
    let header = Header {
        log,
        seq: tip.map_or(0, |tip| tip.seq + 1),
        backlink: tip.map(|tip| tip.id),
        stamp: Stamp::from_ms(when),
        schema: op.schema(),
        schema_version: 1,
        flags,
        payload_size: u32::try_from(payload.len()).ok()?,
        payload_hash: hash(&payload),
    };
    Entry::sign(key, header, payload).ok()
}

/// What a node holds of a territory.
fn heads(node: &Node, cell: &[u8]) -> Heads {
    let mut found = Vec::new();
    node.replica.each(cell, None, &mut |log, state| {
        let inside = log.key().starts_with(cell);
        if inside {
            found.push((log, state.digest()));
        }
        inside
    });
    found
}

/// Everyone known to a node, and what it holds under a prefix as records, each marked whether it still counts.
fn judged(node: &Node, prefix: &[u8]) -> (IdentityBook, Vec<Record>) {
    let read = |entry: &HeldEntry| entry.whole().and_then(|whole| Record::of(&whole).ok());
    let mut people: BTreeMap<IdentityId, Vec<Record>> = BTreeMap::new();
    for record in node.replica.entries().filter_map(|entry| read(entry)) {
        if record.scope.is_identity() {
            people.entry(IdentityId(record.scope.container.0)).or_default().push(record);
        }
    }
    let fold = |(id, records)| {
        let mut state = IdentityState::new(id);
        state.apply(records);
        (id, Arc::new(state.view().clone()))
    };
    let book: IdentityBook = people.into_iter().map(fold).collect();
    let mut records = Vec::new();
    let mut acceptance = Acceptance::default();
    for log in node.replica.logs() {
        let Some(state) = log.state() else { continue };
        let at = |branch, seq| Ok::<_, Infallible>(log.get(branch, seq).map(|entry| entry.id()));
        for branch in [Branch::First, Branch::Second] {
            for (_, entry) in log.branch(branch) {
                let inside = entry.header().log.key().starts_with(prefix) && !entry.header().log.scope.is_identity();
                let Some(mut record) = read(entry).filter(|_| inside) else { continue };
                let Ok(()) = acceptance.mark(&mut record, branch, state, at, &book);
                records.push(record);
            }
        }
    }
    (book, records)
}

/// The digests of the views of a territory's scopes, by the reducers that the node uses.
fn views(node: &Node, cell: &[u8]) -> Vec<Hash> {
    let (book, records) = judged(node, cell);
    let mut scopes: BTreeMap<Scope, Vec<Record>> = BTreeMap::new();
    for record in records {
        scopes.entry(record.scope).or_default().push(record);
    }
    let digests = scopes.into_iter().filter_map(|(scope, records)| {
        let mut state = ScopeState::new(scope);
        state.apply(records, &book);
        state.view().digest().ok()
    });
    digests.collect()
}
