//! Roles, electorates, tallies and certificates of one container. SPEC.md §8.

use super::Record;
use crate::{
    Stamp,
    entry::hash,
    ids::{DeviceId, EntryId, Hash, IdentityId},
    op::{BallotOp, Choice, CloseOp, FrontierHead, Op, ProposalOp, Quorum, Role, Tally},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The rule by which a ballot or a certificate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// SPEC.md §8.3.
    #[error("only members named by the proposal's frontier may vote (SPEC.md §8.3)")]
    NotInElectorate,
    /// SPEC.md §8.4.
    #[error("two concurrent ballots of one person differ, so neither counts (SPEC.md §8.4)")]
    Conflicting,
    /// SPEC.md §8.5.
    #[error("only a teller of the proposal may close it (SPEC.md §8.5)")]
    NotATeller,
    /// SPEC.md §8.5.
    #[error("the certificate does not match the ballots and the electorate held here (SPEC.md §8.5)")]
    Mismatch,
    /// SPEC.md §8.2.
    #[error("only members may propose (SPEC.md §8.2)")]
    MayNotPropose,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    /// Votes are taken; the tally is an estimate.
    Open,
    /// Certified, quorate, more yes than no.
    Accepted,
    /// Certified, and not accepted.
    Rejected,
    /// Certified more than once, differently, or not as this device recomputes it.
    Disputed,
}

/// A person's standing in a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotView {
    /// Who.
    pub person: IdentityId,
    /// The ballots that no other of theirs replaces (one, unless they are concurrent).
    pub tips: Vec<EntryId>,
    /// What counts; none where concurrent ballots differ.
    pub choice: Option<Choice>,
}

/// A ballot that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedBallot {
    /// Which.
    pub entry: EntryId,
    /// By whom.
    pub person: IdentityId,
    /// Under which rule.
    pub rule: Rule,
}

/// A teller's certificate as this device sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// Which entry.
    pub entry: EntryId,
    /// By whom.
    pub teller: IdentityId,
    /// What it says.
    pub tally: Tally,
    /// None: recomputed here with the same result.
    pub problem: Option<Rule>,
    /// Ballots it lists that are not held here.
    pub missing: Vec<EntryId>,
}

/// A proposal with all that was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalView {
    /// The proposal's entry.
    pub id: EntryId,
    /// Who proposed.
    pub author: IdentityId,
    /// When, as the author says.
    pub stamp: Stamp,
    /// The question.
    pub title: String,
    /// The reasons.
    pub text: String,
    /// Share that must take part.
    pub quorum: Quorum,
    /// Who closes.
    pub teller: IdentityId,
    /// When the author means to close.
    pub closes_ms: u64,
    /// Who may vote.
    pub electorate: Vec<IdentityId>,
    /// Whether every log that the frontier names is held that far.
    pub electorate_complete: bool,
    /// The count: an estimate until certified.
    pub tally: Tally,
    /// Who voted what.
    pub ballots: Vec<BallotView>,
    /// What does not count.
    pub refused: Vec<RefusedBallot>,
    /// Certificates, in ascending order of their entries.
    pub certificates: Vec<CertificateView>,
    /// Where it stands.
    pub status: ProposalStatus,
    /// Made for a demonstration.
    pub sample: bool,
}

/// The governance of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Governance {
    /// Who made the container; unknown until its card has come.
    pub founder: Option<IdentityId>,
    /// Roles as they stand now.
    pub roles: BTreeMap<IdentityId, Role>,
    /// The role entries that no other names: what a new one refers to.
    pub role_tips: Vec<EntryId>,
    /// In ascending order of stamp.
    pub proposals: Vec<ProposalView>,
}

/// Whether someone with `by` may take `person`'s role from `before` to `after`.
#[must_use]
pub fn may_grant(by: Option<Role>, own: bool, before: Option<Role>, after: Option<Role>) -> bool {
    match by {
        Some(Role::Leader) => true,
        // A moderator admits and lets go members and contributors.
        Some(Role::Moderator) => before < Some(Role::Moderator) && after < Some(Role::Moderator),
        // Anyone may leave.
        _ => own && after.is_none(),
    }
}

