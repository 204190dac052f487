//! What elements and posts point at: lists and their bounds, and the total in the header by which is decided what to
//! take. SPEC.md §5.7, §6.

use crate::{
    common::{Desk, FOIX, Person, book, cases, element, header, person, role_op, written},
    den::draw,
    prune::{Author, view as view_of, write_run},
};
use communaut_protocol::{
    Entry, Header, Scope,
    codec::Raw,
    entry::{Extra, HeldEntry, LEAVES, SEALED, hash, leaves, leaves::Leaf},
    fold::{Record, ScopeState, ScopeView, restate},
    ids::{ElementId, EntryId, Hash},
    limits::{BLOB_SIZE_MAX, BLOBS_MAX, BLOBS_PADDED_MIN, BLOBS_TOTAL_MAX, FIELD_MAX, MEDIA_TYPE_MAX},
    op::{
        BlobRef, CorrectionOp, ElementOp, Field, Op, OpError, PostOp, RestateOp, Restated, UnknownOp, padded_total,
        schema, size_of,
    },
    private::{Keyring, SealKey, Under},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn open() -> Scope {
    Scope::open(FOIX)
}

fn blob(number: u8, size: u64) -> BlobRef {
    BlobRef { hash: Hash([number; 32]), size, media_type: "image/webp".into(), alt: String::new() }
}

fn post(blobs: Vec<BlobRef>) -> Op {
    let text = "Le bal".into();
    let (wall, reply_to, position) = (None, None, Some(FOIX));
    Op::Post(PostOp { wall, text, reply_to, position, blobs, ..PostOp::default() })
}

fn pictured(by: &Person, seed: u8, blobs: Vec<BlobRef>) -> ElementOp {
    let mut op = element(by.id, seed, "Four", FOIX);
    op.fields.push(Field::Blobs(blobs));
    op
}

fn correction(of: ElementId, blobs: Vec<BlobRef>) -> Op {
    let fields = vec![Field::Blobs(blobs)];
    Op::Correction(Box::new(CorrectionOp { element: of, fields, reason: String::new() }))
}

/// Something under the key of the total, whatever it is.
fn says<T: serde::Serialize>(total: T) -> Extra {
    Extra::from_bytes(Raw::of(&BTreeMap::from([(0_u8, total)])).unwrap().bytes()).unwrap()
}

/// An operation, with a header that says besides what it is told to.
fn signed(by: &Person, scope: Scope, op: &Op, extra: Extra) -> Entry {
    let payload = written(op, [9; 16]);
    let header = Header { extra, ..header(by.log(scope), None, 1_000, op, &payload) };
    Entry::sign(&by.key, header, payload).unwrap()
}

fn refused_of(error: &OpError) -> &'static str {
    if let OpError::Bound { field, .. } = error { field } else { panic!("{error}") }
}

