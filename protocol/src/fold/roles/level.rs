//! What somebody is, and who is more. SPEC.md §8.1.

use crate::op::Role;
use serde::{Deserialize, Serialize};

/// What somebody is: their role, and as a leader how far from the founder they were made one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// None: no role.
    pub role: Option<Role>,
    /// Of a leader: 0 the founder, 1 whom the founder made a leader, and so on. Of others it says nothing.
    pub depth: u32,
}

impl Rank {
    /// Whether this is strictly more: ids and stamps never decide.
    #[must_use]
    pub fn outranks(&self, other: &Self) -> bool {
        Level::of(*self) < Level::of(*other)
    }
}

/// Whether someone may take a person to a role: SPEC.md §8.1 has the table. Equals cannot take each other's.
#[must_use]
pub fn may_grant(by: Rank, own: bool, before: Rank, after: Option<Role>) -> bool {
    if after == before.role {
        // It changes nothing.
        return false;
    }
    if own { after < before.role } else { Level::of(by).may_set(Level::of(before), after) }
}

/// A rank as one number, the smaller the more: of leaders the depth, then moderators, contributors, members, nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fold) struct Level(u32);

impl Level {
    pub const FOUNDER: Self = Self(0);
    pub const MODERATOR: Self = Self(u32::MAX - 3);
    /// Of who has no role.
    pub const NOBODY: Self = Self(u32::MAX);

    fn of(rank: Rank) -> Self {
        if rank.role == Some(Role::Leader) {
            Self(rank.depth.min(Self::MODERATOR.0 - 1))
        } else {
            Self::most(rank.role)
        }
    }
    /// The most that a role can be: as a leader that of the founder.
    pub const fn most(role: Option<Role>) -> Self {
        match role {
            Some(Role::Leader) => Self::FOUNDER,
            Some(Role::Moderator) => Self::MODERATOR,
            Some(Role::Contributor) => Self(u32::MAX - 2),
            Some(Role::Member) => Self(u32::MAX - 1),
            None => Self::NOBODY,
        }
    }
    /// What a word by somebody of this level gives: a leader made by a leader is one further from the founder.
    pub fn gives(self, role: Option<Role>) -> Self {
        if role == Some(Role::Leader) { self.next() } else { Self::most(role) }
    }
    /// One further from the founder, as a leader.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1).min(Self::MODERATOR.0 - 1))
    }
    /// Whether whoever is this may set a role of somebody who is that.
    pub fn may_set(self, person: Self, role: Option<Role>) -> bool {
        let below = |role: Option<Role>| role < Some(Role::Moderator);
        self < person && (self < Self::MODERATOR || (self == Self::MODERATOR && below(role)))
    }
    /// As a role and a depth.
    pub fn rank(self) -> Rank {
        let role = match u32::MAX.saturating_sub(self.0) {
            0 => None,
            1 => Some(Role::Member),
            2 => Some(Role::Contributor),
            3 => Some(Role::Moderator),
            _ => return Rank { role: Some(Role::Leader), depth: self.0 },
        };
        Rank { role, depth: 0 }
    }
}
