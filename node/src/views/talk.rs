//! Posts of all scopes, by id, time, wall, room and by what they answer. One more costs the same among few and among
//! many, and a page is read without a look at the rest.

use communaut_protocol::{
    ElementId, EntryId, Hash, IdentityId, KeyId, Scope, Stamp,
    fold::{LabelKey, PostView, ScopeView},
    private::Class,
};
use imbl::{OrdMap, OrdSet, ordmap::DiffItem};
use serde::{Deserialize, Serialize};
use std::{ops::Bound, sync::Arc};

/// What says of a post that it stands first on its wall.
pub const PINNED: &str = "pinned";

/// A place in the order of stamps.
pub type At = (Stamp, EntryId);
const FIRST: EntryId = EntryId::ZERO;
const LAST: At = (Stamp(u64::MAX), EntryId([0xff; 32]));

/// Where messages are said: an element's room, that of an open cell, or a conversation of named persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TalkRoom {
    /// In which scope.
    pub scope: Scope,
    /// Whose room; none: the open cell's.
    pub of: Option<ElementId>,
    /// Of a conversation of named persons the key that opens it.
    pub key: Option<KeyId>,
}

impl TalkRoom {
    /// Of which a message is one; none: it is no message.
    #[must_use]
    pub fn of(post: &PostView) -> Option<Self> {
        let key = post.sealed.filter(|by| by.class == Class::Audience).map(|by| by.key);
        post.room.then_some(Self { scope: post.scope, of: post.wall, key })
    }
}

/// Posts of all scopes.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    /// All that are shown.
    posts: OrdMap<EntryId, Arc<PostView>>,
    /// Those that are no messages.
    feed: OrdSet<At>,
    /// The same, by their wall.
    walls: OrdSet<(ElementId, Stamp, EntryId)>,
    /// By what they answer.
    answers: OrdSet<(EntryId, Stamp, EntryId)>,
    messages: OrdSet<(TalkRoom, Stamp, EntryId)>,
    /// How many messages each room has.
    rooms: OrdMap<TalkRoom, usize>,
    /// Who says of which entry that it is pinned, whether that counts or not.
    pins: OrdSet<(Scope, IdentityId, EntryId)>,
}

impl Talk {
    /// A scope shows something else than before.
    pub fn update(&mut self, scope: Scope, before: &ScopeView, now: &ScopeView) {
        for item in before.posts.diff(&now.posts) {
            match item {
                DiffItem::Add(_, post) => self.put(post),
                // An edit stays where its post is.
                DiffItem::Update { new: (_, post), .. } => drop(self.posts.insert(post.id, post.clone())),
                DiffItem::Remove(_, post) => self.remove(post),
            }
        }
        for item in before.labels.diff(&now.labels) {
            match item {
                DiffItem::Add(key, label) | DiffItem::Update { new: (key, label), .. } => {
                    self.pin(scope, key, !label.withdrawn);
                }
                DiffItem::Remove(key, _) => self.pin(scope, key, false),
            }
        }
    }

    fn put(&mut self, post: &Arc<PostView>) {
        if self.posts.insert(post.id, post.clone()).is_some() {
            return;
        }
        let (stamp, id) = (post.stamp, post.id);
        if let Some(room) = TalkRoom::of(post) {
            self.messages.insert((room, stamp, id));
            let count = self.rooms.get(&room).copied().unwrap_or_default();
            self.rooms.insert(room, count.saturating_add(1));
        } else {
            self.feed.insert((stamp, id));
            self.walls.extend(post.wall.map(|wall| (wall, stamp, id)));
            self.answers.extend(post.reply_to.map(|answered| (answered, stamp, id)));
        }
    }

    fn remove(&mut self, post: &PostView) {
        let (stamp, id) = (post.stamp, post.id);
        if self.posts.remove(&id).is_none() {
            return;
        }
        if let Some(room) = TalkRoom::of(post) {
            self.messages.remove(&(room, stamp, id));
            match self.rooms.get(&room).copied().unwrap_or_default().saturating_sub(1) {
                0 => self.rooms.remove(&room),
                count => self.rooms.insert(room, count),
            };
        } else {
            self.feed.remove(&(stamp, id));
            post.wall.map(|wall| self.walls.remove(&(wall, stamp, id)));
            post.reply_to.map(|answered| self.answers.remove(&(answered, stamp, id)));
        }
    }

