//! Under what else a word is found than as it is written. Index and query make the same forms; what they have in
//! common is a match. Each form begins with a letter that says of what sort it is, so that sorts never meet.

use super::{
    numerals::{self, Numeral},
    pieces::{Piece, Stuff, WORD_MAX},
    tables,
};

/// Letters of the sorts; "f" and "e" are the stems'.
pub(super) const JOINED: char = 'j';
const SHORT: char = 'x';
const NUMBER: char = 'n';
const PLURAL: char = 'p';
const SPELT_OUT: char = 'u';
const WITHOUT_ARTICLE: char = 'l';
/// What a thing is.
const IS: char = 'i';
/// Two words of an address that stand beside each other.
const BESIDE: char = 'd';
/// Written with accents: of two that are equal without, the one typed comes first.
const ACCENTED: char = 'a';

/// Words that do not decide in a query that has others: articles and prepositions of both languages, folded, and
/// what an elision leaves. Short on purpose: "nous", "moi" or "été" are names of places and events.
const SMALL: [&str; 36] = [
    "a", "an", "and", "at", "au", "aux", "by", "chez", "d", "dans", "de", "des", "du", "en", "et", "for", "in", "l",
    "la", "le", "les", "n", "no", "of", "on", "or", "ou", "par", "pour", "qu", "s", "sur", "the", "to", "un", "une",
];

/// Whether a word decides only where there is no other.
pub(super) fn is_small(word: &str) -> bool {
    SMALL.binary_search(&word).is_ok()
}

/// The article of Arabic, written in one with its word, and the letters that a word has with it at the least.
const ARABIC_ARTICLE: &str = "ال";
const WITH_ARTICLE_MIN: usize = 5;

/// What stands behind a house number.
const BEHIND_NUMBER: [&str; 4] = ["bis", "ter", "quater", "quinquies"];

fn marked(sort: char, form: &str) -> String {
    format!("{sort}{form}")
}

/// The mark of a word written with accents.
pub(super) fn accented(folded: &str) -> String {
    marked(ACCENTED, folded)
}

/// What a number is found by, however it is written.
pub(super) fn number(value: u32) -> String {
    format!("{NUMBER}{value}")
}

/// What is found by its short forms too.
pub(super) fn short(long: &str) -> String {
    marked(SHORT, long)
}

/// What a thing is, several words as one.
pub(super) fn is(word: &str) -> String {
    marked(IS, word)
}

/// Digits from which a number is no door's but a code, in which an address ends or another begins.
const CODE_DIGITS: usize = 4;

/// Call with each two words that stand beside each other, small ones passed over, and where they stand: a door and
/// its street, whose short forms are written out.
pub(super) fn beside(pieces: &[Piece], mut take: impl FnMut([usize; 2], String)) {
    let long = |word: &'_ str| -> Vec<String> {
        let longs = tables::long_forms(word);
        if longs.is_empty() { vec![word.to_owned()] } else { longs.iter().map(|long| (*long).to_owned()).collect() }
    };
    let mut before: Option<(usize, Vec<String>)> = None;
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.possessive && !is_small(&piece.folded)) {
        let digits = piece.folded.bytes().all(|byte| byte.is_ascii_digit());
        if piece.stuff != Stuff::Word || digits && piece.folded.len() >= CODE_DIGITS {
            before = None;
            continue;
        }
        let words = long(&piece.folded);
        for (first, one) in before.iter().flat_map(|(first, ones)| ones.iter().map(move |one| (*first, one))) {
            words.iter().for_each(|other| take([first, at], format!("{BESIDE}{one}_{other}")));
        }
        before = Some((at, words));
    }
}

/// Words written together.
pub(super) fn joined(words: &str) -> String {
    marked(JOINED, words)
}

/// A word of two spellings in German and the Nordic languages: "Müller" is also "Mueller".
pub(super) fn spelt_out(written: &str) -> Option<String> {
    if !written.contains(['ä', 'ö', 'ü', 'å', 'ø']) {
        return None;
    }
    let mut out = String::with_capacity(written.len() + 4);
    for c in written.chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' => out.push_str("aa"),
            c => out.push(c),
        }
    }
    Some(super::fold::folded(&out))
}

/// Singulars of French plurals in -x, and what they are singulars of, in one form.
fn plurals(word: &str, mut take: impl FnMut(String)) {
    let base = word.strip_suffix('x').unwrap_or(word);
    if word.len() < 3 || !base.is_ascii() {
        return;
    }
    if ["eu", "au", "ou"].iter().any(|end| base.ends_with(end)) {
        take(marked(PLURAL, base));
    }
    match base.strip_suffix("au") {
        // Travaux, vitraux.
        Some(stem) if base != word && !stem.ends_with('e') => take(format!("{PLURAL}{stem}ail")),
        _ if word.ends_with("ail") => take(marked(PLURAL, word)),
        _ => {}
    }
}

