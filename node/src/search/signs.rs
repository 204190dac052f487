//! What pictograms stand for: the places that have what they show (`signs.tsv`), and what they are called in four
//! languages (`node/assets/sign_words.bin`, of Unicode's CLDR).

use super::{fold::folded, tables::rows};
use std::{collections::HashMap, io::Read, sync::LazyLock};

/// A line each: a pictogram, and words for the places that it stands for.
const PLACES: &str = include_str!("signs.tsv");
static PACKED: &[u8] = include_bytes!("../../assets/sign_words.bin");
/// Bytes of the names when unpacked: ten times what they are.
const NAMES_MAX: u64 = 1 << 20;

/// Words by pictogram, folded, several written together: first the places, then the names.
static WORDS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut names = String::new();
    // The program's own bytes: a test reads them whole.
    if let Ok(reader) = zstd::Decoder::new(PACKED) {
        drop(reader.take(NAMES_MAX).read_to_string(&mut names));
    }
    let mut words: HashMap<String, Vec<String>> = HashMap::new();
    let places = rows(PLACES).filter_map(|row| row.split_once('\t'));
    let named = names.lines().filter_map(|line| line.split_once('\t'));
    let each = places.flat_map(|(sign, row)| row.split(' ').map(move |word| (sign, word)));
    for (sign, word) in each.chain(named.flat_map(|(sign, row)| row.split('|').map(move |name| (sign, name)))) {
        let word = folded(word).replace(' ', "");
        let held = words.entry(sign.to_owned()).or_default();
        if word.len() > 1 && !held.contains(&word) {
            held.push(word);
        }
    }
    words
});

/// The words that a pictogram stands for.
pub(super) fn of_sign(sign: &str) -> impl Iterator<Item = &'static str> {
    WORDS.get(sign).into_iter().flatten().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_whole() {
        for (sign, words) in rows(PLACES).map(|row| row.split_once('\t').unwrap_or_default()) {
            assert!(sign.chars().count() == 1 && of_sign(sign).count() > 0, "{sign}");
            assert!(words.split(' ').all(|word| folded(word) == word && word.len() > 1), "{sign}");
        }
        assert!(WORDS.len() > 1_300, "{}", WORDS.len());
    }

    #[test]
    fn a_pictogram_is_a_place_and_a_thing_in_four_languages() {
        let words = |sign| of_sign(sign).collect::<Vec<_>>();
        assert_eq!(words("\u{1f3bb}"), ["violon", "violin", "geige"], "once, where two are called alike");
        assert!(words("\u{1f950}").starts_with(&["boulangerie", "patisserie", "bakery", "croissant"]));
        assert!(words("\u{1f6b0}").contains(&"trinkwasser"));
        assert_eq!(words("a"), [""; 0]);
    }
}
