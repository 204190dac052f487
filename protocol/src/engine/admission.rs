//! How much room strangers may take here. Anybody can write any number of entries in a cell that is followed, and under
//! any number of names, so that nothing but a ceiling keeps a small box's disk and memory from being filled. Below it
//! one peer may bring a quarter of all, and a quarter more each day.
//!
//! What is declined so is counted by name (`ceiling`, `share`) and not asked for again until there is room: a
//! round with the peer then ends as if it had none of it, and how far it was followed is forgotten, so that
//! it is compared with anew. What the user writes here or elsewhere, and the scopes of those to whom they
//! belong, are taken all the same ([`super::Host::belonging`]).

use super::{Engine, Host, Peer, allowance::Allowance, peers::PeerState, strangers};
use crate::{entry::HeldEntry, private::Only, replication::pull::Pull, scope::LogId};

/// One peer may bring one of so many shares of what the store may hold at once: four of them fill it.
pub const SHARES: u64 = 4;
/// Seconds in which it may bring as much again.
pub const SHARE_SECONDS: i64 = 24 * 60 * 60;
/// Of the ceiling, in hundredths: below that there is room again. One that is left and reached by each entry would have
/// everything compared again each time.
const ROOM_AGAIN: u64 = 95;

/// What is known of the room there is.
#[derive(Debug, Default)]
pub struct Admission {
    /// Bytes that the store may have; none: there is no ceiling.
    most: Option<u64>,
    /// Bytes of the store when it was looked at last.
    bytes: u64,
    /// Bytes that were taken since, about.
    since: u64,
    /// Whether the ceiling is reached.
    full: bool,
    /// What is taken from a peer for which there is no room.
    only: Only,
}

impl Admission {
    /// Below a ceiling of so many bytes; none: without one.
    #[must_use]
    pub fn below(most: Option<u64>) -> Self {
        Self { most, ..Self::default() }
    }
    /// Bytes of the store and its ceiling, if that is reached.
    #[must_use]
    pub fn reached(&self) -> Option<(u64, u64)> {
        self.most.filter(|_| self.full).map(|most| (self.bytes.saturating_add(self.since), most))
    }
    /// What alone is taken from a peer, if there is no room for more.
    pub(super) fn only(&self, peer: &PeerState) -> Option<&Only> {
        (self.full || peer.no_share).then_some(&self.only)
    }
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Whether a peer's entry of a log is taken, as far as room goes; if so, it takes so many bytes of it.
    pub fn room_for<H: Host>(&mut self, host: &mut H, peer: &P, log: &LogId, bytes: usize) -> bool {
        let Some(most) = self.admission.most else { return true };
        if self.admission.only.takes(log) {
            return true;
        }
        if self.admission.full {
            host.refused("ceiling", "the store has reached its ceiling");
            return false;
        }
        let monotonic = self.now.monotonic;
        let Some(state) = self.peers.get(peer) else { return true };
        let share = state.share.get_or_insert_with(|| {
            let most = i64::try_from(most >> SHARES.ilog2()).unwrap_or(i64::MAX);
            Allowance::new(most, most.checked_div(SHARE_SECONDS).unwrap_or(most).max(1))
        });
        if state.no_share || !share.has(monotonic) {
            state.no_share = true;
            state.refuse("share");
            host.refused("share", "the peer has brought its share of what the store may hold");
            return false;
        }
        share.use_up(bytes);
        let admission = &mut self.admission;
        admission.since = admission.since.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        admission.full = admission.bytes.saturating_add(admission.since) >= most;
        true
    }

    /// Of entries that a peer brings those for which there is room.
    pub fn with_room<H: Host>(&mut self, host: &mut H, peer: &P, mut entries: Vec<HeldEntry>) -> Vec<HeldEntry> {
        entries.retain(|entry| self.room_for(host, peer, &entry.header().log, cost(entry)));
        entries
    }

    /// Once in a while: the store has so many bytes. Peers of which something was declined are compared with anew where
    /// there is room again.
    pub fn look_at_room<H: Host>(&mut self, host: &H, bytes: u64) {
        let Some(most) = self.admission.most else { return };
        let was_full = self.admission.full;
        let again = most.saturating_mul(ROOM_AGAIN).checked_div(100).unwrap_or(most);
        let full = bytes >= if was_full { again } else { most };
        self.admission = Admission { most: Some(most), bytes, since: 0, full, only: host.belonging() };
        let monotonic = self.now.monotonic;
        let mut anew = was_full && !full;
        for peer in self.peers.connected() {
            let Some(state) = self.peers.get(&peer) else { continue };
            let has_share = state.no_share && state.share.as_mut().is_none_or(|share| share.has_half(monotonic));
            state.no_share &= !has_share;
            if !full && (has_share || was_full) {
                // What was declined is still there: everything is compared anew.
                (state.pull, state.resumed, state.next_round) = (Pull::default(), false, monotonic);
                self.peers.ask_anew(&peer);
                anew = true;
            }
        }
        if anew {
            self.cursors.forget();
        }
    }
}

fn cost(entry: &HeldEntry) -> usize {
    usize::try_from(strangers::cost(entry.header())).unwrap_or(usize::MAX)
}
