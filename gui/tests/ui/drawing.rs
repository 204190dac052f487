//! A territory is drawn on the map, by pointer and by keys, undone, and changed later.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{
    fixture::{helsinki, overview},
    locale::Lang,
    logic::Action,
};
use communaut_node::api::{Area, Command, FollowTarget, Outline, Redraw, Snapshot, TerritoryId};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, accesskit::Role, pos2};
use egui_kittest::{
    SnapshotResults,
    kittest::{NodeT, Queryable},
};
use std::sync::Arc;

/// Corners of a square on the map, between panel and controls.
const SQUARE: [Pos2; 4] = [pos2(800.0, 200.0), pos2(1_050.0, 200.0), pos2(1_050.0, 450.0), pos2(800.0, 450.0)];

pub fn click(stage: &mut Stage, at: Pos2) {
    press_button(stage, at, PointerButton::Primary);
    // Apart from the click that follows, or both were one double click.
    for _ in 0..30 {
        stage.harness.step();
    }
}

fn press_button(stage: &mut Stage, pos: Pos2, button: PointerButton) {
    stage.harness.hover_at(pos);
    for pressed in [true, false] {
        stage.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        stage.harness.step();
    }
    stage.harness.run();
}

fn corners(stage: &Stage) -> usize {
    stage
        .harness
        .query_all_by_label_contains("Corner ")
        .filter(|node| node.accesskit_node().role() == Role::Button)
        .count()
        - 1
}

/// What the node was asked to follow: the name, and the corners.
fn asked(stage: &Stage) -> (String, Vec<[f64; 2]>) {
    let of = |command| match command {
        Command::Follow(FollowTarget::Area { name, area: Area::GeoJson { text } })
        | Command::Redraw(Redraw { name, area: Area::GeoJson { text }, .. }) => Some((name, text)),
        _ => None,
    };
    let (name, text) = sent(stage, of).pop().unwrap();
    let shape: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shape["type"], "MultiPolygon");
    let mut ring: Vec<[f64; 2]> = serde_json::from_value(shape["coordinates"][0][0].clone()).unwrap();
    assert_eq!(ring.first(), ring.last());
    ring.pop();
    (name, ring)
}

/// Helsinki, with a square around its middle as the outline of what is followed.
fn outlined() -> (Snapshot, TerritoryId) {
    let mut snapshot = helsinki();
    let mut followed = snapshot.overview.followed.to_vec();
    let (first, side) = (&mut followed[0], 300_000);
    let (x, y) = (first.centre.lon_e7, first.centre.lat_e7);
    let ring =
        vec![[x - side, y - side / 2], [x + side, y - side / 2], [x + side, y + side / 2], [x - side, y + side / 2]];
    first.outline = Arc::new(Outline(vec![vec![ring]]));
    let id = first.id;
    overview(&mut snapshot).followed = followed.into();
    (snapshot, id)
}

#[test]
fn a_territory_is_drawn_by_pointer_and_undone() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::OpenTerritories);
    press(&mut stage, "Draw it on the map");
    let follow = |stage: &Stage| {
        !stage.harness.get_by_role_and_label(Role::Button, "Follow this territory").accesskit_node().is_disabled()
    };
    type_into(&mut stage, "Name", "Le Bas");
    for at in SQUARE {
        assert!(!follow(&stage) || at == SQUARE[3]);
        click(&mut stage, at);
    }
    assert_eq!((corners(&stage), follow(&stage)), (4, true));
    // The first corner closes it: what is clicked later goes between two.
    click(&mut stage, SQUARE[0]);
    click(&mut stage, pos2(1_100.0, 325.0));
    assert_eq!(corners(&stage), 5);
    press(&mut stage, "Undo");
    assert_eq!(corners(&stage), 4);
    press(&mut stage, "Redo");
    assert_eq!(corners(&stage), 5);
    // The other button takes a corner away.
    press_button(&mut stage, pos2(1_100.0, 325.0), PointerButton::Secondary);
    assert_eq!(corners(&stage), 4);
    // Dragged across another side, it is no area, and says so.
    stage.harness.drag_at(SQUARE[0]);
    stage.harness.step();
    for at in [pos2(850.0, 300.0), pos2(950.0, 320.0), pos2(1_150.0, 325.0)] {
        stage.harness.hover_at(at);
        stage.harness.step();
    }
    stage.harness.drop_at(pos2(1_150.0, 325.0));
    stage.harness.run();
    stage.harness.get_by_role_and_label(Role::Alert, "Two sides cross. Move a corner, or undo.");
    assert!(!follow(&stage));
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    stage.harness.run();
    assert!(follow(&stage), "one step, however long the way");
    press(&mut stage, "Follow this territory");
    let (name, ring) = asked(&stage);
    assert_eq!((name.as_str(), ring.len()), ("Le Bas", 4));
    let width = |at: usize, to: usize| [ring[to][0] - ring[at][0], ring[to][1] - ring[at][1]];
    let [a, b] = [width(0, 1), width(2, 3)];
    assert!((a[0] + b[0]).abs() < 1e-5 && (a[1] + b[1]).abs() < 1e-5, "a square stays one: {ring:?}");
    assert!(stage.harness.query_by_label("Follow this territory").is_none(), "done");
}

