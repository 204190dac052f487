//! Asking for places, and saying how they are given.

use super::{Come, SetTerms, deciding::heads};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::Written,
    times::{date_of, single},
};
use communaut_protocol::{
    IdentityId,
    fold::{ElementView, ScopeView},
    limits::{CONFIRMERS_MAX, NAME_MAX},
    op::{
        ClaimOp, ConfirmOp, Op, TermsOp,
        text::{Lines, clean},
    },
};

impl Act for Come {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { resource, places, on, guest } = self;
        let (me, held) = (replica.author()?, replica.element(resource)?);
        if let Some(day) = on {
            replica.takes_place(&held, day)?;
        }
        let guest = clean(&guest, Lines::One).trim().to_owned();
        let view = replica.views.scopes().get(&held.scope);
        if !guest.is_empty() {
            may_bring(view, &held, me, &guest)?;
        }
        if places_held(view, &held, me, on, &guest) == places {
            return Ok(Written { element: Some(resource), entries: Vec::new() });
        }
        let op = Op::Claim(ClaimOp { occurrence: on, guest, ..ClaimOp::of(resource, places) });
        let entries = replica.write(me, vec![(held.scope, op)])?;
        Ok(Written { element: Some(resource), entries })
    }
}

fn may_bring(view: Option<&ScopeView>, held: &ElementView, me: IdentityId, guest: &str) -> Result<(), Failure> {
    if guest.len() > NAME_MAX {
        return Err(Failure::invalid(format!("the guest's name has {} bytes: at most {NAME_MAX} may be", guest.len())));
    }
    if view.is_some_and(|view| view.may_bring_guests(held.id, me)) {
        return Ok(());
    }
    let why = format!(
        "only the owner of '{}', and who moderates there, counts guests by name; ask for more places of your own",
        held.name
    );
    Err(Failure::new(FailureCode::NotAllowed, why))
}

/// How many places somebody asks for as yet.
fn places_held(view: Option<&ScopeView>, held: &ElementView, me: IdentityId, on: Option<i32>, guest: &str) -> u16 {
    let Some(view) = view else { return 0 };
    if guest.is_empty() {
        return view.claim_of(held.id, me, on).map_or(0, |claim| claim.said.places);
    }
    let claims = view.claims_on(held.id);
    let mut all = claims.list.iter().map(|one| &one.claim);
    let own = all.find(|claim| claim.person == me && claim.said.guest == guest && claim.said.occurrence == on);
    own.map_or(0, |claim| claim.said.places)
}

impl Replica {
    /// Whether an event begins on a day, as it is shown: a time of which something else takes the place is that.
    fn takes_place(&self, held: &ElementView, day: i32) -> Result<(), Failure> {
        let date = || date_of(day).map_or_else(|| day.to_string(), |date| date.to_string());
        let Some(when) = held.when.as_ref().filter(|when| when.repeat.is_some()) else {
            return Err(Failure::invalid(format!(
                "'{}' does not take place again and again: leave the day out",
                held.name
            )));
        };
        let replaced = self.views.replaced_days(&held.id).contains(&day);
        let left_out = when.repeat.as_ref().is_some_and(|repeat| repeat.except.contains(&day));
        if replaced {
            let why = format!("on {} something else takes the place of '{}'; `show` says what", date(), held.name);
            return Err(Failure::invalid(why));
        }
        if left_out || single(when, day).is_none() {
            let why = format!("'{}' does not take place on {}; `agenda` says on which days it does", held.name, date());
            return Err(Failure::invalid(why));
        }
        Ok(())
    }
}

impl Act for SetTerms {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { resource, capacity, exclusive, mut confirmers, automatic } = self;
        confirmers.sort_unstable();
        confirmers.dedup();
        if confirmers.len() > CONFIRMERS_MAX {
            return Err(Failure::invalid(format!("at most {CONFIRMERS_MAX} people confirm beside the owner")));
        }
        let (me, held) = (replica.author()?, replica.element(resource)?);
        let view = replica.views.scopes().get(&held.scope);
        let Some(view) = view.filter(|view| view.may_set_terms(resource, me)) else {
            let why = format!("only the owner of '{}', and who moderates there, says how places are given", held.name);
            return Err(Failure::new(FailureCode::NotAllowed, why));
        };
        let claims = view.claims_on(resource);
        let op = TermsOp { resource, capacity, exclusive, confirmers, automatic };
        if claims.terms.as_ref().is_some_and(|terms| terms.said == op) {
            return Ok(Written { element: Some(resource), entries: Vec::new() });
        }
        let had = claims.terms.is_some();
        let mut entries = replica.write(me, vec![(held.scope, Op::Terms(op))])?;
        // What is confirmed from now on knows of these.
        if let Some(terms) = entries.first().copied().filter(|_| had) {
            let op = ConfirmOp { resource, previous: heads(&claims), decisions: Vec::new(), terms: Some(terms) };
            entries.extend(replica.write(me, vec![(held.scope, Op::Confirm(op))])?);
        }
        Ok(Written { element: Some(resource), entries })
    }
}
