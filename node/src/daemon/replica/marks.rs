//! How far this person has read, and whom they do not want to hear: it lies in the store, and so in its backups.

use super::Replica;
use crate::{
    snapshot::{PostCursor, ReadMarks},
    store::{Store, StoreError},
};
use communaut_protocol::{IdentityId, entry::hash};
use std::sync::Arc;

/// Before the name of what was read.
const READ: &str = "read mark ";
/// Before a person.
const MUTED: &str = "muted ";
/// Rooms and timelines of which it is known how far they were read, 300 bytes each: the one that was read up to the
/// earliest place gives way.
pub(crate) const MARKS_MAX: usize = 5_000;
/// People who are not heard: a list that one looks through.
pub(crate) const MUTED_MAX: usize = 10_000;

/// As they were kept. What is not understood is passed over.
pub(super) fn load(store: &Store) -> Result<ReadMarks, StoreError> {
    let mut marks = ReadMarks::default();
    for (_, bytes) in store.meta_under(READ)?.into_iter().take(MARKS_MAX) {
        marks.read.extend(serde_json::from_slice::<(String, PostCursor)>(&bytes).ok());
    }
    let muted = store.meta_under(MUTED)?.into_iter().take(MUTED_MAX);
    marks.muted.extend(muted.filter_map(|(key, _)| key.strip_prefix(MUTED)?.parse::<IdentityId>().ok()));
    Ok(marks)
}

fn key(name: &str) -> String {
    format!("{READ}{}", hash(name.as_bytes()))
}

impl Replica {
    /// Remember how far something was read. A mark never goes back.
    pub(crate) fn mark_read(&mut self, name: String, to: PostCursor) -> Result<(), StoreError> {
        if self.marks.read.get(&name).is_some_and(|held| *held >= to) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&(&name, to)).map_err(|error| StoreError::System(error.to_string()))?;
        self.store.set_meta(&key(&name), &bytes)?;
        let marks = Arc::make_mut(&mut self.marks);
        marks.read.insert(name, to);
        if marks.read.len() > MARKS_MAX
            && let Some(gone) = marks.read.iter().min_by_key(|(_, cursor)| **cursor).map(|(name, _)| name.clone())
        {
            marks.read.remove(&gone);
            self.store.unset_meta(&key(&gone))?;
        }
        (self.dirty, self.changed) = (true, true);
        Ok(())
    }

    /// Hear somebody no longer, or again.
    pub(crate) fn mute(&mut self, person: IdentityId, muted: bool) -> Result<(), StoreError> {
        let key = format!("{MUTED}{person}");
        let marks = Arc::make_mut(&mut self.marks);
        if muted {
            marks.muted.insert(person);
            self.store.set_meta(&key, b"")?;
        } else {
            marks.muted.remove(&person);
            self.store.unset_meta(&key)?;
        }
        (self.dirty, self.changed) = (true, true);
        Ok(())
    }
}
