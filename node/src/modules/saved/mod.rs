//! Searches that are kept under a name, and what is new in them since somebody last looked. Of this node alone: what
//! somebody looks for is told to nobody. They lie in the store, and so in its backups.

pub(crate) mod cli;
mod commands;
#[cfg(test)]
mod tests;

use super::search::{Ahead, Found, Hit, Query};
use communaut_protocol::fold::ElementView;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Searches kept at once: a list that one looks through.
pub const SAVED_MAX: usize = 100;
/// Elements of one search that are told apart from new ones: 16 bytes each. More, and it is no search but an inventory.
pub const SEEN_MAX: usize = 20_000;
/// Keep a search under a name, with what has been seen of it. What cannot be seen is taken out of the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveSearch {
    /// Its name.
    pub name: String,
    /// What is looked for; the present, the language and the limit are those of who runs it.
    pub query: Query,
    /// Events of a time to come, counted from when it is run: in the place of the query's own times.
    pub ahead: Option<Ahead>,
    /// What has been seen: [`News::seen`]. At most 20,000.
    pub seen: Vec<SeenHit>,
    /// In place of the one of that name, if there is one; else that is refused.
    #[serde(default)]
    pub replace: bool,
}

/// Remember what has been seen of a search that is kept; of one that is not, nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeSearch {
    /// Its name.
    pub name: String,
    /// What has been seen: [`News::seen`]. At most 20,000.
    pub seen: Vec<SeenHit>,
}

/// Keep a search no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetSearch {
    /// Its name.
    pub name: String,
}

/// The searches that are kept, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearches;

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Its name.
    pub name: String,
    /// What is looked for.
    pub query: Query,
    /// Events of a time to come, counted from when it is run.
    #[serde(default)]
    pub ahead: Option<Ahead>,
    /// What has been seen of it.
    pub seen: Vec<SeenHit>,
}

/// An element that has been seen as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHit {
    /// The first eight bytes of its id.
    pub id: u64,
    /// When it had been written, milliseconds since 1970 UTC.
    pub updated_ms: u64,
}

impl SeenHit {
    fn of(element: &ElementView) -> Self {
        let id = element.id.0.iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte));
        Self { id, updated_ms: element.updated.ms() }
    }
}

/// What is new in a search since it was last looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// What was not there, in the order of the search.
    pub new: Vec<Hit>,
    /// What says something else now.
    pub changed: Vec<Hit>,
    /// Found beyond what is told apart.
    pub more: usize,
    /// What has been seen with this: for [`SaveSearch::seen`].
    pub seen: Vec<SeenHit>,
}

impl SavedSearch {
    /// What is looked for now: all of it.
    #[must_use]
    pub fn asked(&self, now_ms: i64) -> Query {
        let query = Query { now_ms: Some(now_ms), limit: None, ..self.query.clone() };
        match self.ahead.map(|ahead| ahead.stretch(now_ms)) {
            Some((from_ms, to_ms)) => Query { from_ms, to_ms, ..query },
            None => query,
        }
    }
    /// What is new in what was found now, by [`Self::asked`].
    #[must_use]
    pub fn news(&self, found: &Found) -> News {
        let before: BTreeMap<u64, u64> = self.seen.iter().map(|seen| (seen.id, seen.updated_ms)).collect();
        let mut news = News { new: Vec::new(), changed: Vec::new(), more: 0, seen: Vec::new() };
        for hit in found.hits.iter() {
            if news.seen.len() >= SEEN_MAX {
                news.more += 1;
                continue;
            }
            let now = SeenHit::of(&hit.element);
            match before.get(&now.id) {
                None => news.new.push(hit.clone()),
                Some(updated_ms) if *updated_ms != now.updated_ms => news.changed.push(hit.clone()),
                Some(_) => {}
            }
            news.seen.push(now);
        }
        // What is closed in the night was seen all the same: it is not new in the morning.
        let now: BTreeSet<u64> = news.seen.iter().map(|seen| seen.id).collect();
        let room = SEEN_MAX.saturating_sub(news.seen.len());
        news.seen.extend(self.seen.iter().filter(|seen| !now.contains(&seen.id)).take(room));
        news
    }
}
