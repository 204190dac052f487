//! What is erased folds as if it had never been, whoever learns of it when. SPEC.md §7.5.

use crate::common::{Club, Desk, FOIX, Person, book, cases, element, person, post};
use communaut_protocol::{
    EntryId, Scope,
    fold::{ProposalStatus, Record, ScopeState},
    op::{Choice, EntryPlace, EraseOp, Op, Role, VoidOp},
};
use proptest::prelude::*;
use std::sync::Arc;

fn erase(targets: &[EntryPlace], refs: Option<&[EntryId]>) -> Op {
    let mut targets = targets.to_vec();
    targets.sort();
    let sorted = |refs: &[EntryId]| {
        let mut refs = refs.to_vec();
        refs.sort();
        refs
    };
    Op::Erase(EraseOp { targets: targets.into(), refs: refs.map(sorted), reason: String::new() })
}

/// A scope as a replica folds it that is fed again when an erasure begins to count.
fn folded(scope: Scope, records: &[Record], people: &[&Person]) -> ScopeState {
    let book = book(people.iter().copied());
    let mut state = ScopeState::new(scope);
    let mut told = false;
    for record in records {
        told |= !state.apply([record.clone()], &book).erasures.is_empty();
    }
    if told {
        state = ScopeState::new(scope);
        state.apply(records.to_vec(), &book);
    }
    state
}

/// A thief's identity brings in the device of somebody, which signs its consent, and erases as its own what that wrote.
#[test]
fn nobody_erases_what_a_device_wrote_in_another_name() {
    let (alice, mallory) = (person(1), person(9));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let said = desk.record(&alice, scope, 1, &post("à moi"));
    let theft = desk.record(&mallory, scope, 2, &erase(&[said.place()], None));
    let in_own_name = EntryPlace { author: mallory.id.into(), ..said.place() };
    let other = desk.record(&mallory, scope, 3, &erase(&[in_own_name], None));
    let mut book = book([&alice, &mallory]);
    let mut thief = (*book[&mallory.id]).clone();
    thief.devices.insert(alice.key.id(), Default::default());
    book.insert(mallory.id, Arc::new(thief));
    let mut state = ScopeState::new(scope);
    state.apply([said, theft, other], &book);
    assert_eq!(texts(&state), ["à moi"]);
}

fn texts(state: &ScopeState) -> Vec<String> {
    state.view().posts.values().map(|post| post.text.clone()).collect()
}

#[test]
fn in_an_open_cell_everyone_erases_their_own_and_nobody_anothers() {
    let (alice, bob) = (person(1), person(2));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let kept = desk.record(&alice, scope, 1, &post("reste"));
    let gone = desk.record(&alice, scope, 2, &post("part"));
    let element = desk.record(&alice, scope, 3, &Op::Element(Box::new(element(alice.id, 4, "Four", FOIX))));
    let by_bob = desk.record(&bob, scope, 4, &erase(&[gone.place()], None));
    let lying = EntryPlace { author: bob.id.into(), device: bob.key.id(), ..gone.place() };
    let by_liar = desk.record(&bob, scope, 5, &erase(&[lying], None));
    let by_nobody = desk.record(&bob, scope, 6, &erase(&[kept.place()], Some(&[])));
    let before = [kept.clone(), gone.clone(), element.clone(), by_bob, by_liar, by_nobody];
    let state = folded(scope, &before, &[&alice, &bob]);
    assert_eq!((texts(&state).len(), state.view().elements.len()), (2, 1), "not theirs to erase");
    let own = desk.record(&alice, scope, 7, &erase(&[gone.place(), element.place()], None));
    let after: Vec<Record> = before.iter().cloned().chain([own.clone()]).collect();
    let state = folded(scope, &after, &[&alice, &bob]);
    assert_eq!((texts(&state), state.view().elements.len()), (vec!["reste".to_owned()], 0));
    let view = state.view().erasures.get(&gone.place()).unwrap();
    assert_eq!((view.by, view.own, view.erasure), (alice.id, true, own.id));
    // The same without the payloads that were dropped.
    let dropped: Vec<Record> =
        after.iter().filter(|record| record.id != gone.id && record.id != element.id).cloned().collect();
    let without = folded(scope, &dropped, &[&alice, &bob]);
    assert_eq!(state.view().digest().unwrap(), without.view().digest().unwrap());
}

