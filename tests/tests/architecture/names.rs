//! Who may name what: libraries behind their seams, the world outside only where it is met.

use crate::{
    none,
    source::{Source, product},
};

/// Who alone may name a library: (the library, the crate's folder, the only place in it).
const ONLY_THERE: [(&str, &str, &str); 15] = [
    ("sled", "node", "src/store/"),
    ("libp2p", "node", "src/net/"),
    ("if_watch", "node", "src/net/"),
    ("iroh", "node", "src/blobs/"),
    ("tantivy", "node", "src/search/"),
    ("interprocess", "node", "src/ipc/"),
    ("osmpbf", "node", "src/import/"),
    ("calcard", "node", "src/import/calendar/"),
    ("flate2", "node", "src/import/packed.rs"),
    ("aes_gcm", "node", "src/daemon/vault/"),
    ("argon2", "node", "src/daemon/vault/"),
    ("keyring", "node", "src/daemon/vault/"),
    ("rpassword", "node", "src/cli/"),
    ("serde_cbor", "protocol", "src/codec/"),
    ("ed25519_dalek", "protocol", "src/entry/"),
];
/// What changes files and folders.
const CHANGES_FILES: [&str; 12] = [
    "rename",
    "remove_file",
    "remove_dir",
    "remove_dir_all",
    "create_dir",
    "create_dir_all",
    "set_permissions",
    "hard_link",
    "OpenOptions",
    "DirBuilder",
    "create_new",
    "set_len",
];
/// Where it may: the one seam; the hold on a folder, whose file says who has it; and where files of others are opened
/// for reading, so that no link is followed.
const MAY_CHANGE_FILES: [&str; 3] = ["src/files/", "src/folder_lock.rs", "src/ipc/owner.rs"];
/// What rules are not made of: the bytes, the time and the randomness are handed in, and order is the same everywhere.
const NOT_IN_PROTOCOL: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::sync::Mutex",
];
/// What the window does not do itself: it asks the node.
const NOT_IN_GUI: [&str; 7] = [
    "std::fs",
    "std::net",
    "std::process::Command",
    "tokio",
    "communaut_node::store",
    "communaut_node::Node",
    "memmap2",
];
/// Where it may: `start` starts the node, the demonstration starts three and writes pictures; `report` is what is left
/// when there may be no node to ask.
const GUI_STARTS: [&str; 4] = ["src/main.rs", "src/start.rs", "src/demo/", "src/report.rs"];
/// What can hold up a frame.
const BLOCKS: [&str; 5] = ["block_on", "call_blocking", "blocking_recv", "recv_timeout", "sleep"];
/// Where it may: the demonstration has no frame while it prepares; the basemap's archive lies in memory, and what is
/// asked of it on its own thread never waits.
const MAY_BLOCK: [&str; 3] = ["src/main.rs", "src/demo/", "src/ui/map/sources.rs"];
/// What draws.
const DRAWS: [&str; 6] = ["egui", "eframe", "egui_extras", "epaint", "emath", "walkers"];

/// The names of sources, but those in some places, for which something is so.
fn where_it_is_so(sources: &[Source], but: &[&str], so: impl Fn(&Source) -> bool) -> Vec<String> {
    let outside = sources.iter().filter(|source| !but.iter().any(|place| source.name.starts_with(place)));
    outside.filter(|source| so(source)).map(|source| source.name.clone()).collect()
}

#[test]
fn each_library_is_named_in_one_place() {
    for krate in ["protocol", "node", "gui"] {
        let sources = product(krate);
        for (library, home, place) in ONLY_THERE {
            // In its own crate the one place may; in the others no place may.
            let but: &[&str] = if home == krate { &[place] } else { &[] };
            let broken = where_it_is_so(&sources, but, |source| source.names(library));
            none(
                &broken,
                &format!("{krate}: these name {library}; only {home}/{place} may, so that it can be replaced in a day"),
            );
        }
    }
}

#[test]
fn each_seam_is_there() {
    // A rule about a folder that has moved would hold by accident. iroh comes with the blobs.
    for (library, home, place) in ONLY_THERE.into_iter().filter(|(library, ..)| *library != "iroh") {
        let named = product(home).iter().any(|source| source.name.starts_with(place) && source.names(library));
        assert!(named, "{home}/{place} does not name {library}: correct ONLY_THERE and ARCHITECTURE.md");
    }
}

#[test]
fn rules_name_nothing_of_the_world_outside() {
    let sources = product("protocol");
    for word in NOT_IN_PROTOCOL {
        let broken = where_it_is_so(&sources, &[], |source| source.names(word));
        none(&broken, &format!("protocol names {word}: hand in what it gives, or do it in node"));
    }
}

#[test]
fn the_node_changes_files_in_one_place() {
    let sources = product("node");
    for word in CHANGES_FILES {
        let so = |source: &Source| source.calls_of(&["fs", "File", "OpenOptions", "DirBuilder"], word);
        let broken = where_it_is_so(&sources, &MAY_CHANGE_FILES, so);
        none(&broken, &format!("these use std's {word}: call node/src/files, which flushes, and which tests let fail"));
    }
    for path in ["std::fs::write", "std::fs::copy", "fs::write", "fs::copy", "File::create"] {
        let broken = where_it_is_so(&sources, &MAY_CHANGE_FILES, |source| source.names(path));
        none(&broken, &format!("these use {path}: call node/src/files, which flushes, and which tests let fail"));
    }
}

#[test]
fn the_window_reaches_the_node_only_through_its_handle() {
    let sources = product("gui");
    for word in NOT_IN_GUI {
        let broken = where_it_is_so(&sources, &GUI_STARTS, |source| source.names(word));
        none(&broken, &format!("these name {word}: send a Command, read the Snapshot (ARCHITECTURE.md, rule 3)"));
    }
}

#[test]
fn nothing_in_the_window_blocks_a_frame() {
    let sources = product("gui");
    for word in BLOCKS {
        let broken = where_it_is_so(&sources, &MAY_BLOCK, |source| source.calls(word));
        none(&broken, &format!("these call {word}, which can hold up a frame: poll for the answer instead"));
    }
}

#[test]
fn logic_does_not_draw() {
    let logic: Vec<_> = product("gui").into_iter().filter(|source| source.name.starts_with("src/logic/")).collect();
    assert!(!logic.is_empty(), "gui/src/logic is there");
    for word in DRAWS {
        let broken = where_it_is_so(&logic, &[], |source| source.names(word));
        none(&broken, &format!("these name {word}: logic decides what is shown, ui and views draw it"));
    }
}

#[test]
fn sources_that_break_a_rule_are_found() {
    let sources = [
        Source::new("src/store/mod.rs", "use sled::Db;"),
        Source::new("src/whole.rs", "use sled as db;"),
        Source::new("src/other.rs", "fn f() { let db = sled::open(path); }"),
        Source::new("src/grouped.rs", "use std::{fmt, fs};"),
        Source::new("src/waits.rs", "fn f(node: &N) { node.call_blocking(c); }"),
        Source::new("src/fine.rs", "// sled::open\nuse bobsled::run; /// std::fs\nfn f() {}"),
    ];
    assert_eq!(where_it_is_so(&sources, &["src/store/"], |s| s.names("sled")), ["src/whole.rs", "src/other.rs"]);
    assert_eq!(where_it_is_so(&sources, &[], |s| s.names("std::fs")), ["src/grouped.rs"]);
    assert_eq!(where_it_is_so(&sources, &[], |s| s.calls("call_blocking")), ["src/waits.rs"]);
}
