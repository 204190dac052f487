//! Reading what is held: for the fold, and for peers that ask.

use super::{
    LogKey, Store, StoreError, Tree,
    record::{all_of, body_from, entry_key},
};
use communaut_protocol::{
    AuthorId, Cell, Scope,
    entry::{Entry, Head, HeldEntry, RawEntry},
    log::Branch,
    op::schema,
    scope::{LOG_KEY_LEN, LogId, SCOPE_KEY_LEN},
};

/// The trees of entries and the keys of the logs at one moment, to be read from another thread.
#[derive(Debug, Clone)]
pub struct Reader {
    /// None: the store was closed.
    trees: Option<(Tree, Tree)>,
    logs: Vec<LogKey>,
}

impl Reader {
    /// Every entry whose payload is held, log after log.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
        self.held().filter_map(|entry| entry.map(HeldEntry::into_whole).transpose())
    }

    /// Every entry that wraps keys, log after log.
    pub fn wraps(&self) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
        self.entries().filter(|entry| entry.as_ref().map_or(true, |entry| entry.header().schema == schema::WRAPS))
    }

    /// Every entry, log after log, both branches of those that are forked. One that cannot be read is an error, and the
    /// others follow.
    pub fn held(&self) -> impl Iterator<Item = Result<HeldEntry, StoreError>> + '_ {
        let closed = self.trees.is_none().then_some(Err(StoreError::Closed));
        let held = self.trees.iter().flat_map(|(headers, payloads)| {
            self.logs.iter().flat_map(move |key| {
                headers.range(all_of(key)).map(move |item| {
                    let (at, header) = item?;
                    let entry = held_entry(&header, payloads.get(&at)?.as_deref());
                    entry.map_err(|error| headers.watch().note(error))
                })
            })
        });
        closed.into_iter().chain(held)
    }
}

pub(super) fn held_entry(header: &[u8], body: Option<&[u8]>) -> Result<HeldEntry, StoreError> {
    HeldEntry::from_store(header.to_vec(), body_from(body)?).map_err(|refusal| StoreError::Damaged(refusal.to_string()))
}

impl Store {
    /// Logs that are forked, each with the number at which its branches begin.
    pub fn forked(&self) -> impl Iterator<Item = (LogId, u64)> + '_ {
        let forked = self.logs.iter().filter_map(|(key, state)| Some((key, state.fork?.at)));
        forked.filter_map(|(key, at)| Some((LogId::from_key(key).ok()?, at)))
    }

    /// A reader of what is held now.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader_of(|_| true)
    }

    /// A reader of one scope: to fold it anew.
    #[must_use]
    pub fn scope_reader(&self, scope: &Scope) -> Reader {
        let prefix = scope.key();
        self.reader_of(|key| key[..SCOPE_KEY_LEN] == prefix)
    }

    /// A reader of what an author has in a cell.
    pub(crate) fn reader_by(&self, cell: Cell, author: AuthorId) -> Reader {
        self.reader_of(|key| LogId::from_key(key).is_ok_and(|log| (log.scope.cell, log.author) == (cell, author)))
    }

    fn reader_of(&self, wanted: impl Fn(&LogKey) -> bool) -> Reader {
        Reader {
            trees: self.trees.as_ref().map(|trees| (trees.headers.clone(), trees.payloads.clone())),
            logs: self.logs.keys().filter(|key| wanted(key)).copied().collect(),
        }
    }

    /// The tip of a log's first branch.
    #[must_use]
    pub fn head(&self, log: &LogId) -> Option<Head> {
        self.log(log).map(|state| state.tip)
    }

    /// One entry, as far as it is held.
    pub fn held(&self, log: &LogId, branch: Branch, seq: u64) -> Result<Option<HeldEntry>, StoreError> {
        let at = entry_key(&log.key(), seq, branch);
        let Some(header) = self.trees()?.headers.get(at)? else { return Ok(None) };
        let entry = held_entry(&header, self.trees()?.payloads.get(at)?.as_deref());
        entry.map(Some).map_err(|error| self.noted(error))
    }

    /// Heads of the logs whose key begins with a prefix, in order.
    pub fn heads_under<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = (LogId, Head)> + 'a {
        let mut from = [0; LOG_KEY_LEN];
        from.iter_mut().zip(prefix).for_each(|(to, byte)| *to = *byte);
        self.logs
            .range(from..)
            .take_while(move |(key, _)| key.starts_with(prefix))
            .filter_map(|(key, state)| Some((LogId::from_key(key).ok()?, state.tip)))
    }

    /// One entry of the first branch, if its payload is held.
    pub fn entry(&self, log: &LogId, seq: u64) -> Result<Option<RawEntry>, StoreError> {
        Ok(self.held(log, Branch::First, seq)?.and_then(Option::from))
    }
}
