//! A cell that strangers have filled: what of a newcomer is declined comes in the round after somebody known has
//! vouched for them; how much is held of whom is known again after a restart. SPEC.md §9.6.

use super::{
    MONACO, Writer,
    hand::{Hand, Other},
    post,
};
use crate::daemon::{
    input::{Input, Loaded},
    replica::Origin,
};
use communaut_protocol::{
    AuthorId, Entry, Header, LogId, Scope, Stamp,
    engine::{Host, strangers::cost},
    entry::{Body, HeldEntry},
    fold::{Record, ScopeState},
    limits::{EPOCHS_MAX, STRANGER_MAX, STRANGERS_MAX},
    op::{EntryPlace, EraseOp, FoundingOp, Op, Role, RoleOp, VouchOp, schema},
};
use std::collections::BTreeSet;

/// Seconds between two rounds, at most.
const ROUND_S: u64 = 16;

fn posts(hand: &Hand) -> usize {
    hand.core.replica.views.state(&Scope::open(MONACO)).map(ScopeState::view).map_or(0, |view| view.posts.len())
}

fn vouch(by: &mut Writer, person: &Writer, withdrawn: bool) {
    let op = Op::Vouch(VouchOp { person: person.id, withdrawn });
    by.sign(by.place(Scope::open(MONACO), op.schema()), op.encode([9; 16]).unwrap());
}

/// Somebody's follower of Monaco, where strangers have all that they may have.
fn full(data: &std::path::Path, me: &Writer) -> Hand {
    let mut hand = Hand::follower(data);
    let cell = Scope::open(MONACO).cell;
    let strangers = &mut hand.core.replica.strangers;
    (1..=4).for_each(|one| strangers.set(cell, AuthorId([one; 32]), STRANGER_MAX));
    assert_eq!(strangers.pool(cell), STRANGERS_MAX);
    hand.core.replica.set_me(me.id).unwrap();
    hand.core.replica.look_at_known();
    hand
}

/// The time goes on, by so much as lies between two rounds.
fn wait(hand: &mut Hand) {
    hand.now.monotonic = hand.now.monotonic.after(ROUND_S * 1_000);
    hand.now.system_ms += ROUND_S * 1_000;
    hand.input(Input::Tick);
}

#[test]
fn a_newcomer_is_seen_in_the_round_after_somebody_known_has_vouched_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let [mut me, mut friend, mut newcomer, mut stranger] = [1, 2, 3, 4].map(Writer::of);
    vouch(&mut me, &friend, false);
    friend.say("bonjour");
    newcomer.say("bonjour, je viens d'arriver");
    stranger.say("bonjour");
    vouch(&mut stranger, &newcomer, false);
    let mut hand = full(folder.path(), &me);
    let mut other = Other::holding(1, &[newcomer.entries.clone(), stranger.entries.clone()].concat());
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!((posts(&hand), hand.core.engine.declined.len()), (0, 2), "there is no room");

    // The user's own word comes from another device, and with it the friend's, who is known by it then.
    let mut own = Other::holding(2, &[me.entries.clone(), friend.entries.clone()].concat());
    hand.connect(own.peer);
    hand.answer(&mut own);
    wait(&mut hand);
    hand.round(&mut own);
    assert_eq!(posts(&hand), 1, "the friend's");

    // The friend vouches for the newcomer; a third has the word, and the first what it is about.
    vouch(&mut friend, &newcomer, false);
    let mut third = Other::holding(3, &friend.entries);
    hand.connect(third.peer);
    hand.answer(&mut third);
    assert_eq!(posts(&hand), 1);
    wait(&mut hand);
    hand.round(&mut other);
    assert_eq!(posts(&hand), 2, "the newcomer's, and not the stranger's");
    assert_eq!(hand.core.engine.declined.len(), 1);

    // Taken back, they are a stranger again, of whom nothing new has room.
    let held = hand.core.replica.store.entries();
    vouch(&mut friend, &newcomer, true);
    newcomer.say("encore");
    let mut fourth = Other::holding(4, &[friend.entries.clone(), newcomer.entries.clone()].concat());
    let mut late = Other::holding(5, &newcomer.entries);
    hand.connect(fourth.peer);
    let vouched = |hand: &mut Hand, with: &mut Other<_>| {
        hand.answer(with);
        wait(hand);
    };
    vouched(&mut hand, &mut fourth);
    hand.connect(late.peer);
    hand.round(&mut late);
    assert!(hand.core.replica.store.entries() <= held + 2);
}

