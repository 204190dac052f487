//! One replica with its peers.

use super::{Config, Ms};
use crate::{
    entry::{Body, DeviceKey, HeldEntry},
    fold::Record,
    ids::{DeviceId, EntryId, Hash, IdentityId},
    log::{Found, NotTaken},
    replication::{
        memory::MemoryReplica,
        message::{Frame, Missing, Request, Response},
        pull::{Effect, Pull},
        serve::Serve,
    },
    scope::{LogId, Scope},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// After which an answer is given up.
pub const ANSWER_MS: Ms = 10_000;

/// Entries that some replica has verified: the next one that meets the same bytes is spared the signature.
#[derive(Debug, Default)]
pub struct Verified {
    known: BTreeMap<EntryId, (Arc<HeldEntry>, Option<IdentityId>)>,
}

impl Verified {
    /// Verify, or look up.
    pub fn entry(&mut self, frame: Frame) -> Option<(Arc<HeldEntry>, Option<IdentityId>)> {
        let id = EntryId(Hash(*blake3::hash(&frame.header).as_bytes()).0);
        if let Some((held, author)) = self.known.get(&id) {
            let same = matches!(
                (held.body(), &frame.payload),
                (Body::Present(one), Some(other)) if one.as_slice() == other.as_slice()
            );
            return same.then(|| (held.clone(), *author));
        }
        let header = frame.header.to_vec();
        let signed = crate::entry::Signed::verify(header).ok()?;
        self.add(HeldEntry::new(signed, frame.body()).ok()?)
    }
    /// Who wrote an entry that has been verified.
    pub fn author(&self, entry: &HeldEntry) -> Option<IdentityId> {
        self.known.get(&entry.id()).and_then(|(_, author)| *author)
    }
    /// Remember.
    pub fn add(&mut self, entry: HeldEntry) -> Option<(Arc<HeldEntry>, Option<IdentityId>)> {
        let author = entry.whole().and_then(|whole| Record::of(&whole).ok()).map(|record| record.author);
        let entry = Arc::new(entry);
        self.known.insert(entry.id(), (entry.clone(), author));
        Some((entry, author))
    }
}

/// The two sides towards one peer.
#[derive(Debug, Default)]
pub struct Peer {
    pub pull: Pull,
    pub serve: Serve,
    /// The request under way, and when it is given up.
    pub token: u64,
    pub until: Ms,
    pub next_round: Ms,
}

/// What a node wants sent.
pub enum Outgoing {
    Ask { to: usize, token: u64, request: Request },
    Gossip { entry: Arc<HeldEntry>, not_to: usize },
}

/// A replica with a person who writes.
pub struct Node {
    pub index: usize,
    pub key: DeviceKey,
    pub person: IdentityId,
    pub replica: MemoryReplica,
    /// As of the last flush, of a node that will crash: what that leaves.
    pub durable: Option<MemoryReplica>,
    /// Whether anything was taken since.
    dirty: bool,
    pub peers: BTreeMap<usize, Peer>,
    pub cells: BTreeSet<Vec<u8>>,
    /// Authors met.
    pub met: BTreeSet<IdentityId>,
    /// By how much the clock is ahead (or, negative, behind).
    pub skew_ms: i64,
    pub down_until: Ms,
    /// Own logs, by scope.
    pub epochs: BTreeMap<Scope, u64>,
    pub delivered: u64,
    pub forks: u64,
    pub pruned: u64,
    pub refused: u64,
    tokens: u64,
}

impl Node {
    pub fn new(index: usize, key: DeviceKey, person: IdentityId, cells: BTreeSet<Vec<u8>>, skew_ms: i64) -> Self {
        let mut instance = [0; 16];
        instance[..8].copy_from_slice(&(index as u64 + 1).to_be_bytes());
        let replica = MemoryReplica::new(instance);
        Self {
            index,
            key,
            person,
            durable: None,
            dirty: false,
            replica,
            peers: BTreeMap::new(),
            cells,
            met: BTreeSet::from([person]),
            skew_ms,
            down_until: 0,
            epochs: BTreeMap::new(),
            delivered: 0,
            forks: 0,
            pruned: 0,
            refused: 0,
            tokens: 0,
        }
    }

    pub fn interests(&self) -> BTreeSet<Vec<u8>> {
        let people = self.met.iter().map(|person| Scope::identity(*person).key().to_vec());
        self.cells.iter().cloned().chain(people).collect()
    }

    pub fn wants(&self, log: &LogId) -> bool {
        let key = log.key();
        self.cells.iter().any(|cell| key.starts_with(cell))
            || self.met.iter().any(|person| Scope::identity(*person) == log.scope)
    }

    /// Take an entry; tells whether it was new.
    pub fn take(&mut self, entry: &Arc<HeldEntry>, author: Option<IdentityId>, begin: bool) -> Result<bool, NotTaken> {
        match self.replica.take(entry.clone(), begin) {
            Ok(taken) => {
                match taken.map(|taken| taken.found) {
                    Some(Found::Restated) => self.pruned += 1,
                    Some(Found::Fork | Found::Smaller) => self.forks += 1,
                    Some(Found::Chain) | None => {}
                }
                self.met.extend(author.filter(|author| !author.is_zero()));
                if entry.header().log.device != self.device() {
                    self.delivered += 1;
                }
                self.dirty = true;
                Ok(true)
            }
            // Old news, and what waits for the rest of it.
            Err(NotTaken::Known | NotTaken::Pruned { .. } | NotTaken::Aside) => Ok(false),
            Err(refused) => Err(refused),
        }
    }

    pub fn device(&self) -> DeviceId {
        self.key.id()
    }

    /// Rounds that are due, and requests to be given up.
    pub fn tick(&mut self, config: &Config, now: Ms, jitter: &mut fastrand::Rng) -> Vec<Outgoing> {
        let mut out = Vec::new();
        let interests = self.interests();
        let due: Vec<usize> = self.peers.iter().filter(|(_, peer)| peer.next_round <= now).map(|(to, _)| *to).collect();
        for peer in self.peers.values_mut().filter(|peer| peer.pull.is_busy() && peer.until <= now) {
            peer.pull.on_failure();
        }
        for to in due {
            let Some(peer) = self.peers.get_mut(&to) else { continue };
            peer.next_round = now + config.round_ms / 2 + jitter.u64(0..=config.round_ms);
            let Ok(effects) = peer.pull.start(interests.clone(), &self.replica);
            self.follow(to, effects, now, &mut Verified::default(), &mut out);
        }
        out
    }

    pub fn on_request(&mut self, from: usize, request: Request) -> Option<Response> {
        let peer = self.peers.get_mut(&from)?;
        let Ok(response) = peer.serve.answer(&self.replica, request, &peer.pull);
        Some(response)
    }

    pub fn on_response(
        &mut self,
        from: usize,
        token: u64,
        response: Response,
        now: Ms,
        verified: &mut Verified,
    ) -> Vec<Outgoing> {
        let mut out = Vec::new();
        let Some(peer) = self.peers.get_mut(&from) else { return out };
        // A late answer, or its second copy.
        if peer.token != token || !peer.pull.is_busy() {
            return out;
        }
        peer.token = 0;
        let Ok(effects) = peer.pull.on_response(response, &self.replica);
        self.follow(from, effects, now, verified, &mut out);
        out
    }

    pub fn on_gossip(
        &mut self,
        from: usize,
        entry: &Arc<HeldEntry>,
        author: Option<IdentityId>,
        now: Ms,
        verified: &mut Verified,
    ) -> Vec<Outgoing> {
        let mut out = Vec::new();
        if !self.wants(&entry.header().log) {
            return out;
        }
        match self.take(entry, author, false) {
            Ok(true) => out.push(Outgoing::Gossip { entry: entry.clone(), not_to: from }),
            Err(NotTaken::Gap { .. } | NotTaken::Unrooted) => {
                let (header, id) = (entry.header(), entry.id());
                let theirs = crate::replication::message::Item {
                    log: header.log,
                    floor: 0,
                    tips: vec![crate::entry::Head { seq: header.seq, id }],
                    fork: None,
                    newest: header.stamp,
                };
                if let Some(peer) = self.peers.get_mut(&from) {
                    let Ok(effects) = peer.pull.want(theirs, &self.replica);
                    self.follow(from, effects, now, verified, &mut out);
                }
            }
            Ok(false) => {}
            Err(_) => self.refused += 1,
        }
        out
    }

    fn follow(&mut self, to: usize, effects: Vec<Effect>, now: Ms, verified: &mut Verified, out: &mut Vec<Outgoing>) {
        for effect in effects {
            match effect {
                Effect::Send(request) => {
                    self.tokens += 1;
                    let token = self.tokens;
                    if let Some(peer) = self.peers.get_mut(&to) {
                        (peer.token, peer.until) = (token, now + ANSWER_MS);
                    }
                    out.push(Outgoing::Ask { to, token, request });
                }
                Effect::Ingest { frames, begin } => {
                    let before = self.met.len();
                    self.ingest(frames, begin, verified);
                    let interests = (self.met.len() > before).then(|| self.interests());
                    let Some(peer) = self.peers.get_mut(&to) else { continue };
                    if let Some(interests) = interests {
                        let Ok(_later) = peer.pull.start(interests, &self.replica);
                    }
                    let Ok(next) = peer.pull.on_ingested(&self.replica);
                    self.follow(to, next, now, verified, out);
                }
                Effect::Payloads(found) => self.fill(found),
                Effect::CaughtUp(_) => {}
                Effect::Misbehaved(_) => self.refused += 1,
            }
        }
    }

    fn ingest(&mut self, frames: Vec<Frame>, mut begin: BTreeSet<LogId>, verified: &mut Verified) {
        for frame in frames {
            match verified.entry(frame) {
                Some((entry, author)) => {
                    let first = begin.remove(&entry.header().log);
                    if self.take(&entry, author, first).is_err() {
                        self.refused += 1;
                    }
                }
                None => self.refused += 1,
            }
        }
    }

    fn fill(&mut self, found: Vec<(Missing, Body)>) {
        for (missing, body) in found {
            self.replica.set_body(&missing, body);
        }
    }

    /// Lose what was not flushed, and all that lives in memory.
    pub fn crash(&mut self, until: Ms) {
        if let Some(durable) = &self.durable {
            self.replica = durable.clone();
        }
        self.dirty = false;
        self.down_until = until;
        self.peers.values_mut().for_each(|peer| *peer = Peer { next_round: until, ..Peer::default() });
        // Who wrote what is held is read again.
        self.met = BTreeSet::from([self.person]);
        for entry in self.replica.entries() {
            let author = entry.whole().and_then(|whole| Record::of(&whole).ok()).map(|record| record.author);
            self.met.extend(author.filter(|author| !author.is_zero()));
        }
    }

    /// Before anything is said to others, as the node does: no peer is told of what could still be lost.
    pub fn flush(&mut self) {
        if std::mem::take(&mut self.dirty) && self.durable.is_some() {
            self.durable = Some(self.replica.clone());
        }
    }
}
