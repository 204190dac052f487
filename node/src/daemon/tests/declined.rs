//! What a node's own policy declines, by verified headers: nothing of it is stored or passed on, it is remembered over
//! a restart, and comes when the policy changes its mind. SPEC.md §9.1.

use super::{
    MONACO, Writer,
    erasing::one_post,
    hand::{Hand, Other},
};
use crate::{net::Verdict, store::Store};
use communaut_protocol::{
    Entry, Header, LogId, Scope,
    entry::HeldEntry,
    fold::ScopeState,
    op::{EntryPlace, EraseOp, Op, Profile, schema},
    replication::{memory::MemoryReplica, message::Request, replica::Replica},
};
use std::{fmt::Debug, path::Path};

/// Nobody who is a stranger.
const NOBODY: super::super::replica::Admits = |_, _, _| false;

pub(super) fn posts(hand: &Hand) -> usize {
    hand.core.replica.views.state(&Scope::open(MONACO)).map(ScopeState::view).map_or(0, |view| view.posts.len())
}

fn strangers(count: u8) -> Vec<Entry> {
    let one = |number| {
        let mut writer = Writer::of(number);
        writer.say("bonjour");
        writer.entries
    };
    (1..=count).flat_map(one).collect()
}

fn follower(data: &Path) -> Hand {
    let mut hand = Hand::follower(data);
    hand.core.replica.admits = NOBODY;
    hand
}

/// Bytes of requests.
fn bytes(requests: &[Request]) -> usize {
    requests.iter().map(|request| request.encode().unwrap().len()).sum()
}

#[test]
fn what_is_declined_rests_over_a_restart_and_comes_with_a_changed_mind() {
    let folder = tempfile::tempdir().unwrap();
    let entries = strangers(20);
    let mut other = Other::holding(1, &entries);
    let mut hand = follower(folder.path());
    hand.connect(other.peer);
    hand.answer(&mut other);
    hand.core.commit().unwrap();
    assert_eq!((hand.core.replica.store.entries(), hand.core.engine.declined.len()), (0, 40), "posts and identities");
    assert!(hand.core.replica.refused["declined"] >= 20);
    assert!(!hand.core.replica.refused.contains_key("unproven"), "it was not even asked whose devices they are");
    let gossiped = entries[1].to_raw().encode().unwrap();
    let core = &mut hand.core;
    let verdict = core.engine.on_gossip(&mut core.replica, &other.peer, MONACO.cell(4), &gossiped).unwrap();
    assert_eq!(verdict, Verdict::Ignore);
    let status = hand.core.snapshot().unwrap().overview.store.clone();
    assert_eq!((status.declined, status.partly_held.len()), (40, 0));
    drop(hand);
    // It goes on from the cursor, in one small request.
    let mut hand = follower(folder.path());
    assert_eq!(hand.core.engine.declined.len(), 40);
    hand.connect(other.peer);
    let (requests, came) = hand.answer(&mut other);
    assert!(requests.len() == 1 && came == 0 && bytes(&requests) < 128, "{requests:?}");
    drop(hand);
    // Of somebody else who has the same it fetches nothing either.
    let mut hand = follower(folder.path());
    let mut third = Other::holding(3, &entries);
    hand.connect(third.peer);
    assert_eq!(hand.answer(&mut third).1, 0);
    // Another mind.
    hand.core.replica.admits = |_, _, _| true;
    hand.core.engine.reconsider(|_| true);
    hand.round(&mut third);
    hand.core.commit().unwrap();
    assert_eq!((posts(&hand), hand.core.engine.declined.len()), (20, 0));
    drop(hand);
    assert!(Hand::follower(folder.path()).core.engine.declined.is_empty());
}

/// What is admitted comes whoever else is declined, also when the identity is known and one log is not wanted.
#[test]
fn what_is_wanted_comes_beside_what_is_declined() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| header.schema != schema::POST;
    let mut writer = Writer::of(50);
    writer.batch(["un", "deux", "trois"]);
    let mut other = Other::holding(1, &[strangers(5), writer.entries.clone()].concat());
    hand.connect(other.peer);
    hand.answer(&mut other);
    let elements = |hand: &Hand| hand.core.replica.views.scopes()[&Scope::open(MONACO)].elements.len();
    assert_eq!((elements(&hand), posts(&hand), hand.core.engine.declined.len()), (3, 0, 5));
    // Compared as if for the first time, there is no difference.
    hand.core.engine.cursors.forget();
    hand.core.commit().unwrap();
    drop(hand);
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| header.schema != schema::POST;
    hand.connect(other.peer);
    let (requests, came) = hand.answer(&mut other);
    assert_eq!(came, 0);
    assert!(!requests.iter().any(|request| matches!(request, Request::Entries { .. })), "{requests:?}");
}