    fn pin(&mut self, scope: Scope, (on, author, word): &LabelKey, stands: bool) {
        if word != PINNED {
            return;
        }
        let pin = (scope, *author, EntryId(on.0));
        if stands {
            self.pins.insert(pin);
        } else {
            self.pins.remove(&pin);
        }
    }

    /// A post that is shown.
    #[must_use]
    pub fn post(&self, id: EntryId) -> Option<&Arc<PostView>> {
        self.posts.get(&id)
    }
    /// Those whose id lies between two, both among them.
    pub fn between(&self, from: EntryId, to: EntryId) -> impl Iterator<Item = &Arc<PostView>> {
        self.posts.range(from..=to).map(|(_, post)| post)
    }
    /// Posts of walls and open cells before a place, the latest first; of no place: all.
    pub fn feed(&self, before: Option<At>) -> impl Iterator<Item = &Arc<PostView>> {
        let to = before.map_or(Bound::Unbounded, Bound::Excluded);
        self.feed.range((Bound::Unbounded, to)).rev().filter_map(|(_, id)| self.posts.get(id))
    }
    /// The same after a place, the earliest first.
    pub fn feed_after(&self, after: At) -> impl Iterator<Item = &Arc<PostView>> {
        let later = self.feed.range((Bound::Excluded(after), Bound::Unbounded));
        later.filter_map(|(_, id)| self.posts.get(id))
    }
    /// Posts on a wall before a place, the latest first.
    pub fn wall(&self, wall: ElementId, before: Option<At>) -> impl Iterator<Item = &Arc<PostView>> {
        let (stamp, id) = before.unwrap_or(LAST);
        let all = self.walls.range((wall, Stamp::default(), FIRST)..(wall, stamp, id));
        all.rev().filter_map(|(.., id)| self.posts.get(id))
    }
    /// Posts on a wall after a place, the earliest first.
    pub fn wall_after(&self, wall: ElementId, (stamp, id): At) -> impl Iterator<Item = &Arc<PostView>> {
        let later = self.walls.range((Bound::Excluded((wall, stamp, id)), Bound::Included((wall, LAST.0, LAST.1))));
        later.filter_map(|(.., id)| self.posts.get(id))
    }
    /// What answers a post directly, the earliest first.
    pub fn answers(&self, post: EntryId) -> impl Iterator<Item = &Arc<PostView>> {
        let all = self.answers.range((post, Stamp::default(), FIRST)..=(post, LAST.0, LAST.1));
        all.filter_map(|(.., id)| self.posts.get(id))
    }
    /// The rooms in which something is said, and how many messages each has.
    pub fn rooms(&self) -> impl Iterator<Item = (TalkRoom, usize)> {
        self.rooms.iter().map(|(room, count)| (*room, *count))
    }
    /// How many messages a room has.
    #[must_use]
    pub fn count(&self, room: &TalkRoom) -> usize {
        self.rooms.get(room).copied().unwrap_or_default()
    }
    /// The messages of a room before a place, the latest stamp first.
    pub fn messages(&self, room: TalkRoom, before: Option<At>) -> impl Iterator<Item = &Arc<PostView>> {
        let (stamp, id) = before.unwrap_or(LAST);
        let all = self.messages.range((room, Stamp::default(), FIRST)..(room, stamp, id));
        all.rev().filter_map(|(.., id)| self.posts.get(id))
    }
    /// The messages of a room after a place, the earliest stamp first; of no place: all.
    pub fn messages_after(&self, room: TalkRoom, after: Option<At>) -> impl Iterator<Item = &Arc<PostView>> {
        let (stamp, id) = after.unwrap_or_default();
        let later = self.messages.range((Bound::Excluded((room, stamp, id)), Bound::Included((room, LAST.0, LAST.1))));
        later.filter_map(|(.., id)| self.posts.get(id))
    }
    /// What somebody has pinned in a scope, whether that counts or not.
    pub fn pinned(&self, scope: Scope, by: IdentityId) -> impl Iterator<Item = &Arc<PostView>> {
        let all = self.pins.range((scope, by, FIRST)..=(scope, by, LAST.1));
        all.filter_map(|(.., id)| self.posts.get(id))
    }
}

/// As what a post is labelled.
#[must_use]
pub fn label_of(post: EntryId) -> Hash {
    Hash(post.0)
}
