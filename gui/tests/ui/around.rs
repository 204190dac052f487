//! What stands around the pages: choosing them, back and forward, the size of letters, narrow and wide windows.

use crate::stage::{Stage, press};
use communaut_gui::{
    fixture::helsinki,
    locale::Lang,
    logic::{Action, Page},
};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{
    SnapshotResults,
    kittest::{NodeT, Queryable},
};

fn key(stage: &mut Stage, modifiers: Modifiers, key: Key) {
    stage.harness.key_press_modifiers(modifiers, key);
    stage.harness.run();
}

#[test]
fn back_and_forward_go_where_one_was() {
    let mut stage = Stage::driven(helsinki());
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    stage.act(Action::Select(Some(garden)));
    press(&mut stage, "Agenda");
    press(&mut stage, "Settings");
    let here = |stage: &Stage| (stage.harness.state().page(), stage.harness.state().selection().element);
    key(&mut stage, Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(here(&stage), (Page::Agenda, Some(garden)));
    key(&mut stage, Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(here(&stage), (Page::Map, Some(garden)));
    key(&mut stage, Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(here(&stage), (Page::Map, None));
    for expected in [(Page::Map, Some(garden)), (Page::Agenda, Some(garden)), (Page::Settings, Some(garden))] {
        key(&mut stage, Modifiers::ALT, Key::ArrowRight);
        assert_eq!(here(&stage), expected);
    }
    // There is nothing further: nothing happens.
    key(&mut stage, Modifiers::ALT, Key::ArrowRight);
    assert_eq!(here(&stage), (Page::Settings, Some(garden)));
}

#[test]
fn letters_grow_by_keys_and_in_the_settings() {
    let mut stage = Stage::driven(helsinki());
    let size = |stage: &Stage| (stage.harness.ctx.zoom_factor() * 100.0).round() as u32;
    assert_eq!(size(&stage), 100);
    key(&mut stage, Modifiers::COMMAND, Key::Plus);
    assert_eq!(size(&stage), 125);
    key(&mut stage, Modifiers::COMMAND, Key::Minus);
    key(&mut stage, Modifiers::COMMAND, Key::Minus);
    assert_eq!(size(&stage), 100);
    stage.act(Action::Go(Page::Settings));
    stage.harness.get_by_label("200 %").click_accesskit();
    stage.harness.run();
    assert_eq!(size(&stage), 200);
    key(&mut stage, Modifiers::COMMAND, Key::Num0);
    assert_eq!(size(&stage), 100);
}

#[test]
fn nothing_moves_where_one_asked_for_it() {
    let mut stage = Stage::driven(helsinki());
    let secs = |stage: &Stage| stage.harness.ctx.global_style().animation_time;
    // The tests' stage has none until something is preferred.
    key(&mut stage, Modifiers::COMMAND, Key::Plus);
    assert!(secs(&stage) > 0.0);
    stage.act(Action::Go(Page::Settings));
    stage.harness.get_by_label("No animations").click_accesskit();
    stage.harness.run();
    assert!(secs(&stage) == 0.0);
}

#[test]
fn choices_are_radios_of_which_one_is_set() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Settings));
    for label in ["English", "Light", "100 %"] {
        let radio = stage.harness.get_by_role_and_label(Role::RadioButton, label);
        assert_eq!(radio.accesskit_node().toggled(), Some(egui::accesskit::Toggled::True), "{label}");
    }
}

#[test]
fn neighbours_are_told_at_the_rails_foot() {
    let mut stage = Stage::driven(helsinki());
    press(&mut stage, "Connected with 2 nodes");
    assert_eq!(stage.harness.state().page(), Page::Network);
    key(&mut stage, Modifiers::NONE, Key::Escape);
    assert_eq!(stage.harness.state().page(), Page::Settings);
}

/// From a phone held upright to a very wide screen: all pages are there, and an element opens and closes.
#[test]
fn every_width_has_pages_list_map_and_element() {
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    for width in [360.0, 599.0, 800.0, 1_280.0, 2_560.0] {
        let mut stage = Stage::sized(helsinki(), Lang::En, [width, 740.0]);
        press(&mut stage, "Agenda");
        assert_eq!(stage.harness.state().page(), Page::Agenda, "{width}");
        press(&mut stage, "Map");
        stage.harness.get_by_label_contains("Camille Moreau, Person");
        stage.act(Action::Select(Some(garden)));
        stage.harness.get_by_role_and_label(Role::Heading, "Community garden Kumpula");
        key(&mut stage, Modifiers::NONE, Key::Escape);
        assert!(stage.harness.state().selection().element.is_none(), "{width}");
    }
}

#[test]
fn pictures_of_narrow_and_wide() {
    let mut results = SnapshotResults::new();
    for (name, size) in [("map_narrow", [360.0, 740.0]), ("map_wide", [2_560.0, 1_080.0])] {
        let mut stage = Stage::sized(helsinki(), Lang::Fr, size);
        stage.harness.run();
        stage.harness.snapshot(format!("{name}_fr_light"));
        results.extend_harness(&mut stage.harness);
    }
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    let mut stage = Stage::sized(helsinki(), Lang::Fr, [360.0, 740.0]);
    stage.act(Action::Select(Some(garden)));
    stage.harness.snapshot("element_narrow_fr_light");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::sized(helsinki(), Lang::Fr, [360.0, 740.0]);
    stage.act(Action::Go(Page::Agenda));
    stage.harness.snapshot("agenda_narrow_fr_light");
    results.extend_harness(&mut stage.harness);
    results.unwrap();
}
