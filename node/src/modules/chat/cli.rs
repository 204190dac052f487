//! `chat`: rooms, and messages to one person.

use super::{ListRooms, ReadRoom, RoomLine, RoomPage, RoomRef, Say, SayTo, SeeRoom};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::{WRITTEN, standard_input},
        text::{add, indent, line, lines, moment, named, short, table},
    },
    failure::Failure,
    modules::post::{
        EditPost, PostDetail, PostWord, SayOfPost,
        cli::{detail_json, muted},
    },
    snapshot::PostCursor,
};
use clap::Subcommand;
use serde_json::{Value, json};

const READ_HELP: &str = "JSON: {\"room\":{…as in `chat rooms`},\"messages\":[…as in `posts`],\"before\":cursor or \
null,\"newest\":cursor or null,\"read\":cursor or null,\"muted\":n}. Messages stand in the order in which they were \
said. Nobody is told what you have read.";
const ROOMS_HELP: &str = "JSON: {\"rooms\":[{\"room\":{\"element\":id} or {\"cell\":cell} or {\"direct\":id},\"name\",\
\"people\":[id],\"sealed\",\"messages\":n,\"unread\":n,\"addressed\",\"last\":post or null}]}. Of unread ones at most \
100 are counted.";

/// Rooms.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Messages: in the room of an element, and to one person alone
    #[command(subcommand)]
    Chat(Chat),
}

/// What to do in rooms. A room is an element (its id, or "me"), a cell of four characters behind "cell:", or a
/// conversation (its id behind "direct:").
#[derive(Debug, Subcommand)]
pub(crate) enum Chat {
    /// The rooms in which something is said, and those of your communities; the latest first
    #[command(after_help = ROOMS_HELP)]
    Rooms {
        /// Only conversations with one person
        #[arg(long)]
        direct: bool,
        /// The most to show
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Say something in a room
    #[command(after_help = WRITTEN)]
    Say {
        /// An element, "cell:spv2", or "direct:ID"
        room: String,
        /// The text; - reads it from the standard input
        text: String,
        /// The message of the room that it answers
        #[arg(long, value_name = "MESSAGE")]
        reply_to: Option<String>,
    },
    /// Say something to one person; sealed, nobody else reads it
    #[command(after_help = WRITTEN)]
    Direct {
        /// Their id
        person: String,
        /// The text; - reads it from the standard input
        text: String,
    },
    /// The latest messages of a room; they are read then
    #[command(after_help = READ_HELP)]
    Read {
        /// An element, "cell:spv2", or "direct:ID"
        room: String,
        /// Those before, from where the last answer began
        #[arg(long, value_name = "CURSOR")]
        before: Option<PostCursor>,
        /// The most to show
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Leave them unread
        #[arg(long)]
        unseen: bool,
    },
    /// Say a message of yours anew
    #[command(after_help = WRITTEN)]
    Edit {
        /// The message
        message: String,
        /// The text; - reads it from the standard input
        text: String,
    },
    /// Take a message of yours back: it stays, struck out (`erase` makes it go, also one to one person)
    #[command(after_help = WRITTEN)]
    Retract {
        /// The message
        message: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Chat(chat) = self;
        chat.run(session)
    }
}

impl Chat {
    fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Rooms { direct, limit } => Box::new(session.ask(ListRooms { direct, limit })?),
            Self::Say { room, text, reply_to } => {
                let room = room_of(session, &room)?;
                let reply_to = reply_to.map(|id| message(session, room, &id)).transpose()?;
                let text = typed(session, text)?;
                Box::new(Wrote::a("message", session.ask(Say { room, text, reply_to, mentions: Vec::new() })?))
            }
            Self::Direct { person, text } => {
                let person = session.person(&person)?;
                let text = typed(session, text)?;
                Box::new(Wrote::a("message", session.ask(SayTo { person, text })?))
            }
            Self::Read { room, before, limit, unseen } => {
                let room = room_of(session, &room)?;
                let page = session.ask(ReadRoom { room, before, limit })?;
                if let Some(to) = page.newest.filter(|_| !unseen) {
                    session.ask(SeeRoom { room, to })?;
                }
                Box::new(page)
            }
            Self::Edit { message, text } => {
                let text = typed(session, text)?;
                let edit = EditPost { post: message, text, tags: None, mentions: Vec::new() };
                Box::new(Wrote::a("message", session.ask(edit)?))
            }
            Self::Retract { message } => {
                let said = SayOfPost { post: message, word: PostWord::Retracted, withdrawn: false };
                Box::new(Wrote::a("word on a message", session.ask(said)?))
            }
        })
    }
}

fn typed(session: &mut Session, text: String) -> Result<String, Failure> {
    let text = if text == "-" { standard_input()? } else { text };
    session.mentions(&text)?;
    Ok(text)
}

