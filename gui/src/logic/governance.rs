//! What waits for a person among proposals, and what a certificate is worth.

use communaut_node::api::CommunityDetail;
use communaut_protocol::{
    EntryId, IdentityId,
    fold::{CertificateView, ProposalStatus, ProposalView, VoteRule},
    op::Choice,
};
use std::sync::Arc;

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
pub fn waiting(communities: &[CommunityDetail], me: IdentityId) -> Vec<(usize, EntryId)> {
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
pub fn find(communities: &[CommunityDetail], id: EntryId) -> Option<(&CommunityDetail, &ProposalView)> {
    communities.iter().find_map(|community| {
        let found = community.governance.proposals.iter().map(Arc::as_ref).find(|proposal| proposal.id == id)?;
        Some((community, found))
    })
}

/// How many of the electorate must take part, rounded up.
#[must_use]
pub fn needed(proposal: &ProposalView) -> u32 {
    let share = u64::from(proposal.quorum.0).saturating_mul(u64::from(proposal.tally.electorate));
    u32::try_from(share.div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// What a certificate is worth on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Counted again here, with the same result.
    Checked,
    /// By somebody who may not close this vote: it counts for nothing.
    NotATeller,
    /// So many ballots that it lists have not arrived here.
    Missing(usize),
    /// The ballots or the electorate held here give something else.
    Differs,
}

/// What a certificate is worth.
#[must_use]
pub fn worth(certificate: &CertificateView) -> Worth {
    match certificate.problem {
        None => Worth::Checked,
        Some(VoteRule::NotATeller) => Worth::NotATeller,
        Some(VoteRule::Incomplete) => Worth::Missing(certificate.missing.len()),
        Some(_) => Worth::Differs,
    }
}

/// Whether certificates of those who may close this vote contradict each other.
#[must_use]
pub fn certificates_disagree(proposal: &ProposalView) -> bool {
    let mut tallies =
        proposal.certificates.iter().filter(|held| worth(held) != Worth::NotATeller).map(|held| held.tally);
    let first = tallies.next();
    tallies.any(|tally| Some(tally) != first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use communaut_protocol::{
        ElementId, Position, Scope, Stamp,
        fold::{BallotView, Governance, OpeningView},
        op::{Quorum, Role, Tally},
    };

    fn proposal(electorate: Vec<IdentityId>, ballots: Vec<BallotView>) -> ProposalView {
        let size = u32::try_from(electorate.len()).unwrap_or(0);
        ProposalView {
            id: EntryId([1; 32]),
            author: IdentityId([1; 32]),
            stamp: Stamp::from_ms(1),
            title: "Trees?".into(),
            text: String::new(),
            text_erased: false,
            quorum: Quorum(500),
            tellers: vec![IdentityId([1; 32])],
            agree: 1,
            closes_ms: 0,
            electorate: electorate.into(),
            opening: OpeningView::default(),
            tally: Tally { electorate: size, ..Tally::default() },
            ballots,
            refused: Vec::new(),
            late: Vec::new(),
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
    fn a_certificate_is_worth_what_this_device_can_check() {
        let certificate = |problem, missing: usize| CertificateView {
            entry: EntryId([8; 32]),
            teller: IdentityId([1; 32]),
            tally: Tally::default(),
            problem,
            missing: vec![EntryId([9; 32]); missing],
        };
        assert_eq!(worth(&certificate(None, 0)), Worth::Checked);
        assert_eq!(worth(&certificate(Some(VoteRule::Incomplete), 2)), Worth::Missing(2));
        assert_eq!(worth(&certificate(Some(VoteRule::Mismatch), 0)), Worth::Differs);
        // Whoever may not close is told so first, whatever else is wrong.
        assert_eq!(worth(&certificate(Some(VoteRule::NotATeller), 2)), Worth::NotATeller);

        let other = CertificateView { tally: Tally { yes: 1, ..Tally::default() }, ..certificate(None, 0) };
        let closed = |certificates| ProposalView { certificates, ..proposal(Vec::new(), Vec::new()) };
        assert!(certificates_disagree(&closed(vec![certificate(None, 0), other.clone()])));
        assert!(!certificates_disagree(&closed(vec![certificate(None, 0), certificate(None, 0)])));
        assert!(
            !certificates_disagree(&closed(vec![certificate(Some(VoteRule::NotATeller), 0), other])),
            "one alone counts"
        );
        assert!(!certificates_disagree(&closed(Vec::new())));
    }

    #[test]
    fn what_waits_longest_comes_first() {
        let me = IdentityId([1; 32]);
        let asked = |stamp, id| {
            let (stamp, id) = (Stamp::from_ms(stamp), EntryId([id; 32]));
            Arc::new(ProposalView { stamp, id, ..proposal(vec![me], Vec::new()) })
        };
        let community = |number, name: &str, proposals| CommunityDetail {
            id: ElementId([number; 32]),
            name: name.into(),
            scope: Scope::container(Position::default(), ElementId([number; 32])),
            role: Some(Role::Member),
            has_erasures: false,
            governance: Arc::new(Governance { proposals, ..Governance::default() }),
        };
        let all = [
            community(1, "Mill", vec![asked(20, 3)]),
            community(2, "Zebra", vec![asked(30, 1), asked(10, 2)]),
            community(3, "Anchor", Vec::new()),
        ];
        let waits: Vec<u8> = waiting(&all, me).into_iter().map(|(_, id)| id.0[0]).collect();
        assert_eq!(waits, [2, 3, 1]);
        assert_eq!(find(&all, EntryId([3; 32])).map(|(community, _)| community.name.as_str()), Some("Mill"));
        assert!(find(&all, EntryId([4; 32])).is_none());
    }

    #[test]
    fn the_quorum_is_rounded_up() {
        let people: Vec<IdentityId> = (0..5).map(|n| IdentityId([n; 32])).collect();
        assert_eq!(needed(&proposal(people, Vec::new())), 3);
        assert_eq!(needed(&proposal(Vec::new(), Vec::new())), 0);
    }
}
