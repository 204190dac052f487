//! One value, one encoding: every other way to write the same CBOR is refused.

use crate::common::{Desk, FOIX, element, person, proposal};
use communaut_protocol::{
    Entry, Header, Scope,
    entry::{RawEntry, leaves::Leaf},
    op::{Op, PostOp, Stub, StubOp, When},
};

/// A CBOR item and where it stands.
struct Item {
    start: usize,
    /// End of the initial bytes (type and argument).
    head: usize,
    end: usize,
    major: u8,
    argument: u64,
}

/// All items, in the order in which they begin. `at` moves behind the first item.
fn items(bytes: &[u8], at: &mut usize, out: &mut Vec<Item>) {
    let start = *at;
    let (major, info) = (bytes[start] >> 5, bytes[start] & 31);
    let extra = if info < 24 { 0 } else { 1 << (info - 24) };
    let argument = match extra {
        0 => u64::from(info),
        _ => bytes[start + 1..start + 1 + extra].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
    };
    let head = start + 1 + extra;
    let index = out.len();
    out.push(Item { start, head, end: 0, major, argument });
    *at = head;
    match major {
        2 | 3 => *at += argument as usize,
        4 => (0..argument).for_each(|_| items(bytes, at, out)),
        5 => (0..2 * argument).for_each(|_| items(bytes, at, out)),
        _ => {}
    }
    out[index].end = *at;
}

/// Type and argument in a given width (0: the shortest that is one byte).
fn initial(major: u8, argument: u64, width: usize) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let code = [24, 25, 26, 27][width.trailing_zeros() as usize];
    [&[(major << 5) | code], &bytes[8 - width..]].concat()
}

/// The same value, written in other ways, each with what was done.
fn variants(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = 0;
    items(bytes, &mut at, &mut found);
    assert_eq!(at, bytes.len());
    let splice = |from: usize, to: usize, with: &[u8]| [&bytes[..from], with, &bytes[to..]].concat();
    let mut out = Vec::new();
    for item in &found {
        let (start, head, end) = (item.start, item.head, item.end);
        if item.major < 6 {
            for width in [1, 2, 4, 8].into_iter().filter(|width| width + 1 > head - start) {
                let long = initial(item.major, item.argument, width);
                out.push((format!("long form of {width} at {start}"), splice(start, head, &long)));
            }
        }
        if (2..6).contains(&item.major) {
            let open = (item.major << 5) | 31;
            let body = if item.major < 4 { start..end } else { head..end };
            let indefinite = [&[open], &bytes[body], &[0xff]].concat();
            out.push((format!("indefinite at {start}"), splice(start, end, &indefinite)));
        }
        if item.major < 6 {
            out.push((format!("tag at {start}"), splice(start, start, &[0xc6])));
        }
        if bytes[start] == 0xf6 {
            out.push((format!("undefined at {start}"), splice(start, end, &[0xf7])));
        }
        // A structure as an array of its values, or with its pairs in another order.
        if item.major == 5 && item.argument >= 1 {
            let mut at = head;
            let mut pairs = Vec::new();
            for _ in 0..item.argument {
                let from = at;
                items(bytes, &mut at, &mut Vec::new());
                let middle = at;
                items(bytes, &mut at, &mut Vec::new());
                pairs.push((bytes[from..middle].to_vec(), bytes[middle..at].to_vec()));
            }
            let array: Vec<u8> = pairs.iter().flat_map(|(_, value)| value.clone()).collect();
            let array = [initial(4, item.argument, 1), array].concat();
            out.push((format!("array for map at {start}"), splice(start, end, &array)));
            let turned: Vec<u8> = pairs.iter().rev().flat_map(|(k, v)| [k.clone(), v.clone()].concat()).collect();
            if pairs.len() > 1 {
                out.push((format!("pairs reversed at {start}"), splice(head, end, &turned)));
            }
            let twice =
                [initial(5, item.argument + 1, 1), bytes[head..end].to_vec(), pairs[0].0.clone(), pairs[0].1.clone()];
            out.push((format!("pair twice at {start}"), splice(start, end, &twice.concat())));
        }
    }
    for extra in [0x00, 0xf6, 0xff] {
        out.push(("trailing byte".into(), [bytes, &[extra]].concat()));
    }
    out
}

