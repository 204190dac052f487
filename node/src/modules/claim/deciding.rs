//! Giving and declining places.

use super::DecideClaims;
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::Written,
    times::date_of,
};
use communaut_protocol::{
    EntryId,
    fold::{ClaimState, Claims, ScopeView, StandingClaim},
    limits::{CONFIRM_DECISIONS_MAX, CONFIRM_PREVIOUS_MAX},
    op::{ClaimDecision, ClaimOp, ConfirmOp, Op, TermsOp},
};
use std::collections::BTreeMap;

/// What a confirmation follows: the first of them, in the order in which an operation lists them.
pub(super) fn heads(claims: &Claims) -> Vec<EntryId> {
    let mut heads: Vec<EntryId> = claims.heads.iter().take(CONFIRM_PREVIOUS_MAX).copied().collect();
    heads.sort_unstable();
    heads
}

impl Act for DecideClaims {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let (me, held) = (replica.author()?, replica.element(self.resource)?);
        let view = replica.views.scopes().get(&held.scope);
        let Some(view) = view.filter(|view| view.may_confirm(held.id, me)) else {
            let why = format!(
                "only the owner of '{}', those whom the owner has named, and who moderates there give places",
                held.name
            );
            return Err(Failure::new(FailureCode::NotAllowed, why));
        };
        let Some(op) = self.decided(view)? else {
            return Ok(Written { element: Some(held.id), entries: Vec::new() });
        };
        let entries = replica.write(me, vec![(held.scope, Op::Confirm(op))])?;
        Ok(Written { element: Some(held.id), entries })
    }
}

impl DecideClaims {
    /// The confirmation; none: nothing is to be decided.
    pub(super) fn decided(&self, view: &ScopeView) -> Result<Option<ConfirmOp>, Failure> {
        let claims = view.claims_on(self.resource);
        let Some(terms) = &claims.terms else {
            return Err(Failure::invalid("nobody has to confirm here; `terms` says how many places there are"));
        };
        let mut chosen: Vec<&StandingClaim> = Vec::new();
        for person in &self.people {
            let here = || self.on.and_then(date_of).map_or("here".to_owned(), |day| format!("on {day}"));
            let claim = claims.of_on(*person, self.on);
            chosen.push(
                claim.ok_or_else(|| Failure::not_found(format!("{} asks for no place {}", person.short(), here())))?,
            );
        }
        for entry in &self.claims {
            let claim = claims.list.iter().find(|one| one.claim.entry == *entry);
            chosen.push(claim.ok_or_else(|| Failure::not_found(format!("{} asks for no place here", entry.short())))?);
        }
        if self.people.is_empty() && self.claims.is_empty() {
            chosen = self.all_that_wait(&claims, &terms.said);
        }
        let is = if self.given { ClaimState::Confirmed } else { ClaimState::Declined };
        let new = chosen.into_iter().filter(|claim| claim.state != is).take(CONFIRM_DECISIONS_MAX);
        let mut decisions: Vec<ClaimDecision> =
            new.map(|claim| ClaimDecision { claim: claim.claim.entry, given: self.given }).collect();
        decisions.sort_by_key(|decision| decision.claim);
        decisions.dedup();
        let op = ConfirmOp { resource: self.resource, previous: heads(&claims), decisions, terms: Some(terms.entry) };
        Ok((!op.decisions.is_empty()).then_some(op))
    }

    /// Those who wait, as they are listed; of places to give as long as there are some.
    fn all_that_wait<'c>(&self, claims: &'c Claims, terms: &TermsOp) -> Vec<&'c StandingClaim> {
        let mut room = Room::of(claims);
        let on = |said: &ClaimOp| self.on.is_none() || said.occurrence == self.on;
        let waiting = claims.in_state(ClaimState::Asked).filter(|one| on(&one.claim.said));
        waiting.filter(|one| !self.given || room.takes(&one.claim.said, terms)).collect()
    }
}

/// How many places are taken, of each occurrence. Claims with a time of their own are taken for all the time: a list
/// of them is decided one by one.
struct Room {
    always: u64,
    on: BTreeMap<i32, u64>,
}

impl Room {
    fn of(claims: &Claims) -> Self {
        let mut room = Self { always: 0, on: BTreeMap::new() };
        claims.in_state(ClaimState::Confirmed).for_each(|one| room.take(&one.claim.said));
        room
    }

    fn take(&mut self, said: &ClaimOp) {
        let slot = match said.occurrence {
            Some(day) => self.on.entry(day).or_default(),
            None => &mut self.always,
        };
        *slot = slot.saturating_add(said.places.into());
    }

    /// Take the places of a claim, if it fits.
    fn takes(&mut self, said: &ClaimOp, terms: &TermsOp) -> bool {
        let apart = match said.occurrence {
            Some(day) => self.on.get(&day).copied(),
            None => self.on.values().max().copied(),
        };
        let used = self.always.saturating_add(apart.unwrap_or_default());
        let full = terms.capacity.is_some_and(|all| used.saturating_add(said.places.into()) > all.into());
        if full || terms.exclusive && used > 0 {
            return false;
        }
        self.take(said);
        true
    }
}
