//! Files of frames, whole and broken. SPEC.md §9.5.

use crate::{
    common::{Desk, FOIX, person, post},
    hex, unhex,
};
use communaut_protocol::{
    EntryId, Scope,
    entry::{Body, HeldEntry},
    replication::bundle::{BundleReader, BundleWriter},
};
use serde_json::{Value, json};

/// How many frames stand whole in a file, and what is wrong behind them.
fn outcome(bytes: &[u8]) -> Value {
    let (mut reader, mut rest, mut frames) = (BundleReader::default(), bytes, 0);
    let broken = loop {
        let wants = reader.wants();
        let (piece, left) = rest.split_at(wants.max(1).min(rest.len()));
        rest = left;
        match reader.take(piece) {
            Ok(Some(_)) => frames += 1,
            Ok(None) if wants > 0 => {}
            Ok(None) => break Value::Null,
            Err(error) => break json!({"at": error.at, "refusal": error.fault.name()}),
        }
    };
    json!({"frames": frames, "broken": broken})
}

fn bundle(entries: &[&HeldEntry]) -> Vec<u8> {
    let mut writer = BundleWriter::default();
    let mut bytes = writer.head();
    entries.iter().for_each(|entry| bytes.extend(writer.entry(entry).unwrap()));
    bytes.extend(writer.end());
    bytes
}

fn changed(bytes: &[u8], at: usize, to: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] = to;
    bytes
}

pub fn vectors() -> Vec<(String, Value)> {
    let (alice, mut desk) = (person(1), Desk::default());
    let inception: HeldEntry = alice.inception.clone().into();
    let first: HeldEntry = desk.write(&alice, Scope::open(FOIX), 1, &post("un")).into();
    let second: HeldEntry = desk.write(&alice, Scope::open(FOIX), 2, &post("deux")).into();
    let erased = second.clone().with_body(Body::Erased(EntryId([7; 32])));
    let absent = second.clone().with_body(Body::Absent);
    let whole = bundle(&[&inception, &first, &second]);
    let len = whole.len();
    let files = [
        ("an identity and two posts", whole.clone()),
        ("nothing", bundle(&[])),
        ("a payload that is erased", bundle(&[&inception, &first, &erased])),
        ("a payload that is still to come", bundle(&[&inception, &first, &absent])),
        ("another file", b"id,name\n1,Four\n".to_vec()),
        ("another version", changed(&whole, 16, 2)),
        ("a huge length", changed(&whole, 17, 0xff)),
        ("cut off in the middle", whole[..len / 2].to_vec()),
        ("cut off before its end", whole[..len - 20].to_vec()),
        ("a byte that is another", changed(&whole, len / 2, whole[len / 2] ^ 1)),
        ("a length that is another", changed(&whole, 20, whole[20] ^ 1)),
        ("the identity behind what it wrote", bundle(&[&first, &inception])),
        ("numbers that descend", bundle(&[&inception, &second, &first])),
        ("something behind the end", [&whole[..], b"x"].concat()),
    ];
    let cases = files.into_iter().map(|(what, bytes)| {
        let mut case = outcome(&bytes);
        (case["what"], case["bytes"]) = (json!(what), json!(hex(&bytes)));
        case
    });
    let about = "Files of frames: how many of them stand whole before what is refused, and where that begins.";
    let value = json!({"kind": "bundle", "about": about, "cases": cases.collect::<Vec<_>>()});
    vec![("bundle".into(), value)]
}

/// Hold one file to the rules.
pub fn check_case(case: &Value) {
    let found = outcome(&unhex(&case["bytes"]));
    assert_eq!((&found["frames"], &found["broken"]), (&case["frames"], &case["broken"]), "{}", case["what"]);
}
