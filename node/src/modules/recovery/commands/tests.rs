//! What recovers an identity, and what counts of the devices that went out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::{
        desk::{Desk, MONACO, carry},
        replica::{Origin, private::Recovering},
    },
    failure::{Failure, FailureCode},
    modules::{Command, Outcome, identity::PhraseState, post::PostDraft, recovery::RecoverRequest},
};
use communaut_protocol::{
    DeviceId, ElementId, Position, Scope,
    entry::{Head, HeldEntry},
    limits::ACCEPTED_MAX,
    op::{Op, PostOp},
    recovery::RecoverySecret,
};
use std::collections::BTreeSet;

fn out(desk: &mut Desk, device: DeviceId) -> Result<Outcome, Failure> {
    desk.ask(Command::DeviceOut(api::DeviceOut { device: device.to_string(), until_ms: None }))
}

/// Something in so many cells, each in a log of its own.
fn write_in_many(desk: &mut Desk, count: usize) {
    let ops = (0..count).map(|n| {
        let (row, column) = (i32::try_from(n / 60).unwrap(), i32::try_from(n % 60).unwrap());
        let at = Position { lat_e7: row * 5_000_000, lon_e7: column * 5_000_000 };
        let post = PostOp { text: "ici".into(), position: Some(at), ..PostOp::default() };
        (Scope::open(at), Op::Post(post))
    });
    let ops: Vec<_> = ops.collect();
    assert_eq!(ops.iter().map(|(scope, _)| *scope).collect::<BTreeSet<_>>().len(), count);
    let me = desk.me();
    desk.core.replica.write(me, ops).unwrap();
}

#[test]
fn a_device_that_takes_itself_out_says_all_that_counts_or_is_refused() {
    let mut ada = Desk::of("Ada");
    let mut laptop = ada.other_device();
    let (first, second) = (ada.core.replica.device.id(), laptop.core.replica.device.id());
    write_in_many(&mut laptop, ACCEPTED_MAX + 1);
    let before = laptop.entries().len();
    let refused = out(&mut laptop, second).unwrap_err();
    assert_eq!(refused.code, FailureCode::Invalid);
    assert!(refused.message.contains("take it out from another device"), "{refused}");
    assert_eq!(laptop.entries().len(), before);
    // From another device it takes two acts; what they say needs no saying again.
    carry(&mut [&mut ada, &mut laptop]);
    out(&mut ada, second).unwrap();
    let mut tablet = ada.other_device();
    let heads: Vec<_> = ada.core.replica.store.heads_under(&[]).filter(|(log, _)| log.device == first).collect();
    out(&mut ada, first).unwrap();
    carry(&mut [&mut ada, &mut tablet]);
    let view = tablet.core.replica.views.book().get(&tablet.me()).unwrap().clone();
    assert_eq!((view.out.len(), view.devices.len()), (2, 1));
    for (log, head) in heads {
        assert!(view.accepts(&log, Head { seq: head.seq, id: head.id }), "{log:?}");
    }
}

#[test]
fn words_left_over_from_another_identity_are_not_shown_as_this_ones() {
    let mut ada = Desk::of("Ada");
    let leftover = RecoverySecret::from_bytes([7; 32]);
    let waits = |desk: &Desk| desk.core.replica.private.vault.read("phrase", 32).unwrap().is_some();
    let state = |desk: &mut Desk| match desk.ask(Command::Identity(api::Identity)).unwrap() {
        Outcome::Identity(info) => info.phrase,
        other => panic!("{other:?}"),
    };
    assert_eq!((state(&mut ada), waits(&ada)), (PhraseState::Unconfirmed, true));
    // A folder in which making an identity was cut off comes to another identity.
    let mut laptop = Desk::empty();
    laptop.core.replica.private.vault.write("phrase", leftover.expose()).unwrap();
    laptop.core.replica.set_me(ada.me()).unwrap();
    // Not yet known what recovers it: nothing is shown, nothing is lost.
    assert_eq!(laptop.ask(Command::Phrase(api::Phrase { french: false })).unwrap_err().code, FailureCode::Busy);
    assert!(waits(&laptop));
    carry(&mut [&mut ada, &mut laptop]);
    for command in [
        Command::Phrase(api::Phrase { french: false }),
        Command::ConfirmPhrase(api::ConfirmPhrase {
            words: leftover.words(communaut_protocol::recovery::Wordlist::English).to_string(),
        }),
    ] {
        laptop.core.replica.private.vault.write("phrase", leftover.expose()).unwrap();
        assert_eq!(laptop.ask(command).unwrap_err().code, FailureCode::NotFound);
        assert!(!waits(&laptop));
    }
    laptop.core.replica.private.vault.write("phrase", leftover.expose()).unwrap();
    assert_eq!((state(&mut laptop), waits(&laptop)), (PhraseState::Confirmed, false));
    // Its own stay.
    assert!(matches!(ada.ask(Command::Phrase(api::Phrase { french: false })), Ok(Outcome::Phrase(_))));
}

