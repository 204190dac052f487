#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::test_support::{Got, check_limits, mutations, read, read_with};
use communaut_protocol::op::Kind;

pub mod communecter;
pub mod linked;
pub mod murmurations;
pub mod wikidata;

/// Whatever is changed in a good file, nothing breaks, and records keep their limits.
pub(super) fn survives(name: &str, text: &str) {
    mutations(300, text.as_bytes(), |bytes| {
        if let Ok(got) = read_with(name, bytes, None) {
            check_limits(&got);
        }
    });
    // Cut anywhere, it ends in an error or a refusal, and never in silence.
    for at in (1..text.trim_end().len()).filter(|at| text.is_char_boundary(*at)) {
        if let Ok(got) = read_with(name, &text[..at], None) {
            check_limits(&got);
            assert!(got.error.is_some(), "cut at {at}");
        }
    }
    // Values of another type than they should have.
    for (from, to) in [("\": \"", "\": [[{\"a\": null}]], \"x\": \""), ("\": {", "\": 1e400, \"x\": {")] {
        if let Ok(got) = read_with(name, text.replace(from, to), None) {
            check_limits(&got);
        }
    }
    // In the last object of the list.
    let (before, after) = text.rsplit_once("\": \"").unwrap();
    let deep = format!("{before}\": {}{}, \"x\": \"{after}", "[".repeat(10_000), "]".repeat(10_000));
    if let Ok(got) = read_with(name, deep, None) {
        check_limits(&got);
        assert!(got.skipped.iter().any(|why| why.contains("not valid JSON")), "{:?}", got.skipped);
    }
}

/// Kind, id, and place of each.
pub(super) fn short(got: &Got) -> Vec<(Kind, &str, i32, i32)> {
    got.records.iter().map(|r| (r.kind, r.source_id.as_str(), r.lat_e7, r.lon_e7)).collect()
}

/// A second import of the same changes nothing, since ids and sources are the same.
pub(super) fn twice(name: &str, text: &str) -> Got {
    let (first, second) = (read(name, text), read(name, text));
    assert_eq!(first.records, second.records);
    assert!(first.error.is_none(), "{}", first.error_text());
    first
}
