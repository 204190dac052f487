//! The materialised views: what the entries held add up to. Derived; delete them and they come back the same.

mod series;
pub mod talk;
mod territories;
#[cfg(test)]
mod tests;

use communaut_protocol::{
    DeviceId, ElementId, IdentityId,
    fold::{
        Changes, ElementView, ErasureView, Erasures, IdentityBook, IdentityState, IdentityView, LabelKey, Record,
        ScopeState, ScopeView, Standing, TerritoryView, Within,
    },
    op::EntryPlace,
    scope::Scope,
};
use imbl::{OrdMap, ordmap::DiffItem};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use talk::Talk;

/// Elements whose shown view changed: what the search index takes. None: shown no longer.
pub type ElementChanges = Vec<(ElementId, Option<Arc<ElementView>>)>;

/// What a fold changed.
#[derive(Debug, Default)]
pub struct ViewChanges {
    /// Elements whose shown view changed.
    pub elements: ElementChanges,
    /// Erasures that have begun to count, or were voided.
    pub erasures: Vec<(Scope, ErasureView)>,
    /// Devices of which something else counts now than before: the scopes in which they wrote are folded anew.
    pub judged: BTreeSet<DeviceId>,
    /// Scopes to be folded anew ([`Changes::again`]).
    pub again: Vec<Scope>,
    /// Labels that stand now or no longer: on what, by whom, which.
    pub labels: BTreeSet<LabelKey>,
    /// Vouches that stand now or no longer: for whom, by whom.
    pub vouches: BTreeSet<(IdentityId, IdentityId)>,
}

/// The devices of a person of which something else counts now. One that has just come in is not among them: what it
/// wrote has been waiting for that.
fn judged(before: Option<&IdentityView>, now: &IdentityView) -> BTreeSet<DeviceId> {
    let nobody = IdentityView::default();
    let before = before.unwrap_or(&nobody);
    let more = before.accepted != now.accepted;
    // Of those that went before only what is another now is looked at: there can be many, and they share it.
    let moved = before.out.diff(&now.out).map(|item| match item {
        DiffItem::Add(device, _) | DiffItem::Remove(device, _) | DiffItem::Update { new: (device, _), .. } => device,
    });
    let all = more.then(|| now.out.keys()).into_iter().flatten();
    let known = before.devices.keys().chain(moved).chain(all);
    known
        .filter(|device| {
            let (was, is) = (before.standing(**device), now.standing(**device));
            was != is || (is == Standing::Out && more)
        })
        .copied()
        .collect()
}

/// Of what has changed in a map.
fn key_of<'a, K, V>(item: &DiffItem<'a, 'a, K, V>) -> &'a K {
    match item {
        DiffItem::Add(key, _) | DiffItem::Remove(key, _) | DiffItem::Update { new: (key, _), .. } => key,
    }
}

/// All scopes folded, with the maps that a snapshot hands out.
#[derive(Debug, Default)]
pub struct Views {
    identities: HashMap<IdentityId, IdentityState>,
    states: HashMap<Scope, ScopeState>,
    /// Scopes with entries that wait for an identity log.
    waiting: BTreeSet<Scope>,
    /// Scopes with votes of which something has changed since it was asked for: at most as many as there are scopes.
    voted: BTreeSet<Scope>,
    /// Scopes with terms of places in which something has changed since it was asked for: likewise.
    claimed: BTreeSet<Scope>,
    /// How often a container was folded anew as a whole.
    refolds: u64,
    /// By their own logs: what peers may see of what is known here.
    book: IdentityBook,
    /// People as each closed community knows them.
    within: BTreeMap<Scope, Within>,
    scopes: OrdMap<Scope, ScopeView>,
    /// As they are shown: a series without the times of which something else takes the place.
    elements: OrdMap<ElementId, Arc<ElementView>>,
    series: series::AllSeries,
    territories: OrdMap<ElementId, Arc<TerritoryView>>,
    /// Posts of all scopes.
    talk: Talk,
}

