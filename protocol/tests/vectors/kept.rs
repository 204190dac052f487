//! What is kept of logs that restate themselves, and what the restatement says.

use crate::{
    common::{Desk, FOIX, Person, element, person, written},
    hex, unhex,
};
use communaut_protocol::{
    Entry, EntryId, Header, Scope,
    entry::{HeldEntry, RawEntry},
    fold::{Erasures, Record, restate, restated},
    log::MemoryLog,
    op::{ElementOp, Field, Op, PostOp, RestateOp, Restated},
};
use serde_json::{Value, json};

pub fn post(text: &str) -> Op {
    let text = text.into();
    Op::Post(PostOp { text, position: Some(FOIX), ..PostOp::default() })
}

/// Restate what was written, in as many entries as there are operations.
pub fn write_run(desk: &mut Desk, by: &Person, ms: u64, ops: &[RestateOp]) -> Vec<Entry> {
    let mut run = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let op = Op::Restate(op.clone());
        let mut header = desk.place(by.log(Scope::open(FOIX)), ms, &op);
        if at + 1 == ops.len() {
            header.flags = Header::prune_flags(at).unwrap();
        }
        let payload = written(&op, [u8::try_from(at).unwrap() + 1; 16]);
        run.push(desk.sign(&by.key, header, payload));
    }
    run
}

/// What a log still says, in two entries.
pub fn in_two(entries: &[Entry]) -> Vec<RestateOp> {
    let held: Vec<HeldEntry> = entries.iter().cloned().map(HeldEntry::from).collect();
    let mut ops = restate(&held, &Erasures::new()).unwrap();
    let half = ops[0].items.len() / 2;
    let width: usize = ops[0].items[..half].iter().map(Restated::width).sum();
    let (items, said) = (ops[0].items.split_off(half), ops[0].said.split_off(width));
    ops.push(RestateOp { items, said });
    ops
}

/// An element with an edit, and posts.
pub fn history(desk: &mut Desk, by: &Person) -> Vec<Entry> {
    let scope = Scope::open(FOIX);
    let made = element(by.id, 3, "Four", FOIX);
    let mut renamed = made.clone();
    renamed.fields = vec![Field::Name("Four à pain".into())];
    let ops = [post("Un"), Op::Element(Box::new(made)), Op::Element(Box::new(renamed)), post("Deux")];
    ops.iter().enumerate().map(|(at, op)| desk.write(by, scope, 10 + at as u64, op)).collect()
}

fn history_again(desk: &mut Desk, by: &Person) -> Vec<HeldEntry> {
    history(desk, by).into_iter().map(HeldEntry::from).collect()
}

/// Offered until nothing is taken any more.
fn settle(entries: &[Entry]) -> MemoryLog<HeldEntry> {
    let mut log = MemoryLog::new();
    let mut quiet = 0;
    while quiet < 2 {
        let taken = entries.iter().filter(|entry| log.take((*entry).clone().into()).is_ok()).count();
        quiet = if taken > 0 { 0 } else { quiet + 1 };
    }
    log
}

fn outcome(entries: &[Entry]) -> Value {
    let log = settle(entries);
    let state = *log.state().unwrap();
    let mut kept: Vec<EntryId> = log.entries().map(HeldEntry::id).collect();
    kept.sort_unstable();
    let run = log.entries().filter(|entry| state.base.is_some_and(|base| entry.header().seq <= base.seq));
    let run: Option<Vec<Record>> = run.filter_map(HeldEntry::whole).map(|entry| Record::of(&entry).ok()).collect();
    // Where one of them cannot be read, the run says nothing.
    let run = run.unwrap_or_default();
    let said: Vec<Value> = restated(&run).iter().map(|record| json!({"seq": record.seq, "id": record.id})).collect();
    json!({"floor": state.floor, "kept": kept, "state": state.digest(), "restated": said})
}

pub fn vector(about: &str, entries: &[Entry]) -> Value {
    let raw = |entry: &Entry| json!({"header": hex(entry.header_bytes()), "payload": hex(entry.payload())});
    let mut value = outcome(entries);
    value["kind"] = "kept".into();
    value["about"] = about.into();
    value["entries"] = entries.iter().map(raw).collect();
    value
}

