//! Saying something in a room.

use super::{
    RoomRef, Say, SayTo, SeeRoom, mark,
    queries::{conversation, room_of},
};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{
            Replica,
            group_keys::internal,
            write::{Piece, SealUnder},
        },
    },
    failure::{Failure, FailureCode},
    modules::{
        Done, Written,
        post::{PostDraft, all_mentioned},
    },
    views::talk::TalkRoom,
};
use communaut_protocol::{
    EntryId, IdentityId, Position,
    limits::AFTER_MAX,
    op::{Op, PostOp},
};
use std::collections::BTreeSet;

/// Of a conversation the latest messages that are looked at for what somebody has seen last.
const SEEN_AMONG: usize = 64;

impl Act for Say {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let me = replica.author()?;
        let room = room_of(self.room, replica.views.elements(), replica.views.talk())?;
        let mentions = all_mentioned(&self.text, self.mentions, || replica.views.everybody())?;
        if let Some(answered) = self.reply_to
            && replica.views.talk().post(answered).and_then(|post| TalkRoom::of(post)) != Some(room)
        {
            let why = format!(
                "the message {} is not of this room: only what is said here is answered here",
                answered.short()
            );
            return Err(Failure::invalid(why));
        }
        replica.say(me, room, Words { text: self.text, reply_to: self.reply_to, mentions })
    }
}

impl Act for SayTo {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { person, text } = self;
        let me = replica.author()?;
        if person == me {
            return Err(Failure::invalid("a conversation is with somebody else; for yourself keep a draft"));
        }
        match conversation(replica.views.talk(), &BTreeSet::from([me, person])) {
            Some(room) => replica.say(me, room, Words { text, reply_to: None, mentions: Vec::new() }),
            None => {
                // The first message says with whom it is.
                let (to, mentions) = (vec![person], vec![person]);
                replica.post_privately(
                    me,
                    PostDraft { text: said(&text)?, to, mentions, room: true, ..PostDraft::default() },
                )
            }
        }
    }
}

impl Act for SeeRoom {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let room = room_of(self.room, replica.views.elements(), replica.views.talk())?;
        replica.mark_read(mark(&room), self.to).map_err(internal)?;
        Ok(Done)
    }
}

struct Words {
    text: String,
    reply_to: Option<EntryId>,
    mentions: Vec<IdentityId>,
}

/// What is said; nothing is no message.
fn said(text: &str) -> Result<String, Failure> {
    match text.trim() {
        "" => Err(Failure::invalid("the message is empty: write something")),
        text => Ok(text.to_owned()),
    }
}

impl Replica {
    fn say(&mut self, me: IdentityId, room: TalkRoom, words: Words) -> Result<Written, Failure> {
        let Words { text, reply_to, mentions } = words;
        let view = self.views.scopes().get(&room.scope);
        let after = match room.key {
            Some(_) => self.seen_last_privately(room),
            None => view.map(|view| view.seen_last_in(room.of)).unwrap_or_default(),
        };
        let held = room.of.and_then(|of| self.views.elements().get(&of));
        let position = held.and_then(|held| held.position).filter(|at| room.scope.holds(*at));
        // In the open cell a post says where it concerns.
        let centre = || (!room.scope.is_closed() && room.scope.container.is_zero()).then(|| centre(&room)).flatten();
        let op = Op::Post(PostOp {
            wall: room.of,
            text: said(&text)?,
            reply_to,
            position: position.or_else(centre),
            after,
            mentions,
            room: true,
            ..PostOp::default()
        });
        let piece = match room.key {
            None => Piece::Said(op),
            Some(key) => {
                let key = self.private.ring.audience(&room.scope, key).cloned().ok_or_else(|| {
                    Failure::new(FailureCode::NotAllowed, "the key of this conversation is not held here")
                })?;
                Piece::Sealed(op, SealUnder::Audience(key))
            }
        };
        let entries = self.write_all(me, vec![(room.scope, piece)])?;
        Ok(Written { element: room.of, entries })
    }

    /// Of the latest messages of a conversation those that no other of these follows.
    fn seen_last_privately(&self, room: TalkRoom) -> Vec<EntryId> {
        let latest: Vec<_> = self.views.talk().messages(room, None).take(SEEN_AMONG).collect();
        let followed: BTreeSet<EntryId> =
            latest.iter().flat_map(|post| post.after.iter().chain(&post.reply_to)).copied().collect();
        let last = latest.iter().map(|post| post.id).filter(|id| !followed.contains(id));
        let mut last: Vec<EntryId> = last.take(AFTER_MAX).collect();
        last.sort_unstable();
        last
    }
}

/// The middle of the cell whose room it is.
fn centre(room: &TalkRoom) -> Option<Position> {
    let (from, to) = room.scope.cell.bounds();
    let between = |a: i32, b: i32| (a / 2).saturating_add(b / 2);
    let at = Position { lat_e7: between(from.lat_e7, to.lat_e7), lon_e7: between(from.lon_e7, to.lon_e7) };
    room.scope.cell.holds(at).then_some(at)
}

impl RoomRef {
    /// Whether it is a conversation of named persons.
    #[must_use]
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Direct(_))
    }
}
