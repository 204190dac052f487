//! What a test does that cannot run here. One file, taken in by each crate of tests (`#[path]`), since none of them
//! depends on another.
//!
//! The runner hides what a passing test prints, so the line also goes to the file that COMMUNAUT_SKIPS names;
//! `./run test` lists it at its end. COMMUNAUT_REQUIRE makes a skip a failure: `1` of what a package of Debian brings
//! (`.ci/run` says so), `all` also of the rest.
#![allow(dead_code, clippy::print_stderr, clippy::panic, reason = "not every crate of tests needs all of it")]

use std::{fs::OpenOptions, io::Write};

/// Where the line of a skipped test goes to, besides stderr.
const SKIPS: &str = "COMMUNAUT_SKIPS";
/// Which skips are failures.
const REQUIRE: &str = "COMMUNAUT_REQUIRE";

/// A test cannot run for want of something that a package brings.
pub fn skip(what: &str, why: &str) {
    say(what, why, false);
}

/// A test cannot run for want of something that no package of Debian brings: records beside the project, say.
pub fn lacking(what: &str, why: &str) {
    say(what, why, true);
}

fn say(what: &str, why: &str, only_if_all: bool) {
    let line = format!("skipped: {what}: {}", why.split_whitespace().collect::<Vec<_>>().join(" "));
    let required = std::env::var_os(REQUIRE).filter(|value| !value.is_empty());
    assert!(required.is_none_or(|value| only_if_all && value != "all"), "{line}; {REQUIRE} is set");
    eprintln!("{line}");
    let Some(path) = std::env::var_os(SKIPS) else { return };
    // One write a line: several tests append to the same file.
    let listed = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    // A list that lacks something would be read as if all had run.
    listed.unwrap_or_else(|error| panic!("{SKIPS}={}: {error}", path.display()));
}
