//! A store that fails while the node runs: nothing more is written or acknowledged, what was shown stays shown, and the
//! store is opened again or mended beside, until it is well.
//!
//! Whatever the failure is (a full disk, a page that is not what was written, a panic in the middle of an input), the
//! way back is one: the store is closed, what waits for an acknowledgement is told that it may not have been done, a
//! thread opens the store anew (and salvages a damaged one), and the state is built again from it, as at a start.

use super::{
    core::{Core, Now},
    input::Effect,
    keys::Keys,
    monotonic::Monotonic,
    opening,
    vault::Vault,
};
use crate::{
    failure::{Failure, FailureCode},
    net::{NetCommand, NetEvent, Verdict},
    snapshot::{Phase, Trouble},
    store::{Store, StoreError, high_water::HighWater},
};
use std::{mem, panic, path::Path};

/// Milliseconds until a store that does not come back is tried again; the wait doubles.
const AGAIN_FIRST_MS: u64 = 1_000;
/// Milliseconds of the longest such wait: somebody may have made room meanwhile.
const AGAIN_MAX_MS: u64 = 60_000;
/// Milliseconds between two notes of how far the store has come.
const NOTE_MS: u64 = 60_000;
/// What is written to find out whether a store takes something again.
const PROBE: &str = "probe";

/// The way back to a store.
#[derive(Debug, Default)]
pub(crate) struct Mending {
    /// Whether every entry is to be looked at.
    salvage: bool,
    /// A thread is at it.
    under_way: bool,
    /// When to try next.
    again: Monotonic,
    wait_ms: u64,
    /// How far the store had come when that was noted, and when.
    noted: (u64, Monotonic),
}

/// Open the store of a folder again, off the loop. A damaged one is mended.
pub(crate) fn reopen(folder: &Path, salvage: bool) -> Result<Box<Store>, StoreError> {
    let opened = panic::catch_unwind(|| reopen_there(folder, salvage));
    opened.unwrap_or_else(|_| Err(StoreError::Damaged("a fault in this program kept it from being mended".into())))
}

fn reopen_there(folder: &Path, salvage: bool) -> Result<Box<Store>, StoreError> {
    // Somebody may still read what is to be folded.
    opening::wait_closed(folder)?;
    if salvage {
        opening::salvage(folder)?;
    }
    let store = opening::open(folder)?;
    store.set_meta(PROBE, &[1])?;
    store.flush()?;
    store.unset_meta(PROBE)?;
    Ok(Box::new(store))
}

