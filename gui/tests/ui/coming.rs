//! Who comes to an event, by the page of it: one says so, and the owner limits places and gives them.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{
    fixture::{coming, event, helsinki},
    logic::Action,
};
use communaut_node::api::{self, Command, Failure, FailureCode, Snapshot};
use communaut_protocol::IdentityId;
use egui_kittest::kittest::Queryable;

const AINO: IdentityId = IdentityId([0xb2; 32]);

fn on(replica: Snapshot) -> Stage {
    let id = event(&replica).unwrap();
    let mut stage = Stage::driven(replica);
    stage.act(Action::Select(Some(id)));
    stage
}

fn come(stage: &Stage) -> Vec<u16> {
    sent(stage, |command| match command {
        Command::Come(api::Come { places, .. }) => Some(places),
        _ => None,
    })
}

#[test]
fn one_says_that_one_comes_and_hears_why_not() {
    let mut stage = on(helsinki());
    stage.harness.get_by_label("Who comes");
    stage.harness.get_by_label("Nobody has said so far that they come");
    assert!(stage.harness.query_by_label("Limit the places…").is_none(), "that is for the owner");
    stage.node.refuse_next(Failure::new(FailureCode::Io, "disk full"));
    press(&mut stage, "I’m coming");
    stage.harness.get_by_label("A file could not be read or written: disk full");
    press(&mut stage, "I’m coming");
    assert_eq!(come(&stage), [1, 1]);
}

#[test]
fn where_nobody_gives_places_all_who_say_so_come() {
    let stage = on(coming(None));
    stage.harness.get_by_label("4 people come");
    stage.harness.get_by_label_contains("(3 places) · comes");
    assert!(stage.harness.query_by_label_contains("Give ").is_none());
}

#[test]
fn the_owner_limits_places_and_gives_them() {
    let mut stage = on(coming(Some(3)));
    stage.harness.get_by_label("None of 3 places is taken · 4 places are asked for");
    stage.harness.get_by_label("Ask for a place");
    let give = stage.harness.query_all_by_label_contains("Give ").count();
    assert_eq!(give, 3, "to each, and to all");
    press(&mut stage, "Give places to all who wait");
    let one = stage.harness.query_all_by_label_contains("Decline ").next().unwrap();
    one.click_accesskit();
    stage.harness.run();
    let decided = sent(&stage, |command| match command {
        Command::DecideClaims(api::DecideClaims { claims, given, .. }) => Some((claims.len(), given)),
        _ => None,
    });
    assert_eq!(decided, [(0, true), (1, false)]);
    stage.harness.get_by_label("Limit the places…").click_accesskit();
    stage.harness.run();
    type_into(&mut stage, "How many places are there?", "0");
    press(&mut stage, "Save");
    let terms = sent(&stage, |command| match command {
        Command::SetTerms(terms) => Some((terms.capacity, terms.confirmers)),
        _ => None,
    });
    assert_eq!(terms, [(Some(30), vec![AINO])], "who may confirm stays");
}
