//! Asking: connections come and go, rounds are due, answers come.

use super::{Effect, Engine, Failed, Host, Peer, interest};
use crate::{
    private::Shown,
    replication::{
        message::Response,
        pull::{self, Pull},
    },
    scope::Scope,
};

impl<P: Peer, Q> Engine<P, Q> {
    /// A connection stands. Gives whether the peer is talked with: one that only sent what was refused is not, for a
    /// while.
    pub fn on_connected<H: Host>(&mut self, host: &mut H, peer: &P) -> Result<bool, Failed<H>> {
        let now = self.now;
        let state = self.peers.met(peer);
        if state.banned_until > now.monotonic {
            host.refused("banned", "a connection of a peer that is not talked with for a while");
            self.effects.push(Effect::Disconnect(*peer));
            return Ok(false);
        }
        if state.pull.followed().0.is_none()
            && !state.pull.is_busy()
            && let Some(cursor) = self.cursors.of(&peer.to_string(), now.own.latest_ms())
        {
            state.pull = Pull::from_cursor(cursor);
            state.resumed = true;
        }
        let already = std::mem::replace(&mut state.report.connected, true);
        state.wait_ms = self.pace.first_ms;
        if !already {
            self.begin_proofs(host, peer)?;
        }
        self.begin_round(host, peer)?;
        Ok(true)
    }

    /// As [`Engine::on_connected`], while nothing can be read or kept: it is only noted.
    pub fn note_connected(&mut self, peer: &P) {
        self.peers.met(peer).report.connected = true;
    }

    /// A connection has ended.
    pub fn on_disconnected(&mut self, peer: &P) {
        if let Some(state) = self.peers.get(peer) {
            state.report.connected = false;
            state.clock = None;
            state.pull.on_failure();
        }
    }

    /// Ask a peer for everything of interest that is missing here.
    pub fn begin_round<H: Host>(&mut self, host: &mut H, peer: &P) -> Result<(), Failed<H>> {
        if !self.ready {
            return Ok(());
        }
        let Some(state) = self.peers.get(peer) else { return Ok(()) };
        state.next_round = self.now.monotonic.after(state.wait_ms);
        state.wait_ms = state.wait_ms.saturating_mul(2).min(self.pace.every_ms);
        let effects = self.ask_for_all(host, peer)?;
        self.follow(host, peer, effects)
    }

    /// Rounds that are due.
    pub(super) fn rounds_due<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        let now = self.now.monotonic;
        for peer in self.peers.connected() {
            let due = |state: &mut super::peers::PeerState| state.next_round <= now && !state.pull.is_busy();
            if self.peers.get(&peer).is_some_and(due) {
                self.begin_round(host, &peer)?;
            }
        }
        Ok(())
    }

    /// Something was stored in closed scopes: peers that may know of it hear of it by being asked, since a question
    /// says how far this node is.
    pub(super) fn tell_closed<H: Host>(&mut self, host: &mut H, scopes: &[Scope]) -> Result<(), Failed<H>> {
        for peer in self.peers.connected() {
            let told = self.peers.get(&peer).is_some_and(|state| {
                !state.pull.is_busy() && state.proven.access.closed().any(|scope| scopes.contains(scope))
            });
            if told {
                self.begin_round(host, &peer)?;
            }
        }
        Ok(())
    }

    /// Ask a peer for all that is of interest and that it may know of.
    pub(super) fn ask_for_all<H: Host>(&mut self, host: &H, peer: &P) -> Result<Vec<pull::PullEffect>, Failed<H>> {
        let interests = interest::prefixes(host);
        self.pull_of(host, peer, |pull, shown| {
            let may_name = |prefix: &Vec<u8>| Scope::from_key(prefix).map_or(true, |scope| shown.may_name(&scope));
            pull.start(interests.into_iter().filter(may_name).collect(), shown)
        })
    }

    /// A peer has answered.
    pub fn on_answer<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        token: u64,
        response: Response,
    ) -> Result<(), Failed<H>> {
        let monotonic = self.now.monotonic;
        let Some(state) = self.peers.get(peer).filter(|state| state.token == token) else { return Ok(()) };
        state.hear(response.clock(), monotonic);
        let effects = self.pull_of(host, peer, |pull, shown| pull.on_response(response, shown))?;
        self.follow(host, peer, effects)
    }

    /// A peer has not answered; a reason says why that is its fault.
    pub fn on_ask_failed<H: Host>(&mut self, host: &mut H, peer: &P, token: u64, why: Option<&str>) {
        let next = self.now.monotonic.after(self.pace.every_ms);
        let Some(state) = self.peers.get(peer).filter(|state| state.token == token) else { return };
        state.pull.on_failure();
        state.next_round = next;
        if let Some(why) = why {
            self.refuse(host, Some(peer), why, "a question was not answered");
        }
    }

    /// Do what a pull wants done.
    pub(super) fn follow<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        effects: Vec<pull::PullEffect>,
    ) -> Result<(), Failed<H>> {
        for effect in effects {
            match effect {
                pull::PullEffect::Send(request) => {
                    let token = self.peers.next_token();
                    let Some(state) = self.peers.get(peer) else { continue };
                    state.token = token;
                    self.effects.push(Effect::Ask { peer: *peer, token, request });
                }
                pull::PullEffect::Ingest { frames, begin } => {
                    self.ingest(host, peer, frames, &begin)?;
                    let next = self.pull_of(host, peer, |pull, shown| pull.on_ingested(shown))?;
                    self.follow(host, peer, next)?;
                }
                pull::PullEffect::Payloads(found) => self.fill(host, peer, found)?,
                pull::PullEffect::CaughtUp(_) => self.caught_up(host, peer)?,
                pull::PullEffect::Misbehaved(why) => self.refuse(host, Some(peer), "misbehaved", why),
            }
        }
        Ok(())
    }

    fn caught_up<H: Host>(&mut self, host: &mut H, peer: &P) -> Result<(), Failed<H>> {
        let own_ms = self.now.own.latest_ms();
        let Some(state) = self.peers.get(peer).filter(|state| !state.pull.is_busy()) else { return Ok(()) };
        state.report.caught_up_ms = Some(own_ms);
        // Where something was declined, it has not been followed.
        if let Some(cursor) = state.pull.cursor().filter(|_| self.admission.only(state).is_none() && !state.unproven) {
            self.cursors.follow(&peer.to_string(), cursor, state.resumed, own_ms);
        }
        host.caught_up()
    }

    /// Let a pull see the replica as its peer may.
    pub(super) fn pull_of<H: Host>(
        &mut self,
        host: &H,
        peer: &P,
        then: impl FnOnce(&mut Pull, &Shown<'_, H::Store>) -> Result<Vec<pull::PullEffect>, Failed<H>>,
    ) -> Result<Vec<pull::PullEffect>, Failed<H>> {
        let Some(state) = self.peers.get(peer) else { return Ok(Vec::new()) };
        state.pull.set_clock(self.now.own.told());
        let only = self.admission.only(state);
        let shown = Shown::new(host.store(), &state.proven.access, host.arrivals());
        let effects = then(&mut state.pull, &shown.taking_only(only).beside(&self.declined))?;
        for (log, digest) in state.pull.take_declined() {
            self.declined.remember(&log, digest);
        }
        Ok(effects)
    }
}
