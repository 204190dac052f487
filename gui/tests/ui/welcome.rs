//! The first minutes: the welcome from the keyboard, what is offered after it, help, and simple mode.

use crate::stage::{SMALL, Stage, USUAL, press, sent, type_into};
use communaut_gui::{
    fixture::{ME, NOW, empty, first_day, helsinki, identity, overview},
    locale::Lang,
    logic::{Action, Page, Steps},
};
use communaut_node::{
    api::{self, Area, Command, Failure, FailureCode, FollowTarget, PhraseState, Snapshot},
    vault::Protection,
};
use communaut_protocol::{ElementId, op::Kind};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{
    SnapshotResults,
    kittest::{By, NodeT, Queryable},
};

const PLACE: &str = "Where? Your town or district";
const DAY_MS: i64 = 24 * 3_600_000;

fn keys(stage: &mut Stage, keys: &[Key]) {
    for key in keys {
        stage.harness.key_press(*key);
        stage.harness.run();
    }
}

/// Type without looking for a field: where the keyboard is.
fn write(stage: &mut Stage, text: &str) {
    let focused = stage.harness.query_all(By::new().predicate(|node| node.is_focused())).last();
    focused.unwrap().type_text(text);
    stage.harness.run();
}

fn follows(stage: &Stage) -> Vec<(String, u32)> {
    sent(stage, |command| match command {
        Command::Follow(FollowTarget::Area { name, area: Area::Around { radius_m, .. } }) => Some((name, radius_m)),
        _ => None,
    })
}

fn inits(stage: &Stage) -> Vec<(String, i32)> {
    sent(stage, |command| match command {
        Command::Init(api::Init { name, home, sample: false, .. }) => Some((name, home.lat_e7)),
        _ => None,
    })
}

/// What a person does who takes what is proposed.
pub fn walk_through(stage: &mut Stage) {
    keys(stage, &[Key::Enter, Key::Enter]);
    write(stage, "Camille");
    keys(stage, &[Key::Enter]);
}

/// From nothing to the map.
fn settle(stage: &mut Stage) {
    walk_through(stage);
    stage.node.publish(helsinki());
    stage.harness.run();
}

#[test]
fn a_whole_first_run_by_the_keyboard() {
    let mut stage = Stage::driven(empty());
    // The city of the clock's zone stands there, and whoever types puts another in its place.
    assert_eq!(stage.harness.get_by_label(PLACE).value().as_deref(), Some("Helsinki"));
    write(&mut stage, "lyo");
    assert_eq!(stage.harness.get_by_label(PLACE).value().as_deref(), Some("lyo"));
    keys(&mut stage, &[Key::Enter]);
    stage.harness.get_by_label("Here is Lyon");
    assert_eq!(follows(&stage), [("Lyon".to_owned(), 10_000)], "before one has a name");
    keys(&mut stage, &[Key::Enter]);
    stage.harness.get_by_label("What’s your name?");
    write(&mut stage, "Camille");
    let told = stage.harness.get_by_label_contains("Everyone here can see this name").rect().bottom();
    assert!(told < stage.harness.get_by_label("Let’s go").rect().top(), "said above the button");
    keys(&mut stage, &[Key::Enter]);
    assert_eq!(inits(&stage), [("Camille".to_owned(), 457_484_600)]);
    assert_eq!(follows(&stage).len(), 1);
    stage.node.publish(helsinki());
    stage.harness.run();
    stage.harness.get_by_label("Search");
    stage.harness.get_by_label("First steps");
}

