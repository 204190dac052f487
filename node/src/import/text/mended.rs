//! Text that was encoded twice: "CafÃ©" for "Café". Each letter of several bytes was taken for several letters.
//!
//! A run of such letters is mended if, turned back into bytes, it is valid UTF-8: letters that people write do not
//! come together that way. Letters that were encoded once stay.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use std::{borrow::Cow, sync::LazyLock};

/// The byte of each letter beyond ASCII, of an encoding of one byte a letter.
struct Back(Vec<(char, u8)>);

impl Back {
    fn new(encoding: &'static Encoding) -> Self {
        let mut letters: Vec<(char, u8)> = (0x80..=0xff_u8)
            .filter_map(|byte| Some((encoding.decode_without_bom_handling(&[byte]).0.chars().next()?, byte)))
            .collect();
        letters.sort_unstable();
        Self(letters)
    }
    fn byte(&self, letter: char) -> Option<u8> {
        let at = self.0.binary_search_by_key(&letter, |(letter, _)| *letter).ok()?;
        self.0.get(at).map(|(_, byte)| *byte)
    }
}

/// By which programs take UTF-8 for something else, the commonest first.
static BACK: LazyLock<[Back; 2]> = LazyLock::new(|| [Back::new(WINDOWS_1252), Back::new(MACINTOSH)]);

/// The text with such letters mended, if there are any.
pub(in crate::import) fn mended(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    // Twice, thrice: each time there are fewer letters.
    while let Some(better) = once(&out) {
        out = Cow::Owned(better);
    }
    out
}

fn once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    BACK.iter().find_map(|back| with(text, back))
}

fn with(text: &str, back: &Back) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut found = false;
    let mut letters = text.chars().peekable();
    let mut run: Vec<(char, u8)> = Vec::new();
    loop {
        let next = letters.next();
        if let Some((letter, byte)) = next.and_then(|letter| Some((letter, back.byte(letter)?))) {
            run.push((letter, byte));
            continue;
        }
        found |= flush(&run, &mut out);
        run.clear();
        match next {
            Some(letter) => out.push(letter),
            None => break,
        }
    }
    found.then(|| a_grave(out))
}

/// Letters of a run that make UTF-8 are given as what they mean, the others as they are.
fn flush(run: &[(char, u8)], out: &mut String) -> bool {
    let mut found = false;
    let mut at = 0;
    while let Some((letter, first)) = run.get(at) {
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        let bytes: Vec<u8> = run.get(at..at + length).unwrap_or_default().iter().map(|(_, byte)| *byte).collect();
        match std::str::from_utf8(&bytes) {
            Ok(meant) if length > 1 && !meant.is_empty() && meant.chars().all(is_usual) => {
                out.push_str(meant);
                found = true;
                at += length;
            }
            _ => {
                out.push(*letter);
                at += 1;
            }
        }
    }
    found
}

/// Letters and signs of Western Europe, arrows and small pictures. Others would be made of what people do write: «é
/// is a Romanian letter to an old Mac.
fn is_usual(letter: char) -> bool {
    matches!(letter, '\u{a0}'..='\u{ff}' | 'œ' | 'Œ' | 'š' | 'Š' | 'ž' | 'Ž' | 'Ÿ' | '\u{2010}'..='\u{2044}')
        || matches!(letter, '€' | '™')
        || matches!(letter, '\u{2190}'..='\u{21ff}' | '\u{1f300}'..='\u{1faff}')
}

/// The second half of "à" is a hard space, which programs turn into a plain one; only where other letters of the text
/// were mended.
fn a_grave(text: String) -> String {
    if text.contains("Ã ") { text.replace("Ã  ", "à ").replace("Ã ", "à ") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::test_support::cases;
    use proptest::prelude::*;

    /// What a program makes of UTF-8 that it takes for another encoding.
    fn spoilt(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn what_was_encoded_twice_is_mended() {
        for (text, meant) in [
            ("CafÃ© de la ForÃªt", "Café de la Forêt"),
            ("lâ€™Ã‰picerie â€“ NoÃ«l", "l’Épicerie – Noël"),
            ("Å’uvre Ã  la mairie", "Œuvre à la mairie"),
            ("ThÃƒÂ©Ã¢tre", "Théâtre"),
            ("Caf√© de la For√™t", "Café de la Forêt"),
            ("5 â‚¬, 20 Â°C", "5 €, 20 °C"),
        ] {
            assert_eq!(mended(text), meant, "{text}");
        }
        let sentence = "Où naît l’œuvre d’Hélène : à Nîmes, ça coûte 5 € – « peut-être »…";
        for encoding in [WINDOWS_1252, MACINTOSH] {
            assert_eq!(mended(&spoilt(sentence, encoding)), sentence);
        }
        let twice = spoilt(&spoilt(sentence, WINDOWS_1252), WINDOWS_1252);
        assert_eq!(mended(&twice), sentence, "twice over");
    }

    #[test]
    fn what_was_encoded_once_stays() {
        for text in [
            "SÃO PAULO",
            "Âge d’or",
            "Forêt à l’Œillet « noël »",
            "√2 ≈ 1,41",
            "ÀÉÈÙÂÊÎÔÛ àéèùâêîôû ç œ æ ÿ",
            "Ångström",
            "日本",
        ] {
            assert_eq!(mended(text), text);
        }
    }

    proptest! {
        #![proptest_config(cases(256))]
        #[test]
        fn what_is_mended_stays(text in "[ÃÂâ€™©ªÅ’éàx √¢™\u{a0}-\u{ff}]{0,24}") {
            let once = mended(&text).into_owned();
            prop_assert_eq!(mended(&once), once.as_str());
        }
        #[test]
        fn any_text(text in "\\PC{0,60}") {
            let once = mended(&text).into_owned();
            prop_assert_eq!(mended(&once), once.as_str());
        }
        #[test]
        fn french_text_is_mended_whole(text in "[a-zéèêëàâîïôùûçœ’«» ]{0,40}") {
            let spoilt = spoilt(&text, WINDOWS_1252);
            prop_assert_eq!(mended(&spoilt), text.as_str());
        }
    }
}
