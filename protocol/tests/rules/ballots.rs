//! Ballots, closes and certificates. SPEC.md §8.4, §8.5.

use crate::common::{Club, Person, person};
use communaut_protocol::{
    EntryId,
    fold::{Erasures, Governance, ProposalStatus, ProposalView, Record, VoteRule, electorate_root},
    ids::Hash,
    limits::{CLOSES_MAX, PARTS_MAX},
    op::{ActWitnessOp, CarryOp, Choice, Op, OpenOp, Quorum, Role, Tally},
};
use std::sync::Arc;

/// A club of the founder and four members, with a proposal to all that the founder closes.
fn vote() -> (Club, Vec<Person>, EntryId) {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let members: Vec<Person> = (2..=5).map(person).collect();
    for member in &members {
        club.role(&founder, 10, member, Some(Role::Member), &[]);
    }
    let proposal = club.propose(&members[0], 20, &founder);
    (club, members, proposal)
}

fn view(club: &Club, members: &[Person]) -> ProposalView {
    let stranger = person(9);
    let people: Vec<&Person> = members.iter().chain([&stranger]).collect();
    let state = club.state(&people);
    state.view().governance.as_ref().unwrap().proposals[0].as_ref().clone()
}

pub fn tally(yes: u32, no: u32, blank: u32) -> Tally {
    Tally { yes, no, blank, electorate: 5 }
}

#[test]
fn a_vote_counts_and_can_be_changed() {
    let (mut club, members, proposal) = vote();
    let first = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    club.vote(&members[1], 31, proposal, Choice::Blank, None);
    assert_eq!(view(&club, &members).tally, tally(1, 0, 1));
    // The later ballot names the one before: its stamp does not matter.
    let second = club.vote(&members[0], 1, proposal, Choice::No, Some(first));
    let now = view(&club, &members);
    assert_eq!(now.tally, tally(0, 1, 1));
    let mine = now.ballots.iter().find(|ballot| ballot.person == members[0].id).unwrap();
    assert_eq!((mine.tips.as_slice(), mine.choice), ([second].as_slice(), Some(Choice::No)));
    assert_eq!((now.status, now.refused.len()), (ProposalStatus::Open, 0));
}

#[test]
fn concurrent_ballots_count_once_if_equal_and_not_at_all_if_they_differ() {
    let (mut club, members, proposal) = vote();
    let a = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    let b = club.vote(&members[0], 31, proposal, Choice::Yes, None);
    let now = view(&club, &members);
    assert_eq!((now.tally, now.ballots[0].tips.len()), (tally(1, 0, 0), 2));
    // The same person goes on from one of them with another choice: the two differ.
    let c = club.vote(&members[0], 32, proposal, Choice::No, Some(a));
    let now = view(&club, &members);
    assert_eq!((now.tally, now.ballots[0].choice), (tally(0, 0, 0), None));
    let mut conflicting = [b, c];
    conflicting.sort();
    assert_eq!(now.refused.iter().map(|r| r.entry).collect::<Vec<_>>(), conflicting);
    assert!(now.refused.iter().all(|refused| refused.rule == VoteRule::Conflicting && refused.person == members[0].id));
    // One ballot for each of the two settles it.
    club.vote(&members[0], 33, proposal, Choice::No, Some(b));
    assert_eq!(view(&club, &members).tally, tally(0, 1, 0));
}

#[test]
fn a_strangers_ballot_is_refused_by_name() {
    let (mut club, members, proposal) = vote();
    let stranger = person(9);
    let mine = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    // Naming another's ballot as one's own does not take it away.
    let theirs = club.vote(&stranger, 31, proposal, Choice::No, Some(mine));
    let now = view(&club, &members);
    assert_eq!(now.tally, tally(1, 0, 0));
    assert_eq!((now.refused[0].entry, now.refused[0].rule), (theirs, VoteRule::NotInElectorate));
    // Nor does a member's.
    club.vote(&members[1], 32, proposal, Choice::No, Some(mine));
    assert_eq!(view(&club, &members).tally, tally(1, 1, 0));
}

