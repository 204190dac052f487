//! Posts in open cells, on walls and for named persons, and reactions to them.

pub(crate) mod cli;
mod commands;
mod edits;
mod mentions;
pub(crate) mod queries;
mod reactions;
#[cfg(test)]
mod tests;
mod threads;

pub(crate) use mentions::all_mentioned;
pub use mentions::{Mentioned, Mentions};
pub use reactions::{REACTED_MAX, Reacted, Reactions};
pub use threads::{Thread, ThreadPost, ThreadShown};

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

/// Answers of a post that are counted: above it says "1,000 or more".
pub const ANSWERS_COUNTED: usize = 1_000;

/// Say a post of one's own anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditPost {
    /// The beginning of its id.
    pub post: String,
    /// Plain text.
    pub text: String,
    /// Lower-case words; none: as before.
    pub tags: Option<Vec<String>>,
    /// Who is addressed beside those whom the text names.
    #[serde(default)]
    pub mentions: Vec<IdentityId>,
}

/// What is said of a post beside it, for everyone who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostWord {
    /// It stands first on its wall: by whose wall it is, and by moderators.
    Pinned,
    /// Its author takes it back: it stays, struck out.
    Retracted,
}

/// Pin a post or take it back, or the contrary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SayOfPost {
    /// The beginning of its id.
    pub post: String,
    /// What.
    pub word: PostWord,
    /// Not any longer.
    pub withdrawn: bool,
}

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
    /// Whether they may pin it.
    #[serde(default)]
    pub may_pin: bool,
    /// Whether it stands first on its wall.
    #[serde(default)]
    pub pinned: bool,
    /// Whether its author has taken it back.
    #[serde(default)]
    pub retracted: bool,
    /// Posts that answer it directly, at most [`ANSWERS_COUNTED`].
    #[serde(default)]
    pub answers: usize,
    /// Who is addressed by name, with their names.
    #[serde(default)]
    pub mentioned: Vec<(IdentityId, String)>,
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
    /// Who is addressed beside those whom the text names behind an "@".
    pub mentions: Vec<IdentityId>,
    /// The territory for which it is meant: it is told, and hides nothing.
    pub audience: Option<TerritoryId>,
    /// A message of a room: it stands on no wall and in no feed.
    pub room: bool,
}
