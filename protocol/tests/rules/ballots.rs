//! Ballots, closes and certificates. SPEC.md §8.4, §8.5.

use crate::common::{Club, Person, person};
use communaut_protocol::{
    EntryId,
    fold::{ProposalStatus, ProposalView, VoteRule, electorate_root, frontier_of},
    ids::Hash,
    op::{Choice, Quorum, Role, Tally},
};

/// A club of the founder and four members, with a proposal to all that the founder closes.
fn vote() -> (Club, Vec<Person>, EntryId) {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let members: Vec<Person> = (2..=5).map(person).collect();
    for member in &members {
        club.role(&founder, 10, member, Some(Role::Member), &[]);
    }
    let frontier = frontier_of(&club.records);
    let proposal = club.propose(&members[0], 20, &founder, frontier);
    (club, members, proposal)
}

fn view(club: &Club, members: &[Person]) -> ProposalView {
    let stranger = person(9);
    let people: Vec<&Person> = members.iter().chain([&stranger]).collect();
    let state = club.state(&people);
    state.view().governance.as_ref().unwrap().proposals[0].clone()
}

fn tally(yes: u32, no: u32, blank: u32) -> Tally {
    Tally { yes, no, blank, electorate: 5 }
}

fn root(view: &ProposalView) -> Hash {
    electorate_root(&view.electorate)
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
    let root = root(&view(&club, &members));
    club.close(&founder, 40, proposal, &ballots, root, tally(2, 1, 0));
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
        let root = root(&view(&club, &members));
        let tally = tally(count(Choice::Yes), count(Choice::No), count(Choice::Blank));
        club.close(&founder, 40, proposal, &ballots, root, tally);
        assert_eq!(view(&club, &members).status, status, "{choices:?}");
    }
    let half = Tally { yes: 1, no: 0, blank: 0, electorate: 2 };
    assert!(half.quorate(Quorum(500)) && !half.quorate(Quorum(501)));
}

#[test]
fn only_a_teller_closes() {
    let (mut club, members, proposal) = vote();
    let ballot = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    let root = root(&view(&club, &members));
    club.close(&members[0], 40, proposal, &[ballot], root, tally(1, 0, 0));
    let now = view(&club, &members);
    assert_eq!((now.status, now.certificates[0].problem), (ProposalStatus::Open, Some(VoteRule::NotATeller)));
}

#[test]
fn a_certificate_that_disagrees_is_disputed() {
    let wrong: [fn(&mut Tally, &mut Hash); 3] =
        [|t, _| t.yes = 3, |t, _| t.electorate = 4, |_, root| *root = Hash([1; 32])];
    for change in wrong {
        let (mut club, members, proposal) = vote();
        let founder = club.founder.clone();
        let ballot = club.vote(&members[0], 30, proposal, Choice::Yes, None);
        let (mut said, mut root) = (tally(1, 0, 0), root(&view(&club, &members)));
        change(&mut said, &mut root);
        club.close(&founder, 40, proposal, &[ballot], root, said);
        let now = view(&club, &members);
        assert_eq!((now.status, now.certificates[0].problem), (ProposalStatus::Disputed, Some(VoteRule::Mismatch)));
        // Our own count stays what is shown.
        assert_eq!(now.tally, tally(1, 0, 0));
    }
}

#[test]
fn two_certificates_that_differ_expose_the_teller() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let a = club.vote(&members[0], 30, proposal, Choice::Yes, None);
    let b = club.vote(&members[1], 30, proposal, Choice::No, None);
    let root = root(&view(&club, &members));
    club.close(&founder, 40, proposal, &[a], root, tally(1, 0, 0));
    assert_eq!(view(&club, &members).status, ProposalStatus::Rejected, "one of five is below the quorum of a half");
    club.close(&founder, 41, proposal, &[a, b], root, tally(1, 1, 0));
    assert_eq!(view(&club, &members).status, ProposalStatus::Disputed);
}

#[test]
fn ballots_that_a_certificate_lists_may_come_later() {
    let (mut club, members, proposal) = vote();
    let founder = club.founder.clone();
    let ballots: Vec<EntryId> = members.iter().map(|by| club.vote(by, 30, proposal, Choice::Yes, None)).collect();
    let root = root(&view(&club, &members));
    club.close(&founder, 40, proposal, &ballots, root, tally(4, 0, 0));
    let at = club.records.iter().position(|record| record.id == ballots[2]).unwrap();
    let late = club.records.remove(at);
    let now = view(&club, &members);
    assert_eq!((now.status, now.certificates[0].missing.as_slice()), (ProposalStatus::Disputed, &ballots[2..3]));
    club.records.push(late);
    let now = view(&club, &members);
    assert_eq!((now.status, now.tally), (ProposalStatus::Accepted, tally(4, 0, 0)));
    assert!(now.certificates[0].missing.is_empty());
}
