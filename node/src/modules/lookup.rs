//! Finding what a command names, in the live views.

use crate::{daemon::replica::Replica, failure::Failure};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::{ElementView, Governance},
    op::Role,
};
use std::sync::Arc;

impl Replica {
    /// An element that is shown, as it was said.
    pub(super) fn element(&self, id: ElementId) -> Result<Arc<ElementView>, Failure> {
        let found = self.views.said(&id).cloned();
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

/// The ids that begin with hexadecimal characters.
pub(crate) fn id_range(text: &str, what: &str) -> Result<std::ops::RangeInclusive<[u8; 32]>, Failure> {
    bounds(text, what).map(|(from, to)| from..=to)
}

/// The one id of 32 bytes that begins with hexadecimal characters.
pub(crate) fn bounds(text: &str, what: &str) -> Result<([u8; 32], [u8; 32]), Failure> {
    let digits: Option<Vec<u8>> =
        text.trim().chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| (4..=64).contains(&digits.len())).ok_or_else(|| {
        Failure::invalid(format!("'{text}' is not the id of {what}: give at least its first 4 hexadecimal characters"))
    })?;
    let fill = |with: u8| {
        let mut bytes = [with << 4 | with; 32];
        for (index, digit) in digits.iter().enumerate() {
            let byte = &mut bytes[index / 2];
            *byte = if index % 2 == 0 { digit << 4 | *byte & 0x0f } else { *byte & 0xf0 | digit };
        }
        bytes
    };
    Ok((fill(0), fill(0xf)))
}

/// The only one that was found.
pub(crate) fn one<T>(text: &str, what: &str, mut found: impl Iterator<Item = T>) -> Result<T, Failure> {
    let first = found.next().ok_or_else(|| Failure::not_found(format!("no {what} '{text}' is held here")))?;
    if found.next().is_some() {
        return Err(Failure::invalid(format!("more than one {what} begins with '{text}': give more of its id")));
    }
    Ok(first)
}
