//! More of erasures that find their place though what stands before them in their log was declined: what is pushed,
//! and what takes several answers. SPEC.md §9.1, §9.6.

use super::{
    Writer,
    declined::{erase_first, posts},
    erasing::{held, meet, one_post},
    hand::{Hand, Other},
};
use communaut_protocol::{
    entry::HeldEntry,
    limits::TEXT_MAX,
    replication::{BATCH_BYTES, memory::MemoryReplica},
};

fn long() -> String {
    "long ".repeat(TEXT_MAX / 5)
}

/// Long posts, about so many bytes of them.
fn say_long(writer: &mut Writer, bytes: usize) {
    (0..bytes / TEXT_MAX).for_each(|_| writer.say(&long()));
}

fn no_fault(hand: &Hand) {
    for (_, report) in hand.core.engine.reports() {
        assert!(report.refused.is_empty(), "{:?}", report.refused);
    }
}

/// A round costs one small request.
fn rests(hand: &mut Hand, other: &mut Other<MemoryReplica>) {
    for _ in 0..3 {
        let (requests, came) = hand.round(other);
        assert_eq!((came, requests.len()), (0, 1), "{requests:?}");
    }
}

/// What arrives at a peer is pushed: a push had no room for the erasure.
#[test]
fn an_erasure_that_a_push_had_no_room_for_counts() {
    for last in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut hand = Hand::follower(folder.path());
        let (mut writer, mut other) = one_post(&mut hand);
        rests(&mut hand, &mut other);
        let log = writer.entries[1].header().log;
        let mut sooner = Writer::of(51);
        say_long(&mut sooner, BATCH_BYTES * 3 / 4);
        say_long(&mut writer, BATCH_BYTES / 2);
        erase_first(&mut writer);
        if !last {
            writer.say("encore");
        }
        let erasure = writer.entries.len() as u64 - if last { 2 } else { 3 };
        sooner.entries.append(&mut writer.entries);
        meet(&mut hand, &mut other, &sooner);
        hand.round(&mut other);
        assert_eq!(held(&hand, &log), Some((0, erasure)), "the erasure is the last: {last}");
        assert_eq!(posts(&hand), (BATCH_BYTES / 2) / TEXT_MAX);
        no_fault(&hand);
        rests(&mut hand, &mut other);
    }
}

/// The post was declined and is remembered; the erasure is pushed alone.
#[test]
fn an_erasure_that_is_pushed_alone_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, mut other) = one_post(&mut hand);
    writer.say("deux");
    meet(&mut hand, &mut other, &writer);
    rests(&mut hand, &mut other);
    erase_first(&mut writer);
    meet(&mut hand, &mut other, &writer);
    no_fault(&hand);
    assert_eq!(held(&hand, &writer.entries[1].header().log), Some((0, 2)));
    rests(&mut hand, &mut other);
}

/// Each answer has an erasure, and brings the log forward.
#[test]
fn erasures_in_several_answers_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, _) = one_post(&mut hand);
    let log = writer.entries[1].header().log;
    for _ in 0..8 {
        say_long(&mut writer, BATCH_BYTES * 3 / 8);
        erase_first(&mut writer);
    }
    let erasure = writer.entries.len() as u64 - 2;
    writer.say("encore");
    let mut other = Other::lacking(2, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!(held(&hand, &log), Some((0, erasure)));
    no_fault(&hand);
    rests(&mut hand, &mut other);
}

/// More was declined than one answer brings, and then somebody erases.
#[test]
fn what_is_declined_and_longer_than_an_answer_is_not_fetched_with_each_comparison() {
    for last in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut hand = Hand::follower(folder.path());
        let (mut writer, _) = one_post(&mut hand);
        say_long(&mut writer, BATCH_BYTES * 5 / 4);
        erase_first(&mut writer);
        if !last {
            writer.say("encore");
        }
        let mut came = Vec::new();
        for number in 3..6 {
            let mut third = Other::lacking(number, writer.entries.iter().cloned().map(HeldEntry::from));
            hand.connect(third.peer);
            came.push(hand.answer(&mut third).1);
            rests(&mut hand, &mut third);
        }
        no_fault(&hand);
        assert_eq!(came[1..], [0, 0], "entries came again that are declined as they are: {came:?}, {last}");
    }
}

/// A stranger who has written as much as they may writes on, and erases nothing after each few posts.
#[test]
fn a_stranger_who_erases_again_and_again_gets_an_eighth_more_and_one_answer() {
    use communaut_protocol::{geo::Cell, limits::STRANGER_MAX, replication::BATCH_ENTRIES};
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let mut writer = Writer::of(50);
    writer.say("un");
    let mut other = Other::lacking(1, writer.entries.iter().cloned().map(HeldEntry::from));
    hand.connect(other.peer);
    hand.answer(&mut other);
    let (cell, author): (Cell, _) = (super::MONACO.cell(4), writer.entries[1].header().log.author);
    hand.core.replica.strangers.set(cell, author, STRANGER_MAX);
    for _ in 0..30 {
        (0..80).for_each(|_| writer.say("encore"));
        erase_first(&mut writer);
    }
    meet(&mut hand, &mut other, &writer);
    (0..3).for_each(|_| drop(hand.round(&mut other)));
    let spent = hand.core.replica.strangers.spent(cell, author);
    let answer = BATCH_ENTRIES as u64 * 5_000;
    assert!(spent <= STRANGER_MAX * 9 / 8 + answer);
    no_fault(&hand);
    rests(&mut hand, &mut other);
}
