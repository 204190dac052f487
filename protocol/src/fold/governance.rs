//! Roles, electorates, tallies and certificates of one container. SPEC.md §8.

use super::{
    Erasures, Record,
    roles::{Rank, Roles, Tip, may_grant},
};
use crate::{
    Stamp,
    entry::hash,
    ids::{ElementId, EntryId, Hash, IdentityId},
    limits::{FRONTIER_MAX, REFS_MAX},
    op::{BallotOp, Choice, CloseOp, EntryPlace, Op, ProposalOp, Quorum, Role, Tally},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The leaf of a proposal with its reasons.
pub const TEXT: u8 = 1;

/// The rule by which a ballot or a certificate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum VoteRule {
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
    /// SPEC.md §8.5.
    #[error("ballots that the certificate lists were erased, so it can no longer be recomputed (SPEC.md §8.5)")]
    Erased,
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
    pub rule: VoteRule,
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
    pub problem: Option<VoteRule>,
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
    /// Whether they were erased.
    pub text_erased: bool,
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

/// An act of governance that no other follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipView {
    /// Which entry.
    pub entry: EntryId,
    /// By whom.
    pub by: IdentityId,
    /// Whose role it sets, if any's.
    pub on: Option<IdentityId>,
}

/// The governance of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Governance {
    /// Who made the container; unknown until its card has come.
    pub founder: Option<IdentityId>,
    /// Roles as they stand now.
    pub roles: BTreeMap<IdentityId, Role>,
    /// Of each leader how far from the founder they were made one ([`Rank::depth`]).
    pub depths: BTreeMap<IdentityId, u32>,
    /// The acts of governance that count and that no other such follows: what a new one refers to, as far as
    /// [`REFS_MAX`] allows, the most telling first.
    pub role_tips: Vec<TipView>,
    /// Where there are more of these than an act can name: of each person the acts that say what they are.
    pub last_words: BTreeMap<IdentityId, Vec<EntryId>>,
    /// In ascending order of stamp.
    pub proposals: Vec<ProposalView>,
}

/// A hash over the electorate, in ascending order.
#[must_use]
pub fn electorate_root(electorate: &[IdentityId]) -> Hash {
    let bytes: Vec<u8> = electorate.iter().flat_map(|id| id.0).collect();
    hash(&bytes)
}

/// The frontier as held now: the acts of governance that count and that no other such follows, as many as a proposal
/// names.
#[must_use]
pub fn frontier_of(records: &[Record]) -> Vec<EntryPlace> {
    frontier(&Roles::of(founder_of(records), records))
}

pub(super) fn frontier(roles: &Roles) -> Vec<EntryPlace> {
    let mut tips: Vec<EntryPlace> = roles.tips().into_iter().map(|tip| tip.place).take(FRONTIER_MAX).collect();
    tips.sort_unstable();
    tips
}

/// Who made the container: its id commits to the owner, so any word about its card names them. A person's own card
/// (whose id is the person's) commits to nothing, so there the author must be the owner.
#[must_use]
pub fn founder_of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<IdentityId> {
    records.into_iter().find_map(|record| match &record.op {
        Op::Element(op) if op.id() == record.container => {
            let commits = ElementId::from(op.owner) != record.container || op.owner == record.author;
            commits.then_some(op.owner)
        }
        _ => None,
    })
}

/// Electorates by the acts that a frontier names, whose past is held: nothing that comes changes them, and proposals of
/// the same time share one.
pub(super) type Electorates = BTreeMap<BTreeSet<EntryId>, Arc<BTreeSet<IdentityId>>>;

/// A container's records by what they belong to, so that each proposal reads only its own.
struct Index<'a, 'r> {
    roles: &'r Roles,
    ballots: BTreeMap<EntryId, Vec<(EntryId, IdentityId, BallotOp)>>,
    closes: BTreeMap<EntryId, Vec<(&'a Record, &'a CloseOp)>>,
    electorates: &'r mut Electorates,
    /// Ids that are erased, and that not voided.
    erased: BTreeSet<EntryId>,
}

