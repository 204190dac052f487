//! What is erased, hidden and kept among few: asked before it is done, said with what it cannot do.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{
    fixture::{helsinki, invitation, overview, private},
    locale::Lang,
    logic::{Action, Page},
};
use communaut_node::api::{self, Command, Failure, FailureCode, Snapshot};
use communaut_protocol::{
    ElementId, EntryId, IdentityId,
    op::{Kind, Role as Rank},
};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

const AINO: IdentityId = IdentityId([0xb2; 32]);
const JOSEPH: IdentityId = IdentityId([0xc3; 32]);

fn choose(stage: &mut Stage, label: &str) {
    stage.harness.get_by_role_and_label(Role::CheckBox, label).click_accesskit();
    stage.harness.run();
}

fn named(name: &str) -> ElementId {
    private().elements.values().find(|element| element.name == name).unwrap().id
}

fn on(replica: Snapshot, name: &str) -> Stage {
    let mut stage = Stage::driven(replica);
    stage.act(Action::Select(Some(named(name))));
    stage
}

fn erases(stage: &Stage) -> Vec<(String, String)> {
    sent(stage, |command| match command {
        Command::Erase(api::Erase { id, reason }) => Some((id, reason)),
        _ => None,
    })
}

#[test]
fn ones_own_post_is_erased_after_it_is_said_what_that_cannot_do() {
    let mut stage = on(helsinki(), "Community garden Kumpula");
    press(&mut stage, "Erase for good");
    stage.harness.get_by_label_contains("Erase “Thank you all for the harvest.");
    stage.harness.get_by_label_contains("a copy that never syncs again");
    press(&mut stage, "Cancel");
    assert_eq!(erases(&stage), []);
    press(&mut stage, "Erase for good");
    stage.node.refuse_next(Failure::new(FailureCode::Io, "disk full"));
    press(&mut stage, "Erase it for good");
    stage.harness.get_by_label("A file could not be read or written: disk full");
    press(&mut stage, "Erase it for good");
    let post = (EntryId([3; 32]).to_string(), String::new());
    assert_eq!(erases(&stage), [post.clone(), post]);
    stage.harness.get_by_label("Erased here. The others drop it when they hear of it.");
    assert!(stage.harness.query_by_label_contains("Erase “Thank").is_none());
}

#[test]
fn a_moderator_hides_and_says_why() {
    let mut stage = on(helsinki(), "Community garden Kumpula");
    let hide: Vec<_> = stage.harness.query_all_by_role_and_label(Role::Button, "Hide as a moderator").collect();
    assert_eq!(hide.len(), 2, "what others wrote");
    hide.first().unwrap().click_accesskit();
    drop(hide);
    stage.harness.run();
    stage.harness.get_by_label_contains("is dropped after 7 days. Until then it can be taken back.");
    press(&mut stage, "Hide it");
    assert_eq!(erases(&stage), [], "a reason is owed");
    type_into(&mut stage, "Why", " names a child ");
    press(&mut stage, "Hide it");
    assert_eq!(erases(&stage), [(EntryId([1; 32]).to_string(), "names a child".to_owned())]);
    stage.harness.get_by_label_contains("Hidden. For 7 days it can be taken back");
}

#[test]
fn who_is_no_moderator_hides_nothing() {
    let mut replica = helsinki();
    let me = replica.overview.me.as_ref().unwrap().id;
    let scope = replica.elements.get(&named("Community garden Kumpula")).unwrap().scope;
    let held = replica.scopes.get_mut(&scope).unwrap().governance.as_mut().unwrap();
    Arc::make_mut(held).roles.insert(me, Rank::Contributor);
    let stage = on(replica, "Community garden Kumpula");
    assert!(stage.harness.query_by_label("Hide as a moderator").is_none());
    stage.harness.get_by_label("Erase for good");
}

#[test]
fn an_element_is_erased_from_the_question_that_takes_it_back_unless_it_has_a_space() {
    let mut replica = helsinki();
    let me = replica.overview.me.as_ref().unwrap().id;
    let oodi = named("Oodi");
    let mut own = (**replica.elements.get(&oodi).unwrap()).clone();
    own.owner = me;
    replica.elements.insert(oodi, Arc::new(own));
    let mut stage = on(replica, "Oodi");
    press(&mut stage, "Take back");
    stage.harness.get_by_label("Erase it for good instead…").click_accesskit();
    stage.harness.run();
    press(&mut stage, "Erase it for good");
    assert_eq!(erases(&stage), [(oodi.to_string(), String::new())]);
    assert_eq!(stage.harness.state().selection().element, None);

    let mut stage = on(helsinki(), "Community garden Kumpula");
    press(&mut stage, "Take back");
    assert!(stage.harness.query_by_label("Erase it for good instead…").is_none());
}

