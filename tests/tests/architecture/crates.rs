//! Who may depend on whom.

use crate::{none, root, skip::lacking, source};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::{collections::BTreeSet, path::Path, process::Command};

/// What `protocol` may use: nothing here does IO, keeps a clock or makes randomness.
/// (fastrand: of the simulator alone, and from a seed.)
const PROTOCOL_MAY_USE: [&str; 18] = [
    "bech32",
    "bip39",
    "blake3",
    "bs58",
    "chacha20poly1305",
    "ed25519-dalek",
    "fastrand",
    "geohash",
    "hpke",
    "imbl",
    "serde",
    "serde_bytes",
    "serde_cbor",
    "thiserror",
    "unicode-normalization",
    "vsss-rs",
    "x25519-dalek",
    "zeroize",
];
/// Crates that reach for the world outside. None may stand anywhere below `protocol`. (libc does: on some processors
/// blake3 asks it what the processor can do.)
const DO_IO: [&str; 23] = [
    "async-io",
    "async-std",
    "eframe",
    "egui",
    "getrandom",
    "hyper",
    "interprocess",
    "iroh",
    "libp2p",
    "memmap2",
    "mio",
    "rand",
    "reqwest",
    "rustix",
    "sled",
    "smol",
    "socket2",
    "tantivy",
    "tempfile",
    "tokio",
    "wasm-bindgen",
    "windows-sys",
    "winit",
];
/// Our crates, and which of ours each may use.
const DIRECTION: [(&str, &[&str]); 5] = [
    ("communaut-protocol", &[]),
    ("communaut-node", &["communaut-protocol"]),
    ("communaut-gui", &["communaut-node", "communaut-protocol"]),
    // On top of all: nobody uses these.
    ("communaut-tests", &["communaut-gui", "communaut-node", "communaut-protocol"]),
    ("communaut-examples", &["communaut-gui", "communaut-node", "communaut-protocol"]),
];
/// Libraries that one crate alone may depend on. (`tests` takes libp2p for hostile peers: nobody depends on it.)
pub const ONE_CRATE: [(&str, &str); 18] = [
    ("bip39", "communaut-protocol"),
    ("vsss-rs", "communaut-protocol"),
    ("ed25519-dalek", "communaut-protocol"),
    ("hpke", "communaut-protocol"),
    ("x25519-dalek", "communaut-protocol"),
    ("serde_cbor", "communaut-protocol"),
    ("sled", "communaut-node"),
    ("libp2p", "communaut-node"),
    ("iroh", "communaut-node"),
    ("tantivy", "communaut-node"),
    ("interprocess", "communaut-node"),
    ("osmpbf", "communaut-node"),
    ("calcard", "communaut-node"),
    ("aes-gcm", "communaut-node"),
    ("argon2", "communaut-node"),
    ("keyring", "communaut-node"),
    ("eframe", "communaut-gui"),
    ("walkers", "communaut-gui"),
];

/// A dependency as a manifest has it.
struct Use {
    by: String,
    of: String,
    renamed: bool,
    dev: bool,
}

pub fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(vec!["--locked".into()]);
    command.exec().unwrap()
}

/// Every dependency of every crate of ours.
fn uses() -> Vec<Use> {
    let of = |package: &Package| {
        let by = package.name.to_string();
        let each = package.dependencies.iter().map(move |dependency| Use {
            by: by.clone(),
            of: dependency.name.clone(),
            renamed: dependency.rename.is_some(),
            dev: dependency.kind == DependencyKind::Development,
        });
        each.collect::<Vec<_>>()
    };
    metadata().packages.iter().flat_map(of).collect()
}

/// What `protocol` uses beyond what it may.
fn impure(uses: &[Use]) -> Vec<String> {
    let own = uses.iter().filter(|used| used.by == "communaut-protocol" && !used.dev);
    own.filter(|used| !PROTOCOL_MAY_USE.contains(&used.of.as_str())).map(|used| used.of.clone()).collect()
}

#[test]
fn protocol_uses_only_what_is_pure() {
    none(
        &impure(&uses()),
        "protocol may not depend on these: what does IO, keeps time or draws randomness belongs into node; a pure \
         crate is added to PROTOCOL_MAY_USE",
    );
    let used = |by: &str, of: &str, dev| Use { by: by.into(), of: of.into(), renamed: false, dev };
    let uses = [used("communaut-protocol", "rand", false), used("communaut-protocol", "proptest", true)];
    assert_eq!(impure(&uses), ["rand"]);
}

/// Which crates of a tree (`cargo tree --prefix none`) do IO.
fn io_below(tree: &str) -> Vec<String> {
    let below: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    below.into_iter().filter(|name| DO_IO.contains(name)).map(str::to_owned).collect()
}

