//! In which order posts were said: after those that their authors had seen, and else by the time that they claim.
//! SPEC.md §7.3.

use super::{PostView, ScopeView};
use crate::{Stamp, ids::EntryId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

/// A post that comes next if none comes before it: the earliest stamp, then the smallest id.
type Next = Reverse<(Stamp, EntryId, usize)>;

/// Posts in the order in which they were said, given in any order. What they name and is not among them is passed over.
/// A post that waits for one that waits for it cannot be made, since each would have to hold the other's hash; if there
/// were such, they would come last.
#[must_use]
pub fn in_order(posts: &[Arc<PostView>]) -> Vec<Arc<PostView>> {
    let places: BTreeMap<EntryId, usize> = posts.iter().enumerate().map(|(at, post)| (post.id, at)).collect();
    let mut waits_for = vec![0_usize; posts.len()];
    let mut followed_by: Vec<Vec<usize>> = vec![Vec::new(); posts.len()];
    for ((at, post), waits) in posts.iter().enumerate().zip(&mut waits_for) {
        for before in post.after.iter().chain(&post.reply_to).filter_map(|id| places.get(id)) {
            if let Some(follow) = followed_by.get_mut(*before) {
                follow.push(at);
                *waits = waits.saturating_add(1);
            }
        }
    }
    let next = |at: usize| posts.get(at).map(|post| Reverse((post.stamp, post.id, at)));
    let free = waits_for.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut ready: BinaryHeap<Next> = free.filter_map(|(at, _)| next(at)).collect();
    let mut said = Vec::with_capacity(posts.len());
    while let Some(Reverse((.., at))) = ready.pop() {
        said.extend(posts.get(at).cloned());
        for follower in followed_by.get_mut(at).map(std::mem::take).unwrap_or_default() {
            if let Some(waits) = waits_for.get_mut(follower) {
                *waits = waits.saturating_sub(1);
                if *waits == 0 {
                    ready.extend(next(follower));
                }
            }
        }
    }
    let mut left: Vec<&Arc<PostView>> =
        posts.iter().zip(waits_for).filter(|(_, waits)| *waits > 0).map(|(post, _)| post).collect();
    left.sort_unstable_by_key(|post| (post.stamp, post.id));
    said.extend(left.into_iter().cloned());
    said
}

impl ScopeView {
    /// A post and all that answers it, directly or through other answers, in the order in which they were said.
    #[must_use]
    pub fn conversation(&self, first: EntryId) -> Vec<Arc<PostView>> {
        let mut answers: BTreeMap<EntryId, Vec<&Arc<PostView>>> = BTreeMap::new();
        for post in self.posts.values() {
            if let Some(answered) = post.reply_to {
                answers.entry(answered).or_default().push(post);
            }
        }
        let mut found: Vec<Arc<PostView>> = self.posts.values().filter(|post| post.id == first).cloned().collect();
        let mut look = vec![first];
        while let Some(id) = look.pop() {
            // Taken out, so that nothing is met twice.
            for post in answers.remove(&id).unwrap_or_default() {
                if post.id != first {
                    look.push(post.id);
                    found.push(post.clone());
                }
            }
        }
        in_order(&found)
    }

    /// The post with which the conversation began in which another stands, as far as it is held.
    #[must_use]
    pub fn first_of(&self, post: EntryId) -> EntryId {
        let answers: BTreeMap<EntryId, EntryId> =
            self.posts.values().filter_map(|post| Some((post.id, post.reply_to?))).collect();
        let (mut first, mut met) = (post, BTreeSet::new());
        while let Some(answered) = answers.get(&first).filter(|_| met.insert(first)) {
            first = *answered;
        }
        first
    }

    /// What somebody who answers in a conversation names as seen: those that no other one there follows, as many as a
    /// post names, the latest of them.
    #[must_use]
    pub fn seen_last(&self, first: EntryId) -> Vec<EntryId> {
        let all = self.conversation(first);
        let followed: BTreeSet<EntryId> =
            all.iter().flat_map(|post| post.after.iter().chain(&post.reply_to)).copied().collect();
        let last = all.iter().rev().map(|post| post.id).filter(|id| !followed.contains(id));
        let mut last: Vec<EntryId> = last.take(crate::limits::AFTER_MAX).collect();
        last.sort_unstable();
        last
    }
}
