//! Votes of a container: who opened them for whom, what was voted, and what tellers certify. SPEC.md §8.2 to §8.5.
//!
//! They are kept, and what arrives counts only the proposal anew to which it belongs.

mod again;
mod asked;
mod certify;
mod opening;
mod root;
mod tally;
mod view;

pub(super) use again::{is_of_a_vote, to_say_again};
pub use root::electorate_root;
pub use tally::tally_of;
pub use view::{BallotView, CertificateView, OpeningView, ProposalStatus, ProposalView, RefusedBallot, TEXT, VoteRule};

use super::{
    Erasures, Record,
    erasure::{Erased, is_erased},
    roles::Roles,
};
use crate::{
    Stamp,
    ids::{EntryId, IdentityId},
    op::{BallotOp, CarryOp, Op, ProposalOp},
};
use asked::Asked;
use certify::{Vote, certify};
use opening::{Electorates, Opening};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A ballot with who wrote it.
pub(super) type Cast<'a> = (EntryId, IdentityId, &'a BallotOp);

/// Records by their entries.
type Records = BTreeMap<EntryId, Arc<Record>>;

/// The votes of a container, each with all that was said of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Votes {
    asked: BTreeMap<EntryId, Asked>,
    carried: Carried,
    electorates: Electorates,
    /// What is shown of each, as it was counted last.
    views: BTreeMap<(Stamp, EntryId), Arc<ProposalView>>,
    /// Proposals of which something was said since.
    touched: BTreeSet<EntryId>,
    /// Witnesses that are held, as a device wrote them that speaks or was accepted; and of each the proposals of which
    /// it says something again.
    witnesses: BTreeSet<EntryId>,
    witnessed: BTreeMap<EntryId, BTreeSet<EntryId>>,
    /// Entries with ballots that came since.
    parts: BTreeSet<EntryId>,
    /// How many proposals were counted so far: tells what an arrival costs.
    counted: u64,
}

/// What tellers carry, and of each such entry the ballots that could be read.
#[derive(Debug, Clone, Default)]
struct Carried {
    parts: Records,
    ballots: BTreeMap<EntryId, Records>,
}

impl Votes {
    /// Take a record, if it is of a vote. What tellers carry and say again may come several times; gives whether it is
    /// new.
    pub fn take(&mut self, record: &Arc<Record>) -> bool {
        let (proposal, kept) = match (&record.op, record.witness) {
            (Op::ActWitness(_), None) => {
                let of = self.witnessed.get(&record.id);
                self.touched.extend(of.into_iter().flatten());
                return self.witnesses.insert(record.id) && of.is_some();
            }
            (Op::Proposal(_) | Op::Open(_) | Op::Close(_), Some(by)) => {
                let proposal = match &record.op {
                    Op::Open(op) => op.proposal,
                    Op::Close(op) => op.proposal,
                    _ => record.id,
                };
                self.witnessed.entry(by.place.id).or_default().insert(proposal);
                self.touched.insert(proposal);
                let again = &mut self.asked.entry(proposal).or_default().again;
                return again.insert((record.id, by.place.id), record.clone()).is_none();
            }
            (Op::Proposal(_), None) => {
                self.asked.entry(record.id).or_default().record = Some(record.clone());
                self.touched.insert(record.id);
                return true;
            }
            (Op::Ballot(_), Some(by)) => {
                self.parts.insert(by.place.id);
                let ballots = self.carried.ballots.entry(by.place.id).or_default();
                return ballots.insert(record.id, record.clone()).is_none();
            }
            (Op::Carry(_), _) => {
                self.parts.insert(record.id);
                return self.carried.parts.insert(record.id, record.clone()).is_none();
            }
            (Op::Open(op), _) => (op.proposal, &mut self.asked.entry(op.proposal).or_default().opens),
            (Op::Ballot(op), None) => (op.proposal, &mut self.asked.entry(op.proposal).or_default().ballots),
            (Op::Close(op), _) => (op.proposal, &mut self.asked.entry(op.proposal).or_default().closes),
            _ => return false,
        };
        self.touched.insert(proposal);
        kept.insert(record.id, record.clone()).is_none()
    }

    /// Something of a proposal was erased, or is no longer: a ballot, or its text.
    pub fn erased(&mut self, proposal: EntryId) {
        self.touched.extend(self.asked.contains_key(&proposal).then_some(proposal));
    }

