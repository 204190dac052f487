//! Keeping searches: they lie in the store beside what else the node remembers of itself.

use super::{ForgetSearch, SAVED_MAX, SEEN_MAX, SaveSearch, SavedSearch, SavedSearches, SeeSearch};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, group_keys::internal},
    },
    failure::{Failure, FailureCode},
    modules::{
        Done,
        search::{Query, commands::bounded},
    },
};
use communaut_protocol::{
    limits::NAME_MAX,
    op::text::{Lines, clean},
};

/// Bytes of a kept query: its line and its territories are bounded, and so is what one types.
const QUERY_MAX: usize = 64 * 1024;
/// What the keys of kept searches begin with.
const KEPT: &str = "saved search ";

/// A name as all names are taken: in one line, without what cannot be seen or turns the direction of what follows.
pub(super) fn name_of(typed: &str) -> String {
    clean(typed.trim(), Lines::One).trim().to_owned()
}

impl Act for SaveSearch {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let name = name_of(&self.name);
        if name.is_empty() || name.len() > NAME_MAX {
            let why = format!("a search is kept under a name of 1 to {NAME_MAX} bytes that can be seen");
            return Err(Failure::invalid(why));
        }
        bounded(&self.query)?;
        if self.seen.len() > SEEN_MAX {
            let why = format!("{} found at once: keep a search that finds at most {SEEN_MAX}", self.seen.len());
            return Err(Failure::invalid(why));
        }
        let query = Query { now_ms: None, facets_at_ms: None, limit: None, language: String::new(), ..self.query };
        let bytes = serde_json::to_vec(&query).map_err(|error| Failure::internal(error.to_string()))?;
        if bytes.len() > QUERY_MAX {
            return Err(Failure::invalid(format!("the search has {} bytes: at most {QUERY_MAX}", bytes.len())));
        }
        let key = format!("{KEPT}{name}");
        let all = replica.store.meta_under(KEPT).map_err(internal)?;
        let held = all.iter().any(|(held, _)| *held == key);
        if held && !self.replace {
            let why = format!("a search is kept as '{name}' already; take another name, or --replace it");
            return Err(Failure::invalid(why));
        }
        if all.len() >= SAVED_MAX && !held {
            let why = format!("{SAVED_MAX} searches are kept already; forget one first");
            return Err(Failure::new(FailureCode::Busy, why));
        }
        let saved = SavedSearch { name, query, ahead: self.ahead, seen: self.seen };
        let bytes = serde_json::to_vec(&saved).map_err(|error| Failure::internal(error.to_string()))?;
        replica.store.set_meta(&key, &bytes).map_err(internal)?;
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for SeeSearch {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let key = format!("{KEPT}{}", self.name.trim());
        let held = replica.store.meta(&key).map_err(internal)?;
        if let Some(mut saved) = held.and_then(|bytes| serde_json::from_slice::<SavedSearch>(&bytes).ok()) {
            saved.seen = self.seen;
            saved.seen.truncate(SEEN_MAX);
            let bytes = serde_json::to_vec(&saved).map_err(|error| Failure::internal(error.to_string()))?;
            replica.store.set_meta(&key, &bytes).map_err(internal)?;
            replica.dirty = true;
        }
        Ok(Done)
    }
}

impl Act for ForgetSearch {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        // One that was kept by an older version may have any name.
        let names = [name_of(&self.name), self.name.trim().to_owned()];
        let mut found = None;
        for key in names.map(|name| format!("{KEPT}{name}")) {
            if found.is_none() && replica.store.meta(&key).map_err(internal)?.is_some() {
                found = Some(key);
            }
        }
        let Some(key) = found else {
            return Err(Failure::not_found(format!("no search is kept as '{}'", name_of(&self.name))));
        };
        replica.store.unset_meta(&key).map_err(internal)?;
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for SavedSearches {
    fn act(self, replica: &mut Replica) -> Result<Vec<SavedSearch>, Failure> {
        let held = replica.store.meta_under(KEPT).map_err(internal)?;
        let mut all: Vec<SavedSearch> = Vec::new();
        for (key, bytes) in held.into_iter().take(SAVED_MAX) {
            match serde_json::from_slice(&bytes) {
                Ok(saved) => all.push(saved),
                Err(error) => tracing::warn!("'{key}' is not understood and passed over: {error}"),
            }
        }
        Ok(all)
    }
}
