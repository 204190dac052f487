//! Sets of small numbers, as rows of bits.

/// A set of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fold) struct Bits(Vec<u64>);

impl Bits {
    /// Whether a number is in it.
    pub fn get(&self, at: usize) -> bool {
        self.0.get(at >> 6).is_some_and(|word| word & (1 << (at & 63)) != 0)
    }
    /// Put a number in.
    pub fn set(&mut self, at: usize) {
        let word = at >> 6;
        if self.0.len() <= word {
            self.0.resize(word.saturating_add(1), 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (at & 63);
        }
    }
    /// Take a number out.
    pub fn clear(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at >> 6) {
            *word &= !(1 << (at & 63));
        }
    }
    /// Put a number in; whether it is new.
    pub fn insert(&mut self, at: usize) -> bool {
        let new = !self.get(at);
        self.set(at);
        new
    }
    /// Put in all of another.
    pub fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(to, from)| *to |= from);
    }
    /// Whether there is a number in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }
    /// Whether there is a number in all three.
    pub fn meets_in(&self, one: &Self, other: &Self) -> bool {
        self.0.iter().zip(&one.0).zip(&other.0).any(|((own, one), other)| own & one & other != 0)
    }
    /// Whether there is a number in both that is not in a third.
    pub fn meets_beyond(&self, one: &Self, other: &Self) -> bool {
        let beyond = other.0.iter().copied().chain(std::iter::repeat(0));
        self.0.iter().zip(&one.0).zip(beyond).any(|((own, one), other)| own & one & !other != 0)
    }
    /// The greatest number in both.
    pub fn last_common(&self, other: &Self) -> Option<usize> {
        let common = self.0.iter().zip(&other.0).map(|(one, other)| one & other);
        let (at, word) = common.enumerate().rfind(|(_, word)| *word != 0)?;
        Some((at << 6).saturating_add(word.ilog2() as usize))
    }
    /// Whether all of it is in one of two others.
    pub fn is_within(&self, one: &Self, other: &Self) -> bool {
        let word = |of: &Self, at: usize| of.0.get(at).copied().unwrap_or_default();
        self.0.iter().enumerate().all(|(at, own)| own & !word(one, at) & !word(other, at) == 0)
    }
    /// How many there are in both.
    pub fn common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(one, other)| (one & other).count_ones() as usize).sum()
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
    /// All of them, ascending.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            (0..64_usize).filter(move |bit| word & (1 << bit) != 0).map(move |bit| (at << 6).saturating_add(bit))
        })
    }
}

impl Extend<usize> for Bits {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|at| self.set(at));
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut bits = Self::default();
        bits.extend(numbers);
        bits
    }
}
