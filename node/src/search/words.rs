//! The words of an element: folded, with their stems and other forms, as the index takes them.

use super::{
    contacts,
    forms::{self, Joins},
    pieces::{Piece, Stuff, pieces},
    things,
};
use crate::other_names;
use communaut_protocol::fold::ElementView;
use rust_stemmers::{Algorithm, Stemmer};
use std::fmt;

/// Letters that a stem needs: shorter words are left as they are.
const STEM_MIN: usize = 3;
/// Characters of the beginnings that are indexed as such: with fewer typed, the words that begin so
/// are too many to go through.
pub(super) const BEGINNING_MAX: usize = 3;

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
    pub fn each(&self, written: &str, folded: &str, mut take: impl FnMut(String)) {
        let stemmable = folded.len() >= STEM_MIN && written.chars().all(char::is_alphabetic);
        if !stemmable {
            return;
        }
        let plain = super::fold::folded(&self.french.stem(folded));
        if written != folded {
            let accented = super::fold::folded(&self.french.stem(written));
            if accented != plain {
                take(format!("f{accented}"));
            }
        }
        take(format!("f{plain}"));
        take(format!("e{}", self.english.stem(folded)));
    }
}

/// The words, forms and beginnings of one or more texts: each once, with spaces before, between and behind, as
/// the index takes them and as they are searched while they wait for it.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub words: Box<str>,
    /// Stems and the forms of [`forms`].
    pub forms: Box<str>,
    pub beginnings: Box<str>,
}

/// Terms while they are gathered.
struct Gathered<'a> {
    stems: &'a Stems,
    words: Vec<String>,
    forms: Vec<String>,
    beginnings: Vec<String>,
}

impl<'a> Gathered<'a> {
    fn new(stems: &'a Stems) -> Self {
        Self { stems, words: Vec::new(), forms: Vec::new(), beginnings: Vec::new() }
    }

    fn text(mut self, text: &str, joins: Joins) -> Self {
        let pieces = pieces(text);
        for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.possessive) {
            match piece.stuff {
                Stuff::Word => self.word(&pieces, at, piece),
                Stuff::Sign => self.words.push(piece.folded.clone()),
                Stuff::Character => {
                    if let Some(before) = at.checked_sub(1).and_then(|at| pieces.get(at)).filter(|_| piece.joined) {
                        self.words.push(format!("{}{}", before.folded, piece.folded));
                    }
                    self.words.push(piece.folded.clone());
                }
            }
        }
        forms::runs(&pieces, joins, |at, run| {
            if let Some(first) = pieces.get(*at.start()) {
                forms::of_run(&run, first, |form| self.forms.push(form));
            }
        });
        self
    }

    fn word(&mut self, pieces: &[Piece], at: usize, piece: &Piece) {
        let word = &piece.folded;
        self.stems.each(&piece.written, word, |stem| self.forms.push(stem));
        forms::each(pieces, at, false, |form| self.forms.push(form));
        if piece.has_accents() {
            self.forms.push(forms::accented(word));
        }
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(BEGINNING_MAX);
        self.beginnings.extend(ends.filter_map(|end| word.get(..end)).map(str::to_owned));
        self.words.push(word.clone());
    }

    fn terms(self) -> Terms {
        Terms { words: once(self.words), forms: once(self.forms), beginnings: once(self.beginnings) }
    }
}

impl Terms {
    /// Those of a name.
    pub fn of_name(name: &str, stems: &Stems) -> Self {
        Gathered::new(stems).text(name, Joins::Neighbours).terms()
    }
    /// Bytes that it holds.
    fn len(&self) -> usize {
        self.words.len() + self.forms.len() + self.beginnings.len()
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
        let (sentences, names) = other_names::split(&element.description);
        let alone = if other_names::is_list(names) { "" } else { names };
        let mut texts = Gathered::new(stems).text(sentences, Joins::Signs).text(&element.address, Joins::Signs);
        texts = texts.text(&contacts::site_words(element), Joins::Signs);
        contacts::each(element, |word| texts.words.push(word));
        forms::beside(&pieces(&element.address), |_, form| texts.forms.push(form));
        Self { texts: texts.text(alone, Joins::Neighbours).terms(), ..Self::of_name_and_tags(element, stems) }
    }
    /// Without its texts; its other names count as tags do.
    pub fn of_name_and_tags(element: &ElementView, stems: &Stems) -> Self {
        let mut tags = element.tags.iter().fold(Gathered::new(stems), |all, tag| all.text(tag, Joins::Neighbours));
        things::of(element, |form| tags.forms.push(form));
        let (_, names) = other_names::split(&element.description);
        let listed = if other_names::is_list(names) { names } else { "" };
        for other in other_names::of_line(listed) {
            tags = tags.text(&other.name, Joins::Neighbours);
        }
        Self { tags: tags.terms(), ..Self::of_name(&element.name, stems) }
    }
    /// What a name says alone.
    pub fn of_name(name: &str, stems: &Stems) -> Self {
        let name = Gathered::new(stems).text(name, Joins::Neighbours).terms();
        Self { name, tags: Terms::default(), texts: Terms::default() }
    }
    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.name.len() + self.tags.len() + self.texts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_the_same_each_time_and_bounded() {
        let stems = Stems::default();
        for text in ["Hôtel de Ville Saint-Étienne", "銀行 S.N.C.F. IV", &"mot ".repeat(300)] {
            let terms = |joins| Gathered::new(&stems).text(text, joins).terms();
            assert_eq!(terms(Joins::Neighbours).forms, terms(Joins::Neighbours).forms);
            assert!(terms(Joins::Neighbours).len() <= TERMS_PER_BYTE * text.len().max(8), "{text}");
        }
    }

    /// What a text of a name costs in terms at the most, for each of its bytes.
    const TERMS_PER_BYTE: usize = 20;
}
