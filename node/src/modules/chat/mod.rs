//! Rooms: of an element, of an open cell, and conversations of named persons, which are sealed. A message is a post
//! that says so; it stands on no wall and in no feed.

pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;

use super::post::PostDetail;
use crate::{snapshot::PostCursor, views::talk::TalkRoom};
use communaut_protocol::{Cell, ElementId, EntryId, IdentityId, KeyId};
use serde::{Deserialize, Serialize};

/// Messages of one answer: more than a window shows.
pub const MESSAGES_MAX: usize = 500;
/// Rooms of one answer: more than anybody keeps an eye on.
pub const ROOMS_MAX: usize = 500;
/// Messages that are counted as unread: above it says "100 or more".
pub const UNREAD_MAX: usize = 100;

/// A room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomRef {
    /// That of an element; in a closed community it is sealed as all there is.
    Element(ElementId),
    /// That of an open cell of four characters.
    Cell(Cell),
    /// A conversation of named persons, by the name of its key.
    Direct(KeyId),
}

/// Rooms in which something is said, and those of one's communities: the one with the latest message first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRooms {
    /// Only conversations of named persons.
    pub direct: bool,
    /// The most to return, at most [`ROOMS_MAX`].
    pub limit: usize,
}

/// A room, as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomLine {
    /// Which.
    pub room: RoomRef,
    /// The element's name, the cell, or the names of the others of a conversation.
    pub name: String,
    /// Of a conversation the others.
    pub people: Vec<IdentityId>,
    /// Whether only some can read it.
    pub sealed: bool,
    /// How many messages are held.
    pub messages: usize,
    /// Of these, by others and after what was read: at most [`UNREAD_MAX`].
    pub unread: usize,
    /// Whether one of these addresses me.
    pub addressed: bool,
    /// The latest message of people who are heard.
    pub last: Option<Box<PostDetail>>,
}

/// A page of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRoom {
    /// Which.
    pub room: RoomRef,
    /// Only what was said before; none: the latest.
    pub before: Option<PostCursor>,
    /// The most to return, at most [`MESSAGES_MAX`].
    pub limit: usize,
}

/// Messages of a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomPage {
    /// The room, as in the list.
    pub room: RoomLine,
    /// In the order in which they were said, among themselves.
    pub messages: Vec<PostDetail>,
    /// From where the page before goes on; none: nothing was said before.
    pub before: Option<PostCursor>,
    /// How far this page goes: for [`SeeRoom`].
    pub newest: Option<PostCursor>,
    /// How far it had been read.
    pub read: Option<PostCursor>,
    /// Messages of people who are not heard: left out, and counted.
    pub muted: usize,
}

/// Say something in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// In which.
    pub room: RoomRef,
    /// Plain text.
    pub text: String,
    /// The message of the same room that it answers.
    pub reply_to: Option<EntryId>,
    /// Who is addressed beside those whom the text names.
    #[serde(default)]
    pub mentions: Vec<IdentityId>,
}

/// Say something to one person: in the conversation with them, which is begun if there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SayTo {
    /// To whom.
    pub person: IdentityId,
    /// Plain text.
    pub text: String,
}

/// Remember that a room was read so far. Of this node alone: nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeRoom {
    /// Which.
    pub room: RoomRef,
    /// How far.
    pub to: PostCursor,
}

/// By what it is remembered how far a room was read.
fn mark(room: &TalkRoom) -> String {
    let of = room.of.map(|id| id.to_string()).unwrap_or_default();
    let key = room.key.map(|key| key.to_string()).unwrap_or_default();
    format!("room {} {} {of} {key}", room.scope.cell, room.scope.container)
}
