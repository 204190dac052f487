//! Roles, proposals, ballots, closing.

use super::{CloseVote, OpenVote, ProposalDetail, ProposalDraft, SetRole, Settle, Vote, queries};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, witness::parts, write::Piece},
    },
    failure::{Failure, FailureCode},
    modules::Written,
};
use communaut_protocol::{
    EntryId, IdentityId, Scope,
    entry::RawEntry,
    fold::{ProposalStatus, ProposalView, Record, VoteRule, electorate_root},
    limits::{CARRIED_MAX, KEPT_MAX},
    op::{BallotOp, CarryOp, CloseOp, KeepOp, Op, OpenOp, ProposalOp, Quorum, Role, RoleOp},
};
use std::collections::BTreeSet;

/// Bytes of ballots in one entry: half of a payload, so that it fits one also when it is sealed and padded.
const CARRIED_BYTES: usize = 32 * 1024;

impl Act for SetRole {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { container, person, role } = self;
        let me = replica.author()?;
        let held = replica.element(container)?;
        let governance = replica.governance(&held)?;
        let before = governance.roles.get(&person).copied();
        let state = replica.views.state(&held.scope);
        let counting = state.map(|state| state.to_keep(person)).unwrap_or_default();
        // Who left by themselves, and may go on by the role that they had, is let go like others.
        let goes_on = role.is_none() && before.is_none() && person != me && !counting.is_empty();
        let moderates = governance.rank(me).role >= Some(Role::Moderator);
        if !(governance.may_give(me, person, role) || (goes_on && moderates)) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                format!(
                    "your role in '{}' does not allow this: leaders give every role, and take those of moderators and \
                     below and of leaders further from the founder than themselves; moderators give and take those \
                     below their own (SPEC.md §8.1)",
                    held.name
                ),
            ));
        }
        let refs = governance.refs(me, Some(person));
        let mut pieces = Vec::new();
        if before.is_none() && role.is_some() {
            // Into a closed community, with an invitation and the keys; of others there is nothing to give.
            pieces = replica.invitation(me, &held.scope, person)?;
        }
        if person != me && (role < before || goes_on) {
            // What they wrote so far stays; of what they write from now on nothing counts by what is taken from them.
            let entries: Vec<EntryId> = counting.into_iter().collect();
            let keeps =
                entries.chunks(KEPT_MAX).map(|entries| KeepOp { entries: entries.to_vec(), refs: refs.clone() });
            pieces.extend(keeps.map(|op| (held.scope, Piece::Said(Op::Keep(op)))));
        }
        pieces.push((held.scope, Piece::Said(Op::Role(RoleOp::new(person, before, role, refs)))));
        let entries = replica.write_all(me, pieces)?;
        if let Some(key) =
            replica.views.scopes().get(&held.scope).and_then(|view| Some(view.keys.as_ref()?.current()?.key))
            && before.is_none()
            && role.is_some()
        {
            let to = replica.known_keys_of(person)?;
            replica.gave(key, &to).map_err(|error| Failure::internal(error.to_string()))?;
        }
        if before.is_some() && role.is_none() && person != me && held.scope.is_closed() {
            // What is written from now on is under a key that they were not given.
            replica.rotate(me, &held.scope).map_err(|failure| {
                let why = format!(
                    "they were let go, and the new key could not be made: {}; it is made before anything else is \
                     written",
                    failure.message
                );
                Failure { message: why, ..failure }
            })?;
        }
        Ok(Written { element: Some(container), entries })
    }
}

