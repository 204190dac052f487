//! What countries are called.

use std::cmp::Ordering;

/// A line each, by code: ISO 3166 code, English, French. `node/assets/README.md` describes it.
static NAMES: &str = include_str!("../../assets/country_names.tsv");

/// What a country is called by who speaks a language (ISO 639 code): French, or else English. Of a code that none has,
/// the code.
#[must_use]
pub fn country_name<'a>(code: &'a str, language: &str) -> &'a str {
    let lines: Vec<&'static str> = NAMES.lines().collect();
    let of = |line: &&'static str| line.get(..2).map_or(Ordering::Less, |held| held.cmp(code));
    let Some(line) = lines.binary_search_by(of).ok().and_then(|at| lines.get(at)) else { return code };
    line.split('\t').nth(if language == "fr" { 2 } else { 1 }).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_names_in_two_languages() {
        assert_eq!((country_name("BY", "fr"), country_name("BY", "en")), ("Biélorussie", "Belarus"));
        assert_eq!((country_name("FR", "fr"), country_name("US", "fr")), ("France", "États-Unis"));
        assert_eq!(country_name("GB", "de"), "United Kingdom", "no other language is there");
        assert_eq!((country_name("", "fr"), country_name("Q1", "fr"), country_name("fr", "en")), ("", "Q1", "fr"));
    }

    #[test]
    fn every_country_of_the_gazetteer_has_one() {
        let known: Vec<&str> = NAMES.lines().map(|line| &line[..2]).collect();
        assert!(known.is_sorted() && known.len() > 240, "{}", known.len());
        assert!(NAMES.lines().all(|line| line.split('\t').filter(|cell| !cell.is_empty()).count() == 3));
        let found = super::super::bundled().places("Paris", 20, &super::super::Wish::default());
        assert!(found.iter().all(|place| country_name(&place.country, "fr") != place.country), "{found:?}");
    }
}
