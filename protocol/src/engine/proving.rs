//! Whether what came counts by what is known of its author's identity. What does not is asked for once more in the
//! round, after that identity; and what then does not either, when more of the identity has come. SPEC.md §9.1.
//!
//! None of it counts against the peer: two honest replicas may know different things of an identity.

use super::{Engine, Host, Peer};
use crate::{
    clock::Monotonic,
    entry::HeldEntry,
    ids::{AuthorId, DeviceId},
    op::schema,
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
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Of identity entries that a peer brings those of devices that the identity's acts bring in, with these entries:
    /// nobody else fills what everybody asks for.
    pub(super) fn of_identities<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        entries: Vec<HeldEntry>,
        declined: &mut BTreeSet<LogId>,
    ) -> Vec<HeldEntry> {
        let mut people: BTreeMap<AuthorId, Vec<HeldEntry>> = BTreeMap::new();
        for entry in entries {
            people.entry(entry.header().log.author).or_default().push(entry);
        }
        let (mut taken, mut left) = (Vec::new(), BTreeSet::new());
        for (author, entries) in people {
            let known = |entry: &HeldEntry| host.brought_in(author, entry.header().log.device);
            let brought_in: Option<BTreeSet<DeviceId>> =
                (!entries.iter().all(known)).then(|| host.brought_in_by(author, &entries));
            for entry in entries {
                if brought_in.as_ref().is_none_or(|devices| devices.contains(&entry.header().log.device)) {
                    // A profile brings nobody in.
                    if entry.header().schema != schema::PROFILE {
                        self.unproven.grows(author);
                    }
                    taken.push(entry);
                } else {
                    left.insert(entry.header().log);
                }
            }
        }
        self.leave(host, peer, left, declined);
        taken
    }

    /// Of other entries that a peer brings those of devices that their authors' identities bring in.
    pub(super) fn proven<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        mut entries: Vec<HeldEntry>,
        declined: &mut BTreeSet<LogId>,
    ) -> Vec<HeldEntry> {
        let mut left: BTreeSet<LogId> = BTreeSet::new();
        entries.retain(|entry| {
            let proven = host.proves(&entry.header().log);
            if !proven {
                left.insert(entry.header().log);
            }
            proven
        });
        self.leave(host, peer, left, declined);
        entries
    }

    /// Whether something of a log was left in this round, or of its author since everything was compared anew.
    pub(super) fn has_left(&mut self, peer: &P, log: &LogId) -> bool {
        let left = |pull: &Pull| pull.has_put_off(log) || pull.has_turned_down(log);
        self.unproven.has(log.author) || self.peers.get(peer).is_some_and(|state| left(&state.pull))
    }

    /// Logs of which something was not taken.
    fn leave<H: Host>(&mut self, host: &mut H, peer: &P, logs: BTreeSet<LogId>, declined: &mut BTreeSet<LogId>) {
        for _ in &logs {
            host.refused("unproven", "an entry of an author whose identity does not bring its device in");
        }
        let Some(state) = self.peers.get(peer) else { return declined.extend(logs) };
        for log in logs.iter().filter(|log| state.pull.has_put_off(log)) {
            state.unproven = true;
            self.unproven.add(log.author);
        }
        for log in logs.iter().filter(|log| self.declined.has_identity(log.author)) {
            state.pull.meet_again(log.author);
        }
        state.pull.unproven(&logs);
        declined.extend(logs);
    }

    /// Once a second: if more is known of somebody of whom something could not be taken, everything is compared anew
    /// with the peers that had it: how far they were followed was not kept since.
    pub(super) fn look_at_unproven(&mut self) {
        let monotonic = self.now.monotonic;
        let wait = COMPARE_AFTER_MS.checked_shl(self.unproven.times).unwrap_or(u64::MAX).min(COMPARE_AFTER_MAX_MS);
        if !self.unproven.grown || monotonic.since(self.unproven.compared) < wait {
            return;
        }
        let times = self.unproven.times.saturating_add(1).min(COMPARED_MAX);
        self.unproven = Unproven { compared: monotonic, times, ..Unproven::default() };
        for peer in self.peers.all() {
            let Some(state) = self.peers.get(&peer).filter(|state| state.unproven) else { continue };
            (state.pull, state.resumed, state.unproven, state.next_round) = (Pull::default(), false, false, monotonic);
            self.peers.ask_anew(&peer);
        }
    }
}

impl Unproven {
    fn add(&mut self, author: AuthorId) {
        if self.authors.len() < UNPROVEN_MAX {
            self.authors.insert(author);
        } else {
            self.more = true;
        }
    }
    /// Whether an author may be one of them.
    fn has(&self, author: AuthorId) -> bool {
        self.more || self.authors.contains(&author)
    }
    /// Something of an identity has come.
    pub fn grows(&mut self, author: AuthorId) {
        self.grown |= self.has(author);
    }
}
