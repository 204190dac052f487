//! Roles, and acts of governance said again.

use super::{OpError, Operation, Rule, Sealing, ascending, bound, schema};
use crate::{
    codec::is_default,
    entry::RawEntry,
    ids::{EntryId, IdentityId},
    limits::{REFS_MAX, WITNESSED_MAX},
};
use serde::{Deserialize, Serialize};

/// Roles in a container, weakest first. A leader may do everything that the others may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; SPEC.md §8 has the table of who may do what")]
pub enum Role {
    Member,
    Contributor,
    Moderator,
    Leader,
}

/// Gives a role to a person, or takes any away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleOp {
    /// To whom.
    pub person: IdentityId,
    /// Which role; none takes away.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role: Option<Role>,
    /// The acts of governance that the author knew last: the causal past.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
    /// Whether the author means to take something away. Of no role it goes without saying, and is not said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lowers: bool,
}

impl RoleOp {
    /// One that takes a person, who is something now, to a role.
    #[must_use]
    pub fn new(person: IdentityId, before: Option<Role>, role: Option<Role>, refs: Vec<EntryId>) -> Self {
        Self { person, role, refs, lowers: role.is_some() && role < before }
    }
    /// Whether it takes something away, by its author's word.
    #[must_use]
    pub fn lowers(&self) -> bool {
        self.lowers || self.role.is_none()
    }
}

/// Acts of governance of any logs of the same scope, said again whole, so that who refers to them does not depend on
/// what becomes of the logs that they stand in (SPEC.md §8.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActWitnessOp {
    /// Their entries. What does not verify, or is no act of this scope, is passed over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub acts: Vec<RawEntry>,
}

impl Operation for ActWitnessOp {
    const RULE: Rule = Rule { governs: false, ..Rule::governing(schema::ACT_WITNESS, "act witness", Sealing::Roster) };

    fn check(&self) -> Result<(), OpError> {
        bound("acts", self.acts.len(), WITNESSED_MAX)
    }

    fn tidy(&mut self) {}
}
impl Operation for RoleOp {
    const RULE: Rule = Rule::governing(schema::ROLE, "role", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        if self.lowers && self.role.is_none_or(|role| role >= Role::Leader) {
            return Err(OpError::Bound { field: "lowers", why: "to nothing, or to the highest role".into() });
        }
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