#[test]
fn lists_have_bounds_wherever_they_stand() {
    let alice = person(1);
    let many = |count: usize| (0..count).map(|n| blob(u8::try_from(n).unwrap(), 1)).collect::<Vec<_>>();
    let typed = |text: &str| vec![BlobRef { media_type: text.into(), ..blob(1, 1) }];
    let said = |alt: &str| vec![BlobRef { alt: alt.into(), ..blob(1, 1) }];
    let long = |name: usize| format!("a/{}", "b".repeat(name));
    let good = [
        many(BLOBS_MAX),
        vec![blob(1, BLOB_SIZE_MAX)],
        typed("application/vnd.oasis.opendocument.text"),
        typed("image/svg+xml"),
        typed("3d/x-1"),
        typed(&long(MEDIA_TYPE_MAX - 2)),
        said(&"é".repeat(FIELD_MAX / 2)),
    ];
    let bad = [
        ("blobs", many(BLOBS_MAX + 1)),
        ("blobs", vec![blob(1, 1), blob(2, 1), blob(1, 2)]),
        ("blobs", vec![blob(1, 0)]),
        ("blobs", vec![blob(1, BLOB_SIZE_MAX + 1)]),
        ("blobs", vec![blob(1, u64::MAX), blob(2, u64::MAX)]),
        ("blobs", typed(&long(MEDIA_TYPE_MAX - 1))),
        ("alt", said(&"x".repeat(FIELD_MAX + 1))),
        ("alt", said("deux\nlignes")),
        ("alt", said("Cafe\u{301}")),
    ];
    let no_types = ["", "/", "image", "image/", "/webp", "Image/webp", "image/webp ", "image/webp; q=1", "image/a/b"];
    let no_types = no_types.into_iter().chain(["-a/b", "a/.b", "a/+", "é/b", "a_b/c", "a/b\n"]);
    let bad = bad.into_iter().chain(no_types.map(|text| ("blobs", typed(text))));
    let ops = |blobs: &[BlobRef]| {
        let element = Op::Element(Box::new(pictured(&alice, 3, blobs.to_vec())));
        [post(blobs.to_vec()), element, correction(ElementId([5; 32]), blobs.to_vec())]
    };
    for (op, list) in good.iter().flat_map(|list| ops(list).map(|op| (op, list))) {
        let read = Op::decode(op.schema(), 1, &op.encode([0; 16]).unwrap()).unwrap();
        assert_eq!((&read, read.blobs()), (&op, list.as_slice()));
    }
    for (field, list) in bad {
        for op in ops(&list) {
            assert_eq!(refused_of(&op.encode([0; 16]).unwrap_err()), field, "{op:?}");
            // And from outside, where nobody has checked it.
            let said = Raw::of(&op.body().unwrap()).unwrap();
            assert_eq!(refused_of(&Op::of_body(op.schema(), 1, said).unwrap_err()), field, "{op:?}");
        }
    }
    assert_eq!(BLOBS_TOTAL_MAX, BLOB_SIZE_MAX * u64::try_from(BLOBS_MAX).unwrap());
}

#[test]
fn what_is_typed_as_alternative_text_becomes_one_line() {
    let mut op = post(vec![BlobRef { alt: "Le\u{200b} bal\nà Foix".into(), ..blob(1, 1) }]);
    op.tidy();
    assert_eq!(op.blobs()[0].alt, "Le bal à Foix");
}

/// The header is taken and relayed whatever it says; what the payload says is folded if the header tells how much that
/// is.
#[test]
fn in_the_open_the_total_is_exact() {
    let alice = person(1);
    let most: Vec<BlobRef> = (0..16).map(|number| blob(number, BLOB_SIZE_MAX)).collect();
    for list in [vec![], vec![blob(1, 300), blob(2, 1)], most] {
        let named = size_of(&list);
        let op = post(list);
        let totals = [0, 1, named.saturating_sub(1), named, named + 1, BLOBS_TOTAL_MAX, BLOBS_TOTAL_MAX + 1, u64::MAX];
        for total in totals {
            let entry = signed(&alice, open(), &op, says(total));
            let read = Record::of(&entry);
            assert_eq!(read.is_ok(), total == named && named > 0, "{named} named, {total} said");
            assert_eq!(read.err().as_ref().map_or("blobs_total", refused_of), "blobs_total");
            let counted = if total <= BLOBS_TOTAL_MAX { total } else { 0 };
            assert_eq!(entry.header().blobs_total(), counted, "admission knows without the payload");
        }
        assert_eq!(Record::of(&signed(&alice, open(), &op, Extra::default())).is_ok(), named == 0);
        assert_eq!(Record::of(&signed(&alice, open(), &op, Extra::of_blobs(named).unwrap())).unwrap().op, op);
        for other in [says("301"), says(-1_i8), says(vec![301_u16]), says(true)] {
            let entry = signed(&alice, open(), &op, other);
            assert_eq!(
                (refused_of(&Record::of(&entry).unwrap_err()), entry.header().blobs_total()),
                ("blobs_total", 0)
            );
        }
    }
    // What names none says none, also an act of governance.
    let act = signed(&alice, Scope::container(FOIX, alice.id.into()), &role_op(&person(2), None, &[]), says(1));
    assert_eq!(refused_of(&Record::of(&act).unwrap_err()), "blobs_total");
    let refusal = Record::of(&signed(&alice, open(), &post(vec![blob(1, 5)]), says(7))).unwrap_err();
    assert_eq!(refusal.to_string(), "blobs_total refused: the header says 7 bytes, the payload names 5");
}

