//! Phone numbers, mail addresses and sites, found however they are written: a number by its digits, with or without its
//! country; a site or an address of mail by its domain.
//!
//! They stand in the index as words that begin with a sign of their own, so that "t4" or "12" never meets them.

use communaut_protocol::fold::ElementView;

/// What stands before the digits of a number, and before a domain or an address.
const NUMBER: char = '☎';
const DOMAIN: char = '@';
/// Digits of a number, at least and at most: E.164 has 15, with what is dialled before it a few more.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=18;
/// Digits of a number that stands in a text: fewer are years, prices and postcodes.
const IN_TEXT_MIN: usize = 8;
/// Numbers of one text: importers write some behind a description.
const NUMBERS_MAX: usize = 12;
/// Digits of a country's code, at most.
const COUNTRY_MAX: usize = 3;
/// Bytes of a domain, as DNS has it; and labels of it that are looked at.
const DOMAIN_MAX: usize = 253;
const LABELS_MAX: usize = 6;
/// Letters of a label that is a word of its own ("fabrique" of "fabrique.example.org").
const LABEL_MIN: usize = 3;

/// What a text asks for, if it is nothing but a number, an address of mail, or a site: the words that it may be in the
/// index, or begin there.
pub(super) fn asked(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let number = text.strip_prefix("tel:").unwrap_or(text);
    if is_number(number) {
        return Some(numbers(number)).filter(|words| !words.is_empty());
    }
    if text.chars().any(char::is_whitespace) {
        return None;
    }
    let plain = text.strip_prefix("mailto:").unwrap_or(text);
    let word = match plain.split_once('@') {
        Some(("", host)) => host_of(host)?,
        Some((name, host)) => format!("{}@{}", name.to_lowercase(), host_of(host)?),
        None => host_of(plain)?,
    };
    Some(vec![format!("{DOMAIN}{word}")])
}

/// Call with each word that an element is found by: by its contacts, and by the numbers in its description.
pub(super) fn each(element: &ElementView, mut take: impl FnMut(String)) {
    for number in in_text(&element.phone, *DIGITS.start()).chain(in_text(&element.description, IN_TEXT_MIN)) {
        numbers(number).into_iter().for_each(&mut take);
    }
    if let Some((name, host)) = element.email.trim().split_once('@')
        && let Some(host) = host_of(host)
    {
        take(format!("{DOMAIN}{}@{host}", name.to_lowercase()));
        domains(&host, &mut take);
    }
    if let Some(host) = host_of(&element.website) {
        domains(&host, &mut take);
    }
}

/// The words of a site's name: "fabrique" and "example" of "www.fabrique.example.org".
pub(super) fn site_words(element: &ElementView) -> String {
    let host = host_of(&element.website).unwrap_or_default();
    let labels: Vec<&str> = host.split('.').take(LABELS_MAX).collect();
    let named = labels.split_last().map(|(_, named)| named).unwrap_or_default();
    named.iter().filter(|label| label.chars().count() >= LABEL_MIN).copied().collect::<Vec<_>>().join(" ")
}

/// A domain and those that it lies in, but for the last label.
fn domains(host: &str, take: &mut impl FnMut(String)) {
    let mut rest = host;
    for _ in 0..LABELS_MAX {
        take(format!("{DOMAIN}{rest}"));
        match rest.split_once('.') {
            Some((_, lower)) if lower.contains('.') => rest = lower,
            _ => break,
        }
    }
}

/// The domain of a site's address; none if there is none.
fn host_of(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).trim_end_matches('.');
    let labels = || host.split('.');
    let good = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let last = labels().next_back().unwrap_or_default();
    // "S.N.C.F." and "3.5" are none.
    let top = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    let is_host = host.len() <= DOMAIN_MAX && labels().count() >= 2 && labels().all(good) && top;
    is_host.then(|| host.to_owned())
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '\u{2011}' | '/' | '(' | ')' | '+')
}

fn is_number(text: &str) -> bool {
    text.chars().all(is_of_number) && text.contains(|c: char| c.is_ascii_digit())
}

/// The parts of a text that may be numbers.
fn in_text(text: &str, digits_min: usize) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !is_of_number(c));
    let digits = |part: &&str| part.bytes().filter(u8::is_ascii_digit).count();
    parts.filter(move |part| digits(part) >= digits_min).take(NUMBERS_MAX)
}

/// The ways in which a number may stand in an index: without what is dialled before it, and where a country is given,
/// without it; how many digits that has, nobody knows without a list of all.
fn numbers(text: &str) -> Vec<String> {
    let text = text.trim().replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !DIGITS.contains(&digits.len()) {
        return Vec::new();
    }
    let abroad = text.trim_start_matches(['(', ' ']).starts_with('+') || digits.starts_with("00");
    let plain = if abroad { digits.trim_start_matches('0') } else { digits.strip_prefix('0').unwrap_or(&digits) };
    let cuts = if abroad { COUNTRY_MAX } else { 0 };
    let forms = (0..=cuts).filter_map(|cut| plain.get(cut..)).map(|rest| rest.strip_prefix('0').unwrap_or(rest));
    forms.filter(|form| form.len() + 1 >= *DIGITS.start()).map(|form| format!("{NUMBER}{form}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let meets = |a: &str, b: &str| {
            let (a, b) = (numbers(a), numbers(b));
            a.iter().any(|form| b.contains(form))
        };
        for other in [
            "0472103030",
            "04.72.10.30.30",
            "+33 4 72 10 30 30",
            "0033472103030",
            "+33 (0)4 72 10 30 30",
            "(04) 72-10-30-30",
        ] {
            assert!(meets("04 72 10 30 30", other) && meets(other, "04 72 10 30 30"), "{other}");
        }
        for (a, b) in [
            ("030 1234567", "+49 30 1234567"),
            ("+1 212-555-0100", "(212) 555-0100"),
            ("+377 93 15 28 60", "93 15 28 60"),
        ] {
            assert!(meets(a, b) && meets(b, a), "{a} {b}");
        }
        for (a, b) in [("04 72 10 30 30", "04 72 10 30 31"), ("12", "12"), ("0472103030", "472 10 30")] {
            assert!(!meets(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_is_asked_by_its_contact() {
        for contact in
            ["04 72 10", "+33 4", "example.org", "https://www.example.org/page?x=1", "Paul@Example.org", "@example.org"]
        {
            // "+33 4" has too few digits.
            assert_eq!(asked(contact).is_some(), contact != "+33 4", "{contact}");
        }
        for other in ["", "le 104", "69003", "S.N.C.F.", "12 rue", "boulangerie", "3.5", "a.b", "@", "a@b", "….."] {
            assert_eq!(asked(other), None, "{other}");
        }
        assert_eq!(asked("www.example.org"), Some(vec!["@example.org".to_owned()]));
    }
}
