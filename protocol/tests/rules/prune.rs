//! A log that restates itself adds up to the same, on whoever holds it whole, from the restatement
//! on, or newly. SPEC.md §5.5.

use crate::common::{Desk, FOIX, MARSEILLE, Person, book, cases, element, header, key, person, written};
use communaut_protocol::{
    DeviceKey, Entry, EntryId, Header, Scope, Stamp,
    entry::{Body, HeldEntry, LEAVES, RawEntry},
    fold::{NotRestated, Record, ScopeState, ScopeView, StandingErasure, restate, settle as settle_held},
    geo::{Cell, Position},
    ids::{ElementId, Hash, Signature},
    limits::{ERASED_MAX, RESTATE_PARTS_MAX},
    log::{Linked, MemoryLog, NotTaken},
    op::{
        ElementOp, EntryPlace, EraseOp, Field, Kind, LinkKind, LinkOp, LinkState, Op, PostOp, RestateOp, Restated,
        Role, RoleOp, Stub, StubOp, TerritoryOp, is_erasable,
    },
    scope::LogId,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub fn open() -> Scope {
    Scope::open(FOIX)
}

pub fn post(text: &str, position: Position) -> Op {
    let text = text.into();
    Op::Post(PostOp { text, position: Some(position), ..PostOp::default() })
}

/// A restatement by operations that are given, behind a head.
pub fn write_run(by: &Person, log: LogId, after: &Entry, ms: u64, ops: &[RestateOp]) -> Vec<Entry> {
    let mut run: Vec<Entry> = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let op = Op::Restate(op.clone());
        let payload = written(&op, [u8::try_from(at).unwrap(); 16]);
        let before = run.last().unwrap_or(after);
        let head = communaut_protocol::entry::Head { seq: before.header().seq, id: before.id() };
        let mut header = header(log, Some(head), ms, &op, &payload);
        if at + 1 == ops.len() {
            header.flags = Header::prune_flags(at).unwrap();
        }
        run.push(Entry::sign(&by.key, header, payload).unwrap());
    }
    run
}

/// A person's log in the cell, as its author holds it.
pub struct Author {
    pub person: Person,
    pub log: LogId,
    pub kept: MemoryLog<HeldEntry>,
    /// Everything that was ever written, restatements too.
    pub all: Vec<Entry>,
}

impl Author {
    pub fn new(person: Person, epoch: u64) -> Self {
        let log = LogId { scope: open(), author: person.id.into(), device: person.key.id(), epoch };
        Self { person, log, kept: MemoryLog::new(), all: vec![] }
    }
    pub fn say(&mut self, ms: u64, op: &Op) -> Entry {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&(self.all.len() as u64).to_be_bytes());
        let payload = written(op, nonce);
        let tip = self.kept.state().map(|state| state.tip);
        let entry = Entry::sign(&self.person.key, header(self.log, tip, ms, op, &payload), payload).unwrap();
        self.keep(entry.clone());
        entry
    }
    pub fn keep(&mut self, entry: Entry) {
        self.kept.take(entry.clone().into()).unwrap();
        self.all.push(entry);
    }
    pub fn held(&self) -> Vec<HeldEntry> {
        self.kept.entries().cloned().collect()
    }
    /// Restate the log; gives how many entries it took.
    pub fn prune(&mut self, ms: u64, view: &ScopeView) -> usize {
        let ops = restate(&self.held(), &view.erasures).unwrap();
        let last = self.all.last().unwrap().clone();
        let written = write_run(&self.person, self.log, &last, ms, &ops);
        let floor = written[0].header().seq;
        written.into_iter().for_each(|entry| self.keep(entry));
        let state = self.kept.state().unwrap();
        assert_eq!((state.floor, state.lo, state.tip.seq + 1 - floor), (floor, floor, ops.len() as u64));
        ops.len()
    }
}

