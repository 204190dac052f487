//! What a round has looked at holds for the part of this replica that the peer is shown. SPEC.md §10.5.
//!
//! A log that the peer may not know of is declined, as if it were of no interest. What it may know of changes with what
//! it has proved, also within a round: then logs were declined that are wanted now.

use super::{Digest, Pull, Replica};

/// As what this replica is shown to the peer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsShown {
    /// The instance that the peer sees; none before the first round.
    instance: Option<Digest>,
    /// Whether it has become another one while a round is under way.
    changed: bool,
}

impl AsShown {
    /// Whether the round that ends looked at different parts of this replica, and not at all of the present one.
    pub fn is_other_than_at_start(self) -> bool {
        self.changed
    }
}

impl Pull {
    /// Note as what the replica is shown now, at every step: it may become another one and the first one again between
    /// a round's start and its end. What was covered as another one has to be compared anew.
    pub(super) fn look<R: Replica>(&mut self, replica: &R) {
        let (now, busy) = (replica.instance(), self.is_busy());
        let changed = self.shown.instance.is_some_and(|before| before != now);
        if changed {
            self.covered.clear();
        }
        self.shown = AsShown { instance: Some(now), changed: busy && (changed || self.shown.changed) };
    }
}
