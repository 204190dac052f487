//! What is made or said in a closed community, and from where it is not told of. A node without a network, by command.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::desk::{Desk, MONACO},
    failure::{Failure, FailureCode},
    modules::{Command, Outcome, element::ElementDraft, post::PostDraft},
};
use communaut_protocol::{
    ElementId, EntryId, Hash, Position, Scope,
    op::{BlobRef, Contact, Field, Kind, Op, When},
};

const FOIX: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };

impl Desk {
    fn save(&mut self, id: Option<ElementId>, draft: &ElementDraft) -> Result<ElementId, Failure> {
        match self.ask(Command::SaveElement(api::SaveElement { id, draft: Box::new(draft.clone()) }))? {
            Outcome::Written(api::Written { element: Some(id), .. }) => Ok(id),
            other => panic!("{other:?}"),
        }
    }
}

fn draft(kind: Kind, name: &str) -> ElementDraft {
    let when = (kind == Kind::Event).then(|| When {
        start_ms: 1,
        end_ms: 2,
        zone: "Europe/Paris".into(),
        offset: None,
        whole_days: false,
        repeat: None,
    });
    ElementDraft { kind, name: name.into(), position: Some(MONACO), when, ..ElementDraft::default() }
}

/// A refusal before anything is written that says what to do.
fn refused<T: std::fmt::Debug>(desk: &Desk, before: usize, result: Result<T, Failure>, why: &str) {
    let failure = result.unwrap_err();
    assert!(failure.code == FailureCode::Invalid && failure.message.contains(why), "{failure}");
    assert_eq!(desk.entries().len(), before);
}

#[test]
fn nothing_outside_of_a_closed_community_names_it_as_its_parent() {
    let mut ada = Desk::of("Ada");
    let (watch, scope) = ada.found("Les Veilleurs");
    let under = |parent, kind, name| ElementDraft { parent: Some(parent), ..draft(kind, name) };
    let before = ada.entries().len();
    for kind in [Kind::Project, Kind::Organisation] {
        let made = ada.save(None, &under(watch, kind, "Lavoir"));
        refused(&ada, before, made, "make an event or a place there, or leave the parent out");
    }
    // Those of another closed community are others.
    let made = ada.save(None, &ElementDraft { closed: true, ..under(watch, Kind::Project, "Le Grimoire") });
    refused(&ada, before, made, "'Les Veilleurs' is closed");
    // In it, it may be named.
    let place = ada.save(None, &under(watch, Kind::Place, "Cave")).unwrap();
    let event = ada.save(None, &under(watch, Kind::Event, "Ronde")).unwrap();
    for id in [place, event] {
        let held = ada.core.replica.views.elements().get(&id).unwrap();
        assert_eq!((held.scope, held.parent), (scope, Some(watch)));
    }
    ada.save(Some(event), &under(watch, Kind::Event, "Grande ronde")).unwrap();
    // What lies in it is no parent of what lies outside either.
    let before = ada.entries().len();
    let made = ada.save(None, &under(event, Kind::Project, "Lavoir"));
    refused(&ada, before, made, "'Grande ronde' is closed");
    // Nor is it named later, in place or by a move.
    let shop = ada.save(None, &draft(Kind::Place, "Lavoir")).unwrap();
    let before = ada.entries().len();
    let edited = ada.save(Some(shop), &under(watch, Kind::Place, "Lavoir"));
    refused(&ada, before, edited, "leave the parent out");
    let moved = ElementDraft { position: Some(FOIX), ..under(watch, Kind::Place, "Lavoir") };
    let moved = ada.save(Some(shop), &moved);
    refused(&ada, before, moved, "leave the parent out");
    // An open parent is as it was.
    let garden = ada.save(None, &draft(Kind::Organisation, "Jardin")).unwrap();
    let shed = ada.save(None, &under(garden, Kind::Project, "Remise")).unwrap();
    assert_eq!(ada.core.replica.views.elements().get(&shed).unwrap().parent, Some(garden));
}