impl<'a, 'r> Index<'a, 'r> {
    fn new(
        roles: &'r Roles,
        electorates: &'r mut Electorates,
        records: impl Iterator<Item = &'a Record>,
        erasures: &Erasures,
    ) -> Self {
        let mut index = Self {
            roles,
            ballots: BTreeMap::new(),
            closes: BTreeMap::new(),
            electorates,
            erased: erasures.values().filter(|view| view.voided.is_none()).map(|view| view.target.said()).collect(),
        };
        for record in records {
            match &record.op {
                Op::Ballot(ballot) => {
                    index.ballots.entry(ballot.proposal).or_default().push((record.id, record.author, ballot.clone()))
                }
                Op::Close(close) => index.closes.entry(close.proposal).or_default().push((record, close)),
                _ => {}
            }
        }
        index
    }

    /// The electorate: what the acts that a frontier names add up to with their past, and whether all of it is held.
    fn electorate(&mut self, proposal: &ProposalOp) -> (Arc<BTreeSet<IdentityId>>, bool) {
        let named: BTreeSet<EntryId> = proposal.frontier.iter().map(|head| head.id).collect();
        if let Some(people) = self.electorates.get(&named) {
            return (people.clone(), true);
        }
        let (then, complete) = self.roles.within(named.iter().copied());
        let people: Arc<BTreeSet<IdentityId>> = Arc::new(then.ranks().keys().copied().collect());
        if complete {
            self.electorates.insert(named, people.clone());
        }
        (people, complete)
    }
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
            Some(Choice::Yes) => tally.yes = tally.yes.saturating_add(1),
            Some(Choice::No) => tally.no = tally.no.saturating_add(1),
            Some(Choice::Blank) => tally.blank = tally.blank.saturating_add(1),
            None => {
                refused.extend(tips.iter().map(|id| RefusedBallot { entry: *id, person, rule: VoteRule::Conflicting }))
            }
        }
        standing.push(BallotView { person, tips, choice });
    }
    refused.sort_by_key(|r| r.entry);
    (tally, standing, refused)
}

impl TipView {
    fn of(tip: &Tip) -> Self {
        Self { entry: tip.place.id, by: tip.by, on: tip.on }
    }
}

impl Governance {
    /// Fold a container's records, given in any order.
    #[must_use]
    pub fn fold<'a>(
        founder: Option<IdentityId>,
        records: impl IntoIterator<Item = &'a Record> + Clone,
        erasures: &Erasures,
    ) -> Self {
        let roles = Roles::of(founder, records.clone());
        Self::of(&roles, &mut Electorates::new(), records, erasures)
    }

    /// The same with its acts judged already.
    pub(super) fn of<'a>(
        roles: &Roles,
        electorates: &mut Electorates,
        records: impl IntoIterator<Item = &'a Record> + Clone,
        erasures: &Erasures,
    ) -> Self {
        let (ranks, tips) = (roles.ranks(), roles.tips());
        let mut index = Index::new(roles, electorates, records.clone().into_iter(), erasures);
        let mut proposals: BTreeMap<(Stamp, EntryId), ProposalView> = BTreeMap::new();
        for record in records {
            if let Op::Proposal(op) = &record.op
                && let Some(view) = proposal(record, op, &mut index)
            {
                proposals.insert(record.order(), view);
            }
        }
        let leads = |rank: &Rank| rank.role == Some(Role::Leader);
        let crowded = tips.len() > REFS_MAX;
        Self {
            founder: roles.founder(),
            roles: ranks.iter().filter_map(|(person, rank)| Some((*person, rank.role?))).collect(),
            depths: ranks.iter().filter(|(_, rank)| leads(rank)).map(|(person, rank)| (*person, rank.depth)).collect(),
            role_tips: tips.iter().map(TipView::of).collect(),
            last_words: if crowded { roles.last_words() } else { BTreeMap::new() },
            proposals: proposals.into_values().collect(),
        }
    }

    /// What a new act of governance refers to, by somebody and perhaps on somebody's role: what they did themselves and
    /// what was said of that person first, so that an act knows what it follows and what it changes, however many there
    /// are.
    #[must_use]
    pub fn refs(&self, by: IdentityId, on: Option<IdentityId>) -> Vec<EntryId> {
        let about = on.into_iter().flat_map(|person| self.last_words.get(&person).into_iter().flatten()).copied();
        let first = |tip: &&TipView| tip.by == by || (on.is_some() && tip.on == on);
        let ids = |tip: &TipView| tip.entry;
        let (own, others): (Vec<&TipView>, Vec<&TipView>) = self.role_tips.iter().partition(first);
        let mut refs = BTreeSet::new();
        // Half of them at most for what is one's own.
        for id in about
            .take(REFS_MAX / 4)
            .chain(own.into_iter().map(ids).take(REFS_MAX / 2))
            .chain(others.into_iter().map(ids))
        {
            if refs.len() < REFS_MAX {
                refs.insert(id);
            }
        }
        refs.into_iter().collect()
    }

    /// What somebody is now.
    #[must_use]
    pub fn rank(&self, person: IdentityId) -> Rank {
        let depth = self.depths.get(&person).copied().unwrap_or_default();
        Rank { role: self.roles.get(&person).copied(), depth }
    }

    /// Whether somebody may now take a person to a role.
    #[must_use]
    pub fn may_give(&self, by: IdentityId, person: IdentityId, role: Option<Role>) -> bool {
        may_grant(self.rank(by), by == person, self.rank(person), role)
    }
}

