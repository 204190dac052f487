//! Territories that are drawn, and drawn anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    daemon::desk::Desk,
    failure::{Failure, FailureCode},
    modules::Outcome,
};

/// A square of so many metres, about, whose corner lies so far east of Monaco.
fn square(east: f64, side: f64) -> Area {
    let (x, y, side) = (7.42 + east / 1e5, 43.73, side / 1e5);
    let ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]];
    let text = serde_json::json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
    Area::GeoJson { text }
}

fn follow(desk: &mut Desk, name: &str, area: Area) -> TerritoryInfo {
    match desk.ask(FollowTarget::Area { name: name.into(), area }) {
        Ok(Outcome::Territory(info)) => info,
        other => panic!("{other:?}"),
    }
}

fn redraw(desk: &mut Desk, id: TerritoryId, name: &str, area: Area) -> Result<TerritoryInfo, Failure> {
    desk.ask(Redraw { id, name: name.into(), area }).map(|outcome| match outcome {
        Outcome::Territory(info) => info,
        other => panic!("{other:?}"),
    })
}

fn names(desk: &Desk) -> Vec<String> {
    desk.core.replica.followed.iter().map(|territory| territory.name.clone()).collect()
}

#[test]
fn two_areas_within_the_same_cells_are_two() {
    let mut desk = Desk::of("Ada");
    // Within one cell of seven characters.
    let (one, other) = (follow(&mut desk, "A", square(0.0, 20.0)), follow(&mut desk, "B", square(30.0, 20.0)));
    assert_eq!(one.cells, other.cells);
    assert_eq!(names(&desk), ["A", "B"]);
    assert_eq!(follow(&mut desk, "C", square(0.0, 20.0)).id, one.id, "the same outline is the same territory");
    assert_eq!(names(&desk), ["C", "B"]);
}

#[test]
fn what_is_drawn_anew_stays_what_it_is() {
    let mut desk = Desk::of("Ada");
    let (one, other) = (follow(&mut desk, "A", square(0.0, 3_000.0)), follow(&mut desk, "B", square(9_000.0, 3_000.0)));
    // Over the other one's own outline: both stand.
    let drawn = redraw(&mut desk, one.id, " A2 ", square(9_000.0, 3_000.0)).unwrap();
    assert_eq!((drawn.id, &drawn.cells), (one.id, &other.cells));
    assert_eq!(names(&desk), ["A2", "B"]);
    for (id, name, area, code) in [
        (ElementId([9; 32]), "A", square(0.0, 10.0), FailureCode::NotFound),
        (one.id, " ", square(0.0, 10.0), FailureCode::Invalid),
        (one.id, "A", Area::GeoJson { text: "{}".into() }, FailureCode::Invalid),
    ] {
        assert_eq!(redraw(&mut desk, id, name, area).unwrap_err().code, code);
    }
    assert_eq!(names(&desk), ["A2", "B"]);
}

#[test]
fn what_was_published_stays_for_others_as_it_was() {
    let mut desk = Desk::of("Ada");
    let made = desk.ask(CreateTerritory { name: "A".into(), area: square(0.0, 3_000.0) }).unwrap();
    let Outcome::Territory(made) = made else { panic!("{made:?}") };
    let drawn = redraw(&mut desk, made.id, "A", square(0.0, 4_000.0)).unwrap();
    assert_ne!(drawn.id, made.id);
    assert_eq!(names(&desk), ["A"], "in its place");
    assert_eq!(desk.core.replica.views.territories()[&made.id].cells, made.cells);
}
