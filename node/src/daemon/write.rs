//! Writing in this device's own logs.

use super::{core::Core, keys::random};
use crate::api::{Failure, FailureCode};
use communaut_protocol::{
    Entry, EntryId, Header, IdentityId, LogId, Scope,
    entry::{Head, hash},
    op::Op,
};
use std::collections::HashMap;

/// The heads of this device's logs as a write leaves them.
type OwnLogs = HashMap<Scope, (LogId, Option<Head>)>;

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
            let (log, head) = match logs.get(&scope) {
                Some(held) => *held,
                None => self.own_log(scope)?,
            };
            let nonce = random().map_err(|error| Failure::internal(error.to_string()))?;
            let payload = op.encode(nonce, author).map_err(|error| Failure::invalid(error.to_string()))?;
            let entry = self.sign(log, head, op.schema(), payload)?;
            logs.insert(scope, (log, Some(Head { seq: entry.header().seq, id: entry.id() })));
            entries.push(entry);
        }
        self.keep(entries, logs)
    }

    /// As [`Core::write`], for one payload that is encoded already.
    pub fn write_payload(&mut self, scope: Scope, schema: u16, payload: Vec<u8>) -> Result<Vec<EntryId>, Failure> {
        let (log, head) = self.own_log(scope)?;
        let entry = self.sign(log, head, schema, payload)?;
        let head = Head { seq: entry.header().seq, id: entry.id() };
        self.keep(vec![entry], HashMap::from([(scope, (log, Some(head)))]))
    }

    fn sign(&mut self, log: LogId, head: Option<Head>, schema: u16, payload: Vec<u8>) -> Result<Entry, Failure> {
        let header = Header {
            log,
            seq: head.map_or(0, |head| head.seq + 1),
            backlink: head.map(|head| head.id),
            stamp: self.clock.next(self.now_ms),
            schema,
            schema_version: 1,
            flags: 0,
            payload_size: u32::try_from(payload.len()).map_err(|_| Failure::invalid("the payload is too large"))?,
            payload_hash: hash(&payload),
        };
        Entry::sign(&self.device, header, payload).map_err(|refusal| Failure::invalid(refusal.to_string()))
    }

    fn keep(&mut self, entries: Vec<Entry>, logs: OwnLogs) -> Result<Vec<EntryId>, Failure> {
        let ids = entries.iter().map(Entry::id).collect();
        let last: Vec<Entry> = entries.iter().filter(|entry| is_last(entry, &logs)).cloned().collect();
        let answers = self.take(entries).map_err(|error| Failure::internal(error.to_string()))?;
        if let Some(error) = answers.into_iter().find_map(Result::err) {
            return Err(Failure::internal(format!("an entry of this device was not taken: {error}")));
        }
        let new_scope = logs.keys().any(|scope| !self.logs.contains_key(scope));
        self.logs.extend(logs.into_iter().map(|(scope, (log, _))| (scope, log)));
        self.fresh.extend(last.into_iter().map(|entry| (entry.header().log, entry)));
        if new_scope {
            self.interests_changed();
        }
        Ok(ids)
    }

    fn own_log(&self, scope: Scope) -> Result<(LogId, Option<Head>), Failure> {
        if let Some(log) = self.logs.get(&scope) {
            return Ok((*log, self.store.head(log)));
        }
        let epoch = u64::from_be_bytes(random().map_err(|error| Failure::internal(error.to_string()))?);
        Ok((LogId { scope, device: self.device.id(), epoch }, None))
    }
}

fn is_last(entry: &Entry, logs: &OwnLogs) -> bool {
    logs.get(&entry.header().log.scope).is_some_and(|(_, head)| head.is_some_and(|head| head.id == entry.id()))
}