#[test]
fn what_was_erased_is_told_and_taken_back() {
    let mut stage = Stage::driven(private());
    stage.act(Action::Go(Page::Settings));
    press(&mut stage, "What was erased");
    for words in [
        "Community garden Kumpula",
        "2 entries of Joseph Mwangi",
        "by Joseph Mwangi · 3 days ago",
        "hidden",
        "by Camille Moreau · 2 days ago",
        "“advertising”",
        "Can be taken back until Tuesday 15 September 2026",
        "“a mistake”",
        "taken back",
        "By you, and on your wall",
    ] {
        stage.harness.get_by_label(words);
    }
    stage.harness.get_by_label_contains("A copy that never syncs again cannot be recalled");
    assert_eq!(stage.harness.query_all_by_label("erased for good").count(), 2);
    let voids = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::Void(api::Void { id }) => Some(id),
            _ => None,
        })
    };
    stage.node.refuse_next(Failure::new(FailureCode::NotAllowed, "only moderators and leaders"));
    press(&mut stage, "Take it back");
    stage.harness.get_by_label("A rule does not allow it: only moderators and leaders");
    press(&mut stage, "Take it back");
    assert_eq!(voids(&stage), [EntryId([0x41; 32]).to_string(), EntryId([0x41; 32]).to_string()]);
    stage.harness.get_by_label("Taken back: it is shown again as soon as it is here.");
}

#[test]
fn where_nothing_was_erased_it_is_said() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Erasures));
    stage.harness.get_by_label("Nothing was erased");
}

fn roles(stage: &Stage) -> Vec<(IdentityId, Option<Rank>)> {
    sent(stage, |command| match command {
        Command::SetRole(api::SetRole { person, role, .. }) => Some((person, role)),
        _ => None,
    })
}

#[test]
fn leaving_is_asked_and_the_last_leader_is_warned() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Governance));
    press(&mut stage, "3 members");
    press(&mut stage, "Leave");
    stage.harness.get_by_label("Leave Community garden Kumpula?");
    stage.harness.get_by_label_contains("There is no other leader.");
    press(&mut stage, "Cancel");
    assert_eq!(roles(&stage), []);
    press(&mut stage, "Leave");
    let buttons = stage.harness.query_all_by_role_and_label(Role::Button, "Leave");
    buttons.last().unwrap().click_accesskit();
    stage.harness.run();
    let me = helsinki().overview.me.clone().unwrap().id;
    assert_eq!(roles(&stage), [(me, None)]);
}

#[test]
fn who_did_what_is_read_with_what_does_not_count() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::Go(Page::Governance));
    press(&mut stage, "Who did what");
    for words in [
        "Camille Moreau made Aino Virtanen contributor",
        "Camille Moreau hid 1 entry: advertising",
        "Camille Moreau took an erasure back",
        "Joseph Mwangi took Aino Virtanen’s role",
        "does not count",
    ] {
        stage.harness.get_by_label(words);
    }
    let asked = sent(&stage, |command| match command {
        Command::Audit(api::Audit { container }) => Some(container),
        _ => None,
    });
    assert_eq!(asked, [named("Community garden Kumpula")]);
    press(&mut stage, "Who did what");
    assert!(stage.harness.query_by_label("does not count").is_none());
}

fn posts(stage: &Stage) -> Vec<(String, Vec<IdentityId>)> {
    sent(stage, |command| match command {
        Command::Post(draft) => Some((draft.text, draft.to)),
        _ => None,
    })
}

#[test]
fn a_post_is_written_for_named_persons() {
    let mut stage = on(helsinki(), "Community garden Kumpula");
    type_into(&mut stage, "Write on this wall", "The code is 4711.");
    choose(&mut stage, "Named persons");
    press(&mut stage, "Post");
    assert_eq!(posts(&stage), [], "nobody is named yet");
    stage.harness.get_by_label_contains("Only they and you can read it.");
    assert!(stage.harness.query_by_role_and_label(Role::CheckBox, "Camille Moreau").is_none(), "oneself reads anyway");
    type_into(&mut stage, "For whom", "jo");
    assert!(stage.harness.query_by_role_and_label(Role::CheckBox, "Aino Virtanen").is_none());
    choose(&mut stage, "Joseph Mwangi");
    choose(&mut stage, "Aino Virtanen");
    choose(&mut stage, "Joseph Mwangi");
    choose(&mut stage, "Joseph Mwangi");
    press(&mut stage, "Post");
    assert_eq!(posts(&stage), [("The code is 4711.".to_owned(), vec![AINO, JOSEPH])]);
    // The next one is for everyone again.
    type_into(&mut stage, "Write on this wall", "Thanks.");
    press(&mut stage, "Post");
    assert_eq!(posts(&stage).last(), Some(&("Thanks.".to_owned(), Vec::new())));
}

