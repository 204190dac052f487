//! What tellers certify, recomputed from the ballots that they carry. SPEC.md §8.5.

use super::{BallotView, Carried, CertificateView, ProposalStatus, Records, VoteRule};
use crate::{
    ids::{EntryId, Hash, IdentityId},
    limits::{CLOSES_MAX, PARTS_MAX},
    op::{Choice, CloseOp, Op, ProposalOp, Tally},
};
use std::collections::{BTreeMap, BTreeSet};

/// A vote, as far as closes are held to it.
#[derive(Clone, Copy)]
pub(super) struct Vote<'a> {
    pub proposal: EntryId,
    pub op: &'a ProposalOp,
    /// The root for which it is open, and who that is.
    pub electorate: Option<Hash>,
    pub people: &'a [IdentityId],
    pub carried: &'a Carried,
}

/// What tellers said of a vote, as far as it stands.
pub(super) struct Said {
    pub opens: Records,
    pub closes: Records,
    /// What a teller other than its author says again.
    pub again: BTreeSet<EntryId>,
}

/// What each close came to, as long as nothing comes of what it names.
#[derive(Debug, Clone, Default)]
pub(super) struct Recounts {
    electorate: Option<Hash>,
    of: BTreeMap<EntryId, Recount>,
}

/// What a close comes to: not its ballots, of which many may name the same.
#[derive(Debug, Clone)]
struct Recount {
    tally: Tally,
    missing: Vec<EntryId>,
    problem: Option<VoteRule>,
}

/// Where a vote stands.
pub(super) struct Certified {
    pub certificates: Vec<CertificateView>,
    pub status: ProposalStatus,
    /// What is shown of it, once enough tellers agree.
    pub stands: Option<Count>,
}

/// What a close adds up to.
pub(super) struct Count {
    pub tally: Tally,
    pub ballots: Vec<BallotView>,
}

/// A valid close, by whom, and how many it says took part.
type Valid<'a> = (u32, IdentityId, &'a CloseOp);

/// What closes say came out.
#[derive(Default)]
struct Outcome<'a> {
    tellers: BTreeSet<IdentityId>,
    /// Of the valid ones that by which most took part, or the last of several.
    most: Option<Valid<'a>>,
}

impl Recounts {
    /// Something came of what a close names.
    pub fn forget(&mut self, close: EntryId) {
        self.of.remove(&close);
    }

    fn get(&mut self, vote: &Vote<'_>, id: EntryId, teller: IdentityId, close: &CloseOp) -> &Recount {
        if self.electorate != vote.electorate {
            (self.electorate, self.of) = (vote.electorate, BTreeMap::new());
        }
        self.of.entry(id).or_insert_with(|| recount(vote, teller, close).0)
    }
}

