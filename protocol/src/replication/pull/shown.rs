//! What a round concludes holds for the part of this replica that the peer was shown in it. SPEC.md §10.5.
//!
//! A log that the peer may not know of is declined, as if it were of no interest. What it may know of changes with what
//! it has proved, also in the middle of a round: then logs were declined that are wanted now.

use super::{Digest, Pull, Replica};

/// As which instance this replica is shown to the peer ([`Replica::instance`]).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ShownInstance {
    /// As of the last step; none before the first round.
    now: Option<Digest>,
    /// Whether it has changed since the round under way began.
    changed_in_round: bool,
}

impl ShownInstance {
    /// Whether the round that ends has declined logs as another instance than the one of now, or may have.
    pub fn changed_in_round(self) -> bool {
        self.changed_in_round
    }
}

impl Pull {
    /// Note the instance at every step: it may become another one and the first one again between a round's start and
    /// its end. What was covered as another one is compared anew.
    pub(super) fn look<R: Replica>(&mut self, replica: &R) {
        let (now, busy) = (replica.instance(), self.is_busy());
        let changed = self.shown.now.is_some_and(|before| before != now);
        if changed {
            self.covered.clear();
        }
        let changed_in_round = busy && (changed || self.shown.changed_in_round);
        self.shown = ShownInstance { now: Some(now), changed_in_round };
    }
}
