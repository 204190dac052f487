//! Acts that did not know of each other: strong removal by who outranks, and what concurrent words add up to.
//! SPEC.md §8.1.

use crate::{
    common::{Club, MARSEILLE, Person, book, key, person, post, role_op},
    devices::Log,
};
use communaut_protocol::{
    Entry, EntryId, Scope,
    fold::{Record, ScopeState},
    op::{ActWitnessOp, Op, Role},
    private::Keyring,
};

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
    let roles = outcome(|club, [_, three, _], past, [x, y, z]| {
        club.role(&club.founder.clone(), x, three, None, &[past]);
        let a = club.role(three, y, &person(5), LEADER, &[past]);
        club.role(&person(5), z, &person(6), LEADER, &[a]);
    });
    assert_eq!(roles, [LEADER, None, MODERATOR, LEADER, None, None]);
}

#[test]
fn of_concurrent_words_a_lowering_one_holds_and_of_raising_ones_the_highest() {
    let given_and_taken = outcome(|club, [two, three, four], past, [x, y, _]| {
        club.role(two, x, four, None, &[past]);
        club.role(three, y, four, LEADER, &[past]);
    });
    assert_eq!(given_and_taken, [LEADER, LEADER, None, LEADER, None, None]);
    let two_grants = outcome(|club, [two, three, _], past, [x, y, _]| {
        club.role(two, x, &person(5), MEMBER, &[past]);
        club.role(three, y, &person(5), MODERATOR, &[past]);
    });
    assert_eq!(two_grants[4], MODERATOR);
    // Someone who knows of both settles it.
    let settled = outcome(|club, [two, three, four], past, [x, y, z]| {
        let a = club.role(two, x, four, None, &[past]);
        let b = club.role(three, y, four, LEADER, &[past]);
        club.role(two, z, four, MODERATOR, &[a, b]);
    });
    assert_eq!(settled[2], MODERATOR);
}

/// Only downwards: neither of two leaders whom the founder made can take the other's role, nor anybody the founder's.
#[test]
fn equals_cannot_oust_each_other() {
    let roles = outcome(|club, [two, three, _], past, [x, y, _]| {
        club.role(two, x, three, None, &[past]);
        club.role(three, y, two, None, &[past]);
    });
    assert_eq!(roles, [LEADER, LEADER, MODERATOR, LEADER, None, None]);
}