/// Look at all closes of a vote, in the order of their entries.
pub(super) fn certify(vote: &Vote<'_>, said: &Said, recounts: &mut Recounts) -> Certified {
    let mut certificates = Vec::with_capacity(said.closes.len());
    // Of each teller how many closes there are, and how many of them others say again.
    let mut many: BTreeMap<IdentityId, (usize, usize)> = BTreeMap::new();
    for (id, record) in said.closes.iter().filter(|(_, record)| vote.op.tellers.contains(&record.author)) {
        let (all, again) = many.entry(record.author).or_default();
        *all = all.saturating_add(1);
        *again = again.saturating_add(usize::from(said.again.contains(id)));
    }
    let mut outcomes: BTreeMap<bool, Outcome<'_>> = BTreeMap::new();
    let mut in_doubt = false;
    for (entry, record) in &said.closes {
        let Op::Close(close) = &record.op else { continue };
        let teller = record.author;
        let (problem, missing) = match many.get(&teller) {
            None => (Some(VoteRule::NotATeller), Vec::new()),
            // Of so many those stay that another teller says again: nobody takes back by more what they have certified.
            Some((all, again)) if *all > CLOSES_MAX && (*again > CLOSES_MAX || !said.again.contains(entry)) => {
                (Some(VoteRule::TooManyCloses), Vec::new())
            }
            Some(_) => {
                let found = recounts.get(vote, *entry, teller, close);
                if matches!(found.problem, None | Some(VoteRule::Incomplete)) {
                    let outcome = outcomes.entry(close.tally.accepted(vote.op.quorum)).or_default();
                    outcome.tellers.insert(teller);
                    let turnout = found.tally.turnout();
                    if found.problem.is_none() && outcome.most.is_none_or(|(held, _, _)| held <= turnout) {
                        outcome.most = Some((turnout, teller, close));
                    }
                }
                (found.problem, found.missing.clone())
            }
        };
        in_doubt |= problem.is_some_and(|rule| rule != VoteRule::NotATeller);
        certificates.push(CertificateView { entry: *entry, teller, tally: close.tally, problem, missing });
    }
    // Whoever certifies both outcomes counts for both: so nobody takes back what they have certified.
    let contradicts = match (outcomes.get(&false), outcomes.get(&true)) {
        (Some(rejected), Some(accepted)) => !rejected.tellers.is_disjoint(&accepted.tellers),
        _ => false,
    };
    outcomes.retain(|_, outcome| outcome.tellers.len() >= usize::from(vote.op.agree));
    // Of tellers who agree the ballots of one have to be there.
    let mut certified: Vec<(bool, Valid<'_>)> =
        outcomes.into_iter().filter_map(|(accepted, outcome)| Some((accepted, outcome.most?))).collect();
    let stands = certified.pop().filter(|_| certified.is_empty());
    let disputed = contradicts || in_doubt || !certified.is_empty();
    let status = match (&stands, vote.electorate) {
        (Some((true, _)), _) => ProposalStatus::Accepted,
        (Some((false, _)), _) => ProposalStatus::Rejected,
        (None, None) => ProposalStatus::Asked,
        (None, Some(_)) if disputed => ProposalStatus::Disputed,
        (None, Some(_)) => ProposalStatus::Open,
    };
    Certified { certificates, status, stands: stands.map(|(_, (_, teller, close))| recount(vote, teller, close).1) }
}

/// Count what a close names.
fn recount(vote: &Vote<'_>, teller: IdentityId, close: &CloseOp) -> (Recount, Count) {
    let electorate = u32::try_from(vote.people.len()).unwrap_or(u32::MAX);
    let mut count = Count { tally: Tally { electorate, ..Tally::default() }, ballots: Vec::new() };
    let (mut missing, mut gone, mut seen, mut fits) = (Vec::new(), 0_u32, BTreeSet::new(), true);
    if vote.electorate != Some(close.electorate) {
        return (Recount { tally: count.tally, missing, problem: Some(VoteRule::NotOpened) }, count);
    }
    for part in &close.parts {
        if !fits || missing.len() >= PARTS_MAX {
            // Whoever fills closes with what does not fit, or is not there, costs no more than its beginning.
            break;
        }
        let Some((by, carry, held)) = vote.carried.part(*part) else {
            missing.push(*part);
            continue;
        };
        fits &= by.author == teller && carry.proposal == vote.proposal;
        for name in &carry.names {
            if !fits || missing.len() >= PARTS_MAX {
                break;
            }
            let Some(name) = name else {
                gone = gone.saturating_add(1);
                continue;
            };
            let Some((person, Op::Ballot(ballot))) =
                held.and_then(|held| held.get(name)).map(|record| (record.author, &record.op))
            else {
                missing.push(*name);
                continue;
            };
            // Each person once, of the electorate, on this vote as it was opened.
            fits &= ballot.proposal == vote.proposal && ballot.electorate == close.electorate;
            fits &= vote.people.binary_search(&person).is_ok() && seen.insert(person);
            count.tally.count(ballot.choice);
            count.ballots.push(BallotView { person, tips: vec![*name], choice: Some(ballot.choice) });
        }
    }
    count.ballots.sort_by_key(|ballot| ballot.person);
    let problem = if fits && !missing.is_empty() {
        Some(VoteRule::Incomplete)
    } else if !fits || !adds_up(&count.tally, &close.tally, gone) {
        Some(VoteRule::Mismatch)
    } else if gone > 0 && !follows(&count.tally, &close.tally, gone, vote.op) {
        Some(VoteRule::Erased)
    } else {
        None
    };
    if problem.is_none() {
        count.tally = close.tally;
    }
    (Recount { tally: count.tally, missing, problem }, count)
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
