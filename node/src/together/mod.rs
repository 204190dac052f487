//! Several records of one place, by several people or out of several files: one of them is shown, and says who else
//! speaks of it. A pure function over what is held and whose node it is; nothing is merged, and nothing is written.
//! The rule, and why it is as it is: ARCHITECTURE.md, "The same place said by several".

pub(crate) mod grouping;
pub(crate) mod likely;
pub(crate) mod pairs;
pub(crate) mod rule;
#[cfg(test)]
mod tests;

use communaut_protocol::{ElementId, fold::ElementView};
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// Which element stands for which others. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    by: OrdMap<ElementId, ElementId>,
    others: OrdSet<(ElementId, ElementId)>,
}

impl Together {
    /// What is shown in the place of an element; none: the element itself.
    #[must_use]
    pub fn shown_as(&self, id: ElementId) -> Option<ElementId> {
        self.by.get(&id).copied()
    }

    /// Whether another one stands for it.
    #[must_use]
    pub fn is_hidden(&self, id: ElementId) -> bool {
        self.by.contains_key(&id)
    }

    /// What an element stands for, ascending.
    pub fn others(&self, id: ElementId) -> impl Iterator<Item = ElementId> {
        let all = self.others.range((id, ElementId([0; 32]))..=(id, ElementId([0xff; 32])));
        all.map(|(_, other)| *other)
    }

    /// Of all elements those that are shown by themselves.
    #[must_use]
    pub fn visible(&self, elements: &OrdMap<ElementId, Arc<ElementView>>) -> OrdMap<ElementId, Arc<ElementView>> {
        let mut visible = elements.clone();
        self.by.keys().for_each(|id| drop(visible.remove(id)));
        visible
    }

    /// Let an element be shown by itself, or another one stand for it. Gives whether that is new.
    fn set(&mut self, id: ElementId, by: Option<ElementId>) -> bool {
        let before = match by {
            Some(by) => self.by.insert(id, by),
            None => self.by.remove(&id),
        };
        if before == by {
            return false;
        }
        before.map(|before| self.others.remove(&(before, id)));
        by.map(|by| self.others.insert((by, id)));
        true
    }
}
