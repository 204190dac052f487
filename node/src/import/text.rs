//! Text as it stands in files, made fit for the protocol: bounded, in one normal form, without control characters.

mod html;
mod mended;

pub(super) use html::plain;
pub(super) use mended::mended;

use communaut_protocol::op::text::{Lines, clean};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a value that a message repeats: enough to find it in the file.
const SHOWN_MAX: usize = 40;

/// What people and programs write where there is nothing; compared without case.
const ABSENT: &[&str] = &[
    "-",
    "--",
    "---",
    "\u{2013}",
    "\u{2014}",
    "?",
    "null",
    "none",
    "nan",
    "n/a",
    "#n/a",
    "na",
    "nc",
    "n.c.",
    "nr",
    "n.r.",
    "[nd]",
    "nd",
    "\\n",
    "(null)",
    "#ref!",
    "#name?",
    "#valeur!",
    "#value!",
    "#nom?",
    "néant",
    "non renseigné",
    "non renseignee",
    "non renseigne",
    "non communiqué",
    "sans objet",
    "undefined",
    "aucun",
    "aucune",
    "inconnu",
    "inconnue",
    "unknown",
];
/// Bytes of the longest of them.
const ABSENT_MAX: usize = 20;

/// Control characters, and those that turn the direction of text and so can disguise a name or an address.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// One line: whitespace and control characters become single spaces.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let plain = text.nfc().map(|c| if is_hidden(c) { ' ' } else { c });
    let mut gap = false;
    for c in plain {
        if c.is_whitespace() {
            gap = true;
        } else {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    clean(&out, Lines::One)
}

/// Several lines: each as [`one_line`], empty ones left out.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split(['\n', '\r']).map(one_line).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line);
    }
    out
}

/// Cut to `max` bytes at a character's end; whether anything was cut.
pub(super) fn cut(text: &mut String, max: usize) -> bool {
    if text.len() <= max {
        return false;
    }
    text.truncate(text.floor_char_boundary(max));
    text.truncate(text.trim_end().len());
    true
}

/// A value as a message repeats it: one line, short.
pub(super) fn shown(text: &str) -> String {
    let line = one_line(text.get(..text.floor_char_boundary(SHOWN_MAX * 8)).unwrap_or_default());
    match line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// A column's name without accents, case, spaces and signs, so that "Code_Postal" and "code postal" are one.
pub(super) fn header_key(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The words of a column's name, folded as [`header_key`] does: "nomDeLaVoie_2" is nom, de, la, voie, 2.
pub(super) fn header_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        let begins = !before.is_alphanumeric()
            || c.is_uppercase() && before.is_lowercase()
            || c.is_ascii_digit() != before.is_ascii_digit();
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Whether a value only says that there is none.
pub(super) fn is_absent(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.len() <= ABSENT_MAX && ABSENT.iter().any(|none| text.eq_ignore_ascii_case(none))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_line_in_one_form() {
        assert_eq!(one_line(" Cafe\u{301}\u{a0}\n\tdes\u{202e} Arts\u{0} "), "Café des Arts");
        assert_eq!(lines("a  b\r\n\n\n c\u{7}d\n"), "a b\nc d");
    }

    #[test]
    fn cut_keeps_whole_characters() {
        let mut text = "aé".repeat(4);
        assert!(cut(&mut text, 5));
        assert_eq!(text, "aéa");
        assert!(!cut(&mut text, 4));
        assert_eq!(shown(&"é".repeat(1_000)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn header_names_meet() {
        for name in ["Code_Postal", "code postal", "CODE-POSTAL", "\u{feff}codePostal"] {
            assert_eq!(header_key(name), "codepostal");
        }
        assert_eq!(header_key("Libellé d’accès"), "libelledacces");
        assert!(is_absent(" N/A ") && is_absent("") && is_absent("Non renseigné") && !is_absent("Nancy"));
        assert_eq!(header_words("nomDeLaVoie_2 (été)"), ["nom", "de", "la", "voie", "2", "ete"]);
        assert_eq!(header_words("coordX"), ["coord", "x"]);
    }
}
