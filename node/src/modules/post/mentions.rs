//! Who is addressed by name in a text: "@Ada Bernard", or "@" and the first eight characters of somebody's id.

use crate::{failure::Failure, modules::Read, search::fold::folded, snapshot::Snapshot};
use communaut_protocol::{IdentityId, fold::IdentityBook, limits::MENTIONS_MAX};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Words of the longest name that is looked for behind an "@".
const WORDS_MAX: usize = 5;
/// Characters of an id from which on it is taken for one: `short` shows as many.
const ID_CHARS: usize = 8;

/// Who is addressed by name in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentions {
    /// The text.
    pub text: String,
}

/// Who is addressed, and who is not though they seem to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentioned {
    /// Who is, with their names; ascending by id.
    pub people: Vec<(IdentityId, String)>,
    /// Names that nobody has who is known here.
    pub unknown: Vec<String>,
    /// Names that several have, and the beginnings of their ids: one of these says who is meant.
    pub several: Vec<(String, Vec<String>)>,
}

impl Mentioned {
    /// Whether all that was typed was understood.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.unknown.is_empty() && self.several.is_empty()
    }
}

impl Read for Mentions {
    fn read(&self, snapshot: &Snapshot) -> Result<Mentioned, Failure> {
        Ok(mentioned(&self.text, &snapshot.identities))
    }
}

/// Whom a text addresses, with those who were named otherwise, as a post says them.
pub(crate) fn all_mentioned(
    text: &str,
    named: Vec<IdentityId>,
    people: impl FnOnce() -> IdentityBook,
) -> Result<Vec<IdentityId>, Failure> {
    let typed = if text.contains('@') { mentioned(text, &people()).people } else { Vec::new() };
    let all: BTreeSet<IdentityId> = named.into_iter().chain(typed.into_iter().map(|(id, _)| id)).collect();
    if all.len() > MENTIONS_MAX {
        let why = format!("{} people are addressed by name: a post addresses at most {MENTIONS_MAX}", all.len());
        return Err(Failure::invalid(why));
    }
    Ok(all.into_iter().collect())
}

/// Whom a text addresses.
fn mentioned(text: &str, people: &IdentityBook) -> Mentioned {
    let named = behind_at(text);
    if named.is_empty() {
        return Mentioned::default();
    }
    let mut by_name: BTreeMap<String, Vec<IdentityId>> = BTreeMap::new();
    for (id, view) in people.iter().filter(|(_, view)| !view.name.is_empty()) {
        by_name.entry(folded(&view.name)).or_default().push(*id);
    }
    let name_of = |id: &IdentityId| people.get(id).map(|view| view.name.clone()).unwrap_or_default();
    let (mut found, mut said) = (BTreeMap::new(), Mentioned::default());
    for words in named {
        let longest = (1..=words.len()).rev().find_map(|count| {
            let name = words.get(..count)?.join(" ");
            by_name.get(&folded(&name)).map(|ids| (name, ids.clone()))
        });
        let first = bare(words.first().copied().unwrap_or_default());
        match longest.or_else(|| by_id(first, people).map(|ids| (first.to_owned(), ids))) {
            Some((_, ids)) if ids.len() == 1 => found.extend(ids.iter().map(|id| (*id, name_of(id)))),
            Some((name, ids)) => {
                let ids = ids.iter().take(ID_CHARS).map(IdentityId::short).collect();
                said.several.push((bare(&name).to_owned(), ids));
            }
            None => said.unknown.push(first.to_owned()),
        }
    }
    said.people = found.into_iter().collect();
    said.unknown.dedup();
    said
}

/// The words behind each "@" that begins a word; of an address of e-mail none.
fn behind_at(text: &str) -> Vec<Vec<&str>> {
    let begins = |at: usize| !text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let all = text.match_indices('@').filter(|(at, _)| begins(*at));
    let words = all.map(|(at, _)| {
        let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
        // A name stands right behind, and ends with the line, or where another begins.
        let rest = rest.split(['\n', '@']).next().unwrap_or_default();
        if rest.starts_with(char::is_whitespace) {
            Vec::new()
        } else {
            rest.split_whitespace().take(WORDS_MAX).collect()
        }
    });
    words.filter(|words| words.first().is_some_and(|word| !bare(word).is_empty())).take(MENTIONS_MAX * 2).collect()
}

/// Without what follows a name in a sentence.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn by_id(word: &str, people: &IdentityBook) -> Option<Vec<IdentityId>> {
    let word = word.to_lowercase();
    if word.len() < ID_CHARS {
        return None;
    }
    let ids: Vec<IdentityId> = people.keys().filter(|id| id.to_string().starts_with(&word)).copied().collect();
    (!ids.is_empty()).then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::test_support::Made;

    #[test]
    fn names_behind_an_at_are_people_or_told() {
        let mut made = Made::new();
        for (number, name) in [(1, "Ada"), (2, "Ada Bernard"), (3, "Élise"), (4, "Bo"), (5, "Bo")] {
            made.meet(number, name);
        }
        let of = |text: &str| {
            let said = mentioned(text, &made.0.identities);
            let people: Vec<u8> = said.people.iter().map(|(id, _)| id.0[0]).collect();
            (people, said.unknown, said.several.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        let none = Vec::<String>::new;
        assert_eq!(of("Bonjour @Ada Bernard, et @elise !"), (vec![2, 3], none(), none()), "the longest name");
        assert_eq!(of("@Ada: oui"), (vec![1], none(), none()));
        assert_eq!(of("(@ada)\n@Bernard"), (vec![1], vec!["Bernard".into()], none()));
        assert_eq!(of("@Bo, @05050505"), (vec![5], none(), vec!["Bo".into()]), "of two of one name the id says which");
        assert_eq!(of("ada@example.org, @ , @@, 3 @ 2 €"), (vec![], none(), none()));
        assert_eq!(of("@Nobody and @Nobody"), (vec![], vec!["Nobody".into()], none()));
    }

    #[test]
    fn more_than_a_post_addresses_is_refused() {
        let mut made = Made::new();
        let named: Vec<IdentityId> = (0..17).map(|number| made.meet(number, "")).collect();
        let asked = |count: usize| all_mentioned("", named[..count].to_vec(), IdentityBook::default);
        assert_eq!(asked(16).map(|all| all.len()).ok(), Some(16));
        assert!(asked(17).is_err_and(|why| why.message.contains("17 people")));
    }
}
