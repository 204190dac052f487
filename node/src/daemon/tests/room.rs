//! What strangers may bring, and what is done for them: within bounds, by name, and everything comes to rest.

use super::{
    super::desk::{Desk, NOW_MS},
    MONACO, Writer,
    hand::{Hand, Other},
};
use crate::{
    daemon::input::Input,
    modules::{Command, post::PostDraft},
    net::{NetEvent, Peer},
    snapshot::Trouble,
    store::Store,
};
use communaut_protocol::{
    AuthorId, DeviceId, LogId, Scope,
    engine::peers::WORK_BURST,
    entry::HeldEntry,
    replication::message::{RegisterInterests, Request},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// Entries that a stranger has in one cell.
const POSTS: u32 = 60;
/// A ceiling of which one peer's share is 15 entries of 4 KB and some.
const SMALL: u64 = 4 * 15 * 4_500;

/// Somebody who has written a lot.
fn stranger() -> Other<Store> {
    let mut writer = Writer::new();
    (0..POSTS).for_each(|n| writer.say(&format!("message {n}")));
    Other::holding(1, &writer.entries)
}

/// One round with them; gives how many requests it took and how many entries came.
fn round(hand: &mut Hand, theirs: &mut Other<Store>) -> (usize, usize) {
    let (requests, entries) = hand.round(theirs);
    assert!(requests.len() < 50, "it does not come to rest");
    (requests.len(), entries)
}

fn with_room(desk: &mut Desk, peer: &Peer, entries: Vec<HeldEntry>) -> Vec<HeldEntry> {
    desk.core.engine.with_room(&mut desk.core.replica, peer, entries)
}

fn room_for(desk: &mut Desk, peer: &Peer, log: &LogId, bytes: usize) -> bool {
    desk.core.engine.room_for(&mut desk.core.replica, peer, log, bytes)
}

fn refused(hand: &Hand, name: &str) -> u64 {
    hand.core.replica.refused.get(name).copied().unwrap_or(0)
}

#[test]
fn one_peer_brings_its_share_comes_to_rest_and_brings_more_another_day() {
    let (folder, mut theirs) = (tempfile::tempdir().unwrap(), stranger());
    let mut hand = Hand::follower(folder.path());
    hand.core.set_room(None, Some(SMALL));
    hand.connect(theirs.peer);
    round(&mut hand, &mut theirs);
    let held = hand.core.replica.store.entries();
    assert!((10..=20).contains(&held), "{held} entries of {POSTS}");
    assert!(refused(&hand, "share") > 0);
    // Nothing is asked for again: it would be declined again.
    for _ in 0..3 {
        let (requests, entries) = round(&mut hand, &mut theirs);
        assert!(requests <= 2 && entries == 0, "{requests} requests, {entries} entries");
    }
    assert_eq!(hand.core.replica.store.entries(), held);
    // The half of it a day later, and everything in the end.
    for day in 1..20 {
        hand.now.monotonic = hand.now.monotonic.after(DAY_MS);
        hand.now.system_ms += DAY_MS;
        hand.core.replica.clocks.monotonic = hand.now.monotonic;
        hand.core.room_is(0, None);
        round(&mut hand, &mut theirs);
        assert!(
            hand.core.replica.store.entries() <= held + day * 20,
            "day {day}: {}",
            hand.core.replica.store.entries()
        );
    }
    assert_eq!(hand.core.replica.store.entries(), u64::from(POSTS) + 1);
}

#[test]
fn at_the_ceiling_strangers_are_declined_by_name_and_taken_again_when_there_is_room() {
    let (folder, mut theirs) = (tempfile::tempdir().unwrap(), stranger());
    let mut hand = Hand::follower(folder.path());
    hand.core.set_room(None, Some(1_000_000_000));
    hand.core.room_is(1_000_000_000, Some(400_000_000));
    let troubles = hand.core.replica.troubles.clone();
    assert!(matches!(troubles.as_slice(), [Trouble::Ceiling { .. }, Trouble::NearlyFull { .. }]), "{troubles:?}");
    hand.connect(theirs.peer);
    for _ in 0..3 {
        let (requests, entries) = round(&mut hand, &mut theirs);
        assert!(requests <= 4 && entries == 0, "{requests} requests, {entries} entries: not even fetched");
    }
    assert_eq!(hand.core.replica.store.entries(), 0);
    // A little below it is still full, so that it does not come and go.
    hand.core.room_is(990_000_000, None);
    assert_eq!(round(&mut hand, &mut theirs).1, 0);
    hand.core.room_is(900_000_000, None);
    assert_eq!(hand.core.replica.troubles, []);
    round(&mut hand, &mut theirs);
    assert_eq!(hand.core.replica.store.entries(), u64::from(POSTS) + 1);
}

#[test]
fn what_arrives_brings_the_ceiling_nearer_before_the_disk_is_looked_at_again() {
    let (folder, mut theirs) = (tempfile::tempdir().unwrap(), stranger());
    let mut hand = Hand::follower(folder.path());
    hand.core.set_room(None, Some(1_000_000));
    hand.core.room_is(900_000, None);
    hand.connect(theirs.peer);
    round(&mut hand, &mut theirs);
    let held = hand.core.replica.store.entries();
    assert!((20..=26).contains(&held), "{held} entries in 100 kB");
    assert!(
        matches!(hand.core.replica.troubles.as_slice(), [Trouble::Ceiling { .. }]),
        "{:?}",
        hand.core.replica.troubles
    );
    assert!(refused(&hand, "ceiling") > 0);
}

#[test]
fn what_one_writes_and_belongs_to_is_taken_at_the_ceiling() {
    let mut ada = Desk::of("Ada");
    let (_, club) = ada.found("Club");
    let laptop = ada.other_device();
    let bob = Desk::of("Bob");
    ada.core.set_room(None, Some(1_000));
    ada.core.room_is(2_000, None);
    let peer = Peer::of_number(7);
    ada.core.on_net(NetEvent::Connected { peer, address: "/memory/7".into(), local: false }).unwrap();
    let own: Vec<HeldEntry> = laptop.entries();
    let own: Vec<HeldEntry> =
        own.into_iter().filter(|entry| entry.header().log.device == laptop.core.replica.device.id()).collect();
    assert!(!own.is_empty());
    assert_eq!(with_room(&mut ada, &peer, own.clone()).len(), own.len(), "of another device of one's own");
    assert_eq!(with_room(&mut ada, &peer, bob.entries()).len(), 0, "of a stranger");
    assert!(ada.core.replica.refused["ceiling"] > 0);
    // Whoever writes there: they were let in.
    let log = LogId { scope: club, author: AuthorId([9; 32]), device: DeviceId([9; 32]), epoch: 1 };
    assert!(room_for(&mut ada, &peer, &log, 100));
    assert!(!room_for(&mut ada, &peer, &LogId { scope: Scope::open(MONACO), ..log }, 100));
    let draft = PostDraft { text: "toujours là".into(), position: Some(MONACO), ..PostDraft::default() };
    ada.ask(Command::Post(draft)).unwrap();
    assert!(ada.posts().contains(&"toujours là".to_owned()), "the user writes on");
}

#[test]
fn a_peer_that_asks_too_much_waits_and_is_answered_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (peer, other) = (Peer::of_number(1), Peer::of_number(2));
    hand.connect(peer);
    hand.connect(other);
    let add = (0..1_024_u16).map(|n| [&b"sp"[..], &n.to_be_bytes()].concat().into()).collect();
    let request = Request::Interests { register: RegisterInterests { anew: true, add } };
    let now = hand.core.replica.clocks.monotonic;
    let mut answered: i64 = 0;
    while hand.core.engine.has_work(&peer, now) {
        hand.core.engine.answer_to(&hand.core.replica, &peer, request.clone()).unwrap().unwrap();
        answered += 1;
    }
    assert!((WORK_BURST / 2_000..WORK_BURST / 1_000).contains(&answered), "{answered} requests of 1,024 prefixes");
    assert!(hand.core.engine.has_work(&other, now), "others are served");
    // By connecting anew nothing is won.
    hand.net(NetEvent::Disconnected { peer });
    hand.connect(peer);
    assert!(!hand.core.engine.has_work(&peer, now));
    assert!(hand.core.engine.has_work(&peer, now.after(1_000)));
    hand.input(Input::Tick);
    assert_eq!(hand.now.system_ms, NOW_MS);
}
