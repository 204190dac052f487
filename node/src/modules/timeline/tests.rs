//! Timelines, on whole nodes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{SeeTimeline, Timeline, TimelineKind, TimelineNew, TimelineNews, TimelinePage};
use crate::{
    api,
    daemon::desk::{Desk, MONACO, carry},
    modules::{Command, Outcome, Read, post::PostDraft, search::Query},
    snapshot::PostCursor,
};
use communaut_protocol::{
    ElementId, Position,
    op::{Kind, LinkKind, LinkState},
};

const PARIS: Position = Position { lat_e7: 488_566_000, lon_e7: 23_522_000 };

fn page(desk: &mut Desk, kind: &TimelineKind, before: Option<PostCursor>, limit: usize) -> TimelinePage {
    *Timeline { kind: kind.clone(), before, limit }.read(&desk.shown()).unwrap()
}

fn texts(page: &TimelinePage) -> Vec<&str> {
    page.posts.iter().map(|detail| detail.post.text.as_str()).collect()
}

fn news(desk: &mut Desk, kind: &TimelineKind, since: Option<PostCursor>) -> usize {
    let TimelineNew { posts, more } = TimelineNews { kind: kind.clone(), since }.read(&desk.shown()).unwrap();
    assert!(!more);
    posts
}

fn at(position: Position, text: &str) -> PostDraft {
    let tags = vec![text.split_whitespace().next().unwrap_or_default().to_lowercase()];
    PostDraft { position: Some(position), text: text.into(), tags, ..PostDraft::default() }
}

fn place(desk: &mut Desk, position: Position) -> ElementId {
    let draft =
        api::ElementDraft { kind: Kind::Place, name: "Four".into(), position: Some(position), ..Default::default() };
    let saved = desk.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap();
    let Outcome::Written(api::Written { element: Some(id), .. }) = saved else { panic!("{saved:?}") };
    id
}

#[test]
fn pages_go_on_where_the_last_ended_and_what_is_new_moves_nothing() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    for number in 0..5 {
        bob.write(at(MONACO, &format!("post {number}"))).unwrap();
    }
    carry(&mut [&mut ada, &mut bob]);
    let all = TimelineKind::Selection(Box::default());
    let first = page(&mut ada, &all, None, 2);
    assert_eq!(texts(&first), ["post 4", "post 3"]);
    bob.write(at(MONACO, "post 5")).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(texts(&page(&mut ada, &all, first.before, 2)), ["post 2", "post 1"], "nothing has moved");
    assert_eq!((news(&mut ada, &all, first.newest), news(&mut ada, &all, None)), (1, 6));
    let last = page(&mut ada, &all, first.before, 9);
    assert_eq!((texts(&last).len(), last.before), (3, None));
    ada.ask(Command::SeeTimeline(SeeTimeline { kind: all.clone(), to: first.newest.unwrap() })).unwrap();
    assert_eq!(news(&mut ada, &all, None), 1);
    assert_eq!(page(&mut ada, &all, None, 9).read, first.newest);
    assert_eq!(news(&mut bob, &all, None), 0, "one's own are not new");

    let person = bob.me();
    ada.ask(Command::Mute(api::Mute { person, again: false, shared: true })).unwrap();
    let page = page(&mut ada, &all, None, 9);
    assert_eq!((page.posts.len(), page.muted, news(&mut ada, &all, None)), (0, 6, 0));
    carry(&mut [&mut ada, &mut bob]);
    let said = api::MutedPeople { of: Some(ada.me()) }.read(&bob.shown()).unwrap();
    assert_eq!(said.iter().map(|muted| muted.person).collect::<Vec<_>>(), [person], "it was shared");
}

#[test]
fn each_kind_has_what_belongs_to_it() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let oven = place(&mut bob, PARIS);
    carry(&mut [&mut ada, &mut bob]);
    bob.write(at(PARIS, "Marché de Paris")).unwrap();
    bob.write(at(PARIS, "Fête pour @Ada")).unwrap();
    bob.write(PostDraft { wall: Some(oven), text: "Pain".into(), ..PostDraft::default() }).unwrap();
    bob.write(at(MONACO, "Marché de Monaco")).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let of = |desk: &mut Desk, kind: TimelineKind| {
        let page = page(desk, &kind, None, 9);
        texts(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let selection = |query: Query| TimelineKind::Selection(Box::new(query));
    assert_eq!(of(&mut ada, TimelineKind::Home), ["Fête pour @Ada"], "who is addressed");
    let follow = api::Link {
        source: None,
        target: oven,
        kind: LinkKind::Follower,
        role: String::new(),
        state: LinkState::Accepted,
    };
    ada.ask(Command::Link(follow)).unwrap();
    assert_eq!(of(&mut ada, TimelineKind::Home), ["Pain", "Fête pour @Ada"], "the wall of what one follows");
    assert_eq!(of(&mut ada, TimelineKind::Wall(oven)), ["Pain"]);
    assert_eq!(of(&mut ada, TimelineKind::Cell(MONACO.cell(5))), ["Marché de Monaco"]);
    let words = Query { text: "marche PARIS".into(), ..Query::default() };
    assert_eq!(of(&mut ada, selection(words)), ["Marché de Paris"]);
    let tags = Query { tags: vec!["Marche".into()], ..Query::default() };
    assert_eq!(of(&mut ada, selection(tags)).len(), 2);
    let kinds = Query { kinds: vec![Kind::Place], ..Query::default() };
    assert_eq!(of(&mut ada, selection(kinds)), ["Pain"]);
    let late = Query { from_ms: Some(i64::MAX), ..Query::default() };
    assert_eq!(of(&mut ada, selection(late)), Vec::<String>::new());
    let early = Query { to_ms: Some(1), ..Query::default() };
    assert_eq!(of(&mut ada, selection(early)), Vec::<String>::new());
    let nowhere = Timeline { kind: TimelineKind::Wall(ElementId([1; 32])), before: None, limit: 9 };
    assert!(nowhere.read(&ada.shown()).is_err());
}
