//! Payloads of leaves: each can go by itself, and what is left counts. SPEC.md §5.6.

use crate::common::{Club, Desk, FOIX, MARSEILLE, Person, book, cases, element, person, post, proposal, written};
use communaut_protocol::{
    Entry, EntryId, Header, Scope, Stamp,
    entry::{
        Body, HeldEntry, LEAVES, RawEntry,
        leaves::{self, Leaf},
    },
    fold::{Erasures, Record, ScopeState, ScopeView, StandingErasure, put_back, restate, settle},
    geo::Cell,
    ids::ElementId,
    limits::{LEAVES_BYTES_MAX, LEAVES_MAX, PAYLOAD_MAX},
    op::{ElementOp, EntryPlace, EraseOp, Field, Op, Role, leaf_places, schema},
    private::Keyring,
};
use proptest::prelude::*;

const COUNT: u8 = 6;

fn open() -> Scope {
    Scope::open(FOIX)
}

fn named(by: &Person, seed: u8, name: &str) -> Op {
    Op::Element(Box::new(element(by.id, seed, name, FOIX)))
}

fn payload(leaves: &[Vec<u8>]) -> Vec<u8> {
    leaves::payload_of(&leaves.iter().map(|leaf| Leaf::Held(leaf)).collect::<Vec<_>>()).unwrap()
}

fn leaf(at: u8, op: &Op) -> Vec<u8> {
    op.encode([at.wrapping_add(40); 16]).unwrap()
}

/// Several operations of one schema in one entry.
fn batch(desk: &mut Desk, by: &Person, scope: Scope, ms: u64, ops: &[Op]) -> Entry {
    let leaves: Vec<Vec<u8>> = (0..).zip(ops).map(|(at, op)| leaf(at, op)).collect();
    let header = Header { flags: LEAVES, ..desk.place(by.log(scope), ms, &ops[0]) };
    desk.sign(&by.key, header, payload(&leaves))
}

fn places(by: &Person) -> Vec<Op> {
    (0..COUNT).map(|at| named(by, at + 1, &format!("lieu {at}"))).collect()
}

fn read(entry: &HeldEntry) -> Vec<Record> {
    let whole = entry.whole().into_iter();
    whole.flat_map(|entry| Record::all(&entry, &Keyring::default())).flatten().collect()
}

fn view(scope: Scope, records: impl IntoIterator<Item = Record>, people: &[&Person]) -> ScopeView {
    let mut state = ScopeState::new(scope);
    state.apply(records, &book(people.iter().copied()));
    state.view().clone()
}

fn names(view: &ScopeView) -> Vec<String> {
    let mut names: Vec<String> = view.elements.values().map(|element| element.name.clone()).collect();
    names.sort();
    names
}

/// The same entry of which some leaves have not come.
fn lacking(entry: &Entry, gone: impl Fn(u8) -> bool) -> HeldEntry {
    let left = leaves::without(entry.payload(), gone).unwrap_or_else(|| entry.payload().to_vec());
    HeldEntry::new(entry.signed().clone(), Body::Present(left)).unwrap()
}

fn erase(targets: &[EntryPlace], refs: Option<Vec<EntryId>>) -> Op {
    let mut targets = targets.to_vec();
    targets.sort();
    Op::Erase(EraseOp { targets: targets.into(), refs, reason: String::new() })
}