#[test]
fn a_certificate_that_agrees_closes_the_vote() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let mut ballots = vec![club.vote(&founder, 30, proposal, Choice::Yes, None)];
    ballots.push(club.vote(&members[0], 30, proposal, Choice::Yes, None));
    ballots.push(club.vote(&members[1], 30, proposal, Choice::No, None));
    club.close(&founder, 40, proposal, &ballots, tally(2, 1, 0));
    let now = view(&club, &members);
    assert_eq!((now.status, now.tally), (ProposalStatus::Accepted, tally(2, 1, 0)));
    assert_eq!((now.certificates.len(), now.certificates[0].problem), (1, None));
    // A ballot that comes later changes nothing.
    club.vote(&members[2], 50, proposal, Choice::No, None);
    club.vote(&members[0], 50, proposal, Choice::No, Some(ballots[1]));
    let now = view(&club, &members);
    assert_eq!((now.status, now.tally, now.ballots.len()), (ProposalStatus::Accepted, tally(2, 1, 0), 3));
}

#[test]
fn quorum_and_majority_decide() {
    for (choices, status) in [
        (&[Choice::Yes, Choice::Yes, Choice::No][..], ProposalStatus::Accepted),
        (&[Choice::Yes, Choice::Blank, Choice::Blank], ProposalStatus::Accepted),
        (&[Choice::Yes, Choice::Yes], ProposalStatus::Rejected),
        (&[Choice::Yes, Choice::No, Choice::Blank], ProposalStatus::Rejected),
        (&[], ProposalStatus::Rejected),
    ] {
        let (mut club, members, proposal) = vote();
        let founder = club.founder.clone();
        let ballots: Vec<EntryId> =
            members.iter().zip(choices).map(|(by, choice)| club.vote(by, 30, proposal, *choice, None)).collect();
        let count = |of| choices.iter().filter(|choice| **choice == of).count() as u32;
        let tally = tally(count(Choice::Yes), count(Choice::No), count(Choice::Blank));
        club.close(&founder, 40, proposal, &ballots, tally);
        assert_eq!(view(&club, &members).status, status, "{choices:?}");
    }
    let half = Tally { yes: 1, no: 0, blank: 0, electorate: 2 };
    assert!(half.quorate(Quorum(500)) && !half.quorate(Quorum(501)));
}

#[test]
fn only_a_teller_closes() {
    let (mut club, members, proposal) = vote();
    let ballot = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    club.close(&members[0], 40, proposal, &[ballot], tally(1, 0, 0));
    let now = view(&club, &members);
    assert_eq!((now.status, now.certificates[0].problem), (ProposalStatus::Open, Some(VoteRule::NotATeller)));
}

#[test]
fn a_certificate_that_disagrees_is_disputed() {
    let wrong: [fn(&mut Tally, &mut Hash); 3] =
        [|t, _| t.yes = 3, |t, _| t.electorate = 4, |_, root| *root = Hash([1; 32])];
    for (number, change) in wrong.into_iter().enumerate() {
        let (mut club, members, proposal) = vote();
        let founder = club.founder.clone();
        let ballot = club.vote(&members[0], 30, proposal, Choice::Yes, None);
        let (mut said, before) = (tally(1, 0, 0), club.opened[&proposal]);
        change(&mut said, club.opened.get_mut(&proposal).unwrap());
        club.close(&founder, 40, proposal, &[ballot], said);
        let now = view(&club, &members);
        let problem = if number == 2 { VoteRule::NotOpened } else { VoteRule::Mismatch };
        assert_eq!((now.status, now.certificates[0].problem), (ProposalStatus::Disputed, Some(problem)));
        // Our own count stays what is shown; and a certificate that adds up closes the vote all the same.
        assert_eq!(now.tally, tally(1, 0, 0));
        club.opened.insert(proposal, before);
        club.close(&founder, 41, proposal, &[ballot], tally(1, 0, 0));
        assert_eq!(view(&club, &members).status, ProposalStatus::Rejected);
    }
}