pub fn view(entries: &[Entry], people: &[&Person]) -> ScopeView {
    let mut state = ScopeState::new(open());
    let records = entries.iter().filter_map(|entry| Record::of(entry).ok());
    state.apply(records, &book(people.iter().copied()));
    state.view().clone()
}

pub fn kept(authors: &[Author]) -> Vec<Entry> {
    authors.iter().flat_map(|author| author.held()).filter_map(HeldEntry::into_whole).collect()
}

/// What was said, as if nobody had ever restated anything.
fn said(authors: &[Author]) -> Vec<Entry> {
    let all = authors.iter().flat_map(|author| author.all.iter().cloned());
    all.filter(|entry| entry.header().schema != 18).collect()
}

/// Who, what, about what, when, with which choice.
type Word = (usize, usize, u8, u64, u64);

fn op(author: &Author, word: Word) -> Option<Op> {
    let (_, what, about, _, choice) = word;
    let place = if choice.is_multiple_of(5) { MARSEILLE } else { FOIX };
    let own = author.person.id;
    let id = communaut_protocol::op::element_id(own, &[about + 1; 16]);
    Some(match what {
        0..=3 => {
            let all = [
                Field::Kind(Kind::Place),
                Field::Name(format!("nom {choice}")),
                Field::Description(format!("texte {choice}")),
                Field::Position(place),
                Field::Phone(format!("+33 {choice}")),
                Field::Tags(vec![format!("t{}", choice % 7)]),
                Field::Retracted(choice.is_multiple_of(3)),
            ];
            let fields = all.into_iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1).map(|(_, field)| field);
            // Now and then of somebody else's, which counts nowhere.
            let owner = if choice.is_multiple_of(11) { person(9).id } else { own };
            Op::Element(Box::new(ElementOp { owner, seed: vec![about + 1; 16], fields: fields.collect() }))
        }
        4 => post(&format!("parole {choice}"), place),
        5 => Op::Link(LinkOp {
            source: own.into(),
            target: id,
            kind: if choice.is_multiple_of(2) { LinkKind::Member } else { LinkKind::Attendee },
            role: String::new(),
            state: if choice % 7 < 3 { LinkState::Accepted } else { LinkState::Left },
            mirror: None,
            origin: None,
            proof: None,
        }),
        6 => Op::Territory(TerritoryOp {
            seed: vec![about; 16],
            name: format!("pays {choice}"),
            cells: vec![if choice.is_multiple_of(4) { "sp92" } else { "sp9h2" }.parse().unwrap()],
            centre: FOIX,
        }),
        7 => Op::Stub(StubOp {
            stub: Stub {
                id: ElementId([about; 32]),
                kind: Kind::Event,
                name: format!("bal {choice}"),
                position: FOIX,
                when: None,
                tags: vec![],
                home: FOIX.cell(4),
                origin: None,
            },
            expires_ms: choice,
        }),
        // A role means nothing in an open cell.
        8 => Op::Role(RoleOp { person: own, role: Some(Role::Member), refs: vec![], lowers: false }),
        _ => {
            // Everything that was ever said about one element, or one post.
            let about_it = |record: &Record| match &record.op {
                Op::Element(op) => choice.is_multiple_of(2) && op.id() == id,
                Op::Post(_) => !choice.is_multiple_of(2) && record.seq % 3 == choice % 3,
                _ => false,
            };
            let records = author.all.iter().map(|entry| Record::of(entry).unwrap());
            let mut targets: Vec<EntryPlace> = records.filter(about_it).map(|record| record.place()).collect();
            targets.sort_unstable();
            targets.truncate(ERASED_MAX);
            if targets.is_empty() {
                return None;
            }
            Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: "trop".into() })
        }
    })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_pruned_log_adds_up_to_the_same(
        words in prop::collection::vec((0..3_usize, 0..10_usize, 0..3_u8, 1..40_u64, any::<u64>()), 1..60),
        prunes in prop::collection::vec(0..60_usize, 1..4),
        turn in 0..1_000_usize,
    ) {
        let (alice, bob) = (person(1), person(2));
        let people = [&alice, &bob];
        // Two logs of one device, and a neighbour's.
        let mut authors =
            [Author::new(alice.clone(), 1), Author::new(alice.clone(), 2), Author::new(bob.clone(), 1)];
        for (at, word) in words.iter().enumerate() {
            let (by, .., ms, _) = *word;
            if let Some(op) = op(&authors[by], *word) {
                authors[by].say(ms, &op);
            }
            if prunes.contains(&at) && !authors[by].all.is_empty() {
                let now = view(&kept(&authors), &people);
                let before = now.digest().unwrap();
                authors[by].prune(100 + at as u64, &now);
                prop_assert_eq!(view(&kept(&authors), &people).digest().unwrap(), before);
            }
        }
        let expected = view(&said(&authors), &people);
        let mut entries = kept(&authors);
        prop_assert_eq!(&view(&entries, &people), &expected);
        // In any order, and one by one.
        let by = turn % entries.len().max(1);
        entries.rotate_left(by);
        prop_assert_eq!(&view(&entries, &people), &expected);
        let book = book(people);
        let mut state = ScopeState::new(open());
        let mut again = false;
        for entry in &entries {
            let changes = state.apply([Record::of(entry).unwrap()], &book);
            again |= changes.again || !changes.erasures.is_empty();
        }
        if !again {
            prop_assert_eq!(state.view(), &expected);
        }
        // Who holds the entries before as well does not count them a second time.
        let everything: Vec<Entry> = authors.iter().flat_map(|author| author.all.iter().cloned()).collect();
        prop_assert_eq!(view(&everything, &people).elements, expected.elements);
    }
}

