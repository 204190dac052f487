//! What a file is about, where its records say it nowhere: defibrillators, toilets, drinking fountains. Their lists
//! have columns for the address, and none for a name.

use super::text;
use crate::osm_words::{self, Language};

/// Words of a name that are looked at: a title of a sentence.
const WORDS_MAX: usize = 24;
/// Letters of a word that is known where another is glued to it.
const GLUED_MIN: usize = 8;
/// Words that together say what something is.
const TOGETHER: usize = 5;

/// What all records of a file are, as OpenStreetMap says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Subject {
    pub key: &'static str,
    pub value: &'static str,
    /// What one is called in French and in English; empty: as the tag is.
    names: [&'static str; 2],
    /// Words for what is brought there, separated by bars.
    pub accepts: &'static str,
}

/// Words as [`folded`] makes them, several for one separated by bars; then the subject.
const SUBJECTS: &[(&str, Subject)] = &[
    ("defibrillateur|dae|geodae|aed|defibrillator", of("emergency", "defibrillator", ["", ""], "")),
    ("sanisette", of("amenity", "toilets", ["Sanisette", "Sanisette"], "")),
    (
        "toilette|toilette publique|wc|wc public|sanitaire public|urinoir|uritrottoir|toilet|public toilet",
        of("amenity", "toilets", ["", ""], ""),
    ),
    (
        "fontaine boire|eau potable|point eau|point eau potable|borne fontaine|borne eau|drinking water|\
         drinking fountain",
        of("amenity", "drinking_water", ["", ""], ""),
    ),
    ("fontaine", of("amenity", "fountain", ["", ""], "")),
    (
        "composteur|compost|compostage|site compostage|composteur collectif|composter",
        of("amenity", "recycling", ["Composteur", "Compost"], "compost|composteur|déchets verts"),
    ),
    (
        "colonne verre|borne verre|conteneur verre|recup verre|silo verre|point verre|benne verre",
        of("amenity", "recycling", ["Point d'apport volontaire, verre", "Bottle bank"], "verre|glass"),
    ),
    (
        "point apport volontaire|pav|apport volontaire|colonne tri|borne tri|conteneur tri|point tri|recycling point",
        of("amenity", "recycling", ["Point d'apport volontaire", "Recycling point"], "point d'apport volontaire|tri"),
    ),
    ("irve|borne recharge|recharge electrique|charging station", of("amenity", "charging_station", ["", ""], "")),
    (
        "stationnement velo|stationnement cyclable|stationnement cycle|arceau|arceau velo|parking velo|abri velo|\
         bicycle parking|bike parking",
        of("amenity", "bicycle_parking", ["", ""], ""),
    ),
    ("boite livre|boite lire|livre liberte|book box|bookcase", of("amenity", "public_bookcase", ["", ""], "")),
    ("aire jeu|playground", of("leisure", "playground", ["", ""], "")),
    ("banc|banc public|bench", of("amenity", "bench", ["", ""], "")),
    ("station velo|velo libre service", of("amenity", "bicycle_rental", ["", ""], "")),
    (
        "aire covoiturage|lieu covoiturage|covoiturage",
        of("amenity", "car_pooling", ["Aire de covoiturage", "Car pooling"], "covoiturage|car pooling"),
    ),
    (
        "parking|stationnement|lieu stationnement|aire stationnement|parc stationnement",
        of("amenity", "parking", ["", ""], ""),
    ),
    (
        "amenagement cyclable|piste cyclable|voie cyclable",
        of("highway", "cycleway", ["Aménagement cyclable", "Cycleway"], "piste cyclable|vélo|cycleway"),
    ),
];

