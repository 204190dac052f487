//! Replication: what the network brings, what this node asks for, what it tells.

use super::{
    core::{Core, Origin},
    input::Effect,
    peers::{REFUSALS_MAX, SYNC_EVERY_MS, SYNC_FIRST_MS},
};
use crate::{
    net::{self, NetCommand, NetEvent, Peer, Verdict},
    store::StoreError,
    territory,
};
use communaut_protocol::{
    Cell, ElementId, Entry, Header, IdentityId, LogId, Scope,
    entry::{HeldEntry, RawEntry},
    limits::SCOPE_CELL_MAX,
    log::{Branch, NotTaken},
    replication::sync0::{self, Pull},
};
use std::collections::{BTreeMap, BTreeSet};

/// Prefixes of the interest told to a peer: cells, own scopes and known people, 40 B each.
pub const INTERESTS_MAX: usize = 16_384;
/// Gossip topics heard: gossipsub travels subscriptions in one message. Beyond, sync alone serves.
pub const TOPICS_MAX: usize = net::TOPICS_MAX;
/// Logs of one answer that are gossiped on: more is a first meeting, which others have their own rounds for.
const RELAYED_MAX: usize = 16;
/// Authors asked for whose identity log is not held.
pub const STRANGERS_MAX: usize = 10_000;

impl Core {
    /// Take what the network says.
    pub(super) fn on_net(&mut self, event: NetEvent) -> Result<(), StoreError> {
        match event {
            NetEvent::Listening(address) => {
                if !self.network.listening.contains(&address) {
                    self.network.listening.push(address);
                }
                self.changed = true;
            }
            NetEvent::Connected { peer, address, local } => {
                let state = self.peers.connected(&peer);
                state.status.peer = peer.to_string();
                state.status.address = address;
                state.status.local |= local;
                state.status.connected = true;
                state.refusals = 0;
                state.wait_ms = SYNC_FIRST_MS;
                self.changed = true;
                self.begin_round(&peer)?;
            }
            NetEvent::Disconnected { peer } => {
                if let Some(state) = self.peers.get(&peer) {
                    state.status.connected = false;
                    state.pull.on_failure();
                }
                self.changed = true;
            }
            NetEvent::Rtt { peer, ms } => {
                if let Some(state) = self.peers.get(&peer) {
                    state.status.rtt_ms = Some(ms);
                    self.changed = true;
                }
            }
            NetEvent::Asked { peer, channel, request } => {
                tracing::trace!(%peer, "asks");
                let response = self.store.answer(&request)?;
                self.effects.push(Effect::Net(NetCommand::Answer { channel, response }));
            }
            NetEvent::Answered { peer, token, response } => self.on_answer(&peer, token, response)?,
            NetEvent::AskFailed { peer, token, why } => {
                let Some(state) = self.peers.get(&peer).filter(|state| state.token == token) else { return Ok(()) };
                state.pull.on_failure();
                state.next_round_ms = self.now_ms + SYNC_EVERY_MS;
                if why != net::CLOSED {
                    self.refuse(Some(&peer), why);
                }
            }
            NetEvent::Gossip { peer, message, cell, data } => {
                let verdict = self.on_gossip(&peer, cell, &data)?;
                self.effects.push(Effect::Net(NetCommand::Verdict { message, verdict }));
            }
            NetEvent::Refused { peer, reason, detail } => {
                tracing::info!(reason, "refused from the network: {detail}");
                self.refuse(peer.as_ref(), reason);
            }
        }
        Ok(())
    }

    /// Count a refusal against a peer; end the connection with one that does nothing else.
    fn refuse(&mut self, peer: Option<&Peer>, reason: &str) {
        self.count(reason, 1);
        let Some((peer, state)) = peer.and_then(|peer| Some((peer, self.peers.get(peer)?))) else { return };
        *state.status.refused.entry(reason.to_owned()).or_default() += 1;
        state.refusals += 1;
        if state.refusals == REFUSALS_MAX {
            self.effects.push(Effect::Net(NetCommand::Disconnect(*peer)));
        }
    }

    /// Rounds that are due.
    pub(super) fn tick(&mut self) {
        for peer in self.peers.connected_now() {
            let due =
                self.peers.get(&peer).is_some_and(|state| state.next_round_ms <= self.now_ms && !state.pull.is_busy());
            if due && let Err(error) = self.begin_round(&peer) {
                tracing::error!("sync: {error}");
            }
        }
    }

    /// Ask a peer for everything of interest that is missing here.
    fn begin_round(&mut self, peer: &Peer) -> Result<(), StoreError> {
        // While the replica loads it is not yet known which people to ask for.
        if self.phase != crate::api::Phase::Ready {
            return Ok(());
        }
        let interests = self.interests();
        let now_ms = self.now_ms;
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        state.next_round_ms = now_ms + state.wait_ms;
        state.wait_ms = (state.wait_ms * 2).min(SYNC_EVERY_MS);
        let effects = state.pull.start(interests);
        self.follow_pull(peer, effects)
    }

