//! What a replica declines by a policy of its own: it rests, also beside peers that hold it, and may change its mind.
//! SPEC.md §9.1.

use crate::{
    common::{FOIX, MARSEILLE},
    sync::{Side, everything, log_of, pull, pull_by, put, states, unsigned},
};
use communaut_protocol::{
    Header, LogId, Scope, Stamp,
    entry::Head,
    geo::{Cell, Position},
    ids::{AuthorId, Digest, EntryId, IdentityId},
    replication::{
        DECLINED_MAX,
        declined::Declined,
        memory::MemoryReplica,
        message::{Frame, LogItem, Mode, Range, Request, Response, Seen},
        pull::{Pull, PullEffect},
        replica::Replica,
        serve::Serve,
    },
};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes that a round may cost, both ways, of two that are in sync.
const AT_REST: usize = 256;

/// The logs that nobody wants are those of odd epochs.
fn wanted(header: &Header) -> bool {
    header.log.epoch.is_multiple_of(2)
}

/// So many logs of which half is declined.
fn met(logs: u64) -> (Side, Side) {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    (0..logs).for_each(|n| put(&mut b.replica, LogId { epoch: n, ..log_of(n) }, 1 + n % 3));
    pull_by(&mut a, &mut b, everything(), &wanted);
    (a, b)
}

/// Meet as if for the first time.
fn anew(side: &mut Side) {
    (side.pull, side.serve) = (Pull::default(), Serve::default());
}

fn log_in(at: Position, n: u64) -> LogId {
    LogId { scope: Scope::open(at), ..log_of(n) }
}

#[test]
fn ten_thousand_declines_rest_at_256_bytes_a_round() {
    let (mut a, mut b) = met(20_000);
    assert_eq!((a.replica.states().count(), a.replica.declined.len()), (10_000, 10_000));
    for _ in 0..3 {
        let (cost, told) = pull_by(&mut a, &mut b, everything(), &wanted);
        assert!(cost.rounds == 1 && cost.bytes <= AT_REST && told.len() == 1, "{cost:?}");
    }
    // The other one takes nothing from here, since it has it all, and finds no difference either.
    let (cost, _) = pull(&mut b, &mut a, everything());
    assert!(cost.rounds == 1 && cost.entries == 0, "{cost:?}");
    // Compared anew they do not differ: no log is named.
    anew(&mut a);
    anew(&mut b);
    let (cost, _) = pull_by(&mut a, &mut b, everything(), &wanted);
    assert!(cost.rounds == 1 && cost.entries == 0 && cost.bytes < 8_192, "{cost:?}");
    assert_eq!(a.refused, [""; 0]);
}

#[test]
fn who_has_neither_is_offered_what_is_held_and_nothing_else() {
    let (mut a, _) = met(300);
    let mut c = Side::new(3);
    pull(&mut c, &mut a, everything());
    assert_eq!(states(&c.replica), states(&a.replica));
    let (cost, _) = pull(&mut c, &mut a, everything());
    assert!(cost.bytes <= AT_REST, "{cost:?}");
}

#[test]
fn a_changed_mind_brings_all() {
    let (mut a, mut b) = met(300);
    assert!(a.replica.declined.reconsider(|_| true) && a.replica.declined.is_empty());
    anew(&mut a);
    pull(&mut a, &mut b, everything());
    assert_eq!(states(&a.replica), states(&b.replica));
    assert!(!a.replica.declined.reconsider(|_| true), "nothing to change");
    // Of some only.
    let (mut a, mut b) = met(300);
    assert!(a.replica.declined.reconsider(|log| log.epoch < 100));
    anew(&mut a);
    pull_by(&mut a, &mut b, everything(), &|header| wanted(header) || header.log.epoch < 100);
    assert_eq!((a.replica.states().count(), a.replica.declined.len()), (200, 100));
}

#[test]
fn a_declined_log_that_grows_is_offered_again_and_remembered_as_it_is_then() {
    let (mut a, mut b) = met(300);
    let log = LogId { epoch: 7, ..log_of(7) };
    let before = a.replica.declined.of(&log.key());
    put(&mut b.replica, log, 1);
    let (cost, _) = pull_by(&mut a, &mut b, everything(), &wanted);
    assert!(cost.entries > 0, "it was offered");
    let now = a.replica.declined.of(&log.key());
    assert!(now != before && now == b.replica.item_digest(&log));
    let (cost, _) = pull_by(&mut a, &mut b, everything(), &wanted);
    assert!(cost.bytes <= AT_REST, "{cost:?}");
    // So is what grows while nobody asks; and whoever wants it by then gets it whole.
    put(&mut b.replica, log, 1);
    anew(&mut a);
    let (cost, _) = pull_by(&mut a, &mut b, everything(), &wanted);
    assert!(cost.entries > 0 && a.replica.declined.of(&log.key()) == b.replica.item_digest(&log));
    put(&mut b.replica, log, 1);
    pull(&mut a, &mut b, everything());
    assert_eq!(a.replica.state(&log).unwrap().digest(), b.replica.state(&log).unwrap().digest());
}

