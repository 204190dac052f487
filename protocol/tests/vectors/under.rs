//! What is said in a container under an act of governance, and what is kept of it.

use crate::{
    common::{Desk, FOIX, Person, element, person, role_op},
    folds,
    good::{entry_value, operation},
    refused::not_folded,
};
use communaut_protocol::{
    Entry, EntryId, Scope,
    codec::Raw,
    fold::Record,
    op::{ElementOp, Field, KeepOp, Op, PostOp, Role, UNDER, UnknownOp},
};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};

fn post() -> Op {
    let (wall, reply_to, tags, position) = (None, None, vec![], None);
    Op::Post(PostOp { wall, text: "Bonjour".into(), reply_to, tags, position, ..PostOp::default() })
}

fn event(by: &Person, seed: u8, name: &str) -> Op {
    Op::Element(Box::new(element(by.id, seed, name, FOIX)))
}

fn keep(entries: &[EntryId], refs: &[EntryId]) -> Op {
    let mut entries = entries.to_vec();
    entries.sort();
    Op::Keep(KeepOp { entries, refs: refs.to_vec() })
}

fn write(desk: &mut Desk, by: &Person, scope: Scope, ms: u64, op: &Op, under: EntryId) -> Entry {
    let place = desk.place(by.log(scope), ms, op);
    let payload = op.encode_under([ms as u8; 16], Some(under)).unwrap();
    desk.sign(&by.key, place, payload)
}

/// Some are good, and the rest is kept and not folded.
pub fn vectors() -> Vec<(String, Value)> {
    let alice = person(1);
    let card = element(alice.id, 7, "Régie de quartier", FOIX);
    let club = Scope::container(FOIX, card.id());
    let act = EntryId([7; 32]);
    let mut desk = Desk::default();
    let entry = write(&mut desk, &alice, club, 20, &event(&alice, 9, "Bal"), act);
    let mut all = vec![
        ("op-element-under".into(), operation("An element said under an act.", 1, &entry)),
        ("op-keep".into(), {
            let entry = desk.write(&alice, club, 21, &keep(&[entry.id(), act], &[act]));
            operation("Entries that stay, whatever is taken from their authors.", 1, &entry)
        }),
        ("payload-role-under".into(), {
            let said = role_op(&person(2), None, &[]).body().unwrap().and_field(UNDER, &Raw::of(&7_u8).unwrap());
            let op = Op::Unknown(Box::new(UnknownOp { schema: 20, version: 1, said: said.unwrap() }));
            let mut value = plain(1, &desk.write(&alice, club, 22, &op));
            value["about"] = "A role entry with a number in field 22, which says nothing there.".into();
            value
        }),
    ];
    let with = |value: Raw| {
        let said = post().body().unwrap().and_field(UNDER, &value).unwrap();
        (12, said)
    };
    let bad = [
        ("under-number", "A post under a number.", with(Raw::of(&7_u8).unwrap())),
        ("under-short", "A post under 31 bytes.", with(Raw::of(&ByteBuf::from([7; 31])).unwrap())),
        ("under-nothing", "A post under null.", with(Raw::of(&None::<u8>).unwrap())),
        ("keep-nothing", "Nothing is kept.", (29, raw_keep(&[], &[]))),
        ("keep-order", "What is kept does not ascend.", (29, raw_keep(&[EntryId([9; 32]), act], &[]))),
        ("keep-refs-order", "An act twice.", (29, raw_keep(&[act], &[act, act]))),
    ];
    for (name, about, (schema, said)) in bad {
        let op = Op::Unknown(Box::new(UnknownOp { schema, version: 1, said }));
        let mut value = plain(1, &desk.write(&alice, club, 30, &op));
        value["about"] = about.into();
        assert!(!value["not_folded"].is_null(), "{name}");
        all.push((format!("payload-{name}"), value));
    }
    all.push(("fold-under".into(), kept_and_fallen()));
    all.push(("fold-under-ousted".into(), ousted()));
    all
}

