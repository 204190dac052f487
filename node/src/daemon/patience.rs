//! How long is waited before something is for good: a clock that jumps must not end a wait of a week.

use communaut_protocol::clock::{Monotonic, OwnClock};

/// Milliseconds by which the system's clock may run ahead of the monotone one between two looks, which come once a
/// second: more is a jump, and not a clock that is set right.
const JUMP_MS: u64 = 60 * 1_000;

/// What of the time that clocks show has not gone by while the node ran.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    /// The latest moment known, and the monotone clock then.
    seen: Option<(u64, Monotonic)>,
    jumped_ms: u64,
    shown_ms: u64,
}

impl Patience {
    /// Look at the clocks: the machine's own, and the monotone one.
    pub fn look(&mut self, own: OwnClock, monotonic: Monotonic) {
        let now_ms = own.latest_ms();
        if let Some((was_ms, at_ms)) = self.seen.replace((now_ms, monotonic)) {
            let passed = monotonic.since(at_ms);
            let ahead = now_ms.saturating_sub(was_ms.saturating_add(passed));
            if ahead > JUMP_MS {
                self.jumped_ms = self.jumped_ms.saturating_add(ahead);
            }
            self.jumped_ms = self.jumped_ms.saturating_sub(was_ms.saturating_sub(now_ms));
        }
        self.shown_ms = now_ms.saturating_sub(self.jumped_ms);
    }
    /// By which waits are measured that end in something for good. Late rather than early: a machine that slept has not
    /// waited.
    pub fn now_ms(&self) -> u64 {
        self.shown_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    const START_MS: u64 = 1_800_000_000_000;

    fn own(system_ms: u64) -> OwnClock {
        OwnClock { system_ms, known_ms: START_MS }
    }

    #[test]
    fn what_a_clock_jumps_over_has_not_been_waited() {
        let mut patience = Patience::default();
        patience.look(own(START_MS), Monotonic::from_ms(5_000));
        patience.look(own(START_MS + DAY_MS), Monotonic::from_ms(5_000 + DAY_MS));
        assert_eq!(patience.now_ms(), START_MS + DAY_MS, "a day that went by");
        // Set right by some seconds: not a jump.
        patience.look(own(START_MS + DAY_MS + 31_000), Monotonic::from_ms(6_000 + DAY_MS));
        assert_eq!(patience.now_ms(), START_MS + DAY_MS + 31_000);
        // Ten years ahead, a minute there, and back.
        let before = patience.now_ms();
        for (ahead, passed) in [(3_650 * DAY_MS, 1_000), (3_650 * DAY_MS, 61_000), (0, 62_000)] {
            patience.look(own(before + ahead + passed), Monotonic::from_ms(6_000 + DAY_MS + passed));
            assert!((before..=before + passed).contains(&patience.now_ms()), "{} of {before}", patience.now_ms());
        }
        // Behind what was known nothing goes on, and nothing is due.
        let before = patience.now_ms();
        patience.look(own(START_MS - 3_650 * DAY_MS), Monotonic::from_ms(90_000 + DAY_MS));
        assert!(patience.now_ms() <= before);
    }
}
