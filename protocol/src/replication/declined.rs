//! Logs that this replica has declined by a policy of its own: of each the digest of what a peer had of it then. They
//! are counted as known in what is compared, so that two replicas that differ by nothing else are in sync.
//! SPEC.md §9.1.
//!
//! There is room for so many. When it is full, nothing is remembered any more of the cell of which most was declined:
//! that one is *partly held*, and what was declined of it comes again with every comparison. Between comparisons, how
//! far a peer was followed keeps it at rest. So a flood in one cell costs no other cell anything.
//!
//! Of logs of which later entries were taken it is remembered that what comes before these was declined.

use super::{
    DECLINED_MAX,
    message::Digest,
    prefixes::{Key, after},
};
use crate::{
    geo::Cell,
    ids::{AuthorId, IdentityId},
    scope::{LOG_KEY_LEN, LogId, Scope},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Before the name of a cell, in what is stored.
const PARTLY: &str = "cell ";
/// Before the name of a log of which what comes before a number was declined.
const BEGINNING: &str = "below ";

/// What was declined, and in which cells there was more than is remembered.
#[derive(Debug, Clone, Default)]
pub struct Declined {
    /// By the whole key and not a hash of it: what is compared goes in the order of keys.
    rows: BTreeMap<Key, Digest>,
    /// How many of them lie in each cell.
    of_cell: BTreeMap<Cell, usize>,
    partly: BTreeSet<Cell>,
    /// Of logs of which a suffix is held its lowest number, where the entry before that was declined. Without room for
    /// one it is asked for again in its turn.
    beginnings: BTreeMap<Key, u64>,
    /// What differs from what is stored.
    due: BTreeSet<Key>,
    due_cells: BTreeSet<Cell>,
    due_beginnings: BTreeSet<Key>,
}

impl Declined {
    /// What was stored: names, with what [`Declined::take_due`] gave of each. What cannot be read is declined again
    /// when it is met.
    pub fn load(stored: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut all = Self::default();
        for (name, bytes) in stored {
            if let Some(cell) = name.strip_prefix(PARTLY) {
                all.partly.extend(cell.parse::<Cell>());
            } else if name.starts_with(BEGINNING) {
                if let Some((key, lowest)) = bytes.split_first_chunk::<LOG_KEY_LEN>()
                    && let (Ok(log), Ok(lowest)) = (LogId::from_key(key), lowest.try_into())
                {
                    all.remember_beginning(&log, u64::from_be_bytes(lowest));
                }
            } else if let Some((key, digest)) = bytes.split_first_chunk::<LOG_KEY_LEN>()
                && let (Ok(log), Ok(digest)) = (LogId::from_key(key), digest.try_into())
                && all.rows.len() < DECLINED_MAX
            {
                all.insert(&log, Digest(digest));
            }
        }
        (all.due, all.due_cells, all.due_beginnings) = Default::default();
        all
    }

    /// What has changed, to be stored under these names. None: it is to be removed.
    pub fn take_due(&mut self) -> Vec<(String, Option<Vec<u8>>)> {
        let rows = std::mem::take(&mut self.due).into_iter().map(|key| {
            let stored = self.rows.get(&key).map(|digest| [key.as_slice(), &digest.0].concat());
            (name_of(&key), stored)
        });
        let cells = std::mem::take(&mut self.due_cells).into_iter();
        let cells = cells.map(|cell| (format!("{PARTLY}{cell}"), self.partly.contains(&cell).then(Vec::new)));
        let beginnings = std::mem::take(&mut self.due_beginnings).into_iter().map(|key| {
            let stored = self.beginnings.get(&key).map(|lowest| [key.as_slice(), &lowest.to_be_bytes()].concat());
            (format!("{BEGINNING}{}", name_of(&key)), stored)
        });
        rows.chain(cells).chain(beginnings).collect()
    }

    /// A log was declined, as a peer has it. Identities (`@`) are one cell. In closed communities nothing is declined.
    pub fn remember(&mut self, log: &LogId, digest: Digest) {
        let cell = log.scope.cell;
        if log.scope.is_closed() || self.partly.contains(&cell) {
            return;
        }
        if self.rows.len() >= DECLINED_MAX && !self.rows.contains_key(&log.key()) {
            let one_more = |of: &Cell, count: usize| count.saturating_add(usize::from(*of == cell));
            let most = self.of_cell.iter().max_by_key(|(of, count)| one_more(of, **count)).map(|(of, _)| *of);
            let Some(most) = most else { return };
            self.partly.insert(most);
            self.due_cells.insert(most);
            self.drop_those(|log| log.scope.cell == most);
            if most == cell {
                return;
            }
        }
        self.insert(log, digest);
    }

    fn insert(&mut self, log: &LogId, digest: Digest) {
        let key = log.key();
        let before = self.rows.insert(key, digest);
        if before.is_none() {
            let count = self.of_cell.entry(log.scope.cell).or_default();
            *count = count.saturating_add(1);
        }
        if before != Some(digest) {
            self.due.insert(key);
        }
    }

    /// What is held of a log begins with this number, and the entry before it was declined: no other takes its place.
    pub fn remember_beginning(&mut self, log: &LogId, lowest: u64) {
        let key = log.key();
        let room = self.beginnings.len() < DECLINED_MAX || self.beginnings.contains_key(&key);
        if room && self.beginnings.insert(key, lowest) != Some(lowest) {
            self.due_beginnings.insert(key);
        }
    }
    /// The number of which that was said.
    #[must_use]
    pub fn beginning(&self, log: &LogId) -> Option<u64> {
        self.beginnings.get(&log.key()).copied()
    }

    /// Something of a log was taken after all.
    pub fn forget(&mut self, log: &LogId) {
        let key = log.key();
        if self.beginnings.remove(&key).is_some() {
            self.due_beginnings.insert(key);
        }
        if self.rows.remove(&key).is_some() {
            self.due.insert(key);
            let left = self.of_cell.remove(&log.scope.cell).and_then(|count| count.checked_sub(1));
            self.of_cell.extend(left.filter(|left| *left > 0).map(|left| (log.scope.cell, left)));
        }
    }

    /// The policy has changed its mind of some logs, and of what is not remembered perhaps too. Gives whether something
    /// may be wanted now: then all is to be compared anew.
    pub fn reconsider(&mut self, which: impl Fn(&LogId) -> bool) -> bool {
        let cells = std::mem::take(&mut self.partly);
        let dropped = self.drop_those(which);
        let any = dropped || !cells.is_empty();
        self.due_cells.extend(cells);
        any
    }

    /// Forget some. Gives whether there were any.
    pub fn drop_those(&mut self, which: impl Fn(&LogId) -> bool) -> bool {
        let all = self.rows.keys().chain(self.beginnings.keys());
        let gone: Vec<LogId> = all.filter_map(|key| LogId::from_key(key).ok()).filter(which).collect();
        gone.iter().for_each(|log| self.forget(log));
        !gone.is_empty()
    }

    /// As what a log was declined, if it was.
    #[must_use]
    pub fn of(&self, key: &Key) -> Option<Digest> {
        self.rows.get(key).copied()
    }
    /// Whether something of somebody's identity was declined, as far as that is remembered.
    #[must_use]
    pub fn has_identity(&self, author: AuthorId) -> bool {
        let scope = Scope::identity(IdentityId(author.0)).key();
        self.between(&scope, after(&scope).as_deref()).next().is_some()
    }
    /// Those with keys from `lower` on and below `upper` (none: to the end), ascending.
    pub(super) fn between(&self, lower: &[u8], upper: Option<&[u8]>) -> impl Iterator<Item = (Key, Digest)> {
        let mut from = [0; LOG_KEY_LEN];
        from.iter_mut().zip(lower).for_each(|(to, byte)| *to = *byte);
        let rows = self.rows.range(from..).map(|(key, digest)| (*key, *digest));
        rows.take_while(move |(key, _)| upper.is_none_or(|upper| key.as_slice() < upper))
    }
    /// How many are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether nothing was declined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.partly.is_empty() && self.beginnings.is_empty()
    }
    /// The cells of which more was declined than is remembered.
    #[must_use]
    pub fn partly_held(&self) -> &BTreeSet<Cell> {
        &self.partly
    }
    /// Whether a scope lies in one of them.
    #[must_use]
    pub fn is_partly_held(&self, scope: &Scope) -> bool {
        self.partly.contains(&scope.cell)
    }
}

/// Short enough for a name, and another one for each log.
fn name_of(key: &Key) -> String {
    let hash = blake3::hash(key);
    hash.as_bytes().iter().take(16).fold(String::new(), |mut name, byte| {
        // Writing into a text does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}