/// Two posts, and an erasure of the first behind them: which an eighth more is kept for (SPEC.md §9.6).
fn with_erasure(number: u8) -> Writer {
    let mut writer = Writer::of(number);
    writer.say("un");
    writer.say("deux");
    erase_first(&mut writer);
    writer
}

pub(super) fn erase_first(writer: &mut Writer) {
    let first = &writer.entries[1];
    let target = EntryPlace::of(&first.header().log, first.header().seq, first.id());
    let op = Op::Erase(EraseOp { targets: [target].into(), refs: None, reason: String::new() });
    writer.sign(writer.place(Scope::open(MONACO), op.schema()), op.encode([5; 16]).unwrap());
}

#[test]
fn an_erasure_behind_what_is_declined_is_no_fault_of_who_brings_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| header.schema != schema::POST || header.seq == 0;
    let mut other = Other::holding(1, &with_erasure(50).entries);
    hand.connect(other.peer);
    hand.answer(&mut other);
    let report = hand.core.engine.reports().find(|(peer, _)| *peer == other.peer).unwrap().1;
    assert_eq!(report.refused.get("gap"), None, "{:?}", report.refused);
}

const NO_POSTS: super::super::replica::Admits = |_, header, _| header.schema != schema::POST;

/// A follower who declines posts, and somebody from whom the erasure behind them has come.
fn met_an_erasure(data: &Path) -> (Hand, Other<Store>, LogId) {
    let mut hand = Hand::follower(data);
    hand.core.replica.admits = NO_POSTS;
    let writer = with_erasure(50);
    let mut other = Other::holding(1, &writer.entries);
    hand.connect(other.peer);
    hand.answer(&mut other);
    let log = writer.entries.last().unwrap().header().log;
    assert_eq!(lowest(&hand, &log), Some(2), "the erasure is taken");
    (hand, other, log)
}

fn lowest(hand: &Hand, log: &LogId) -> Option<u64> {
    hand.core.replica.store.log(log).map(|state| state.lo)
}

fn rests<R: Replica<Error: Debug>>(hand: &mut Hand, other: &mut Other<R>) {
    for _ in 0..3 {
        let (requests, came) = hand.round(other);
        assert_eq!((came, requests.len()), (0, 1), "{requests:?}");
    }
}

/// Its beginning was asked for in each round with each peer, and declined, three questions a time.
#[test]
fn an_erasure_behind_what_is_declined_rests_with_all_peers_and_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut other, _) = met_an_erasure(folder.path());
    rests(&mut hand, &mut other);
    let mut third = Other::holding(3, &with_erasure(50).entries);
    hand.connect(third.peer);
    assert_eq!(hand.answer(&mut third).1, 0);
    rests(&mut hand, &mut third);
    hand.core.commit().unwrap();
    drop(hand);
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = NO_POSTS;
    hand.connect(other.peer);
    assert_eq!(hand.answer(&mut other).1, 0);
    rests(&mut hand, &mut other);
}

/// Who wants the posts begins with the erasure, and finds them elsewhere.
#[test]
fn an_erasure_behind_what_is_declined_is_passed_on() {
    let (folder, newcomer) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (hand, mut other, log) = met_an_erasure(folder.path());
    let mut here = Other::holding(4, &[]);
    here.replica = hand.core.replica.store;
    let mut newcomer = Hand::follower(newcomer.path());
    newcomer.connect(here.peer);
    newcomer.answer(&mut here);
    assert_eq!(lowest(&newcomer, &log), Some(2));
    newcomer.connect(other.peer);
    newcomer.answer(&mut other);
    assert_eq!((lowest(&newcomer, &log), posts(&newcomer)), (Some(0), 1), "the other one is erased");
}

#[test]
fn what_stands_before_an_erasure_comes_with_a_changed_mind() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut other, log) = met_an_erasure(folder.path());
    hand.core.replica.admits = |_, _, _| true;
    rests(&mut hand, &mut other);
    hand.core.engine.reconsider(|_| true);
    hand.round(&mut other);
    assert_eq!((lowest(&hand, &log), posts(&hand)), (Some(0), 1), "the other one is erased");
    assert!(hand.core.engine.declined.is_empty());
}

/// Who has the device signs another entry of that number, which is declined: what lies there is still asked for.
#[test]
fn another_entry_of_its_number_does_not_stand_for_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| header.schema != schema::POST || header.seq == 0;
    let (mut writer, mut forger) = (Writer::of(50), Writer::of(50));
    writer.say("un");
    writer.batch(["un", "deux", "trois"]);
    erase_first(&mut writer);
    forger.say("un");
    forger.say("autre");
    let log = forger.entries[2].header().log;
    let mut newest = Other::lacking(1, [writer.entries[0].clone().into()]);
    newest.replica.take(HeldEntry::from(writer.entries[3].clone()), true).unwrap();
    hand.connect(newest.peer);
    hand.answer(&mut newest);
    assert_eq!(lowest(&hand, &log), Some(2));
    let mut liar = Other::holding(2, &forger.entries);
    hand.connect(liar.peer);
    hand.answer(&mut liar);
    assert!(hand.core.replica.refused["declined"] > 0);
    let mut honest = Other::holding(3, &writer.entries);
    hand.connect(honest.peer);
    hand.answer(&mut honest);
    assert_eq!(lowest(&hand, &log), Some(0));
}

