//! Every control of every view has a name that a screen reader can say, in both languages.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{empty, helsinki},
    locale::Lang,
    logic::{Action, Page},
    views::PAGES,
};
use egui::accesskit::{Action as Offered, Role};
use egui_kittest::{
    Harness,
    kittest::{By, NodeT, Queryable},
};

/// What can be reached and is not named; signs alone are no name.
fn unnamed(stage: &Stage, view: &str) -> Vec<String> {
    unnamed_in(&stage.harness, view)
}

/// The same of any window.
pub fn unnamed_in<S>(harness: &Harness<'_, S>, view: &str) -> Vec<String> {
    // A text that can be selected says itself; scroll bars are egui's own, and the keyboard scrolls without them.
    let reached = |role: Role| {
        !matches!(
            role,
            Role::Window | Role::ScrollView | Role::ScrollBar | Role::GenericContainer | Role::Unknown | Role::Label
        )
    };
    let controls = harness.query_all(By::new().predicate(move |node| {
        reached(node.role())
            && (node.data().supports_action(Offered::Click) || node.data().supports_action(Offered::Focus))
    }));
    let mut found = Vec::new();
    let mut count = 0;
    for control in controls {
        count += 1;
        let node = control.accesskit_node();
        let name = node.label().unwrap_or_default();
        if !name.chars().any(char::is_alphanumeric) {
            found.push(format!("{view}: {:?} '{name}' {:?}", node.role(), node.value()));
        }
    }
    assert!(count > 2, "{view}: only {count} controls were found");
    found
}

#[test]
fn every_control_has_a_name() {
    let mut found = Vec::new();
    for lang in Lang::ALL {
        let stage = Stage::driven_in(empty(), lang);
        found.extend(unnamed(&stage, "first run"));
        let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
        for page in PAGES.iter().map(|entry| entry.page) {
            let mut stage = Stage::driven_in(helsinki(), lang);
            stage.act(Action::Go(page));
            found.extend(unnamed(&stage, &format!("{page:?}")));
        }
        for (name, action) in [
            ("element", Action::Select(Some(garden))),
            ("editor", Action::New(communaut_protocol::op::Kind::Event)),
            ("territories", Action::OpenTerritories),
            ("import", Action::OpenImport(None)),
        ] {
            let mut stage = Stage::driven_in(helsinki(), lang);
            stage.act(action);
            found.extend(unnamed(&stage, name));
        }
    }
    assert!(found.is_empty(), "controls without a name:\n{}", found.join("\n"));
}

#[test]
fn members_and_proposals_have_names_too() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Governance));
    for button in ["3 members", "Propose"] {
        let all: Vec<_> = stage.harness.query_all_by_label(button).collect();
        all.first().unwrap().click();
        drop(all);
        stage.harness.run();
    }
    let found = unnamed(&stage, "members and proposal");
    assert!(found.is_empty(), "controls without a name:\n{}", found.join("\n"));
    stage.harness.get_by_label("Role of Aino Virtanen");
}

#[test]
fn tab_walks_from_the_rail_to_the_search_and_on() {
    let mut stage = Stage::driven(helsinki());
    let mut walked = Vec::new();
    for _ in 0..11 {
        stage.harness.key_press(egui::Key::Tab);
        stage.harness.run();
        let focused = stage.harness.query_all(By::new().predicate(|node| node.is_focused()));
        walked.extend(focused.last().and_then(|node| node.accesskit_node().label()));
    }
    let rail = ["Map", "Live", "Agenda", "Decisions", "Settings", "Connected with 2 nodes"];
    let wanted = [&rail[..], &["Search", "Kept searches", "Add something", "Look in", "Territories"]].concat();
    assert_eq!(walked, wanted);
}
