//! `come`, `claims`, `confirm`, `terms`: who comes to an event, or has a place of something. SPEC.md §7.7.

use super::{Read, Written};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{named, table},
    },
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    snapshot::Snapshot,
};
use clap::Subcommand;
use communaut_protocol::{
    ElementId, EntryId, IdentityId,
    fold::{ClaimState, Claims, ScopeView},
    limits::{CONFIRM_DECISIONS_MAX, CONFIRM_PREVIOUS_MAX, CONFIRMERS_MAX},
    op::{ClaimDecision, ClaimOp, ConfirmOp, Op, TermsOp},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Claims of one answer: more than a list shows. The counts are of all.
const CLAIMS_SHOWN_MAX: usize = 500;

/// Ask for places, or say that one does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Come {
    /// To what.
    pub resource: ElementId,
    /// How many; 0: not coming.
    pub places: u16,
}

/// Give or decline what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideClaims {
    /// Of what.
    pub resource: ElementId,
    /// Of whom; none: of all who wait, as they are listed.
    pub people: Vec<IdentityId>,
    /// Whether they are given.
    pub given: bool,
}

/// Say how places are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTerms {
    /// Of what.
    pub resource: ElementId,
    /// How many there are; none: as many as are asked for.
    pub capacity: Option<u32>,
    /// Whether only one claim at a time may be confirmed.
    pub exclusive: bool,
    /// Who may confirm beside the owner.
    pub confirmers: Vec<IdentityId>,
}

/// Who comes, and who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsOn {
    /// Of what.
    pub resource: ElementId,
}

/// Who comes, and who waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsDetail {
    /// How many places there are; none: no bound, or nobody has to confirm.
    pub capacity: Option<u32>,
    /// Whether somebody has to confirm.
    pub confirmed_by_owner: bool,
    /// Whether only one claim at a time may be confirmed.
    pub exclusive: bool,
    /// Who may confirm beside the owner.
    pub confirmers: Vec<IdentityId>,
    /// The most places that are taken at a time.
    pub taken: u64,
    /// Places asked for that nobody has decided.
    pub asked: u64,
    /// Places that were given where there was no room.
    pub lapsed: u64,
    /// Places taken that are more than there are now.
    pub overbooked: u64,
    /// What this node's person has asked for.
    pub own: Option<ClaimLine>,
    /// Whether this node's person may confirm.
    pub may_confirm: bool,
    /// As they are listed, at most 500.
    pub list: Vec<ClaimLine>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLine {
    /// Who asks.
    pub person: IdentityId,
    /// Their name; empty until their profile has come.
    pub name: String,
    /// How many places.
    pub places: u16,
    /// Where it stands.
    pub state: ClaimState,
    /// The entry that asks: what `erase` takes.
    pub entry: EntryId,
}

impl Act for Come {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { resource, places } = self;
        let (me, held) = (replica.author()?, replica.element(resource)?);
        let said = replica.views.scopes().get(&held.scope);
        let before = said.and_then(|view| view.claim_of(resource, me, None));
        if before.map_or(0, |claim| claim.said.places) == places {
            return Ok(Written { element: Some(resource), entries: Vec::new() });
        }
        let op = Op::Claim(ClaimOp::of(resource, places));
        let entries = replica.write(me, vec![(held.scope, op)])?;
        Ok(Written { element: Some(resource), entries })
    }
}

