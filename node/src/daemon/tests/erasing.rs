//! Erasures find their place though what stands before them in their log was declined: that has the room which is kept
//! for erasures. SPEC.md §9.6.

use super::{
    Writer,
    declined::{erase_first, posts},
    hand::{Hand, Other},
};
use communaut_protocol::{
    LogId,
    engine::Room,
    entry::HeldEntry,
    limits::TEXT_MAX,
    op::schema,
    replication::{BATCH_BYTES, memory::MemoryReplica},
};

/// A cell in which there is room for erasures alone.
pub(super) const FULL: super::super::replica::Admits =
    |_, header, room| header.schema != schema::POST || room == Room::Erasures;

/// How far what is held of a log reaches.
pub(super) fn held(hand: &Hand, log: &LogId) -> Option<(u64, u64)> {
    hand.core.replica.store.log(log).map(|state| (state.lo, state.tip.seq))
}

/// Somebody whose first post a node has taken; its cell has been filled since.
pub(super) fn one_post(hand: &mut Hand) -> (Writer, Other<MemoryReplica>) {
    let mut writer = Writer::of(50);
    writer.say("un");
    let mut other = Other::lacking(1, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(posts(hand), 1);
    hand.core.replica.admits = FULL;
    (writer, other)
}

/// Give somebody what a writer has written since, and have a round with them.
pub(super) fn meet(hand: &mut Hand, other: &mut Other<MemoryReplica>, writer: &Writer) {
    for entry in &writer.entries {
        // What they hold they know.
        let _ = other.replica.take(HeldEntry::from(entry.clone()), false);
    }
    hand.round(other);
}

/// Who fills a cell keeps everybody who has written there since from erasing what they wrote before.
#[test]
fn an_erasure_behind_a_declined_entry_of_a_log_that_is_held_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, mut other) = one_post(&mut hand);
    let log = writer.entries[1].header().log;
    writer.say("deux");
    erase_first(&mut writer);
    writer.say("trois");
    meet(&mut hand, &mut other, &writer);
    // The second post came with it, the third has no room.
    assert_eq!((posts(&hand), held(&hand, &log)), (1, Some((0, 2))));
    assert_eq!(hand.core.engine.declined.len(), 1);
    let report = hand.core.engine.reports().next().unwrap().1;
    assert!(report.refused.is_empty(), "{:?}", report.refused);
}

/// What was declined is remembered, and the erasure comes alone afterwards.
#[test]
fn an_erasure_that_comes_after_what_was_declined_before_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, mut other) = one_post(&mut hand);
    let log = writer.entries[1].header().log;
    writer.say("deux");
    meet(&mut hand, &mut other, &writer);
    assert_eq!((held(&hand, &log), hand.core.engine.declined.len()), (Some((0, 0)), 1));
    erase_first(&mut writer);
    meet(&mut hand, &mut other, &writer);
    // At the latest in the round after, when what was pushed is compared.
    hand.round(&mut other);
    assert_eq!((posts(&hand), held(&hand, &log)), (1, Some((0, 2))));
    assert!(hand.core.engine.declined.is_empty());
}

/// Of a log that is met for the first time the erasures in one answer are taken, with what stands between them.
#[test]
fn two_erasures_of_a_log_that_is_not_held_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.core.replica.admits = FULL;
    let mut writer = Writer::of(50);
    for word in ["un", "deux", "trois"] {
        writer.say(word);
        erase_first(&mut writer);
    }
    writer.say("quatre");
    let log = writer.entries[1].header().log;
    let mut other = Other::lacking(1, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(held(&hand, &log), Some((1, 5)), "from the first erasure to the last one");
}

/// Below what is held of a log stands an erasure, and between the two what was declined.
#[test]
fn an_erasure_before_what_is_held_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let mut writer = Writer::of(50);
    writer.say("un");
    erase_first(&mut writer);
    ["deux", "trois"].into_iter().for_each(|word| writer.say(word));
    let log = writer.entries[1].header().log;
    // Somebody who holds the end of it alone.
    let mut newest = Other::lacking(1, [writer.entries[0].clone().into()]);
    newest.replica.take(HeldEntry::from(writer.entries[4].clone()), true).unwrap();
    hand.connect(newest.peer);
    hand.answer(&mut newest);
    assert_eq!(held(&hand, &log), Some((3, 3)));
    hand.core.replica.admits = FULL;
    let mut other = Other::lacking(2, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(held(&hand, &log), Some((1, 3)), "down to the erasure");
}

/// An answer had no room for the erasure, so that the log is asked for once more by itself.
#[test]
fn an_erasure_that_an_answer_had_no_room_for_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, _) = one_post(&mut hand);
    let log = writer.entries[1].header().log;
    let long = "long ".repeat(TEXT_MAX / 5);
    let posts_of = |bytes: usize| bytes / TEXT_MAX;
    (0..posts_of(BATCH_BYTES / 2)).for_each(|_| writer.say(&long));
    erase_first(&mut writer);
    writer.say("encore");
    // What somebody else has written later is asked for first.
    let mut later = Writer::of(51);
    (0..posts_of(BATCH_BYTES * 3 / 4)).for_each(|_| later.say(&long));
    let erasure = writer.entries.len() as u64 - 3;
    writer.entries.extend(later.entries);
    let mut other = Other::lacking(2, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(held(&hand, &log), Some((0, erasure)));
}
