//! As what somebody writes of an element: whose the element is may come only later. SPEC.md §7.2.

use crate::{
    fold::Record,
    ids::{ElementId, IdentityId},
    op::Role,
};
use serde::{Deserialize, Serialize};

/// What an entry tells by itself of whether its author may write an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// By no role that would do.
    None,
    /// If the element is theirs.
    Owner,
    /// Whoever owns it.
    Any,
}

impl Right {
    /// By which right a record speaks of an element of its scope.
    pub(in crate::fold) fn of(id: ElementId, record: &Record, role: Option<Role>) -> Self {
        if record.container.is_zero() {
            return Self::Owner;
        }
        match role {
            Some(Role::Moderator | Role::Leader) => Self::Any,
            Some(Role::Contributor) => Self::Owner,
            _ if id == record.container => Self::Owner,
            _ => Self::None,
        }
    }

    /// Whether it will do, of an element of this owner, as far as that is known.
    #[must_use]
    pub fn holds(self, author: IdentityId, owner: Option<IdentityId>) -> bool {
        self == Self::Any || self == Self::Owner && owner == Some(author)
    }
}
