//! Payloads that a peer withholds: finding 9 of the review. SPEC.md §5.5, §9.1.

use super::{
    MONACO, Writer,
    hand::{Hand, Other},
};
use crate::{
    daemon::{desk::Desk, replica::Origin},
    net::Verdict,
};
use communaut_protocol::{
    Entry, Header, Scope,
    engine::Host,
    entry::{
        Body, HeldEntry, LEAVES,
        leaves::{self, Leaf},
    },
    fold::{Erasures, TEXT, restate},
    log::Branch,
    op::{ElementOp, EntryPlace, EraseOp, Field, Op, ProposalOp, Quorum, schema},
    replication::replica::Replica,
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
    let said_again = restated(&mut writer, &before[1..]);
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

/// A restatement whose payload has come without some of its leaves: what they say is put back from what is held.
#[test]
fn a_restatement_of_which_leaves_are_withheld_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    writer.say("un");
    writer.say("deux");
    let before = writer.entries.clone();
    let mut honest = Other::lacking(1, before.iter().cloned().map(HeldEntry::from));
    hand.connect(honest.peer);
    hand.round(&mut honest);
    let said_again = restated(&mut writer, &before[1..]);
    let theirs = before.iter().cloned().map(HeldEntry::from);
    let mut liar = Other::lacking(2, theirs.chain([lacking(&said_again, |leaf| leaf > 0)]));
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (2, 2));
    let held = hand.core.replica.store.held(&said_again.header().log, Branch::First, 2).unwrap().unwrap();
    assert_eq!(held.body().bytes(), Some(said_again.payload()));
    assert_eq!(hand.core.replica.store.missing(None, 9).unwrap().len(), 0);
    // Without what it says again of which, it is none.
    let mut newcomer = Hand::follower(tempfile::tempdir().unwrap().path());
    let mut liar = Other::lacking(3, [before[0].clone().into(), lacking(&said_again, |leaf| leaf == 0)]);
    newcomer.connect(liar.peer);
    newcomer.round(&mut liar);
    assert!(newcomer.core.replica.refused["hollow"] > 0);
    assert_eq!(newcomer.core.replica.store.entries(), 1);
}

/// Leaves that one peer withholds come from others; those that were erased are asked for no more.
#[test]
fn leaves_that_peers_withhold_come_from_others_and_erased_ones_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    let batch = writer.batch(["un", "deux", "trois"]);
    let inception = writer.entries[0].clone();
    let mut first = Other::lacking(1, [inception.clone().into(), lacking(&batch, |leaf| leaf != 0)]);
    hand.connect(first.peer);
    hand.round(&mut first);
    assert_eq!((elements(&hand), hand.core.replica.store.missing(None, 9).unwrap().len()), (1, 1));
    // Who has another one: asked for what is missing.
    let mut second = Other::lacking(2, [inception.clone().into(), lacking(&batch, |leaf| leaf != 1)]);
    hand.connect(second.peer);
    hand.round(&mut second);
    assert_eq!((elements(&hand), hand.core.replica.store.missing(None, 9).unwrap().len()), (2, 1));
    // Its author erases the one that is still missing, and one that is here.
    let place = EntryPlace::of(&batch.header().log, batch.header().seq, batch.id());
    let targets = vec![place.leaf(1), place.leaf(2)];
    let op = Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() });
    let at = writer.place(Scope::open(MONACO), op.schema());
    writer.sign(at, op.encode([6; 16]).unwrap());
    let erasure = writer.entries.last().unwrap().clone();
    let all = [inception.into(), lacking(&batch, |leaf| leaf > 0), erasure.into()];
    let mut third = Other::lacking(3, all.clone());
    hand.connect(third.peer);
    hand.round(&mut third);
    assert_eq!((elements(&hand), hand.core.replica.store.missing(None, 9).unwrap().len()), (1, 0));
    let held = hand.core.replica.store.held(&batch.header().log, Branch::First, 0).unwrap().unwrap();
    assert_eq!(held, all[1].clone().with_body(Body::Present(all[1].body().bytes().unwrap().to_vec())));
    // And does not come back from who has not heard of it.
    let mut late = Other::lacking(4, [batch.clone().into()]);
    hand.connect(late.peer);
    hand.round(&mut late);
    assert_eq!(elements(&hand), 1);
    let data = batch.to_raw().encode().unwrap();
    let core = &mut hand.core;
    core.engine.on_gossip(&mut core.replica, &late.peer, MONACO.cell(4), &data).unwrap();
    assert_eq!(hand.core.replica.store.held(&batch.header().log, Branch::First, 0).unwrap().unwrap(), held);
    // Over a restart it is the same.
    drop(hand);
    let hand = Hand::follower(folder.path());
    assert_eq!(hand.core.replica.store.missing(None, 9).unwrap().len(), 0);
}

