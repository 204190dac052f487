//! What the replica's own policy does not want ([`Host::admits`]): decided by verified headers alone, remembered, and
//! wanted again when the policy changes its mind. SPEC.md §9.1.
//!
//! It is asked before it is looked at whose device it is: what is declined costs neither a place nor a question. None
//! of it counts against the peer, which may want other things.

use super::{Engine, Failed, Host, Peer, Room};
use crate::{
    entry::{Head, Header, HeldEntry},
    op::schema,
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
    admits_to(host, header, Room::of(header))
}

fn admits_to<H: Host>(host: &H, header: &Header, room: Room) -> bool {
    header.log.scope.is_closed() || host.admits(header, room)
}

/// How far what is held of a log reaches, with what is wanted of it in one answer; and its erasures there.
#[derive(Default)]
struct Reach {
    held: Option<(u64, u64)>,
    erasures: Option<(u64, u64)>,
}

impl Reach {
    /// Whether an erasure finds no place without the entry of this number.
    fn lies_before_an_erasure(&self, seq: u64) -> bool {
        let (Some((lowest, highest)), Some((first, last))) = (self.held, self.erasures) else { return false };
        (lowest < seq && seq < last) || (first < seq && seq < highest)
    }
}

fn widen(range: &mut Option<(u64, u64)>, lowest: u64, highest: u64) {
    let (low, high) = range.unwrap_or((lowest, highest));
    *range = Some((low.min(lowest), high.max(highest)));
}

/// The reach of logs with erasures among those wanted.
fn reaches<H: Host>(host: &H, wanted: &[&Header]) -> BTreeMap<LogId, Reach> {
    let mut reaches: BTreeMap<LogId, Reach> = BTreeMap::new();
    for header in wanted.iter().filter(|header| header.schema == schema::ERASE) {
        widen(&mut reaches.entry(header.log).or_default().erasures, header.seq, header.seq);
    }
    for header in wanted {
        reaches.get_mut(&header.log).into_iter().for_each(|reach| widen(&mut reach.held, header.seq, header.seq));
    }
    for (log, reach) in &mut reaches {
        if let Some(state) = host.store().state(log) {
            let highest = state.tips().map(|tip| tip.seq).max().unwrap_or(state.lo);
            widen(&mut reach.held, state.lo, highest);
        }
    }
    reaches
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Of verified entries that a peer brings those that are wanted, and the others by log. What an erasure needs
    /// before it in its log has the room that is kept for erasures: else who fills a cell keeps everybody who writes
    /// there from erasing what they wrote before.
    pub(super) fn admitted<H: Host>(
        &mut self,
        host: &mut H,
        mut entries: Vec<HeldEntry>,
    ) -> (Vec<HeldEntry>, TurnedDown) {
        let mut declined = TurnedDown::new();
        let by_itself: Vec<bool> = entries.iter().map(|entry| admits(host, entry.header())).collect();
        let wanted = entries.iter().zip(&by_itself).filter(|(_, wanted)| **wanted).map(|(entry, _)| entry.header());
        let reaches = reaches(host, &wanted.collect::<Vec<_>>());
        let mut by_itself = by_itself.into_iter();
        entries.retain(|entry| {
            let header = entry.header();
            let needed = || reaches.get(&header.log).is_some_and(|reach| reach.lies_before_an_erasure(header.seq));
            let admitted = by_itself.next() == Some(true) || (needed() && admits_to(host, header, Room::Erasures));
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