/// What is clicked on the panel, between its controls or on one that is off, is not meant for the map below.
#[test]
fn the_panel_is_not_the_map() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::DrawTerritory(None));
    click(&mut stage, SQUARE[0]);
    for label in ["Follow this territory", "Draw a territory", "Redo"] {
        let at = stage.harness.get_by_label(label).rect().center();
        click(&mut stage, at);
    }
    assert_eq!(corners(&stage), 1);
}

#[test]
fn a_double_click_sets_the_last_corner_and_closes() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::DrawTerritory(None));
    for at in &SQUARE[..3] {
        click(&mut stage, *at);
    }
    // Frames of a test are further apart than those of a hand that clicks twice.
    stage.harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 3.0);
    for _ in 0..2 {
        for pressed in [true, false] {
            let (pos, button, modifiers) = (SQUARE[3], PointerButton::Primary, Modifiers::NONE);
            stage.harness.hover_at(pos);
            stage.harness.event(Event::PointerButton { pos, button, pressed, modifiers });
            stage.harness.step();
        }
    }
    stage.harness.run();
    assert_eq!(corners(&stage), 4);
    assert!(stage.harness.query_by_label_contains("Click on the first corner to finish.").is_none(), "it is closed");
}

/// Dragged over the map's edge it stays in sight, and the next drag is a step of its own.
#[test]
fn a_corner_that_is_dragged_out_of_sight_stays_at_the_edge() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::DrawTerritory(None));
    for at in SQUARE {
        click(&mut stage, at);
    }
    let drag = |stage: &mut Stage, from: Pos2, to: Pos2| {
        stage.harness.drag_at(from);
        stage.harness.step();
        for at in [from.lerp(to, 0.5), to] {
            stage.harness.hover_at(at);
            stage.harness.step();
        }
        stage.harness.drop_at(to);
        stage.harness.run();
    };
    drag(&mut stage, SQUARE[2], pos2(1_400.0, 900.0));
    let place = |stage: &Stage, label: &str| stage.harness.get_by_label(label).rect().center();
    let edge = place(&stage, "Corner 3 of 4");
    assert!(edge.x > 1_250.0 && edge.x < 1_280.0, "{edge}");
    drag(&mut stage, SQUARE[0], pos2(850.0, 250.0));
    press(&mut stage, "Undo");
    assert!(place(&stage, "Corner 1 of 4").distance(SQUARE[0]) < 2.0);
    assert!(place(&stage, "Corner 3 of 4").distance(edge) < 2.0, "one step alone");
}

#[test]
fn a_territory_is_drawn_by_keys() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::DrawTerritory(None));
    type_into(&mut stage, "Name", "Le Bas");
    stage.harness.key_press(Key::Enter);
    stage.harness.run();
    for keys in [&[][..], &[Key::ArrowRight, Key::ArrowRight], &[Key::ArrowDown]] {
        for key in keys {
            stage.harness.key_press(*key);
            stage.harness.run();
        }
        press(&mut stage, "Corner here");
    }
    assert_eq!(corners(&stage), 3);
    let place = |stage: &Stage| stage.harness.get_by_label("Corner 2 of 3").rect().center();
    let before = place(&stage);
    stage.harness.get_by_label("Corner 2 of 3").focus();
    stage.harness.run();
    stage.harness.key_press(Key::ArrowUp);
    stage.harness.run();
    assert!((before.y - place(&stage).y - 8.0).abs() < 1.0 && (before.x - place(&stage).x).abs() < 1.0);
    stage.harness.key_press(Key::Delete);
    stage.harness.run();
    assert_eq!(corners(&stage), 2);
    // What is drawn is not lost by a key that slips.
    stage.harness.key_press(Key::Escape);
    stage.harness.run();
    stage.harness.key_press(Key::Escape);
    stage.harness.run();
    stage.harness.get_by_label("What you drew is not saved yet: save it, or cancel.");
    press(&mut stage, "Cancel");
    assert!(stage.harness.query_by_label("Corner here").is_none());
}

#[test]
fn the_outline_of_what_is_followed_is_changed() {
    let (snapshot, id) = outlined();
    let name = snapshot.overview.followed[0].name.clone();
    let mut stage = Stage::driven(snapshot);
    stage.act(Action::OpenTerritories);
    press(&mut stage, &format!("Change the outline of {name}"));
    assert_eq!(corners(&stage), 4);
    stage.act(Action::DrawTerritory(Some(id)));
    stage.harness.get_by_label("Corner 4 of 4").focus();
    stage.harness.run();
    stage.harness.key_press(Key::Delete);
    stage.harness.run();
    press(&mut stage, "Save the outline");
    let (asked_name, ring) = asked(&stage);
    assert_eq!((asked_name, ring.len()), (name, 3));
}

#[test]
fn pictures() {
    let mut results = SnapshotResults::new();
    for (lang, dark, name) in [(Lang::Fr, false, "drawing_fr_light"), (Lang::En, true, "drawing_en_dark")] {
        let mut stage = Stage::drawn(helsinki(), lang, dark);
        stage.act(Action::DrawTerritory(None));
        let label = if lang == Lang::Fr { "Nom" } else { "Name" };
        type_into(&mut stage, label, "Kallio");
        for at in [pos2(800.0, 240.0), pos2(1_010.0, 190.0), pos2(1_090.0, 420.0), pos2(860.0, 520.0)] {
            click(&mut stage, at);
        }
        stage.harness.hover_at(pos2(600.0, 700.0));
        stage.harness.run();
        stage.harness.snapshot(name);
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}
