//! Bookmarks: of each element, author and address the latest word. SPEC.md §7.3.

use super::{Context, ScopeView, role_of};
use crate::{
    Stamp,
    fold::Record,
    ids::{ElementId, EntryId, Hash, IdentityId},
    op::{BookmarkOp, BookmarkText, Role},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// On whose page, by whom, which address: what makes two operations speak of the same bookmark.
pub type BookmarkKey = (ElementId, IdentityId, Hash);

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
    let key = (op.on, record.author, op.key());
    let held = context.view.bookmarks.get(&key);
    if held.is_none_or(|held| record.order() > (held.stamp, held.entry)) {
        let (author, stamp, entry) = (record.author, record.stamp, record.id);
        let view = BookmarkView { on: op.on, url: op.url, said: op.said, author, stamp, entry };
        context.view.bookmarks.insert(key, Arc::new(view));
    }
    context.changes.other = true;
}

impl ScopeView {
    /// Whether a person's bookmarks on an element's page count: they own it, or contribute to the container.
    #[must_use]
    pub fn may_bookmark(&self, on: ElementId, person: IdentityId) -> bool {
        let owns = self.elements.get(&on).is_some_and(|held| held.owner == person);
        owns || role_of(self.governance.as_deref(), person) >= Some(Role::Contributor)
    }

    /// The bookmarks that stand on an element's page, the latest first.
    #[must_use]
    pub fn bookmarks_on(&self, on: ElementId) -> Vec<Arc<BookmarkView>> {
        let from = (on, IdentityId::ZERO, Hash::ZERO);
        let all = self.bookmarks.range(from..).map(|(_, held)| held).take_while(|held| held.on == on);
        let counts = |held: &&Arc<BookmarkView>| held.said.is_some() && self.may_bookmark(on, held.author);
        let mut standing: Vec<Arc<BookmarkView>> = all.filter(counts).cloned().collect();
        standing.sort_by_key(|held| std::cmp::Reverse((held.stamp, held.entry)));
        standing
    }
}
