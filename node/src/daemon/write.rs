//! Writing in this device's own logs.

use super::{
    commands::no_identity,
    core::{Core, Origin},
    keys::random,
};
use crate::api::{Failure, FailureCode};
use communaut_protocol::{
    Entry, EntryId, Header, IdentityId, LogId, Scope,
    entry::{Head, HeldEntry, hash},
    fold::Standing,
    limits::WIDE_ENTRIES_MAX,
    log::{epochs_max, within_budget},
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
        let me = self.me.ok_or_else(no_identity)?;
        if self.views.book().get(&me).is_some_and(|view| view.standing(self.device.id()) == Standing::Out) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                "this device was taken out of its identity, so nothing that it writes counts: go on with another device, or recover",
            ));
        }
        Ok(me)
    }

    /// Sign operations into this device's logs of their scopes, store and fold them: all or none.
    pub fn write(&mut self, author: IdentityId, ops: Vec<(Scope, Op)>) -> Result<Vec<EntryId>, Failure> {
        let mut logs: OwnLogs = HashMap::new();
        let mut entries = Vec::with_capacity(ops.len());
        for (scope, op) in ops {
            let nonce = random().map_err(|error| Failure::internal(error.to_string()))?;
            let payload = op.encode(nonce, author).map_err(|error| Failure::invalid(error.to_string()))?;
            let place = match logs.get(&scope) {
                Some(held) => *held,
                None => self.own_log(scope, payload.len())?,
            };
            let entry = self.sign(place, op.schema(), 0, payload)?;
            logs.insert(scope, Place::after(&entry));
            entries.push(entry);
        }
        self.keep(entries, logs)
    }

    /// As [`Core::write`], for one payload that is encoded already.
    pub fn write_payload(&mut self, scope: Scope, schema: u16, payload: Vec<u8>) -> Result<Vec<EntryId>, Failure> {
        let entry = self.sign(self.own_log(scope, payload.len())?, schema, 0, payload)?;
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

    /// Where this device writes a payload of so many bytes next in a scope.
    pub(super) fn own_log(&self, scope: Scope, payload: usize) -> Result<Place, Failure> {
        let held = self.logs.get(&scope);
        let last = held.and_then(|log| self.store.head(log));
        if let (Some(log), Some(last)) = (held, last)
            && !self.closed.contains(log)
            && self.has_room(log, last, payload)
        {
            return Ok(Place { log: *log, seq: last.seq + 1, backlink: Some(last.id) });
        }
        let device = self.device.id();
        let epochs = self.store.epochs(&scope, device);
        let most = epochs_max(&scope);
        if epochs.len() >= most {
            let why = if scope.is_wide() {
                "by announcing much in a cell that concerns very many (SPEC.md §5.4)"
            } else {
                "by being restored or copied"
            };
            return Err(Failure::invalid(format!(
                "this device has used up its {most} logs here, {why}: write from another device"
            )));
        }
        let epoch = u64::from_be_bytes(random().map_err(|error| Failure::internal(error.to_string()))?);
        Ok(Place { log: LogId { scope, device, epoch }, seq: 0, backlink: last.map(|last| last.id) })
    }

    /// Whether a payload still fits into a log: in a wide scope each says little.
    fn has_room(&self, log: &LogId, last: Head, payload: usize) -> bool {
        if !log.scope.is_wide() {
            return true;
        }
        let key = log.key();
        let held = self.store.header_of(&key, last.seq, last.id);
        let Some(before) = held else { return true };
        let next = Header {
            seq: last.seq + 1,
            backlink: Some(last.id),
            payload_size: u32::try_from(payload).unwrap_or(u32::MAX),
            ..before
        };
        let fits = within_budget(&next, |seq, id| self.store.header_of(&key, seq, id)).is_ok();
        fits && usize::try_from(next.seq).is_ok_and(|seq| seq < WIDE_ENTRIES_MAX)
    }
}

fn is_last(entry: &Entry, logs: &OwnLogs) -> bool {
    logs.get(&entry.header().log.scope).is_some_and(|place| place.backlink == Some(entry.id()))
}
