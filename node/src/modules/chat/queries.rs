//! Rooms of the snapshot: a page is read without a look at the rest.

use super::{ListRooms, MESSAGES_MAX, ROOMS_MAX, ReadRoom, RoomLine, RoomPage, RoomRef, UNREAD_MAX, mark};
use crate::{
    failure::Failure,
    modules::{Read, post::PostDetail},
    snapshot::{PostCursor, Snapshot},
    views::talk::{Talk, TalkRoom},
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::{ElementView, PostView, in_order},
};
use imbl::OrdMap;
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

/// Messages that are looked at for one of somebody who is heard.
const LAST_AMONG: usize = 20;

/// The room that is meant.
pub(super) fn room_of(
    room: RoomRef,
    elements: &OrdMap<ElementId, Arc<ElementView>>,
    talk: &Talk,
) -> Result<TalkRoom, Failure> {
    match room {
        RoomRef::Element(id) => {
            let element = elements.get(&id);
            let element =
                element.ok_or_else(|| Failure::not_found(format!("no element {} is held here", id.short())))?;
            Ok(TalkRoom { scope: element.scope, of: Some(id), key: None })
        }
        RoomRef::Cell(cell) => Ok(TalkRoom { scope: Scope { cell, container: ElementId::ZERO }, of: None, key: None }),
        RoomRef::Direct(key) => {
            let found = talk.rooms().map(|(room, _)| room).find(|room| room.key == Some(key));
            found.ok_or_else(|| Failure::not_found(format!("no conversation {} is held here", key.short())))
        }
    }
}

/// Who takes part in a conversation of named persons: who began it, whom that addressed, and who answered last.
pub(super) fn people_of(talk: &Talk, room: TalkRoom) -> BTreeSet<IdentityId> {
    let first = talk.messages_after(room, None).next();
    let begun = first.into_iter().flat_map(|post| post.mentions.iter().copied().chain([post.author]));
    begun.chain(talk.messages(room, None).take(LAST_AMONG).map(|post| post.author)).collect()
}

/// The conversation of exactly these: of several that were begun at once, the same everywhere.
pub(super) fn conversation(talk: &Talk, people: &BTreeSet<IdentityId>) -> Option<TalkRoom> {
    let all = talk.rooms().map(|(room, _)| room).filter(|room| room.key.is_some());
    let theirs = all.filter(|room| people_of(talk, *room) == *people);
    theirs.min_by_key(|room| talk.messages_after(*room, None).next().map(|first| (first.stamp, first.id)))
}

impl Read for ListRooms {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<RoomLine>, Failure> {
        let mut rooms: BTreeSet<TalkRoom> = snapshot.talk.rooms().map(|(room, _)| room).collect();
        if let Some(me) = snapshot.overview.me.as_ref().map(|me| me.id) {
            let mine = |scope: &Scope| snapshot.my_role(scope).is_some();
            let spaces =
                snapshot.scopes.keys().filter(|scope| mine(scope)).map(|scope| (*scope, snapshot.space_of(scope)));
            rooms.extend(
                spaces
                    .filter(|(_, id)| *id != me.into() && snapshot.elements.contains_key(id))
                    .map(|(scope, id)| TalkRoom { scope, of: Some(id), key: None }),
            );
        }
        let mut found: Vec<(Option<_>, TalkRoom)> = rooms
            .into_iter()
            .filter(|room| room.key.is_some() || !self.direct)
            .map(|room| (snapshot.talk.messages(room, None).next().map(|post| (post.stamp, post.id)), room))
            .collect();
        found.sort_unstable_by_key(|(last, room)| (Reverse(*last), *room));
        found.truncate(self.limit.min(ROOMS_MAX));
        Ok(found.into_iter().map(|(_, room)| line(snapshot, room)).collect())
    }
}

impl Read for ReadRoom {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<RoomPage>, Failure> {
        let room = room_of(self.room, &snapshot.elements, &snapshot.talk)?;
        let limit = self.limit.clamp(1, MESSAGES_MAX);
        let mut all = snapshot.talk.messages(room, self.before.map(PostCursor::at));
        let page: Vec<Arc<PostView>> = all.by_ref().take(limit).cloned().collect();
        let oldest = page.last().map(|post| PostCursor::of(post));
        let before = oldest.filter(|_| all.next().is_some());
        let newest = page.first().map(|post| PostCursor::of(post));
        let heard: Vec<Arc<PostView>> = page.iter().filter(|post| !snapshot.is_muted(post.author)).cloned().collect();
        let muted = page.len().saturating_sub(heard.len());
        let messages = in_order(&heard).iter().map(|post| PostDetail::of(snapshot, post)).collect();
        let read = snapshot.marks.read.get(&mark(&room)).copied();
        Ok(Box::new(RoomPage { room: line(snapshot, room), messages, before, newest, read, muted }))
    }
}

/// A room, as a list shows it.
fn line(snapshot: &Snapshot, room: TalkRoom) -> RoomLine {
    let me = snapshot.overview.me.as_ref().map(|me| me.id);
    let heard = |post: &&Arc<PostView>| !snapshot.is_muted(post.author);
    let read = snapshot.marks.read.get(&mark(&room)).map(|cursor| cursor.at());
    let new = snapshot.talk.messages_after(room, read).take(UNREAD_MAX);
    let unread: Vec<&Arc<PostView>> = new.filter(heard).filter(|post| Some(post.author) != me).collect();
    let mut people = if room.key.is_some() { people_of(&snapshot.talk, room) } else { BTreeSet::new() };
    me.map(|me| people.remove(&me));
    let names: Vec<String> = people.iter().map(|person| snapshot.name_of(*person)).collect();
    let (reference, name) = match (room.key, room.of) {
        (Some(key), _) => (RoomRef::Direct(key), names.join(", ")),
        (None, Some(of)) => {
            let name = snapshot.elements.get(&of).map(|element| element.name.clone());
            (RoomRef::Element(of), name.unwrap_or_default())
        }
        (None, None) => (RoomRef::Cell(room.scope.cell), room.scope.cell.to_string()),
    };
    let last = snapshot.talk.messages(room, None).take(LAST_AMONG).find(heard);
    RoomLine {
        room: reference,
        name,
        people: people.into_iter().collect(),
        sealed: room.key.is_some() || room.scope.is_closed(),
        messages: snapshot.talk.count(&room),
        unread: unread.len(),
        addressed: me.is_some_and(|me| unread.iter().any(|post| post.mentions.contains(&me))),
        last: last.map(|post| Box::new(PostDetail::of(snapshot, post))),
    }
}