/// What the items of the only entry of a restatement are, by sequence number.
fn restated_seqs(author: &Author, view: &ScopeView) -> Vec<u64> {
    let ops = restate(&author.held(), &view.erasures).unwrap();
    ops.iter().flat_map(|op| &op.items).map(|item| item.seq).collect()
}

#[test]
fn what_still_counts_is_restated_and_no_more() {
    let alice = person(1);
    let mut author = Author::new(alice.clone(), 1);
    let name = |name: &str| {
        let fields = vec![Field::Name(name.into())];
        Op::Element(Box::new(ElementOp { owner: alice.id, seed: vec![4; 16], fields }))
    };
    author.say(1, &Op::Element(Box::new(element(alice.id, 4, "Four", FOIX))));
    author.say(2, &name("Fournil"));
    author.say(3, &name("Boulangerie"));
    author.say(4, &post("reste", FOIX));
    let gone = author.say(5, &post("part", FOIX));
    author.say(6, &post("ailleurs", MARSEILLE));
    let place = Record::of(&gone).unwrap().place();
    author.say(7, &Op::Erase(EraseOp { targets: [place].into(), refs: None, reason: String::new() }));
    let before = view(&kept(std::slice::from_ref(&author)), &[&alice]);
    // Kind and position of the first, the last name, the post, the erasure.
    assert_eq!(restated_seqs(&author, &before), [0, 2, 3, 6]);
    assert_eq!(author.prune(8, &before), 1);
    assert_eq!(author.kept.entries().count(), 1);
    let text = format!("{:?}", author.held());
    let after = view(&kept(std::slice::from_ref(&author)), &[&alice]);
    assert_eq!((after.digest(), after.posts.len(), after.erasures.len()), (before.digest(), 1, 1));
    assert!(
        !author.held().iter().any(|entry| format!("{entry:?}").contains("70, 111, 117, 114, 110, 105, 108")),
        "{text}"
    );
    // Nothing has changed since: the next says the same.
    assert_eq!(restated_seqs(&author, &after), [0, 2, 3, 6]);
    // A restated post is erased by its place of before: its leaf goes, and with the next restatement the rest.
    let reste = after.posts.values().next().unwrap().id;
    let place = EntryPlace::of(&author.log, 3, reste);
    author.say(9, &Op::Erase(EraseOp { targets: [place].into(), refs: None, reason: String::new() }));
    let erased = view(&kept(std::slice::from_ref(&author)), &[&alice]);
    assert_eq!((erased.posts.len(), erased.erasures.len()), (0, 2));
    let run = author.held()[0].clone();
    let settled = settle_held(run.clone(), |of| (*of == place).then_some(StandingErasure { by: reste, drops: true }));
    assert_eq!((settled.id(), matches!(settled.body(), Body::Present(_))), (run.id(), true));
    let settled = settled.into_whole().unwrap();
    assert!(!settled.payload().windows(5).any(|window| window == b"reste"));
    assert_eq!(view(&[settled], &[&alice]).posts.len(), 0);
    author.prune(10, &erased);
    let entries = kept(std::slice::from_ref(&author));
    assert!(!entries.iter().any(|entry| entry.payload().windows(5).any(|window| window == b"reste")));
    assert_eq!(view(&entries, &[&alice]).digest(), erased.digest());
}

