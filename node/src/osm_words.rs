//! What things on OpenStreetMap are called, in French, English, German and Spanish: `node/assets/osm_words.bin`. What
//! has no name of its own is shown by what it is, and found by any of these words.

use crate::search::fold::folded;
use std::{
    collections::{HashMap, HashSet},
    io::Read,
    sync::LazyLock,
};

/// Packed by zstd: a row each, a tag ("amenity=toilets") and for each language its words, the first of which is what it
/// is called; the words separated by bars, the languages by tabs.
static PACKED: &[u8] = include_bytes!("../assets/osm_words.bin");
/// Bytes unpacked, at the most: it has 212 kB.
const TABLE_MAX: u64 = 1 << 20;
/// Tags that a word may mean: one for more is a word of its language ("shop", "house").
const MEANINGS_MAX: usize = 6;
/// Letters of a word that means tags, at least: shorter ones begin others.
const LETTERS_MIN: usize = 3;

/// A language in which things have names here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    French,
    English,
    German,
    Spanish,
}

const LANGUAGES: [Language; 4] = [Language::French, Language::English, Language::German, Language::Spanish];

impl Language {
    /// By the code of a reader's language; English where it is none of ours.
    pub fn of_code(code: &str) -> Self {
        match code {
            "fr" => Self::French,
            "de" => Self::German,
            "es" => Self::Spanish,
            _ => Self::English,
        }
    }
    /// What is mostly spoken where something lies, by the two letters of its country; English where it is none of ours.
    pub fn of_country(code: &str) -> Self {
        const FRENCH: &str =
            "FR BE LU MC GP MQ GF RE YT PM BL MF NC PF WF SN CI ML BF NE TG BJ GA CG CD MG HT GN DJ KM";
        const GERMAN: &str = "DE AT LI CH";
        const SPANISH: &str = "ES AD MX AR CL CO PE VE EC BO PY UY CR PA NI HN SV GT CU DO PR GQ";
        let of = |codes: &str| codes.split(' ').any(|one| one == code);
        match () {
            () if of(FRENCH) => Self::French,
            () if of(GERMAN) => Self::German,
            () if of(SPANISH) => Self::Spanish,
            () => Self::English,
        }
    }
}

static ROWS: LazyLock<HashMap<String, [Vec<String>; 4]>> = LazyLock::new(|| {
    let mut text = String::new();
    // The program's own bytes: a test reads them whole.
    if let Ok(reader) = zstd::Decoder::new(PACKED) {
        drop(reader.take(TABLE_MAX).read_to_string(&mut text));
    }
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        let tag = cells.next()?;
        let mut words = || cells.next().map(|cell| cell.split('|').map(str::to_owned).collect::<Vec<_>>());
        Some((tag, [words()?, words()?, words()?, words()?]))
    };
    text.lines().filter_map(row).collect()
});

/// Folded words, several written as one, with the values of the tags that they mean, written likewise.
static MEANINGS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut meanings: HashMap<String, Vec<String>> = HashMap::new();
    let mut rows: Vec<_> = ROWS.iter().collect();
    rows.sort();
    for (tag, cells) in rows {
        let Some((_, value)) = tag.split_once('=') else { continue };
        let value = joined(value);
        for word in cells.iter().flatten().map(|word| joined(word)) {
            let values = meanings.entry(word).or_default();
            if !values.contains(&value) {
                values.push(value.clone());
            }
        }
    }
    meanings.retain(|word, values| {
        values.retain(|value| value != word);
        word.chars().count() >= LETTERS_MIN && (1..=MEANINGS_MAX).contains(&values.len())
    });
    meanings
});

/// Our own words for tags, a row each: tag, French, English; several words for the same are separated by a bar.
const OWN: &str = include_str!("import/osm_tags/osm_labels.tsv");

/// What the things are called that have a tag, written as one, with the values of these tags, written likewise.
static NAMED: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut all: Vec<(&str, String)> = Vec::new();
    for (tag, cells) in ROWS.iter() {
        all.extend(cells.iter().filter_map(|words| words.first()).map(|word| (tag.as_str(), joined(word))));
        all.extend(LANGUAGES.into_iter().filter_map(|language| Some((tag.as_str(), joined(name(tag, language)?)))));
    }
    for line in OWN.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let tag = cells.next().unwrap_or_default();
        all.extend(cells.flat_map(|words| words.split('|')).map(|word| (tag, joined(word))));
    }
    all.sort_unstable();
    let mut named: HashMap<String, Vec<String>> = HashMap::new();
    for (tag, word) in all {
        let Some((_, value)) = tag.split_once('=').filter(|(_, value)| *value != "yes") else { continue };
        let values = named.entry(word).or_default();
        let value = joined(value);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    named
});

/// The values of tags that things have, and what these are called, written as one.
static THINGS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| NAMED.iter().flat_map(|(word, values)| values.iter().chain([word])).map(String::as_str).collect());

