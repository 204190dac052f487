//! Devices, phrase and the way back: what is asked before it is done, what is said when it fails, what is kept.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{
    fixture::{ME, NOW, empty, helsinki, identity, overview, secret},
    locale::Lang,
    logic::{Action, Page, Preferences, Steps},
};
use communaut_node::api::{
    self, Command, Contested, DeviceCode, DeviceInfo, Failure, FailureCode, FollowTarget, IdentityInfo, Outcome,
    PhraseState,
};
use communaut_protocol::{
    DeviceId, EntryId, IdentityId,
    fold::IdentityView,
    pairing::Code,
    private::Draw,
    recovery::{Share, Wordlist, combine, split},
};
use egui::{OutputCommand, accesskit::Role};
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

/// A window whose owner's identity is another.
fn being(change: impl FnOnce(&mut IdentityInfo), page: Page) -> Stage {
    let mut stage = Stage::driven(empty());
    let mut info = identity();
    change(&mut info);
    stage.node.be(info);
    stage.node.publish(helsinki());
    stage.harness.run();
    stage.act(Action::Go(page));
    stage
}

fn phrase_waits(info: &mut IdentityInfo) {
    info.phrase = PhraseState::Unconfirmed;
}

fn words() -> String {
    secret().words(Wordlist::English).to_string()
}

/// What was copied in the frames after something was pressed.
fn copied(stage: &mut Stage) -> Option<String> {
    (0..4).find_map(|_| {
        stage.harness.step();
        stage.harness.output().platform_output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    })
}

#[test]
fn settings_lead_to_the_devices_and_esc_leads_back() {
    let mut stage = being(|_| {}, Page::Settings);
    stage.harness.get_by_label("2 devices speak for you");
    press(&mut stage, "My devices");
    assert_eq!(stage.harness.state().page(), Page::Devices);
    for words in ["Laptop in the kitchen", "this one", "Phone", "02020202", "Taken out", "Old laptop"] {
        stage.harness.get_by_label(words);
    }
    for page in [Page::Settings, Page::Map] {
        stage.harness.key_press(egui::Key::Escape);
        stage.harness.run();
        assert_eq!(stage.harness.state().page(), page);
    }
}

#[test]
fn taking_a_device_out_says_what_it_means_and_asks() {
    let mut stage = being(|_| {}, Page::Devices);
    let outs = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::DeviceOut(api::DeviceOut { device, until_ms }) => Some((device, until_ms)),
            _ => None,
        })
    };
    press(&mut stage, "Take out Phone");
    stage.harness.get_by_label("Take “Phone” out?");
    stage.harness.get_by_label("What it wrote stays, as far as it has arrived here.");
    stage.harness.get_by_label_contains("This is for good: the same device does not come back.");
    assert!(stage.harness.query_by_label_contains("It is the device that you are using.").is_none());
    press(&mut stage, "Cancel");
    assert_eq!(outs(&stage), []);
    press(&mut stage, "Take out Phone");
    let since = "In somebody else’s hands since (a date; may be empty)";
    type_into(&mut stage, since, "2026-09-0");
    stage.harness.get_by_label("A date looks like this: 2026-09-12.");
    press(&mut stage, "Take it out for good");
    assert_eq!(outs(&stage), [], "what is no day is said first");
    type_into(&mut stage, since, "1");
    press(&mut stage, "Take it out for good");
    // Midnight in Helsinki.
    assert_eq!(outs(&stage), [(DeviceId([2; 32]).to_string(), Some(1_788_210_000_000))]);
    stage.harness.get_by_label("The device is taken out.");
    // The last one that speaks stays.
    assert!(stage.harness.query_by_label_contains("Take out ").is_none());
}

#[test]
fn the_device_in_use_is_named_as_such_before_it_goes() {
    let mut stage = being(|_| {}, Page::Devices);
    press(&mut stage, "Take out Laptop in the kitchen");
    stage.harness.get_by_label_contains("It is the device that you are using.");
    press(&mut stage, "Take it out for good");
    stage.harness.get_by_label_contains("This device was taken out of your identity, for good");
    assert!(stage.harness.query_by_label("Show a code").is_none());
    stage.act(Action::Go(Page::Map));
    press(&mut stage, "See what to do");
    assert_eq!(stage.harness.state().page(), Page::Devices);
}