/// Roles after a set of role entries. They are taken in causal order (own log, then references);
/// among concurrent ones revocations first, so that what the revoked did meanwhile is void.
fn fold_roles<'a>(
    founder: Option<IdentityId>,
    records: impl Iterator<Item = &'a Record>,
) -> BTreeMap<IdentityId, Role> {
    let mut roles: BTreeMap<IdentityId, Role> = founder.into_iter().map(|id| (id, Role::Leader)).collect();
    let mut pending: BTreeMap<EntryId, &Record> =
        records.filter(|r| matches!(r.op, Op::Role(_))).map(|r| (r.id, r)).collect();
    while !pending.is_empty() {
        let ready = pending.values().copied().filter(|record| {
            let Op::Role(op) = &record.op else { return false };
            let earlier =
                pending.values().any(|o| (o.device, o.epoch) == (record.device, record.epoch) && o.seq < record.seq);
            !earlier && !op.refs.iter().any(|id| pending.contains_key(id))
        });
        let gives = |record: &Record| matches!(&record.op, Op::Role(op) if op.role.is_some());
        // References are hashes, so there is no cycle; a break in spite of that must still end.
        let next =
            ready.min_by_key(|r| (gives(r), r.order())).or_else(|| pending.values().copied().min_by_key(|r| r.order()));
        let Some(record) = next else { break };
        pending.remove(&record.id);
        let Op::Role(op) = &record.op else { continue };
        let before = roles.get(&op.person).copied();
        if may_grant(roles.get(&record.author).copied(), record.author == op.person, before, op.role) {
            match op.role {
                Some(role) => roles.insert(op.person, role),
                None => roles.remove(&op.person),
            };
        }
    }
    roles
}

/// A hash over the electorate, in ascending order.
#[must_use]
pub fn electorate_root(electorate: &[IdentityId]) -> Hash {
    let bytes: Vec<u8> = electorate.iter().flat_map(|id| id.0).collect();
    hash(&bytes)
}

/// The frontier as held now: the last role entry of each log.
#[must_use]
pub fn frontier_of(records: &[Record]) -> Vec<FrontierHead> {
    let mut heads: BTreeMap<(DeviceId, u64), FrontierHead> = BTreeMap::new();
    for record in records.iter().filter(|r| matches!(r.op, Op::Role(_))) {
        let head = FrontierHead { device: record.device, epoch: record.epoch, seq: record.seq, id: record.id };
        let held = heads.entry((record.device, record.epoch)).or_insert(head);
        if held.seq < head.seq {
            *held = head;
        }
    }
    heads.into_values().collect()
}

/// The electorate: the fold of the frontier's causal closure, and whether all of it is held.
fn electorate(
    founder: Option<IdentityId>,
    proposal: &ProposalOp,
    records: &[Record],
) -> (BTreeMap<IdentityId, Role>, bool) {
    let by_id: BTreeMap<EntryId, &Record> =
        records.iter().filter(|r| matches!(r.op, Op::Role(_))).map(|r| (r.id, r)).collect();
    let mut open: Vec<EntryId> = proposal.frontier.iter().map(|head| head.id).collect();
    let mut closure: BTreeSet<EntryId> = BTreeSet::new();
    let mut complete = founder.is_some();
    while let Some(id) = open.pop() {
        if !closure.insert(id) {
            continue;
        }
        let Some(record) = by_id.get(&id) else {
            complete = false;
            continue;
        };
        if let Op::Role(op) = &record.op {
            open.extend(&op.refs);
        }
        // The log's own past: what the same log said before.
        open.extend(
            records
                .iter()
                .filter(|o| {
                    matches!(o.op, Op::Role(_))
                        && (o.device, o.epoch) == (record.device, record.epoch)
                        && o.seq < record.seq
                })
                .map(|o| o.id),
        );
    }
    (fold_roles(founder, closure.iter().filter_map(|id| by_id.get(id).copied())), complete)
}

/// Count ballots: of each person of the electorate what no later ballot of theirs replaces.
/// Gives the standing of each, and what does not count with its rule.
#[must_use]
pub fn tally_of(
    electorate: &BTreeSet<IdentityId>,
    ballots: &[(EntryId, IdentityId, BallotOp)],
) -> (Tally, Vec<BallotView>, Vec<RefusedBallot>) {
    let mut tally = Tally { electorate: u32::try_from(electorate.len()).unwrap_or(u32::MAX), ..Tally::default() };
    let mut refused = Vec::new();
    let mut by_person: BTreeMap<IdentityId, BTreeMap<EntryId, &BallotOp>> = BTreeMap::new();
    for (id, person, ballot) in ballots {
        if electorate.contains(person) {
            by_person.entry(*person).or_default().insert(*id, ballot);
        } else {
            refused.push(RefusedBallot { entry: *id, person: *person, rule: Rule::NotInElectorate });
        }
    }
    let mut standing = Vec::new();
    for (person, own) in by_person {
        let replaced: BTreeSet<EntryId> = own.values().filter_map(|ballot| ballot.previous).collect();
        let tips: Vec<EntryId> = own.keys().filter(|id| !replaced.contains(id)).copied().collect();
        let choices: BTreeSet<Choice> = tips.iter().filter_map(|id| own.get(id)).map(|ballot| ballot.choice).collect();
        let choice = if choices.len() == 1 { choices.first().copied() } else { None };
        match choice {
            Some(Choice::Yes) => tally.yes = tally.yes.saturating_add(1),
            Some(Choice::No) => tally.no = tally.no.saturating_add(1),
            Some(Choice::Blank) => tally.blank = tally.blank.saturating_add(1),
            None => refused.extend(tips.iter().map(|id| RefusedBallot { entry: *id, person, rule: Rule::Conflicting })),
        }
        standing.push(BallotView { person, tips, choice });
    }
    refused.sort_by_key(|r| r.entry);
    (tally, standing, refused)
}

