//! Rooms, on whole nodes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{ListRooms, ReadRoom, RoomLine, RoomPage, RoomRef, Say, SayTo, SeeRoom};
use crate::{
    api,
    daemon::desk::{Desk, MONACO, carry},
    failure::Failure,
    modules::{Command, Outcome, Read, post::Posts},
    snapshot::PostCursor,
};
use communaut_protocol::{ElementId, EntryId, op::Kind};

fn say(desk: &mut Desk, room: RoomRef, text: &str, reply_to: Option<EntryId>) -> Result<EntryId, Failure> {
    desk.write(Say { room, text: text.into(), reply_to, mentions: Vec::new() })
}

fn rooms(desk: &mut Desk) -> Vec<RoomLine> {
    ListRooms { direct: false, limit: 100 }.read(&desk.shown()).unwrap()
}

fn read(desk: &mut Desk, room: RoomRef, before: Option<PostCursor>, limit: usize) -> RoomPage {
    *ReadRoom { room, before, limit }.read(&desk.shown()).unwrap()
}

fn texts(page: &RoomPage) -> Vec<&str> {
    page.messages.iter().map(|message| message.post.text.as_str()).collect()
}

fn event(desk: &mut Desk, name: &str) -> ElementId {
    let (name, position) = (name.to_owned(), Some(MONACO));
    let draft = api::ElementDraft { kind: Kind::Place, name, position, ..Default::default() };
    let saved = desk.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap();
    let Outcome::Written(api::Written { element: Some(id), .. }) = saved else { panic!("{saved:?}") };
    id
}

#[test]
fn a_room_is_read_page_by_page_and_remembers_what_was_read() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let (wheel, other) = (event(&mut ada, "Wheel"), event(&mut ada, "Other"));
    carry(&mut [&mut ada, &mut bob]);
    let room = RoomRef::Element(wheel);
    let first = say(&mut bob, room, "one @Ada", None).unwrap();
    for text in ["two", "three", "four"] {
        say(&mut bob, room, text, None).unwrap();
    }
    carry(&mut [&mut ada, &mut bob]);
    let latest = read(&mut ada, room, None, 3);
    assert_eq!((texts(&latest), latest.read), (vec!["two", "three", "four"], None));
    assert_eq!((latest.room.unread, latest.room.addressed, latest.room.messages), (4, true, 4));
    let before = read(&mut ada, room, latest.before, 3);
    assert_eq!((texts(&before), before.before), (vec!["one @Ada"], None));
    // What is read is known here alone, and never goes back.
    let entries = ada.entries().len();
    for to in [latest.newest, before.newest] {
        ada.ask(Command::SeeRoom(SeeRoom { room, to: to.unwrap() })).unwrap();
    }
    assert_eq!((read(&mut ada, room, None, 3).room.unread, ada.entries().len()), (0, entries));
    assert_eq!(rooms(&mut bob)[0].unread, 0, "one's own are read");

    say(&mut ada, room, "five", Some(first)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let five = &read(&mut bob, room, None, 1).messages[0];
    assert_eq!((five.post.reply_to, five.post.after.len()), (Some(first), 1), "it says after what it was said");
    let elsewhere = say(&mut ada, RoomRef::Element(other), "six", Some(first));
    assert!(elsewhere.is_err_and(|why| why.message.contains("not of this room")));
    assert!(say(&mut ada, room, "  ", None).is_err());
    assert!(Posts { territory: None, limit: 9 }.read(&ada.shown()).unwrap().is_empty(), "on no wall, in no feed");

    let person = bob.me();
    ada.ask(Command::Mute(api::Mute { person, again: false, shared: false })).unwrap();
    let page = read(&mut ada, room, None, 9);
    assert_eq!((texts(&page), page.muted), (vec!["five"], 4));
}

#[test]
fn a_conversation_has_one_key_and_nobody_else_reads_it() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let (to_bob, to_ada) = (bob.me(), ada.me());
    let said = ada.write(SayTo { person: to_bob, text: "À demain".into() }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    bob.write(SayTo { person: to_ada, text: "Oui".into() }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let (at_ada, at_bob) = (rooms(&mut ada), rooms(&mut bob));
    assert_eq!((at_ada.len(), at_bob.len(), rooms(&mut cem).len()), (1, 1, 0), "one conversation under one key");
    assert_eq!((at_ada[0].name.as_str(), at_ada[0].unread, at_ada[0].sealed), ("Bob", 1, true));
    assert_eq!((at_bob[0].room, at_bob[0].people.as_slice()), (at_ada[0].room, &[to_ada][..]));
    assert_eq!(texts(&read(&mut bob, at_bob[0].room, None, 9)), ["À demain", "Oui"]);

    // Said anew under the same key; a word in the open would tell of it.
    let again = api::EditPost { post: said.to_string(), text: "À lundi".into(), tags: None, mentions: Vec::new() };
    ada.write(again).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!(texts(&read(&mut bob, at_bob[0].room, None, 9)), ["À lundi", "Oui"]);
    let back = api::SayOfPost { post: said.to_string(), word: api::PostWord::Retracted, withdrawn: false };
    assert!(ada.write(back).is_err_and(|why| why.message.contains("for named persons")));
    assert!(ada.write(SayTo { person: to_ada, text: "moi".into() }).is_err());
    assert!(cem.posts().is_empty());
}

#[test]
fn the_room_of_a_closed_community_is_sealed_and_two_that_began_at_once_agree() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let (watch, _) = ada.found("Les Veilleurs");
    say(&mut ada, RoomRef::Element(watch), "ce soir", None).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let mine = rooms(&mut ada);
    assert_eq!((mine.len(), mine[0].room, mine[0].sealed), (1, RoomRef::Element(watch), true));
    assert!(rooms(&mut bob).is_empty() && bob.posts().is_empty());

    let (to_bob, to_ada) = (bob.me(), ada.me());
    ada.write(SayTo { person: to_bob, text: "a".into() }).unwrap();
    bob.write(SayTo { person: to_ada, text: "b".into() }).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    ada.write(SayTo { person: to_bob, text: "c".into() }).unwrap();
    bob.write(SayTo { person: to_ada, text: "d".into() }).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let of = |desk: &mut Desk| {
        let direct = ListRooms { direct: true, limit: 9 }.read(&desk.shown()).unwrap();
        direct.iter().map(|room| (room.room, room.messages)).collect::<Vec<_>>()
    };
    let all = of(&mut ada);
    assert_eq!(all.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [3, 1], "both go on in the same");
    assert_eq!(of(&mut bob), all);
}