fn elements(hand: &Hand) -> usize {
    hand.core.replica.views.scopes().get(&Scope::open(MONACO)).map_or(0, |view| view.elements.len())
}

/// The same entry without some of its leaves.
fn lacking(entry: &Entry, gone: impl Fn(u8) -> bool) -> HeldEntry {
    let left = leaves::without(entry.payload(), gone).unwrap();
    HeldEntry::new(entry.signed().clone(), Body::Present(left)).unwrap()
}

/// The log in the cell, restated in one entry.
fn restated(writer: &mut Writer, before: &[Entry]) -> Entry {
    let held: Vec<HeldEntry> = before.iter().cloned().map(HeldEntry::from).collect();
    let op = Op::Restate(restate(&held, &Erasures::new()).unwrap().remove(0));
    let place = writer.place(Scope::open(MONACO), op.schema());
    let place = Header { flags: Header::prune_flags(0).unwrap(), ..place };
    writer.sign(place, op.written(&mut || [4; 16]).unwrap().1);
    writer.entries.last().unwrap().clone()
}

/// What nobody has costs nothing from round to round, and keeps nobody from what others have.
#[test]
fn leaves_that_nobody_has_are_fetched_once_and_hold_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), Writer::new());
    let mut theirs = Vec::new();
    for n in 0..40_u8 {
        // Of 50 KB each, so that an answer holds some twenty.
        let all: Vec<Vec<u8>> = (0..10).map(|leaf| large_element(&writer, n, leaf)).collect();
        let all: Vec<Leaf<'_>> = all.iter().map(|leaf| Leaf::Held(leaf)).collect();
        let header = Header { flags: LEAVES, ..writer.place(Scope::open(MONACO), schema::ELEMENT) };
        writer.sign(header, leaves::payload_of(&all).unwrap());
        theirs.push(lacking(writer.entries.last().unwrap(), |leaf| leaf == 0));
    }
    let last = writer.batch(["un", "deux", "trois"]);
    theirs.push(lacking(&last, |leaf| leaf == 0));
    let inception: HeldEntry = writer.entries[0].clone().into();
    let mut liar = Other::lacking(1, [std::slice::from_ref(&inception), &theirs].concat());
    hand.connect(liar.peer);
    hand.round(&mut liar);
    let missing = |hand: &Hand| hand.core.replica.store.missing(None, 99).unwrap().len();
    assert_eq!(missing(&hand), 41);
    let before = hand.core.replica.store.arrival();
    for _ in 0..3 {
        hand.round(&mut liar);
    }
    assert_eq!(hand.core.replica.store.arrival(), before, "nothing new came, so nothing was written");
    // Who has the last: it comes at once.
    *theirs.last_mut().unwrap() = last.into();
    let mut honest = Other::lacking(2, [std::slice::from_ref(&inception), &theirs].concat());
    hand.connect(honest.peer);
    hand.round(&mut honest);
    assert_eq!(missing(&hand), 40);
}

