//! Acts upon what others made: votes, following; and that nothing typed or refused goes unsaid.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{Double, helsinki, overview},
    logic::{Action, Page},
};
use communaut_node::api::{self, Command, Failure, FailureCode, Query, Snapshot};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Stamp,
    fold::LinkView,
    op::{Choice, Kind, LinkKind, LinkState, Reaction},
};
use egui::Key;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn press(stage: &mut Stage, label: &str) {
    // What lies further down is scrolled to, as a person does.
    stage.harness.get_by_label(label).scroll_to_me();
    stage.harness.run();
    stage.harness.get_by_label(label).click();
    stage.harness.run();
}

/// A button, where a text of the same words stands beside it.
fn press_button(stage: &mut Stage, label: &str) {
    stage.harness.get_by_role_and_label(egui::accesskit::Role::Button, label).click();
    stage.harness.run();
}

fn type_into(stage: &mut Stage, label: &str, text: &str) {
    let field = stage.harness.get_by_label(label);
    field.focus();
    field.type_text(text);
    stage.harness.run();
}

fn named(snapshot: &Snapshot, name: &str) -> ElementId {
    snapshot.elements.values().find(|element| element.name == name).unwrap().id
}

fn sent<T>(node: &Double, which: impl Fn(Command) -> Option<T>) -> Vec<T> {
    node.sent().into_iter().filter_map(which).collect()
}

#[test]
fn a_vote_is_cast_and_changed() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Governance));
    press(&mut stage, "Lend the tools to the bicycle kitchen?");
    let votes = |stage: &Stage| {
        sent(&stage.node, |command| match command {
            Command::Vote(api::Vote { proposal, choice }) => Some((proposal, choice)),
            _ => None,
        })
    };
    // Said already: pressing it again says nothing new.
    press_button(&mut stage, "Yes");
    assert_eq!(votes(&stage), []);
    press_button(&mut stage, "Blank");
    let said = votes(&stage);
    assert_eq!(said.len(), 1);
    let (proposal, choice) = said.first().unwrap();
    assert_eq!(*choice, Choice::Blank);
    let asked = helsinki();
    let scopes = asked.scopes.values().filter_map(|scope| scope.governance.as_ref());
    let found = scopes.flat_map(|held| &held.proposals).find(|held| held.id.to_string() == *proposal).unwrap();
    assert_eq!(found.title, "Lend the tools to the bicycle kitchen?");
    stage.harness.get_by_label("Your vote is written.");
}

#[test]
fn a_vote_that_a_rule_forbids_is_said() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Governance));
    press(&mut stage, "Lend the tools to the bicycle kitchen?");
    stage.node.refuse_next(Failure::new(FailureCode::NotAllowed, "the vote is closed"));
    press_button(&mut stage, "No");
    stage.harness.get_by_label("A rule does not allow it: the vote is closed");
}

#[test]
fn following_and_leaving() {
    let mut replica = helsinki();
    let kitchen = named(&replica, "Bicycle kitchen");
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Select(Some(kitchen)));
    press(&mut stage, "Follow");
    let links = |stage: &Stage| {
        sent(&stage.node, |command| match command {
            Command::Link(api::Link { target, kind, state, .. }) => Some((target, kind, state)),
            _ => None,
        })
    };
    assert_eq!(links(&stage), [(kitchen, LinkKind::Follower, LinkState::Accepted)]);

    let source: ElementId = replica.overview.me.as_ref().unwrap().id.into();
    let author = IdentityId(source.0);
    let (kind, state) = (LinkKind::Follower, LinkState::Accepted);
    let (stamp, entry) = (Stamp::default(), EntryId([1; 32]));
    let (role, target, by_source, by_target) = (String::new(), kitchen, None, None);
    let link = LinkView { source, target, kind, role, state, author, stamp, entry, by_source, by_target, proof: None };
    let scope = replica.elements.get(&kitchen).unwrap().scope;
    replica.scopes.entry(scope).or_default().put_link(Arc::new(link));
    overview(&mut replica).version += 1;
    stage.node.publish(replica);
    stage.harness.run();
    stage.harness.get_by_label("1 person follows this");
    press(&mut stage, "Stop following");
    assert_eq!(links(&stage).last(), Some(&(kitchen, LinkKind::Follower, LinkState::Left)));
}

