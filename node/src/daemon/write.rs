//! Writing in this device's own logs.

use super::{
    core::{Core, Origin},
    keys::random,
};
use crate::api::{Failure, FailureCode};
use communaut_protocol::{
    Entry, EntryId, Header, IdentityId, LogId, Scope,
    entry::{HeldEntry, hash},
    limits::EPOCHS_MAX,
    op::Op,
};
use std::collections::HashMap;

/// Where the next entry of this device in a scope belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    log: LogId,
    seq: u64,
    /// The entry before; of the first of an epoch, the last of the epoch before.
    backlink: Option<EntryId>,
}

impl Place {
    pub fn after(entry: &Entry) -> Self {
        Self { log: entry.header().log, seq: entry.header().seq + 1, backlink: Some(entry.id()) }
    }
}

/// Where this device's logs go on after a write.
pub(super) type OwnLogs = HashMap<Scope, Place>;

impl Core {
    /// Whose node this is, or why nothing can be written.
    pub fn author(&self) -> Result<IdentityId, Failure> {
        self.me.ok_or_else(|| {
            Failure::new(FailureCode::NoIdentity, "there is no identity in this data folder yet: run 'init' first")
        })
    }

    /// Sign operations into this device's logs of their scopes, store and fold them: all or none.
    pub fn write(&mut self, author: IdentityId, ops: Vec<(Scope, Op)>) -> Result<Vec<EntryId>, Failure> {
        let mut logs: OwnLogs = HashMap::new();
        let mut entries = Vec::with_capacity(ops.len());
        for (scope, op) in ops {
            let place = match logs.get(&scope) {
                Some(held) => *held,
                None => self.own_log(scope)?,
            };
            let nonce = random().map_err(|error| Failure::internal(error.to_string()))?;
            let payload = op.encode(nonce, author).map_err(|error| Failure::invalid(error.to_string()))?;
            let entry = self.sign(place, op.schema(), 0, payload)?;
            logs.insert(scope, Place::after(&entry));
            entries.push(entry);
        }
        self.keep(entries, logs)
    }

    /// As [`Core::write`], for one payload that is encoded already.
    pub fn write_payload(&mut self, scope: Scope, schema: u16, payload: Vec<u8>) -> Result<Vec<EntryId>, Failure> {
        let entry = self.sign(self.own_log(scope)?, schema, 0, payload)?;
        let logs = HashMap::from([(scope, Place::after(&entry))]);
        self.keep(vec![entry], logs)
    }

    pub(super) fn sign(&mut self, place: Place, schema: u16, flags: u8, payload: Vec<u8>) -> Result<Entry, Failure> {
        let Place { log, seq, backlink } = place;
        let header = Header {
            log,
            seq,
            backlink,
            stamp: self.clock.next(self.now_ms),
            schema,
            schema_version: 1,
            flags,
            payload_size: u32::try_from(payload.len()).map_err(|_| Failure::invalid("the payload is too large"))?,
            payload_hash: hash(&payload),
        };
        Entry::sign(&self.device, header, payload).map_err(|refusal| Failure::invalid(refusal.to_string()))
    }

    pub(super) fn keep(&mut self, entries: Vec<Entry>, logs: OwnLogs) -> Result<Vec<EntryId>, Failure> {
        let ids = entries.iter().map(Entry::id).collect();
        let last: Vec<Entry> = entries.iter().filter(|entry| is_last(entry, &logs)).cloned().collect();
        let answers = self
            .take(entries.into_iter().map(HeldEntry::from).collect(), Origin::Here)
            .map_err(|error| Failure::internal(error.to_string()))?;
        if let Some(error) = answers.into_iter().find_map(Result::err) {
            return Err(Failure::internal(format!("an entry of this device was not taken: {error}")));
        }
        let new_scope = logs.keys().any(|scope| !self.logs.contains_key(scope));
        self.logs.extend(logs.into_iter().map(|(scope, place)| (scope, place.log)));
        self.fresh.extend(last.into_iter().map(|entry| (entry.header().log, entry)));
        if new_scope {
            self.interests_changed();
        }
        Ok(ids)
    }

    /// Where this device writes next in a scope.
    pub(super) fn own_log(&self, scope: Scope) -> Result<Place, Failure> {
        let held = self.logs.get(&scope);
        let last = held.and_then(|log| self.store.head(log));
        if let (Some(log), Some(last)) = (held, last)
            && !self.closed.contains(log)
        {
            return Ok(Place { log: *log, seq: last.seq + 1, backlink: Some(last.id) });
        }
        let device = self.device.id();
        let epochs = self.store.epochs(&scope, device);
        if epochs.len() >= EPOCHS_MAX {
            return Err(Failure::invalid(format!(
                "this device has opened {EPOCHS_MAX} logs here, by being restored or copied: write from another device"
            )));
        }
        let epoch = u64::from_be_bytes(random().map_err(|error| Failure::internal(error.to_string()))?);
        Ok(Place { log: LogId { scope, device, epoch }, seq: 0, backlink: last.map(|last| last.id) })
    }
}

fn is_last(entry: &Entry, logs: &OwnLogs) -> bool {
    logs.get(&entry.header().log.scope).is_some_and(|place| place.backlink == Some(entry.id()))
}
