//! Which records of one place stand for which others ([`crate::together`]), kept up to date with what is folded, and
//! told to the search index: it finds what is shown.

use super::Replica;
use crate::{
    together::{grouping::Grouping, rule::Sight},
    views::{ElementChanges, ViewChanges},
};
use communaut_protocol::{ElementId, IdentityId, Scope};
use std::collections::BTreeSet;

/// The state of it.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    pub grouping: Grouping,
    /// Whose node it was when it was looked at.
    me: Option<IdentityId>,
    /// For whom they vouch.
    pub trusted: BTreeSet<IdentityId>,
}

impl Replica {
    /// Views have changed. Gives what the search index is to take.
    pub(super) fn regroup(&mut self, changes: &mut ViewChanges) -> ElementChanges {
        let mut ids: BTreeSet<ElementId> = changes.elements.iter().map(|(id, _)| *id).collect();
        let mut labels = std::mem::take(&mut changes.labels);
        let others = self.other_people(&changes.vouches);
        if !others.is_empty() {
            // Other people are known than before: what they wrote, and their words, are looked at again.
            let (elements, scopes) = (self.views.elements(), self.views.scopes());
            let sight = Sight { elements, scopes, me: self.grouped.me, trusted: &self.grouped.trusted };
            ids.extend(self.grouped.grouping.forget_words(&sight));
            let all = self.views.elements().values().filter(|element| others.contains(&element.owner));
            ids.extend(all.map(|element| element.id));
            let scopes = self.views.scopes().values();
            labels.extend(scopes.flat_map(|view| view.labels.keys().cloned()));
        }
        let (elements, scopes) = (self.views.elements(), self.views.scopes());
        let sight = Sight { elements, scopes, me: self.grouped.me, trusted: &self.grouped.trusted };
        let moved = self.grouped.grouping.changed(&sight, ids, &labels);
        let together = &self.grouped.grouping.together;
        let told: BTreeSet<ElementId> = changes.elements.iter().map(|(id, _)| *id).collect();
        let shown = |id: ElementId| (id, elements.get(&id).filter(|_| !together.is_hidden(id)).cloned());
        let mut index: ElementChanges = changes.elements.iter().map(|(id, _)| shown(*id)).collect();
        index.extend(moved.into_iter().filter(|id| !told.contains(id)).map(shown));
        index
    }

    /// Those who are known now and were not, or the other way round.
    fn other_people(&mut self, vouches: &BTreeSet<(IdentityId, IdentityId)>) -> BTreeSet<IdentityId> {
        let Some(me) = self.me else { return BTreeSet::new() };
        let new = self.grouped.me.replace(me) != Some(me);
        if !new && !vouches.iter().any(|(_, by)| *by == me) {
            return BTreeSet::new();
        }
        // What is said in a closed community shows nothing outside of it.
        let open = self.views.scopes().iter().filter(|(scope, _)| !Scope::is_closed(scope));
        let standing = open.flat_map(|(_, view)| view.vouches.iter());
        let mine = standing.filter(|((_, by), vouch)| *by == me && !vouch.withdrawn);
        let now: BTreeSet<IdentityId> = mine.map(|((person, _), _)| *person).collect();
        let before = std::mem::replace(&mut self.grouped.trusted, now);
        let mut others: BTreeSet<IdentityId> = before.symmetric_difference(&self.grouped.trusted).copied().collect();
        others.extend(new.then_some(me));
        others
    }
}
