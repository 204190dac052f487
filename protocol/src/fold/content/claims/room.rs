//! How much of a resource is taken, at any time.

use crate::{
    limits::CLAIMED_TIMES_MAX,
    op::{ClaimOp, ClaimedTime},
};
use std::collections::BTreeMap;

/// Places taken. Whatever is asked or changed takes as many steps as the number of times has digits.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// At all times.
    always: u64,
    /// All moments at which a claim begins or ends, ascending: between two of them nothing changes.
    moments: Vec<i64>,
    /// Of the spans after each moment a tree: below each node half of its spans each. How much is taken of all spans of
    /// a node alike, and the most of one of them, with that.
    alike: Vec<u64>,
    most: Vec<u64>,
    /// Claims with a time of their own.
    timed: usize,
    /// Of each occurrence what is taken of it alone; and of each such number how many occurrences have it.
    days: BTreeMap<i32, u64>,
    numbers: BTreeMap<u64, usize>,
}

/// A node of the tree: its number, the first below it are twice that; and the spans that it covers.
#[derive(Clone, Copy)]
struct Covers {
    node: usize,
    from: usize,
    to: usize,
}

impl Covers {
    fn halves(self) -> [Self; 2] {
        let middle = self.from.midpoint(self.to);
        let (node, other) = (self.node.saturating_mul(2), self.node.saturating_mul(2).saturating_add(1));
        [Self { node, to: middle, ..self }, Self { node: other, from: middle, ..self }]
    }
    fn is_within(self, (from, to): (usize, usize)) -> bool {
        from <= self.from && self.to <= to
    }
    fn meets(self, (from, to): (usize, usize)) -> bool {
        self.from < to && from < self.to
    }
}

impl Room {
    /// For claims at these times, and no others.
    pub fn during(times: impl Iterator<Item = ClaimedTime>) -> Self {
        let mut moments: Vec<i64> = times.flat_map(|during| [during.start_ms, during.end_ms]).collect();
        moments.sort_unstable();
        moments.dedup();
        let nodes = moments.len().next_power_of_two().saturating_mul(2);
        Self { alike: vec![0; nodes], most: vec![0; nodes], moments, ..Self::default() }
    }

    /// Whether a claim fits beside what is taken.
    pub fn fits(&self, claim: &ClaimOp, capacity: Option<u32>, exclusive: bool) -> bool {
        let used = match claim.occurrence {
            Some(day) => self.used_during(None).saturating_add(self.on(day)),
            None => self.used_during(claim.during).saturating_add(self.on_any()),
        };
        let all = used.saturating_add(claim.places.into());
        let full = capacity.is_some_and(|capacity| all > capacity.into());
        let many = claim.during.is_some() && self.timed >= CLAIMED_TIMES_MAX;
        !(full || many || exclusive && used > 0)
    }

    /// The most that is taken at any moment of any occurrence.
    pub fn used(&self) -> u64 {
        self.used_during(None).saturating_add(self.on_any())
    }

    /// The same of each occurrence of which something is taken apart.
    pub fn on_days(&self) -> BTreeMap<i32, u64> {
        let all = self.used_during(None);
        self.days.iter().map(|(day, taken)| (*day, taken.saturating_add(all))).collect()
    }

    fn on(&self, day: i32) -> u64 {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// Of the occurrence of which most is taken.
    fn on_any(&self) -> u64 {
        self.numbers.last_key_value().map_or(0, |(most, _)| *most)
    }

    fn change_on(&mut self, day: i32, to: impl Fn(u64) -> u64) {
        let before = self.on(day);
        let now = to(before);
        if let Some(count) = self.numbers.get_mut(&before) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.numbers.remove(&before);
            }
        }
        if now == 0 {
            self.days.remove(&day);
            return;
        }
        self.days.insert(day, now);
        let count = self.numbers.entry(now).or_default();
        *count = count.saturating_add(1);
    }

    /// The most that is taken at any moment of a time by what counts in every occurrence; none: ever.
    fn used_during(&self, during: Option<ClaimedTime>) -> u64 {
        let spans = during.map_or((0, self.moments.len()), |during| self.spans(during));
        self.always.saturating_add(self.most_in(self.whole(), spans))
    }

    pub fn take(&mut self, claim: &ClaimOp) {
        self.change(claim, u64::saturating_add, usize::saturating_add);
    }

    pub fn free(&mut self, claim: &ClaimOp) {
        self.change(claim, u64::saturating_sub, usize::saturating_sub);
    }

    fn change(&mut self, claim: &ClaimOp, to: fn(u64, u64) -> u64, timed: fn(usize, usize) -> usize) {
        let places = u64::from(claim.places);
        if let Some(day) = claim.occurrence {
            self.change_on(day, |taken| to(taken, places));
            return;
        }
        match claim.during {
            None => self.always = to(self.always, places),
            Some(during) => {
                self.timed = timed(self.timed, 1);
                self.change_in(self.whole(), self.spans(during), &|taken| to(taken, places));
            }
        }
    }

    fn spans(&self, during: ClaimedTime) -> (usize, usize) {
        let at = |ms| self.moments.partition_point(|moment| *moment < ms);
        (at(during.start_ms), at(during.end_ms))
    }

    fn whole(&self) -> Covers {
        Covers { node: 1, from: 0, to: self.moments.len().next_power_of_two() }
    }

    fn most_in(&self, at: Covers, spans: (usize, usize)) -> u64 {
        let held = |of: &[u64]| of.get(at.node).copied().unwrap_or_default();
        if !at.meets(spans) {
            return 0;
        }
        if at.is_within(spans) {
            return held(&self.most);
        }
        let most = at.halves().map(|half| self.most_in(half, spans)).into_iter().max();
        held(&self.alike).saturating_add(most.unwrap_or_default())
    }

    fn change_in(&mut self, at: Covers, spans: (usize, usize), to: &impl Fn(u64) -> u64) {
        if !at.meets(spans) {
            return;
        }
        if at.is_within(spans) {
            for held in [&mut self.alike, &mut self.most].into_iter().filter_map(|all| all.get_mut(at.node)) {
                *held = to(*held);
            }
            return;
        }
        let halves = at.halves();
        halves.into_iter().for_each(|half| self.change_in(half, spans, to));
        let most = halves.iter().filter_map(|half| self.most.get(half.node)).max().copied().unwrap_or_default();
        let alike = self.alike.get(at.node).copied().unwrap_or_default();
        if let Some(held) = self.most.get_mut(at.node) {
            *held = alike.saturating_add(most);
        }
    }
}
