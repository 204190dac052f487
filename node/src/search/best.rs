//! The first of what passes, in order, while all of it is counted: of a frequent word nearly all is only counted.

use super::{
    facets::Counter,
    filter::Filter,
    rows::{Rows, Slot},
    score::{Place, SCORE_BITS, Score},
};
use std::{cmp::Ordering, num::NonZeroU32};

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

/// A name that was typed whole, and between which ranks those stand that have it.
struct Whole {
    name: String,
    ranks: Option<(NonZeroU32, NonZeroU32)>,
}

/// Rows that are looked at together.
const MANY: usize = 128;

/// Takes what has the words.
pub(super) struct Taker<'a> {
    rows: &'a Rows,
    filter: &'a Filter,
    by: By,
    limit: usize,
    whole: Option<Whole>,
    /// Whether distances decide who passes, or are counted; whether cells and tags decide. What is not asked is not
    /// read.
    measures: bool,
    placed: bool,
    tagged: bool,
    counter: Option<Counter<'a>>,
    pub total: usize,
    /// Whether one has all words as they are typed.
    pub as_typed: bool,
    kept: Vec<Passed>,
    /// What does not stand before this one is only counted.
    last: Option<Passed>,
}

impl<'a> Taker<'a> {
    pub fn new(rows: &'a Rows, filter: &'a Filter, limit: usize, counter: Option<Counter<'a>>) -> Self {
        let measures = filter.is_bounded() || counter.is_some() && filter.has_distance();
        Self {
            rows,
            filter,
            by: By::of(filter),
            limit,
            whole: None,
            measures,
            placed: filter.ranges().is_some(),
            tagged: filter.asks_tags(),
            counter,
            total: 0,
            as_typed: false,
            kept: Vec::new(),
            last: None,
        }
    }

    /// What is called just so comes first.
    pub fn with_whole(self, text: Option<String>) -> Self {
        let ranks = |name: &str| self.rows.ranks_of(name);
        let whole = text.map(|name| Whole { ranks: ranks(&name), name });
        // Where all have a rank and none has this name, none is looked at for it.
        let none = |whole: &Whole| self.rows.all_ranked() && whole.ranks.is_none_or(|(from, to)| from > to);
        Self { whole: whole.filter(|whole| !none(whole)), ..self }
    }

    /// Take one, if it passes: with how it has the words, if any are asked for.
    pub fn take(&mut self, slot: Slot, score: Option<Score>) {
        if self.may_pass(slot) && (!self.placed || self.filter.may_lie(self.rows.cell(slot))) {
            let chord2 = if self.measures { self.filter.chord2(&self.rows.unit(slot)) } else { 0.0 };
            self.take_there(slot, score, chord2);
        }
    }

    /// Take many that lie where something may pass, in any order. What is read of each from afar is read of all of
    /// them, and only then looked at: the processor waits for many at once.
    pub fn take_many(&mut self, slots: &[Slot]) {
        let mut may = [0; MANY];
        for many in slots.chunks(MANY) {
            let mut count = 0;
            for slot in many.iter().filter(|slot| self.may_pass(**slot)) {
                may.get_mut(count).into_iter().for_each(|entry| *entry = *slot);
                count += 1;
            }
            let may = may.get(..count).unwrap_or_default();
            let mut chords = [0.0; MANY];
            if self.measures {
                for (chord2, slot) in chords.iter_mut().zip(may) {
                    *chord2 = self.filter.chord2(&self.rows.unit(*slot));
                }
            }
            for (slot, chord2) in may.iter().zip(chords) {
                self.take_there(*slot, None, chord2);
            }
        }
    }

    fn may_pass(&self, slot: Slot) -> bool {
        self.filter.may_pass(self.rows.flags(slot))
            && (!self.tagged || self.filter.may_have_tags(self.rows.tag_bits(slot)))
    }

    fn take_there(&mut self, slot: Slot, score: Option<Score>, chord2: f64) {
        if self.measures && !self.filter.is_near(&self.rows.unit(slot), chord2) {
            return;
        }
        if !self.filter.is_quick() && !self.rows.get(slot).is_some_and(|row| self.filter.passes_too(row)) {
            return;
        }
        self.total += 1;
        self.as_typed |= score.is_some_and(|score| score.worst() >= Place::Name);
        if let Some(counter) = &mut self.counter {
            counter.take(slot, chord2);
        }
        let tier = score.map_or(0, |score| self.tier(score, slot));
        if self.limit == 0 || self.last.as_ref().is_some_and(|last| last.tier < tier) {
            return;
        }
        let far = match self.by {
            // Of numbers that are not negative, the bits order like the numbers.
            By::Distance if self.measures => chord2.max(0.0).to_bits(),
            By::Distance => self.filter.chord2(&self.rows.unit(slot)).max(0.0).to_bits(),
            By::Date => self.rows.get(slot).map_or(u64::MAX, |row| (self.filter.begins(row) as u64) ^ (1 << 63)),
            By::Name => 0,
        };
        self.keep(Passed { tier, far, slot, place: score.map(Score::worst) });
    }

    /// Take all, where all pass.
    pub fn take_all(&mut self) {
        let count = self.rows.slots();
        let slots = || (0..).take(count);
        if self.by != By::Name || self.limit >= self.rows.len() {
            let all: Vec<Slot> = slots().collect();
            return self.take_many(&all);
        }
        self.total = self.rows.len();
        if let Some(counter) = &mut self.counter {
            slots().for_each(|slot| counter.take(slot, 0.0));
        }
        let rows = self.rows;
        let passed = |slot: Slot| Passed { tier: 0, far: 0, slot, place: None };
        self.kept.extend(rows.by_name().take(self.limit).map(passed));
    }

    /// Far from the point, a better place is still a better hit; of equal places, the nearest is. Without one: what is
    /// called just so and is what was typed, what is that, what is called just so; then by the worst place of any word
    /// before the places of all words.
    fn tier(&self, score: Score, slot: Slot) -> u64 {
        let best = Place::BEST as u64;
        let worst = best - score.worst() as u64;
        if self.by == By::Distance {
            return worst;
        }
        let is_whole = self.whole.as_ref().is_some_and(|whole| match self.rows.rank(slot) {
            Some(rank) => whole.ranks.is_some_and(|(from, to)| from <= rank && rank <= to),
            None => self.rows.rest(slot).is_some_and(|row| *row.name == *whole.name),
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
    (a.tier, a.far).cmp(&(b.tier, b.far)).then_with(|| rows.compare(a.slot, b.slot))
}
