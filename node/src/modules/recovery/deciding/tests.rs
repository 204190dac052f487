//! Somebody else has found the phrase, and recovers too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    cli::print::Prints,
    daemon::desk::{Desk, MONACO, carry},
    failure::FailureCode,
    modules::{
        Command, Outcome,
        identity::{IdentityInfo, PhraseState},
        post::PostDraft,
        recovery::RecoverRequest,
    },
};

fn words(desk: &mut Desk, command: Command) -> String {
    match desk.ask(command).unwrap() {
        Outcome::Phrase(api::PhraseWords { words }) => words,
        other => panic!("{other:?}"),
    }
}

fn info(desk: &mut Desk) -> IdentityInfo {
    match desk.ask(Command::Identity(api::Identity)).unwrap() {
        Outcome::Identity(info) => info,
        other => panic!("{other:?}"),
    }
}

fn recover(words: &str) -> Command {
    Command::Recover(RecoverRequest { secret: words.to_owned(), ..RecoverRequest::default() })
}

/// Two machines recover that do not know of each other, and then all hear of both.
fn recovered_twice(ada: &mut Desk) -> (Desk, Desk, String) {
    let phrase = words(ada, Command::Phrase(api::Phrase { french: false }));
    let (mut own, mut thief) = (Desk::empty(), Desk::empty());
    for fresh in [&mut own, &mut thief] {
        carry(&mut [ada, fresh]);
        fresh.ask(recover(&phrase)).unwrap();
        assert!(info(fresh).contested.is_empty());
    }
    carry(&mut [ada, &mut own, &mut thief]);
    (own, thief, phrase)
}

#[test]
fn two_recoveries_at_once_count_when_the_second_phrase_has_decided() {
    let mut ada = Desk::made("Ada", true);
    assert_eq!(info(&mut ada).deciding, Some(PhraseState::Unconfirmed));
    let deciding = words(&mut ada, Command::DecidingPhrase(api::DecidingPhrase { french: false }));
    let confirmed = ada.ask(Command::ConfirmPhrase(api::ConfirmPhrase { words: deciding.clone() })).unwrap();
    let Outcome::Identity(confirmed) = confirmed else { panic!("{confirmed:?}") };
    // The phrase that recovers is still to be written down.
    assert_eq!((confirmed.deciding, confirmed.phrase), (Some(PhraseState::Confirmed), PhraseState::Unconfirmed));
    let gone = ada.ask(Command::DecidingPhrase(api::DecidingPhrase { french: false })).unwrap_err();
    assert_eq!(gone.code, FailureCode::NotFound);

    let (mut own, mut thief, phrase) = recovered_twice(&mut ada);
    assert_eq!(info(&mut ada).contested.len(), 2);
    assert!(info(&mut ada).speaks && !info(&mut own).speaks && !info(&mut thief).speaks);
    let said = info(&mut own).text();
    assert!(said.contains("recovered more than once by one phrase") && said.contains("identity decide ACT"), "{said}");
    assert!(said.contains("this one") && said.contains("does not speak for it now"), "{said}");
    // Once more by the same phrase would be a third.
    let mut third = Desk::empty();
    carry(&mut [&mut ada, &mut own, &mut third]);
    assert_eq!(third.ask(recover(&phrase)).unwrap_err().code, FailureCode::NotAllowed);

    let this = own.core.replica.device.id();
    let recovery = info(&mut own).contested.iter().find(|one| one.this).unwrap().entry;
    let decide = |words: &str| Command::Decide(api::Decide { words: words.to_owned(), recovery });
    // The phrase that recovers decides nothing.
    assert_eq!(own.ask(decide(&phrase)).unwrap_err().code, FailureCode::Invalid);
    own.ask(decide(&deciding)).unwrap();
    carry(&mut [&mut ada, &mut own, &mut thief]);
    for desk in [&mut ada, &mut own, &mut thief] {
        let info = info(desk);
        let speaking: Vec<_> = info.devices.iter().filter(|device| !device.out).map(|device| device.id).collect();
        assert_eq!((info.contested.len(), speaking), (0, vec![this]));
    }
}

#[test]
fn without_a_second_phrase_it_is_said_that_nobody_decides() {
    let mut ada = Desk::of("Ada");
    assert_eq!(info(&mut ada).deciding, None);
    let none = ada.ask(Command::DecidingPhrase(api::DecidingPhrase { french: false })).unwrap_err();
    assert_eq!(none.code, FailureCode::NotFound);
    let (mut own, _, phrase) = recovered_twice(&mut ada);
    let said = info(&mut own).text();
    assert!(said.contains("nobody can say which counts"), "{said}");
    let recovery = info(&mut own).contested[0].entry;
    let refused = own.ask(Command::Decide(api::Decide { words: phrase, recovery })).unwrap_err();
    assert_eq!(refused.code, FailureCode::NotAllowed);
    // Who spoke before goes on.
    let draft = PostDraft { text: "toujours là".into(), position: Some(MONACO), ..PostDraft::default() };
    ada.ask(Command::Post(draft)).unwrap();
    carry(&mut [&mut ada, &mut own]);
    assert_eq!(own.posts(), ["toujours là"]);
}
