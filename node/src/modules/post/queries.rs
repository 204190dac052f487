//! Posts of the snapshot.

use super::{ANSWERS_COUNTED, POSTS_MAX, PostDetail, Posts, Reactions};
use crate::{
    failure::Failure,
    modules::{
        Read, bounds, one,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
    views::talk::Talk,
};
use communaut_protocol::{EntryId, Position, fold::PostView};
use std::sync::Arc;

impl Read for Posts {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<PostDetail>, Failure> {
        let cells = self.territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let inside = |post: &&Arc<PostView>| {
            cells.as_ref().is_none_or(|cells| place_of(snapshot, post).is_some_and(|at| holds(cells, at)))
        };
        let heard = snapshot.talk.feed(None).filter(|post| !snapshot.is_muted(post.author));
        let posts = heard.filter(inside).take(self.limit.min(POSTS_MAX));
        Ok(posts.map(|post| PostDetail::of(snapshot, post)).collect())
    }
}

/// Where a post concerns: else where its wall stands.
pub(crate) fn place_of(snapshot: &Snapshot, post: &PostView) -> Option<Position> {
    let of_wall = || snapshot.elements.get(&post.wall?).and_then(|element| element.position);
    post.position.or_else(of_wall)
}

impl PostDetail {
    /// A post with what is shown beside it.
    pub(crate) fn of(snapshot: &Snapshot, post: &Arc<PostView>) -> Self {
        Self {
            post: post.clone(),
            author_name: snapshot.name_of(post.author),
            reactions: Reactions::of(snapshot, post),
            may_hide: snapshot.may_moderate(&post.scope),
            may_pin: snapshot.may_pin(post),
            pinned: snapshot.is_pinned(post),
            retracted: snapshot.is_retracted(post),
            answers: snapshot.answers_to(post.id, ANSWERS_COUNTED),
            mentioned: post.mentions.iter().map(|id| (*id, snapshot.name_of(*id))).collect(),
        }
    }
}

/// The post whose id begins so.
pub(crate) fn find_post<'a>(talk: &'a Talk, text: &str) -> Result<&'a Arc<PostView>, Failure> {
    let (from, to) = bounds(text, "a post")?;
    one(text, "post", talk.between(EntryId(from), EntryId(to)))
}
