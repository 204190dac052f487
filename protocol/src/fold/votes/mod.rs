//! Votes of a container: who opened them for whom, what was voted, and what tellers certify. SPEC.md §8.2 to §8.5.

mod again;
mod certify;
mod root;
mod tally;
mod view;

pub(super) use again::{is_of_a_vote, to_say_again};
pub use root::electorate_root;
pub use tally::tally_of;
pub use view::{BallotView, CertificateView, OpeningView, ProposalStatus, ProposalView, RefusedBallot, TEXT, VoteRule};

use super::{Erasures, Record, roles::Roles};
use crate::{
    Stamp,
    ids::{EntryId, Hash, IdentityId},
    op::{BallotOp, CarryOp, CloseOp, Op, OpenOp, ProposalOp},
};
use certify::certify;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Electorates by the acts that an opening names, whose past is held: nothing that comes changes them, and votes of the
/// same time share one.
pub(super) type Electorates = BTreeMap<Vec<EntryId>, Electorate>;

/// Who may vote, and the root by which that is named.
#[derive(Debug, Clone, Default)]
pub(super) struct Electorate {
    pub people: Arc<BTreeSet<IdentityId>>,
    pub root: Hash,
}

/// A ballot with who wrote it.
pub(super) type Cast<'a> = (EntryId, IdentityId, &'a BallotOp);

/// A container's votes by what they belong to, so that each proposal reads only its own.
pub(super) struct Votes<'a, 'e> {
    proposals: BTreeMap<(Stamp, EntryId), (&'a Record, &'a ProposalOp)>,
    opens: BTreeMap<EntryId, Vec<(&'a Record, &'a OpenOp)>>,
    ballots: BTreeMap<EntryId, Vec<Cast<'a>>>,
    closes: BTreeMap<EntryId, Vec<(&'a Record, &'a CloseOp)>>,
    /// What tellers carry, and of each such entry the ballots that could be read.
    carries: BTreeMap<EntryId, (&'a Record, &'a CarryOp)>,
    carried: BTreeMap<EntryId, BTreeMap<EntryId, Cast<'a>>>,
    electorates: &'e mut Electorates,
    /// Ids that are erased, and that not voided.
    erased: BTreeSet<EntryId>,
}

/// Whom a teller names, and by which acts.
#[derive(Clone)]
struct Named {
    people: Arc<BTreeSet<IdentityId>>,
    refs: Vec<EntryId>,
}

/// For whom a vote is open.
struct Opening {
    view: OpeningView,
    people: Arc<BTreeSet<IdentityId>>,
}

impl<'a, 'e> Votes<'a, 'e> {
    /// Of records in any order; others among them are passed over.
    pub fn of(
        electorates: &'e mut Electorates,
        records: impl IntoIterator<Item = &'a Record>,
        erasures: &Erasures,
    ) -> Self {
        let mut votes = Self {
            proposals: BTreeMap::new(),
            opens: BTreeMap::new(),
            ballots: BTreeMap::new(),
            closes: BTreeMap::new(),
            carries: BTreeMap::new(),
            carried: BTreeMap::new(),
            electorates,
            erased: erasures.values().filter(|view| view.voided.is_none()).map(|view| view.target.said()).collect(),
        };
        records.into_iter().for_each(|record| votes.sort(record));
        votes
    }

    fn sort(&mut self, record: &'a Record) {
        match (&record.op, record.witness) {
            (Op::Proposal(op), _) => self.propose(record, op),
            (Op::Open(op), _) => self.opens.entry(op.proposal).or_default().push((record, op)),
            (Op::Ballot(op), None) => self.ballots.entry(op.proposal).or_default().push((record.id, record.author, op)),
            (Op::Ballot(op), Some(by)) => {
                let ballots = self.carried.entry(by.place.id).or_default();
                ballots.insert(record.id, (record.id, record.author, op));
            }
            (Op::Carry(op), _) => drop(self.carries.insert(record.id, (record, op))),
            (Op::Close(op), _) => self.closes.entry(op.proposal).or_default().push((record, op)),
            _ => {}
        }
    }

    /// A proposal from its log, or as a teller of it says it again; the reasons from whatever has them.
    fn propose(&mut self, record: &'a Record, op: &'a ProposalOp) {
        if !stands(record, op) {
            return;
        }
        let held = self.proposals.entry(record.order()).or_insert((record, op));
        if held.1.text.is_empty() {
            *held = (record, op);
        }
    }

    /// All proposals of people who may make some, in ascending order of stamp.
    pub fn count(&mut self, roles: &Roles) -> Vec<ProposalView> {
        let proposals = std::mem::take(&mut self.proposals);
        proposals.into_values().filter_map(|(record, op)| self.proposal(record, op, roles)).collect()
    }

