//! What is found is counted, and narrowed by what was counted.

use crate::stage::Stage;
use communaut_gui::fixture::helsinki;
use communaut_node::api::{Command, Query};
use communaut_protocol::op::Kind;
use egui_kittest::kittest::Queryable;

fn press(stage: &mut Stage, label: &str) {
    stage.harness.get_by_label(label).click();
    stage.harness.run();
}

fn last_search(stage: &Stage) -> Query {
    let asked = stage.node.sent().into_iter().rev();
    asked.filter_map(|command| if let Command::Search(query) = command { Some(query) } else { None }).next().unwrap()
}

#[test]
fn kinds_and_tags_are_counted_and_asked_for() {
    let mut stage = Stage::driven(helsinki());
    assert_eq!(last_search(&stage).facets_at_ms, None, "nothing is counted that nobody sees");
    press(&mut stage, "Filters");
    assert!(last_search(&stage).facets_at_ms.is_some());
    let world = helsinki();
    let places = world.elements.values().filter(|element| element.kind == Kind::Place).count();
    press(&mut stage, &format!("Places {places}"));
    assert_eq!(last_search(&stage).kinds, [Kind::Place]);

    let gardens = world.elements.values().filter(|element| element.kind == Kind::Place);
    let gardens = gardens.filter(|element| element.tags.contains(&"garden".to_owned())).count();
    press(&mut stage, &format!("garden {gardens}"));
    assert_eq!(last_search(&stage).tags, ["garden"]);
    stage.harness.get_by_label(&format!("Filters {}", 1));
    press(&mut stage, "+ 5 km");
    assert_eq!(last_search(&stage).ring_m, 5_000);

    // Closed, they hold on, and are told by their number.
    press(&mut stage, "Filters 2");
    let asked = last_search(&stage);
    assert_eq!((asked.facets_at_ms, asked.tags.as_slice(), asked.ring_m), (None, &["garden".to_owned()][..], 5_000));
}
