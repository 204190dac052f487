//! Pictures and files at which something points, and the total in the header. SPEC.md §5.7.

use crate::{
    common::{Desk, FOIX, Person, element, person, post},
    den::{Den, Node, draw, text},
    folds, get,
    good::{entry_value, operation, said},
    hex, kept, leaves,
    refused::{not_read_with, payload_refusal},
    unhex,
};
use communaut_protocol::{
    ElementId, Entry, Header, Scope,
    codec::{self, Raw},
    entry::{Extra, HeldEntry, LEAVES, RawEntry, hash, leaves::Leaf},
    fold::{Erasures, Record, restate},
    ids::Hash,
    limits::{BLOB_SIZE_MAX, BLOBS_MAX, BLOBS_TOTAL_MAX},
    op::{BlobRef, CorrectionOp, ElementOp, Field, Op, PostOp, RestateOp, Restated, size_of},
    private::{Community, CommunitySecret, Keyring, ReadKey, SealKey, Under},
};
use serde::Serialize;
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn blob(number: u8, size: u64) -> BlobRef {
    BlobRef { hash: Hash([number; 32]), size, media_type: "image/webp".into(), alt: String::new() }
}

/// A picture with a word on it, and a document without.
fn two() -> Vec<BlobRef> {
    let picture = BlobRef { alt: "Le four, un matin d'hiver 🥖".into(), ..blob(9, 345_678) };
    vec![picture, BlobRef { media_type: "application/pdf".into(), ..blob(2, 12) }]
}

fn with_blobs(op: Op, list: Vec<BlobRef>) -> Op {
    match op {
        Op::Post(post) => Op::Post(PostOp { blobs: list, ..post }),
        other => other,
    }
}

fn pictured(by: &Person, seed: u8, list: Vec<BlobRef>) -> ElementOp {
    let mut op = element(by.id, seed, "Four", FOIX);
    op.fields.push(Field::Blobs(list));
    op
}

/// A header's extra with something in the place of the total.
fn says<T: Serialize>(total: T) -> Extra {
    Extra::from_bytes(Raw::of(&BTreeMap::from([(0_u8, total)])).unwrap().bytes()).unwrap()
}

fn good() -> Vec<(String, Value)> {
    let alice = person(1);
    let (mut desk, scope) = (Desk::default(), Scope::open(FOIX));
    let asked = CorrectionOp { element: ElementId([5; 32]), fields: vec![Field::Blobs(two())], reason: String::new() };
    let most = (1..=BLOBS_MAX).map(|number| blob(u8::try_from(number).unwrap(), BLOB_SIZE_MAX)).collect();
    let all = [
        ("post-blobs", "A post with a picture and a document.", with_blobs(post("Le four"), two())),
        ("post-blobs-most", "As many and as large as they may be.", with_blobs(post("Le four"), most)),
        ("element-blobs", "An element with the same.", Op::Element(Box::new(pictured(&alice, 3, two())))),
        ("element-blobs-none", "An element whose list is cleared.", Op::Element(Box::new(pictured(&alice, 3, vec![])))),
        ("correction-blobs", "Pictures that are proposed.", Op::Correction(Box::new(asked))),
    ];
    let all = (3_000..).zip(all).map(|(ms, (name, about, op))| {
        let entry = desk.write(&alice, scope, ms, &op);
        assert_eq!(entry.header().blobs_total(), size_of(op.blobs()));
        (format!("op-{name}"), operation(about, 1, &entry))
    });
    let mut all: Vec<_> = all.collect();
    // What stands beside the total is kept.
    let op = with_blobs(post("Le four"), two());
    let more = [(0_u8, Raw::of(&345_690).unwrap()), (7, Raw::of(&"demain").unwrap())];
    let extra = Extra::from_bytes(Raw::of(&BTreeMap::from(more)).unwrap().bytes()).unwrap();
    let header = Header { extra, ..desk.place(alice.log(scope), 3_100, &op) };
    let entry = desk.sign(&alice.key, header, op.encode([3; 16]).unwrap());
    all.push(("op-post-blobs-extra".into(), operation("A total, and something of next year.", 1, &entry)));
    all
}

