//! Links said by nodes without a network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{Link, LinkLine, LinksDetail, LinksOf};
use crate::{
    daemon::desk::{Desk, MONACO, carry},
    failure::FailureCode,
    modules::{
        Outcome, Read, Written,
        element::{ElementDraft, SaveElement},
    },
};
use communaut_protocol::{
    ElementId, Position,
    op::{Kind, LinkKind, LinkState},
};

fn make(desk: &mut Desk, kind: Kind, name: &str, at: Position) -> ElementId {
    let draft = Box::new(ElementDraft { kind, name: name.into(), position: Some(at), ..ElementDraft::default() });
    match desk.ask(SaveElement { id: None, draft }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

fn links(desk: &mut Desk, element: ElementId) -> LinksDetail {
    desk.core.replica.changed = true;
    LinksOf { element }.read(&desk.core.snapshot().unwrap()).unwrap()
}

fn told(line: &LinkLine) -> (&str, &str, LinkState, bool) {
    (&line.name, &line.role, line.state, line.confirmed)
}

fn partner(source: ElementId, target: ElementId, role: &str, state: LinkState) -> Link {
    Link { source: Some(source), target, kind: LinkKind::Partner, role: role.into(), state }
}

#[test]
fn an_organisation_is_a_partner_of_anothers_festival_once_both_have_said_so() {
    use LinkState::{Accepted, Invited, Left, Requested};
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let festival = make(&mut ada, Kind::Place, "Festival", MONACO);
    let club = make(&mut bob, Kind::Organisation, "Club", MONACO);
    carry(&mut [&mut ada, &mut bob]);
    // Neither speaks for the other.
    let refused = |desk: &mut Desk, state| desk.ask(partner(club, festival, "", state)).unwrap_err().code;
    assert_eq!(refused(&mut ada, Requested), FailureCode::NotAllowed);
    assert_eq!(refused(&mut bob, Invited), FailureCode::NotAllowed);

    bob.ask(partner(club, festival, "Financeur", Requested)).unwrap();
    let before = bob.entries().len();
    bob.ask(partner(club, festival, "funder", Requested)).unwrap();
    assert_eq!(bob.entries().len(), before, "what is said already is not said anew");
    carry(&mut [&mut ada, &mut bob]);
    let found = links(&mut ada, festival);
    assert_eq!(found.to.iter().map(told).collect::<Vec<_>>(), [("Club", "funder", Requested, true)]);
    assert!(found.to[0].may_answer && !links(&mut bob, festival).to[0].may_answer);

    // Another role is another link.
    ada.ask(partner(club, festival, "sono", Invited)).unwrap();
    ada.ask(partner(club, festival, "funder", Accepted)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&mut ada, &mut bob] {
        let found = links(desk, club);
        let lines: Vec<_> = found.from.iter().map(told).collect();
        assert_eq!(lines, [("Festival", "funder", Accepted, true), ("Festival", "sono", Invited, true)]);
        assert_eq!((found.from_count, found.to_count), (2, 0));
    }
    bob.ask(partner(club, festival, "funder", Left)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(links(&mut ada, festival).to.iter().map(told).collect::<Vec<_>>(), [("Club", "sono", Invited, true)]);
}

#[test]
fn who_holds_the_source_alone_sees_it_unconfirmed() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let far = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };
    let festival = make(&mut ada, Kind::Place, "Festival", far);
    let club = make(&mut bob, Kind::Organisation, "Club", MONACO);
    carry(&mut [&mut ada, &mut bob]);
    bob.ask(partner(club, festival, "", LinkState::Requested)).unwrap();
    bob.core.replica.changed = true;
    let mut snapshot = bob.core.snapshot().unwrap();
    let scope = snapshot.elements.get(&festival).unwrap().scope;
    snapshot.scopes.remove(&scope);
    snapshot.elements.remove(&festival);
    let found = LinksOf { element: club }.read(&snapshot).unwrap();
    assert_eq!(found.from.iter().map(told).collect::<Vec<_>>(), [("Festival", "", LinkState::Requested, false)]);
}

#[test]
fn a_closed_community_is_not_told_of_outside() {
    let mut ada = Desk::of("Ada");
    let (watch, _) = ada.found("Les Veilleurs");
    let square = make(&mut ada, Kind::Place, "Place", MONACO);
    let before = ada.entries().len();
    let failure = ada.ask(partner(watch, square, "", LinkState::Requested)).unwrap_err();
    assert!(failure.code == FailureCode::Invalid && failure.message.contains("closed community"), "{failure}");
    assert_eq!(ada.entries().len(), before);
    // The other way round it is said inside alone.
    ada.ask(partner(square, watch, "", LinkState::Requested)).unwrap();
    let open: Vec<_> = ada.core.replica.views.scopes().iter().filter(|(scope, _)| !scope.is_closed()).collect();
    assert!(open.iter().all(|(_, view)| view.links.is_empty() && view.stubs.is_empty()));
    assert_eq!(links(&mut ada, watch).to.len(), 1);
}
