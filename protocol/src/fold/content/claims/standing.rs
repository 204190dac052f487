//! What claims, terms and confirmations of a resource add up to.

use super::{ClaimView, ScopeView, TermsView, order::order, room::Room};
use crate::{
    fold::roles::bits::Bits,
    ids::{ElementId, EntryId, Hash, IdentityId},
    op::ClaimOp,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// Nobody gives places here: whoever says so comes.
    Coming,
    /// Given.
    Confirmed,
    /// Asked for, and nobody has decided.
    Asked,
    /// Given, where there was no room: it has no place.
    Lapsed,
    /// Declined.
    Declined,
}

/// A claim that its person still means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct StandingClaim {
    pub claim: Arc<ClaimView>,
    pub state: ClaimState,
    /// Its place in the lot by which those are listed that wait.
    pub turn: Hash,
}

/// Who has places of a resource, and who waits for some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// How places are given; none: nobody has to confirm.
    pub terms: Option<Arc<TermsView>>,
    /// All that are not withdrawn, by turn.
    pub list: Vec<StandingClaim>,
    /// The most places that are taken at a time.
    pub taken: u64,
    /// Of occurrences for which some are taken apart, by day: the most there, with those that are taken in every one.
    pub on: BTreeMap<i32, u64>,
    /// How many of these are more than there are by the terms of now: the owner decides who keeps theirs.
    pub overbooked: u64,
    /// What the next confirmation follows, the owner's first.
    pub heads: Vec<EntryId>,
    /// Confirmations that are too many, and do not count.
    pub beyond: usize,
}

impl Claims {
    /// Those in a state, by turn.
    pub fn in_state(&self, state: ClaimState) -> impl Iterator<Item = &StandingClaim> {
        self.list.iter().filter(move |standing| standing.state == state)
    }

    /// A person's own, for every occurrence.
    #[must_use]
    pub fn of(&self, person: IdentityId) -> Option<&StandingClaim> {
        self.of_on(person, None)
    }

    /// A person's own for one occurrence.
    #[must_use]
    pub fn of_on(&self, person: IdentityId, occurrence: Option<i32>) -> Option<&StandingClaim> {
        let is = |said: &ClaimOp| said.guest.is_empty() && said.occurrence == occurrence;
        self.list.iter().find(|standing| standing.claim.person == person && is(&standing.claim.said))
    }

    /// How many places those in a state ask for.
    #[must_use]
    pub fn places(&self, state: ClaimState) -> u64 {
        self.in_state(state).map(|standing| u64::from(standing.claim.said.places)).fold(0, u64::saturating_add)
    }
}

/// A claim's place in the lot for its resource. Stamps can be dated back; this cannot.
#[must_use]
pub fn claim_turn(said: &ClaimOp, person: IdentityId) -> Hash {
    let mut about = [said.resource.0, person.0].concat();
    if said.occurrence.is_some() || !said.guest.is_empty() {
        about.push(u8::from(said.occurrence.is_some()));
        about.extend(said.occurrence.map(i32::to_be_bytes).into_iter().flatten());
        about.extend_from_slice(said.guest.as_bytes());
    }
    Hash(blake3::derive_key("communaut 2026 claim order", &about))
}

/// What was decided of a claim, and by which confirmation.
type Decided = (usize, ClaimState);

/// How many there are at a time, and whether one alone may have it.
type Bounds = (Option<u32>, bool);

impl ScopeView {
    /// What all words on the places of a resource add up to.
    #[must_use]
    pub fn claims_on(&self, resource: ElementId) -> Claims {
        let asking = self.asking(resource).into_iter().filter(|claim| claim.said.places > 0);
        let asked: BTreeMap<EntryId, &Arc<ClaimView>> = asking.map(|claim| (claim.entry, claim)).collect();
        let terms = self.terms_of(resource).cloned();
        let order = order(self, resource);

        let mut room = Room::during(asked.values().filter_map(|claim| claim.said.during));
        let mut decided: BTreeMap<EntryId, Decided> = BTreeMap::new();
        // Of the terms that those applied so far knew, the latest.
        let mut latest: Option<&Arc<TermsView>> = None;
        for (number, applied) in order.applied.iter().filter(|_| terms.is_some()) {
            let said = &applied.confirm.said;
            let known = said.terms.and_then(|entry| self.terms_named(resource, entry));
            latest = latest.into_iter().chain(known).max_by_key(|terms| (terms.stamp, terms.entry));
            let bounds =
                latest.or(terms.as_ref()).map_or((None, false), |terms| (terms.said.capacity, terms.said.exclusive));
            // What is declined makes room for what is given.
            for given in [false, true] {
                for decision in said.decisions.iter().filter(|decision| decision.given == given) {
                    if let Some(claim) = asked.get(&decision.claim) {
                        let before = decided.get(&decision.claim).copied();
                        let now = decide(&mut room, claim, given, before, &applied.past, bounds);
                        decided.extend(now.map(|state| (decision.claim, (*number, state))));
                    }
                }
            }
        }

        let state = |entry| match decided.get(&entry) {
            _ if terms.is_none() => ClaimState::Coming,
            None => ClaimState::Asked,
            Some((_, state)) => *state,
        };
        let list = asked.values().map(|claim| StandingClaim {
            claim: (*claim).clone(),
            state: state(claim.entry),
            turn: claim_turn(&claim.said, claim.person),
        });
        let mut list: Vec<StandingClaim> = list.collect();
        list.sort_by_key(|standing| standing.turn);
        if terms.is_none() {
            list.iter().for_each(|standing| room.take(&standing.claim.said));
        }
        let taken = room.used();
        let capacity = terms.as_ref().and_then(|terms| terms.said.capacity);
        let overbooked = capacity.map_or(0, |capacity| taken.saturating_sub(capacity.into()));
        let on = room.on_days();
        Claims { terms, list, taken, on, overbooked, heads: order.heads, beyond: order.beyond }
    }
}

/// Apply a decision; none: what was decided before stands, since this one did not know of it.
fn decide(
    room: &mut Room,
    claim: &ClaimView,
    given: bool,
    before: Option<Decided>,
    past: &Bits,
    (capacity, exclusive): Bounds,
) -> Option<ClaimState> {
    if before.is_some_and(|(by, _)| !past.get(by)) {
        return None;
    }
    let held = before.is_some_and(|(_, state)| state == ClaimState::Confirmed);
    match (given, held) {
        (true, true) => Some(ClaimState::Confirmed),
        (true, false) if room.fits(&claim.said, capacity, exclusive) => {
            room.take(&claim.said);
            Some(ClaimState::Confirmed)
        }
        (true, false) => Some(ClaimState::Lapsed),
        (false, true) => {
            room.free(&claim.said);
            Some(ClaimState::Declined)
        }
        (false, false) => Some(ClaimState::Declined),
    }
}