/// What is kept and relayed, and not folded.
fn bad() -> Vec<(String, Value)> {
    let alice = person(1);
    let payload = |op: Op| {
        // Without the check of its bounds.
        codec::encode(&(ByteBuf::from([3; 16]), op.body().unwrap())).unwrap()
    };
    let list = |name: &str, about: &str, list: Vec<BlobRef>| {
        let total = size_of(&list);
        let one = |name: String, schema: u16, op: Op| {
            let extra = Extra::of_blobs(total).unwrap();
            not_read_with(&name, about, schema, 1, payload(op), extra)
        };
        let post = with_blobs(post("Le four"), list.clone());
        let element = Op::Element(Box::new(pictured(&alice, 3, list)));
        [one(format!("blobs-{name}"), 12, post), one(format!("blobs-{name}-element"), 10, element)]
    };
    let typed = |media_type: &str| vec![BlobRef { media_type: media_type.into(), ..blob(1, 5) }];
    let lists = [
        list("many", "17 of them.", (1..=17).map(|number| blob(number, 1)).collect()),
        list("twice", "One of them twice.", vec![blob(1, 5), blob(2, 5), blob(1, 6)]),
        list("empty", "One of no bytes.", vec![blob(1, 0), blob(2, 5)]),
        list("large", "One of more than 64 MiB.", vec![blob(1, BLOB_SIZE_MAX + 1)]),
        list("no-type", "One without a media type.", typed("")),
        list("type-case", "A media type with an upper-case letter.", typed("image/WebP")),
        list("type-parameter", "A media type with a parameter.", typed("text/plain;charset=utf-8")),
        list("type-point", "A media type whose second name begins with a point.", typed("image/.webp")),
        list("type-slashes", "A media type of three names.", typed("image/webp/2")),
        list("type-long", "A media type of 101 bytes.", typed(&format!("a/{}", "b".repeat(99)))),
        list("alt-lines", "An alternative text of two lines.", vec![BlobRef { alt: "Le\nfour".into(), ..blob(1, 5) }]),
        list("alt-long", "An alternative text of 1,001 bytes.", vec![BlobRef { alt: "x".repeat(1_001), ..blob(1, 5) }]),
    ];
    let named = payload(with_blobs(post("Le four"), two()));
    let pictured = payload(Op::Element(Box::new(pictured(&alice, 3, two()))));
    let plain = payload(post("Le four"));
    let later = {
        let mut op = element(alice.id, 3, "Four", FOIX);
        op.fields.push(Field::Unknown(15, Raw::of(&"plus tard").unwrap()));
        payload(Op::Element(Box::new(op)))
    };
    let totals = [
        ("total-less", "The header says a byte less than is named.", 12, &named, says(345_689)),
        ("total-more", "The header says a byte more than is named.", 12, &named, says(345_691)),
        ("total-element", "The same of an element.", 10, &pictured, says(345_691)),
        ("total-absent", "Something is named, and the header says no total.", 12, &named, Extra::default()),
        ("total-alone", "The header says a total, and nothing is named.", 12, &plain, says(5)),
        ("total-zero", "The header says a total of zero.", 12, &plain, says(0)),
        ("total-text", "The header says a text.", 12, &named, says("345690")),
        ("total-negative", "The header says a number below zero.", 12, &plain, says(-1)),
        ("total-large", "The header says more than may be named.", 12, &named, says(BLOBS_TOTAL_MAX + 1)),
        ("total-other-shape", "A list of another shape, which names nothing here.", 10, &later, says(345_690)),
    ];
    let totals = totals.map(|(name, about, schema, payload, extra)| {
        let (name, value) = not_read_with(&format!("blobs-{name}"), about, schema, 1, payload.clone(), extra);
        assert_eq!(value["not_folded"], json!({"bound": "blobs_total"}), "{name}");
        (name, value)
    });
    lists.into_iter().flatten().chain(totals).collect()
}

/// Two elements in one entry, of which the first names something.
fn batch(desk: &mut Desk, by: &Person, extra: Extra) -> Entry {
    let ops = [pictured(by, 3, two()), element(by.id, 4, "Lavoir", FOIX)].map(|op| Op::Element(Box::new(op)));
    let all: Vec<Vec<u8>> = (0x20..).zip(&ops).map(|(at, op)| op.encode([at; 16]).unwrap()).collect();
    let header = Header { extra, flags: LEAVES, ..desk.place(by.log(Scope::open(FOIX)), 1_000, &ops[0]) };
    desk.sign(&by.key, header, leaves::payload(&all))
}