#[test]
fn an_erasure_that_comes_later_asks_for_the_scope_again() {
    let alice = person(1);
    let mut author = Author::new(alice.clone(), 1);
    let target = Record::of(&author.say(1, &post("part", FOIX))).unwrap().place();
    author.prune(2, &ScopeView::default());
    let erasure = author.say(3, &Op::Erase(EraseOp { targets: [target].into(), refs: None, reason: String::new() }));
    let book = book([&alice]);
    let mut state = ScopeState::new(open());
    let run = Record::of(&author.all[1]).unwrap();
    assert!(!state.apply([run.clone()], &book).again);
    assert_eq!(state.view().posts.len(), 1);
    let erasure = Record::of(&erasure).unwrap();
    assert!(state.apply([erasure.clone()], &book).again);
    let mut state = ScopeState::new(open());
    assert!(!state.apply([run, erasure], &book).again);
    assert_eq!(state.view().posts.len(), 0);
}

#[test]
fn more_than_one_entry_holds_counts_when_the_last_has_come() {
    let alice = person(1);
    let mut author = Author::new(alice.clone(), 1);
    for n in 0..9 {
        author.say(n, &post(&format!("{n} {}", "x".repeat(15_000)), FOIX));
    }
    let before = view(&kept(std::slice::from_ref(&author)), &[&alice]);
    assert_eq!(author.prune(20, &before), 3);
    let entries = kept(std::slice::from_ref(&author));
    assert_eq!((entries.len(), view(&entries, &[&alice]).digest()), (3, before.digest()));
    for missing in 0..3 {
        let mut some = entries.clone();
        some.remove(missing);
        assert_eq!(view(&some, &[&alice]).posts.len(), 0, "without its entry {missing}");
    }
    // A newcomer who begins with the last, and goes downwards.
    let mut log = MemoryLog::<HeldEntry>::new();
    assert!(log.begin(entries[2].clone().into()));
    assert_eq!((log.state().unwrap().floor, log.state().unwrap().is_complete()), (0, false));
    log.take(entries[1].clone().into()).unwrap();
    log.take(entries[0].clone().into()).unwrap();
    assert_eq!(log.state(), author.kept.state());
    // Who holds old entries, and not those just before: nothing goes until all of it is there.
    let mut log = MemoryLog::<HeldEntry>::new();
    log.take(author.all[0].clone().into()).unwrap();
    assert_eq!(log.take(entries[0].clone().into()), Err(NotTaken::Aside));
    assert_eq!(log.take(entries[1].clone().into()), Err(NotTaken::Aside));
    assert_eq!(log.entries().count(), 1);
    log.take(entries[2].clone().into()).unwrap();
    assert_eq!(log.state(), author.kept.state());
    assert_eq!(log.take(author.all[8].clone().into()), Err(NotTaken::Pruned { floor: 9 }));
}

