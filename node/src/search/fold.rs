//! Texts as they are compared: without accents, case and what cannot be seen, in any script.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Where the digits of other scripts begin, each with ten in a row: people type either.
const ZEROS: [u32; 16] =
    [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0];

/// Katakana with a hiragana of the same sound, and how far apart they stand.
const KATAKANA: std::ops::RangeInclusive<char> = 'ァ'..='ヶ';
const TO_HIRAGANA: u32 = 0x60;

/// What stands in a word and is not of it: soft hyphens, joiners, marks of direction, the Arabic tatweel, colours of
/// skin and the like.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{640}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e01ef}')
}

/// Every sign that people and keyboards write for an apostrophe, the okina among them; Unicode calls some letters.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{55a}' | '\u{5f3}'
        | '\u{5f4}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{a78b}' | '\u{a78c}' | '\u{ff07}')
}

/// Marks without which it is another word: vowels of Indic scripts, of Thai and its neighbours; the voicing of kana.
fn is_spelling(mark: char) -> bool {
    matches!(mark, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3099}' | '\u{309a}')
}

/// Whether a character goes on with the word before it, or begins one.
pub(super) fn is_of_word(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c)) && !is_apostrophe(c)
}

/// Lower case, no accents, ligatures written out, one form of each letter.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let kept = |c: &char| !is_unseen(*c) && (!is_combining_mark(*c) || is_spelling(*c));
    for c in text.nfkd().filter(kept).flat_map(char::to_lowercase).filter(kept) {
        // What has no decomposition in Unicode.
        let spelt = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            'þ' => "th",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'ħ' => "h",
            'ı' => "i",
            'ŋ' => "n",
            'ґ' => "г",
            'ς' => "σ",
            // Forms of alef, yeh, heh and kaf that are typed for one another.
            'ٱ' => "ا",
            'ى' | 'ی' => "ي",
            'ة' | 'ہ' => "ه",
            'ک' => "ك",
            // Hebrew letters at the end of a word.
            'ך' => "כ",
            'ם' => "מ",
            'ן' => "נ",
            'ף' => "פ",
            'ץ' => "צ",
            _ => {
                out.push(digit_or_hiragana(c));
                continue;
            }
        };
        out.push_str(spelt);
    }
    out
}

fn digit_or_hiragana(c: char) -> char {
    let code = u32::from(c);
    if KATAKANA.contains(&c) {
        return char::from_u32(code - TO_HIRAGANA).unwrap_or(c);
    }
    let digit = ZEROS.iter().filter_map(|zero| code.checked_sub(*zero)).find(|digit| *digit < 10);
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

/// Call with each character of the folded text.
fn each(text: &str, take: impl FnMut(char)) {
    if text.is_ascii() {
        // Most of it: nothing to decompose.
        text.chars().map(|c| c.to_ascii_lowercase()).for_each(take);
    } else {
        // Syllables of Korean are put together again: they are letters for whoever types them.
        plain(text).nfc().for_each(take);
    }
}

/// Words of letters and digits with one space between them.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    each(text, |c| {
        if !is_of_word(c) {
            gap = true;
            return;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_form_for_all_ways_to_write() {
        for (text, expected) in [
            ("ÉCOLE de l’Été", "ecole de l ete"),
            ("Bou\u{ad}lan\u{200b}gerie", "boulangerie"),
            ("Große Straße, Ĳssel, ﬁlature", "grosse strasse ijssel filature"),
            ("İstanbul Diyarbakır", "istanbul diyarbakir"),
            ("Fa\u{2bb}a\u{2bb}ā", "fa a a"),
            ("محـمد الخُشيَّش", "محمد الخشيش"),
            ("أحمد إلى آل مدرسة", "احمد الي ال مدرسه"),
            ("שָׁלוֹם ירושלים", "שלומ ירושלימ"),
            ("١٢٣ ۴۵ ४", "123 45 4"),
            ("サクラ ｻｸﾗ さくら", "さくら さくら さくら"),
            ("ガ か", "が か"),
            ("हिन्दी", "हिन्दी"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("서울", "서울"),
            ("Ọ̀ṣun", "osun"),
            ("Ґанок", "ганок"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn what_differs_stays_apart() {
        for (a, b) in [("か", "が"), ("की", "का"), ("port", "porte"), ("ан", "он"), ("12", "1 2")] {
            assert_ne!(folded(a), folded(b));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 400,
            rng_seed: prop::test_runner::RngSeed::Fixed(5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn folding_twice_changes_nothing(text in ".{0,40}|[\\p{L}\\p{M}\\p{N}'’ -]{0,40}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