impl Act for SetTerms {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { resource, capacity, exclusive, mut confirmers } = self;
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
        let op = TermsOp { resource, capacity, exclusive, confirmers, automatic: false };
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

/// What a confirmation follows: the first of them, in the order in which an operation lists them.
fn heads(claims: &Claims) -> Vec<EntryId> {
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
    fn decided(&self, view: &ScopeView) -> Result<Option<ConfirmOp>, Failure> {
        let claims = view.claims_on(self.resource);
        let Some(terms) = &claims.terms else {
            return Err(Failure::invalid("nobody has to confirm here; `terms` says how many places there are"));
        };
        let mut chosen = Vec::new();
        for person in &self.people {
            let Some(claim) = claims.of(*person) else {
                return Err(Failure::not_found(format!("{} asks for no place here", person.short())));
            };
            chosen.push(claim);
        }
        if self.people.is_empty() {
            let room = terms.said.capacity.map(|all| u64::from(all).saturating_sub(claims.taken));
            let mut left = if self.given { room } else { None };
            // Where one excludes all others, the first alone is not a lapse.
            let most = match (self.given && terms.said.exclusive, claims.taken) {
                (false, _) => usize::MAX,
                (true, 0) => 1,
                (true, _) => 0,
            };
            for claim in claims.in_state(ClaimState::Asked).take(most) {
                let places = u64::from(claim.claim.said.places);
                if left.is_none_or(|left| places <= left) {
                    left = left.map(|left| left.saturating_sub(places));
                    chosen.push(claim);
                }
            }
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
}

impl Read for ClaimsOn {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<ClaimsDetail>, Failure> {
        let held = snapshot.elements.get(&self.resource);
        let held =
            held.ok_or_else(|| Failure::not_found(format!("no element {} is held here", self.resource.short())))?;
        let Some(view) = snapshot.scopes.get(&held.scope) else { return Ok(Box::default()) };
        let (claims, me) = (view.claims_on(self.resource), snapshot.overview.me.as_ref().map(|me| me.id));
        let lines = claims.list.iter().map(|one| ClaimLine {
            person: one.claim.person,
            name: snapshot.name_of(one.claim.person),
            places: one.claim.said.places,
            state: one.state,
            entry: one.claim.entry,
        });
        let lines: Vec<ClaimLine> = lines.collect();
        Ok(Box::new(ClaimsDetail {
            capacity: claims.terms.as_ref().and_then(|terms| terms.said.capacity),
            confirmed_by_owner: claims.terms.is_some(),
            exclusive: claims.terms.as_ref().is_some_and(|terms| terms.said.exclusive),
            confirmers: claims.terms.as_ref().map(|terms| terms.said.confirmers.clone()).unwrap_or_default(),
            taken: claims.taken,
            asked: claims.places(ClaimState::Asked),
            lapsed: claims.places(ClaimState::Lapsed),
            overbooked: claims.overbooked,
            own: lines.iter().find(|line| Some(line.person) == me).cloned(),
            may_confirm: me.is_some_and(|me| view.may_confirm(self.resource, me)),
            list: lines.into_iter().take(CLAIMS_SHOWN_MAX).collect(),
        }))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Say that you come to an event, or ask for places of something
    #[command(after_help = WRITTEN)]
    Come {
        /// The event
        element: String,
        /// How many you are
        #[arg(long, default_value_t = 1)]
        places: u16,
        /// You do not come, or no longer
        #[arg(long, conflicts_with = "places")]
        not: bool,
    },
    /// Who comes, and who waits for a place, in the order of their lot
    #[command(
        after_help = "At most 500. JSON: {\"capacity\",\"confirmed_by_owner\",\"exclusive\",\"confirmers\",\"taken\",\
        \"asked\",\"lapsed\",\"overbooked\",\"own\",\"may_confirm\",\
        \"list\":[{\"person\",\"name\",\"places\",\"state\",\"entry\"}]}"
    )]
    Claims {
        /// The event
        element: String,
    },
    /// Give places to who asked for them
    #[command(after_help = WRITTEN)]
    Confirm {
        /// The event
        element: String,
        /// To whom; by default to all who wait, as they are listed, as long as there are places
        people: Vec<String>,
        /// Decline instead
        #[arg(long, requires = "people")]
        decline: bool,
    },
    /// Say how places of an event of yours are given
    #[command(after_help = WRITTEN)]
    Terms {
        /// The event
        element: String,
        /// How many there are; by default as many as are asked for
        #[arg(long)]
        places: Option<u32>,
        /// Only one claim is confirmed at a time
        #[arg(long)]
        exclusive: bool,
        /// Somebody who may confirm beside you; may be given several times
        #[arg(long, value_name = "PERSON")]
        confirmer: Vec<String>,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Come { element, places, not } => {
                let resource = session.element(&element)?;
                let places = if not { 0 } else { places };
                Box::new(Wrote::a("claim", session.ask(Come { resource, places })?))
            }
            Self::Claims { element } => {
                let resource = session.element(&element)?;
                Box::new(session.ask(ClaimsOn { resource })?)
            }
            Self::Confirm { element, people, decline } => {
                let resource = session.element(&element)?;
                let people = people.iter().map(|person| session.person(person)).collect::<Result<_, _>>()?;
                Box::new(Wrote::a("confirmation", session.ask(DecideClaims { resource, people, given: !decline })?))
            }
            Self::Terms { element, places: capacity, exclusive, confirmer } => {
                let resource = session.element(&element)?;
                let confirmers = confirmer.iter().map(|person| session.person(person)).collect::<Result<_, _>>()?;
                let terms = SetTerms { resource, capacity, exclusive, confirmers };
                Box::new(Wrote::a("terms", session.ask(terms)?))
            }
        })
    }
}