#[test]
fn what_cannot_be_restated_is_named() {
    let (alice, bob) = (person(1), person(2));
    let none = ScopeView::default().erasures;
    let mut desk = Desk::default();
    let own: HeldEntry = desk.write(&alice, open(), 1, &post("un", FOIX)).into();
    let absent = HeldEntry::new(own.signed().clone(), Body::Absent).unwrap();
    assert_eq!(restate(&[absent], &none), Err(NotRestated::Absent(0)));
    let long = "x".repeat(15_900);
    let many: Vec<HeldEntry> = (0..260).map(|n| desk.write(&bob, open(), n, &post(&long, FOIX)).into()).collect();
    assert_eq!(restate(&many, &none), Err(NotRestated::TooMuch));
    assert_eq!(restate(&many[..3 * RESTATE_PARTS_MAX], &none).unwrap().len(), RESTATE_PARTS_MAX);
    assert!(!is_erasable(18));
}

/// An item made by hand, of something that need never have been.
fn claim(key: &DeviceKey, log: LogId, seq: u64, ms: u64, op: &Op) -> (Restated, Vec<u8>) {
    let payload = op.encode([9; 16]).unwrap();
    let header = Header { seq, backlink: Some(EntryId([7; 32])), ..header(log, None, ms, op, &payload) };
    let signature = key.sign(&header.signing_bytes().unwrap());
    (Restated::of(&header, signature, Vec::new()), payload)
}

#[test]
fn who_lies_in_a_restatement_speaks_for_nobody_else() {
    let (alice, mallory) = (person(1), person(6));
    let mut honest = Author::new(alice.clone(), 1);
    honest.say(5, &Op::Element(Box::new(element(alice.id, 4, "Four", FOIX))));
    let posted = honest.say(6, &post("à moi", FOIX));
    let mut liar = Author::new(mallory.clone(), 1);
    for n in 0..6 {
        liar.say(10 + n, &post("mensonge", FOIX));
    }
    let place = Record::of(&posted).unwrap().place();
    let seized = ElementOp { fields: vec![Field::Name("pris".into())], ..element(alice.id, 4, "", FOIX) };
    let (key, log) = (&mallory.key, liar.log);
    let mut early = claim(key, log, 4, 15, &post("sans signature", FOIX));
    early.0.signature = Signature([1; 64]);
    let items = vec![
        // Another's element; another's post erased; the same stamp and text as another's post.
        claim(key, log, 0, 99, &Op::Element(Box::new(seized))),
        claim(key, log, 1, 99, &Op::Erase(EraseOp { targets: [place].into(), refs: None, reason: String::new() })),
        claim(key, log, 2, 6, &post("à moi", FOIX)),
        // Before its time; never signed (which serves nothing: the device signs the restatement); above the floor.
        claim(key, log, 3, 101, &post("futur", FOIX)),
        early,
        claim(key, log, 9, 15, &post("au-dessus", FOIX)),
    ];
    let last = liar.all.last().unwrap().clone();
    let (items, said) = items.into_iter().map(|(item, leaf)| (item, Some(leaf))).unzip();
    write_run(&mallory, log, &last, 100, &[RestateOp { items, said }]).into_iter().for_each(|entry| liar.keep(entry));
    let authors = [honest, liar];
    let view = view(&kept(&authors), &[&alice, &mallory]);
    assert_eq!(view.elements.values().map(|element| element.name.as_str()).collect::<Vec<_>>(), ["Four"]);
    assert_eq!(view.erasures.len(), 0);
    let texts: Vec<(&str, bool)> =
        view.posts.values().map(|post| (post.text.as_str(), post.author == alice.id)).collect();
    assert_eq!(texts.iter().filter(|(_, own)| *own).collect::<Vec<_>>(), [&("à moi", true)]);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(view.posts.contains_key(&(Stamp::from_ms(6), posted.id())));
}

