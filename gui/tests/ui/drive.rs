//! The whole way by the accessibility tree, as keyboard and screen reader go it; the commands that
//! reach the node are what is asserted.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{helsinki, overview},
    logic::{Action, Page},
};
use communaut_node::api::{self, Area, Command, FollowTarget};
use communaut_protocol::op::Kind;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

fn type_into(stage: &mut Stage, label: &str, text: &str) {
    let field = stage.harness.get_by_label(label);
    field.focus();
    field.type_text(text);
    stage.harness.run();
}

fn press(stage: &mut Stage, label: &str) {
    // What lies further down is scrolled to, as a person does.
    stage.harness.get_by_label(label).scroll_to_me();
    stage.harness.run();
    stage.harness.get_by_label(label).click();
    stage.harness.run();
}

#[test]
fn search_as_you_type_open_and_post() {
    let mut stage = Stage::driven(helsinki());
    // "/" puts the keyboard into the search field.
    stage.harness.key_press(Key::Slash);
    stage.harness.run();
    assert!(stage.harness.get_by_label("Search").is_focused());
    type_into(&mut stage, "Search", "garden");
    let last = stage.node.sent().into_iter().rev().find_map(|command| match command {
        Command::Search(query) => Some(query),
        _ => None,
    });
    let query = last.unwrap();
    assert_eq!(query.text, "garden");
    assert!(!query.territories.is_empty() && query.near.is_some() && query.limit.is_none());

    let row = stage.harness.get_by_label_contains("Community garden Kumpula, Organisation");
    row.click();
    stage.harness.run();
    let id = stage.harness.state().selection().element.unwrap();
    let shown =
        |command: &Command| matches!(command, Command::Show(api::Show { id: asked }) if *asked == id.to_string());
    assert!(stage.node.sent().iter().any(shown));
    stage.harness.get_by_label_contains("The second compost heap is ripe");

    type_into(&mut stage, "Write on this wall", "  I bring two buckets. ");
    press(&mut stage, "Post");
    let post = stage.node.sent().into_iter().find_map(|command| match command {
        Command::Post(draft) => Some(draft),
        _ => None,
    });
    let post = post.unwrap();
    assert_eq!((post.wall, post.text.as_str(), post.sample), (Some(id), "I bring two buckets.", false));
    // What was written is gone from the composer: it cannot be sent twice.
    press(&mut stage, "Post");
    let posts = stage.node.sent().iter().filter(|command| matches!(command, Command::Post(_))).count();
    assert_eq!(posts, 1);
}

#[test]
fn a_mark_on_the_map_opens_the_same_page_as_the_list() {
    let mut stage = Stage::driven(helsinki());
    type_into(&mut stage, "Search", "Töölön");
    let mark = stage.harness.get_by_role_and_label(egui::accesskit::Role::Button, "Töölön kirjasto");
    mark.click();
    stage.harness.run();
    let open = stage.harness.state().selection().element.unwrap();
    assert_eq!(helsinki().elements.get(&open).unwrap().name, "Töölön kirjasto");
}

#[test]
fn kinds_and_keyboard() {
    let mut stage = Stage::driven(helsinki());
    press(&mut stage, "Projects");
    assert_eq!(stage.harness.state().selection().kinds, [Kind::Project]);
    stage.harness.get_by_label("2 results · nearest first");
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    stage.harness.run();
    assert_eq!(stage.harness.state().page(), Page::Settings);
    stage.harness.key_press(Key::Escape);
    stage.harness.run();
    assert_eq!(stage.harness.state().page(), Page::Map);
}

#[test]
fn the_editor_saves_an_event_in_its_zone_and_names_what_is_missing() {
    let mut stage = Stage::driven(helsinki());
    press(&mut stage, "Add something");
    press(&mut stage, "Event");
    press(&mut stage, "Save");
    stage.harness.get_by_label("It needs a name.");
    type_into(&mut stage, "Name", "Soup evening");
    press(&mut stage, "Save");
    let draft = stage.node.sent().into_iter().find_map(|command| match command {
        Command::SaveElement(api::SaveElement { id: None, draft }) => Some(draft),
        _ => None,
    });
    let draft = draft.unwrap();
    let when = draft.when.unwrap();
    assert_eq!((draft.kind, draft.name.as_str(), when.zone.as_str()), (Kind::Event, "Soup evening", "Europe/Helsinki"));
    assert!(draft.position.is_some());
    assert!(stage.harness.state().selection().element.is_none());
}

#[test]
fn taking_back_asks_first() {
    let mut stage = Stage::driven(helsinki());
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    stage.act(Action::Select(Some(garden)));
    press(&mut stage, "Take back");
    assert!(!stage.node.sent().iter().any(|command| matches!(command, Command::Retract(_))));
    press(&mut stage, "Take it back");
    assert!(stage.node.sent().contains(&Command::Retract(api::Retract { id: garden })));
    assert_eq!(stage.harness.state().selection().element, None);
}

#[test]
fn language_changes_at_once() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Settings));
    press(&mut stage, "Français");
    stage.harness.get_by_label("Apparence");
}

#[test]
fn another_territory_is_followed_by_its_name() {
    let mut stage = Stage::driven(helsinki());
    press(&mut stage, "Territories");
    type_into(&mut stage, "Its town", "Lyon");
    press(&mut stage, "Lyon, France · 522,250 inhabitants");
    press(&mut stage, "Follow Lyon");
    let follow = stage.node.sent().into_iter().find_map(|command| match command {
        Command::Follow(FollowTarget::Area { name, area }) => Some((name, area)),
        _ => None,
    });
    let (name, area) = follow.unwrap();
    assert_eq!(name, "Lyon");
    assert!(matches!(area, Area::Around { centre, radius_m: 10_000 } if centre.lat_e7 == 457_484_600));
}

#[test]
fn a_new_snapshot_shows_without_a_word() {
    let mut stage = Stage::driven(helsinki());
    let mut next = helsinki();
    overview(&mut next).version += 1;
    let garden = next.elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    stage.act(Action::Select(Some(garden)));
    next.elements.remove(&garden);
    stage.node.publish(next);
    stage.harness.run();
    stage.harness.get_by_label("This is no longer here");
}

#[test]
fn alone_in_a_territory_one_is_told_what_to_do_next() {
    let mut alone = helsinki();
    let me = alone.overview.me.as_ref().unwrap().id;
    alone.elements = alone.elements.into_iter().filter(|(id, _)| *id == me.into()).collect();
    let mut stage = Stage::driven(alone);
    // Oneself is no result.
    assert!(stage.harness.query_by_label_contains("Camille Moreau, Person").is_none());
    assert!(stage.harness.query_by_label_contains("1 result").is_none());
    stage.harness.get_by_label("Nothing is known here yet");
    // A search that finds nothing says something else.
    type_into(&mut stage, "Search", "zzz");
    stage.harness.get_by_label("Nothing matches");
    press(&mut stage, "Clear the filters");
    assert!(!stage.harness.state().selection().is_filtered());
}
