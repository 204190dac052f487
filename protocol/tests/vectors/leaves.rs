//! Payloads of leaves, whole and with some of them gone.

use crate::{
    common::{Desk, FOIX, Person, element, person, proposal},
    good::entry_value,
    hex,
    refused::not_folded,
};
use communaut_protocol::{
    Entry, Header, Scope,
    codec::{self, Raw},
    entry::{
        LEAVES, RawEntry,
        leaves::{self, Leaf},
    },
    fold::Record,
    op::{Leafage, LinkKind, LinkOp, LinkState, Op, UnknownOp, rule_for},
    private::Keyring,
};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn payload(leaves: &[Vec<u8>]) -> Vec<u8> {
    leaves::payload_of(&leaves.iter().map(|leaf| Leaf::Held(leaf)).collect::<Vec<_>>()).unwrap()
}

fn leaf(at: u8, op: &Op) -> Vec<u8> {
    op.encode([at + 0x20; 16]).unwrap()
}

fn write(desk: &mut Desk, by: &Person, scope: Scope, ms: u64, of: &Op, leaves: &[Vec<u8>]) -> Entry {
    let version = if let Op::Unknown(op) = of { op.version } else { 1 };
    let header = Header { flags: LEAVES, schema_version: version, ..desk.place(by.log(scope), ms, of) };
    desk.sign(&by.key, header, payload(leaves))
}

fn elements(by: &Person) -> Vec<Op> {
    let named = |seed, name: &str| Op::Element(Box::new(element(by.id, seed, name, FOIX)));
    vec![named(3, "Four"), named(4, "Lavoir"), named(5, "Kiosque")]
}

/// Three elements in one entry.
pub fn batch(desk: &mut Desk, by: &Person, scope: Scope, ms: u64) -> Entry {
    let ops = elements(by);
    let leaves: Vec<Vec<u8>> = (0..).zip(&ops).map(|(at, op)| leaf(at, op)).collect();
    write(desk, by, scope, ms, &ops[0], &leaves)
}

/// The same without a leaf.
pub fn without(entry: &Entry, leaf: u8) -> Entry {
    let left = leaves::without(entry.payload(), |at| at == leaf).unwrap();
    Entry::verify(RawEntry { header: entry.header_bytes().to_vec(), payload: left }).unwrap()
}

/// The hashes of the leaves; of what is said the ids, and why it is not folded.
pub fn outcome(entry: &Entry) -> Value {
    let all = Leaf::all(entry.payload()).unwrap();
    let held = (0_u8..).zip(&all).filter(|(_, leaf)| leaf.held().is_some());
    let ids: Vec<_> = if rule_for(entry.header().schema).leaves == Leafage::Parts {
        vec![entry.id()]
    } else {
        held.map(|(number, _)| leaves::id_of(entry.id(), number)).collect()
    };
    let said = ids.iter().zip(Record::all(entry, &Keyring::default())).map(|(id, read)| {
        assert!(read.as_ref().map_or(true, |record| record.id == *id));
        json!({"id": id, "not_folded": not_folded(&read)})
    });
    json!({
        "hashes": all.iter().map(Leaf::hash).collect::<Vec<_>>(),
        "said": said.collect::<Vec<_>>(),
    })
}

pub fn vector(about: &str, entry: &Entry) -> Value {
    let mut value = entry_value(1, entry);
    value["kind"] = "leaves".into();
    value["about"] = about.into();
    value["accepted"] = true.into();
    value["refusal"] = Value::Null;
    for (field, found) in outcome(entry).as_object().unwrap() {
        value[field] = found.clone();
    }
    value
}

/// Signed by Alice, whatever it holds.
fn refused(about: &str, header: Header, payload: &[u8]) -> Value {
    let header = header.encode(person(1).key.sign(&header.signing_bytes().unwrap())).unwrap();
    let refusal = Entry::verify(RawEntry { header: header.clone(), payload: payload.to_vec() }).unwrap_err();
    json!({
        "kind": "entry",
        "about": about,
        "device_seed": hex([1; 32]),
        "header": hex(&header),
        "payload": hex(payload),
        "accepted": false,
        "refusal": refusal.name(),
    })
}