fn proposal(record: &Record, op: &ProposalOp, index: &mut Index<'_, '_>) -> Option<ProposalView> {
    let (people, complete) = index.electorate(op);
    // Rule::MayNotPropose: an outsider's proposal is not shown as the container's.
    if !people.contains(&record.author) {
        return None;
    }
    let ballots = index.ballots.get(&record.id).map_or(&[][..], Vec::as_slice);
    let (mut tally, mut standing, refused) = tally_of(&people, ballots);
    let mut closes: Vec<&(&Record, &CloseOp)> = index.closes.get(&record.id).into_iter().flatten().collect();
    closes.sort_by_key(|(entry, _)| entry.id);
    let certificates: Vec<CertificateView> =
        closes.iter().map(|(entry, close)| check(entry, close, op, &people, ballots, &index.erased)).collect();
    let by_tellers: Vec<(&CertificateView, &CloseOp)> = certificates
        .iter()
        .zip(closes.iter().map(|(_, close)| *close))
        .filter(|(certificate, _)| certificate.problem != Some(VoteRule::NotATeller))
        .collect();
    let status = match by_tellers.as_slice() {
        [] => ProposalStatus::Open,
        [(first, _), ..]
            if by_tellers
                .iter()
                .any(|(c, _)| c.problem.is_some_and(|rule| rule != VoteRule::Erased) || c.tally != first.tally) =>
        {
            ProposalStatus::Disputed
        }
        [(first, close), ..] => {
            tally = first.tally;
            // What was certified is what is shown: later ballots change nothing.
            standing = tally_of(&people, &listed(close, ballots)).1;
            if tally.accepted(op.quorum) { ProposalStatus::Accepted } else { ProposalStatus::Rejected }
        }
    };
    let text_erased = index.erased.contains(&record.place().leaf(TEXT).said());
    Some(ProposalView {
        id: record.id,
        author: record.author,
        stamp: record.stamp,
        title: op.title.clone(),
        text: if text_erased { String::new() } else { op.text.clone() },
        text_erased,
        quorum: op.quorum,
        teller: op.tellers.first().copied().unwrap_or_default(),
        closes_ms: op.closes_ms,
        electorate: people.iter().copied().collect(),
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
    erased: &BTreeSet<EntryId>,
) -> CertificateView {
    let held: BTreeSet<EntryId> = ballots.iter().map(|(id, ..)| *id).collect();
    let missing: Vec<EntryId> = close.ballots.iter().filter(|id| !held.contains(id)).copied().collect();
    let electorate: Vec<IdentityId> = people.iter().copied().collect();
    let (tally, ..) = tally_of(people, &listed(close, ballots));
    let problem = if !op.tellers.contains(&record.author) {
        Some(VoteRule::NotATeller)
    } else if !missing.is_empty()
        && missing.iter().all(|id| erased.contains(id))
        && electorate_root(&electorate) == close.electorate
    {
        Some(VoteRule::Erased)
    } else if !missing.is_empty() || tally != close.tally || electorate_root(&electorate) != close.electorate {
        Some(VoteRule::Mismatch)
    } else {
        None
    };
    CertificateView { entry: record.id, teller: record.author, tally: close.tally, problem, missing }
}
