//! Identities: an id that commits to its inception, devices by consent.

use crate::common::{Desk, FOIX, Person, cases, key, person};
use communaut_protocol::{
    DeviceKey, Entry, IdentityId, Scope,
    entry::hash,
    fold::{IdentityState, IdentityView, Record},
    ids::Signature,
    op::{DeviceOp, Inception, Op, Profile, consent_bytes},
};
use proptest::prelude::*;

fn device(of: &Person, new: &DeviceKey) -> Op {
    Op::Device(DeviceOp { device: new.id(), consent: new.sign(&consent_bytes(of.id)) })
}

fn profile(name: &str) -> Op {
    Op::Profile(Profile { name: name.into(), about: String::new(), home: Some(FOIX) })
}

fn fold(id: IdentityId, entries: &[Entry]) -> IdentityView {
    let mut state = IdentityState::new(id);
    entries.iter().for_each(|entry| state.apply(Record::of(entry).unwrap()));
    state.view().clone()
}

#[test]
fn the_id_is_the_hash_of_the_inceptions_payload() {
    let alice = person(1);
    assert_eq!(alice.id.0, *blake3::hash(alice.inception.payload()).as_bytes());
    let view = fold(alice.id, std::slice::from_ref(&alice.inception));
    assert_eq!(view.devices.into_iter().collect::<Vec<_>>(), [alice.key.id()]);
}

#[test]
fn nobody_else_incepts_an_identity() {
    let (alice, mallory) = (person(1), key(66));
    let mut desk = Desk::default();
    let scope = Scope::identity(alice.id);
    // Another inception in Alice's scope: its payload has another hash.
    let own = Op::Inception(Inception { device: mallory.id(), recovery: hash(b"mine") });
    let other = desk.write_as(&mallory, alice.id, scope, 1, 1, &own);
    assert!(fold(alice.id, &[other]).devices.is_empty());
    // Alice's very payload, signed by Mallory: it names Alice's device.
    let header = communaut_protocol::Header {
        log: communaut_protocol::LogId { scope, device: mallory.id(), epoch: 1 },
        ..alice.inception.header().clone()
    };
    let copied = Entry::sign(&mallory, header, alice.inception.payload().to_vec()).unwrap();
    assert!(fold(alice.id, &[copied]).devices.is_empty());
}

#[test]
fn a_device_comes_in_by_its_own_consent_and_one_that_is_in() {
    let (alice, bob) = (person(1), person(2));
    let (laptop, mallory) = (key(11), key(66));
    let scope = Scope::identity(alice.id);
    let mut desk = Desk::default();
    let mut entries = vec![alice.inception.clone()];
    let bad = [
        // No consent, another's consent, consent to another identity.
        Op::Device(DeviceOp { device: laptop.id(), consent: Signature::ZERO }),
        Op::Device(DeviceOp { device: laptop.id(), consent: mallory.sign(&consent_bytes(alice.id)) }),
        Op::Device(DeviceOp { device: laptop.id(), consent: laptop.sign(&consent_bytes(bob.id)) }),
    ];
    entries.extend(bad.iter().map(|op| desk.write(&alice, scope, 2, op)));
    // Brought in by a device that is not in.
    entries.push(desk.write_as(&mallory, alice.id, scope, 1, 3, &device(&alice, &mallory)));
    // Another author than the identity.
    entries.push(desk.write_as(&alice.key, bob.id, scope, 1, 4, &device(&alice, &laptop)));
    assert_eq!(fold(alice.id, &entries).devices.len(), 1);
    entries.push(desk.write(&alice, scope, 5, &device(&alice, &laptop)));
    assert!(fold(alice.id, &entries).devices.contains(&laptop.id()));
}

#[test]
fn the_latest_profile_by_a_device_that_is_in_is_shown() {
    let (alice, mallory) = (person(1), key(66));
    let scope = Scope::identity(alice.id);
    let mut desk = Desk::default();
    let entries = [
        alice.inception.clone(),
        desk.write(&alice, scope, 10, &profile("Alice")),
        desk.write(&alice, scope, 9, &profile("Before")),
        desk.write_as(&mallory, alice.id, scope, 1, 99, &profile("Mallory")),
    ];
    assert_eq!(fold(alice.id, &entries).name, "Alice");
    assert_eq!(fold(alice.id, &entries).home, Some(FOIX));
}

proptest! {
    #![proptest_config(cases(64))]

    /// A chain of devices, each brought in by the one before, and a profile by each.
    #[test]
    fn any_order_gives_the_same_identity(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
        let alice = person(1);
        let scope = Scope::identity(alice.id);
        let mut desk = Desk::default();
        let keys: Vec<DeviceKey> = std::iter::once(alice.key.clone()).chain((20..25).map(key)).collect();
        let mut entries = vec![alice.inception.clone()];
        for pair in keys.windows(2) {
            entries.push(desk.write_as(&pair[0], alice.id, scope, 1, 5, &device(&alice, &pair[1])));
        }
        for (n, key) in keys.iter().enumerate() {
            entries.push(desk.write_as(key, alice.id, scope, 1, 20 - n as u64, &profile(&format!("name {n}"))));
        }
        prop_assert_eq!(entries.len(), 12);
        let all = fold(alice.id, &entries);
        prop_assert_eq!(all.devices.len(), 6);
        prop_assert_eq!(&all.name, "name 0");
        let shuffled: Vec<Entry> = order.iter().map(|at| entries[*at].clone()).collect();
        prop_assert_eq!(fold(alice.id, &shuffled), all);
    }
}
