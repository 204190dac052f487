//! What is known of each peer.

use super::{Pace, Peer, allowance::Allowance, proofs::Proven};
use crate::{
    clock::{Monotonic, ToldClock},
    replication::{pull::Pull, serve::Serve},
};
use std::collections::BTreeMap;

/// Peers remembered, connected or not: each is a line of what a node shows of its network.
pub const PEERS_REMEMBERED_MAX: usize = 256;
/// Refusals from one peer after which the connection is closed: a broken or hostile program.
pub const REFUSALS_MAX: u64 = 1_000;
/// Milliseconds in which they must come: what an honest peer has that is not taken here comes once.
pub const REFUSALS_FOR_MS: u64 = 10 * 60 * 1_000;
/// Milliseconds for which such a peer is not connected with: long enough that it costs nothing, short enough that who
/// mends a program need not wait.
pub const BAN_MS: u64 = 60 * 1_000;
/// Units of work ([`crate::replication::range::Work`], about half a microsecond each) that are done for one peer at
/// once: a first meeting, in which it fetches 100,000 entries.
pub const WORK_BURST: i64 = 4_000_000;
/// The same a second in the long run: a tenth of the loop's time, and 12,000 entries that the peer fetches.
pub const WORK_PER_SECOND: i64 = 200_000;

/// How it stands with a peer, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeerReport {
    /// Whether it is connected now.
    pub connected: bool,
    /// When a round with it last caught up, milliseconds since 1970 UTC.
    pub caught_up_ms: Option<u64>,
    /// Entries taken from it.
    pub received: u64,
    /// Logs of which entries are still to come from it, as far as known.
    pub missing: usize,
    /// What was refused of it, by name.
    pub refused: BTreeMap<String, u64>,
}

/// A peer.
#[derive(Debug)]
pub(super) struct PeerState {
    pub report: PeerReport,
    pub pull: Pull,
    /// Whether it began with a cursor from before a restart, so that nothing was compared since.
    pub resumed: bool,
    /// Whether something of it could not be taken for want of its author's identity, or may be taken now that more of
    /// one has come: then it has not been followed.
    pub unproven: bool,
    pub serve: Serve,
    pub proven: Proven,
    /// Names the request under way; answers to others are late.
    pub token: u64,
    /// Its clock, as it said last; only what it says while it is connected counts.
    pub clock: Option<ToldClock>,
    /// When the next round is due.
    pub next_round: Monotonic,
    /// Milliseconds to wait after the next round.
    pub wait_ms: u64,
    /// Refusals within [`REFUSALS_FOR_MS`], and since when; they outlive the connection.
    pub refusals: u64,
    pub refused_since: Monotonic,
    /// Until then it is not connected with.
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
            report: PeerReport::default(),
            pull: Pull::default(),
            resumed: false,
            unproven: false,
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

impl PeerState {
    /// Remember what it says of its clock.
    pub fn hear(&mut self, told: Option<u64>, monotonic: Monotonic) {
        if let Some(told) = told {
            self.clock = Some(ToldClock::new(told, monotonic.ms()));
        }
    }
    /// Count a refusal by name.
    pub fn refuse(&mut self, reason: &str) {
        let times = self.report.refused.entry(reason.to_owned()).or_default();
        *times = times.saturating_add(1);
    }
}

/// All peers met since the start, within a bound.
#[derive(Debug)]
pub(super) struct Peers<P> {
    known: BTreeMap<P, PeerState>,
    last_token: u64,
}

impl<P> Default for Peers<P> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), last_token: 0 }
    }
}

impl<P: Peer> Peers<P> {
    /// A peer, if it has been met.
    pub fn get(&mut self, peer: &P) -> Option<&mut PeerState> {
        self.known.get_mut(peer)
    }

    /// A peer that has just connected.
    pub fn met(&mut self, peer: &P) -> &mut PeerState {
        if !self.known.contains_key(peer) && self.known.len() >= PEERS_REMEMBERED_MAX {
            let gone = self.known.iter().find(|(_, state)| !state.report.connected).map(|(peer, _)| *peer);
            if let Some(gone) = gone {
                self.known.remove(&gone);
            }
        }
        self.known.entry(*peer).or_default()
    }

    /// The store is another one: what was under way with it is begun anew.
    pub fn begin_anew(&mut self, pace: Pace) {
        for state in self.known.values_mut() {
            (state.pull, state.serve, state.proven) = Default::default();
            (state.token, state.resumed, state.unproven) = (0, false, false);
            state.next_round = Monotonic::default();
            state.wait_ms = pace.first_ms;
        }
    }

    /// All that are remembered.
    pub fn all(&self) -> Vec<P> {
        self.known.keys().copied().collect()
    }

    /// Those connected now.
    pub fn connected(&self) -> Vec<P> {
        self.known.iter().filter(|(_, state)| state.report.connected).map(|(peer, _)| *peer).collect()
    }

    /// What the clocks of those connected show now.
    pub fn clocks(&self, monotonic: Monotonic) -> impl Iterator<Item = u64> {
        let connected = self.known.values().filter(|state| state.report.connected);
        connected.filter_map(move |state| Some(state.clock?.now(monotonic.ms())))
    }

    /// How it stands with each.
    pub fn reports(&self) -> impl Iterator<Item = (P, PeerReport)> {
        let report = |state: &PeerState| PeerReport { missing: state.pull.missing(), ..state.report.clone() };
        self.known.iter().map(move |(peer, state)| (*peer, report(state)))
    }

    /// Let no answer to what a peer was asked before count any more.
    pub fn ask_anew(&mut self, peer: &P) {
        let token = self.next_token();
        if let Some(state) = self.known.get_mut(peer) {
            state.token = token;
        }
    }

    /// A name for a question.
    pub fn next_token(&mut self) -> u64 {
        self.last_token = self.last_token.saturating_add(1);
        self.last_token
    }
}
