//! A place that stands among the words of a search: "boulangerie brest". It is offered, and never applied in silence:
//! a baker may be called so.

use super::{Found, How, Offered, Query, Why};
use crate::{
    gazetteer,
    modules::places,
    search::{is_kind_of_thing, is_small_word},
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
    let behind = (1..=most).rev().filter_map(|count| words.split_at_checked(words.len() - count));
    let before = (1..=most.min(words.len().saturating_sub(1))).rev().filter_map(|count| {
        let (name, rest) = words.split_at_checked(count)?;
        Some((rest, name))
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