#[test]
fn what_stands_under_other_keys_and_what_is_not_understood_is_let_be() {
    let alice = person(1);
    let both = Raw::of(&BTreeMap::from([(0_u8, Raw::of(&5).unwrap()), (7, Raw::of(&"demain").unwrap())])).unwrap();
    let both = Extra::from_bytes(both.bytes()).unwrap();
    let entry = signed(&alice, open(), &post(vec![blob(1, 5)]), both);
    assert_eq!((Record::of(&entry).is_ok(), entry.header().blobs_total()), (true, 5));
    let said = Raw::of(&BTreeMap::from([(0_u8, "un album")])).unwrap();
    let later = Op::Unknown(Box::new(UnknownOp { schema: 700, version: 1, said }));
    for extra in [says(5), says("plus tard")] {
        assert_eq!(Record::of(&signed(&alice, open(), &later, extra)).unwrap().op, later);
    }
}

/// A leaf that names blobs, and every leaf of an entry whose header has a total.
#[test]
fn leaves_name_none() {
    let alice = person(1);
    let plain = Op::Element(Box::new(element(alice.id, 4, "Lavoir", FOIX)));
    let ops = [Op::Element(Box::new(pictured(&alice, 3, vec![blob(1, 5)]))), plain];
    let read = |extra: Extra| {
        let all: Vec<Vec<u8>> = (0..).zip(&ops).map(|(at, op)| op.encode([at; 16]).unwrap()).collect();
        let payload = leaves::payload_of(&all.iter().map(|leaf| Leaf::Held(leaf)).collect::<Vec<_>>()).unwrap();
        let place = header(alice.log(open()), None, 1_000, &ops[0], &[]);
        let header = Header { extra, flags: LEAVES, ..place }.over(&payload).unwrap();
        let entry = Entry::sign(&alice.key, header, payload).unwrap();
        assert_eq!(entry.header().blobs_total(), 0);
        Record::all(&entry, &Keyring::default()).into_iter().map(|read| read.is_ok()).collect::<Vec<_>>()
    };
    assert_eq!(read(Extra::default()), [false, true]);
    assert_eq!(read(says(5)), [false, false]);
}

/// What could not be said in a batch is not said by restating one.
#[test]
fn leaves_that_are_said_again_name_none_either() {
    let alice = person(1);
    let named = Op::Element(Box::new(pictured(&alice, 3, vec![blob(1, 5)])));
    let plain = Op::Element(Box::new(element(alice.id, 4, "Lavoir", FOIX)));
    let cases =
        [(&plain, Extra::default(), 1), (&plain, says(5), 0), (&named, Extra::default(), 0), (&named, says(5), 0)];
    for (op, extra, shown) in cases {
        let leaf = op.encode([1; 16]).unwrap();
        let payload = leaves::payload_of(&[Leaf::Held(&leaf)]).unwrap();
        let place = header(alice.log(open()), None, 1_000, op, &[]);
        let header = Header { extra, flags: LEAVES, ..place }.over(&payload).unwrap();
        let entry = Entry::sign(&alice.key, header, payload).unwrap();
        let (header, signature) = Header::decode(entry.header_bytes()).unwrap();
        let items = vec![Restated::of(&header, signature, vec![0])];
        let again = RestateOp { items, said: vec![Some(leaf)] };
        let run = write_run(&alice, header.log, &entry, 2_000, &[again]);
        assert_eq!(view_of(&run, &[&alice]).elements.len(), shown, "{:?}", header.extra);
        assert_eq!(view_of(&[entry], &[&alice]).elements.len(), shown, "as its own entry says it");
    }
}