const fn of(key: &'static str, value: &'static str, names: [&'static str; 2], accepts: &'static str) -> Subject {
    Subject { key, value, names, accepts }
}

/// Words that stand between the others: "boîte à livres", "point d'apport volontaire".
const BETWEEN: &[&str] = &["a", "de", "du", "des", "d", "l", "la", "le", "les", "en", "pour", "of", "the"];

/// The words of a text, each in the singular, without those that only stand between.
fn folded(text: &str) -> Vec<String> {
    let start = text.get(..text.floor_char_boundary(200)).unwrap_or_default();
    let words = text::header_words(&start.replace('œ', "oe")).into_iter().take(WORDS_MAX);
    let single = |word: String| match word.strip_suffix(['s', 'x']) {
        Some(one) if one.len() > 2 => one.to_owned(),
        _ => word,
    };
    words.filter(|word| !BETWEEN.contains(&word.as_str())).map(single).collect()
}

/// Of what a text speaks: the longest words that mean something here. None: of nothing, or of several things.
pub(super) fn of_text(text: &str) -> Option<&'static Subject> {
    let words = folded(text);
    let mut found: Vec<(usize, usize, &'static Subject)> = Vec::new();
    for from in 0..words.len() {
        for long in (1..=TOGETHER).rev() {
            let Some(said) = words.get(from..from + long).map(|words| words.join(" ")) else { continue };
            let known = |(names, _): &&(&str, Subject)| names.split('|').any(|name| name.trim() == said);
            if let Some((_, subject)) = SUBJECTS.iter().find(known) {
                found.push((from, long, subject));
                break;
            }
        }
    }
    // "sanisettesparis".
    if found.is_empty() {
        let single = SUBJECTS.iter().flat_map(|(names, subject)| names.split('|').map(move |name| (name, subject)));
        let long = single.filter(|(name, _)| name.len() >= GLUED_MIN && !name.contains(' '));
        found
            .extend(long.filter(|(name, _)| words.iter().any(|word| word.starts_with(name))).map(|(_, of)| (0, 1, of)));
    }
    // "stationnement vélo" holds "stationnement".
    let within = |(from, long, _): &(usize, usize, _)| {
        found.iter().any(|(other, wide, _)| other <= from && other + wide >= from + long && wide > long)
    };
    let mut apart = found.iter().filter(|one| !within(one)).map(|(.., subject)| *subject);
    let first = apart.next()?;
    apart.all(|other| (other.key, other.value) == (first.key, first.value)).then_some(first)
}

/// Columns that only lists of one thing have, as [`text::header_key`] makes them, and the words for it.
const BY_COLUMN: &[(&str, &str)] = &[
    ("cdispj", "defibrillateur"),
    ("dispj", "defibrillateur"),
    ("idpdcitinerance", "irve"),
    ("typeaccroche", "stationnement velo"),
    ("amed", "amenagement cyclable"),
];

/// What a table is about, by its columns.
pub(super) fn of_columns(names: &[String]) -> Option<&'static Subject> {
    let known = |name: &String| {
        let key = text::header_key(name);
        BY_COLUMN.iter().find(|(column, _)| *column == key).and_then(|(_, words)| of_text(words))
    };
    names.iter().find_map(known)
}

impl Subject {
    /// What one is called where it lies.
    pub fn called(&self, language: Language) -> Option<String> {
        let [french, english] = self.names;
        let own = if language == Language::French { french } else { english };
        if own.is_empty() {
            super::osm_tags::called(&format!("{}={}", self.key, self.value), language)
        } else {
            Some(own.to_owned())
        }
    }
}

/// Of what a name of a file speaks, by what things on OpenStreetMap are called: "bibliotheques_2024".
pub(super) fn thing_of_text(text: &str) -> Option<&'static str> {
    let words = folded(text);
    let parts = (1..=TOGETHER).rev().flat_map(|long| words.windows(long));
    parts.into_iter().find_map(|part| osm_words::tag_called(&part.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_names_of_files() {
        for (text, expected) in [
            ("geodae", "emergency=defibrillator"),
            ("Défibrillateurs_Ville-de-Foix", "emergency=defibrillator"),
            ("sanisettesparis", "amenity=toilets"),
            ("sanisettes-paris", "amenity=toilets"),
            ("toilettes publiques 2024", "amenity=toilets"),
            ("fontaines-a-boire", "amenity=drinking_water"),
            ("boites_a_livres", "amenity=public_bookcase"),
            ("points-d-apport-volontaire", "amenity=recycling"),
            ("lieux-de-stationnement", "amenity=parking"),
            ("stationnement-cyclable", "amenity=bicycle_parking"),
            ("consolidation-etalab-schema-irve-statique", "amenity=charging_station"),
            ("toilettes-et-fontaines", "-"),
            ("marches-publics", "-"),
            ("annuaire", "-"),
        ] {
            let found = of_text(text).map(|subject| format!("{}={}", subject.key, subject.value));
            assert_eq!(found.as_deref().unwrap_or("-"), expected, "{text}");
        }
        let called = |text| of_text(text).and_then(|subject| subject.called(Language::French));
        assert_eq!(called("toilettes").as_deref(), Some("Toilettes"));
        assert_eq!(called("composteurs de quartier").as_deref(), Some("Composteur"));
    }

    #[test]
    fn other_things_by_their_names_on_the_map() {
        assert_eq!(thing_of_text("bibliotheques_2024"), Some("amenity=library"));
        assert_eq!(thing_of_text("annuaire 2024"), None);
    }

    #[test]
    fn the_table_is_written_as_texts_are_folded() {
        for (names, subject) in SUBJECTS {
            for name in names.split('|') {
                assert_eq!(folded(name.trim()).join(" "), name.trim());
                let found = of_text(name.trim()).map(|found| (found.key, found.value));
                assert_eq!(found, Some((subject.key, subject.value)), "{name}");
            }
            assert!(
                subject.called(Language::French).is_some() && subject.called(Language::English).is_some(),
                "{names}"
            );
        }
    }
}