#[test]
fn a_code_is_shown_copied_and_over_once_a_device_came_in() {
    let mut stage = being(|_| {}, Page::Devices);
    press(&mut stage, "Show a code");
    stage.harness.get_by_label("Good for one device, until 09:40");
    stage.harness.get_by_role_and_label(Role::Image, "The same code, for a camera");
    stage.harness.get_by_label("Copy the code").click_accesskit();
    let code = copied(&mut stage).unwrap();
    assert!(code.starts_with("communautdevice1"), "{code}");
    stage.harness.run();
    stage.harness.get_by_label(&code);

    let mut info = identity();
    let id = DeviceId([4; 32]);
    info.devices.push(DeviceInfo { id, did: id.did(), label: "Tablet".into(), this: false, out: false });
    stage.node.be(info);
    let mut replica = helsinki();
    overview(&mut replica).version += 1;
    replica
        .identities
        .insert(ME, Arc::new(IdentityView { id: ME, name: "Camille Moreau".into(), ..IdentityView::default() }));
    stage.node.publish(replica);
    stage.harness.run();
    stage.harness.get_by_label("Tablet has come in and speaks for you.");
    assert!(stage.harness.query_by_label(&code).is_none());
}

#[test]
fn a_code_that_is_over_is_not_shown() {
    let mut stage = being(|_| {}, Page::Devices);
    let until_ms = u64::try_from(NOW).unwrap();
    let code = DeviceCode { code: "communautdevice1old".into(), until_ms };
    stage.node.answer_next(Outcome::DeviceCode(code));
    press(&mut stage, "Show a code");
    assert!(stage.harness.query_by_label("communautdevice1old").is_none());
    stage.harness.get_by_label("The code is over. Ask for a new one.");
}

#[test]
fn a_frozen_identity_is_decided_by_the_phrase() {
    let mut stage = being(|info| info.frozen = true, Page::Map);
    press(&mut stage, "See what to do");
    stage.harness.get_by_label_contains("Your recovery phrase decides, on the device that you hold in your hands");
    assert!(stage.harness.query_by_label("Show a code").is_none(), "nobody comes in");
    stage.harness.get_by_label("Phone · 02020202").click();
    stage.harness.run();
    type_into(&mut stage, "The 24 words, or shares, one a line", &words());
    press(&mut stage, "Recover");
    let asked = sent(&stage, |command| match command {
        Command::Recover(request) => Some((request.secret, request.reject, request.until_ms, request.identity)),
        _ => None,
    });
    assert_eq!(asked, [(words(), vec![DeviceId([2; 32])], None, None)]);
    stage.harness.get_by_label("Welcome back, Camille Moreau.");
    stage.harness.get_by_label("1 other device was taken out.");
    press(&mut stage, "Go on");
    assert!(stage.harness.query_by_label_contains("frozen").is_none());
}

#[test]
fn an_identity_that_was_recovered_twice_says_who_decides() {
    for (deciding, says) in [
        (None, "nobody can say which of them counts"),
        (Some(PhraseState::Confirmed), "communaut-node identity decide"),
    ] {
        // On a device that came in by one of the two: it was not taken out.
        let twice = |info: &mut IdentityInfo| {
            let one = |byte| Contested { entry: EntryId([byte; 32]), device: DeviceId([byte; 32]), this: byte == 1 };
            info.contested = vec![one(1), one(2)];
            (info.deciding, info.speaks) = (deciding, false);
        };
        let mut stage = being(twice, Page::Map);
        stage.harness.get_by_label_contains("Your identity was recovered twice at once");
        press(&mut stage, "See what to do");
        stage.harness.get_by_label_contains("None of these recoveries counts");
        stage.harness.get_by_label_contains(says);
        assert!(stage.harness.query_by_label_contains("was taken out of your identity").is_none());
    }
}

/// Something was written for others.
pub fn published() -> Steps {
    let mut steps = Steps::default();
    steps.published_ms = NOW - 1;
    steps
}