fn sealed(key: &SealKey, op: &Op, extra: Option<Extra>) -> Entry {
    let (alice, mut desk) = (person(1), Desk::default());
    let scope = Scope::container(FOIX, alice.id.into());
    let place = desk.place(alice.log(scope), 5, op);
    let ring = Keyring::default();
    let (mut header, payload) = ring.seal(place, Under::Audience(key), alice.id, op, &mut draw(5)).unwrap();
    header.extra = extra.unwrap_or(header.extra);
    desk.sign(&alice.key, header, payload)
}

#[test]
fn sealed_the_total_is_at_least_the_sum() {
    let key = SealKey::from_bytes([3; 32]);
    let mut ring = Keyring::default();
    ring.add_audience(Scope::container(FOIX, person(1).id.into()), key.clone(), person(1).key.id());
    let reads = |op: &Op, extra| Record::open(&sealed(&key, op, extra), &ring).map(|record| record.op);
    let op = post(vec![blob(1, 70_000), blob(2, 1)]);
    for (total, folds) in [(70_000, false), (70_001, true), (70_002, true), (BLOBS_TOTAL_MAX, true)] {
        assert_eq!(reads(&op, Some(says(total))).is_ok(), folds, "{total}");
    }
    assert_eq!(refused_of(&reads(&op, Some(says(BLOBS_TOTAL_MAX + 1))).unwrap_err()), "blobs_total");
    assert!(reads(&op, Some(Extra::default())).is_err());
    // One that names none may say that it does.
    assert!(reads(&post(vec![]), Some(says(BLOBS_PADDED_MIN))).is_ok() && reads(&post(vec![]), None).is_ok());
    assert!(reads(&post(vec![]), Some(says(0))).is_err());
    // As this program writes it.
    assert_eq!(reads(&op, None).unwrap(), op);
    let header = sealed(&key, &op, None).header().clone();
    assert_eq!((header.flags, header.blobs_total()), (SEALED, 131_072));
}

#[test]
fn padding_leaves_few_totals() {
    let sizes = (0..=30).flat_map(|power| [(1_u64 << power) - 1, 1 << power, (1 << power) + 1]);
    let mut totals = BTreeSet::new();
    for named in sizes.filter(|named| (1..=BLOBS_TOTAL_MAX).contains(named)) {
        let total = padded_total(named);
        assert!(total >= named && total <= (2 * named).max(BLOBS_PADDED_MIN) && total <= BLOBS_TOTAL_MAX, "{named}");
        totals.insert(total);
    }
    assert_eq!((padded_total(0), totals.len()), (0, 15));
}

#[test]
fn the_view_shows_them_as_the_last_word_says() {
    let (alice, mut desk) = (person(1), Desk::default());
    let id = pictured(&alice, 3, vec![]).id();
    let mut records = Vec::new();
    let mut shows = |ms: u64, op: Op| {
        records.push(desk.record(&alice, open(), ms, &op));
        let view = folded(&records, &alice);
        (view.elements[&id].blobs.clone(), view.posts.values().next_back().map(|post| post.blobs.clone()))
    };
    let two = vec![blob(2, 5), blob(1, 300)];
    assert_eq!(shows(1, Op::Element(Box::new(pictured(&alice, 3, two.clone())))), (two.clone(), None));
    assert_eq!(shows(2, post(two.clone())), (two.clone(), Some(two.clone())));
    // A word on something else leaves them; an earlier one does not win; an empty list clears.
    assert_eq!(shows(3, Op::Element(Box::new(element(alice.id, 3, "Four banal", FOIX)))).0, two);
    assert_eq!(shows(0, Op::Element(Box::new(pictured(&alice, 3, vec![blob(7, 7)])))).0, two);
    assert_eq!(shows(4, Op::Element(Box::new(pictured(&alice, 3, vec![])))).0, []);
    assert_eq!(shows(5, Op::Element(Box::new(pictured(&alice, 3, vec![blob(7, 7)])))).0, [blob(7, 7)]);
    // A value that is not known here takes their place, and says of no size.
    let mut later = element(alice.id, 3, "Four", FOIX);
    later.fields.push(Field::Unknown(15, Raw::of(&"plus tard").unwrap()));
    assert_eq!(shows(6, Op::Element(Box::new(later))).0, []);
}

