//! What a program of next year writes goes through the nodes of today: taken, relayed, folded beside what is known,
//! restated, erased, and it comes out whole. SPEC.md §4, §6.3.

use crate::common::{self, FOIX, Person, book, element, header, person, written};
use communaut_protocol::{
    Entry, Header, Scope, Stamp,
    codec::{self, Raw},
    entry::{Extra, Head, HeldEntry},
    fold::{Record, ScopeState, ScopeView, restate, restated},
    limits::TEXT_MAX,
    op::{Field, Kind, NEEDS, Op, OpError, RULES, Restating, UnknownOp, is_erasable, rule_for, schema},
    scope::LogId,
};
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;

fn open() -> Scope {
    Scope::open(FOIX)
}

fn raw<T: serde::Serialize>(value: T) -> Raw {
    Raw::of(&value).unwrap()
}

/// A structure of next year.
fn structure(fields: impl IntoIterator<Item = (u8, Raw)>) -> Raw {
    raw(fields.into_iter().collect::<BTreeMap<u8, Raw>>())
}

/// An operation with more fields than are known here.
fn with(op: &Op, more: &[(u8, Raw)]) -> Raw {
    let known = (0..=22).filter_map(|number| Some((number, op.body().unwrap().field(number)?)));
    structure(known.chain(more.iter().cloned()))
}

fn later(schema: u16, version: u8, said: Raw) -> Op {
    Op::Unknown(Box::new(UnknownOp { schema, version, said }))
}

fn post() -> Op {
    common::post("Marché")
}

/// One log in the cell, by a program of next year.
struct Log {
    by: Person,
    entries: Vec<Entry>,
}

impl Log {
    fn new() -> Self {
        Self { by: person(1), entries: Vec::new() }
    }
    fn log(&self) -> LogId {
        self.by.log(open())
    }
    fn say(&mut self, ms: u64, op: &Op) -> Entry {
        let payload = written(op, [u8::try_from(ms % 251).unwrap(); 16]);
        let head = self.entries.last().map(|entry| Head { seq: entry.header().seq, id: entry.id() });
        let mut header = header(self.log(), head, ms, op, &payload);
        if let Op::Unknown(op) = op {
            header.schema_version = op.version;
        }
        let entry = Entry::sign(&self.by.key, header, payload).unwrap();
        self.entries.push(entry.clone());
        entry
    }
    fn view(&self) -> ScopeView {
        view(&self.by, &self.entries)
    }
    /// The same, restated by a program of today: of what is gone the ids, as who folds it makes them again.
    fn restated(&self, ms: u64) -> (Vec<Entry>, Vec<Record>) {
        let held: Vec<HeldEntry> = self.entries.iter().cloned().map(HeldEntry::from).collect();
        let ops = restate(&held, &self.view().erasures).unwrap();
        let written = crate::prune::write_run(&self.by, self.log(), self.entries.last().unwrap(), ms, &ops);
        let parts: Vec<Record> = written.iter().map(|entry| Record::of(entry).unwrap()).collect();
        (written, restated(&parts))
    }
}

fn view(by: &Person, entries: &[Entry]) -> ScopeView {
    let mut state = ScopeState::new(open());
    state.apply(entries.iter().map(|entry| Record::of(entry).unwrap()), &book([by]));
    state.view().clone()
}

#[test]
fn fields_of_next_year_are_passed_over_and_stay_in_the_bytes() {
    let mut log = Log::new();
    // A post that says after which one it comes, and in which language.
    let said = with(&post(), &[(20, raw("fr")), (200, raw(vec![1_u64, 1 << 40]))]);
    let entry = log.say(1_000, &later(12, 1, said.clone()));
    let record = Record::of(&entry).unwrap();
    assert_eq!(record.op, post(), "what is known of it is read");
    assert_eq!(log.view().posts.len(), 1);
    let (_, items) = log.restated(2_000);
    assert_eq!(items[0].id, entry.id());
    let again = communaut_protocol::op::body(entry.payload()).unwrap();
    assert_eq!(again, said);
}

