//! Payloads that a peer withholds: finding 9 of the review. SPEC.md §5.5, §9.1.

use super::{
    MONACO, Writer,
    hand::{Hand, Other},
};
use crate::net::Verdict;
use communaut_protocol::{
    Entry, Header, Scope,
    entry::{Body, HeldEntry},
    fold::{Erasures, restate},
    op::Op,
};

fn without_payload(entry: &Entry) -> HeldEntry {
    HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap()
}

fn shown(hand: &Hand) -> usize {
    hand.core.replica.views.scopes().get(&Scope::open(MONACO)).map_or(0, |view| view.posts.len())
}

#[test]
fn a_payload_that_one_peer_withholds_comes_with_any_frame_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    writer.say("un");
    let [inception, said] = [&writer.entries[0], &writer.entries[1]];
    let mut liar = Other::lacking(1, [inception.clone().into(), without_payload(said)]);
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert_eq!((hand.core.replica.store.entries(), shown(&hand)), (2, 0), "its header alone");
    let data = said.to_raw().encode().unwrap();
    let core = &mut hand.core;
    let verdict = core.engine.on_gossip(&mut core.replica, &liar.peer, MONACO.cell(4), &data).unwrap();
    assert_eq!((verdict, shown(&hand)), (Verdict::Ignore, 1));
}

/// Headers alone would make everything go that stood before them, and put nothing in its place.
#[test]
fn a_restatement_whose_payload_is_withheld_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    writer.say("un");
    writer.say("deux");
    let before = writer.entries.clone();
    let mut honest = Other::lacking(1, before.iter().cloned().map(HeldEntry::from));
    hand.connect(honest.peer);
    hand.round(&mut honest);
    assert_eq!(shown(&hand), 2);
    let held: Vec<HeldEntry> = before[1..].iter().cloned().map(HeldEntry::from).collect();
    let op = Op::Restate(restate(&held, &Erasures::new()).unwrap().remove(0));
    let place = writer.place(Scope::open(MONACO), op.schema());
    let place = Header { flags: Header::prune_flags(0).unwrap(), ..place };
    writer.sign(place, op.encode([4; 16]).unwrap());
    let said_again = writer.entries.last().unwrap().clone();
    let theirs = before.iter().cloned().map(HeldEntry::from).chain([without_payload(&said_again)]);
    let mut liar = Other::lacking(2, theirs);
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (2, 3));
    assert!(hand.core.replica.refused["hollow"] > 0);
    // From who has it all, it is taken, and says the same.
    let all = before.iter().chain([&said_again]).cloned().map(HeldEntry::from);
    let mut honest = Other::lacking(3, all);
    hand.connect(honest.peer);
    hand.round(&mut honest);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (2, 2));
}

/// What everybody else counts by would seem to be known, and be asked for no more.
#[test]
fn an_identity_whose_payload_is_withheld_hides_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    writer.say("un");
    let [inception, said] = [&writer.entries[0], &writer.entries[1]];
    let mut liar = Other::lacking(1, [without_payload(inception), said.clone().into()]);
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert_eq!(hand.core.replica.store.entries(), 0);
    let mut honest = Other::lacking(2, [inception.clone().into(), said.clone().into()]);
    hand.connect(honest.peer);
    hand.round(&mut honest);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (1, 2));
}
