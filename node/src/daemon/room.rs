//! How much room strangers may take here. Anybody can write any number of entries in a cell that is followed, and under
//! any number of names, so that nothing but a ceiling keeps a small box's disk and memory from being filled. Below it
//! one peer may bring a quarter of all, and a quarter more each day.
//!
//! What is declined so is counted by name (`ceiling`, `share`) and not asked for again until there is room: a
//! round with the peer then ends as if it had none of it, and how far it was followed is forgotten, so that
//! it is compared with anew. What the user writes here or elsewhere, and the scopes of those to whom they
//! belong, are taken all the same.

use super::{
    allowance::Allowance,
    core::Core,
    monotonic::Monotonic,
    peers::{PeerState, SHARE_SECONDS, SHARES},
};
use crate::{config::STORE_MAX, net::Peer, snapshot::Trouble, store::StoreError};
use communaut_protocol::{
    ElementId, IdentityId, LogId, Scope, entry::HeldEntry, private::Only, replication::pull::Pull,
};
use std::{collections::BTreeSet, path::PathBuf};

/// Milliseconds between two looks at the sizes.
const LOOK_EVERY_MS: u64 = 5_000;
/// Bytes of disk that an entry takes beside its payload, as measured (sled's segments, the index).
const ENTRY_BYTES: usize = 4_096;
/// Of the ceiling, in hundredths: below that there is room again. One that is left and reached by each entry would have
/// everything compared again each time.
const ROOM_AGAIN: u64 = 95;
/// Bytes that should be free on the disk: a copy of a middling store, which erasing needs, and what the system needs.
const FREE_WANTED: u64 = 500_000_000;

/// What is known of the room there is.
#[derive(Debug)]
pub(crate) struct Room {
    /// Bytes that the store may have.
    most: u64,
    /// On whose disk the store lies; none in tests.
    folder: Option<PathBuf>,
    /// Bytes of the store at the last look.
    bytes: u64,
    /// Bytes that were taken since, about.
    since: u64,
    /// Bytes free on the disk.
    free: Option<u64>,
    /// When to look again.
    look: Monotonic,
    /// Whether the ceiling is reached.
    full: bool,
    /// What is taken from a peer for which there is no room.
    only: Only,
}

impl Default for Room {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Room {
    /// Below a ceiling; none: the usual one.
    pub fn new(folder: Option<PathBuf>, most: Option<u64>) -> Self {
        Self {
            most: most.unwrap_or(STORE_MAX),
            folder,
            bytes: 0,
            since: 0,
            free: None,
            look: Monotonic::default(),
            full: false,
            only: Only::default(),
        }
    }

    /// What alone is taken from a peer, if there is no room for more.
    pub fn only<'a>(&'a self, peer: &PeerState) -> Option<&'a Only> {
        (self.full || peer.no_share).then_some(&self.only)
    }

    fn troubles(&self) -> Vec<Trouble> {
        let ceiling = self.full.then_some(Trouble::Ceiling { bytes: self.bytes + self.since, most: self.most });
        let free = self.free.filter(|free| *free < FREE_WANTED);
        let nearly_full = free.map(|free| Trouble::NearlyFull { free, wanted: FREE_WANTED });
        ceiling.into_iter().chain(nearly_full).collect()
    }
}

fn cost(entry: &HeldEntry) -> usize {
    ENTRY_BYTES + usize::try_from(entry.header().payload_size).unwrap_or(usize::MAX - ENTRY_BYTES)
}

impl Core {
    /// Whether a peer's entry of a log is taken, as far as room goes; if so, it takes so many bytes of it.
    pub(crate) fn room_for(&mut self, peer: &Peer, log: &LogId, bytes: usize) -> bool {
        if self.room.only.takes(log) {
            return true;
        }
        if self.room.full {
            self.count("ceiling", 1);
            return false;
        }
        let (monotonic, share) = (self.monotonic, self.room.most / SHARES);
        let Some(state) = self.peers.get(peer) else { return true };
        let share = state.share.get_or_insert_with(|| {
            let most = i64::try_from(share).unwrap_or(i64::MAX);
            Allowance::new(most, (most / SHARE_SECONDS).max(1))
        });
        if state.no_share || !share.has(monotonic) {
            state.no_share = true;
            *state.status.refused.entry("share".to_owned()).or_default() += 1;
            self.count("share", 1);
            return false;
        }
        share.use_up(bytes);
        self.room.since = self.room.since.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.room.bytes.saturating_add(self.room.since) >= self.room.most {
            tracing::warn!("the store has reached its ceiling of {} bytes", self.room.most);
            self.room.full = true;
            self.show_room();
        }
        true
    }

