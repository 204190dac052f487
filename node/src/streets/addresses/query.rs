//! What people write of an address, taken apart: numbers that may be a door's, and words that are a street's or town's.

use super::number::{self, DoorNumber};
use crate::search::{fold::folded, names::NameQuery};

/// Characters of a text that is looked for.
const QUERY_MAX: usize = 200;
/// Numbers of a text that are looked at: no address has more.
const NUMBERS_MAX: usize = 4;
/// What says that a number follows.
const NUMBER_WORDS: [&str; 8] = ["n", "no", "nr", "num", "numero", "nummer", "hausnummer", "hnr"];
/// What a number or a letter follows that is inside of a house, or the post office's.
const INSIDE: [&str; 19] = [
    "apt",
    "appt",
    "app",
    "appartement",
    "apartment",
    "flat",
    "bat",
    "batiment",
    "etage",
    "esc",
    "escalier",
    "porte",
    "bte",
    "boite",
    "bp",
    "cs",
    "tsa",
    "interno",
    "scala",
];

/// A number of the text.
#[derive(Debug)]
pub struct AskedNumber {
    /// As a door's.
    pub door: DoorNumber,
    /// Its words, as they may stand in the name of a street ("8 mai") or be a postcode.
    pub words: Option<NameQuery>,
    /// Only digits, four or more: it may be a postcode of which the map knows nothing.
    pub maybe_postcode: bool,
    /// It is the last of the text, and may be unfinished.
    pub last: bool,
}

/// What is looked for.
#[derive(Debug)]
pub struct AddressQuery {
    /// Words, numbers apart; none: there is nothing to look for but numbers.
    pub words: Option<NameQuery>,
    /// Numbers, in their order.
    pub numbers: Vec<AskedNumber>,
}

/// "F-98000": which country a postcode is of is not on a map.
fn without_country(token: &str) -> &str {
    let bare = token.split_once('-').filter(|(country, code)| {
        (1..=3).contains(&country.len())
            && country.bytes().all(|b| b.is_ascii_alphabetic())
            && (4..=6).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_digit())
    });
    bare.map_or(token, |(_, code)| code)
}

/// "n°12", "#12".
fn without_sign(token: &str) -> &str {
    let rest = token.trim_start_matches(['n', 'N', 'r', 'R', 'o', 'O', '°', 'º', '.', '№', '#']);
    if rest.len() < token.len() && rest.starts_with(|c: char| c.is_ascii_digit()) { rest } else { token }
}

/// What stands between the first and the last of several doors.
fn is_to(token: &str) -> bool {
    matches!(token, "-" | "–" | "/" | "&" | "à" | "a" | "À" | "et" | "to" | "bis-")
}

impl AddressQuery {
    /// None, where there is nothing to look for.
    pub fn of(text: &str) -> Option<Self> {
        let text: String = text.chars().take(QUERY_MAX).collect();
        let tokens: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
            .filter(|token| !token.is_empty())
            .map(without_country)
            .collect();
        let mut words: Vec<&str> = Vec::new();
        let mut numbers = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at).copied() {
            let next = tokens.get(at + 1).copied();
            let word = folded(token);
            if NUMBER_WORDS.contains(&word.as_str()) && next.is_some_and(|next| DoorNumber::of(next).is_some()) {
                at += 1;
                continue;
            }
            let few = |next: &str| folded(next).chars().count() == 1 || next.bytes().all(|b| b.is_ascii_digit());
            if INSIDE.contains(&word.as_str()) && at > 0 && next.is_some_and(few) {
                at += 2;
                continue;
            }
            if word == "cedex" && at > 0 {
                at += 1 + usize::from(next.is_some_and(|next| next.len() <= 2 && few(next)));
                continue;
            }
            let Some((mut number, mut said)) = numbered(without_sign(token)) else {
                words.push(token);
                at += 1;
                continue;
            };
            let (mut used, mut rest) = (1, tokens.get(at + 1..).unwrap_or_default());
            if let Some((more, further)) =
                rest.split_first().filter(|_| number.from.more.is_empty() && number.to.is_none())
                && let Some(found) = suffix(more, further)
            {
                (used, rest) = (2, further);
                said = format!("{said} {more}");
                number.from.more = found;
            }
            if let [to, last, ..] = rest
                && is_to(to)
                && number.to.is_none()
                && let Some(last) = DoorNumber::of(last).filter(|last| last.to.is_none() && last.from > number.from)
            {
                used += 2;
                number.to = Some(last.from);
            }
            let maybe_postcode = said.len() >= 4 && said.bytes().all(|b| b.is_ascii_digit());
            if numbers.len() < NUMBERS_MAX {
                let last = at + used >= tokens.len();
                numbers.push(AskedNumber { door: number, words: NameQuery::of(&said), maybe_postcode, last });
            }
            at += used;
        }
        let words = NameQuery::of(&words.join(" "));
        (words.is_some() || !numbers.is_empty()).then_some(Self { words, numbers })
    }
}

