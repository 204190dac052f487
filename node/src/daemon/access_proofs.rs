//! Closed scopes: the keys held, what each peer has proved to know, what of this node each peer is shown. SPEC.md §10.

use super::{
    core::Core,
    input::Effect,
    monotonic::Monotonic,
    vault::Vault,
    wrap_inbox::{Given, Request},
};
use crate::{
    entropy::random,
    net::{AnswerChannel, NetCommand, Peer, ProofChannel},
    store::{Store, StoreError},
};
use communaut_protocol::{
    DeviceId, Entry, Hash, Scope,
    fold::Record,
    limits::KEYRING_MAX,
    private::{
        Access, Draw, Exchange, Hidden, Keyring, ProofOf, SealingSecret, Shown,
        proof::{Ends, ProofMessage},
    },
    replication::message::Request as Question,
};
use std::collections::BTreeSet;

/// Proofs of one peer answered in a minute (SPEC.md §10.5): each exchange takes two, and keys change seldom.
const PROOFS_PER_MINUTE: u32 = 60;
/// Exchanges of one peer that wait for its last word: messages of two may overtake one another.
const ANSWERING_MAX: usize = 4;
/// Milliseconds until a proof that was not answered is begun anew; the wait doubles.
const AGAIN_FIRST_MS: u64 = 1_000;
/// Milliseconds of the longest such wait.
const AGAIN_MAX_MS: u64 = 60_000;
/// Milliseconds after which the side that began on a connection proves again, whoever belongs to anything or not: what
/// two exchanges that crossed left open does not stay so.
const EVERY_MS: u64 = 60_000;
/// Milliseconds after which the other side begins, if nothing has come: it may not have noticed that the connection is
/// a new one, because the one before has not ended yet there.
const LATE_MS: u64 = 3_000;
/// Milliseconds for which they are counted.
const MINUTE_MS: u64 = 60_000;

/// The keyring in the vault.
pub const KEYRING: &str = "keyring";

/// What this node knows that others may not know of.
#[derive(Debug)]
pub(crate) struct Private {
    /// The keys held.
    pub ring: Keyring,
    /// People met in closed scopes only.
    pub hidden: Hidden,
    /// What stands for this node in proofs; none without a network.
    pub end: Option<Hash>,
    /// Whether what proves may have changed since it was proved last.
    pub changed: bool,
    /// What was proved last.
    proved: Vec<ProofOf>,
    /// Where secrets lie.
    pub vault: Box<dyn Vault>,
    /// Of this device.
    pub sealing: SealingSecret,
    /// How this device recovered, until the node stops: what was wrapped to the phrase in
    /// closed communities comes later.
    pub recovering: Option<Recovering>,
    /// What others ask, and nobody has answered yet.
    pub waiting: Vec<Request>,
    /// What peers asked while the replica loaded: answered when it is known who is hidden.
    pub early: Vec<(Peer, AnswerChannel, Question)>,
}

/// By what this device recovered.
#[derive(Debug)]
pub(crate) struct Recovering {
    /// Follows from the phrase.
    pub sealing: SealingSecret,
    /// The devices that were taken out by it, of which what was held then was accepted.
    pub lost: BTreeSet<DeviceId>,
    /// Of what they wrote only what says to be no later counts, milliseconds since 1970 UTC.
    pub until_ms: Option<u64>,
}

/// The exchanges with one peer, and what came of them.
#[derive(Debug, Default)]
pub(crate) struct Proven {
    /// What it has proved on this connection.
    pub access: Access,
    /// Begun here, with its number, under the name of the message that waits for an answer.
    asked: Option<(u64, u64, Exchange)>,
    /// Begun there, with their numbers.
    answering: Vec<(u64, Exchange)>,
    /// Exchanges begun on either side.
    begun: u64,
    /// The number of the exchange by which `access` came about: what an older one says that ends later is past.
    settled: u64,
    /// The name of the last message.
    last: u64,
    /// When to begin anew, since the last message was not answered.
    again: Option<Monotonic>,
    /// Milliseconds to wait then.
    wait_ms: u64,
    /// Since when its proofs are counted, and how many there were.
    counted: (Monotonic, u32),
}

impl Private {
    /// With the keys of a vault.
    pub fn open(vault: Box<dyn Vault>, sealing: SealingSecret) -> Result<Self, StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged(format!("the {KEYRING}: {error}"));
        let ring = match vault.read(KEYRING, KEYRING_MAX).map_err(|error| damaged(&error))? {
            Some(bytes) => Keyring::from_stored(&bytes).map_err(|error| damaged(&error))?,
            None => Keyring::default(),
        };
        let hidden = Hidden::default();
        let (proved, waiting, early) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { ring, hidden, end: None, changed: true, proved, vault, sealing, recovering: None, waiting, early })
    }

    /// Keep the keyring as it is now. Durable when it returns, before what it opens is acknowledged.
    pub fn save(&self) -> Result<(), StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged(format!("the {KEYRING}: {error}"));
        let bytes = self.ring.to_stored().map_err(|error| damaged(&error))?;
        // What cannot be read again would keep the node from ever starting: what was stored before stays.
        if bytes.len() > KEYRING_MAX {
            return Err(damaged(&format!("{} bytes to store, the limit is {KEYRING_MAX}", bytes.len())));
        }
        self.vault.write(KEYRING, &bytes).map_err(|error| damaged(&error))
    }

    /// A store as a peer may see it.
    pub fn shown<'a>(&'a self, store: &'a Store, access: &'a Access) -> Shown<'a, Store> {
        Shown::new(store, access, &self.hidden, store.private_arrivals())
    }
}