/// A club with a moderator 2, a member 3 and 4 whom nobody knows; 3 has posted.
fn club() -> (Club, [Person; 3], EntryId, EntryPlace) {
    let people = [person(2), person(3), person(4)];
    let mut club = Club::new();
    let founder = club.founder.clone();
    let first = club.role(&founder, 10, &people[0], Some(Role::Moderator), &[]);
    let tip = club.role(&founder, 11, &people[1], Some(Role::Member), &[first]);
    club.say(&people[1], 12, &post("insulte"));
    let target = club.records.last().unwrap().place();
    (club, people, tip, target)
}

fn club_texts(club: &Club, people: &[Person; 3]) -> Vec<String> {
    let all: Vec<&Person> = people.iter().chain([&club.founder]).collect();
    texts(&folded(club.scope, &club.records, &all))
}

#[test]
fn a_moderator_hides_and_it_can_be_voided() {
    let (mut club, people, tip, target) = club();
    let [moderator, member, stranger] = &people;
    for by in [member, stranger] {
        let mut other = club.clone();
        other.say(by, 20, &erase(&[target], Some(&[tip])));
        let expected = vec!["insulte".to_owned()];
        assert_eq!(club_texts(&other, &people), expected, "only moderators and leaders moderate");
    }
    let erasure = club.say(moderator, 20, &erase(&[target], Some(&[tip])));
    assert!(club_texts(&club, &people).is_empty());
    let mut voided = club.clone();
    voided.say(member, 21, &Op::Void(VoidOp { erasure, refs: vec![tip] }));
    assert!(club_texts(&voided, &people).is_empty(), "a member voids nothing");
    let founder = club.founder.clone();
    club.say(&founder, 21, &Op::Void(VoidOp { erasure, refs: vec![erasure] }));
    assert_eq!(club_texts(&club, &people), ["insulte"]);
    // Its own author's erasure stands whatever is voided.
    club.say(member, 22, &erase(&[target], None));
    assert!(club_texts(&club, &people).is_empty());
}

/// Who is less takes no erasure back, however it is dated.
#[test]
fn a_moderator_does_not_take_back_what_the_founder_hid() {
    for knows in [true, false] {
        let (mut club, people, tip, target) = club();
        let founder = club.founder.clone();
        let erasure = club.say(&founder, 20, &erase(&[target], Some(&[tip])));
        let refs = vec![if knows { erasure } else { tip }];
        club.say(&people[0], 21, &Op::Void(VoidOp { erasure, refs }));
        assert!(club_texts(&club, &people).is_empty(), "{knows}");
    }
}

#[test]
fn of_two_erasures_the_authors_own_is_shown_whichever_id_is_smaller() {
    let mut smaller = [0, 0];
    for n in 20..40 {
        let (mut club, people, tip, target) = club();
        let hidden = club.say(&people[0], n, &erase(&[target], Some(&[tip])));
        let own = club.say(&people[1], n, &erase(&[target], None));
        let all: Vec<&Person> = people.iter().chain([&club.founder]).collect();
        let state = folded(club.scope, &club.records, &all);
        let view = state.view().erasures.get(&target).unwrap();
        assert_eq!((view.erasure, view.own), (own, true), "{n}");
        smaller[usize::from(own < hidden)] += 1;
    }
    assert!(smaller.iter().all(|count| *count > 0), "both orders were seen: {smaller:?}");
}

#[test]
fn what_lies_in_a_container_beside_its_card_is_erased_and_the_card_is_not() {
    let (mut club, people, ..) = club();
    let founder = club.founder.clone();
    let all: Vec<&Person> = people.iter().chain([&founder]).collect();
    let shown = |club: &Club| folded(club.scope, &club.records, &all).view().elements.clone();
    let bench = element(people[0].id, 9, "Banc", FOIX);
    let id = bench.id();
    club.say(&people[0], 20, &Op::Element(Box::new(bench)));
    let place = club.records.last().unwrap().place();
    assert!(shown(&club).contains_key(&id));
    club.say(&people[0], 21, &erase(&[place], None));
    assert!(!shown(&club).contains_key(&id) && shown(&club).contains_key(&club.id));
}

