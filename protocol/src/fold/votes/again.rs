//! By what a vote stands, said again by its tellers, so that it does not hang on one log. SPEC.md §8.6.

use super::{ProposalView, Record, certify::agrees};
use crate::{
    ids::{EntryId, Hash, IdentityId},
    op::Op,
};
use std::collections::BTreeMap;

/// Whether a vote stands by something, beside its ballots.
pub(in crate::fold) fn is_of_a_vote(op: &Op) -> bool {
    matches!(op, Op::Proposal(_) | Op::Open(_) | Op::Close(_))
}

/// What of a vote comes to the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    Proposal,
    Opened(IdentityId, Hash),
    Closed(IdentityId, bool),
}

/// What a teller who takes part is to say again of a vote: the proposal, and of each other teller one opening as it
/// stands, and one valid close of each outcome, if they have not. `all` is what is held of it in logs, and as tellers
/// say it again.
pub(in crate::fold) fn to_say_again<'a>(
    by: IdentityId,
    vote: &ProposalView,
    all: impl Iterator<Item = &'a Record>,
) -> Vec<&'a Record> {
    let all: Vec<&Record> = all.collect();
    // Whoever was only named owes nothing.
    let takes_part = all.iter().any(|record| record.author == by && matches!(record.op, Op::Open(_) | Op::Close(_)));
    if !vote.tellers.contains(&by) || vote.opening.electorate.is_none() || !takes_part {
        return Vec::new();
    }
    // Whether it is valid: one that only agrees is not said again, but once it is no other need be. Else whoever takes
    // back what they carry, again and again, has others say more again than is looked at.
    let closes: BTreeMap<EntryId, bool> = vote
        .certificates
        .iter()
        .filter(|held| agrees(held.problem))
        .map(|held| (held.entry, held.problem.is_none()))
        .collect();
    let mut found: BTreeMap<Same, BTreeMap<EntryId, (&Record, bool)>> = BTreeMap::new();
    for record in all {
        let same = match &record.op {
            Op::Proposal(_) if record.id == vote.id => Same::Proposal,
            Op::Open(op) if op.proposal == vote.id && Some(op.electorate) == vote.opening.electorate => {
                Same::Opened(record.author, op.electorate)
            }
            Op::Close(op) if closes.contains_key(&record.id) => {
                Same::Closed(record.author, op.tally.accepted(vote.quorum))
            }
            _ => continue,
        };
        if record.author == by || (same != Same::Proposal && !vote.tellers.contains(&record.author)) {
            continue;
        }
        let (held, said) = found.entry(same).or_default().entry(record.id).or_insert((record, false));
        match record.witness {
            // Its bytes are to be found in its log first.
            None => *held = record,
            Some(witness) => *said |= witness.by == by,
        }
    }
    let lacking = found.into_values().filter(|same| !same.values().any(|(_, said)| *said));
    let valid = |id: &EntryId| closes.get(id).is_none_or(|valid| *valid);
    lacking.filter_map(|same| same.into_iter().find(|(id, _)| valid(id))).map(|(_, (record, _))| record).collect()
}