#[test]
fn what_was_said_in_a_closed_community_is_answered_there() {
    let mut ada = Desk::of("Ada");
    let me = ada.me();
    let (watch, scope) = ada.found("Les Veilleurs");
    let (other, _) = ada.found("Le Grimoire");
    let shop = ada.save(None, &draft(Kind::Place, "Lavoir")).unwrap();
    let event = ada.save(None, &ElementDraft { parent: Some(watch), ..draft(Kind::Event, "Ronde") }).unwrap();
    let post = |wall, reply_to| PostDraft { wall, reply_to, text: "oui".into(), ..PostDraft::default() };
    let say = |desk: &mut Desk, draft: PostDraft| -> Result<EntryId, Failure> {
        match desk.ask(Command::Post(draft))? {
            Outcome::Written(api::Written { entries, .. }) => Ok(*entries.last().unwrap()),
            other => panic!("{other:?}"),
        }
    };
    let said = say(&mut ada, post(Some(watch), None)).unwrap();
    let before = ada.entries().len();
    for elsewhere in [
        post(Some(shop), Some(said)),
        post(Some(other), Some(said)),
        post(Some(me.into()), Some(said)),
        PostDraft { position: Some(MONACO), ..post(None, Some(said)) },
        PostDraft { to: vec![me], ..post(None, Some(said)) },
    ] {
        let answered = say(&mut ada, elsewhere);
        refused(&ada, before, answered, "what was said in a closed community is answered there");
    }
    let at_event = say(&mut ada, PostDraft { position: Some(FOIX), ..post(Some(event), Some(said)) }).unwrap();
    let bare = say(&mut ada, post(None, Some(said))).unwrap();
    let posts = &ada.core.replica.views.scopes().get(&scope).unwrap().posts;
    let walls = |id| posts.values().find(|post| post.id == id).map(|post| (post.wall, post.reply_to));
    // An event of a space has a wall of its own; what names none stands on the space's.
    assert_eq!(walls(at_event), Some((Some(event), Some(said))));
    assert_eq!(walls(bare), Some((Some(watch), Some(said))));
    // In the open one answers where one likes.
    let open = say(&mut ada, PostDraft { position: Some(MONACO), ..post(None, None) }).unwrap();
    say(&mut ada, post(Some(shop), Some(open))).unwrap();
}

#[test]
fn what_is_typed_with_signs_that_are_not_seen_is_written_without_them_and_only_once() {
    let mut ada = Desk::of("Ada");
    let typed = ElementDraft {
        description: "Pain\r\nchaque jour\u{202c}".into(),
        address: "1\u{2028}quai Antoine".into(),
        tags: vec!["four\u{200b}".into()],
        ..draft(Kind::Place, "Four\u{ad} bana\u{200b}l cafe\u{301}\n")
    };
    let id = ada.save(None, &typed).unwrap();
    let held = ada.core.replica.views.elements().get(&id).unwrap();
    assert_eq!((held.name.as_str(), held.description.as_str()), ("Four banal café", "Pain\nchaque jour"));
    assert_eq!((held.address.as_str(), held.tags.as_slice()), ("1 quai Antoine", ["four".to_owned()].as_slice()));
    // The same again changes nothing.
    let before = ada.entries().len();
    ada.save(Some(id), &typed).unwrap();
    assert_eq!(ada.entries().len(), before);
}

#[test]
fn words_of_the_vocabulary_are_taken_in_any_language_and_others_are_kept() {
    let mut ada = Desk::of("Ada");
    let contact = |kind: &str, value: &str| Contact { kind: kind.into(), value: value.into() };
    let typed = ElementDraft {
        subkind: "Coopérative".into(),
        stage: "Phase 7".into(),
        languages: vec!["fr".into(), " de ".into(), "fr".into()],
        contacts: vec![
            contact("Fédivers", " @pain@example.org\n"),
            contact("pigeon-post", "Tour 4"),
            contact("sms", " "),
        ],
        foreign: "{\"id\":7}".into(),
        ..draft(Kind::Organisation, "Le Pain")
    };
    let id = ada.save(None, &typed).unwrap();
    let held = |desk: &Desk, id| desk.core.replica.views.elements().get(&id).unwrap().clone();
    let pain = held(&ada, id);
    assert_eq!((pain.subkind.as_str(), pain.stage.as_str()), ("cooperative", "phase-7"));
    assert_eq!(pain.languages, ["fr", "de"]);
    assert_eq!(pain.contacts, [contact("fediverse", "@pain@example.org"), contact("pigeon-post", "Tour 4")]);
    // What an edit does not touch stays, also by a move; the same again changes nothing.
    let before = ada.entries().len();
    ada.save(Some(id), &typed).unwrap();
    assert_eq!(ada.entries().len(), before);
    let shop =
        ada.save(None, &ElementDraft { subkind: "jardin partagé".into(), ..draft(Kind::Place, "Jardin") }).unwrap();
    let moved = ElementDraft { position: Some(FOIX), ..ElementDraft::of(&held(&ada, shop)) };
    ada.save(Some(shop), &moved).unwrap();
    assert_eq!((held(&ada, shop).subkind.as_str(), held(&ada, shop).position), ("shared-garden", Some(FOIX)));
    // What is neither a word nor a slug is refused before anything is written.
    let before = ada.entries().len();
    let made = ada.save(None, &ElementDraft { subkind: "шум".into(), ..draft(Kind::Place, "Jardin") });
    refused(&ada, before, made, "subkind");
    let made = ada.save(None, &ElementDraft { languages: vec!["français".into()], ..draft(Kind::Place, "Jardin") });
    refused(&ada, before, made, "languages");
}

