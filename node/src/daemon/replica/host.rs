//! The replica as the engine of replication sees it.

use super::{Origin, Replica};
use crate::{
    store::{Store, StoreError},
    territory,
};
use communaut_protocol::{
    AuthorId, Cell, DeviceId, ElementId, EntryId, IdentityId, LogId, Position, Scope,
    engine::{Host, Interest, Room, TakenOrNot},
    entry::{Header, HeldEntry, Signed},
    fold::IdentityState,
    op::{EntryPlace, Leafage, rule_for, schema},
    private::{Arrivals, Draw, Only, ProofOf},
    replication::message::Missing,
};
use std::collections::BTreeSet;

impl Interest for Replica {
    fn followed(&self) -> BTreeSet<Cell> {
        let all = self.followed.iter().filter_map(|followed| territory::four_char_cells(&followed.cells).ok());
        all.flatten().collect()
    }
    fn written(&self) -> BTreeSet<Scope> {
        self.logs.keys().copied().collect()
    }
    fn closed(&self) -> BTreeSet<Scope> {
        self.private.ring.scopes()
    }
    /// To ask for the space of somebody known from a closed community alone would tell of the community.
    fn homes(&self) -> Vec<(IdentityId, Position)> {
        self.views.book().iter().filter_map(|(id, person)| Some((*id, person.home?))).collect()
    }
    fn wanted(&self) -> BTreeSet<IdentityId> {
        self.wanted.clone()
    }
    fn wants(&self, scope: &Scope) -> bool {
        self.logs.contains_key(scope)
            || self.private.ring.scopes().contains(scope)
            || Interest::followed(self).iter().any(|cell| scope.cell.contains(*cell))
    }
}

impl Host for Replica {
    type Store = Store;

    fn store(&self) -> &Store {
        &self.store
    }
    fn arrivals(&self) -> &Arrivals {
        self.store.private_arrivals()
    }
    fn proofs(&self) -> Vec<ProofOf> {
        self.private.ring.proofs(|scope, key, from| {
            let keys = self.views.scopes().get(scope).and_then(|view| view.keys.clone());
            keys.unwrap_or_default().lets_in(key, from, &self.member_devices(scope))
        })
    }
    fn proofs_revision(&self) -> u64 {
        self.private.revision()
    }
    fn admits(&self, header: &Header, room: Room) -> bool {
        (self.admits)(self, header, room)
    }
    fn belonging(&self) -> Only {
        let mut scopes = self.private.ring.scopes();
        let mut devices = BTreeSet::from([self.device.id()]);
        let mut people: BTreeSet<IdentityId> = self.me.into_iter().collect();
        for (scope, view) in self.views.scopes() {
            let Some(roles) = view.governance.as_deref().map(|held| &held.roles) else { continue };
            if scope.is_closed() && self.me.is_some_and(|me| roles.contains_key(&me)) {
                // Of its members nothing is taken outside that is not taken of strangers.
                scopes.insert(*scope);
            } else if !scope.is_closed() && self.takes_part(scope, roles) {
                scopes.insert(*scope);
                people.extend(roles.keys());
            }
        }
        // Whose devices they are stands in the identities' logs.
        scopes.extend(people.into_iter().map(Scope::identity));
        if let Some(view) = self.me.and_then(|me| self.views.book().get(&me)) {
            devices.extend(view.devices.keys().copied());
            // One's own card and wall.
            scopes.extend(view.home.map(|home| Scope::container(home, ElementId::from(view.id))));
        }
        Only { scopes, devices }
    }
    fn erasure(&self, scope: &Scope, place: &EntryPlace) -> Option<EntryId> {
        self.views.erasure(scope, place).map(|erasure| erasure.erasure)
    }
    fn header_of(&self, of: &Missing) -> Result<Option<Signed>, StoreError> {
        let held = self.store.at(&of.log.scope, &EntryPlace::of(&of.log, of.seq, of.id))?;
        Ok(held.filter(|(_, held)| held.lacks()).map(|(_, held)| held.signed().clone()))
    }
    fn brought_in(&self, author: AuthorId, device: DeviceId) -> bool {
        let person = self.views.book().get(&IdentityId(author.0));
        person.is_some_and(|person| person.brought_in.contains(&device))
    }
    fn brought_in_by(&self, author: AuthorId, entries: &[HeldEntry]) -> BTreeSet<DeviceId> {
        let id = IdentityId(author.0);
        let held = self.views.identity(id).cloned().unwrap_or_else(|| IdentityState::new(id));
        held.brought_in_by(entries)
    }
    fn take(&mut self, entries: Vec<HeldEntry>, begin: &BTreeSet<LogId>) -> Result<TakenOrNot, StoreError> {
        let answers = self.take_from(entries, Origin::Elsewhere, begin)?;
        Ok(answers.into_iter().map(|answer| answer.map(drop)).collect())
    }
    fn fill(&mut self, entry: HeldEntry) -> Result<(), StoreError> {
        let header = entry.header();
        let (log, seq) = (header.log, header.seq);
        let Some((branch, held)) = self.store.at(&log.scope, &EntryPlace::of(&log, seq, entry.id()))? else {
            return Ok(());
        };
        // Of leaves somebody may have some, and somebody else the others.
        let filled = self.without_erased(held.clone().joined(&entry));
        if filled.body() == held.body() {
            return Ok(());
        }
        self.store.set_body(&log, branch, seq, filled.body())?;
        self.dirty = true;
        let schema = filled.header().schema;
        let said_in_part = held.body().bytes().is_some() && rule_for(schema).leaves == Leafage::Parts;
        if said_in_part || schema == schema::RESTATE {
            // What it says is folded as a whole, and may have been folded in part.
            self.fold_anew([log.scope]);
        }
        self.fold_new(vec![filled])
    }
    fn caught_up(&mut self) -> Result<(), StoreError> {
        self.accept_what_was_closed()
    }
    fn refused(&mut self, reason: &str, detail: &str) {
        tracing::debug!(reason, "refused: {detail}");
        self.count(reason, 1);
    }
    fn draw(&mut self) -> Result<Draw, StoreError> {
        let mut seed = [0; 32];
        self.entropy.fill(&mut seed).map_err(|error| StoreError::System(error.to_string()))?;
        Ok(Draw::new(seed))
    }
}
