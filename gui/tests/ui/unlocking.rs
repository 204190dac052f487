//! The window before its data folder is open: with a keeper's double, and with real sealed folders.

use crate::{
    names::unnamed_in,
    stage::{USUAL, tolerance},
};
use communaut_gui::{
    backend::Backend,
    fixture::{Double, clock, empty, helsinki},
    gate::{Gate, Keeper, Wake},
    locale::Lang,
    logic::RefusalText,
    logic::{Preferences, ThemeChoice},
    start::Starter,
    ui::map::Decoding,
};
use communaut_node::{
    Unlock,
    vault::{self, Costs, Protection},
};
use egui_kittest::{
    Harness, SnapshotResults,
    kittest::{By, NodeT, Queryable},
};
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Far longer than anything here takes: it only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Remembers what it was given, and answers as it was told.
struct Doorkeeper {
    protection: Option<Protection>,
    desktop: Mutex<Option<bool>>,
    given: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Result<Arc<dyn Backend>, RefusalText>>>,
}

impl Doorkeeper {
    fn new(protection: Option<Protection>, desktop: bool) -> Arc<Self> {
        Arc::new(Self {
            protection,
            desktop: Mutex::new(Some(desktop)),
            given: Mutex::default(),
            answers: Mutex::default(),
        })
    }
    fn answer(&self, answer: Result<Arc<dyn Backend>, RefusalText>) {
        self.answers.lock().unwrap().push_back(answer);
    }
    fn given(&self) -> Vec<String> {
        self.given.lock().unwrap().clone()
    }
}

impl Keeper for Doorkeeper {
    fn protection(&self) -> Option<Protection> {
        self.protection
    }
    fn look(&self, _wake: Wake) {}
    fn desktop(&self) -> Option<bool> {
        *self.desktop.lock().unwrap()
    }
    fn open(&self, unlock: Unlock, _wake: Wake) {
        self.given.lock().unwrap().push(match unlock {
            Unlock::Passphrase(words) => format!("passphrase {}", *words),
            other => format!("{other:?}"),
        });
    }
    fn poll(&self) -> Option<Result<Arc<dyn Backend>, RefusalText>> {
        self.answers.lock().unwrap().pop_front()
    }
}

fn build(keeper: Arc<dyn Keeper>, lang: Lang, dark: bool, draw: bool) -> Harness<'static, Gate> {
    let theme = if dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    let preferences = Preferences { lang: Some(lang), theme, ..Preferences::default() };
    let mut builder = Harness::builder()
        .with_size(USUAL)
        .with_pixels_per_point(1.0)
        .with_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light })
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_options(tolerance());
    if draw {
        builder = builder.wgpu();
    }
    let mut harness = builder.build_eframe(move |cc| {
        if let Some(state) = &cc.wgpu_render_state {
            communaut_gui::ui::map::install(state);
        }
        Gate::with(&cc.egui_ctx, keeper, clock(), preferences, Decoding::AtOnce)
    });
    harness.run();
    harness
}

fn type_into(harness: &mut Harness<'_, Gate>, label: &str, text: &str) {
    let field = harness.get_by_label(label);
    field.focus();
    field.type_text(text);
    harness.run();
}

