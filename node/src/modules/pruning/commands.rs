//! Restating this device's logs of open cells, so that what stood before can go. SPEC.md §5.5.

use super::{NotPruned, Prune, Pruned, PrunedLog};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, write::Place},
    },
    failure::Failure,
    store::StoreError,
};
use communaut_protocol::{
    Entry, Header, LogId, Scope,
    entry::HeldEntry,
    fold::{Record, ScopeView, restate, restated},
    op::{Op, RestateOp},
    private::Draw,
};
use std::collections::HashMap;

/// What restating one log would do.
struct Plan {
    scope: Scope,
    before: Vec<HeldEntry>,
    ops: Vec<RestateOp>,
}

impl Act for Prune {
    fn act(self, replica: &mut Replica) -> Result<Pruned, Failure> {
        replica.author()?;
        let (mut pruned, mut left) = (Vec::new(), Vec::new());
        let mut logs: Vec<LogId> = replica.logs.values().filter(|log| replica.may_restate(log)).copied().collect();
        logs.sort_unstable();
        for log in logs {
            match replica.plan(log)? {
                Ok(plan) => pruned.extend(replica.carry_out(plan)?),
                Err(why) => left.push(NotPruned { cell: log.scope.cell, why }),
            }
        }
        Ok(Pruned { logs: pruned, left })
    }
}

impl Replica {
    /// What the restatements of a scope say, each in the place that it had.
    pub(crate) fn restated(&self, scope: &Scope) -> Result<Vec<Record>, StoreError> {
        let runs = self.store.restatements(scope)?.into_iter();
        let records = runs.map(|run| run.iter().filter_map(|entry| Record::of(entry).ok()).collect::<Vec<Record>>());
        Ok(records.flat_map(|run| restated(&run)).collect())
    }

    fn view(&self, scope: &Scope) -> ScopeView {
        self.views.scopes().get(scope).cloned().unwrap_or_default()
    }

    /// A log that this device goes on writing in, of an open cell, held whole and not forked.
    fn may_restate(&self, log: &LogId) -> bool {
        let whole = self.store.log(log).is_some_and(|state| state.is_complete() && state.fork.is_none());
        let open = log.scope.cell.is_place() && log.scope.container.is_zero() && !log.scope.is_wide();
        whole && open && !self.closed.contains(log)
    }

    fn plan(&self, log: LogId) -> Result<Result<Plan, String>, Failure> {
        let before = self.store.log_entries(&log).map_err(internal)?;
        self.author()?;
        let planned = restate(&before, &self.view(&log.scope).erasures);
        Ok(planned.map(|ops| Plan { scope: log.scope, before, ops }).map_err(|why| why.to_string()))
    }

    /// Write a restatement, if it saves something.
    fn carry_out(&mut self, plan: Plan) -> Result<Option<PrunedLog>, Failure> {
        let Plan { scope, before, ops } = plan;
        self.author()?;
        let mut place = self.own_log(scope, 0)?;
        let last = ops.len().saturating_sub(1);
        let mut entries: Vec<Entry> = Vec::with_capacity(ops.len());
        for (at, op) in ops.into_iter().enumerate() {
            let op = Op::Restate(op);
            let mut draw = Draw::new(self.random()?);
            let written = op.written(&mut || draw.bytes());
            let (flags, payload) = written.map_err(|error| Failure::internal(error.to_string()))?;
            let flags = if at == last { Header::prune_flags(at).unwrap_or_default() } else { flags };
            let header = Header { flags, ..self.header(place, op.schema()) };
            let entry = self.sign(header.over(&payload), payload)?;
            place = Place::after(&entry);
            entries.push(entry);
        }
        let report = PrunedLog {
            cell: scope.cell,
            entries_before: before.len() as u64,
            entries_after: entries.len() as u64,
            bytes_before: before.iter().map(|entry| bytes(entry.header(), entry.signed().bytes())).sum(),
            bytes_after: entries.iter().map(|entry| bytes(entry.header(), entry.header_bytes())).sum(),
        };
        let smaller = report.entries_after < report.entries_before && report.bytes_after < report.bytes_before;
        if !smaller {
            return Ok(None);
        }
        self.keep(entries, HashMap::from([(scope, place)]))?;
        Ok(Some(report))
    }
}

fn bytes(header: &Header, encoded: &[u8]) -> u64 {
    encoded.len() as u64 + u64::from(header.payload_size)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn internal(error: StoreError) -> Failure {
    Failure::internal(error.to_string())
}
