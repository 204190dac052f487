//! Reactions to posts, as they are shown.

use crate::snapshot::Snapshot;
use communaut_protocol::{
    IdentityId,
    fold::{PostReactions, PostView, count_reactions},
    op::Reaction,
};
use serde::{Deserialize, Serialize};

/// People of one post that an answer names: more than a person reads, and an answer over the socket stays small. All
/// are counted.
pub const REACTED_MAX: usize = 100;

/// How many people said what of a post, and who.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reactions {
    /// Each that somebody said.
    pub counts: Vec<(Reaction, usize)>,
    /// Who, the latest first; at most [`REACTED_MAX`].
    pub people: Vec<Reacted>,
}

/// Somebody's reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    /// Who.
    pub person: IdentityId,
    /// As they want to be called; empty until their profile has come.
    pub name: String,
    /// What.
    pub what: Reaction,
}

impl Reactions {
    /// Those of a post.
    #[must_use]
    pub fn of(snapshot: &Snapshot, post: &PostView) -> Self {
        let shown = snapshot.scopes.get(&post.scope).and_then(|view| view.reactions.get(&post.id));
        shown.map(|all| Self::named(snapshot, all)).unwrap_or_default()
    }

    fn named(snapshot: &Snapshot, all: &PostReactions) -> Self {
        let mut latest: Vec<_> = all.iter().collect();
        latest.sort_unstable_by_key(|(_, view)| std::cmp::Reverse((view.stamp, view.entry)));
        let people = latest.into_iter().take(REACTED_MAX).map(|(person, view)| Reacted {
            person: *person,
            name: snapshot.name_of(*person),
            what: view.what,
        });
        Self { people: people.collect(), counts: count_reactions(all).into_iter().collect() }
    }

    /// Whether nobody reacted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}
