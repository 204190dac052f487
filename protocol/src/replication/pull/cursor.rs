//! What survives a restart of the asker, so that peers that have met stay cheap. SPEC.md §9.1.

use super::{Digest, Prefixes, Pull, Seen};
use serde::{Deserialize, Serialize};

/// How far a peer has been followed, in a few bytes: what survives a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// How far.
    pub seen: Seen,
    /// Digest of the interests for which that holds.
    pub interests: Digest,
    /// Own arrival number when the last round ended.
    pub told: u64,
}

impl Pull {
    /// Towards a peer that was followed before a restart. It is taken to remember the interests that were registered
    /// with it; one that does not says so, and is told them again.
    #[must_use]
    pub fn from_cursor(cursor: Cursor) -> Self {
        let Cursor { seen, interests, told } = cursor;
        Self { seen: Some(seen), kept: Some(interests), told, ..Self::default() }
    }
    /// What to keep over a restart; none while nothing has been followed.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        let interests = match self.kept {
            Some(kept) => kept,
            None => Prefixes::digest(&self.covered),
        };
        Some(Cursor { seen: self.seen?, interests, told: self.told })
    }

    /// Before the first round: go on from the cursor, if the interests are those for which it holds.
    pub(super) fn take_up(&mut self) {
        if let Some(kept) = self.kept.take() {
            if Prefixes::digest(&self.interests) == kept {
                self.covered.clone_from(&self.interests);
                self.registered.clone_from(&self.interests);
            } else {
                // Of which it holds is not known any more: all is compared.
                self.seen = None;
            }
        }
    }
}