/// The room that was named.
fn room_of(session: &mut Session, text: &str) -> Result<RoomRef, Failure> {
    if let Some(cell) = text.strip_prefix("cell:") {
        let cell = cell.parse().map_err(|error| Failure::invalid(format!("'{text}' is no room: {error}")))?;
        return Ok(RoomRef::Cell(cell));
    }
    let Some(wanted) = text.strip_prefix("direct:") else { return Ok(RoomRef::Element(session.element(text)?)) };
    if let Ok(key) = wanted.parse() {
        return Ok(RoomRef::Direct(key));
    }
    let all = session.ask(ListRooms { direct: true, limit: super::ROOMS_MAX })?;
    let fits = |room: &RoomLine| match room.room {
        RoomRef::Direct(key) => wanted.len() >= 4 && key.to_string().starts_with(&wanted.to_lowercase()),
        RoomRef::Element(_) | RoomRef::Cell(_) => false,
    };
    let mut found = all.iter().filter(|room| fits(room)).map(|room| room.room);
    match (found.next(), found.next()) {
        (Some(room), None) => Ok(room),
        (None, _) => {
            Err(Failure::not_found(format!("no conversation '{text}' is held here; see `chat rooms --direct`")))
        }
        (Some(_), Some(_)) => Err(Failure::invalid(format!("more than one conversation begins with '{text}'"))),
    }
}

/// A message of a room by the beginning of its id: one of the latest, or a whole id.
fn message(session: &mut Session, room: RoomRef, text: &str) -> Result<communaut_protocol::EntryId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let page = session.ask(ReadRoom { room, before: None, limit: super::MESSAGES_MAX })?;
    let wanted = text.to_lowercase();
    let ids = page.messages.iter().map(|message| message.post.id);
    crate::modules::one(text, "message of this room", ids.filter(|id| id.to_string().starts_with(&wanted)))
}

impl Prints for Vec<RoomLine> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nothing is said in any room; say something with `communaut-node chat say`\n".to_owned();
        }
        let row = |room: &RoomLine| {
            let unread = match room.unread {
                0 => String::new(),
                count if count >= super::UNREAD_MAX => format!("{count} or more unread"),
                count => format!("{count} unread"),
            };
            let last = room.last.as_deref().map(|last| {
                let text: String = line(&last.post.text).chars().take(EXCERPT_CHARS).collect();
                format!("{}: {text}", named(&last.author_name, last.post.author))
            });
            vec![name(room), id(room.room), unread, last.unwrap_or_default()]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "rooms": self.iter().map(room_json).collect::<Vec<_>>() })
    }
}

/// Characters of the last message that stand in a line.
const EXCERPT_CHARS: usize = 60;

/// What names a room again.
fn id(room: RoomRef) -> String {
    match room {
        RoomRef::Element(id) => short(&id),
        RoomRef::Cell(cell) => format!("cell:{cell}"),
        RoomRef::Direct(key) => format!("direct:{}", short(&key)),
    }
}

fn name(room: &RoomLine) -> String {
    let name = line(&room.name);
    let name = if name.is_empty() { "(without name)".to_owned() } else { name };
    if room.sealed { format!("{name} (sealed)") } else { name }
}

fn room_json(room: &RoomLine) -> Value {
    json!({
        "room": room.room,
        "name": room.name,
        "people": room.people,
        "sealed": room.sealed,
        "messages": room.messages,
        "unread": room.unread,
        "addressed": room.addressed,
        "last": room.last.as_deref().map(detail_json),
    })
}

impl Prints for Box<RoomPage> {
    fn text(&self) -> String {
        let mut out = String::new();
        if let Some(before) = self.before {
            add(&mut out, format_args!("more was said before: --before {before}\n"));
        }
        out.extend(self.messages.iter().map(said));
        if self.messages.is_empty() {
            out.push_str("nothing was said here yet\n");
        }
        out + &muted(self.muted)
    }
    fn json(&self) -> Value {
        let cursor = |at: Option<PostCursor>| at.map(|cursor| cursor.to_string());
        json!({
            "room": room_json(&self.room),
            "messages": self.messages.iter().map(detail_json).collect::<Vec<_>>(),
            "before": cursor(self.before),
            "newest": cursor(self.newest),
            "read": cursor(self.read),
            "muted": self.muted,
        })
    }
}

/// A message: who, when, what.
fn said(message: &PostDetail) -> String {
    let PostDetail { post, author_name, retracted, .. } = message;
    let answers = post.reply_to.map(|id| format!(", answers {}", short(&id))).unwrap_or_default();
    let edited = if post.edited.is_some() { ", said anew" } else { "" };
    let back = if *retracted { ", taken back" } else { "" };
    let (who, when) = (named(author_name, post.author), moment(post.stamp.ms()));
    format!("{}  {when}  {who}{answers}{edited}{back}\n{}", short(&post.id), indent(lines(&post.text).trim()))
}
