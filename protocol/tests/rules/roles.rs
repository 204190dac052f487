//! Roles: who may give what, and electorates by frontier.

use crate::common::{Club, Desk, FOIX, Person, person};
use communaut_protocol::{
    EntryId, IdentityId, Scope,
    fold::{Erasures, Governance, Rank, founder_of, may_grant},
    op::{Choice, ElementOp, Op, Role},
};

const ROLES: [Option<Role>; 5] =
    [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)];

/// SPEC.md §8.1, written out: every actor, every change.
#[test]
fn the_table_of_who_may_give_what() {
    let ranks = || ROLES.into_iter().flat_map(|role| [0, 1, 2].map(|depth| Rank { role, depth }));
    let low = |role: Option<Role>| role < Some(Role::Moderator);
    for (by, before) in ranks().flat_map(|by| ranks().map(move |before| (by, before))) {
        for after in ROLES {
            let nearer = before.role < Some(Role::Leader) || by.depth < before.depth;
            let other = match by.role {
                Some(Role::Leader) => nearer,
                Some(Role::Moderator) => low(before.role) && low(after),
                _ => false,
            };
            let changes = after != before.role;
            assert_eq!(may_grant(by, false, before, after), changes && other, "{by:?}: {before:?} to {after:?}");
            // One's own: leave, or step down.
            assert_eq!(may_grant(by, true, before, after), after < before.role, "{before:?} to {after:?}");
        }
    }
}

#[test]
fn the_founder_leads_and_gives() {
    let (bob, carol, dora) = (person(2), person(3), person(4));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &bob, Some(Role::Moderator), &[]);
    let b = club.role(&bob, 11, &carol, Some(Role::Member), &[a]);
    // A moderator makes no moderator, a member nobody anything, a stranger nothing.
    club.role(&bob, 12, &carol, Some(Role::Moderator), &[b]);
    club.role(&carol, 13, &dora, Some(Role::Member), &[b]);
    club.role(&dora, 14, &dora, Some(Role::Leader), &[b]);
    let expected = [(founder.id, Role::Leader), (bob.id, Role::Moderator), (carol.id, Role::Member)];
    assert_eq!(club.roles(), expected.into());
    // Everyone may leave, a moderator too.
    club.role(&bob, 20, &bob, None, &[b]);
    club.role(&carol, 21, &carol, None, &[b]);
    assert_eq!(club.roles(), [(founder.id, Role::Leader)].into());
}

/// Finding 1 of the review: an element of no seed, whose owner is named after the container, has the container's id.
#[test]
fn a_stranger_abolishes_no_organisation_with_one_entry() {
    let (bob, stranger) = (person(2), person(9));
    let mut club = Club::new();
    let founder = club.founder.clone();
    club.role(&founder, 10, &bob, Some(Role::Member), &[]);
    let before = club.roles();
    let forged = ElementOp { owner: IdentityId(club.id.0), seed: vec![0; 16], fields: vec![] };
    assert_eq!(forged.id(), club.id);
    club.say(&stranger, 0, &Op::Element(Box::new(forged.clone())));
    // Whichever comes first.
    for _ in 0..club.records.len() {
        club.records.rotate_left(1);
        let view = club.state(&[&bob, &stranger]);
        let held = view.view().governance.as_deref().unwrap();
        assert_eq!((held.founder, &held.roles), (Some(founder.id), &before));
    }
    // In one's own space the same element is one's card.
    let space = Scope::container(FOIX, bob.id.into());
    let card = ElementOp { owner: bob.id, ..forged };
    let own = Desk::default().record(&bob, space, 1, &Op::Element(Box::new(card.clone())));
    let by_another = Desk::default().record(&stranger, space, 1, &Op::Element(Box::new(card)));
    assert_eq!(founder_of([&own]), Some(bob.id));
    assert_eq!(founder_of([&by_another]), None);
}

#[test]
fn a_right_must_be_known_in_the_acts_own_past() {
    let (bob, carol) = (person(2), person(3));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &bob, Some(Role::Leader), &[]);
    // Bob's act does not refer to what made him leader: he had no right that he knew of.
    club.role(&bob, 20, &carol, Some(Role::Member), &[]);
    assert!(!club.roles().contains_key(&carol.id));
    club.role(&bob, 21, &carol, Some(Role::Member), &[a]);
    assert!(club.roles().contains_key(&carol.id));
}

#[test]
fn stamps_decide_nothing() {
    let (bob, carol) = (person(2), person(3));
    let mut club = Club::new();
    let founder = club.founder.clone();
    // The clock of the founder's device runs backwards.
    let a = club.role(&founder, 9_000, &bob, Some(Role::Moderator), &[]);
    let b = club.role(&bob, 10, &carol, Some(Role::Member), &[a]);
    club.role(&founder, 5, &carol, Some(Role::Contributor), &[b]);
    assert_eq!(club.roles()[&carol.id], Role::Contributor);
}

#[test]
fn without_the_card_nobody_has_a_role() {
    let mut club = Club::new();
    let founder = club.founder.clone();
    club.role(&founder, 10, &person(2), Some(Role::Member), &[]);
    assert!(Governance::fold(None, &club.records, &Erasures::new()).roles.is_empty());
    club.records.remove(0);
    let state = club.state(&[]);
    assert_eq!(state.view().governance.as_ref().unwrap().founder, None);
    assert!(state.view().governance.as_ref().unwrap().role_tips.is_empty());
}

