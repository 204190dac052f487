//! Published territories: of each the latest word, in whatever scope it stands.

use super::Views;
use communaut_protocol::{ElementId, EntryId, Stamp, fold::TerritoryView, scope::Scope};
use imbl::{OrdMap, ordmap::DiffItem};
use std::sync::Arc;

/// By what the latest word on a territory is found.
fn said_at(territory: &TerritoryView) -> (Stamp, EntryId) {
    (territory.stamp, territory.entry)
}

impl Views {
    /// Only those that differ from what was published are looked at: anybody may publish any number.
    pub(super) fn publish_territories(&mut self, scope: &Scope, now: &OrdMap<ElementId, Arc<TerritoryView>>) {
        let before = self.scopes.get(scope).map(|before| before.territories.clone()).unwrap_or_default();
        for change in before.diff(now) {
            match change {
                // Erased since, or one too many of its author in a wide scope.
                DiffItem::Remove(id, gone) => {
                    if self.territories.get(id).is_some_and(|shown| shown.entry == gone.entry) {
                        self.show_territory(*id, self.territory_elsewhere(*id, scope));
                    }
                }
                DiffItem::Add(id, new) => {
                    if self.territories.get(id).is_none_or(|shown| said_at(new) > said_at(shown)) {
                        self.territories.insert(*id, new.clone());
                    }
                }
                DiffItem::Update { old: (_, old), new: (id, new) } => {
                    let shown = self.territories.get(id);
                    if shown.is_none_or(|shown| shown.entry == old.entry || said_at(new) > said_at(shown)) {
                        // What was said last here may be erased: it may have been said later elsewhere.
                        let back = said_at(new) < said_at(old);
                        let other = if back { self.territory_elsewhere(*id, scope) } else { None };
                        let later = other.filter(|other| said_at(other) > said_at(new));
                        self.show_territory(*id, later.or_else(|| Some(new.clone())));
                    }
                }
            }
        }
    }

    fn show_territory(&mut self, id: ElementId, best: Option<Arc<TerritoryView>>) {
        match best {
            Some(best) => self.territories.insert(id, best),
            None => self.territories.remove(&id),
        };
    }

    /// The territory as another scope shows it.
    fn territory_elsewhere(&self, id: ElementId, not: &Scope) -> Option<Arc<TerritoryView>> {
        let others = self.scopes.iter().filter(|(scope, _)| *scope != not);
        others.filter_map(|(_, view)| view.territories.get(&id)).max_by_key(|held| said_at(held)).cloned()
    }

    /// Take away published territories whose time is over by the reference clock. Gives whether there were any.
    pub fn expire(&mut self, now_ms: u64) -> bool {
        let over: Vec<ElementId> =
            self.territories.values().filter(|held| !held.is_shown(now_ms)).map(|held| held.id).collect();
        over.iter().for_each(|id| drop(self.territories.remove(id)));
        !over.is_empty()
    }
}
