//! When a place is open, on its page.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{helsinki, place},
    locale::Lang,
    logic::Action,
};
use communaut_node::api::Snapshot;
use communaut_protocol::ElementId;
use egui_kittest::{SnapshotResults, kittest::Queryable};
use std::sync::Arc;

fn open(hours: &str) -> (Snapshot, ElementId) {
    let mut replica = helsinki();
    let id = place(&replica).unwrap();
    let mut held = (*replica.elements[&id]).clone();
    held.opening_hours = hours.to_owned();
    replica.elements.insert(id, Arc::new(held));
    (replica, id)
}

#[test]
fn the_week_is_told_and_what_is_not_understood_stands_as_it_is() {
    let (replica, id) = open("Mo-Fr 09:00-12:00,14:00-18:30; Sa 20:00-02:00");
    let mut stage = Stage::driven_in(replica, Lang::Fr);
    stage.act(Action::Select(Some(id)));
    for words in
        ["Lundi", "Dimanche", "9\u{a0}h – 12\u{a0}h, 14\u{a0}h – 18\u{a0}h\u{a0}30", "20\u{a0}h – 2\u{a0}h", "fermé"]
    {
        assert!(stage.harness.query_all_by_label(words).next().is_some(), "{words}");
    }
    for text in ["tous les jours sauf le lundi", "24/7"] {
        let (replica, id) = open(text);
        let mut stage = Stage::driven(replica);
        stage.act(Action::Select(Some(id)));
        let words = if text == "24/7" { "Open day and night" } else { text };
        stage.harness.get_by_label(words);
        assert!(stage.harness.query_by_label("Monday").is_none());
    }
}

#[test]
fn pictures() {
    let mut results = SnapshotResults::new();
    for (lang, dark, name) in [(Lang::Fr, false, "hours_fr_light"), (Lang::En, true, "hours_en_dark")] {
        let (replica, id) = open("Mo-Fr 09:00-12:00,14:00-18:30; Sa 10:00-13:00 \"sauf août\"");
        let mut stage = Stage::drawn(replica, lang, dark);
        stage.act(Action::Select(Some(id)));
        stage.harness.snapshot(name);
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}
