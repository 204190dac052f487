//! The one selection that list, map and agenda share: what is asked, where, and which element is open.

use super::filters::Filters;
use communaut_node::api::{Ahead, Found, Near, Offered, Query, TerritoryId};
use communaut_protocol::{ElementId, Position, op::Kind};
use std::sync::Arc;

/// Metres around a place that was offered: a town and its edges.
pub const AROUND_PLACE_M: u32 = 10_000;

/// A place around which one looks, and what was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its name.
    pub name: String,
    text: String,
    territory: Option<TerritoryId>,
    filters: Filters,
}

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
    /// A question that was kept, where it asks what the fields above cannot say: it is asked in their place.
    pub kept: Option<Box<Query>>,
    /// The place around which [`Self::kept`] asks, where one was offered and taken.
    pub place: Option<Elsewhere>,
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
        if let Some(kept) = &self.kept {
            return Query {
                language: self.language.clone(),
                now_ms: self.now.as_ref().map(|(now_ms, _)| *now_ms),
                facets_at_ms: self.now.as_ref().map(|(now_ms, _)| *now_ms).filter(|_| self.filters.shown),
                ..*kept.clone()
            };
        }
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
    /// Ask what was kept, with the times to come counted from now. What it asks of a territory that is not followed no
    /// field can say.
    pub fn take(&mut self, query: Query, ahead: Option<Ahead>, followed: impl Fn(TerritoryId) -> bool) {
        self.filters = Filters { shown: self.filters.shown, ..Filters::of(&query, ahead) };
        self.text.clone_from(&query.text);
        self.kinds.clone_from(&query.kinds);
        self.territory = query.territories.first().copied().filter(|id| followed(*id));
        (self.kept, self.place) = (None, None);
        let here = self.near;
        let asked = |query: Query| Query {
            now_ms: None,
            facets_at_ms: None,
            language: String::new(),
            zone: String::new(),
            near: query.near.filter(|near| near.radius_m.is_some() || Some(near.position) != here),
            from_ms: query.from_ms.filter(|_| ahead.is_none()),
            to_ms: query.to_ms.filter(|_| ahead.is_none()),
            ..query
        };
        if asked(self.query()) != asked(query.clone()) {
            self.kept = Some(Box::new(query));
        }
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
        !self.text.trim().is_empty() || !self.kinds.is_empty() || self.filters.count() > 0 || self.kept.is_some()
    }
    /// Nothing but the territory is asked any more.
    pub fn clear_filters(&mut self) {
        self.text.clear();
        self.kinds.clear();
        (self.filters, self.kept, self.place) = (Filters::default(), None, None);
    }
    /// The fields say again what is asked.
    pub fn forget_kept(&mut self) {
        let near = self.kept.take().and_then(|kept| kept.near);
        self.place = None;
        // So far from somewhere else is not so far from home.
        if near.is_some_and(|near| Some(near.position) != self.near) {
            self.filters.radius_m = None;
        }
    }
    /// Look where one looked before, for what one looked for.
    pub fn leave_place(&mut self) {
        let before = self.place.clone();
        self.forget_kept();
        if let Some(Elsewhere { text, territory, filters, .. }) = before {
            (self.text, self.territory) = (text, territory);
            self.filters = Filters { shown: self.filters.shown, ..filters };
        }
    }
    /// Ask the other words around a place that was offered, wherever one looked before.
    pub fn take_offered(&mut self, offered: &Offered) {
        let near = Near { position: offered.place.place.position, radius_m: Some(AROUND_PLACE_M) };
        let name = offered.place.place.name.clone();
        let (text, territory, filters) = (self.text.clone(), self.territory, self.filters.clone());
        let asked = self.query();
        let query = Query { text: offered.text.clone(), near: Some(near), territories: Vec::new(), ring_m: 0, ..asked };
        self.take(query, self.filters.ahead, |_| true);
        self.place = Some(Elsewhere { name, text, territory, filters });
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
    use communaut_node::api::Open;

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

    #[test]
    fn what_was_kept_is_asked_again_in_the_fields_where_they_can_say_it() {
        let home = Position { lat_e7: 1, lon_e7: 2 };
        let now = Some((1_000, "Europe/Paris".to_owned()));
        let mut selection = Selection { near: Some(home), now, language: "fr".into(), ..Selection::default() };
        let mut filters = Filters { ahead: Some(Ahead::Week), open: Some(Open::Now), ..Filters::default() };
        filters.toggle_tag("bio");
        let asked = Selection { text: "marché".into(), kinds: vec![Kind::Event], filters, ..selection.clone() };
        let kept = Query { now_ms: None, language: String::new(), ..asked.query() };
        selection.take(kept, Some(Ahead::Week), |_| true);
        assert!(selection.kept.is_none());
        assert_eq!(selection.query(), asked.query());
        // From elsewhere, in two territories: no field says that, and so it is asked as it was kept.
        let two = Query {
            text: "pain".into(),
            territories: vec![ElementId([7; 32]), ElementId([8; 32])],
            near: Some(Near { position: Position { lat_e7: 5, lon_e7: 6 }, radius_m: Some(500) }),
            ..Query::default()
        };
        selection.take(two.clone(), None, |_| true);
        assert!(selection.is_filtered());
        let query = selection.query();
        assert_eq!((query.now_ms, query.language.as_str()), (Some(1_000), "fr"));
        assert_eq!((query.territories, query.near, query.text), (two.territories, two.near, two.text));
        // Once something else is asked, so far from there is not so far from home.
        selection.forget_kept();
        assert_eq!(selection.query().near, Some(Near { position: home, radius_m: None }));
        assert_eq!(selection.query().territories.len(), 1);
        // A territory that is not followed is asked all the same, and not left out.
        let strange = Query { territories: vec![ElementId([9; 32])], ..Query::default() };
        selection.take(strange, None, |id| id != ElementId([9; 32]));
        assert_eq!((selection.territory, selection.query().territories), (None, vec![ElementId([9; 32])]));
    }
}
