//! What people announce in a wide scope, which everyone below it sees: of each the latest. SPEC.md §7.3.

use super::{StubView, TerritoryView};
use crate::{
    Stamp,
    ids::{ElementId, EntryId, IdentityId},
    limits::WIDE_SHOWN_MAX,
};
use std::{collections::BTreeMap, sync::Arc};

/// A territory or a stub.
#[derive(Debug, Clone)]
pub(super) enum Announced {
    Territory(Arc<TerritoryView>),
    Stub(Arc<StubView>),
}

impl Announced {
    fn order(&self) -> (Stamp, EntryId) {
        match self {
            Self::Territory(view) => (view.stamp, view.entry),
            Self::Stub(view) => (view.stamp, view.entry),
        }
    }
    /// Territories and stubs are apart, whatever their ids.
    fn key(&self) -> (bool, ElementId) {
        match self {
            Self::Territory(view) => (false, view.id),
            Self::Stub(view) => (true, view.stub.id),
        }
    }
}

/// Everything announced, by person.
#[derive(Debug, Clone, Default)]
pub(super) struct AllAnnounced {
    by: BTreeMap<IdentityId, BTreeMap<(bool, ElementId), Announced>>,
}

impl AllAnnounced {
    /// Keep the latest of each; gives what of this person's is shown, and what is not.
    pub fn say(&mut self, by: IdentityId, what: Announced) -> (Vec<Announced>, Vec<Announced>) {
        let own = self.by.entry(by).or_default();
        let key = what.key();
        if own.get(&key).is_none_or(|held| what.order() > held.order()) {
            own.insert(key, what);
        }
        let mut all: Vec<Announced> = own.values().cloned().collect();
        all.sort_unstable_by_key(|what| std::cmp::Reverse(what.order()));
        let beyond = all.split_off(all.len().min(WIDE_SHOWN_MAX));
        (all, beyond)
    }
}
