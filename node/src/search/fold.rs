//! Texts without accents and case, as they are compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Call with each character of the folded text: lower case, no accents, ligatures written out.
fn each(text: &str, mut take: impl FnMut(char)) {
    if text.is_ascii() {
        // Most of it: nothing to decompose.
        return text.chars().for_each(|c| take(c.to_ascii_lowercase()));
    }
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        // What has no decomposition in Unicode.
        let spelt = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'ħ' => "h",
            'ı' => "i",
            'þ' => "th",
            _ => {
                take(c);
                continue;
            }
        };
        spelt.chars().for_each(&mut take);
    }
}

/// Words of letters and digits with one space between them.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    each(text, |c| {
        if !c.is_alphanumeric() {
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
