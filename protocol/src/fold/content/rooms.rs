//! Which posts belong together: the messages of a room, and a conversation, that is a post with all that answers it.
//! One more costs the same in a small one and in a large one. SPEC.md §7.3.

use super::{PostView, ScopeView, in_order};
use crate::{
    Stamp,
    ids::{ElementId, EntryId, IdentityId},
    limits::AFTER_MAX,
};
use imbl::{OrdMap, OrdSet};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Of a conversation or a room the latest posts that are looked at for what somebody has seen last.
const SEEN_AMONG: usize = 64;

/// A post's place in the order of stamps.
type At = (Stamp, EntryId);

/// Posts by what they belong to.
#[derive(Debug, Clone, Default)]
pub struct Rooms {
    /// Of each post that is shown.
    stamps: OrdMap<EntryId, Stamp>,
    /// Messages, by the element of whose room they are.
    rooms: OrdSet<(Option<ElementId>, Stamp, EntryId)>,
    /// Of each post that answers or is answered the number of its conversation, also of one that is not held.
    talk_of: OrdMap<EntryId, u64>,
    /// With which post each began, as far as it is held or named, and how many belong to it.
    firsts: OrdMap<u64, (EntryId, usize)>,
    /// What is held of each.
    talks: OrdSet<(u64, Stamp, EntryId)>,
    /// How many conversations were numbered.
    count: u64,
    /// First post, author of the edit, and when.
    edits: OrdSet<(EntryId, IdentityId, Stamp, EntryId)>,
}

/// It follows from what was said; the numbers of conversations do not matter.
impl PartialEq for Rooms {
    fn eq(&self, other: &Self) -> bool {
        (&self.stamps, &self.rooms, &self.edits) == (&other.stamps, &other.rooms, &other.edits)
    }
}
impl Eq for Rooms {}

impl Rooms {
    /// A post is shown, or its edit is.
    fn put(&mut self, post: &PostView) {
        if self.stamps.insert(post.id, post.stamp).is_some() {
            return;
        }
        if post.room {
            // An answer there tells to what it is one; it begins no conversation.
            self.rooms.insert((post.wall, post.stamp, post.id));
        } else if let Some(answered) = post.reply_to {
            self.join(post.id, answered);
        }
        if let Some(talk) = self.talk_of.get(&post.id) {
            self.talks.insert((*talk, post.stamp, post.id));
        }
    }

    pub(super) fn put_edit(&mut self, first: EntryId, edit: &PostView) {
        self.edits.insert((first, edit.author, edit.stamp, edit.id));
    }

    /// The conversation of a post; it begins one if it was in none.
    fn talk(&mut self, post: EntryId) -> u64 {
        if let Some(talk) = self.talk_of.get(&post) {
            return *talk;
        }
        let talk = self.count;
        self.count = talk.saturating_add(1);
        self.talk_of.insert(post, talk);
        self.firsts.insert(talk, (post, 1));
        self.talks.extend(self.stamps.get(&post).map(|stamp| (talk, *stamp, post)));
        talk
    }

    /// A post that was the first of its conversation answers another one. The smaller side takes the other's number, so
    /// that a post takes another one as seldom as its conversation doubles.
    fn join(&mut self, post: EntryId, answered: EntryId) {
        let (own, other) = (self.talk(post), self.talk(answered));
        let Some(((_, few), (first, many))) = self.firsts.get(&own).copied().zip(self.firsts.get(&other).copied())
        else {
            return;
        };
        if own == other {
            // It would answer itself, which hashes prevent.
            return;
        }
        let (gone, kept) = if few < many { (own, other) } else { (other, own) };
        let held: Vec<At> = self.members(gone).collect();
        for (stamp, id) in held {
            self.talks.remove(&(gone, stamp, id));
            self.talks.insert((kept, stamp, id));
            self.talk_of.insert(id, kept);
        }
        // The first may not be held.
        if let Some((begun, _)) = self.firsts.remove(&gone) {
            self.talk_of.insert(begun, kept);
        }
        self.firsts.insert(kept, (first, few.saturating_add(many)));
    }

    /// What is held of a conversation, the earliest first.
    fn members(&self, talk: u64) -> impl DoubleEndedIterator<Item = At> {
        let from = (talk, Stamp::default(), EntryId::ZERO);
        let to = (talk.saturating_add(1), Stamp::default(), EntryId::ZERO);
        self.talks.range(from..to).map(|(_, stamp, id)| (*stamp, *id))
    }

    /// The messages of a room before a place, the earliest first.
    fn messages(&self, room: Option<ElementId>, before: Option<At>) -> impl DoubleEndedIterator<Item = At> {
        let from = (room, Stamp::default(), EntryId::ZERO);
        let (stamp, id) = before.unwrap_or((Stamp(u64::MAX), EntryId([0xff; 32])));
        self.rooms.range(from..(room, stamp, id)).map(|(_, stamp, id)| (*stamp, *id))
    }
}

impl ScopeView {
    /// Put a post, or what is shown of it after an edit.
    pub fn put_post(&mut self, post: Arc<PostView>) {
        self.rooms.put(&post);
        self.posts.insert((post.stamp, post.id), post);
    }

    /// A post that is shown, by its id.
    #[must_use]
    pub fn post(&self, id: EntryId) -> Option<&Arc<PostView>> {
        self.posts.get(&(*self.rooms.stamps.get(&id)?, id))
    }

