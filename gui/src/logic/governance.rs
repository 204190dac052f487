//! Which communities and proposals a person sees, and what waits for them.

use communaut_node::api::Snapshot;
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    fold::{Governance, ProposalStatus, ProposalView},
    op::{Choice, Kind, Role},
};
use std::sync::Arc;

/// An organisation or project with a space of its own.
#[derive(Debug, Clone)]
pub struct Community {
    /// Its id, which is its container's.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// Its scope.
    pub scope: Scope,
    /// My role in it.
    pub role: Option<Role>,
    /// Its members and proposals.
    pub governance: Arc<Governance>,
}

/// All communities held: mine first, then by name.
#[must_use]
pub fn communities(snapshot: &Snapshot) -> Vec<Community> {
    let me = snapshot.me.as_ref().map(|me| me.id);
    let mut all: Vec<Community> = snapshot
        .scopes
        .iter()
        .filter_map(|(scope, view)| {
            let governance = view.governance.clone()?;
            let card = snapshot.elements.get(&scope.container)?;
            matches!(card.kind, Kind::Organisation | Kind::Project).then(|| Community {
                id: card.id,
                name: card.name.clone(),
                scope: *scope,
                role: me.and_then(|me| governance.roles.get(&me).copied()),
                governance,
            })
        })
        .collect();
    all.sort_by(|a, b| (a.role.is_none(), &a.name, a.id).cmp(&(b.role.is_none(), &b.name, b.id)));
    all
}

/// What I said on a proposal, if it counts.
#[must_use]
pub fn my_choice(proposal: &ProposalView, me: IdentityId) -> Option<Choice> {
    proposal.ballots.iter().find(|ballot| ballot.person == me)?.choice
}

/// Whether a proposal waits for me: open, I may vote, and nothing of mine counts yet.
#[must_use]
pub fn waits_for(proposal: &ProposalView, me: IdentityId) -> bool {
    proposal.status == ProposalStatus::Open && proposal.electorate.contains(&me) && my_choice(proposal, me).is_none()
}

/// The proposals that wait for me, the oldest first, each with its community's place in the list.
#[must_use]
pub fn waiting(communities: &[Community], me: IdentityId) -> Vec<(usize, EntryId)> {
    let mut found = Vec::new();
    for (at, community) in communities.iter().enumerate() {
        let waits = community.governance.proposals.iter().filter(|proposal| waits_for(proposal, me));
        found.extend(waits.map(|proposal| (proposal.stamp, at, proposal.id)));
    }
    found.sort_unstable();
    found.into_iter().map(|(_, at, id)| (at, id)).collect()
}

/// A proposal and its community, by its id.
#[must_use]
pub fn find(communities: &[Community], id: EntryId) -> Option<(&Community, &ProposalView)> {
    communities.iter().find_map(|community| {
        let found = community.governance.proposals.iter().find(|proposal| proposal.id == id)?;
        Some((community, found))
    })
}

/// How many of the electorate must take part, rounded up.
#[must_use]
pub fn needed(proposal: &ProposalView) -> u32 {
    let share = u64::from(proposal.quorum.0).saturating_mul(u64::from(proposal.tally.electorate));
    u32::try_from(share.div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// A person's name; until it is known, the beginning of their id.
#[must_use]
pub fn name_of(snapshot: &Snapshot, id: IdentityId) -> String {
    let known = snapshot.person(id).map(|person| person.name.clone()).filter(|name| !name.is_empty());
    known.unwrap_or_else(|| id.short())
}

#[cfg(test)]
mod tests {
    use super::*;
    use communaut_protocol::{
        Stamp,
        fold::BallotView,
        op::{Quorum, Tally},
    };

    fn proposal(electorate: Vec<IdentityId>, ballots: Vec<BallotView>) -> ProposalView {
        let size = u32::try_from(electorate.len()).unwrap_or(0);
        ProposalView {
            id: EntryId([1; 32]),
            author: IdentityId([1; 32]),
            stamp: Stamp::from_ms(1),
            title: "Trees?".into(),
            text: String::new(),
            quorum: Quorum(500),
            teller: IdentityId([1; 32]),
            closes_ms: 0,
            electorate,
            electorate_complete: true,
            tally: Tally { electorate: size, ..Tally::default() },
            ballots,
            refused: Vec::new(),
            certificates: Vec::new(),
            status: ProposalStatus::Open,
            sample: false,
        }
    }

    #[test]
    fn an_open_vote_waits_until_i_have_said_something_that_counts() {
        let (me, other) = (IdentityId([1; 32]), IdentityId([2; 32]));
        let mine = |choice| vec![BallotView { person: me, tips: vec![EntryId([9; 32])], choice }];
        assert!(waits_for(&proposal(vec![me, other], Vec::new()), me));
        assert!(!waits_for(&proposal(vec![other], Vec::new()), me), "no member");
        assert!(!waits_for(&proposal(vec![me], mine(Some(Choice::Blank))), me), "blank is said too");
        assert!(waits_for(&proposal(vec![me], mine(None)), me), "conflicting ballots count for nothing");
        let closed = ProposalView { status: ProposalStatus::Accepted, ..proposal(vec![me], Vec::new()) };
        assert!(!waits_for(&closed, me));
    }

    #[test]
    fn the_quorum_is_rounded_up() {
        let people: Vec<IdentityId> = (0..5).map(|n| IdentityId([n; 32])).collect();
        assert_eq!(needed(&proposal(people, Vec::new())), 3);
        assert_eq!(needed(&proposal(Vec::new(), Vec::new())), 0);
    }
}
