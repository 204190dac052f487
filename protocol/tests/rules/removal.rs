//! Acts that did not know of each other: strong removal, and the lowest role wins. SPEC.md §8.1.

use crate::common::{Club, Person, person};
use communaut_protocol::{EntryId, op::Role};

/// A club with leaders 2 and 3 and a moderator 4, each named by the founder.
fn club() -> (Club, [Person; 3], EntryId) {
    let people = [person(2), person(3), person(4)];
    let mut club = Club::new();
    let founder = club.founder.clone();
    let a = club.role(&founder, 10, &people[0], Some(Role::Leader), &[]);
    let b = club.role(&founder, 11, &people[1], Some(Role::Leader), &[a]);
    let c = club.role(&founder, 12, &people[2], Some(Role::Moderator), &[b]);
    (club, people, c)
}

/// The outcome must not depend on what the clocks said, nor on the order of arrival.
fn outcome(says: impl Fn(&mut Club, &[Person; 3], EntryId, [u64; 3])) -> Vec<Option<Role>> {
    let mut found = Vec::new();
    for stamps in [[20, 21, 22], [22, 21, 20], [5, 5, 5], [21, 1, 30], [30, 1, 21]] {
        let (mut club, people, past) = club();
        says(&mut club, &people, past, stamps);
        let all: Vec<Person> = people.iter().cloned().chain([club.founder.clone(), person(5), person(6)]).collect();
        for turn in 0..club.records.len() {
            club.records.rotate_left(turn);
            let roles = club.roles();
            found.push(all.iter().map(|person| roles.get(&person.id).copied()).collect::<Vec<_>>());
        }
    }
    found.dedup();
    assert_eq!(found.len(), 1, "stamps or order decided: {found:?}");
    found.remove(0)
}

const LEADER: Option<Role> = Some(Role::Leader);
const MODERATOR: Option<Role> = Some(Role::Moderator);
const MEMBER: Option<Role> = Some(Role::Member);

#[test]
fn what_the_revoked_did_meanwhile_is_void() {
    // Leader 2 revokes moderator 4, who meanwhile admits 5; and 5 leans on that to leave no trace.
    let roles = outcome(|club, [two, _, four], past, [x, y, z]| {
        club.role(two, x, four, None, &[past]);
        let admitted = club.role(four, y, &person(5), MEMBER, &[past]);
        club.role(&club.founder.clone(), z, &person(6), MEMBER, &[admitted]);
    });
    assert_eq!(roles, [LEADER, LEADER, None, LEADER, None, MEMBER]);
}

#[test]
fn what_the_revoked_did_before_stays() {
    let roles = outcome(|club, [two, _, four], past, [x, y, _]| {
        let admitted = club.role(four, y, &person(5), MEMBER, &[past]);
        club.role(two, x, four, None, &[admitted]);
    });
    assert_eq!(roles, [LEADER, LEADER, None, LEADER, MEMBER, None]);
}

#[test]
fn what_hangs_on_a_void_act_falls_with_it() {
    // Leader 3 is revoked; meanwhile they made 5 a leader, who made 6 one.
    let roles = outcome(|club, [two, three, _], past, [x, y, z]| {
        club.role(two, x, three, None, &[past]);
        let a = club.role(three, y, &person(5), LEADER, &[past]);
        club.role(&person(5), z, &person(6), LEADER, &[a]);
    });
    assert_eq!(roles, [LEADER, None, MODERATOR, LEADER, None, None]);
}

#[test]
fn the_lowest_of_concurrent_roles_holds() {
    let given_and_taken = outcome(|club, [two, three, four], past, [x, y, _]| {
        club.role(two, x, four, None, &[past]);
        club.role(three, y, four, LEADER, &[past]);
    });
    assert_eq!(given_and_taken, [LEADER, LEADER, None, LEADER, None, None]);
    let two_grants = outcome(|club, [two, three, _], past, [x, y, _]| {
        club.role(two, x, &person(5), MEMBER, &[past]);
        club.role(three, y, &person(5), MODERATOR, &[past]);
    });
    assert_eq!(two_grants[4], MEMBER);
    // Someone who knows of both settles it.
    let settled = outcome(|club, [two, three, four], past, [x, y, z]| {
        let a = club.role(two, x, four, None, &[past]);
        let b = club.role(three, y, four, LEADER, &[past]);
        club.role(two, z, four, MODERATOR, &[a, b]);
    });
    assert_eq!(settled[2], MODERATOR);
}

