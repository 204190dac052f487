//! What an element's page says besides: languages, ways to reach it, of which time of a series it takes the place.
//! SPEC.md §6.

use super::{
    OpError, bound,
    label::check_slug,
    repeat::is_day,
    text::{Lines, check, line},
};
use crate::{
    ids::ElementId,
    limits::{CONTACTS_MAX, FIELD_MAX, LANGUAGE_MAX, LANGUAGES_MAX},
};
use serde::{Deserialize, Serialize};

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A slug of a vocabulary that programs translate, or anybody's own: "matrix", "signal".
    pub kind: String,
    /// Where: a number, a name, an address.
    pub value: String,
}

/// One time that a series takes place, of which another element takes the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// The event that repeats.
    pub series: ElementId,
    /// The day that names the occurrence ([`super::WallTime`]).
    pub day: i32,
}

/// A slug, or nothing.
pub(super) fn check_word(field: &'static str, word: &str) -> Result<(), OpError> {
    if word.is_empty() { Ok(()) } else { check_slug(field, word) }
}

/// Words of letters and digits, 1 to 8 each, joined by hyphens; the first is of 2 or more letters, as BCP 47 has it.
fn is_language(tag: &str) -> bool {
    let mut words = tag.split('-');
    let first = words.next().unwrap_or_default();
    let begins = first.len() >= 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fits = |word: &str| (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    begins && fits(first) && words.all(fits) && tag.len() <= LANGUAGE_MAX
}

pub(super) fn check_languages(languages: &[String]) -> Result<(), OpError> {
    bound("languages", languages.len(), LANGUAGES_MAX)?;
    let refuse = |tag: &str, why| Err(OpError::Bound { field: "languages", why: format!("'{tag}' {why}") });
    for (at, tag) in languages.iter().enumerate() {
        if !is_language(tag) {
            return refuse(tag, "is not a language tag");
        }
        if languages.iter().take(at).any(|before| before == tag) {
            return refuse(tag, "stands twice");
        }
    }
    Ok(())
}

pub(super) fn check_contacts(contacts: &[Contact]) -> Result<(), OpError> {
    bound("contacts", contacts.len(), CONTACTS_MAX)?;
    for contact in contacts {
        check_slug("contact", &contact.kind)?;
        check("contact", &contact.value, FIELD_MAX, Lines::One)?;
        if contact.value.trim().is_empty() {
            return Err(OpError::Bound { field: "contact", why: "it is empty".into() });
        }
    }
    Ok(())
}

pub(super) fn tidy_contacts(contacts: &mut [Contact]) {
    contacts.iter_mut().for_each(|contact| line(&mut contact.value));
}

pub(super) fn check_instead(instead: &Instead) -> Result<(), OpError> {
    if is_day(instead.day) {
        return Ok(());
    }
    Err(OpError::Bound { field: "instead", why: "not between the years 1 and 9999".into() })
}

/// JSON of another program as it may stand in an element: what §6.1 does not take is written as JSON writes it, by its
/// number, so that nothing of it is lost.
#[must_use]
pub fn escaped(json: &str) -> String {
    if super::text::clean(json, Lines::Many) == json {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len());
    for sign in json.chars() {
        match sign {
            // Outside of strings, where JSON has it as white space.
            '\r' => text.push('\n'),
            ' '..='~' | '\n' | '\t' => text.push(sign),
            _ => {
                let mut units = [0; 2];
                sign.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_said_is_kept_whole_whatever_signs_it_has() {
        for json in ["{\"nom\":\"Café\"}", "{\"a\":\"Cafe\u{301}\"}", "{\r\n\"a\":\"\u{200b}🥖\u{202e}\"}"] {
            let text = escaped(json);
            assert_eq!(super::super::text::clean(&text, Lines::Many), text, "{json:?}");
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
            assert!(read(json).is_some());
            assert_eq!(read(&text), read(json));
        }
        assert_eq!(escaped("{\"nom\":\"Café\"}"), "{\"nom\":\"Café\"}", "as it is, where it may be");
    }

    #[test]
    fn a_language_tag_is_one() {
        for tag in ["fr", "fr-FR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske", "tlh"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "f", "fr_FR", "fr-", "-fr", "fr--FR", "français", "abcdefghi", "x-private", "1fr", "fr FR"] {
            assert!(!is_language(tag), "{tag}");
        }
        assert!(!is_language(&"ab-".repeat(20)[..38]));
    }
}
