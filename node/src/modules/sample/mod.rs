//! A small village to try things with, marked as a sample and thrown away again; and what somebody has published that
//! is none.

pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;
mod village;

use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position, Scope,
    fold::{ElementView, PostView, ProposalView, ScopeView},
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Things of a sample that one command removes: a village has ten, and each is sought in the logs of its scope.
pub const REMOVED_MAX: usize = 200;

/// Make a sample: an organisation with events, posts and a question, by this node's person. Others who follow the
/// place receive it, and see that it is a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeSample {
    /// Where; none: at home.
    pub near: Option<Position>,
    /// ISO 639 code of the language in which it is written: French, or else English.
    pub language: String,
    /// IANA name of the zone on whose clock its events are. Empty or unknown: UTC.
    pub zone: String,
}

/// Take back and erase everything of this node's person that is marked as a sample, at most `REMOVED_MAX` at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveSample;

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRemoved {
    /// So much.
    pub removed: usize,
    /// So much is left, for another time.
    pub left: usize,
}

/// What this node's person has published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWork;

/// Of what somebody has published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWorkInfo {
    /// When the first of it that still stands was written, milliseconds since 1970 UTC: their own card and samples
    /// apart. None: nothing was.
    pub first_ms: Option<u64>,
    /// How much is marked as a sample.
    pub samples: usize,
}

/// Something that somebody wrote.
#[derive(Debug, Clone, Copy)]
enum Said<'a> {
    Element(&'a ElementView),
    Post(&'a PostView),
    Proposal(&'a ProposalView),
}

impl Said<'_> {
    const fn is_sample(&self) -> bool {
        match self {
            Self::Element(element) => element.sample,
            Self::Post(post) => post.sample,
            Self::Proposal(proposal) => proposal.sample,
        }
    }
    fn written_ms(&self) -> u64 {
        match self {
            // A field that was changed since is newer than the others.
            Self::Element(element) => {
                let fields = element.registers.iter().map(|(_, stamp, _)| *stamp);
                fields.min().unwrap_or(element.updated).ms()
            }
            Self::Post(post) => post.stamp.ms(),
            Self::Proposal(proposal) => proposal.stamp.ms(),
        }
    }
}

/// What somebody wrote and what is shown, of elements and scopes; their own card apart. Of proposals those that still
/// say why: a question itself stays.
fn said_by<'a>(
    me: IdentityId,
    elements: &'a OrdMap<ElementId, Arc<ElementView>>,
    scopes: &'a OrdMap<Scope, ScopeView>,
) -> impl Iterator<Item = Said<'a>> {
    let own = elements.values().filter(move |element| element.owner == me && element.id != ElementId::from(me));
    let posts = scopes.values().flat_map(|view| view.posts.values()).filter(move |post| post.author == me);
    let asked = scopes.values().filter_map(|view| view.governance.as_deref()).flat_map(|held| held.proposals.iter());
    let asked = asked.filter(move |asked| asked.author == me && !asked.text.is_empty());
    own.map(|element| Said::Element(element))
        .chain(posts.map(|post| Said::Post(post)))
        .chain(asked.map(|asked| Said::Proposal(asked)))
}

/// The id of something as commands take it.
fn name_of(id: EntryId) -> String {
    id.to_string()
}
