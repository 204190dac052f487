//! What this node's person has read, and whom they do not want to hear: of this node alone.

use communaut_protocol::{EntryId, IdentityId, Stamp, fold::PostView};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// A place in what is said: from where a page goes on, and how far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PostCursor {
    /// The stamp of the post there.
    pub stamp: Stamp,
    /// The post.
    pub id: EntryId,
}

impl PostCursor {
    /// That of a post.
    #[must_use]
    pub fn of(post: &PostView) -> Self {
        Self { stamp: post.stamp, id: post.id }
    }
    /// As the views order posts.
    #[must_use]
    pub fn at(self) -> (Stamp, EntryId) {
        (self.stamp, self.id)
    }
}

impl fmt::Display for PostCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.stamp.0, self.id)
    }
}

impl FromStr for PostCursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('-').and_then(|(stamp, id)| Some((stamp.parse().ok()?, id.parse().ok()?)));
        let (stamp, id) = parts.ok_or_else(|| format!("'{text}' is no cursor: give one as an answer told it"))?;
        Ok(Self { stamp: Stamp(stamp), id })
    }
}

/// Marks of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadMarks {
    /// How far they have read, by the name of a room or timeline.
    pub read: BTreeMap<String, PostCursor>,
    /// Whom they do not want to hear.
    pub muted: BTreeSet<IdentityId>,
}
