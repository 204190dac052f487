//! Spaces with members, open and closed: whose a scope is, and what one may do there.

use communaut_node::api::Snapshot;
use communaut_protocol::{
    Scope,
    fold::{ElementView, ScopeView},
    op::{Kind, Role},
};
use std::sync::Arc;

/// The element whose space a scope is. That of a closed community goes by a blinded id (SPEC.md §10.4): there it is
/// what its founder made and that belongs to nothing else.
#[must_use]
pub fn card<'a>(snapshot: &'a Snapshot, scope: &Scope, view: &'a ScopeView) -> Option<&'a Arc<ElementView>> {
    if !scope.is_closed() {
        return snapshot.elements.get(&scope.container);
    }
    let founder = view.governance.as_ref()?.founder?;
    let held = view.elements.values();
    held.filter(|one| matches!(one.kind, Kind::Organisation | Kind::Project) && one.owner == founder)
        .find(|one| one.parent.is_none())
}

/// The space of an element, if it has one of its own.
#[must_use]
pub fn space<'a>(snapshot: &'a Snapshot, element: &ElementView) -> Option<&'a ScopeView> {
    let view = snapshot.scopes.get(&element.scope)?;
    let own = element.scope.container == element.id
        || (element.scope.is_closed() && card(snapshot, &element.scope, view).is_some_and(|one| one.id == element.id));
    own.then_some(view)
}

/// My role in the space that a scope is.
#[must_use]
pub fn my_role(snapshot: &Snapshot, scope: &Scope) -> Option<Role> {
    let me = snapshot.me.as_ref()?;
    snapshot.scopes.get(scope)?.governance.as_ref()?.roles.get(&me.id).copied()
}

/// Whether I may hide there what others wrote.
#[must_use]
pub fn may_moderate(snapshot: &Snapshot, scope: &Scope) -> bool {
    my_role(snapshot, scope) >= Some(Role::Moderator)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture;

    #[test]
    fn a_closed_community_is_found_by_its_card_and_not_by_its_blinded_id() {
        let snapshot = fixture::private();
        let council = snapshot.elements.values().find(|one| one.name == "Tenants’ council").unwrap();
        assert!(council.scope.is_closed());
        assert_ne!(council.scope.container, council.id);
        let view = space(&snapshot, council).unwrap();
        assert_eq!(card(&snapshot, &council.scope, view).map(|one| one.id), Some(council.id));
        let event = snapshot.elements.values().find(|one| one.name == "Closed meeting").unwrap();
        assert_eq!(event.scope, council.scope);
        assert!(space(&snapshot, event).is_none(), "it stands in another's space");
        let place = snapshot.elements.values().find(|one| one.name == "Oodi").unwrap();
        assert!(space(&snapshot, place).is_none());
        assert!(may_moderate(&snapshot, &council.scope));
        assert!(!may_moderate(&snapshot, &place.scope), "an open cell has no moderator");
    }
}