#[test]
fn one_goes_back_from_each_step_and_changes_the_circle() {
    let mut stage = Stage::driven(empty());
    keys(&mut stage, &[Key::Enter]);
    stage.harness.get_by_label("Here is Helsinki");
    stage.harness.get_by_label("Nothing from here yet: it comes with your neighbours");
    stage.harness.get_by_role_and_label(Role::Slider, "Around it").focus();
    stage.harness.run();
    keys(&mut stage, &[Key::ArrowRight]);
    let all = follows(&stage);
    assert!(all.len() == 2 && all[1].1 > all[0].1, "{all:?}");
    press(&mut stage, "Go on");
    stage.harness.get_by_label("What’s your name?");
    press(&mut stage, "Back");
    stage.harness.get_by_label("Here is Helsinki");
    keys(&mut stage, &[Key::Escape]);
    assert_eq!(stage.harness.get_by_label(PLACE).value().as_deref(), Some("Helsinki"));
    press(&mut stage, "I already use Communaut");
    stage.harness.get_by_label("Welcome back");
    press(&mut stage, "Back");
    press(&mut stage, "Go on");
    stage.harness.get_by_label("Here is Helsinki");
    assert_eq!(follows(&stage).len(), 2, "the same circle is followed once");
}

#[test]
fn no_button_is_dead_without_a_reason() {
    let mut stage = Stage::driven(empty());
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    keys(&mut stage, &[Key::Backspace]);
    press(&mut stage, "Go on");
    stage.harness.get_by_label_contains("Choose a place first");
    write(&mut stage, "lyo");
    // The place on top is meant.
    press(&mut stage, "Go on");
    press(&mut stage, "Go on");
    press(&mut stage, "Let’s go");
    stage.harness.get_by_label_contains("Type a name first");
    write(&mut stage, "   ");
    press(&mut stage, "Let’s go");
    assert_eq!(inits(&stage), []);
    write(&mut stage, "Camille");
    assert!(stage.harness.query_by_label_contains("Type a name first").is_none());
    stage.node.refuse_next(Failure::new(FailureCode::Io, "disk full: /data"));
    press(&mut stage, "Let’s go");
    stage.harness.get_by_label("A file could not be read or written: disk full: /data");
    press(&mut stage, "Let’s go");
    assert_eq!(inits(&stage).len(), 2);
    assert_eq!(inits(&stage)[1].0, "Camille");
}

#[test]
fn a_click_on_the_map_is_a_place_too() {
    let mut stage = Stage::driven(empty());
    stage.harness.get_by_label("Map").click();
    stage.harness.run();
    stage.harness.get_by_label_contains("Here: ");
    press(&mut stage, "Go on");
    assert_eq!(follows(&stage)[0].0, "Around me");
}

#[test]
fn a_territory_that_cannot_be_followed_is_said_at_once_and_again_at_the_end() {
    let mut stage = Stage::driven(empty());
    let refuse = |stage: &Stage| stage.node.refuse_follow(Failure::new(FailureCode::Invalid, "too many territories"));
    refuse(&stage);
    keys(&mut stage, &[Key::Enter]);
    stage.harness.get_by_label("This cannot be taken as it is: too many territories");
    keys(&mut stage, &[Key::Enter]);
    write(&mut stage, "Camille");
    refuse(&stage);
    stage.harness.get_by_label("Let’s go").click_accesskit();
    stage.harness.step();
    stage.node.publish(helsinki());
    stage.harness.run();
    stage.harness.get_by_label("This cannot be taken as it is: too many territories");
    stage.harness.get_by_label("Its town");
}

#[test]
fn namesakes_are_told_apart_by_the_names_of_their_countries() {
    for (lang, says) in [
        (Lang::En, ["Lyon, France · 522,250 inhabitants", "Lyons, United States · 2,176 inhabitants"]),
        (Lang::Fr, ["Lyon, France\u{a0}· 522\u{202f}250 habitants", "Lyons, États-Unis\u{a0}· 2\u{202f}176 habitants"]),
    ] {
        let mut stage = Stage::driven_in(empty(), lang);
        write(&mut stage, "lyo");
        let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ");
        let rows =
            stage.harness.query_all(By::new().role(Role::Button)).filter_map(|node| node.accesskit_node().label());
        let rows: Vec<String> = rows.map(|label| plain(&label)).collect();
        for wanted in says {
            assert!(rows.contains(&plain(wanted)), "{wanted} in {rows:?}");
        }
    }
}

/// Somebody new, whose phrase waits, and whose keys are not sealed.
fn new_here(snapshot: Snapshot) -> Stage {
    let mut stage = Stage::driven(empty());
    stage.node.keep_keys(Protection::Unsealed);
    let mut info = identity();
    info.phrase = PhraseState::Unconfirmed;
    stage.node.be(info);
    settle(&mut stage);
    stage.node.publish(snapshot);
    stage.harness.run();
    stage
}

