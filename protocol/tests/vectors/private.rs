//! Sealed payloads, wraps, proofs and a closed community. SPEC.md §10.

use crate::{
    common::{Desk, FOIX, book, person},
    den::{Den, Node, draw, give, sealing, text},
    folds::outcome,
    good::{entry_value, said},
    hex,
    refused::payload_refusal,
    unhex,
};
use communaut_protocol::{
    ElementId, Entry, Header, KeyId, Scope,
    entry::{RawEntry, SEALED, hash},
    fold::{Record, ScopeState},
    limits::KEY_TIPS_MAX,
    op::{Op, schema},
    private::{
        Community, CommunitySecret, Draw, Exchange, Item, Keyring, ProofKey, ProofOf, ReadKey, SealKey, SealingSecret,
        closed::topic,
        proof::{ProofEnds, ProofMessage},
        seal::{Plain, SEAL_DOMAIN, Sealed, seal},
        wrap::{unwrap, wrap},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn list(kind: &str, about: &str, cases: Vec<Value>) -> (String, Value) {
    (kind.to_owned(), json!({"kind": kind, "about": about, "cases": cases}))
}

fn raw(value: &Value) -> RawEntry {
    RawEntry { header: unhex(&value["header"]), payload: unhex(&value["payload"]) }
}

fn array(value: &Value) -> [u8; 32] {
    unhex(value).try_into().unwrap()
}

/// What follows from one read key, and where a community of one secret lies.
fn derived(read: [u8; 32], id: [u8; 32], secret: [u8; 32], ms: u64) -> Value {
    let read_key = ReadKey::from_bytes(read);
    let community = Community { id: ElementId(id), secret: CommunitySecret::from_bytes(secret) };
    json!({
        "read": hex(read),
        "roster": hex(read_key.roster().expose()),
        "content": hex(read_key.content().expose()),
        "sync": hex(read_key.sync().expose()),
        "name": read_key.id(),
        "sync_name": read_key.sync().id(),
        "community": hex(id),
        "secret": hex(secret),
        "scope_key": hex(community.scope().key()),
        "key_scope_key": hex(community.key_scope().key()),
        "door": hex(community.door().expose()),
        "person": person(1).id,
        "author": community.author(person(1).id),
        "topic_ms": ms,
        "topic": topic(&read_key.sync(), ms),
    })
}

fn keys() -> (String, Value) {
    let cases = [(1, 0), (2, 86_399_999), (3, 86_400_000)]
        .into_iter()
        .map(|(n, ms)| derived([n; 32], [n + 10; 32], [n + 20; 32], ms))
        .collect();
    list("private-keys", "Keys that follow from others, and where a closed community lies.", cases)
}

fn sealed() -> (String, Value) {
    let alice = person(1);
    let space = Scope::container(FOIX, alice.id.into());
    let key = SealKey::from_bytes([3; 32]);
    let place = Desk::default().place(alice.log(space), 5, &text("x"));
    let place = Header { schema: schema::SEALED, flags: SEALED, ..place };
    let mut cases = Vec::new();
    let mut case = |about: &str, header: &Header, payload: Vec<u8>| {
        let header = header.clone().over(&payload).unwrap();
        let entry = Entry::sign(&alice.key, header, payload).unwrap();
        let mut ring = Keyring::default();
        ring.add_audience(space, key.clone(), alice.key.id());
        let mut value = entry_value(1, &entry);
        value["about"] = about.into();
        value["audience_key"] = hex(key.expose()).into();
        value["place"] = hex(entry.header().place(SEAL_DOMAIN).unwrap()).into();
        match Record::open(&entry, &ring) {
            Ok(record) => {
                value["author"] = json!(record.author);
                value["schema_inside"] = record.op.schema().into();
                value["operation"] = said(&record.op);
            }
            Err(error) => value["not_folded"] = payload_refusal(&error),
        }
        cases.push(value);
    };
    let of =
        |op: &Op| Plain { schema: op.schema(), version: 1, author: alice.id, payload: op.encode([8; 16]).unwrap() };
    let post = |len: usize| of(&text(&"x".repeat(len)));
    let made = |key: &SealKey, plain: &Plain| seal(key, &place, [9; 24], plain).unwrap();
    case("A post.", &place, made(&key, &post(20)));
    // Framing of the payload takes 71 bytes around such a text, the list around it 6, the mark one.
    let full = (100..300).rfind(|len| made(&key, &post(*len)).len() == 336).unwrap();
    case("The longest that fits the smallest bucket.", &place, made(&key, &post(full)));
    case("One character more: the next bucket.", &place, made(&key, &post(full + 1)));
    case("The longest text of a post.", &place, made(&key, &post(16_000)));
    case("Under another key.", &place, made(&SealKey::from_bytes([4; 32]), &post(20)));
    let later = Header { stamp: communaut_protocol::Stamp(place.stamp.0 + 1), ..place.clone() };
    case("Sealed for a place with another stamp.", &later, made(&key, &post(20)));
    let mut flipped = made(&key, &post(20));
    *flipped.last_mut().unwrap() ^= 1;
    case("The last bit.", &place, flipped);
    let mut hint = made(&key, &post(20));
    hint[40] ^= 1;
    case("A bit of the hint.", &place, hint);
    let role = crate::common::role_op(&person(2), None, &[]);
    case("A role for named persons.", &place, made(&key, &of(&role)));
    let twice = Plain { schema: schema::SEALED, version: 1, author: alice.id, payload: made(&key, &post(20)) };
    case("Sealed within sealed.", &place, made(&key, &twice));
    let other = Plain { author: person(2).id, ..post(20) };
    case("By somebody else than the header says.", &place, made(&key, &other));
    let kept = Header { schema: schema::SEALED_KEPT, ..place.clone() };
    case("A post in a header for what cannot be erased.", &kept, seal(&key, &kept, [9; 24], &post(20)).unwrap());
    list("private-sealed", "Payloads sealed under a key for named persons, in person 1's space.", cases)
}

fn wraps() -> (String, Value) {
    let alice = Node::new(1);
    let space = Scope::container(FOIX, alice.person.id.into());
    let bundles: [(&str, Vec<Item>, Vec<u8>); 3] = [
        ("To two devices.", vec![Item::Audience(SealKey::from_bytes([1; 32]))], vec![1, 2]),
        (
            "Each kind of item.",
            vec![
                Item::Community { id: ElementId([1; 32]), secret: CommunitySecret::from_bytes([2; 32]) },
                Item::Read(ReadKey::from_bytes([3; 32])),
                Item::Roster(SealKey::from_bytes([4; 32])),
                Item::Audience(SealKey::from_bytes([5; 32])),
                Item::Seed { scope: ElementId([6; 32]), keys: ElementId([7; 32]), door: ProofKey::from_bytes([8; 32]) },
                Item::Sync {
                    key: ProofKey::from_bytes([9; 32]),
                    over: vec![KeyId([10; 32])],
                    trust: vec![alice.person.key.id()],
                },
            ],
            vec![3],
        ),
        ("More than eight devices.", vec![], (1..10).collect()),
    ];
    let cases = bundles
        .into_iter()
        .enumerate()
        .map(|(n, (about, items, to))| {
            let mut seed = [0; 32];
            seed[0] = u8::try_from(n).unwrap();
            let receivers = to.iter().map(|number| sealing(*number).public());
            let entry = give(&mut Desk::default(), &mut Draw::new(seed), &alice, space, 5, &items, receivers).remove(0);
            let mut value = entry_value(1, &entry);
            value["about"] = about.into();
            value["draw"] = hex(seed).into();
            value["receivers"] = to.iter().map(|number| hex(sealing(*number).expose())).collect();
            value["others"] = [20, 21].iter().map(|number| hex(sealing(*number).expose())).collect();
            value["items"] = items.iter().map(item).collect();
            value
        })
        .collect();
    list("private-wraps", "Keys wrapped to devices, whose X25519 secrets are given.", cases)
}

fn item(item: &Item) -> Value {
    match item {
        Item::Community { id, secret } => json!({"community": id, "secret": hex(secret.expose())}),
        Item::Read(key) => json!({"read": hex(key.expose())}),
        Item::Roster(key) => json!({"roster": hex(key.expose())}),
        Item::Audience(key) => json!({"audience": hex(key.expose())}),
        Item::Seed { scope, keys, door } => json!({"seed": scope, "keys": keys, "door": hex(door.expose())}),
        Item::Sync { key, over, trust } => json!({"sync": hex(key.expose()), "over": over, "trust": trust}),
    }
}

/// An exchange with fixed randomness, each side with its keys.
fn exchange(initiator: &[[u8; 32]], responder: &[[u8; 32]]) -> Value {
    let ends = ProofEnds { initiator: hash(b"peer one"), responder: hash(b"peer two") };
    let scope = |key: &[u8; 32]| Scope { cell: "!".parse().unwrap(), container: ElementId(*key) };
    let proofs = |keys: &[[u8; 32]]| -> Vec<ProofOf> {
        keys.iter().map(|key| ProofOf { key: ProofKey::from_bytes(*key), opens: vec![scope(key)] }).collect()
    };
    let (left, right) = (proofs(initiator), proofs(responder));
    let (mut one, mut two) = (draw(1), draw(2));
    let (first, hello) = Exchange::begin(ends, &mut one);
    let (second, answer) = Exchange::answer(ends, &hello, &right, &mut two).unwrap();
    let (by_responder, confirm) = first.finish(&answer, &left, &mut one).unwrap();
    let by_initiator = second.close(&confirm, &right).unwrap();
    let keys = |keys: &[[u8; 32]]| keys.iter().map(hex).collect::<Vec<_>>();
    let proved = |access: communaut_protocol::private::Access| -> Vec<ElementId> {
        access.closed().map(|scope| scope.container).collect()
    };
    json!({
        "initiator": ends.initiator,
        "responder": ends.responder,
        "initiator_keys": keys(initiator),
        "responder_keys": keys(responder),
        "hello": hex(hello.encode().unwrap()),
        "answer": hex(answer.encode().unwrap()),
        "confirm": hex(confirm.encode().unwrap()),
        "proved_by_responder": proved(by_responder),
        "proved_by_initiator": proved(by_initiator),
    })
}

fn proofs() -> (String, Value) {
    let many: Vec<[u8; 32]> = (0..70).map(|n| [n; 32]).collect();
    let cases = vec![
        exchange(&[], &[]),
        exchange(&[[1; 32], [2; 32]], &[[2; 32], [3; 32]]),
        exchange(&[[1; 32]], &[]),
        exchange(&many, &[[63; 32], [64; 32]]),
    ];
    let about = "Proofs of closed scopes. Tags that are of none of the keys are decoys, and may be any.";
    list("private-proof", about, cases)
}

/// A community from which somebody is let go, as several people see it.
fn closed() -> (String, Value) {
    let (mut alice, mut bob, mut carol) = (Node::new(1), Node::new(2), Node::new(3));
    let mut den = Den::new(&mut alice);
    let first = alice.keys(den.scope, &den.entries).current().unwrap().key;
    den.admit(&alice, 10, first, &mut bob, true);
    den.admit(&alice, 20, first, &mut carol, true);
    den.say(&bob, 30, first, &text("avant"));
    den.role(&alice, 40, first, &carol.person, None);
    let second = den.rotate(&mut alice, 41, &[1, 2], &BTreeSet::new());
    alice.ring.confirm(&den.scope, &BTreeSet::from([first, second]));
    den.say(&alice, 42, second, &text("après"));
    let mut dan = Node::new(4);
    den.admit(&alice, 50, second, &mut dan, false);
    for node in [&mut bob, &mut carol] {
        den.wraps.iter().for_each(|entry| node.take(entry));
    }
    // Bob makes keys beside each other, one more than count.
    let (mut many, mut maker) = (den.clone(), bob.clone());
    let tips = bob.keys(den.scope, &den.entries).tips;
    let mut held = BTreeSet::from([first, second]);
    for _ in 0..=KEY_TIPS_MAX {
        held.insert(many.rotate_after(&mut maker, 60, &[1, 2], &BTreeSet::new(), tips.clone()));
    }
    maker.ring.confirm(&den.scope, &held);
    let bytes = |entry: &Entry| json!({"header": hex(entry.header_bytes()), "payload": hex(entry.payload())});
    let nobody = Node::new(5);
    let cases = [
        ("founder", &alice, &den),
        ("member", &bob, &den),
        ("let go", &carol, &den),
        ("came later", &dan, &den),
        ("nobody", &nobody, &den),
        ("who made too many keys", &maker, &many),
    ];
    let cases = cases
        .into_iter()
        .map(|(who, node, den)| {
            let items = node.ring.share(&den.scope, &held, true, 100).concat();
            let mut value = json!({
                "about": who,
                "community": den.community.id,
                "secret": hex(den.community.secret.expose()),
                "keys": items.iter().map(item).collect::<Vec<_>>(),
                "identities": (1..=4).map(|n| bytes(&person(n).inception)).collect::<Vec<_>>(),
                "entries": den.entries.iter().map(bytes).collect::<Vec<_>>(),
            });
            value["outcome"] = folded(&value);
            value
        })
        .collect();
    list("private-closed", "A closed community, as people with different keys fold it.", cases)
}

/// Fold a case, from what its file says alone.
fn folded(value: &Value) -> Value {
    let mut ring = Keyring::default();
    let community = Community {
        id: ElementId(array(&value["community"])),
        secret: CommunitySecret::from_bytes(array(&value["secret"])),
    };
    let (scope, keys) = (community.scope(), community.key_scope());
    ring.join(community);
    let from = person(1).key.id();
    for key in value["keys"].as_array().unwrap() {
        let item = match key["read"].as_str() {
            Some(_) => Item::Read(ReadKey::from_bytes(array(&key["read"]))),
            None => Item::Roster(SealKey::from_bytes(array(&key["roster"]))),
        };
        ring.take(&keys, from, vec![item]);
    }
    let entries: Vec<Entry> =
        value["entries"].as_array().unwrap().iter().map(|entry| Entry::verify(raw(entry)).unwrap()).collect();
    let people: Vec<_> = (1..=4).map(person).collect();
    let mut state = ScopeState::new(scope);
    state.apply(entries.iter().filter_map(|entry| Record::open(entry, &ring).ok()), &book(&people));
    let view = state.view();
    let mut told = outcome(view);
    told["keys"] = json!(view.keys.as_deref().map(|keys| json!({
        "current": keys.current().map(|epoch| epoch.key),
        "live": keys.live,
        "known": keys.known,
    })));
    told
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    vec![keys(), sealed(), wraps(), proofs(), closed()]
}

/// Hold a case to the rules, from what its file says alone.
pub fn check_case(kind: &str, case: &Value) {
    match kind {
        "private-keys" => {
            let made = derived(
                array(&case["read"]),
                array(&case["community"]),
                array(&case["secret"]),
                case["topic_ms"].as_u64().unwrap(),
            );
            assert_eq!(&made, case);
        }
        "private-sealed" => {
            let entry = Entry::verify(raw(case)).unwrap();
            let key = SealKey::from_bytes(array(&case["audience_key"]));
            assert_eq!(entry.header().place(SEAL_DOMAIN).unwrap(), unhex(&case["place"]));
            let mut ring = Keyring::default();
            ring.add_audience(entry.header().log.scope, key.clone(), entry.header().log.device);
            match Record::open(&entry, &ring) {
                Ok(record) => {
                    assert_eq!(
                        (json!(record.author), said(&record.op)),
                        (case["author"].clone(), case["operation"].clone())
                    );
                    let sealed = Sealed::decode(entry.payload()).unwrap();
                    let plain = sealed.open(&key, entry.header()).unwrap();
                    let nonce = entry.payload()[3..27].try_into().unwrap();
                    assert_eq!(seal(&key, entry.header(), nonce, &plain).unwrap(), entry.payload());
                }
                Err(error) => assert_eq!(payload_refusal(&error), case["not_folded"]),
            }
        }
        "private-wraps" => {
            let entry = Entry::verify(raw(case)).unwrap();
            let Op::Wraps(op) = Op::decode(schema::WRAPS, 1, entry.payload()).unwrap() else { panic!() };
            let opened = |secret: &Value| {
                let items = unwrap(entry.header(), &op, &SealingSecret::from_seed(&array(secret))).unwrap();
                items.map(|items| (items.iter().map(item).collect::<Value>(), items))
            };
            let receivers = case["receivers"].as_array().unwrap();
            for secret in receivers {
                assert_eq!(opened(secret).unwrap().0, case["items"]);
            }
            assert!(case["others"].as_array().unwrap().iter().all(|secret| opened(secret).is_none()));
            if let Some((_, items)) = receivers.first().and_then(opened) {
                let publics: Vec<_> =
                    receivers.iter().map(|secret| SealingSecret::from_seed(&array(secret)).public()).collect();
                let again = wrap(entry.header(), &items, &publics, &mut Draw::new(array(&case["draw"]))).unwrap();
                assert_eq!(&again, op.as_ref());
            }
        }
        "private-proof" => {
            let keys = |field: &str| -> Vec<[u8; 32]> { case[field].as_array().unwrap().iter().map(array).collect() };
            assert_eq!(&exchange(&keys("initiator_keys"), &keys("responder_keys")), case);
            for message in ["hello", "answer", "confirm"] {
                let bytes = unhex(&case[message]);
                assert_eq!(ProofMessage::decode(&bytes).unwrap().encode().unwrap(), bytes);
            }
        }
        "private-blobs" => crate::blobs::check_case(case),
        "private-closed" => assert_eq!(folded(case), case["outcome"]),
        other => panic!("unknown kind {other}"),
    }
}
