//! The second decoder, written from SPEC.md in another language (`tests/python`), agrees with the first on every golden
//! vector, and is able to disagree.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../skip.rs"]
mod skip;

#[path = "../python.rs"]
mod python;

use python::{project, python};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn check(python: &Path, vectors: &Path) -> Output {
    let program = project().join("tests/python/check_vectors.py");
    Command::new(python).arg("-B").arg(program).arg(vectors).output().unwrap()
}

#[test]
fn it_accepts_and_refuses_the_same() {
    let python = match python("requirements.txt") {
        Ok(python) => python,
        Err(why) => {
            let why = format!("it needs Python 3 with venv, and what requirements.txt names: {why}");
            return skip::skip("the second decoder", &why);
        }
    };
    let vectors = project().join("protocol/testdata/vectors");
    let ran = check(&python, &vectors);
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));

    // One bit of a signature, another refusal, another reason not to fold: each is noticed.
    for (name, from, to) in [
        ("op-post.json", "\"schema\": 12", "\"schema\": 13"),
        ("refused-flags.json", "\"refusal\": \"flags\"", "\"refusal\": \"scope\""),
        ("payload-salt.json", "\"bound\": \"nonce\"", "\"bound\": \"text\""),
        ("kept-run.json", "\"floor\": 4", "\"floor\": 5"),
        ("kept-alone.json", "\"seq\": 1", "\"seq\": 0"),
        ("claims-overbooked.json", "\"state\": \"lapsed\"", "\"state\": \"asked\""),
        ("append-gap.json", "\"from\": 1", "\"from\": 2"),
        ("derive-import-seed.json", "\"source\": \"osm\"", "\"source\": \"ban\""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let text = fs::read_to_string(vectors.join(name)).unwrap();
        let wrong = text.replacen(from, to, 1);
        assert_ne!(wrong, text, "{name} has no {from}");
        fs::write(folder.path().join(name), wrong).unwrap();
        let ran = check(&python, folder.path());
        assert_eq!(ran.status.code(), Some(1), "{name}: {}", String::from_utf8_lossy(&ran.stdout));
    }
}
