//! The words of a text: folded, with their French and English stems.

use super::fold::folded;
use communaut_protocol::fold::ElementView;
use rust_stemmers::{Algorithm, Stemmer};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Characters of a word that count: the longest words of both languages have about 30. A longer one is cut, the
/// same way in an element and in a query.
const WORD_MAX: usize = 40;
/// Letters that a stem needs: shorter words are left as they are.
const STEM_MIN: usize = 3;
/// Characters of the beginnings that are indexed as such: with fewer typed, the words that begin so
/// are too many to go through.
pub(super) const BEGINNING_MAX: usize = 3;
/// Words that do not decide in a query that has others: articles and prepositions of both languages, folded, and
/// what an elision leaves. Short on purpose: "nous", "moi" or "été" are names of places and events.
const SMALL: [&str; 34] = [
    "a", "an", "and", "at", "au", "aux", "by", "chez", "d", "dans", "de", "des", "du", "en", "et", "for", "in", "l",
    "la", "le", "les", "of", "on", "or", "ou", "par", "pour", "qu", "s", "sur", "the", "to", "un", "une",
];

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, accents as written: what the French stemmer wants.
    written: String,
    /// Lower case without accents.
    pub folded: String,
}

impl Word {
    /// Whether it decides only where there is no other.
    pub fn is_small(&self) -> bool {
        SMALL.binary_search(&self.folded.as_str()).is_ok()
    }
}

/// The words of a text: runs of letters and digits. "l'école" are two, "Joe's" is one.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut run = String::new();
    let mut after_apostrophe = false;
    for c in text.nfc().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() {
            if run.chars().nth(WORD_MAX - 1).is_none() {
                run.push(c);
            }
            continue;
        }
        if !run.is_empty() {
            let possessive = after_apostrophe && run.eq_ignore_ascii_case("s");
            let folded = folded(&run);
            if folded.contains(' ') {
                // One character can stand for several words (ﷺ).
                let parts = folded.split(' ').map(|part| Word { written: part.to_owned(), folded: part.to_owned() });
                found.extend(parts);
            } else if !possessive && !folded.is_empty() {
                found.push(Word { written: run.to_lowercase(), folded });
            }
            run.clear();
        }
        after_apostrophe = matches!(c, '\'' | '\u{2019}' | '\u{2bc}');
    }
    found
}

/// Both stemmers.
pub(super) struct Stems {
    french: Stemmer,
    english: Stemmer,
}

impl fmt::Debug for Stems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stems")
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self { french: Stemmer::create(Algorithm::French), english: Stemmer::create(Algorithm::English) }
    }
}

impl Stems {
    /// Call with each stem of a word, marked with its language, so that a French stem never meets an English one.
    /// French is stemmed with and without its accents: people leave them out.
    pub fn each(&self, word: &Word, mut take: impl FnMut(String)) {
        let stemmable = word.folded.len() >= STEM_MIN && word.written.chars().all(char::is_alphabetic);
        if !stemmable {
            return;
        }
        let plain = folded(&self.french.stem(&word.folded));
        if word.written != word.folded {
            let accented = folded(&self.french.stem(&word.written));
            if accented != plain {
                take(format!("f{accented}"));
            }
        }
        take(format!("f{plain}"));
        take(format!("e{}", self.english.stem(&word.folded)));
    }
}

/// The words, stems and beginnings of one or more texts: each once, with spaces before, between and behind, as
/// the index takes them and as they are searched while they wait for it.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub words: Box<str>,
    pub stems: Box<str>,
    pub beginnings: Box<str>,
}

impl Terms {
    fn of<'a>(texts: impl IntoIterator<Item = &'a str>, stems: &Stems) -> Self {
        let (mut whole, mut stemmed, mut begun) = (Vec::new(), Vec::new(), Vec::new());
        for word in texts.into_iter().flat_map(words) {
            stems.each(&word, |stem| stemmed.push(stem));
            let ends = word.folded.char_indices().map(|(at, c)| at + c.len_utf8()).take(BEGINNING_MAX);
            begun.extend(ends.filter_map(|end| word.folded.get(..end)).map(str::to_owned));
            whole.push(word.folded);
        }
        Self { words: once(whole), stems: once(stemmed), beginnings: once(begun) }
    }

    /// Bytes that it holds.
    fn len(&self) -> usize {
        self.words.len() + self.stems.len() + self.beginnings.len()
    }
}

fn once(mut list: Vec<String>) -> Box<str> {
    list.sort_unstable();
    list.dedup();
    if list.is_empty() { Box::default() } else { format!(" {} ", list.join(" ")).into() }
}

/// A term as it is looked for in [`Terms`].
pub(super) fn delimited(term: &str) -> String {
    format!(" {term} ")
}

/// What an element's texts say.
#[derive(Debug)]
pub(super) struct ElementTerms {
    pub name: Terms,
    pub tags: Terms,
    pub texts: Terms,
}

impl ElementTerms {
    pub fn of(element: &ElementView, stems: &Stems) -> Self {
        Self {
            name: Terms::of([element.name.as_str()], stems),
            tags: Terms::of(element.tags.iter().map(String::as_str), stems),
            texts: Terms::of([element.description.as_str(), element.address.as_str()], stems),
        }
    }
    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.name.len() + self.tags.len() + self.texts.len()
    }
}