impl Act for ProposalDraft {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let draft = self;
        let me = replica.author()?;
        let held = replica.element(draft.container)?;
        let governance = replica.governance(&held)?;
        if !governance.roles.contains_key(&me) {
            return Err(Failure::rule(VoteRule::MayNotPropose));
        }
        let title = draft.title.trim().to_owned();
        if title.is_empty() {
            return Err(Failure::invalid("the proposal has no question"));
        }
        // Whoever proposes counts, if nobody else is named, and everyone checks.
        let named: BTreeSet<IdentityId> = draft.tellers.iter().copied().collect();
        let tellers: Vec<IdentityId> = if named.is_empty() { vec![me] } else { named.into_iter().collect() };
        if let Some(teller) = tellers.iter().find(|teller| !governance.roles.contains_key(teller)) {
            let who = replica.name_of(*teller);
            return Err(Failure::invalid(format!(
                "'{who}' ({teller}) has no role in '{}', and is to count",
                held.name
            )));
        }
        let op = ProposalOp {
            title,
            text: draft.text.trim().to_owned(),
            quorum: Quorum(draft.quorum_permille),
            agree: draft.agree.max(1),
            tellers,
            closes_ms: draft.closes_ms,
            sample: draft.sample,
        };
        let opens = op.tellers.contains(&me);
        let entries = replica.write(me, vec![(held.scope, Op::Proposal(Box::new(op)))])?;
        if let Some(proposal) = entries.first().copied().filter(|_| opens) {
            // The proposal is written and stands: whoever got an error would propose it twice. It can be opened later.
            if let Err(failure) = replica.open_vote(me, held.scope, proposal) {
                tracing::warn!("a proposal of one's own is not open yet: {}", failure.message);
            }
        }
        Ok(Written { element: Some(draft.container), entries })
    }
}

impl Act for Settle {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let me = replica.author()?;
        let held = replica.element(self.container)?;
        let governance = replica.governance(&held)?;
        if !governance.keepers.contains(&me) {
            let why =
                format!("you are no keeper of '{}': its founding names who settles there (SPEC.md §8.7)", held.name);
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let refs = governance.refs(me, None);
        if refs.is_empty() {
            return Err(Failure::invalid(format!("nothing was decided about roles in '{}' yet", held.name)));
        }
        let state = replica.views.state(&held.scope);
        let waits = state.is_some_and(|state| state.waits_to_settle(me));
        let op = state.and_then(|state| state.settlement(me, &refs)).ok_or_else(|| {
            let why = if waits {
                format!(
                    "you have settled already what too few keepers of '{}' have yet: {} have to agree",
                    held.name, governance.keepers_agree
                )
            } else {
                "not everything that was decided about roles has arrived; sync with a peer and try again".to_owned()
            };
            Failure::new(FailureCode::Busy, why)
        })?;
        let entries = replica.write(me, vec![(held.scope, Op::Settle(op))])?;
        Ok(Written { element: Some(self.container), entries })
    }
}

impl Act for OpenVote {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let me = replica.author()?;
        let (scope, view) = replica.find_proposal(&self.proposal)?;
        if !view.tellers.contains(&me) {
            return Err(Failure::rule(VoteRule::NotATeller));
        }
        if view.status != ProposalStatus::Asked || view.opening.tellers.contains(&me) {
            let why = format!("the vote on '{}' was opened already", view.title);
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        Ok(Written { element: None, entries: replica.open_vote(me, scope, view.id)? })
    }
}

impl Act for Vote {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { proposal, choice } = self;
        let me = replica.author()?;
        let (scope, view) = replica.find_proposal(&proposal)?;
        if view.opening.electorate.is_some() && !view.electorate.contains(&me) {
            return Err(Failure::rule(VoteRule::NotInElectorate));
        }
        match view.status {
            ProposalStatus::Open | ProposalStatus::Disputed => {}
            ProposalStatus::Asked => return Err(Failure::rule(VoteRule::NotOpened)),
            ProposalStatus::Accepted | ProposalStatus::Rejected => {
                let why = format!("the vote on '{}' is closed; the certified result stands", view.title);
                return Err(Failure::new(FailureCode::NotAllowed, why));
            }
        }
        let mine = view.ballots.iter().find(|ballot| ballot.person == me);
        if mine.is_some_and(|ballot| ballot.choice == Some(choice)) {
            return Ok(Written { element: None, entries: Vec::new() });
        }
        // One for each ballot that stands: after conflicting ones all must be replaced (SPEC.md §8.4).
        let mut replaced: Vec<Option<EntryId>> =
            mine.iter().flat_map(|ballot| ballot.tips.iter().copied().map(Some)).collect();
        if replaced.is_empty() {
            replaced.push(None);
        }
        let Some(electorate) = view.opening.electorate else { return Err(Failure::rule(VoteRule::NotOpened)) };
        let ballot = |previous| (scope, Op::Ballot(BallotOp { proposal: view.id, electorate, choice, previous }));
        let entries = replica.write(me, replaced.into_iter().map(ballot).collect())?;
        Ok(Written { element: None, entries })
    }
}

