//! Claims: who asks for places of a resource, who has them, and who gives them. SPEC.md §7.7.
//!
//! Only words are kept here; what they add up to is computed where it is asked for ([`ScopeView::claims_on`]), from all
//! of a resource, so that any order gives the same and nothing is computed at each arrival.

mod order;
mod room;
mod standing;

pub use standing::{ClaimState, Claims, StandingClaim, claim_turn};

use super::{Context, Right, ScopeView};
use crate::{
    Stamp,
    fold::Record,
    ids::{ElementId, EntryId, IdentityId},
    op::{ClaimOp, ConfirmOp, Role, TermsOp},
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Resource, person, occurrence, guest: what makes two operations speak of the same claim; and by which right it is
/// said, so that a word which does not count hides none that does.
pub type ClaimKey = (ElementId, IdentityId, Option<i32>, String, Right);

/// What was said of the places of all resources of a scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsSaid {
    /// The latest word of each person on each resource, occurrence and guest, also those that withdraw.
    pub claims: OrdMap<ClaimKey, Arc<ClaimView>>,
    /// By resource and author.
    pub confirms: OrdMap<(ElementId, IdentityId, EntryId), Arc<ConfirmView>>,
    /// Who wrote them.
    pub confirm_authors: OrdMap<(ElementId, EntryId), IdentityId>,
    /// By resource and author.
    pub terms: OrdMap<(ElementId, IdentityId, EntryId), Arc<TermsView>>,
    /// Who wrote them.
    pub terms_authors: OrdMap<(ElementId, EntryId), IdentityId>,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct ClaimView {
    pub said: ClaimOp,
    /// Who asks, for themselves or for a guest.
    pub person: IdentityId,
    /// By which right over the resource, if it is for a guest.
    pub right: Right,
    pub stamp: Stamp,
    pub entry: EntryId,
}

impl ClaimView {
    /// What it is the latest word on.
    #[must_use]
    pub fn key(&self) -> ClaimKey {
        (self.said.resource, self.person, self.said.occurrence, self.said.guest.clone(), self.right)
    }
    fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.entry)
    }
}

/// What somebody gives and declines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct ConfirmView {
    pub said: ConfirmOp,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

/// How places are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct TermsView {
    pub said: TermsOp,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

impl ClaimsSaid {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty() && self.confirms.is_empty() && self.terms.is_empty()
    }

    /// Put a claim, if it is later than what is held.
    pub fn put(&mut self, claim: Arc<ClaimView>) {
        let key = claim.key();
        if self.claims.get(&key).is_none_or(|held| claim.order() > held.order()) {
            self.claims.insert(key, claim);
        }
    }
}

pub(super) fn fold_claim(said: ClaimOp, record: &Record, context: &mut Context<'_>) {
    // For oneself anybody asks.
    let guest = !said.guest.is_empty();
    let right = if guest { Right::of(said.resource, record, context.role) } else { Right::Any };
    let (person, stamp, entry) = (record.author, record.stamp, record.id);
    context.view.claims.put(Arc::new(ClaimView { said, person, right, stamp, entry }));
    context.changes.other = true;
}

pub(super) fn fold_confirm(said: ConfirmOp, record: &Record, context: &mut Context<'_>) {
    let (author, stamp, entry) = (record.author, record.stamp, record.id);
    let held = &mut context.view.claims;
    held.confirm_authors.insert((said.resource, entry), author);
    held.confirms.insert((said.resource, author, entry), Arc::new(ConfirmView { said, author, stamp, entry }));
    context.changes.other = true;
}

pub(super) fn fold_terms(said: TermsOp, record: &Record, context: &mut Context<'_>) {
    let (author, stamp, entry) = (record.author, record.stamp, record.id);
    let held = &mut context.view.claims;
    held.terms_authors.insert((said.resource, entry), author);
    held.terms.insert((said.resource, author, entry), Arc::new(TermsView { said, author, stamp, entry }));
    context.changes.other = true;
}

/// All of a resource and an author.
fn said_by<T>(
    all: &OrdMap<(ElementId, IdentityId, EntryId), Arc<T>>,
    resource: ElementId,
    author: IdentityId,
) -> impl Iterator<Item = &Arc<T>> {
    let of = move |key: &(ElementId, IdentityId, EntryId)| (key.0, key.1) == (resource, author);
    all.range((resource, author, EntryId::ZERO)..).take_while(move |(key, _)| of(key)).map(|(_, said)| said)
}