#[test]
fn strangers_fill_no_references() {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &person(2), Some(Role::Member), &[]);
    for number in 100..140 {
        let stranger = person(number);
        club.role(&stranger, 11, &stranger, Some(Role::Leader), &[a]);
    }
    let governance = Governance::fold(Some(founder.id), &club.records, &Erasures::new());
    assert_eq!(governance.role_tips.iter().map(|tip| tip.entry).collect::<Vec<_>>(), [a]);
}

#[test]
fn the_tips_are_the_acts_that_count_and_that_no_other_follows() {
    let bob = person(2);
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &bob, Some(Role::Leader), &[]);
    let b = club.role(&founder, 11, &person(3), Some(Role::Member), &[a]);
    let c = club.role(&founder, 12, &person(4), Some(Role::Member), &[]);
    let d = club.role(&bob, 13, &person(5), Some(Role::Member), &[a]);
    // What does not count is named by nobody.
    club.role(&bob, 14, &founder, None, &[d]);
    let mut ids: Vec<EntryId> = club.governance().role_tips.iter().map(|tip| tip.entry).collect();
    ids.sort();
    let mut expected = [b, c, d];
    expected.sort();
    assert_eq!(ids, expected);
    assert!(club.governance().refs(bob.id, None).windows(2).all(|pair| pair[0] < pair[1]), "as an act must give it");
}

fn electorate(club: &Club, proposal: EntryId) -> Option<Vec<IdentityId>> {
    let found = club.governance().proposals.into_iter().find(|view| view.id == proposal)?;
    found.opening.electorate.map(|_| found.electorate.to_vec())
}

fn sorted(people: &[&Person]) -> Vec<IdentityId> {
    let mut ids: Vec<IdentityId> = people.iter().map(|person| person.id).collect();
    ids.sort();
    ids
}

#[test]
fn who_comes_after_the_opening_does_not_vote() {
    let (bob, carol, dora) = (person(2), person(3), person(4));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &bob, Some(Role::Member), &[]);
    let b = club.role(&founder, 11, &carol, Some(Role::Member), &[a]);
    let proposal = club.propose(&founder, 20, &founder);
    // Given a role later, though the stamp says earlier; and one member leaves later.
    club.role(&founder, 1, &dora, Some(Role::Member), &[b]);
    club.role(&carol, 12, &carol, None, &[b]);
    assert_eq!(electorate(&club, proposal), Some(sorted(&[&founder, &bob, &carol])));
    let late = club.vote(&dora, 30, proposal, Choice::Yes, None);
    let refused = club.governance().proposals[0].refused.clone();
    assert_eq!((refused.len(), refused[0].entry), (1, late));
    let why = "only members for whom the vote was opened may vote (SPEC.md §8.3)";
    assert_eq!(refused[0].rule.to_string(), why);
    // A later proposal has the later electorate.
    let proposal = club.propose(&founder, 40, &founder);
    assert_eq!(electorate(&club, proposal), Some(sorted(&[&founder, &bob, &dora])));
}

#[test]
fn an_opening_stands_for_all_that_its_acts_knew() {
    let (bob, carol, dora) = (person(2), person(3), person(4));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let first = club.role(&founder, 10, &dora, Some(Role::Member), &[]);
    let a = club.role(&founder, 11, &bob, Some(Role::Leader), &[first]);
    let b = club.role(&bob, 12, &carol, Some(Role::Member), &[a]);
    // Only Bob's act is named: it refers to the founder's, and that to the one before it.
    let proposal = club.say(&bob, 20, &crate::common::proposal(500, &[&bob], 1));
    club.open_for(&bob, 21, proposal, &[b]);
    assert_eq!(electorate(&club, proposal), Some(sorted(&[&founder, &bob, &carol, &dora])));
}

#[test]
fn a_vote_is_not_open_until_the_past_of_its_opening_is_held() {
    let (bob, carol) = (person(2), person(3));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &bob, Some(Role::Leader), &[]);
    let b = club.role(&bob, 11, &carol, Some(Role::Member), &[a]);
    let proposal = club.propose(&founder, 20, &founder);
    assert_eq!(electorate(&club, proposal), Some(sorted(&[&founder, &bob, &carol])));
    let missing = club.records.iter().position(|record| record.id == b).unwrap();
    let held = club.records.remove(missing);
    assert_eq!(electorate(&club, proposal), None);
    club.records.push(held);
    assert!(electorate(&club, proposal).is_some());
    // An opening that names what is nowhere.
    let proposal = club.say(&founder, 21, &crate::common::proposal(500, &[&founder], 1));
    club.open_for(&founder, 22, proposal, &[EntryId([9; 32])]);
    assert_eq!(electorate(&club, proposal), None);
}

#[test]
fn only_who_may_vote_may_propose() {
    let (bob, stranger) = (person(2), person(9));
    let mut club = Club::new();
    let founder = club.founder.clone();
    club.role(&founder, 10, &bob, Some(Role::Member), &[]);
    let by_member = club.propose(&bob, 20, &founder);
    let by_stranger = club.propose(&stranger, 20, &founder);
    // Opened by who did not know that Bob had come: he is not in his own proposal's electorate.
    let before = club.say(&bob, 20, &crate::common::proposal(500, &[&founder], 1));
    club.open_for(&founder, 21, before, &[]);
    assert!(electorate(&club, by_member).is_some());
    assert!(electorate(&club, by_stranger).is_none() && electorate(&club, before).is_none());
    let shown: Vec<EntryId> = club.governance().proposals.iter().map(|view| view.id).collect();
    assert!(shown.contains(&before) && !shown.contains(&by_stranger));
}
