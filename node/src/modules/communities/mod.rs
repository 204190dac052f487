//! Closed communities: invitations, and boxes that keep one without reading it. SPEC.md §10.

pub(crate) mod cli;
mod commands;
#[cfg(test)]
mod tests;

use communaut_protocol::{ElementId, EntryId, IdentityId};
use serde::{Deserialize, Serialize};

/// Invitations into closed communities that wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations;

/// Belong to a closed community to which one was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The beginning of its id.
    pub community: String,
}

/// Let a box keep a closed community without reading it, or no longer, as a moderator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// The community.
    pub community: ElementId,
    /// The beginning of the key of the box's device; its identity has to be held here.
    pub device: String,
    /// Whether it is to keep it from now on.
    pub on: bool,
}

/// Closed communities that this node is asked to keep without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeds;

/// Keep one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptSeed {
    /// The beginning of the request's id.
    pub request: String,
}

/// An invitation into a closed community, to be accepted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The community.
    pub community: ElementId,
    /// The person who invites.
    pub from: IdentityId,
    /// Their name; empty until their profile has come.
    pub from_name: String,
    /// The entry that carries it.
    pub entry: EntryId,
}

/// A closed community that somebody asks this node to keep without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedRequest {
    /// The entry that asks.
    pub entry: EntryId,
    /// The person who asks.
    pub from: IdentityId,
    /// Their name; empty until their profile has come.
    pub from_name: String,
    /// Whether it is kept.
    pub accepted: bool,
}
