//! Two replicas in memory come to hold the same logs over `/communaut/sync/1`. SPEC.md §9.

use crate::common::{Desk, FOIX, MARSEILLE, cases, element, person};
use communaut_protocol::{
    Entry, Header, LogId, Position, Scope, Stamp,
    entry::{Body, Head, HeldEntry},
    ids::{AuthorId, DeviceId, EntryId, Hash, Signature},
    log::NotTaken,
    op::Op,
    replication::{
        PAYLOADS_MAX,
        memory::MemoryReplica,
        message::{Request, Response, Seen},
        pull::{Pull, PullEffect},
        replica::Replica,
        serve::Serve,
    },
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An entry with a signature that nobody checks here.
pub fn unsigned(log: LogId, head: Option<Head>, n: u64) -> HeldEntry {
    let header = Header {
        seq: head.map_or(0, |head| head.seq + 1),
        backlink: head.map(|head| head.id),
        payload_size: 100,
        payload_hash: Hash([u8::try_from(n % 251).unwrap(); 32]),
        ..Header::following(log, None, Stamp::from_ms(n), if log.scope.is_identity() { 3 } else { 12 })
    };
    let bytes = header.encode(Signature([7; 64])).unwrap();
    HeldEntry::from_store(bytes, Body::Present(vec![1; 100])).unwrap()
}

pub fn log_of(n: u64) -> LogId {
    // Many devices in some scopes, as in a town.
    let cell = FOIX.lat_e7 + i32::try_from(n % 40).unwrap() * 3_000_000;
    let scope = Scope::open(Position { lat_e7: cell, ..FOIX });
    let device = DeviceId(*blake3_of(n).first_chunk::<32>().unwrap());
    LogId {
        scope,
        author: AuthorId(device.0),
        device,
        epoch: u64::from_be_bytes(*blake3_of(n + 1_000_000).first_chunk::<8>().unwrap()),
    }
}

fn blake3_of(n: u64) -> [u8; 32] {
    communaut_protocol::entry::hash(&n.to_be_bytes()).0
}

pub fn put(replica: &mut MemoryReplica, log: LogId, count: u64) {
    for n in 0..count {
        let head = replica.state(&log).map(|state| state.tip);
        replica.take(unsigned(log, head, n), false).unwrap();
    }
}

/// What a round cost.
#[derive(Debug, Default, Clone, Copy)]
pub struct Cost {
    pub rounds: usize,
    /// Bytes of requests and answers.
    pub bytes: usize,
    /// Of these, bytes of headers and payloads.
    pub entries: usize,
}

/// One side of a meeting.
pub struct Side {
    pub replica: MemoryReplica,
    pub pull: Pull,
    pub serve: Serve,
    pub refused: Vec<&'static str>,
}

impl Side {
    pub fn new(n: u8) -> Self {
        Self { replica: MemoryReplica::new([n; 16]), pull: Pull::default(), serve: Serve::default(), refused: vec![] }
    }
}

pub fn everything() -> BTreeSet<Vec<u8>> {
    (1..=255_u8).map(|first| vec![first]).collect()
}

/// Let one side ask until it has caught up.
pub fn pull(asker: &mut Side, answerer: &mut Side, interests: BTreeSet<Vec<u8>>) -> (Cost, Vec<PullEffect>) {
    pull_by(asker, answerer, interests, &|_| true)
}

/// The same, taking only what a policy admits.
pub fn pull_by(
    asker: &mut Side,
    answerer: &mut Side,
    interests: BTreeSet<Vec<u8>>,
    admits: &dyn Fn(&Header) -> bool,
) -> (Cost, Vec<PullEffect>) {
    let mut cost = Cost::default();
    let mut open: Vec<PullEffect> = asker.pull.start(interests, &asker.replica).unwrap();
    let mut told = Vec::new();
    while let Some(effect) = open.pop() {
        for (log, digest) in asker.pull.take_declined() {
            asker.replica.declined.remember(&log, digest);
        }
        match effect {
            PullEffect::Send(request) => {
                let sent = request.encode().unwrap();
                let answer =
                    answerer.serve.answer(&answerer.replica, Request::decode(&sent).unwrap(), &answerer.pull).unwrap();
                let got = answer.encode().unwrap();
                cost.rounds += 1;
                cost.bytes += sent.len() + got.len();
                if let Response::Since { frames, .. } | Response::Entries { frames, .. } = &answer {
                    cost.entries += frames.iter().map(|frame| frame.len()).sum::<usize>();
                }
                assert!(cost.rounds < 5_000, "a round without end");
                let answer = Response::decode(&got).unwrap();
                open.extend(asker.pull.on_response(answer, &asker.replica).unwrap());
            }
            PullEffect::Ingest { frames, begin } => {
                let mut begin = begin;
                let mut declined: BTreeMap<LogId, BTreeSet<Head>> = BTreeMap::new();
                for frame in frames {
                    let header = frame.header.to_vec();
                    let entry = HeldEntry::from_store(header, frame.body()).unwrap();
                    if !admits(entry.header()) {
                        let head = Head { seq: entry.header().seq, id: entry.id() };
                        declined.entry(entry.header().log).or_default().insert(head);
                        continue;
                    }
                    let first = begin.remove(&entry.header().log);
                    match asker.replica.take(entry, first) {
                        Ok(_) | Err(NotTaken::Known) => {}
                        Err(refused) => asker.refused.push(refused.name()),
                    }
                }
                asker.pull.decline(declined);
                open.extend(asker.pull.on_ingested(&asker.replica).unwrap());
            }
            PullEffect::Payloads(found) => {
                for (missing, body) in found {
                    asker.replica.set_body(&missing, body);
                }
            }
            other => told.push(other),
        }
    }
    (cost, told)
}

pub fn states(replica: &MemoryReplica) -> Vec<(LogId, Hash)> {
    replica.states().map(|(log, state)| (log, state.digest())).collect()
}

#[test]
fn a_newcomer_comes_to_hold_everything_the_newest_first() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    for n in 0..300 {
        put(&mut b.replica, log_of(n), 1 + n % 4);
    }
    put(&mut b.replica, log_of(1_000), 3_000);
    let (cost, told) = pull(&mut a, &mut b, everything());
    assert_eq!(told, [PullEffect::CaughtUp(Seen { instance: b.replica.instance(), arrival: b.replica.arrival() })]);
    assert_eq!(states(&a.replica), states(&b.replica));
    assert_eq!(a.replica.entries().count(), b.replica.entries().count());
    assert_eq!(a.refused, [""; 0]);
    assert!(cost.bytes < cost.entries * 3 / 2, "{cost:?}");
    // And again: nothing.
    let (again, told) = pull(&mut a, &mut b, everything());
    assert_eq!((again.rounds, told.len()), (1, 1));
}