proptest! {
    #![proptest_config(cases(64))]

    /// Any leaves of a batch, from any three peers in any order: what has come counts, and in the end all of it.
    #[test]
    fn whichever_leaves_come_when_the_entry_is_the_same(masks in prop::array::uniform3(0_u8..1 << COUNT)) {
        let alice = person(1);
        let mut desk = Desk::default();
        let entry = batch(&mut desk, &alice, open(), 1, &places(&alice));
        let all = view(open(), read(&entry.clone().into()), &[&alice]);
        prop_assert_eq!(all.elements.len(), usize::from(COUNT));
        let mut state = ScopeState::new(open());
        let mut held = HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap();
        let mut seen = 0;
        for mask in masks {
            let part = lacking(&entry, |at| mask >> at & 1 == 0);
            prop_assert_eq!((part.id(), part.lacks()), (entry.id(), mask != (1 << COUNT) - 1));
            held = held.joined(&part);
            seen |= mask;
            state.apply(read(&held), &book([&alice]));
            prop_assert_eq!(state.view().elements.len() as u32, seen.count_ones());
            prop_assert_eq!(view(open(), read(&held), &[&alice]).digest(), state.view().digest());
        }
        held = held.joined(&entry.clone().into());
        state.apply(read(&held), &book([&alice]));
        prop_assert_eq!((held.lacks(), held.body().bytes()), (false, Some(entry.payload())));
        prop_assert_eq!(state.view().digest(), all.digest());
    }

    /// Whatever is erased of a batch, its author's other device and a replica that has dropped it agree.
    #[test]
    fn whichever_leaves_are_erased_the_rest_stands(mask in 0_u8..1 << COUNT) {
        let alice = person(1);
        let mut desk = Desk::default();
        let entry = batch(&mut desk, &alice, open(), 1, &places(&alice));
        let place = EntryPlace::of(&entry.header().log, entry.header().seq, entry.id());
        let gone: Vec<EntryPlace> = (0..COUNT).filter(|at| mask >> at & 1 == 1).map(|at| place.leaf(at)).collect();
        prop_assume!(!gone.is_empty());
        let erasure = desk.record(&alice, open(), 2, &erase(&gone, None));
        let held: HeldEntry = entry.clone().into();
        let seen = view(open(), read(&held).into_iter().chain([erasure.clone()]), &[&alice]);
        prop_assert_eq!(seen.elements.len() as u32, u32::from(COUNT) - mask.count_ones());
        let of = |place: &EntryPlace| gone.contains(place).then_some(StandingErasure { by: erasure.id, drops: true });
        let dropped = settle(held, of);
        prop_assert_eq!((dropped.id(), dropped.lacks()), (entry.id(), false), "nothing of it is still to come");
        let bytes = dropped.body().bytes().unwrap();
        for at in 0..COUNT {
            let word = format!("lieu {at}");
            let there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            prop_assert_eq!(there, mask >> at & 1 == 0);
        }
        let after = view(open(), read(&dropped).into_iter().chain([erasure.clone()]), &[&alice]);
        prop_assert_eq!(after.digest(), seen.digest());
        // Who is given what was dropped, and does not know of the erasure yet, asks for it, and then no more.
        let newcomer = HeldEntry::new(entry.signed().clone(), dropped.body().clone()).unwrap();
        prop_assert!(newcomer.lacks());
        prop_assert!(!settle(newcomer, of).lacks());
    }
}

#[test]
fn a_leaf_that_cannot_count_takes_none_of_the_others_along() {
    let (alice, bob) = (person(1), person(2));
    let mut desk = Desk::default();
    let mut ops = places(&alice);
    ops[1] = named(&bob, 9, "à Bob");
    ops[2] = Op::Element(Box::new(element(alice.id, 3, "ailleurs", MARSEILLE)));
    let mut leaves: Vec<Vec<u8>> = (0..).zip(&ops).map(|(at, op)| leaf(at, op)).collect();
    leaves[3] = b"no payload".to_vec();
    leaves[4] = written(&post("a post"), [1; 16]);
    let header = Header { flags: LEAVES, ..desk.place(alice.log(open()), 1, &ops[0]) };
    let entry = desk.sign(&alice.key, header, payload(&leaves));
    let view = view(open(), read(&entry.into()), &[&alice, &bob]);
    assert_eq!(names(&view), ["ailleurs", "lieu 0", "lieu 5"]);
    assert_eq!(view.elements.values().filter(|element| element.is_shown()).count(), 2);
}

