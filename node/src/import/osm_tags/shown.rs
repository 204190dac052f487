//! The tags of an element as one person reads them: what it is in their own language, once, instead of the words of
//! several languages by which it is found.

use super::{OSM_KEYS, SOME_VALUES, called, is_poi, labels};
use crate::osm_words::Language;
use std::collections::HashSet;

/// A tag, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTag {
    /// As the element has it: by this it is looked for.
    pub tag: String,
    /// In the reader's language, where it has a name there; else as it is.
    pub label: String,
    /// Whether it says what the element is: "Bakery".
    pub is_thing: bool,
}

/// What an element is, first; then its other tags, in their order; so of the tags of many. `language`: "fr", "en", "de"
/// or "es"; others read English.
#[must_use]
pub fn shown_tags(tags: &[String], language: &str) -> Vec<ShownTag> {
    let language = Language::of_code(language);
    let mut things = Vec::new();
    let mut said: HashSet<String> = HashSet::new();
    let keys = OSM_KEYS.iter().chain(SOME_VALUES.iter().map(|(key, _)| key));
    for key in keys.filter(|key| tags.iter().any(|tag| tag == *key)) {
        for value in tags.iter().filter(|value| is_poi(key, value)) {
            let tag = format!("{key}={value}");
            // A column of another meaning has the key's word too, and then no value of the scheme.
            let Some(label) = called(&tag, language) else { continue };
            said.extend(labels::of(&tag).chain(labels::of(key)).map(str::to_owned));
            said.extend([value.clone(), (*key).to_owned()]);
            things.push(ShownTag { tag: value.clone(), label, is_thing: true });
        }
    }
    let others = tags.iter().filter(|tag| !said.contains(tag.as_str()));
    let as_it_is = |tag: &String| ShownTag { tag: tag.clone(), label: tag.clone(), is_thing: false };
    let others: Vec<ShownTag> = others.map(as_it_is).collect();
    things.extend(others);
    things
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels_in(language: &str, tags: &[&str]) -> Vec<(String, bool)> {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        shown_tags(&tags, language).into_iter().map(|shown| (shown.label, shown.is_thing)).collect()
    }

    #[test]
    fn what_it_is_stands_first_and_once_in_ones_own_language() {
        let tags = ["bio", "boulangerie", "bakery", "commerce", "shop"];
        let with = |thing: &str| vec![(thing.to_owned(), true), ("bio".to_owned(), false)];
        assert_eq!(labels_in("fr", &tags), with("Boulangerie"));
        assert_eq!(labels_in("en", &tags), with("Bakery"));
        assert_eq!(labels_in("de", &tags), with("Bäckerei"));
        assert_eq!(labels_in("xx", &tags), with("Bakery"));
    }

    #[test]
    fn what_a_person_wrote_stays_as_it_is() {
        let own = ["jardin", "shop", "vélo"];
        let same: Vec<_> = own.iter().map(|tag| ((*tag).to_owned(), false)).collect();
        assert_eq!(labels_in("fr", &own), same);
        assert_eq!(labels_in("fr", &[]), []);
    }
}
