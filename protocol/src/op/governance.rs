//! Roles, proposals, ballots, certificates.

use super::{
    OpError, Operation, Restating, Rule, ScopeKind, Sealing, ascending, bound, schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::is_default,
    ids::{AuthorId, DeviceId, EntryId, Hash, IdentityId},
    limits::{CERTIFIED_BALLOTS_MAX, FRONTIER_MAX, NAME_MAX, REFS_MAX, TEXT_MAX},
    scope::{LogId, Scope},
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
    /// The role entries that the author knew last: the causal past.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
}

/// The head of a log that may hold role entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FrontierHead {
    /// By whom, as its headers say.
    pub author: AuthorId,
    /// Whose log, in the container's scope.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u64,
    /// The last entry that counts.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
}

impl FrontierHead {
    /// The place of an entry of a log in the log's scope.
    #[must_use]
    pub const fn of(log: &LogId, seq: u64, id: EntryId) -> Self {
        Self { author: log.author, device: log.device, epoch: log.epoch, seq, id }
    }
    /// The log in which it is, in a scope.
    #[must_use]
    pub const fn log(&self, scope: Scope) -> LogId {
        LogId { scope, author: self.author, device: self.device, epoch: self.epoch }
    }
}

/// How many must take part, in thousandths of the electorate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quorum(pub u16);

/// A yes/no/blank question to the members of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalOp {
    /// The question.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: String,
    /// The reasons.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: String,
    /// Share of the electorate that must take part, blank votes included.
    pub quorum: Quorum,
    /// Whose fold is the electorate: ascending, each log once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub frontier: Vec<FrontierHead>,
    /// Who closes. One is enough here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tellers: Vec<IdentityId>,
    /// When the author means to close; a hint, which decides nothing.
    pub closes_ms: u64,
    /// Made for a demonstration.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sample: bool,
}

/// What a ballot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Choice {
    Yes,
    No,
    Blank,
}

/// A vote. It names the same person's ballot before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotOp {
    /// On what.
    pub proposal: EntryId,
    /// What.
    pub choice: Choice,
    /// The person's ballot that this one replaces.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<EntryId>,
}

/// Counted votes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// In favour.
    pub yes: u32,
    /// Against.
    pub no: u32,
    /// Took part without a side.
    pub blank: u32,
    /// How many may vote.
    pub electorate: u32,
}

impl Tally {
    /// All who took part.
    #[must_use]
    pub fn turnout(&self) -> u32 {
        self.yes.saturating_add(self.no).saturating_add(self.blank)
    }
    /// Whether enough took part.
    #[must_use]
    pub fn quorate(&self, quorum: Quorum) -> bool {
        u64::from(self.turnout()).saturating_mul(1_000)
            >= u64::from(quorum.0).saturating_mul(u64::from(self.electorate))
    }
    /// Accepted: quorate, and more yes than no.
    #[must_use]
    pub fn accepted(&self, quorum: Quorum) -> bool {
        self.quorate(quorum) && self.yes > self.no
    }
}

/// A teller's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseOp {
    /// Of which proposal.
    pub proposal: EntryId,
    /// The ballots counted: ascending, each once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ballots: Vec<EntryId>,
    /// Root of the electorate (see [`crate::fold::electorate_root`]).
    pub electorate: Hash,
    /// What they add up to.
    pub tally: Tally,
}

impl Operation for RoleOp {
    const RULE: Rule = Rule {
        schema: schema::ROLE,
        name: "role",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}
impl Operation for ProposalOp {
    const RULE: Rule = Rule {
        schema: schema::PROPOSAL,
        name: "proposal",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        check("title", &self.title, NAME_MAX, Lines::One)?;
        check("text", &self.text, TEXT_MAX, Lines::Many)?;
        bound("quorum", usize::from(self.quorum.0), 1_000)?;
        bound("frontier", self.frontier.len(), FRONTIER_MAX)?;
        ascending("frontier", &self.frontier)?;
        if self.tellers.len() != 1 {
            return Err(OpError::Bound {
                field: "tellers",
                why: format!("{}, this version takes exactly one", self.tellers.len()),
            });
        }
        Ok(())
    }

    fn tidy(&mut self) {
        line(&mut self.title);
        lines(&mut self.text);
    }
}
impl Operation for BallotOp {
    const RULE: Rule = Rule {
        schema: schema::BALLOT,
        name: "ballot",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Never,
        erasable: true,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}
}
impl Operation for CloseOp {
    const RULE: Rule = Rule {
        schema: schema::CLOSE,
        name: "close",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("ballots", self.ballots.len(), CERTIFIED_BALLOTS_MAX)?;
        ascending("ballots", &self.ballots)
    }

    fn tidy(&mut self) {}
}
