//! Posts in open cells, on walls and for named persons, and reactions to them.

pub(crate) mod cli;
mod commands;
mod queries;
mod reactions;

pub use reactions::{REACTED_MAX, Reacted, Reactions};

use super::territory::TerritoryId;
use communaut_protocol::{ElementId, EntryId, IdentityId, Position, fold::PostView, op::Reaction};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// React to a post, or withdraw what one said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct React {
    /// The beginning of the post's id.
    pub post: String,
    /// Which; none withdraws.
    pub what: Option<Reaction>,
}

/// Posts in open cells and on walls, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posts {
    /// Those about places inside one territory, and on the walls of what lies there; none: everything held.
    pub territory: Option<TerritoryId>,
    /// The most to return, at most [`POSTS_MAX`].
    pub limit: usize,
}

/// Posts of one answer: more than anybody reads on.
pub const POSTS_MAX: usize = 1_000;

/// A post and who wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostDetail {
    /// The post.
    pub post: Arc<PostView>,
    /// Its author's name; empty until the profile has come.
    pub author_name: String,
    /// What others say of it.
    pub reactions: Reactions,
    /// Whether this node's person may hide it, as a moderator.
    #[serde(default)]
    pub may_hide: bool,
}

/// A post to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostDraft {
    /// On the wall of an element; none: in the open cell of `position`.
    pub wall: Option<ElementId>,
    /// Where it concerns; none with a wall: the element's place.
    pub position: Option<Position>,
    /// Plain text.
    pub text: String,
    /// The post that it answers.
    pub reply_to: Option<EntryId>,
    /// Lower-case words.
    pub tags: Vec<String>,
    /// Only for these persons, and its author; empty: for everyone who can read where it stands. Needs no wall: it
    /// stands in its author's own space.
    pub to: Vec<IdentityId>,
    /// Made for a demonstration.
    pub sample: bool,
}
