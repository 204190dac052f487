//! Governance of an organisation or project: roles, proposals, votes, and an audit of all acts. SPEC.md §8.

mod audit;
pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;

use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    fold::{Governance, ProposalView},
    op::{Choice, Role},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Give or take a role in an organisation or project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRole {
    /// Where.
    pub container: ElementId,
    /// To whom.
    pub person: IdentityId,
    /// Which; none takes any away.
    pub role: Option<Role>,
}

/// Who holds which role in an organisation or project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Where.
    pub container: ElementId,
}

/// Every act on roles and every act of moderation, in causal order, and whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Where.
    pub container: ElementId,
}

/// As a keeper, settle for good what was done about roles so far (SPEC.md §8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// Where.
    pub container: ElementId,
}

/// Organisations and projects with a space of their own, with members and proposals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communities;

/// Vote, or change one's vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// On what; the beginning of an id is enough, if only one has it.
    pub proposal: String,
    /// What.
    pub choice: Choice,
}

/// Say who may vote on a proposal, as one of its tellers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenVote {
    /// On what; the beginning of an id is enough.
    pub proposal: String,
}

/// Count and certify, as one of the proposal's tellers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseVote {
    /// Which; the beginning of an id is enough.
    pub proposal: String,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which; the beginning of an id is enough.
    pub proposal: String,
}

/// An organisation or project with a space of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityDetail {
    /// Its id, which is its card's.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// Its scope.
    pub scope: Scope,
    /// The role of this node's person in it.
    pub role: Option<Role>,
    /// Whether anything was erased in it.
    pub has_erasures: bool,
    /// Its members and proposals.
    pub governance: Arc<Governance>,
}

/// Somebody with a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: IdentityId,
    /// As they want to be called; empty until their profile has come.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they made the organisation or project.
    pub founder: bool,
}

/// An act of governance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The entry.
    pub entry: EntryId,
    /// Who did it.
    pub author: IdentityId,
    /// Their name; empty until their profile has come.
    pub author_name: String,
    /// When, as they say: milliseconds since 1970 UTC.
    pub written_ms: u64,
    /// What.
    pub act: AuditAct,
    /// Whether it counts (SPEC.md §8.1); if not, its author had no right to it or a revocation has made it void.
    pub counts: bool,
    /// Whether keepers have settled it: nobody can undo it any more.
    pub settled: bool,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditAct {
    /// A role given, or all taken away.
    Role {
        /// To whom.
        person: IdentityId,
        /// Their name; empty until their profile has come.
        name: String,
        /// Which; none: taken away.
        role: Option<Role>,
    },
    /// Entries hidden, for which reason.
    Erase {
        /// How many.
        entries: u64,
        /// A few words; may be empty.
        reason: String,
    },
    /// An erasure taken back.
    Void {
        /// Which.
        erasure: EntryId,
    },
}

/// A question to the members of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalDraft {
    /// The organisation or project.
    pub container: ElementId,
    /// The question.
    pub title: String,
    /// The reasons.
    pub text: String,
    /// Share of the electorate that must take part, in thousandths.
    pub quorum_permille: u16,
    /// When the author means to close, milliseconds since 1970 UTC.
    pub closes_ms: u64,
    /// Who opens and counts; nobody: the author.
    #[serde(default)]
    pub tellers: Vec<IdentityId>,
    /// How many of them have to agree, at least one.
    #[serde(default)]
    pub agree: u8,
    /// Made for a demonstration.
    pub sample: bool,
}

/// A proposal with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalDetail {
    /// The scope of its container.
    pub scope: Scope,
    /// The organisation or project.
    pub container: ElementId,
    /// The container's name.
    pub container_name: String,
    /// The proposal.
    pub proposal: ProposalView,
    /// Whether this node's person may vote on it.
    pub may_vote: bool,
}