#[test]
fn the_phrase_is_asked_for_until_it_is_written_down() {
    let mut stage = being(phrase_waits, Page::Map);
    assert!(stage.harness.query_by_label("Write it down").is_none(), "there is nothing to lose yet");
    stage.act(Action::SetSteps(published()));
    press(&mut stage, "Write it down");
    assert_eq!(stage.harness.state().page(), Page::Phrase);
    let all = words();
    let first = format!("1. {}", all.split(' ').next().unwrap());
    assert!(stage.harness.query_by_label(&first).is_none(), "somebody may be looking on");
    press(&mut stage, "Show the words");
    for (number, word) in (1..).zip(all.split(' ')) {
        stage.harness.get_by_label(&format!("{number}. {word}"));
    }
    stage.harness.get_by_label(&ME.to_string());
    press(&mut stage, "I have written it down");
    assert!(stage.harness.query_by_label(&first).is_none(), "hidden while they are asked for");

    // A wrong word: it is said, and what was typed stays.
    let wrong = all.replacen(all.split(' ').next().unwrap(), "zoo", 1);
    type_into(&mut stage, "All 24 words", &wrong);
    stage.harness.get_by_label("24 of 24 words");
    press(&mut stage, "Check");
    stage.harness.get_by_label_contains("This cannot be taken as it is");
    let typed = stage.harness.get_by_label("All 24 words").value();
    assert_eq!(typed.as_deref(), Some(wrong.as_str()));
    press(&mut stage, "Look at the words again");
    stage.harness.get_by_label(&first);
    press(&mut stage, "I have written it down");
    stage.harness.get_by_label("All 24 words").focus();
    stage.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    stage.harness.run();
    type_into(&mut stage, "All 24 words", &all);
    press(&mut stage, "Check");
    stage.harness.get_by_label("Right. The phrase is on your paper now, and on no device.");
    stage.harness.get_by_label_contains("This device no longer holds the phrase, and cannot show it again.");
    stage.act(Action::Go(Page::Map));
    assert!(stage.harness.query_by_label("Write it down").is_none());
}

#[test]
fn the_words_are_in_the_language_of_the_window_and_gone_when_the_page_is_left() {
    let mut stage = being(phrase_waits, Page::Phrase);
    press(&mut stage, "Show the words");
    stage.act(Action::Prefer(Preferences { lang: Some(Lang::Fr), ..Preferences::default() }));
    let french = secret().words(Wordlist::French).to_string();
    let first = format!("1. {}", french.split(' ').next().unwrap());
    stage.harness.get_by_label(&first);
    stage.act(Action::Go(Page::Settings));
    stage.act(Action::Go(Page::Phrase));
    assert!(stage.harness.query_by_label(&first).is_none());
    let asked = sent(&stage, |command| match command {
        Command::Phrase(api::Phrase { french }) => Some(french),
        _ => None,
    });
    assert_eq!(asked, [false, true]);
}

#[test]
fn shares_are_made_while_the_phrase_is_here_and_copied_one_by_one() {
    let mut stage = being(phrase_waits, Page::Phrase);
    press(&mut stage, "Make the shares");
    let asked = sent(&stage, |command| match command {
        Command::Shares(api::Shares { words, threshold, count }) => Some((words, threshold, count)),
        _ => None,
    });
    assert_eq!(asked, [(None, 3, 5)]);
    stage.harness.get_by_label_contains("3 of them together can take over your identity.");
    let mut shares: Vec<Share> = Vec::new();
    for number in 1..=5 {
        stage.harness.get_by_label(&format!("Copy · Share {number} of 5")).click_accesskit();
        let text = copied(&mut stage).unwrap();
        stage.harness.get_by_label(&text);
        shares.push(text.parse().unwrap());
    }
    let (whose, found) = combine(&shares[1..4]).unwrap();
    assert_eq!((whose, found.commitment()), (ME, secret().commitment()));
}

#[test]
fn where_the_phrase_is_on_paper_it_is_typed_for_shares() {
    let mut stage = being(|_| {}, Page::Phrase);
    press(&mut stage, "Make the shares");
    type_into(&mut stage, "All 24 words", "zoo zoo zoo");
    press(&mut stage, "Make the shares");
    stage.harness.get_by_label_contains("This cannot be taken as it is");
    let asked = sent(&stage, |command| match command {
        Command::Shares(api::Shares { words, .. }) => Some(words),
        _ => None,
    });
    assert_eq!(asked, [Some("zoo zoo zoo".to_owned())], "without words nothing is asked");
}

/// The first run, for somebody who has an identity.
fn returning(way: &str) -> Stage {
    let mut stage = Stage::driven(empty());
    stage.harness.get_by_label("I already use Communaut").click();
    stage.harness.run();
    stage.harness.get_by_label(way).click();
    stage.harness.run();
    stage
}

