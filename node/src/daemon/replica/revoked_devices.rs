//! Devices that were taken out: of what they wrote, what was accepted then counts, and nothing else. SPEC.md §7.1.

use super::Replica;
use crate::store::StoreError;
use communaut_protocol::{
    DeviceId, LogId, Scope,
    entry::Head,
    fold::{Acceptance, IdentityView, Record, Standing},
    ids::Hash,
    limits::ACCEPTED_MAX,
    log::{Accepted, Branch, LogState},
    op::accepted_head,
};
use std::collections::BTreeSet;

impl Replica {
    /// Whether a record was written by a device that its author has taken out.
    pub(crate) fn is_of_device_out(&self, record: &Record) -> bool {
        let person = self.views.book_in(&record.log.scope).get(&record.author);
        person.is_some_and(|person| person.standing(record.log.device) == Standing::Out)
    }

    /// Something of a device that is out has come: if it counts its scope is folded anew, and otherwise nothing
    /// happens, so that whoever has stolen a device costs nobody more than the storage. What stands in an identity's
    /// log is judged by the acts there: it is given back, to be folded.
    pub(crate) fn judge(&mut self, record: Record) -> Result<Option<Record>, StoreError> {
        let mut marked = [record];
        self.mark_accepted(&mut marked)?;
        let [record] = marked;
        if record.log.scope.is_identity() {
            return Ok(Some(record));
        }
        if record.accepted {
            self.stale.insert(record.log.scope);
        }
        Ok(None)
    }

    /// Mark what counts of devices that are out.
    pub(crate) fn mark_accepted(&mut self, records: &mut [Record]) -> Result<(), StoreError> {
        for record in records {
            if !self.is_of_device_out(record) {
                continue;
            }
            let (store, log) = (&self.store, record.log);
            let Some(state) = store.log(&log) else { continue };
            let Some((branch, _)) = store.at(&record.log.scope, &record.place())? else { continue };
            let at = |branch, seq| store.held(&log, branch, seq).map(|entry| entry.map(|entry| entry.id()));
            self.acceptance.mark(record, branch, state, at, self.views.book_in(&log.scope))?;
        }
        Ok(())
    }

    /// Something else counts of these devices than before.
    pub(crate) fn on_judged(&mut self, devices: &BTreeSet<DeviceId>) {
        if devices.is_empty() {
            return;
        }
        // Also while loading: what was asked by a part of the acts holds no longer.
        self.acceptance = Acceptance::default();
        if self.phase == crate::snapshot::Phase::Loading {
            return;
        }
        self.stale.extend(self.scopes_of(devices));
    }

    /// All is loaded: what devices wrote that are out was passed over until now.
    pub(crate) fn judge_loaded(&mut self) {
        let out = self.views.devices_out();
        if !out.is_empty() {
            self.stale.extend(self.scopes_of(&out));
        }
    }

    /// The scopes in which devices have written.
    fn scopes_of(&self, devices: &BTreeSet<DeviceId>) -> BTreeSet<Scope> {
        let logs = self.store.heads_under(&[]).map(|(log, _)| log);
        logs.filter(|log| devices.contains(&log.device)).map(|log| log.scope).collect()
    }

    /// What is to count of devices that go out, as acts accept it: the last entries held of all logs of those that
    /// `whole` names (with `until_ms`, the last ones that say to be no later than that: a hint for whoever
    /// decides, since a thief can write any date), and of the others what counts now, but for those of
    /// `never`: while an identity was frozen they may have accepted what they wrote themselves. Ascending, in
    /// parts of what one act takes.
    pub(crate) fn accepted_of(
        &self,
        view: &IdentityView,
        whole: &BTreeSet<DeviceId>,
        until_ms: Option<u64>,
        never: &[DeviceId],
    ) -> Result<Vec<Vec<Hash>>, StoreError> {
        let mut all: BTreeSet<Hash> = BTreeSet::new();
        for (log, _) in self.store.heads_under(&[]).filter(|(log, _)| !never.contains(&log.device)) {
            let Some(state) = self.store.log(&log) else { continue };
            if whole.contains(&log.device) {
                for branch in [Branch::First, Branch::Second] {
                    let last = self.last_until(&log, state, branch, until_ms)?;
                    all.extend(last.map(|head| accepted_head(&log, head)));
                }
            } else if view.standing(log.device) == Standing::Out {
                let at = |branch, seq| self.store.held(&log, branch, seq).map(|entry| entry.map(|entry| entry.id()));
                let accepted = Accepted::of(state, at, |head| view.accepts(&log, head))?;
                for branch in [Branch::First, Branch::Second] {
                    let Some(seq) = accepted.last(branch) else { continue };
                    all.extend(at(branch, seq)?.map(|id| accepted_head(&log, Head { seq, id })));
                }
            }
        }
        let all: Vec<Hash> = all.into_iter().collect();
        Ok(all.chunks(ACCEPTED_MAX).map(<[Hash]>::to_vec).collect())
    }

    /// The last entry of a branch that says to be no later than a moment.
    pub(crate) fn last_until(
        &self,
        log: &LogId,
        state: &LogState,
        branch: Branch,
        until_ms: Option<u64>,
    ) -> Result<Option<Head>, StoreError> {
        let Some(tip) = state.tip_of(branch) else { return Ok(None) };
        let Some(until_ms) = until_ms else { return Ok(Some(tip)) };
        let first = if branch == Branch::First { state.lo } else { state.fork.map_or(state.lo, |fork| fork.at) };
        for seq in (first..=tip.seq).rev() {
            if let Some(entry) = self.store.held(log, branch, seq)?.filter(|held| held.header().stamp.ms() <= until_ms)
            {
                return Ok(Some(Head { seq, id: entry.id() }));
            }
        }
        Ok(None)
    }
}
