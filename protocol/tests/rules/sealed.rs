//! Sealed payloads: padding, places, tampering. SPEC.md §10.1.

use crate::{
    common::{Desk, FOIX, cases, person},
    den::{Node, draw, text},
};
use communaut_protocol::{
    DeviceKey, ElementId, Entry, Header, LogId, Scope,
    entry::{RawEntry, SEALED},
    fold::{Record, ScopeState},
    limits::{AUDIENCES_ALL_MAX, KEYRING_MAX, PAIRING_MESSAGE_MAX, PAYLOAD_MAX, SEALED_MIN, SEALED_TEXT_MAX},
    op::{Op, OpError, PostOp, schema},
    private::{
        Item, Keyring, SealError, SealKey, Under,
        seal::{Plain, Sealed, is_size, seal},
    },
};
use proptest::prelude::*;

fn space() -> Scope {
    Scope::container(FOIX, person(1).id.into())
}

/// A message for named persons in person 1's space.
fn message(ring: &Keyring, desk: &mut Desk, key: &SealKey, said: &str) -> Entry {
    let alice = person(1);
    let op = text(said);
    let place = desk.place(alice.log(space()), 5, &op);
    let (header, payload) = ring.seal(place, Under::Audience(key), alice.id, &op, &mut draw(5)).unwrap();
    desk.sign(&alice.key, header, payload)
}

fn with_key(key: &SealKey) -> Keyring {
    let mut ring = Keyring::default();
    assert!(ring.add_audience(space(), key.clone(), person(1).key.id()));
    ring
}

#[test]
fn what_is_sealed_reads_with_the_key_and_is_kept_without_it() {
    let key = SealKey::from_bytes([3; 32]);
    let entry = message(&Keyring::default(), &mut Desk::default(), &key, "à 8 h chez toi");
    assert_eq!((entry.header().schema, entry.header().flags), (schema::SEALED, SEALED));
    let clear = String::from_utf8_lossy(entry.payload()).into_owned();
    assert!(!clear.contains("chez toi"));
    assert_eq!(Record::of(&entry).unwrap_err(), OpError::Sealed);
    assert_eq!(Record::open(&entry, &Keyring::default()).unwrap_err(), OpError::Sealed);
    let other = with_key(&SealKey::from_bytes([4; 32]));
    assert_eq!(Record::open(&entry, &other).unwrap_err(), OpError::Sealed);

    let record = Record::open(&entry, &with_key(&key)).unwrap();
    assert!(matches!(&record.op, Op::Post(PostOp { text, .. }) if text == "à 8 h chez toi"));
    assert_eq!(record.sealed.unwrap().key, key.id());
    // It folds when the key arrives, as if it had been there from the beginning.
    let book = crate::common::book(&[person(1)]);
    let (mut first, mut later) = (ScopeState::new(space()), ScopeState::new(space()));
    first.apply([record.clone()], &book);
    later.apply([], &book);
    later.apply([Record::open(&entry, &with_key(&key)).unwrap()], &book);
    assert_eq!(first.view().posts.len(), 1);
    assert_eq!(first.view().digest().unwrap(), later.view().digest().unwrap());
}

