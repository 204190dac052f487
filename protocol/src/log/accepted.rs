//! What still counts of a log whose device was taken out. SPEC.md §7.1.

use super::{Branch, LogState};
use crate::{entry::Head, ids::EntryId};

/// How far a log counts: an entry that was accepted, and everything before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The last sequence number of [`Branch::First`] that counts.
    first: Option<u64>,
    /// The same of [`Branch::Second`].
    second: Option<u64>,
}

impl Accepted {
    /// Of what is held of a log. `at` tells the id held by a branch at a sequence number, `accepts` whether an entry
    /// was accepted as the last one of its branch.
    pub fn of<E>(
        state: &LogState,
        at: impl Fn(Branch, u64) -> Result<Option<EntryId>, E>,
        accepts: impl Fn(Head) -> bool,
    ) -> Result<Self, E> {
        let last = |branch, from: u64, tip: Head| -> Result<Option<u64>, E> {
            for seq in (from..=tip.seq).rev() {
                if at(branch, seq)?.is_some_and(|id| accepts(Head { seq, id })) {
                    return Ok(Some(seq));
                }
            }
            Ok(None)
        };
        let mut accepted = Self { first: last(Branch::First, state.lo, state.tip)?, second: None };
        if let Some(fork) = state.fork {
            accepted.second = last(Branch::Second, fork.at, fork.tip)?;
            if accepted.second.is_some() {
                // What lies before the fork comes before both.
                accepted.first = accepted.first.max(fork.at.checked_sub(1));
            }
        }
        Ok(accepted)
    }

    /// Whether an entry counts.
    #[must_use]
    pub fn covers(&self, branch: Branch, seq: u64) -> bool {
        self.last(branch).is_some_and(|last| seq <= last)
    }
    /// The last sequence number of a branch that counts.
    #[must_use]
    pub const fn last(&self, branch: Branch) -> Option<u64> {
        match branch {
            Branch::First => self.first,
            Branch::Second => self.second,
        }
    }
}