/// Hold one file to the rules, in every order of a few.
pub fn check(value: &Value) {
    let raw = |entry: &Value| RawEntry { header: unhex(&entry["header"]), payload: unhex(&entry["payload"]) };
    let entries = value["entries"].as_array().unwrap();
    let mut entries: Vec<Entry> = entries.iter().map(|entry| Entry::verify(raw(entry)).unwrap()).collect();
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        for (field, found) in outcome(&entries).as_object().unwrap() {
            assert_eq!(found, &value[field]);
        }
    }
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let alice = person(1);
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let before = history(&mut desk, &alice);
    let mut other = desk.clone();
    let ops = in_two(&before);
    let run = write_run(&mut desk, &alice, 20, &ops);
    let after = desk.write(&alice, scope, 30, &post("Trois"));
    let all = |parts: &[&[Entry]]| parts.concat();
    // Another branch behind the same entry, longer, without a restatement; and one with another restatement.
    let branch: Vec<Entry> = (0..5).map(|n| other.write(&alice, scope, 40 + n, &post("ailleurs"))).collect();
    let mut third = Desk::default();
    let same = history(&mut third, &alice);
    assert_eq!(same, before);
    let rival = write_run(&mut third, &alice, 50, &ops[..1]);
    let mut fourth = Desk::default();
    history(&mut fourth, &alice);
    let op = Op::Restate(ops[0].clone());
    let part = fourth.write(&alice, scope, 60, &op);
    let unended = fourth.write(&alice, scope, 61, &post("et puis non"));
    // What it says of entries that it could not speak of is passed over: below the floor, ascending, not later than it.
    let (mut lies, said) = (ops[1].items.clone(), vec![ops[1].said[0].clone(); 3]);
    let mut late = lies[0].clone();
    (late.seq, late.stamp) = (3, communaut_protocol::Stamp::from_ms(99));
    lies.truncate(1);
    lies.push(late.clone());
    late.seq = 77;
    lies.push(late);
    let mut fifth = Desk::default();
    history(&mut fifth, &alice);
    let lying = write_run(&mut fifth, &alice, 70, &[RestateOp { items: lies, said }]);
    // A batch of which one element is replaced, and one edited: it is said again leaf by leaf, in two entries.
    let mut sixth = Desk::default();
    let batch = crate::leaves::batch(&mut sixth, &alice, scope, 10);
    let words = [
        Op::Element(Box::new(element(alice.id, 4, "Lavoir couvert", FOIX))),
        Op::Element(Box::new(ElementOp {
            fields: vec![Field::Name("Le kiosque".into())],
            ..element(alice.id, 5, "", FOIX)
        })),
    ];
    let words = words.map(|op| sixth.write(&alice, scope, 11, &op));
    let history = all(&[&[batch], &words]);
    let of_batch = write_run(&mut sixth, &alice, 20, &in_two(&history));
    // Leaves of one number that belong to two entries, and leaves that there were not.
    let held: Vec<HeldEntry> = history.iter().cloned().map(HeldEntry::from).collect();
    let mut mixed = restate(&held, &Erasures::new()).unwrap().remove(0);
    mixed.items[1].seq = 0;
    mixed.items[1].leaves = vec![9];
    mixed.items[2].flags = 4;
    let of_two = write_run(&mut sixth, &alice, 30, &[mixed]);
    // A post with the flags of leaves; and a run of which one entry says more items than it has leaves.
    let mut seventh = Desk::default();
    let before_7 = history_again(&mut seventh, &alice);
    let mut flagged = restate(&before_7, &Erasures::new()).unwrap().remove(0);
    (flagged.items[0].flags, flagged.items[0].leaves) = (4, vec![0]);
    let flagged = write_run(&mut seventh, &alice, 20, &[flagged]);
    let mut eighth = Desk::default();
    history_again(&mut eighth, &alice);
    let mut cut = ops.clone();
    cut[0].said.pop();
    let cut = write_run(&mut eighth, &alice, 20, &cut);
    [
        ("flagged", "What has no leaves as if it had.", flagged),
        ("cut", "One entry of the run has a leaf less than its items need: nothing of the run is said.", cut),
        ("leaves", "A batch, said again by what is left of it.", all(&[&history, &of_batch])),
        ("leaves-lies", "Of one number two entries, and leaves where none were.", all(&[&of_batch, &of_two])),
        ("run", "A restatement of two entries, and what follows.", all(&[&before, &run, std::slice::from_ref(&after)])),
        ("alone", "The same, without what stood before.", all(&[&run, std::slice::from_ref(&after)])),
        ("unended", "A restatement that is not ended changes nothing.", all(&[&before, &[part, unended]])),
        ("forked", "Another branch goes, whatever stands in it.", all(&[&before, &branch, &run, &[after]])),
        (
            "two",
            "Of two that begin at one number that with the smaller last entry counts.",
            all(&[&before, &run, &rival]),
        ),
        ("lies", "What could not have stood before it is passed over.", all(&[&before, &lying])),
    ]
    .into_iter()
    .map(|(name, about, entries)| (format!("kept-{name}"), vector(about, &entries)))
    .collect()
}
