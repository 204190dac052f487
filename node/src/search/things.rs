//! What a thing is, as its tags say it, or as its name says first: a station is found before what is called after it.
//! Index and query make the same forms of it.

use super::{
    fold::folded,
    forms,
    pieces::{Stuff, pieces},
    tables, typo,
};
use crate::osm_words;
use communaut_protocol::fold::ElementView;
use std::sync::LazyLock;

/// Words of what a kind of thing is called: "espace de travail partagé".
pub(super) const KIND_WORDS_MAX: usize = 4;
/// Kinds of things that one slip may stand for.
const NEAR_MAX: usize = 8;

/// Several words as one, folded.
pub(super) fn joined(words: &str) -> String {
    folded(words).replace(' ', "")
}

fn single(word: &str) -> Option<&str> {
    word.strip_suffix(['s', 'x']).filter(|single| !single.is_empty())
}

/// Whether a word, several as one, says what a thing is; it may be a plural.
pub(super) fn is_kind(word: &str) -> bool {
    osm_words::is_thing(word) || tables::same_kind(word).iter().any(|other| osm_words::is_thing(other))
}

/// What is found by a folded word, several as one, that says what a thing is: in the plural too, under any of its
/// names.
pub(super) fn asked(word: &str, mut take: impl FnMut(String)) {
    for word in [Some(word), single(word)].into_iter().flatten() {
        take(forms::is(word));
        osm_words::named(word).iter().for_each(|value| take(forms::is(value)));
    }
    tables::same_kind(word).iter().for_each(|other| take(forms::is(other)));
}

/// What an element is: what its tags say, or else the first words of its name: "Gare de Lyon".
pub(super) fn of(element: &ElementView, mut take: impl FnMut(String)) {
    let mut any = false;
    let mut kind = |word: &str| {
        let found: Vec<&str> = [Some(word), single(word)].into_iter().flatten().filter(|word| is_kind(word)).collect();
        found.iter().for_each(|word| take(forms::is(word)));
        !found.is_empty()
    };
    for tag in &element.tags {
        any |= kind(&joined(tag));
    }
    if any {
        return;
    }
    let pieces = pieces(&element.name);
    let words: Vec<&str> =
        pieces.iter().filter(|piece| piece.stuff == Stuff::Word).map(|piece| piece.folded.as_str()).collect();
    let from = words.iter().take_while(|word| forms::is_small(word)).count();
    let words = words.get(from..).unwrap_or_default();
    for count in (1..=KIND_WORDS_MAX.min(words.len())).rev() {
        if kind(&words.get(..count).unwrap_or_default().concat()) {
            return;
        }
    }
}

/// A word that says what a thing is, and which letters it has: one bit for each of the Latin ones.
struct Known {
    word: &'static str,
    letters: u32,
    count: usize,
}

fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, byte| bits | 1 << (byte - b'a'))
}

/// Kinds of things that a word nearly is, as [`typo::Allowed::is_near`] has it.
pub(super) fn nearly(word: &str) -> impl Iterator<Item = &'static str> {
    static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
        let mut words: Vec<&str> = tables::known().chain(osm_words::things()).collect();
        words.sort_unstable();
        words.dedup();
        let known = |word: &'static str| Known { word, letters: letters(word), count: word.chars().count() };
        words.into_iter().map(known).collect()
    });
    let allowed = typo::allowed(word);
    let (mine, count, asked) = (letters(word), word.chars().count(), word.to_owned());
    // Each slip puts one letter in the place of another at the most.
    let differ = 2 * u32::try_from(allowed.whole).unwrap_or(0);
    KNOWN
        .iter()
        .filter(move |known| {
            known.count.abs_diff(count) <= allowed.whole && (known.letters ^ mine).count_ones() <= differ
        })
        .filter(move |known| allowed.is_near(&asked, known.word, false))
        .map(|known| known.word)
        .take(NEAR_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_kinds_of_things() {
        for (typed, meant) in
            [("farmacie", "farmacia"), ("garrage", "garage"), ("boulagerie", "boulangerie"), ("toilletes", "toilettes")]
        {
            assert!(nearly(typed).any(|word| word == meant), "{typed}: {:?}", nearly(typed).collect::<Vec<_>>());
        }
        for word in ["xyzzyplugh", "29000", "bar"] {
            assert_eq!(nearly(word).next(), None, "{word}");
        }
    }

    #[test]
    fn what_a_word_asks_for() {
        let of = |word: &str| {
            let mut found = Vec::new();
            asked(word, |form| found.push(form));
            found
        };
        for (word, also) in [("gares", "station"), ("tankstelle", "fuel"), ("cafes", "cafe"), ("garage", "carrepair")] {
            assert!(of(word).contains(&forms::is(also)), "{word}: {:?}", of(word));
        }
    }
}
