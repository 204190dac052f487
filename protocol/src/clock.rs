//! The hybrid logical clock (Kulkarni et al., 2014), and the reference by which stamps are
//! judged. The time is handed in.

use crate::limits::{CLOCK_AHEAD_MS, PEER_CLOCKS_MIN, PEERS_AHEAD_LOST_MS, PEERS_AHEAD_MS};
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

/// A moment, in milliseconds since a node started, by a clock that never jumps: for waits. A type of its own, so that
/// no wait is measured by a clock that somebody can set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Monotonic(u64);

impl Monotonic {
    /// So many milliseconds after the start.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }
    /// Milliseconds since the start.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0
    }
    /// The moment so many milliseconds later.
    #[must_use]
    pub const fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
    /// Milliseconds since an earlier moment; 0 if that is a later one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A peer's clock, as it was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldClock {
    told_ms: u64,
    heard_at_ms: u64,
}

impl ToldClock {
    /// Told when our own monotone clock showed so much. How long it was under way is not known, and does
    /// not matter where minutes do.
    #[must_use]
    pub const fn new(told_ms: u64, elapsed_ms: u64) -> Self {
        Self { told_ms, heard_at_ms: elapsed_ms }
    }
    /// What it shows now, if it runs as ours does.
    #[must_use]
    pub const fn now(self, elapsed_ms: u64) -> u64 {
        self.told_ms.saturating_add(elapsed_ms.saturating_sub(self.heard_at_ms))
    }
}

/// What a node knows of the time by itself, in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnClock {
    /// What the system says.
    pub system_ms: u64,
    /// The later of the latest moment known before and the day that the program was made.
    pub known_ms: u64,
}

impl OwnClock {
    /// The latest of both.
    #[must_use]
    pub fn latest_ms(self) -> u64 {
        self.system_ms.max(self.known_ms)
    }
    /// Whether the system's clock has lost time: it is behind what was known.
    #[must_use]
    pub const fn is_lost(self) -> bool {
        self.system_ms < self.known_ms
    }
    /// What is told to peers: the system's clock and not the reference, so that an error does not go round;
    /// nothing if it has lost time.
    #[must_use]
    pub fn told(self) -> Option<u64> {
        Some(self.system_ms).filter(|_| !self.is_lost())
    }
    /// By which stamps are judged (SPEC.md §7.6): what is known here, or the median of what connected peers
    /// say (of an even number the earlier of the two in the middle), if that is later; within bounds, since
    /// most peers may be one liar's.
    #[must_use]
    pub fn reference(self, peers: impl IntoIterator<Item = u64>) -> u64 {
        let own = self.latest_ms();
        let mut clocks: Vec<u64> = peers.into_iter().collect();
        if clocks.len() < PEER_CLOCKS_MIN {
            return own;
        }
        clocks.sort_unstable();
        let median = clocks.get(clocks.len().saturating_sub(1) >> 1).copied().unwrap_or_default();
        let most = if self.is_lost() { PEERS_AHEAD_LOST_MS } else { PEERS_AHEAD_MS };
        own.max(median.min(own.saturating_add(most)))
    }
}