/// It was fetched with each comparison, and declined.
#[test]
fn what_was_declined_of_an_identity_is_remembered_over_a_restart_and_comes_with_a_changed_mind() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| header.schema != schema::PROFILE;
    let mut writer = Writer::of(50);
    writer.say("un");
    let op = Op::Profile(Profile { name: "X".into(), about: String::new(), home: None });
    writer.sign(writer.place(Scope::identity(writer.id), op.schema()), op.encode([6; 16]).unwrap());
    let mut other = Other::holding(1, &writer.entries);
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!((posts(&hand), hand.core.replica.store.entries(), hand.core.engine.declined.len()), (1, 2, 1));
    let mut third = Other::holding(3, &writer.entries);
    hand.connect(third.peer);
    let (requests, came) = hand.answer(&mut third);
    assert_eq!(came, 0, "{requests:?}");
    hand.core.commit().unwrap();
    assert_eq!(super::super::core::declined(&hand.core.replica.store).unwrap().len(), 1);
    hand.core.replica.admits = |_, _, _| true;
    hand.core.engine.reconsider(|_| true);
    hand.round(&mut third);
    assert_eq!((hand.core.replica.store.entries(), hand.core.engine.declined.len()), (3, 0));
}

/// While there is no room for identities, who is new waits; what they write next has theirs looked at again.
#[test]
fn an_identity_that_was_declined_is_looked_at_again_when_something_comes_that_counts_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| !header.log.scope.is_identity();
    let mut writer = Writer::of(50);
    writer.say("un");
    let mut other = Other::lacking(1, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(hand.core.replica.store.entries(), 0);
    assert!(hand.core.engine.declined.has_identity(writer.id.into()));
    hand.core.replica.admits = |_, _, _| true;
    writer.say("deux");
    other.replica.take(HeldEntry::from(writer.entries[2].clone()), false).unwrap();
    hand.round(&mut other);
    assert_eq!((posts(&hand), hand.core.engine.declined.len()), (2, 0));
}

/// A log of which the first post is held, the second was declined since, and an erasure of the first follows.
fn erased_behind_a_gap(hand: &mut Hand) -> (Writer, Other<MemoryReplica>) {
    let (mut writer, mut other) = one_post(hand);
    // Nor is there any room for erasures.
    hand.core.replica.admits = NO_POSTS;
    writer.say("deux");
    erase_first(&mut writer);
    for entry in &writer.entries[2..] {
        other.replica.take(HeldEntry::from(entry.clone()), false).unwrap();
    }
    hand.round(&mut other);
    assert!(hand.core.replica.refused["declined"] > 0);
    (writer, other)
}

/// SPEC.md §9.1: "Of a declined log the replica remembers the item digest of the item of which all tips came with
/// headers that verify". Here they came.
#[test]
fn an_erasure_behind_a_declined_entry_is_not_fetched_with_each_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (writer, _) = erased_behind_a_gap(&mut hand);
    let mut came = 0;
    for number in 3..6 {
        let mut third = Other::lacking(number, writer.entries.iter().cloned().map(HeldEntry::from));
        hand.connect(third.peer);
        came += hand.answer(&mut third).1;
    }
    assert_eq!(came, 0, "entries came again that are declined as they are");
}

/// Who has an identity larger than strangers may have, and writes by a device that what was declined of it brings in,
/// has every node to which they are a stranger fetch a megabyte of it again with each word.
#[test]
fn what_was_declined_of_an_identity_is_not_fetched_whole_with_each_word_of_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = |_, header: &Header, _| !header.log.scope.is_identity() || header.seq == 0;
    let mut writer = Writer::of(50);
    for _ in 0..40 {
        writer.sign(writer.place(Scope::identity(writer.id), schema::PROFILE), vec![0; 60_000]);
    }
    let mut device = Writer::of(51);
    device.id = writer.id;
    device.heads.clear();
    device.say("un");
    let mut other = Other::lacking(1, writer.entries.iter().cloned().map(HeldEntry::from));
    other.replica.take(HeldEntry::from(device.entries.last().unwrap().clone()), false).unwrap();
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!((posts(&hand), hand.core.replica.store.entries()), (0, 1), "the inception");
    rests(&mut hand, &mut other);
    let mut came = 0;
    for _ in 0..5 {
        device.say("encore");
        other.replica.take(HeldEntry::from(device.entries.last().unwrap().clone()), false).unwrap();
        came += hand.round(&mut other).1;
    }
    // The word, the same with those before it after the identity, and the tip by which that is seen to be as it was.
    assert!(came <= 5 * 10, "{came} entries for five words");
}