/// The headers of what was written last, each with its total and whether it is a batch.
fn totals(desk: &Desk, last: usize) -> Vec<(u64, bool)> {
    let mut headers: Vec<_> = desk.entries().iter().map(|entry| entry.header().clone()).collect();
    headers.sort_by_key(|header| header.stamp);
    headers.iter().rev().take(last).rev().map(|header| (header.blobs_total(), header.has_leaves())).collect()
}

/// No command writes them yet; what writes and reads them is ready, and no edit or move loses them.
#[test]
fn what_an_element_points_at_is_told_by_its_header_and_stays_with_it() {
    let mut ada = Desk::of("Ada");
    let me = ada.me();
    let blobs = |size| {
        let media_type = "image/webp".into();
        vec![BlobRef { hash: Hash([7; 32]), size, media_type, alt: "Le four\u{200b}".into() }]
    };
    let op = |seed, fields| super::element_op(me, [seed; 16], fields);
    let named = |name: &str| vec![Field::Kind(Kind::Place), Field::Name(name.into()), Field::Position(MONACO)];
    let pictured = |seed, size| op(seed, [named("Four"), vec![Field::Blobs(blobs(size))]].concat());
    let open = |op| (Scope::open(MONACO), op);
    let all = [op(3, named("Lavoir")), op(4, named("Kiosque")), pictured(5, 70_000), op(6, named("Halle"))];
    let Op::Element(said) = &all[2] else { panic!() };
    let id = said.id();
    ada.core.replica.write_batches(me, all.into_iter().map(open).collect()).unwrap();
    assert_eq!(totals(&ada, 3), [(0, true), (70_000, false), (0, false)]);
    let held = |desk: &Desk| {
        let shown = desk.core.replica.views.elements().get(&id).unwrap().clone();
        (shown.name.clone(), shown.position, shown.blobs.iter().map(|blob| blob.alt.clone()).collect::<Vec<_>>())
    };
    let alts = vec!["Le four".to_owned()];
    assert_eq!(held(&ada), ("Four".into(), Some(MONACO), alts.clone()));
    ada.save(Some(id), &draft(Kind::Place, "Four banal")).unwrap();
    assert_eq!((held(&ada), totals(&ada, 1)), (("Four banal".into(), Some(MONACO), alts.clone()), vec![(0, false)]));
    ada.save(Some(id), &ElementDraft { position: Some(FOIX), ..draft(Kind::Place, "Four banal") }).unwrap();
    assert_eq!((held(&ada), totals(&ada, 1)), (("Four banal".into(), Some(FOIX), alts), vec![(70_000, false)]));
    // Sealed, the header tells less.
    let (_, scope) = ada.found("Les Veilleurs");
    // Stamps in the open and inside are of clocks of their own.
    ada.core.replica.clocks.now_ms += 60_000;
    ada.core.replica.write(me, vec![(scope, pictured(8, 70_000))]).unwrap();
    assert_eq!(totals(&ada, 1), [(131_072, false)]);
    let views = ada.core.replica.views.scopes();
    assert!(views.get(&scope).unwrap().elements.values().any(|element| element.blobs.len() == 1));
}
