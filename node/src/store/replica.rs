//! The store as replication sees it.

use super::{
    LogKey, Store, StoreError,
    read::held_entry,
    record::{self, entry_key, entry_key_from},
};
use communaut_protocol::{
    AuthorId, EntryId,
    entry::{Body, HeldEntry},
    log::{Branch, LogState},
    replication::{
        message::{Digest, Missing},
        prefixes::Prefixes,
        replica::{Arrived, Replica},
    },
    scope::{LOG_KEY_LEN, LogId},
};

impl Replica for Store {
    type Error = StoreError;

    fn instance(&self) -> Digest {
        self.instance
    }

    fn arrival(&self) -> u64 {
        self.arrival
    }

    fn state(&self, log: &LogId) -> Option<LogState> {
        self.log(log).copied()
    }

    fn identity(&self, author: &AuthorId) -> Digest {
        self.logs.identity(author)
    }

    fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool {
        self.logs.writes_under(author, under)
    }

    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool) {
        let mut from = [0; LOG_KEY_LEN];
        from.iter_mut().zip(lower).for_each(|(to, byte)| *to = *byte);
        for (key, state) in self.logs.range(from..) {
            if upper.is_some_and(|upper| key.as_slice() >= upper) {
                return;
            }
            if let Ok(log) = LogId::from_key(key)
                && !each(log, state)
            {
                return;
            }
        }
    }

    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, StoreError> {
        // The tips, which are asked for most, are at hand.
        if self.log(log).is_some_and(|state| state.tips().any(|tip| tip.seq == seq && tip.id == id)) {
            return Ok(true);
        }
        let key = log.key();
        for branch in [Branch::First, Branch::Second] {
            if self.id_at(&key, branch, seq)? == Some(id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, StoreError> {
        let damaged = || StoreError::Damaged("the record of an arrival is not one".into());
        let from = since.saturating_add(1).to_be_bytes();
        let found = self.trees()?.arrivals.range(from..).take(max).map(|item| {
            let (number, what) = item?;
            let (log, from) = what.split_at_checked(LOG_KEY_LEN).ok_or_else(damaged)?;
            let parse = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes).map_err(|_| damaged());
            let log = LogId::from_key(log).map_err(|_| damaged())?;
            Ok(Arrived { number: parse(&number)?, log, from: parse(from)? })
        });
        found.collect()
    }

    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), StoreError> {
        if from > to {
            return Ok(());
        }
        let key = log.key();
        let range = entry_key(&key, from, Branch::First)..=entry_key(&key, to, Branch::Second);
        for item in self.trees()?.headers.range(range) {
            let (at, header) = item?;
            let entry = held_entry(&header, self.trees()?.payloads.get(&at)?.as_deref())?;
            if !each(entry) {
                break;
            }
        }
        Ok(())
    }

    fn payload(&self, of: &Missing) -> Result<Body, StoreError> {
        for branch in [Branch::First, Branch::Second] {
            if let Some(entry) = self.held(&of.log, branch, of.seq)?.filter(|entry| entry.id() == of.id) {
                return Ok(entry.body().clone());
            }
        }
        Ok(Body::Absent)
    }

    fn incomplete(&self, after: Option<&LogId>, each: &mut dyn FnMut(LogId) -> bool) {
        self.logs.incomplete(after).all(each);
    }

    fn missing(&self, after: Option<&Missing>, max: usize) -> Result<Vec<Missing>, StoreError> {
        // Both branches of a number are behind it together: at worst one of them is asked for a round later.
        let from = after.map_or_else(Vec::new, |after| {
            let mut from = entry_key(&after.log.key(), after.seq, Branch::Second).to_vec();
            from.push(0);
            from
        });
        let found = self.trees()?.absent.range(from..).take(max).map(|item| {
            let (at, id) = item?;
            let (log, seq, _): (LogKey, u64, Branch) = entry_key_from(&at)?;
            let log = LogId::from_key(&log).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let id = id.as_ref().try_into().map(EntryId).unwrap_or_default();
            // A crash may have left the mark on what has come.
            let came = self.trees()?.payloads.get(&at)?.is_some_and(|body| !record::is_part(&body));
            Ok((!came).then_some(Missing { log, seq, id }))
        });
        found.filter_map(Result::transpose).collect()
    }
}
