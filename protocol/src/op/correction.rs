//! Corrections: what somebody who may not write an element would write. SPEC.md §6, §7.8.

use super::{
    BlobRef, Field, Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, element,
    text::{Lines, check, line},
};
use crate::{
    codec::is_default,
    geo::Cell,
    ids::{ElementId, Hash, IdentityId},
    limits::NAME_MAX,
};
use serde::{Deserialize, Serialize};

/// A change of an element that is asked for. Element and author name it; a later one replaces all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionOp {
    /// Of which element.
    pub element: ElementId,
    /// As in the element's own operation; none: taken back.
    #[serde(default, skip_serializing_if = "is_default", with = "super::fields")]
    pub fields: Vec<Field>,
    /// Where one knows it from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
}

impl CorrectionOp {
    /// Of what its author has one word.
    #[must_use]
    pub const fn word_on(element: ElementId) -> Register {
        Register::Keyed(Self::RULE.schema, Hash(element.0))
    }
}

impl Operation for CorrectionOp {
    const RULE: Rule = Rule {
        schema: 46,
        name: "correction",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        element::check_fields(&self.fields)?;
        check("reason", &self.reason, NAME_MAX, Lines::One)
    }

    fn tidy(&mut self) {
        self.fields.iter_mut().for_each(element::tidy_field);
        line(&mut self.reason);
    }

    fn blobs(&self) -> &[BlobRef] {
        element::blobs_of(&self.fields)
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Self::word_on(self.element)]
    }
}
