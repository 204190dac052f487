//! Words of OpenStreetMap's tags in French and English, from `osm_labels.tsv`.

use std::{collections::HashMap, sync::LazyLock};

/// A row each: tag or key, French, English; several words for the same are separated by a bar.
const TABLE: &str = include_str!("osm_labels.tsv");

static LABELS: LazyLock<HashMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| rows().collect());

fn rows() -> impl Iterator<Item = (&'static str, (&'static str, &'static str))> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, (cells.next()?, cells.next()?)))
    })
}

/// The words of a tag ("shop=bakery") or key ("shop"); French first.
pub(super) fn of(tag: &str) -> impl Iterator<Item = &'static str> {
    LABELS.get(tag).into_iter().flat_map(|(fr, en)| fr.split('|').chain(en.split('|')))
}

/// The first of its English words.
pub(super) fn in_english(tag: &str) -> Option<&'static str> {
    LABELS.get(tag)?.1.split('|').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::osm_tags;
    use communaut_protocol::limits::TAG_MAX;
    use std::collections::HashSet;

    #[test]
    fn the_table_is_whole() {
        let mut seen = HashSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            let tag = cells.first().copied().unwrap_or_default();
            assert!(seen.insert(tag), "{tag} stands twice");
            let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
            assert!(osm_tags::poi_key(key).is_some(), "{tag}: no record has this key");
            assert!(value.is_empty() || osm_tags::is_poi(key, value), "{tag}: no record has this tag");
            for word in cells.iter().skip(1).flat_map(|cell| cell.split('|')) {
                let plain = word.trim() == word && word.to_lowercase() == word;
                assert!(!word.is_empty() && word.len() <= TAG_MAX && plain, "{tag}: '{word}'");
            }
        }
        assert!(seen.len() >= 200, "{} rows", seen.len());
        assert_eq!(LABELS.len(), seen.len());
    }
}
