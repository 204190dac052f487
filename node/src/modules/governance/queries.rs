//! Proposals of the snapshot.

use super::{Proposal, ProposalDetail};
use crate::{
    failure::Failure,
    modules::{Read, bounds, one},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::{ElementView, ProposalStatus, ProposalView, ScopeView},
};
use imbl::OrdMap;
use std::{collections::BTreeMap, sync::Arc};

impl Read for Proposal {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<ProposalDetail>, Failure> {
        let me = snapshot.me.as_ref().map(|me| me.id);
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
    let found = all.flat_map(|(scope, governance)| governance.proposals.iter().map(|proposal| (*scope, proposal)));
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
