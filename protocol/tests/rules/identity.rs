//! Identities: an id that commits to its inception, devices by consent, devices taken out,
//! recovery, branches that compete.

use crate::{
    common::{Desk, FOIX, cases, key, person, recovery, sealing},
    devices::{Log, device_op, fold, ids, out, profile, recovery_op, terms},
};
use communaut_protocol::{
    DeviceKey, Entry, EntryId, Hash, Scope,
    entry::{Head, hash},
    fold::{IdentityState, IdentityView, Record, Standing},
    ids::Signature,
    limits::{ACCEPTED_MAX, DEVICES_MAX},
    op::{DeviceOp, Inception, Op, RecoveryOp, RecoveryTerms, WitnessOp, accepted_head, consent_bytes},
};
use proptest::prelude::*;

#[test]
fn the_id_is_the_hash_of_the_inceptions_payload() {
    let alice = person(1);
    assert_eq!(alice.id.0, *blake3::hash(alice.inception.payload()).as_bytes());
    let view = fold(alice.id, std::slice::from_ref(&alice.inception));
    assert_eq!(view.devices.keys().copied().collect::<Vec<_>>(), [alice.key.id()]);
    assert_eq!(view.devices.get(&alice.key.id()).unwrap().sealing_key, sealing(1).public());
    assert_eq!((view.recovery, view.head), (hash(&recovery(1).id().0), None));
}

#[test]
fn nobody_else_incepts_an_identity() {
    let (alice, mallory) = (person(1), key(66));
    let mut desk = Desk::default();
    let scope = Scope::identity(alice.id);
    // Another inception in Alice's scope: its payload has another hash.
    let sealing_key = sealing(66).public();
    let own = Inception {
        device: mallory.id(),
        sealing_key,
        recovery: hash(b"mine"),
        recovery_sealing: sealing_key,
        deciding: None,
    };
    let other = desk.write_as(&mallory, alice.id, scope, 1, 1, &Op::Inception(own));
    assert!(fold(alice.id, &[other]).devices.is_empty());
    // Alice's very payload, signed by Mallory: it names Alice's device.
    let header = communaut_protocol::Header {
        log: communaut_protocol::LogId { device: mallory.id(), ..alice.log(scope) },
        ..alice.inception.header().clone()
    };
    let copied = Entry::sign(&mallory, header, alice.inception.payload().to_vec()).unwrap();
    assert!(fold(alice.id, &[copied]).devices.is_empty());
}

#[test]
fn a_device_comes_in_by_its_own_consent_and_one_that_is_in() {
    let mut log = Log::new();
    let (alice, bob, mallory) = (log.alice.clone(), person(2), key(66));
    let sealing_key = sealing(11).public();
    let device = |consent| {
        Op::Device(DeviceOp { device: key(11).id(), sealing_key, label: String::new(), consent, previous: None })
    };
    for bad in [
        // No consent, another's, one to another identity, one with another sealing key.
        Signature::ZERO,
        mallory.sign(&consent_bytes(alice.id, sealing_key)),
        key(11).sign(&consent_bytes(bob.id, sealing_key)),
        key(11).sign(&consent_bytes(alice.id, sealing(12).public())),
    ] {
        log.say(&alice.key, &device(bad));
    }
    // Brought in by a device that is not in. (By another author than the identity: its header is refused.)
    log.comes_in(&mallory, 66, None);
    assert_eq!(log.speakers(), [alice.key.id()]);
    let came = log.comes_in(&alice.key, 11, None);
    assert_eq!(log.speakers(), ids(&[&alice.key, &key(11)]));
    let view = log.view();
    assert_eq!((view.head, view.devices.get(&key(11).id()).unwrap().label.as_str()), (Some(came), "device 11"));
    // What follows an act that does not count does not count.
    log.comes_in(&alice.key, 12, Some(EntryId([9; 32])));
    assert_eq!(log.view(), view);
}

#[test]
fn an_identity_has_so_many_devices_at_a_time() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let mut head = None;
    for number in 20..20 + u8::try_from(DEVICES_MAX).unwrap() {
        head = Some(log.comes_in(&first, number, head));
    }
    // The last one was one too many.
    assert_eq!(log.view().devices.len(), DEVICES_MAX);
    let before = log.view().head;
    head = Some(log.goes_out(&first, &[&key(20)], before));
    log.comes_in(&first, 99, head);
    assert_eq!(log.view().devices.len(), DEVICES_MAX);
    assert!(log.view().devices.contains_key(&key(99).id()));
}