#[test]
fn padding_leaves_few_sizes_and_none_beyond_a_payload() {
    let header = Desk::default().place(person(1).log(space()), 5, &text("x"));
    let header = Header { schema: schema::SEALED, flags: SEALED, ..header };
    let key = SealKey::from_bytes([3; 32]);
    let sealed = |len: usize| {
        let plain = Plain { schema: schema::POST, version: 1, author: person(1).id, payload: vec![1; len] };
        seal(&key, &header, [0; 24], &plain).map(|payload| (payload.len(), payload))
    };
    let mut sizes = std::collections::BTreeSet::new();
    for len in (0..70_000).step_by(499).chain([240, 245, 246, 247, 248, 249, 250, 251]) {
        match sealed(len) {
            Ok((size, payload)) => {
                assert!(size <= PAYLOAD_MAX && is_size(u32::try_from(size).unwrap()));
                // At most twice the text, above the smallest.
                assert!(size <= (2 * (len + 43)).max(SEALED_MIN) + 80, "{len} became {size}");
                let plain = Sealed::decode(&payload).unwrap().open(&key, &header).unwrap();
                assert_eq!(plain.payload.len(), len);
                sizes.insert(size);
            }
            Err(error) => assert!(matches!(error, SealError::TooLarge(_)) && len > SEALED_TEXT_MAX - 20),
        }
    }
    let powers = (8..16).map(|power| (1 << power) + 80).chain([PAYLOAD_MAX]);
    assert_eq!(sizes, powers.collect());
    assert!((0..70_000).filter(|size| is_size(*size)).count() == sizes.len());
}

/// Every bit of the payload, and every field of the place, matters.
#[test]
fn a_changed_byte_or_another_place_does_not_open() {
    let key = SealKey::from_bytes([3; 32]);
    let entry = message(&Keyring::default(), &mut Desk::default(), &key, "oui");
    let header = entry.header().clone();
    let opens =
        |header: &Header, payload: &[u8]| Sealed::decode(payload).is_ok_and(|sealed| sealed.open(&key, header).is_ok());
    assert!(opens(&header, entry.payload()));
    for at in 0..entry.payload().len() {
        for bit in [1, 0x80] {
            let mut payload = entry.payload().to_vec();
            payload[at] ^= bit;
            assert!(!opens(&header, &payload), "byte {at} may be changed");
        }
    }
    let mut log = header.log;
    log.epoch += 1;
    let elsewhere = |change: fn(&mut Header)| {
        let mut header = header.clone();
        change(&mut header);
        header
    };
    let places = [
        Header { log, ..header.clone() },
        elsewhere(|header| header.log.scope = Scope::container(FOIX, person(2).id.into())),
        elsewhere(|header| header.log.device = person(2).key.id()),
        elsewhere(|header| header.seq += 1),
        elsewhere(|header| header.backlink = Some(communaut_protocol::EntryId([1; 32]))),
        elsewhere(|header| header.stamp.0 += 1),
        elsewhere(|header| header.schema = schema::SEALED_KEPT),
        elsewhere(|header| header.schema_version = 2),
        elsewhere(|header| header.flags = 0),
    ];
    for place in places {
        assert!(!opens(&place, entry.payload()), "opened at {place:?}");
    }
    // Size and hash are of the ciphertext: they cannot be bound, and need not be.
    assert!(opens(&Header { payload_size: 0, ..header.clone() }, entry.payload()));
    // Someone else who signs the same ciphertext as their own gains nothing.
    let mallory = person(3);
    let log = communaut_protocol::scope::LogId { author: mallory.id.into(), device: mallory.key.id(), ..header.log };
    let stolen = Entry::sign(&mallory.key, Header { log, ..header }, entry.payload().to_vec()).unwrap();
    assert!(matches!(Record::open(&stolen, &with_key(&key)), Err(OpError::Seal(SealError::Cipher))));
}