/// What a log of posts and elements with pictures says again; and two that say more than they may.
fn restatements() -> Vec<(String, Value)> {
    let (alice, mut desk) = (person(1), Desk::default());
    let scope = Scope::open(FOIX);
    let mut other = element(alice.id, 3, "", FOIX);
    other.fields = vec![Field::Blobs(vec![blob(4, 70)])];
    let ops = [
        with_blobs(post("Le four"), two()),
        Op::Element(Box::new(pictured(&alice, 3, two()))),
        Op::Element(Box::new(other)),
    ];
    let before: Vec<Entry> = (10..).zip(&ops).map(|(ms, op)| desk.write(&alice, scope, ms, op)).collect();
    let behind = desk.clone();
    let run = kept::write_run(&mut desk, &alice, 20, &kept::in_two(&before));
    let held: Vec<HeldEntry> = before.iter().cloned().map(HeldEntry::from).collect();
    let all = restate(&held, &Erasures::new()).unwrap().remove(0);
    let lying = |item: usize, op: &Op, extra: Option<Extra>| {
        let mut lies = all.clone();
        let leaf = op.encode([5; 16]).unwrap();
        // One that was never there: under its own id nothing else is said.
        (lies.items[item].payload_size, lies.items[item].payload_hash) = (leaf.len() as u32, hash(&leaf));
        lies.said[item] = Some(leaf);
        lies.items[item].extra = extra.unwrap_or_else(|| lies.items[item].extra.clone());
        kept::write_run(&mut behind.clone(), &alice, 20, &[lies])
    };
    let otherwise = {
        let mut lies = all.clone();
        lies.said[0] = Some(with_blobs(post("La rivière"), two()).encode([5; 16]).unwrap());
        kept::write_run(&mut behind.clone(), &alice, 20, &[lies])
    };
    let more = with_blobs(post("Le four"), [two(), vec![blob(7, 1)]].concat());
    let less = with_blobs(post("Le four"), vec![blob(7, 1)]);
    // A batch of which one leaf names something, and one whose header has a total.
    let again = |extra: Extra| {
        let mut desk = Desk::default();
        let entry = batch(&mut desk, &alice, extra);
        let (header, signature) = Header::decode(entry.header_bytes()).unwrap();
        let said = Leaf::all(entry.payload()).unwrap().into_iter().map(|leaf| leaf.held().map(<[u8]>::to_vec));
        let op = RestateOp { items: vec![Restated::of(&header, signature, vec![0, 1])], said: said.collect() };
        kept::write_run(&mut desk, &alice, 2_000, &[op])
    };
    let about = "An element whose pictures a later word replaces is said again without them.";
    [
        ("blobs", about, [before, run].concat()),
        ("otherwise", "Under a post's id something else is said: it is passed over.", otherwise),
        ("blobs-more", "Of a post more is named than its header said: it is passed over.", lying(0, &more, None)),
        ("blobs-less", "Of a post less is named than its header said.", lying(0, &less, None)),
        ("blobs-absent", "Of a header without a total something is named.", lying(0, &less, Some(Extra::default()))),
        ("blobs-leaf", "Of a batch a leaf that names something is passed over.", again(Extra::default())),
        ("blobs-leaf-total", "Of a batch whose header has a total all are.", again(says(345_690))),
        ("blobs-text", "A total that is a text.", lying(0, &less, Some(says("1")))),
    ]
    .into_iter()
    .map(|(name, about, entries)| (format!("kept-{name}"), kept::vector(about, &entries)))
    .collect()
}

/// Of an element the latest list stands, in whatever order it came.
fn fold() -> Value {
    let (alice, mut desk) = (person(1), Desk::default());
    let scope = Scope::open(FOIX);
    let say = |desk: &mut Desk, ms, op| desk.write(&alice, scope, ms, &op);
    let pictured = |list| Op::Element(Box::new(pictured(&alice, 3, list)));
    let entries = [
        say(&mut desk, 12, pictured(vec![blob(4, 70)])),
        say(&mut desk, 11, pictured(two())),
        say(&mut desk, 13, with_blobs(post("Le four"), two())),
        say(&mut desk, 14, Op::Element(Box::new(element(alice.id, 3, "Four banal", FOIX)))),
    ];
    folds::vector("What an element and a post point at.", scope, &[&alice], &entries)
}

/// A keyring that reads a case.
fn ring_of(case: &Value, scope: Scope) -> Keyring {
    let array = |field: &str| -> [u8; 32] { unhex(&case[field]).try_into().unwrap() };
    let (mut ring, from) = (Keyring::default(), person(1).key.id());
    if case["read"].is_null() {
        assert!(ring.add_audience(scope, SealKey::from_bytes(array("audience_key")), from));
    } else {
        let (id, secret) = (ElementId(array("community")), CommunitySecret::from_bytes(array("secret")));
        assert!(ring.join(Community { id, secret }));
        assert!(ring.add_read(&scope, ReadKey::from_bytes(array("read")), from));
    }
    ring
}