#[test]
fn ones_own_needs_no_following() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Select(Some(named(&helsinki(), "Community garden Kumpula"))));
    stage.harness.get_by_label("Take back");
    assert!(stage.harness.query_by_label("Follow").is_none());
}

#[test]
fn a_search_that_fails_is_said() {
    let mut stage = Stage::driven(helsinki());
    stage.node.refuse_search(Failure::new(FailureCode::Internal, "the index is gone"));
    type_into(&mut stage, "Search", "garden");
    stage.harness.get_by_label_contains("the index is gone");
}

#[test]
fn what_is_being_edited_is_not_lost_by_a_key_or_another_page() {
    let mut stage = Stage::driven(helsinki());
    press(&mut stage, "Add something");
    // Nothing typed: Esc leaves.
    stage.harness.key_press(Key::Escape);
    stage.harness.run();
    assert!(stage.harness.query_by_label("Save").is_none());

    press(&mut stage, "Add something");
    type_into(&mut stage, "Name", "Seed library");
    // The first takes the keyboard off the field.
    for _ in 0..2 {
        stage.harness.key_press(Key::Escape);
        stage.harness.run();
    }
    stage.harness.get_by_label("What you typed is not saved yet: save it, or cancel.");
    press(&mut stage, "Agenda");
    press(&mut stage, "Map");
    press(&mut stage, "Add something");
    press(&mut stage, "Save");
    let names = sent(&stage.node, |command| match command {
        Command::SaveElement(api::SaveElement { draft, .. }) => Some(draft.name),
        _ => None,
    });
    assert_eq!(names, ["Seed library"]);
}

#[test]
fn what_was_begun_on_a_wall_is_there_after_many_others() {
    let mut stage = Stage::driven(helsinki());
    let mut replica = helsinki();
    let garden = named(&replica, "Community garden Kumpula");
    stage.act(Action::Select(Some(garden)));
    type_into(&mut stage, "Write on this wall", "half a thought");
    // More walls than the composer keeps.
    let template = replica.elements.get(&garden).cloned().unwrap();
    let ids: Vec<ElementId> = (0..40).map(|number| ElementId([100 + number; 32])).collect();
    for id in &ids {
        let mut view = (*template).clone();
        view.id = *id;
        replica.elements.insert(*id, Arc::new(view));
    }
    overview(&mut replica).version += 1;
    stage.node.publish(replica);
    for id in ids {
        stage.act(Action::Select(Some(id)));
    }
    stage.act(Action::Select(Some(garden)));
    press(&mut stage, "Post");
    let texts = sent(&stage.node, |command| match command {
        Command::Post(draft) => Some(draft.text),
        _ => None,
    });
    assert_eq!(texts, ["half a thought"]);
}

#[test]
fn an_empty_month_offers_an_event() {
    let mut replica = helsinki();
    let events: Vec<_> = replica.elements.values().filter(|e| e.kind == Kind::Event).map(|e| e.id).collect();
    for id in events {
        replica.elements.remove(&id);
    }
    let mut stage = Stage::driven(replica);
    stage.act(Action::Go(Page::Agenda));
    press(&mut stage, "Add an event");
    assert_eq!(stage.harness.state().page(), Page::Map);
    assert_eq!(stage.harness.state_mut().views().editor.form_mut().unwrap().kind, Kind::Event);
}

#[test]
fn the_agenda_shows_what_the_search_found() {
    let mut stage = Stage::driven(helsinki());
    type_into(&mut stage, "Search", "Compost workshop");
    stage.act(Action::Go(Page::Agenda));
    stage.harness.get_by_label("Compost workshop");
    assert!(stage.harness.query_by_label("Harvest festival").is_none());
    let asked = sent(&stage.node, |command| match command {
        Command::Search(Query { text, .. }) => Some(text),
        _ => None,
    });
    assert_eq!(asked.last().map(String::as_str), Some("Compost workshop"));
}

