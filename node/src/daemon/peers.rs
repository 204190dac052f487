//! What is known of each peer: its status and the pull under way.

use super::private::Proven;
use crate::{api::PeerStatus, net::Peer};
use communaut_protocol::{
    clock::ToldClock,
    replication::{pull::Pull, serve::Serve},
};
use std::collections::BTreeMap;

/// Peers remembered, connected or not: each is a line of the network view.
pub const PEERS_REMEMBERED_MAX: usize = 256;
/// Milliseconds between two rounds with a peer: what gossip lost comes with the next.
pub const SYNC_EVERY_MS: u64 = 15_000;
/// Milliseconds between the first two rounds after a connection; the wait doubles up to [`SYNC_EVERY_MS`].
/// Until gossip's mesh stands, what is written reaches a new neighbour by rounds alone.
pub const SYNC_FIRST_MS: u64 = 1_000;
/// Refusals from one connected peer after which the connection is closed: a broken or hostile program.
pub const REFUSALS_MAX: u64 = 1_000;

/// A peer.
#[derive(Debug, Default)]
pub(crate) struct PeerState {
    pub status: PeerStatus,
    pub pull: Pull,
    /// Whether it began with a cursor from before a restart, so that nothing was compared since.
    pub resumed: bool,
    pub serve: Serve,
    pub proven: Proven,
    /// Names the request under way; answers to others are late.
    pub token: u64,
    /// Its clock, as it said last; only what it says while it is connected counts.
    pub clock: Option<ToldClock>,
    /// When the next round is due, by the monotone clock.
    pub next_round_ms: u64,
    /// Milliseconds to wait after the next round.
    pub wait_ms: u64,
    /// Refusals since it connected.
    pub refusals: u64,
}

/// All peers met since the start, within a bound.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    known: BTreeMap<Peer, PeerState>,
    last_token: u64,
}

impl Peers {
    /// A peer, if it has been met.
    pub fn get(&mut self, peer: &Peer) -> Option<&mut PeerState> {
        self.known.get_mut(peer)
    }

    /// A peer that has just connected.
    pub fn connected(&mut self, peer: &Peer) -> &mut PeerState {
        if !self.known.contains_key(peer) && self.known.len() >= PEERS_REMEMBERED_MAX {
            let gone = self.known.iter().find(|(_, state)| !state.status.connected).map(|(peer, _)| *peer);
            if let Some(gone) = gone {
                self.known.remove(&gone);
            }
        }
        self.known.entry(*peer).or_default()
    }

    /// The store is another one: what was under way with it is begun anew.
    pub fn begin_anew(&mut self) {
        for state in self.known.values_mut() {
            (state.pull, state.serve, state.proven) = Default::default();
            (state.token, state.resumed, state.next_round_ms) = (0, false, 0);
            state.wait_ms = SYNC_FIRST_MS;
        }
    }

    /// Those connected now.
    pub fn connected_now(&self) -> Vec<Peer> {
        self.known.iter().filter(|(_, state)| state.status.connected).map(|(peer, _)| *peer).collect()
    }

    /// What the clocks of those connected show now.
    pub fn clocks(&self, elapsed_ms: u64) -> impl Iterator<Item = u64> {
        let connected = self.known.values().filter(|state| state.status.connected);
        connected.filter_map(move |state| Some(state.clock?.now(elapsed_ms)))
    }

    /// A name for a request.
    pub fn next_token(&mut self) -> u64 {
        self.last_token += 1;
        self.last_token
    }

    /// Statuses, connected ones first, and the last time anything was caught up with.
    pub fn statuses(&self) -> (Vec<PeerStatus>, Option<i64>) {
        let mut all: Vec<PeerStatus> = self
            .known
            .values()
            .map(|state| PeerStatus { missing_logs: state.pull.missing(), ..state.status.clone() })
            .collect();
        all.sort_by_key(|status| !status.connected);
        let last = all.iter().filter_map(|status| status.caught_up_ms).max();
        (all, last)
    }
}
