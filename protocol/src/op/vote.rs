//! Votes: proposals, their opening by tellers, ballots, what tellers carry of these, and closes. SPEC.md §8.2 to §8.5.

use super::{
    Leafage, OpError, Operation, Rule, Salts, Sealing, ascending, bound, envelope, schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::is_default,
    entry::{RawEntry, hash, leaves::Leaf},
    ids::{EntryId, Hash, IdentityId},
    limits::{CARRIED_MAX, NAME_MAX, PARTS_MAX, REFS_MAX, TELLERS_MAX, TEXT_MAX},
};
use serde::{Deserialize, Serialize};

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
    /// Who opens and closes: ascending.
    pub tellers: Vec<IdentityId>,
    /// How many of them have to agree.
    pub agree: u8,
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

/// A teller says who may vote: whoever has a role by these acts and their past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOp {
    /// On what.
    pub proposal: EntryId,
    /// The acts of governance that the teller knew last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
    /// Root of the electorate (see [`crate::fold::electorate_root`]).
    pub electorate: Hash,
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
    /// As opened for this electorate.
    pub electorate: Hash,
    /// What.
    pub choice: Choice,
    /// The person's ballot that this one replaces.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<EntryId>,
}

/// Ballots that a teller counts, whole, so that they stand whatever becomes of the logs that they came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarryOp {
    /// Of which proposal.
    pub proposal: EntryId,
    /// Their entries, in leaves of their own; none where one was erased.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ballots: Vec<Option<RawEntry>>,
    /// What they are called, once they were taken out ([`CarryOp::unload`]).
    #[serde(skip)]
    pub names: Vec<Option<EntryId>>,
}

impl CarryOp {
    /// Take the ballots out; what they are called stays.
    pub fn unload(&mut self) -> Vec<RawEntry> {
        let ballots = std::mem::take(&mut self.ballots);
        self.names = ballots.iter().map(|ballot| Some(EntryId(hash(&ballot.as_ref()?.header).0))).collect();
        ballots.into_iter().flatten().collect()
    }
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
    /// One more vote.
    pub fn count(&mut self, choice: Choice) {
        let count = match choice {
            Choice::Yes => &mut self.yes,
            Choice::No => &mut self.no,
            Choice::Blank => &mut self.blank,
        };
        *count = count.saturating_add(1);
    }
}

/// A teller's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseOp {
    /// Of which proposal.
    pub proposal: EntryId,
    /// As opened for this electorate.
    pub electorate: Hash,
    /// The teller's entries with the ballots counted: ascending, each once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parts: Vec<EntryId>,
    /// What they add up to.
    pub tally: Tally,
}

impl Operation for ProposalOp {
    const RULE: Rule =
        Rule { leaves: Leafage::Parts, ..Rule::governing(schema::PROPOSAL, "proposal", Sealing::Content) };

    fn check(&self) -> Result<(), OpError> {
        check("title", &self.title, NAME_MAX, Lines::One)?;
        check("text", &self.text, TEXT_MAX, Lines::Many)?;
        bound("quorum", usize::from(self.quorum.0), 1_000)?;
        bound("tellers", self.tellers.len(), TELLERS_MAX)?;
        ascending("tellers", &self.tellers)?;
        if !(1..=self.tellers.len()).contains(&usize::from(self.agree)) {
            let why = format!("{} of {} tellers", self.agree, self.tellers.len());
            return Err(OpError::Bound { field: "agree", why });
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

impl Operation for OpenOp {
    const RULE: Rule = Rule::governing(schema::OPEN, "open", Sealing::Content);

    fn check(&self) -> Result<(), OpError> {
        bound("refs", self.refs.len(), REFS_MAX)?;
        ascending("refs", &self.refs)
    }

    fn tidy(&mut self) {}
}

impl Operation for BallotOp {
    const RULE: Rule = Rule { erasable: true, ..Rule::governing(schema::BALLOT, "ballot", Sealing::Content) };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}
}

impl Operation for CarryOp {
    const RULE: Rule = Rule { leaves: Leafage::Parts, ..Rule::governing(schema::CARRY, "carry", Sealing::Content) };

    fn check(&self) -> Result<(), OpError> {
        bound("ballots", self.ballots.len(), CARRIED_MAX)
    }

    fn tidy(&mut self) {}

    /// Of which proposal, and each ballot: one can be erased without the others.
    fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
        self.check()?;
        let mut leaves = vec![envelope::close(salt(), &Self { ballots: Vec::new(), ..self.clone() })?];
        for ballot in self.ballots.iter().flatten() {
            leaves.push(envelope::wrap(salt(), ballot)?);
        }
        Ok(leaves)
    }

    fn of_leaves(leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
        let Some((first, ballots)) = leaves.split_first() else {
            return Err(OpError::Bound { field: "leaves", why: "none".into() });
        };
        let mut op: Self = envelope::of_leaf(*first)?;
        if !op.ballots.is_empty() {
            return Err(OpError::Bound { field: "ballots", why: "in the leaf that says of what".into() });
        }
        let read = |leaf: &Leaf<'_>| leaf.held().map(envelope::parts::<RawEntry>).transpose();
        op.ballots = ballots.iter().map(read).collect::<Result<_, _>>()?;
        op.check()?;
        Ok(op)
    }
}

impl Operation for CloseOp {
    const RULE: Rule = Rule::governing(schema::CLOSE, "close", Sealing::Content);

    fn check(&self) -> Result<(), OpError> {
        bound("parts", self.parts.len(), PARTS_MAX)?;
        ascending("parts", &self.parts)
    }

    fn tidy(&mut self) {}
}