/// Twice the same element in one entry: neither order of arrival nor what is held of the rest decides.
#[test]
fn of_two_leaves_on_one_register_the_greater_id_wins() {
    let alice = person(1);
    let mut desk = Desk::default();
    let ops = [named(&alice, 1, "un"), named(&alice, 1, "deux"), named(&alice, 1, "trois")];
    let entry = batch(&mut desk, &alice, open(), 1, &ops);
    let mut records = read(&entry.into());
    let wins = records.iter().max_by_key(|record| record.id).unwrap().clone();
    let Op::Element(op) = &wins.op else { unreachable!() };
    for _ in 0..3 {
        records.rotate_left(1);
        let view = view(open(), records.clone(), &[&alice]);
        assert!(op.fields.contains(&Field::Name(names(&view).remove(0))));
    }
    let ids: std::collections::BTreeSet<EntryId> = records.iter().map(|record| record.id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn only_what_may_have_leaves_has_them() {
    let alice = person(1);
    let home = Scope::container(FOIX, alice.id.into());
    let wide = Scope { cell: Cell::WORLD, container: ElementId::ZERO };
    let closed = Scope { cell: Cell::CLOSED, container: alice.id.into() };
    let good = payload(&[leaf(0, &named(&alice, 1, "un"))]);
    let refusal = |scope: Scope, schema: u16, flags: u16, payload: &[u8], size: u32, hash| {
        let header = Header::following(alice.log(scope), None, Stamp::from_ms(1), schema);
        let header = Header { flags, payload_size: size, payload_hash: hash, ..header };
        let bytes = header.encode(alice.key.sign(&header.signing_bytes().unwrap())).unwrap();
        let taken = Entry::verify(RawEntry { header: bytes, payload: payload.to_vec() });
        taken.map(drop).map_err(|refusal| refusal.name())
    };
    let root = leaves::root(&Leaf::all(&good).unwrap());
    let size = |payload: &[u8]| u32::try_from(payload.len()).unwrap();
    for (scope, schema, flags, expected) in [
        (open(), schema::ELEMENT, LEAVES, Ok(())),
        (home, schema::ELEMENT, LEAVES, Ok(())),
        (home, schema::LINK, LEAVES, Ok(())),
        (home, schema::PROPOSAL, LEAVES, Ok(())),
        (open(), 900, LEAVES, Ok(())),
        (home, schema::PROPOSAL, 0, Err("flags")),
        (open(), schema::RESTATE, 0, Err("flags")),
        (open(), schema::POST, LEAVES, Err("flags")),
        (home, schema::BALLOT, LEAVES, Err("flags")),
        (home, schema::ERASE, LEAVES, Err("flags")),
        (wide, schema::TERRITORY, LEAVES, Err("flags")),
        (Scope::identity(alice.id), schema::PROFILE, LEAVES, Err("flags")),
        (Scope::identity(alice.id), 9, LEAVES, Err("flags")),
        (home, schema::SEALED, LEAVES | 2, Err("flags")),
        (closed, schema::SEALED, LEAVES, Err("flags")),
        (open(), schema::ELEMENT, LEAVES | 8, Err("flags")),
        (open(), schema::ELEMENT, LEAVES | 0x100, Err("flags")),
    ] {
        assert_eq!(refusal(scope, schema, flags, &good, size(&good), root), expected, "{schema} {flags} in {scope:?}");
    }
    let of = |payload: &[u8], root| refusal(open(), schema::ELEMENT, LEAVES, payload, size(payload), root);
    assert_eq!(of(&good, communaut_protocol::entry::hash(&good)), Err("payload"), "its hash is no root");
    assert_eq!(of(&[0x80], leaves::root(&[])), Err("payload"), "no leaf at all");
    let many = vec![vec![0_u8; 2]; LEAVES_MAX + 1];
    assert_eq!(of(&payload(&many), leaves::root(&[])), Err("payload"), "too many");
    let most = payload(&many[1..]);
    assert_eq!(of(&most, leaves::root(&Leaf::all(&most).unwrap())), Ok(()));
    assert_eq!(of(&[0x81, 0x01], root), Err("payload"), "neither a leaf nor a hash");
    let gone = leaves::without(&good, |_| true).unwrap();
    let as_good = |payload: &[u8]| refusal(open(), schema::ELEMENT, LEAVES, payload, size(&good), root);
    assert_eq!((as_good(&gone), of(&gone, root)), (Ok(()), Err("payload")), "the size is that of all leaves");
    assert_eq!(as_good(&gone[..gone.len() - 1]), Err("payload"));
    let long = [&[0x81, 0x5a, 0, 0, 0], &good[3..]].concat();
    assert_eq!(of(&long, root), Err("payload"), "not in canonical form");
    // So large that its hashes, should all of it go, would still be a payload.
    let full = payload(&vec![vec![1; 215]; LEAVES_MAX]);
    assert!(full.len() < LEAVES_BYTES_MAX);
    assert_eq!(of(&full, leaves::root(&Leaf::all(&full).unwrap())), Ok(()));
    let over = payload(&vec![vec![1; 217]; LEAVES_MAX]);
    assert_eq!(of(&over, leaves::root(&Leaf::all(&over).unwrap())), Err("too_large"));
    let mut least = vec![Vec::new(); LEAVES_MAX - 1];
    least.push(vec![1; LEAVES_BYTES_MAX - LEAVES_MAX - 5]);
    let least = payload(&least);
    assert_eq!(least.len(), LEAVES_BYTES_MAX);
    let gone = leaves::without(&least, |number| number < 255).unwrap();
    assert!(gone.len() <= PAYLOAD_MAX && Leaf::all(&gone).is_ok());
}

/// Peers with different halves of what is larger than its header says would make of it what nobody takes.
#[test]
fn whatever_halves_come_of_an_entry_they_fit_its_size() {
    let alice = person(1);
    let whole = payload(&[leaf(0, &named(&alice, 1, "un")), leaf(1, &named(&alice, 2, "deux"))]);
    let root = leaves::root(&Leaf::all(&whole).unwrap());
    for size in [77, whole.len() as u32 - 1, whole.len() as u32 + 1] {
        let header = Header::following(alice.log(open()), None, Stamp::from_ms(1), schema::ELEMENT);
        let header = Header { flags: LEAVES, payload_size: size, payload_hash: root, ..header };
        let bytes = header.encode(alice.key.sign(&header.signing_bytes().unwrap())).unwrap();
        for gone in 0..3 {
            let half = leaves::without(&whole, |at| at == gone).unwrap_or_else(|| whole.clone());
            assert!(Entry::verify(RawEntry { header: bytes.clone(), payload: half }).is_err());
        }
    }
}

/// Whatever stands in its other leaves: a proposal that needs more than is known here is one operation.
#[test]
fn what_consists_of_parts_is_one_operation_though_it_is_not_understood() {
    let alice = person(1);
    let club = Club::new();
    let asked = proposal(500, &[&alice], 1);
    let needs = communaut_protocol::codec::Raw::of(&std::collections::BTreeMap::from([(23_u8, vec![9_u16])])).unwrap();
    let later = Op::Unknown(Box::new(communaut_protocol::op::UnknownOp { schema: 21, version: 1, said: needs }));
    let all = [leaf(0, &later), leaf(1, &asked), leaf(2, &asked)];
    let mut desk = Desk::default();
    for version in [1, 2] {
        let header = Header { schema_version: version, ..desk.place(alice.log(club.scope), 1, &asked) };
        let entry = desk.sign(&alice.key, header, payload(&all));
        let records = read(&entry.clone().into());
        assert_eq!(records.len(), 1);
        assert!(matches!(&records[0].op, Op::Unknown(op) if (op.schema, op.version) == (21, version)));
        assert_eq!(records[0].id, entry.id());
    }
}

#[test]
fn a_moderator_erases_one_of_a_batch_and_nobody_the_card() {
    let (member, moderator) = (person(2), person(3));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let people = [&founder, &member, &moderator];
    let given = club.role(&founder, 10, &member, Some(Role::Contributor), &[]);
    let given = club.role(&founder, 11, &moderator, Some(Role::Moderator), &[given]);
    let own: Vec<Op> = [(5, "un"), (6, "deux"), (7, "trois")].map(|(seed, name)| named(&member, seed, name)).into();
    let entry = batch(&mut club.desk, &member, club.scope, 12, &own);
    // The card once more, among others.
    let card = batch(&mut club.desk, &founder, club.scope, 13, &[named(&founder, 7, "Régie"), named(&founder, 8, "x")]);
    let place = |entry: &Entry| EntryPlace::of(&entry.header().log, entry.header().seq, entry.id());
    club.records.extend(read(&entry.clone().into()).into_iter().chain(read(&card.clone().into())));
    let before = view(club.scope, club.records.clone(), &people);
    assert_eq!(names(&before), ["Régie", "deux", "trois", "un", "x"]);
    let targets = [place(&entry).leaf(1), place(&card).leaf(0), place(&card).leaf(1), place(&card)];
    club.say(&moderator, 20, &erase(&targets, Some(vec![given])));
    let after = view(club.scope, club.records.clone(), &people);
    assert_eq!(names(&after), ["Régie", "trois", "un"]);
    assert!(after.erasures.get(&place(&card).leaf(0)).is_none());
    // Whose leaf it is stands in the header: nobody erases another's as one of their own.
    club.say(&member, 21, &erase(&[place(&card).leaf(1), place(&entry).leaf(0)], None));
    assert_eq!(names(&view(club.scope, club.records.clone(), &people)), ["Régie", "trois"]);
}

/// What decides stays, what explains it can go: by its author, by a moderator, and in any order.
#[test]
fn the_reasons_of_a_proposal_can_be_erased_and_nothing_else_of_it() {
    let (bob, carol) = (person(2), person(3));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let people = [&founder, &bob, &carol];
    let given = club.role(&founder, 10, &bob, Some(Role::Member), &[]);
    let entry = club.desk.write(&bob, club.scope, 20, &proposal(500, &[&founder], 1));
    let place = EntryPlace::of(&entry.header().log, entry.header().seq, entry.id());
    assert_eq!(leaf_places(entry.header(), entry.id(), entry.payload()), [None, Some(place.leaf(1))]);
    club.records.extend(read(&entry.clone().into()));
    let shown = |records: &[Record]| view(club.scope, records.to_vec(), &people).governance.unwrap().proposals.clone();
    let before = shown(&club.records);
    assert_eq!((before[0].text.as_str(), before[0].text_erased), ("Sur la place.", false));
    let whole = club.records.clone();
    for (by, refs) in [(&bob, None), (&founder, Some(vec![given])), (&carol, Some(vec![given])), (&carol, None)] {
        let mut records = whole.clone();
        let targets = [place, place.leaf(0), place.leaf(1), place.leaf(2)];
        records.push(club.desk.record(by, club.scope, 30, &erase(&targets, refs)));
        let after = shown(&records);
        if by.id == carol.id {
            assert_eq!(after, before, "neither hers nor hers to moderate");
            continue;
        }
        assert_eq!((after[0].title.clone(), after[0].electorate.len()), (before[0].title.clone(), 2));
        assert_eq!((after[0].text.as_str(), after[0].text_erased), ("", true));
        // Before it came, and without what was dropped.
        records.rotate_right(1);
        assert_eq!(shown(&records), after);
        let left = settle(entry.clone().into(), |of| {
            (*of == place.leaf(1)).then_some(StandingErasure { by: entry.id(), drops: true })
        });
        assert!(!left.lacks());
        records.retain(|record| record.id != entry.id());
        records.extend(read(&left));
        assert_eq!(shown(&records), after);
    }
}

/// Finding 9, by leaves: a liar hands the restatement of a log on without what it says.
#[test]
fn who_holds_a_log_loses_nothing_by_a_restatement_of_which_leaves_are_withheld() {
    let alice = person(1);
    let mut desk = Desk::default();
    let mut before = vec![batch(&mut desk, &alice, open(), 1, &places(&alice))];
    // Of the first only some fields are said again, and of its batch the leaves that are not replaced.
    let renamed = ElementOp { fields: vec![Field::Name("nouveau".into())], ..element(alice.id, 1, "", FOIX) };
    before.push(desk.write(&alice, open(), 2, &Op::Element(Box::new(renamed))));
    before.push(desk.write(&alice, open(), 3, &named(&alice, 2, "replacé")));
    before.push(desk.write(&alice, open(), 4, &post("un mot")));
    let held: Vec<HeldEntry> = before.iter().cloned().map(HeldEntry::from).collect();
    let expected = view(open(), held.iter().flat_map(read), &[&alice]);
    let run = |before: &[HeldEntry], after: &Entry, ms: u64| {
        let ops = restate(before, &Erasures::new()).unwrap();
        crate::prune::write_run(&alice, alice.log(open()), after, ms, &ops)
    };
    let first = run(&held, &before[3], 10);
    assert_eq!(view(open(), first.iter().cloned().map(HeldEntry::from).flat_map(|e| read(&e)), &[&alice]), expected);
    let part = lacking(&first[0], |at| at > 0);
    assert!(part.lacks());
    let mut taken = [part];
    put_back(&mut taken, &held);
    assert_eq!(taken[0], HeldEntry::from(first[0].clone()));
    // Also by who holds a part of it themselves.
    let some: Vec<HeldEntry> = held
        .iter()
        .map(|entry| if entry.header().has_leaves() { lacking(&before[0], |at| at == 3) } else { entry.clone() })
        .collect();
    let mut taken = [lacking(&first[0], |at| at > 0)];
    put_back(&mut taken, &some);
    let left = view(open(), read(&taken[0]), &[&alice]);
    assert_eq!(left.elements.len(), expected.elements.len() - 1, "all but the one that nobody here ever had");
    // From one restatement to the next likewise; and what nobody here ever held stays to be asked for.
    let more = desk_after(&alice, &first[0], &named(&alice, 3, "encore"));
    let again: Vec<HeldEntry> = [first[0].clone().into(), more.clone().into()].into();
    let second = run(&again, &more, 20);
    let mut taken = [lacking(&second[0], |at| at > 0)];
    put_back(&mut taken, &again[..1]);
    assert!(taken[0].lacks());
    put_back(&mut taken, &again);
    assert_eq!(taken[0], HeldEntry::from(second[0].clone()));
}

fn desk_after(by: &Person, after: &Entry, op: &Op) -> Entry {
    let mut desk = Desk::default();
    desk.adopt(after);
    desk.write(by, open(), 15, op)
}

/// A batch of a program of next year, whose operations nobody knows here, is said again leaf by leaf.
#[test]
fn leaves_that_are_not_understood_are_said_again_as_they_were() {
    let alice = person(1);
    let later = |word: &str| {
        let said = communaut_protocol::codec::Raw::of(&std::collections::BTreeMap::from([(0_u8, word)])).unwrap();
        Op::Unknown(Box::new(communaut_protocol::op::UnknownOp { schema: 900, version: 3, said }))
    };
    let mut desk = Desk::default();
    let leaves = [leaf(0, &later("un")), leaf(1, &later("deux"))];
    let header = Header { flags: LEAVES, schema_version: 3, ..desk.place(alice.log(open()), 1, &later("")) };
    let entry = desk.sign(&alice.key, header, payload(&leaves));
    let ops = restate(&[entry.clone().into()], &Erasures::new()).unwrap();
    assert_eq!(ops[0].items.len(), 1);
    assert_eq!(ops[0].items[0].leaves, [0, 1]);
    assert_eq!(ops[0].said, leaves.map(Some));
    let run = crate::prune::write_run(&alice, alice.log(open()), &entry, 9, &ops);
    let place = EntryPlace::of(&entry.header().log, 0, entry.id());
    let wanted = [None, Some(place.leaf(0)), Some(place.leaf(1))];
    assert_eq!(leaf_places(run[0].header(), run[0].id(), run[0].payload()), wanted);
}

/// What a liar says again of one number, by two headers, is one of them; and more leaves than there are, nothing.
#[test]
fn a_restatement_speaks_of_one_entry_a_number() {
    let alice = person(1);
    let mut desk = Desk::default();
    let entries = [desk.write(&alice, open(), 1, &post("un")), desk.write(&alice, open(), 2, &post("deux"))];
    let held: Vec<HeldEntry> = entries.iter().cloned().map(HeldEntry::from).collect();
    let op = restate(&held, &Erasures::new()).unwrap().remove(0);
    let said = |op: &communaut_protocol::op::RestateOp| {
        let run = crate::prune::write_run(&alice, alice.log(open()), &entries[1], 9, std::slice::from_ref(op));
        read(&run[0].clone().into())
    };
    let posts = |op| view(open(), said(op), &[&alice]).posts.len();
    assert_eq!(posts(&op), 2);
    let mut twice = op.clone();
    twice.items[1].seq = 0;
    twice.items[1].leaves = vec![1];
    assert_eq!(posts(&twice), 1, "it has no leaves");
    let mut more = op.clone();
    more.said.push(more.said[0].clone());
    assert!(said(&more).is_empty(), "as a whole it cannot be read");
    more.said.truncate(1);
    assert!(said(&more).is_empty());
}
