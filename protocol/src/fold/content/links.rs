//! Links between elements: the latest word of those who may speak for either end. SPEC.md §7.4.
//!
//! Who owns an end may be known only later, so what everyone said is kept aside, and a link is
//! looked at again when one of its ends comes in. Any order gives the same.

use super::Context;
use crate::{
    Stamp,
    fold::Record,
    ids::{ElementId, EntryId, IdentityId},
    op::{LinkKind, LinkOp, LinkState, Role},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Source, target and kind: what makes two operations speak of the same link.
pub type LinkKey = (ElementId, ElementId, LinkKind);

/// A link, the latest word of either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct LinkView {
    pub source: ElementId,
    pub target: ElementId,
    pub kind: LinkKind,
    pub role: String,
    pub state: LinkState,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

/// A word on a link, and whether it proves that its author owns the source.
type Word = (Arc<LinkView>, bool);

/// Who says something of a link, and whether as a moderator: of each the latest word, so that one which does not count
/// hides none that does.
type Voice = (IdentityId, bool);

/// What was said of links, whether it counts or not.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct LinksSaid {
    said: BTreeMap<LinkKey, BTreeMap<Voice, Word>>,
    ends: BTreeMap<ElementId, BTreeSet<LinkKey>>,
}

impl LinksSaid {
    /// Keep the latest word of each author on each link.
    pub fn say(&mut self, view: LinkView, moderates: bool, proven: bool) -> LinkKey {
        let key = (view.source, view.target, view.kind);
        for end in [view.source, view.target] {
            self.ends.entry(end).or_default().insert(key);
        }
        let words = self.said.entry(key).or_default();
        match words.get_mut(&(view.author, moderates)) {
            Some((held, _)) if (held.stamp, held.entry) >= (view.stamp, view.entry) => {}
            Some(held) => *held = (Arc::new(view), proven),
            None => {
                words.insert((view.author, moderates), (Arc::new(view), proven));
            }
        }
        key
    }

    /// The links that have an element at one end.
    pub fn touching(&self, element: ElementId) -> Vec<LinkKey> {
        self.ends.get(&element).into_iter().flatten().copied().collect()
    }

    /// The latest word of those who may speak.
    pub fn latest(&self, key: &LinkKey, owns: impl Fn(IdentityId) -> bool) -> Option<Arc<LinkView>> {
        let may = |(author, moderates): &Voice, proven: bool| proven || *moderates || owns(*author);
        let words = self.said.get(key)?.iter().filter(|(voice, (_, proven))| may(voice, *proven));
        words.map(|(_, (view, _))| view).max_by_key(|view| (view.stamp, view.entry)).cloned()
    }
}

pub(super) fn fold(op: LinkOp, record: &Record, context: &mut Context<'_>) {
    let LinkOp { source, target, kind, role, state, origin, .. } = op;
    let (author, stamp, entry) = (record.author, record.stamp, record.id);
    let proven = origin.is_some_and(|origin| origin.owner == author);
    let moderates = context.role >= Some(Role::Moderator);
    let view = LinkView { source, target, kind, role, state, author, stamp, entry };
    let key = context.said.links.say(view, moderates, proven);
    settle(&key, context);
    context.changes.other = true;
}

/// An element has come whose owner may speak for links.
pub(super) fn of_element(id: ElementId, context: &mut Context<'_>) {
    for key in context.said.links.touching(id) {
        settle(&key, context);
        context.changes.other = true;
    }
}

/// SPEC.md §7.4: a person for themselves, an owner for what lies here, a container's moderators.
fn settle(key: &LinkKey, context: &mut Context<'_>) {
    let ends = [key.0, key.1];
    let owns = |author| {
        let owner = |end: &ElementId| context.view.elements.get(end).is_some_and(|held| held.owner == author);
        ends.iter().any(|end| *end == ElementId::from(author) || owner(end))
    };
    match context.said.links.latest(key, owns) {
        Some(view) => context.view.links.insert(*key, view),
        None => context.view.links.remove(key),
    };
}
