//! A post with all that answers it, as a tree.

use super::{PostDetail, queries::find_post};
use crate::{failure::Failure, modules::Read, snapshot::Snapshot};
use communaut_protocol::fold::PostView;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Posts of one answer: more than anybody reads on.
const THREAD_MAX: usize = 1_000;

/// A post with what answers it, directly or through other answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The beginning of the post's id.
    pub post: String,
    /// The most to return, at most 1,000.
    pub limit: usize,
}

/// A tree of posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadShown {
    /// Each before what answers it; answers to one post in the order of their stamps.
    pub posts: Vec<ThreadPost>,
    /// Whether there are more.
    pub more: bool,
    /// Posts of people who are not heard: left out, and counted.
    pub muted: usize,
}

/// A post of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadPost {
    /// The post.
    #[serde(flatten)]
    pub detail: PostDetail,
    /// How many posts it is below the first.
    pub depth: usize,
    /// How many posts of this answer stand below it.
    pub below: usize,
}

impl Read for Thread {
    fn read(&self, snapshot: &Snapshot) -> Result<ThreadShown, Failure> {
        let first = find_post(&snapshot.talk, &self.post)?;
        let limit = self.limit.min(THREAD_MAX);
        let (mut posts, mut muted, mut looked): (Vec<ThreadPost>, usize, usize) = (Vec::new(), 0, 0);
        let mut next: Vec<(&Arc<PostView>, usize)> = vec![(first, 0)];
        // Of those who are not heard as many at most as of others.
        while looked < limit.saturating_mul(2)
            && posts.len() < limit
            && let Some((post, depth)) = next.pop()
        {
            looked = looked.saturating_add(1);
            let heard = !snapshot.is_muted(post.author);
            if heard {
                posts.push(ThreadPost { detail: PostDetail::of(snapshot, post), depth, below: 0 });
            } else {
                muted = muted.saturating_add(1);
            }
            let at = next.len();
            // An answer to somebody who is not heard stands in their place.
            let below = depth.saturating_add(usize::from(heard));
            next.extend(snapshot.talk.answers(post.id).take(THREAD_MAX).map(|answer| (answer, below)));
            if let Some(answers) = next.get_mut(at..) {
                answers.reverse();
            }
        }
        count_below(&mut posts);
        Ok(ThreadShown { posts, more: !next.is_empty(), muted })
    }
}

/// Of each post how many follow until the next that is no deeper.
fn count_below(posts: &mut [ThreadPost]) {
    // The posts above, with their places.
    let mut above: Vec<(usize, usize)> = Vec::new();
    for at in 0..posts.len() {
        let Some(depth) = posts.get(at).map(|post| post.depth) else { return };
        above.retain(|(_, other)| *other < depth);
        for (place, _) in &above {
            posts.get_mut(*place).into_iter().for_each(|post| post.below = post.below.saturating_add(1));
        }
        above.push((at, depth));
    }
}