/// The figures that SPEC.md §9 promises, for 10,000 logs.
#[test]
fn what_messages_cost_between_two_that_hold_ten_thousand_logs() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let logs = 10_000;
    for n in 0..logs {
        put(&mut a.replica, log_of(n), 2);
        put(&mut b.replica, log_of(n), 2);
    }
    // A first meeting: ten logs differ.
    for n in 0..10 {
        put(&mut b.replica, log_of(n * 997), 1);
    }
    let (first, _) = pull(&mut a, &mut b, everything());
    eprintln!("first meeting, 10 of {logs} logs differ: {first:?}");
    assert!(first.rounds <= 3, "{first:?}");
    assert!(first.bytes <= 20_000 + first.entries, "{first:?}");
    assert_eq!(states(&a.replica), states(&b.replica));
    // B meets A in its turn, then both know each other.
    pull(&mut b, &mut a, everything());
    pull(&mut a, &mut b, everything());
    let (one, _) = pull(&mut a, &mut b, everything());
    let (other, _) = pull(&mut b, &mut a, everything());
    eprintln!("in sync, both ways: {} bytes", one.bytes + other.bytes);
    assert!(one.bytes + other.bytes <= 400, "{one:?} {other:?}");
    for n in 0..10 {
        put(&mut b.replica, log_of(n * 911 + 1), 1);
    }
    let (missing, _) = pull(&mut a, &mut b, everything());
    eprintln!("ten entries missing: {missing:?}");
    assert_eq!(missing.rounds, 1);
    assert!(missing.bytes <= missing.entries + 1_024, "{missing:?}");
    assert_eq!(states(&a.replica), states(&b.replica));
    // What A has just got is not sent back.
    let (back, _) = pull(&mut b, &mut a, everything());
    assert_eq!((back.rounds, back.entries), (1, 0), "{back:?}");
}

