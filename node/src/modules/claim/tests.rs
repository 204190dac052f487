//! Claims of nodes without a network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{ClaimsDetail, ClaimsOn, Come, DecideClaims, SetTerms};
use crate::{
    daemon::desk::{Desk, MONACO, carry},
    failure::FailureCode,
    modules::{
        Outcome, Read, Written,
        agenda::Conflicts,
        element::{ChangeTime, ElementDraft, SaveElement, TimeChange},
    },
    times::DAY_MS,
};
use communaut_protocol::{
    ElementId,
    fold::ClaimState,
    op::{Every, Kind, Repeat, When},
};

fn event(desk: &mut Desk) -> ElementId {
    let (kind, name, position) = (Kind::Place, "Atelier".to_owned(), Some(MONACO));
    let draft = Box::new(ElementDraft { kind, name, position, ..ElementDraft::default() });
    match desk.ask(SaveElement { id: None, draft }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

fn claims(desk: &mut Desk, resource: ElementId) -> ClaimsDetail {
    desk.core.replica.changed = true;
    *ClaimsOn::all(resource).read(&desk.core.snapshot().unwrap()).unwrap()
}

fn own(desk: &mut Desk, resource: ElementId) -> Option<ClaimState> {
    claims(desk, resource).own.map(|line| line.state)
}

#[test]
fn places_are_asked_for_given_declined_and_taken_back() {
    let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
    let resource = event(&mut ada);
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    bob.ask(Come::own(resource, 2)).unwrap();
    cleo.ask(Come::own(resource, 1)).unwrap();
    assert_eq!(
        (own(&mut bob, resource), own(&mut cleo, resource)),
        (Some(ClaimState::Coming), Some(ClaimState::Coming))
    );
    let before = bob.entries().len();
    bob.ask(Come::own(resource, 2)).unwrap();
    assert_eq!(bob.entries().len(), before, "what is said already is not said anew");
    carry(&mut [&mut ada, &mut bob, &mut cleo]);

    let (confirmers, exclusive) = (vec![cleo.me()], false);
    let terms = SetTerms { resource, capacity: Some(2), exclusive, confirmers, automatic: false };
    assert_eq!(bob.ask(terms.clone()).unwrap_err().code, FailureCode::NotAllowed);
    ada.ask(terms.clone()).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    let give = |people| DecideClaims::of(resource, people, true);
    assert_eq!(bob.ask(give(vec![])).unwrap_err().code, FailureCode::NotAllowed);
    // Both give at once what there is only once.
    let (bobs, cleos) = (bob.me(), cleo.me());
    ada.ask(give(vec![bobs])).unwrap();
    cleo.ask(give(vec![cleos])).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    let found = claims(&mut ada, resource);
    assert_eq!((found.taken, found.lapsed, found.overbooked), (2, 1, 0));
    assert_eq!(
        (own(&mut bob, resource), own(&mut cleo, resource)),
        (Some(ClaimState::Confirmed), Some(ClaimState::Lapsed))
    );

    ada.ask(SetTerms { capacity: Some(1), ..terms }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    assert_eq!(claims(&mut bob, resource).overbooked, 1);
    ada.ask(DecideClaims::of(resource, vec![bobs], false)).unwrap();
    ada.ask(give(vec![cleos])).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    assert_eq!(
        (own(&mut bob, resource), own(&mut cleo, resource)),
        (Some(ClaimState::Declined), Some(ClaimState::Confirmed))
    );
    cleo.ask(Come::own(resource, 0)).unwrap();
    assert_eq!(own(&mut cleo, resource), None);
}

/// Weekly, from a day on, ten times.
fn series(desk: &mut Desk, name: &str, first: i32) -> ElementId {
    let start_ms = i64::from(first) * DAY_MS + DAY_MS / 2;
    let (every, count) = (Every::Week, Some(10));
    let repeat = Some(Repeat { every, interval: 1, count, until: None, weekdays: 0, except: vec![] });
    let (end_ms, zone) = (start_ms + 7_200_000, "UTC".into());
    let when = Some(When { start_ms, end_ms, zone, offset: Some(0), whole_days: false, repeat });
    let draft =
        ElementDraft { kind: Kind::Event, name: name.into(), position: Some(MONACO), when, ..Default::default() };
    match desk.ask(SaveElement { id: None, draft: Box::new(draft) }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

const FIRST: i32 = 20_900;

fn on(desk: &mut Desk, resource: ElementId, day: i32) -> ClaimsDetail {
    desk.core.replica.changed = true;
    *ClaimsOn { resource, on: Some(day) }.read(&desk.core.snapshot().unwrap()).unwrap()
}

#[test]
fn one_comes_to_one_time_or_to_every_one_and_guests_are_counted_by_who_may_write_it() {
    let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
    let resource = series(&mut ada, "Chorale", FIRST);
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    let come = |places, on| Come { on, ..Come::own(resource, places) };
    bob.ask(come(1, None)).unwrap();
    cleo.ask(come(2, Some(FIRST + 7))).unwrap();
    assert_eq!(cleo.ask(come(1, Some(FIRST + 8))).unwrap_err().code, FailureCode::Invalid);
    let guest = |name: &str, places| Come { guest: name.into(), ..come(places, Some(FIRST + 7)) };
    assert_eq!(bob.ask(guest("Mamie", 1)).unwrap_err().code, FailureCode::NotAllowed);
    ada.ask(guest("Mamie  Jo ", 1)).unwrap();
    let before = ada.entries().len();
    ada.ask(guest("Mamie  Jo", 1)).unwrap();
    assert_eq!(ada.entries().len(), before, "what is said already is not said anew");
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    let (first, second) = (on(&mut ada, resource, FIRST), on(&mut ada, resource, FIRST + 7));
    assert_eq!((first.taken, first.list.len()), (1, 1));
    assert_eq!((second.taken, second.list.len(), second.days), (4, 3, vec![(FIRST + 7, 4)]));
    assert!(second.own.is_none() && second.may_bring_guests);
    assert_eq!(on(&mut cleo, resource, FIRST + 7).own.map(|own| own.places), Some(2));
    assert_eq!(on(&mut bob, resource, FIRST + 7).own.map(|own| own.on), Some(None), "to every one");
    ada.ask(guest("Mamie  Jo", 0)).unwrap();
    assert_eq!(on(&mut ada, resource, FIRST + 7).taken, 3);

    // Where something else takes the place, one comes to that.
    ada.ask(ChangeTime { series: resource, day: FIRST + 14, following: false, change: TimeChange::Cancel }).unwrap();
    let failure = ada.ask(come(1, Some(FIRST + 14))).unwrap_err();
    assert!(failure.message.contains("something else takes the place"), "{failure}");
    let place = event(&mut ada);
    assert!(ada.ask(Come { on: Some(FIRST), ..Come::own(place, 1) }).is_err(), "it does not repeat");
}

#[test]
fn the_owners_node_gives_places_by_itself_as_long_as_there_are_some_that_day() {
    let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
    let resource = series(&mut ada, "Chorale", FIRST);
    let terms = SetTerms { resource, capacity: Some(2), exclusive: false, confirmers: vec![], automatic: true };
    ada.ask(terms).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    bob.ask(Come { on: Some(FIRST), ..Come::own(resource, 2) }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    // Bob's node does nothing, Ada's gives.
    bob.core.replica.tick().unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    assert_eq!(own(&mut bob, resource), Some(ClaimState::Asked));
    ada.core.replica.tick().unwrap();
    cleo.ask(Come { on: Some(FIRST), ..Come::own(resource, 1) }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    ada.core.replica.tick().unwrap();
    let entries = ada.entries().len();
    ada.core.replica.tick().unwrap();
    assert_eq!(ada.entries().len(), entries, "nothing is said again");
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    assert_eq!(own(&mut bob, resource), Some(ClaimState::Confirmed));
    assert_eq!(own(&mut cleo, resource), Some(ClaimState::Asked), "it is full that day");
    // On another day there is room; and who waits moves up when somebody leaves.
    cleo.ask(Come { on: Some(FIRST + 7), ..Come::own(resource, 1) }).unwrap();
    bob.ask(Come { on: Some(FIRST), ..Come::own(resource, 0) }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    ada.core.replica.tick().unwrap();
    let list = claims(&mut ada, resource).list;
    assert!(list.len() == 2 && list.iter().all(|line| line.state == ClaimState::Confirmed), "{list:?}");
}

#[test]
fn what_else_one_goes_to_at_that_time_is_told() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let choir = series(&mut ada, "Chorale", FIRST);
    let dance = series(&mut ada, "Danse", FIRST + 7);
    let other = series(&mut ada, "Peinture", FIRST + 1);
    carry(&mut [&mut ada, &mut bob]);
    let day = Some(FIRST + 7);
    bob.ask(Come { on: day, ..Come::own(choir, 1) }).unwrap();
    bob.ask(Come::own(other, 1)).unwrap();
    let told = |desk: &mut Desk, resource, on| {
        desk.core.replica.changed = true;
        let found = Conflicts { resource, on, from_ms: 0 }.read(&desk.core.snapshot().unwrap()).unwrap();
        found.iter().map(|one| one.element.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&mut bob, dance, day), ["Chorale"]);
    assert_eq!(told(&mut bob, dance, Some(FIRST + 14)), [""; 0], "to that he does not go");
    assert_eq!(told(&mut bob, choir, day), [""; 0], "not with itself");
    bob.ask(Come { on: day, ..Come::own(choir, 0) }).unwrap();
    assert_eq!(told(&mut bob, dance, day), [""; 0]);
}
