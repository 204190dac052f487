//! The clocks of a node: nothing here looks at one, what they show comes with each input.

use super::patience::Patience;
use communaut_protocol::{
    Hlc, Scope, Stamp,
    clock::{Monotonic, OwnClock},
};
use std::collections::BTreeMap;

/// The day of this program: no clock is before it. 2026-11-24.
const MADE_MS: u64 = 1_795_478_400_000;
/// Milliseconds between two times that the clock is remembered.
const REMEMBER_EVERY_MS: u64 = 10 * 60 * 1_000;

/// What clocks show when an input comes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Now {
    /// The system's, milliseconds since 1970 UTC.
    pub system_ms: u64,
    /// A monotone one, milliseconds since some moment before the first input.
    pub monotonic: Monotonic,
}

/// As of the input being handled.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    /// Give the stamps of what is written here.
    pub stamps: Stamps,
    /// The reference by which stamps are judged, milliseconds since 1970 UTC.
    pub now_ms: u64,
    /// What this machine knows of the time by itself.
    pub own: OwnClock,
    /// Milliseconds by a clock that never jumps: for waits.
    pub monotonic: Monotonic,
    /// For what is for good.
    pub patience: Patience,
    /// The latest moment that this replica has known, milliseconds since 1970 UTC.
    known_ms: u64,
}

/// One clock in the open, and one in each closed scope: what is written and read there would otherwise show in the
/// stamps of what stands in the open, or in another community. SPEC.md §3.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    open: Hlc,
    /// As many as there are closed scopes of which something is held.
    closed: BTreeMap<Scope, Hlc>,
}

impl Stamps {
    fn of(&mut self, scope: &Scope) -> &mut Hlc {
        if scope.is_closed() { self.closed.entry(*scope).or_default() } else { &mut self.open }
    }
    /// For what is written now, as of [`Hlc::next`].
    pub fn next(&mut self, scope: &Scope, now_ms: u64) -> Stamp {
        self.of(scope).next(now_ms)
    }
    /// As of [`Hlc::observe`].
    pub fn observe(&mut self, scope: &Scope, seen: Stamp, now_ms: u64) {
        self.of(scope).observe(seen, now_ms);
    }
}

impl Clocks {
    /// Of a replica that has known this moment, milliseconds since 1970 UTC.
    pub fn knowing(known_ms: u64) -> Self {
        Self { known_ms, ..Self::default() }
    }

    /// Look at the clocks: the system's, what it has said before, the day of this program, those of peers
    /// (SPEC.md §7.6).
    pub fn look(&mut self, now: Now, peers: impl Iterator<Item = u64>) {
        self.own = OwnClock { system_ms: now.system_ms, known_ms: self.known_ms.max(MADE_MS) };
        self.monotonic = now.monotonic;
        self.patience.look(self.own, now.monotonic);
        self.now_ms = self.own.reference(peers);
    }

    /// What of this machine's clock is due to be remembered, as soon as it shows it: what is written in an hour that is
    /// far ahead would else be held back here once the clock has gone back. What peers say is not remembered: else
    /// liars could pull a little further each time.
    pub fn due(&mut self) -> Option<u64> {
        let own_ms = self.own.latest_ms();
        let due = own_ms >= self.known_ms.saturating_add(REMEMBER_EVERY_MS);
        due.then(|| {
            self.known_ms = own_ms;
            own_ms
        })
    }
}