#[test]
fn a_teller_who_certifies_both_outcomes_certifies_neither() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let a = [&members[0], &members[1], &members[2]].map(|by| club.vote(by, 30, proposal, Choice::Yes, None));
    club.close(&founder, 40, proposal, &a[..1], tally(1, 0, 0));
    assert_eq!(view(&club, &members).status, ProposalStatus::Rejected, "one of five is below the quorum of a half");
    // Of one outcome: that which counts more is shown.
    club.close(&founder, 41, proposal, &a[..2], tally(2, 0, 0));
    let now = view(&club, &members);
    assert_eq!((now.status, now.tally, now.late.len()), (ProposalStatus::Rejected, tally(2, 0, 0), 1));
    club.close(&founder, 42, proposal, &a, tally(3, 0, 0));
    assert_eq!(view(&club, &members).status, ProposalStatus::Disputed);
}

/// Whoever closes without end makes nobody count ballots without end: then they certify nothing, whichever came first.
#[test]
fn a_teller_with_too_many_closes_certifies_nothing() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let yes = [&members[0], &members[1], &members[2]].map(|by| club.vote(by, 30, proposal, Choice::Yes, None));
    let part = club.carry(&founder, 40, proposal, &yes);
    for _ in 0..CLOSES_MAX {
        club.close_with(&founder, 41, proposal, vec![part], tally(3, 0, 0));
    }
    assert_eq!(view(&club, &members).status, ProposalStatus::Accepted);
    club.close_with(&founder, 42, proposal, vec![part], tally(3, 0, 0));
    for _ in 0..3 {
        let now = view(&club, &members);
        let problems: Vec<_> = now.certificates.iter().map(|held| held.problem).collect();
        assert_eq!(now.status, ProposalStatus::Disputed);
        assert_eq!(problems, vec![Some(VoteRule::TooManyCloses); CLOSES_MAX + 1]);
        club.records.rotate_right(5);
    }
    // What others than tellers close counts for nothing, and so not here.
    let (mut club, members, proposal) = vote();
    let yes = [&members[0], &members[1], &members[2]].map(|by| club.vote(by, 30, proposal, Choice::Yes, None));
    for _ in 0..=CLOSES_MAX {
        club.close_with(&members[1], 41, proposal, vec![EntryId([9; 32])], tally(3, 0, 0));
    }
    club.close(&founder, 42, proposal, &yes, tally(3, 0, 0));
    assert_eq!(view(&club, &members).status, ProposalStatus::Accepted);
}

/// What a close names and is not here is told, and not without end.
#[test]
fn what_a_close_lacks_is_named_up_to_a_bound() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let of = |number: usize| EntryId([number as u8, (number >> 8) as u8].repeat(16).try_into().unwrap());
    let parts: Vec<EntryId> = (0..3)
        .map(|part| {
            let carry = CarryOp { proposal, ballots: vec![], names: vec![] };
            let id = club.say(&founder, 40, &Op::Carry(Box::new(carry)));
            let Op::Carry(carry) = &mut club.records.last_mut().unwrap().op else { panic!("not what was said") };
            carry.names = (0..200).map(|ballot| Some(of(part * 200 + ballot))).collect();
            id
        })
        .collect();
    let mut sorted = parts;
    sorted.sort();
    club.close_with(&founder, 41, proposal, sorted, tally(3, 0, 0));
    let now = view(&club, &members);
    assert_eq!((now.certificates[0].missing.len(), now.status), (PARTS_MAX, ProposalStatus::Disputed));
}

