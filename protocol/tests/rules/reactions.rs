//! Reactions: one for each person and post, the latest word of whom is known.

use crate::{
    common::{self, Club, Desk, FOIX, book, key, person},
    den::draw,
};
use communaut_protocol::{
    EntryId, Scope,
    fold::{PostReactions, Record, ScopeState, count_reactions},
    op::{EraseOp, Op, Reaction, ReactionOp, is_erasable, schema},
    private::{Class, Keyring, SealKey, Under, ring::placed},
};

fn post() -> Op {
    common::post("Bonjour")
}

fn react(target: EntryId, what: Option<Reaction>) -> Op {
    Op::Reaction(ReactionOp { target, what })
}

fn erase(record: &Record) -> Op {
    Op::Erase(EraseOp { targets: [record.place()].into(), refs: None, reason: String::new() })
}

fn counts(all: Option<&PostReactions>) -> Vec<(Reaction, usize)> {
    all.map(count_reactions).unwrap_or_default().into_iter().collect()
}

#[test]
fn the_latest_word_of_each_person_stands_and_none_withdraws_it() {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let target = desk.record(alice, scope, 10, &post());
    let said = [
        desk.record(bob, scope, 22, &react(target.id, Some(Reaction::Thanks))),
        desk.record(bob, scope, 21, &react(target.id, Some(Reaction::Wonder))),
        desk.record(carol, scope, 20, &react(target.id, Some(Reaction::Thanks))),
        // One's own post too.
        desk.record(alice, scope, 20, &react(target.id, Some(Reaction::Agree))),
        // Nobody knows this person.
        desk.record(&person(9), scope, 20, &react(target.id, Some(Reaction::Agree))),
        // Nothing of the kind is here.
        desk.record(bob, scope, 20, &react(EntryId([7; 32]), Some(Reaction::Agree))),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(said, &book(&people));
    assert!(state.view().reactions.is_empty(), "the post has not come");
    state.apply([target.clone()], &book(&people));
    assert_eq!(counts(state.view().reactions.get(&target.id)), [(Reaction::Thanks, 2), (Reaction::Agree, 1)]);
    assert_eq!(state.view().reactions.len(), 1);
    assert_eq!(state.view().reactions[&target.id][&bob.id].what, Reaction::Thanks);

    state.apply([desk.record(bob, scope, 23, &react(target.id, None))], &book(&people));
    assert_eq!(counts(state.view().reactions.get(&target.id)), [(Reaction::Thanks, 1), (Reaction::Agree, 1)]);
    // What was said before it was withdrawn, and comes late, does not come back.
    state.apply([desk.record(bob, scope, 22, &react(target.id, Some(Reaction::Support)))], &book(&people));
    assert_eq!(counts(state.view().reactions.get(&target.id)), [(Reaction::Thanks, 1), (Reaction::Agree, 1)]);
}

#[test]
fn an_erased_reaction_shows_what_was_said_before_and_an_erased_post_shows_none() {
    let people = [person(1), person(2)];
    let [alice, bob] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let target = desk.record(alice, scope, 10, &post());
    let first = desk.record(bob, scope, 20, &react(target.id, Some(Reaction::Agree)));
    let second = desk.record(bob, scope, 21, &react(target.id, Some(Reaction::Thanks)));
    let fold = |records: &[&Record]| {
        let mut state = ScopeState::new(scope);
        state.apply(records.iter().map(|record| (*record).clone()), &book(&people));
        counts(state.view().reactions.get(&target.id))
    };
    assert_eq!(fold(&[&target, &first, &second]), [(Reaction::Thanks, 1)]);
    let unsaid = desk.record(bob, scope, 30, &erase(&second));
    assert_eq!(fold(&[&target, &first, &second, &unsaid]), [(Reaction::Agree, 1)]);
    let gone = desk.record(alice, scope, 31, &erase(&target));
    assert_eq!(fold(&[&target, &first, &second, &gone]), []);
    assert!(is_erasable(schema::REACTION));
}

#[test]
fn in_a_container_whoever_may_post_may_react() {
    let (bob, stranger) = (person(2), person(8));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let target = club.say(&founder, 10, &post());
    club.say(&bob, 20, &react(target, Some(Reaction::Support)));
    club.say(&stranger, 20, &react(target, Some(Reaction::Support)));
    let state = club.state(&[&bob]);
    assert_eq!(counts(state.view().reactions.get(&target)), [(Reaction::Support, 1)], "the stranger is not known");
    assert_eq!(counts(club.state(&[&bob, &stranger]).view().reactions.get(&target)), [(Reaction::Support, 2)]);
}

#[test]
fn sealed_for_named_persons_like_the_post() {
    let alice = person(1);
    let scope = Scope::container(FOIX, alice.id.into());
    let audience = SealKey::from_bytes([5; 32]);
    let mut ring = Keyring::default();
    ring.add_audience(scope, audience.clone(), key(1).id());
    let mut desk = Desk::default();
    let op = react(EntryId([7; 32]), Some(Reaction::Wonder));
    let place = desk.place(alice.log(scope), 10, &op);
    let (header, payload) = ring.seal(place, Under::Audience(&audience), alice.id, &op, &mut draw(5)).unwrap();
    let entry = desk.sign(&alice.key, header, payload);
    assert_eq!(entry.header().schema, schema::SEALED);
    assert_eq!(Record::open(&entry, &ring).unwrap().op, op);
    let (class, number) = placed(&op, alice.id.into());
    assert_eq!((class, number), (Class::Content, schema::SEALED));
}