fn entries() -> Vec<Entry> {
    let mut desk = Desk::default();
    let alice = person(1);
    let open = Scope::open(FOIX);
    let stub = Stub {
        id: alice.id.into(),
        kind: communaut_protocol::op::Kind::Event,
        name: "Bal".into(),
        position: FOIX,
        when: Some(When {
            start_ms: -5,
            end_ms: 1_700_000_000_000,
            zone: "Europe/Paris".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        }),
        tags: vec!["danse".into()],
        home: FOIX.cell(4),
        origin: None,
    };
    let post = PostOp { text: "Bal".into(), position: Some(FOIX), sample: true, ..PostOp::default() };
    vec![
        alice.inception.clone(),
        desk.write(&alice, open, 1_000, &Op::Element(Box::new(element(alice.id, 3, "Four à pain", FOIX)))),
        desk.write(&alice, open, 1_001, &Op::Stub(StubOp { stub, expires_ms: 9 })),
        desk.write(&alice, open, 1_002, &Op::Post(post)),
        desk.write(&alice, open, 1_003, &proposal(500, &[&alice], 1)),
    ]
}

#[test]
fn other_encodings_of_a_header_are_refused() {
    for entry in entries() {
        let variants = variants(entry.header_bytes());
        assert!(variants.len() > 60);
        for (what, header) in variants {
            let raw = RawEntry { header, payload: entry.payload().to_vec() };
            assert_eq!(Entry::verify(raw).map_err(|r| r.name()), Err("malformed"), "{what}");
        }
    }
}

#[test]
fn other_encodings_of_a_payload_are_not_read() {
    for entry in entries() {
        let schema = entry.header().schema;
        if entry.header().has_leaves() {
            // Of leaves the payload is refused, and what a leaf says is not read.
            for (what, payload) in variants(entry.payload()) {
                assert!(Leaf::all(&payload).is_err(), "schema {schema}: {what}");
            }
            let all: Vec<&[u8]> = Leaf::all(entry.payload()).unwrap().into_iter().filter_map(Leaf::held).collect();
            let read = |leaf: &[u8]| Op::of_parts(schema, 1, &[Leaf::Held(leaf), Leaf::Held(all[1])]);
            assert!(matches!(read(all[0]), Ok(Op::Proposal(_))));
            for (what, leaf) in variants(all[0]) {
                assert!(read(&leaf).is_err(), "schema {schema}: {what}");
            }
            continue;
        }
        assert!(Op::decode(schema, 1, entry.payload()).is_ok());
        for (what, payload) in variants(entry.payload()) {
            assert!(Op::decode(schema, 1, &payload).is_err(), "schema {schema}: {what}");
        }
    }
}

#[test]
fn other_encodings_of_the_frame_are_refused() {
    for entry in entries() {
        for (what, bytes) in variants(&entry.to_raw().encode().unwrap()) {
            assert_eq!(RawEntry::decode(&bytes).map_err(|r| r.name()), Err("malformed"), "{what}");
        }
    }
}

/// The walker above must make real alternatives, or the tests above say nothing: a lenient
/// decoder takes most of them for the same value.
#[test]
fn the_variants_are_the_same_value_to_a_lenient_decoder() {
    let entry = &entries()[1];
    let frame = entry.to_raw().encode().unwrap();
    let same = variants(&frame)
        .into_iter()
        .filter(|(_, bytes)| {
            communaut_protocol::codec::decode_lax::<RawEntry>(bytes, 1 << 20).is_ok_and(|raw| raw == entry.to_raw())
        })
        .count();
    assert!(same > 15, "{same}");
    assert!(Header::decode(entry.header_bytes()).is_ok());
}