/// Finding 3, for votes: who displaces their ballot after the close, or takes out the device that cast it, unsays
/// nothing; finding 13: nor does a teller's entry that has not come, or a ballot that is listed twice.
#[test]
fn what_a_teller_carries_stands_whatever_becomes_of_the_ballots() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let ballots: Vec<EntryId> = members.iter().map(|by| club.vote(by, 30, proposal, Choice::Yes, None)).collect();
    let close = club.close(&founder, 40, proposal, &ballots, tally(4, 0, 0));
    let gone = |record: &Record| record.witness.is_none() && ballots.contains(&record.id);
    club.records.retain(|record| !gone(record));
    let now = view(&club, &members);
    assert_eq!((now.status, now.tally), (ProposalStatus::Accepted, tally(4, 0, 0)));
    // What the teller carries has still to come.
    let at = club.records.iter().position(|record| record.witness.is_some() && record.id == ballots[2]).unwrap();
    let late = club.records.remove(at);
    let now = view(&club, &members);
    assert_eq!((now.status, now.certificates[0].missing.as_slice()), (ProposalStatus::Disputed, &ballots[2..3]));
    assert_eq!(now.certificates[0].problem, Some(VoteRule::Incomplete));
    club.records.push(late);
    assert_eq!(view(&club, &members).status, ProposalStatus::Accepted);
    // Twice the same person is once too often.
    let (mut club, members, proposal) = vote();
    let one = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    let other = club.vote(&members[0], 31, proposal, Choice::Yes, Some(one));
    club.close(&founder, 40, proposal, &[one, other], tally(2, 0, 0));
    assert_eq!(view(&club, &members).certificates[0].problem, Some(VoteRule::Mismatch));
    assert_ne!(close, one);
}

/// Finding 4: an erased ballot certifies nothing; finding 5: in which order an erasure and a close come, is nothing.
#[test]
fn erased_ballots_count_against_what_is_certified() {
    let erased = |yes: usize, no: usize, stated: Tally, gone: usize| {
        let (mut club, members, proposal) = vote();
        let founder = club.founder.clone();
        let choices = std::iter::repeat_n(Choice::Yes, yes).chain(std::iter::repeat_n(Choice::No, no));
        let voters: Vec<Person> = members.iter().chain([&founder]).cloned().collect();
        let ballots: Vec<EntryId> =
            voters.iter().zip(choices).map(|(by, choice)| club.vote(by, 30, proposal, choice, None)).collect();
        let part = club.carry(&founder, 40, proposal, &ballots);
        club.close_with(&founder, 41, proposal, vec![part], stated);
        // The first ballots' leaves are gone.
        for record in &mut club.records {
            if let Op::Carry(op) = &mut record.op {
                op.names.iter_mut().take(gone).for_each(|name| *name = None);
            }
        }
        club.records.retain(|record| record.witness.is_none() || !ballots[..gone].contains(&record.id));
        let now = view(&club, &members);
        (now.status, now.certificates[0].problem)
    };
    assert_eq!(erased(4, 1, tally(4, 1, 0), 1), (ProposalStatus::Accepted, None), "3 of 5 still say yes");
    let no_longer = (ProposalStatus::Disputed, Some(VoteRule::Erased));
    assert_eq!(erased(3, 2, tally(3, 2, 0), 2), no_longer);
    // A tally that was never so.
    assert_eq!(erased(1, 4, tally(5, 0, 0), 4), (ProposalStatus::Disputed, Some(VoteRule::Mismatch)));
    assert_eq!(erased(5, 0, tally(5, 0, 0), 5), no_longer);
}

