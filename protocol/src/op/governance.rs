//! Roles, proposals, ballots, certificates.

use super::{
    EntryPlace, Leafage, OpError, Operation, Restating, Rule, Salts, ScopeKind, Sealing, ascending, bound, envelope,
    schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::is_default,
    entry::{RawEntry, leaves::Leaf},
    ids::{EntryId, Hash, IdentityId},
    limits::{CERTIFIED_BALLOTS_MAX, FRONTIER_MAX, NAME_MAX, REFS_MAX, TEXT_MAX, WITNESSED_MAX},
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
    /// Acts of governance that with their past are the electorate: ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub frontier: Vec<EntryPlace>,
    /// Who closes. One is enough here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tellers: Vec<IdentityId>,
    /// When the author means to close; a hint, which decides nothing.
    pub closes_ms: u64,
    /// Made for a demonstration.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sample: bool,
}

/// The reasons of a proposal, in a leaf of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ProposalText {
    #[serde(default, skip_serializing_if = "is_default")]
    text: String,
}

impl ProposalText {
    fn check(&self) -> Result<(), OpError> {
        check("text", &self.text, TEXT_MAX, Lines::Many)
    }
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

/// Acts of governance of any logs of the same scope, said again whole, so that who refers to them does not depend on
/// what becomes of the logs that they stand in (SPEC.md §8.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActWitnessOp {
    /// Their entries. What does not verify, or is no act of this scope, is passed over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub acts: Vec<RawEntry>,
}

impl Operation for ActWitnessOp {
    const RULE: Rule = Rule {
        schema: schema::ACT_WITNESS,
        name: "act witness",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("acts", self.acts.len(), WITNESSED_MAX)
    }

    fn tidy(&mut self) {}
}
impl Operation for RoleOp {
    const RULE: Rule = Rule {
        schema: schema::ROLE,
        name: "role",
        counts_in: &[ScopeKind::Container],
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        if self.lowers && self.role.is_none_or(|role| role >= Role::Leader) {
            return Err(OpError::Bound { field: "lowers", why: "to nothing, or to the highest role".into() });
        }
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
        leaves: Leafage::Parts,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        check("title", &self.title, NAME_MAX, Lines::One)?;
        check("text", &self.text, TEXT_MAX, Lines::Many)?;
        bound("quorum", usize::from(self.quorum.0), 1_000)?;
        bound("frontier", self.frontier.len(), FRONTIER_MAX)?;
        ascending("frontier", &self.frontier)?;
        if self.frontier.iter().any(|head| head.leaf.is_some()) {
            return Err(OpError::Bound { field: "frontier", why: "a leaf is no act".into() });
        }
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

    /// What decides, and the reasons: these can be erased.
    fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
        let mut leaves = vec![envelope::close(salt(), &Self { text: String::new(), ..self.clone() })?];
        if !self.text.is_empty() {
            let text = ProposalText { text: self.text.clone() };
            text.check()?;
            leaves.push(envelope::wrap(salt(), &text)?);
        }
        Ok(leaves)
    }

    fn of_leaves(leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
        let (first, text) = match leaves {
            [first] => (first, None),
            [first, text] => (first, text.held()),
            _ => return Err(OpError::Bound { field: "leaves", why: format!("{}, at most 2", leaves.len()) }),
        };
        let mut op: Self = envelope::of_leaf(*first)?;
        if !op.text.is_empty() {
            return Err(OpError::Bound { field: "text", why: "in the leaf with what decides".into() });
        }
        if let Some(text) = text.map(envelope::parts::<ProposalText>).transpose()? {
            text.check()?;
            op.text = text.text;
        }
        Ok(op)
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
        leaves: Leafage::Never,
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
        leaves: Leafage::Never,
        erasable: false,
        governs: true,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("ballots", self.ballots.len(), CERTIFIED_BALLOTS_MAX)?;
        ascending("ballots", &self.ballots)
    }

    fn tidy(&mut self) {}
}