#[test]
fn only_open_cells_are_pruned() {
    let alice = person(1);
    let op = Op::Restate(RestateOp { items: vec![], said: vec![] });
    let payload = written(&op, [1; 16]);
    let refusal = |scope: Scope, seq: u64, flags: u16, schema: u16| {
        let log = LogId { scope, author: alice.id.into(), device: alice.key.id(), epoch: 1 };
        let backlink = (seq > 0).then_some(EntryId([7; 32]));
        let header = Header { seq, backlink, flags, schema, ..header(log, None, 1, &op, &payload) };
        let bytes = header.encode(alice.key.sign(&header.signing_bytes().unwrap())).unwrap();
        Entry::verify(RawEntry { header: bytes, payload: payload.clone() })
            .map(|_| ())
            .map_err(|refusal| refusal.name())
    };
    let home = Scope::container(FOIX, alice.id.into());
    let wide = Scope { cell: Cell::WORLD, container: ElementId::ZERO };
    assert_eq!(Header::prune_flags(2), Some(0x205));
    assert_eq!((Header::prune_flags(63), Header::prune_flags(64)), (Some(0x3f05), None));
    for (seq, flags) in [(0, 5), (2, 0x205), (2, 4)] {
        assert_eq!(refusal(open(), seq, flags, 18), Ok(()));
        assert_eq!(refusal(wide, seq, flags, 18), Err("flags"));
    }
    assert_eq!(refusal(open(), 1, 0x205, 18), Err("flags"), "it would begin before its log");
    assert_eq!(refusal(open(), 1, 5, 12), Err("flags"));
    for flags in [0, 1, 6, 7, 8, 0x104, 0x4005, 0x8005] {
        assert_eq!(refusal(open(), 1, flags, 18), Err("flags"), "{flags}");
    }
    assert_eq!(refusal(home, 1, 5, 18), Err("flags"));
    assert_eq!(refusal(home, 1, 4, 18), Err("scope"));
    assert_eq!(refusal(Scope::identity(alice.id), 1, 5, 18), Err("flags"));
    assert_eq!(refusal(Scope { cell: Cell::CLOSED, container: alice.id.into() }, 1, 5, 18), Err("flags"));
}

/// A header with an id of our choice: the rules of a log look at nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub header: Header,
    pub id: EntryId,
}

impl Linked for Link {
    fn header(&self) -> &Header {
        &self.header
    }
    fn id(&self) -> EntryId {
        self.id
    }
}

/// An entry behind another: an ordinary one, one of a restatement, or the last of one.
pub fn link(name: u32, parent: Option<&Link>, part: Option<Option<usize>>) -> Link {
    let seq = parent.map_or(0, |parent| parent.header.seq + 1);
    let before = part.flatten().map(|before| before.min(seq as usize));
    let header = Header {
        seq,
        backlink: parent.map(|parent| parent.id),
        flags: match (part, before) {
            (_, Some(before)) => Header::prune_flags(before).unwrap(),
            (Some(None), None) => LEAVES,
            _ => 0,
        },
        payload_size: 0,
        payload_hash: Hash([0; 32]),
        ..Header::following(
            LogId { scope: open(), author: person(7).id.into(), device: key(7).id(), epoch: 1 },
            None,
            Stamp::from_ms(1_000),
            if part.is_some() { 18 } else { 12 },
        )
    };
    let mut id = [0; 32];
    id[..4].copy_from_slice(&name.to_be_bytes());
    Link { header, id: EntryId(id) }
}

