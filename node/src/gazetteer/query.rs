//! How a text can be read that names a place: the name alone, or with what chooses among namesakes.

use super::key::{behind_links, inside, joined, key, without_article, words};

/// Digits of a postcode: five in France, four next door.
const POSTCODE: std::ops::RangeInclusive<usize> = 4..=5;
/// Parts between commas that are looked at: name, département, région, country.
const PARTS_MAX: usize = 4;

/// One way to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// The name as it was typed.
    pub name: String,
    pub key: String,
    /// Keys of regions, countries or postcodes where the place is to be.
    pub choices: Vec<String>,
    /// The choices may be beginnings of what they choose, as somebody types: only behind a comma.
    pub unfinished: bool,
    /// Only a part of the name.
    pub mentioned: bool,
}

/// Whether a key is a postcode.
pub(super) fn is_postcode(key: &str) -> bool {
    POSTCODE.contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// The readings of a text, the likeliest first.
pub(super) fn readings(text: &str) -> impl Iterator<Item = Reading> {
    let plain = over(&text.replace('(', ",").replace(')', " "));
    let parts: Vec<&str> = plain.splitn(PARTS_MAX, ',').map(str::trim).collect();
    // The whole, since some names have commas; then what stands before the last, before the one before it, …
    let mut found: Vec<Reading> = (1..=parts.len()).rev().filter_map(|names| cut(&parts, names)).collect();
    for names in (1..=parts.len()).rev() {
        let Some(whole) = cut(&parts, names) else { continue };
        let typed = words(&whole.name);
        found.extend(with_code(&typed, &whole));
        found.extend(inside(&typed).map(|(name, place)| Reading {
            name: name.join(" "),
            key: joined(name),
            choices: std::iter::once(joined(place)).chain(whole.choices.iter().cloned()).collect(),
            unfinished: false,
            mentioned: false,
        }));
        if let Some(rest) = without_article(&typed) {
            found.push(Reading { key: joined(rest), ..whole });
        }
    }
    found.into_iter().filter(|reading| !reading.key.is_empty())
}

/// "Villeneuve s/ Lot" with the word written out, "Lyon Cedex 03" without what is the post office's.
fn over(text: &str) -> String {
    let written = |word: &str| match word.to_lowercase().split_once('/') {
        Some(("s", rest)) => format!("sur {rest}"),
        Some(("ss", rest)) => format!("sous {rest}"),
        _ => word.to_owned(),
    };
    let mut behind_cedex = false;
    let kept = text.split(' ').filter(|word| {
        let cedex = word.eq_ignore_ascii_case("cedex");
        let office = behind_cedex && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        behind_cedex = cedex;
        !cedex && !office
    });
    kept.map(written).collect::<Vec<_>>().join(" ")
}

/// The first parts as a name, the others as choices.
fn cut(parts: &[&str], names: usize) -> Option<Reading> {
    let (name, choices) = parts.split_at_checked(names)?;
    let name = name.join(",");
    let choices = choices.iter().map(|choice| key(choice)).filter(|choice| !choice.is_empty()).collect();
    let key = key(&name);
    (!key.is_empty()).then_some(Reading { name, key, choices, unfinished: true, mentioned: false })
}

/// "59000 Lille", "Lille 59000", "Vienne 38": the number says where. The postcode of a town's post offices is no place's
/// ("75000 Paris"), and still says in which département.
fn with_code(typed: &[String], whole: &Reading) -> Vec<Reading> {
    let is_number = |word: &String| word.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let (code, rest) = match typed {
        [code, rest @ ..] if is_number(code) && !rest.last().is_some_and(is_number) => (code, rest),
        [rest @ .., code] if is_number(code) => (code, rest),
        _ => return Vec::new(),
    };
    let key = joined(rest);
    if key.is_empty() {
        return Vec::new();
    }
    let reading = |code: &str| Reading {
        name: rest.join(" "),
        key: key.clone(),
        choices: std::iter::once(code.to_owned()).chain(whole.choices.iter().cloned()).collect(),
        unfinished: false,
        mentioned: false,
    };
    let coded = is_postcode(code) && code.len() == *POSTCODE.end();
    let departement = code.get(..if code.starts_with("97") { 3 } else { 2 }).filter(|_| coded);
    std::iter::once(code.as_str()).chain(departement).map(reading).collect()
}

/// What a name that no place has mentions: a hamlet is called after its commune, "Le Cros d'Utelle".
pub(super) fn mentions(text: &str) -> impl Iterator<Item = Reading> {
    let name = text.split([',', '(']).next().unwrap_or_default();
    let choices = text.split_once(',').map(|(_, choice)| key(choice)).filter(|choice| !choice.is_empty());
    let typed = words(name);
    let behind: Vec<Reading> = behind_links(&typed)
        .flat_map(|rest| [Some(rest), without_article(rest)].into_iter().flatten())
        .map(|rest| Reading {
            name: rest.join(" "),
            key: joined(rest),
            choices: choices.iter().cloned().collect(),
            unfinished: true,
            mentioned: true,
        })
        // A number behind it is no name.
        .filter(|reading| !reading.key.is_empty() && !is_postcode(&reading.key))
        .collect();
    behind.into_iter()
}
