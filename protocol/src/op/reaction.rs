//! Reactions to posts. SPEC.md §6, §7.3.

use super::{Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, schema};
use crate::{
    codec::is_default,
    geo::Cell,
    ids::{EntryId, IdentityId},
};
use serde::{Deserialize, Serialize};

/// What a reaction says. A closed list, so that it can be counted, said in every language and never be an insult;
/// whoever wants to say more answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Reaction {
    Thanks,
    Agree,
    Support,
    Wonder,
}

impl Reaction {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Thanks, Self::Agree, Self::Support, Self::Wonder];

    /// Its name in SPEC.md.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thanks => "thanks",
            Self::Agree => "agree",
            Self::Support => "support",
            Self::Wonder => "wonder",
        }
    }
}

/// What a person has to say of a post in one word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionOp {
    /// The post.
    pub target: EntryId,
    /// Which; none: withdrawn.
    #[serde(default, skip_serializing_if = "is_default")]
    pub what: Option<Reaction>,
}

impl Operation for ReactionOp {
    const RULE: Rule = Rule {
        schema: schema::REACTION,
        name: "reaction",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: true,
        restating: Restating::Latest,
        leaves: Leafage::Never,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Register::Reaction(self.target)]
    }
}
