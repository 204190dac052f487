//! What is found is counted, and narrowed by what was counted.

use crate::stage::Stage;
use communaut_gui::{
    fixture::helsinki,
    logic::{Action, filters::Filters},
};
use communaut_node::api::{Command, Open, Query};
use communaut_protocol::op::Kind;
use egui_kittest::kittest::{NodeT, Queryable};

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
    assert!(asked.now_ms.is_some(), "each hit says whether it is open");
    assert_eq!((asked.facets_at_ms, asked.tags.as_slice(), asked.ring_m), (None, &["garden".to_owned()][..], 5_000));
}

/// What the words name is offered, with its namesakes; looked at only once somebody takes it, and told as long as one
/// looks there.
#[test]
fn a_place_that_the_words_name_is_offered_and_left_again() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::SetText("café lyon".into()));
    assert!(last_search(&stage).near.unwrap().radius_m.is_none(), "nothing was taken");
    press(&mut stage, "Lyon (FR)");
    let asked = last_search(&stage);
    assert_eq!((asked.text.as_str(), asked.territories.len()), ("café", 0));
    assert_eq!(asked.near.unwrap().radius_m, Some(10_000));
    stage.harness.get_by_label("Within 10 km of Lyon");
    press(&mut stage, "Look around Lyon no longer");
    let asked = last_search(&stage);
    assert_eq!((asked.text.as_str(), asked.near.unwrap().radius_m, asked.territories.len()), ("café lyon", None, 1));
    // Another word after that is looked for where one is.
    press(&mut stage, "Lyon (FR)");
    stage.act(Action::SetText("kirjasto".into()));
    assert_eq!(last_search(&stage).near.unwrap().radius_m, None);
}

#[test]
fn where_nothing_is_open_it_is_said_how_many_are_not() {
    let mut stage = Stage::driven(helsinki());
    let all = helsinki().elements.len();
    let filters = Filters { open: Some(Open::Now), ..Filters::default() };
    stage.act(Action::Filter(Box::new(filters)));
    let known = stage.harness.get_by_label_contains("are known, and none is open then");
    let shown = known.accesskit_node().value().or(known.accesskit_node().label()).unwrap();
    assert!(
        shown
            .split(' ')
            .next()
            .and_then(|count| count.parse::<usize>().ok())
            .is_some_and(|count| count > 20 && count <= all)
    );
    press(&mut stage, "Show those that are closed too");
    assert_eq!(last_search(&stage).open, None);
}