/// What things and keys ("shop") are called in each language, written as one, with the tag or key.
static TOLD: LazyLock<[HashMap<String, String>; 4]> = LazyLock::new(|| {
    let mut told: [HashMap<String, String>; 4] = Default::default();
    let mut add = |language: Language, word: &str, tag: &str| {
        let what = tag.split_once('=').map_or(tag, |(_, value)| value);
        if let Some(words) = told.get_mut(language as usize) {
            words.entry(joined(word)).or_insert_with(|| joined(what));
        }
    };
    for line in OWN.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let tag = cells.next().unwrap_or_default();
        for (language, words) in [Language::French, Language::English].into_iter().zip(cells) {
            words.split('|').for_each(|word| add(language, word, tag));
        }
    }
    let mut tags: Vec<&String> = ROWS.keys().filter(|tag| !tag.ends_with("=yes")).collect();
    tags.sort_unstable();
    for tag in tags {
        for language in LANGUAGES {
            name(tag, language).into_iter().for_each(|word| add(language, word, tag));
        }
    }
    told
});

/// The value of the tag, or the key, that is called so in any language: "commerce" is "shop".
pub(crate) fn tag_of(words: &str) -> Option<&'static str> {
    let word = joined(words);
    TOLD.iter().find_map(|told| told.get(&word)).map(String::as_str)
}

/// Whether a thing or a key is called so in a language.
pub(crate) fn is_called(words: &str, language: Language) -> bool {
    TOLD.get(language as usize).is_some_and(|told| told.contains_key(&joined(words)))
}

/// All words that say what a thing is, in no order.
pub(crate) fn things() -> impl Iterator<Item = &'static str> {
    THINGS.iter().copied()
}

/// The values of the tags of things that are called so, in any language.
pub(crate) fn named(word: &str) -> &'static [String] {
    NAMED.get(word).map_or(&[], Vec::as_slice)
}

/// Whether a word, several written as one, says what a thing is: "bakery", "boulangerie"; not "bio", nor "yes".
pub(crate) fn is_thing(word: &str) -> bool {
    !word.is_empty() && THINGS.contains(word)
}

fn joined(words: &str) -> String {
    folded(&words.replace('_', " ")).replace(' ', "")
}

/// What something with a tag is called: "Toilettes"; if not in this language, in English.
pub(crate) fn name(tag: &str, language: Language) -> Option<&'static str> {
    let cells = ROWS.get(tag)?;
    let first = |language: Language| cells.get(language as usize)?.first().map(String::as_str);
    let name = first(language).filter(|name| !name.is_empty()).or_else(|| first(Language::English))?;
    // "Boîte aux lettres (envoi)", "Banco / Asiento".
    let end = name.find(['(', '/']).unwrap_or(name.len());
    name.get(..end).map(str::trim).filter(|name| !name.is_empty())
}

/// Tags by what they are called, folded and several words as one, in the singular too.
static CALLED: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut called = HashMap::new();
    let mut rows: Vec<_> = ROWS.iter().collect();
    rows.sort();
    for language in [Language::French, Language::English] {
        for (tag, _) in &rows {
            let Some(name) = name(tag, language).map(joined) else { continue };
            let single = name.strip_suffix(['s', 'x']).unwrap_or(&name).to_owned();
            if single.chars().count() > LETTERS_MIN {
                called.entry(single).or_insert(tag.as_str());
            }
            called.entry(name).or_insert(tag.as_str());
        }
    }
    called
});

/// The tag that is called so: folded words in the singular, several written as one.
pub(crate) fn tag_called(words: &str) -> Option<&'static str> {
    CALLED.get(words).copied()
}

/// The values of tags that folded words mean, several written as one: "eaupotable" means "drinkingwater".
pub(crate) fn meant(word: &str) -> &'static [String] {
    let single = || word.strip_suffix(['s', 'x']).and_then(|single| MEANINGS.get(single));
    MEANINGS.get(word).or_else(single).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let text = zstd::decode_all(PACKED).unwrap();
        assert!((text.len() as u64) < TABLE_MAX);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), ROWS.len());
        assert!(ROWS.len() > 700 && MEANINGS.len() > 3_000, "{} and {}", ROWS.len(), MEANINGS.len());
        for (tag, cells) in ROWS.iter() {
            assert!(tag.split_once('=').is_some_and(|(key, value)| !key.is_empty() && !value.is_empty()), "{tag}");
            let english = cells.get(Language::English as usize).unwrap();
            assert!(english.first().is_some_and(|word| !word.is_empty()), "{tag}");
        }
    }

    #[test]
    fn things_are_called_as_people_do() {
        use Language::{English, French, German, Spanish};
        for (tag, language, expected) in [
            ("amenity=toilets", French, "Toilettes"),
            ("amenity=post_box", French, "Boîte aux lettres"),
            ("amenity=drinking_water", German, "Trinkwasser"),
            ("amenity=bench", Spanish, "Banco"),
            ("leisure=playground", English, "Playground"),
        ] {
            assert_eq!(name(tag, language), Some(expected), "{tag}");
        }
        assert_eq!(name("amenity=nothing_such", French), None);
        assert_eq!(["FR", "AT", "MX", "JP", ""].map(Language::of_country), [French, German, Spanish, English, English]);
    }

    #[test]
    fn words_of_each_language_mean_the_same() {
        for word in ["eaupotable", "trinkwasser", "fontaineaeau", "potablewatersource", "trinkwassers"] {
            assert!(meant(word).contains(&"drinkingwater".to_owned()), "{word}");
        }
        assert!(is_thing("bakery") && is_thing("boulangerie") && !is_thing("bio") && !is_thing("yes"));
        assert!(meant("dae").contains(&"defibrillator".to_owned()));
        assert_eq!(meant("defibrillator"), [""; 0]);
        assert_eq!(meant("xyzzy"), [""; 0]);
    }
}