fn folded(records: &[Record], by: &Person) -> ScopeView {
    let mut state = ScopeState::new(open());
    state.apply(records.to_vec(), &book([by]));
    state.view().clone()
}

/// Fields that a later word replaces go, and with them what they name; the header that is gone still says its total.
#[test]
fn a_restatement_names_no_more_than_the_headers_that_are_gone() {
    let alice = person(1);
    let mut author = Author::new(alice.clone(), 1);
    author.say(10, &post(vec![blob(1, 40)]));
    author.say(11, &Op::Element(Box::new(pictured(&alice, 3, vec![blob(2, 50), blob(3, 60)]))));
    let mut other = element(alice.id, 3, "", FOIX);
    other.fields = vec![Field::Blobs(vec![blob(4, 70)])];
    author.say(12, &Op::Element(Box::new(other)));
    let before = view_of(&author.all, &[&alice]);
    assert_eq!(before.elements.values().next().unwrap().blobs, [blob(4, 70)]);
    let held = author.held();
    let ops = restate(&held, &before.erasures).unwrap();
    let totals: Vec<u64> = ops[0].items.iter().map(|item| item.extra.blobs().unwrap()).collect();
    assert_eq!(totals, [40, 110, 70]);
    author.prune(20, &before);
    let after: Vec<Entry> = author.held().into_iter().filter_map(HeldEntry::into_whole).collect();
    assert_eq!(after.len(), 1, "what stood before is gone");
    assert_eq!(after[0].header().blobs_total(), 0);
    assert_eq!(view_of(&after, &[&alice]), before, "the same to the byte");

    // Whoever restates more than their header said says nothing by that item; the others stay.
    let lying = |item: usize, list: Vec<BlobRef>| {
        let mut ops = ops.clone();
        let said = if item == 0 { post(list) } else { Op::Element(Box::new(pictured(&alice, 3, list))) };
        let leaf = said.encode([5; 16]).unwrap();
        // Under its own id it says nothing else at all; so it is one that was never there.
        (ops[0].items[item].payload_size, ops[0].items[item].payload_hash) = (leaf.len() as u32, hash(&leaf));
        ops[0].said[item] = Some(leaf);
        let last = held.last().unwrap().clone().into_whole().unwrap();
        view_of(&write_run(&alice, author.log, &last, 20, &ops), &[&alice])
    };
    for (list, posts) in [(vec![blob(1, 41)], 0), (vec![blob(1, 40)], 1), (vec![blob(1, 39)], 1), (vec![], 1)] {
        let view = lying(0, list.clone());
        assert_eq!((view.posts.len(), view.elements.len()), (posts, 1), "{list:?}");
    }
    assert_eq!(lying(2, vec![blob(4, 71)]).elements.values().next().unwrap().blobs, []);
}

/// One thing that is written: on which element, when, how many it names, and by how much its header lies.
#[derive(Debug, Clone)]
struct Said {
    element: Option<u8>,
    ms: u64,
    sizes: Vec<u64>,
    lie: i64,
}

