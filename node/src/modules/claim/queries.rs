//! Who comes, and who waits.

use super::{CLAIM_DAYS_MAX, CLAIMS_SHOWN_MAX, ClaimLine, ClaimsDetail, ClaimsOn};
use crate::{failure::Failure, modules::Read, snapshot::Snapshot};
use communaut_protocol::fold::{ClaimState, Claims, StandingClaim};

impl Read for ClaimsOn {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<ClaimsDetail>, Failure> {
        let held = snapshot.elements.get(&self.resource);
        let held =
            held.ok_or_else(|| Failure::not_found(format!("no element {} is held here", self.resource.short())))?;
        let Some(view) = snapshot.scopes.get(&held.scope) else { return Ok(Box::default()) };
        let (claims, me) = (view.claims_on(self.resource), snapshot.overview.me.as_ref().map(|me| me.id));
        let terms = claims.terms.as_ref().map(|terms| &terms.said);
        let here = |one: &&StandingClaim| {
            let day = one.claim.said.occurrence;
            self.on.is_none() || day.is_none() || day == self.on
        };
        let shown: Vec<&StandingClaim> = claims.list.iter().filter(here).collect();
        let places = |state| -> u64 {
            let those = shown.iter().filter(|one| one.state == state);
            those.map(|one| u64::from(one.claim.said.places)).fold(0, u64::saturating_add)
        };
        let taken = self.on.map_or(claims.taken, |day| taken_on(&claims, day));
        let capacity = terms.and_then(|terms| terms.capacity);
        let line = |one: &&StandingClaim| ClaimLine {
            person: one.claim.person,
            name: snapshot.name_of(one.claim.person),
            guest: one.claim.said.guest.clone(),
            on: one.claim.said.occurrence,
            places: one.claim.said.places,
            state: one.state,
            entry: one.claim.entry,
        };
        let lines: Vec<ClaimLine> = shown.iter().map(line).collect();
        let mut own = lines.iter().filter(|line| Some(line.person) == me && line.guest.is_empty());
        // Of one time what was asked for that alone comes first.
        let own = own.clone().find(|line| line.on == self.on).or_else(|| own.next()).cloned();
        Ok(Box::new(ClaimsDetail {
            capacity,
            confirmed_by_owner: terms.is_some(),
            exclusive: terms.is_some_and(|terms| terms.exclusive),
            confirmers: terms.map(|terms| terms.confirmers.clone()).unwrap_or_default(),
            automatic: terms.is_some_and(|terms| terms.automatic),
            taken,
            asked: places(ClaimState::Asked),
            lapsed: places(ClaimState::Lapsed),
            overbooked: match self.on {
                Some(_) => capacity.map_or(0, |capacity| taken.saturating_sub(capacity.into())),
                None => claims.overbooked,
            },
            own,
            may_confirm: me.is_some_and(|me| view.may_confirm(self.resource, me)),
            may_bring_guests: me.is_some_and(|me| view.may_bring_guests(self.resource, me)),
            days: claims.on.iter().take(CLAIM_DAYS_MAX).map(|(day, taken)| (*day, *taken)).collect(),
            list: lines.into_iter().take(CLAIMS_SHOWN_MAX).collect(),
        }))
    }
}

/// What is taken of one occurrence: with nothing apart, what is taken in every one.
fn taken_on(claims: &Claims, day: i32) -> u64 {
    claims.on.get(&day).copied().unwrap_or_else(|| {
        let holds = |one: &&StandingClaim| matches!(one.state, ClaimState::Coming | ClaimState::Confirmed);
        let always = claims.list.iter().filter(holds).filter(|one| one.claim.said.occurrence.is_none());
        always.map(|one| u64::from(one.claim.said.places)).fold(0, u64::saturating_add)
    })
}