/// What a case says once it is opened; if nothing, why.
fn opened(case: &Value, entry: &Entry) -> (&'static str, Value) {
    match Record::open(entry, &ring_of(case, entry.header().log.scope)) {
        Ok(record) => ("operation", said(&record.op)),
        Err(error) => ("not_folded", payload_refusal(&error)),
    }
}

fn sealed() -> (String, Value) {
    let mut cases = Vec::new();
    let mut case = |about: &str, keys: &Value, entry: &Entry| {
        let mut value = entry_value(1, entry);
        value["about"] = about.into();
        keys.as_object().unwrap().iter().for_each(|(name, key)| value[name] = key.clone());
        let (name, outcome) = opened(&value, entry);
        value[name] = outcome;
        cases.push(value);
    };
    let alice = person(1);
    let (space, key) = (Scope::container(FOIX, alice.id.into()), SealKey::from_bytes([3; 32]));
    let keys = json!({"audience_key": hex(key.expose())});
    let message = |op: &Op, extra: Option<Extra>| {
        let mut desk = Desk::default();
        let place = desk.place(alice.log(space), 5, op);
        let sealed = Keyring::default().seal(place, Under::Audience(&key), alice.id, op, &mut draw(5));
        let (header, payload) = sealed.unwrap();
        let extra = extra.unwrap_or_else(|| header.extra.clone());
        desk.sign(&alice.key, Header { extra, ..header }, payload)
    };
    let (named, plain) = (with_blobs(text("Le four"), two()), text("Le four"));
    case("A post for named persons, its total padded.", &keys, &message(&named, None));
    case("The same with the sum as total.", &keys, &message(&named, Some(says(345_690))));
    case("A byte less.", &keys, &message(&named, Some(says(345_689))));
    case("No total.", &keys, &message(&named, Some(Extra::default())));
    case("A total, and nothing is named.", &keys, &message(&plain, Some(says(65_536))));
    case("The largest total.", &keys, &message(&plain, Some(says(BLOBS_TOTAL_MAX))));
    case("More than that.", &keys, &message(&plain, Some(says(BLOBS_TOTAL_MAX + 1))));
    case("A total of zero.", &keys, &message(&plain, Some(says(0))));
    let mut node = Node::new(1);
    let mut den = Den::new(&mut node);
    // The key that `Den::new` draws first.
    let read = ReadKey::from_bytes(draw(1).bytes());
    let keys = json!({
        "community": den.community.id,
        "secret": hex(den.community.secret.expose()),
        "read": hex(read.expose()),
    });
    let op = Op::Element(Box::new(pictured(&alice, 3, two())));
    den.say(&node, 10, read.id(), &op);
    case("An element of a closed community, its total padded.", &keys, den.entries.last().unwrap());
    let place = den.desk.place(node.log(den.scope), 11, &op);
    let sealed = node.ring.seal(place, Under::Epoch(read.id()), alice.id, &op, &mut draw(9)).unwrap();
    let header = Header { extra: says(345_689), ..sealed.0 };
    case("The same with a byte less than is named.", &keys, &den.desk.sign(&alice.key, header, sealed.1));
    let about = "What sealed payloads name, and the totals of their headers.";
    ("private-blobs".into(), json!({"kind": "private-blobs", "about": about, "cases": cases}))
}

/// Hold a sealed case to the rules, from what its file says alone.
pub fn check_case(case: &Value) {
    let entry = Entry::verify(RawEntry { header: unhex(&case["header"]), payload: unhex(&case["payload"]) }).unwrap();
    let (name, outcome) = opened(case, &entry);
    assert_eq!(outcome, case[name]);
    assert_eq!(entry.header().extra, get(case, "extra"));
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let (alice, mut desk) = (person(1), Desk::default());
    let named = batch(&mut desk, &alice, Extra::default());
    let total = batch(&mut desk, &alice, says(345_690));
    let more = [
        ("leaves-blobs".into(), leaves::vector("A leaf that names pictures.", &named)),
        ("leaves-blobs-total".into(), leaves::vector("The same, and the header says a total.", &total)),
        ("fold-blobs".into(), fold()),
        sealed(),
    ];
    good().into_iter().chain(bad()).chain(restatements()).chain(more).collect()
}
