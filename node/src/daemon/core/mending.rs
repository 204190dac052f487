//! A store that fails while the node runs: nothing more is written or acknowledged, what was shown stays shown, and the
//! store is opened again or mended beside, until it is well.
//!
//! Whatever the failure is (a full disk, a page that is not what was written, a panic in the middle of an input), the
//! way back is one: the store is closed, what waits for an acknowledgement is told that it may not have been done, a
//! thread opens the store anew (and salvages a damaged one), and the state is built again from it, as at a start.

use super::{Core, Effect};
use crate::{
    daemon::{clocks::Now, opening, replica::Replica},
    failure::{Failure, FailureCode},
    snapshot::{Phase, Trouble},
    store::{Store, StoreError, high_water::HighWater},
};
use communaut_protocol::clock::Monotonic;
use std::{mem, panic, path::Path, sync::atomic::Ordering};

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
    /// The store has failed. What it has written since the last flush may be lost, so none of it is acknowledged.
    pub(crate) fn store_failed(&mut self, error: &StoreError) {
        tracing::error!("the store failed: {error}");
        self.replica.count("store failed", 1);
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
        self.replica.forget_written();
        self.engine.say_nothing();
        if let Some(job) = self.import.take() {
            self.answer(job.answer, Err(unsure()));
        }
        if let Some(job) = self.undo.take() {
            self.answer(job.answer, Err(unsure()));
        }
        if let Some(job) = self.bundle.take() {
            job.stop.store(true, Ordering::Relaxed);
            self.answer(job.answer, Err(unsure()));
        }
        self.replica.store.close();
        let why = error.to_string();
        if error.is_damage() {
            self.mending.salvage = true;
            self.replica.trouble(Trouble::Damaged { why });
            self.replica.trouble(Trouble::Mending);
        } else {
            self.replica.trouble(Trouble::NotWritable { why });
        }
        self.mending.wait_ms = (self.mending.wait_ms * 2).clamp(AGAIN_FIRST_MS, AGAIN_MAX_MS);
        self.mending.again = self.replica.clocks.monotonic.after(self.mending.wait_ms);
        self.replica.phase = Phase::Mending;
        self.replica.changed = true;
    }

    /// Once a second: begin to bring the store back, if it is time.
    pub(crate) fn mend_when_due(&mut self) {
        if self.replica.phase == Phase::Mending
            && !self.mending.under_way
            && self.replica.clocks.monotonic >= self.mending.again
        {
            self.mending.under_way = true;
            if self.mending.salvage {
                self.replica.trouble(Trouble::Mending);
            }
            self.effects.push(Effect::Mend { salvage: self.mending.salvage });
        }
    }

    /// The store did not come back: it is tried again.
    pub(crate) fn not_mended(&mut self, error: &StoreError, now: Now) {
        self.replica.clocks.monotonic = now.monotonic;
        self.mending.under_way = false;
        self.store_failed(error);
        // Nobody is at it until the next try.
        self.replica.no_trouble(&Trouble::Mending);
    }

    /// Go on with the replica of a store that has come back, and with what does not depend on it.
    ///
    /// # Errors
    /// When that store fails too: then nothing has changed.
    pub(crate) fn renew(&mut self, mut fresh: Replica) -> Result<(), StoreError> {
        let (cursors, declined) = (super::cursors(&fresh.store)?, super::declined(&fresh.store)?);
        let before = &mut self.replica;
        for over in
            [Trouble::Mending, Trouble::Damaged { why: String::new() }, Trouble::NotWritable { why: String::new() }]
        {
            before.no_trouble(&over);
        }
        let told = mem::replace(&mut fresh.troubles, mem::take(&mut before.troubles));
        told.into_iter().for_each(|trouble| fresh.trouble(trouble));
        fresh.refused = mem::take(&mut before.refused);
        fresh.private.recovering = before.private.recovering.take();
        fresh.streets = before.streets.clone();
        fresh.clocks.monotonic = before.clocks.monotonic;
        fresh.changed = true;
        self.told = fresh.interest;
        self.replica = fresh;
        self.engine.begin_anew(cursors, declined);
        self.mending = Mending { wait_ms: self.mending.wait_ms, ..Mending::default() };
        self.generation += 1;
        Ok(())
    }

    /// All is loaded and nothing failed: the next failure is a first one.
    pub(crate) fn is_well(&mut self) {
        self.mending.wait_ms = 0;
    }

    /// What was written is durable: say how far that is.
    pub(crate) fn note_reached(&self) {
        let (arrival, entries) = (self.replica.store.arrival(), self.replica.store.entries());
        if let Some(Err(error)) =
            self.replica.store.folder().parent().map(|at| HighWater::reached(at, arrival, entries))
        {
            tracing::debug!("how far the store has come is not noted: {error}");
        }
    }

    /// Note how far the store has come; when the node stops, or else now and then. What it says is durable.
    pub(crate) fn note_high_water(&mut self, stopping: bool) {
        let (arrival, noted) = self.mending.noted;
        let due = stopping || self.replica.clocks.monotonic >= noted.after(NOTE_MS);
        let (true, false, Some(folder)) =
            (due, arrival == self.replica.store.arrival(), self.replica.store.folder().parent())
        else {
            return;
        };
        let noted = self.replica.store.flush().and_then(|()| HighWater::of(&self.replica.store).write(folder));
        if let Err(error) = noted {
            // The number before still says less than there is. A store that fails is noticed by what is written in it.
            tracing::warn!("how far the store has come is not noted: {error}");
        }
        self.mending.noted = (self.replica.store.arrival(), self.replica.clocks.monotonic);
    }
}