impl Views {
    /// Take records in any order.
    pub fn apply(&mut self, records: Vec<Record>) -> ViewChanges {
        let mut by_scope: BTreeMap<Scope, Vec<Record>> = BTreeMap::new();
        let mut people: BTreeMap<IdentityId, Vec<Record>> = BTreeMap::new();
        for record in records {
            if record.log.scope.is_identity() {
                people.entry(IdentityId(record.log.scope.container.0)).or_default().push(record);
            } else {
                by_scope.entry(record.log.scope).or_default().push(record);
            }
        }
        let mut changed = ViewChanges::default();
        let met = !people.is_empty();
        for (id, records) in people {
            let state = self.identities.entry(id).or_insert_with(|| IdentityState::new(id));
            state.apply(records);
            let view = Arc::new(state.view().clone());
            let before = self.book.insert(id, view.clone());
            changed.judged.extend(judged(before.as_deref(), &view));
            self.met_within(id, &mut changed);
        }
        for (scope, records) in by_scope {
            self.hear(scope, &records, &mut changed);
            let book = self.within.get(&scope).map_or(&self.book, Within::book);
            let state = self.states.entry(scope).or_insert_with(|| ScopeState::new(scope));
            let mut changes = state.apply(records, book);
            if scope.is_closed() {
                // What a witness has said of somebody may be what others of their entries waited for.
                changes.join(state.identities_changed(book));
            }
            self.publish(scope, changes, &mut changed);
            self.tell_outs(scope, &mut changed);
        }
        if met {
            for scope in std::mem::take(&mut self.waiting) {
                let book = self.within.get(&scope).map_or(&self.book, Within::book);
                let Some(state) = self.states.get_mut(&scope) else { continue };
                let changes = state.identities_changed(book);
                self.publish(scope, changes, &mut changed);
            }
            let closed: Vec<Scope> = self.states.keys().filter(|scope| scope.is_closed()).copied().collect();
            for scope in closed {
                self.tell_outs(scope, &mut changed);
            }
        }
        changed
    }

    /// Of somebody's own log something else is held: closed communities know them by that too.
    fn met_within(&mut self, person: IdentityId, changed: &mut ViewChanges) {
        let own = self.identities.get(&person);
        for within in self.within.values_mut() {
            let before = within.book().get(&person).cloned();
            within.met(person, own);
            if let Some(now) = within.book().get(&person) {
                changed.judged.extend(judged(before.as_deref(), now));
            }
        }
    }

    /// Take what witnesses in a closed community say of people.
    fn hear(&mut self, scope: Scope, records: &[Record], changed: &mut ViewChanges) {
        if !scope.is_closed() {
            return;
        }
        let within = self.within.entry(scope).or_insert_with(|| Within::of(&self.book));
        let before = within.book().clone();
        for person in within.hear(records, |id| self.identities.get(&id)) {
            if let Some(now) = within.book().get(&person) {
                changed.judged.extend(judged(before.get(&person).map(AsRef::as_ref), now));
            }
        }
    }

    /// Tell a closed community which devices of its members were taken out: a key that one of them may have had will
    /// not do any longer (SPEC.md §10.4).
    fn tell_outs(&mut self, scope: Scope, changed: &mut ViewChanges) {
        let book = self.within.get(&scope).map_or(&self.book, Within::book);
        let Some(state) = self.states.get_mut(&scope).filter(|_| scope.is_closed()) else { return };
        let roles = state.view().governance.as_deref().map(|governance| &governance.roles);
        let people = roles.into_iter().flatten().filter_map(|(person, _)| book.get(person));
        let outs = people.flat_map(|person| person.out.keys().copied()).collect();
        let changes = state.devices_out(outs);
        self.publish(scope, changes, changed);
    }