/// In a word.
const fn word(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Coming => "coming",
        ClaimState::Confirmed => "confirmed",
        ClaimState::Asked => "asked",
        ClaimState::Lapsed => "lapsed",
        ClaimState::Declined => "declined",
    }
}

impl Prints for Box<ClaimsDetail> {
    fn text(&self) -> String {
        let of = self.capacity.map_or_else(String::new, |capacity| format!(" of {capacity}"));
        let mut text = format!("{}{of} places taken", self.taken);
        for (count, what) in [(self.asked, "asked for"), (self.lapsed, "lapsed"), (self.overbooked, "overbooked")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text.push('\n');
        let row = |line: &ClaimLine| {
            vec![word(line.state).to_owned(), line.places.to_string(), named(&line.name, line.person)]
        };
        text + &table(self.list.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!(self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::{
        daemon::desk::{Desk, MONACO, carry},
        modules::{
            Outcome,
            element::{ElementDraft, SaveElement},
        },
    };
    use communaut_protocol::op::Kind;

    fn event(desk: &mut Desk) -> ElementId {
        let (kind, name, position) = (Kind::Place, "Atelier".to_owned(), Some(MONACO));
        let draft = Box::new(ElementDraft { kind, name, position, ..ElementDraft::default() });
        match desk.ask(SaveElement { id: None, draft }).unwrap() {
            Outcome::Written(Written { element: Some(id), .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    fn claims(desk: &mut Desk, resource: ElementId) -> ClaimsDetail {
        desk.core.replica.changed = true;
        *ClaimsOn { resource }.read(&desk.core.snapshot().unwrap()).unwrap()
    }

    fn own(desk: &mut Desk, resource: ElementId) -> Option<ClaimState> {
        claims(desk, resource).own.map(|line| line.state)
    }

    #[test]
    fn places_are_asked_for_given_declined_and_taken_back() {
        let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
        let resource = event(&mut ada);
        carry(&mut [&mut ada, &mut bob, &mut cleo]);
        bob.ask(Come { resource, places: 2 }).unwrap();
        cleo.ask(Come { resource, places: 1 }).unwrap();
        assert_eq!(
            (own(&mut bob, resource), own(&mut cleo, resource)),
            (Some(ClaimState::Coming), Some(ClaimState::Coming))
        );
        let before = bob.entries().len();
        bob.ask(Come { resource, places: 2 }).unwrap();
        assert_eq!(bob.entries().len(), before, "what is said already is not said anew");
        carry(&mut [&mut ada, &mut bob, &mut cleo]);

        let (confirmers, exclusive) = (vec![cleo.me()], false);
        let terms = SetTerms { resource, capacity: Some(2), exclusive, confirmers };
        assert_eq!(bob.ask(terms.clone()).unwrap_err().code, FailureCode::NotAllowed);
        ada.ask(terms.clone()).unwrap();
        carry(&mut [&mut ada, &mut bob, &mut cleo]);
        let give = |people| DecideClaims { resource, people, given: true };
        assert_eq!(bob.ask(give(vec![])).unwrap_err().code, FailureCode::NotAllowed);
        // Both give at once what there is only once.
        let (bobs, cleos) = (bob.me(), cleo.me());
        ada.ask(give(vec![bobs])).unwrap();
        cleo.ask(give(vec![cleos])).unwrap();
        carry(&mut [&mut ada, &mut bob, &mut cleo]);
        let found = claims(&mut ada, resource);
        assert_eq!((found.taken, found.lapsed, found.overbooked), (2, 1, 0));
        assert_eq!(
            (own(&mut bob, resource), own(&mut cleo, resource)),
            (Some(ClaimState::Confirmed), Some(ClaimState::Lapsed))
        );

        ada.ask(SetTerms { capacity: Some(1), ..terms }).unwrap();
        carry(&mut [&mut ada, &mut bob, &mut cleo]);
        assert_eq!(claims(&mut bob, resource).overbooked, 1);
        ada.ask(DecideClaims { resource, people: vec![bobs], given: false }).unwrap();
        ada.ask(give(vec![cleos])).unwrap();
        carry(&mut [&mut ada, &mut bob, &mut cleo]);
        assert_eq!(
            (own(&mut bob, resource), own(&mut cleo, resource)),
            (Some(ClaimState::Declined), Some(ClaimState::Confirmed))
        );
        cleo.ask(Come { resource, places: 0 }).unwrap();
        assert_eq!(own(&mut cleo, resource), None);
    }
}