#[test]
fn a_restatement_says_again_what_it_does_not_understand() {
    let mut log = Log::new();
    let offer = later(700, 1, structure([(0, raw("two ladders")), (1, raw(7_u8))]));
    let next = later(12, 2, structure([(0, raw("said in another way"))]));
    let text = later(12, 1, with(&post(), &[(20, raw("fr"))]));
    let ids: Vec<_> = [&offer, &next, &text].map(|op| log.say(1_000, op).id()).to_vec();
    let (written, items) = log.restated(2_000);
    assert_eq!(items.iter().map(|item| item.id).collect::<Vec<_>>(), ids);
    assert_eq!((&items[0].op, &items[1].op), (&offer, &next));
    assert_eq!(view(&log.by, &written).posts, log.view().posts);
    // And once more, from what was restated: nothing wears off.
    let mut again = Log { by: log.by.clone(), entries: written };
    again.say(2_500, &post());
    let (_, items) = again.restated(3_000);
    assert_eq!((items.len(), items[0].id, &items[0].op), (4, ids[0], &offer));
    // What may govern is not said again where nothing governs.
    let mut acts = Log::new();
    acts.say(1_000, &later(1_500, 1, structure([])));
    acts.say(1_001, &post());
    assert_eq!(acts.restated(2_000).1.len(), 1);
}

/// What an item's header said besides is needed to make its id again.
#[test]
fn a_restatement_keeps_what_a_header_says_besides() {
    let mut log = Log::new();
    let extra = Extra::from_bytes(raw(BTreeMap::from([(7_u8, "demain")])).bytes()).unwrap();
    let payload = post().encode([9; 16]).unwrap();
    let header = Header { extra: extra.clone(), ..header(log.log(), None, 1_000, &post(), &payload) };
    log.entries.push(Entry::sign(&log.by.key, header, payload).unwrap());
    let held: Vec<HeldEntry> = log.entries.iter().cloned().map(HeldEntry::from).collect();
    assert_eq!(restate(&held, &log.view().erasures).unwrap()[0].items[0].extra, extra);
    let id = log.entries[0].id();
    assert_eq!(log.restated(2_000).1.iter().map(|item| item.id).collect::<Vec<_>>(), [id]);
}

#[test]
fn an_element_keeps_what_is_not_known_of_it() {
    let mut log = Log::new();
    let me = log.by.id;
    let known = Op::Element(Box::new(element(me, 3, "Four", FOIX)));
    let id = element(me, 3, "Four", FOIX).id();
    log.say(1_000, &known);
    // Another kind of thing, and a field for wheelchairs.
    let mut fields: BTreeMap<u8, Raw> = BTreeMap::from([(0, raw(17_u8)), (40, raw("step-free"))]);
    let mut op = element(me, 3, "Four", FOIX);
    op.fields.clear();
    let bare = Op::Element(Box::new(op));
    log.say(1_001, &later(10, 1, with(&bare, &[(2, raw(fields.clone()))])));
    let seen = log.view().elements[&id].clone();
    assert_eq!(seen.unknown, fields.clone());
    assert_eq!((seen.kind, seen.name.as_str()), (Kind::default(), "Four"));
    let (written, _) = log.restated(2_000);
    assert_eq!(view(&log.by, &written).elements[&id], seen, "a restatement is the same to the byte");
    // A later word of today takes the place of one register.
    let mut event = element(me, 3, "Four", FOIX);
    event.fields = vec![Field::Kind(Kind::Event)];
    log.say(1_500, &Op::Element(Box::new(event)));
    let seen = log.view().elements[&id].clone();
    fields.remove(&0);
    assert_eq!((seen.kind, seen.unknown.clone()), (Kind::Event, fields));
    let (written, _) = log.restated(2_000);
    assert_eq!(view(&log.by, &written).elements[&id], seen);
    assert_eq!(seen.updated, Stamp::from_ms(1_500));
}

#[test]
fn a_value_that_is_not_known_is_bounded() {
    let me = person(1);
    let mut op = element(me.id, 3, "Four", FOIX);
    op.fields = vec![Field::Unknown(99, raw("x".repeat(TEXT_MAX)))];
    let refused = Op::Element(Box::new(op)).encode([0; 16]).unwrap_err();
    assert!(matches!(refused, OpError::Bound { field: "field", .. }), "{refused}");
}

