//! Garbage, bombs and mutations: refused, and never a panic or a large allocation.

use crate::common::{Desk, FOIX, cases, element, person, proposal};
use communaut_protocol::{
    Entry, Header, LogId, Scope,
    entry::{Head, RawEntry},
    limits::{HEADER_MAX, PAYLOAD_MAX},
    op::{ElementOp, Field, Op, OpError, PostOp, Stub, StubOp, TerritoryOp, When},
    replication::sync0::{PREFIXES_MAX, REQUEST_MAX, RESPONSE_MAX, Request, Response, WANTS_MAX},
};
use proptest::prelude::*;
use serde_bytes::ByteBuf;

const SCHEMAS: [u16; 12] = [1, 2, 3, 10, 11, 12, 13, 14, 20, 21, 22, 23];

/// Everything that takes bytes from outside.
fn decode_all(bytes: &[u8]) {
    let _ = Header::decode(bytes);
    if let Ok(raw) = RawEntry::decode(bytes) {
        let _ = Entry::verify(raw);
    }
    let _ = Entry::verify(RawEntry { header: bytes.to_vec(), payload: Vec::new() });
    for schema in SCHEMAS {
        let _ = Op::decode(schema, 1, bytes);
    }
    let _ = Request::decode(bytes);
    let _ = Response::decode(bytes);
    let _ = LogId::from_key(bytes);
}

/// Real bytes of every kind.
fn real() -> Vec<Vec<u8>> {
    let alice = person(1);
    let mut desk = Desk::default();
    let entry = desk.write(&alice, Scope::open(FOIX), 5, &Op::Element(Box::new(element(alice.id, 3, "Four", FOIX))));
    let log = entry.header().log;
    let head = Head { seq: 0, id: entry.id() };
    let ballot = desk.write(&alice, Scope::open(FOIX), 6, &proposal(&alice, 1_000, vec![]));
    vec![
        entry.header_bytes().to_vec(),
        entry.payload().to_vec(),
        ballot.payload().to_vec(),
        alice.inception.payload().to_vec(),
        entry.to_raw().encode().unwrap(),
        Request::Heads { prefixes: vec![ByteBuf::from(b"sp".to_vec())], after: Some(log) }.encode().unwrap(),
        Request::Entries { wants: vec![(log, 0)] }.encode().unwrap(),
        Response::Heads { heads: vec![(log, head)], more: true }.encode().unwrap(),
        Response::Entries { entries: vec![entry.to_raw()], more: false }.encode().unwrap(),
        Response::Refused("non".into()).encode().unwrap(),
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        decode_all(&bytes);
    }

    #[test]
    fn mutations_of_real_bytes_never_panic(
        which in 0..10usize, at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..12), cut in 0..12usize,
    ) {
        let mut bytes = real().swap_remove(which);
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, with);
        decode_all(&bytes);
    }

    #[test]
    fn requests_come_back(prefixes in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=80), 0..20), seq in any::<u64>()) {
        let log = person(1).inception.header().log;
        let prefixes: Vec<ByteBuf> = prefixes.into_iter().map(ByteBuf::from).collect();
        for request in [Request::Heads { prefixes, after: None }, Request::Entries { wants: vec![(log, seq)] }] {
            prop_assert_eq!(Request::decode(&request.encode().unwrap()).unwrap(), request);
        }
    }
}

/// A length of terabytes wherever a byte string, text, array or map may begin, and the
/// deepest nesting that fits: refused before anything is allocated.
#[test]
fn declared_lengths_and_depth_cost_nothing() {
    for bytes in real() {
        for at in 0..bytes.len() {
            for major in 2..=5u8 {
                for length in [u64::MAX, 1 << 62, 1 << 40] {
                    let bomb = [&bytes[..at], &[(major << 5) | 27], &length.to_be_bytes()].concat();
                    decode_all(&bomb);
                    let raw = RawEntry { header: bomb.clone(), payload: Vec::new() };
                    assert!(Entry::verify(raw).is_err());
                    assert!(RawEntry::decode(&bomb).map_or(true, |raw| Entry::verify(raw).is_err()));
                }
            }
        }
    }
    for code in [0x81, 0x9f, 0xa1, 0xbf, 0xc6, 0x5f, 0x7f, 0xd8] {
        for len in [127, 128, 129, 500, 60_000, 120_000, 2_000_000] {
            decode_all(&vec![code; len]);
        }
    }
}

