//! Whether what came counts by what is known of its author's identity. What does not is asked for once more in the
//! round, after that identity; and what then does not either, when more of the identity has come. Where something of
//! the identity was declined, so is what does not count for want of it: it rests. SPEC.md §9.1.
//!
//! None of it counts against the peer: two honest replicas may know different things of an identity.

use super::{
    Engine, Host, Peer,
    declining::{TurnedDown, note},
};
use crate::{
    clock::Monotonic,
    entry::HeldEntry,
    ids::{AuthorId, DeviceId},
    replication::pull::Pull,
    scope::LogId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Authors remembered of whom something could not be taken: 32 B each. Beyond, any identity that grows may be the one.
const UNPROVEN_MAX: usize = 16_384;
/// Milliseconds after which everything is compared anew for the first time because identities have grown. Each time
/// twice as many, up to a day: somebody who keeps growing, and whose words never count, costs less and less.
const COMPARE_AFTER_MS: u64 = 60_000;
const COMPARE_AFTER_MAX_MS: u64 = 24 * 60 * 60 * 1_000;
/// Milliseconds until an identity that was declined is looked at again for one more word of its author's: it may cost a
/// megabyte. Each time twice as many, up to a day; at first so often at once, since there may be room by then.
const AGAIN_AFTER_MS: u64 = 60_000;
const AGAIN_AT_ONCE: u32 = 2;
/// Times after which it is a day.
const COMPARED_MAX: u32 = 11;

/// Of whom something could not be taken.
#[derive(Debug, Default)]
pub(super) struct Unproven {
    authors: BTreeSet<AuthorId>,
    /// There were more than are remembered.
    more: bool,
    /// Whether one of them may be proven now.
    grown: bool,
    /// When everything was compared anew for that, and how often.
    compared: Monotonic,
    times: u32,
    /// Whose identity was looked at again though it was declined: when, and how often.
    again: BTreeMap<AuthorId, (Monotonic, u32)>,
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Whether something of a log was left in this round, or of its author since everything was compared anew.
    pub(super) fn has_left(&mut self, peer: &P, log: &LogId) -> bool {
        let left = |pull: &Pull| pull.has_put_off(log) || pull.has_turned_down(log);
        self.unproven.has(log.author) || self.peers.get(peer).is_some_and(|state| left(&state.pull))
    }

    /// Entries that do not count. Those of logs that were asked for once more already are turned down, where something
    /// of the author's identity was declined and it is remembered what is: then they cannot be expected to count soon.
    pub(super) fn leave<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        left: TurnedDown,
        turned_down: &mut TurnedDown,
        declined: &mut BTreeSet<LogId>,
    ) {
        for _ in &left {
            host.refused("unproven", "an entry of an author whose identity does not bring its device in");
        }
        declined.extend(left.keys());
        let Some(state) = self.peers.get(peer) else { return };
        let logs: BTreeSet<LogId> = left.keys().copied().collect();
        for (log, heads) in left {
            let identity_declined = self.declined.has_identity(log.author);
            if state.pull.has_put_off(&log) {
                self.unproven.add(log.author);
                if identity_declined && !self.declined.is_partly_held(&log.scope) {
                    turned_down.entry(log).or_default().extend(heads);
                } else {
                    state.unproven = true;
                }
            }
            if identity_declined && self.unproven.may_meet(log.author, self.now.monotonic) {
                state.pull.meet_again(log.author);
            }
        }
        state.pull.unproven(&logs);
    }

    /// More of these identities has come: what was declined of their authors may count now. Before it is compared anew,
    /// nobody counts as followed.
    pub(super) fn identities_grow(&mut self, authors: &BTreeSet<AuthorId>) {
        if authors.is_empty() {
            return;
        }
        let dropped = self.declined.drop_those(|log| authors.contains(&log.author));
        if dropped {
            self.cursors.forget();
        }
        self.unproven.grown |= dropped || authors.iter().any(|author| self.unproven.has(*author));
        for peer in self.peers.all() {
            let Some(state) = self.peers.get(&peer) else { continue };
            state.pull.reconsider(authors);
            state.unproven |= dropped;
        }
    }

    /// Once a second: if more is known of somebody of whom something could not be taken, everything is compared anew
    /// with the peers that had it: how far they were followed was not kept since.
    pub(super) fn look_at_unproven(&mut self) {
        let monotonic = self.now.monotonic;
        let wait = wait(COMPARE_AFTER_MS, self.unproven.times);
        if !self.unproven.grown || monotonic.since(self.unproven.compared) < wait {
            return;
        }
        let times = self.unproven.times.saturating_add(1).min(COMPARED_MAX);
        let again = std::mem::take(&mut self.unproven.again);
        self.unproven = Unproven { compared: monotonic, times, again, ..Unproven::default() };
        for peer in self.peers.all() {
            let Some(state) = self.peers.get(&peer).filter(|state| state.unproven) else { continue };
            (state.pull, state.resumed, state.unproven, state.next_round) = (Pull::default(), false, false, monotonic);
            self.peers.ask_anew(&peer);
        }
    }
}

