//! What things on OpenStreetMap are called, in French, English, German and Spanish: `node/assets/osm_words.bin`. What
//! has no name of its own is shown by what it is, and found by any of these words.

use crate::search::fold::folded;
use std::{collections::HashMap, io::Read, sync::LazyLock};

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
        assert!(meant("dae").contains(&"defibrillator".to_owned()));
        assert_eq!(meant("defibrillator"), [""; 0]);
        assert_eq!(meant("xyzzy"), [""; 0]);
    }
}
