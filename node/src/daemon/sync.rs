//! Replication: what the network brings, what this node asks for, what it tells.

use super::{
    core::{Core, Origin},
    input::Effect,
    monotonic::Monotonic,
    peers::{
        BAN_MS, LATE_MAX, LATE_MS, Late, PEERS_REMEMBERED_MAX, PeerState, REFUSALS_FOR_MS, REFUSALS_MAX, SYNC_EVERY_MS,
        SYNC_FIRST_MS,
    },
};
use crate::{
    net::{self, NetCommand, NetEvent, Peer, Verdict},
    store::{Store, StoreError},
    territory,
};
use communaut_protocol::{
    Cell, ElementId, EntryId, Header, IdentityId, LogId, Scope, ScopeKey,
    clock::ToldClock,
    entry::{Body, Head, HeldEntry, RawEntry, Signed, hash},
    limits::SCOPE_CELL_MAX,
    log::NotTaken,
    op::FrontierHead,
    private::Shown,
    replication::{
        message::{Frame, Item, Missing, Request, Response},
        pull::{self, Pull},
        replica::Replica,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Prefixes of the interest told to a peer: cells, own scopes and known people, 40 B each.
pub const INTERESTS_MAX: usize = 16_384;
/// Gossip topics heard: gossipsub travels subscriptions in one message. Beyond, sync alone serves.
pub const TOPICS_MAX: usize = net::TOPICS_MAX;
/// Logs of one answer that are gossiped on: more is a first meeting, which others have their own rounds for.
const RELAYED_MAX: usize = 16;
/// Milliseconds after which a peer is asked that has said, while asking, that it holds more.
const NEWS_WAIT_MS: u64 = 250;
/// Questions that wait while the replica loads: one of each peer remembered, since a peer waits for its answer.
const EARLY_MAX: usize = PEERS_REMEMBERED_MAX;
/// Authors asked for whose identity log is not held.
pub const STRANGERS_MAX: usize = 10_000;

impl Core {
    /// Take what the network says.
    pub(crate) fn on_net(&mut self, event: NetEvent) -> Result<(), StoreError> {
        match event {
            NetEvent::Listening(address) => {
                if !self.network.listening.contains(&address) {
                    self.network.listening.push(address);
                }
                self.changed = true;
            }
            NetEvent::Connected { peer, address, local } => {
                let monotonic = self.monotonic;
                let state = self.peers.connected(&peer);
                if state.banned_until > monotonic {
                    self.count("banned", 1);
                    self.effects.push(Effect::Net(NetCommand::Disconnect(peer)));
                    return Ok(());
                }
                let already = state.status.connected;
                if state.pull.followed().0.is_none()
                    && !state.pull.is_busy()
                    && let Some(cursor) = self.cursors.of(&peer.to_string(), self.own.latest_ms())
                {
                    state.pull = Pull::from_cursor(cursor);
                    state.resumed = true;
                }
                state.status.peer = peer.to_string();
                state.status.address = address;
                state.status.local |= local;
                state.status.connected = true;
                state.wait_ms = SYNC_FIRST_MS;
                self.changed = true;
                if !already {
                    self.connected_privately(&peer)?;
                }
                self.begin_round(&peer)?;
                self.ask_to_join(&peer);
            }
            NetEvent::Disconnected { peer } => {
                if let Some(state) = self.peers.get(&peer) {
                    state.status.connected = false;
                    state.clock = None;
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
                if self.phase == crate::snapshot::Phase::Loading {
                    // Whom to hide is not yet known. Without room the peer hears nothing, and asks again.
                    if self.private.early.len() < EARLY_MAX {
                        self.private.early.push((peer, channel, request));
                    }
                    return Ok(());
                }
                self.asked(Late { peer, channel, request, since: self.monotonic })?;
            }
            NetEvent::Answered { peer, token, response } => self.on_answer(&peer, token, response)?,
            NetEvent::AskFailed { peer, token, why } => {
                let Some(state) = self.peers.get(&peer).filter(|state| state.token == token) else { return Ok(()) };
                state.pull.on_failure();
                state.next_round = self.monotonic.after(SYNC_EVERY_MS);
                if why != net::CLOSED {
                    self.refuse(Some(&peer), why);
                }
            }
            NetEvent::Pairing { peer, message, channel } => self.on_pairing(&peer, message, channel),
            NetEvent::Paired { token, message } => self.on_paired(token, message)?,
            NetEvent::Proving { peer, message, channel } => self.on_proving(&peer, &message, channel)?,
            NetEvent::ProofFailed { peer, token } => self.on_proof_failed(&peer, token),
            NetEvent::Proved { peer, token, message } => self.on_proved(&peer, token, message)?,
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

    /// Answer a peer; later, if it has used up the work that is done for it.
    fn asked(&mut self, asked: Late) -> Result<(), StoreError> {
        let monotonic = self.monotonic;
        if self.peers.get(&asked.peer).is_some_and(|state| !state.work.has(monotonic)) {
            if self.peers.late.len() < LATE_MAX {
                self.peers.late.push_back(asked);
            } else {
                self.refuse(Some(&asked.peer), "work");
            }
            return Ok(());
        }
        let Late { peer, channel, request, .. } = asked;
        if let Some(response) = self.answer_to(&peer, request)? {
            self.effects.push(Effect::Net(NetCommand::Answer { channel, response }));
        }
        Ok(())
    }

    /// Once a second: answer those who had to wait, as far as there is work for them again.
    pub(crate) fn answer_late(&mut self) -> Result<(), StoreError> {
        for late in std::mem::take(&mut self.peers.late) {
            if self.monotonic.since(late.since) >= LATE_MS {
                self.refuse(Some(&late.peer), "work");
            } else if self.peers.get(&late.peer).is_some_and(|state| state.status.connected) {
                self.asked(late)?;
            }
        }
        Ok(())
    }

    /// What a peer is answered, of what it may know of.
    pub(crate) fn answer_to(&mut self, peer: &Peer, request: Request) -> Result<Option<Response>, StoreError> {
        let Some(state) = self.peers.get(peer) else { return Ok(None) };
        hear(state, request.clock(), self.monotonic);
        state.pull.set_clock(self.own.told());
        let shown = self.private.shown(&self.store, &state.proven.access);
        let response = state.serve.answer(&shown, request, &state.pull);
        state.work.use_up(std::mem::take(&mut state.serve.spent));
        let response = response?;
        // It says how far it is: what it has written meanwhile is asked for now.
        let followed = state.pull.followed().0;
        if followed.is_some() && state.serve.theirs != followed && !state.pull.is_busy() {
            state.next_round = state.next_round.min(self.monotonic.after(NEWS_WAIT_MS));
        }
        Ok(Some(response))
    }

    /// Answer what was asked while the replica loaded.
    fn answer_early(&mut self) {
        if self.phase == crate::snapshot::Phase::Loading {
            return;
        }
        for (peer, channel, request) in std::mem::take(&mut self.private.early) {
            match self.answer_to(&peer, request) {
                Ok(Some(response)) => self.effects.push(Effect::Net(NetCommand::Answer { channel, response })),
                Ok(None) => {}
                Err(error) => tracing::error!("sync: {error}"),
            }
        }
    }

    /// Count a refusal against a peer; end the connection with one that does nothing else, for a while.
    pub(crate) fn refuse(&mut self, peer: Option<&Peer>, reason: &str) {
        self.count(reason, 1);
        let monotonic = self.monotonic;
        let Some((peer, state)) = peer.and_then(|peer| Some((peer, self.peers.get(peer)?))) else { return };
        *state.status.refused.entry(reason.to_owned()).or_default() += 1;
        // Those of long ago are forgiven; by connecting anew none are.
        if monotonic.since(state.refused_since) > REFUSALS_FOR_MS {
            (state.refusals, state.refused_since) = (0, monotonic);
        }
        state.refusals += 1;
        if state.refusals >= REFUSALS_MAX {
            (state.refusals, state.refused_since) = (0, monotonic);
            state.banned_until = monotonic.after(BAN_MS);
            tracing::info!(%peer, "{REFUSALS_MAX} things of it were refused: not connected with for {BAN_MS} ms");
            self.effects.push(Effect::Net(NetCommand::Disconnect(*peer)));
        }
    }

    /// Rounds that are due.
    pub(crate) fn tick(&mut self) {
        for peer in self.peers.connected_now() {
            let due =
                self.peers.get(&peer).is_some_and(|state| state.next_round <= self.monotonic && !state.pull.is_busy());
            if due && let Err(error) = self.begin_round(&peer) {
                tracing::error!("sync: {error}");
            }
        }
    }

    /// Ask a peer for everything of interest that is missing here.
    pub(crate) fn begin_round(&mut self, peer: &Peer) -> Result<(), StoreError> {
        // While the replica loads it is not yet known which people to ask for.
        if self.phase != crate::snapshot::Phase::Ready {
            return Ok(());
        }
        let monotonic = self.monotonic;
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        state.next_round = monotonic.after(state.wait_ms);
        state.wait_ms = (state.wait_ms * 2).min(SYNC_EVERY_MS);
        let effects = self.ask_for_all(peer)?;
        self.follow_pull(peer, effects)
    }

    /// Ask a peer for all that is of interest and that it may know of.
    fn ask_for_all(&mut self, peer: &Peer) -> Result<Vec<pull::Effect>, StoreError> {
        let interests = self.interests();
        self.pull_of(peer, |pull, shown| {
            let may_name = |prefix: &Vec<u8>| Scope::from_key(prefix).map_or(true, |scope| shown.may_name(&scope));
            pull.start(interests.into_iter().filter(may_name).collect(), shown)
        })
    }

    /// What is followed, written in or met has changed: hear its topics, ask for it.
    pub(crate) fn interests_changed(&mut self) {
        let topics = self.topics();
        self.network.topics = topics.len();
        self.effects.push(Effect::Net(NetCommand::Subscribe(topics)));
        self.answer_early();
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
        let own = self.logs.keys().map(|scope| scope.cell).filter(|cell| cell.is_place());
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
    fn interests(&self) -> BTreeSet<Vec<u8>> {
        let mut prefixes: BTreeSet<Vec<u8>> = BTreeSet::new();
        for cell in self.followed_cells() {
            prefixes.extend((0..=SCOPE_CELL_MAX).map(|len| cell.ancestor(len).bytes().to_vec()));
        }
        let scopes = self.logs.keys().map(Scope::key).filter(|key| !prefixes.contains(&key[..8]));
        let mut more: Vec<Vec<u8>> = scopes.map(|key| key.to_vec()).collect();
        more.extend(self.private.ring.scopes().iter().map(|scope| scope.key().to_vec()));
        more.extend(self.views.book().keys().map(|id| identity_prefix(*id)));
        more.extend(self.strangers.iter().map(|id| identity_prefix(*id)));
        more.sort_unstable();
        more.dedup();
        more.extend(self.walls_of_people().map(|key| key.to_vec()).filter(|key| !prefixes.contains(&key[..8])));
        prefixes.into_iter().chain(more).take(INTERESTS_MAX).collect()
    }

    /// The own spaces of people met, wherever they are at home: there they wrap keys, to private posts and invitations,
    /// for whom they mean. Not of people met in closed communities only, since to ask for one tells of the community.
    fn walls_of_people(&self) -> impl Iterator<Item = ScopeKey> {
        let hidden: BTreeSet<Scope> = self.private.hidden.people().collect();
        let open = self.views.book().values().filter(move |person| !hidden.contains(&Scope::identity(person.id)));
        open.filter_map(|person| Some(Scope::container(person.home?, person.id.into()).key()))
    }

    fn on_answer(&mut self, peer: &Peer, token: u64, response: Response) -> Result<(), StoreError> {
        if self.peers.get(peer).is_none_or(|state| state.token != token) {
            return Ok(());
        }
        let monotonic = self.monotonic;
        if let Some(state) = self.peers.get(peer) {
            hear(state, response.clock(), monotonic);
        }
        let effects = self.pull_of(peer, |pull, shown| pull.on_response(response, shown))?;
        self.changed = true;
        self.follow_pull(peer, effects)
    }

    /// Do what a pull wants done.
    fn follow_pull(&mut self, peer: &Peer, effects: Vec<pull::Effect>) -> Result<(), StoreError> {
        for effect in effects {
            match effect {
                pull::Effect::Send(request) => {
                    let token = self.peers.next_token();
                    let Some(state) = self.peers.get(peer) else { continue };
                    state.token = token;
                    self.effects.push(Effect::Net(NetCommand::Ask { peer: *peer, request, token }));
                }
                pull::Effect::Ingest { frames, begin } => {
                    let met = self.ingest(peer, frames, &begin)?;
                    if met && self.peers.get(peer).is_some() {
                        // Another round follows, with the people met.
                        self.ask_for_all(peer)?;
                    }
                    let next = self.pull_of(peer, |pull, shown| pull.on_ingested(shown))?;
                    self.follow_pull(peer, next)?;
                }
                pull::Effect::Payloads(found) => self.fill(peer, found)?,
                pull::Effect::CaughtUp(_) => {
                    let now = i64::try_from(self.own.latest_ms()).unwrap_or(i64::MAX);
                    let own_ms = self.own.latest_ms();
                    if let Some(state) = self.peers.get(peer).filter(|state| !state.pull.is_busy()) {
                        state.status.caught_up_ms = Some(now);
                        // Where something was declined, it has not been followed.
                        if let Some(cursor) = state.pull.cursor().filter(|_| self.room.only(state).is_none()) {
                            self.cursors.follow(&state.status.peer, cursor, state.resumed, own_ms);
                        }
                        self.accept_what_was_closed()?;
                    }
                    self.changed = true;
                }
                pull::Effect::Misbehaved(why) => {
                    tracing::info!(%peer, "misbehaved: {why}");
                    self.refuse(Some(peer), "misbehaved");
                }
            }
        }
        Ok(())
    }

    fn pull_of(
        &mut self,
        peer: &Peer,
        then: impl FnOnce(&mut Pull, &Shown<'_, Store>) -> Result<Vec<pull::Effect>, StoreError>,
    ) -> Result<Vec<pull::Effect>, StoreError> {
        let Some(state) = self.peers.get(peer) else { return Ok(Vec::new()) };
        state.pull.set_clock(self.own.told());
        let (access, only) = (&state.proven.access, self.room.only(state));
        then(&mut state.pull, &self.private.shown(&self.store, access).taking_only(only))
    }

    /// Verify and store entries of a peer. Gives whether an author was met for the first time.
    fn ingest(&mut self, peer: &Peer, frames: Vec<Frame>, begin: &BTreeSet<LogId>) -> Result<bool, StoreError> {
        let mut entries = Vec::with_capacity(frames.len());
        for frame in frames {
            match self.verify_frame(frame)? {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => {}
                Err(reason) => self.refuse(Some(peer), reason),
            }
        }
        let entries = self.with_room(peer, entries);
        let strangers = self.strangers.len();
        let last: BTreeMap<LogId, HeldEntry> =
            entries.iter().map(|entry| (entry.header().log, entry.clone())).collect();
        let answers = self.take_from(entries, Origin::Elsewhere, begin)?;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        if let Some(state) = self.peers.get(peer) {
            state.status.received += taken as u64;
        }
        // A little that was written while its author was cut off: said on, so that others need not wait for a round.
        if taken > 0 && last.len() <= RELAYED_MAX {
            for (log, entry) in last {
                if self.store.log(&log).is_some_and(|state| state.has_tip(entry.id())) {
                    self.fresh.extend(entry.whole().map(|entry| (log, entry)));
                }
            }
        }
        for error in answers.into_iter().filter_map(Result::err) {
            // Old news from who does not know of a restatement yet, and what waits for the rest of one.
            if !matches!(error, NotTaken::Known | NotTaken::Pruned { .. } | NotTaken::Aside) {
                self.refuse(Some(peer), error.name());
            }
        }
        Ok(self.strangers.len() > strangers)
    }

    /// Verify an entry as it came, unless it is held already: then its signature need not be checked again.
    fn verify_frame(&self, frame: Frame) -> Result<Result<Option<HeldEntry>, &'static str>, StoreError> {
        let header = match Header::decode(&frame.header) {
            Ok((header, _)) => header,
            Err(refusal) => return Ok(Err(refusal.name())),
        };
        let id = EntryId(hash(&frame.header).0);
        if self.store.holds(&header.log, header.seq, id)? {
            return Ok(Ok(None));
        }
        let bytes = frame.header.to_vec();
        let body = match frame.body() {
            // Believed where the erasure is held; otherwise it is asked for, until the erasure comes.
            Body::Erased(_) => self.erased_or_absent(&header, id),
            body => body,
        };
        let entry = Signed::verify(bytes).and_then(|signed| HeldEntry::new(signed, body));
        Ok(entry.map(Some).map_err(|refusal| refusal.name()))
    }

    fn erased_or_absent(&self, header: &Header, id: EntryId) -> Body {
        let LogId { scope, device, epoch } = header.log;
        let place = FrontierHead { device, epoch, seq: header.seq, id };
        self.views.erasure(&scope, &place).map_or(Body::Absent, |erasure| Body::Erased(erasure.erasure))
    }

    /// Payloads have come of headers that are held.
    fn fill(&mut self, peer: &Peer, found: Vec<(Missing, Body)>) -> Result<(), StoreError> {
        for (missing, body) in found {
            let place =
                FrontierHead { device: missing.log.device, epoch: missing.log.epoch, seq: missing.seq, id: missing.id };
            let Some((branch, held)) = self.store.at(&missing.log.scope, &place)? else { continue };
            if *held.body() != Body::Absent {
                continue;
            }
            let bytes = usize::try_from(held.header().payload_size).unwrap_or(usize::MAX);
            if matches!(body, Body::Present(_)) && !self.room_for(peer, &missing.log, bytes) {
                continue;
            }
            let body = match (body, self.erased_or_absent(held.header(), missing.id)) {
                (_, erased @ Body::Erased(_)) => erased,
                (Body::Present(payload), _) => Body::Present(payload),
                _ => continue,
            };
            match HeldEntry::new(held.signed().clone(), body.clone()) {
                Ok(entry) => {
                    self.store.set_body(&missing.log, branch, missing.seq, &body)?;
                    self.dirty = true;
                    self.fold_new(vec![entry])?;
                }
                Err(refusal) => self.refuse(Some(peer), refusal.name()),
            }
        }
        Ok(())
    }

    /// Verify a gossiped entry, unless it is held already.
    fn verify_new(&self, raw: RawEntry) -> Result<Result<Option<HeldEntry>, &'static str>, StoreError> {
        let RawEntry { header, payload } = raw;
        self.verify_frame(Frame { header: header.into(), payload: Some(payload.into()), erased: None })
    }

    fn on_gossip(&mut self, peer: &Peer, cell: Cell, data: &[u8]) -> Result<Verdict, StoreError> {
        let entry = match RawEntry::decode(data) {
            Ok(raw) => self.verify_new(raw)?,
            Err(refusal) => Err(refusal.name()),
        };
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
        let (head, newest) = (Head { seq: entry.header().seq, id: entry.id() }, entry.header().stamp);
        if !self.wanted(&log.scope) {
            // Heard because something of ours lies in the same cell: passed on, not kept.
            return Ok(Verdict::Accept);
        }
        let entries = self.with_room(peer, vec![entry]);
        if entries.is_empty() {
            // Others may have room.
            return Ok(Verdict::Accept);
        }
        let answers = self.take(entries, Origin::Elsewhere)?;
        let verdict = match answers.into_iter().next() {
            Some(Ok(_)) => {
                if let Some(state) = self.peers.get(peer) {
                    state.status.received += 1;
                }
                Verdict::Accept
            }
            // A hint that more has been written: fetch it.
            Some(Err(NotTaken::Gap { .. } | NotTaken::Unrooted | NotTaken::Aside)) => {
                let theirs = Item { log, floor: 0, tips: vec![head], fork: None, newest };
                let asked = self.pull_of(peer, |pull, shown| pull.want(theirs, shown))?;
                self.follow_pull(peer, asked)?;
                Verdict::Accept
            }
            Some(Err(NotTaken::Known | NotTaken::Pruned { .. })) | None => Verdict::Ignore,
            Some(Err(refused)) => {
                self.refuse(Some(peer), refused.name());
                Verdict::Reject
            }
        };
        if !self.strangers.is_empty() && self.peers.get(peer).is_some_and(|state| !state.pull.is_busy()) {
            let asked = self.ask_for_all(peer)?;
            self.follow_pull(peer, asked)?;
        }
        Ok(verdict)
    }

    /// Whether a scope is of interest: in a followed cell or above one, or written in from here.
    fn wanted(&self, scope: &Scope) -> bool {
        self.logs.contains_key(scope)
            || self.private.ring.scopes().contains(scope)
            || self.followed_cells().iter().any(|cell| scope.cell.contains(*cell))
    }

    /// Tell the network what was written here: of each log the last entry. Who lacks those before asks for them.
    pub(crate) fn gossip(&mut self) {
        let mut closed = BTreeSet::new();
        for (log, entry) in std::mem::take(&mut self.fresh) {
            if log.scope.is_closed() {
                closed.insert(log.scope);
            }
            if !log.scope.cell.is_place() {
                continue;
            }
            match entry.to_raw().encode() {
                Ok(data) => self.effects.push(Effect::Net(NetCommand::Publish { cell: log.scope.cell, data })),
                Err(error) => tracing::error!("an own entry does not encode: {error}"),
            }
        }
        if !closed.is_empty() {
            self.tell_closed(&closed);
        }
    }
}

/// Remember what a peer says of its clock.
fn hear(state: &mut PeerState, told: Option<u64>, monotonic: Monotonic) {
    if let Some(told) = told {
        state.clock = Some(ToldClock::new(told, monotonic.ms()));
    }
}

fn identity_prefix(id: IdentityId) -> Vec<u8> {
    Scope { cell: Cell::IDENTITY, container: ElementId::from(id) }.key().to_vec()
}
