//! A text taken apart into words, with what stood between them.

use super::fold::{folded, is_apostrophe, is_of_word, is_unseen};
use unicode_normalization::UnicodeNormalization;

/// Characters of a word that count: the longest words of German have about 40. A longer one is cut, the same way in an
/// element and in a query.
pub(super) const WORD_MAX: usize = 40;

/// What a piece is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stuff {
    /// Letters and digits.
    Word,
    /// One character of a script that puts no spaces between words, or syllables of Korean.
    Character,
    /// A pictogram.
    Sign,
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// As it stands there.
    pub raw: String,
    /// Lower case, accents as written: what the French stemmer wants.
    pub written: String,
    /// Lower case without accents.
    pub folded: String,
    pub stuff: Stuff,
    /// No space stands between it and the one before: a hyphen, an apostrophe, dots.
    pub joined: bool,
    /// The "s" of "Joe's": no word of its own.
    pub possessive: bool,
}

impl Piece {
    fn new(raw: &str, folded: String, stuff: Stuff, joined: bool) -> Self {
        Self { raw: raw.to_owned(), written: raw.to_lowercase(), folded, stuff, joined, possessive: false }
    }
    /// A single letter, as in "S.N.C.F.".
    pub fn is_initial(&self) -> bool {
        self.stuff == Stuff::Word && self.folded.chars().count() == 1 && self.folded.chars().all(char::is_alphabetic)
    }
    /// Whether accents were written.
    pub fn has_accents(&self) -> bool {
        self.written != self.folded
    }
}

/// Scripts that are written without spaces; in Korean, names are written together.
fn is_character(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
        && is_of_word(c)
}

/// Pictograms, arrows and suns: a name may have nothing else.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

/// What joins what stands around it. Apostrophes do so too.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}' | '.' | '·' | '\u{2027}' | '\u{30fb}' | '&' | '_' | '+' | '"')
        || is_apostrophe(c)
}

/// What stood since the last piece.
#[derive(Clone, Copy, PartialEq)]
enum Between {
    Nothing,
    Joint,
    Apostrophe,
    Gap,
}

struct Pieces {
    found: Vec<Piece>,
    run: String,
    run_len: usize,
    between: Between,
}

impl Pieces {
    fn push(&mut self, mut piece: Piece) {
        piece.possessive = self.between == Between::Apostrophe && piece.folded == "s" && !self.found.is_empty();
        self.found.push(piece);
        self.between = Between::Nothing;
    }

    fn joined(&self) -> bool {
        matches!(self.between, Between::Joint | Between::Apostrophe) && !self.found.is_empty()
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        self.run_len = 0;
        let folded = folded(&run);
        if folded.contains(' ') {
            // One character can stand for several words (ﷺ).
            for part in folded.split(' ') {
                self.push(Piece::new(part, part.to_owned(), Stuff::Word, false));
            }
        } else if !folded.is_empty() {
            let joined = self.joined();
            self.push(Piece::new(&run, folded, Stuff::Word, joined));
        }
    }

    fn take(&mut self, c: char) {
        if is_unseen(c) {
            return;
        }
        if is_sign(c) || is_character(c) {
            let stuff = if is_sign(c) { Stuff::Sign } else { Stuff::Character };
            self.end_run();
            let one = c.to_string();
            let folded = if stuff == Stuff::Sign { one.clone() } else { folded(&one) };
            if !folded.is_empty() {
                let after = self.found.last().is_some_and(|last| last.stuff == Stuff::Character);
                let joined = stuff == Stuff::Character && after && self.between == Between::Nothing;
                self.push(Piece::new(&one, folded, stuff, joined));
            }
        } else if is_of_word(c) {
            if self.run_len < WORD_MAX {
                self.run.push(c);
            }
            self.run_len += 1;
        } else {
            self.end_run();
            self.between = match self.between {
                Between::Nothing | Between::Apostrophe | Between::Joint if is_apostrophe(c) => Between::Apostrophe,
                Between::Nothing | Between::Apostrophe | Between::Joint if is_joint(c) => Between::Joint,
                _ => Between::Gap,
            };
        }
    }
}

/// The words of a text. "l'école" are two, joined.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Pieces { found: Vec::new(), run: String::new(), run_len: 0, between: Between::Nothing };
    text.nfc().for_each(|c| pieces.take(c));
    pieces.end_run();
    pieces.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        for piece in pieces(text) {
            out.push(if piece.joined { '-' } else { ' ' });
            out.push_str(&piece.folded);
        }
        out.trim().to_owned()
    }

    #[test]
    fn words_and_what_joins_them() {
        for (text, expected) in [
            ("L'École Saint-Étienne", "l-ecole saint-etienne"),
            ("S.N.C.F. Guichet", "s-n-c-f guichet"),
            ("lʼAtelier", "l-atelier"),
            ("Faʻaʻā Nui", "fa-a-a nui"),
            ("Paral·lel", "paral-lel"),
            ("Saint - Étienne", "saint etienne"),
            ("R&D, 3/4", "r-d 3 4"),
            ("🌱 Jardin🐝", "🌱 jardin 🐝"),
            ("東京Park2 京", "東-京 park2 京"),
            ("Bou\u{ad}langerie", "boulangerie"),
            ("« Chez Aïcha »", "chez aicha"),
            ("'quoted' -dash", "quoted dash"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_possessive_is_no_word() {
        let possessive = |text| pieces(text).iter().map(|piece| piece.possessive).collect::<Vec<_>>();
        assert_eq!(possessive("Ben’s S-Bahn"), [false, true, false, false]);
        assert_eq!(possessive("s club"), [false, false]);
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(shown(&"x".repeat(1_000)).len(), WORD_MAX);
    }
}