/// A German or Dutch street, which is one word: "Gartenstr." is the "Gartenstraße".
fn compound_street(word: &str, mut take: impl FnMut(String)) {
    if let Some(name) = word.strip_suffix("str").filter(|name| name.len() > 2) {
        take(format!("{SHORT}{name}strasse"));
        take(format!("{SHORT}{name}straat"));
    } else if word.len() > 8 && (word.ends_with("strasse") || word.ends_with("straat")) {
        take(marked(SHORT, word));
    }
}

/// Forms of a word that index and query both make. `asked`: it stands in a query.
pub(super) fn each(pieces: &[Piece], at: usize, asked: bool, mut take: impl FnMut(String)) {
    let Some(piece) = pieces.get(at).filter(|piece| piece.stuff == Stuff::Word) else { return };
    let word = piece.folded.as_str();
    for long in tables::long_forms(word) {
        take(short(long));
    }
    compound_street(word, &mut take);
    plurals(word, &mut take);
    if let Some(value) = value(pieces, at, asked) {
        // A number in its plain digits is a word already.
        if asked || word != value.to_string() {
            take(number(value));
        }
    }
    if let Some(rest) = word.strip_prefix(ARABIC_ARTICLE).filter(|_| word.chars().count() >= WITH_ARTICLE_MIN) {
        take(marked(WITHOUT_ARTICLE, rest));
    }
    let arabic = word.starts_with(|c| matches!(c, '\u{621}'..='\u{6ff}'));
    if asked && arabic {
        take(marked(WITHOUT_ARTICLE, word));
    }
    if asked {
        if ["ae", "oe", "ue", "aa"].iter().any(|pair| word.contains(pair)) {
            take(marked(SPELT_OUT, word));
        }
    } else if let Some(spelt) = spelt_out(&piece.written) {
        take(marked(SPELT_OUT, &spelt));
    }
}

/// A word without the Arabic article, as it stands elsewhere.
pub(super) fn without_article(word: &str) -> Option<&str> {
    word.strip_prefix(ARABIC_ARTICLE).filter(|_| word.chars().count() >= WITH_ARTICLE_MIN)
}

/// What a word is worth, when it is a number.
pub(super) fn value(pieces: &[Piece], at: usize, asked: bool) -> Option<u32> {
    let piece = pieces.get(at)?;
    let before = at.checked_sub(1).and_then(|before| pieces.get(before));
    let after_name = before.is_some_and(|before| before.stuff == Stuff::Word && before.folded.chars().count() > 1);
    numerals::value(Numeral { raw: &piece.raw, folded: &piece.folded, asked, after_name })
}

/// How much is written together of what stands apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joins {
    /// Any two neighbours: in names and tags, and in what is asked.
    Neighbours,
    /// Only what a hyphen, an apostrophe or dots join already: texts have too many words.
    Signs,
}

/// Some words in a row that may be written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Run {
    /// Their letters, without anything between.
    Word(String),
    /// They are a number of several words.
    Number(u32),
}

/// Call with each run of words that may be written as one, and where it begins and ends.
pub(super) fn runs(pieces: &[Piece], joins: Joins, mut take: impl FnMut(std::ops::RangeInclusive<usize>, Run)) {
    let word = |at: usize| pieces.get(at).filter(|piece| piece.stuff == Stuff::Word);
    let mut whole = |from: usize, to: usize| {
        let run = pieces.get(from..=to).unwrap_or_default();
        let text: String = run.iter().map(|piece| piece.folded.as_str()).collect();
        // Two numbers written as one are another number.
        let digit = |at: Option<u8>| at.is_some_and(|b| b.is_ascii_digit());
        let numbers = run.windows(2).any(|pair| match pair {
            [a, b] => digit(a.folded.bytes().last()) && digit(b.folded.bytes().next()),
            _ => false,
        });
        if text.chars().count() <= WORD_MAX && !numbers {
            take(from..=to, Run::Word(text));
        }
    };
    // How far a run goes on that began before: joined by signs, and made of initials.
    let (mut chain, mut initials) = (0, 0);
    for at in 0..pieces.len() {
        let Some(piece) = word(at) else { continue };
        let before = at.checked_sub(1).and_then(word);
        let follows = before.is_some();
        chain = if follows && piece.joined { chain } else { at };
        initials = if piece.is_initial() && before.is_some_and(Piece::is_initial) { initials } else { at };
        let next = word(at + 1);
        let numbered = before.is_some_and(|before| before.folded.bytes().all(|b| b.is_ascii_digit()))
            && (BEHIND_NUMBER.contains(&piece.folded.as_str()) || piece.is_initial());
        if follows && (joins == Joins::Neighbours || piece.joined || numbered) {
            whole(at - 1, at);
        }
        let chained = at >= chain + 2 && !next.is_some_and(|next| next.joined);
        if chained {
            whole(chain, at);
        }
        if initials + 2 <= at && !next.is_some_and(Piece::is_initial) && !(chained && chain == initials) {
            whole(initials, at);
        }
        let through_small = at >= 2 && word(at - 2).is_some() && before.is_some_and(|before| is_small(&before.folded));
        if joins == Joins::Neighbours && through_small && !(chained && chain + 2 == at) {
            whole(at - 2, at);
        }
    }
    numbers(pieces, &mut take);
}

