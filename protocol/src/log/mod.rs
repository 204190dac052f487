//! What a replica holds of a log, and how an entry is taken into it. SPEC.md §5.3.
//!
//! A log is meant to be a chain. Where its device signed two entries of the same sequence number
//! it *forks*; two branches are kept, chosen by the ids alone, so that what is kept is a function
//! of the entries that exist and not of the order in which they came.

mod accepted;
mod budget;
mod epochs;
mod memory;
mod restate;
mod take;

pub use accepted::Accepted;
pub use budget::within_budget;
pub use epochs::{EpochAnswer, admit_epoch, epochs_max};
pub use memory::{Linked, MemoryLog};
pub use restate::{RestatementPart, RunSeen, restate};
pub use take::{NotTaken, Placement, Taken, begin, take};

use crate::{
    Stamp,
    entry::Head,
    ids::{EntryId, Hash},
};
use serde::{Deserialize, Serialize};

/// Domain of [`LogState::digest`].
pub const LOG_STATE_CONTEXT: &str = "communaut 2026 log state";

/// Which of the two chains of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Branch {
    /// Holds everything before the fork too; the only one of a log that is not forked.
    First,
    /// Begins at the fork.
    Second,
}

/// The second branch of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// The first sequence number at which the branches differ.
    pub at: u64,
    /// Last entry of [`Branch::Second`].
    pub tip: Head,
}

/// What is held of a log: `lo` to the tips, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogState {
    /// Below this sequence number nothing counts any more, since the log restated it; 0 if it never did.
    pub floor: u64,
    /// The last entry of the restatement that begins there.
    pub base: Option<Head>,
    /// The lowest sequence number held. Above `floor`: the beginning has still to be fetched.
    pub lo: u64,
    /// Last entry of [`Branch::First`].
    pub tip: Head,
    /// The second branch, if the log is forked.
    pub fork: Option<Fork>,
    /// Stamp of the tip taken last, by which newcomers ask for the newest logs first: a hint that decides nothing.
    pub newest: Stamp,
}

impl LogState {
    /// Whether everything that counts is held.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.lo <= self.floor
    }

    /// The last entry of a branch.
    #[must_use]
    pub fn tip_of(&self, branch: Branch) -> Option<Head> {
        match branch {
            Branch::First => Some(self.tip),
            Branch::Second => self.fork.map(|fork| fork.tip),
        }
    }

    /// The tips, ascending by entry id: one, or two of a forked log.
    pub fn tips(&self) -> impl Iterator<Item = Head> + use<> {
        let (first, second) = (self.tip, self.fork.map(|fork| fork.tip));
        let swap = second.is_some_and(|second| second.id < first.id);
        let (one, two) = if swap { (second, Some(first)) } else { (Some(first), second) };
        one.into_iter().chain(two)
    }

    /// Whether an entry is one of the tips.
    #[must_use]
    pub fn has_tip(&self, id: EntryId) -> bool {
        self.tips().any(|tip| tip.id == id)
    }

    /// What replicas compare ([`state_digest`]).
    #[must_use]
    pub fn digest(&self) -> Hash {
        state_digest(self.floor, self.tips())
    }
}

/// What replicas compare of a log: `derive(LOG_STATE_CONTEXT, floor[8] ‖ for each tip seq[8] ‖ id[32])`.
pub fn state_digest(floor: u64, tips: impl IntoIterator<Item = Head>) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key(LOG_STATE_CONTEXT);
    hasher.update(&floor.to_be_bytes());
    for tip in tips {
        hasher.update(&tip.seq.to_be_bytes());
        hasher.update(&tip.id.0);
    }
    Hash(*hasher.finalize().as_bytes())
}
