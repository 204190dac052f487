//! Steps of a drawing, and what is an area.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
use super::*;
use communaut_protocol::ElementId;
use std::sync::Arc;

fn at(lon: f64, lat: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}
fn square() -> Sketch {
    let mut drawing = Sketch::new();
    for (lon, lat) in [(5.0, 45.0), (5.1, 45.0), (5.1, 45.1), (5.0, 45.1)] {
        drawing.add(at(lon, lat));
    }
    drawing
}
fn followed(rings: Vec<Vec<Vec<[i32; 2]>>>) -> Followed {
    let (id, name) = (ElementId([7; 32]), "Bourg".to_owned());
    let centre = Position { lat_e7: 0, lon_e7: 0 };
    Followed { id, name, cells: Arc::default(), centre, outline: Arc::new(Outline(rings)) }
}

#[test]
fn each_step_is_undone_and_done_again() {
    let mut drawing = square();
    assert!(drawing.is_area() && (drawing.km2() - 87.5).abs() < 1.0, "{}", drawing.km2());
    drawing.close();
    let whole = drawing.now.clone();
    // Moved in many small steps: one.
    for step in 1..=9 {
        drawing.put((0, 2), at(5.1 + f64::from(step) / 100.0, 45.1), true);
    }
    drawing.rest();
    drawing.remove((0, 0));
    assert_eq!((drawing.corners(), drawing.corner((0, 1))), (3, Some(at(5.19, 45.1))));
    drawing.undo();
    drawing.undo();
    assert_eq!(drawing.now, whole);
    drawing.redo();
    drawing.redo();
    assert_eq!((drawing.corners(), drawing.can_redo()), (3, false));
    for _ in 0..7 {
        drawing.undo();
    }
    assert_eq!((drawing.corners(), drawing.can_undo()), (0, false));
    // What is done anew forgets what was undone.
    drawing.add(at(1.0, 1.0));
    assert!(!drawing.can_redo());
    for _ in 0..2 * STEPS_MAX {
        drawing.put((0, 0), at(2.0, 1.0), false);
        drawing.put((0, 0), at(1.0, 1.0), false);
    }
    assert_eq!(drawing.before.len(), STEPS_MAX);
}

#[test]
fn once_closed_a_corner_goes_into_the_side_next_to_it() {
    let mut drawing = square();
    drawing.add(at(4.9, 45.05));
    drawing.undo();
    drawing.close();
    drawing.add(at(5.12, 45.05));
    assert_eq!(drawing.corner((0, 2)), Some(at(5.12, 45.05)), "between the second and the third");
    drawing.add(at(4.98, 45.05));
    assert_eq!(drawing.corner((0, 5)), Some(at(4.98, 45.05)), "between the last and the first");
}

#[test]
fn sides_that_cross_are_no_area() {
    let mut drawing = square();
    drawing.put((0, 2), at(5.0, 45.1), false);
    drawing.put((0, 3), at(5.1, 45.1), false);
    assert!(drawing.is_crossing() && !drawing.is_area() && drawing.geojson().is_none());
    drawing.undo();
    drawing.undo();
    assert!(!drawing.is_crossing() && drawing.is_area());
    let mut drawing = Sketch::new();
    assert!(!drawing.is_area());
    for lon in [5.0, 5.1] {
        drawing.add(at(lon, 45.0));
    }
    assert!(!drawing.is_area());
    drawing.close();
    assert!(!drawing.is_closed());
    // A line is none either, and a corner is set once.
    drawing.add(at(5.2, 45.0));
    drawing.add(at(5.2, 45.0));
    assert!(!drawing.is_area() && drawing.corners() == 3);
}