fn raw_keep(entries: &[EntryId], refs: &[EntryId]) -> Raw {
    Raw::of(&KeepOp { entries: entries.to_vec(), refs: refs.to_vec() }).unwrap()
}

/// A payload's vector: whether it is folded, and why not.
fn plain(seed: u8, entry: &Entry) -> Value {
    let mut value = entry_value(seed, entry);
    value["kind"] = json!("payload");
    value["accepted"] = json!(true);
    value["refusal"] = Value::Null;
    value["not_folded"] = not_folded(&Record::of(entry));
    value
}

/// One event is kept and another is not, and a correction by an ex-moderator.
fn kept_and_fallen() -> Value {
    let (alice, bob, carol) = (person(1), person(2), person(3));
    let card = element(alice.id, 7, "Régie de quartier", FOIX);
    let club = Scope::container(FOIX, card.id());
    let mut desk = Desk::default();
    let role = |to: &Person, role, refs: &[EntryId]| role_op(to, role, refs);
    let mut all = vec![desk.write(&alice, club, 1, &Op::Element(Box::new(card)))];
    let given = desk.write(&alice, club, 2, &role(&bob, Some(Role::Contributor), &[]));
    let more = desk.write(&alice, club, 3, &role(&carol, Some(Role::Moderator), &[given.id()]));
    let kept = write(&mut desk, &bob, club, 4, &event(&bob, 1, "Bal"), given.id());
    let fallen = write(&mut desk, &bob, club, 5, &event(&bob, 2, "Fête"), given.id());
    let fields = vec![Field::Name("Bal trad".into())];
    let corrected = Op::Element(Box::new(ElementOp { owner: bob.id, seed: vec![1; 16], fields }));
    let corrected = write(&mut desk, &carol, club, 6, &corrected, more.id());
    let keeps = desk.write(&alice, club, 7, &keep(&[kept.id(), corrected.id()], &[more.id()]));
    let gone = desk.write(&alice, club, 8, &role(&bob, None, &[keeps.id()]));
    let lower = desk.write(&alice, club, 9, &role(&carol, None, &[gone.id()]));
    all.extend([given, more, kept, fallen, corrected, keeps, gone, lower]);
    folds::vector(
        "Two were let go: of what they said by their roles that counts which the founder keeps.",
        club,
        &[&alice, &bob, &carol],
        &all,
    )
}

/// Who was let go names every act.
fn ousted() -> Value {
    let (alice, bob, carol) = (person(1), person(2), person(3));
    let card = element(alice.id, 7, "Régie de quartier", FOIX);
    let club = Scope::container(FOIX, card.id());
    let mut desk = Desk::default();
    let mut all = vec![desk.write(&alice, club, 1, &Op::Element(Box::new(card)))];
    let given = desk.write(&alice, club, 2, &role_op(&bob, Some(Role::Contributor), &[]));
    let left = desk.write(&carol, club, 2, &role_op(&carol, None, &[given.id()]));
    let gone = desk.write(&alice, club, 3, &role_op(&bob, None, &[given.id()]));
    let own = desk.write(&bob, club, 2, &role_op(&bob, Some(Role::Leader), &[given.id()]));
    for (seed, under) in (1..).zip([&given, &left, &gone, &own]) {
        let made = event(&bob, seed, "Pwned");
        all.push(write(&mut desk, &bob, club, 4 + u64::from(seed), &made, under.id()));
    }
    let back = desk.write(&alice, club, 10, &role_op(&bob, Some(Role::Contributor), &[gone.id()]));
    all.push(write(&mut desk, &bob, club, 11, &event(&bob, 9, "Retour"), back.id()));
    all.extend([given, left, gone, own, back]);
    folds::vector(
        "Who was let go says something under each act, their own too; and then under the one that admits them again.",
        club,
        &[&alice, &bob, &carol],
        &all,
    )
}