#[test]
fn padding_has_one_form() {
    // Sealed by hand, with padding that an honest program would not make.
    use chacha20poly1305::{
        Key, XChaCha20Poly1305, XNonce,
        aead::{Aead, KeyInit, Payload},
    };
    let key = SealKey::from_bytes([3; 32]);
    let alice = person(1);
    let header = Desk::default().place(alice.log(space()), 5, &text("x"));
    let header = Header { schema: schema::SEALED, flags: SEALED, ..header };
    let nonce = [9; 24];
    let once = blake3::derive_key("communaut 2026 seal key", &[&[3; 32][..], &nonce].concat());
    let hint = blake3::derive_key("communaut 2026 seal hint", &[&[3; 32][..], &nonce].concat());
    let place = header.place(b"communaut/sealed/1\0").unwrap();
    let open = |text: &[u8]| {
        let sealed = XChaCha20Poly1305::new(&Key::from(once))
            .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: &place })
            .unwrap();
        let mut payload = [vec![0x83, 0x58, 24], nonce.to_vec(), vec![0x58, 32], hint.to_vec(), vec![0x59]].concat();
        payload.extend(u16::try_from(sealed.len()).unwrap().to_be_bytes());
        payload.extend(sealed);
        Sealed::decode(&payload).and_then(|sealed| sealed.open(&key, &header))
    };
    let by = [vec![0x58, 32], alice.id.0.to_vec()].concat();
    let inner = [vec![0x84, 0x0c, 0x01], by, vec![0x43, 1, 2, 3]].concat();
    let padded = |mark: u8, len: usize| {
        let mut text = inner.clone();
        text.push(mark);
        text.resize(len, 0);
        text
    };
    assert_eq!(open(&padded(0x80, 256)).unwrap().payload, [1, 2, 3]);
    for text in [padded(0x80, 512), padded(0x80, 255), padded(0x81, 256), padded(0, 256), vec![0; 256]] {
        assert_eq!(open(&text).unwrap_err(), SealError::Padding);
    }
    let mut behind = padded(0x80, 256);
    behind[200] = 1;
    assert!(open(&behind).is_err());
}

#[test]
fn headers_say_where_sealed_entries_may_stand() {
    let alice = person(1);
    let ring = Keyring::default();
    let seal_key = SealKey::from_bytes([3; 32]);
    let entry = message(&ring, &mut Desk::default(), &seal_key, "x");
    let refusal = |change: &dyn Fn(&mut Header)| {
        let mut header = entry.header().clone();
        change(&mut header);
        Entry::sign(&alice.key, header, entry.payload().to_vec()).err().map(|refusal| refusal.name())
    };
    let cell = |text: &str| text.parse().unwrap();
    assert_eq!(refusal(&|_| {}), None);
    assert_eq!(refusal(&|header| header.flags = 0), Some("flags"));
    assert_eq!(refusal(&|header| header.flags = 3), Some("flags"));
    assert_eq!(refusal(&|header| header.flags = 4), Some("flags"));
    assert_eq!(refusal(&|header| header.schema = schema::POST), Some("flags"));
    assert_eq!(refusal(&|header| header.log.scope = Scope::open(FOIX)), Some("scope"));
    assert_eq!(refusal(&|header| header.log.scope.cell = cell("sp")), Some("scope"));
    assert_eq!(refusal(&|header| header.log.scope.cell = cell("@")), Some("scope"));
    assert_eq!(refusal(&|header| header.log.scope.cell = cell("!")), None);
    let open = |scope: Scope, schema: u16| {
        let op = text("x");
        let payload = op.encode([0; 16]).unwrap();
        let place = Desk::default().place(alice.log(scope), 1, &op);
        let header = Header { schema, ..place }.over(&payload).unwrap();
        Entry::sign(&alice.key, header, payload).err().map(|refusal| refusal.name())
    };
    let closed = Scope { cell: cell("!"), container: person(1).id.into() };
    assert_eq!(open(closed, schema::POST), Some("scope"));
    assert_eq!(open(closed, schema::WRAPS), None);
    assert_eq!(open(space(), schema::WRAPS), None);
    assert_eq!(open(Scope::open(FOIX), schema::WRAPS), Some("scope"));
    assert_eq!(open(Scope { container: no(), ..closed }, schema::WRAPS), Some("scope"));
    // Sizes that no padding gives.
    let short = RawEntry { header: entry.header_bytes().to_vec(), payload: entry.payload()[..300].to_vec() };
    let header = entry.header().clone().over(&short.payload).unwrap();
    assert_eq!(Entry::sign(&alice.key, header, short.payload).unwrap_err().name(), "sealed");
}

fn no() -> communaut_protocol::ElementId {
    communaut_protocol::ElementId::ZERO
}