fn large_element(writer: &Writer, entry: u8, leaf: u8) -> Vec<u8> {
    let fields = vec![Field::Name(format!("{entry} {leaf}")), Field::Description("x".repeat(5_000))];
    let mut seed = vec![entry; 16];
    seed[0] = leaf;
    Op::Element(Box::new(ElementOp { owner: writer.id, seed, fields })).encode([leaf; 16]).unwrap()
}

/// Finding of a review: whichever comes first, the card of a space is not erased, or nobody knows its founder.
#[test]
fn an_erasure_that_comes_before_the_card_does_not_keep_it_away() {
    let mut writer = Writer::new();
    let card = ElementOp { owner: writer.id, seed: vec![5; 16], fields: vec![Field::Name("Régie".into())] };
    let scope = Scope::container(MONACO, card.id());
    let op = Op::Element(Box::new(card));
    writer.sign(writer.place(scope, op.schema()), op.encode([5; 16]).unwrap());
    let card = writer.entries[1].clone();
    let targets = vec![EntryPlace::of(&card.header().log, 0, card.id())];
    let op = Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() });
    writer.sign(writer.place(scope, op.schema()), op.encode([6; 16]).unwrap());
    let erasure = writer.entries[2].clone();
    for newest_first in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut hand = Hand::follower(folder.path());
        let replica = &mut hand.core.replica;
        let mut take = |entry: &Entry| {
            let begin = std::iter::once(entry.header().log).collect();
            let taken = replica.take_from(vec![entry.clone().into()], Origin::Elsewhere, &begin).unwrap();
            assert!(taken[0].is_ok(), "{taken:?}");
        };
        take(&writer.entries[0]);
        let order = if newest_first { [&erasure, &card] } else { [&card, &erasure] };
        order.into_iter().for_each(&mut take);
        let view = &hand.core.replica.views.scopes()[&scope];
        assert_eq!(view.governance.as_ref().unwrap().founder, Some(writer.id), "newest first: {newest_first}");
        assert_eq!((view.elements.len(), view.erasures.len()), (1, 0));
    }
}

/// The reasons of a proposal are a leaf of their own: they show when they come.
#[test]
fn the_reasons_of_a_proposal_that_come_later_show() {
    let mut writer = Writer::new();
    let card = ElementOp { owner: writer.id, seed: vec![5; 16], fields: vec![Field::Name("Régie".into())] };
    let scope = Scope::container(MONACO, card.id());
    let op = Op::Element(Box::new(card));
    writer.sign(writer.place(scope, op.schema()), op.encode([5; 16]).unwrap());
    let op = Op::Proposal(Box::new(ProposalOp {
        title: "Un four ?".into(),
        text: "Sur la place.".into(),
        quorum: Quorum(500),
        tellers: vec![writer.id],
        agree: 1,
        closes_ms: 0,
        sample: false,
    }));
    let mut salt = 0;
    let (flags, payload) = op
        .written(&mut || {
            salt += 1;
            [salt; 16]
        })
        .unwrap();
    writer.sign(Header { flags, ..writer.place(scope, op.schema()) }, payload);
    let mut desk = Desk::empty();
    let replica = &mut desk.core.replica;
    let proposal = lacking(&writer.entries[2], |leaf| leaf == TEXT);
    let before = writer.entries[..2].iter().cloned().map(HeldEntry::from);
    replica.take(before.chain([proposal]).collect(), Origin::Elsewhere).unwrap();
    let reasons = |desk: &Desk| {
        let governance = desk.core.replica.views.scopes()[&scope].governance.clone().unwrap();
        (governance.proposals[0].title.clone(), governance.proposals[0].text.clone())
    };
    assert_eq!(reasons(&desk), ("Un four ?".into(), String::new()));
    desk.core.replica.fill(writer.entries[2].clone().into()).unwrap();
    assert_eq!(reasons(&desk), ("Un four ?".into(), "Sur la place.".into()));
}