    /// Of entries that a peer brings those for which there is room.
    pub(crate) fn with_room(&mut self, peer: &Peer, mut entries: Vec<HeldEntry>) -> Vec<HeldEntry> {
        entries.retain(|entry| self.room_for(peer, &entry.header().log, cost(entry)));
        entries
    }

    /// Once in a while: how large the store is, how much is free, and who may bring something again.
    pub(crate) fn look_at_room(&mut self) -> Result<(), StoreError> {
        if self.monotonic < self.room.look {
            return Ok(());
        }
        self.room.look = self.monotonic.after(LOOK_EVERY_MS);
        // What a disk does not say is not known, and nothing is told of it.
        let free = self.room.folder.as_ref().and_then(|folder| fs4::available_space(folder).ok());
        let bytes = self.store.bytes();
        self.room_is(bytes, free)
    }

    /// The sizes are these now.
    pub(crate) fn room_is(&mut self, bytes: u64, free: Option<u64>) -> Result<(), StoreError> {
        let (was_full, most) = (self.room.full, self.room.most);
        (self.room.bytes, self.room.since, self.room.free) = (bytes, 0, free);
        self.room.full = bytes >= if was_full { most / 100 * ROOM_AGAIN } else { most };
        self.room.only = self.belonging();
        self.show_room();
        let monotonic = self.monotonic;
        let mut again = was_full && !self.room.full;
        for peer in self.peers.connected_now() {
            let Some(state) = self.peers.get(&peer) else { continue };
            let has_share = state.no_share && state.share.as_mut().is_none_or(|share| share.has_half(monotonic));
            state.no_share &= !has_share;
            if !self.room.full && (has_share || was_full) {
                // What was declined is still there: everything is compared anew.
                (state.pull, state.resumed, state.next_round) = (Pull::default(), false, monotonic);
                self.peers.ask_anew(&peer);
                again = true;
            }
        }
        if again {
            self.cursors.forget(&self.store)?;
        }
        Ok(())
    }

    fn show_room(&mut self) {
        let ours = |trouble: &Trouble| matches!(trouble, Trouble::Ceiling { .. } | Trouble::NearlyFull { .. });
        let now = self.room.troubles();
        let before: Vec<Trouble> = self.troubles.iter().filter(|trouble| ours(trouble)).cloned().collect();
        // The numbers change all the time: a line that stands is not written anew for each of them.
        let kind = |all: &[Trouble]| all.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        if kind(&before) != kind(&now) {
            self.troubles.retain(|trouble| !ours(trouble));
            self.troubles.extend(now);
            self.changed = true;
        }
    }

    /// What this person writes, and to what they belong.
    fn belonging(&self) -> Only {
        let mut scopes = self.private.ring.scopes();
        let mut devices = BTreeSet::from([self.device.id()]);
        let mut people: BTreeSet<IdentityId> = self.me.into_iter().collect();
        for (scope, view) in self.views.scopes() {
            let Some(roles) = view.governance.as_deref().map(|held| &held.roles) else { continue };
            if self.me.is_some_and(|me| roles.contains_key(&me)) {
                scopes.insert(*scope);
                people.extend(roles.keys());
            }
        }
        // Whose devices they are stands in the identities' logs.
        scopes.extend(people.into_iter().map(Scope::identity));
        if let Some(view) = self.me.and_then(|me| self.views.book().get(&me)) {
            devices.extend(view.devices.keys().copied());
            // One's own card and wall.
            scopes.extend(view.home.map(|home| Scope::container(home, ElementId::from(view.id))));
        }
        Only { scopes, devices }
    }
}