impl Core {
    /// Say what is wrong, in place of what was said of the same kind.
    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        self.no_trouble(&trouble);
        self.troubles.push(trouble);
        self.changed = true;
    }

    /// Something of this kind is wrong no longer.
    pub(crate) fn no_trouble(&mut self, like: &Trouble) {
        let before = self.troubles.len();
        self.troubles.retain(|held| mem::discriminant(held) != mem::discriminant(like));
        self.changed |= self.troubles.len() < before;
    }

    /// The store has failed. What it has written since the last flush may be lost, so none of it is acknowledged.
    pub(crate) fn store_failed(&mut self, error: &StoreError) {
        tracing::error!("the store failed: {error}");
        self.count("store failed", 1);
        let unsure = || {
            let why = "the store failed before this was safe on the disk; see `communaut-node status`, and look \
                       whether it was done";
            Failure::new(FailureCode::Io, why)
        };
        for effect in &mut self.effects {
            if let Effect::Reply(_, outcome @ Ok(_)) = effect {
                *outcome = Err(unsure());
            }
        }
        self.fresh.clear();
        self.dirty = false;
        if let Some(job) = self.import.take() {
            self.answer(job.answer, Err(unsure()));
        }
        self.store.close();
        let why = error.to_string();
        if error.is_damage() {
            self.mending.salvage = true;
            self.trouble(Trouble::Damaged { why });
            self.trouble(Trouble::Mending);
        } else {
            self.trouble(Trouble::NotWritable { why });
        }
        self.mending.wait_ms = (self.mending.wait_ms * 2).clamp(AGAIN_FIRST_MS, AGAIN_MAX_MS);
        self.mending.again = self.monotonic.after(self.mending.wait_ms);
        self.phase = Phase::Mending;
        self.changed = true;
    }

    /// What the network says while the store is away: who is there, and nothing that has to be looked
    /// up or kept. Peers ask again.
    pub(crate) fn on_net_without_store(&mut self, event: NetEvent) {
        match event {
            NetEvent::Listening(address) => {
                if !self.network.listening.contains(&address) {
                    self.network.listening.push(address);
                }
            }
            NetEvent::Connected { peer, address, local } => {
                let state = self.peers.connected(&peer);
                state.status.peer = peer.to_string();
                state.status.address = address;
                state.status.local |= local;
                state.status.connected = true;
            }
            NetEvent::Disconnected { peer } => {
                if let Some(state) = self.peers.get(&peer) {
                    state.status.connected = false;
                    state.clock = None;
                }
            }
            NetEvent::Gossip { message, .. } => {
                self.effects.push(Effect::Net(NetCommand::Verdict { message, verdict: Verdict::Ignore }));
            }
            NetEvent::Refused { peer, reason, .. } => self.refuse(peer.as_ref(), reason),
            NetEvent::Rtt { .. }
            | NetEvent::Asked { .. }
            | NetEvent::Answered { .. }
            | NetEvent::AskFailed { .. }
            | NetEvent::Pairing { .. }
            | NetEvent::Paired { .. }
            | NetEvent::Proving { .. }
            | NetEvent::ProofFailed { .. }
            | NetEvent::Proved { .. } => {}
        }
        self.changed = true;
    }

    /// Once a second: begin to bring the store back, if it is time.
    pub(crate) fn mend_when_due(&mut self) {
        if self.phase == Phase::Mending && !self.mending.under_way && self.monotonic >= self.mending.again {
            self.mending.under_way = true;
            if self.mending.salvage {
                self.trouble(Trouble::Mending);
            }
            self.effects.push(Effect::Mend { salvage: self.mending.salvage });
        }
    }

    /// The store did not come back: it is tried again.
    pub(crate) fn not_mended(&mut self, error: &StoreError, now: Now) {
        self.monotonic = now.monotonic;
        self.mending.under_way = false;
        self.store_failed(error);
        // Nobody is at it until the next try.
        self.no_trouble(&Trouble::Mending);
    }

    /// Become the state as a store gives it that has come back, with what does not depend on it.
    ///
    /// # Errors
    /// When that store fails too: then nothing has changed.
    pub(crate) fn renew(&mut self, store: Store, keys: &Keys, vault: Box<dyn Vault>) -> Result<(), StoreError> {
        let mut fresh = Self::new(store, keys, vault)?;
        self.peers.begin_anew();
        let told = mem::take(&mut fresh.troubles);
        for over in
            [Trouble::Mending, Trouble::Damaged { why: String::new() }, Trouble::NotWritable { why: String::new() }]
        {
            self.no_trouble(&over);
        }
        told.into_iter().for_each(|trouble| self.trouble(trouble));
        fresh.private.end = self.private.end;
        fresh.private.recovering = self.private.recovering.take();
        fresh.mending.wait_ms = self.mending.wait_ms;
        fresh.generation = self.generation + 1;
        (fresh.monotonic, fresh.version, fresh.changed) = (self.monotonic, self.version, true);
        mem::swap(&mut fresh.peers, &mut self.peers);
        mem::swap(&mut fresh.pairing, &mut self.pairing);
        mem::swap(&mut fresh.network, &mut self.network);
        mem::swap(&mut fresh.refused, &mut self.refused);
        mem::swap(&mut fresh.room, &mut self.room);
        mem::swap(&mut fresh.troubles, &mut self.troubles);
        mem::swap(&mut fresh.effects, &mut self.effects);
        *self = fresh;
        Ok(())
    }

    /// All is loaded and nothing failed: the next failure is a first one.
    pub(crate) fn is_well(&mut self) {
        self.mending.wait_ms = 0;
    }

    /// What was written is durable: say how far that is.
    pub(crate) fn note_reached(&self) {
        let (arrival, entries) = (self.store.arrival(), self.store.entries());
        if let Some(Err(error)) = self.store.folder().parent().map(|at| HighWater::reached(at, arrival, entries)) {
            tracing::debug!("how far the store has come is not noted: {error}");
        }
    }

    /// Note how far the store has come; when the node stops, or else now and then. What it says is durable.
    pub(crate) fn note_high_water(&mut self, stopping: bool) {
        let (arrival, noted) = self.mending.noted;
        let due = stopping || self.monotonic >= noted.after(NOTE_MS);
        let (true, false, Some(folder)) = (due, arrival == self.store.arrival(), self.store.folder().parent()) else {
            return;
        };
        let noted = self.store.flush().and_then(|()| HighWater::of(&self.store).write(folder));
        if let Err(error) = noted {
            // The number before still says less than there is. A store that fails is noticed by what is written in it.
            tracing::warn!("how far the store has come is not noted: {error}");
        }
        self.mending.noted = (self.store.arrival(), self.monotonic);
    }
}
