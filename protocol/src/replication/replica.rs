//! What replication needs to know of a store.

use super::{
    declined::Declined,
    message::{Digest, LogItem, Missing, item_digest},
    prefixes::Prefixes,
};
use crate::{
    entry::{Body, HeldEntry},
    ids::{AuthorId, EntryId},
    log::LogState,
    scope::LogId,
};

/// Something that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Its number: grows with every write.
    pub number: u64,
    /// Into which log.
    pub log: LogId,
    /// From which sequence number on.
    pub from: u64,
}

/// A store of entries.
pub trait Replica {
    /// Why it cannot be read.
    type Error;

    /// Which store this is: random, and another one after a restore.
    fn instance(&self) -> Digest;
    /// Grows with whatever is stored.
    fn arrival(&self) -> u64;
    /// What is known of a log.
    fn state(&self, log: &LogId) -> Option<LogState>;
    /// What is known of the identity of somebody who writes in the open: a digest of the identity's logs
    /// ([`super::message::identity_digest`]); zero if nothing is.
    fn identity(&self, author: &AuthorId) -> Digest;
    /// Whether somebody has a log with a key that begins with one of some prefixes.
    fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool;
    /// The logs with keys from `lower` on and below `upper` (none: to the end), ascending, until `each` says no.
    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool);
    /// Whether an entry is held.
    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, Self::Error>;
    /// What arrived after a number, oldest first, at most `max`.
    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, Self::Error>;
    /// The entries of a log from a sequence number to another, both branches, ascending by sequence number, until
    /// `each` says no.
    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), Self::Error>;
    /// What is held of a payload.
    fn payload(&self, of: &Missing) -> Result<Body, Self::Error>;
    /// Logs whose beginning is still to come, in the order of their keys, from behind one on, until `each` says no.
    fn incomplete(&self, after: Option<&LogId>, each: &mut dyn FnMut(LogId) -> bool);
    /// Payloads that are still to come, in the order of their places, from behind one on, at most `max`.
    fn missing(&self, after: Option<&Missing>, max: usize) -> Result<Vec<Missing>, Self::Error>;
    /// What is known of the identity of a log's author, where that stands apart from the log: zero in identity logs and
    /// in closed scopes.
    fn identity_beside(&self, log: &LogId) -> Digest {
        if log.scope.cell.is_place() { self.identity(&log.author) } else { Digest::ZERO }
    }
    /// What is known of a log, and of its author.
    fn item(&self, log: &LogId) -> Option<LogItem> {
        Some(LogItem::of(*log, &self.state(log)?, self.identity_beside(log)))
    }
    /// The digest of that.
    fn item_digest(&self, log: &LogId) -> Option<Digest> {
        Some(item_digest(log, &self.state(log)?, self.identity_beside(log)))
    }
    /// What was declined before, as it was then: in what is compared it counts as known.
    fn declined(&self) -> Option<&Declined> {
        None
    }
    /// Whether what a peer has of a log was declined before, just as it is.
    fn has_declined(&self, theirs: &LogItem) -> bool {
        let before = self.declined().and_then(|declined| declined.of(&theirs.log.key()));
        before.is_some_and(|before| before == theirs.digest())
    }
    /// Whether what comes before the lowest entry held of a log was declined before.
    fn has_declined_beginning(&self, log: &LogId) -> bool {
        let before = self.declined().and_then(|declined| declined.beginning(log));
        before.is_some() && before == self.state(log).map(|state| state.lo)
    }
    /// Whether a log is not even asked for: there is no room for it, say.
    fn declines(&self, _log: &LogId) -> bool {
        false
    }
}