#[test]
fn how_much_is_held_of_whom_follows_what_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let mut writer = Writer::of(7);
    (0..5).for_each(|_| writer.say("bonjour"));
    let mut other = Other::holding(1, &writer.entries);
    hand.connect(other.peer);
    hand.answer(&mut other);
    let (cell, author) = (Scope::open(MONACO).cell, AuthorId::from(writer.id));
    let all: u64 = writer.entries.iter().skip(1).map(|entry| cost(entry.header())).sum();
    assert_eq!(hand.core.replica.strangers.spent(cell, author), all);
    // Looked up of the store, as after a restatement.
    hand.core.replica.strangers.set(cell, author, 1);
    hand.core.replica.held_less(&writer.place(Scope::open(MONACO), 12).log).unwrap();
    assert_eq!(hand.core.replica.strangers.spent(cell, author), all);
}

/// What comes in one answer with what lets others go is counted once.
#[test]
fn what_comes_after_something_that_goes_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let (mut writer, scope) = (Writer::of(7), Scope::open(MONACO));
    let payload = post("bonjour", Some(MONACO)).encode([3; 16]).unwrap();
    for epoch in (1..=EPOCHS_MAX as u64 + 2).rev() {
        writer.heads.remove(&scope);
        for _ in 0..2 {
            let head = writer.heads.get(&scope).copied();
            let log = LogId { epoch, ..writer.place(scope, schema::POST).log };
            let header = Header::following(log, head, Stamp::from_ms(1_000 + epoch), schema::POST);
            writer.sign(header, payload.clone());
        }
    }
    let entries: Vec<HeldEntry> = writer.entries.iter().cloned().map(HeldEntry::from).collect();
    let answers = hand.core.replica.take(entries, Origin::Elsewhere).unwrap();
    assert!(answers.iter().flatten().any(|placed| placed.dropped));
    let author = AuthorId::from(writer.id);
    let held = hand.core.replica.store.reader_by(scope.cell, author);
    let all: u64 = held.held().map(|entry| cost(entry.unwrap().header())).sum();
    assert_eq!(hand.core.replica.strangers.spent(scope.cell, author), all);
}

/// Anybody gives anybody a role in what they found: only where the user has written are its people known.
#[test]
fn a_role_that_was_given_unasked_makes_nobody_known() {
    let folder = tempfile::tempdir().unwrap();
    let [mut me, mut founder, sybil] = [1, 2, 3].map(Writer::of);
    let founding = FoundingOp { owner: founder.id, seed: vec![5; 16], keepers: vec![], agree: 0 };
    let club = Scope::container(MONACO, founding.container().unwrap());
    let say = |by: &mut Writer, op: &Op| by.sign(by.place(club, op.schema()), op.encode([9; 16]).unwrap());
    say(&mut founder, &Op::Founding(founding));
    for person in [me.id, sybil.id] {
        let role = RoleOp { person, role: Some(Role::Member), refs: vec![], lowers: false };
        say(&mut founder, &Op::Role(role));
    }
    let mut hand = full(folder.path(), &me);
    hand.core.replica.strangers.set(club.cell, AuthorId([1; 32]), 0);
    let all = [me.entries.clone(), founder.entries.clone(), sybil.entries.clone()].concat();
    let take = |hand: &mut Hand, entries: Vec<Entry>| {
        let entries = entries.into_iter().map(HeldEntry::from).collect();
        assert!(hand.core.replica.take(entries, Origin::Elsewhere).unwrap().iter().all(Result::is_ok));
        hand.core.replica.look_at_known()
    };
    assert_eq!(take(&mut hand, all), BTreeSet::new());
    let belonging = |hand: &Hand| Host::belonging(&hand.core.replica).scopes;
    assert!(!belonging(&hand).contains(&club), "nor is it taken where the store is full");
    say(&mut me, &post("bonjour", None));
    let written = me.entries[me.entries.len() - 1..].to_vec();
    assert_eq!(take(&mut hand, written), BTreeSet::from([founder.id.into(), sybil.id.into()]));
    assert!(belonging(&hand).contains(&club) && belonging(&hand).contains(&Scope::identity(sybil.id)));
}

