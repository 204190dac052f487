//! What the other tests rest on: that a real node takes what the window sends to the double, and that no two pictures
//! are the same.

use crate::stage::{Stage, press, type_into};
use communaut_gui::{
    fixture::{ME, empty, helsinki},
    logic::{Action, Page},
    views::PAGES,
};
use communaut_node::{
    Config, Node, NodeHandle, Unlock,
    api::{self, Command, Failure, Outcome, Snapshot},
};
use communaut_protocol::ElementId;
use egui_kittest::kittest::Queryable;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A node of its own that nobody else knows.
fn node(folder: &Path) -> Node {
    Node::start(Config { data: folder.join("node"), network: None, unlock: Unlock::Unsealed }).unwrap()
}

/// Every id of a replica, as commands name it.
fn ids(snapshot: &Snapshot) -> BTreeSet<String> {
    let elements = snapshot.elements.keys().map(ToString::to_string);
    let people = snapshot.identities.keys().map(|id| ElementId::from(*id).to_string());
    let territories = snapshot.overview.followed.iter().map(|one| one.id.to_string());
    elements.chain(people).chain(territories).collect()
}

/// Give a node what was sent to the double, the double's ids being replaced by the node's own. What speaks of something
/// that the node does not hold is left out. What was taken, by name, and what was refused.
fn replay(
    node: &NodeHandle,
    sent: &[Command],
    known: &BTreeSet<String>,
    own: &[(String, String)],
) -> (BTreeSet<String>, Vec<(Command, Failure)>) {
    let (mut taken, mut refused) = (BTreeSet::new(), Vec::new());
    for command in sent {
        let mut text = serde_json::to_string(command).unwrap();
        for (theirs, ours) in own {
            text = text.replace(theirs, ours);
        }
        if known.iter().any(|id| text.contains(id.as_str())) {
            continue;
        }
        let command: Command = serde_json::from_str(&text).unwrap();
        let name = format!("{command:?}").split(['(', ' ', '{']).next().unwrap().to_owned();
        match node.call_blocking(command.clone()) {
            Ok(_) => drop(taken.insert(name)),
            Err(failure) => refused.push((command, failure)),
        }
    }
    (taken, refused)
}

#[test]
fn a_real_node_takes_what_the_windows_tests_send() {
    let folder = tempfile::tempdir().unwrap();
    let running = node(folder.path());
    let handle = running.handle();

    let mut stage = Stage::driven(empty());
    crate::welcome::walk_through(&mut stage);
    let (taken, refused) = replay(&handle, &stage.node.sent(), &BTreeSet::new(), &[]);
    assert!(refused.is_empty(), "{refused:?}");
    assert!(["Init", "Places", "Follow"].iter().all(|name| taken.contains(*name)), "{taken:?}");

    let Outcome::Identity(me) = handle.call_blocking(Command::Identity(api::Identity)).unwrap() else {
        panic!("nobody")
    };
    let Outcome::Territories(followed) = handle.call_blocking(Command::Territories(api::Territories)).unwrap() else {
        panic!("none")
    };
    let theirs = helsinki().overview.followed.first().unwrap().id.to_string();
    let mine = ElementId::from(ME);
    let own =
        [(mine.to_string(), ElementId::from(me.id).to_string()), (theirs, followed.first().unwrap().id.to_string())];

    let mut stage = Stage::driven(helsinki());
    type_into(&mut stage, "Search", "garden");
    for page in PAGES.iter().map(|entry| entry.page) {
        stage.act(Action::Go(page));
    }
    stage.act(Action::Go(Page::Settings));
    type_into(&mut stage, "Your name", " M.");
    press(&mut stage, "Save");
    stage.act(Action::Go(Page::Map));
    stage.act(Action::Select(Some(mine)));
    type_into(&mut stage, "Write on this wall", "Soup on Friday.");
    press(&mut stage, "Post");
    stage.act(Action::Select(None));
    press(&mut stage, "Add something");
    stage.harness.get_by_label("Event").click();
    stage.harness.run();
    type_into(&mut stage, "Name", "Soup evening");
    press(&mut stage, "Save");
    press(&mut stage, "Territories");
    type_into(&mut stage, "Its town", "Lyon");
    press(&mut stage, "Lyon, France · 522,250 inhabitants");
    press(&mut stage, "Follow Lyon");

    let known = ids(&helsinki());
    let (taken, refused) = replay(&handle, &stage.node.sent(), &known, &own);
    assert!(refused.is_empty(), "{refused:#?}");
    let wanted = [
        "Follow",
        "Identity",
        "Invitations",
        "Places",
        "Post",
        "SaveElement",
        "Search",
        "SetProfile",
        "Show",
        "Territories",
    ];
    let missing: Vec<_> = wanted.iter().filter(|name| !taken.contains(**name)).collect();
    assert!(missing.is_empty(), "not sent, or left out: {missing:?} of {taken:?}");
    running.stop().unwrap();
}

/// Pictures that may be the same, and why.
const SAME: [(&str, &str, &str); 0] = [];

#[test]
fn no_two_pictures_are_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let mut seen: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    let mut same = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // What a failed comparison leaves beside them.
        if path.extension().is_none_or(|ending| ending != "png") || name.contains('.') {
            continue;
        }
        let pixels = image::open(&path).unwrap().to_rgba8().into_raw();
        if let Some(before) = seen.insert(pixels, name.clone()) {
            let allowed = SAME.iter().any(|(a, b, _)| [*a, *b] == [&*before, &*name] || [*b, *a] == [&*before, &*name]);
            same.extend((!allowed).then_some((before, name)));
        }
    }
    assert!(seen.len() > 50, "the pictures were read");
    assert!(same.is_empty(), "the same picture twice: {same:?}");
}

#[test]
fn a_link_of_the_web_is_handed_to_the_browser() {
    let mut snapshot = helsinki();
    let id = snapshot.elements.values().find(|held| held.name == "Community garden Kumpula").unwrap().id;
    let mut garden = (**snapshot.elements.get(&id).unwrap()).clone();
    garden.website = "https://example.org/garden".into();
    snapshot.elements.insert(id, std::sync::Arc::new(garden));
    let mut stage = Stage::driven(snapshot);
    stage.act(Action::Select(Some(id)));
    stage.harness.get_by_label("https://example.org/garden").click();
    let opens = |stage: &Stage| {
        stage.harness.output().platform_output.commands.iter().any(
            |command| matches!(command, egui::OutputCommand::OpenUrl(open) if open.url == "https://example.org/garden"),
        )
    };
    let mut opened = false;
    for _ in 0..6 {
        stage.harness.step();
        opened |= opens(&stage);
    }
    assert!(opened, "a click opens it");
    // And the window's library is built with what opens it.
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml")).unwrap();
    let eframe = manifest.lines().find(|line| line.starts_with("eframe = ")).unwrap();
    assert!(eframe.contains("\"links\""), "{eframe}");
}
