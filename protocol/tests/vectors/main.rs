//! Golden vectors: `testdata/vectors/*.json`, from which another implementation can be checked.
//!
//! They are written anew, from fixed seeds, by
//! `cargo test -p communaut-protocol --test vectors -- --ignored regenerate`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests"
)]

#[path = "../rules/common.rs"]
mod common;
#[path = "../rules/den.rs"]
mod den;
#[path = "../rules/devices.rs"]
mod devices;

mod blobs;
mod bundles;
mod check;
mod claims;
mod content;
mod derive;
mod folds;
mod good;
mod identity;
mod invites;
mod kept;
mod leaves;
mod private;
mod refused;
mod under;

use communaut_protocol::op::{RULES, schema};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/vectors")
}

/// Bytes in hexadecimal.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// And back.
pub fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("not a text: {value}"));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A field of a vector.
pub fn get<T: DeserializeOwned>(value: &Value, field: &str) -> T {
    serde_json::from_value(value[field].clone()).unwrap_or_else(|error| panic!("{field}: {error}"))
}

/// Every vector as this code makes it, by file name.
fn made() -> BTreeMap<String, Value> {
    let all = good::vectors().into_iter().chain(refused::vectors()).chain(derive::vectors()).chain(folds::vectors());
    let all = all.chain(private::vectors()).chain(identity::vectors()).chain(kept::vectors());
    let all = all.chain(leaves::vectors()).chain(bundles::vectors()).chain(claims::vectors()).chain(content::vectors());
    let all = all.chain(under::vectors()).chain(blobs::vectors()).chain(invites::vectors());
    let mut files = BTreeMap::new();
    for (name, value) in all {
        assert!(files.insert(format!("{name}.json"), value).is_none(), "two vectors named {name}");
    }
    files
}

fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

/// Every vector as it lies in the folder.
fn stored() -> BTreeMap<String, Value> {
    fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "json"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
#[ignore = "writes testdata/vectors; run it on purpose, and look at what changed"]
fn regenerate() {
    fs::create_dir_all(folder()).unwrap();
    for name in stored().keys() {
        fs::remove_file(folder().join(name)).unwrap();
    }
    for (name, value) in made() {
        fs::write(folder().join(name), text(&value)).unwrap();
    }
}

#[test]
fn the_files_are_what_this_code_makes() {
    let (made, stored) = (made(), stored());
    let names = |files: &BTreeMap<String, Value>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&stored));
    for (name, value) in &made {
        assert_eq!(text(value), text(&stored[name]), "{name} differs");
    }
}

#[test]
fn every_schema_and_every_refusal_has_a_vector() {
    let stored = stored();
    let of = |kind: &str| stored.values().filter(|value| value["kind"] == kind).cloned().collect::<Vec<_>>();
    let mut schemas: Vec<u64> = of("operation").iter().map(|value| value["schema"].as_u64().unwrap()).collect();
    schemas.sort_unstable();
    schemas.dedup();
    // What stands in closed communities alone is sealed there: `private` has it.
    let sealed = [schema::KEY_EPOCH, schema::SEED];
    let all = RULES.iter().map(|rule| rule.schema).filter(|number| !sealed.contains(number));
    assert_eq!(schemas, all.map(u64::from).collect::<Vec<_>>());
    let mut names: Vec<String> =
        of("entry").iter().filter_map(|value| value["refusal"].as_str().map(str::to_owned)).collect();
    names.sort_unstable();
    names.dedup();
    let known = [
        "backlink",
        "budget",
        "flags",
        "malformed",
        "network",
        "payload",
        "scope",
        "sealed",
        "signature",
        "too_large",
        "version",
    ];
    assert_eq!(names, known);
}

#[test]
fn every_file_holds() {
    for (name, value) in stored() {
        check::check(&name, &value);
    }
}

/// The worked example of SPEC.md §4 is a vector's.
#[test]
fn the_specifications_example_is_real() {
    let spec = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md")).unwrap();
    let payload = stored()["op-post.json"]["payload"].as_str().unwrap().to_owned();
    assert!(spec.lines().any(|line| line.trim() == payload));
}
