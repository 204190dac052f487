//! What becomes of posts, on whole nodes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{EditPost, PostDraft, PostWord, Posts, SayOfPost, Thread};
use crate::{
    api,
    daemon::desk::{Desk, MONACO, carry},
    failure::Failure,
    modules::{Command, Outcome, Read, erasure::Erase},
};
use communaut_protocol::{ElementId, EntryId, op::Kind};

/// An open organisation of somebody's.
fn group(desk: &mut Desk, kind: Kind, name: &str, parent: Option<ElementId>) -> ElementId {
    let draft = api::ElementDraft { kind, name: name.into(), position: Some(MONACO), parent, ..Default::default() };
    let saved = desk.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap();
    let Outcome::Written(api::Written { element: Some(id), .. }) = saved else { panic!("{saved:?}") };
    id
}

fn said(wall: ElementId, text: &str, reply_to: Option<EntryId>) -> PostDraft {
    PostDraft { wall: Some(wall), text: text.into(), reply_to, ..PostDraft::default() }
}

fn word(desk: &mut Desk, post: EntryId, word: PostWord, withdrawn: bool) -> Result<EntryId, Failure> {
    desk.write(SayOfPost { post: post.to_string(), word, withdrawn })
}

fn edit(desk: &mut Desk, post: EntryId, text: &str) -> Result<EntryId, Failure> {
    desk.write(EditPost { post: post.to_string(), text: text.into(), tags: None, mentions: Vec::new() })
}

fn all(desk: &mut Desk) -> Vec<super::PostDetail> {
    Posts { territory: None, limit: 100 }.read(&desk.shown()).unwrap()
}

#[test]
fn a_post_is_said_anew_pinned_taken_back_and_erased_with_its_edits() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let mill = group(&mut ada, Kind::Organisation, "Mill", None);
    carry(&mut [&mut ada, &mut bob]);
    let post = bob.write(said(mill, "Bonjour @Ada", None)).unwrap();
    edit(&mut bob, post, "Bonsoir @Ada, @Nobody").unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let shown = all(&mut ada);
    assert_eq!(shown.len(), 1, "an edit is no post of its own");
    assert_eq!((shown[0].post.id, shown[0].post.text.as_str()), (post, "Bonsoir @Ada, @Nobody"));
    assert_eq!(shown[0].mentioned, [(ada.me(), "Ada".to_owned())]);
    assert!(shown[0].post.edited.is_some() && shown[0].may_pin && !shown[0].pinned);

    assert!(edit(&mut ada, post, "Non").is_err_and(|why| why.message.contains("not yours")));
    assert!(word(&mut ada, post, PostWord::Retracted, false).is_err());
    assert!(word(&mut bob, post, PostWord::Pinned, false).is_err(), "it is not his wall");
    word(&mut ada, post, PostWord::Pinned, false).unwrap();
    word(&mut bob, post, PostWord::Retracted, false).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&mut ada, &mut bob] {
        let shown = desk.shown();
        assert_eq!(shown.pinned_on(mill).iter().map(|post| post.id).collect::<Vec<_>>(), [post]);
        let shown = all(desk);
        assert!(shown[0].pinned && shown[0].retracted);
    }
    word(&mut ada, post, PostWord::Pinned, true).unwrap();
    word(&mut bob, post, PostWord::Retracted, true).unwrap();
    let shown = all(&mut ada);
    assert!(!shown[0].pinned && ada.shown().pinned_on(mill).is_empty());
    assert!(!all(&mut bob)[0].retracted);

    let Outcome::Erased(erased) =
        bob.ask(Command::Erase(Erase { id: post.to_string(), reason: String::new() })).unwrap()
    else {
        panic!("it is erased");
    };
    assert_eq!(erased.erased, 2, "with its edit");
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&mut ada, &mut bob] {
        desk.core.replica.tick().unwrap();
        assert!(all(desk).is_empty() && desk.posts().is_empty());
    }
}

#[test]
fn answers_make_a_tree_and_somebody_muted_is_left_out() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let mill = group(&mut ada, Kind::Organisation, "Mill", None);
    let first = ada.write(said(mill, "first", None)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let answer = bob.write(said(mill, "answer", Some(first))).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let deep = ada.write(said(mill, "deep", Some(answer))).unwrap();
    let other = ada.write(said(mill, "other", Some(first))).unwrap();
    let ask = |desk: &mut Desk, limit| {
        let shown = Thread { post: first.to_string(), limit }.read(&desk.shown()).unwrap();
        let posts = shown.posts.iter().map(|post| (post.detail.post.id, post.depth, post.below)).collect::<Vec<_>>();
        (posts, shown.more, shown.muted)
    };
    assert_eq!(ask(&mut ada, 9), (vec![(first, 0, 3), (answer, 1, 1), (deep, 2, 0), (other, 1, 0)], false, 0));
    assert_eq!(ask(&mut ada, 2), (vec![(first, 0, 1), (answer, 1, 0)], true, 0));
    assert_eq!(all(&mut ada).iter().find(|post| post.post.id == first).unwrap().answers, 2);

    let person = bob.me();
    ada.ask(Command::Mute(api::Mute { person, again: false, shared: false })).unwrap();
    assert_eq!(ask(&mut ada, 9), (vec![(first, 0, 2), (deep, 1, 0), (other, 1, 0)], false, 1));
    assert!(all(&mut ada).iter().all(|post| post.post.author != person));
    ada.ask(Command::Mute(api::Mute { person, again: true, shared: false })).unwrap();
    assert_eq!(all(&mut ada).len(), 4);
}

/// An event of an organisation has a wall of its own, in the organisation's space.
#[test]
fn an_event_in_an_organisation_has_its_own_wall() {
    let mut ada = Desk::of("Ada");
    let mill = group(&mut ada, Kind::Organisation, "Mill", None);
    let place = group(&mut ada, Kind::Place, "Wheel", Some(mill));
    let on_mill = ada.write(said(mill, "at the mill", None)).unwrap();
    let on_place = ada.write(said(place, "at the wheel", None)).unwrap();
    let shown = ada.shown();
    assert_eq!(shown.elements.get(&place).unwrap().scope, shown.elements.get(&mill).unwrap().scope);
    let wall = |id| shown.talk.wall(id, None).map(|post| post.id).collect::<Vec<_>>();
    assert_eq!((wall(mill), wall(place)), (vec![on_mill], vec![on_place]));
}