/// What SPEC.md says is kept, computed from all entries at once; with the floor.
fn counted(entries: &[Link]) -> (u64, Vec<EntryId>) {
    let by_id: BTreeMap<EntryId, &Link> = entries.iter().map(|link| (link.id, link)).collect();
    let run = |last: &Link| -> Option<Vec<EntryId>> {
        let floor = last.header.restates_from()?;
        let mut run = vec![last.id];
        let mut at = last;
        while at.header.seq > floor {
            at = by_id.get(&at.header.backlink?)?;
            if !at.header.is_part() {
                return None;
            }
            run.push(at.id);
        }
        Some(run)
    };
    let runs = entries.iter().filter_map(|last| Some((last.header.restates_from()?, last, run(last)?)));
    let best = runs.min_by_key(|(floor, last, _)| (std::cmp::Reverse(*floor), last.id));
    let (floor, mut kept, mut at) = match best {
        Some((floor, last, run)) => (floor, run, Some(last.id)),
        None => (0, vec![], None),
    };
    let children = |of: Option<EntryId>| {
        let mut children: Vec<EntryId> =
            entries.iter().filter(|link| link.header.backlink == of).map(|link| link.id).collect();
        children.sort_unstable();
        children
    };
    let chain = |from: EntryId| {
        let mut chain = vec![from];
        while let Some(next) = children(chain.last().copied()).first() {
            chain.push(*next);
        }
        chain
    };
    loop {
        match children(at).as_slice() {
            [] => return (floor, kept),
            [one] => {
                kept.push(*one);
                at = Some(*one);
            }
            [one, two, ..] => {
                kept.extend(chain(*one).into_iter().chain(chain(*two)));
                return (floor, kept);
            }
        }
    }
}

/// Offer entries in an order, again and again, until nothing is taken any more.
fn settle(entries: &[Link]) -> MemoryLog<Link> {
    let mut log = MemoryLog::new();
    let (mut quiet, mut turns) = (0, 0);
    // What is kept aside leaves no trace: one more turn.
    while quiet < 2 {
        let taken = entries.iter().filter(|entry| log.take((*entry).clone()).is_ok()).count();
        quiet = if taken > 0 { 0 } else { quiet + 1 };
        turns += 1;
        assert!(turns < 100, "it does not come to rest");
    }
    log
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn forks_and_restatements_keep_the_same_in_any_order(
        parents in prop::collection::vec((0_u32..14, 0_u32..1 << 27, 0_usize..9), 1..16),
        order in prop::collection::vec(0_usize..1_000, 16),
    ) {
        let mut entries: Vec<Link> = Vec::new();
        for (index, (parent, name, part)) in parents.iter().enumerate() {
            let name = name.wrapping_mul(16).wrapping_add(u32::try_from(index).unwrap());
            // Mostly behind the one just made, so that runs come about.
            let parent = if *parent < 9 { entries.last() } else { entries.get(*parent as usize - 9) };
            let part = match part {
                0..=3 => None,
                4..=6 => Some(None),
                before => Some(Some(before - 7 + index % 2)),
            };
            let next = link(name, parent, part);
            entries.push(next);
        }
        let mut shuffled = entries.clone();
        shuffled.sort_by_key(|entry| order[entries.iter().position(|other| other.id == entry.id).unwrap()]);
        let (floor, mut expected) = counted(&entries);
        expected.sort_unstable();
        let (one, two) = (settle(&entries), settle(&shuffled));
        for log in [&one, &two] {
            let mut ids: Vec<EntryId> = log.entries().map(|entry| entry.id).collect();
            ids.sort_unstable();
            prop_assert_eq!(&ids, &expected);
            let state = log.state().unwrap();
            prop_assert_eq!((state.floor, state.lo), (floor, floor));
        }
        prop_assert_eq!(one.state().unwrap().digest(), two.state().unwrap().digest());
        // Who asks for the newest first comes to the same downwards.
        let mut downwards = one.entries().cloned().collect::<Vec<_>>();
        downwards.sort_by_key(|entry| std::cmp::Reverse(entry.header.seq));
        if one.state().unwrap().fork.is_none() {
            let mut log = MemoryLog::new();
            prop_assert!(log.begin(downwards[0].clone()));
            downwards[1..].iter().for_each(|entry| assert!(log.take(entry.clone()).is_ok()));
            prop_assert_eq!(log.state().unwrap().digest(), one.state().unwrap().digest());
            prop_assert!(log.state().unwrap().is_complete());
        }
    }
}
