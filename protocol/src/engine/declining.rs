//! What the replica's own policy does not want ([`Host::admits`]): decided by verified headers alone, remembered, and
//! wanted again when the policy changes its mind. SPEC.md §9.1.
//!
//! It is asked before it is looked at whose device it is: what is declined costs neither a place nor a question. None
//! of it counts against the peer, which may want other things.

use super::{Engine, Failed, Host, Peer};
use crate::{
    entry::{Head, Header, HeldEntry},
    replication::{pull::Pull, replica::Replica},
    scope::LogId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Entries that were not wanted, of each log.
pub(super) type TurnedDown = BTreeMap<LogId, BTreeSet<Head>>;

/// Where an entry stands.
pub(super) fn place(entry: &HeldEntry) -> (LogId, Head) {
    (entry.header().log, Head { seq: entry.header().seq, id: entry.id() })
}

/// One more that was not.
pub(super) fn note(turned_down: &mut TurnedDown, entry: &HeldEntry) {
    let (log, head) = place(entry);
    turned_down.entry(log).or_default().insert(head);
}

/// Whether an entry is wanted.
pub(super) fn admits<H: Host>(host: &H, header: &Header) -> bool {
    header.log.scope.is_closed() || host.admits(header)
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Of verified entries that a peer brings those that are wanted, and the others by log.
    pub(super) fn admitted<H: Host>(
        &mut self,
        host: &mut H,
        mut entries: Vec<HeldEntry>,
    ) -> (Vec<HeldEntry>, TurnedDown) {
        let mut declined = TurnedDown::new();
        entries.retain(|entry| {
            let admitted = admits(host, entry.header());
            if !admitted {
                note(&mut declined, entry);
            }
            admitted
        });
        for _ in &declined {
            host.refused("declined", "a log, by this node's own policy");
        }
        (entries, declined)
    }

    /// These were not wanted, and all else that came with them was taken, or was not.
    pub(super) fn note_declined<H: Host>(&mut self, host: &H, peer: &P, declined: TurnedDown) -> Result<(), Failed<H>> {
        for (log, heads) in &declined {
            let Some(state) = host.store().state(log).filter(|state| !state.is_complete()) else { continue };
            let mut before = None;
            let lowest = &mut |entry: HeldEntry| {
                before = entry.header().backlink;
                false
            };
            host.store().entries(log, state.lo, state.lo, lowest)?;
            // Nothing else can come before it, whatever else its author has signed.
            if heads.iter().any(|head| head.seq.checked_add(1) == Some(state.lo) && Some(head.id) == before) {
                self.declined.remember_beginning(log, state.lo);
            }
        }
        if let Some(state) = self.peers.get(peer) {
            state.pull.decline(declined);
        }
        Ok(())
    }

    /// The policy has changed its mind of these logs, and perhaps of some in cells that are partly held: all peers are
    /// compared with anew, and bring them.
    pub fn reconsider(&mut self, which: impl Fn(&LogId) -> bool) {
        if !self.declined.reconsider(which) {
            return;
        }
        self.cursors.forget();
        for peer in self.peers.all() {
            let Some(state) = self.peers.get(&peer) else { continue };
            (state.pull, state.resumed, state.next_round) = (Pull::default(), false, self.now.monotonic);
            self.peers.ask_anew(&peer);
        }
    }
}
