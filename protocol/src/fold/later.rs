//! Records whose stamp lies in the future: stored and relayed at once, folded when their time has come. SPEC.md §7.6.

use super::Record;
use crate::{
    Stamp,
    ids::EntryId,
    limits::{CLOCK_AHEAD_MS, LATER_MAX},
    op::Op,
    scope::Scope,
};
use std::collections::BTreeMap;

/// What waits for its time.
#[derive(Debug, Clone, Default)]
pub struct Later {
    waiting: BTreeMap<(Stamp, EntryId), Record>,
}

impl Later {
    /// Those of the records that can be folded now; the others wait. Beyond [`LATER_MAX`] those furthest ahead are
    /// let go: they come from the store again when the replica is folded anew.
    pub fn sift(&mut self, records: Vec<Record>, now_ms: u64) -> Vec<Record> {
        let mut due = Vec::with_capacity(records.len());
        for record in records {
            if is_due(record.stamp, now_ms) || is_act(&record.op) {
                due.push(record);
            } else {
                self.waiting.insert(record.order(), record);
                if self.waiting.len() > LATER_MAX {
                    self.waiting.pop_last();
                }
            }
        }
        due
    }

    /// Let go what waits of a scope, which is fed again from what is held now: of that something may be gone.
    pub fn forget(&mut self, scope: &Scope) {
        self.waiting.retain(|_, record| record.log.scope != *scope);
    }

    /// Those whose time has come, in the order of their stamps.
    pub fn due(&mut self, now_ms: u64) -> Vec<Record> {
        let mut due = Vec::new();
        while let Some(first) = self.waiting.first_entry() {
            if !is_due(first.key().0, now_ms) {
                break;
            }
            due.push(first.remove());
        }
        due
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Acts of identities, which no stamp decides: which entries are taken depends on them, and must not depend on a clock.
fn is_act(op: &Op) -> bool {
    op.is_identity_act() || matches!(op, Op::Witness(_))
}

fn is_due(stamp: Stamp, now_ms: u64) -> bool {
    stamp.ms() <= now_ms.saturating_add(CLOCK_AHEAD_MS)
}
