//! Counting ballots. SPEC.md §8.4.

use super::{BallotView, Cast, RefusedBallot, VoteRule};
use crate::{
    ids::{EntryId, IdentityId},
    op::{BallotOp, Choice, Tally},
};
use std::collections::{BTreeMap, BTreeSet};

/// Count ballots: of each person of the electorate, given in ascending order, what no later ballot of theirs replaces.
/// Gives the standing of each, and what does not count with its rule.
#[must_use]
pub fn tally_of(electorate: &[IdentityId], ballots: &[Cast<'_>]) -> (Tally, Vec<BallotView>, Vec<RefusedBallot>) {
    let mut tally = Tally { electorate: u32::try_from(electorate.len()).unwrap_or(u32::MAX), ..Tally::default() };
    let mut refused = Vec::new();
    let mut by_person: BTreeMap<IdentityId, BTreeMap<EntryId, &BallotOp>> = BTreeMap::new();
    for (id, person, ballot) in ballots {
        if electorate.binary_search(person).is_ok() {
            by_person.entry(*person).or_default().insert(*id, ballot);
        } else {
            refused.push(RefusedBallot { entry: *id, person: *person, rule: VoteRule::NotInElectorate });
        }
    }
    let mut standing = Vec::new();
    for (person, own) in by_person {
        let replaced: BTreeSet<EntryId> = own.values().filter_map(|ballot| ballot.previous).collect();
        let tips: Vec<EntryId> = own.keys().filter(|id| !replaced.contains(id)).copied().collect();
        let choices: BTreeSet<Choice> = tips.iter().filter_map(|id| own.get(id)).map(|ballot| ballot.choice).collect();
        let choice = if choices.len() == 1 { choices.first().copied() } else { None };
        match choice {
            Some(choice) => tally.count(choice),
            None => {
                refused.extend(tips.iter().map(|id| RefusedBallot { entry: *id, person, rule: VoteRule::Conflicting }))
            }
        }
        standing.push(BallotView { person, tips, choice });
    }
    refused.sort_by_key(|r| r.entry);
    (tally, standing, refused)
}
