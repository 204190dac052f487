//! The rules of ARCHITECTURE.md that a compiler does not hold: who may depend on whom, who may name what, how the
//! project's files look. Each rule is a function over data that gives what breaks it, so that every rule is also
//! shown to find something that breaks it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod circles;
mod crates;
mod files;
mod lints;
mod long;
mod names;
#[path = "../../skip.rs"]
mod skip;
mod source;
mod spec;
mod terms;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The project's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every tracked file that is there, as git names it.
fn tracked() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let listed = listed.unwrap_or_else(|error| panic!("git is needed to list the project's files: {error}"));
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    // A file that somebody has just deleted is still listed.
    names.split('\0').filter(|name| !name.is_empty() && root().join(name).is_file()).map(str::to_owned).collect()
}

/// Fail with everything that breaks a rule, and what to do about it.
fn none(broken: &[String], what_to_do: &str) {
    assert!(broken.is_empty(), "\n  {}\n{what_to_do}\n", broken.join("\n  "));
}