impl Governance {
    /// Fold a container's records, given in any order.
    #[must_use]
    pub fn fold(founder: Option<IdentityId>, records: &[Record]) -> Self {
        let roles = fold_roles(founder, records.iter());
        let named: BTreeSet<EntryId> = records
            .iter()
            .filter_map(|r| if let Op::Role(op) = &r.op { Some(&op.refs) } else { None })
            .flatten()
            .copied()
            .collect();
        let mut role_tips: Vec<EntryId> =
            records.iter().filter(|r| matches!(r.op, Op::Role(_)) && !named.contains(&r.id)).map(|r| r.id).collect();
        role_tips.sort();
        let mut proposals: Vec<ProposalView> = records
            .iter()
            .filter_map(
                |record| if let Op::Proposal(op) = &record.op { proposal(founder, record, op, records) } else { None },
            )
            .collect();
        proposals.sort_by_key(|p| (p.stamp, p.id));
        Self { founder, roles, role_tips, proposals }
    }
}

fn proposal(founder: Option<IdentityId>, record: &Record, op: &ProposalOp, records: &[Record]) -> Option<ProposalView> {
    let (members, complete) = electorate(founder, op, records);
    // Rule::MayNotPropose: an outsider's proposal is not shown as the container's.
    if !members.contains_key(&record.author) {
        return None;
    }
    let people: BTreeSet<IdentityId> = members.into_keys().collect();
    let people_list: Vec<IdentityId> = people.iter().copied().collect();
    let ballots: Vec<(EntryId, IdentityId, BallotOp)> = records
        .iter()
        .filter_map(|r| match &r.op {
            Op::Ballot(ballot) if ballot.proposal == record.id => Some((r.id, r.author, ballot.clone())),
            _ => None,
        })
        .collect();
    let (mut tally, mut standing, refused) = tally_of(&people, &ballots);
    let mut certificates: Vec<CertificateView> = records
        .iter()
        .filter_map(|r| match &r.op {
            Op::Close(close) if close.proposal == record.id => Some(check(r, close, op, &people, &ballots)),
            _ => None,
        })
        .collect();
    certificates.sort_by_key(|c| c.entry);
    let by_tellers: Vec<&CertificateView> =
        certificates.iter().filter(|c| c.problem != Some(Rule::NotATeller)).collect();
    let status = match by_tellers.as_slice() {
        [] => ProposalStatus::Open,
        [first, rest @ ..] if first.problem.is_some() || rest.iter().any(|c| c.tally != first.tally) => {
            ProposalStatus::Disputed
        }
        [first, ..] => {
            tally = first.tally;
            // What was certified is what is shown: later ballots change nothing.
            if let Some(Op::Close(close)) = records.iter().find(|r| r.id == first.entry).map(|r| &r.op) {
                standing = tally_of(&people, &listed(close, &ballots)).1;
            }
            if tally.accepted(op.quorum) { ProposalStatus::Accepted } else { ProposalStatus::Rejected }
        }
    };
    Some(ProposalView {
        id: record.id,
        author: record.author,
        stamp: record.stamp,
        title: op.title.clone(),
        text: op.text.clone(),
        quorum: op.quorum,
        teller: op.tellers.first().copied().unwrap_or_default(),
        closes_ms: op.closes_ms,
        electorate: people_list,
        electorate_complete: complete,
        tally,
        ballots: standing,
        refused,
        certificates,
        status,
        sample: op.sample,
    })
}

fn listed(close: &CloseOp, ballots: &[(EntryId, IdentityId, BallotOp)]) -> Vec<(EntryId, IdentityId, BallotOp)> {
    ballots.iter().filter(|(id, ..)| close.ballots.binary_search(id).is_ok()).cloned().collect()
}

fn check(
    record: &Record,
    close: &CloseOp,
    op: &ProposalOp,
    people: &BTreeSet<IdentityId>,
    ballots: &[(EntryId, IdentityId, BallotOp)],
) -> CertificateView {
    let held: BTreeSet<EntryId> = ballots.iter().map(|(id, ..)| *id).collect();
    let missing: Vec<EntryId> = close.ballots.iter().filter(|id| !held.contains(id)).copied().collect();
    let electorate: Vec<IdentityId> = people.iter().copied().collect();
    let (tally, ..) = tally_of(people, &listed(close, ballots));
    let problem = if !op.tellers.contains(&record.author) {
        Some(Rule::NotATeller)
    } else if !missing.is_empty() || tally != close.tally || electorate_root(&electorate) != close.electorate {
        Some(Rule::Mismatch)
    } else {
        None
    };
    CertificateView { entry: record.id, teller: record.author, tally: close.tally, problem, missing }
}
