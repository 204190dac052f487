//! What replication needs to know of a store.

use super::message::{Digest, Missing};
use crate::{
    entry::{Body, HeldEntry},
    ids::EntryId,
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
    /// Logs whose beginning is still to come, at most `max`.
    fn incomplete(&self, max: usize) -> Vec<LogId>;
    /// Payloads that are still to come, at most `max`.
    fn missing(&self, max: usize) -> Result<Vec<Missing>, Self::Error>;
    /// Whether a log is not wanted, by this replica's own policy.
    fn declines(&self, _log: &LogId) -> bool {
        false
    }
}