#[test]
fn a_device_that_was_taken_out_stays_out() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let phone = key(11);
    let came = log.comes_in(&first, 11, None);
    let gone = log.goes_out(&first, &[&phone], Some(came));
    let view = log.view();
    assert_eq!(
        (view.standing(first.id()), view.standing(phone.id()), view.standing(key(12).id())),
        (Standing::Speaks, Standing::Out, Standing::Unknown)
    );
    // Its consent is there for anybody to read; it does not serve again.
    log.comes_in(&first, 11, Some(gone));
    // It takes nobody out, brings nobody in, and has no name for the person.
    log.goes_out(&phone, &[&first], Some(gone));
    log.comes_in(&phone, 12, Some(gone));
    log.say(&first, &profile("Alice"));
    log.say(&phone, &profile("Mallory"));
    assert_eq!(log.view(), IdentityView { name: "Alice".into(), home: Some(FOIX), ..view });
    // More of what it wrote can be accepted later.
    let more = log.say(&first, &out(&[&phone], &[Hash([7; 32])], Some(gone)));
    assert_eq!((log.view().head, log.view().accepted.len()), (Some(more), 1));
}

#[test]
fn whoever_is_out_gains_nothing_by_competing_and_two_who_take_each_other_out_both_go() {
    let mut log = Log::new();
    let (first, phone) = (log.alice.key.clone(), key(11));
    let came = log.comes_in(&first, 11, None);
    let tablet = log.comes_in(&first, 12, Some(came));
    let out = log.goes_out(&first, &[&phone], Some(tablet));
    let before = log.view();
    assert_eq!((before.head, before.is_frozen()), (Some(out), false));
    // From where it still spoke it brings another in: its branch goes, since the other takes it out.
    log.comes_in(&phone, 66, Some(came));
    log.goes_out(&phone, &[&key(12)], Some(tablet));
    // Only that what it writes is taken, and counts for nothing: so it is with all who know of this act.
    assert!(log.view().brought_in.contains(&key(66).id()) && !before.brought_in.contains(&key(66).id()));
    assert_eq!(IdentityView { brought_in: before.brought_in.clone(), ..log.view() }, before);
    // It takes out who took it out. Nobody can tell the thief from the owner: both are out, nobody comes in.
    log.goes_out(&phone, &[&first], Some(tablet));
    let view = log.view();
    assert!(view.is_frozen());
    assert_eq!(view.devices.keys().copied().collect::<Vec<_>>(), [key(12).id()]);
    assert_eq!(view.out.keys().copied().collect::<Vec<_>>(), ids(&[&first, &phone]));
    assert_eq!((view.head, view.competing.len()), (Some(tablet), 2));
    // What the tablet does after it is a third branch, and does not help.
    log.comes_in(&key(12), 13, Some(tablet));
    assert!(log.view().is_frozen());
    assert!(!log.view().knows(key(13).id()));
}

#[test]
fn acts_that_another_log_says_again_stand_where_their_own_log_no_longer_does() {
    let mut log = Log::new();
    let (first, phone) = (log.alice.key.clone(), key(11));
    let came = log.comes_in(&first, 11, None);
    log.witnesses(&phone, &[log.alice.inception.id(), came]);
    log.goes_out(&phone, &[&first], Some(came));
    let whole = log.view();
    assert_eq!(whole.devices.keys().copied().collect::<Vec<_>>(), [phone.id()]);
    // The first device has opened so many epochs, or forked so often, that nothing of it is held but another inception.
    let again = Desk::default().write_as(&first, log.alice.id, log.scope(), 9, 99, &profile("thief"));
    let mut left: Vec<Entry> =
        log.entries.iter().filter(|held| held.header().log.device == phone.id()).cloned().collect();
    left.push(again);
    assert_eq!(fold(log.alice.id, &left), whole);
}

#[test]
fn a_witness_says_nothing_but_acts_of_this_identity_that_are_signed() {
    let mut log = Log::new();
    let (first, phone) = (log.alice.key.clone(), key(11));
    let other = person(2);
    let before = log.view();
    let profile = Desk::default().write_as(&first, log.alice.id, log.scope(), 2, 50, &profile("thief"));
    let foreign = device_op(log.alice.id, 11, None);
    let elsewhere = Desk::default().write_as(&first, other.id, Scope::identity(other.id), 2, 50, &foreign);
    let mut forged = Desk::default().write_as(&first, log.alice.id, log.scope(), 2, 50, &foreign).to_raw();
    if let Some(last) = forged.header.last_mut() {
        *last ^= 1;
    }
    let acts = vec![profile.to_raw(), elsewhere.to_raw(), other.inception.to_raw(), forged];
    log.say(&phone, &Op::Witness(WitnessOp { acts }));
    assert_eq!(log.view(), before);
}

