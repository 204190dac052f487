//! Real bytes of every kind that comes from outside, and everything that reads them.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::common::{Desk, FOIX, element, person, proposal};
use communaut_protocol::{
    Entry, Header, LogId, Scope, Stamp,
    entry::{Head, RawEntry},
    op::Op,
    replication::message::{
        Digest, Frame, LogItem, Mode, PayloadWant, PersonState, Range, RegisterInterests, Request, Response, Said,
        Seen, Want,
    },
};
use serde_bytes::ByteBuf;

const SCHEMAS: [u16; 12] = [1, 2, 3, 10, 11, 12, 13, 14, 20, 21, 22, 23];

/// Everything that takes bytes from outside.
pub fn decode_all(bytes: &[u8]) {
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
pub fn real() -> Vec<Vec<u8>> {
    let alice = person(1);
    let mut desk = Desk::default();
    let entry = desk.write(&alice, Scope::open(FOIX), 5, &Op::Element(Box::new(element(alice.id, 3, "Four", FOIX))));
    let log = entry.header().log;
    let head = Head { seq: 0, id: entry.id() };
    let ballot = desk.write(&alice, Scope::open(FOIX), 6, &proposal(1_000, &[&alice], 1));
    vec![
        entry.header_bytes().to_vec(),
        entry.payload().to_vec(),
        ballot.payload().to_vec(),
        alice.inception.payload().to_vec(),
        entry.to_raw().encode().unwrap(),
        hello(3, 3).encode().unwrap(),
        Request::Interests { register: register(2) }.encode().unwrap(),
        Request::Ranges { under: None, ranges: ranges(3) }.encode().unwrap(),
        Request::Entries { wants: vec![Want { log, from: 0, to: 9 }] }.encode().unwrap(),
        Request::Payloads { of: vec![PayloadWant { log, seq: 3, id: entry.id(), leaves: ByteBuf::new() }] }
            .encode()
            .unwrap(),
        Response::Ranges { ranges: vec![items(log, head, 2)] }.encode().unwrap(),
        Response::Entries { frames: vec![Frame::of(&entry.clone().into())], more: false }.encode().unwrap(),
        Response::Payloads { said: vec![Said { payload: None, erased: Some(entry.id()) }] }.encode().unwrap(),
        Request::People { of: vec![PersonState { author: log.author, identity: DIGEST }] }.encode().unwrap(),
        Response::People { items: vec![], through: 1 }.encode().unwrap(),
        Response::Refused { why: "non".into() }.encode().unwrap(),
    ]
}

pub const DIGEST: Digest = Digest([7; 16]);

pub fn register(count: usize) -> RegisterInterests {
    RegisterInterests { anew: true, add: vec![ByteBuf::from(vec![1]); count] }
}

pub fn ranges(count: usize) -> Vec<Range> {
    vec![Range { shared: 0, rest: ByteBuf::from(vec![1]), mode: Mode::Fingerprint { digest: DIGEST } }; count]
}

pub fn list(count: usize) -> Vec<Range> {
    vec![Range { shared: 0, rest: ByteBuf::new(), mode: Mode::List { digests: vec![DIGEST; count] } }]
}

pub fn items(log: LogId, head: Head, count: usize) -> Range {
    let item = LogItem { log, floor: 0, tips: vec![head], fork: None, newest: Stamp(1), identity: DIGEST };
    Range { shared: 0, rest: ByteBuf::new(), mode: Mode::Items { items: vec![item; count], unknown: vec![0, 1] } }
}

pub fn hello(prefixes: usize, have: usize) -> Request {
    Request::Hello {
        own: Seen { instance: DIGEST, arrival: 8 },
        seen: Some(Seen { instance: DIGEST, arrival: 9 }),
        register: Some(register(prefixes)),
        interests: DIGEST,
        ranges: ranges(2),
        have: vec![DIGEST; have],
        clock: Some(u64::MAX),
    }
}
