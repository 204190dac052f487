//! What narrows a search besides its words, kinds and territory.

use communaut_node::api::{Ahead, Open, Query};

/// What is asked besides. The default asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// All of these.
    pub tags: Vec<String>,
    /// At most so many metres from home.
    pub radius_m: Option<u32>,
    /// And up to so many metres around the territory.
    pub ring_m: u32,
    /// Events of a time to come.
    pub ahead: Option<Ahead>,
    /// Only what is open then.
    pub open: Option<Open>,
    /// Whether the filters are shown, and what is found is counted.
    pub shown: bool,
}

impl Filters {
    /// How many narrow or widen what is found.
    #[must_use]
    pub fn count(&self) -> usize {
        let others = [self.radius_m.is_some(), self.ring_m > 0, self.ahead.is_some(), self.open.is_some()];
        self.tags.len() + others.into_iter().filter(|set| *set).count()
    }
    /// What narrows a question that was kept.
    #[must_use]
    pub fn of(query: &Query, ahead: Option<Ahead>) -> Self {
        let radius_m = query.near.as_ref().and_then(|near| near.radius_m);
        let (tags, ring_m, open) = (query.tags.clone(), query.ring_m, query.open);
        Self { tags, radius_m, ring_m, ahead, open, shown: false }
    }
    /// Ask for a tag, or no longer.
    pub fn toggle_tag(&mut self, tag: &str) {
        if let Some(at) = self.tags.iter().position(|held| held == tag) {
            self.tags.remove(at);
        } else {
            self.tags.push(tag.to_owned());
        }
    }
    /// Narrow a question, which says from where distances are measured and what its present is.
    #[must_use]
    pub fn narrow(&self, query: Query) -> Query {
        let (from_ms, to_ms) = self.stretch(query.now_ms);
        let mut near = query.near;
        if let Some(near) = &mut near {
            near.radius_m = self.radius_m;
        }
        Query {
            near,
            tags: self.tags.clone(),
            ring_m: if query.territories.is_empty() { 0 } else { self.ring_m },
            from_ms,
            to_ms,
            open: self.open,
            facets_at_ms: query.now_ms.filter(|_| self.shown),
            ..query
        }
    }
    /// From when to when events are asked for.
    fn stretch(&self, now_ms: Option<i64>) -> (Option<i64>, Option<i64>) {
        self.ahead.zip(now_ms).map_or((None, None), |(ahead, now_ms)| ahead.stretch(now_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use communaut_node::api::Near;

    const DAY_MS: i64 = 86_400_000;
    use communaut_protocol::Position;

    #[test]
    fn filters_narrow_a_question_and_nothing_else_of_it() {
        let here = Position { lat_e7: 1, lon_e7: 2 };
        let near = Some(Near { position: here, radius_m: None });
        let asked = Query { text: "marché".into(), near, now_ms: Some(1_000), limit: Some(3), ..Query::default() };
        assert_eq!(Filters::default().narrow(asked.clone()), asked);
        let mut filters = Filters { radius_m: Some(500), ahead: Some(Ahead::Week), ..Filters::default() };
        filters.toggle_tag("bio");
        (filters.shown, filters.ring_m, filters.open) = (true, 5_000, Some(Open::Now));
        assert_eq!(filters.count(), 5);
        let narrowed = filters.narrow(asked);
        assert_eq!((narrowed.facets_at_ms, narrowed.open), (Some(1_000), Some(Open::Now)));
        assert_eq!(narrowed.near, Some(Near { position: here, radius_m: Some(500) }));
        assert_eq!((narrowed.text.as_str(), narrowed.limit), ("marché", Some(3)));
        assert_eq!((narrowed.from_ms, narrowed.to_ms), (Some(1_000), Some(1_000 + 7 * DAY_MS)));
        assert_eq!((narrowed.tags, narrowed.ring_m), (vec!["bio".to_owned()], 0), "no territory, no ring around it");
        filters.toggle_tag("bio");
        assert_eq!(filters.tags, [""; 0]);
    }
}