#[test]
fn what_a_moderator_did_before_leaving_stays_what_they_did_after_does_not() {
    let (club, people, tip, target) = club();
    let founder = club.founder.clone();
    let mut before = club.clone();
    let erasure = before.say(&people[0], 20, &erase(&[target], Some(&[tip])));
    before.role(&founder, 21, &people[0], None, &[erasure]);
    assert!(club_texts(&before, &people).is_empty(), "the revocation knew of it");
    let mut after = club.clone();
    after.role(&founder, 20, &people[0], None, &[tip]);
    after.say(&people[0], 19, &erase(&[target], Some(&[tip])));
    assert_eq!(club_texts(&after, &people), ["insulte"], "void, whatever its stamp and its references say");
}

#[test]
fn roles_proposals_and_cards_are_not_erased_and_a_ballot_can_be_withdrawn() {
    let (mut club, people, tip, _) = club();
    let founder = club.founder.clone();
    let card = club.records[0].place();
    let role = club.records[1].place();
    let proposal = club.propose(&founder, 30, &founder);
    let proposal_place = club.records[club.records.len() - 2].place();
    let ballot = club.vote(&people[1], 31, proposal, Choice::Yes, None);
    let ballot_place = club.records.last().unwrap().place();
    club.say(&founder, 32, &erase(&[card, role, proposal_place], None));
    club.say(&people[0], 34, &erase(&[card, role, proposal_place], Some(&[tip])));
    let all: Vec<&Person> = people.iter().chain([&founder]).collect();
    let state = folded(club.scope, &club.records, &all);
    assert!(state.view().erasures.is_empty());
    let tally = state.view().governance.as_ref().unwrap().proposals[0].tally;
    assert_eq!(tally.yes, 1);
    // Erased before it was counted, it is withdrawn; carried by the teller before, it stays counted, in any order.
    let mut withdrawn = club.clone();
    withdrawn.say(&people[1], 35, &erase(&[ballot_place], None));
    let state = folded(club.scope, &withdrawn.records, &all);
    assert_eq!(state.view().governance.as_ref().unwrap().proposals[0].tally.yes, 0);
    let mut counted = club.clone();
    counted.close(&founder, 40, proposal, &[ballot], tally);
    counted.say(&people[1], 35, &erase(&[ballot_place], None));
    for turn in 0..counted.records.len() {
        counted.records.rotate_left(1);
        let state = folded(club.scope, &counted.records, &all);
        let proposal = state.view().governance.as_ref().unwrap().proposals[0].clone();
        assert_eq!((proposal.status, proposal.tally.yes), (ProposalStatus::Rejected, 1), "{turn}: one is not quorate");
        assert_eq!(proposal.certificates[0].problem, None);
    }
}

proptest! {
    #![proptest_config(cases(60))]
    #[test]
    fn any_order_gives_the_same_view(order in prop::collection::vec(0_u32..1_000, 32)) {
        let (mut club, people, tip, target) = club();
        let founder = club.founder.clone();
        let one = club.say(&people[0], 20, &erase(&[target], Some(&[tip])));
        club.say(&people[1], 21, &post("encore"));
        let second = club.records.last().unwrap().place();
        club.role(&founder, 22, &people[0], None, &[one]);
        club.say(&people[0], 23, &erase(&[second], Some(&[tip])));
        club.say(&founder, 24, &Op::Void(VoidOp { erasure: one, refs: vec![one] }));
        club.say(&people[1], 25, &erase(&[second], None));
        let all: Vec<&Person> = people.iter().chain([&founder]).collect();
        let expected = folded(club.scope, &club.records, &all).view().digest().unwrap();
        let mut shuffled: Vec<(u32, Record)> = order.into_iter().zip(club.records.iter().cloned()).collect();
        prop_assert_eq!(shuffled.len(), club.records.len());
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled: Vec<Record> = shuffled.into_iter().map(|(_, record)| record).collect();
        prop_assert_eq!(folded(club.scope, &shuffled, &all).view().digest().unwrap(), expected);
    }
}
