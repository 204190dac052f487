//! Roles, proposals, ballots, closing.

use super::{CloseVote, ProposalDetail, ProposalDraft, SetRole, Vote, queries};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, write::Piece},
    },
    failure::{Failure, FailureCode},
    modules::Written,
};
use communaut_protocol::{
    EntryId, Scope,
    fold::{ProposalStatus, ProposalView, ScopeState, VoteRule, electorate_root},
    limits::KEPT_MAX,
    op::{BallotOp, CloseOp, KeepOp, Op, ProposalOp, Quorum, Role, RoleOp},
};

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
        let op = ProposalOp {
            title,
            text: draft.text.trim().to_owned(),
            quorum: Quorum(draft.quorum_permille),
            frontier: replica.views.state(&held.scope).map(ScopeState::frontier).unwrap_or_default(),
            // One teller is enough here: whoever proposes counts, and everyone checks.
            tellers: vec![me],
            closes_ms: draft.closes_ms,
            sample: draft.sample,
        };
        let entries = replica.write(me, vec![(held.scope, Op::Proposal(Box::new(op)))])?;
        Ok(Written { element: Some(draft.container), entries })
    }
}

impl Act for Vote {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { proposal, choice } = self;
        let me = replica.author()?;
        let (scope, view) = replica.find_proposal(&proposal)?;
        if !view.electorate.contains(&me) {
            return Err(Failure::rule(VoteRule::NotInElectorate));
        }
        if view.status != ProposalStatus::Open {
            let why = format!("the vote on '{}' is closed; the certified result stands", view.title);
            return Err(Failure::new(FailureCode::NotAllowed, why));
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
        let ballot = |previous| (scope, Op::Ballot(BallotOp { proposal: view.id, choice, previous }));
        let entries = replica.write(me, replaced.into_iter().map(ballot).collect())?;
        Ok(Written { element: None, entries })
    }
}

impl Act for CloseVote {
    fn act(self, replica: &mut Replica) -> Result<Box<ProposalDetail>, Failure> {
        let proposal = self.proposal;
        let me = replica.author()?;
        let (scope, view) = replica.find_proposal(&proposal)?;
        if view.teller != me {
            return Err(Failure::rule(VoteRule::NotATeller));
        }
        if view.status != ProposalStatus::Open {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                format!("the vote on '{}' is closed already", view.title),
            ));
        }
        if !view.electorate_complete {
            return Err(Failure::new(
                FailureCode::Busy,
                format!(
                    "the list of members of '{}' has not wholly arrived; sync with a peer and try again",
                    view.title
                ),
            ));
        }
        let mut ballots: Vec<EntryId> = view.ballots.iter().flat_map(|ballot| ballot.tips.clone()).collect();
        ballots.sort_unstable();
        let op =
            CloseOp { proposal: view.id, ballots, electorate: electorate_root(&view.electorate), tally: view.tally };
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
}