#[test]
fn only_what_is_of_interest_comes_and_new_interests_bring_the_rest() {
    let (alice, bob) = (person(1), person(2));
    let mut desk = Desk::default();
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    for n in 0..40 {
        for (who, at) in [(&alice, FOIX), (&bob, MARSEILLE)] {
            let op = Op::Element(Box::new(element(who.id, n, "Four", at)));
            let entry = desk.write(who, Scope::open(at), 1_000 + u64::from(n), &op);
            b.replica.take(HeldEntry::from(entry), false).unwrap();
        }
    }
    let cell = |at: Position| Scope::open(at).cell.bytes().to_vec();
    pull(&mut a, &mut b, BTreeSet::from([cell(FOIX)]));
    assert_eq!(a.replica.states().count(), 1);
    pull(&mut a, &mut b, BTreeSet::from([cell(FOIX), cell(MARSEILLE)]));
    assert_eq!(states(&a.replica), states(&b.replica));
    // And what is of interest no longer does not come.
    let op = Op::Element(Box::new(element(alice.id, 99, "Moulin", FOIX)));
    b.replica.take(HeldEntry::from(desk.write(&alice, Scope::open(FOIX), 9_000, &op)), false).unwrap();
    pull(&mut a, &mut b, BTreeSet::from([cell(MARSEILLE)]));
    assert_ne!(states(&a.replica), states(&b.replica));
}

/// The same log, continued differently by two copies of one device.
fn forked(shared: u64, one: u64, other: u64) -> (Vec<HeldEntry>, Vec<HeldEntry>) {
    let log = log_of(5);
    let chain = |from: &[HeldEntry], salt: u64, count: u64| {
        let mut chain = from.to_vec();
        for n in 0..count {
            let head = chain.last().map(|entry| Head { seq: entry.header().seq, id: entry.id() });
            chain.push(unsigned(log, head, salt + n));
        }
        chain
    };
    let trunk = chain(&[], 0, shared);
    (chain(&trunk, 1_000, one), chain(&trunk, 2_000, other))
}

#[test]
fn forks_meet_and_both_hold_both_branches() {
    for (shared, one, other) in [(1, 1, 1), (5, 3, 40), (200, 100, 3), (0, 4, 4), (0, 1, 90), (700, 1, 1)] {
        let (left, right) = forked(shared, one, other);
        let (mut a, mut b) = (Side::new(1), Side::new(2));
        left.into_iter().for_each(|entry| assert!(a.replica.take(entry, false).is_ok()));
        right.into_iter().for_each(|entry| assert!(b.replica.take(entry, false).is_ok()));
        for _ in 0..2 {
            pull(&mut a, &mut b, everything());
            pull(&mut b, &mut a, everything());
        }
        assert_eq!(states(&a.replica), states(&b.replica), "{shared} {one} {other}");
        assert_eq!(a.replica.entries().count() as u64, shared + one + other);
        // A newcomer gets both.
        let mut c = Side::new(3);
        pull(&mut c, &mut a, everything());
        assert_eq!(states(&c.replica), states(&a.replica), "{shared} {one} {other}");
        assert_eq!(c.replica.entries().count() as u64, shared + one + other);
    }
}