#[test]
fn what_is_said_around_here_is_read_answered_to_with_a_word_and_written() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Live));
    // The newest first: in the open cell, then on the garden's wall.
    let said = ["Does anybody know why the tram", "The second compost heap is ripe", "I have a wheelbarrow to lend"];
    let heights = said.map(|words| stage.harness.get_by_label_contains(words).rect().top());
    assert!(heights.is_sorted(), "{heights:?}");
    let thanks = stage.harness.get_all_by_label("Thanks").next().unwrap();
    thanks.click();
    stage.harness.run();
    let reactions = sent(&stage.node, |command| match command {
        Command::React(api::React { post, what }) => Some((post, what)),
        _ => None,
    });
    assert_eq!(reactions, [("3c".repeat(32), Some(Reaction::Thanks))]);
    // On the wall of what it was said on.
    press(&mut stage, "Say something around Helsinki");
    type_into(&mut stage, "Say something around Helsinki", "The ferry runs again");
    press(&mut stage, "Post");
    let posts = sent(&stage.node, |command| match command {
        Command::Post(draft) => Some((draft.wall, draft.position, draft.text)),
        _ => None,
    });
    let centre = helsinki().overview.followed.first().unwrap().centre;
    assert_eq!(posts, [(None, Some(centre), "The ferry runs again".to_owned())]);
    // What was written is not there twice.
    assert_eq!(stage.harness.query_by_value("The ferry runs again").map(|_| ()), None);
    stage.harness.get_all_by_label("on the wall of Community garden Kumpula").next().unwrap().click();
    stage.harness.run();
    assert_eq!(stage.harness.state().page(), Page::Map);
    let garden = named(&helsinki(), "Community garden Kumpula");
    assert_eq!(stage.harness.state().selection().element, Some(garden));
}

#[test]
fn nothing_said_is_said_so() {
    let mut quiet = helsinki();
    for scope in quiet.scopes.keys().copied().collect::<Vec<_>>() {
        quiet.scopes.entry(scope).or_default().posts.clear();
    }
    let mut stage = Stage::driven(quiet);
    stage.act(Action::Go(Page::Live));
    stage.harness.get_by_label("Nobody has said anything here yet");
}

#[test]
fn a_link_is_kept_on_a_page_and_what_is_refused_stays_typed() {
    let mut stage = Stage::driven(helsinki());
    let garden = named(&helsinki(), "Community garden Kumpula");
    stage.act(Action::Select(Some(garden)));
    stage.harness.get_by_label("Compost in five layers");
    press(&mut stage, "Add a link");
    type_into(&mut stage, "Address of the link", "https://example.org/seeds");
    type_into(&mut stage, "Title", "Seeds to swap");
    stage.node.refuse_next(Failure::new(FailureCode::Invalid, "url refused: not an address"));
    press(&mut stage, "Keep the link");
    stage.harness.get_by_label_contains("url refused: not an address");
    press(&mut stage, "Keep the link");
    let kept = sent(&stage.node, |command| match command {
        Command::KeepBookmark(kept) => Some(kept),
        _ => None,
    });
    let wanted = api::KeepBookmark {
        on: garden,
        url: "https://example.org/seeds".into(),
        title: "Seeds to swap".into(),
        note: String::new(),
    };
    assert_eq!(kept, [wanted.clone(), wanted]);
    assert!(stage.harness.query_by_label("Keep the link").is_none(), "the form has closed");
    // One's own is taken away; another's cannot be.
    press(&mut stage, "Remove the link “Rules for the city's plots”");
    let removed = sent(&stage.node, |command| match command {
        Command::RemoveBookmark(removed) => Some(removed.url),
        _ => None,
    });
    assert_eq!(removed, ["https://example.org/city/plots"]);
    assert!(stage.harness.query_by_label("Remove the link “Compost in five layers”").is_none());
}

#[test]
fn who_may_keep_no_link_on_a_page_is_not_asked_for_one() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Select(Some(named(&helsinki(), "Bicycle kitchen"))));
    assert!(stage.harness.query_by_label("Add a link").is_none());
    assert!(stage.harness.query_by_label("Links").is_none(), "nothing to show, nothing said");
}