/// A log of which more was held than is wanted now.
#[test]
fn of_a_log_that_is_held_to_some_length_the_rest_may_be_declined() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    (0..50).for_each(|n| put(&mut b.replica, log_of(n), 3));
    let short = |header: &Header| header.seq < 3;
    pull_by(&mut a, &mut b, everything(), &short);
    put(&mut b.replica, log_of(1), 2);
    pull_by(&mut a, &mut b, everything(), &short);
    assert_eq!((a.replica.state(&log_of(1)).unwrap().tip.seq, a.replica.declined.len()), (2, 1));
    anew(&mut a);
    let (cost, _) = pull_by(&mut a, &mut b, everything(), &short);
    assert_eq!((cost.rounds, cost.entries), (1, 0), "{cost:?}");
    // Whoever has less of it gets what is here.
    let mut c = Side::new(3);
    pull(&mut c, &mut a, everything());
    assert_eq!(states(&c.replica), states(&a.replica));
}

/// The table full of rows of one cell.
fn full(cell: Position) -> Declined {
    let mut declined = Declined::default();
    let one = log_in(cell, 0);
    (0..DECLINED_MAX as u64).for_each(|epoch| declined.remember(&LogId { epoch, ..one }, Digest([1; 16])));
    assert_eq!(declined.len(), DECLINED_MAX);
    declined
}

#[test]
fn beyond_the_bound_it_rests_all_the_same_and_says_which_cell_is_partly_held() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    a.replica.declined = full(FOIX);
    (1..=101).for_each(|n| put(&mut b.replica, log_in(FOIX, n), 1));
    let none = |_: &Header| false;
    pull_by(&mut a, &mut b, everything(), &none);
    let cell = Scope::open(FOIX).cell;
    assert_eq!(a.replica.declined.partly_held(), &BTreeSet::from([cell]));
    assert_eq!(a.replica.declined.len(), 0);
    for _ in 0..3 {
        let (cost, _) = pull_by(&mut a, &mut b, everything(), &none);
        assert!(cost.rounds == 1 && cost.bytes <= AT_REST, "{cost:?}");
    }
    // What is wanted there still comes, as it is written and to who meets anew.
    put(&mut b.replica, log_in(FOIX, 500), 1);
    let wanted = |header: &Header| header.log == log_in(FOIX, 500);
    pull_by(&mut a, &mut b, everything(), &wanted);
    assert_eq!(a.replica.states().count(), 1);
    // A changed mind: it is held as a whole.
    assert!(a.replica.declined.reconsider(|_| true) && a.replica.declined.partly_held().is_empty());
    anew(&mut a);
    pull(&mut a, &mut b, everything());
    assert_eq!(states(&a.replica), states(&b.replica));
}

#[test]
fn a_flood_in_one_cell_costs_no_other_its_place() {
    let mut declined = full(FOIX);
    let other = log_in(MARSEILLE, 1);
    declined.remember(&other, Digest([2; 16]));
    assert_eq!((declined.len(), declined.of(&other.key())), (1, Some(Digest([2; 16]))));
    assert!(declined.is_partly_held(&Scope::open(FOIX)) && !declined.is_partly_held(&other.scope));
    // Identities are one cell. In closed communities nothing is declined.
    declined.remember(&LogId { scope: Scope { cell: Cell::CLOSED, ..other.scope }, ..other }, Digest([2; 16]));
    assert_eq!(declined.len(), 1);
    let identity = |n: u64| {
        let author = AuthorId(communaut_protocol::entry::hash(&n.to_be_bytes()).0);
        LogId { scope: Scope::identity(IdentityId(author.0)), author, ..other }
    };
    (0..DECLINED_MAX as u64).for_each(|n| declined.remember(&identity(n), Digest([3; 16])));
    assert_eq!((declined.len(), declined.of(&other.key())), (1, Some(Digest([2; 16]))));
    assert_eq!(declined.partly_held(), &BTreeSet::from([Scope::open(FOIX).cell, Cell::IDENTITY]));
    assert!(!declined.has_identity(identity(1).author));
    let stored = declined.take_due().into_iter().filter_map(|(name, value)| Some((name, value?)));
    assert_eq!(Declined::load(stored).partly_held(), declined.partly_held());
    declined.reconsider(|_| false);
    declined.remember(&identity(1), Digest([3; 16]));
    assert!(declined.has_identity(identity(1).author) && !declined.has_identity(identity(2).author));
}