#[test]
fn three_branches_of_one_log_settle_at_the_two_smallest() {
    let (left, right) = forked(20, 10, 10);
    let third = {
        let mut chain = left[..20].to_vec();
        for n in 0..10 {
            let head = chain.last().map(|entry| Head { seq: entry.header().seq, id: entry.id() });
            chain.push(unsigned(log_of(5), head, 3_000 + n));
        }
        chain
    };
    let mut sides: Vec<Side> = (0..3).map(Side::new).collect();
    for (side, chain) in sides.iter_mut().zip([left, right, third]) {
        chain.into_iter().for_each(|entry| assert!(side.replica.take(entry, false).is_ok()));
    }
    for _ in 0..4 {
        for (one, other) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            let mut asker = std::mem::replace(&mut sides[one], Side::new(9));
            pull(&mut asker, &mut sides[other], everything());
            sides[one] = asker;
        }
    }
    assert_eq!(states(&sides[0].replica), states(&sides[1].replica));
    assert_eq!(states(&sides[0].replica), states(&sides[2].replica));
    assert_eq!(sides[0].replica.entries().count(), 40);
    let (cost, _) = {
        let (left, right) = sides.split_at_mut(1);
        pull(&mut left[0], &mut right[0], everything());
        pull(&mut left[0], &mut right[0], everything())
    };
    assert_eq!((cost.rounds, cost.entries), (1, 0), "at rest");
}

#[test]
fn payloads_that_were_absent_are_fetched_and_erased_ones_are_told() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let (alice, mut desk) = (person(1), Desk::default());
    let entries: Vec<HeldEntry> = (0..5)
        .map(|n| {
            let op = Op::Element(Box::new(element(alice.id, n, "Four", FOIX)));
            desk.write(&alice, Scope::open(FOIX), 1_000 + u64::from(n), &op).into()
        })
        .collect();
    for (at, entry) in entries.iter().enumerate() {
        b.replica.take(entry.clone(), false).unwrap();
        if at < 4 {
            a.replica.take(HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap(), false).unwrap();
        }
    }
    let by = entries[4].id();
    let missing = a.replica.missing(None, 9).unwrap();
    b.replica.set_body(&missing[1], Body::Erased(by));
    pull(&mut a, &mut b, everything());
    let bodies: Vec<Body> = missing.iter().map(|one| a.replica.payload(one).unwrap()).collect();
    assert!(matches!(bodies[..], [Body::Present(_), Body::Erased(id), Body::Present(_), Body::Present(_)] if id == by));
}

/// Finding 9 of the review: of payloads that nobody has, the first by key were asked for alone, for ever.
#[test]
fn what_nobody_has_keeps_nobody_from_the_rest() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let (alice, mut desk) = (person(1), Desk::default());
    let many = PAYLOADS_MAX + 5;
    for n in 0..many {
        let op = Op::Element(Box::new(element(alice.id, 1, "Four", FOIX)));
        let entry = HeldEntry::from(desk.write(&alice, Scope::open(FOIX), 1_000 + n as u64, &op));
        let absent = HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap();
        a.replica.take(absent.clone(), false).unwrap();
        // Nobody has the first.
        b.replica.take(if n < PAYLOADS_MAX { absent } else { entry }, false).unwrap();
    }
    let lacking = |side: &Side| side.replica.missing(None, many).unwrap().len();
    pull(&mut a, &mut b, everything());
    assert_eq!(lacking(&a), many);
    pull(&mut a, &mut b, everything());
    assert_eq!(lacking(&a), PAYLOADS_MAX);
    // And from the beginning again: it may have come meanwhile.
    for missing in a.replica.missing(None, 1).unwrap() {
        b.replica.set_body(&missing, Body::Erased(EntryId([9; 32])));
    }
    pull(&mut a, &mut b, everything());
    assert_eq!(lacking(&a), PAYLOADS_MAX - 1);
}

