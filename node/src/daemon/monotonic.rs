//! The clock for waits. A type of its own, so that no wait is measured by a clock that somebody can set.

/// A moment, in milliseconds since the node started, by a clock that never jumps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Monotonic(u64);

impl Monotonic {
    /// So many milliseconds after the start.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }
    /// Milliseconds since the start.
    pub const fn ms(self) -> u64 {
        self.0
    }
    /// The moment so many milliseconds later.
    pub const fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
    /// Milliseconds since an earlier moment; 0 if that is a later one.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
