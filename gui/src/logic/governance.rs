//! Which communities and proposals a person sees, and what waits for them.

use communaut_node::api::Snapshot;
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    fold::{CertificateView, Governance, ProposalStatus, ProposalView, VoteRule},
    op::{Choice, Kind, Role},
};
use std::sync::Arc;

/// An organisation or project with a space of its own.
#[derive(Debug, Clone)]
pub struct GovernedElement {
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
pub fn communities(snapshot: &Snapshot) -> Vec<GovernedElement> {
    let me = snapshot.me.as_ref().map(|me| me.id);
    let mut all: Vec<GovernedElement> = snapshot
        .scopes
        .iter()
        .filter_map(|(scope, view)| {
            let governance = view.governance.clone()?;
            let card = snapshot.elements.get(&snapshot.space_of(scope))?;
            matches!(card.kind, Kind::Organisation | Kind::Project).then(|| GovernedElement {
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
pub fn waiting(communities: &[GovernedElement], me: IdentityId) -> Vec<(usize, EntryId)> {
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
pub fn find(communities: &[GovernedElement], id: EntryId) -> Option<(&GovernedElement, &ProposalView)> {
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
        Some(_) if !certificate.missing.is_empty() => Worth::Missing(certificate.missing.len()),
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

/// People whom one may admit: those met who are no members.
#[must_use]
pub fn strangers(
    snapshot: &Snapshot,
    community: &Governance,
    typed: &str,
    max: usize,
) -> (Vec<(IdentityId, String)>, usize) {
    people(snapshot, typed, max, |id| !community.roles.contains_key(&id))
}

/// People met whose name or id begins with what was typed, word by word. By name, so many at the most; and how many
/// more there are.
#[must_use]
pub fn people(
    snapshot: &Snapshot,
    typed: &str,
    max: usize,
    wanted: impl Fn(IdentityId) -> bool,
) -> (Vec<(IdentityId, String)>, usize) {
    let typed = typed.trim().to_lowercase();
    let fits = |name: &str, id: IdentityId| {
        let name = name.to_lowercase();
        let word = |at: usize| !name.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        name.match_indices(&typed).any(|(at, _)| word(at)) || id.to_string().starts_with(&typed)
    };
    let met = snapshot.identities.keys().filter(|id| wanted(**id));
    let mut found: Vec<(String, IdentityId)> =
        met.map(|id| (name_of(snapshot, *id), *id)).filter(|(name, id)| fits(name, *id)).collect();
    found.sort_unstable();
    let more = found.len().saturating_sub(max);
    found.truncate(max);
    (found.into_iter().map(|(name, id)| (id, name)).collect(), more)
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
    use communaut_node::api::Me;
    use communaut_protocol::{
        DeviceId, Position, Stamp,
        fold::{BallotView, IdentityView},
        op::{Quorum, Tally},
    };
    use std::collections::BTreeMap;

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
    fn a_certificate_is_worth_what_this_device_can_check() {
        let certificate = |problem, missing: usize| CertificateView {
            entry: EntryId([8; 32]),
            teller: IdentityId([1; 32]),
            tally: Tally::default(),
            problem,
            missing: vec![EntryId([9; 32]); missing],
        };
        assert_eq!(worth(&certificate(None, 0)), Worth::Checked);
        assert_eq!(worth(&certificate(Some(VoteRule::Mismatch), 2)), Worth::Missing(2));
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
    fn whom_one_may_admit() {
        let mut snapshot = Snapshot::default();
        for (number, name) in [(1, "Aino Virtanen"), (2, "Élise Aubert"), (3, ""), (4, "Bo")] {
            let id = IdentityId([number; 32]);
            snapshot.identities.insert(id, Arc::new(IdentityView { id, name: name.into(), ..IdentityView::default() }));
        }
        let held = Governance { roles: BTreeMap::from([(IdentityId([4; 32]), Role::Leader)]), ..Governance::default() };
        let names = |typed: &str, max| {
            let (found, more) = strangers(&snapshot, &held, typed, max);
            (found.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), more)
        };
        let nameless = IdentityId([3; 32]).short();
        assert_eq!(names("", 9), (vec![nameless.clone(), "Aino Virtanen".into(), "Élise Aubert".into()], 0));
        assert_eq!(names("", 1), (vec![nameless.clone()], 2));
        assert_eq!(names(" au", 9), (vec!["Élise Aubert".into()], 0));
        assert_eq!(names("ÉL", 9), (vec!["Élise Aubert".into()], 0));
        assert_eq!(names("bert", 9).0, Vec::<String>::new(), "inside of a word is no beginning");
        assert_eq!(names("0303", 9), (vec![nameless], 0));
        assert_eq!(names("bo", 9).0, Vec::<String>::new(), "a member already");
    }

    #[test]
    fn mine_come_first_and_what_waits_is_the_oldest() {
        let me = IdentityId([1; 32]);
        let me_here = Me { id: me, device: DeviceId::default(), name: String::new(), home: Position::default() };
        let mut snapshot = Snapshot { me: Some(me_here), ..Snapshot::default() };
        let asked = |stamp, id| ProposalView {
            stamp: Stamp::from_ms(stamp),
            id: EntryId([id; 32]),
            ..proposal(vec![me], Vec::new())
        };
        let all = [
            (1, "Zebra", Kind::Organisation, true, vec![asked(30, 1), asked(10, 2)]),
            (2, "Anchor", Kind::Project, false, vec![]),
            (3, "Mill", Kind::Organisation, true, vec![asked(20, 3)]),
            (4, "Fair", Kind::Event, true, vec![asked(5, 4)]),
        ];
        for (number, name, kind, member, proposals) in all {
            let id = ElementId([number; 32]);
            let scope = Scope::container(Position::default(), id);
            let roles = if member { BTreeMap::from([(me, Role::Member)]) } else { BTreeMap::new() };
            let governance = Governance { roles, proposals, ..Governance::default() };
            snapshot.scopes.entry(scope).or_default().governance = Some(Arc::new(governance));
            let mut card = crate::fixture::element(u64::from(number), kind, name, Position::default());
            (card.id, card.scope) = (id, scope);
            snapshot.elements.insert(id, Arc::new(card));
        }
        let found = communities(&snapshot);
        let names: Vec<&str> = found.iter().map(|community| community.name.as_str()).collect();
        assert_eq!(names, ["Mill", "Zebra", "Anchor"], "an event has no members");
        let waits: Vec<u8> = waiting(&found, me).into_iter().map(|(_, id)| id.0[0]).collect();
        assert_eq!(waits, [2, 3, 1]);
        assert_eq!(find(&found, EntryId([3; 32])).map(|(community, _)| community.name.as_str()), Some("Mill"));
        assert!(find(&found, EntryId([4; 32])).is_none());
    }

    #[test]
    fn the_quorum_is_rounded_up() {
        let people: Vec<IdentityId> = (0..5).map(|n| IdentityId([n; 32])).collect();
        assert_eq!(needed(&proposal(people, Vec::new())), 3);
        assert_eq!(needed(&proposal(Vec::new(), Vec::new())), 0);
    }
}
