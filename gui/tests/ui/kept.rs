//! A search is kept, and tells what is new in it.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{fixture::helsinki, locale::Lang};
use communaut_node::api::{Command, SaveSearch, Snapshot};
use communaut_protocol::{ElementId, Stamp};
use egui::accesskit::Role;
use egui_kittest::{SnapshotResults, kittest::Queryable};
use std::sync::Arc;

fn saved(stage: &Stage) -> Vec<SaveSearch> {
    sent(stage, |command| if let Command::SaveSearch(save) = command { Some(save) } else { None })
}

/// One café more, and another one that says something else; of a later version.
fn later(snapshot: &Snapshot) -> Snapshot {
    let mut later = snapshot.clone();
    let cafés: Vec<_> =
        snapshot.elements.values().filter(|element| element.name.starts_with("Café")).cloned().collect();
    let mut more = (*cafés[0]).clone();
    (more.id, more.name) = (ElementId([0x99; 32]), "Café du coin".to_owned());
    let mut changed = (*cafés[1]).clone();
    changed.updated = Stamp::from_ms(changed.updated.ms() + 1_000);
    for element in [more, changed] {
        later.elements.insert(element.id, Arc::new(element));
    }
    communaut_gui::fixture::overview(&mut later).version += 1;
    later
}

#[test]
fn a_search_is_kept_tells_what_is_new_and_is_forgotten() {
    let world = helsinki();
    let mut stage = Stage::driven(world.clone());
    press(&mut stage, "Kept searches");
    stage.harness.get_by_label("No search is kept yet.");
    assert!(stage.harness.query_by_label("Keep this search").is_none(), "nothing is asked yet");
    type_into(&mut stage, "Search", "café");
    press(&mut stage, "Keep this search");
    let kept = saved(&stage).pop().unwrap();
    let found = world.elements.values().filter(|element| element.name.starts_with("Café")).count();
    assert_eq!((kept.name.as_str(), kept.query.text.as_str()), ("café", "café"));
    assert!(kept.seen.len() >= found, "all that is found now is seen");
    stage.harness.get_by_label_contains("is kept already");

    press(&mut stage, "Clear the search");
    stage.node.publish(later(&world));
    stage.harness.run_steps(130);
    stage.harness.run();
    press(&mut stage, "Kept searches: 1 new");
    press(&mut stage, "Kept searches: 1 new");
    stage.harness.get_by_role_and_label(Role::Link, "café").click();
    stage.harness.run();
    stage.harness.get_by_label("1 new, 1 changed");
    stage.harness.get_by_label_contains("Café du coin, new");
    let seen = sent(&stage, |command| if let Command::SeeSearch(see) = command { Some(see) } else { None });
    assert_eq!((saved(&stage).len(), seen.len(), seen[0].name.as_str()), (1, 1, "café"), "what was told is seen");
    stage.harness.get_by_role_and_label(Role::Button, "Kept searches");

    // Something else asked: it is that search no longer.
    type_into(&mut stage, "Search", " s");
    assert!(stage.harness.query_by_label("1 new, 1 changed").is_none());
    press(&mut stage, "Forget café");
    stage.harness.get_by_label("No search is kept yet.");
}

#[test]
fn pictures() {
    let mut results = SnapshotResults::new();
    for (lang, dark, name) in [(Lang::Fr, false, "kept_fr_light"), (Lang::En, true, "kept_en_dark")] {
        let world = helsinki();
        let mut stage = Stage::drawn(world.clone(), lang, dark);
        let [button, keep, search] = match lang {
            Lang::Fr => ["Recherches gardées", "Garder cette recherche", "Rechercher"],
            Lang::En => ["Kept searches", "Keep this search", "Search"],
        };
        press(&mut stage, button);
        for text in ["kirjasto", "café"] {
            type_into(&mut stage, search, text);
            press(&mut stage, keep);
            stage.act(communaut_gui::logic::Action::ClearFilters);
        }
        stage.node.publish(later(&world));
        stage.harness.run_steps(130);
        stage.harness.run();
        stage.harness.get_by_role_and_label(Role::Link, "café").click();
        stage.harness.run();
        stage.harness.snapshot(name);
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}