    /// Count what was touched since; `acts`: other acts count than before, or more are held. Gives whether anything is
    /// otherwise.
    pub fn count(&mut self, roles: &Roles, erasures: &Erasures, acts: bool) -> bool {
        let parts = std::mem::take(&mut self.parts);
        let mut touched = std::mem::take(&mut self.touched);
        for (id, asked) in self.asked.iter_mut().filter(|_| acts || !parts.is_empty()) {
            if (acts && !asked.fixed) | asked.forget(&parts) {
                touched.insert(*id);
            }
        }
        let mut changed = false;
        let now: Arc<[IdentityId]> =
            if touched.is_empty() { Arc::default() } else { roles.ranks().keys().copied().collect() };
        for id in touched {
            let Some(mut asked) = self.asked.remove(&id) else { continue };
            if let Some(record) = asked.proposal(&self.witnesses)
                && let Op::Proposal(op) = &record.op
            {
                let view = self.proposal(&mut asked, &record, op, roles, erasures, &now);
                let held = self.views.get(&record.order()).map(Arc::as_ref);
                if held != view.as_ref() {
                    changed = true;
                    match view {
                        Some(view) => self.views.insert(record.order(), Arc::new(view)),
                        None => self.views.remove(&record.order()),
                    };
                }
            }
            self.asked.insert(id, asked);
        }
        changed
    }

    /// All proposals of people who may make some, in ascending order of stamp.
    pub fn views(&self) -> Vec<Arc<ProposalView>> {
        self.views.values().cloned().collect()
    }
    /// A proposal with what was said of it, and again by tellers.
    pub fn said_of(&self, proposal: EntryId) -> impl Iterator<Item = &Record> {
        let asked = self.asked.get(&proposal).into_iter();
        asked.flat_map(|asked| asked.all(&self.witnesses)).map(Arc::as_ref)
    }
    /// How many proposals were counted so far.
    pub const fn counted(&self) -> u64 {
        self.counted
    }

    fn proposal(
        &mut self,
        asked: &mut Asked,
        record: &Record,
        op: &ProposalOp,
        roles: &Roles,
        erasures: &Erasures,
        now: &Arc<[IdentityId]>,
    ) -> Option<ProposalView> {
        asked.fixed = false;
        // Who never had a role proposes nothing, and no electorate has them: whatever they say costs nothing more.
        if !roles.is_heard(record.author) {
            return None;
        }
        self.counted = self.counted.saturating_add(1);
        let said = asked.said(op, &self.witnesses);
        let Opening { view: opening, people, complete } =
            self.electorates.opening(said.opens.values(), record.author, op, roles);
        asked.fixed = complete && opening.electorate.is_some();
        // Rule::MayNotPropose: an outsider's proposal is not shown as the container's.
        if opening.electorate.is_none() && !roles.ranks().contains_key(&record.author) {
            return None;
        }
        let cast = asked.ballots.values().filter(|record| !is_erased(erasures, record));
        let ballots: Vec<Cast<'_>> = cast
            .filter_map(|record| match &record.op {
                Op::Ballot(op) if Some(op.electorate) == opening.electorate => Some((record.id, record.author, op)),
                _ => None,
            })
            .collect();
        let (mut tally, mut ballots, refused) = tally_of(&people, &ballots);
        let vote =
            Vote { proposal: record.id, op, electorate: opening.electorate, people: &people, carried: &self.carried };
        let found = certify(&vote, &said, &mut asked.recounts);
        let mut late = Vec::new();
        if let Some(certified) = found.stands {
            // What was certified is what is shown: later ballots change nothing, and are told.
            let counted: BTreeSet<EntryId> = certified.ballots.iter().flat_map(|ballot| ballot.tips.clone()).collect();
            late = ballots.iter().flat_map(|ballot| &ballot.tips).filter(|id| !counted.contains(id)).copied().collect();
            (tally, ballots) = (certified.tally, certified.ballots);
        }
        // What is sealed is erased as a whole or not at all, also where only tellers say it again (SPEC.md §7.5).
        let text_erased =
            record.sealed.is_none() && erasures.held(&record.place().leaf(TEXT)).is_some_and(Erased::stands);
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
            electorate: if opening.electorate.is_some() { people } else { now.clone() },
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

impl Carried {
    /// An entry that carries ballots, and these.
    fn part(&self, id: EntryId) -> Option<(&Record, &CarryOp, Option<&Records>)> {
        let record = self.parts.get(&id)?;
        let Op::Carry(op) = &record.op else { return None };
        Some((record, op, self.ballots.get(&id)))
    }
}
