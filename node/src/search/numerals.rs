//! Numbers as people write them in names: 4, 04, IV, 4e, IVe, quatre, quatrième, fourth, dix-huit.

/// What a numeral or number word can be worth at the most: years and large streets; more is no name's number.
const VALUE_MAX: u32 = 9_999;

/// Cardinal numbers in French, which are also put together ("vingt-deux").
const FRENCH: [(&str, u32); 23] = [
    ("un", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("six", 6),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("treize", 13),
    ("quatorze", 14),
    ("quinze", 15),
    ("seize", 16),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("cent", 100),
    ("mille", 1_000),
];

/// Other words for numbers, in French, English and German. Left out: words that mean something else more often
/// ("one", "dos", "once", "elf").
const WORDS: [(&str, u32); 57] = [
    ("premier", 1),
    ("premiere", 1),
    ("second", 2),
    ("seconde", 2),
    ("deuxieme", 2),
    ("troisieme", 3),
    ("quatrieme", 4),
    ("cinquieme", 5),
    ("sixieme", 6),
    ("septieme", 7),
    ("huitieme", 8),
    ("neuvieme", 9),
    ("dixieme", 10),
    ("onzieme", 11),
    ("douzieme", 12),
    ("treizieme", 13),
    ("quatorzieme", 14),
    ("quinzieme", 15),
    ("seizieme", 16),
    ("vingtieme", 20),
    ("vingts", 20),
    ("cents", 100),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("twenty", 20),
    ("first", 1),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("erste", 1),
    ("ersten", 1),
    ("zweite", 2),
    ("dritte", 3),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("primero", 1),
    ("primo", 1),
];

/// Whether such an end makes a number an ordinal one, folded: French, English, Dutch.
fn is_ordinal_end(end: &str, value: u32) -> bool {
    match end {
        "er" | "re" | "ere" | "ers" => value == 1,
        "nd" | "nde" | "de" => value % 10 == 2,
        "st" => value % 10 == 1,
        "rd" => value % 10 == 3,
        "e" | "eme" | "ieme" | "th" => true,
        _ => false,
    }
}

/// Words that look like a Roman ordinal and are none.
const NO_NUMERALS: [&str; 6] = ["vie", "vive", "xe", "ve", "ie", "ieme"];

/// What is asked of a piece: how it was written decides whether letters are a numeral.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numeral<'a> {
    /// As it stands in the text.
    pub raw: &'a str,
    pub folded: &'a str,
    /// People type numerals in small letters ("henri iv").
    pub asked: bool,
    /// It stands behind a name: only there a single letter is a numeral ("Charles X").
    pub after_name: bool,
}

/// What a word is worth, when it is a number.
pub(super) fn value(word: Numeral<'_>) -> Option<u32> {
    let digits = word.folded.bytes().take_while(u8::is_ascii_digit).count();
    let (number, end) = word.folded.split_at_checked(digits)?;
    if digits > 0 {
        let value = number.parse().ok().filter(|value| *value <= VALUE_MAX)?;
        let ordinal = end.is_empty() || is_ordinal_end(end, value) || end == "ste" || word.raw.ends_with(['º', 'ª']);
        return ordinal.then_some(value);
    }
    let listed = FRENCH.iter().skip(1).chain(&WORDS).find(|(listed, _)| *listed == word.folded);
    listed.map(|(_, value)| *value).or_else(|| roman_word(word))
}

fn roman_word(word: Numeral<'_>) -> Option<u32> {
    let letters = word.folded.bytes().take_while(|b| matches!(b, b'i' | b'v' | b'x')).count();
    // A suffix may begin with an "i" of its own: "Ier", "Vième".
    let ends = (1..=letters).rev().filter_map(|at| word.folded.split_at_checked(at));
    let (numeral, end, value) = ends.into_iter().find_map(|(numeral, end)| {
        let value = roman(numeral)?;
        (end.is_empty() || is_ordinal_end(end, value)).then_some((numeral, end, value))
    })?;
    let capitals = word.raw.get(..numeral.len()).is_some_and(|part| part.bytes().all(|b| b.is_ascii_uppercase()));
    let small_end = word.raw.get(numeral.len()..).is_some_and(|end| end.bytes().all(|b| !b.is_ascii_uppercase()));
    if end.is_empty() {
        let alone = numeral.len() == 1;
        return (if alone {
            word.after_name && (capitals || word.asked && numeral != "i")
        } else {
            capitals || word.asked
        })
        .then_some(value);
    }
    let plainly = capitals && small_end;
    let surely = !NO_NUMERALS.contains(&word.folded) && (word.asked || capitals);
    (plainly || surely).then_some(value)
}

