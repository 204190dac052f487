//! The hybrid logical clock (Kulkarni et al., 2014). The time is handed in.

use crate::limits::CLOCK_AHEAD_MS;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970 UTC in the upper 48 bits, a counter in the lower 16.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(pub u64);

impl Stamp {
    /// The first stamp of a millisecond.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms << 16)
    }
    /// Milliseconds since 1970 UTC.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0 >> 16
    }
}

/// Gives stamps that never go back and follow what was observed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hlc {
    last: Stamp,
}

impl Hlc {
    /// The next stamp for something written now.
    pub fn next(&mut self, now_ms: u64) -> Stamp {
        self.last = Stamp::from_ms(now_ms).max(Stamp(self.last.0.saturating_add(1)));
        self.last
    }
    /// Follow a stamp seen elsewhere, unless it runs too far ahead of our own clock.
    pub fn observe(&mut self, seen: Stamp, now_ms: u64) {
        if seen.ms() <= now_ms.saturating_add(CLOCK_AHEAD_MS) {
            self.last = self.last.max(seen);
        }
    }
}