impl ScopeView {
    /// Who owns a resource, as far as this scope tells.
    fn owner_of(&self, resource: ElementId) -> Option<IdentityId> {
        self.elements.get(&resource).map(|held| held.owner)
    }

    /// The latest words that count of all who ask for places of a resource, withdrawn or not: one of each person,
    /// occurrence and guest.
    fn asking(&self, resource: ElementId) -> Vec<&Arc<ClaimView>> {
        let owner = self.owner_of(resource);
        let from = (resource, IdentityId::ZERO, None, String::new(), Right::None);
        let all = self.claims.claims.range(from..).take_while(|(key, _)| key.0 == resource).map(|(_, claim)| claim);
        let mut latest: Vec<&Arc<ClaimView>> = Vec::new();
        for claim in all.filter(|claim| claim.right.holds(claim.person, owner)) {
            let about = |of: &ClaimView| (of.person, of.said.occurrence, of.said.guest.clone());
            match latest.last_mut().filter(|last| about(last) == about(claim)) {
                Some(last) if last.order() < claim.order() => *last = claim,
                Some(_) => {}
                None => latest.push(claim),
            }
        }
        latest
    }

    /// The latest word of a person on places for themselves, also if it withdraws; of an event that repeats for one
    /// occurrence, or for every one.
    #[must_use]
    pub fn claim_of(
        &self,
        resource: ElementId,
        person: IdentityId,
        occurrence: Option<i32>,
    ) -> Option<&Arc<ClaimView>> {
        self.claims.claims.get(&(resource, person, occurrence, String::new(), Right::Any))
    }

    /// Whether somebody may ask for guests of a resource now: who may write it.
    #[must_use]
    pub fn may_bring_guests(&self, resource: ElementId, person: IdentityId) -> bool {
        let Some(governance) = self.governance.as_deref() else { return self.owner_of(resource) == Some(person) };
        let held = self.elements.get(&resource).filter(|held| held.owner == person);
        let card = held.is_some_and(|held| held.scope.container == resource);
        let role = governance.roles.get(&person);
        role >= Some(&Role::Moderator) || card || held.is_some() && role >= Some(&Role::Contributor)
    }

    /// Whether a person says how places of a resource are given: its owner, and in a container who moderates.
    #[must_use]
    pub fn may_set_terms(&self, resource: ElementId, person: IdentityId) -> bool {
        let role = self.governance.as_deref().and_then(|governance| governance.roles.get(&person));
        let moderates = role >= Some(&Role::Moderator);
        self.owner_of(resource) == Some(person) || moderates
    }

    /// Those who may, once each.
    fn term_setters(&self, resource: ElementId) -> Vec<IdentityId> {
        let roles = self.governance.iter().flat_map(|governance| &governance.roles);
        let moderators = roles.filter(|(_, role)| **role >= Role::Moderator).map(|(person, _)| *person);
        let mut people: Vec<IdentityId> = moderators.chain(self.owner_of(resource)).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The terms of a resource: the latest word of those who may say them.
    #[must_use]
    pub fn terms_of(&self, resource: ElementId) -> Option<&Arc<TermsView>> {
        let people = self.term_setters(resource);
        let all = people.into_iter().flat_map(|person| said_by(&self.claims.terms, resource, person));
        all.max_by_key(|terms| (terms.stamp, terms.entry))
    }

    /// Terms that an entry says, if its author may say them.
    fn terms_named(&self, resource: ElementId, entry: EntryId) -> Option<&Arc<TermsView>> {
        let author = *self.claims.terms_authors.get(&(resource, entry))?;
        let said = self.claims.terms.get(&(resource, author, entry))?;
        self.may_set_terms(resource, author).then_some(said)
    }

    /// Whether a person gives places of a resource: who says the terms, and whom these name.
    #[must_use]
    pub fn may_confirm(&self, resource: ElementId, person: IdentityId) -> bool {
        let named = || self.terms_of(resource).is_some_and(|terms| terms.said.confirmers.contains(&person));
        self.may_set_terms(resource, person) || named()
    }
}
