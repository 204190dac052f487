//! What is known of each peer: its status and the pull under way.

use super::monotonic::Monotonic;
use super::{access_proofs::Proven, allowance::Allowance};
use crate::{
    net::{AnswerChannel, Peer},
    snapshot::PeerStatus,
};
use communaut_protocol::{
    clock::ToldClock,
    replication::{message::Request, pull::Pull, serve::Serve},
};
use std::collections::{BTreeMap, VecDeque};

/// Peers remembered, connected or not: each is a line of the network view.
pub const PEERS_REMEMBERED_MAX: usize = 256;
/// Milliseconds between two rounds with a peer: what gossip lost comes with the next.
pub const SYNC_EVERY_MS: u64 = 15_000;
/// Milliseconds between the first two rounds after a connection; the wait doubles up to [`SYNC_EVERY_MS`].
/// Until gossip's mesh stands, what is written reaches a new neighbour by rounds alone.
pub const SYNC_FIRST_MS: u64 = 1_000;
/// Refusals from one peer after which the connection is closed: a broken or hostile program.
pub const REFUSALS_MAX: u64 = 1_000;
/// Milliseconds in which they must come: what an honest peer has that is not taken here comes once.
pub const REFUSALS_FOR_MS: u64 = 10 * 60 * 1_000;
/// Milliseconds for which such a peer is not connected with: long enough that it costs nothing, short enough that who
/// mends a program need not wait.
pub const BAN_MS: u64 = 60 * 1_000;

/// Units of work (`communaut_protocol::replication::range::Work`, about half a microsecond each) that are done for one
/// peer at once: a first meeting, in which it fetches 100,000 entries.
pub const WORK_BURST: i64 = 4_000_000;
/// The same a second in the long run: a tenth of the loop's time, and 12,000 entries that the peer fetches.
pub const WORK_PER_SECOND: i64 = 200_000;
/// Requests of peers that have used up their work, which wait for more: 128 KB each at most. A peer that is answered
/// late asks for less; one that asks on and on finds no room.
pub const LATE_MAX: usize = 64;
/// Milliseconds after which such a request is dropped: the asker has given it up (`net::ANSWER_TIMEOUT`).
pub const LATE_MS: u64 = 10_000;

/// One peer may bring one of so many shares of what the store may hold at once: four of them fill it.
pub const SHARES: u64 = 4;
/// Seconds in which it may bring as much again.
pub const SHARE_SECONDS: i64 = 24 * 60 * 60;

/// A request that waits.
#[derive(Debug)]
pub(crate) struct Late {
    pub peer: Peer,
    pub channel: AnswerChannel,
    pub request: Request,
    /// When it came, by the monotone clock.
    pub since: Monotonic,
}

/// A peer.
#[derive(Debug)]
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
    pub next_round: Monotonic,
    /// Milliseconds to wait after the next round.
    pub wait_ms: u64,
    /// Refusals within [`REFUSALS_FOR_MS`], and since when; they outlive the connection.
    pub refusals: u64,
    pub refused_since: Monotonic,
    /// Until then it is not connected with, by the monotone clock.
    pub banned_until: Monotonic,
    /// Work that may be done for it.
    pub work: Allowance,
    /// Bytes that it may bring; none: it has brought nothing yet.
    pub share: Option<Allowance>,
    /// Whether these are used up, until half of them is there again.
    pub no_share: bool,
}

impl Default for PeerState {
    fn default() -> Self {
        Self {
            status: PeerStatus::default(),
            pull: Pull::default(),
            resumed: false,
            serve: Serve::default(),
            proven: Proven::default(),
            token: 0,
            clock: None,
            next_round: Monotonic::default(),
            wait_ms: 0,
            refusals: 0,
            refused_since: Monotonic::default(),
            banned_until: Monotonic::default(),
            work: Allowance::new(WORK_BURST, WORK_PER_SECOND),
            share: None,
            no_share: false,
        }
    }
}

/// All peers met since the start, within a bound.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    known: BTreeMap<Peer, PeerState>,
    last_token: u64,
    /// Requests of those that have used up their work, the oldest first.
    pub late: VecDeque<Late>,
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
            (state.token, state.resumed, state.next_round) = (0, false, Monotonic::default());
            state.wait_ms = SYNC_FIRST_MS;
        }
    }

    /// Those connected now.
    pub fn connected_now(&self) -> Vec<Peer> {
        self.known.iter().filter(|(_, state)| state.status.connected).map(|(peer, _)| *peer).collect()
    }

    /// What the clocks of those connected show now.
    pub fn clocks(&self, monotonic: Monotonic) -> impl Iterator<Item = u64> {
        let connected = self.known.values().filter(|state| state.status.connected);
        connected.filter_map(move |state| Some(state.clock?.now(monotonic.ms())))
    }

    /// Let no answer to what a peer was asked before count any more.
    pub fn ask_anew(&mut self, peer: &Peer) {
        let token = self.next_token();
        if let Some(state) = self.known.get_mut(peer) {
            state.token = token;
        }
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