/// A numeral of I, V and X as it is properly written: up to 39, which covers kings, districts and centuries. With
/// further letters words would be taken for numbers ("mix", "di").
fn roman(text: &str) -> Option<u32> {
    const UNITS: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = text.bytes().take(3).take_while(|b| *b == b'x').count();
    let unit = text.get(tens..).and_then(|rest| UNITS.iter().position(|unit| *unit == rest))?;
    u32::try_from(10 * tens + unit).ok().filter(|value| *value > 0)
}

/// Whether a word can be one of several of a French number.
pub(super) fn is_of_several(word: &str) -> bool {
    word == "et" || french(word).is_some()
}

fn french(word: &str) -> Option<u32> {
    let single = word.strip_suffix('s').filter(|single| matches!(*single, "vingt" | "cent")).unwrap_or(word);
    FRENCH.iter().find(|(listed, _)| *listed == single).map(|(_, worth)| *worth)
}

/// Words of a French number in a row ("quatre", "vingt", "dix"; "et" between), what they are worth together. Two at
/// the least.
pub(super) fn together(words: &[&str]) -> Option<u32> {
    let (mut total, mut current) = (0_u32, 0_u32);
    let first = words.first()?;
    if words.len() < 2 || *first == "et" || words.last() == Some(&"et") {
        return None;
    }
    for word in words.iter().filter(|word| **word != "et") {
        current = match french(word)? {
            100 => current.max(1).saturating_mul(100),
            1_000 => {
                total = current.max(1).saturating_mul(1_000).saturating_add(total);
                0
            }
            20 if current % 100 == 4 => current + 76,
            worth => current.saturating_add(worth),
        };
    }
    Some(total.saturating_add(current)).filter(|value| (1..=VALUE_MAX).contains(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::folded;

    fn of(raw: &str, asked: bool, after_name: bool) -> Option<u32> {
        value(Numeral { raw, folded: &folded(raw), asked, after_name })
    }

    #[test]
    fn the_same_number_however_it_is_written() {
        for (number, ways) in [
            (1, &["1", "01", "1er", "1re", "1ère", "1ᵉʳ", "1st", "premier", "Première", "first", "Ier", "IER"][..]),
            (2, &["2", "2e", "2nd", "2nde", "2ème", "II", "IIe", "deux", "second", "two", "Zweite"]),
            (4, &["4", "IV", "IVe", "quatre", "Quatrième", "four", "4th"]),
            (9, &["IX", "IXe", "neuf"]),
            (11, &["11", "XI", "XIe", "XIème", "XIÈME", "onze", "11e", "11ème"]),
            (19, &["XIX", "XIXe"]),
            (39, &["XXXIX"]),
        ] {
            for way in ways {
                assert_eq!(of(way, false, true), Some(number), "{way}");
                assert_eq!(of(&way.to_lowercase(), true, true), Some(number), "{way} typed");
            }
        }
    }

    #[test]
    fn words_that_are_no_numbers() {
        for text in ["vie", "vive", "mix", "il", "vi", "livre", "iiii", "vx", "iix", "xxxx", "civil", "ixi", "VIDE"] {
            assert_eq!(of(text, false, true), None, "{text}");
        }
        assert_eq!(of("vie", true, true), None);
        assert_eq!((of("V", false, false), of("V", false, true)), (None, Some(5)));
        assert_eq!((of("i", true, true), of("x", true, true)), (None, Some(10)));
        assert_eq!((of("12bis", false, true), of("2cv", true, true), of("123456", true, true)), (None, None, None));
        for text in ["ivi", "ivre", "viste", "vies", "vide", "i"] {
            assert_eq!(of(text, true, true), None, "{text} typed");
        }
    }

    #[test]
    fn numbers_of_several_words() {
        for (words, number) in [
            ("dix huit", 18),
            ("vingt et un", 21),
            ("quatre vingts", 80),
            ("quatre vingt dix neuf", 99),
            ("cent quatre", 104),
            ("deux cents", 200),
            ("mille neuf cent dix huit", 1918),
            ("soixante dix", 70),
        ] {
            assert_eq!(together(&words.split(' ').collect::<Vec<_>>()), Some(number), "{words}");
        }
        for words in ["dix", "et dix", "dix et", "dix amis", "dix mille", "cent cent cent cent cent cent cent"] {
            assert_eq!(together(&words.split(' ').collect::<Vec<_>>()), None, "{words}");
        }
    }
}
