//! Keys wrapped to devices. SPEC.md §10.3.

use crate::{
    common::{Desk, FOIX, cases, person},
    den::{Node, draw, everyone, give, sealing, text},
};
use communaut_protocol::{
    Entry, Header, Scope, SealingKey,
    fold::{Record, ScopeState},
    limits::{BUNDLE_ITEMS_MAX, CLOSED_DEVICES_MAX, PAYLOAD_MAX, WRAP_LEN, WRAPS_MAX, WRAPS_MIN},
    op::{Op, WrapsOp},
    private::{
        Draw, Item, ReadKey, SealKey, SealingSecret, Under, WrapError,
        wrap::{chunks, unwrap, wrap},
    },
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn space() -> Scope {
    Scope::container(FOIX, person(1).id.into())
}

fn place() -> Header {
    let op = Op::Wraps(Box::new(WrapsOp { finder: SealingKey::ZERO, bundle: vec![], wraps: vec![] }));
    Desk::default().place(person(1).log(space()), 5, &op)
}

fn many(count: usize) -> Vec<SealingSecret> {
    let mut draw = draw(99);
    (0..count).map(|_| SealingSecret::from_seed(&draw.bytes())).collect()
}

fn publics(secrets: &[SealingSecret]) -> Vec<SealingKey> {
    secrets.iter().map(SealingSecret::public).collect()
}

fn items() -> Vec<Item> {
    vec![Item::Read(ReadKey::from_bytes([1; 32])), Item::Roster(SealKey::from_bytes([2; 32]))]
}

fn wraps_of(entry: &Entry) -> WrapsOp {
    let Op::Wraps(op) = Op::decode(entry.header().schema, 1, entry.payload()).unwrap() else { panic!() };
    *op
}

#[test]
fn receivers_find_their_wrap_and_others_nothing() {
    let secrets = many(5);
    let op = wrap(&place(), &items(), &publics(&secrets), &mut draw(1)).unwrap();
    assert_eq!(op.wraps.len(), WRAPS_MIN);
    for secret in &secrets {
        assert_eq!(unwrap(&place(), &op, secret).unwrap().unwrap(), items());
    }
    for stranger in many(9).iter().skip(5) {
        assert_eq!(unwrap(&place(), &op, stranger).unwrap(), None);
    }
    // No receiver stands in it, and the same wrap twice has nothing in common.
    let bytes = Op::Wraps(Box::new(op.clone())).encode([0; 16]).unwrap();
    for public in publics(&secrets) {
        assert!(!bytes.windows(8).any(|part| part == &public.0[..8]));
    }
    let again = wrap(&place(), &items(), &publics(&secrets), &mut draw(2)).unwrap();
    let parts = |op: &WrapsOp| -> BTreeSet<Vec<u8>> {
        op.wraps.iter().flat_map(|wrap| [wrap[..16].to_vec(), wrap[16..48].to_vec(), wrap[48..].to_vec()]).collect()
    };
    assert!(parts(&op).is_disjoint(&parts(&again)) && op.finder != again.finder && op.bundle != again.bundle);
}

/// How many they are for can be told only to the next power of two, and decoys look like the others.
#[test]
fn counts_are_hidden_by_decoys() {
    for (receivers, wraps) in [(0, 8), (1, 8), (8, 8), (9, 16), (100, 128), (129, 256), (256, 256)] {
        let op = wrap(&place(), &items(), &publics(&many(receivers)), &mut draw(3)).unwrap();
        assert_eq!(op.wraps.len(), wraps);
        let payload = Op::Wraps(Box::new(op.clone())).encode([0; 16]).unwrap();
        assert!(payload.len() <= PAYLOAD_MAX);
        assert!(op.wraps.iter().all(|wrap| wrap.len() == WRAP_LEN));
        // The encapsulated key of each, decoy or not, is a point of the curve and not of its twist.
        for wrap in &op.wraps {
            let point: [u8; 32] = wrap[16..48].try_into().unwrap();
            assert!(curve25519_dalek::montgomery::MontgomeryPoint(point).to_edwards(0).is_some());
        }
    }
    let error = wrap(&place(), &items(), &publics(&many(257)), &mut draw(3)).unwrap_err();
    assert_eq!(error.to_string(), "receivers: 257, the limit is 256");
}

#[test]
fn two_thousand_devices_and_the_largest_bundle_fit() {
    let secrets = many(CLOSED_DEVICES_MAX);
    let mut all = publics(&secrets);
    all.extend(publics(&secrets[..50]));
    let groups = chunks(all).unwrap();
    assert_eq!(groups.len(), CLOSED_DEVICES_MAX.div_ceil(WRAPS_MAX));
    let items: Vec<Item> =
        (0..BUNDLE_ITEMS_MAX).map(|n| Item::Read(ReadKey::from_bytes([u8::try_from(n % 256).unwrap(); 32]))).collect();
    let mut desk = Desk::default();
    let alice = Node::new(1);
    let entries = give(&mut desk, &mut draw(4), &alice, space(), 5, &items, publics(&secrets));
    assert_eq!(entries.len(), 8);
    let mut found = 0;
    // Each device looks at every entry, and finds exactly one.
    for secret in secrets.iter().step_by(41) {
        let opened: Vec<_> =
            entries.iter().filter_map(|entry| unwrap(entry.header(), &wraps_of(entry), secret).unwrap()).collect();
        assert_eq!(opened.len(), 1);
        assert_eq!(opened[0], items);
        found += 1;
    }
    assert_eq!(found, 49);
    let beyond = chunks(publics(&many(CLOSED_DEVICES_MAX + 1))).unwrap_err();
    assert!(matches!(beyond, WrapError::TooMany { what: "devices", given: 2_001, max: 2_000 }));
    let long: Vec<Item> = items.iter().cloned().chain([Item::Read(ReadKey::from_bytes([0; 32]))]).collect();
    assert!(matches!(wrap(&place(), &long, &[], &mut draw(4)), Err(WrapError::TooMany { what: "keys", .. })));
}

#[test]
fn a_changed_byte_or_another_place_gives_no_key() {
    let secret = &many(1)[0];
    let op = wrap(&place(), &items(), &[secret.public()], &mut draw(1)).unwrap();
    let gives = |header: &Header, op: &WrapsOp| matches!(unwrap(header, op, secret), Ok(Some(_)));
    assert!(gives(&place(), &op));
    let own = op.wraps.iter().position(|wrap| {
        let mut alone = op.clone();
        alone.wraps = vec![wrap.clone()];
        gives(&place(), &alone)
    });
    let own = own.unwrap();
    for at in 0..WRAP_LEN {
        let mut changed = op.clone();
        changed.wraps[own][at] ^= 1;
        assert!(!gives(&place(), &changed), "byte {at} of the wrap");
    }
    for at in 0..op.bundle.len() {
        let mut changed = op.clone();
        changed.bundle[at] ^= 1;
        assert!(!gives(&place(), &changed), "byte {at} of the bundle");
    }
    // The highest bit of an X25519 key means nothing to the curve; the wrap is bound to it all the same.
    for at in 0..32 {
        let mut changed = op.clone();
        changed.finder.0[at] ^= 0x80;
        assert!(!gives(&place(), &changed), "byte {at} of the finder");
    }
    for header in [
        Header { seq: 1, backlink: Some(communaut_protocol::EntryId([1; 32])), ..place() },
        Header { log: communaut_protocol::scope::LogId { scope: Scope::open(FOIX), ..place().log }, ..place() },
    ] {
        assert!(!gives(&header, &op));
    }
    // A key of small order: nobody holds its secret, so a decoy stands in its place.
    let op = wrap(&place(), &items(), &[SealingKey::ZERO, secret.public()], &mut draw(1)).unwrap();
    assert!(gives(&place(), &op) && op.wraps.len() == 8);
    let mut low = op;
    low.finder = SealingKey::ZERO;
    assert_eq!(unwrap(&place(), &low, secret).unwrap(), None);
}

#[test]
fn hostile_wraps_are_refused_by_their_bounds() {
    let op = wrap(&place(), &items(), &[], &mut draw(1)).unwrap();
    let refusal = |change: &dyn Fn(&mut WrapsOp)| {
        let mut op = op.clone();
        change(&mut op);
        Op::Wraps(Box::new(op)).encode([0; 16]).err().map(|error| error.to_string())
    };
    assert_eq!(refusal(&|_| {}), None);
    assert!(refusal(&|op| op.wraps.truncate(7)).unwrap().contains("power of two"));
    assert!(refusal(&|op| op.wraps.clear()).unwrap().contains("power of two"));
    assert!(refusal(&|op| op.wraps.swap(0, 1)).unwrap().contains("ascending"));
    assert!(refusal(&|op| op.wraps[1] = op.wraps[0].clone()).unwrap().contains("ascending"));
    assert!(refusal(&|op| op.wraps[3].truncate(95)).unwrap().contains("96 bytes"));
    assert!(refusal(&|op| op.bundle = vec![0; 32_769]).unwrap().contains("bundle"));
    let garbage = |count: usize| {
        let mut draw = draw(8);
        let mut wraps: Vec<serde_bytes::ByteBuf> =
            (0..count).map(|_| serde_bytes::ByteBuf::from(draw.bytes::<96>())).collect();
        wraps.sort();
        WrapsOp { finder: SealingKey(draw.bytes()), bundle: draw.bytes::<512>().to_vec(), wraps }
    };
    assert!(Op::Wraps(Box::new(garbage(512))).encode([0; 16]).is_err());
    // Garbage within the bounds costs one agreement of keys, and gives nothing.
    for secret in many(3) {
        assert_eq!(unwrap(&place(), &garbage(256), &secret).unwrap(), None);
    }
}

/// A private message: for those named, kept by all, and nobody sees for whom.
#[test]
fn a_message_for_named_persons() {
    let (mut alice, mut bob, mut carol) = (Node::new(1), Node::new(2), Node::new(3));
    let mut desk = Desk::default();
    let key = SealKey::from_bytes([0x42; 32]);
    alice.ring.add_audience(space(), key.clone(), alice.person.key.id());
    let to = [sealing(1).public(), sealing(2).public()];
    let wraps = give(&mut desk, &mut draw(1), &alice, space(), 5, &[Item::Audience(key.clone())], to);
    let op = text("réunion chez moi");
    let write = |desk: &mut Desk, by: &Node, ms: u64, op: &Op| {
        let place = desk.place(by.log(space()), ms, op);
        let (header, payload) = by.ring.seal(place, Under::Audience(&key), by.person.id, op, &mut draw(ms)).unwrap();
        desk.sign(&by.person.key, header, payload)
    };
    let said = write(&mut desk, &alice, 6, &op);
    for node in [&mut bob, &mut carol] {
        wraps.iter().for_each(|entry| node.take(entry));
    }
    let read = |node: &Node, entry: &Entry| Record::open(entry, &node.ring).is_ok();
    assert!(read(&alice, &said) && read(&bob, &said) && !read(&carol, &said));
    // An answer under the same key, in the same space; nothing that both carry tells that they belong together.
    let answer = write(&mut desk, &bob, 7, &text("j'y serai"));
    assert!(read(&alice, &answer) && !read(&carol, &answer));
    let parts = |entry: &Entry| -> BTreeSet<Vec<u8>> { entry.payload().windows(12).map(<[u8]>::to_vec).collect() };
    assert!(parts(&said).is_disjoint(&parts(&answer)));
    // Whoever lacks the key holds all entries, and shows none.
    let view = |node: &Node| {
        let mut state = ScopeState::new(space());
        state.apply([&said, &answer].iter().filter_map(|entry| Record::open(entry, &node.ring).ok()), &everyone());
        state.view().posts.len()
    };
    assert_eq!((view(&alice), view(&bob), view(&carol)), (2, 2, 0));
    // Wraps themselves fold to nothing.
    let mut state = ScopeState::new(space());
    state.apply(wraps.iter().map(|entry| Record::of(entry).unwrap()), &everyone());
    assert_eq!(state.view().posts.len(), 0);
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn any_wraps_give_an_answer(
        finder in any::<[u8; 32]>(),
        bundle in proptest::collection::vec(any::<u8>(), 0..600),
        wraps in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 0..20),
        seed in any::<[u8; 32]>(),
    ) {
        let wraps = wraps.into_iter().map(serde_bytes::ByteBuf::from).collect();
        let op = WrapsOp { finder: SealingKey(finder), bundle, wraps };
        prop_assert!(!matches!(unwrap(&place(), &op, &SealingSecret::from_seed(&seed)), Ok(Some(_))));
        let _ = Draw::new(seed);
    }
}
