//! What is held of each log, in the order of log keys, with what follows from it for each author.

use super::{
    message::{Digest, identity_digest},
    prefixes::{Key, Prefixes},
};
use crate::{
    ids::{AuthorId, IdentityId},
    log::LogState,
    scope::{LogId, SCOPE_KEY_LEN, Scope},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, Deref},
};

/// Logs of one author that are looked at, to see where they write: some 50 µs.
const LOOKED_MAX: usize = 1_024;

/// The states of logs by key: about 450 B a log, 150 B more where its beginning lacks. Read like the map that it is.
#[derive(Debug, Clone, Default)]
pub struct LogTable {
    states: BTreeMap<Key, LogState>,
    /// The same keys by author.
    by_author: BTreeSet<(AuthorId, Key)>,
    /// What is known of each identity, as far as anything is.
    people: BTreeMap<AuthorId, Digest>,
    /// Those of whom something has changed since [`LogTable::settle`].
    changed: BTreeSet<AuthorId>,
    /// The keys of logs whose beginning is still to come.
    open: BTreeSet<Key>,
}

impl LogTable {
    /// Put what is held of a log in the place of what was; gives that.
    pub fn insert(&mut self, key: Key, state: LogState) -> Option<LogState> {
        let before = self.states.insert(key, state);
        if state.is_complete() {
            self.open.remove(&key);
        } else {
            self.open.insert(key);
        }
        if before.is_none()
            && let Some(author) = author_of(&key)
        {
            self.by_author.insert((author, key));
        }
        self.note_identity(&key);
        before
    }

    /// Nothing is held of a log any more; gives what was.
    pub fn remove(&mut self, key: &Key) -> Option<LogState> {
        let before = self.states.remove(key);
        self.open.remove(key);
        if let Some(author) = author_of(key) {
            self.by_author.remove(&(author, *key));
        }
        self.note_identity(key);
        before
    }

    /// What is known of somebody's identity; zero if nothing is.
    #[must_use]
    pub fn identity(&self, author: &AuthorId) -> Digest {
        if self.changed.contains(author) {
            return self.identity_now(author);
        }
        self.people.get(author).copied().unwrap_or(Digest::ZERO)
    }

    /// To be called when a batch has been put: many changes of one identity then cost no more than one.
    pub fn settle(&mut self) {
        for author in std::mem::take(&mut self.changed) {
            match self.identity_now(&author) {
                Digest::ZERO => self.people.remove(&author),
                known => self.people.insert(author, known),
            };
        }
    }

    fn identity_now(&self, author: &AuthorId) -> Digest {
        let scope = Scope::identity(IdentityId(author.0));
        let prefix = scope.key();
        let logs = self.states.range(LogId::first_of(scope).key()..);
        let logs = logs.take_while(|(key, _)| key.starts_with(&prefix));
        identity_digest(logs.filter_map(|(key, state)| Some((LogId::from_key(key).ok()?, state))))
    }

    /// Whether somebody has a log under one of some prefixes. Of who has very many it is taken to be so: they are told
    /// of where it is of no use, and that costs little.
    #[must_use]
    pub fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool {
        let all = (*author, [0; _])..=(*author, [u8::MAX; _]);
        let mut logs = self.by_author.range(all);
        logs.by_ref().take(LOOKED_MAX).any(|(_, key)| under.hold(key)) || logs.next().is_some()
    }

    /// Logs whose beginning is still to come, in the order of their keys, from behind one on (none: from the first).
    pub fn incomplete(&self, after: Option<&LogId>) -> impl Iterator<Item = LogId> {
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.key()));
        self.open.range((from, Bound::Unbounded)).filter_map(|key| LogId::from_key(key).ok())
    }

    fn note_identity(&mut self, key: &Key) {
        // In an identity's scope only that identity writes.
        if let Ok(log) = LogId::from_key(key)
            && log.scope.is_identity()
        {
            self.changed.insert(log.author);
        }
    }
}

impl Deref for LogTable {
    type Target = BTreeMap<Key, LogState>;

    fn deref(&self) -> &Self::Target {
        &self.states
    }
}

/// Who writes a log, where that tells a person: not in closed communities.
fn author_of(key: &Key) -> Option<AuthorId> {
    let scope = Scope::from_key(key.get(..SCOPE_KEY_LEN)?).ok()?;
    let author = key.get(SCOPE_KEY_LEN..)?.first_chunk()?;
    (!scope.is_closed()).then_some(AuthorId(*author))
}