#[test]
fn messages_beyond_their_bounds_are_refused() {
    let log = person(1).inception.header().log;
    assert!(Request::decode(&vec![0; REQUEST_MAX + 1]).is_err());
    assert!(Response::decode(&vec![0; RESPONSE_MAX + 1]).is_err());
    let heads = |prefixes| Request::decode(&Request::Heads { prefixes, after: None }.encode().unwrap());
    assert!(heads(vec![ByteBuf::from(vec![1]); PREFIXES_MAX]).is_ok());
    assert!(heads(vec![ByteBuf::from(vec![1]); PREFIXES_MAX + 1]).is_err());
    assert!(heads(vec![ByteBuf::new()]).is_err(), "an empty prefix asks for everything");
    assert!(heads(vec![ByteBuf::from(vec![1; 81])]).is_err());
    let entries = |wants| Request::decode(&Request::Entries { wants }.encode().unwrap());
    assert!(entries(vec![(log, 0); WANTS_MAX]).is_ok());
    assert!(entries(vec![(log, 0); WANTS_MAX + 1]).is_err());
    let head = Head { seq: 0, id: Default::default() };
    let heads = vec![(log, head); 4_097];
    assert!(Response::decode(&Response::Heads { heads, more: false }.encode().unwrap()).is_err());
    let entries = vec![RawEntry { header: vec![], payload: vec![] }; 2_001];
    assert!(Response::decode(&Response::Entries { entries, more: false }.encode().unwrap()).is_err());
    assert!(Header::decode(&vec![0; HEADER_MAX + 1]).is_err());
    assert!(Op::decode(12, 1, &vec![0; PAYLOAD_MAX + 1]).is_err());
}

/// The largest answers that the protocol makes must pass its own bounds.
#[test]
fn full_messages_fit() {
    let log = LogId { epoch: u64::MAX, ..person(1).inception.header().log };
    let head = Head { seq: u64::MAX, id: Default::default() };
    let bytes = Response::Heads { heads: vec![(log, head); 4_096], more: true }.encode().unwrap();
    assert!(Response::decode(&bytes).is_ok(), "{}", bytes.len());
    let bytes = Request::Entries { wants: vec![(log, u64::MAX); WANTS_MAX] }.encode().unwrap();
    assert!(Request::decode(&bytes).is_ok(), "{}", bytes.len());
    let prefixes = vec![ByteBuf::from(vec![255; 80]); PREFIXES_MAX];
    let bytes = Request::Heads { prefixes, after: Some(log) }.encode().unwrap();
    assert!(Request::decode(&bytes).is_ok(), "{}", bytes.len());
}

fn refused(op: Op) -> &'static str {
    match op.encode([0; 16], person(1).id) {
        Err(OpError::Bound { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_outside_of_their_bounds_are_named() {
    let alice = person(1).id;
    let of = |fields| Op::Element(Box::new(ElementOp { owner: alice, seed: vec![1; 16], fields }));
    assert_eq!(refused(of(vec![Field::Name("x".repeat(301))])), "name");
    assert_eq!(refused(of(vec![Field::Description("x".repeat(16_001))])), "description");
    assert_eq!(refused(of(vec![Field::Tags(vec!["t".into(); 17])])), "tags");
    assert_eq!(refused(of(vec![Field::Tags(vec!["t".repeat(101)])])), "tag");
    assert_eq!(
        refused(of(vec![Field::Position(communaut_protocol::Position { lat_e7: 900_000_001, lon_e7: 0 })])),
        "position"
    );
    assert_eq!(refused(of(vec![Field::Name("b".into()), Field::Name("a".into())])), "fields");
    assert_eq!(refused(of(vec![Field::Description("b".into()), Field::Name("a".into())])), "fields");
    for (start_ms, end_ms) in [(5, 4), (i64::MIN, 0), (0, i64::MAX)] {
        assert_eq!(refused(of(vec![Field::When(Some(When { start_ms, end_ms, zone: "UTC".into() }))])), "when");
    }
    let short = ElementOp { owner: alice, seed: vec![1; 15], fields: vec![] };
    assert_eq!(refused(Op::Element(Box::new(short))), "seed");
    let post = |text: &str| PostOp {
        wall: None,
        text: text.into(),
        reply_to: None,
        tags: vec![],
        position: None,
        sample: false,
    };
    assert_eq!(refused(Op::Post(post(" \n"))), "text");
    assert_eq!(refused(Op::Post(post(&"x".repeat(16_001)))), "text");
    let territory = |cells: &[&str]| {
        let cells = cells.iter().map(|cell| cell.parse().unwrap()).collect();
        Op::Territory(TerritoryOp { seed: vec![1; 16], name: "Foix".into(), cells, centre: FOIX })
    };
    for cells in [&[][..], &["sp93", "sp92"], &["sp93", "sp93"], &["sp93", "sp93z"], &["@"]] {
        assert_eq!(refused(territory(cells)), "cells", "{cells:?}");
    }
    assert!(territory(&["sp92", "sp93z", "sp94"]).encode([0; 16], alice).is_ok());
    let stub = |home: &str| Stub {
        id: alice.into(),
        kind: communaut_protocol::op::Kind::Event,
        name: "Bal".into(),
        position: FOIX,
        when: None,
        tags: vec![],
        home: home.parse().unwrap(),
    };
    assert_eq!(refused(Op::Stub(StubOp { stub: stub("@"), expires_ms: 0 })), "home");
    assert_eq!(refused(Op::Stub(StubOp { stub: stub("sp93z"), expires_ms: 0 })), "home");
    let alice = person(1);
    assert_eq!(refused(proposal(&alice, 1_001, vec![])), "quorum");
    let Op::Proposal(mut op) = proposal(&alice, 500, vec![]) else { unreachable!() };
    op.tellers.push(alice.id);
    assert_eq!(refused(Op::Proposal(op)), "tellers");
}