/// Finding 6: whoever proposes does not choose who may vote.
#[test]
fn tellers_open_a_vote_and_only_for_those_who_have_a_role() {
    let (mut club, members, _) = vote();
    let (founder, stranger) = (club.founder.clone(), person(9));
    let asked = club.say(&members[0], 20, &crate::common::proposal(500, &[&founder, &members[1], &members[2]], 2));
    let found = |club: &Club| club.governance().proposals.into_iter().find(|one| one.id == asked).unwrap();
    assert_eq!((found(&club).status, found(&club).opening.electorate), (ProposalStatus::Asked, None));
    // By who is no teller; for others than the acts say; by one of two.
    club.open(&members[3], 21, asked);
    club.open(&stranger, 21, asked);
    let refs = club.governance().refs(founder.id, None);
    let electorate = electorate_root(&[founder.id]);
    let open = OpenOp { proposal: asked, refs: refs.clone(), electorate };
    club.say(&founder, 22, &Op::Open(open));
    club.open(&founder, 23, asked);
    assert_eq!(found(&club).status, ProposalStatus::Asked);
    club.open(&members[1], 24, asked);
    assert_eq!((found(&club).status, found(&club).electorate.len()), (ProposalStatus::Open, 5));
    // Who is let go at the same time votes all the same; a ballot on it as opened for others does not count.
    club.role(&founder, 25, &members[3], None, &refs);
    let mine = club.vote(&members[3], 26, asked, Choice::Yes, None);
    club.opened.insert(asked, Hash([7; 32]));
    club.vote(&members[0], 26, asked, Choice::Yes, None);
    let now = found(&club);
    assert_eq!((now.tally, now.ballots.len(), now.ballots[0].tips[0]), (tally(1, 0, 0), 1, mine));
    // A teller who names two electorates is named, and takes nothing back by it.
    club.open(&members[1], 27, asked);
    let now = found(&club);
    assert_eq!((now.status, now.opening.contradicting.clone()), (ProposalStatus::Open, vec![members[1].id]));
    // Only where so many name another one too is nothing open.
    club.open(&members[2], 28, asked);
    assert_eq!(found(&club).status, ProposalStatus::Asked);
    let none = Governance::fold(None, &club.records, &Erasures::new());
    assert!(none.proposals.is_empty(), "without the card nobody has a role");
}

#[test]
fn so_many_tellers_have_to_agree() {
    let (mut club, members, _) = vote();
    let founder = club.founder.clone();
    let asked = club.say(&members[0], 20, &crate::common::proposal(500, &[&founder, &members[1], &members[2]], 2));
    let refs = club.governance().refs(founder.id, None);
    club.open_for(&founder, 21, asked, &refs);
    club.open_for(&members[1], 22, asked, &refs);
    let ballots = [&members[0], &members[1], &members[2]].map(|by| club.vote(by, 30, asked, Choice::Yes, None));
    let found = |club: &Club| club.governance().proposals.into_iter().find(|one| one.id == asked).unwrap();
    club.close(&founder, 40, asked, &ballots, tally(3, 0, 0));
    assert_eq!(found(&club).status, ProposalStatus::Open, "one of two");
    // Another leaves out a ballot that had not come: the outcome is another, and nobody agrees.
    club.close(&members[2], 41, asked, &ballots[..2], tally(2, 0, 0));
    assert_eq!(found(&club).status, ProposalStatus::Open);
    club.close(&members[1], 42, asked, &ballots, tally(3, 0, 0));
    assert_eq!((found(&club).status, found(&club).tally), (ProposalStatus::Accepted, tally(3, 0, 0)));
}

/// A vote that two of two tellers, the founder and the first member, opened and certified, with what makes it stand.
pub fn certified_by_two() -> (Club, Vec<Person>, EntryId) {
    let (mut club, members, _) = vote();
    let founder = club.founder.clone();
    let asked = club.say(&members[1], 20, &crate::common::proposal(500, &[&founder, &members[0]], 2));
    let refs = club.governance().refs(founder.id, None);
    for teller in [&founder, &members[0]] {
        club.open_for(teller, 21, asked, &refs);
    }
    let ballots: Vec<EntryId> = members.iter().map(|by| club.vote(by, 30, asked, Choice::Yes, None)).collect();
    for teller in [&founder, &members[0]] {
        club.close(teller, 40, asked, &ballots, tally(4, 0, 0));
    }
    (club, members, asked)
}

pub fn of(club: &Club, members: &[Person], asked: EntryId) -> Option<Arc<ProposalView>> {
    let state = club.state(&members.iter().collect::<Vec<_>>());
    state.view().governance.as_ref()?.proposals.iter().find(|one| one.id == asked).cloned()
}