#[test]
fn two_who_revoke_each_other_both_go() {
    let roles = outcome(|club, [two, three, _], past, [x, y, _]| {
        club.role(two, x, three, None, &[past]);
        club.role(three, y, two, None, &[past]);
    });
    assert_eq!(roles, [None, None, MODERATOR, LEADER, None, None]);
}

#[test]
fn who_owes_their_standing_does_not_take_the_others() {
    // Leader 2 owes it to the founder: of the two revocations only the founder's counts.
    let roles = outcome(|club, [two, _, _], past, [x, y, _]| {
        let founder = club.founder.clone();
        club.role(two, x, &founder, None, &[past]);
        club.role(&founder, y, two, None, &[past]);
    });
    assert_eq!(roles, [None, LEADER, MODERATOR, LEADER, None, None]);
    // Through others: 5 was made leader by 2, whom the founder named.
    let roles = outcome(|club, [two, _, _], past, [x, y, z]| {
        let founder = club.founder.clone();
        let a = club.role(two, z, &person(5), LEADER, &[past]);
        club.role(&person(5), x, &founder, None, &[a]);
        club.role(&founder, y, &person(5), None, &[a]);
    });
    assert_eq!(roles, [LEADER, LEADER, MODERATOR, LEADER, None, None]);
}

#[test]
fn a_chain_of_revocations_counts_from_its_head() {
    // The founder revokes 2, who meanwhile revokes 3, who meanwhile revokes 4.
    let roles = outcome(|club, [two, three, four], past, [x, y, z]| {
        club.role(&club.founder.clone(), x, two, None, &[past]);
        club.role(two, y, three, None, &[past]);
        club.role(three, z, four, None, &[past]);
    });
    assert_eq!(roles, [None, LEADER, None, LEADER, None, None]);
}

#[test]
fn in_a_circle_of_revocations_all_go() {
    let roles = outcome(|club, [two, three, _], past, [x, y, z]| {
        let founder = club.founder.clone();
        let a = club.role(&founder, 15, &person(5), LEADER, &[past]);
        club.role(two, x, three, None, &[a]);
        club.role(three, y, &person(5), None, &[a]);
        club.role(&person(5), z, two, None, &[a]);
    });
    assert_eq!(roles, [None, None, MODERATOR, LEADER, None, None]);
}

#[test]
fn leaving_voids_nothing() {
    let roles = outcome(|club, [two, _, _], past, [x, y, _]| {
        let key = crate::common::key(77);
        // The same person leaves on one device and admits 5 on another.
        club.role(two, x, two, None, &[past]);
        let op = crate::common::role_op(&person(5), MEMBER, &[past]);
        let entry = club.desk.write_as(&key, two.id, club.scope, 1, y, &op);
        club.records.push(communaut_protocol::fold::Record::of(&entry).unwrap());
    });
    assert_eq!(roles, [None, LEADER, MODERATOR, LEADER, MEMBER, None]);
}

#[test]
fn who_was_revoked_may_come_back() {
    let roles = outcome(|club, [two, _, four], past, [x, y, z]| {
        let gone = club.role(two, x, four, None, &[past]);
        let back = club.role(two, y, four, MEMBER, &[gone]);
        // Their later acts do not count as a moderator's.
        club.role(four, z, &person(5), MEMBER, &[back]);
    });
    assert_eq!(roles, [LEADER, LEADER, MEMBER, LEADER, None, None]);
}

/// The audit trail tells of every act whether it counts, whatever the order of arrival.
#[test]
fn the_audit_trail_says_what_counts() {
    let (mut club, [two, _, four], past) = club();
    let revoked = club.role(&two, 20, &four, None, &[past]);
    let admitted = club.role(&four, 21, &person(5), MEMBER, &[past]);
    club.role(&person(7), 22, &person(7), LEADER, &[]);
    for turn in 0..club.records.len() {
        club.records.rotate_left(turn);
        let trail = communaut_protocol::fold::audit(Some(club.founder.id), club.records.iter());
        let said: Vec<(EntryId, bool)> = trail.iter().map(|(record, counts)| (record.id, *counts)).collect();
        assert_eq!(said.len(), 5, "a stranger's act is none");
        assert!(said.contains(&(revoked, true)) && said.contains(&(admitted, false)), "{said:?}");
        assert!(said.iter().position(|(id, _)| *id == past) < said.iter().position(|(id, _)| *id == revoked));
    }
}
