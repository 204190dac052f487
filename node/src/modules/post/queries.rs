//! Posts of the snapshot.

use super::{POSTS_MAX, PostDetail, Posts, Reactions};
use crate::{
    failure::Failure,
    modules::{
        Read, id_range, one,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
};
use communaut_protocol::{
    Scope,
    fold::{PostView, ScopeView},
};
use imbl::OrdMap;
use std::sync::Arc;

impl Read for Posts {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<PostDetail>, Failure> {
        let cells = self.territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let place = |post: &PostView| {
            let of_wall = || snapshot.elements.get(&post.wall?).and_then(|element| element.position);
            post.position.or_else(of_wall)
        };
        let inside =
            |post: &&Arc<PostView>| cells.as_ref().is_none_or(|cells| place(post).is_some_and(|at| holds(cells, at)));
        let mut found: Vec<&Arc<PostView>> =
            snapshot.scopes.values().flat_map(|view| view.posts.values()).filter(inside).collect();
        found.sort_unstable_by_key(|post| std::cmp::Reverse((post.stamp, post.id)));
        let posts = found.into_iter().take(self.limit.min(POSTS_MAX));
        let detail = |post: &Arc<PostView>| PostDetail {
            post: post.clone(),
            author_name: snapshot.name_of(post.author),
            reactions: Reactions::of(snapshot, post),
            may_hide: snapshot.may_moderate(&post.scope),
        };
        Ok(posts.map(detail).collect())
    }
}

/// The post whose id begins so.
pub(crate) fn find_post<'a>(scopes: &'a OrdMap<Scope, ScopeView>, text: &str) -> Result<&'a Arc<PostView>, Failure> {
    let range = id_range(text, "a post")?;
    let posts = scopes.values().flat_map(|view| view.posts.values());
    one(text, "post", posts.filter(|post| range.contains(&post.id.0)))
}