    /// All edits of a post by its author, shown or not, the earliest first: what goes with it when it is erased.
    pub fn edits_of(&self, post: &PostView) -> impl Iterator<Item = EntryId> {
        let (first, author) = (post.id, post.author);
        let all = self.rooms.edits.range((first, author, Stamp::default(), EntryId::ZERO)..);
        all.take_while(move |(of, by, ..)| (*of, *by) == (first, author)).map(|(.., id)| *id)
    }

    /// The post with which the conversation began in which another stands, as far as it is held or named.
    #[must_use]
    pub fn first_of(&self, post: EntryId) -> EntryId {
        let talk = self.rooms.talk_of.get(&post);
        talk.and_then(|talk| self.rooms.firsts.get(talk)).map_or(post, |(first, _)| *first)
    }

    /// A post and all that answers it, directly or through other answers, in the order in which they were said.
    #[must_use]
    pub fn conversation(&self, first: EntryId) -> Vec<Arc<PostView>> {
        let Some(talk) = self.rooms.talk_of.get(&first) else {
            return self.post(first).cloned().into_iter().collect();
        };
        let all: Vec<Arc<PostView>> = self.rooms.members(*talk).filter_map(|at| self.posts.get(&at)).cloned().collect();
        if self.first_of(first) == first { in_order(&all) } else { in_order(&answering(first, &all)) }
    }

    /// The latest of a conversation before a place, in the order in which they were said among themselves; of no place:
    /// the latest of all.
    #[must_use]
    pub fn conversation_before(&self, first: EntryId, before: Option<At>, most: usize) -> Vec<Arc<PostView>> {
        let Some(talk) = self.rooms.talk_of.get(&first) else {
            let alone = self.post(first).filter(|post| before.is_none_or(|before| (post.stamp, post.id) < before));
            return alone.cloned().into_iter().take(most).collect();
        };
        let (stamp, id) = before.unwrap_or((Stamp(u64::MAX), EntryId([0xff; 32])));
        let from = (*talk, Stamp::default(), EntryId::ZERO);
        let all = self.rooms.talks.range(from..(*talk, stamp, id)).rev().map(|(_, stamp, id)| (*stamp, *id));
        self.ordered(all, most)
    }

    /// The latest messages of a room before a place, in the order in which they were said among themselves; of no
    /// place: the latest of all.
    #[must_use]
    pub fn room_before(&self, room: Option<ElementId>, before: Option<At>, most: usize) -> Vec<Arc<PostView>> {
        self.ordered(self.rooms.messages(room, before).rev(), most)
    }

    /// The messages of a room, the latest stamp first.
    pub fn room(&self, room: Option<ElementId>) -> impl Iterator<Item = &Arc<PostView>> {
        self.rooms.messages(room, None).rev().filter_map(|at| self.posts.get(&at))
    }

    /// The elements in whose rooms something is said; none: the room of the cell.
    #[must_use]
    pub fn rooms_with_messages(&self) -> Vec<Option<ElementId>> {
        let all = &self.rooms.rooms;
        let mut found: Vec<Option<ElementId>> = Vec::new();
        let mut next = all.get_min().map(|(room, ..)| *room);
        while let Some(room) = next {
            found.push(room);
            let last = (room, Stamp(u64::MAX), EntryId([0xff; 32]));
            next = all.range(last..).map(|(room, ..)| *room).find(|other| *other != room);
        }
        found
    }

    fn ordered(&self, latest: impl Iterator<Item = At>, most: usize) -> Vec<Arc<PostView>> {
        let mut page: Vec<Arc<PostView>> = latest.take(most).filter_map(|at| self.posts.get(&at)).cloned().collect();
        page.reverse();
        in_order(&page)
    }

    /// What somebody who answers in a conversation names as seen: of the latest there those that no other of these
    /// follows, as many as a post names.
    #[must_use]
    pub fn seen_last(&self, first: EntryId) -> Vec<EntryId> {
        match self.rooms.talk_of.get(&first) {
            Some(talk) => self.unfollowed(self.rooms.members(*talk).rev()),
            None => self.post(first).map(|post| post.id).into_iter().collect(),
        }
    }

    /// The same of who says something in a room.
    #[must_use]
    pub fn seen_last_in(&self, room: Option<ElementId>) -> Vec<EntryId> {
        self.unfollowed(self.rooms.messages(room, None).rev())
    }

    fn unfollowed(&self, latest: impl Iterator<Item = At>) -> Vec<EntryId> {
        let latest: Vec<&Arc<PostView>> = latest.take(SEEN_AMONG).filter_map(|at| self.posts.get(&at)).collect();
        let followed: BTreeSet<EntryId> =
            latest.iter().flat_map(|post| post.after.iter().chain(&post.reply_to)).copied().collect();
        let last = latest.iter().map(|post| post.id).filter(|id| !followed.contains(id));
        let mut last: Vec<EntryId> = last.take(AFTER_MAX).collect();
        last.sort_unstable();
        last
    }
}

/// Of a conversation a post and what answers it.
fn answering(first: EntryId, all: &[Arc<PostView>]) -> Vec<Arc<PostView>> {
    let mut answers: BTreeMap<EntryId, Vec<&Arc<PostView>>> = BTreeMap::new();
    for post in all {
        post.reply_to.into_iter().for_each(|answered| answers.entry(answered).or_default().push(post));
    }
    let mut found: Vec<Arc<PostView>> = all.iter().filter(|post| post.id == first).cloned().collect();
    let mut look = vec![first];
    while let Some(id) = look.pop() {
        // Taken out, so that nothing is met twice.
        for post in answers.remove(&id).unwrap_or_default() {
            look.push(post.id);
            found.push(post.clone());
        }
    }
    found
}
