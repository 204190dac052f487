//! In which order posts were said: after those that their authors had seen, and else by the time that they claim.
//! SPEC.md §7.3.

use super::PostView;
use crate::{Stamp, ids::EntryId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
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
