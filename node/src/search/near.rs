//! What is nearly a word, among the terms of an index in their order: the rule of [`Allowed::is_near`] as an automaton.
//!
//! It keeps, for each number of slips, which beginnings of the word may have been read by now: one bit each. Nothing is
//! made beforehand, while a table of all its states costs more than to go through the terms.

use super::typo::Allowed;
use tantivy_fst::Automaton;

/// Slips that are told apart: none, one, two.
const SLIPS: usize = 3;
/// Letters of a word that is looked for so: a bit for each beginning.
const LETTERS_MAX: usize = 60;

/// Terms that are nearly a word.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Near {
    letters: Vec<char>,
    allowed: Allowed,
    /// The letter before all terms that are meant.
    sort: Option<char>,
    unfinished: bool,
}

/// What has been read of a term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    /// By how many slips, which beginnings of the word may be what was read.
    beginnings: [u64; SLIPS],
    /// The same one letter ago, of those whose next letter but one was read since: the two may be exchanged.
    crossed: [u64; SLIPS],
    /// The mark of the forms has been read, where there is one.
    marked: bool,
    /// Letters read.
    count: u8,
    /// Whether the first one is that of the word.
    first: bool,
    /// What was read begins with what is near the word, which may be unfinished.
    begun: bool,
    /// It is none, whatever follows.
    dead: bool,
    /// Bits of a letter of several bytes, and bytes of it to come.
    code: u32,
    more: u8,
}

impl Near {
    /// None: nothing is near it. `sort`: the letter of the forms among which it is looked for; none: among words.
    pub fn of(asked: &str, allowed: Allowed, sort: Option<char>, unfinished: bool) -> Option<Self> {
        let letters: Vec<char> = asked.chars().collect();
        let known = allowed.whole > 0 && letters.len() <= LETTERS_MAX;
        known.then_some(Self { letters, allowed, sort, unfinished: unfinished && allowed.begun > 0 })
    }

    /// Between which terms it is asked.
    pub fn range(&self) -> (String, String) {
        let from = self.sort.map(String::from).unwrap_or_default();
        let before = format!("{from}\u{10ffff}");
        (from, before)
    }

    /// Those beginnings whose next letter is this one.
    fn next(&self, letter: char) -> u64 {
        (0..)
            .zip(&self.letters)
            .filter(|(_, known)| **known == letter)
            .fold(0, |bits, (at, _): (u32, _)| bits | 1 << at)
    }

    /// The bit of the whole word.
    fn whole(&self) -> u64 {
        1 << self.letters.len()
    }

    fn read(&self, before: &Read, letter: char) -> Read {
        let mut read = Read { code: 0, more: 0, ..*before };
        if let Some(sort) = self.sort.filter(|_| !before.marked) {
            // The mark of the forms is no letter of a word.
            read.marked = true;
            read.dead = letter != sort;
            return read;
        }
        // Another number is another.
        if letter.is_ascii_digit() {
            return Read { dead: true, ..read };
        }
        let next = self.next(letter);
        let all = self.whole() | (self.whole() - 1);
        let mut fewer: Option<(u64, u64)> = None;
        for (slips, bits) in before.beginnings.into_iter().enumerate() {
            let mut now = (bits & next) << 1;
            if let Some((held, new)) = fewer {
                // Put in, exchanged for another, left out, two in another order.
                let crossed = before.crossed.get(slips - 1).copied().unwrap_or(0);
                now |= held | held << 1 | new << 1 | (crossed & next) << 2;
            }
            now &= all;
            if let Some(entry) = read.beginnings.get_mut(slips) {
                *entry = now;
            }
            if let Some(entry) = read.crossed.get_mut(slips) {
                *entry = bits & next >> 1;
            }
            fewer = Some((bits, now));
        }
        if before.count == 0 {
            read.first = self.letters.first() == Some(&letter);
        }
        read.count = before.count.saturating_add(1);
        read.begun |= self.unfinished && read.within(self.allowed.begun) & self.whole() != 0;
        read
    }