impl Act for CloseVote {
    fn act(self, replica: &mut Replica) -> Result<Box<ProposalDetail>, Failure> {
        let proposal = self.proposal;
        let me = replica.author()?;
        let (scope, view) = replica.find_proposal(&proposal)?;
        if !view.tellers.contains(&me) {
            return Err(Failure::rule(VoteRule::NotATeller));
        }
        let mine = view.certificates.iter().any(|held| held.teller == me && held.problem.is_none());
        let Some(electorate) = view.opening.electorate else { return Err(Failure::rule(VoteRule::NotOpened)) };
        if mine || matches!(view.status, ProposalStatus::Accepted | ProposalStatus::Rejected) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                format!("the vote on '{}' is closed already", view.title),
            ));
        }
        // One ballot of each whose choice counts, whole, so that it stands whatever becomes of its log.
        let counted = view.ballots.iter().filter(|ballot| ballot.choice.is_some());
        let counted: Vec<EntryId> = counted.filter_map(|ballot| ballot.tips.first().copied()).collect();
        let carries = replica.carries(&scope, view.id, &counted)?;
        let mut parts = replica.write(me, carries.into_iter().map(|op| (scope, op)).collect())?;
        parts.sort_unstable();
        let op = CloseOp { proposal: view.id, electorate, parts, tally: view.tally };
        replica.write(me, vec![(scope, Op::Close(Box::new(op)))])?;
        let id = view.id.to_string();
        queries::proposal(
            replica.views.scopes(),
            replica.views.elements(),
            &replica.closed_communities(),
            replica.me,
            &id,
        )
    }
}

impl Replica {
    fn find_proposal(&self, text: &str) -> Result<(Scope, ProposalView), Failure> {
        let (scope, proposal) = queries::find_proposal(self.views.scopes(), text)?;
        Ok((scope, proposal.clone()))
    }

    /// Say as a teller who may vote: whoever has a role by what is known now.
    fn open_vote(&mut self, me: IdentityId, scope: Scope, proposal: EntryId) -> Result<Vec<EntryId>, Failure> {
        let governance = self.views.scopes().get(&scope).and_then(|view| view.governance.clone()).unwrap_or_default();
        // What other tellers have named already, so that they come to name one electorate.
        let named = governance.proposals.iter().find(|view| view.id == proposal).map(|view| view.opening.refs.clone());
        let refs = named.filter(|refs| !refs.is_empty()).unwrap_or_else(|| governance.refs(me, None));
        let people = self.views.state(&scope).and_then(|state| state.electorate(&refs));
        let people = people.ok_or_else(|| {
            let why = "the list of members has not wholly arrived; sync with a peer and try again";
            Failure::new(FailureCode::Busy, why)
        })?;
        let op = OpenOp { proposal, refs, electorate: electorate_root(&people) };
        self.write(me, vec![(scope, Op::Open(op))])
    }

    /// Ballots of a proposal with their bytes, in as few entries as hold them.
    fn carries(&self, scope: &Scope, proposal: EntryId, ballots: &[EntryId]) -> Result<Vec<Op>, Failure> {
        let state = self.views.state(scope);
        let mut entries = Vec::with_capacity(ballots.len());
        for ballot in ballots {
            let place = state.and_then(|state| state.record(*ballot)).map(Record::place);
            let held = place.map(|place| self.store.at(scope, &place)).transpose();
            let held = held.map_err(|error| Failure::internal(error.to_string()))?.flatten();
            let entry = held.and_then(|(_, entry)| entry.into_whole());
            let entry = entry.ok_or_else(|| Failure::internal(format!("the ballot {ballot} is not held any more")))?;
            entries.push(entry.to_raw());
        }
        let parts = parts(entries.into_iter(), CARRIED_MAX, CARRIED_BYTES);
        let carry = |ballots: Vec<RawEntry>| {
            let ballots = ballots.into_iter().map(Some).collect();
            Op::Carry(Box::new(CarryOp { proposal, ballots, names: Vec::new() }))
        };
        Ok(parts.into_iter().map(carry).collect())
    }
}
