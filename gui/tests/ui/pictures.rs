//! A picture of each view, in French and light, in English and dark.

use crate::{belonging::published, planning::planned, stage::Stage};
use communaut_gui::{
    fixture::{
        ME, coming, empty, event, facts, first_day, helsinki, identity, invitation, overview, place, private, secret,
        twice,
    },
    locale::Lang,
    logic::{Action, Page, planned::Again},
};
use communaut_node::api::{Failure, IdentityInfo, Outcome, PhraseState, Snapshot};
use communaut_protocol::{
    ElementId,
    op::Kind,
    private::Draw,
    recovery::{Wordlist, split},
};
use egui::accesskit::Role;
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
fn whether_it_still_holds() {
    pictures("facts", || facts(true, true), |stage| stage.act(Action::Select(place(&helsinki()))));
}

#[test]
fn who_comes_to_an_event() {
    pictures("coming", || coming(Some(3)), |stage| stage.act(Action::Select(event(&helsinki()))));
}

#[test]
fn editor() {
    pictures("editor", helsinki, |stage| {
        stage.act(Action::Edit(None));
        let form = stage.harness.state_mut().views().editor.form_mut().unwrap();
        form.kind = Kind::Event;
        form.name = "Soup evening".into();
        form.tags = "food, neighbours".into();
        (form.again, form.until) = (Again::TwoWeeks, "2026-12-24".into());
    });
}

#[test]
fn agenda() {
    pictures("agenda", planned, |stage| stage.act(Action::Go(Page::Agenda)));
}

#[test]
fn agenda_as_a_list() {
    pictures("agenda_list", planned, |stage| {
        stage.act(Action::Go(Page::Agenda));
        let list = stage.harness.query_by_label("Liste").or_else(|| stage.harness.query_by_label("List"));
        list.unwrap().click();
        stage.harness.run();
    });
}