#[test]
fn the_first_steps_go_when_they_are_done_or_left() {
    let mut stage = new_here(first_day());
    assert!(stage.harness.query_by_label("1 result · nearest first").is_none(), "oneself is no result");
    assert!(stage.harness.query_by_label_contains("Write down your recovery phrase. Without it").is_none());
    for line in ["Say hello", "Write down your recovery phrase"] {
        stage.harness.get_by_role_and_label(Role::Button, line);
    }
    press(&mut stage, "Say hello");
    assert_eq!(stage.harness.state().page(), Page::Live);
    stage.act(Action::Go(Page::Map));
    press(&mut stage, "Leave out: Say hello");
    assert!(stage.harness.query_by_label("Say hello").is_none());
    // One press to a passphrase, while everything runs.
    press(&mut stage, "Protect your keys: they aren’t yet");
    press(&mut stage, "Protect");
    stage.harness.get_by_label("At least 8 characters, please.");
    type_into(&mut stage, "Passphrase", "four words at random");
    type_into(&mut stage, "The same again", "four words at ran");
    press(&mut stage, "Protect");
    stage.harness.get_by_label("The two are not the same.");
    type_into(&mut stage, "The same again", "dom");
    keys(&mut stage, &[Key::Enter]);
    stage.harness.get_by_label("From now on your passphrase opens Communaut.");
    assert!(stage.harness.query_by_label("Protect your keys: they aren’t yet").is_none());
    stage.act(Action::Go(Page::Settings));
    stage.harness.get_by_label("Protected by your passphrase");
    stage.act(Action::Go(Page::Map));
    press(&mut stage, "Hide the first steps");
    assert!(stage.harness.query_by_label("First steps").is_none());
}

#[test]
fn a_sample_is_made_and_thrown_away_by_a_press() {
    let mut stage = new_here(first_day());
    press(&mut stage, "Try with a sample village");
    let made = sent(&stage, |command| match command {
        Command::MakeSample(api::MakeSample { near: None, language, zone }) => Some((language, zone)),
        _ => None,
    });
    assert_eq!(made, [("en".to_owned(), "Europe/Helsinki".to_owned())]);
    let mut with = first_day();
    let mut village = helsinki().elements.values().find(|held| held.kind == Kind::Organisation).cloned().unwrap();
    let view = std::sync::Arc::make_mut(&mut village);
    (view.owner, view.sample) = (ME, true);
    with.elements.insert(village.id, village);
    overview(&mut with).version += 5;
    stage.node.publish(with);
    stage.harness.run();
    stage.harness.get_by_label("Say hello");
    stage.act(Action::Go(Page::Settings));
    press(&mut stage, "Throw the sample village away");
    assert_eq!(sent(&stage, |command| matches!(command, Command::RemoveSample(_)).then_some(())).len(), 1);
}

#[test]
fn the_phrase_is_asked_for_after_the_first_thing_for_others_and_put_off_for_a_day() {
    let mut stage = new_here(first_day());
    let asks = |stage: &Stage| stage.harness.query_by_label_contains("Without it, losing your devices").is_some();
    assert!(!asks(&stage), "there is nothing to lose yet");
    let mut said = first_day();
    let mut place = helsinki().elements.values().find(|held| held.kind == Kind::Place).cloned().unwrap();
    let view = std::sync::Arc::make_mut(&mut place);
    (view.id, view.owner, view.sample) = (ElementId([0x42; 32]), ME, false);
    view.registers.clear();
    view.updated = communaut_protocol::Stamp::from_ms(u64::try_from(NOW).unwrap());
    said.elements.insert(place.id, place);
    overview(&mut said).version += 5;
    stage.node.publish(said);
    stage.harness.run();
    assert!(asks(&stage));
    press(&mut stage, "Remind me tomorrow");
    assert!(!asks(&stage));
    let mut steps = Steps::begun_at(NOW - 9 * DAY_MS);
    steps.published_ms = NOW - 8 * DAY_MS;
    stage.act(Action::SetSteps(steps));
    stage.harness.get_by_label_contains("still isn’t written down");
    press(&mut stage, "Write it down");
    assert_eq!(stage.harness.state().page(), Page::Phrase);
}

