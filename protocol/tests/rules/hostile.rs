//! Garbage, bombs and mutations: refused, and never a panic or a large allocation.

use crate::{
    common::{FOIX, cases, person, proposal},
    wire::{decode_all, hello, items, list, ranges, real, register},
};
use communaut_protocol::{
    Header, LogId,
    entry::Head,
    ids::EntryId,
    limits::{HEADER_MAX, PAYLOAD_MAX},
    op::{ElementOp, Field, Op, OpError, PostOp, Stub, StubOp, TerritoryOp, When},
    replication::{
        BATCH_ENTRIES, DIGESTS_MAX, HAVE_MAX, ITEMS_MAX, PAYLOADS_MAX, PREFIXES_MAX, RANGES_MAX, REQUEST_MAX,
        RESPONSE_MAX, WANTS_MAX,
        message::{Frame, Mode, PayloadWant, Range, RegisterInterests, Request, Response, Want},
    },
    scope::LOG_KEY_LEN,
};
use proptest::prelude::*;
use serde_bytes::ByteBuf;

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        decode_all(&bytes);
    }

    #[test]
    fn mutations_of_real_bytes_never_panic(
        which in 0..14usize,
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 0..12),
        cut in 0..12usize,
    ) {
        let mut bytes = real().swap_remove(which);
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, with);
        decode_all(&bytes);
    }

    #[test]
    fn requests_come_back(
        prefixes in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=80), 0..20),
        seq in any::<u64>(),
    ) {
        let log = person(1).inception.header().log;
        let add: Vec<ByteBuf> = prefixes.into_iter().map(ByteBuf::from).collect();
        let wants = vec![Want { log, from: seq / 2, to: seq }];
        let requests = [
            Request::Interests { register: RegisterInterests { anew: seq % 2 == 0, add: add.clone() } },
            Request::Ranges { under: Some(add), ranges: ranges(5) },
            Request::Entries { wants },
            hello(2, 7),
        ];
        for request in requests {
            prop_assert_eq!(Request::decode(&request.encode().unwrap()).unwrap(), request);
        }
    }
}

#[test]
fn messages_beyond_their_bounds_are_refused() {
    let log = person(1).inception.header().log;
    assert!(Request::decode(&vec![0; REQUEST_MAX + 1]).is_err());
    assert!(Response::decode(&vec![0; RESPONSE_MAX + 1]).is_err());
    let asked = |request: Request| Request::decode(&request.encode().unwrap());
    let told = |response: Response| Response::decode(&response.encode().unwrap());
    let registered = |register| asked(Request::Interests { register });
    assert!(registered(register(PREFIXES_MAX)).is_ok());
    assert!(registered(register(PREFIXES_MAX + 1)).is_err());
    let with = |prefix: Vec<u8>| RegisterInterests { anew: true, add: vec![ByteBuf::from(prefix)] };
    assert!(registered(with(vec![])).is_err(), "an empty prefix asks for everything");
    assert!(registered(with(vec![1; LOG_KEY_LEN])).is_ok());
    assert!(registered(with(vec![1; LOG_KEY_LEN + 1])).is_err());
    assert!(asked(hello(PREFIXES_MAX + 1, 0)).is_err());
    assert!(asked(hello(0, HAVE_MAX)).is_ok());
    assert!(asked(hello(0, HAVE_MAX + 1)).is_err());
    let compared = |ranges| asked(Request::Ranges { under: None, ranges });
    assert!(compared(ranges(RANGES_MAX)).is_ok());
    assert!(compared(ranges(RANGES_MAX + 1)).is_err());
    assert!(compared(list(DIGESTS_MAX)).is_ok());
    assert!(compared(list(DIGESTS_MAX + 1)).is_err());
    let wants = |count| asked(Request::Entries { wants: vec![Want { log, from: 0, to: 1 }; count] });
    assert!(wants(WANTS_MAX).is_ok() && wants(WANTS_MAX + 1).is_err());
    let missing = PayloadWant { log, seq: 0, id: EntryId::ZERO, leaves: ByteBuf::new() };
    let payloads = |count| asked(Request::Payloads { of: vec![missing.clone(); count] });
    assert!(payloads(PAYLOADS_MAX).is_ok() && payloads(PAYLOADS_MAX + 1).is_err());
    let head = Head { seq: 0, id: EntryId::ZERO };
    let listed = |count| told(Response::Ranges { ranges: vec![items(log, head, count)] });
    assert!(listed(ITEMS_MAX).is_ok() && listed(ITEMS_MAX + 1).is_err());
    let Range { mode: Mode::Items { mut items, .. }, .. } = items(log, head, 1) else { unreachable!() };
    items[0].fork = Some(0);
    let mode = Mode::Items { items, unknown: vec![] };
    let one_tip = vec![Range { shared: 0, rest: ByteBuf::new(), mode }];
    assert!(told(Response::Ranges { ranges: one_tip }).is_err(), "a fork has two tips");
    let frame = Frame { header: ByteBuf::new(), payload: None, erased: None };
    let entries = |count| told(Response::Entries { frames: vec![frame.clone(); count], more: false });
    assert!(entries(BATCH_ENTRIES).is_ok() && entries(BATCH_ENTRIES + 1).is_err());
    assert!(Header::decode(&vec![0; HEADER_MAX + 1]).is_err());
    assert!(Op::decode(12, 1, &vec![0; PAYLOAD_MAX + 1]).is_err());
}

