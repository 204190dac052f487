//! Telling records of devices that were taken out whether they still count. SPEC.md §7.1.

use super::{IdentityBook, Record, Standing};
use crate::{
    entry::Head,
    ids::{EntryId, IdentityId},
    log::{Accepted, Branch, LogState},
    scope::LogId,
};
use std::collections::BTreeMap;

/// What counts of the logs of devices taken out, as far as it was asked: each log is walked once.
#[derive(Debug, Default)]
pub struct Acceptance {
    logs: BTreeMap<(LogId, IdentityId), Accepted>,
}

impl Acceptance {
    /// An entry has come into a log, readable or not; `moved`: its branches are others than before. The log is walked
    /// again where that may change what counts of it. True if what was said of it before may no longer hold.
    pub fn entered(&mut self, log: &LogId, head: Head, moved: bool, book: &IdentityBook) -> bool {
        let all = (*log, IdentityId::ZERO)..=(*log, IdentityId([0xff; 32]));
        let accepts = |author: &IdentityId| book.get(author).is_some_and(|person| person.accepts(log, head));
        let known: Vec<_> =
            self.logs.range(all).map(|(key, _)| *key).filter(|(_, author)| moved || accepts(author)).collect();
        for key in &known {
            self.logs.remove(key);
        }
        !known.is_empty()
    }

    /// Mark a record that stands in a branch of a log. `at` tells the ids that the replica holds of it.
    pub fn mark<E>(
        &mut self,
        record: &mut Record,
        branch: Branch,
        state: &LogState,
        at: impl Fn(Branch, u64) -> Result<Option<EntryId>, E>,
        book: &IdentityBook,
    ) -> Result<(), E> {
        let Some(person) = book.get(&record.author) else { return Ok(()) };
        if person.standing(record.log.device) != Standing::Out {
            return Ok(());
        }
        let log = record.log;
        let known = self.logs.get(&(log, record.author)).copied();
        let accepted = match known {
            Some(accepted) => accepted,
            None => Accepted::of(state, at, |head: Head| person.accepts(&log, head))?,
        };
        self.logs.insert((log, record.author), accepted);
        record.accepted = accepted.covers(branch, record.seq);
        Ok(())
    }
}