#[test]
fn what_one_can_do_is_said_on_each_page() {
    let mut stage = Stage::driven(helsinki());
    for (page, says) in [
        (Page::Map, "Type what you’re looking for; press a mark or a line to see more."),
        (Page::Agenda, "Open an event and say whether you’re coming."),
        (Page::Governance, "Vote on what your groups have to decide."),
    ] {
        stage.act(Action::Go(page));
        keys(&mut stage, &[Key::F1]);
        stage.harness.get_by_label(says);
        keys(&mut stage, &[Key::Escape]);
        assert!(stage.harness.query_by_label(says).is_none());
        assert_eq!(stage.harness.state().page(), page);
        stage.harness.key_press(Key::Questionmark);
        stage.harness.run();
        press(&mut stage, "Close");
        assert!(stage.harness.query_by_label(says).is_none());
    }
}

#[test]
fn simple_mode_has_five_choices_and_a_way_back() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::SetSimple(true));
    assert!(stage.harness.query_by_role_and_label(Role::Button, "Network").is_none(), "there is no rail");
    for (choice, page) in [
        ("Look around", Page::Map),
        ("Write something", Page::Live),
        ("What’s on", Page::Agenda),
        ("My groups", Page::Governance),
        ("Settings", Page::Settings),
    ] {
        press(&mut stage, choice);
        assert_eq!(stage.harness.state().page(), page);
        press(&mut stage, "Back to the five choices");
    }
    press(&mut stage, "What can I do here?");
    stage.harness.get_by_label("F1 or ? opens this on every page; Esc closes it.");
    keys(&mut stage, &[Key::Escape]);
    press(&mut stage, "Show everything");
    stage.harness.get_by_role_and_label(Role::Button, "Connected with 2 nodes");
}

/// Before the first run, where neighbours and what they bring are there.
fn lively() -> Snapshot {
    let mut snapshot = helsinki();
    overview(&mut snapshot).me = None;
    snapshot
}

/// A picture in both languages, themes and sizes.
fn pictures(name: &str, snapshot: fn() -> Snapshot, prepare: impl Fn(&mut Stage)) {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix) in [(Lang::Fr, false, "fr_light"), (Lang::En, true, "en_dark")] {
        for (size, small) in [(USUAL, ""), (SMALL, "_small")] {
            let mut stage = Stage::at(snapshot(), lang, dark, size);
            stage.node.keep_keys(Protection::Unsealed);
            prepare(&mut stage);
            stage.harness.run();
            stage.harness.snapshot(format!("{name}{small}_{suffix}"));
            results.extend_harness(&mut stage.harness);
        }
    }
    results.unwrap();
}

#[test]
fn pictures_of_where() {
    pictures("welcome", empty, |_| {});
}

#[test]
fn pictures_of_a_place_being_typed() {
    pictures("welcome_place", empty, |stage| write(stage, "lyo"));
}

#[test]
fn pictures_of_what_is_around() {
    pictures("welcome_around", lively, |stage| keys(stage, &[Key::Enter]));
}

#[test]
fn pictures_of_the_name() {
    pictures("welcome_name", lively, |stage| {
        keys(stage, &[Key::Enter, Key::Enter]);
        write(stage, "Camille");
    });
}

#[test]
fn pictures_of_the_first_steps() {
    pictures("steps", lively, |stage| {
        let mut info = identity();
        info.phrase = PhraseState::Unconfirmed;
        stage.node.be(info);
        settle(stage);
    });
}

#[test]
fn pictures_of_help() {
    pictures("help", helsinki, |stage| keys(stage, &[Key::F1]));
}

#[test]
fn pictures_of_simple_mode() {
    pictures("simple", helsinki, |stage| stage.act(Action::SetSimple(true)));
}

#[test]
fn pictures_of_the_passphrase_later() {
    pictures("protect", helsinki, |stage| stage.act(Action::ProtectKeys));
}