    /// Fold a scope anew from all that is held of it: something that had counted is gone.
    pub fn refold(&mut self, scope: Scope, records: Vec<Record>) -> ViewChanges {
        if scope.is_identity() {
            let id = IdentityId(scope.container.0);
            self.identities.remove(&id);
            if records.is_empty() {
                self.book.remove(&id);
                self.met_within(id, &mut ViewChanges::default());
            }
            return self.apply(records);
        }
        let before: Vec<ElementId> =
            self.states.get(&scope).map(|state| state.view().elements.keys().copied().collect()).unwrap_or_default();
        let mut state = ScopeState::new(scope);
        let mut changed = ViewChanges::default();
        let known = self.within.remove(&scope);
        self.hear(scope, &records, &mut ViewChanges::default());
        let book = self.within.get(&scope).map_or(&self.book, Within::book);
        // Of what an entry said that is gone, too.
        for person in known.iter().chain(self.within.get(&scope)).flat_map(Within::people) {
            let before = known.as_ref().and_then(|known| known.book().get(&person));
            let now = book.get(&person).cloned().unwrap_or_default();
            changed.judged.extend(judged(before.map(AsRef::as_ref), &now));
        }
        let mut changes = state.apply(records, book);
        changes.elements.extend(before);
        changes.other = true;
        self.states.insert(scope, state);
        self.publish(scope, changes, &mut changed);
        self.tell_outs(scope, &mut changed);
        changed
    }

    /// Bring the maps of the snapshot to what a scope's reducer says now.
    fn publish(&mut self, scope: Scope, changes: Changes, changed: &mut ViewChanges) {
        let Some(state) = self.states.get(&scope) else { return };
        let Changes { elements, other, erasures, again, refolded } = changes;
        self.refolds += refolded;
        if again {
            changed.again.push(scope);
        }
        changed.erasures.extend(erasures.into_iter().map(|erasure| (scope, erasure)));
        if state.waits() {
            self.waiting.insert(scope);
        } else {
            self.waiting.remove(&scope);
        }
        if elements.is_empty() && !other {
            return;
        }
        let view = state.view().clone();
        if view.governance.as_ref().is_some_and(|governance| !governance.proposals.is_empty()) {
            self.voted.insert(scope);
        }
        if !view.claims.terms.is_empty() {
            self.claimed.insert(scope);
        }
        let mut named = BTreeSet::new();
        for id in &elements {
            let before = self.scopes.get(&scope).and_then(|view| view.elements.get(id));
            let both = [before, view.elements.get(id)].into_iter().flatten();
            named.extend(both.filter_map(|element| element.instead.as_ref()).map(|instead| instead.said.series));
            let held = self.said(id);
            let best = match view.elements.get(id).filter(|element| element.is_shown()) {
                // The same id can stand in two scopes, while a move is half known: the later one is shown.
                Some(new) => match held {
                    // What was said last here is erased: it may have been said later elsewhere.
                    Some(held) if held.scope == scope && held.updated > new.updated => {
                        let other = self.elsewhere(*id, scope);
                        let later = |other: &Arc<ElementView>| (other.updated, other.scope) > (new.updated, new.scope);
                        other.filter(later).or_else(|| Some(new.clone()))
                    }
                    Some(held) if held.scope != scope && (held.updated, held.scope) > (new.updated, new.scope) => {
                        Some(held.clone())
                    }
                    _ => Some(new.clone()),
                },
                None if held.is_some_and(|held| held.scope == scope) => self.elsewhere(*id, scope),
                None => held.cloned(),
            };
            if best.as_ref() == held {
                continue;
            }
            match &best {
                Some(element) => self.elements.insert(*id, element.clone()),
                None => self.elements.remove(id),
            };
            self.said_anew(id);
            changed.elements.push((*id, best));
        }
        if other {
            self.publish_territories(&scope, &view.territories);
            let empty = ScopeView::default();
            let before = self.scopes.get(&scope).unwrap_or(&empty);
            self.talk.update(scope, before, &view);
            changed.labels.extend(before.labels.diff(&view.labels).map(|item| key_of(&item).clone()));
            changed.vouches.extend(before.vouches.diff(&view.vouches).map(|item| *key_of(&item)));
        }
        self.scopes.insert(scope, view);
        self.look_at_series(scope, &elements, named, changed);
    }

    /// The element as another scope shows it.
    fn elsewhere(&self, id: ElementId, not: Scope) -> Option<Arc<ElementView>> {
        self.scopes
            .iter()
            .filter(|(scope, _)| **scope != not)
            .filter_map(|(_, view)| view.elements.get(&id).filter(|element| element.is_shown()))
            .max_by_key(|element| (element.updated, element.scope))
            .cloned()
    }

