//! What follows from an erasure: the payload goes from the disk, what was folded of it from the views. SPEC.md §7.5.

use super::{IndexChange, Replica};
use crate::{modules::erasure::VOIDABLE_MS, snapshot::Trouble, store::StoreError};
use communaut_protocol::{
    EntryId, LogId, Scope,
    clock::Monotonic,
    entry::HeldEntry,
    fold::{ErasureView, Erasures, StandingErasure, settle},
    log::Branch,
    op::EntryPlace,
};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds between two looks at what has become due.
const LOOK_MS: u64 = 60 * 1_000;
/// Milliseconds after an erasure at which a running node copies its store: several erasures share one.
const COMPACT_AFTER_MS: u64 = 10 * 60 * 1_000;
/// Milliseconds between two compactions of a running node: each writes the whole store.
const COMPACT_EVERY_MS: u64 = 6 * 60 * 60 * 1_000;
/// Milliseconds after which a compaction that failed is tried again; the wait doubles.
const RETRY_FIRST_MS: u64 = 60 * 1_000;
/// Remembers that words of what was dropped may be in the files of the search index.
pub(crate) const TO_RENEW: &str = "index to renew";
/// Before the id of a moderator's erasure: when it came here.
const HIDDEN: &str = "hidden ";

/// When a running node copies its store.
#[derive(Debug, Default)]
pub(crate) struct Compaction {
    /// When a payload was dropped first since the last one, by the monotone clock, as all of these: a clock that has
    /// gone back must not stop it.
    since: Option<Monotonic>,
    last: Option<Monotonic>,
    looked: Option<Monotonic>,
    /// Milliseconds to wait after one that failed.
    retry_ms: u64,
    /// Nothing is waited for but what a failure asks for: a node before has not finished it.
    at_once: bool,
    /// Moderators' erasures that are carried out since this start: they are not looked at again.
    dropped: BTreeSet<EntryId>,
}

impl Replica {
    /// Erasures have begun to count, or were voided.
    pub(crate) fn on_erasures(&mut self, erasures: Vec<(Scope, ErasureView)>) -> Result<(), StoreError> {
        let mut own: BTreeMap<Scope, Vec<ErasureView>> = BTreeMap::new();
        for (scope, erasure) in erasures {
            if erasure.voided.is_some() {
                self.on_voided(&scope, &erasure)?;
            } else if erasure.own {
                own.entry(scope).or_default().push(erasure);
            } else if self.store.meta(&hidden(erasure.erasure))?.is_none() {
                // By this machine's clock: peers hasten nothing that is for good.
                self.store.set_meta(&hidden(erasure.erasure), &self.clocks.patience.now_ms().to_be_bytes())?;
                self.dirty = true;
            }
        }
        own.into_iter().try_for_each(|(scope, erasures)| self.drop_erased(&scope, &erasures))
    }

    /// Drop what is erased for good at these places. Those of one log are looked at together: where it has restated
    /// them, they stand in the same few entries.
    fn drop_erased(&mut self, scope: &Scope, erasures: &[ErasureView]) -> Result<(), StoreError> {
        let mut logs: BTreeMap<LogId, Vec<EntryPlace>> = BTreeMap::new();
        for erasure in erasures {
            logs.entry(erasure.target.log(*scope)).or_default().push(erasure.target);
        }
        let goes: BTreeMap<EntryPlace, EntryId> =
            erasures.iter().map(|erasure| (erasure.target, erasure.erasure)).collect();
        for (log, places) in logs {
            for (branch, entry) in self.store.saying(scope, &log, &places)? {
                self.settle_held(scope, branch, entry, |place| goes.get(place).copied())?;
            }
        }
        Ok(())
    }

    /// Hold of an entry what the erasures of now leave of it, and those that `goes` gives drop.
    fn settle_held(
        &mut self,
        scope: &Scope,
        branch: Branch,
        held: HeldEntry,
        goes: impl Fn(&EntryPlace) -> Option<EntryId>,
    ) -> Result<(), StoreError> {
        let settled = settle(held.clone(), |place| match goes(place) {
            Some(by) => Some(StandingErasure { by, drops: true }),
            None => self.erased_at(scope, place),
        });
        if settled.body() == held.body() {
            return Ok(());
        }
        let header = held.header();
        self.store.set_body(&header.log, branch, header.seq, settled.body())?;
        self.dirty = true;
        if held.body().bytes() != settled.body().bytes() {
            self.compact_soon()?;
            self.stale.insert(*scope);
        }
        Ok(())
    }

    /// The erasure that stands of a place; one's own drops what is there, a moderator's hides it at first.
    pub(super) fn erased_at(&self, scope: &Scope, place: &EntryPlace) -> Option<StandingErasure> {
        let erasure = self.views.erasure(scope, place)?;
        Some(StandingErasure { by: erasure.erasure, drops: erasure.own })
    }

    /// Something has been dropped that must be gone from the files too.
    pub(crate) fn compact_soon(&mut self) -> Result<(), StoreError> {
        self.store.set_to_compact()?;
        self.store.set_meta(TO_RENEW, &[1])?;
        self.compaction.since.get_or_insert(self.clocks.monotonic);
        self.dirty = true;
        Ok(())
    }