fn bad(alice: &Person) -> Vec<(&'static str, Value)> {
    let open = Scope::open(FOIX);
    let op = &elements(alice)[0];
    let good = payload(&[leaf(0, op)]);
    let header = |scope: Scope| Header { flags: LEAVES, ..Desk::default().place(alice.log(scope), 1_000, op) };
    let over = |payload: &[u8]| header(open).over(payload).unwrap();
    // As if there were leaves.
    let named = |payload: &[u8], of: &[u8]| Header { payload_size: payload.len() as u32, ..over(of) };
    let two = payload(&[leaf(0, op), leaf(1, op)]);
    let swapped = payload(&[leaf(1, op), leaf(0, op)]);
    let gone = leaves::without(&good, |_| true).unwrap();
    let long = [&[0x81, 0x5a, 0, 0, 0], &good[3..]].concat();
    let many = payload(&vec![vec![0]; 257]);
    let large = payload(&vec![vec![1; 217]; 256]);
    let short = [&[0x81, 0x82, 0x58, 31], &gone[5..]].concat();
    // A length of what is gone that its hash does not have: the size in the header fits it.
    let mut longer = gone.clone();
    *longer.last_mut().unwrap() += 1;
    vec![
        ("none", refused("No leaf at all.", named(&[0x80], &good), &[0x80])),
        ("many", refused("257 leaves.", named(&many, &good), &many)),
        ("text", refused("An item that is neither a leaf nor a hash.", named(&[0x81, 0x60], &good), &[0x81, 0x60])),
        ("hash", refused("A hash of 31 bytes.", over(&good), &short)),
        ("length", refused("Another length of a leaf that is gone.", over(&good), &longer)),
        (
            "length-and-size",
            refused(
                "The same, with a size that fits it.",
                {
                    let header = over(&good);
                    Header { payload_size: header.payload_size + 1, ..header }
                },
                &longer,
            ),
        ),
        ("of-another", refused("The hash of another leaf.", over(&good), &leaves::without(&two, |_| true).unwrap())),
        ("swapped", refused("Two leaves in another order.", over(&two), &swapped)),
        ("dropped", refused("One of two leaves left out.", over(&two), &good)),
        ("long-length", refused("A length that is not the shortest.", over(&good), &long)),
        (
            "size",
            refused(
                "A size that is not that of all leaves.",
                Header { payload_size: good.len() as u32 + 1, ..over(&good) },
                &good,
            ),
        ),
        ("large", refused("More than 55,808 bytes.", over(&large), &large)),
        (
            "plain-hash",
            refused(
                "The hash of the payload, which is no root.",
                {
                    Header { flags: 0, ..over(&good) }
                        .over(&good)
                        .map(|header| Header { flags: LEAVES, ..header })
                        .unwrap()
                },
                &good,
            ),
        ),
        (
            "wide",
            refused(
                "Wide scopes take no leaves.",
                {
                    let scope = Scope { cell: FOIX.cell(2), ..open };
                    Header { schema: 13, ..header(scope) }.over(&good).unwrap()
                },
                &good,
            ),
        ),
        ("post", refused("A post has no leaves.", Header { schema: 12, ..over(&good) }, &good)),
        (
            "whole-proposal",
            refused(
                "A proposal has leaves.",
                {
                    Header { flags: 0, schema: 21, ..header(Scope::container(FOIX, alice.id.into())) }
                        .over(&good)
                        .unwrap()
                },
                &good,
            ),
        ),
        ("count", refused("Bits 8 to 13 without bit 0.", Header { flags: LEAVES | 0x100, ..over(&good) }, &good)),
    ]
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let alice = person(1);
    let (open, club) = (Scope::open(FOIX), Scope::container(FOIX, element(alice.id, 7, "", FOIX).id()));
    let mut desk = Desk::default();
    let whole = batch(&mut desk, &alice, open, 1_000);
    let ops = elements(&alice);
    let broken = [leaf(0, &ops[0]), vec![0xff], leaf(2, &crate::common::post("x"))];
    let broken = write(&mut desk, &alice, open, 1_001, &ops[0], &broken);
    let link = |target: u8| {
        Op::Link(LinkOp {
            source: alice.id.into(),
            target: communaut_protocol::ids::ElementId([target; 32]),
            kind: LinkKind::Follower,
            role: String::new(),
            state: LinkState::Accepted,
            mirror: None,
            origin: None,
            proof: None,
        })
    };
    let links = [leaf(0, &link(1)), leaf(1, &link(2))];
    let links = write(&mut desk, &alice, open, 1_002, &link(1), &links);
    let later = |word: &str| {
        let said = Raw::of(&BTreeMap::from([(0_u8, word)])).unwrap();
        Op::Unknown(Box::new(UnknownOp { schema: 900, version: 3, said }))
    };
    let unknown = [leaf(0, &later("un")), leaf(1, &later("deux"))];
    let unknown = write(&mut desk, &alice, open, 1_003, &later(""), &unknown);
    let asked = desk.write(&alice, club, 1_004, &proposal(500, &[&alice], 1));
    let said = |asked: &Entry| -> Vec<Vec<u8>> {
        let all = Leaf::all(asked.payload()).unwrap();
        all.into_iter().filter_map(Leaf::held).map(<[u8]>::to_vec).collect()
    };
    let parts = said(&asked);
    let question = proposal(500, &[&alice], 1);
    let inside = write(&mut desk, &alice, club, 1_005, &question, &[leaf(0, &question)]);
    let three = write(&mut desk, &alice, club, 1_006, &question, &[&parts[..], &parts[1..]].concat());
    // What needs more than is known here is one operation all the same, whatever stands in its other leaves.
    let needs = [codec::encode(&(ByteBuf::from([9; 16]), BTreeMap::from([(23_u8, vec![9_u16])]))).unwrap()];
    let whole_ones = [leaf(0, &question), leaf(1, &question)];
    let needs = write(&mut desk, &alice, club, 1_007, &question, &[&needs[..], &whole_ones].concat());
    [
        ("proposal-needs", vector("One that needs feature 9, with two others behind.", &needs)),
        ("batch", vector("Three elements.", &whole)),
        ("batch-of-two-left", vector("One of them is gone.", &without(&whole, 1))),
        ("batch-all-gone", vector("All of them.", &without(&without(&without(&whole, 0), 1), 2))),
        ("broken", vector("A leaf that is no payload, and one of another schema.", &broken)),
        ("links", vector("Two links.", &links)),
        ("unknown", vector("Operations that nobody knows here.", &unknown)),
        ("proposal", vector("A proposal, its text in the second leaf.", &asked)),
        ("proposal-text-gone", vector("The same without its text.", &without(&asked, 1))),
        ("proposal-gone", vector("The same without what decides.", &without(&asked, 0))),
        ("proposal-text-inside", vector("The text where what decides stands.", &inside)),
        ("proposal-three", vector("A third leaf.", &three)),
    ]
    .into_iter()
    .map(|(name, value)| (format!("leaves-{name}"), value))
    .chain(bad(&alice).into_iter().map(|(name, value)| (format!("refused-leaves-{name}"), value)))
    .collect()
}