#[test]
fn over_the_180th_meridian_it_stays_small() {
    let mut drawing = Sketch::new();
    for (lon, lat) in [(179.9, -17.0), (-179.9, -17.0), (-179.9, -16.9), (179.9, -16.9)] {
        drawing.add(at(lon, lat));
    }
    assert!(drawing.is_area() && (200.0..260.0).contains(&drawing.km2()), "{}", drawing.km2());
    drawing.close();
    drawing.add(at(-179.99, -17.01));
    assert_eq!(drawing.corner((0, 1)), Some(at(-179.99, -17.01)));
}

#[test]
fn an_outline_that_is_there_keeps_its_holes_and_parts() {
    let square = |x: i32, side: i32| vec![[x, 0], [x + side, 0], [x + side, side], [x, side]];
    let hole = vec![[200, 200], [200, 400], [400, 400], [400, 200]];
    let territory = followed(vec![vec![square(0, 1_000), hole], vec![square(5_000, 500)]]);
    let mut drawing = Sketch::of(&territory).unwrap();
    assert!(drawing.is_area() && drawing.is_closed() && !drawing.is_changed() && !drawing.simplified);
    assert_eq!((drawing.corners(), drawing.outline().unwrap()), (12, (*territory.outline).clone()));
    // A hole with two corners is none.
    drawing.remove((1, 0));
    drawing.remove((1, 0));
    assert_eq!(drawing.rings().count(), 2);
    drawing.undo();
    drawing.remove((0, 0));
    drawing.remove((0, 0));
    assert_eq!(drawing.rings().count(), 1, "its hole goes with it");
    drawing.remove((0, 0));
    drawing.remove((0, 0));
    assert!(!drawing.is_closed() && drawing.corners() == 2);
    assert!(Sketch::of(&followed(Vec::new())).is_none());
}

#[test]
fn an_outline_of_many_corners_is_taken_over_with_fewer() {
    let turn = |step: i32| {
        let angle = f64::from(step) / 5_000.0 * std::f64::consts::TAU;
        [(angle.cos() * 1e6) as i32, (angle.sin() * 1e6) as i32]
    };
    let mut drawing = Sketch::of(&followed(vec![vec![(0..5_000).map(turn).collect()]])).unwrap();
    assert!(drawing.simplified && drawing.corners() <= CORNERS_MAX && drawing.corners() > 20);
    for step in 0..2 * CORNERS_MAX {
        drawing.add(at(0.2, step as f64 / 1e5));
    }
    assert_eq!(drawing.corners(), CORNERS_MAX);
}

/// Two parts that share a corner, and a hole that touches its outline, are what official boundaries have.
#[test]
fn parts_that_touch_do_not_cross() {
    let square = |x: i32, y: i32, side: i32| vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
    let hole = vec![[0, 500], [200, 600], [200, 400]];
    let touching = followed(vec![vec![square(0, 0, 1_000), hole], vec![square(1_000, 1_000, 500)]]);
    let mut drawing = Sketch::of(&touching).unwrap();
    assert!(drawing.is_area());
    drawing.put((0, 1), Position { lat_e7: 0, lon_e7: 900 }, false);
    assert!(drawing.is_area());
    // What crosses as it is taken over is told at once.
    let crossing = followed(vec![vec![square(0, 0, 1_000)], vec![square(500, 500, 1_000)]]);
    assert!(Sketch::of(&crossing).unwrap().is_crossing());
}

#[test]
fn a_hole_over_the_180th_meridian_stays_in_its_outline() {
    let outline =
        vec![[1_790_000_000, 0], [1_830_000_000, 0], [1_830_000_000, 10_000_000], [1_790_000_000, 10_000_000]];
    let hole = vec![[1_810_000_000, 2_000_000], [1_810_000_000, 4_000_000], [1_820_000_000, 4_000_000]];
    let drawing = Sketch::of(&followed(vec![vec![outline, hole]])).unwrap();
    assert!(drawing.is_area());
    let made = drawing.outline().unwrap();
    assert!(!made.holds(Position { lat_e7: 3_500_000, lon_e7: -1_787_000_000 }));
    assert!(made.holds(Position { lat_e7: 8_000_000, lon_e7: -1_787_000_000 }));
}
