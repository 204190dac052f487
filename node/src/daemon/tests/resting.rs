//! What counts by an identity of which something was declined rests with it, over a restart too, and comes when more of
//! that identity does, whichever way. SPEC.md §9.1.

use super::{
    MONACO, Writer,
    hand::{Hand, Other},
    post,
};
use communaut_protocol::{
    Header, Scope, SealingKey,
    entry::{DeviceKey, HeldEntry},
    fold::ScopeState,
    op::{DeviceOp, Op, Profile, WitnessOp, consent_bytes, schema},
    private::Keyring,
    replication::{memory::MemoryReplica, message::Request},
};
use std::{collections::HashMap, path::Path};

/// Of each identity its first two entries in a log, and all that are no devices.
const FIRST_DEVICE: super::super::replica::Admits =
    |_, header: &Header, _| header.schema != schema::DEVICE || header.seq < 2;

const MINUTE_MS: u64 = 60_000;

/// Somebody with three devices. The third one is brought in by an entry that is declined, and has written a post.
struct Person {
    first: Writer,
    second: Writer,
    third: Writer,
}

impl Person {
    fn new() -> Self {
        let mut first = Writer::of(50);
        let second = with_device(&mut first, 51);
        let mut third = with_device(&mut first, 52);
        first.say("un");
        third.say("trois");
        Self { first, second, third }
    }
    fn entries(&self) -> impl Iterator<Item = HeldEntry> {
        let all = [&self.first, &self.second, &self.third].map(|writer| writer.entries.clone());
        all.into_iter().flatten().map(HeldEntry::from)
    }
}

/// A further device of somebody.
fn with_device(of: &mut Writer, number: u8) -> Writer {
    let key = DeviceKey::from_seed(&[number; 32]);
    let sealing_key = SealingKey([number; 32]);
    let consent = key.sign(&consent_bytes(of.id, sealing_key));
    let previous = of.entries.last().filter(|act| act.header().schema == schema::DEVICE).map(|act| act.id());
    say_of_oneself(
        of,
        &Op::Device(DeviceOp { device: key.id(), sealing_key, label: String::new(), consent, previous }),
    );
    Writer { key, id: of.id, ring: Keyring::default(), heads: HashMap::new(), entries: vec![], draws: 0 }
}

fn say_of_oneself(writer: &mut Writer, op: &Op) {
    let payload = op.encode([4; 16]).unwrap();
    writer.sign(writer.place(Scope::identity(writer.id), op.schema()), payload);
}

fn posts(hand: &Hand, scope: &Scope) -> Vec<String> {
    let state = hand.core.replica.views.state(scope).map(ScopeState::view);
    state.into_iter().flat_map(|view| view.posts.values().map(|post| post.text.clone())).collect()
}

fn in_monaco(hand: &Hand) -> usize {
    posts(hand, &Scope::open(MONACO)).len()
}

/// A follower who has met somebody with all that a person wrote.
fn met(data: &Path, person: &Person) -> (Hand, Other<MemoryReplica>) {
    let (mut hand, mut other) = (Hand::follower(data), Other::lacking(1, person.entries()));
    hand.core.replica.admits = FIRST_DEVICE;
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!((in_monaco(&hand), hand.core.engine.declined.len()), (1, 2), "the third device and its post");
    (hand, other)
}

fn minutes_later(hand: &mut Hand, minutes: u64) {
    hand.now.monotonic = hand.now.monotonic.after(minutes * MINUTE_MS);
    hand.input(crate::daemon::input::Input::Tick);
}