fn press(harness: &mut Harness<'_, Gate>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

const LOCKED: Option<Protection> = Some(Protection::Passphrase(Costs::USUAL));

#[test]
fn a_passphrase_is_asked_for_until_it_opens_the_folder() {
    let keeper = Doorkeeper::new(LOCKED, true);
    let mut harness = build(keeper.clone(), Lang::En, false, false);
    press(&mut harness, "Open");
    harness.get_by_label("Type your passphrase first.");
    assert_eq!(keeper.given(), Vec::<String>::new());
    let mut harness = build(keeper.clone(), Lang::En, false, false);
    // The field has the focus already.
    harness.get_by_label("Passphrase").type_text("one two three");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(keeper.given(), ["passphrase one two three"]);
    harness.get_by_label("Opening…");
    // While it opens, a second press does nothing.
    press(&mut harness, "Open");
    assert_eq!(keeper.given().len(), 1);
    keeper.answer(Err(RefusalText::Wrong));
    harness.run();
    harness.get_by_label("That’s another passphrase. Check capitals and the keyboard’s language, then type it again.");
    assert!(harness.state().app().is_none());
    assert!(
        harness
            .query_all(By::new().predicate(|node| node.is_focused()))
            .any(|node| { node.accesskit_node().label().as_deref() == Some("Passphrase") })
    );
    // What was typed is gone; in French all the same.
    press(&mut harness, "Français");
    press(&mut harness, "Ouvrir");
    assert_eq!(keeper.given().len(), 1);
    type_into(&mut harness, "Phrase de passe", "un deux trois");
    press(&mut harness, "Ouvrir");
    assert_eq!(keeper.given()[1..], ["passphrase un deux trois"]);
    assert!(harness.query_by_label_contains("une autre phrase de passe").is_none());
    keeper.answer(Ok(Arc::new(Double::new(helsinki()))));
    harness.run();
    assert!(harness.state().app().is_some());
    // In the language chosen before.
    harness.get_by_label("Agenda");
    harness.get_by_label("Décisions");
}

#[test]
fn other_refusals_say_what_to_do() {
    for (refusal, says) in [
        (RefusalText::Held, "Another window or program is using this data folder. Close it, then try again."),
        (RefusalText::Desktop("it is locked".into()), "Your keys couldn’t be opened: it is locked"),
        (RefusalText::Other("vault/vault.json is missing".into()), "That didn’t work: vault/vault.json is missing"),
    ] {
        let keeper = Doorkeeper::new(Some(Protection::Desktop), true);
        let mut harness = build(keeper.clone(), Lang::En, false, false);
        assert_eq!(keeper.given(), ["Nothing"]);
        keeper.answer(Err(refusal));
        harness.run();
        harness.get_by_label(says);
        press(&mut harness, "Try again");
        assert_eq!(keeper.given(), ["Nothing", "Nothing"]);
        keeper.answer(Ok(Arc::new(Double::new(empty()))));
        harness.run();
        harness.get_by_label("See what’s happening near you");
    }
}

#[test]
fn a_new_folder_opens_without_a_question() {
    let keeper = Doorkeeper::new(None, true);
    *keeper.desktop.lock().unwrap() = None;
    let mut harness = build(keeper.clone(), Lang::En, false, false);
    harness.get_by_label("Welcome");
    assert_eq!(keeper.given(), Vec::<String>::new(), "it is not known yet whether a keyring answers");
    *keeper.desktop.lock().unwrap() = Some(true);
    harness.step();
    harness.run();
    assert_eq!(keeper.given(), ["Desktop"]);
    // One that answers and keeps nothing is none: what is lacking is said later, and nobody stands before a wall.
    keeper.answer(Err(RefusalText::Desktop("it is locked".into())));
    harness.step();
    assert_eq!(keeper.given(), ["Desktop", "Unsealed"]);
    keeper.answer(Ok(Arc::new(Double::new(empty()))));
    harness.step();
    harness.run();
    harness.get_by_label("See what’s happening near you");

    let keeper = Doorkeeper::new(None, false);
    let mut harness = build(keeper.clone(), Lang::En, false, false);
    assert_eq!(keeper.given(), ["Unsealed"]);
    keeper.answer(Err(RefusalText::Held));
    harness.step();
    harness.run();
    harness.get_by_label("Another window or program is using this data folder. Close it, then try again.");
    press(&mut harness, "Try again");
    assert_eq!(keeper.given(), ["Unsealed", "Unsealed"]);
}

#[test]
fn every_control_has_a_name_before_the_folder_is_open_too() {
    let mut found = Vec::new();
    for lang in Lang::ALL {
        found.extend(unnamed_in(&build(Doorkeeper::new(LOCKED, true), lang, false, false), "unlock"));
    }
    assert!(found.is_empty(), "controls without a name:\n{}", found.join("\n"));
}

/// Step until it is so.
fn until(harness: &mut Harness<'_, Gate>, what: &str, is: impl Fn(&Harness<'_, Gate>) -> bool) {
    let start = Instant::now();
    while !is(harness) {
        assert!(start.elapsed() < PATIENCE, "never came: {what}");
        harness.step();
        std::thread::yield_now();
    }
    harness.run();
}

