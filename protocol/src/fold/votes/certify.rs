//! What tellers certify, recomputed from the ballots that they carry. SPEC.md §8.5.

use super::{BallotView, CertificateView, OpeningView, ProposalStatus, VoteRule, Votes};
use crate::{
    fold::Record,
    ids::{EntryId, IdentityId},
    op::{Choice, CloseOp, ProposalOp, Tally},
};
use std::collections::{BTreeMap, BTreeSet};

/// Where a vote stands.
pub(super) struct Certified {
    pub certificates: Vec<CertificateView>,
    pub status: ProposalStatus,
    /// What is shown of it, once enough tellers agree.
    pub stands: Option<Count>,
}

/// What closes say came out.
#[derive(Default)]
struct Outcome {
    tellers: BTreeSet<IdentityId>,
    /// Of the valid ones that which counts most.
    most: Option<Count>,
}

/// What a close adds up to.
#[derive(Default)]
pub(super) struct Count {
    pub tally: Tally,
    pub ballots: Vec<BallotView>,
}

/// Look at all closes of a vote.
pub(super) fn certify(
    votes: &Votes<'_, '_>,
    proposal: EntryId,
    op: &ProposalOp,
    opening: &OpeningView,
    people: &BTreeSet<IdentityId>,
    closes: BTreeMap<EntryId, (&Record, &CloseOp)>,
) -> Certified {
    let mut certificates = Vec::new();
    let mut outcomes: BTreeMap<bool, Outcome> = BTreeMap::new();
    let mut in_doubt = false;
    for (entry, close) in closes.into_values() {
        let (count, missing, problem) = if op.tellers.contains(&entry.author) {
            recount(votes, proposal, entry.author, op, close, opening, people)
        } else {
            (Count::default(), Vec::new(), Some(VoteRule::NotATeller))
        };
        in_doubt |= problem.is_some_and(|rule| rule != VoteRule::NotATeller);
        if problem.is_none() || problem == Some(VoteRule::Incomplete) {
            let outcome = outcomes.entry(close.tally.accepted(op.quorum)).or_default();
            outcome.tellers.insert(entry.author);
            if problem.is_none()
                && outcome.most.as_ref().is_none_or(|held| held.tally.turnout() <= count.tally.turnout())
            {
                outcome.most = Some(count);
            }
        }
        certificates.push(CertificateView {
            entry: entry.id,
            teller: entry.author,
            tally: close.tally,
            problem,
            missing,
        });
    }
    // Whoever certifies both outcomes counts for both: so nobody takes back what they have certified.
    let contradicts = match (outcomes.get(&false), outcomes.get(&true)) {
        (Some(rejected), Some(accepted)) => !rejected.tellers.is_disjoint(&accepted.tellers),
        _ => false,
    };
    outcomes.retain(|_, outcome| outcome.tellers.len() >= usize::from(op.agree));
    // Of tellers who agree the ballots of one have to be there.
    let mut certified: Vec<(bool, Count)> =
        outcomes.into_iter().filter_map(|(accepted, outcome)| Some((accepted, outcome.most?))).collect();
    let stands = certified.pop().filter(|_| certified.is_empty());
    let disputed = contradicts || in_doubt || !certified.is_empty();
    let status = match (&stands, opening.electorate) {
        (Some((true, _)), _) => ProposalStatus::Accepted,
        (Some((false, _)), _) => ProposalStatus::Rejected,
        (None, None) => ProposalStatus::Asked,
        (None, Some(_)) if disputed => ProposalStatus::Disputed,
        (None, Some(_)) => ProposalStatus::Open,
    };
    Certified { certificates, status, stands: stands.map(|(_, count)| count) }
}

/// Count what a close names.
fn recount(
    votes: &Votes<'_, '_>,
    proposal: EntryId,
    teller: IdentityId,
    op: &ProposalOp,
    close: &CloseOp,
    opening: &OpeningView,
    people: &BTreeSet<IdentityId>,
) -> (Count, Vec<EntryId>, Option<VoteRule>) {
    let electorate = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let mut count = Count { tally: Tally { electorate, ..Tally::default() }, ballots: Vec::new() };
    let (mut missing, mut gone, mut seen, mut fits) = (Vec::new(), 0_u32, BTreeSet::new(), true);
    if opening.electorate != Some(close.electorate) {
        return (count, missing, Some(VoteRule::NotOpened));
    }
    for part in &close.parts {
        if !fits {
            // Whoever fills closes with what does not fit costs no more than its beginning.
            break;
        }
        let Some((by, carry)) = votes.carries.get(part) else {
            missing.push(*part);
            continue;
        };
        fits &= by.author == teller && carry.proposal == proposal;
        let held = votes.carried.get(part);
        for name in &carry.names {
            if !fits {
                break;
            }
            let Some(name) = name else {
                gone = gone.saturating_add(1);
                continue;
            };
            let Some((_, person, ballot)) = held.and_then(|held| held.get(name)) else {
                missing.push(*name);
                continue;
            };
            // Each person once, of the electorate, on this vote as it was opened.
            fits &= ballot.proposal == proposal && ballot.electorate == close.electorate;
            fits &= people.contains(person) && seen.insert(*person);
            count.tally.count(ballot.choice);
            count.ballots.push(BallotView { person: *person, tips: vec![*name], choice: Some(ballot.choice) });
        }
    }
    count.ballots.sort_by_key(|ballot| ballot.person);
    let problem = if fits && !missing.is_empty() {
        Some(VoteRule::Incomplete)
    } else if !fits || !adds_up(&count.tally, &close.tally, gone) {
        Some(VoteRule::Mismatch)
    } else if gone > 0 && !follows(&count.tally, &close.tally, gone, op) {
        Some(VoteRule::Erased)
    } else {
        None
    };
    if problem.is_none() {
        count.tally = close.tally;
    }
    (count, missing, problem)
}

/// Whether what is counted is what is stated, where so many ballots of it were erased.
fn adds_up(counted: &Tally, stated: &Tally, gone: u32) -> bool {
    let within = counted.yes <= stated.yes && counted.no <= stated.no && counted.blank <= stated.blank;
    let all = counted.turnout().checked_add(gone) == Some(stated.turnout());
    counted.electorate == stated.electorate && within && all
}

/// Whether the outcome is the stated one however those voted whose ballots were erased: they count against it.
fn follows(counted: &Tally, stated: &Tally, gone: u32, op: &ProposalOp) -> bool {
    if stated.accepted(op.quorum) {
        let against = Tally { no: counted.no.saturating_add(gone), ..*counted };
        // Nor do they take part.
        against.yes > against.no && counted.quorate(op.quorum)
    } else {
        let mut for_it = *counted;
        (0..gone).for_each(|_| for_it.count(Choice::Yes));
        !for_it.accepted(op.quorum)
    }
}