#[test]
fn what_is_private_is_marked_for_eyes_and_ears() {
    let mut stage = on(private(), "Community garden Kumpula");
    stage.harness.get_by_role_and_label(Role::Image, "for named persons");
    stage.act(Action::Select(Some(named("Tenants’ council"))));
    assert_eq!(stage.harness.query_all_by_role_and_label(Role::Image, "members only").count(), 2, "head and post");
    stage.harness.get_by_label("Its members, and nobody else");
    assert!(stage.harness.query_by_label("Named persons").is_none());
    stage.harness.get_by_label_contains("Tenants’ council, Organisation · members only");
    stage.act(Action::Select(Some(named("Oodi"))));
    assert!(stage.harness.query_by_label("Named persons").is_none(), "a place has no space in which to seal");
}

#[test]
fn a_closed_community_stands_among_ones_own() {
    let mut stage = Stage::driven(private());
    stage.act(Action::Go(Page::Governance));
    stage.harness.get_by_label("Tenants’ council");
    press(&mut stage, "2 members");
    stage.harness.get_by_label("Role of Aino Virtanen").click_accesskit();
    stage.harness.run();
    stage.harness.get_by_label("no role").click();
    stage.harness.run();
    stage.harness.get_by_label_contains("what is written from then on is sealed under a new key");
    press(&mut stage, "Let go");
    assert_eq!(roles(&stage), [(AINO, None)]);
}

#[test]
fn an_organisation_is_made_closed_only_if_one_says_so() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::New(Kind::Organisation));
    type_into(&mut stage, "Name", "Council");
    stage.harness.get_by_label_contains("What you save is public");
    press(&mut stage, "Save");
    stage.act(Action::New(Kind::Organisation));
    type_into(&mut stage, "Name", "Council");
    choose(&mut stage, "Closed: only members find and read it");
    stage.harness.get_by_label_contains("Not protected: what a member passes on");
    assert!(stage.harness.query_by_label_contains("What you save is public").is_none());
    press(&mut stage, "Save");
    let closed = sent(&stage, |command| match command {
        Command::SaveElement(api::SaveElement { draft, .. }) => Some(draft.closed),
        _ => None,
    });
    assert_eq!(closed, [false, true]);
    stage.act(Action::New(Kind::Place));
    assert!(stage.harness.query_by_label("Closed: only members find and read it").is_none());
}

#[test]
fn a_closed_community_is_offered_as_a_parent_only_to_what_lies_in_it() {
    let mut stage = Stage::driven(private());
    let offered = |stage: &mut Stage, kind| {
        stage.act(Action::New(kind));
        stage.harness.get_by_role_and_label(Role::ComboBox, "Belongs to").click_accesskit();
        stage.harness.run();
        let offers = |name| stage.harness.query_all_by_role_and_label(Role::Button, name).next().is_some();
        (offers("Community garden Kumpula"), offers("Tenants’ council"))
    };
    assert_eq!(offered(&mut stage, Kind::Event), (true, true));
    stage.harness.get_by_label("Tenants’ council").click_accesskit();
    stage.harness.run();
    // What was chosen for an event does not stay when it becomes something that lies outside.
    stage.harness.get_by_label("Project").click_accesskit();
    stage.harness.run();
    type_into(&mut stage, "Name", "Laundry");
    press(&mut stage, "Save");
    let parents = sent(&stage, |command| match command {
        Command::SaveElement(api::SaveElement { draft, .. }) => Some((draft.kind, draft.parent)),
        _ => None,
    });
    assert_eq!(parents, [(Kind::Project, None)]);
    assert_eq!(offered(&mut stage, Kind::Project), (true, false));
}

#[test]
fn an_invitation_waits_on_the_map_until_it_is_accepted_or_put_off() {
    let mut stage = Stage::driven_in(helsinki(), Lang::En);
    stage.node.invite(invitation());
    let mut replica = helsinki();
    overview(&mut replica).version += 1;
    stage.node.publish(replica);
    stage.harness.run();
    stage.harness.get_by_label_contains("Aino Virtanen invites you into a closed community (dddddddd).");
    stage.act(Action::Go(Page::Agenda));
    assert!(stage.harness.query_by_label("Accept").is_none());
    stage.act(Action::Go(Page::Map));
    stage.node.refuse_next(Failure::new(FailureCode::Busy, "one moment"));
    press(&mut stage, "Accept");
    stage.harness.get_by_label("Too much is under way: one moment");
    press(&mut stage, "Accept");
    stage.harness.get_by_label("You belong to it now. What it holds comes from the other members.");
    assert!(stage.harness.query_by_label("Accept").is_none());
    let joins = sent(&stage, |command| match command {
        Command::Join(api::Join { community }) => Some(community),
        _ => None,
    });
    let id = ElementId([0xdd; 32]).to_string();
    assert_eq!(joins, [id.clone(), id]);

    stage.node.invite(invitation());
    let mut replica = helsinki();
    overview(&mut replica).version += 2;
    stage.node.publish(replica);
    stage.harness.run();
    press(&mut stage, "Later");
    assert!(stage.harness.query_by_label_contains("invites you").is_none());
}