fn starter(data: &Path) -> Arc<Starter> {
    Arc::new(Starter::new(data, None).unwrap())
}

#[test]
fn a_real_folder_opens_by_itself_until_it_is_put_under_a_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = starter(&data);
    let mut harness = build(first.clone(), Lang::En, false, false);
    let place = "Where? Your town or district";
    until(&mut harness, "the welcome", |harness| {
        harness.query_by_label(place).is_some_and(|field| field.value().as_deref() == Some("Helsinki"))
    });
    let made = vault::protection(&data).unwrap();
    assert!(matches!(made, Some(Protection::Unsealed | Protection::Desktop)), "{made:?}");
    // The welcome, by the keyboard alone, on a real node.
    harness.key_press(egui::Key::Enter);
    until(&mut harness, "the circle", |harness| harness.query_by_label("Here is Helsinki").is_some());
    harness.key_press(egui::Key::Enter);
    until(&mut harness, "the name", |harness| harness.query_by_label("Your name").is_some());
    harness.get_by_label("Your name").type_text("Camille");
    harness.run();
    harness.key_press(egui::Key::Enter);
    until(&mut harness, "the first steps", |harness| harness.query_by_label("First steps").is_some());
    // The first search is answered after the page is drawn.
    until(&mut harness, "what to do where nothing is", |harness| {
        harness.query_by_label("Nothing is known here yet").is_some()
    });
    if made == Some(Protection::Unsealed) {
        press(&mut harness, "Protect your keys: they aren’t yet");
    } else {
        harness.get_by_role_and_label(egui::accesskit::Role::Button, "Settings").click();
        harness.run();
        press(&mut harness, "Use a passphrase");
    }
    type_into(&mut harness, "Passphrase", "four words at random");
    type_into(&mut harness, "The same again", "four words at random");
    press(&mut harness, "Protect");
    until(&mut harness, "that it is done", |harness| {
        harness.query_by_label("From now on your passphrase opens Communaut.").is_some()
    });
    drop(harness);
    first.stop().unwrap();
    assert!(matches!(vault::protection(&data).unwrap(), Some(Protection::Passphrase(_))));

    let second = starter(&data);
    let mut harness = build(second.clone(), Lang::En, false, false);
    type_into(&mut harness, "Passphrase", "four other words");
    press(&mut harness, "Open");
    until(&mut harness, "a refusal", |harness| harness.query_by_label_contains("That’s another passphrase").is_some());
    type_into(&mut harness, "Passphrase", "four words at random");
    press(&mut harness, "Open");
    until(&mut harness, "the application", |harness| harness.state().app().is_some());
    drop(harness);
    second.stop().unwrap();
}

#[test]
fn pictures() {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix) in [(Lang::Fr, false, "fr_light"), (Lang::En, true, "en_dark")] {
        let keeper = Doorkeeper::new(LOCKED, true);
        let mut harness = build(keeper.clone(), lang, dark, true);
        if dark {
            harness.get_by_label("Passphrase").type_text("one two three");
            harness.run();
            harness.key_press(egui::Key::Enter);
            harness.run();
            keeper.answer(Err(RefusalText::Wrong));
            harness.run();
        }
        harness.snapshot(format!("unlock_{suffix}"));
        results.extend_harness(&mut harness);
    }
    results.unwrap();
}
