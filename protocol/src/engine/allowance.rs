//! How much of something one peer may have: a store that is emptied by use and fills again with time. Pure: the time is
//! handed in.

use crate::clock::Monotonic;

/// Kept with the peer, so that it does not fill by connecting anew.
#[derive(Debug, Clone)]
pub struct Allowance {
    most: i64,
    per_second: i64,
    /// Below zero where more was used than was left.
    left: i64,
    /// Up to when it has been filled.
    filled: Monotonic,
}

impl Allowance {
    /// A full one.
    #[must_use]
    pub const fn new(most: i64, per_second: i64) -> Self {
        Self { most, per_second, left: most, filled: Monotonic::from_ms(0) }
    }

    /// Whether there is some left. What is used may be more than that, once.
    pub fn has(&mut self, monotonic: Monotonic) -> bool {
        self.fill(monotonic);
        self.left > 0
    }

    /// Whether it is half full again: where it was empty, there is no use in going on for a moment only.
    pub fn has_half(&mut self, monotonic: Monotonic) -> bool {
        self.fill(monotonic);
        self.left.saturating_mul(2) >= self.most
    }

    /// Use some.
    pub fn use_up(&mut self, units: usize) {
        self.left = self.left.saturating_sub(i64::try_from(units).unwrap_or(i64::MAX));
    }

    fn fill(&mut self, monotonic: Monotonic) {
        let passed = i64::try_from(monotonic.since(self.filled)).unwrap_or(i64::MAX);
        let more = passed.saturating_mul(self.per_second).checked_div(1_000).unwrap_or(0);
        if more > 0 {
            self.left = self.left.saturating_add(more).min(self.most);
            // What was too little for a unit is not lost.
            let counted = more.saturating_mul(1_000).checked_div(self.per_second).unwrap_or(passed);
            self.filled = self.filled.after(u64::try_from(counted).unwrap_or(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_emptied_by_use_fills_with_time_and_saves_up_no_more_than_it_holds() {
        let mut allowance = Allowance::new(100, 10);
        assert!(allowance.has(Monotonic::from_ms(0)));
        allowance.use_up(99);
        assert!(allowance.has(Monotonic::from_ms(0)));
        allowance.use_up(51);
        assert!(!allowance.has(Monotonic::from_ms(4_999)), "used beyond what was left");
        assert!(allowance.has(Monotonic::from_ms(5_100)));
        assert!(!allowance.has_half(Monotonic::from_ms(9_900)) && allowance.has_half(Monotonic::from_ms(10_100)));
        allowance.use_up(60);
        assert!(allowance.has(Monotonic::from_ms(10_000_000_000)), "hours later");
        allowance.use_up(100);
        assert!(!allowance.has(Monotonic::from_ms(10_000_000_000)));
    }

    #[test]
    fn what_is_too_little_for_a_unit_is_not_lost() {
        let mut allowance = Allowance::new(100, 10);
        allowance.use_up(100);
        let got = (1..=300)
            .filter(|tenth| {
                allowance.has(Monotonic::from_ms(tenth * 3)) && {
                    allowance.use_up(1);
                    true
                }
            })
            .count();
        assert_eq!(got, 9, "ten a second, asked every 3 ms for 0.9 s");
    }
}
