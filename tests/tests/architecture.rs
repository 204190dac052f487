//! The rules of ARCHITECTURE.md that a compiler does not hold: who may depend on whom, who may name what.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and says what it skips")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Lines of a source file: beyond, it has more than one reason to change.
const LINES_MAX: usize = 600;
/// What `protocol` may use: nothing here does IO, keeps a clock or makes randomness.
const PROTOCOL_MAY_USE: [&str; 8] =
    ["blake3", "ed25519-dalek", "geohash", "imbl", "serde", "serde_bytes", "serde_cbor", "thiserror"];
/// Crates that do IO, which must not stand anywhere below `protocol`.
const DO_IO: [&str; 14] = [
    "tokio",
    "mio",
    "socket2",
    "sled",
    "libp2p",
    "iroh",
    "async-std",
    "reqwest",
    "hyper",
    "eframe",
    "winit",
    "tantivy",
    "interprocess",
    "getrandom",
];
/// Who alone may name a library: (words in the source, crate folder, the only place).
const ONLY_THERE: [(&str, &str, &str); 8] = [
    ("sled::", "node", "src/store/"),
    ("libp2p::", "node", "src/net/"),
    ("iroh::", "node", "src/blobs/"),
    ("tantivy::", "node", "src/search/"),
    ("interprocess::", "node", "src/ipc/"),
    ("osmpbf::", "node", "src/import/"),
    ("serde_cbor::", "protocol", "src/codec.rs"),
    ("ed25519_dalek::", "protocol", "src/entry/"),
];
/// What the window's code does not do itself: it asks the node. Starting it and writing pictures is the shell's part.
const NOT_IN_GUI: [&str; 6] = ["std::fs", "std::net", "tokio::fs", "tokio::net", "sled::", "communaut_node::store"];
const GUI_SHELL: [&str; 4] = ["src/main.rs", "src/args.rs", "src/demo/", "src/bin/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).other_options(vec!["--locked".into(), "--offline".into()]);
    command.exec().unwrap()
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}

fn uses(package: &Package, kind: DependencyKind) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == kind)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

/// Every tracked file, as git names it.
fn tracked() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout).unwrap().split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The Rust sources of a crate: (path within the crate, text).
fn sources(krate: &str) -> Vec<(String, String)> {
    let prefix = format!("{krate}/");
    let found = tracked().into_iter().filter(|name| name.starts_with(&prefix) && name.ends_with(".rs"));
    let read = |name: String| Some((name[prefix.len()..].to_owned(), fs::read_to_string(root().join(&name)).ok()?));
    found.filter_map(read).collect()
}