fn numbered(token: &str) -> Option<(DoorNumber, String)> {
    Some((DoorNumber::of(token)?, token.to_owned()))
}

/// "bis" behind a number, or a letter: a small "a" before another number is French for "to".
fn suffix(token: &str, further: &[&str]) -> Option<String> {
    let before_number = further.first().is_some_and(|next| DoorNumber::of(next).is_some());
    number::more(token).filter(|_| !token.contains(['\'', '’', '.']) && !(is_to(token) && before_number))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn asked(text: &str) -> (String, Vec<String>) {
        let query = AddressQuery::of(text).unwrap();
        let words = query.words.iter().flat_map(|words| words.words().map(|(word, _)| word.to_owned()));
        let mut words: Vec<String> = words.collect();
        words.sort();
        let end = |end: &number::DoorEnd| format!("{}{}", end.value, end.more);
        let numbers = query.numbers.iter().map(|number| {
            let to = number.door.to.as_ref().map(|to| format!("-{}", end(to))).unwrap_or_default();
            format!("{}{to}", end(&number.door.from))
        });
        (words.join(" "), numbers.collect())
    }

    #[test]
    fn addresses_as_people_write_them() {
        for (text, words, numbers) in [
            ("12, rue de la Gare", "de gare la rue", &["12"][..]),
            ("12 bis rue de la Gare, 98000 Monaco", "de gare la monaco rue", &["12bis", "98000"]),
            ("12B rue Grimaldi", "grimaldi rue", &["12b"]),
            ("12 B rue Grimaldi", "grimaldi rue", &["12b"]),
            ("12-14 rue Grimaldi", "grimaldi rue", &["12-14"]),
            ("12 à 14 rue Grimaldi", "grimaldi rue", &["12-14"]),
            ("12 et 14 rue Grimaldi", "grimaldi rue", &["12-14"]),
            ("n° 12 rue Grimaldi", "grimaldi rue", &["12"]),
            ("n°12 rue Grimaldi", "grimaldi rue", &["12"]),
            ("Hauptstraße 5a", "hauptstrasse", &["5a"]),
            ("Hauptstraße Nr. 5", "hauptstrasse", &["5"]),
            ("Via Roma 12/B", "roma via", &["12b"]),
            ("Via Roma, 12 bis", "roma via", &["12bis"]),
            ("rue du 8 mai 1945", "du mai rue", &["8", "1945"]),
            ("8 bis rue du 8 mai 1945", "du mai rue", &["8bis", "8", "1945"]),
            ("12 rue Grimaldi, MC-98000 Monaco Cedex 02", "grimaldi monaco rue", &["12", "98000"]),
            ("12 rue Grimaldi appt 4 bât B", "grimaldi rue", &["12"]),
            ("12 rue d'Artagnan", "artagnan d rue", &["12"]),
            ("98000", "", &["98000"]),
        ] {
            assert_eq!(asked(text), (words.to_owned(), numbers.iter().map(ToString::to_string).collect()), "{text}");
        }
        assert!(AddressQuery::of(" , ").is_none());
        assert_eq!(asked(&"12 ".repeat(1_000)).1.len(), NUMBERS_MAX);
    }
}