#[test]
fn the_largest_act_fits_a_witness() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let devices: Vec<DeviceKey> = (11..11 + u8::try_from(DEVICES_MAX).unwrap()).map(key).collect();
    let devices: Vec<&DeviceKey> = devices.iter().collect();
    let accepted: Vec<Hash> = (0..ACCEPTED_MAX).map(|n| hash(&n.to_be_bytes())).collect();
    let act = log.say(&first, &out(&devices, &accepted, None));
    log.witnesses(&key(11), &[act]);
    assert_eq!(log.entries.len(), 3);
}

#[test]
fn two_devices_that_each_bring_in_another_stand_still_and_go_on_speaking() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let came = log.comes_in(&first, 11, None);
    log.comes_in(&first, 12, Some(came));
    log.comes_in(&key(11), 13, Some(came));
    let view = log.view();
    assert_eq!((view.is_frozen(), view.head), (true, Some(came)));
    assert_eq!(view.devices.keys().copied().collect::<Vec<_>>(), ids(&[&first, &key(11)]));
    assert!(view.out.is_empty());
}

#[test]
fn the_recovery_key_decides() {
    let mut log = Log::new();
    let (first, phone) = (log.alice.key.clone(), key(11));
    let came = log.comes_in(&first, 11, None);
    // The thief of the phone takes everything over.
    let taken = log.goes_out(&phone, &[&first], Some(came));
    log.comes_in(&phone, 66, Some(taken));
    assert_eq!(log.speakers(), ids(&[&phone, &key(66)]));
    // Alice types her words into a new machine, and goes on from before.
    let recovered = log.recovered(13, 1, &[&first], Some(came));
    let view = log.view();
    assert_eq!((view.head, view.recoveries, view.is_frozen()), (Some(recovered), 1, false));
    assert_eq!(view.devices.keys().copied().collect::<Vec<_>>(), ids(&[&first, &key(13)]));
    assert_eq!(view.out.keys().copied().collect::<Vec<_>>(), [phone.id()]);
    // The thief writes on, from everywhere: nothing comes of it.
    log.goes_out(&phone, &[&first], None);
    log.comes_in(&phone, 67, Some(came));
    log.goes_out(&key(66), &[&phone], Some(taken));
    log.goes_out(&phone, &[&key(13)], Some(recovered));
    assert_eq!(IdentityView { brought_in: view.brought_in.clone(), ..log.view() }, view);
    // And Alice goes on.
    let next = log.comes_in(&key(13), 14, Some(recovered));
    assert_eq!((log.view().head, log.view().devices.len()), (Some(next), 3));
}

/// Whoever recovers asks what stood before a thief took over.
#[test]
fn who_spoke_after_an_act_can_be_asked_though_it_counts_no_longer() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let came = log.comes_in(&first, 11, None);
    let taken = log.goes_out(&key(11), &[&first], Some(came));
    let never = log.comes_in(&first, 12, Some(taken));
    let mut state = IdentityState::new(log.alice.id);
    state.apply(log.entries.iter().map(|entry| Record::of(entry).unwrap()));
    let after = |act| state.speakers_after(act).map(|found| found.into_iter().collect::<Vec<_>>());
    assert_eq!(after(log.alice.inception.id()), Some(vec![first.id()]));
    assert_eq!(after(came), Some(ids(&[&first, &key(11)])));
    assert_eq!(after(taken), Some(ids(&[&key(11)])));
    assert_eq!((after(never), after(EntryId([1; 32]))), (None, None));
    let recovered = log.recovered(1, 1, &[], Some(came));
    state.apply(log.entries.iter().map(|entry| Record::of(entry).unwrap()));
    let history: Vec<(EntryId, bool)> = state.history().iter().map(|act| (act.entry, act.counts)).collect();
    let wanted = [(log.alice.inception.id(), true), (came, true), (taken, false), (recovered, true)];
    assert_eq!(history.len(), wanted.len());
    assert!(wanted.iter().all(|act| history.contains(act)), "{history:?}");
}

#[test]
fn a_recovery_needs_the_key_that_was_committed_to() {
    let mut log = Log::new();
    let id = log.alice.id;
    let bad = [
        // Another key, another identity, terms changed after they were signed, a device that does not sign itself.
        recovery_op(id, &recovery(2), &terms(13, 1, &[], None)),
        recovery_op(person(2).id, &recovery(1), &terms(13, 1, &[], None)),
        match recovery_op(id, &recovery(1), &terms(13, 1, &[], None)) {
            Op::Recovery(op) => Op::Recovery(Box::new(RecoveryOp {
                terms: RecoveryTerms { next: hash(b"mine"), ..op.terms },
                key: op.key,
                proof: op.proof,
            })),
            _ => unreachable!(),
        },
        recovery_op(id, &recovery(1), &terms(14, 1, &[], None)),
        // The number of none, one too many, a device kept that is not in.
        recovery_op(id, &recovery(1), &terms(13, 0, &[], None)),
        recovery_op(id, &recovery(1), &terms(13, 2, &[], None)),
        recovery_op(id, &recovery(1), &terms(13, 1, &[&key(50)], None)),
    ];
    let before = log.view();
    for op in &bad {
        log.say(&key(13), op);
    }
    assert_eq!(log.view(), before);
    // Another phrase for the next time: the one of before serves no longer.
    let new = RecoveryTerms { next: hash(&recovery(3).id().0), ..terms(13, 1, &[], None) };
    let once = log.say(&key(13), &recovery_op(id, &recovery(1), &new));
    let old = terms(15, 2, &[], Some(once));
    log.say(&key(15), &recovery_op(id, &recovery(1), &old));
    assert_eq!(log.speakers(), [key(13).id()]);
    log.say(&key(15), &recovery_op(id, &recovery(3), &old));
    assert_eq!(log.speakers(), [key(15).id()]);
}