#[test]
fn a_device_comes_in_by_a_code() {
    let mut stage = returning("Another device is at hand");
    press(&mut stage, "Come in");
    stage.harness.get_by_label("Paste the code that your other device shows.");
    type_into(&mut stage, "The code shown there", "communautdevice1 bad\ncode");
    type_into(&mut stage, "What to call this device", " Tablet ");
    press(&mut stage, "Come in");
    let joins = sent(&stage, |command| match command {
        Command::DeviceJoin(api::DeviceJoin { code, label }) => Some((code, label)),
        _ => None,
    });
    assert_eq!(joins, [("communautdevice1badcode".to_owned(), "Tablet".to_owned())]);
    stage.harness.get_by_label_contains("This cannot be taken as it is");
    assert_eq!(stage.harness.get_by_label("What to call this device").value().as_deref(), Some(" Tablet "));
}

#[test]
fn a_device_that_came_in_goes_on_to_the_map() {
    let mut stage = returning("Another device is at hand");
    let code = Code::new(ME, [7; 16], Vec::new()).to_string();
    // As a phone's camera reads it.
    type_into(&mut stage, "The code shown there", &code.to_uppercase());
    stage.harness.get_by_role_and_label(Role::Button, "Come in").click_accesskit();
    stage.harness.step();
    stage.node.publish(helsinki());
    stage.harness.run();
    stage.harness.get_by_label("You have come in. This device speaks for Camille Moreau.");
    stage.harness.get_by_label("Search");
}

#[test]
fn recovering_waits_for_the_identity_to_arrive_and_says_what_came_back() {
    let mut stage = returning("By phrase or shares");
    type_into(&mut stage, "The 24 words, or shares, one a line", &words());
    type_into(&mut stage, "The town where you wrote", "lyo");
    stage.harness.get_by_label_contains("Lyon, France").click_accesskit();
    stage.harness.run();
    type_into(&mut stage, "Address of a node, if none is on your network", "/ip4/192.0.2.7/tcp/4001");
    stage.node.refuse_recover(Failure::new(FailureCode::NotFound, "no identity that this recovers is held here yet"));
    press(&mut stage, "Recover");
    stage.harness.get_by_label_contains("no identity that this recovers is held here yet");
    stage.harness.get_by_label("It is tried again with whatever arrives.");
    let commands = stage.node.sent();
    assert!(commands.contains(&Command::Dial(api::Dial { address: "/ip4/192.0.2.7/tcp/4001".into() })));
    assert!(commands.iter().any(|c| matches!(c, Command::Follow(FollowTarget::Area { name, .. }) if name == "Lyon")));

    // Something arrives: it is tried again by itself.
    let mut arrived = empty();
    overview(&mut arrived).version = 1;
    stage.node.publish(arrived);
    stage.harness.run();
    let tries = sent(&stage, |command| match command {
        Command::Recover(request) => Some(request.secret),
        _ => None,
    });
    assert_eq!(tries, [words(), words()]);
    stage.node.publish(helsinki());
    stage.harness.run();
    stage.harness.get_by_label("Welcome back, Camille Moreau.");
    stage.harness.get_by_label("2 other devices were taken out.");
    stage.harness.get_by_label("Phone");
    stage.harness.get_by_label("5 keys to what is private came back.");
    press(&mut stage, "Go on");
    stage.harness.get_by_label("Search");
}

#[test]
fn what_is_no_identity_and_what_the_node_refuses_is_said() {
    let mut stage = returning("By phrase or shares");
    let friends = split(&secret(), ME, 2, 3, &mut Draw::new([1; 32])).unwrap();
    let shares = format!("{}\n{}", friends[0], friends[2]);
    type_into(&mut stage, "The 24 words, or shares, one a line", &shares);
    type_into(&mut stage, "Your identity, if it stands beside the phrase", "not an id");
    press(&mut stage, "Recover");
    stage.harness.get_by_label_contains("An identity has 64 characters");
    let asked = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::Recover(request) => Some((request.secret, request.identity)),
            _ => None,
        })
    };
    assert_eq!(asked(&stage), []);
    stage.harness.get_by_label("Your identity, if it stands beside the phrase").focus();
    stage.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    stage.harness.run();
    type_into(&mut stage, "Your identity, if it stands beside the phrase", &IdentityId([0xa1; 32]).to_string());
    stage.node.refuse_recover(Failure::invalid("these shares do not belong together"));
    press(&mut stage, "Recover");
    stage.harness.get_by_label("This cannot be taken as it is: these shares do not belong together");
    assert_eq!(asked(&stage), [(shares, Some(ME))]);
    press(&mut stage, "Recover");
    stage.harness.get_by_label("Welcome back, Camille Moreau.");
}