    fn electorate(&mut self, op: &OpenOp, roles: &Roles) -> Option<Electorate> {
        if let Some(held) = self.electorates.get(&op.refs) {
            return Some(held.clone());
        }
        let (then, complete) = roles.within(op.refs.iter().copied());
        let people: BTreeSet<IdentityId> = then.ranks().keys().copied().collect();
        let root = electorate_root(&people.iter().copied().collect::<Vec<_>>());
        let found = Electorate { people: Arc::new(people), root };
        complete.then(|| self.electorates.entry(op.refs.clone()).or_insert(found).clone())
    }

    /// Who opened a vote for whom.
    fn opening(&mut self, record: &Record, op: &ProposalOp, roles: &Roles) -> Opening {
        let mut named: BTreeMap<IdentityId, BTreeMap<Hash, Named>> = BTreeMap::new();
        for (open, said) in self.opens.remove(&record.id).unwrap_or_default() {
            let by_teller = op.tellers.contains(&open.author) && stands(open, op);
            let Some(found) = by_teller.then(|| self.electorate(said, roles)).flatten() else { continue };
            // What a teller says of whoever has a role by these acts is true, and who proposed is one of them.
            if found.root == said.electorate && found.people.contains(&record.author) {
                let held = named
                    .entry(open.author)
                    .or_default()
                    .entry(found.root)
                    .or_insert_with(|| Named { people: found.people, refs: said.refs.clone() });
                held.refs = said.refs.clone().min(std::mem::take(&mut held.refs));
            }
        }
        let contradicting = named.iter().filter(|(_, roots)| roots.len() > 1).map(|(teller, _)| *teller).collect();
        let mut roots: BTreeMap<Hash, (Vec<IdentityId>, Named)> = BTreeMap::new();
        // Whoever names two counts for both: so nobody takes back what they have opened.
        for (teller, root, said) in named
            .into_iter()
            .flat_map(|(teller, roots)| roots.into_iter().map(move |(root, said)| (teller, root, said)))
        {
            let (tellers, held) = roots.entry(root).or_insert_with(|| (Vec::new(), said.clone()));
            tellers.push(teller);
            held.refs = said.refs.min(std::mem::take(&mut held.refs));
        }
        let most = roots.iter().max_by_key(|(root, (tellers, _))| (tellers.len(), Reverse(**root)));
        let refs = most.map(|(_, (_, named))| named.refs.clone()).unwrap_or_default();
        roots.retain(|_, (tellers, _)| tellers.len() >= usize::from(op.agree));
        // Two that stand beside each other open nothing.
        let stands = roots.pop_first().filter(|_| roots.is_empty());
        let (electorate, tellers, people) = match stands {
            Some((root, (tellers, named))) => (Some(root), tellers, named.people),
            None => (None, Vec::new(), Arc::default()),
        };
        Opening { view: OpeningView { electorate, tellers, contradicting, refs }, people }
    }

    fn proposal(&mut self, record: &Record, op: &ProposalOp, roles: &Roles) -> Option<ProposalView> {
        let Opening { view: opening, people } = self.opening(record, op, roles);
        // Rule::MayNotPropose: an outsider's proposal is not shown as the container's.
        if opening.electorate.is_none() && !roles.ranks().contains_key(&record.author) {
            return None;
        }
        let all = self.ballots.remove(&record.id).unwrap_or_default();
        let ballots: Vec<Cast<'_>> =
            all.into_iter().filter(|(_, _, ballot)| Some(ballot.electorate) == opening.electorate).collect();
        let (mut tally, mut ballots, refused) = tally_of(&people, &ballots);
        // Each once, from its log or said again.
        let closes = self.closes.remove(&record.id).unwrap_or_default().into_iter();
        let closes = closes.filter(|(close, _)| stands(close, op)).map(|close| (close.0.id, close)).collect();
        let found = certify(self, record.id, op, &opening, &people, closes);
        let mut late = Vec::new();
        if let Some(certified) = found.stands {
            // What was certified is what is shown: later ballots change nothing, and are told.
            let counted: BTreeSet<EntryId> = certified.ballots.iter().flat_map(|ballot| ballot.tips.clone()).collect();
            late = ballots.iter().flat_map(|ballot| &ballot.tips).filter(|id| !counted.contains(id)).copied().collect();
            (tally, ballots) = (certified.tally, certified.ballots);
        }
        let text_erased = self.erased.contains(&record.place().leaf(TEXT).said());
        Some(ProposalView {
            id: record.id,
            author: record.author,
            stamp: record.stamp,
            title: op.title.clone(),
            text: if text_erased { String::new() } else { op.text.clone() },
            text_erased,
            quorum: op.quorum,
            tellers: op.tellers.clone(),
            agree: op.agree,
            closes_ms: op.closes_ms,
            electorate: match opening.electorate {
                Some(_) => people.iter().copied().collect(),
                None => roles.ranks().keys().copied().collect(),
            },
            opening,
            tally,
            ballots,
            refused,
            late,
            certificates: found.certificates,
            status: found.status,
            sample: op.sample,
        })
    }
}

/// Whether something of a vote stands: in its log, or said again by a teller of it.
fn stands(record: &Record, of: &ProposalOp) -> bool {
    record.witness.is_none_or(|witness| of.tellers.contains(&witness.by))
}
