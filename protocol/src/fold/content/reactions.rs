//! Reactions to posts: of each person and post the latest word. SPEC.md §7.3.
//!
//! A reaction may come before its post, so what everyone said is kept aside. Any order gives the same.

use super::Context;
use crate::{
    Stamp,
    fold::Record,
    ids::{EntryId, IdentityId},
    op::{Reaction, ReactionOp},
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
pub(in crate::fold) struct ReactionsSaid {
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

pub(super) fn fold(op: &ReactionOp, record: &Record, context: &mut Context<'_>) {
    let stands = context.said.reactions.say(op.target, record.author, (record.stamp, record.id, op.what));
    if context.view.post(op.target).is_some() {
        let mut shown = context.view.reactions.get(&op.target).cloned().unwrap_or_default();
        match stands {
            Some(view) => shown.insert(record.author, view),
            None => shown.remove(&record.author),
        };
        show(op.target, shown, context);
    }
    context.changes.other = true;
}

/// A post has come, on which something may have been said before.
pub(super) fn of_post(post: EntryId, context: &mut Context<'_>) {
    let stand = context.said.reactions.on(post);
    show(post, stand, context);
}

fn show(post: EntryId, stand: PostReactions, context: &mut Context<'_>) {
    if stand.is_empty() {
        context.view.reactions.remove(&post);
    } else {
        context.view.reactions.insert(post, stand);
    }
}