    /// The erasure that counts of an entry, if there is one.
    #[must_use]
    pub fn erasure(&self, scope: &Scope, place: &EntryPlace) -> Option<ErasureView> {
        let view = self.states.get(scope)?.view();
        view.erasures.get(place).filter(|erasure| erasure.voided.is_none())
    }
    /// All erasures that count in a scope.
    #[must_use]
    pub fn erasures(&self, scope: &Scope) -> Erasures {
        self.states.get(scope).map(|state| state.view().erasures.clone()).unwrap_or_default()
    }
    /// Everyone whose identity log is held. What peers may see goes by this alone.
    #[must_use]
    pub fn book(&self) -> &IdentityBook {
        &self.book
    }
    /// Everyone as they are known in a scope: in a closed community also by what its witnesses say.
    #[must_use]
    pub fn book_in(&self, scope: &Scope) -> &IdentityBook {
        self.within.get(scope).map_or(&self.book, Within::book)
    }
    /// What the witnesses of a closed community say.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> Option<&Within> {
        self.within.get(scope)
    }
    /// Everyone, for whoever sits here: those too who are known in closed communities only.
    #[must_use]
    pub fn everybody(&self) -> IdentityBook {
        let mut all = self.book.clone();
        for within in self.within.values() {
            for person in within.people().filter(|person| !self.is_known(person)) {
                if let Some(view) = within.book().get(&person) {
                    all.insert(person, view.clone());
                }
            }
        }
        all
    }
    /// The devices that were taken out, known from wherever.
    #[must_use]
    pub fn devices_out(&self) -> BTreeSet<DeviceId> {
        let inside = self.within.values().flat_map(|within| within.people().map(|person| within.book().get(&person)));
        let all = self.book.values().map(Some).chain(inside).flatten();
        all.flat_map(|person| person.out.keys().copied()).collect()
    }
    /// Somebody, known from wherever.
    #[must_use]
    pub fn person(&self, person: IdentityId) -> Option<&Arc<IdentityView>> {
        let inside = || self.within.values().filter_map(|within| within.book().get(&person));
        self.book
            .get(&person)
            .filter(|_| self.is_known(&person))
            .or_else(|| inside().find(|view| !view.devices.is_empty()))
    }
    /// Somebody else may have written in an identity's scope: known is who has a device, or had.
    fn is_known(&self, person: &IdentityId) -> bool {
        self.book.get(person).is_some_and(|view| !view.devices.is_empty() || !view.out.is_empty())
    }
    /// The reducer of a person's identity log.
    #[must_use]
    pub fn identity(&self, id: IdentityId) -> Option<&IdentityState> {
        self.identities.get(&id)
    }
    /// The view of each scope.
    #[must_use]
    pub fn scopes(&self) -> &OrdMap<Scope, ScopeView> {
        &self.scopes
    }
    /// Everything that is shown.
    #[must_use]
    pub fn elements(&self) -> &OrdMap<ElementId, Arc<ElementView>> {
        &self.elements
    }
    /// Posts of all scopes, by time, wall and room.
    #[must_use]
    pub fn talk(&self) -> &Talk {
        &self.talk
    }
    /// Published territories.
    #[must_use]
    pub fn territories(&self) -> &OrdMap<ElementId, Arc<TerritoryView>> {
        &self.territories
    }
    /// Scopes with votes of which something has changed since this was asked last.
    pub fn take_voted(&mut self) -> BTreeSet<Scope> {
        std::mem::take(&mut self.voted)
    }
    /// Scopes with terms of places in which something has changed since this was asked last.
    pub fn take_claimed(&mut self) -> BTreeSet<Scope> {
        std::mem::take(&mut self.claimed)
    }
    /// The reducer of a scope, for what governs a container.
    #[must_use]
    pub fn state(&self, scope: &Scope) -> Option<&ScopeState> {
        self.states.get(scope)
    }
    /// How often a container was folded anew as a whole.
    #[must_use]
    pub fn refolds(&self) -> u64 {
        self.refolds
    }
    /// Entries that wait for their author's identity log.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.waiting.iter().filter_map(|scope| self.states.get(scope)).map(|state| state.pending() as u64).sum()
    }
}
