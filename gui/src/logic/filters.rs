//! What narrows a search besides its words, kinds and territory.

use communaut_node::api::{Ahead, Near, Query};
use communaut_protocol::Position;

const DAY_MS: i64 = 86_400_000;

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
    /// Whether what is found is counted, and the present at which it is, in milliseconds since 1970 UTC.
    pub counted_at_ms: Option<i64>,
    /// IANA name of the zone by whose clock whole days are compared.
    pub zone: String,
}

impl Filters {
    /// How many narrow or widen what is found.
    #[must_use]
    pub fn count(&self) -> usize {
        let others = [self.radius_m.is_some(), self.ring_m > 0, self.ahead.is_some()];
        self.tags.len() + others.into_iter().filter(|set| *set).count()
    }
    /// Ask for a tag, or no longer.
    pub fn toggle_tag(&mut self, tag: &str) {
        if let Some(at) = self.tags.iter().position(|held| held == tag) {
            self.tags.remove(at);
        } else {
            self.tags.push(tag.to_owned());
        }
    }
    /// Narrow a question. `near`: from where distances are measured.
    #[must_use]
    pub fn narrow(&self, query: Query, near: Option<Position>) -> Query {
        let (from_ms, to_ms) = self.stretch();
        Query {
            near: near.map(|position| Near { position, radius_m: self.radius_m }),
            tags: self.tags.clone(),
            ring_m: if query.territories.is_empty() { 0 } else { self.ring_m },
            from_ms,
            to_ms,
            zone: self.zone.clone(),
            facets_at_ms: self.counted_at_ms,
            ..query
        }
    }
    /// From when to when events are asked for, as of the present at which they were counted.
    fn stretch(&self) -> (Option<i64>, Option<i64>) {
        let (Some(ahead), Some(now)) = (self.ahead, self.counted_at_ms) else { return (None, None) };
        let until = match ahead {
            Ahead::Now => 0,
            Ahead::Day => DAY_MS,
            Ahead::Week => 7 * DAY_MS,
            Ahead::Month => 30 * DAY_MS,
            Ahead::Later => return (Some(now), None),
            Ahead::Past => return (None, Some(now)),
        };
        (Some(now), Some(now.saturating_add(until)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_narrow_a_question_and_nothing_else_of_it() {
        let asked = Query { text: "marché".into(), limit: Some(3), ..Query::default() };
        assert_eq!(Filters::default().narrow(asked.clone(), None), asked);
        let mut filters = Filters { radius_m: Some(500), ahead: Some(Ahead::Week), ..Filters::default() };
        filters.toggle_tag("bio");
        (filters.counted_at_ms, filters.ring_m) = (Some(1_000), 5_000);
        assert_eq!(filters.count(), 4);
        let here = Position { lat_e7: 1, lon_e7: 2 };
        let narrowed = filters.narrow(asked, Some(here));
        assert_eq!(narrowed.near, Some(Near { position: here, radius_m: Some(500) }));
        assert_eq!((narrowed.text.as_str(), narrowed.limit), ("marché", Some(3)));
        assert_eq!((narrowed.from_ms, narrowed.to_ms), (Some(1_000), Some(1_000 + 7 * DAY_MS)));
        assert_eq!((narrowed.tags, narrowed.ring_m), (vec!["bio".to_owned()], 0), "no territory, no ring around it");
        filters.toggle_tag("bio");
        assert_eq!(filters.tags, [""; 0]);
    }
}