    /// How many slips what was read may have.
    fn slips(&self, read: &Read) -> usize {
        if read.first { self.allowed.whole } else { self.allowed.whole.min(1) }
    }
}

/// Before anything is read: as many letters may be left out as there may be slips.
const START: [u64; SLIPS] = [0b1, 0b11, 0b111];

impl Read {
    /// Which beginnings may be what was read, with so many slips.
    fn within(&self, slips: usize) -> u64 {
        self.beginnings.get(slips).copied().unwrap_or(0)
    }
}

impl Automaton for Near {
    type State = Read;

    fn start(&self) -> Read {
        Read {
            beginnings: START,
            crossed: [0; SLIPS],
            marked: false,
            count: 0,
            first: false,
            begun: false,
            dead: false,
            code: 0,
            more: 0,
        }
    }

    fn is_match(&self, read: &Read) -> bool {
        let is_read = read.count > 0 && read.more == 0 && !read.dead;
        is_read && (read.begun || read.within(self.slips(read)) & self.whole() != 0)
    }

    fn can_match(&self, read: &Read) -> bool {
        // Until the first letter is read, it may be that of the word.
        !read.dead && (read.begun || read.count == 0 || read.within(self.slips(read)) != 0)
    }

    fn accept(&self, read: &Read, byte: u8) -> Read {
        if read.dead {
            return *read;
        }
        let (code, more) = match byte {
            0x00..=0x7f => return self.read(read, char::from(byte)),
            0x80..=0xbf => (read.code << 6 | u32::from(byte & 0x3f), read.more.saturating_sub(1)),
            0xc0..=0xdf => (u32::from(byte & 0x1f), 1),
            0xe0..=0xef => (u32::from(byte & 0x0f), 2),
            _ => (u32::from(byte & 0x07), 3),
        };
        match char::from_u32(code).filter(|_| more == 0) {
            Some(letter) => self.read(read, letter),
            None => Read { code, more, ..*read },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::typo, *};
    use proptest::prelude::*;

    fn takes(near: &Near, term: &str) -> bool {
        let mut read = near.start();
        for byte in term.bytes() {
            if !near.can_match(&read) {
                return false;
            }
            read = near.accept(&read, byte);
        }
        near.is_match(&read)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 3_000,
            rng_seed: prop::test_runner::RngSeed::Fixed(7),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Words of few letters, so that many are near each other, of one byte and of several.
        #[test]
        fn as_the_plain_rule_says_it(
            asked in "[abcé]{4,12}|[абв]{4,9}|京都東[abé]{3,8}",
            term in "[abcé]{1,14}|[абв]{1,11}|京都東[abé]{1,9}|[abc1]{4,8}",
            slips in prop::collection::vec((0..12usize, 0..4usize, "[abcéбв]"), 0..4),
            near in any::<bool>(), unfinished in any::<bool>(), sort in any::<bool>(),
        ) {
            // Half of the terms are the word with some slips, which may go on.
            let mut letters: Vec<char> = if near { asked.chars().collect() } else { term.chars().collect() };
            for (at, how, letter) in slips {
                let at = at.min(letters.len().saturating_sub(1));
                let letter = letter.chars().next().unwrap_or('a');
                match how {
                    _ if letters.len() < 2 => letters.push(letter),
                    0 => drop(letters.remove(at)),
                    1 => letters.insert(at, letter),
                    2 => letters[at] = letter,
                    _ => letters.swap(at, at.max(1) - 1),
                }
            }
            let term: String = letters.into_iter().collect();
            let allowed = typo::allowed(&asked);
            let mark = sort.then_some('j');
            if let Some(automaton) = Near::of(&asked, allowed, mark, unfinished) {
                let marked: String = mark.into_iter().chain(term.chars()).collect();
                prop_assert_eq!(
                    takes(&automaton, &marked), allowed.is_near(&asked, &term, unfinished), "{} {}", &asked, &marked
                );
            } else {
                prop_assert!(allowed.whole == 0);
            }
        }
    }
}
