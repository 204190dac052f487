//! Reactions to posts: of each person and post the latest word. SPEC.md §7.3.
//!
//! A reaction may come before its post, so what everyone said is kept aside. Any order gives the same.

use crate::{
    Stamp,
    ids::{EntryId, IdentityId},
    op::Reaction,
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A reaction that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with stamp and entry")]
pub struct ReactionView {
    pub what: Reaction,
    pub stamp: Stamp,
    pub entry: EntryId,
}

/// Who reacted to one post, and how.
pub type PostReactions = OrdMap<IdentityId, ReactionView>;

/// How many said what, by number.
#[must_use]
pub fn count_reactions(all: &PostReactions) -> BTreeMap<Reaction, usize> {
    let mut counts = BTreeMap::new();
    for view in all.values() {
        let count: &mut usize = counts.entry(view.what).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// A word, in the order in which the latest stands.
type Word = (Stamp, EntryId, Option<Reaction>);

/// What was said of posts, whether the post is held or not, withdrawn or not.
#[derive(Debug, Clone, Default)]
pub(super) struct ReactionsSaid {
    said: BTreeMap<EntryId, BTreeMap<IdentityId, Word>>,
}

impl ReactionsSaid {
    /// Keep the latest word of each person on each post; gives what now stands of this person.
    pub fn say(&mut self, target: EntryId, by: IdentityId, word: Word) -> Option<ReactionView> {
        let held = self.said.entry(target).or_default().entry(by).or_insert(word);
        *held = word.max(*held);
        stands(*held)
    }

    /// Those that stand on a post.
    pub fn on(&self, target: EntryId) -> PostReactions {
        let words = self.said.get(&target).into_iter().flatten();
        words.filter_map(|(by, word)| Some((*by, stands(*word)?))).collect()
    }
}

fn stands((stamp, entry, what): Word) -> Option<ReactionView> {
    Some(ReactionView { what: what?, stamp, entry })
}
