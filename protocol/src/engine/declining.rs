//! What the replica's own policy does not want ([`Host::admits`]): decided by verified headers alone, remembered, and
//! wanted again when the policy changes its mind. SPEC.md §9.1.
//!
//! It is asked before it is looked at whose device it is: what is declined costs neither a place nor a question. None
//! of it counts against the peer, which may want other things.

use super::{Engine, Host, Peer};
use crate::{
    entry::{Head, Header, HeldEntry},
    replication::pull::Pull,
    scope::LogId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether an entry is wanted.
pub(super) fn admits<H: Host>(host: &H, header: &Header) -> bool {
    header.log.scope.is_closed() || host.admits(header)
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Of verified entries that a peer brings those that are wanted.
    pub(super) fn admitted<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        mut entries: Vec<HeldEntry>,
        left: &mut BTreeSet<LogId>,
    ) -> Vec<HeldEntry> {
        let mut declined: BTreeMap<LogId, BTreeSet<Head>> = BTreeMap::new();
        entries.retain(|entry| {
            let admitted = admits(host, entry.header());
            if !admitted {
                let head = Head { seq: entry.header().seq, id: entry.id() };
                declined.entry(entry.header().log).or_default().insert(head);
            }
            admitted
        });
        for _ in &declined {
            host.refused("declined", "a log, by this node's own policy");
        }
        left.extend(declined.keys());
        if let Some(state) = self.peers.get(peer) {
            state.pull.decline(declined);
        }
        entries
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
