//! The lints apply to every crate, and to `protocol` more of them. Clippy then holds them.

use crate::{crates::metadata, none, root, source::product};
use std::{collections::BTreeMap, fs};
use toml::{Table, Value};

/// Lints that may never be switched off in what is shipped, since a rule that everyone can leave is none.
const NEVER_ALLOWED: [&str; 5] = ["unwrap_used", "expect_used", "panic", "todo", "unimplemented"];
/// What protocol's own clippy.toml must refuse besides all that the project's refuses.
const PROTOCOL_REFUSES: [&str; 5] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::collections::HashMap",
    "std::fs::File",
    "ed25519_dalek::Verifier::verify",
];

fn table(path: &str) -> Table {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// How strict each lint of a `[lints]` table is.
fn levels(lints: &Value) -> BTreeMap<String, u8> {
    let strictness = |level: &Value| {
        let word = level.as_str().or_else(|| level.get("level")?.as_str());
        match word {
            Some("forbid") => 3,
            Some("deny") => 2,
            Some("warn") => 1,
            _ => 0,
        }
    };
    let tools = lints.as_table().into_iter().flatten().filter_map(|(tool, lints)| Some((tool, lints.as_table()?)));
    tools
        .flat_map(|(tool, lints)| lints.iter().map(move |(name, level)| (format!("{tool}::{name}"), strictness(level))))
        .collect()
}

/// What the workspace denies and a crate's manifest does not.
fn weaker(workspace: &Value, manifest: &Table) -> Vec<String> {
    let Some(own) = manifest.get("lints") else { return vec!["[lints] workspace = true".into()] };
    if own.get("workspace").and_then(Value::as_bool) == Some(true) {
        return Vec::new();
    }
    let own = levels(own);
    let denied = levels(workspace).into_iter().filter(|(_, level)| *level >= 2);
    denied.filter(|(name, level)| own.get(name).copied().unwrap_or(0) < *level).map(|(name, _)| name).collect()
}

#[test]
fn every_crate_takes_the_lints() {
    let workspace = table("Cargo.toml")["workspace"]["lints"].clone();
    let denied = levels(&workspace);
    for lint in NEVER_ALLOWED.map(|lint| format!("clippy::{lint}")) {
        assert!(denied.get(&lint).is_some_and(|level| *level >= 2), "Cargo.toml: deny {lint}");
    }
    for package in metadata().packages {
        let path = package.manifest_path.strip_prefix(root()).unwrap().to_owned();
        none(
            &weaker(&workspace, &table(path.as_str())),
            &format!("{path}: say [lints] workspace = true, or deny these too"),
        );
    }

    let workspace: Table =
        "[rust]\nunsafe_code = \"forbid\"\n[clippy]\npanic = \"deny\"\nx = \"warn\"".parse().unwrap();
    let workspace = Value::Table(workspace);
    let lacks = |manifest: &str| weaker(&workspace, &manifest.parse().unwrap());
    assert!(lacks("[lints]\nworkspace = true").is_empty());
    assert!(
        lacks("[lints.rust]\nunsafe_code = \"forbid\"\n[lints.clippy]\npanic = { level = \"deny\", priority = 1 }")
            .is_empty()
    );
    assert_eq!(lacks("[lints.rust]\nunsafe_code = \"deny\"").len(), 2);
    assert_eq!(lacks("[package]\nname = \"a\"").len(), 1);
}

/// What a clippy.toml refuses.
fn refused(config: &Table) -> Vec<String> {
    let lists = ["disallowed-methods", "disallowed-types", "disallowed-macros"];
    let entries = lists.iter().filter_map(|list| config.get(*list)?.as_array()).flatten();
    entries.filter_map(|entry| entry.as_str().or_else(|| entry.get("path")?.as_str())).map(str::to_owned).collect()
}

#[test]
fn protocol_refuses_a_clock_and_io_and_all_that_the_project_refuses() {
    let own = refused(&table("protocol/clippy.toml"));
    let wanted = refused(&table("clippy.toml")).into_iter().filter(|path| path.starts_with("std::"));
    let wanted = wanted.chain(PROTOCOL_REFUSES.map(str::to_owned));
    let lacking: Vec<String> = wanted.filter(|path| !own.contains(path)).collect();
    none(&lacking, "protocol/clippy.toml replaces the project's clippy.toml and has to refuse these as well");

    let config: Table = "disallowed-methods = [\"a::b\", { path = \"c::d\", reason = \"e\" }]".parse().unwrap();
    assert_eq!(refused(&config), ["a::b", "c::d"]);
}

#[test]
fn what_is_shipped_does_not_leave_the_lints() {
    // `#[cfg(test)]` and test files are not among these.
    let mut broken = Vec::new();
    for krate in ["protocol", "node", "gui"] {
        for source in product(krate) {
            let leaves = |lint: &&&str| source.names(&format!("clippy::{lint}"));
            broken.extend(NEVER_ALLOWED.iter().filter(leaves).map(|lint| format!("{krate}/{}: {lint}", source.name)));
        }
    }
    none(&broken, "return an error instead of leaving the lint");

    let leaves = crate::source::Source::new("a.rs", "#[allow(clippy::unwrap_used, reason = \"\")] fn f() {}");
    assert!(leaves.names("clippy::unwrap_used"));
    let tested = crate::source::Source::new("a.rs", "#[cfg(test)] mod tests { #![allow(clippy::unwrap_used)] }");
    assert!(!tested.names("clippy::unwrap_used"));
}

/// Crates whose sums are checked in what is shipped, too.
const CHECKED: [&str; 2] = ["communaut-node", "communaut-protocol"];

/// Which of them a manifest does not check in a release.
fn unchecked(manifest: &Table) -> Vec<String> {
    let release = manifest.get("profile").and_then(|profile| profile.get("release"));
    let whole = release.and_then(|release| release.get("overflow-checks")).and_then(Value::as_bool);
    let of = |name: &str| {
        let package = release?.get("package")?.get(name)?;
        package.get("overflow-checks")?.as_bool()
    };
    CHECKED.iter().filter(|name| of(name).or(whole) != Some(true)).map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_release_checks_the_sums_of_the_node_and_the_rules() {
    none(&unchecked(&table("Cargo.toml")), "Cargo.toml: [profile.release.package.NAME] overflow-checks = true");

    let manifest = "[profile.release]\nstrip = true\n[profile.release.package.communaut-node]\noverflow-checks = true";
    assert_eq!(unchecked(&manifest.parse().unwrap()), ["communaut-protocol"]);
    assert_eq!(unchecked(&"[profile.release]\noverflow-checks = true".parse().unwrap()), [] as [&str; 0]);
    assert_eq!(unchecked(&Table::new()).len(), 2);
}