#[test]
fn beginnings_are_remembered_up_to_a_bound() {
    let mut declined = Declined::default();
    let log = |epoch| LogId { epoch, ..log_in(FOIX, 0) };
    let last = DECLINED_MAX as u64;
    (0..=last).for_each(|epoch| declined.remember_beginning(&log(epoch), 2));
    assert_eq!((declined.beginning(&log(last - 1)), declined.beginning(&log(last))), (Some(2), None));
    declined.remember_beginning(&log(0), 1);
    assert_eq!(declined.beginning(&log(0)), Some(1), "of those known there is room");
    declined.forget(&log(0));
    declined.remember_beginning(&log(last), 2);
    assert_eq!((declined.beginning(&log(0)), declined.beginning(&log(last))), (None, Some(2)));
}

#[test]
fn what_is_stored_comes_back() {
    let mut declined = full(FOIX);
    let mut stored: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut store = |declined: &mut Declined| {
        for (name, value) in declined.take_due() {
            match value {
                Some(value) => drop(stored.insert(name, value)),
                None => drop(stored.remove(&name)),
            }
        }
        stored.clone()
    };
    assert_eq!(Declined::load(store(&mut declined)).len(), DECLINED_MAX);
    assert!(declined.take_due().is_empty());
    let other = log_in(MARSEILLE, 1);
    declined.remember(&other, Digest([2; 16]));
    declined.remember_beginning(&other, 7);
    let mut loaded = Declined::load(store(&mut declined));
    assert_eq!((loaded.len(), loaded.of(&other.key())), (1, Some(Digest([2; 16]))));
    assert_eq!(loaded.beginning(&other), Some(7));
    assert_eq!(loaded.partly_held(), declined.partly_held());
    assert!(loaded.take_due().is_empty());
    loaded.reconsider(|_| true);
    assert!(store(&mut loaded).is_empty());
    let odd = [("x".into(), vec![1; 127]), ("cell ï".into(), vec![]), ("below x".into(), vec![1; 119])];
    assert!(Declined::load(odd).is_empty());
}

/// What a peer says of a log, and what it has of it: seen is only what is signed.
#[test]
fn what_a_peer_only_claims_to_have_is_not_remembered() {
    let replica = MemoryReplica::new([1; 16]);
    let log = log_in(FOIX, 1);
    let first = unsigned(log, None, 0);
    let head = Head { seq: 0, id: first.id() };
    let second = unsigned(log, Some(head), 1);
    let tip = Head { seq: 1, id: second.id() };
    let says = |tip: Head| {
        let tips = vec![tip];
        let item = LogItem { log, floor: 0, tips, fork: None, newest: Stamp::from_ms(9), identity: Digest::ZERO };
        let mode = Mode::Items { items: vec![item], unknown: vec![] };
        let ranges = vec![Range { shared: 0, rest: ByteBuf::new(), mode }];
        Response::Anew { own: Seen { instance: Digest([9; 16]), arrival: 5 }, registered: true, ranges, clock: None }
    };
    for (said, remembered) in [(tip, 1), (Head { seq: 9, id: EntryId([3; 32]) }, 0)] {
        let mut pull = Pull::default();
        pull.start(everything(), &replica).unwrap();
        let asked = pull.on_response(says(said), &replica).unwrap();
        assert!(matches!(&asked[..], [PullEffect::Send(Request::Entries { .. })]), "{asked:?}");
        // The beginning comes first: an answer may be cut short.
        let frames = vec![Frame::of(&first)];
        pull.on_response(Response::Entries { frames, more: true }, &replica).unwrap();
        pull.decline(BTreeMap::from([(log, BTreeSet::from([head]))]));
        assert!(pull.take_declined().is_empty(), "its newest entry was not seen");
        let asked = pull.on_ingested(&replica).unwrap();
        let [PullEffect::Send(Request::Entries { wants })] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((wants[0].from, wants[0].to), (said.seq, said.seq), "that alone is asked for");
        let frames = if said == tip { vec![Frame::of(&second)] } else { vec![] };
        let mut ends = pull.on_response(Response::Entries { frames, more: false }, &replica).unwrap();
        if said == tip {
            pull.decline(BTreeMap::from([(log, BTreeSet::from([tip]))]));
            ends = pull.on_ingested(&replica).unwrap();
        }
        assert!(matches!(ends[..], [PullEffect::CaughtUp(_)]), "{ends:?}");
        assert_eq!(pull.take_declined().len(), remembered);
    }
}
