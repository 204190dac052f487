//! Finding what a command names, in the live views.

use crate::{api::Failure, daemon::core::Core};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::{ElementView, Governance},
    op::Role,
};
use std::sync::Arc;

impl Core {
    /// An element that is shown.
    pub(super) fn element(&self, id: ElementId) -> Result<Arc<ElementView>, Failure> {
        let found = self.views.elements().get(&id).cloned();
        found.ok_or_else(|| Failure::not_found(format!("no element {} is held here", id.short())))
    }

    /// The governance of an organisation or project with a space of its own.
    pub(super) fn governance(&self, container: &ElementView) -> Result<Arc<Governance>, Failure> {
        let own = self.is_space_of(&container.scope, container.id);
        let view = if own { self.views.scopes().get(&container.scope) } else { None };
        view.and_then(|view| view.governance.clone()).ok_or_else(|| {
            Failure::invalid(format!(
                "'{}' has no space of its own, so no members: only organisations and projects made here have one",
                container.name
            ))
        })
    }

    /// A person's role in the container in whose space an element lies.
    pub(super) fn role_in(&self, element: &ElementView, person: IdentityId) -> Option<Role> {
        let view = self.views.scopes().get(&element.scope)?;
        view.governance.as_ref()?.roles.get(&person).copied()
    }
}
