//! Posts: in the order of their stamps; of a post and its edits the latest is shown in the place of the first. SPEC.md
//! §7.3.
//!
//! An edit may come before its post, so edits are kept aside. Any order gives the same.

use super::{Context, reactions};
use crate::{
    Stamp,
    fold::Record,
    geo::Position,
    ids::{ElementId, EntryId, IdentityId},
    op::{BlobRef, PostOp},
    private::{Class, SealedBy},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

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
    /// Without its author.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<IdentityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<ElementId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub room: bool,
    /// The edit that is shown; none: it says what it said at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Box<EditView>>,
}

/// Of an edit when it was said, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct EditView {
    pub stamp: Stamp,
    pub entry: EntryId,
}

impl PostView {
    /// What is shown last: its stamp and entry.
    fn latest(&self) -> (Stamp, EntryId) {
        self.edited.as_ref().map_or((self.stamp, self.id), |edit| (edit.stamp, edit.entry))
    }
}

/// What a post and its edit have to have in common: first, author, wall, whether it is of a room, and by what it is
/// sealed. In a closed community the key changes with its members.
type EditKey = (EntryId, IdentityId, Option<ElementId>, bool, Option<SealedBy>);

fn key(first: EntryId, view: &PostView) -> EditKey {
    let common = |by: SealedBy| match by.class {
        Class::Audience => by,
        Class::Roster | Class::Content => SealedBy { key: Default::default(), ..by },
    };
    (first, view.author, view.wall, view.room, view.sealed.map(common))
}

/// Edits, whether their post is held or not: of each the latest.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct EditsSaid {
    said: BTreeMap<EditKey, Arc<PostView>>,
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
        wall: if open { post.wall } else { post.wall.or(Some(record.container)) },
        text: post.text,
        reply_to: post.reply_to,
        tags: post.tags,
        position: post.position,
        sample: post.sample,
        after: post.after,
        blobs: post.blobs,
        sealed: record.sealed,
        mentions: post.mentions.into_iter().filter(|person| *person != record.author).collect(),
        audience: post.audience,
        room: post.room,
        edited: None,
    };
    context.changes.other = true;
    if let Some(first) = post.replaces {
        edit(first, view, context);
        return;
    }
    let shown = match context.said.edits.said.get(&key(view.id, &view)) {
        Some(edit) => edited(&view, edit),
        None => view,
    };
    context.view.put_post(Arc::new(shown));
    reactions::of_post(record.id, context);
}

fn edit(first: EntryId, view: PostView, context: &mut Context<'_>) {
    context.view.rooms.put_edit(first, &view);
    let (key, view) = (key(first, &view), Arc::new(view));
    let held = context.said.edits.said.entry(key).or_insert_with(|| view.clone());
    if held.latest() < view.latest() {
        *held = view.clone();
    }
    let before = context.view.post(first).filter(|post| self::key(first, post) == key).cloned();
    if let Some(before) = before {
        context.view.put_post(Arc::new(edited(&before, &view)));
    }
}

/// A post with what an edit says, if that is later than what is shown.
fn edited(post: &PostView, edit: &PostView) -> PostView {
    if edit.latest() <= post.latest() {
        return post.clone();
    }
    PostView {
        text: edit.text.clone(),
        tags: edit.tags.clone(),
        position: edit.position,
        sample: edit.sample,
        blobs: edit.blobs.clone(),
        mentions: edit.mentions.clone(),
        audience: edit.audience,
        edited: Some(Box::new(EditView { stamp: edit.stamp, entry: edit.id })),
        ..post.clone()
    }
}