fn said() -> impl Strategy<Value = Said> {
    let sizes = prop::collection::vec(1_u64..100, 0..3);
    let lie = prop_oneof![3 => Just(0_i64), 1 => -5_i64..6, 1 => Just(i64::MAX)];
    (prop::option::of(3_u8..5), 0_u64..4, sizes, lie).prop_map(|(element, ms, sizes, lie)| Said {
        element,
        ms,
        sizes,
        lie,
    })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_order_gives_the_same_and_wrong_totals_count_for_nothing(
        all in prop::collection::vec(said(), 1..12),
        keys in prop::collection::vec(any::<u32>(), 12),
    ) {
        let (alice, mut desk) = (person(1), Desk::default());
        let mut entries: Vec<(Entry, Said)> = Vec::new();
        for said in all {
            let list: Vec<BlobRef> = (1..).zip(&said.sizes).map(|(number, size)| blob(number, *size)).collect();
            let op = match said.element {
                Some(seed) => Op::Element(Box::new(pictured(&alice, seed, list))),
                None => post(list),
            };
            let mut header = desk.place(alice.log(open()), said.ms, &op);
            let named = said.sizes.iter().sum::<u64>();
            // Zero is no total: it is absent.
            let total = named.saturating_add_signed(said.lie);
            header.extra = if total == 0 { Extra::default() } else { says(total) };
            let nonce = [u8::try_from(entries.len()).unwrap(); 16];
            let entry = desk.sign(&alice.key, header, written(&op, nonce));
            prop_assert_eq!(Record::of(&entry).is_ok(), total == named);
            entries.push((entry, said));
        }
        let fold = |entries: &[(Entry, Said)]| {
            let mut state = ScopeState::new(open());
            let book = book([&alice]);
            entries.iter().for_each(|(entry, _)| drop(state.apply(Record::of(entry).ok(), &book)));
            state.view().clone()
        };
        let view = fold(&entries);
        let mut shuffled = entries.clone();
        let mut keys = keys.into_iter();
        shuffled.sort_by_cached_key(|_| keys.next());
        prop_assert_eq!(fold(&shuffled).digest().unwrap(), view.digest().unwrap());
        // By hand: of what was said truly the latest of each element, and all posts.
        let named = |said: &Said| said.sizes.iter().sum::<u64>();
        let true_ones = entries.iter().filter(|(_, said)| named(said) == named(said).saturating_add_signed(said.lie));
        let mut latest: BTreeMap<u8, ((u64, EntryId), &Said)> = BTreeMap::new();
        let mut posts = 0;
        for (entry, said) in true_ones {
            match said.element {
                None => posts += 1,
                Some(seed) => {
                    let order = (said.ms, entry.id());
                    let slot = latest.entry(seed).or_insert((order, said));
                    if order > slot.0 {
                        *slot = (order, said);
                    }
                }
            }
        }
        prop_assert_eq!(view.posts.len(), posts);
        prop_assert_eq!(view.elements.len(), latest.len());
        for (seed, (_, said)) in latest {
            let shown = &view.elements[&pictured(&alice, seed, vec![]).id()].blobs;
            prop_assert_eq!(shown.iter().map(|blob| blob.size).collect::<Vec<_>>(), said.sizes.clone());
        }
    }
}

#[test]
fn nothing_but_a_coarse_total_shows_of_what_a_sealed_payload_names() {
    let key = SealKey::from_bytes([3; 32]);
    let op = post(vec![blob(0xab, 70_000)]);
    let entry = sealed(&key, &op, None);
    assert_eq!(entry.header().schema, schema::SEALED);
    let all = [entry.header_bytes(), entry.payload()].concat();
    assert!(!all.windows(32).any(|part| part == [0xab; 32]) && !all.windows(10).any(|part| part == b"image/webp"));
    assert!(!entry.header_bytes().windows(3).any(|part| part == &70_000_u32.to_be_bytes()[1..]));
}
