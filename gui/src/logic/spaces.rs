//! Spaces with members, open and closed: whose a scope is, and what one may do there.

use communaut_node::api::Snapshot;
use communaut_protocol::{Scope, op::Role};

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
        assert!(snapshot.container(council).is_some());
        assert_eq!(snapshot.space_of(&council.scope), council.id);
        let event = snapshot.elements.values().find(|one| one.name == "Closed meeting").unwrap();
        assert_eq!(event.scope, council.scope);
        assert!(snapshot.container(event).is_none(), "it stands in another's space");
        let place = snapshot.elements.values().find(|one| one.name == "Oodi").unwrap();
        assert!(snapshot.container(place).is_none());
        assert!(may_moderate(&snapshot, &council.scope));
        assert!(!may_moderate(&snapshot, &place.scope), "an open cell has no moderator");
    }
}
