//! They lie in the store beside what else the node remembers of itself.

use super::{DRAFTS_MAX, Draft, Drafts, KeepDraft, MUTED_LABEL, Mute, MutedPeople, MutedPerson};
use crate::modules::Done;
use crate::{
    daemon::{
        dispatch::Act,
        replica::{MUTED_MAX, Replica, group_keys::internal},
    },
    failure::{Failure, FailureCode},
    modules::{Read, Written},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, Hash, IdentityId,
    fold::ScopeView,
    limits::{NAME_MAX, TEXT_MAX},
    op::{
        LabelOp, Op,
        text::{Lines, clean},
    },
};

/// Before the name of a draft.
const DRAFT: &str = "draft ";
/// People to whom a draft goes: as many as an invitation to a table.
const TO_MAX: usize = 100;

impl Act for Mute {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { person, again, shared } = self;
        let me = replica.author()?;
        if person == me {
            return Err(Failure::invalid("one cannot mute oneself"));
        }
        if !again && !replica.marks.muted.contains(&person) && replica.marks.muted.len() >= MUTED_MAX {
            let why = format!("{MUTED_MAX} people are muted already; hear one of them again first");
            return Err(Failure::new(FailureCode::Busy, why));
        }
        // Who has no space yet has said nothing in it; to mute needs none.
        let own = replica.own_space(me).ok();
        let said = own.is_some_and(|own| replica.views.scopes().get(&own).is_some_and(|view| says(view, me, person)));
        replica.mute(person, !again).map_err(internal)?;
        // Who hears somebody again has said so to all whom it was told.
        let word = match (again, shared, said) {
            (false, true, false) => Some(false),
            (true, _, true) => Some(true),
            _ => None,
        };
        let Some(withdrawn) = word else { return Ok(Written { element: None, entries: Vec::new() }) };
        let op = Op::Label(LabelOp { on: Hash(person.0), label: MUTED_LABEL.to_owned(), withdrawn });
        let own = replica.own_space(me)?;
        let entries = replica.write(me, vec![(own, op)])?;
        Ok(Written { element: None, entries })
    }
}

/// Whether somebody says in their own space that they have muted another.
fn says(view: &ScopeView, who: IdentityId, person: IdentityId) -> bool {
    let label = view.labels.get(&(Hash(person.0), who, MUTED_LABEL.to_owned()));
    label.is_some_and(|label| !label.withdrawn)
}

impl Read for MutedPeople {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<MutedPerson>, Failure> {
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        let who = self.of.or(me);
        let card = who.and_then(|who| snapshot.elements.get(&ElementId::from(who)));
        let view = card.and_then(|card| snapshot.scopes.get(&card.scope));
        let person = |person: IdentityId| MutedPerson {
            person,
            name: snapshot.name_of(person),
            shared: view.zip(who).is_some_and(|(view, who)| says(view, who, person)),
        };
        let Some(of) = self.of.filter(|of| Some(*of) != me) else {
            return Ok(snapshot.marks.muted.iter().map(|muted| person(*muted)).collect());
        };
        let view = view.ok_or_else(|| {
            Failure::not_found(format!("the card of {} is not held here, so nothing that they say is", of.short()))
        })?;
        let theirs =
            view.labels.iter().filter(|((_, by, word), label)| *by == of && word == MUTED_LABEL && !label.withdrawn);
        Ok(theirs.take(MUTED_MAX).map(|((on, ..), _)| person(IdentityId(on.0))).collect())
    }
}

impl Act for KeepDraft {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let Self { mut draft } = self;
        draft.name = clean(draft.name.trim(), Lines::One).trim().to_owned();
        if draft.name.is_empty() || draft.name.len() > NAME_MAX {
            return Err(Failure::invalid(format!("a draft has a name of 1 to {NAME_MAX} bytes that can be seen")));
        }
        if draft.text.len() > TEXT_MAX || draft.to.len() > TO_MAX {
            let why = format!("the draft '{}' has more than {TEXT_MAX} bytes, or {TO_MAX} people", draft.name);
            return Err(Failure::invalid(why));
        }
        let key = format!("{DRAFT}{}", draft.name);
        if draft.text.is_empty() {
            replica.store.unset_meta(&key).map_err(internal)?;
        } else {
            let all = replica.store.meta_under(DRAFT).map_err(internal)?;
            if all.len() >= DRAFTS_MAX && all.iter().all(|(held, _)| *held != key) {
                let why = format!("{DRAFTS_MAX} drafts are kept already; publish or forget one first");
                return Err(Failure::new(FailureCode::Busy, why));
            }
            let bytes = serde_json::to_vec(&draft).map_err(|error| Failure::internal(error.to_string()))?;
            replica.store.set_meta(&key, &bytes).map_err(internal)?;
        }
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for Drafts {
    fn act(self, replica: &mut Replica) -> Result<Vec<Draft>, Failure> {
        let held = replica.store.meta_under(DRAFT).map_err(internal)?;
        let mut all: Vec<Draft> = Vec::new();
        for (key, bytes) in held.into_iter().take(DRAFTS_MAX) {
            match serde_json::from_slice(&bytes) {
                Ok(draft) => all.push(draft),
                Err(error) => tracing::warn!("'{key}' is not understood and passed over: {error}"),
            }
        }
        Ok(all)
    }
}