impl Core {
    /// Keys were handed out: those for this device are kept, and what they open is folded.
    pub(crate) fn take_wraps(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let secrets: Vec<&SealingSecret> = std::iter::once(&self.private.sealing)
            .chain(self.private.recovering.as_ref().map(|by| &by.sealing))
            .collect();
        match Given::open(entry, &secrets) {
            Ok(Some((given, items))) => self.take_items(entry, given, items),
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::info!(entry = %entry.id(), "{error}");
                self.count("wraps", 1);
                Ok(())
            }
        }
    }

    /// Randomness for one use.
    pub(crate) fn draw() -> Result<Draw, StoreError> {
        random().map(Draw::new).map_err(|error| StoreError::Damaged(error.to_string()))
    }

    /// What this node can prove, and asks of others. Nothing while the replica loads: it is not yet known then who was
    /// let go.
    fn proofs(&self) -> Vec<ProofOf> {
        if self.phase != crate::snapshot::Phase::Ready {
            return Vec::new();
        }
        self.private.ring.proofs(|scope, key, from| {
            let keys = self.views.scopes().get(scope).and_then(|view| view.keys.clone());
            keys.unwrap_or_default().lets_in(key, from, &self.member_devices(scope))
        })
    }

    /// The devices of all who belong to a closed community.
    pub(crate) fn member_devices(&self, scope: &Scope) -> BTreeSet<DeviceId> {
        let roles = self.views.scopes().get(scope).and_then(|view| view.governance.as_deref()).map(|held| &held.roles);
        let people = roles.into_iter().flatten().filter_map(|(person, _)| self.views.book().get(person));
        people.flat_map(|person| person.devices.keys().copied()).collect()
    }

    /// Begin to prove, on a connection that has just come about: one side does.
    pub(crate) fn connected_privately(&mut self, peer: &Peer) -> Result<(), StoreError> {
        let late = Some(self.monotonic.after(LATE_MS));
        if let Some(state) = self.peers.get(peer) {
            state.proven = Proven { again: late, ..Proven::default() };
        }
        if self.private.end.is_some_and(|own| own < peer.end()) { self.prove(peer) } else { Ok(()) }
    }

    fn prove(&mut self, peer: &Peer) -> Result<(), StoreError> {
        let Some(own) = self.private.end else { return Ok(()) };
        let token = self.peers.next_token();
        let again = (own < peer.end()).then_some(self.monotonic.after(EVERY_MS));
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        let ends = Ends { initiator: own, responder: peer.end() };
        let (exchange, message) = Exchange::begin(ends, &mut Self::draw()?);
        let proven = &mut state.proven;
        proven.begun += 1;
        proven.asked = Some((token, proven.begun, exchange));
        (proven.last, proven.again) = (token, again);
        tracing::debug!(%peer, number = proven.begun, "a proof is begun");
        self.effects.push(Effect::Net(NetCommand::Prove { peer: *peer, message, token }));
        Ok(())
    }

    /// Once a second: if keys have come or gone, what peers have proved holds no longer.
    pub(crate) fn prove_anew(&mut self) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.private.changed) || self.phase != crate::snapshot::Phase::Ready {
            return Ok(());
        }
        let proofs = self.proofs();
        if proofs == self.private.proved {
            return Ok(());
        }
        tracing::debug!(keys = proofs.len(), "other keys to prove than before");
        self.private.proved = proofs;
        for peer in self.peers.connected_now() {
            if let Some(state) = self.peers.get(&peer) {
                state.proven.access = Access::default();
            }
            self.prove(&peer)?;
        }
        Ok(())
    }

    /// A message of a proof was not answered: it is begun anew later, while the peer stays.
    pub(crate) fn on_proof_failed(&mut self, peer: &Peer, token: u64) {
        let now = self.monotonic;
        let Some(state) = self.peers.get(peer).filter(|state| state.proven.last == token) else { return };
        let proven = &mut state.proven;
        tracing::debug!(%peer, "a proof is not answered");
        proven.wait_ms = (proven.wait_ms * 2).clamp(AGAIN_FIRST_MS, AGAIN_MAX_MS);
        proven.again = Some(now.after(proven.wait_ms));
    }

    /// Once a second: proofs that are due again, since they were not answered, or after a while.
    pub(crate) fn prove_again(&mut self) -> Result<(), StoreError> {
        for peer in self.peers.connected_now() {
            let due = self.peers.get(&peer).and_then(|state| state.proven.again).is_some_and(|at| at <= self.monotonic);
            if due {
                self.prove(&peer)?;
            }
        }
        Ok(())
    }

    /// A peer says hello, or confirms.
    pub(crate) fn on_proving(
        &mut self,
        peer: &Peer,
        message: &ProofMessage,
        channel: ProofChannel,
    ) -> Result<(), StoreError> {
        let (proofs, now, own) = (self.proofs(), self.monotonic, self.private.end);
        let (Some(own), Some(state)) = (own, self.peers.get(peer)) else { return Ok(()) };
        let proven = &mut state.proven;
        if now.since(proven.counted.0) >= MINUTE_MS {
            proven.counted = (now, 0);
        }
        proven.counted.1 += 1;
        if proven.counted.1 > PROOFS_PER_MINUTE {
            self.refuse(Some(peer), "requests");
            return Ok(());
        }
        let ends = Ends { initiator: peer.end(), responder: own };
        let answered = if matches!(message, ProofMessage::Confirm { .. }) && !proven.answering.is_empty() {
            // Its tags fit one exchange and no other: if they fit none, the two have nothing in common.
            let close = |(_, exchange): &(u64, Exchange)| exchange.clone().close(message, &proofs);
            let closed: Result<Vec<Access>, _> = proven.answering.iter().map(close).collect();
            closed.map(|mut all| {
                let at = all.iter().position(|access| access.closed().next().is_some()).unwrap_or(0);
                let (number, _) = proven.answering.remove(at);
                (None, Some((number, all.swap_remove(at))))
            })
        } else {
            Exchange::answer(ends, message, &proofs, &mut Self::draw()?).map(|(exchange, answer)| {
                proven.begun += 1;
                tracing::debug!(%peer, number = proven.begun, keys = proofs.len(), "a proof is answered");
                if own > peer.end() {
                    proven.again = None;
                }
                if proven.answering.len() >= ANSWERING_MAX {
                    proven.answering.remove(0);
                }
                proven.answering.push((proven.begun, exchange));
                (Some(answer), None)
            })
        };
        match answered {
            Ok((message, proved)) => {
                self.effects.push(Effect::Net(NetCommand::AnswerProof { channel, message }));
                proved.map_or(Ok(()), |(number, access)| self.admit(peer, number, access))
            }
            Err(error) => {
                tracing::info!(%peer, "{error}");
                self.refuse(Some(peer), "malformed");
                Ok(())
            }
        }
    }

    /// A peer has answered a proof.
    pub(crate) fn on_proved(
        &mut self,
        peer: &Peer,
        token: u64,
        message: Option<ProofMessage>,
    ) -> Result<(), StoreError> {
        let Some(message) = message else { return Ok(()) };
        let proofs = self.proofs();
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        let asked = state.proven.asked.take_if(|(asked, ..)| *asked == token);
        let Some((_, number, exchange)) = asked else { return Ok(()) };
        state.proven.wait_ms = 0;
        match exchange.finish(&message, &proofs, &mut Self::draw()?) {
            Ok((access, confirm)) => {
                let token = self.peers.next_token();
                if let Some(state) = self.peers.get(peer) {
                    state.proven.last = token;
                }
                self.effects.push(Effect::Net(NetCommand::Prove { peer: *peer, message: confirm, token }));
                self.admit(peer, number, access)
            }
            Err(error) => {
                tracing::info!(%peer, "{error}");
                self.refuse(Some(peer), "malformed");
                Ok(())
            }
        }
    }

    /// A peer has proved this much. What it may know of more than before is asked for at once.
    fn admit(&mut self, peer: &Peer, number: u64, access: Access) -> Result<(), StoreError> {
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        let (settled, scopes) = (state.proven.settled, access.closed().count());
        tracing::debug!(%peer, number, settled, scopes, "a proof has ended");
        if settled > number {
            return Ok(());
        }
        state.proven.settled = number;
        if state.proven.access == access {
            return Ok(());
        }
        state.proven.access = access;
        self.begin_round(peer)
    }

    /// Something was written in a closed scope: peers that may know of it hear of it by being asked, since a question
    /// says how far this node is.
    pub(crate) fn tell_closed(&mut self, scopes: &BTreeSet<Scope>) {
        for peer in self.peers.connected_now() {
            let told = self.peers.get(&peer).is_some_and(|state| {
                !state.pull.is_busy() && state.proven.access.closed().any(|scope| scopes.contains(scope))
            });
            if told && let Err(error) = self.begin_round(&peer) {
                tracing::error!("sync: {error}");
            }
        }
    }

    /// Note where people were met. Who was hidden and is not any more comes to all peers as if it were new; while the
    /// replica loads nobody is new: what is read again has arrived before.
    pub(crate) fn note_met(&mut self, records: &[Record]) -> Result<(), StoreError> {
        for record in records.iter().filter(|record| !record.scope.is_identity() && !record.author.is_zero()) {
            if self.private.hidden.met(record.author, record.scope) && self.phase != crate::snapshot::Phase::Loading {
                self.store.arrive_anew(&Scope::identity(record.author))?;
                self.dirty = true;
            }
            self.private.changed |= record.scope.is_closed();
        }
        Ok(())
    }
}
