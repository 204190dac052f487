//! Labels: a word of a third party on an element, a person or an entry. SPEC.md §6, §7.8.

use super::{Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, bound};
use crate::{
    codec::is_default,
    entry::hash,
    geo::Cell,
    ids::{Hash, IdentityId},
    limits::SLUG_MAX,
};
use serde::{Deserialize, Serialize};

/// A word on something. What it is on, author and word name it; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelOp {
    /// The id of an element, of an identity or of what an entry says: they are hashes, of which no two are the same.
    pub on: Hash,
    /// The word, of a vocabulary that programs translate, or anybody's own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: String,
    /// Taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub withdrawn: bool,
}

/// Words of `a` to `z` and `0` to `9`, joined by single hyphens: they look the same to everybody, and compare as bytes.
pub(crate) fn check_slug(field: &'static str, slug: &str) -> Result<(), OpError> {
    bound(field, slug.len(), SLUG_MAX)?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|sign| matches!(sign, b'a'..=b'z' | b'0'..=b'9'));
    if slug.split('-').all(is_word) {
        return Ok(());
    }
    Err(OpError::Bound { field, why: "not words of a to z and 0 to 9, joined by hyphens".into() })
}

impl LabelOp {
    /// Of what its author has one word.
    #[must_use]
    pub fn word(on: Hash, label: &str) -> Register {
        Register::Keyed(Self::RULE.schema, hash(&[&on.0[..], label.as_bytes()].concat()))
    }
}

impl Operation for LabelOp {
    const RULE: Rule = Rule {
        schema: 44,
        name: "label",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check_slug("label", &self.label)
    }

    fn tidy(&mut self) {}

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Self::word(self.on, &self.label)]
    }
}
