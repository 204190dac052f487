//! An identity's log as it is written: by all its devices, by those who have one of them, by who holds the phrase.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::common::{Desk, FOIX, Person, key, person, recovery, sealing};
use communaut_protocol::{
    DeviceId, DeviceKey, Entry, EntryId, Hash, IdentityId, Scope,
    entry::hash,
    fold::{IdentityState, IdentityView, Record},
    ids::RecoveryKey,
    op::{DeviceOp, Op, OutOp, Profile, RecoveryOp, RecoveryTerms, WitnessOp, consent_bytes},
};

/// Alice's log as it is written, by all her devices and by those who have one of them.
pub struct Log {
    pub alice: Person,
    desk: Desk,
    pub entries: Vec<Entry>,
    time: u64,
}

impl Log {
    pub fn new() -> Self {
        Self::of(person(1))
    }
    /// Of somebody else, in whose place Alice's name stands here.
    pub fn of(alice: Person) -> Self {
        let entries = vec![alice.inception.clone()];
        Self { alice, desk: Desk::default(), entries, time: 10 }
    }
    pub fn scope(&self) -> Scope {
        Scope::identity(self.alice.id)
    }
    pub fn say(&mut self, by: &DeviceKey, op: &Op) -> EntryId {
        self.time += 1;
        // Each device begins where its log begins: Alice's inception is one of its own.
        let entry = self.desk.write_as(by, self.alice.id, self.scope(), 2, self.time, op);
        self.entries.push(entry.clone());
        entry.id()
    }
    pub fn comes_in(&mut self, by: &DeviceKey, number: u8, previous: Option<EntryId>) -> EntryId {
        let op = device_op(self.alice.id, number, previous);
        self.say(by, &op)
    }
    pub fn goes_out(&mut self, by: &DeviceKey, devices: &[&DeviceKey], previous: Option<EntryId>) -> EntryId {
        self.say(by, &out(devices, &[], previous))
    }
    /// Recovered by the phrase of the first key, on a device of a number.
    pub fn recovered(&mut self, on: u8, count: u32, keep: &[&DeviceKey], previous: Option<EntryId>) -> EntryId {
        let op = recovery_op(self.alice.id, &recovery(1), &terms(on, count, keep, previous));
        self.say(&key(on), &op)
    }
    /// A device says acts again.
    pub fn witnesses(&mut self, by: &DeviceKey, acts: &[EntryId]) -> EntryId {
        let acts = self.entries.iter().filter(|entry| acts.contains(&entry.id())).map(Entry::to_raw).collect();
        self.say(by, &Op::Witness(WitnessOp { acts }))
    }
    pub fn view(&self) -> IdentityView {
        fold(self.alice.id, &self.entries)
    }
    pub fn speakers(&self) -> Vec<DeviceId> {
        self.view().devices.keys().copied().collect()
    }
}

pub fn device_op(identity: IdentityId, number: u8, previous: Option<EntryId>) -> Op {
    let sealing_key = sealing(number).public();
    Op::Device(DeviceOp {
        device: key(number).id(),
        sealing_key,
        label: format!("device {number}"),
        consent: key(number).sign(&consent_bytes(identity, sealing_key)),
        previous,
    })
}

pub fn out(devices: &[&DeviceKey], accepted: &[Hash], previous: Option<EntryId>) -> Op {
    let (mut devices, mut accepted) = (ids(devices), accepted.to_vec());
    devices.sort();
    accepted.sort();
    Op::Out(OutOp { devices, accepted, previous })
}

pub fn terms(on: u8, number: u32, keep: &[&DeviceKey], previous: Option<EntryId>) -> RecoveryTerms {
    RecoveryTerms {
        number,
        device: key(on).id(),
        sealing_key: sealing(on).public(),
        label: "after".into(),
        next: hash(&recovery(1).id().0),
        next_sealing: sealing(101).public(),
        keep: ids(keep),
        accepted: Vec::new(),
        previous,
    }
}

pub fn recovery_op(identity: IdentityId, by: &DeviceKey, terms: &RecoveryTerms) -> Op {
    let proof = by.sign(&terms.signing_bytes(identity).unwrap());
    Op::Recovery(Box::new(RecoveryOp { terms: terms.clone(), key: RecoveryKey(by.id().0), proof }))
}

pub fn ids(keys: &[&DeviceKey]) -> Vec<DeviceId> {
    let mut ids: Vec<DeviceId> = keys.iter().map(|key| key.id()).collect();
    ids.sort();
    ids
}

pub fn profile(name: &str) -> Op {
    Op::Profile(Profile { name: name.into(), about: String::new(), home: Some(FOIX) })
}

pub fn fold(id: IdentityId, entries: &[Entry]) -> IdentityView {
    let mut state = IdentityState::new(id);
    state.apply(entries.iter().map(|entry| Record::of(entry).unwrap()));
    state.view().clone()
}
