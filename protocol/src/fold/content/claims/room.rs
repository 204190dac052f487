//! How much of a resource is taken, at any time.

use crate::{
    limits::CLAIMED_TIMES_MAX,
    op::{ClaimOp, ClaimedTime},
};
use std::collections::BTreeMap;

/// Places taken.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// At all times.
    always: u64,
    /// Beside those, from each time on until the next.
    steps: BTreeMap<i64, u64>,
    /// Claims with a time of their own.
    timed: usize,
}

impl Room {
    /// Whether a claim fits beside what is taken.
    pub fn fits(&self, claim: &ClaimOp, capacity: Option<u32>, exclusive: bool) -> bool {
        let used = self.used(claim.during);
        let all = used.saturating_add(claim.places.into());
        let full = capacity.is_some_and(|capacity| all > capacity.into());
        let many = claim.during.is_some() && self.timed >= CLAIMED_TIMES_MAX;
        !(full || many || exclusive && used > 0)
    }

    /// The most that is taken at any moment of a time; none: ever.
    pub fn used(&self, during: Option<ClaimedTime>) -> u64 {
        let most = match during {
            None => self.steps.values().copied().max().unwrap_or_default(),
            Some(ClaimedTime { start_ms, end_ms }) => {
                let within = self.steps.range(start_ms..end_ms).map(|(_, used)| *used);
                within.chain([self.at(start_ms)]).max().unwrap_or_default()
            }
        };
        self.always.saturating_add(most)
    }

    pub fn take(&mut self, claim: &ClaimOp) {
        let places = u64::from(claim.places);
        let Some(during) = claim.during else {
            self.always = self.always.saturating_add(places);
            return;
        };
        self.timed = self.timed.saturating_add(1);
        self.change(during, |used| used.saturating_add(places));
    }

    pub fn free(&mut self, claim: &ClaimOp) {
        let places = u64::from(claim.places);
        let Some(during) = claim.during else {
            self.always = self.always.saturating_sub(places);
            return;
        };
        self.timed = self.timed.saturating_sub(1);
        self.change(during, |used| used.saturating_sub(places));
    }

    fn at(&self, ms: i64) -> u64 {
        self.steps.range(..=ms).next_back().map_or(0, |(_, used)| *used)
    }

    /// A step where nothing changes is none: there are no more than two for each claim.
    fn change(&mut self, during: ClaimedTime, to: impl Fn(u64) -> u64) {
        let ends = [during.start_ms, during.end_ms];
        for end in ends {
            self.steps.insert(end, self.at(end));
        }
        for (_, used) in self.steps.range_mut(during.start_ms..during.end_ms) {
            *used = to(*used);
        }
        for end in ends {
            let before = self.steps.range(..end).next_back().map_or(0, |(_, used)| *used);
            if self.steps.get(&end) == Some(&before) {
                self.steps.remove(&end);
            }
        }
    }
}