#[test]
fn nothing_below_protocol_does_io() {
    // `cargo tree` and not the metadata: that one unites the features which the other crates ask for. For all targets,
    // without build scripts and macros, which run elsewhere.
    let ran = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", "communaut-protocol", "-e", "normal,no-proc-macro", "--target", "all"])
        .args(["--prefix", "none", "--all-features"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(ran.status.success(), "cargo tree: {}", String::from_utf8_lossy(&ran.stderr));
    let tree = String::from_utf8(ran.stdout).unwrap();
    for pure in PROTOCOL_MAY_USE {
        let read = tree.lines().any(|line| line.split(' ').next() == Some(pure));
        assert!(
            read,
            "the tree was not read, or protocol does not use {pure} any more: then take it off PROTOCOL_MAY_USE"
        );
    }
    none(
        &io_below(&tree),
        "these stand below protocol and reach outside: `cargo tree -p communaut-protocol -i NAME` says who brings \
         them; turn that feature off, or do it in node",
    );
    assert_eq!(io_below("communaut-protocol v0.1.0 (x)\ntokio v1.0.0\ntokio-free v1.0.0\n"), ["tokio"]);
}

#[test]
fn protocol_compiles_for_a_browser_where_the_target_is_installed() {
    let target = "wasm32-unknown-unknown";
    let place =
        Command::new("rustc").args(["--print", "target-libdir", "--target", target]).current_dir(root()).output();
    if !place.is_ok_and(|ran| Path::new(String::from_utf8_lossy(&ran.stdout).trim()).is_dir()) {
        return lacking("protocol for a browser", &format!("rustup target add {target}"));
    }
    let ran = Command::new(env!("CARGO"))
        .args(["check", "--locked", "--quiet", "-p", "communaut-protocol", "--target", target])
        // A folder of its own: the usual one may be held by whoever runs this test.
        .args(["--target-dir", concat!(env!("CARGO_TARGET_TMPDIR"), "/wasm")])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "protocol has to compile for {target}: no IO, no clock, no randomness in it\n{said}");
}

/// Uses of one crate of ours by another that does not stand above it.
fn against_the_direction(uses: &[Use]) -> Vec<String> {
    // A crate that tests itself with its fixture asks for it by its own name.
    let ours = uses.iter().filter(|used| used.of.starts_with("communaut-") && !(used.dev && used.by == used.of));
    ours.filter(|used| !DIRECTION.iter().any(|(by, of)| *by == used.by && of.contains(&used.of.as_str())))
        .map(|used| format!("{} uses {}", used.by, used.of))
        .collect()
}

#[test]
fn crates_depend_in_one_direction() {
    let members: BTreeSet<String> = metadata().packages.iter().map(|package| package.name.to_string()).collect();
    let known: BTreeSet<String> = DIRECTION.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(members, known, "a crate came or went: say in DIRECTION and in ARCHITECTURE.md where it stands");
    none(
        &against_the_direction(&uses()),
        "protocol <- node <- gui: move what is shared downwards (ARCHITECTURE.md, rule 1)",
    );

    let used = |by: &str, of: &str| Use { by: by.into(), of: of.into(), renamed: false, dev: true };
    let uses = [used("communaut-node", "communaut-gui"), used("communaut-gui", "communaut-node")];
    assert_eq!(against_the_direction(&uses), ["communaut-node uses communaut-gui"]);
}

/// Libraries that have one crate for them, used by another or under another name.
fn astray(uses: &[Use]) -> Vec<String> {
    let of_one =
        uses.iter().filter_map(|used| Some((used, ONE_CRATE.iter().find(|(library, _)| *library == used.of)?.1)));
    of_one
        .filter(|(used, krate)| used.by != "communaut-tests" && (used.by != *krate || used.renamed))
        .map(|(used, krate)| format!("{} uses {}, which is {krate}'s alone, under its own name", used.by, used.of))
        .collect()
}

#[test]
fn a_library_that_may_be_replaced_is_used_by_one_crate() {
    none(&astray(&uses()), "ask that crate to do it, through its own interface (ARCHITECTURE.md, rule 2)");

    let used = |by: &str, of: &str, renamed| Use { by: by.into(), of: of.into(), renamed, dev: false };
    assert_eq!(astray(&[used("communaut-node", "sled", false), used("communaut-tests", "libp2p", false)]).len(), 0);
    assert_eq!(astray(&[used("communaut-gui", "sled", false), used("communaut-node", "sled", true)]).len(), 2);
}

/// Dependencies that no source of their crate names.
fn unnamed(uses: &[Use], by: &str, sources: &[source::Source]) -> Vec<String> {
    let named = |used: &Use| sources.iter().any(|source| source.names(&used.of.replace('-', "_")));
    uses.iter().filter(|used| used.by == by && !named(used)).map(|used| format!("{by}: {}", used.of)).collect()
}

/// Libraries chosen for the workspace that no crate takes.
fn idle<'a>(chosen: impl Iterator<Item = &'a String>, uses: &[Use]) -> Vec<String> {
    let taken = |name: &&String| uses.iter().any(|used| used.of == **name);
    chosen.filter(|name| !taken(name)).map(|name| format!("workspace: {name}")).collect()
}

#[test]
fn every_dependency_is_used() {
    let uses = uses();
    let workspace: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let mut broken = idle(workspace["workspace"]["dependencies"].as_table().unwrap().keys(), &uses);
    for package in metadata().packages {
        let folder = package.manifest_path.parent().unwrap().file_name().unwrap();
        broken.extend(unnamed(&uses, package.name.as_str(), &source::of(folder, |_| true)));
    }
    none(&broken, "no source names these: take them out of Cargo.toml");

    let used = |of: &str| Use { by: "a".into(), of: of.into(), renamed: false, dev: false };
    let sources = [source::Source::new("src/lib.rs", "use serde_json::Value;")];
    assert_eq!(unnamed(&[used("serde-json"), used("serde")], "a", &sources), ["a: serde"]);
    assert_eq!(idle(["serde".to_owned(), "geo".to_owned()].iter(), &[used("serde")]), ["workspace: geo"]);
}
