//! Entries: what is signed is what is accepted, and nothing else is.

use crate::common::{Desk, FOIX, Person, element, header, key, person};
use communaut_protocol::{
    Entry, Header, Scope, Stamp,
    codec::CodecError,
    entry::{ENTRY_MAX, RawEntry, Refusal},
    ids::{ElementId, Hash},
    limits::{HEADER_MAX, PAYLOAD_MAX},
    log::MemoryLog,
    op::{Op, PostOp},
    scope::LogId,
};

fn samples() -> Vec<Entry> {
    let mut desk = Desk::default();
    let alice = person(1);
    let open = Scope::open(FOIX);
    let post = Op::Post(PostOp {
        text: "Marché demain à 8 h".into(),
        tags: vec!["marché".into()],
        position: Some(FOIX),
        ..PostOp::default()
    });
    vec![
        alice.inception.clone(),
        desk.write(&alice, open, 1_000, &Op::Element(Box::new(element(alice.id, 3, "Four à pain", FOIX)))),
        desk.write(&alice, open, 1_001, &post),
    ]
}

#[test]
fn what_is_signed_comes_back_the_same() {
    for entry in samples() {
        let raw = entry.to_raw();
        let wire = raw.encode().unwrap();
        assert!(wire.len() <= ENTRY_MAX);
        let again = Entry::verify(RawEntry::decode(&wire).unwrap()).unwrap();
        assert_eq!(again, entry);
        assert_eq!(again.id().0, *blake3::hash(entry.header_bytes()).as_bytes());
        assert_eq!(Entry::from_store(raw).unwrap(), entry);
        let (decoded, signature) = Header::decode(entry.header_bytes()).unwrap();
        assert_eq!(decoded.encode(signature).unwrap(), entry.header_bytes());
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    for entry in samples() {
        let raw = entry.to_raw();
        for at in 0..raw.header.len() {
            for bit in 0..8 {
                let mut bad = raw.clone();
                bad.header[at] ^= 1 << bit;
                assert!(Entry::verify(bad).is_err(), "header byte {at}, bit {bit}");
            }
        }
        for at in 0..raw.payload.len() {
            for bit in 0..8 {
                let mut bad = raw.clone();
                bad.payload[at] ^= 1 << bit;
                assert_eq!(Entry::verify(bad), Err(Refusal::PayloadMismatch), "payload byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_byte_more_or_less_is_refused() {
    for entry in samples() {
        let raw = entry.to_raw();
        for len in 0..raw.header.len() {
            let cut = RawEntry { header: raw.header[..len].to_vec(), payload: raw.payload.clone() };
            assert_eq!(Entry::verify(cut).map_err(|r| r.name()), Err("malformed"));
        }
        for extra in [0x00, 0xf6, 0xff] {
            let mut longer = raw.clone();
            longer.header.push(extra);
            assert_eq!(Entry::verify(longer).map_err(|r| r.name()), Err("malformed"));
            let mut longer = raw.clone();
            longer.payload.push(extra);
            assert_eq!(Entry::verify(longer), Err(Refusal::PayloadMismatch));
        }
        let shorter = RawEntry { header: raw.header.clone(), payload: raw.payload[1..].to_vec() };
        assert_eq!(Entry::verify(shorter), Err(Refusal::PayloadMismatch));
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let (alice, mallory) = (person(1), key(66));
    for entry in samples() {
        let header = entry.header().clone();
        let forged = mallory.sign(&header.signing_bytes().unwrap());
        let raw = RawEntry { header: header.encode(forged).unwrap(), payload: entry.payload().to_vec() };
        assert_eq!(Entry::verify(raw), Err(Refusal::Signature(alice.key.id())));
        // A signature of the right key over something else than the domain and the array.
        let bare = alice.key.sign(&header.signing_bytes().unwrap()[1..]);
        let raw = RawEntry { header: header.encode(bare).unwrap(), payload: entry.payload().to_vec() };
        assert_eq!(Entry::verify(raw), Err(Refusal::Signature(alice.key.id())));
    }
}

#[test]
fn signing_for_a_device_with_another_key_is_refused() {
    let entry = &samples()[1];
    let refused = Entry::sign(&key(66), entry.header().clone(), entry.payload().to_vec());
    assert_eq!(refused, Err(Refusal::Signature(entry.header().log.device)));
}

#[test]
fn ten_megabytes_are_refused_unread() {
    let big = vec![0x9f; 10 * 1024 * 1024];
    let too_large = CodecError::TooLarge { len: big.len(), max: HEADER_MAX };
    assert_eq!(Header::decode(&big), Err(Refusal::Header(too_large)));
    assert_eq!(RawEntry::decode(&big).map_err(|r| r.name()), Err("too_large"));
    let entry = &samples()[1];
    let raw = RawEntry { header: entry.header_bytes().to_vec(), payload: big.clone() };
    assert_eq!(Entry::verify(raw), Err(Refusal::PayloadMismatch));
    assert!(Op::decode(10, 1, &big).is_err());
    // An honest author cannot make one either.
    let mut header = entry.header().clone();
    header.payload_size = u32::try_from(PAYLOAD_MAX + 1).unwrap();
    let refused = Entry::sign(&person(1).key, header, vec![0; PAYLOAD_MAX + 1]);
    assert_eq!(refused, Err(Refusal::PayloadTooLarge(65_537)));
}

/// Sign what `change` makes of a good header: refused though its signature is right.
fn refusal(change: impl Fn(&mut Header)) -> Refusal {
    let entry = &samples()[1];
    let mut header = entry.header().clone();
    change(&mut header);
    Entry::sign(&person(1).key, header, entry.payload().to_vec()).unwrap_err()
}

#[test]
fn headers_that_break_a_rule_are_refused_by_name() {
    assert_eq!(refusal(|h| h.flags = 2), Refusal::Flags(2));
    assert_eq!(refusal(|h| h.seq = 4), Refusal::NoBacklink(4));
    assert_eq!(refusal(|h| h.payload_hash = Hash::ZERO), Refusal::PayloadMismatch);
    assert_eq!(refusal(|h| h.payload_size += 1), Refusal::PayloadMismatch);
    let identity = Scope::identity(person(1).id);
    assert_eq!(refusal(|h| h.log.scope = identity), Refusal::IdentityScope(10));
    assert_eq!(refusal(|h| h.schema = 1), Refusal::IdentityScope(1));
    let deep = Scope { cell: FOIX.cell(5), container: ElementId::ZERO };
    assert_eq!(refusal(|h| h.log.scope = deep).name(), "scope");
}

#[test]
fn wide_scopes_take_only_territories_and_stubs() {
    for len in 0..=4 {
        let scope = Scope { cell: FOIX.cell(len), container: ElementId::ZERO };
        // 18 and 21 consist of leaves, which stand in no wide scope.
        for schema in [10, 11, 12, 13, 14, 20, 22, 23, 900] {
            let entry = &samples()[1];
            let mut header = entry.header().clone();
            (header.log.scope, header.schema) = (scope, schema);
            let result = Entry::sign(&person(1).key, header, entry.payload().to_vec());
            if len < 3 && !matches!(schema, 13 | 14) {
                assert_eq!(result, Err(Refusal::WideScope(scope.cell, schema)));
            } else {
                assert!(result.is_ok(), "schema {schema} in {}", scope.cell);
            }
        }
    }
}

#[test]
fn unknown_schemas_are_kept_but_not_read() {
    let entry = &samples()[1];
    for (schema, version) in [(900, 1), (10, 2)] {
        let mut header = entry.header().clone();
        (header.schema, header.schema_version) = (schema, version);
        let entry = Entry::sign(&person(1).key, header, entry.payload().to_vec()).unwrap();
        let record = communaut_protocol::fold::Record::of(&entry).unwrap();
        let Op::Unknown(op) = &record.op else { panic!("{schema}, version {version} is understood") };
        assert_eq!((op.schema, op.version), (schema, version));
        let again = record.op.encode([10; 16]).unwrap();
        assert_eq!(again.len(), entry.payload().len(), "it comes out as it went in");
    }
    // Later identity operations too.
    let alice = person(1);
    let mut header = alice.inception.header().clone();
    header.schema = 7;
    assert!(Entry::sign(&alice.key, header, alice.inception.payload().to_vec()).is_ok());
}

/// Three entries of one log.
fn log(alice: &Person) -> Vec<Entry> {
    let mut desk = Desk::default();
    (0..3)
        .map(|n| {
            let op = Op::Element(Box::new(element(alice.id, 9, &format!("nom {n}"), FOIX)));
            desk.write(alice, Scope::open(FOIX), 1_000 + n, &op)
        })
        .collect()
}

#[test]
fn a_new_epoch_cites_the_head_of_the_one_before() {
    let alice = person(1);
    let last = log(&alice).pop().unwrap();
    let op = Op::Element(Box::new(element(alice.id, 9, "après la restauration", FOIX)));
    let payload = op.encode([5; 16]).unwrap();
    let log = LogId { epoch: 2, ..last.header().log };
    let mut first = header(log, None, 2_000, &op, &payload);
    first.backlink = Some(last.id());
    let entry = Entry::sign(&alice.key, first, payload).unwrap();
    assert!(MemoryLog::new().take(entry.clone()).is_ok());
    assert_eq!(entry.header().stamp, Stamp::from_ms(2_000));
}