#[test]
fn what_needs_something_unknown_is_not_understood() {
    let mut log = Log::new();
    let entry = log.say(1_000, &later(12, 1, with(&post(), &[(NEEDS, raw(vec![4_u16]))])));
    assert!(matches!(Record::of(&entry).unwrap().op, Op::Unknown(_)));
    assert!(log.view().posts.is_empty());
    let nothing = Vec::<u16>::new();
    let entry = log.say(1_001, &later(12, 1, with(&post(), &[(NEEDS, raw(nothing))])));
    assert_eq!(Record::of(&entry).unwrap().op, post());
    for (wrong, why) in [(raw("4"), "a text"), (raw(vec![5_u16, 4]), "not ascending"), (raw(vec![4_u16, 4]), "twice")] {
        let said = with(&post(), &[(NEEDS, wrong)]);
        let payload = later(12, 1, said).encode([0; 16]).unwrap();
        assert!(Op::decode(12, 1, &payload).is_err(), "{why}");
    }
}

/// Field 23 means something only to who knows the operation.
#[test]
fn what_is_not_known_may_have_anything_in_the_place_of_what_it_needs() {
    let mut log = Log::new();
    let said = structure([(0, raw("quoi")), (NEEDS, raw("rien"))]);
    log.say(1_000, &later(700, 1, said.clone()));
    log.say(1_001, &post());
    let (written, ops) = log.restated(2_000);
    assert_eq!(view(&log.by, &written).posts.len(), 1);
    assert!(matches!(&ops[0].op, Op::Unknown(op) if op.said == said));
}

/// What is said again lies no deeper than it did: it is a leaf of its own.
#[test]
fn what_lies_deep_is_said_again_as_it_was() {
    let mut log = Log::new();
    let deep = (0..13).fold(raw(0), |within, _| raw(vec![within]));
    let entry = log.say(1_000, &later(700, 1, structure([(0, deep)])));
    assert!(matches!(Record::of(&entry).unwrap().op, Op::Unknown(_)));
    let held: Vec<HeldEntry> = log.entries.iter().cloned().map(HeldEntry::from).collect();
    let op = restate(&held, &log.view().erasures).unwrap().remove(0);
    assert_eq!(op.said, [Some(entry.payload().to_vec())]);
    assert!(Op::Restate(op).written(&mut || [0; 16]).is_ok());
}

/// What an item says that breaks a bound here (by another year's tables of letters, say) takes no other along.
#[test]
fn an_item_that_breaks_a_bound_is_passed_over_alone() {
    let mut log = Log::new();
    for ms in 0..3 {
        log.say(1_000 + ms, &post());
    }
    let held: Vec<HeldEntry> = log.entries.iter().cloned().map(HeldEntry::from).collect();
    let mut op = restate(&held, &log.view().erasures).unwrap().remove(0);
    let spaces = Raw::of(&BTreeMap::from([(1_u8, raw("  ")), (4, raw(FOIX))])).unwrap();
    op.said[1] = Some(codec::encode(&(ByteBuf::from([7; 16]), spaces)).unwrap());
    let after = log.entries.last().map(|entry| Head { seq: entry.header().seq, id: entry.id() });
    let header = Header::following(log.log(), after, Stamp::from_ms(2_000), schema::RESTATE);
    let header = Header { flags: Header::prune_flags(0).unwrap(), ..header };
    let payload = written(&Op::Restate(op), [0; 16]);
    let entry = Entry::sign(&log.by.key, header.over(&payload).unwrap(), payload).unwrap();
    assert_eq!(view(&log.by, &[entry]).posts.len(), 2);
}

#[test]
fn a_number_says_what_holds_of_it() {
    for (schema, erasable, restated) in [(7, false, false), (19, true, true), (29, false, false), (700, true, true)] {
        assert_eq!(is_erasable(schema), erasable, "{schema}");
        let rule = rule_for(schema);
        assert_eq!(rule.restating != Restating::Never, restated, "{schema}");
    }
    for schema in [1_024, 1_500, 2_047] {
        assert!(!is_erasable(schema), "{schema}");
    }
    assert!(is_erasable(2_048) && is_erasable(u16::MAX));
    // What is known says it itself.
    assert!(RULES.iter().all(|rule| rule_for(rule.schema) == rule));
}
