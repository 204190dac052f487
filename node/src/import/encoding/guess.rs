//! Of encodings with one byte a letter: in which one a file's letters make most sense.

use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, WINDOWS_1252};

/// Those that are tried; of two that fit equally well the first is taken. All of Latin-1 is in the first.
const TRIED: [&Encoding; 3] = [WINDOWS_1252, MACINTOSH, ISO_8859_15];

/// What stands around a byte.
const AFTER_SMALL: usize = 0;
const AMONG_CAPITALS: usize = 1;
const BEFORE_LETTER: usize = 2;
const ALONE: usize = 3;

/// How often each byte beyond ASCII stood where.
#[derive(Debug)]
pub(super) struct Letters {
    counts: Box<[[u64; 4]; 128]>,
    before: u8,
    /// The last byte of a chunk, whose follower is not known yet.
    waiting: Option<u8>,
}

impl Default for Letters {
    fn default() -> Self {
        Self { counts: Box::new([[0; 4]; 128]), before: b' ', waiting: None }
    }
}

impl Letters {
    /// Take the bytes of a file, chunk after chunk.
    pub fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.one(*byte);
        }
    }

    fn one(&mut self, next: u8) {
        if let Some(byte) = self.waiting.replace(next) {
            if let Some(counts) = usize::from(byte).checked_sub(128).and_then(|at| self.counts.get_mut(at)) {
                let place = if self.before.is_ascii_lowercase() {
                    AFTER_SMALL
                } else if self.before.is_ascii_uppercase() && !next.is_ascii_lowercase() {
                    AMONG_CAPITALS
                } else if next.is_ascii_alphabetic() {
                    BEFORE_LETTER
                } else {
                    ALONE
                };
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
            self.before = byte;
        }
    }

    /// The encoding in which they make most sense.
    pub fn encoding(mut self) -> &'static Encoding {
        self.one(b' ');
        let best = TRIED.into_iter().rev().max_by_key(|encoding| self.sense(encoding));
        best.unwrap_or(WINDOWS_1252)
    }

    fn sense(&self, encoding: &'static Encoding) -> i64 {
        let mut sum = 0_i64;
        for (byte, counts) in (128..=255_u8).zip(self.counts.iter()) {
            let letter = encoding.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or('\0');
            for (place, count) in counts.iter().enumerate() {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                sum = sum.saturating_add(worth(letter, place).saturating_mul(count));
            }
        }
        sum
    }
}

/// How well a letter stands there, in the languages of Western Europe.
fn worth(letter: char, place: usize) -> i64 {
    match letter {
        // A small letter among capitals is none.
        letter if letter.is_lowercase() && place == AMONG_CAPITALS => -1,
        'À' | 'Â' | 'Ç' | 'É' | 'È' | 'Ê' | 'Î' | 'Ô' | 'Œ' | 'Ä' | 'Ö' | 'Ü' | 'Ë' | 'Ï'
            if place == AMONG_CAPITALS =>
        {
            3
        }
        'à' | 'â' | 'ç' | 'é' | 'è' | 'ê' | 'ë' | 'î' | 'ï' | 'ô' | 'ù' | 'û' | 'œ' => 3,
        'ä' | 'ö' | 'ü' | 'ß' | 'ñ' | 'á' | 'í' | 'ó' | 'ú' | 'ã' | 'õ' | 'å' | 'ø' | 'æ' | 'ì' | 'ò' | 'ÿ' => {
            2
        }
        // A capital within a word is none.
        'À' | 'Â' | 'Ç' | 'É' | 'È' | 'Ê' | 'Î' | 'Ô' | 'Œ' | 'Ä' | 'Ö' | 'Ü' | 'Ë' | 'Ï' if place != AFTER_SMALL => {
            1
        }
        '’' if place != BEFORE_LETTER => 2,
        '’' | '‘' | '“' | '”' | '«' | '»' | '…' | '–' | '—' | '€' | '°' | '\u{a0}' | '·' | '•' => {
            1
        }
        letter if letter.is_control() => -4,
        letter if letter.is_uppercase() && place == AFTER_SMALL => -3,
        letter if letter.is_alphabetic() => 0,
        // A sign between letters.
        _ if place != ALONE => -3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        let mut letters = Letters::default();
        for chunk in bytes.chunks(3) {
            letters.take(chunk);
        }
        letters.encoding().name()
    }

    /// By hand, since the crate does not write the encoding of old Macs.
    fn in_encoding(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let byte = |letter: char| {
            (0..=255_u8).find(|byte| encoding.decode_without_bom_handling(&[*byte]).0.starts_with(letter))
        };
        text.chars().map(|letter| byte(letter).unwrap_or_else(|| unreachable!("{letter}"))).collect()
    }

    #[test]
    fn french_is_known_in_each_encoding() {
        for text in [
            "Théâtre de la Forêt;crèé à l'été",
            "Maserie Noël;Œufs, chèvre",
            "École élémentaire Françoise Dolto",
            "L’Épicerie – l’œuf à 5",
            "ÉPICERIE;CHÂTEAU D’EAU;FORÊT",
            "café",
            "Où ça ?",
        ] {
            for encoding in [WINDOWS_1252, MACINTOSH] {
                assert_eq!(found(&in_encoding(text, encoding)), encoding.name(), "{text}");
            }
        }
        assert_eq!(found(&in_encoding("Le cœur et l'œil coûtent 5 €", ISO_8859_15)), "ISO-8859-15");
        for text in ["Straße für Fußgänger", "señor Muñoz", "São João"] {
            assert_eq!(found(&in_encoding(text, WINDOWS_1252)), "windows-1252", "{text}");
        }
        assert_eq!(found(b""), "windows-1252");
    }
}
