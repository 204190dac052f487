//! Posts: in the order of their stamps.

use super::{Context, reactions};
use crate::{
    Stamp,
    fold::Record,
    geo::Position,
    ids::{ElementId, EntryId, IdentityId},
    op::{BlobRef, PostOp},
    private::SealedBy,
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct PostView {
    pub id: EntryId,
    pub scope: Scope,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub wall: Option<ElementId>,
    pub text: String,
    pub reply_to: Option<EntryId>,
    pub tags: Vec<String>,
    pub position: Option<Position>,
    pub sample: bool,
    /// Whether it is for named persons, or for a closed community.
    pub sealed: Option<SealedBy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<BlobRef>,
}

pub(super) fn fold(post: PostOp, record: &Record, context: &mut Context<'_>) {
    // In the open cell a post says where it concerns, and that lies in the cell.
    let open = record.container.is_zero();
    if open && !post.position.is_some_and(|at| record.log.scope.cell.holds(at)) {
        return;
    }
    let view = PostView {
        id: record.id,
        scope: record.log.scope,
        author: record.author,
        stamp: record.stamp,
        wall: if open { post.wall } else { Some(record.container) },
        text: post.text,
        reply_to: post.reply_to,
        tags: post.tags,
        position: post.position,
        sample: post.sample,
        after: post.after,
        blobs: post.blobs,
        sealed: record.sealed,
    };
    context.view.posts.insert(record.order(), Arc::new(view));
    context.said.posts.insert(record.id);
    reactions::of_post(record.id, context);
    context.changes.other = true;
}