#[test]
fn agenda_of_what_repeats_on_its_page() {
    pictures("agenda_event", planned, |stage| stage.act(Action::ShowOnMap(ElementId([1; 32]))));
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

/// With another identity than the fixture's.
fn being(stage: &mut Stage, change: impl FnOnce(&mut IdentityInfo)) {
    let mut info = identity();
    change(&mut info);
    stage.node.be(info);
    let mut replica = helsinki();
    overview(&mut replica).version += 1;
    stage.node.publish(replica);
    stage.harness.run();
}

#[test]
fn devices() {
    pictures("devices", helsinki, |stage| {
        stage.act(Action::Go(Page::Devices));
        let show =
            if stage.harness.query_by_label("Show a code").is_some() { "Show a code" } else { "Montrer un code" };
        stage.harness.get_by_label(show).click();
    });
}

#[test]
fn devices_in_trouble() {
    let mut results = SnapshotResults::new();
    let mut stage = Stage::drawn(helsinki(), Lang::Fr, false);
    being(&mut stage, |info| info.frozen = true);
    stage.act(Action::Go(Page::Devices));
    stage.harness.snapshot("devices_frozen_fr_light");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    stage.act(Action::Go(Page::Devices));
    stage.harness.get_by_label("Take out Laptop in the kitchen").click();
    stage.harness.run();
    stage.harness.snapshot("device_out_en_dark");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    being(&mut stage, |info| {
        info.speaks = false;
        info.devices.first_mut().unwrap().out = true;
    });
    stage.act(Action::Go(Page::Devices));
    stage.harness.snapshot("devices_out_en_dark");
    results.extend_harness(&mut stage.harness);
    results.unwrap();
}

#[test]
fn phrase() {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix, show, check) in [
        (Lang::Fr, false, "fr_light", "Montrer les mots", "Je l’ai notée"),
        (Lang::En, true, "en_dark", "Show the words", "I have written it down"),
    ] {
        let mut stage = Stage::drawn(helsinki(), lang, dark);
        being(&mut stage, |info| info.phrase = PhraseState::Unconfirmed);
        stage.act(Action::SetSteps(published()));
        stage.harness.snapshot(format!("phrase_waits_{suffix}"));
        stage.act(Action::Go(Page::Phrase));
        stage.harness.get_by_label(show).click();
        stage.harness.run();
        stage.harness.snapshot(format!("phrase_{suffix}"));
        stage.harness.get_by_label(check).click();
        stage.harness.run();
        stage.harness.snapshot(format!("phrase_check_{suffix}"));
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}

#[test]
fn phrase_on_paper_and_shares() {
    pictures("shares", helsinki, |stage| {
        stage.act(Action::Go(Page::Phrase));
        let shares = split(&secret(), ME, 3, 5, &mut Draw::new([1; 32])).unwrap();
        stage.node.answer_next(Outcome::Shares(communaut_node::api::FriendShares(
            shares.iter().map(ToString::to_string).collect(),
        )));
        let french = stage.harness.query_by_label("Les 24 mots").is_some();
        let (field, make) =
            if french { ("Les 24 mots", "Faire les parts") } else { ("All 24 words", "Make the shares") };
        stage.harness.get_by_label(field).focus();
        stage.harness.get_by_label(field).type_text(&secret().words(Wordlist::French));
        stage.harness.run();
        stage.harness.get_by_label(make).click();
    });
}

#[test]
fn coming_back() {
    let mut results = SnapshotResults::new();
    let mut stage = Stage::drawn(empty(), Lang::Fr, false);
    stage.harness.get_by_label("J’utilise déjà Communaut").click();
    stage.harness.run();
    stage.harness.snapshot("return_code_fr_light");
    stage.harness.get_by_label("Par la phrase ou des parts").click();
    stage.harness.run();
    stage.harness.snapshot("return_phrase_fr_light");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::drawn(empty(), Lang::En, true);
    for label in ["I already use Communaut", "By phrase or shares"] {
        stage.harness.get_by_label(label).click();
        stage.harness.run();
    }
    let field = stage.harness.get_by_label("The 24 words, or shares, one a line");
    field.focus();
    field.type_text(&secret().words(Wordlist::English));
    stage.harness.run();
    let why = "no identity that this recovers is held here yet: stay connected with a node that holds it, \
               or follow the \
               territory where you wrote, and try again";
    stage.node.refuse_recover(Failure::not_found(why));
    stage.harness.get_by_label("Recover").click_accesskit();
    stage.harness.run();
    stage.harness.get_by_label("It is tried again with whatever arrives.");
    let mut arrived = empty();
    overview(&mut arrived).version = 1;
    stage.node.publish(arrived);
    stage.harness.run();
    stage.harness.snapshot("returned_en_dark");
    results.extend_harness(&mut stage.harness);
    results.unwrap();
}

#[test]
fn live() {
    pictures("live", helsinki, |stage| stage.act(Action::Go(Page::Live)));
}

#[test]
fn erasures() {
    pictures("erasures", private, |stage| stage.act(Action::Go(Page::Erasures)));
}

#[test]
fn what_is_private_on_a_wall() {
    pictures("private", private, |stage| {
        stage.act(Action::Select(Some(named(&private(), "Community garden Kumpula"))));
        let french = stage.harness.query_by_label("Des personnes nommées").is_some();
        let (label, words, choice) = if french {
            ("Écrire sur ce mur", "Le code est 4711.", "Des personnes nommées")
        } else {
            ("Write on this wall", "The code is 4711.", "Named persons")
        };
        stage.harness.get_by_label(label).focus();
        stage.harness.get_by_label(label).type_text(words);
        stage.harness.get_by_label(choice).click_accesskit();
        stage.harness.run();
        stage.harness.get_by_role_and_label(Role::CheckBox, "Joseph Mwangi").click_accesskit();
        stage.harness.get_by_label_contains("The code of the shed is 4711").scroll_to_me();
    });
}

#[test]
fn a_closed_community_and_an_invitation() {
    pictures("closed", private, |stage| {
        stage.node.invite(invitation());
        let mut replica = private();
        overview(&mut replica).version += 1;
        stage.node.publish(replica);
        stage.harness.run();
        stage.act(Action::Select(Some(named(&private(), "Tenants’ council"))));
    });
}

#[test]
fn questions_before_what_takes_away() {
    let mut results = SnapshotResults::new();
    let mut stage = Stage::drawn(private(), Lang::Fr, false);
    stage.act(Action::Select(Some(named(&private(), "Community garden Kumpula"))));
    stage.harness.get_by_label("Effacer définitivement").click_accesskit();
    stage.harness.run();
    stage.harness.snapshot("erase_fr_light");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::drawn(private(), Lang::En, true);
    stage.act(Action::Select(Some(named(&private(), "Community garden Kumpula"))));
    let hide: Vec<_> = stage.harness.query_all_by_label("Hide as a moderator").collect();
    hide.first().unwrap().click_accesskit();
    drop(hide);
    stage.harness.run();
    stage.harness.snapshot("hide_en_dark");
    results.extend_harness(&mut stage.harness);
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    stage.act(Action::Go(Page::Governance));
    for label in ["3 members", "Leave"] {
        stage.harness.get_by_label(label).click_accesskit();
        stage.harness.run();
    }
    stage.harness.snapshot("leave_en_dark");
    results.extend_harness(&mut stage.harness);
    results.unwrap();
}

#[test]
fn audit_trail() {
    pictures("audit", helsinki, |stage| {
        stage.act(Action::Go(Page::Governance));
        let french = stage.harness.query_by_label("Qui a fait quoi").is_some();
        stage.harness.get_by_label(if french { "Qui a fait quoi" } else { "Who did what" }).click_accesskit();
    });
}

#[test]
fn a_new_closed_organisation() {
    let mut stage = Stage::drawn(helsinki(), Lang::Fr, false);
    stage.act(Action::New(Kind::Organisation));
    stage.harness.state_mut().views().editor.form_mut().unwrap().closed = true;
    stage.harness.run();
    let switch = stage.harness.get_by_label_contains("Fermé");
    switch.scroll_to_me();
    stage.harness.run();
    stage.harness.snapshot("editor_closed_fr_light");
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
fn what_is_to_be_known_in_a_small_window() {
    let mut stage = Stage::sized(helsinki(), Lang::Fr, [800.0, 600.0]);
    stage.node.invite(invitation());
    being(&mut stage, |info| info.phrase = PhraseState::Unconfirmed);
    stage.act(Action::SetSteps(published()));
    stage.harness.snapshot("notices_small_fr_light");
}

#[test]
fn a_file_brought_in() {
    let mut stage = Stage::drawn(helsinki(), Lang::En, true);
    stage.act(Action::OpenImport(Some(["", "home", "camille", "libraries.csv"].join("/").into())));
    stage.harness.get_by_label("Bring it in").click();
    stage.harness.run();
    stage.harness.snapshot("import_en_dark");
}

#[test]
fn filters() {
    pictures("filters", helsinki, |stage| {
        let label = if stage.harness.query_by_label("Filtres").is_some() { "Filtres" } else { "Filters" };
        stage.harness.get_by_label(label).click();
        stage.harness.run();
    });
}

#[test]
fn what_is_probably_the_same() {
    pictures("same", || twice().0, |stage| stage.act(Action::Select(Some(twice().1))));
}

#[test]
fn a_file_looked_at() {
    pictures("import_preview", helsinki, |stage| {
        stage.act(Action::OpenImport(Some(["", "home", "camille", "libraries.csv"].join("/").into())));
    });
}