/// A source without its comments: words about a library are not a use of it.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Files that name a library outside of the one place for it. Tests may drive the library from outside.
fn strays(files: &[(String, String)], word: &str, place: &str) -> Vec<String> {
    let outside = files.iter().filter(|(name, _)| name.starts_with("src/") && !name.starts_with(place));
    // `xsled::` is not `sled::`.
    let names = |text: &str| {
        let code = code(text);
        code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    outside.filter(|(_, text)| names(text)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn protocol_uses_only_what_is_pure() {
    let metadata = metadata();
    let protocol = package(&metadata, "communaut-protocol");
    let allowed: BTreeSet<&str> = PROTOCOL_MAY_USE.into();
    let used = uses(protocol, DependencyKind::Normal);
    let more: Vec<_> = used.difference(&allowed).collect();
    assert!(
        more.is_empty(),
        "protocol uses {more:?}: put what does IO, keeps time or draws randomness into node, or add a pure crate to PROTOCOL_MAY_USE"
    );
    assert!(uses(protocol, DependencyKind::Build).is_empty(), "protocol has no build script");
}

#[test]
fn nothing_below_protocol_does_io() {
    // `cargo tree` and not the metadata: that one unites the features which the other crates ask for.
    let ran = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "-p", "communaut-protocol", "-e", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(ran.status.success(), "cargo tree: {}", String::from_utf8_lossy(&ran.stderr));
    let tree = String::from_utf8(ran.stdout).unwrap();
    let below: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(PROTOCOL_MAY_USE.iter().all(|name| below.contains(name)), "the tree was read: {below:?}");
    let bad: Vec<_> = DO_IO.iter().filter(|name| below.contains(**name)).collect();
    assert!(bad.is_empty(), "below protocol stands {bad:?}, which does IO");
}

#[test]
fn protocol_compiles_for_a_browser_where_the_target_is_installed() {
    let installed =
        Command::new("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).output();
    let there = installed.is_ok_and(|ran| Path::new(String::from_utf8_lossy(&ran.stdout).trim()).is_dir());
    if !there {
        println!(
            "skipped: the target wasm32-unknown-unknown is not installed (rustup target add wasm32-unknown-unknown)"
        );
        return;
    }
    let ran = Command::new(env!("CARGO"))
        .args(["check", "--locked", "--offline", "-p", "communaut-protocol", "--target", "wasm32-unknown-unknown"])
        .args(["--target-dir", "target/wasm"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn crates_depend_in_one_direction() {
    let metadata = metadata();
    let ours = |name: &str| -> BTreeSet<String> {
        let used = uses(package(&metadata, name), DependencyKind::Normal);
        used.into_iter().filter(|used| used.starts_with("communaut-")).map(str::to_owned).collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(ours("communaut-protocol"), set(&[]));
    assert_eq!(ours("communaut-node"), set(&["communaut-protocol"]));
    assert_eq!(ours("communaut-gui"), set(&["communaut-node", "communaut-protocol"]));
}

#[test]
fn each_library_is_named_in_one_place() {
    for (word, krate, place) in ONLY_THERE {
        for other in ["protocol", "node", "gui"] {
            // In its own crate the one place is allowed; in the others no place is.
            let place = if other == krate { place } else { "src/nowhere/" };
            let strays = strays(&sources(other), word, place);
            assert!(
                strays.is_empty(),
                "{other}: {strays:?} name '{word}'; only {krate}/{place} may (ARCHITECTURE.md, rule 2)"
            );
        }
    }
}

#[test]
fn the_window_reaches_the_node_only_through_its_handle() {
    let files = sources("gui");
    for word in NOT_IN_GUI {
        let strays = strays(&files, word, "src/main.rs");
        let strays: Vec<_> =
            strays.iter().filter(|name| !GUI_SHELL.iter().any(|shell| name.starts_with(shell))).collect();
        assert!(
            strays.is_empty(),
            "{strays:?} name '{word}': send a Command, read the Snapshot (ARCHITECTURE.md, rule 3)"
        );
    }
    let drawing: Vec<_> =
        strays(&files, "egui::", "src/main.rs").into_iter().filter(|name| name.starts_with("src/logic/")).collect();
    assert!(drawing.is_empty(), "{drawing:?}: gui/src/logic does not draw");
}

#[test]
fn files_are_short_enough_to_have_one_reason_to_change() {
    let all = tracked().into_iter().filter(|name| name.ends_with(".rs"));
    let long: Vec<String> = all
        .filter_map(|name| {
            let lines = fs::read_to_string(root().join(&name)).ok()?.lines().count();
            (lines > LINES_MAX).then(|| format!("{name}: {lines} lines"))
        })
        .collect();
    assert!(long.is_empty(), "split: {long:?} (at most {LINES_MAX})");
}

#[test]
fn every_crate_takes_the_lints() {
    for krate in ["node", "gui", "tests", "examples"] {
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{krate}/Cargo.toml: [lints] workspace = true"
        );
    }
    let lints = |text: &str, path: &[&str]| -> BTreeSet<String> {
        let table: toml::Table = text.parse().unwrap();
        let mut at = toml::Value::Table(table);
        for key in path {
            at = at[key].clone();
        }
        at.as_table().unwrap().keys().cloned().collect()
    };
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let protocol = fs::read_to_string(root().join("protocol/Cargo.toml")).unwrap();
    let denied = lints(&workspace, &["workspace", "lints", "clippy"]);
    let own = lints(&protocol, &["lints", "clippy"]);
    // Style warnings may stay out; what is denied may not.
    let table: toml::Table = workspace.parse().unwrap();
    let must =
        denied.iter().filter(|lint| table["workspace"]["lints"]["clippy"][lint.as_str()].as_str() == Some("deny"));
    let missing: Vec<_> = must.filter(|lint| !own.contains(*lint)).collect();
    assert!(missing.is_empty(), "protocol/Cargo.toml lacks {missing:?}");
}

#[test]
fn every_data_file_is_credited() {
    let notice = fs::read_to_string(root().join("NOTICE")).unwrap();
    let data = ["zst", "pmtiles", "pbf", "tsv", "ttf", "otf", "geojson", "csv"];
    let files = tracked().into_iter().filter(|name| data.iter().any(|ending| name.ends_with(&format!(".{ending}"))));
    let own = |name: &String| name.contains("/tests/") || name.ends_with("osm_labels.tsv");
    let uncredited: Vec<_> = files.filter(|name| !own(name) && !notice.contains(name.as_str())).collect();
    assert!(uncredited.is_empty(), "NOTICE does not name {uncredited:?}: what it is, from where, under which licence");
}

/// Paths of one machine, and hosts of registries, have no place in what is published.
#[test]
fn nothing_tracked_names_a_machine_or_a_registry() {
    // Put together here, so that this file does not name them itself.
    let words: Vec<String> = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("index.cra", "tes.io"),
        ("registry.np", "mjs.org"),
        ("pypi", ".org/simple"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    let mut found = Vec::new();
    for name in tracked().into_iter().filter(|name| !name.ends_with("Cargo.lock")) {
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        found.extend(words.iter().filter(|word| text.contains(word.as_str())).map(|word| format!("{name}: {word}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The rules can fail: a made-up source that breaks one is found.
#[test]
fn the_check_itself_finds_what_breaks_a_rule() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let files = [
        file("src/store/mod.rs", "use sled::Db;"),
        file("src/other.rs", "fn f() { let db = sled::open(path); }"),
        file("src/comment.rs", "// sled::open is elsewhere"),
        file("src/lookalike.rs", "use bobsled::run;"),
        file("tests/outside.rs", "use sled::Db;"),
    ];
    assert_eq!(strays(&files, "sled::", "src/store/"), ["src/other.rs"]);
}