#[test]
fn the_latest_profile_by_a_device_that_speaks_is_shown() {
    let mut log = Log::new();
    let (first, mallory) = (log.alice.key.clone(), key(66));
    log.say(&first, &profile("Alice"));
    log.say(&mallory, &profile("Mallory"));
    assert_eq!((log.view().name.as_str(), log.view().home), ("Alice", Some(FOIX)));
    let came = log.comes_in(&first, 11, None);
    log.say(&key(11), &profile("Aline"));
    assert_eq!(log.view().name, "Aline");
    log.goes_out(&first, &[&key(11)], Some(came));
    assert_eq!(log.view().name, "Alice");
    // What was accepted of a device that went counts.
    let mut records: Vec<Record> = log.entries.iter().map(|entry| Record::of(entry).unwrap()).collect();
    records.iter_mut().filter(|record| record.log.device == key(11).id()).for_each(|record| record.accepted = true);
    let mut state = IdentityState::new(log.alice.id);
    state.apply(records);
    assert_eq!(state.view().name, "Aline");
}

#[test]
fn an_accepted_head_names_its_log() {
    let log = person(1).inception.header().log;
    let head = Head { seq: 3, id: EntryId([5; 32]) };
    let one = accepted_head(&log, head);
    let others = [
        accepted_head(&log, Head { seq: 4, ..head }),
        accepted_head(&log, Head { id: EntryId([6; 32]), ..head }),
        accepted_head(&communaut_protocol::LogId { epoch: 2, ..log }, head),
        accepted_head(&communaut_protocol::LogId { device: key(9).id(), ..log }, head),
    ];
    assert!(!others.contains(&one));
}

/// What may happen to an identity: who does what, after which act.
type Step = (u8, u8, u8, u8);

/// Play steps: bring in, take out, recover, from anywhere.
fn play(steps: &[Step]) -> Log {
    let mut log = Log::with_deciding_key();
    let keys: Vec<DeviceKey> = std::iter::once(log.alice.key.clone()).chain((11..15).map(key)).collect();
    let mut acts: Vec<Option<EntryId>> = vec![None];
    for (n, (by, what, on, after)) in steps.iter().enumerate() {
        let by = &keys[usize::from(*by) % keys.len()];
        let after = acts[usize::from(*after) % acts.len()];
        let act = match what % 9 {
            0..=2 => log.comes_in(by, 11 + on % 4, after),
            3..=5 => log.goes_out(by, &[&keys[usize::from(*on) % keys.len()]], after),
            6 => match on % 4 {
                3 => log.decides(by, after.unwrap_or(EntryId([1; 32]))),
                number => log.recovered(30 + u8::try_from(n).unwrap(), u32::from(number), &[], after),
            },
            7 => {
                let all: Vec<EntryId> = log.entries.iter().map(Entry::id).collect();
                log.witnesses(by, &all)
            }
            _ => log.say(by, &profile(&format!("name {n}"))),
        };
        acts.push(Some(act));
    }
    log
}

proptest! {
    #![proptest_config(cases(200))]

    /// Whatever was said, in whatever order and split it comes, the same identity stands.
    #[test]
    fn any_order_gives_the_same_identity(
        steps in prop::collection::vec(any::<Step>(), 1..14),
        seed in any::<u64>(),
    ) {
        let log = play(&steps);
        let whole = log.view();
        let mut records: Vec<Record> = log.entries.iter().map(|entry| Record::of(entry).unwrap()).collect();
        let mut state = IdentityState::new(log.alice.id);
        let mut random = seed | 1;
        while !records.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(random >> 33).unwrap() % records.len();
            state.apply([records.swap_remove(at)]);
        }
        prop_assert_eq!(state.view(), &whole);
        // Nobody is in and out, and nobody is in without having consented.
        prop_assert!(whole.devices.keys().all(|device| !whole.out.contains_key(device)));
        prop_assert!(whole.devices.len() <= DEVICES_MAX);
    }
}
