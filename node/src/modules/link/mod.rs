//! What one element is to another: a person a follower or organiser, an organisation a partner… Both sides have their
//! word (SPEC.md §7.4), and the pages of both list it.

pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;

use communaut_protocol::{
    ElementId, EntryId,
    op::{Kind, LinkKind, LinkState},
};
use serde::{Deserialize, Serialize};

/// Links of one side of a page that an answer carries: more than anybody reads. The counts are of all.
pub const LINKS_MAX: usize = 500;

/// Say one's word on a link: of whichever side one speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// From what; none: from oneself.
    #[serde(default)]
    pub source: Option<ElementId>,
    /// To what.
    pub target: ElementId,
    /// Which kind.
    pub kind: LinkKind,
    /// What it does there: a word of a vocabulary, or any; empty: nothing is said. Two roles are two links.
    #[serde(default)]
    pub role: String,
    /// Invited (by the target), requested or left (by the source), accepted or refused.
    pub state: LinkState,
}

impl Link {
    /// One's own, without a role.
    #[must_use]
    pub const fn own(target: ElementId, kind: LinkKind, state: LinkState) -> Self {
        Self { source: None, target, kind, role: String::new(), state }
    }
}

/// The links of an element's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksOf {
    /// Of what.
    pub element: ElementId,
}

/// The links of a page: those that have ended are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksDetail {
    /// What is linked to it: the first 500, by kind, role and name.
    pub to: Vec<LinkLine>,
    /// How many that are.
    pub to_count: usize,
    /// To what it is linked, likewise.
    pub from: Vec<LinkLine>,
    /// How many that are.
    pub from_count: usize,
}

/// One link as the page of one of its ends shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLine {
    /// The other end.
    pub other: ElementId,
    /// Its name; empty: nothing is known of it here.
    pub name: String,
    /// What it is, where that is known.
    pub other_kind: Option<Kind>,
    /// Which kind of link.
    pub kind: LinkKind,
    /// What is done in it.
    pub role: String,
    /// What both words add up to.
    pub state: LinkState,
    /// What the source says.
    pub by_source: Option<LinkState>,
    /// What the target says.
    pub by_target: Option<LinkState>,
    /// Whether what the target says would be known here; else only the source's page was held.
    pub confirmed: bool,
    /// Whether this node's person may answer it: accept or refuse.
    pub may_answer: bool,
    /// When the later word was said, milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// The entry of the later word: what `erase` takes.
    pub entry: EntryId,
}