/// No cursor was kept, so that each start compared everything, and fetched all of it twice to decline it.
#[test]
fn what_counts_by_a_declined_entry_rests_with_all_peers_and_over_a_restart() {
    let (folder, person) = (tempfile::tempdir().unwrap(), Person::new());
    let (mut hand, mut other) = met(folder.path(), &person);
    for _ in 0..3 {
        let (requests, came) = hand.round(&mut other);
        assert_eq!((requests.len(), came), (1, 0), "{requests:?}");
    }
    let mut another = Other::lacking(2, person.entries());
    hand.connect(another.peer);
    assert_eq!(hand.answer(&mut another).1, 0);
    hand.core.commit().unwrap();
    drop(hand);
    let mut hand = Hand::restarted(folder.path());
    hand.core.replica.admits = FIRST_DEVICE;
    hand.connect(other.peer);
    let (requests, came) = hand.answer(&mut other);
    assert_eq!(came, 0);
    assert!(matches!(requests[..], [Request::Hello { seen: Some(_), .. }]), "{requests:?}");
    // Another mind of this person, as by a vouch.
    hand.core.replica.admits = |_, _, _| true;
    hand.core.engine.reconsider(|log| log.author == person.first.id.into());
    hand.round(&mut other);
    assert_eq!((in_monaco(&hand), hand.core.engine.declined.len()), (2, 0));
}

/// There is room again, and the third device writes elsewhere: what it wrote before comes too, with a restart between
/// or without.
#[test]
fn what_rested_comes_when_there_is_room_and_something_else_has_the_identity_looked_at() {
    for restart in [false, true] {
        let (folder, mut person) = (tempfile::tempdir().unwrap(), Person::new());
        let (mut hand, mut other) = met(folder.path(), &person);
        hand.core.replica.admits = |_, _, _| true;
        let (elsewhere, op) = (Scope::container(MONACO, person.first.id.into()), post("ici", None));
        person.third.sign(person.third.place(elsewhere, op.schema()), op.encode([7; 16]).unwrap());
        other.replica.take(HeldEntry::from(person.third.entries[1].clone()), false).unwrap();
        hand.round(&mut other);
        assert_eq!((posts(&hand, &elsewhere).len(), in_monaco(&hand)), (1, 1));
        hand.core.commit().unwrap();
        if restart {
            drop(hand);
            hand = Hand::restarted(folder.path());
            hand.connect(other.peer);
        } else {
            minutes_later(&mut hand, 2);
        }
        hand.answer(&mut other);
        assert_eq!((in_monaco(&hand), hand.core.engine.declined.len()), (2, 0), "{restart}");
    }
}

/// Somebody else has more of the identity, and nothing of what the third device wrote.
#[test]
fn what_rested_comes_when_another_peer_brings_the_identity() {
    let (folder, mut person) = (tempfile::tempdir().unwrap(), Person::new());
    let (mut hand, mut other) = met(folder.path(), &person);
    hand.core.replica.admits = |_, _, _| true;
    person.third.entries.clear();
    say_of_oneself(&mut person.first, &Op::Profile(Profile { name: "X".into(), about: String::new(), home: None }));
    let mut another = Other::lacking(2, person.entries());
    hand.connect(another.peer);
    hand.answer(&mut another);
    assert_eq!(in_monaco(&hand), 1);
    minutes_later(&mut hand, 2);
    hand.answer(&mut other);
    assert_eq!((in_monaco(&hand), hand.core.engine.declined.len()), (2, 0));
}

/// An identity that keeps growing, and never brings in what is asked for, has everything compared less and less often.
#[test]
fn an_identity_that_keeps_growing_has_everything_compared_less_and_less_often() {
    let (folder, mut person) = (tempfile::tempdir().unwrap(), Person::new());
    let (mut hand, mut other) = met(folder.path(), &person);
    let before = hand.core.replica.store.entries();
    let mut anew = 0;
    for n in 0..16 {
        let acts = vec![person.first.entries[0].to_raw()];
        say_of_oneself(&mut person.second, &Op::Witness(WitnessOp { acts }));
        other.replica.take(HeldEntry::from(person.second.entries[n].clone()), false).unwrap();
        hand.round(&mut other);
        minutes_later(&mut hand, 1);
        let (requests, _) = hand.answer(&mut other);
        anew += requests.iter().filter(|request| matches!(request, Request::Hello { seen: None, .. })).count();
    }
    assert_eq!(hand.core.replica.store.entries(), before + 16, "it has grown each time");
    assert!((3..=5).contains(&anew), "{anew} times in 16 minutes: after 1, 2, 4 and 8");
    assert_eq!(in_monaco(&hand), 1);
}