    /// A moderator's erasure was taken back: what it dropped is wanted again.
    fn on_voided(&mut self, scope: &Scope, erasure: &ErasureView) -> Result<(), StoreError> {
        for (branch, entry) in self.store.saying(scope, &erasure.target.log(*scope), &[erasure.target])? {
            self.settle_held(scope, branch, entry, |_| None)?;
        }
        self.compaction.dropped.remove(&erasure.erasure);
        self.store.unset_meta(&hidden(erasure.erasure))
    }

    /// Erasures that counted and do so no longer, since the device that signed them was taken out: what they dropped is
    /// wanted again.
    pub(crate) fn erasures_gone(&mut self, scope: &Scope, before: &Erasures) -> Result<(), StoreError> {
        let now = self.views.erasures(scope);
        for erasure in before.iter().filter(|erasure| now.get(&erasure.target).is_none()) {
            tracing::info!(entry = %erasure.target.id, "an erasure counts no longer");
            self.on_voided(scope, &erasure)?;
        }
        Ok(())
    }

    /// Once a second: drop what moderators erased long enough ago, and copy the store when it is due.
    pub(crate) fn erasures_due(&mut self) -> Result<(), StoreError> {
        let now = self.clocks.monotonic;
        if self.phase != crate::snapshot::Phase::Ready || !has_passed(self.compaction.looked, LOOK_MS, now) {
            return Ok(());
        }
        self.compaction.looked = Some(now);
        let hiding: Vec<(Scope, ErasureView)> = self
            .views
            .scopes()
            .iter()
            .flat_map(|(scope, view)| view.erasures.iter().map(|erasure| (*scope, erasure)))
            .filter(|(_, erasure)| !erasure.own && erasure.voided.is_none())
            .filter(|(_, erasure)| !self.compaction.dropped.contains(&erasure.erasure))
            .collect();
        let mut due = Vec::new();
        for (scope, erasure) in hiding {
            let came = self.store.meta(&hidden(erasure.erasure))?.and_then(|bytes| bytes.try_into().ok());
            let came = came.map_or(self.clocks.patience.now_ms(), u64::from_be_bytes);
            // While the system's clock is behind what was known, nobody can say how long it has been.
            if !self.clocks.own.is_lost() && self.clocks.patience.now_ms() >= came.saturating_add(VOIDABLE_MS) {
                due.push((scope, erasure));
            }
        }
        for (scope, erasure) in due {
            self.compaction.dropped.insert(erasure.erasure);
            self.drop_erased(&scope, &[erasure])?;
        }
        self.fold_stale()?;
        if self.compaction.is_due(now) {
            self.compact()?;
        }
        Ok(())
    }

    /// Copy what lives into fresh files, if something was dropped since the last time. Gives whether it did. A copy
    /// that fails, for want of room perhaps, is told and tried again.
    ///
    /// # Errors
    /// When the store itself is not open any more.
    pub fn compact(&mut self) -> Result<bool, StoreError> {
        if !self.store.is_to_compact()? {
            self.compaction.since = None;
            self.compaction.at_once = false;
            return Ok(false);
        }
        self.store.flush()?;
        self.compaction.last = Some(self.clocks.monotonic);
        let before = self.store.bytes();
        match self.store.compact() {
            Ok(()) => {
                tracing::info!(before, after = self.store.bytes(), "what was erased or restated is gone from the disk");
                let dropped = std::mem::take(&mut self.compaction.dropped);
                self.compaction = Compaction { last: self.compaction.last, dropped, ..Compaction::default() };
                self.no_trouble(&Trouble::NotCompacted { why: String::new() });
                self.index.push(IndexChange::Renew);
                Ok(true)
            }
            Err(error) if self.store.is_open() => {
                tracing::error!("what was erased is still in the files of the store: {error}");
                self.compaction.retry_ms = (self.compaction.retry_ms * 2).clamp(RETRY_FIRST_MS, COMPACT_EVERY_MS);
                self.trouble(Trouble::NotCompacted { why: error.to_string() });
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl Compaction {
    /// What a node before has not finished is done as soon as all is loaded.
    pub fn due_now(&mut self) {
        self.at_once = true;
    }

    /// Whether a running node copies its store now, by its monotone clock.
    fn is_due(&self, now: Monotonic) -> bool {
        let wait = if self.retry_ms > 0 { self.retry_ms } else { COMPACT_EVERY_MS };
        let waited = self.since.is_some() && has_passed(self.since, COMPACT_AFTER_MS, now);
        (self.at_once || waited) && has_passed(self.last, wait, now)
    }
}

/// Whether so long has passed since something, or it never was.
fn has_passed(since: Option<Monotonic>, wait_ms: u64, now: Monotonic) -> bool {
    since.is_none_or(|since| now.since(since) >= wait_ms)
}

fn hidden(erasure: EntryId) -> String {
    format!("{HIDDEN}{erasure}")
}