/// Numbers of several French words: the longest runs.
fn numbers(pieces: &[Piece], take: &mut impl FnMut(std::ops::RangeInclusive<usize>, Run)) {
    let mut from = 0;
    while from + 1 < pieces.len() {
        let rest = pieces.get(from..).unwrap_or_default();
        let words = || rest.iter().map(|piece| piece.folded.as_str());
        let listed = words().take(NUMBER_WORDS_MAX).take_while(|word| numerals::is_of_several(word)).count();
        let longest = (2..=listed).rev().find_map(|len| {
            let value = numerals::together(&words().take(len).collect::<Vec<_>>())?;
            Some((len, value))
        });
        if let Some((len, value)) = longest {
            take(from..=from + len - 1, Run::Number(value));
        }
        from += longest.map_or(1, |(len, _)| len);
    }
}

/// Words of a number: "mille neuf cent quatre vingt dix neuf".
const NUMBER_WORDS_MAX: usize = 7;

/// Forms of words written as one. `first`: the first of them, which may be short for another.
pub(super) fn of_run(run: &Run, first: &Piece, mut take: impl FnMut(String)) {
    match run {
        Run::Number(value) => take(number(*value)),
        Run::Word(text) => {
            take(joined(text));
            compound_street(text, &mut take);
            for long in tables::long_forms(text) {
                take(short(long));
            }
            let rest = text.strip_prefix(first.folded.as_str()).unwrap_or_default();
            for long in tables::long_forms(&first.folded).iter().filter(|long| **long != first.folded) {
                take(format!("{JOINED}{long}{rest}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pieces::pieces, *};

    fn runs_of(text: &str, joins: Joins) -> Vec<String> {
        let mut found = Vec::new();
        runs(&pieces(text), joins, |at, run| {
            found.push(match run {
                Run::Word(text) => text,
                Run::Number(value) => format!("{value}@{}-{}", at.start(), at.end()),
            });
        });
        found
    }

    #[test]
    fn what_may_be_written_as_one() {
        use Joins::{Neighbours, Signs};
        assert_eq!(runs_of("Le Nain Jaune", Neighbours), ["lenain", "nainjaune"]);
        assert_eq!(runs_of("Le Nain Jaune", Signs), [""; 0]);
        assert_eq!(runs_of("S.N.C.F. Guichet", Signs), ["sn", "nc", "cf", "sncf"]);
        assert_eq!(runs_of("Hôtel de Ville", Neighbours), ["hotelde", "deville", "hoteldeville"]);
        assert_eq!(runs_of("l'Hôtel-Dieu", Signs), ["lhotel", "hoteldieu", "lhoteldieu"]);
        assert_eq!(runs_of("A M A P", Signs), ["amap"]);
        assert_eq!(runs_of("Ben's Fish", Signs), ["bens"]);
        assert_eq!(runs_of("12 bis rue", Signs), ["12bis"]);
        assert_eq!(runs_of("rue du dix-huit juin", Signs), ["dixhuit", "18@2-3"]);
        assert_eq!(runs_of("銀行 bar", Neighbours), [""; 0]);
    }

    #[test]
    fn words_of_an_address_beside_each_other() {
        let found = |text: &str| {
            let mut found = Vec::new();
            beside(&pieces(text), |[a, b], form| found.push(format!("{a}-{b} {form}")));
            found
        };
        assert_eq!(found("12 rue de la Gare, 34000 Nice"), ["0-1 d12_rue", "1-4 drue_gare"]);
        assert_eq!(found("bd Voltaire"), ["0-1 dboulevard_voltaire"]);
        assert_eq!(found("rue"), [""; 0]);
    }

    #[test]
    fn forms_of_a_word() {
        let forms = |text: &str, asked| {
            let pieces = pieces(text);
            let mut found = Vec::new();
            each(&pieces, pieces.len() - 1, asked, |form| found.push(form));
            found
        };
        assert_eq!(forms("bd", false), ["xboulevard"]);
        assert_eq!(forms("jeux", false), ["pjeu"]);
        assert_eq!(forms("jeu", true), ["pjeu"]);
        assert_eq!(forms("travaux", false), ["ptravau", "ptravail"]);
        assert_eq!(forms("travail", true), ["ptravail"]);
        assert_eq!(forms("Henri IV", false), ["n4"]);
        assert_eq!(forms("Müller", false), ["umueller"]);
        assert_eq!(forms("mueller", true), ["umueller"]);
        assert_eq!(forms("Gartenstr", false), ["xgartenstrasse", "xgartenstraat"]);
        assert_eq!(forms("4", false), [""; 0]);
        assert_eq!(forms("rue", true), ["urue"]);
    }
}
