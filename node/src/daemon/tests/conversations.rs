//! Who answers names what they have seen of the conversation, so that clocks that are wrong do not turn it over.
//! SPEC.md §7.3.

use crate::{
    daemon::desk::{Desk, MONACO, carry},
    modules::{Command, Outcome, Written, post::PostDraft},
};
use communaut_protocol::{EntryId, fold::PostView};
use std::sync::Arc;

fn say(desk: &mut Desk, text: &str, reply_to: Option<EntryId>) -> EntryId {
    let draft = PostDraft { text: text.into(), position: Some(MONACO), reply_to, ..PostDraft::default() };
    match desk.ask(Command::Post(draft)).unwrap() {
        Outcome::Written(Written { entries, .. }) => entries[0],
        other => panic!("{other:?}"),
    }
}

fn post(desk: &Desk, id: EntryId) -> Arc<PostView> {
    let mut posts = desk.core.replica.views.scopes().values().flat_map(|view| view.posts.values());
    posts.find(|post| post.id == id).cloned().unwrap()
}

#[test]
fn an_answer_names_what_its_author_had_seen() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let first = say(&mut ada, "Qui a vu la clé ?", None);
    say(&mut ada, "Autre chose.", None);
    carry(&mut [&mut ada, &mut bob]);
    let one = say(&mut ada, "Pas moi.", Some(first));
    let other = say(&mut bob, "Moi.", Some(first));
    carry(&mut [&mut ada, &mut bob]);
    // To the first post again, knowing of both answers; and then to an answer.
    let third = say(&mut ada, "Où ?", Some(first));
    let fourth = say(&mut bob, "Ici.", Some(other));
    let seen = |desk: &Desk, id: EntryId| post(desk, id).after.clone();
    assert_eq!(seen(&ada, one), [first]);
    assert_eq!(seen(&bob, other), [first]);
    let mut both = vec![one, other];
    both.sort_unstable();
    assert_eq!((seen(&ada, third), seen(&bob, fourth)), (both.clone(), both));
}