/// What one holds, to another.
fn give(from: &Desk, to: &mut Desk, which: impl Fn(&HeldEntry) -> bool) {
    let entries: Vec<HeldEntry> = from.entries().into_iter().filter(which).collect();
    to.core.replica.take(entries, Origin::Elsewhere).unwrap();
}

fn say(desk: &mut Desk, wall: ElementId, text: &str) {
    desk.ask(Command::Post(PostDraft { wall: Some(wall), text: text.into(), ..PostDraft::default() })).unwrap();
}

#[test]
fn what_a_lost_device_wrote_in_a_closed_community_is_accepted_once() {
    let mut ada = Desk::of("Ada");
    let Outcome::Phrase(api::PhraseWords { words }) = ada.ask(Command::Phrase(api::Phrase { french: false })).unwrap()
    else {
        panic!("no words")
    };
    let (watch, scope) = ada.found("Les Veilleurs");
    say(&mut ada, watch, "au lavoir");
    let recover = |secret: &str| {
        let secret = secret.to_owned();
        let (label, reject) = ("neuf".to_owned(), Vec::new());
        Command::Recover(RecoverRequest { secret, identity: None, label, after: None, until_ms: None, reject })
    };
    let mut fresh = Desk::empty();
    give(&ada, &mut fresh, |entry| !entry.header().log.scope.is_closed());
    fresh.ask(recover(&words)).unwrap();
    // The closed scopes come after that.
    give(&ada, &mut fresh, |_| true);
    fresh.core.replica.accept_what_was_closed().unwrap();
    fresh.core.replica.fold_stale().unwrap();
    assert_eq!(fresh.posts(), ["au lavoir"]);

    // The lost device goes on, in its log and in a new one.
    say(&mut ada, watch, "encore");
    let log = ada.core.replica.logs.remove(&scope).unwrap();
    say(&mut ada, watch, "volé");
    assert_ne!(ada.core.replica.logs.get(&scope).unwrap().epoch, log.epoch);
    give(&ada, &mut fresh, |_| true);
    let before = fresh.entries().len();
    for again in [false, true] {
        if again {
            // Typed again after a restart.
            fresh.core.replica.private.recovering = None;
            let secret = RecoverySecret::from_words(&words).unwrap();
            let lost = BTreeSet::from([ada.core.replica.device.id()]);
            fresh.core.replica.private.recovering =
                Some(Recovering { sealing: secret.sealing(), lost, until_ms: None });
        }
        fresh.core.replica.accept_what_was_closed().unwrap();
        fresh.core.replica.fold_stale().unwrap();
        assert_eq!((fresh.posts(), fresh.entries().len()), (vec!["au lavoir".to_owned()], before));
    }
}

#[test]
fn nothing_is_accepted_of_a_device_that_is_not_out() {
    let mut ada = Desk::of("Ada");
    let (watch, _) = ada.found("Les Veilleurs");
    let mut laptop = ada.other_device();
    say(&mut laptop, watch, "du canapé");
    carry(&mut [&mut ada, &mut laptop]);
    let lost = BTreeSet::from([laptop.core.replica.device.id()]);
    let sealing = RecoverySecret::from_bytes([7; 32]).sealing();
    ada.core.replica.private.recovering = Some(Recovering { sealing, lost, until_ms: None });
    let before = ada.entries().len();
    ada.core.replica.accept_what_was_closed().unwrap();
    assert_eq!(ada.entries().len(), before);
    assert_eq!(ada.core.replica.views.book().get(&ada.me()).unwrap().home, Some(MONACO));
}

#[test]
fn a_recovery_from_before_takes_nothing_over_of_a_device_that_it_rejects() {
    let mut ada = Desk::of("Ada");
    let Outcome::Phrase(api::PhraseWords { words }) = ada.ask(Command::Phrase(api::Phrase { french: false })).unwrap()
    else {
        panic!("no words")
    };
    let mut laptop = ada.other_device();
    let device = laptop.core.replica.device.id();
    let came = ada.core.replica.views.book().get(&ada.me()).unwrap().head;
    let draft = PostDraft { text: "volé".into(), position: Some(MONACO), ..PostDraft::default() };
    laptop.ask(Command::Post(draft)).unwrap();
    carry(&mut [&mut ada, &mut laptop]);
    // Taken out, with what it wrote until then.
    out(&mut ada, device).unwrap();
    assert_eq!(ada.posts(), ["volé"]);
    for (reject, left) in [(vec![], vec!["volé"]), (vec![device], vec![])] {
        let mut fresh = Desk::empty();
        give(&ada, &mut fresh, |_| true);
        let (secret, label) = (words.clone(), "neuf".to_owned());
        let how = RecoverRequest { secret, identity: None, label, after: came, until_ms: None, reject };
        fresh.ask(Command::Recover(how)).unwrap();
        fresh.core.replica.fold_stale().unwrap();
        assert_eq!(fresh.posts(), left);
    }
}