/// Whoever erases one thing after the other in a large cell has it folded anew once in a while, and not each time.
#[test]
fn a_large_cell_rests_after_it_was_folded_anew() {
    const POSTS: usize = 1_100;
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let mut writer = Writer::of(7);
    (0..POSTS).for_each(|_| writer.say("bonjour"));
    let place = |entry: &Entry| EntryPlace::of(&entry.header().log, entry.header().seq, entry.id());
    let erased: Vec<EntryPlace> = writer.entries[1..4].iter().map(place).collect();
    let take = |hand: &mut Hand, entries: &[Entry]| {
        let entries = entries.iter().cloned().map(HeldEntry::from).collect();
        hand.core.replica.take(entries, Origin::Elsewhere).unwrap();
    };
    take(&mut hand, &writer.entries);
    let mut left = Vec::new();
    for target in &erased {
        let op = Op::Erase(EraseOp { targets: [*target].into(), refs: None, reason: String::new() });
        writer.sign(writer.place(Scope::open(MONACO), op.schema()), op.encode([8; 16]).unwrap());
        take(&mut hand, &writer.entries[writer.entries.len() - 1..]);
        left.push(posts(&hand));
        let (_, held) = hand.core.replica.store.at(&Scope::open(MONACO), target).unwrap().unwrap();
        assert!(matches!(held.body(), Body::Erased(_)), "gone from the store at once");
    }
    assert_eq!(left, [POSTS - 1; 3], "the first is no longer shown, the others for a moment");
    hand.now.monotonic = hand.now.monotonic.after(1_000);
    hand.input(Input::Tick);
    assert_eq!(posts(&hand), POSTS - 3);
}

#[tokio::test]
async fn how_much_is_held_of_whom_is_known_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::of(7);
    (0..5).for_each(|_| writer.say("bonjour"));
    super::fill(folder.path(), &writer.entries, None);
    let mut hand = Hand::on(folder.path());
    let (cell, author) = (Scope::open(MONACO).cell, AuthorId::from(writer.id));
    assert_eq!(hand.core.replica.strangers.spent(cell, author), 0, "nothing was read yet");
    let (to, mut from) = tokio::sync::mpsc::channel(16);
    crate::daemon::run::load(&hand.core, to);
    while let Some(input) = from.recv().await {
        hand.input(input);
    }
    let all: u64 = writer.entries.iter().skip(1).map(|entry| cost(entry.header())).sum();
    assert_eq!(hand.core.replica.strangers.spent(cell, author), all);
}

/// All who are known count as new when a node has loaded, and nobody was told: who is vouched for in the last second
/// before it stops waits for ever, since what was declined of them is remembered over the restart.
#[test]
fn a_vouch_that_came_right_before_a_restart_has_what_was_declined_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let [mut me, mut newcomer] = [1, 2].map(Writer::of);
    newcomer.say("bonjour, je viens d'arriver");
    let mut hand = full(folder.path(), &me);
    let mut other = Other::holding(1, &newcomer.entries);
    hand.connect(other.peer);
    hand.answer(&mut other);
    assert_eq!((posts(&hand), hand.core.engine.declined.len()), (0, 1), "there is no room");
    vouch(&mut me, &newcomer, false);
    let mut own = Other::holding(2, &me.entries);
    hand.connect(own.peer);
    hand.answer(&mut own);
    hand.core.commit().unwrap();
    drop(hand);

    let mut hand = Hand::follower(folder.path());
    hand.core.replica.set_me(me.id).unwrap();
    let held: Vec<HeldEntry> = hand.core.replica.store.reader().held().map(Result::unwrap).collect();
    let records = held.into_iter().map(|held| Record::of(&held.into_whole().unwrap()).unwrap()).collect();
    hand.input(Input::Loaded(0, Loaded::Records(records)));
    hand.input(Input::Loaded(0, Loaded::End(Ok(()))));
    assert!(hand.core.replica.strangers.admits(newcomer.entries[1].header()));
    hand.connect(other.peer);
    hand.answer(&mut other);
    wait(&mut hand);
    hand.round(&mut other);
    assert_eq!(posts(&hand), 1, "the user vouches for them, and there is room");
}
