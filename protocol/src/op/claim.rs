//! Claims: places of an event, or of something that is lent, asked for and given. SPEC.md §6, §7.7.

use super::{
    Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, ascending, bound,
    repeat::is_day,
    schema,
    text::{Lines, check, line},
};
use crate::{
    codec::is_default,
    entry::hash,
    geo::Cell,
    ids::{ElementId, EntryId, IdentityId},
    limits::{
        CLAIM_PLACES_MAX, CONFIRM_DECISIONS_MAX, CONFIRM_PREVIOUS_MAX, CONFIRMERS_MAX, NAME_MAX, WHEN_MAX_MS,
        WHEN_MIN_MS,
    },
};
use serde::{Deserialize, Serialize};

/// A person asks for places of a resource. Of each person, resource, occurrence and guest the latest word stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimOp {
    /// An event, a room, a tool: the element of which places are asked for.
    pub resource: ElementId,
    /// How many; 0 withdraws.
    pub places: u16,
    /// For how long; none: as long as the resource is there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub during: Option<ClaimedTime>,
    /// For which time of an event that repeats: the day that names it; none: for every one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub occurrence: Option<i32>,
    /// For whom, if not for its author: a guest without an identity, by name. Only who may write the resource asks for
    /// guests.
    #[serde(default, skip_serializing_if = "is_default")]
    pub guest: String,
}

impl ClaimOp {
    /// For oneself, of all times of a resource.
    #[must_use]
    pub const fn of(resource: ElementId, places: u16) -> Self {
        Self { resource, places, during: None, occurrence: None, guest: String::new() }
    }
}

/// From when, and until when it is free again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "milliseconds since 1970 UTC")]
pub struct ClaimedTime {
    pub start_ms: i64,
    pub end_ms: i64,
}

/// Claims given and declined, by somebody who may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmOp {
    /// Of which element.
    pub resource: ElementId,
    /// The confirmations that its author knew and that none of these followed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Vec<EntryId>,
    /// What is decided, ascending by claim.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decisions: Vec<ClaimDecision>,
    /// The terms that its author knew.
    #[serde(default, skip_serializing_if = "is_default")]
    pub terms: Option<EntryId>,
}

/// A claim given or declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDecision {
    /// The entry that asks: whoever asks anew is not given what was asked before.
    pub claim: EntryId,
    /// Whether it is given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub given: bool,
}

/// How places of a resource are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsOp {
    /// Which element.
    pub resource: ElementId,
    /// How many places there are at a time; none: as many as are asked for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capacity: Option<u32>,
    /// Whether no two claims may overlap, however small.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclusive: bool,
    /// Who may confirm beside the owner, ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub confirmers: Vec<IdentityId>,
    /// Whether the owner's program gives places as claims arrive, as long as there are any.
    #[serde(default, skip_serializing_if = "is_default")]
    pub automatic: bool,
}

/// What claims, confirmations and terms have in common.
const RULE: Rule = Rule {
    schema: schema::CLAIM,
    name: "claim",
    counts_in: &[ScopeKind::Open, ScopeKind::Container],
    sealing: Sealing::Content,
    for_persons: false,
    restating: Restating::Latest,
    leaves: Leafage::Never,
    erasable: true,
    governs: false,
};

impl Operation for ClaimOp {
    const RULE: Rule = RULE;

    fn check(&self) -> Result<(), OpError> {
        bound("places", self.places.into(), CLAIM_PLACES_MAX)?;
        check("guest", &self.guest, NAME_MAX, Lines::One)?;
        if !self.guest.is_empty() && self.guest.trim().is_empty() {
            return Err(OpError::Bound { field: "guest", why: "it is empty".into() });
        }
        if self.occurrence.is_some_and(|day| self.during.is_some() || !is_day(day)) {
            return Err(OpError::Bound { field: "occurrence", why: "with a time of its own, or no day".into() });
        }
        let Some(during) = self.during else { return Ok(()) };
        if during.start_ms < WHEN_MIN_MS || during.end_ms > WHEN_MAX_MS || during.end_ms <= during.start_ms {
            return Err(OpError::Bound { field: "during", why: "it does not end after it begins".into() });
        }
        Ok(())
    }

    fn tidy(&mut self) {
        line(&mut self.guest);
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        let day = self.occurrence.map(i32::to_be_bytes);
        let day = day.as_ref().map_or(&[][..], |day| day);
        let about = [&self.resource.0[..], &[u8::from(self.occurrence.is_some())], day, self.guest.as_bytes()];
        vec![Register::Keyed(Self::RULE.schema, hash(&about.concat()))]
    }
}

impl Operation for ConfirmOp {
    const RULE: Rule =
        Rule { schema: schema::CONFIRM, name: "confirm", restating: Restating::Kept, erasable: false, ..RULE };

    fn check(&self) -> Result<(), OpError> {
        bound("previous", self.previous.len(), CONFIRM_PREVIOUS_MAX)?;
        ascending("previous", &self.previous)?;
        bound("decisions", self.decisions.len(), CONFIRM_DECISIONS_MAX)?;
        let claims: Vec<EntryId> = self.decisions.iter().map(|decision| decision.claim).collect();
        ascending("decisions", &claims)
    }

    fn tidy(&mut self) {}
}

impl Operation for TermsOp {
    const RULE: Rule =
        Rule { schema: schema::TERMS, name: "terms", restating: Restating::Kept, erasable: false, ..RULE };

    fn check(&self) -> Result<(), OpError> {
        bound("confirmers", self.confirmers.len(), CONFIRMERS_MAX)?;
        ascending("confirmers", &self.confirmers)
    }

    fn tidy(&mut self) {}
}
