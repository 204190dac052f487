//! Calendars that are kept beside the data folder: written again when what they show may have changed. And files that
//! are watched: imported again when they have changed.

use crate::{
    modules::{
        calendar::{KeptCalendar, WatchedCalendar, commands::kept, watch::watched},
        export::Export,
        import::ImportRequest,
    },
    store::{Store, StoreError},
};
use std::time::{Duration, Instant};

/// Between two looks at whether their events have changed: each look is a search a calendar.
const APART: Duration = Duration::from_secs(60);

/// Between two looks at the files that are watched.
const WATCH_APART: Duration = Duration::from_secs(10);

/// When they were looked at last.
#[derive(Debug)]
pub(super) struct Calendars {
    /// The version of what was shown then.
    version: u64,
    next: Instant,
    next_watch: Instant,
}

impl Calendars {
    pub fn new(now: Instant) -> Self {
        Self { version: 0, next: now, next_watch: now }
    }

    /// A file that has changed, to be imported now.
    pub fn changed(&mut self, now: Instant, store: &Store) -> Option<ImportRequest> {
        if now < self.next_watch || !store.is_open() {
            return None;
        }
        self.next_watch = now + WATCH_APART;
        let told = |error: StoreError| tracing::warn!("which calendars are watched cannot be read or noted: {error}");
        let all = watched(store).map_err(told).unwrap_or_default();
        let changed = all.into_iter().find_map(|calendar| {
            let seen = calendar.now().filter(|now| Some(*now) != calendar.seen)?;
            Some(WatchedCalendar { seen: Some(seen), ..calendar })
        })?;
        // Noted first: one that cannot be read is read again when it has changed once more.
        changed.keep(store).map_err(told).ok()?;
        Some(changed.import())
    }

    /// What is to be written now that this version is shown.
    pub fn due(&mut self, now: Instant, version: u64, store: &Store) -> Vec<Export> {
        if now < self.next || version == self.version || !store.is_open() {
            return Vec::new();
        }
        (self.version, self.next) = (version, now + APART);
        match kept(store) {
            Ok(all) => all.iter().map(KeptCalendar::export).collect(),
            Err(error) => {
                tracing::warn!("which calendars are kept cannot be read: {error}");
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::{daemon::desk::Desk, modules::search::Query};

    #[test]
    fn they_are_looked_at_when_something_has_changed_and_once_a_minute_at_most() {
        let desk = Desk::of("Ada");
        let store = &desk.core.replica.store;
        store.set_meta("kept calendar fêtes", &serde_json::to_vec(&Query::default()).unwrap()).unwrap();
        let begin = Instant::now();
        let mut calendars = Calendars::new(begin);
        let mut due = |seconds, version| calendars.due(begin + Duration::from_secs(seconds), version, store).len();
        assert_eq!(
            [due(0, 0), due(0, 1), due(1, 2), due(59, 2), due(60, 2), due(600, 2), due(601, 3)],
            [0, 1, 0, 0, 1, 0, 1]
        );
    }
}
