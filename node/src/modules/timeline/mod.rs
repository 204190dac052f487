//! Posts newest first, a page at a time: of what I follow, of a selection, of a wall, of a cell. What comes in later
//! moves nothing of a page: it is counted, and asked for.

pub(crate) mod cli;
mod commands;
mod matching;
mod queries;
#[cfg(test)]
mod tests;

use super::{post::PostDetail, search::Query};
use crate::snapshot::PostCursor;
use communaut_protocol::{Cell, ElementId};
use serde::{Deserialize, Serialize};

/// Posts of one page: more than a window shows.
pub const PAGE_MAX: usize = 500;
/// Posts that one answer looks at, whether they fit or not; a page that ends there goes on from its cursor. With 4
/// microseconds each an answer stays within a frame or two.
pub const LOOKED_MAX: usize = 4_000;
/// New posts that are counted: above it says "100 or more".
pub const NEW_MAX: usize = 100;

/// Which posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// In the territories that I follow, on the walls of what I follow and of my communities, by people whom I follow;
    /// mine, and those that address me.
    Home,
    /// What fits a search: its territories, words, kinds (of the wall), tags and times (of writing).
    Selection(Box<Query>),
    /// Of an element.
    Wall(ElementId),
    /// About places in a cell of at most seven characters.
    Cell(Cell),
}

/// A page of posts, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Which.
    pub kind: TimelineKind,
    /// Only those before; none: from the newest.
    pub before: Option<PostCursor>,
    /// The most to return, at most [`PAGE_MAX`].
    pub limit: usize,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelinePage {
    /// Of a wall's first page those that stand first; they stand among the others too.
    pub pinned: Vec<PostDetail>,
    /// The posts, the newest first.
    pub posts: Vec<PostDetail>,
    /// From where the next page goes on; none: there is no more.
    pub before: Option<PostCursor>,
    /// The newest of this page: what came later is counted from there, and it is how far one has seen.
    pub newest: Option<PostCursor>,
    /// How far it had been seen.
    pub read: Option<PostCursor>,
    /// Posts of people who are not heard: left out, and counted.
    pub muted: usize,
}

/// How much is new since a page was read, by its stamps; what is shown does not move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelineNews {
    /// Which.
    pub kind: TimelineKind,
    /// Since when; none: since it was seen last.
    pub since: Option<PostCursor>,
}

/// What is new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineNew {
    /// Posts of others, at most [`NEW_MAX`].
    pub posts: usize,
    /// Whether there may be more.
    pub more: bool,
}

/// Remember that posts were seen so far. Of this node alone: nobody is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeeTimeline {
    /// Which.
    pub kind: TimelineKind,
    /// How far.
    pub to: PostCursor,
}
