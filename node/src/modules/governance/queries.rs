//! Proposals of the snapshot.

use super::{Communities, CommunityDetail, Proposal, ProposalDetail};
use crate::{
    failure::Failure,
    modules::{Read, bounds, one},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::{ElementView, ProposalStatus, ProposalView, ScopeView},
    op::Kind,
};
use imbl::OrdMap;
use std::{collections::BTreeMap, sync::Arc};

impl Read for Communities {
    /// One's own first, then by name.
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<CommunityDetail>, Failure> {
        let community = |(scope, view): (&Scope, &ScopeView)| {
            let governance = view.governance.clone()?;
            let card = snapshot.elements.get(&snapshot.space_of(scope))?;
            matches!(card.kind, Kind::Organisation | Kind::Project).then(|| CommunityDetail {
                id: card.id,
                name: card.name.clone(),
                scope: *scope,
                role: snapshot.my_role(scope),
                has_erasures: !view.erasures.is_empty(),
                governance,
            })
        };
        let mut all: Vec<CommunityDetail> = snapshot.scopes.iter().filter_map(community).collect();
        all.sort_by(|a, b| (a.role.is_none(), &a.name, a.id).cmp(&(b.role.is_none(), &b.name, b.id)));
        Ok(all)
    }
}

impl Read for Proposal {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<ProposalDetail>, Failure> {
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        proposal(&snapshot.scopes, &snapshot.elements, &snapshot.closed, me, &self.proposal)
    }
}

/// The proposal whose id begins so, with its scope.
pub(crate) fn find_proposal<'a>(
    scopes: &'a OrdMap<Scope, ScopeView>,
    text: &str,
) -> Result<(Scope, &'a ProposalView), Failure> {
    let (from, to) = bounds(text, "a proposal")?;
    let all = scopes.iter().filter_map(|(scope, view)| Some((scope, view.governance.as_ref()?)));
    let found = all.flat_map(|(scope, held)| held.proposals.iter().map(|proposal| (*scope, proposal.as_ref())));
    one(text, "proposal", found.filter(|(_, proposal)| (from..=to).contains(&proposal.id.0)))
}

/// One proposal with where it stands.
pub(crate) fn proposal(
    scopes: &OrdMap<Scope, ScopeView>,
    elements: &OrdMap<ElementId, Arc<ElementView>>,
    closed: &BTreeMap<Scope, ElementId>,
    me: Option<IdentityId>,
    text: &str,
) -> Result<Box<ProposalDetail>, Failure> {
    let (scope, view) = find_proposal(scopes, text)?;
    let container = closed.get(&scope).copied().unwrap_or(scope.container);
    let container_name = elements.get(&container).map(|container| container.name.clone()).unwrap_or_default();
    let open = view.status == ProposalStatus::Open;
    Ok(Box::new(ProposalDetail {
        scope,
        container,
        container_name,
        may_vote: open && me.is_some_and(|me| view.electorate.contains(&me)),
        proposal: view.clone(),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::snapshot::test_support::{ME, Made};
    use communaut_protocol::{fold::Governance, op::Role};

    #[test]
    fn mine_come_first_and_an_event_has_no_members() {
        let mut made = Made::new();
        for (number, name, kind, role) in [
            (1, "Zebra", Kind::Organisation, Some(Role::Member)),
            (2, "Anchor", Kind::Project, None),
            (3, "Mill", Kind::Organisation, Some(Role::Leader)),
            (4, "Fair", Kind::Event, Some(Role::Member)),
        ] {
            let roles = role.map(|role| (ME, role)).into_iter().collect();
            made.found(number, kind, name, Governance { roles, ..Governance::default() });
        }
        let found = Communities.read(&made.0).unwrap();
        let found: Vec<_> = found.iter().map(|community| (community.name.as_str(), community.role)).collect();
        assert_eq!(found, [("Mill", Some(Role::Leader)), ("Zebra", Some(Role::Member)), ("Anchor", None)]);
    }
}
