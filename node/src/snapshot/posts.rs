//! What is shown of posts beside their words.

use super::Snapshot;
use crate::views::talk::{PINNED, label_of};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    fold::{PostView, ScopeView},
    op::Role,
};
use imbl::OrdMap;
use std::sync::Arc;

/// What an author says of a post that they take back: it stays, struck out.
pub const RETRACTED: &str = "retracted";
/// Labels of one post that are looked at for one that counts: anybody may say any number.
const LABELS_SEEN: usize = 1_000;
/// Posts that stand first on one wall: more is no first.
const PINS_MAX: usize = 10;
/// Posts pinned by one person in one scope that are looked at, whatever their wall.
const PINS_SEEN: usize = 1_000;

/// Whether a person's pin counts: on the wall of what they own, and where they moderate.
pub fn may_pin(
    view: Option<&ScopeView>,
    owner: impl Fn(ElementId) -> Option<IdentityId>,
    person: IdentityId,
    wall: Option<ElementId>,
) -> bool {
    let role = view.and_then(|view| view.governance.as_ref()?.roles.get(&person));
    let own = wall.is_some_and(|wall| owner(wall) == Some(person) || wall == ElementId::from(person));
    own || role >= Some(&Role::Moderator)
}

/// Whether an author has taken a post back.
pub fn is_retracted(view: Option<&ScopeView>, post: &PostView) -> bool {
    let label = view.and_then(|view| view.labels.get(&(label_of(post.id), post.author, RETRACTED.to_owned())));
    label.is_some_and(|label| !label.withdrawn)
}

impl Snapshot {
    /// With the posts of its scopes by time, wall and room: of one made by hand, whose scopes are all that was put in.
    #[must_use]
    pub fn with_posts(mut self) -> Self {
        self.talk = crate::views::talk::Talk::default();
        let none = ScopeView::default();
        self.scopes.iter().for_each(|(scope, view)| self.talk.update(*scope, &none, view));
        self
    }
    /// Whether whoever runs this node does not want to hear somebody.
    #[must_use]
    pub fn is_muted(&self, person: IdentityId) -> bool {
        self.marks.muted.contains(&person)
    }
    /// Whether an author has taken a post back; it is shown struck out.
    #[must_use]
    pub fn is_retracted(&self, post: &PostView) -> bool {
        is_retracted(self.scopes.get(&post.scope), post)
    }
    /// Whether a post stands first on its wall.
    #[must_use]
    pub fn is_pinned(&self, post: &PostView) -> bool {
        let Some(view) = self.scopes.get(&post.scope) else { return false };
        let labels = view.labels_on(label_of(post.id)).take(LABELS_SEEN);
        let mut pins = labels.filter(|label| label.label == PINNED);
        pins.any(|label| self.pins_count(&post.scope, label.author, post.wall))
    }
    /// Whether I may pin a post.
    #[must_use]
    pub fn may_pin(&self, post: &PostView) -> bool {
        self.overview.me.as_ref().is_some_and(|me| self.pins_count(&post.scope, me.id, post.wall))
    }
    fn pins_count(&self, scope: &Scope, by: IdentityId, wall: Option<ElementId>) -> bool {
        may_pin(self.scopes.get(scope), |wall| owner(&self.elements, wall), by, wall)
    }
    /// The posts that stand first on a wall, the latest first.
    #[must_use]
    pub fn pinned_on(&self, wall: ElementId) -> Vec<Arc<PostView>> {
        let Some(element) = self.elements.get(&wall) else { return Vec::new() };
        let roles = self.scopes.get(&element.scope).and_then(|view| view.governance.as_ref()).map(|held| &held.roles);
        let keepers = roles.into_iter().flatten().filter(|(_, role)| **role >= Role::Moderator);
        let mut who: Vec<IdentityId> = keepers.map(|(person, _)| *person).collect();
        who.push(element.owner);
        who.sort_unstable();
        who.dedup();
        let pins = who.into_iter().flat_map(|by| self.talk.pinned(element.scope, by).take(PINS_SEEN));
        let mut found: Vec<Arc<PostView>> =
            pins.filter(|post| post.wall == Some(wall) && !post.room).cloned().collect();
        found.sort_unstable_by_key(|post| std::cmp::Reverse((post.stamp, post.id)));
        found.dedup_by_key(|post| post.id);
        found.truncate(PINS_MAX);
        found
    }
    /// How many posts answer one directly, of people who are heard, up to so many.
    #[must_use]
    pub fn answers_to(&self, post: EntryId, most: usize) -> usize {
        self.talk.answers(post).filter(|answer| !self.is_muted(answer.author)).take(most).count()
    }
}

/// Whose an element is.
pub fn owner(
    elements: &OrdMap<ElementId, Arc<communaut_protocol::fold::ElementView>>,
    id: ElementId,
) -> Option<IdentityId> {
    elements.get(&id).map(|element| element.owner)
}
