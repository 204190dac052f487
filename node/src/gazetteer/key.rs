//! What two ways of writing a place's name have in common.
//!
//! The bundled file is sorted by [`key`]; `node/assets/places/text.py` says the same in Python, and a test checks that
//! of every name. Change both, and build the file again.

use crate::search::fold;

/// Articles that people leave out when they type a place's name, or put where there is none.
const ARTICLES: [&str; 8] = ["le", "la", "les", "l", "the", "el", "los", "las"];
/// What links a name to that of the region around it: "Montréal du Gers", "Saint-Denis en France".
const INSIDE: [&str; 9] = ["de", "du", "des", "d", "en", "la", "le", "l", "les"];
/// What links a hamlet's name to that of its commune: "Le Cros d'Utelle".
const LINKS: [&str; 5] = ["de", "du", "des", "d", "sur"];
/// Words of a region's name: "Provence-Alpes-Côte d'Azur" has five.
const INSIDE_WORDS_MAX: usize = 5;
/// Kinds of intercommunalities, as people write them, and as the official list does.
const UNIONS: [(&[&str], &str); 3] = [
    (&["communaute", "de", "communes"], "cc"),
    (&["communaute", "d", "agglomeration"], "ca"),
    (&["communaute", "urbaine"], "cu"),
];
/// Endings of an ordinal: "1er", "17e", "17ème".
const ORDINALS: [&str; 8] = ["e", "er", "re", "ere", "eme", "ieme", "nd", "nde"];

/// Signs that Unicode calls letters and people type as an apostrophe, or not at all: the okina and its like.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}')
}

/// The words of a name: lower case, no accents, cut at every sign.
pub(super) fn words(name: &str) -> Vec<String> {
    let plain: String = name.chars().map(|c| if is_apostrophe(c) { ' ' } else { c }).collect();
    fold::folded(&plain).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A name as it is compared: its words without spaces, "St" and "Ste" written out where a name follows, ordinals as
/// numbers.
pub(super) fn key(name: &str) -> String {
    joined(&words(name))
}

/// The key of a name that has these words.
pub(super) fn joined(words: &[String]) -> String {
    let union = UNIONS.iter().find(|(long, _)| words.iter().take(long.len()).eq(long.iter()));
    let (mut key, words) = match union {
        Some((long, short)) => ((*short).to_owned(), words.get(long.len()..).unwrap_or_default()),
        None => (String::new(), words),
    };
    let begun = usize::from(union.is_some());
    for (at, word) in words.iter().enumerate() {
        let (first, last) = (at + begun == 0, at + 1 == words.len());
        key.push_str(match word.as_str() {
            "st" | "sankt" if !last => "saint",
            "ste" if !last => "sainte",
            "arrondissement" | "arrdt" if !first => "",
            word => ordinal(word).unwrap_or(word),
        });
    }
    key
}

/// The words of a name, apart, "St" and "Ste" written out as in [`joined`].
pub(super) fn apart(name: &str) -> Vec<String> {
    let mut words = words(name);
    let last = words.len().saturating_sub(1);
    for word in words.iter_mut().take(last) {
        match word.as_str() {
            "st" | "sankt" => "saint".clone_into(word),
            "ste" => "sainte".clone_into(word),
            _ => {}
        }
    }
    words
}

/// The number of an ordinal.
fn ordinal(word: &str) -> Option<&str> {
    let ending = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = word.strip_suffix(ending)?;
    (!number.is_empty() && ORDINALS.contains(&ending)).then_some(number)
}

/// The words without a leading article; none if there is none, or nothing else.
pub(super) fn without_article(words: &[String]) -> Option<&[String]> {
    let (first, rest) = words.split_first()?;
    (!rest.is_empty() && ARTICLES.contains(&first.as_str())).then_some(rest)
}

/// A name and, behind it, what may say where it is: of "Montréal du Gers", "montreal" and "gers".
pub(super) fn inside(words: &[String]) -> impl Iterator<Item = (&[String], &[String])> {
    let cuts = (1..words.len()).rev().take(INSIDE_WORDS_MAX).filter_map(|at| words.split_at_checked(at));
    cuts.filter_map(|(name, place)| {
        let last = name.iter().rposition(|word| !INSIDE.contains(&word.as_str()))?;
        Some((name.get(..=last)?, place))
    })
}

/// What stands behind a linking word, the longest first: of "le cros d utelle", "utelle".
pub(super) fn behind_links(words: &[String]) -> impl Iterator<Item = &[String]> {
    let after = |at: usize| words.get(at + 1..).filter(|rest| !rest.is_empty());
    let links = words.iter().enumerate().skip(1).filter(|(_, word)| LINKS.contains(&word.as_str()));
    links.filter_map(move |(at, _)| after(at))
}

/// A name with its accents, all else apart: what tells Mâcon from Macon.
pub(super) fn spelt(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric() && !is_apostrophe(*c));
    letters.flat_map(char::to_lowercase).collect::<String>().replace('œ', "oe").replace('æ', "ae")
}
