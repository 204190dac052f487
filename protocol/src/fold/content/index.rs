//! What is found by something else than its own id: the parts of an element, what takes the place of one time of a
//! series, the links of an element. All of it follows from the view, and is kept with each change of that.

use super::{ElementView, LinkKey, LinkView, Right, ScopeView};
use crate::{
    ids::{ElementId, IdentityId},
    op::LinkKind,
};
use imbl::OrdSet;
use std::{collections::BTreeMap, sync::Arc};

/// Parent, child.
type Child = (ElementId, ElementId);
/// Series, day, what takes its place.
type Place = (ElementId, i32, ElementId);

/// By what else things are found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookup {
    children: OrdSet<Child>,
    instead: OrdSet<Place>,
    /// Target, source, kind, role.
    links: OrdSet<LinkKey>,
}

impl Lookup {
    fn parts(element: &ElementView) -> (Option<Child>, Option<Place>) {
        let said = element.instead.as_ref().map(|view| view.said).filter(|said| said.series != element.id);
        (element.parent.map(|parent| (parent, element.id)), said.map(|said| (said.series, said.day, element.id)))
    }
}

impl ScopeView {
    /// Put an element in the place of what is held of it.
    pub fn put_element(&mut self, element: Arc<ElementView>) {
        let (child, instead) = Lookup::parts(&element);
        let before = self.elements.insert(element.id, element);
        let (was_child, was_instead) = before.as_deref().map(Lookup::parts).unwrap_or_default();
        if child != was_child {
            if let Some(gone) = was_child {
                self.lookup.children.remove(&gone);
            }
            self.lookup.children.extend(child);
        }
        if instead != was_instead {
            if let Some(gone) = was_instead {
                self.lookup.instead.remove(&gone);
            }
            self.lookup.instead.extend(instead);
        }
    }

    /// Put a link in the place of what is held of it.
    pub fn put_link(&mut self, link: Arc<LinkView>) {
        self.lookup.links.insert((link.target, link.source, link.kind, link.role.clone()));
        self.links.insert(link.key(), link);
    }

    /// Take a link away.
    pub(super) fn remove_link(&mut self, key: &LinkKey) {
        self.lookup.links.remove(&(key.1, key.0, key.2, key.3.clone()));
        self.links.remove(key);
    }

    /// What belongs to an element, by id; also what is not shown.
    pub fn children_of(&self, parent: ElementId) -> impl Iterator<Item = &Arc<ElementView>> {
        let all = self.lookup.children.range((parent, ElementId::ZERO)..).take_while(move |(of, _)| *of == parent);
        all.filter_map(|(_, child)| self.elements.get(child))
    }

    /// What takes the place of times of a series that is `owner`'s, by the day that names each; one that was taken
    /// back says that it does not take place that day. Of several on one day the latest word counts (SPEC.md §7.3). The
    /// series may lie in another scope.
    #[must_use]
    pub fn instead_of(&self, series: ElementId, owner: IdentityId) -> BTreeMap<i32, Arc<ElementView>> {
        let from = (series, i32::MIN, ElementId::ZERO);
        let here = self.elements.contains_key(&series);
        let mut latest = BTreeMap::new();
        for (_, day, id) in self.lookup.instead.range(from..).take_while(|(of, ..)| *of == series) {
            let Some(element) = self.elements.get(id) else { continue };
            let Some(word) = element.instead.as_ref() else { continue };
            // Who moderates speaks of what lies in the same space.
            let counts = word.author == owner && word.right != Right::None || word.right == Right::Any && here;
            if counts {
                let order = (word.stamp, word.entry);
                let slot = latest.entry(*day).or_insert((order, element));
                if slot.0 < order {
                    *slot = (order, element);
                }
            }
        }
        latest.into_iter().map(|(day, (_, element))| (day, element.clone())).collect()
    }

    /// The links that begin at an element.
    pub fn links_from(&self, source: ElementId) -> impl Iterator<Item = &Arc<LinkView>> {
        let from = (source, ElementId::ZERO, LinkKind::Follower, String::new());
        self.links.range(from..).take_while(move |(key, _)| key.0 == source).map(|(_, link)| link)
    }

    /// The links that end at an element.
    pub fn links_to(&self, target: ElementId) -> impl Iterator<Item = &Arc<LinkView>> {
        let from = (target, ElementId::ZERO, LinkKind::Follower, String::new());
        let all = self.lookup.links.range(from..).take_while(move |key| key.0 == target);
        all.filter_map(|(target, source, kind, role)| self.links.get(&(*source, *target, *kind, role.clone())))
    }
}
