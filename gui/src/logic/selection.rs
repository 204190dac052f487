//! The one selection that list, map and agenda share: what is asked, where, and which element is open.

use super::filters::Filters;
use communaut_node::api::{Found, Near, Query, TerritoryId};
use communaut_protocol::{ElementId, Position, op::Kind};
use std::sync::Arc;

/// What is asked and what was found.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The words typed.
    pub text: String,
    /// Any of these; empty: all. In the order of [`Kind::ALL`].
    pub kinds: Vec<Kind>,
    /// Inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
    /// What else is asked.
    pub filters: Filters,
    /// The present by which is judged what is open and what is to come, in milliseconds since 1970 UTC, and the IANA
    /// name of the zone on whose clock.
    pub now: Option<(i64, String)>,
    /// ISO 639 code of the language of who asks: names in it are shown.
    pub language: String,
    /// Distances are measured from here.
    pub near: Option<Position>,
    /// The element whose page is open.
    pub element: Option<ElementId>,
    /// What was last found; it may answer an older question while a new one is under way.
    pub found: Option<Found>,
    /// Grows with each [`Self::found`]: what is computed from it knows when to start again.
    pub generation: u64,
}

impl Selection {
    /// The question to the node.
    #[must_use]
    pub fn query(&self) -> Query {
        let query = Query {
            text: self.text.trim().to_owned(),
            kinds: self.kinds.clone(),
            territories: self.territory.into_iter().collect(),
            language: self.language.clone(),
            near: self.near.map(|position| Near { position, radius_m: None }),
            now_ms: self.now.as_ref().map(|(now_ms, _)| *now_ms),
            zone: self.now.as_ref().map(|(_, zone)| zone.clone()).unwrap_or_default(),
            ..Query::default()
        };
        self.filters.narrow(query)
    }
    /// Look for a kind, or no longer.
    pub fn toggle_kind(&mut self, kind: Kind) {
        if let Some(at) = self.kinds.iter().position(|held| *held == kind) {
            self.kinds.remove(at);
        } else {
            self.kinds.push(kind);
            self.kinds.sort_unstable();
        }
    }
    /// Whether anything narrows the selection, the territory apart.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.text.trim().is_empty() || !self.kinds.is_empty() || self.filters.count() > 0
    }
    /// Nothing but the territory is asked any more.
    pub fn clear_filters(&mut self) {
        self.text.clear();
        self.kinds.clear();
        self.filters = Filters::default();
    }
    /// Take what was found.
    pub fn set_found(&mut self, found: Found) {
        self.found = Some(found);
        self.generation = self.generation.wrapping_add(1);
    }
    /// The hits, best first.
    #[must_use]
    pub fn hits(&self) -> Arc<Vec<communaut_node::api::Hit>> {
        self.found.as_ref().map(|found| found.hits.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_toggle_in_their_order_and_clear_keeps_the_territory() {
        let mut selection =
            Selection { territory: Some(ElementId([7; 32])), text: "  café ".into(), ..Selection::default() };
        selection.toggle_kind(Kind::Place);
        selection.toggle_kind(Kind::Person);
        assert_eq!(selection.query().kinds, [Kind::Person, Kind::Place]);
        assert_eq!(selection.query().text, "café");
        assert!(selection.is_filtered());
        selection.toggle_kind(Kind::Place);
        assert_eq!(selection.kinds, [Kind::Person]);
        selection.clear_filters();
        assert!(!selection.is_filtered());
        assert_eq!(selection.query().territories, [ElementId([7; 32])]);
    }
}