#[test]
fn one_of_exactly_so_many_tellers_takes_nothing_back_by_contradicting_themselves() {
    let (mut club, members, asked) = certified_by_two();
    let status = |club: &Club| of(club, &members, asked).map(|now| now.status);
    assert_eq!(status(&club), Some(ProposalStatus::Accepted));
    // Another opening, by other acts.
    let (founder, root) = (club.founder.clone(), club.opened[&asked]);
    club.role(&founder, 50, &person(9), Some(Role::Member), &[]);
    club.open(&members[0], 51, asked);
    let now = of(&club, &members, asked).unwrap();
    assert_eq!((now.status, now.opening.contradicting.clone()), (ProposalStatus::Accepted, vec![members[0].id]));
    // Another close, with another outcome.
    club.opened.insert(asked, root);
    let some = [club.vote(&members[0], 30, asked, Choice::Yes, None)];
    club.close(&members[0], 52, asked, &some, tally(1, 0, 0));
    assert_eq!(status(&club), Some(ProposalStatus::Accepted));
}

#[test]
fn whoever_displaces_what_a_vote_stands_by_undoes_nothing_that_a_teller_says_again() {
    let (mut club, members, asked) = certified_by_two();
    let founder = club.founder.clone();
    let state = club.state(&members.iter().collect::<Vec<_>>());
    let again: Vec<EntryId> = state.votes_to_say_again(founder.id).iter().map(|record| record.id).collect();
    assert_eq!(again.len(), 4, "both proposals, and the other teller's opening and close");
    assert!(state.votes_to_say_again(members[3].id).is_empty(), "no teller");
    // All that the teller and the proposer wrote of it is gone; what the teller carried, too.
    let without = |club: &mut Club| {
        let gone = |record: &Record| {
            let of_it = again.contains(&record.id) || matches!(record.op, Op::Carry(_));
            record.witness.is_none() && of_it && record.author != founder.id
        };
        club.records.retain(|record| !gone(record));
    };
    let mut bare = club.clone();
    without(&mut bare);
    assert!(of(&bare, &members, asked).is_none(), "without a witness it is as if it had never been");
    let said = |club: &mut Club, by: &Person| {
        let acts = again.iter().map(|id| club.entries[id].to_raw()).collect();
        club.say(by, 60, &Op::ActWitness(ActWitnessOp { acts }))
    };
    // By somebody who is no teller it does nothing.
    let mut other = club.clone();
    said(&mut other, &members[3]);
    without(&mut other);
    assert!(of(&other, &members, asked).is_none());
    let witness = said(&mut club, &founder);
    without(&mut club);
    let now = of(&club, &members, asked).unwrap();
    assert_eq!((now.status, now.tally, now.opening.tellers.len()), (ProposalStatus::Accepted, tally(4, 0, 0), 2));
    assert!(now.certificates.iter().any(|held| held.problem == Some(VoteRule::Incomplete)));
    // In whichever order it comes.
    club.records.reverse();
    assert_eq!(of(&club, &members, asked).as_ref(), Some(&now));
    // Nor by more closes than are looked at.
    let mut often = club.clone();
    let ballots = [often.vote(&members[0], 70, asked, Choice::No, None)];
    for ms in 0..=CLOSES_MAX as u64 {
        often.close(&members[0], 71 + ms, asked, &ballots, tally(0, 1, 0));
    }
    assert_eq!(of(&often, &members, asked).unwrap().status, ProposalStatus::Accepted);
    // What makes it said again is the witness, by a device that speaks.
    club.records.retain(|record| record.id != witness);
    assert!(of(&club, &members, asked).is_none());
}

#[test]
fn a_close_that_cannot_be_recounted_agrees_only_with_one_that_can() {
    let (mut club, members, asked) = certified_by_two();
    // Neither teller's ballots are there: nothing shows that the outcome follows.
    club.records.retain(|record| !matches!(record.op, Op::Carry(_)));
    assert_eq!(of(&club, &members, asked).unwrap().status, ProposalStatus::Disputed);
}
