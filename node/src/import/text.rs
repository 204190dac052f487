//! Text as it stands in files, made fit for the protocol: bounded, in one normal form, without control characters.

use communaut_protocol::op::text::{Lines, clean};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a value that a message repeats: enough to find it in the file.
const SHOWN_MAX: usize = 40;

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

/// Whether a value only says that there is none.
pub(super) fn is_absent(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || ["-", "--", "null", "none", "nan", "n/a", "#n/a", "nc", "nr"]
            .iter()
            .any(|none| text.eq_ignore_ascii_case(none))
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
        assert!(is_absent(" N/A ") && is_absent("") && !is_absent("Nancy"));
    }
}