    /// What is followed, written in or met has changed: hear its topics, ask for it.
    pub(super) fn interests_changed(&mut self) {
        let topics = self.topics();
        self.network.topics = topics.len();
        self.effects.push(Effect::Net(NetCommand::Subscribe(topics)));
        for peer in self.peers.connected_now() {
            if let Err(error) = self.begin_round(&peer) {
                tracing::error!("sync: {error}");
            }
        }
    }

    /// The 4-character cells of the territories followed.
    fn followed_cells(&self) -> BTreeSet<Cell> {
        let all = self.followed.iter().filter_map(|followed| territory::four_char_cells(&followed.cells).ok());
        all.flatten().collect()
    }

    /// The gossip topics: followed cells, then those written in, with all their ancestors.
    fn topics(&self) -> BTreeSet<Cell> {
        let own = self.logs.keys().filter(|scope| !scope.is_identity()).map(|scope| scope.cell);
        let mut topics = BTreeSet::new();
        for cell in self.followed_cells().into_iter().chain(own) {
            let with_ancestors: BTreeSet<Cell> = (0..=SCOPE_CELL_MAX).map(|len| cell.ancestor(len)).collect();
            let more = with_ancestors.difference(&topics).count();
            if topics.len() + more <= TOPICS_MAX {
                topics.extend(with_ancestors);
            }
        }
        topics
    }

    /// Beginnings of log keys: followed cells and their ancestors, own scopes, people.
    fn interests(&self) -> Vec<Vec<u8>> {
        let mut prefixes: BTreeSet<Vec<u8>> = BTreeSet::new();
        for cell in self.followed_cells() {
            prefixes.extend((0..=SCOPE_CELL_MAX).map(|len| cell.ancestor(len).bytes().to_vec()));
        }
        let scopes = self.logs.keys().map(Scope::key).filter(|key| !prefixes.contains(&key[..8]));
        let mut more: Vec<Vec<u8>> = scopes.map(|key| key.to_vec()).collect();
        more.extend(self.views.book().keys().map(|id| identity_prefix(*id)));
        more.extend(self.strangers.iter().map(|id| identity_prefix(*id)));
        more.sort_unstable();
        more.dedup();
        prefixes.into_iter().chain(more).take(INTERESTS_MAX).collect()
    }

    fn on_answer(&mut self, peer: &Peer, token: u64, response: sync0::Response) -> Result<(), StoreError> {
        let Some(state) = self.peers.get(peer).filter(|state| state.token == token) else { return Ok(()) };
        let mut pull = std::mem::take(&mut state.pull);
        let effects = pull.on_response(response, |log| self.store.head(log));
        if let Some(state) = self.peers.get(peer) {
            state.pull = pull;
        }
        self.changed = true;
        self.follow_pull(peer, effects)
    }

    /// Do what a pull wants done.
    fn follow_pull(&mut self, peer: &Peer, effects: Vec<sync0::Effect>) -> Result<(), StoreError> {
        for effect in effects {
            match effect {
                sync0::Effect::Send(request) => {
                    let token = self.peers.next_token();
                    let Some(state) = self.peers.get(peer) else { continue };
                    state.token = token;
                    self.effects.push(Effect::Net(NetCommand::Ask { peer: *peer, request, token }));
                }
                sync0::Effect::Ingest(raws) => {
                    let more = self.ingest(peer, raws)?;
                    let met: Vec<Vec<u8>> = more.into_iter().map(identity_prefix).collect();
                    if !met.is_empty() {
                        let asked = self.pull_of(peer, |pull| pull.also(met));
                        self.follow_pull(peer, asked)?;
                    }
                }
                sync0::Effect::CaughtUp => {
                    let now = i64::try_from(self.now_ms).unwrap_or(i64::MAX);
                    // Not while identity logs of authors just met are still asked for.
                    if let Some(state) = self.peers.get(peer).filter(|state| !state.pull.is_busy()) {
                        state.status.caught_up_ms = Some(now);
                    }
                    self.changed = true;
                }
                sync0::Effect::Misbehaved(why) => {
                    tracing::info!(%peer, "misbehaved: {why}");
                    self.refuse(Some(peer), "misbehaved");
                }
            }
        }
        Ok(())
    }

    fn pull_of(&mut self, peer: &Peer, then: impl FnOnce(&mut Pull) -> Vec<sync0::Effect>) -> Vec<sync0::Effect> {
        self.peers.get(peer).map(|state| then(&mut state.pull)).unwrap_or_default()
    }

