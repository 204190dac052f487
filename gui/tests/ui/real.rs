//! Windows on real nodes that talk over the loopback: what the double says, a node says too.

use communaut_gui::{
    app::App,
    locale::Lang,
    logic::{Action, Clock, Page, Preferences, ThemeChoice},
    ui::map::Decoding,
};
use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle, Unlock,
    api::{self, Command, Outcome, PostDraft},
};
use communaut_protocol::{ElementId, Position};
use egui::accesskit::Role;
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long anything may take before the test is given up.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Between two frames.
const PAUSE: Duration = Duration::from_millis(20);
const HOME: Position = Position { lat_e7: 437_310_000, lon_e7: 74_200_000 };

struct Window {
    harness: Harness<'static, App>,
    node: NodeHandle,
    _running: Node,
    _folder: tempfile::TempDir,
}

impl Window {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().join("node"),
            network: Some(NetworkConfig::loopback()),
            unlock: Unlock::Unsealed,
        };
        let running = Node::start(config).unwrap();
        let node = running.handle();
        let backend = Arc::new(node.clone());
        let preferences = Preferences { lang: Some(Lang::En), theme: ThemeChoice::Light, ..Preferences::default() };
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .build_eframe(move |cc| App::with(&cc.egui_ctx, backend, Clock::system(), preferences, Decoding::AtOnce));
        Self { harness, node, _running: running, _folder: folder }
    }

    /// Draw until something is said.
    fn until(&mut self, words: &str) {
        self.until_that(words, |harness| harness.query_all_by_label_contains(words).next().is_some());
    }
    fn until_that(&mut self, what: &str, met: impl Fn(&Harness<'static, App>) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if met(&self.harness) {
                return;
            }
            assert!(begun.elapsed() < GIVE_UP, "never came: {what}");
            std::thread::sleep(PAUSE);
        }
    }
    /// Once nothing is awaited any more: what an answer brings moves what stands below it.
    fn press(&mut self, label: &str) {
        self.until_that(label, |harness| {
            harness.query_by_role_and_label(Role::Button, label).is_some() && !harness.state().is_waiting()
        });
        self.harness.get_by_role_and_label(Role::Button, label).click_accesskit();
        self.harness.step();
    }
    fn type_into(&mut self, label: &str, text: &str) {
        self.until(label);
        let field = self.harness.get_by_role_and_label(Role::TextInput, label);
        field.focus();
        field.type_text(text);
        self.harness.step();
    }
    fn type_lines(&mut self, label: &str, text: &str) {
        self.until(label);
        let field = self.harness.get_by_role_and_label(Role::MultilineTextInput, label);
        field.focus();
        field.type_text(text);
        self.harness.step();
    }
    fn go(&mut self, page: Page) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().act(&ctx, Action::Go(page));
        self.harness.step();
    }
    fn be(&mut self, name: &str) -> ElementId {
        let init = Command::Init(api::Init {
            name: name.into(),
            about: String::new(),
            home: HOME,
            sample: false,
            deciding: false,
        });
        let Outcome::Identity(info) = self.node.call_blocking(init).unwrap() else { panic!("no identity") };
        info.id.into()
    }
}

#[test]
fn a_phrase_is_written_down_a_device_comes_in_by_a_code_and_goes() {
    let mut first = Window::open();
    first.be("Ada");
    first.until("Search");
    first.go(Page::Phrase);
    first.press("Show the words");
    let Outcome::Phrase(api::PhraseWords { words }) =
        first.node.call_blocking(Command::Phrase(api::Phrase { french: false })).unwrap()
    else {
        panic!("no phrase")
    };
    for (number, word) in (1..).zip(words.split(' ')) {
        first.until(&format!("{number}. {word}"));
    }
    first.press("I have written it down");
    let wrong = words.split(' ').rev().collect::<Vec<_>>().join(" ");
    first.type_lines("All 24 words", &wrong);
    first.press("Check");
    first.until("This cannot be taken as it is");
    first.press("Look at the words again");
    first.press("I have written it down");
    first.until("All 24 words");
    first.harness.get_by_role_and_label(Role::MultilineTextInput, "All 24 words").focus();
    first.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    first.harness.step();
    first.type_lines("All 24 words", &words);
    first.press("Check");
    first.until("This device no longer holds the phrase");

    first.go(Page::Devices);
    first.press("Show a code");
    first.until("communautdevice1");
    let code = first.harness.get_by_label_contains("communautdevice1").accesskit_node().value().unwrap();
    let mut second = Window::open();
    second.until("I already use Communaut");
    second.harness.get_by_label("I already use Communaut").click();
    second.harness.step();
    second.type_lines("The code shown there", &code);
    second.type_into("What to call this device", "Tablet");
    second.press("Come in");
    second.until("You have come in. This device speaks for Ada.");
    first.until("Tablet has come in and speaks for you.");

    first.press("Take out Tablet");
    first.press("Take it out for good");
    first.until("Taken out");
    second.until("This device was taken out of your identity. Nothing that it writes counts any more.");
}

#[test]
fn an_identity_comes_back_by_its_phrase_from_a_neighbour() {
    let mut lost = Window::open();
    let id = lost.be("Ada");
    let Outcome::Phrase(api::PhraseWords { words }) =
        lost.node.call_blocking(Command::Phrase(api::Phrase { french: true })).unwrap()
    else {
        panic!("no phrase")
    };
    lost.until("Search");
    let node = lost.node.clone();
    lost.until_that("an address", |_| {
        node.snapshot().overview.network.listening.iter().any(|one| one.contains("/tcp/"))
    });
    let address = node.snapshot().overview.network.listening.iter().find(|one| one.contains("/tcp/")).cloned().unwrap();

    let mut fresh = Window::open();
    fresh.until("I already use Communaut");
    for choice in ["I already use Communaut", "By phrase or shares"] {
        fresh.until(choice);
        fresh.harness.get_by_label(choice).click();
        fresh.harness.step();
    }
    fresh.type_lines("The 24 words, or shares, one a line", &words);
    fresh.type_into("Your identity, if it stands beside the phrase", &id.to_string());
    fresh.type_into("Address of a node, if none is on your network", &address);
    fresh.press("Recover");
    fresh.until("Welcome back, Ada.");
    fresh.until("1 other device was taken out.");
    fresh.press("Go on");
    fresh.until("You follow no territory yet");
    lost.until("This device was taken out of your identity.");
}

#[test]
fn what_one_erases_is_gone_from_the_wall_and_told() {
    let mut window = Window::open();
    let card = window.be("Ada");
    let post = PostDraft { wall: Some(card), text: "Said too soon.".into(), ..PostDraft::default() };
    window.node.call_blocking(Command::Post(post)).unwrap();
    let ctx = window.harness.ctx.clone();
    window.until("Write down your recovery phrase. Without it, losing your devices means losing access.");
    window.harness.state_mut().act(&ctx, Action::Select(Some(card)));
    window.press("Erase for good");
    window.press("Erase it for good");
    window.until("Erased here. The others drop it when they hear of it.");
    window.until_that("an empty wall", |harness| harness.query_by_label("Said too soon.").is_none());
    window.go(Page::Erasures);
    window.until("1 entry of Ada");
    window.until("erased for good");
}
