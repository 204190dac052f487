//! Of this node's person alone: whom they do not want to hear, and what they have begun to write.

pub(crate) mod cli;
mod commands;
#[cfg(test)]
mod tests;

use communaut_protocol::{ElementId, EntryId, IdentityId};
use serde::{Deserialize, Serialize};

/// Drafts kept at once: more is no draft but a drawer.
pub const DRAFTS_MAX: usize = 100;
/// The word by which somebody tells others whom they have muted.
pub const MUTED_LABEL: &str = "muted";

/// Hear somebody no longer, or again: nothing that they wrote is shown, and it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Whom.
    pub person: IdentityId,
    /// Hear them again.
    pub again: bool,
    /// Say it to others too, as a label in one's own space.
    pub shared: bool,
}

/// People who are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutedPeople {
    /// Those whom this person says to have muted; none: one's own list.
    pub of: Option<IdentityId>,
}

/// Somebody who is not heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutedPerson {
    /// Who.
    pub person: IdentityId,
    /// As they want to be called; empty until their profile has come.
    pub name: String,
    /// Whether that was said to others too.
    pub shared: bool,
}

/// Keep what is being written, under a name of whoever keeps it; without any words it is kept no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepDraft {
    /// What is kept.
    pub draft: Draft,
}

/// Something begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its name, e.g. of the field in which it is typed.
    pub name: String,
    /// The words.
    pub text: String,
    /// On whose wall or in whose room.
    #[serde(default)]
    pub on: Option<ElementId>,
    /// What it answers.
    #[serde(default)]
    pub reply_to: Option<EntryId>,
    /// To whom.
    #[serde(default)]
    pub to: Vec<IdentityId>,
}

/// What is kept, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafts;
