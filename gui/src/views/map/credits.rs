//! The licences of the records shown, to be named on the map.

use communaut_node::api::Hit;
use std::collections::BTreeMap;

/// Licences named at most: beyond that the credits would cover the map; each record's page names its own.
const NAMED_MAX: usize = 3;

/// The licences, the most frequent first.
#[derive(Debug, Clone, Default)]
pub struct Credits(Vec<String>);

impl Credits {
    /// Of what was found.
    pub fn of(hits: &[Hit]) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for provenance in hits.iter().filter_map(|hit| hit.element.provenance.as_ref()) {
            if !provenance.licence.is_empty() {
                *counts.entry(&provenance.licence).or_default() += 1;
            }
        }
        let mut licences: Vec<(&str, usize)> = counts.into_iter().collect();
        licences.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let more = licences.len() > NAMED_MAX;
        let mut lines: Vec<String> = licences.into_iter().take(NAMED_MAX).map(|(text, _)| text.to_owned()).collect();
        if more {
            lines.push("…".to_owned());
        }
        Self(lines)
    }
    /// To be shown.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use communaut_protocol::op::Provenance;
    use std::sync::Arc;

    #[test]
    fn the_most_frequent_first_and_no_more_than_fit() {
        let mut hits = crate::fixture::many(10);
        for (index, hit) in hits.iter_mut().enumerate() {
            let licence = if index < 6 { "ODbL".to_owned() } else { format!("L{index}") };
            Arc::make_mut(&mut hit.element).provenance =
                Some(Provenance { source: "s".into(), id: "1".into(), licence });
        }
        assert_eq!(Credits::of(&hits).lines(), ["ODbL", "L6", "L7", "…"]);
        assert!(Credits::of(&crate::fixture::many(3)).lines().is_empty());
    }
}
