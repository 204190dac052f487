//! A place that stands among the words of a search: "boulangerie brest". It is offered, and never applied in silence:
//! a baker may be called so.

use super::{Found, How, Offered, Query, Why};
use crate::{
    gazetteer,
    modules::places,
    search::{fold, is_kind_of_thing, is_small_word},
    snapshot::Snapshot,
};

/// Words of a query that are looked at: beyond, it is a text and no search.
const WORDS_MAX: usize = 12;
/// Words of a place's name that are tried at either end of the query.
const NAME_WORDS_MAX: usize = 4;
/// Letters of a name, at least: shorter ones are small words and initials.
const LETTERS_MIN: usize = 3;
/// People who live in a place that is offered although all the words stand in a name that was found.
const PEOPLE_MIN: u64 = 10_000;

/// Words before the name of a street, which are towns too, and say that what follows is none.
const STREETS: &[&str] = &[
    "rue",
    "r",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "bd",
    "bld",
    "blvd",
    "place",
    "pl",
    "allee",
    "allees",
    "all",
    "chemin",
    "che",
    "chem",
    "route",
    "rte",
    "impasse",
    "imp",
    "quai",
    "square",
    "sq",
    "passage",
    "ruelle",
    "esplanade",
    "faubourg",
    "fbg",
    "via",
    "viale",
    "piazza",
    "corso",
    "calle",
    "plaza",
    "avenida",
    "rua",
    "praca",
    "carrer",
];
/// Words behind it.
const STREETS_BEHIND: &[&str] =
    &["street", "road", "rd", "lane", "drive", "strasse", "str", "gasse", "weg", "platz", "allee", "straat", "laan"];
/// Words that stand before a town alone: "une place à Lyon".
const INSIDE: &[&str] = &["a", "au", "aux", "en", "in"];
/// Digits of a door's number, at the most: what has more is a postcode before its town.
const DOOR_DIGITS_MAX: usize = 3;

fn is_one_of(word: &str, words: &[&str]) -> bool {
    let word = fold::folded(word);
    words.contains(&word.as_str())
}

/// "12", "12bis".
fn is_door(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (1..=DOOR_DIGITS_MAX).contains(&digits) && matches!(word.get(digits..), Some("" | "bis" | "ter" | "b" | "a"))
}

/// Whether words are what a street is called, by what stands before them or behind: "12 rue Grimaldi" is not in
/// Grimaldi.
fn is_of_a_street(before: &[&str], name: &[&str], behind: &[&str]) -> bool {
    if before.last().is_some_and(|word| is_one_of(word, INSIDE)) {
        return false;
    }
    let told = before.iter().rev().find(|word| !is_small_word(word));
    // A commune is called Rue, and a village Place.
    let alone = !(before.is_empty() && behind.is_empty()) && name.iter().all(|word| is_one_of(word, STREETS));
    alone
        || told.is_some_and(|word| is_one_of(word, STREETS))
        || before.last().is_some_and(|word| is_door(word))
        || behind.first().is_some_and(|word| is_one_of(word, STREETS_BEHIND))
}

/// The place that the words of a query name, at their end or at their beginning, where the query has none yet.
pub(crate) fn find(snapshot: &Snapshot, query: &Query, found: &Found) -> Option<Box<Offered>> {
    let placed = query.near.is_some() || query.along.is_some() || !query.territories.is_empty();
    let words: Vec<&str> = query.text.split_whitespace().take(WORDS_MAX + 1).collect();
    // A door's street may be called after a town.
    if placed || words.len() > WORDS_MAX || !found.addresses.is_empty() {
        return None;
    }
    let wish = places::wish(&query.language, snapshot);
    let named = |name: &[&str]| {
        let name = name.join(" ");
        let name = name.trim_matches(|c: char| !c.is_alphanumeric());
        let tells = name.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS_MIN;
        // "Bar" and "Gare" are places too.
        let place = (tells && !is_kind_of_thing(name)).then(|| gazetteer::bundled().named(name, &wish)).flatten()?;
        Some(place)
    };
    let most = NAME_WORDS_MAX.min(words.len());
    let behind = (1..=most).rev().filter_map(|count| {
        let (rest, name) = words.split_at_checked(words.len() - count)?;
        (!is_of_a_street(rest, name, &[])).then_some((rest, name))
    });
    let before = (1..=most.min(words.len().saturating_sub(1))).rev().filter_map(|count| {
        let (name, rest) = words.split_at_checked(count)?;
        (!is_of_a_street(&[], name, rest)).then_some((rest, name))
    });
    let (rest, place) = behind.chain(before).find_map(|(rest, name)| Some((rest, named(name)?)))?;
    // "boulangerie à Brest".
    let end = rest.iter().rposition(|word| !is_small_word(word)).map_or(0, |last| last + 1);
    let text = rest.get(..end).unwrap_or_default().join(" ");
    let in_a_name = found.hits.first().is_some_and(|hit| matches!(hit.why, Why::Name(How::Typed | How::Form)));
    if !text.is_empty() && in_a_name && place.place.population < PEOPLE_MIN {
        return None;
    }
    Some(Box::new(Offered { text, place }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::modules::search::Near;
    use communaut_protocol::Position;

    fn offered(text: &str) -> Option<(String, String, String)> {
        let query = Query { text: text.into(), language: "fr".into(), ..Query::default() };
        let offered = find(&Snapshot::default(), &query, &Found::default())?;
        Some((offered.text, offered.place.place.name, offered.place.place.country))
    }

    #[test]
    fn places_among_the_words_are_offered() {
        for (text, rest, name) in [
            ("boulangerie brest", "boulangerie", "Brest"),
            ("Brest", "", "Brest"),
            ("boulangerie à Lyon", "boulangerie", "Lyon"),
            ("paris boulangerie", "boulangerie", "Paris"),
            ("café aix en provence", "café", "Aix-en-Provence"),
            ("mairie échalas", "mairie", "Échalas"),
        ] {
            let expected = Some((rest.to_owned(), name.to_owned(), "FR".to_owned()));
            assert_eq!(offered(text), expected, "{text}");
        }
        // A street is called after a town; the town it is in stands behind it, or before.
        for (text, rest, name) in [
            ("12 rue Grimaldi Monaco", "12 rue Grimaldi", "Monaco"),
            ("12 rue de Lyon Dijon", "12 rue de Lyon", "Dijon"),
            ("Paris rue de la Paix", "rue de la Paix", "Paris"),
            ("3 rue de la Roquette 75011 Paris", "3 rue de la Roquette", "Paris"),
            ("Rue", "", "Rue"),
            ("square à Lyon", "square", "Lyon"),
        ] {
            let found = offered(text).map(|(rest, name, _)| (rest, name));
            assert_eq!(found, Some((rest.to_owned(), name.to_owned())), "{text}");
        }
        for text in [
            "12 rue Grimaldi",
            "rue grimaldi",
            "12 bis avenue de Lyon",
            "place de Brest",
            "boulangerie rue de Brest",
            "12 Grimaldi",
            "Lyon street 5",
            "12 r. de Marseille",
        ] {
            assert_eq!(offered(text), None, "{text}");
        }
        for text in ["", "bar", "gare", "boulangerie", "repair café", "a", "zzzqqq"] {
            assert_eq!(offered(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_is_offered_where_a_place_was_given() {
        let near = Some(Near { position: Position::default(), radius_m: None });
        let query = Query { text: "boulangerie brest".into(), near, ..Query::default() };
        assert_eq!(find(&Snapshot::default(), &query, &Found::default()), None);
    }
}