    /// Verify and store entries of a peer. Gives the authors met for the first time.
    fn ingest(&mut self, peer: &Peer, raws: Vec<RawEntry>) -> Result<Vec<IdentityId>, StoreError> {
        let mut entries = Vec::with_capacity(raws.len());
        for raw in raws {
            match self.verify_new(raw) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => {}
                Err(reason) => self.refuse(Some(peer), reason),
            }
        }
        let strangers_before = self.strangers.clone();
        let last: BTreeMap<LogId, Entry> = entries.iter().map(|entry| (entry.header().log, entry.clone())).collect();
        let answers = self.take(entries.into_iter().map(HeldEntry::from).collect(), Origin::Elsewhere)?;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        if let Some(state) = self.peers.get(peer) {
            state.status.received += taken as u64;
        }
        // A little that was written while its author was cut off: said on, so that others need not wait for a round.
        if taken > 0 && last.len() <= RELAYED_MAX {
            let store = &self.store;
            let heads =
                last.into_iter().filter(|(log, entry)| store.head(log).is_some_and(|head| head.id == entry.id()));
            self.fresh.extend(heads);
        }
        for error in answers.into_iter().filter_map(Result::err) {
            if error != NotTaken::Known {
                self.refuse(Some(peer), error.name());
            }
        }
        Ok(self.strangers.difference(&strangers_before).copied().collect())
    }

    /// Verify an entry, unless it is held already: then its signature need not be checked again.
    fn verify_new(&self, raw: RawEntry) -> Result<Option<Entry>, &'static str> {
        let (header, _) = Header::decode(&raw.header).map_err(|refusal| refusal.name())?;
        for branch in [Branch::First, Branch::Second] {
            let held = self.store.held(&header.log, branch, header.seq).ok().flatten();
            if held.is_some_and(|held| held.signed().bytes() == raw.header) {
                return Ok(None);
            }
        }
        Entry::verify(raw).map(Some).map_err(|refusal| refusal.name())
    }

    fn on_gossip(&mut self, peer: &Peer, cell: Cell, data: &[u8]) -> Result<Verdict, StoreError> {
        let entry = RawEntry::decode(data).map_err(|refusal| refusal.name()).and_then(|raw| self.verify_new(raw));
        let entry = match entry {
            Ok(Some(entry)) if entry.header().log.scope.cell == cell => entry,
            Ok(Some(_)) => {
                self.refuse(Some(peer), "topic");
                return Ok(Verdict::Reject);
            }
            Ok(None) => return Ok(Verdict::Ignore),
            Err(reason) => {
                self.refuse(Some(peer), reason);
                return Ok(Verdict::Reject);
            }
        };
        let log = entry.header().log;
        if !self.wanted(&log.scope) {
            // Heard because something of ours lies in the same cell: passed on, not kept.
            return Ok(Verdict::Accept);
        }
        let answers = self.take(vec![entry.into()], Origin::Elsewhere)?;
        let verdict = match answers.into_iter().next() {
            Some(Ok(_)) => {
                if let Some(state) = self.peers.get(peer) {
                    state.status.received += 1;
                }
                Verdict::Accept
            }
            // A hint that more has been written: fetch it.
            Some(Err(NotTaken::Gap { from })) => {
                let asked = self.pull_of(peer, |pull| pull.want(log, from));
                self.follow_pull(peer, asked)?;
                Verdict::Accept
            }
            Some(Err(NotTaken::Known | NotTaken::Pruned { .. })) | None => Verdict::Ignore,
            Some(Err(refused)) => {
                self.refuse(Some(peer), refused.name());
                Verdict::Reject
            }
        };
        let met: Vec<Vec<u8>> = self.strangers.iter().map(|id| identity_prefix(*id)).collect();
        if !met.is_empty() && self.peers.get(peer).is_some_and(|state| !state.pull.is_busy()) {
            let asked = self.pull_of(peer, |pull| pull.also(met));
            self.follow_pull(peer, asked)?;
        }
        Ok(verdict)
    }

    /// Whether a scope is of interest: in a followed cell or above one, or written in from here.
    fn wanted(&self, scope: &Scope) -> bool {
        self.logs.contains_key(scope) || self.followed_cells().iter().any(|cell| scope.cell.contains(*cell))
    }

    /// Tell the network what was written here: of each log the last entry. Who lacks those before asks for them.
    pub(super) fn gossip(&mut self) {
        for (log, entry) in std::mem::take(&mut self.fresh) {
            if log.scope.is_identity() {
                continue;
            }
            match entry.to_raw().encode() {
                Ok(data) => self.effects.push(Effect::Net(NetCommand::Publish { cell: log.scope.cell, data })),
                Err(error) => tracing::error!("an own entry does not encode: {error}"),
            }
        }
    }
}

fn identity_prefix(id: IdentityId) -> Vec<u8> {
    Scope { cell: Cell::IDENTITY, container: ElementId::from(id) }.key().to_vec()
}