/// A wait that has doubled so many times, at most a day.
fn wait(first_ms: u64, times: u32) -> u64 {
    first_ms.checked_shl(times).unwrap_or(u64::MAX).min(COMPARE_AFTER_MAX_MS)
}

impl Unproven {
    fn add(&mut self, author: AuthorId) {
        if self.authors.len() < UNPROVEN_MAX {
            self.authors.insert(author);
        } else {
            self.more = true;
        }
    }
    /// Whether it is time to look at an identity again that was declined. Then it is as of now.
    pub(super) fn may_meet(&mut self, author: AuthorId, now: Monotonic) -> bool {
        let (at, times) = self.again.get(&author).copied().unwrap_or_default();
        let waits = times.checked_sub(AGAIN_AT_ONCE).map_or(0, |times| wait(AGAIN_AFTER_MS, times));
        if now.since(at) < waits {
            return false;
        }
        if self.again.len() >= UNPROVEN_MAX && !self.again.contains_key(&author) {
            self.again.retain(|_, (at, _)| now.since(*at) < COMPARE_AFTER_MAX_MS);
            if self.again.len() >= UNPROVEN_MAX {
                return false;
            }
        }
        self.again.insert(author, (now, times.saturating_add(1).min(COMPARED_MAX)));
        true
    }
    /// Whether an author may be one of them.
    fn has(&self, author: AuthorId) -> bool {
        self.more || self.authors.contains(&author)
    }
}

/// Of identity entries that a peer brings those of devices that the identity's acts bring in, with these entries:
/// nobody else fills what everybody asks for. Gives the others too.
pub(super) fn of_identities<H: Host>(host: &H, entries: Vec<HeldEntry>) -> (Vec<HeldEntry>, TurnedDown) {
    let mut people: BTreeMap<AuthorId, Vec<HeldEntry>> = BTreeMap::new();
    for entry in entries {
        people.entry(entry.header().log.author).or_default().push(entry);
    }
    let (mut taken, mut left) = (Vec::new(), TurnedDown::new());
    for (author, entries) in people {
        let known = |entry: &HeldEntry| host.brought_in(author, entry.header().log.device);
        let brought_in: Option<BTreeSet<DeviceId>> =
            (!entries.iter().all(known)).then(|| host.brought_in_by(author, &entries));
        for entry in entries {
            if brought_in.as_ref().is_none_or(|devices| devices.contains(&entry.header().log.device)) {
                taken.push(entry);
            } else {
                note(&mut left, &entry);
            }
        }
    }
    (taken, left)
}

/// Of other entries that a peer brings those of devices that their authors' identities bring in. Gives the others too.
pub(super) fn proven<H: Host>(host: &H, mut entries: Vec<HeldEntry>) -> (Vec<HeldEntry>, TurnedDown) {
    let mut left = TurnedDown::new();
    entries.retain(|entry| {
        let proven = host.proves(&entry.header().log);
        if !proven {
            note(&mut left, entry);
        }
        proven
    });
    (entries, left)
}