#[test]
fn who_was_made_a_leader_later_does_not_take_an_earlier_ones_role() {
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
fn in_a_circle_of_equals_nobody_goes() {
    let roles = outcome(|club, [two, three, _], past, [x, y, z]| {
        let founder = club.founder.clone();
        let a = club.role(&founder, 15, &person(5), LEADER, &[past]);
        club.role(two, x, three, None, &[a]);
        club.role(three, y, &person(5), None, &[a]);
        club.role(&person(5), z, two, None, &[a]);
    });
    assert_eq!(roles, [LEADER, LEADER, MODERATOR, LEADER, LEADER, None]);
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

/// Finding 12: mutual removal through a new epoch, years later, with the refs of before.
#[test]
fn an_ousted_leader_does_not_strike_back() {
    let roles = outcome(|club, [two, three, _], past, [x, y, z]| {
        let founder = club.founder.clone();
        let gone = club.role(&founder, x, two, None, &[past]);
        club.role(&founder, z, &person(6), MEMBER, &[gone]);
        let back = club.desk.write_as(&two.key, two.id, club.scope, 99, y, &role_op(&founder, None, &[past]));
        club.records.push(Record::of(&back).unwrap());
        let back = club.desk.write_as(&two.key, two.id, club.scope, 99, y, &role_op(three, None, &[past]));
        club.records.push(Record::of(&back).unwrap());
    });
    assert_eq!(roles, [None, LEADER, MODERATOR, LEADER, None, MEMBER]);
}

/// Finding 16: an act older than the grant it works against is no lowering of it, and voids nothing.
#[test]
fn a_moderator_removes_no_later_leader_by_an_act_that_knows_less() {
    for before in [None, MEMBER] {
        let roles = outcome(|club, [two, _, four], past, [x, y, z]| {
            let founder = club.founder.clone();
            let knew = if before.is_some() { club.role(&founder, x, &person(5), before, &[past]) } else { past };
            let made = club.role(&founder, y, &person(5), LEADER, &[knew]);
            club.role(&person(5), z, &person(6), MEMBER, &[made]);
            club.role(four, x, &person(5), None, &[knew]);
            club.role(two, z, two, MEMBER, &[made]);
        });
        assert_eq!(roles, [MEMBER, LEADER, MODERATOR, LEADER, LEADER, MEMBER], "{before:?}");
    }
}

/// Finding 2: two branches of a log that refer to each other's entries delete nobody's acts.
#[test]
fn a_fork_makes_no_circle() {
    let roles = outcome(|club, [two, three, _], past, [x, y, z]| {
        let founder = club.founder.clone();
        let admitted = club.role(&founder, x, &person(5), MEMBER, &[past]);
        let before = club.desk.clone();
        let one = club.role(two, y, &person(6), MEMBER, &[admitted]);
        // The other branch says that it knows of the first, which stands at the same number.
        let mut other = before;
        let entry = other.write(two, club.scope, z, &role_op(&person(6), MODERATOR, &[one]));
        club.records.push(Record::of(&entry).unwrap());
        club.role(three, z, &person(5), MODERATOR, &[admitted]);
    });
    assert_eq!(roles, [LEADER, LEADER, MODERATOR, LEADER, MODERATOR, MODERATOR]);
}

/// Finding 3, for rights: what displaces an act from its log does not change what an act that names it knew.
#[test]
fn where_an_act_stands_in_its_log_decides_nothing() {
    let (mut club, [two, ..], past) = club();
    let admitted = club.role(&two, 20, &person(5), MEMBER, &[past]);
    let before = club.roles();
    for (at, epoch) in (0..club.records.len()).zip(1..) {
        let record = &mut club.records[at];
        (record.seq, record.log.epoch) = (77 - record.seq, epoch);
    }
    assert_eq!(club.roles(), before);
    // One of which something is not held that it names has no effect, and stands in nobody's way.
    club.role(&two, 21, &person(6), MEMBER, &[EntryId([9; 32])]);
    club.role(&two, 22, &person(7), MEMBER, &[admitted]);
    assert!(!club.roles().contains_key(&person(6).id) && club.roles().contains_key(&person(7).id));
    let trail = communaut_protocol::fold::audit(Some(club.founder.id), club.records.iter());
    assert!(!trail.iter().any(|(record, _)| record.stamp.ms() == 21), "what is pending is not told yet");
}

/// Finding 17: however many rounds it takes. Each leader revokes the next, who is of less rank, at once.
#[test]
fn a_long_chain_of_revocations_is_settled() {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let people: Vec<Person> = (10..40).map(person).collect();
    let mut past = Vec::new();
    for (by, on) in std::iter::once(&founder).chain(&people).zip(&people) {
        past = vec![club.role(by, 10, on, Some(Role::Leader), &past)];
    }
    for (by, on) in std::iter::once(&founder).chain(&people).zip(&people) {
        club.role(by, 20, on, None, &past);
    }
    let roles = club.roles();
    // The first goes, so the second stays, so the third goes.
    let expected: Vec<bool> = (0..people.len()).map(|at| at % 2 == 1).collect();
    assert_eq!(people.iter().map(|person| roles.contains_key(&person.id)).collect::<Vec<_>>(), expected);
}

/// Who steps down again and again does not crowd out what others have done.
#[test]
fn who_leaves_without_end_is_named_last() {
    let (mut club, [two, ..], past) = club();
    let founder = club.founder.clone();
    let member = club.role(&founder, 20, &person(5), MEMBER, &[past]);
    for ms in 21..200 {
        let knew = if ms % 2 == 0 { vec![member] } else { vec![member, past] };
        club.role(&person(5), ms, &person(5), None, &knew);
    }
    let last = club.role(&two, 300, &person(6), MEMBER, &[member]);
    let none = communaut_protocol::fold::Erasures::new();
    let held = communaut_protocol::fold::Governance::fold(Some(founder.id), &club.records, &none);
    assert_eq!(held.role_tips.first().map(|tip| tip.entry), Some(last));
    assert!(!held.roles.contains_key(&person(5).id));
}

/// A moderator with more acts at once than one act can name pushes nobody's own out, nor what was said of the person
/// whom an act is about.
#[test]
fn however_many_acts_there_are_one_names_what_it_builds_on() {
    let (mut club, [two, _, four], past) = club();
    let founder = club.founder.clone();
    let given = club.role(&two, 20, &person(5), MEMBER, &[past]);
    for number in 0..200 {
        club.role(&four, 21 + number, &person(6), MEMBER, &[past]);
    }
    club.role(&four, 300, &person(7), MEMBER, &[given]);
    let none = communaut_protocol::fold::Erasures::new();
    let held = communaut_protocol::fold::Governance::fold(Some(founder.id), &club.records, &none);
    assert!(held.role_tips.len() > communaut_protocol::limits::REFS_MAX);
    let refs = held.refs(two.id, Some(person(5).id));
    assert_eq!(refs.len(), communaut_protocol::limits::REFS_MAX);
    assert!(refs.contains(&given), "what was said of the person, though it is no tip");
    let taken = club.role(&two, 400, &person(5), None, &refs);
    let roles = club.roles();
    assert!(!roles.contains_key(&person(5).id));
    // The next act of two's follows their last.
    let held = communaut_protocol::fold::Governance::fold(Some(founder.id), &club.records, &none);
    assert!(held.refs(two.id, None).contains(&taken));
}

/// The entry with which somebody says acts again, and all that it says.
fn witness(club: &mut Club, by: &Person, ms: u64, acts: &[&Entry]) -> Vec<Record> {
    let op = Op::ActWitness(ActWitnessOp { acts: acts.iter().map(|act| act.to_raw()).collect() });
    let entry = club.desk.write(by, club.scope, ms, &op);
    Record::all(&entry, &Keyring::default()).into_iter().map(Result::unwrap).collect()
}

/// Finding 3: who is removed, and then displaces an act on which that rests, undoes nothing of what names it.
#[test]
fn whoever_displaces_an_act_undoes_nothing_that_names_it() {
    let (mut club, [two, three, four], past) = club();
    let founder = club.founder.clone();
    let op = role_op(&person(5), MEMBER, &[past]);
    let displaced = club.desk.write(&four, club.scope, 20, &op);
    let said = witness(&mut club, &two, 21, &[&displaced]);
    let gone = club.role(&two, 22, &four, None, &[displaced.id()]);
    club.role(&founder, 23, &person(6), MEMBER, &[gone]);
    let people = [&two, &three, &four];
    let roles = |records: &[Record]| {
        let mut state = ScopeState::new(club.scope);
        for record in records {
            state.apply([record.clone()], &book(people.into_iter().chain([&founder])));
        }
        let held = state.view().governance.clone().unwrap();
        [&four, &person(5), &person(6)].map(|person| held.roles.get(&person.id).copied())
    };
    // Without the witness everything after the displaced act would wait for ever.
    assert_eq!(roles(&club.records), [MODERATOR, None, None]);
    let whole = [club.records.clone(), said].concat();
    for turn in 0..whole.len() {
        let mut turned = whole.clone();
        turned.rotate_left(turn);
        assert_eq!(roles(&turned), [None, MEMBER, MEMBER], "{turn}");
    }
    // A stranger's witness is not read; nor is one with an act of another scope, or that was changed.
    let stranger = person(9);
    let by_stranger = witness(&mut club, &stranger, 24, &[&displaced]);
    let mut state = ScopeState::new(club.scope);
    let known = book(people.into_iter().chain([&founder, &stranger]));
    state.apply(club.records.iter().cloned().chain(by_stranger), &known);
    assert!(!state.view().governance.as_ref().unwrap().roles.contains_key(&person(5).id));
    let elsewhere = Scope::container(MARSEILLE, club.id);
    let other = club.desk.write(&four, elsewhere, 25, &role_op(&person(5), MEMBER, &[past]));
    let post = club.desk.write(&four, club.scope, 26, &post("pas un acte"));
    let mut forged = displaced.to_raw();
    forged.header[40] ^= 1;
    assert_eq!(witness(&mut club, &two, 27, &[&other, &post]).len(), 1, "the witness itself");
    let op = Op::ActWitness(ActWitnessOp { acts: vec![forged] });
    let entry = club.desk.write(&two, club.scope, 28, &op);
    assert_eq!(Record::all(&entry, &Keyring::default()).len(), 1);
}

/// Who may vote does not hang on which copy of an act came first, nor on what somebody is by acts outside of it.
#[test]
fn an_electorate_is_the_same_by_whichever_copy_of_an_act() {
    let (mut club, [two, _, four], past) = club();
    let founder = club.founder.clone();
    let admits = club.desk.write(&four, club.scope, 20, &role_op(&person(5), MEMBER, &[past]));
    club.records.push(Record::of(&admits).unwrap());
    let proposal = club.say(&two, 21, &crate::common::proposal(500, &[&two], 1));
    club.open_for(&two, 22, proposal, &[admits.id()]);
    // Later somebody comes who says the act again, whom the opening did not know.
    club.role(&founder, 23, &person(6), MEMBER, &[past]);
    let again = witness(&mut club, &person(6), 24, &[&admits]);
    club.records.extend(again);
    let people: Vec<Person> = (1..=9).map(person).collect();
    for turn in 0..club.records.len() {
        club.records.rotate_left(1);
        let mut state = ScopeState::new(club.scope);
        club.records.iter().for_each(|record| drop(state.apply([record.clone()], &book(&people))));
        let held = state.view().governance.clone().unwrap();
        let found = held.proposals.iter().find(|view| view.id == proposal).unwrap();
        assert_eq!((found.opening.electorate, found.electorate.len()), (Some(club.opened[&proposal]), 5), "{turn}");
    }
    // An act that does not count makes somebody heard all the same: what they say of themselves is in others' past.
    club.role(&four, 30, &person(7), LEADER, &[past]);
    club.role(&four, 31, &person(8), MEMBER, &[past]);
    let own = club.role(&person(7), 32, &person(7), None, &[]);
    let last = club.role(&founder, 33, &person(9), MEMBER, &[own, past]);
    let proposal = club.say(&two, 34, &crate::common::proposal(500, &[&two], 1));
    club.open_for(&two, 35, proposal, &[last]);
    let held = club.governance();
    let found = held.proposals.iter().find(|view| view.id == proposal).unwrap();
    assert!(found.electorate.contains(&person(9).id) || found.opening.electorate.is_none());
}

/// What a device wrote that was taken out counts no more, unless its author names it with another; and whatever names
/// it goes on all the same.
#[test]
fn acts_of_a_device_that_is_out_count_if_their_author_names_them() {
    let (mut club, [two, three, _], past) = club();
    let founder = club.founder.clone();
    let first = club.role(&two, 20, &person(5), MEMBER, &[past]);
    let second = club.role(&two, 21, &person(6), MEMBER, &[first]);
    let by_another = club.role(&three, 22, &person(7), MEMBER, &[second]);
    // Two's other device came in, and takes the first out, accepting nothing.
    let (phone, mut log) = (key(77), Log::of(two.clone()));
    let came = log.comes_in(&two.key, 77, None);
    log.goes_out(&phone, &[&two.key], Some(came));
    let mut known = book([&three, &founder]);
    known.insert(two.id, std::sync::Arc::new(log.view()));
    let roles = |records: &[Record]| {
        let mut state = ScopeState::new(club.scope);
        records.iter().for_each(|record| drop(state.apply([record.clone()], &known)));
        let held = state.view().governance.clone().unwrap();
        [5, 6, 7].map(|number| held.roles.get(&person(number).id).copied())
    };
    assert_eq!(roles(&club.records), [None, None, MEMBER], "{by_another}");
    // Two says with the phone that this is theirs; in any order.
    let mine = club.desk.write_as(&phone, two.id, club.scope, 1, 30, &role_op(&two, LEADER, &[second]));
    club.records.push(Record::of(&mine).unwrap());
    for turn in 0..club.records.len() {
        let mut turned = club.records.clone();
        turned.rotate_left(turn);
        let mut state = ScopeState::new(club.scope);
        turned.iter().for_each(|record| drop(state.apply([record.clone()], &known)));
        let held = state.view().governance.clone().unwrap();
        assert_eq!([5, 6, 7].map(|number| held.roles.get(&person(number).id).copied()), [MEMBER; 3], "{turn}");
        assert_eq!(held.roles.get(&two.id), Some(&Role::Leader));
    }
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
