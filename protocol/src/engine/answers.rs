//! Answering: of what a peer may know of, as far as there is work for it; and what is refused of it.

use super::{
    Effect, Engine, Failed, Host, Peer,
    peers::{BAN_MS, PEERS_REMEMBERED_MAX, REFUSALS_FOR_MS, REFUSALS_MAX},
};
use crate::{
    clock::Monotonic,
    private::Shown,
    replication::message::{Request, Response},
};

/// Questions of peers that have used up their work, which wait for more: 128 KB each at most. A peer that is answered
/// late asks for less; one that asks on and on finds no room.
pub const LATE_MAX: usize = 64;
/// Milliseconds after which such a question is dropped: the asker has given it up.
pub const LATE_MS: u64 = 10_000;
/// Questions that wait while the replica loads: one of each peer remembered, since a peer waits for its answer.
const EARLY_MAX: usize = PEERS_REMEMBERED_MAX;
/// Milliseconds after which a peer is asked that has said, while asking, that it holds more.
const NEWS_WAIT_MS: u64 = 250;

/// A question that waits.
#[derive(Debug)]
pub(super) struct Late<P, Q> {
    peer: P,
    question: Q,
    request: Request,
    /// When it came.
    since: Monotonic,
}

impl<P: Peer, Q> Engine<P, Q> {
    /// A peer asks. It is answered at once, later, or not at all.
    pub fn on_asked<H: Host>(&mut self, host: &mut H, peer: P, question: Q, request: Request) -> Result<(), Failed<H>> {
        if !self.ready {
            // Whom to hide is not yet known. Without room the peer hears nothing, and asks again.
            if self.early.len() < EARLY_MAX {
                self.early.push((peer, question, request));
            }
            return Ok(());
        }
        self.asked(host, Late { peer, question, request, since: self.now.monotonic })
    }

    fn asked<H: Host>(&mut self, host: &mut H, asked: Late<P, Q>) -> Result<(), Failed<H>> {
        let monotonic = self.now.monotonic;
        if self.peers.get(&asked.peer).is_some_and(|state| !state.work.has(monotonic)) {
            if self.late.len() < LATE_MAX {
                self.late.push_back(asked);
            } else {
                self.refuse(host, Some(&asked.peer), "work", "it asks for more than is done for it");
            }
            return Ok(());
        }
        let Late { peer, question, request, .. } = asked;
        if let Some(response) = self.answer_to(host, &peer, request)? {
            self.effects.push(Effect::Answer { to: question, response });
        }
        Ok(())
    }

    /// Once a second: answer those who had to wait, as far as there is work for them again.
    pub(super) fn answer_late<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        for late in std::mem::take(&mut self.late) {
            if self.now.monotonic.since(late.since) >= LATE_MS {
                self.refuse(host, Some(&late.peer), "work", "it was not answered in time");
            } else if self.peers.get(&late.peer).is_some_and(|state| state.report.connected) {
                self.asked(host, late)?;
            }
        }
        Ok(())
    }

    /// Answer what was asked while the replica loaded.
    pub(super) fn answer_early<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        if !self.ready {
            return Ok(());
        }
        for (peer, question, request) in std::mem::take(&mut self.early) {
            if let Some(response) = self.answer_to(host, &peer, request)? {
                self.effects.push(Effect::Answer { to: question, response });
            }
        }
        Ok(())
    }

    /// What a peer is answered, of what it may know of.
    pub fn answer_to<H: Host>(&mut self, host: &H, peer: &P, request: Request) -> Result<Option<Response>, Failed<H>> {
        let now = self.now;
        let Some(state) = self.peers.get(peer) else { return Ok(None) };
        state.hear(request.clock(), now.monotonic);
        state.pull.set_clock(now.own.told());
        let shown = Shown::new(host.store(), &state.proven.access, host.arrivals());
        let shown = shown.beside(&self.declined);
        let response = state.serve.answer(&shown, request, &state.pull);
        state.work.use_up(std::mem::take(&mut state.serve.spent));
        let response = response?;
        // It says how far it is: what it has written meanwhile is asked for now.
        let followed = state.pull.followed().0;
        if followed.is_some() && state.serve.theirs != followed && !state.pull.is_busy() {
            state.next_round = state.next_round.min(now.monotonic.after(NEWS_WAIT_MS));
        }
        Ok(Some(response))
    }

    /// Whether work may be done for a peer now.
    pub fn has_work(&mut self, peer: &P, monotonic: Monotonic) -> bool {
        self.peers.get(peer).is_some_and(|state| state.work.has(monotonic))
    }

    /// Count a refusal against a peer; end the connection with one that does nothing else, for a while.
    pub fn refuse<H: Host + ?Sized>(&mut self, host: &mut H, peer: Option<&P>, reason: &str, detail: &str) {
        host.refused(reason, detail);
        let now = self.now.monotonic;
        let Some((peer, state)) = peer.and_then(|peer| Some((peer, self.peers.get(peer)?))) else { return };
        state.refuse(reason);
        // Those of long ago are forgiven; by connecting anew none are.
        if now.since(state.refused_since) > REFUSALS_FOR_MS {
            (state.refusals, state.refused_since) = (0, now);
        }
        state.refusals = state.refusals.saturating_add(1);
        if state.refusals >= REFUSALS_MAX {
            (state.refusals, state.refused_since) = (0, now);
            state.banned_until = now.after(BAN_MS);
            self.effects.push(Effect::Disconnect(*peer));
        }
    }
}
