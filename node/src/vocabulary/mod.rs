//! Words that an element's fields and its links are said in, and what they are called in French, English and German:
//! kinds of organisations, events and places, stages of projects, roles in links, kinds of contacts. None of the lists
//! is closed: a word that is in none is kept and shown as it is (SPEC.md §6).

use crate::{osm_words::Language, search::fold::folded};
use communaut_protocol::op::Kind;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordList {
    /// Kinds of organisations.
    Organisation,
    /// Kinds of events.
    Event,
    /// Kinds of places.
    Place,
    /// How far a project has come.
    Stage,
    /// What somebody does in a link.
    Role,
    /// Ways to reach somebody.
    Contact,
}

/// All of them, by the names that the table has for them.
pub const LISTS: [(&str, WordList); 6] = [
    ("organisation", WordList::Organisation),
    ("event", WordList::Event),
    ("place", WordList::Place),
    ("stage", WordList::Stage),
    ("role", WordList::Role),
    ("contact", WordList::Contact),
];

/// One word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyWord {
    /// In which list.
    pub list: WordList,
    /// As it is written.
    pub slug: String,
    /// What it is called.
    pub french: String,
    /// What it is called.
    pub english: String,
    /// What it is called.
    pub german: String,
    /// Tag of OpenStreetMap, "office=association"; empty: none.
    pub osm: String,
    /// Type of Communecter; empty: none.
    pub communecter: String,
}

impl VocabularyWord {
    /// What it is called, by the code of a language; in English where it has no name in that.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        match Language::of_code(language) {
            Language::French => &self.french,
            Language::German => &self.german,
            Language::English | Language::Spanish => &self.english,
        }
    }
}

impl WordList {
    /// In which a kind of element finds what it is more exactly.
    #[must_use]
    pub const fn of_kind(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Organisation => Some(Self::Organisation),
            Kind::Event => Some(Self::Event),
            Kind::Place => Some(Self::Place),
            Kind::Person | Kind::Project => None,
        }
    }
}

/// A row each: list, slug, French, English, German, tag, type of Communecter; "-" where there is none.
const TABLE: &str = include_str!("words.tsv");

static WORDS: LazyLock<Vec<VocabularyWord>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(row).collect()
});

fn row(line: &str) -> Option<VocabularyWord> {
    let mut cells = line.split('\t').map(|cell| if cell == "-" { String::new() } else { cell.to_owned() });
    let name = cells.next()?;
    let list = LISTS.iter().find(|(known, _)| *known == name).map(|(_, list)| *list)?;
    let (slug, french, english) = (cells.next()?, cells.next()?, cells.next()?);
    let (german, osm, communecter) = (cells.next()?, cells.next()?, cells.next()?);
    Some(VocabularyWord { list, slug, french, english, german, osm, communecter })
}

/// All words, in the order in which they are offered.
#[must_use]
pub fn words() -> &'static [VocabularyWord] {
    &WORDS
}

/// A word of a list.
#[must_use]
pub fn word(list: WordList, slug: &str) -> Option<&'static VocabularyWord> {
    words().iter().find(|word| word.list == list && word.slug == slug)
}

/// What a word is called, by the code of a language; as it is written, where it is in no list.
#[must_use]
pub fn shown(list: Option<WordList>, slug: &str, language: &str) -> String {
    let known = list.and_then(|list| word(list, slug));
    known.map_or_else(|| slug.to_owned(), |word| word.name(language).to_owned())
}

/// The word of a list that is called so in any language, or in Communecter's.
#[must_use]
pub fn called(list: WordList, typed: &str) -> Option<&'static VocabularyWord> {
    let wanted = joined(typed);
    let is = |word: &&VocabularyWord| {
        let names = [&word.slug, &word.french, &word.english, &word.german, &word.communecter];
        names.into_iter().any(|name| joined(name) == wanted)
    };
    words().iter().filter(|word| word.list == list && !wanted.is_empty()).find(is)
}

/// A slug of what was typed: of the word that is called so, or else of its own letters, where these make one.
#[must_use]
pub fn slug(list: Option<WordList>, typed: &str) -> String {
    if let Some(known) = list.and_then(|list| called(list, typed)) {
        return known.slug.clone();
    }
    let plain = folded(&typed.replace(['_', '-', '\'', '’'], " ")).split_whitespace().collect::<Vec<_>>().join("-");
    let fits = plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // What makes none is refused as it was typed.
    if fits { plain } else { typed.trim().to_owned() }
}

fn joined(words: &str) -> String {
    folded(&words.replace(['_', '-', '\'', '’'], " ")).replace(' ', "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use communaut_protocol::limits::SLUG_MAX;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_whole() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(rows.clone().count(), words().len());
        assert!(rows.clone().all(|line| line.split('\t').count() == 7));
        let keys: BTreeSet<_> = words().iter().map(|word| (word.list, &word.slug)).collect();
        assert_eq!(keys.len(), words().len(), "each once");
        for word in words() {
            let names = [&word.french, &word.english, &word.german];
            assert!(names.iter().all(|name| !name.is_empty()), "{}", word.slug);
            assert!(word.slug.len() <= SLUG_MAX && slug(None, &word.slug) == word.slug, "{}", word.slug);
            assert_eq!(called(word.list, &word.slug).unwrap().slug, word.slug, "its slug means no other word");
            assert!(word.osm.is_empty() || word.osm.contains(['=', ':']), "{}", word.osm);
        }
        assert!(LISTS.iter().all(|(_, list)| words().iter().any(|word| word.list == *list)));
    }

    #[test]
    fn what_is_typed_becomes_the_word_that_is_called_so() {
        for (list, typed, is) in [
            (WordList::Organisation, "Association", "association"),
            (WordList::Organisation, "NGO", "association"),
            (WordList::Organisation, "Genossenschaft", "cooperative"),
            (WordList::Event, "getTogether", "get-together"),
            (WordList::Event, "Répétition", "rehearsal"),
            (WordList::Place, "compostPickup", "compost"),
            (WordList::Stage, "en développement", "development"),
            (WordList::Contact, "Fédivers", "fediverse"),
        ] {
            assert_eq!(slug(Some(list), typed), is, "{typed}");
        }
        // What is in no list is kept, as a slug.
        assert_eq!(slug(Some(WordList::Event), "Café des langues"), "cafe-des-langues");
        assert_eq!(slug(None, "stage-7"), "stage-7");
        assert_eq!(shown(Some(WordList::Event), "cafe-des-langues", "fr"), "cafe-des-langues");
        assert_eq!(slug(Some(WordList::Event), ""), "");
    }

    #[test]
    fn a_word_is_shown_in_the_readers_language() {
        let shown = |language| shown(Some(WordList::Organisation), "public-body", language);
        assert_eq!(
            ["fr", "en", "de", "ja"].map(shown),
            ["service public", "public body", "öffentliche Stelle", "public body"]
        );
    }
}