#[test]
fn a_log_that_is_declined_is_not_asked_for() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    put(&mut b.replica, log_of(1), 3);
    put(&mut b.replica, log_of(2), 3);
    a.replica.decline(log_of(1));
    let (cost, told) = pull(&mut a, &mut b, everything());
    assert_eq!((a.replica.states().count(), told.len()), (1, 1));
    assert!(cost.rounds <= 3, "{cost:?}");
    let (again, _) = pull(&mut a, &mut b, everything());
    assert_eq!(again.rounds, 1, "they come to rest");
}

#[test]
fn another_store_under_the_same_name_is_compared_anew() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    put(&mut b.replica, log_of(1), 3);
    pull(&mut a, &mut b, everything());
    // Restored from a backup: another instance, other contents.
    let mut restored = Side::new(7);
    put(&mut restored.replica, log_of(2), 2);
    let (_, told) = pull(&mut a, &mut restored, everything());
    assert_eq!(told, [PullEffect::CaughtUp(Seen { instance: restored.replica.instance(), arrival: 2 })]);
    assert_eq!(a.replica.states().count(), 2);
}

#[test]
fn more_interests_than_one_request_holds_are_registered_in_several() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let mut interests = BTreeSet::new();
    for n in 0..3_000 {
        put(&mut b.replica, log_of(n), 1);
        interests.insert(log_of(n).key().to_vec());
    }
    let (_, told) = pull(&mut a, &mut b, interests.clone());
    assert_eq!(told.len(), 1);
    assert_eq!(states(&a.replica), states(&b.replica));
    let (again, _) = pull(&mut a, &mut b, interests);
    assert_eq!(again.rounds, 1);
}

proptest! {
    #![proptest_config(cases(40))]
    #[test]
    fn any_two_replicas_agree_after_both_have_asked(
        logs in prop::collection::vec((0_u64..60, 0_u64..5, 0_u64..5), 1..80),
    ) {
        let (mut a, mut b) = (Side::new(1), Side::new(2));
        for (log, at_a, at_b) in logs {
            // Both hold beginnings of the same chain.
            for (side, count) in [(&mut a, at_a), (&mut b, at_b)] {
                let held = side.replica.state(&log_of(log)).map_or(0, |state| state.tip.seq + 1);
                for n in held..count {
                    let head = side.replica.state(&log_of(log)).map(|state| state.tip);
                    side.replica.take(unsigned(log_of(log), head, n), false).unwrap();
                }
            }
        }
        pull(&mut a, &mut b, everything());
        pull(&mut b, &mut a, everything());
        prop_assert_eq!(states(&a.replica), states(&b.replica));
        prop_assert_eq!(&a.refused, &[""; 0]);
        let (cost, _) = pull(&mut a, &mut b, everything());
        prop_assert_eq!(cost.rounds, 1);
        prop_assert_eq!(cost.entries, 0);
    }

    #[test]
    fn no_bytes_break_a_decoder(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(Request::decode(&bytes));
        drop(Response::decode(&bytes));
    }
}

/// Entries as real as they come survive the journey byte for byte.
#[test]
fn real_entries_come_byte_for_byte() {
    let alice = person(1);
    let mut desk = Desk::default();
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let entries: Vec<Entry> = (0..200)
        .map(|n| {
            desk.write(&alice, Scope::open(FOIX), 1_000 + n, &Op::Element(Box::new(element(alice.id, 1, "Four", FOIX))))
        })
        .collect();
    entries.iter().for_each(|entry| assert!(b.replica.take(HeldEntry::from(entry.clone()), false).is_ok()));
    pull(&mut a, &mut b, everything());
    let mut held: Vec<HeldEntry> = a.replica.entries().map(|entry| HeldEntry::clone(entry)).collect();
    held.sort_by_key(|entry| entry.header().seq);
    assert_eq!(held, entries.into_iter().map(HeldEntry::from).collect::<Vec<_>>());
}
