//! Which closed scopes each peer shares with this node: exchanges are begun, answered, repeated. SPEC.md §10.5.

use super::{Effect, Engine, Failed, Host, Peer};
use crate::{
    clock::Monotonic,
    private::{
        Access, Exchange, ProofOf,
        proof::{ProofEnds, ProofMessage},
    },
};

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

/// The exchanges with one peer, and what came of them.
#[derive(Debug, Default)]
pub(super) struct Proven {
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

/// What an exchange that was answered here comes to: the next message, or what the peer has proved by its number.
type Answered = (Option<ProofMessage>, Option<(u64, Access)>);
/// Why it is refused: a name to count it by, and what was wrong.
type Why = (&'static str, String);

impl<P: Peer, Q> Engine<P, Q> {
    /// Nothing while the replica loads: it is not yet known then who was let go.
    fn proofs<H: Host>(&self, host: &H) -> Vec<ProofOf> {
        if self.ready { host.proofs() } else { Vec::new() }
    }

    /// Begin to prove, on a connection that has just come about: one side does.
    pub(super) fn begin_proofs<H: Host>(&mut self, host: &mut H, peer: &P) -> Result<(), Failed<H>> {
        let late = Some(self.now.monotonic.after(LATE_MS));
        if let Some(state) = self.peers.get(peer) {
            state.proven = Proven { again: late, ..Proven::default() };
        }
        if self.end.is_some_and(|own| own < peer.end()) { self.prove(host, peer) } else { Ok(()) }
    }

    fn prove<H: Host>(&mut self, host: &mut H, peer: &P) -> Result<(), Failed<H>> {
        let Some(own) = self.end else { return Ok(()) };
        let token = self.peers.next_token();
        let again = (own < peer.end()).then_some(self.now.monotonic.after(EVERY_MS));
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        let ends = ProofEnds { initiator: own, responder: peer.end() };
        let (exchange, message) = Exchange::begin(ends, &mut host.draw()?);
        let proven = &mut state.proven;
        proven.begun = proven.begun.saturating_add(1);
        proven.asked = Some((token, proven.begun, exchange));
        (proven.last, proven.again) = (token, again);
        self.effects.push(Effect::Prove { peer: *peer, message, token });
        Ok(())
    }

    /// Once a second: if keys have come or gone, what peers have proved holds no longer.
    pub(super) fn prove_anew<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        let revision = Some(host.proofs_revision());
        if !self.ready || self.proved_at == revision {
            return Ok(());
        }
        self.proved_at = revision;
        let proofs = host.proofs();
        if proofs == self.proved {
            return Ok(());
        }
        self.proved = proofs;
        for peer in self.peers.connected() {
            if let Some(state) = self.peers.get(&peer) {
                state.proven.access = Access::default();
            }
            self.prove(host, &peer)?;
        }
        Ok(())
    }

    /// A message of a proof was not answered: it is begun anew later, while the peer stays.
    pub fn on_proof_failed(&mut self, peer: &P, token: u64) {
        let now = self.now.monotonic;
        let Some(state) = self.peers.get(peer).filter(|state| state.proven.last == token) else { return };
        let proven = &mut state.proven;
        proven.wait_ms = proven.wait_ms.saturating_mul(2).clamp(AGAIN_FIRST_MS, AGAIN_MAX_MS);
        proven.again = Some(now.after(proven.wait_ms));
    }

    /// Once a second: proofs that are due again, since they were not answered, or after a while.
    pub(super) fn prove_again<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        for peer in self.peers.connected() {
            let again = self.peers.get(&peer).and_then(|state| state.proven.again);
            if again.is_some_and(|at| at <= self.now.monotonic) {
                self.prove(host, &peer)?;
            }
        }
        Ok(())
    }

    /// A peer says hello, or confirms. Gives the answer: with nothing, if that ends the exchange; none, if it gets
    /// none.
    pub fn on_proving<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        message: &ProofMessage,
    ) -> Result<Option<Option<ProofMessage>>, Failed<H>> {
        let proofs = self.proofs(host);
        match self.answer_proof(host, peer, message, &proofs)? {
            None => Ok(None),
            Some(Ok((message, proved))) => {
                if let Some((number, access)) = proved {
                    self.admit(host, peer, number, access)?;
                }
                Ok(Some(message))
            }
            Some(Err((reason, detail))) => {
                self.refuse(host, Some(peer), reason, &detail);
                Ok(None)
            }
        }
    }

    fn answer_proof<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        message: &ProofMessage,
        proofs: &[ProofOf],
    ) -> Result<Option<Result<Answered, Why>>, Failed<H>> {
        let now = self.now.monotonic;
        let (Some(own), Some(state)) = (self.end, self.peers.get(peer)) else { return Ok(None) };
        let proven = &mut state.proven;
        if now.since(proven.counted.0) >= MINUTE_MS {
            proven.counted = (now, 0);
        }
        proven.counted.1 = proven.counted.1.saturating_add(1);
        if proven.counted.1 > PROOFS_PER_MINUTE {
            return Ok(Some(Err(("requests", "more proofs than are answered in a minute".to_owned()))));
        }
        let ends = ProofEnds { initiator: peer.end(), responder: own };
        let answered = if matches!(message, ProofMessage::Confirm { .. }) && !proven.answering.is_empty() {
            // Its tags fit one exchange and no other: if they fit none, the two have nothing in common.
            let close = |(_, exchange): &(u64, Exchange)| exchange.clone().close(message, proofs);
            let closed: Result<Vec<Access>, _> = proven.answering.iter().map(close).collect();
            closed.map(|mut all| {
                let at = all.iter().position(|access| access.closed().next().is_some()).unwrap_or(0);
                let (number, _) = proven.answering.remove(at);
                (None, Some((number, all.swap_remove(at))))
            })
        } else {
            Exchange::answer(ends, message, proofs, &mut host.draw()?).map(|(exchange, answer)| {
                proven.begun = proven.begun.saturating_add(1);
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
        Ok(Some(answered.map_err(|error| ("malformed", error.to_string()))))
    }

    /// A peer has answered a proof.
    pub fn on_proved<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        token: u64,
        message: Option<ProofMessage>,
    ) -> Result<(), Failed<H>> {
        let Some(message) = message else { return Ok(()) };
        let proofs = self.proofs(host);
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        let asked = state.proven.asked.take_if(|(asked, ..)| *asked == token);
        let Some((_, number, exchange)) = asked else { return Ok(()) };
        state.proven.wait_ms = 0;
        match exchange.finish(&message, &proofs, &mut host.draw()?) {
            Ok((access, message)) => {
                let token = self.peers.next_token();
                if let Some(state) = self.peers.get(peer) {
                    state.proven.last = token;
                }
                self.effects.push(Effect::Prove { peer: *peer, message, token });
                self.admit(host, peer, number, access)
            }
            Err(error) => {
                self.refuse(host, Some(peer), "malformed", &error.to_string());
                Ok(())
            }
        }
    }

    /// A peer has proved this much. What it may know of more than before is asked for at once.
    fn admit<H: Host>(&mut self, host: &mut H, peer: &P, number: u64, access: Access) -> Result<(), Failed<H>> {
        let Some(state) = self.peers.get(peer).filter(|state| state.proven.settled <= number) else { return Ok(()) };
        state.proven.settled = number;
        if state.proven.access == access {
            return Ok(());
        }
        state.proven.access = access;
        self.begin_round(host, peer)
    }
}
