//! Somebody with one device, who signs what a bench needs: for the benches of the protocol and of the node.

use communaut_protocol::{
    Entry, Header, IdentityId, LogId, Scope, SealingKey, Stamp,
    entry::{DeviceKey, Head, hash},
    op::{Inception, Op},
};
use std::collections::BTreeMap;

/// A person, and where their logs are.
pub struct Author {
    pub id: IdentityId,
    key: DeviceKey,
    heads: BTreeMap<Scope, Head>,
}

impl Author {
    /// Of a number, with the entry that says who they are.
    pub fn new(number: usize) -> (Self, Entry) {
        let key = DeviceKey::from_seed(&hash(&number.to_be_bytes()).0);
        let inception = Op::Inception(Inception {
            device: key.id(),
            sealing_key: SealingKey([1; 32]),
            recovery: hash(b"recovery"),
            recovery_sealing: SealingKey([2; 32]),
            deciding: None,
        });
        let payload = inception.encode([1; 16]).unwrap();
        let id = IdentityId(hash(&payload).0);
        let mut author = Self { key, id, heads: BTreeMap::new() };
        let entry = author.sign(Scope::identity(id), &inception, payload, 1);
        (author, entry)
    }

    /// The next entry of theirs in a scope.
    pub fn write(&mut self, scope: Scope, op: &Op, ms: u64) -> Entry {
        let payload = op.encode([3; 16]).unwrap();
        self.sign(scope, op, payload, ms)
    }

    fn sign(&mut self, scope: Scope, op: &Op, payload: Vec<u8>, ms: u64) -> Entry {
        let log = LogId { scope, author: self.id.into(), device: self.key.id(), epoch: 1 };
        let header = Header::following(log, self.heads.get(&scope).copied(), Stamp::from_ms(ms), op.schema());
        let entry = Entry::sign(&self.key, header.over(&payload).unwrap(), payload).unwrap();
        self.heads.insert(scope, Head { seq: entry.header().seq, id: entry.id() });
        entry
    }
}