/// Only what decides nothing may be for some alone: otherwise views would depend on who was told.
#[test]
fn governance_is_not_for_named_persons() {
    let alice = Node::new(1);
    let seal_key = SealKey::from_bytes([3; 32]);
    let ring = with_key(&seal_key);
    let mut desk = Desk::default();
    let mut try_op = |op: &Op| {
        let place = desk.place(alice.log(space()), 5, op);
        let (header, payload) =
            ring.seal(place, Under::Audience(&seal_key), alice.person.id, op, &mut draw(6)).unwrap();
        Record::open(&desk.sign(&alice.person.key, header, payload), &ring).map(|_| ())
    };
    assert_eq!(try_op(&text("x")), Ok(()));
    let role = crate::common::role_op(&person(2), None, &[]);
    assert_eq!(try_op(&role), Err(SealError::Misplaced(schema::ROLE).into()));
    let card = Op::Element(Box::new(crate::common::element(alice.person.id, 1, "x", FOIX)));
    assert_eq!(try_op(&card), Err(SealError::Misplaced(schema::ELEMENT).into()));
}

/// Whoever gives keys by the bundle, in scopes without number, makes nobody's keyring unreadable, and takes nothing
/// from it but what they gave themselves.
#[test]
fn keys_that_a_stranger_heaps_up_do_not_outgrow_a_keyring() {
    let (own, friend, stranger) = (person(1).key.id(), person(2).key.id(), person(3).key.id());
    let mut ring = Keyring::default();
    ring.set_own(own);
    let key = |number: usize| SealKey::from_bytes(blake3::hash(&number.to_be_bytes()).into());
    let place = |number: usize| Scope::container(FOIX, ElementId(blake3::hash(&number.to_le_bytes()).into()));
    let holds = |ring: &Keyring, scope: usize, number: usize| ring.audience(&place(scope), key(number).id()).is_some();
    // More by this device than the stranger has room for, and one by a friend.
    let mine = AUDIENCES_ALL_MAX / 2 + 100;
    for number in 0..mine {
        assert!(ring.add_audience(place(number % 100), key(number), own));
    }
    ring.take(&place(200), friend, vec![Item::Audience(key(mine))]);
    for number in mine + 1..AUDIENCES_ALL_MAX + 300 {
        let given = vec![Item::Audience(key(number))];
        ring.take(&place(100 + number % 100), stranger, given);
    }
    let stored = ring.to_stored().unwrap();
    assert!(stored.len() < PAIRING_MESSAGE_MAX && stored.len() < KEYRING_MAX / 8, "{} bytes", stored.len());
    let again = Keyring::from_stored(&stored).unwrap();
    assert!((0..mine).all(|number| holds(&again, number % 100, number)) && holds(&again, 200, mine));
    let all = (mine + 1..AUDIENCES_ALL_MAX + 300).filter(|number| holds(&again, 100 + number % 100, *number)).count();
    assert_eq!(all, AUDIENCES_ALL_MAX - mine - 1);
    // What is held already changes nothing; what this device makes has room.
    let newest = AUDIENCES_ALL_MAX + 299;
    let given = vec![Item::Audience(key(newest))];
    assert!(ring.take(&place(100 + newest % 100), stranger, given).opens.is_empty());
    assert_eq!(*ring.to_stored().unwrap(), *stored);
    assert!(ring.add_audience(place(0), key(newest + 1), own) && holds(&ring, 0, 0));
}

proptest! {
    #![proptest_config(cases(64))]

    /// Whatever bytes come as a sealed payload: an answer, and never the text of another key.
    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600), seed in any::<[u8; 32]>()) {
        let log = LogId { device: DeviceKey::from_seed(&seed).id(), ..person(1).log(space()) };
        let header = Desk::default().place(log, 5, &text("x"));
        let key = SealKey::from_bytes(seed);
        if let Ok(sealed) = Sealed::decode(&bytes) {
            prop_assert!(sealed.open(&key, &header).is_err());
        }
    }
}
