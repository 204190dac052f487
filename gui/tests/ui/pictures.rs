//! A picture of each view, in French and light, in English and dark.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{empty, first_day, helsinki},
    locale::Lang,
    logic::{Action, Page},
};
use communaut_node::api::Snapshot;
use communaut_protocol::{ElementId, op::Kind};
use egui_kittest::{SnapshotResults, kittest::Queryable};

fn named(snapshot: &Snapshot, name: &str) -> ElementId {
    snapshot.elements.values().find(|element| element.name == name).unwrap().id
}

/// Both pictures of a view.
fn pictures(name: &str, snapshot: fn() -> Snapshot, prepare: impl Fn(&mut Stage)) {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix) in [(Lang::Fr, false, "fr_light"), (Lang::En, true, "en_dark")] {
        let mut stage = Stage::drawn(snapshot(), lang, dark);
        prepare(&mut stage);
        stage.harness.run();
        stage.harness.snapshot(format!("{name}_{suffix}"));
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}

#[test]
fn first_run() {
    let mut results = SnapshotResults::new();
    let mut stage = Stage::drawn(empty(), Lang::Fr, false);
    stage.harness.snapshot("first_run_fr_light");
    results.extend_harness(&mut stage.harness);

    let mut stage = Stage::drawn(empty(), Lang::En, true);
    for (label, text) in [("Your name", "Camille"), ("Your town or district", "lyo")] {
        stage.harness.get_by_label(label).focus();
        stage.harness.get_by_label(label).type_text(text);
        stage.harness.run();
    }
    stage.harness.get_by_label_contains("Lyon, FR").click();
    stage.harness.run();
    stage.harness.snapshot("first_run_place_en_dark");
    results.extend_harness(&mut stage.harness);
    results.unwrap();
}

#[test]
fn map_and_list() {
    pictures("map", helsinki, |_| {});
}

#[test]
fn element_page_with_its_wall() {
    pictures("element", helsinki, |stage| {
        let id = named(&helsinki(), "Community garden Kumpula");
        stage.act(Action::ShowOnMap(id));
    });
}

#[test]
fn editor() {
    pictures("editor", helsinki, |stage| {
        stage.act(Action::Edit(None));
        let form = stage.harness.state_mut().views().editor.form_mut().unwrap();
        form.kind = Kind::Event;
        form.name = "Soup evening".into();
        form.tags = "food, neighbours".into();
    });
}

#[test]
fn agenda() {
    pictures("agenda", helsinki, |stage| stage.act(Action::Go(Page::Agenda)));
}

#[test]
fn agenda_as_a_list() {
    let mut stage = Stage::drawn(helsinki(), Lang::Fr, false);
    stage.act(Action::Go(Page::Agenda));
    stage.harness.get_by_label("Liste").click();
    stage.harness.run();
    stage.harness.snapshot("agenda_list_fr_light");
}

#[test]
fn governance() {
    pictures("governance", helsinki, |stage| stage.act(Action::Go(Page::Governance)));
}

#[test]
fn proposal() {
    pictures("proposal", helsinki, |stage| {
        stage.act(Action::Go(Page::Governance));
        let title = "Lend the tools to the bicycle kitchen?";
        stage.harness.get_by_label(title).click();
        stage.harness.run();
    });
}

#[test]
fn a_vote_that_is_closed() {
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    stage.act(Action::Go(Page::Governance));
    stage.harness.get_by_label("Close the gate at eight in the evening?").click();
    stage.harness.run();
    stage.harness.snapshot("proposal_closed_en_dark");
}

#[test]
fn members() {
    let mut stage = Stage::drawn(helsinki(), Lang::Fr, false);
    stage.act(Action::Go(Page::Governance));
    stage.harness.get_by_label("3 membres").click();
    stage.harness.run();
    stage.harness.snapshot("members_fr_light");
}

#[test]
fn network() {
    pictures("network", helsinki, |stage| stage.act(Action::Go(Page::Network)));
}

#[test]
fn settings() {
    pictures("settings", helsinki, |stage| stage.act(Action::Go(Page::Settings)));
}

#[test]
fn territories() {
    pictures("territories", helsinki, |stage| stage.act(Action::OpenTerritories));
}

#[test]
fn nothing_here_yet() {
    let mut stage = Stage::drawn(first_day(), Lang::Fr, false);
    stage.harness.run();
    stage.harness.snapshot("nothing_fr_light");
}

#[test]
fn a_small_window() {
    let mut stage = Stage::sized(helsinki(), Lang::Fr, [800.0, 600.0]);
    stage.harness.run();
    stage.harness.snapshot("map_small_fr_light");
}

#[test]
fn a_file_brought_in() {
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    stage.act(Action::OpenImport(Some(["", "home", "camille", "libraries.csv"].join("/").into())));
    stage.harness.get_by_label("Bring it in").click();
    stage.harness.run();
    stage.harness.snapshot("import_en_dark");
}
