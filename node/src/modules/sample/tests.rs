//! The sample on whole nodes: made, seen by others as what it is, and gone again everywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::village::village;
use crate::{
    api::{self, OwnWorkInfo, SampleRemoved},
    daemon::desk::{Desk, MONACO, NOW_MS, carry},
    failure::FailureCode,
    modules::{Command, Outcome, Read as _, element::ElementDraft, post::PostDraft},
};
use communaut_protocol::{Position, op::Kind};

fn make(desk: &mut Desk, language: &str) -> Result<Outcome, crate::failure::Failure> {
    let (language, zone) = (language.to_owned(), "Europe/Paris".to_owned());
    desk.ask(Command::MakeSample(api::MakeSample { near: None, language, zone }))
}

fn own(desk: &mut Desk) -> OwnWorkInfo {
    desk.core.replica.changed = true;
    api::OwnWork.read(&desk.core.snapshot().unwrap()).unwrap()
}

#[test]
fn a_village_is_made_seen_as_a_sample_and_gone_everywhere() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let nothing = own(&mut ada);
    assert_eq!(nothing, OwnWorkInfo::default(), "one's own card is nothing published");
    make(&mut ada, "fr").unwrap();
    assert_eq!(
        (own(&mut ada).first_ms, own(&mut ada).samples),
        (None, 8),
        "card, three events, three posts, a question"
    );
    assert_eq!(make(&mut ada, "fr").unwrap_err().code, FailureCode::Invalid, "one at a time");
    carry(&mut [&mut ada, &mut bob]);
    let seen = |desk: &Desk| {
        let of = |element: &&std::sync::Arc<communaut_protocol::fold::ElementView>| element.kind != Kind::Person;
        let elements: Vec<bool> =
            desk.core.replica.views.elements().values().filter(of).map(|element| element.sample).collect();
        (elements, desk.posts().len())
    };
    assert_eq!(seen(&bob), (vec![true; 4], 3));
    let removed = ada.ask(Command::RemoveSample(api::RemoveSample)).unwrap();
    assert_eq!(removed, Outcome::SampleRemoved(SampleRemoved { removed: 8, left: 0 }));
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&ada, &bob] {
        assert_eq!(seen(desk), (Vec::new(), 0));
    }
    assert_eq!(own(&mut ada), nothing);
    let again = ada.ask(Command::RemoveSample(api::RemoveSample)).unwrap_err();
    assert_eq!(again.code, FailureCode::NotFound);
    make(&mut ada, "en").unwrap();
}

#[test]
fn what_is_meant_stays_and_is_what_was_published() {
    let mut ada = Desk::of("Ada");
    make(&mut ada, "en").unwrap();
    let text = "Hello everyone".to_owned();
    ada.ask(Command::Post(PostDraft { position: Some(MONACO), text, ..PostDraft::default() })).unwrap();
    let first = own(&mut ada).first_ms.unwrap();
    assert!((NOW_MS..NOW_MS + 1_000).contains(&first), "{first}");
    let draft =
        ElementDraft { kind: Kind::Place, name: "Lavoir".into(), position: Some(MONACO), ..ElementDraft::default() };
    ada.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap();
    ada.ask(Command::RemoveSample(api::RemoveSample)).unwrap();
    assert_eq!(ada.posts(), ["Hello everyone"]);
    assert_eq!((own(&mut ada).first_ms, own(&mut ada).samples), (Some(first), 0));
}

#[test]
fn events_lie_ahead_on_the_clock_that_was_asked_for() {
    for (language, zone, known) in
        [("fr", "Europe/Paris", "Europe/Paris"), ("en", "Nowhere/Land", "UTC"), ("de", "", "UTC")]
    {
        for planned in &village(language).events {
            let when = planned.when(NOW_MS, zone).unwrap();
            assert_eq!(when.zone, known);
            assert!(when.start_ms > i64::try_from(NOW_MS).unwrap() && when.end_ms > when.start_ms);
        }
        assert!(village(language).events.iter().all(|planned| planned.when(u64::MAX, zone).is_none()));
    }
    let pole = Position { lat_e7: 900_000_000, lon_e7: 1_799_999_999 };
    assert!(village("fr").events.iter().all(|planned| planned.place(pole).is_valid()));
}
