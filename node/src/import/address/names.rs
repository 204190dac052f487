//! Names of towns as addresses write them, and which places may be meant.

use super::{READER, france::is_code};
use crate::{
    gazetteer::{self, Place, PlaceKind},
    search::fold,
    territory::sphere,
};

/// Places of one name that are looked at.
const NAMESAKES_MAX: usize = 60;
/// Metres between two places of one name that are one: a town, and the middle of its commune.
const ONE_M: f64 = 10_000.0;
/// People of a commune, at the least, that is meant by its name in whatever département.
const TOWN_PEOPLE: u64 = 1_000;
/// Letters of a country in front of a postcode, and its code.
const CARS: [(&str, &str); 16] = [
    ("A", "AT"),
    ("AT", "AT"),
    ("B", "BE"),
    ("BE", "BE"),
    ("CH", "CH"),
    ("D", "DE"),
    ("DE", "DE"),
    ("E", "ES"),
    ("ES", "ES"),
    ("I", "IT"),
    ("IT", "IT"),
    ("L", "LU"),
    ("LU", "LU"),
    ("MC", "MC"),
    ("NL", "NL"),
    ("P", "PT"),
];

/// The country that stands in front of a postcode: "CH-1204", "D-10115".
pub(super) fn country_before(postcode: &str) -> Option<&'static str> {
    let (letters, code) = postcode.split_once(['-', ' '])?;
    let is_number = code.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    CARS.iter().find(|(before, _)| is_number && before.eq_ignore_ascii_case(letters)).map(|(_, country)| *country)
}

/// The end of an address in one line: "3 rue des Tanneurs, 09000 Foix" has 09000 and Foix.
pub(in crate::import) fn postcode_and_city(address: &str) -> Option<(&str, &str)> {
    let mut found = None;
    let mut from = 0;
    for (at, mark) in address.match_indices(|c: char| !c.is_alphanumeric()).chain([(address.len(), "")]) {
        found = address.get(from..at).filter(|word| is_code(word)).map(|word| (from, word)).or(found);
        from = at + mark.len();
    }
    let (at, code) = found?;
    let after = address.get(at + code.len()..)?.trim_matches([' ', ',', '-', '\u{2013}']);
    let city = after.split([',', '(', '\n', ';']).next()?.trim();
    (!city.is_empty()).then_some((code, city))
}

/// The postcode at the end of an address that names no commune: "3 rue de la Roquette 75011".
pub(in crate::import) fn postcode_at_end(address: &str) -> Option<&str> {
    let (before, code) = address.trim_end().rsplit_once([' ', ','])?;
    (is_code(code) && before.chars().any(char::is_alphabetic)).then_some(code)
}

/// A commune's name without what post offices add: "LYON CEDEX 03", "Paris 15e", "Foix (Ariège)".
pub(super) fn commune(city: &str) -> String {
    let city = city.split(['(', ',', ';', '#']).rfind(|part| part.chars().any(char::is_alphabetic)).unwrap_or(city);
    let folded = fold::folded(city);
    let words: Vec<&str> = folded
        .split(' ')
        .take_while(|word| !matches!(*word, "cedex" | "arrondissement" | "arr"))
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    words.join(" ")
}

/// Places of just this name where a text says ("FR", "75011", "Suisse"), the most populous first; each once.
pub(super) fn namesakes(city: &str, inside: &str) -> Vec<Place> {
    let asked = if inside.is_empty() { city.to_owned() } else { format!("{city}, {inside}") };
    let wanted = written_out(city);
    let wish = gazetteer::bundled().wish(READER, None);
    let mut places = gazetteer::bundled().places(&asked, NAMESAKES_MAX, &wish);
    places.retain(|place| is_town(place) && written_out(&fold::folded(&place.name)) == wanted);
    if places.is_empty() {
        // By another of its names.
        let found = gazetteer::bundled().find(&asked, &wish).filter(|found| !found.mentioned).map(|found| found.place);
        places.extend(found.filter(is_town));
    }
    let mut apart: Vec<Place> = Vec::new();
    for place in places {
        if apart.iter().all(|held| sphere::metres(held.position, place.position) >= ONE_M) {
            apart.push(place);
        }
    }
    apart
}

/// Whether a commune of France that people know is written just so, with its article: hamlets are called as villages
/// elsewhere are.
pub(super) fn is_commune(city: &str, places: &[Place]) -> bool {
    places.iter().any(|place| {
        place.kind == PlaceKind::Commune && place.population >= TOWN_PEOPLE && fold::folded(&place.name) == city
    })
}

fn is_town(place: &Place) -> bool {
    use PlaceKind::{Arrondissement, Commune, Former, Place};
    matches!(place.kind, Place | Commune | Arrondissement | Former)
}

/// "st" and "ste" as their words, without the article that addresses leave out.
fn written_out(folded: &str) -> String {
    let words = folded.split(' ').map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        ["le" | "la" | "les" | "l", rest @ ..] if !rest.is_empty() => rest.join(" "),
        words => words.join(" "),
    }
}
