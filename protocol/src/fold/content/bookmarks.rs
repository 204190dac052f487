//! Bookmarks: of each element, author and address the latest word. SPEC.md §7.3.

use super::{Context, ScopeView};
use crate::{
    Stamp,
    fold::Record,
    ids::{ElementId, EntryId, Hash, IdentityId},
    op::{BookmarkOp, BookmarkText, Role},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// On whose page, by whom, which address, which make two operations speak of the same bookmark; and whether it
/// counts whoever owns the page, so that a word which does not hides none that does.
pub type BookmarkKey = (ElementId, IdentityId, Hash, bool);

/// A link of the web on an element's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct BookmarkView {
    pub on: ElementId,
    pub url: String,
    /// None: removed.
    pub said: Option<BookmarkText>,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

pub(super) fn fold(op: BookmarkOp, record: &Record, context: &mut Context<'_>) {
    // One's own anybody takes away: they could erase it as well.
    let counts = op.said.is_none() || context.role >= Some(Role::Contributor);
    let key = (op.on, record.author, op.key(), counts);
    let held = context.view.bookmarks.get(&key);
    if held.is_none_or(|held| record.order() > (held.stamp, held.entry)) {
        let (author, stamp, entry) = (record.author, record.stamp, record.id);
        let view = BookmarkView { on: op.on, url: op.url, said: op.said, author, stamp, entry };
        context.view.bookmarks.insert(key, Arc::new(view));
    }
    context.changes.other = true;
}

impl ScopeView {
    /// Whether a person's bookmarks on an element's page count now: they own it, or contribute to the container.
    #[must_use]
    pub fn may_bookmark(&self, on: ElementId, person: IdentityId) -> bool {
        let role = self.governance.as_deref().and_then(|governance| governance.roles.get(&person));
        self.owns(on, person) || role >= Some(&Role::Contributor)
    }
    fn owns(&self, on: ElementId, person: IdentityId) -> bool {
        self.elements.get(&on).is_some_and(|held| held.owner == person)
    }

    /// Somebody's latest word that counts on an address on an element's page.
    #[must_use]
    pub fn bookmark(&self, on: ElementId, author: IdentityId, address: Hash) -> Option<&Arc<BookmarkView>> {
        let owned = self.bookmarks.get(&(on, author, address, false)).filter(|_| self.owns(on, author));
        owned.into_iter().chain(self.bookmarks.get(&(on, author, address, true))).max_by_key(|held| held.order())
    }

    /// The bookmarks that stand on an element's page, the latest first.
    #[must_use]
    pub fn bookmarks_on(&self, on: ElementId) -> Vec<Arc<BookmarkView>> {
        let from = (on, IdentityId::ZERO, Hash::ZERO, false);
        let keys: BTreeSet<_> = self
            .bookmarks
            .range(from..)
            .take_while(|((page, ..), _)| *page == on)
            .map(|((_, author, address, _), _)| (*author, *address))
            .collect();
        let counting = keys.into_iter().filter_map(|(author, address)| self.bookmark(on, author, address));
        let mut standing: Vec<Arc<BookmarkView>> = counting.filter(|held| held.said.is_some()).cloned().collect();
        standing.sort_by_key(|held| std::cmp::Reverse(held.order()));
        standing
    }
}

impl BookmarkView {
    fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.entry)
    }
}
