//! Calendar files that are watched: what another program writes into one is imported again whenever it has changed.

use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, group_keys::internal},
    },
    failure::{Failure, FailureCode},
    modules::{Done, import::ImportRequest},
    store::{Store, StoreError},
};
use communaut_protocol::{
    limits::NAME_MAX,
    op::text::{Lines, clean},
};
use serde::{Deserialize, Serialize};
use std::{fs, path::PathBuf, time::UNIX_EPOCH};

/// Files watched at once: each is looked at every few seconds.
pub const WATCHED_MAX: usize = 20;
/// What the keys of watched calendars begin with.
const WATCHED: &str = "watched calendar ";

/// Import a calendar file now and whenever it has changed, as a data set of that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchCalendar {
    /// The name of the data set, the same as long as the file is watched.
    pub name: String,
    /// Absolute.
    pub file: PathBuf,
}

/// Watch a calendar file no longer. What it brought stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnwatchCalendar {
    /// The name of the data set.
    pub name: String,
}

/// The calendar files that are watched, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedCalendars;

/// A calendar file that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedCalendar {
    /// The name of the data set.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// Its length, and its last change in milliseconds since 1970 UTC, when it was imported last; none: not yet.
    pub seen: Option<(u64, u64)>,
}

impl WatchedCalendar {
    /// Length and last change of the file as it is now. None: it cannot be looked at.
    pub(crate) fn now(&self) -> Option<(u64, u64)> {
        let file = fs::metadata(&self.file).ok()?;
        let changed = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some((file.len(), u64::try_from(changed.as_millis()).unwrap_or(u64::MAX)))
    }

    /// What brings it here.
    pub(crate) fn import(&self) -> ImportRequest {
        ImportRequest { path: self.file.clone(), source: Some(self.name.clone()), ..ImportRequest::default() }
    }

    /// Remember it.
    pub(crate) fn keep(&self, store: &Store) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(self).map_err(|error| StoreError::System(error.to_string()))?;
        store.set_meta(&format!("{WATCHED}{}", self.name), &bytes)
    }
}

impl Act for WatchCalendar {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let name = clean(self.name.trim(), Lines::One).trim().to_owned();
        if name.is_empty() || name.len() > NAME_MAX {
            let why = format!("a data set has a name of 1 to {NAME_MAX} bytes that can be seen");
            return Err(Failure::invalid(why));
        }
        replica.author()?;
        let held = watched(&replica.store).map_err(internal)?;
        if held.len() >= WATCHED_MAX && held.iter().all(|other| other.name != name) {
            let why = format!("{WATCHED_MAX} calendars are watched already; let go of one first");
            return Err(Failure::new(FailureCode::Busy, why));
        }
        let watched = WatchedCalendar { name, file: self.file, seen: None };
        if watched.now().is_none() {
            return Err(Failure::not_found(format!("{} cannot be looked at: is it there?", watched.file.display())));
        }
        watched.keep(&replica.store).map_err(internal)?;
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for UnwatchCalendar {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let name = self.name.trim();
        if watched(&replica.store).map_err(internal)?.iter().all(|held| held.name != name) {
            return Err(Failure::not_found(format!("no calendar is watched as '{name}'")));
        }
        replica.store.unset_meta(&format!("{WATCHED}{name}")).map_err(internal)?;
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for WatchedCalendars {
    fn act(self, replica: &mut Replica) -> Result<Vec<WatchedCalendar>, Failure> {
        watched(&replica.store).map_err(internal)
    }
}

/// All that are watched, by name.
pub(crate) fn watched(store: &Store) -> Result<Vec<WatchedCalendar>, StoreError> {
    let held = store.meta_under(WATCHED)?.into_iter().take(WATCHED_MAX);
    Ok(held.filter_map(|(_, bytes)| serde_json::from_slice(&bytes).ok()).collect())
}
