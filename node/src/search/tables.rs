//! Which words stand for one another: short forms, and words for the same kind of thing.

use std::{collections::HashMap, sync::LazyLock};

/// A line each: what is written out, and its short forms.
const ABBREVIATIONS: &str = include_str!("abbreviations.tsv");
/// A line each: words for one kind of thing.
const SYNONYMS: &str = include_str!("synonyms.tsv");
/// A line each: words for places, and what people look for there.
const OFFERED: &str = include_str!("offered.tsv");

/// The lines of a table, but for remarks.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// A word, short or long, with the long forms that it may stand for.
static LONG_FORMS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut forms: HashMap<&str, Vec<&str>> = HashMap::new();
    for (long, short) in rows(ABBREVIATIONS).filter_map(|row| row.split_once('\t')) {
        for word in short.split(' ').chain([long]) {
            let longs = forms.entry(word).or_default();
            if !longs.contains(&long) {
                longs.push(long);
            }
        }
    }
    forms
});

/// A word with all the words of its kinds.
static SAME_KIND: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut kinds: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in rows(SYNONYMS) {
        for word in row.split(' ') {
            let others = row.split(' ').filter(|other| *other != word);
            kinds.entry(word).or_default().extend(others);
        }
    }
    kinds
});

/// What people look for, with words for the places that have it, and for the same kind of place.
static OFFERING: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut offering: HashMap<&str, Vec<&str>> = HashMap::new();
    for (places, things) in rows(OFFERED).filter_map(|row| row.split_once('\t')) {
        let alike = places.split(' ').flat_map(|place| SAME_KIND.get(place).into_iter().flatten().copied());
        let all: Vec<&str> = places.split(' ').chain(alike).collect();
        for thing in things.split(' ') {
            let held = offering.entry(thing).or_default();
            held.extend(all.iter().filter(|place| **place != thing));
            held.sort_unstable();
            held.dedup();
        }
    }
    offering
});

/// Words for the places that have what a word names: "pain" is at a bakery's; the word may be a plural.
pub(super) fn offering(word: &str) -> &'static [&'static str] {
    let single = || word.strip_suffix(['s', 'x']).and_then(|single| OFFERING.get(single));
    OFFERING.get(word).or_else(single).map_or(&[], Vec::as_slice)
}

/// All words of kinds of things, and of what people want there, in one order.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    static ALL: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut all: Vec<&str> = SAME_KIND.keys().chain(OFFERING.keys()).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    ALL.iter().copied()
}

/// What a word may be short for; itself, when it is what others are short for.
pub(super) fn long_forms(word: &str) -> &'static [&'static str] {
    LONG_FORMS.get(word).map_or(&[], Vec::as_slice)
}

/// Other words for the same kind of thing; the word may be a plural.
pub(super) fn same_kind(word: &str) -> &'static [&'static str] {
    let single = || word.strip_suffix(['s', 'x']).and_then(|single| SAME_KIND.get(single));
    SAME_KIND.get(word).or_else(single).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::folded;
    use std::collections::HashSet;

    #[test]
    fn both_tables_are_whole() {
        for row in rows(ABBREVIATIONS) {
            let (long, short) = row.split_once('\t').unwrap_or_default();
            assert!(!long.is_empty() && short.split(' ').all(|word| !word.is_empty() && word != long), "{row}");
        }
        for word in rows(ABBREVIATIONS).chain(rows(SYNONYMS)).flat_map(|row| row.split([' ', '\t'])) {
            assert_eq!(folded(word), word);
            assert!(word.len() > 1, "'{word}' is too short to stand for something");
        }
        for (places, things) in rows(OFFERED).map(|row| row.split_once('\t').unwrap_or_default()) {
            assert!(!places.is_empty() && !things.is_empty(), "{places}: {things}");
            for word in places.split(' ').chain(things.split(' ')) {
                assert!(folded(word) == word && word.len() > 1, "{places}: '{word}'");
            }
        }
        for row in rows(SYNONYMS) {
            let words: HashSet<&str> = row.split(' ').collect();
            assert!(words.len() > 1 && words.len() == row.split(' ').count(), "{row}");
        }
    }

    #[test]
    fn a_class_is_the_same_from_each_of_its_words() {
        assert!(
            same_kind("mediatheque").contains(&"bibliotheque") && same_kind("bibliotheque").contains(&"mediatheque")
        );
        assert!(same_kind("bibliotheques").contains(&"library"));
        assert_eq!(same_kind("voiture"), [""; 0]);
        assert!(offering("pain").contains(&"boulangerie") && offering("pains").contains(&"bakery"));
        assert_eq!(offering("boulangerie"), [""; 0], "a place is no thing that one looks for there");
        assert_eq!(long_forms("st"), ["saint", "street", "sankt"]);
        assert_eq!(long_forms("saint"), ["saint"]);
        assert!(!long_forms("ste").contains(&"saint"));
        assert_eq!(long_forms("rue"), [""; 0]);
    }
}