/// The largest answers that the protocol makes must pass its own bounds.
#[test]
fn full_messages_fit() {
    let log = LogId { epoch: u64::MAX, ..person(1).inception.header().log };
    let head = Head { seq: u64::MAX, id: Default::default() };
    let bytes = Response::Ranges { ranges: vec![items(log, head, ITEMS_MAX)] }.encode().unwrap();
    assert!(Response::decode(&bytes).is_ok(), "{}", bytes.len());
    let bytes =
        Request::Entries { wants: vec![Want { log, from: u64::MAX, to: u64::MAX }; WANTS_MAX] }.encode().unwrap();
    assert!(Request::decode(&bytes).is_ok(), "{}", bytes.len());
    let prefixes = vec![ByteBuf::from(vec![255; 80]); PREFIXES_MAX];
    let bytes = Request::Interests { register: RegisterInterests { anew: true, add: prefixes } }.encode().unwrap();
    assert!(Request::decode(&bytes).is_ok(), "{}", bytes.len());
    let missing = PayloadWant { log, seq: u64::MAX, id: EntryId([255; 32]), leaves: ByteBuf::new() };
    let bytes = Request::Payloads { of: vec![missing; PAYLOADS_MAX] }.encode().unwrap();
    assert!(Request::decode(&bytes).is_ok(), "{}", bytes.len());
}

fn refused(op: Op) -> &'static str {
    match op.encode([0; 16]) {
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
        assert_eq!(
            refused(of(vec![Field::When(Some(When {
                start_ms,
                end_ms,
                zone: "UTC".into(),
                offset: None,
                whole_days: false,
                repeat: None
            }))])),
            "when"
        );
    }
    let short = ElementOp { owner: alice, seed: vec![1; 15], fields: vec![] };
    assert_eq!(refused(Op::Element(Box::new(short))), "seed");
    let post = |text: &str| PostOp { text: text.into(), ..PostOp::default() };
    assert_eq!(refused(Op::Post(post(" \n"))), "text");
    assert_eq!(refused(Op::Post(post(&"x".repeat(16_001)))), "text");
    let territory = |cells: &[&str]| {
        let cells = cells.iter().map(|cell| cell.parse().unwrap()).collect();
        Op::Territory(TerritoryOp { seed: vec![1; 16], name: "Foix".into(), cells, centre: FOIX })
    };
    for cells in [&[][..], &["sp93", "sp92"], &["sp93", "sp93"], &["sp93", "sp93z"], &["@"]] {
        assert_eq!(refused(territory(cells)), "cells", "{cells:?}");
    }
    assert!(territory(&["sp92", "sp93z", "sp94"]).encode([0; 16]).is_ok());
    let stub = |home: &str| Stub {
        id: alice.into(),
        kind: communaut_protocol::op::Kind::Event,
        name: "Bal".into(),
        position: FOIX,
        when: None,
        tags: vec![],
        home: home.parse().unwrap(),
        origin: None,
    };
    assert_eq!(refused(Op::Stub(StubOp { stub: stub("@"), expires_ms: 0 })), "home");
    assert_eq!(refused(Op::Stub(StubOp { stub: stub("sp93z"), expires_ms: 0 })), "home");
    let alice = person(1);
    assert_eq!(refused(proposal(1_001, &[&alice], 1)), "quorum");
    let Op::Proposal(mut op) = proposal(500, &[&alice], 1) else { unreachable!() };
    op.tellers.push(alice.id);
    assert_eq!(refused(Op::Proposal(op.clone())), "tellers");
    op.tellers.pop();
    for agree in [0, 2] {
        op.agree = agree;
        assert_eq!(refused(Op::Proposal(op.clone())), "agree");
    }
}
