//! The first of what passes, in order, while all of it is counted: of a frequent word nearly everything is only counted.

use super::{
    facets::Counter,
    filter::Filter,
    rows::{Quick, Rows, Slot, start},
    score::{Place, SCORE_BITS, Score},
};
use std::cmp::Ordering;

/// From this share of all elements on, those found are put in the order of names by walking through all names,
/// not by sorting.
const WALK_SHARE: usize = 8;
/// What is gathered before all but the first are left out: twice as many as are wanted, and no fewer than this, so that
/// it happens seldom.
const GATHERED_MIN: usize = 64;

/// One that passed, with all that decides its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// The less, the earlier.
    tier: u64,
    /// A distance or a date, the less the earlier.
    far: u64,
    name_start: u128,
    pub slot: Slot,
    pub place: Option<Place>,
}

/// How what passed is put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Distance,
    Date,
    Name,
}

impl By {
    pub fn of(filter: &Filter) -> Self {
        match (filter.has_distance(), filter.dated()) {
            (true, _) => Self::Distance,
            (false, true) => Self::Date,
            (false, false) => Self::Name,
        }
    }
}

/// A name that was typed whole, and its first bytes.
type Whole = (u128, String);

/// Takes what has the words.
pub(super) struct Taker<'a> {
    rows: &'a Rows,
    filter: &'a Filter,
    by: By,
    limit: usize,
    whole: Option<Whole>,
    /// Whether distances decide who passes, or are counted.
    measures: bool,
    counter: Option<Counter<'a>>,
    pub total: usize,
    kept: Vec<Passed>,
    /// What does not stand before this one is only counted.
    last: Option<Passed>,
}

impl<'a> Taker<'a> {
    pub fn new(rows: &'a Rows, filter: &'a Filter, limit: usize, counter: Option<Counter<'a>>) -> Self {
        let measures = filter.is_bounded() || counter.is_some() && filter.has_distance();
        let by = By::of(filter);
        Self { rows, filter, by, limit, whole: None, measures, counter, total: 0, kept: Vec::new(), last: None }
    }

    /// What is called just so comes first.
    pub fn with_whole(self, text: Option<String>) -> Self {
        Self { whole: text.map(|text| (start(&text), text)), ..self }
    }

    /// Take one, if it passes: with how it has the words, if any are asked for.
    pub fn take(&mut self, slot: Slot, score: Option<Score>) {
        let at = slot as usize;
        let Some(quick) = self.rows.quick().get(at).filter(|quick| self.filter.may_pass(quick)) else { return };
        let Some(unit) = self.rows.units().get(at) else { return };
        let mut chord2 = 0.0;
        if self.measures {
            chord2 = self.filter.chord2(unit);
            if !self.filter.is_near(unit, chord2) {
                return;
            }
        }
        if !self.filter.is_quick() && !self.rows.get(slot).is_some_and(|row| self.filter.passes_too(row)) {
            return;
        }
        self.total += 1;
        if let Some(counter) = &mut self.counter {
            counter.take(slot, chord2);
        }
        let tier = score.map_or(0, |score| self.tier(score, slot, quick));
        if self.limit == 0 || self.last.as_ref().is_some_and(|last| last.tier < tier) {
            return;
        }
        let far = match self.by {
            // Of numbers that are not negative, the bits order like the numbers.
            By::Distance if self.measures => chord2.max(0.0).to_bits(),
            By::Distance => self.filter.chord2(unit).max(0.0).to_bits(),
            By::Date => self.rows.get(slot).map_or(u64::MAX, |row| (self.filter.begins(row) as u64) ^ (1 << 63)),
            By::Name => 0,
        };
        self.keep(Passed { tier, far, name_start: quick.name_start, slot, place: score.map(Score::worst) });
    }

    /// Take all, where all pass.
    pub fn take_all(&mut self) {
        let count = self.rows.slots();
        let slots = || (0..).take(count);
        if self.by != By::Name || self.limit >= self.rows.len() {
            return slots().for_each(|slot| self.take(slot, None));
        }
        self.total = self.rows.len();
        if let Some(counter) = &mut self.counter {
            slots().for_each(|slot| counter.take(slot, 0.0));
        }
        let rows = self.rows;
        let passed = |slot: Slot| {
            let quick = rows.quick().get(slot as usize)?;
            Some(Passed { tier: 0, far: 0, name_start: quick.name_start, slot, place: None })
        };
        self.kept.extend(rows.by_name().take(self.limit).filter_map(passed));
    }

    /// Far from the point, a better place is still a better hit; of equal places, the nearest is. Without one: what is
    /// called just so and is what was typed, what is that, what is called just so; then by the worst place of any word
    /// before the places of all words.
    fn tier(&self, score: Score, slot: Slot, quick: &Quick) -> u64 {
        let best = Place::BEST as u64;
        let worst = best - score.worst() as u64;
        if self.by == By::Distance {
            return worst;
        }
        // The beginnings decide nearly always, and are at hand.
        let is_whole = self.whole.as_ref().is_some_and(|(start, whole)| {
            quick.name_start == *start && self.rows.get(slot).is_some_and(|row| *row.name == **whole)
        });
        let group = match (worst == 0, is_whole) {
            (true, true) => 0_u64,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        let all = (1 << SCORE_BITS) - 1;
        group << (SCORE_BITS + 4) | worst << SCORE_BITS | (all - (score.number() & all))
    }

    fn keep(&mut self, passed: Passed) {
        if self.last.as_ref().is_some_and(|last| compare(self.rows, &passed, last) != Ordering::Less) {
            return;
        }
        self.kept.push(passed);
        if self.kept.len() >= self.limit.saturating_mul(2).max(GATHERED_MIN) {
            self.cut();
        }
    }

    /// Leave out what is behind the first ones.
    fn cut(&mut self) {
        if self.limit < self.kept.len() && self.limit > 0 {
            let rows = self.rows;
            let (_, last, _) = self.kept.select_nth_unstable_by(self.limit - 1, |a, b| compare(rows, a, b));
            self.last = Some(*last);
            self.kept.truncate(self.limit);
        }
    }

    /// The first ones in order, and what was counted.
    pub fn finish(mut self) -> (usize, Vec<Passed>, Option<Counter<'a>>) {
        self.cut();
        let rows = self.rows;
        let without_words = self.kept.iter().all(|passed| passed.place.is_none());
        if self.by == By::Name && without_words && self.kept.len() > rows.len() / WALK_SHARE {
            let mut held: Vec<Option<Passed>> = vec![None; rows.slots()];
            for passed in self.kept.drain(..) {
                if let Some(entry) = held.get_mut(passed.slot as usize) {
                    *entry = Some(passed);
                }
            }
            self.kept.extend(rows.by_name().filter_map(|slot| *held.get(slot as usize)?));
        } else {
            self.kept.sort_unstable_by(|a, b| compare(rows, a, b));
        }
        (self.total, self.kept, self.counter)
    }
}

fn compare(rows: &Rows, a: &Passed, b: &Passed) -> Ordering {
    let keys = (a.tier, a.far, a.name_start).cmp(&(b.tier, b.far, b.name_start));
    keys.then_with(|| match (rows.get(a.slot), rows.get(b.slot)) {
        (Some(a), Some(b)) => a.name.cmp(&b.name).then_with(|| a.view.id.cmp(&b.view.id)),
        _ => Ordering::Equal,
    })
}
