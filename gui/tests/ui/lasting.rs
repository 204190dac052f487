//! The window outlives what comes: many elements, a hand that scrolls on, a view that fails, a store in trouble.

use crate::{
    names::unnamed_in,
    stage::{Stage, press, sent, tolerance, type_into},
};
use communaut_gui::{
    app::App,
    backend::{Backend, Pending},
    fixture::{Double, clock, element, helsinki, overview, replica, troubles},
    locale::Lang,
    logic::{Action, Page, Preferences, ThemeChoice, sight::MARKS_MAX},
    ui::{
        ceiling::{Ceiling, VERTICES_MAX},
        map::Decoding,
    },
    views::PAGES,
};
use communaut_node::api::{self, Command, Overview, Phase, Snapshot};
use communaut_protocol::{ElementId, op::Kind};
use egui::{Event, Key, Modifiers, accesskit::Role, pos2, vec2};
use egui_kittest::{
    Harness, SnapshotResults,
    kittest::{By, NodeT, Queryable},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Somewhere on the map, beside its middle.
const BESIDE: egui::Pos2 = pos2(700.0, 650.0);

fn wheel(stage: &mut Stage, points: f32) {
    stage.harness.hover_at(BESIDE);
    stage.harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: egui::MouseWheelSource::Unknown,
    });
    stage.harness.run_steps(4);
}

fn middle(stage: &mut Stage) -> (i32, i32) {
    let at = stage.harness.state_mut().views().map.centre().unwrap();
    (at.lat_e7, at.lon_e7)
}

#[test]
fn scrolling_on_at_the_lowest_zoom_stays_on_the_world_and_home_leads_back() {
    let mut stage = Stage::driven(helsinki());
    let home = middle(&mut stage);
    for _ in 0..40 {
        wheel(&mut stage, -400.0);
    }
    let out = middle(&mut stage);
    for _ in 0..40 {
        wheel(&mut stage, -400.0);
    }
    assert_eq!(middle(&mut stage), out, "the map moved while nothing could come nearer or farther");
    assert!(out.0.abs() < 700_000_000, "the world is in sight: {out:?}");
    press(&mut stage, "Back home");
    let back = middle(&mut stage);
    assert!((back.0 - home.0).abs() < 1_000 && (back.1 - home.1).abs() < 1_000, "{back:?} {home:?}");
    // By a key as well, from any page.
    for _ in 0..10 {
        wheel(&mut stage, -400.0);
    }
    stage.act(Action::Go(Page::Network));
    stage.harness.key_press(Key::Home);
    stage.harness.run();
    assert_eq!(stage.harness.state().page(), Page::Map);
    assert!((middle(&mut stage).0 - home.0).abs() < 1_000);
    let mut french = Stage::driven_in(helsinki(), Lang::Fr);
    press(&mut french, "Revenir chez soi");
}

#[test]
fn no_frame_with_100_000_elements_is_larger_than_the_bound() {
    let mut stage = Stage::driven(replica(100_000));
    let largest = Ceiling::largest(&stage.harness.ctx).unwrap();
    let marks = |stage: &Stage| {
        let shown = stage.harness.query_all(By::new().predicate(|node| node.role() == Role::Button));
        shown.count()
    };
    for zoom in [19.0, 2.0, 12.0, 3.0, 18.0, 2.5, 7.0, 15.0, 2.0] {
        stage.harness.state_mut().views().map.set_zoom(zoom);
        stage.harness.step();
        assert!(marks(&stage) < MARKS_MAX);
    }
    assert!(largest.vertices() > 1_000 && largest.vertices() <= VERTICES_MAX, "{}", largest.vertices());
    assert!(!Ceiling::take_cut(&stage.harness.ctx), "the views bound what they draw: nothing has to be cut");
}

/// A node that fails in a way that nobody thought of, as long as it is told to.
struct Faulty {
    node: Double,
    fails: Arc<AtomicBool>,
}

impl Backend for Faulty {
    fn send(&self, command: Command) -> Box<dyn Pending> {
        assert!(
            !(matches!(command, Command::Identity(api::Identity)) && self.fails.load(Ordering::Relaxed)),
            "a fault on purpose"
        );
        self.node.send(command)
    }
    fn overview(&self) -> Arc<Overview> {
        self.node.overview()
    }
}

fn faulty(lang: Lang, dark: bool, draw: bool) -> (Harness<'static, App>, Double, Arc<AtomicBool>) {
    let (node, fails) = (Double::new(helsinki()), Arc::new(AtomicBool::new(false)));
    let backend = Arc::new(Faulty { node: node.clone(), fails: fails.clone() });
    let theme = if dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    let preferences = Preferences { lang: Some(lang), theme, ..Preferences::default() };
    let mut builder = Harness::builder().with_size([1280.0, 800.0]).with_pixels_per_point(1.0).with_max_steps(40);
    builder = builder.with_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
    builder = builder.with_render_cursor(false).with_options(tolerance());
    if draw {
        builder = builder.wgpu();
    }
    let mut harness = builder.build_eframe(move |cc| {
        if let Some(state) = &cc.wgpu_render_state {
            communaut_gui::ui::map::install(state);
        }
        App::with(&cc.egui_ctx, backend, clock(), preferences, Decoding::AtOnce)
    });
    harness.run();
    (harness, node, fails)
}

fn go(harness: &mut Harness<'static, App>, keys: Key) {
    harness.key_press_modifiers(Modifiers::COMMAND, keys);
    harness.run();
}

/// A new version of the replica: pages ask anew.
fn next(node: &Double) {
    let mut replica = helsinki();
    overview(&mut replica).version = node.overview().version + 1;
    node.publish(replica);
}

#[test]
fn a_view_that_fails_is_said_and_nothing_typed_is_lost() {
    let (mut harness, node, fails) = faulty(Lang::En, false, false);
    let ctx = harness.ctx.clone();
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    harness.state_mut().act(&ctx, Action::Select(Some(garden)));
    harness.run();
    let field = harness.get_by_label("Write on this wall");
    field.focus();
    field.type_text("I bring two buckets.");
    harness.run();
    fails.store(true, Ordering::Relaxed);
    go(&mut harness, Key::Num6);
    harness.get_by_label("This part of the window failed");
    assert!(unnamed_in(&harness, "a fault").is_empty());
    // From it one gets anywhere.
    harness.get_by_role_and_label(Role::Button, "Map").click_accesskit();
    harness.run();
    let post = harness.get_by_role_and_label(Role::Button, "Post");
    post.click_accesskit();
    harness.run();
    let posted = node
        .sent()
        .into_iter()
        .any(|command| matches!(command, Command::Post(draft) if draft.text == "I bring two buckets."));
    assert!(posted, "what was typed before is still there");
    // And what failed can be asked for again.
    harness.state_mut().act(&ctx, Action::Go(Page::Map));
    next(&node);
    go(&mut harness, Key::Num6);
    harness.get_by_label("This part of the window failed");
    fails.store(false, Ordering::Relaxed);
    harness.get_by_role_and_label(Role::Button, "Try again").click_accesskit();
    harness.run();
    assert!(harness.query_by_label("This part of the window failed").is_none());
    harness.get_by_label("Appearance");
    assert!(node.sent().iter().any(|command| matches!(command, Command::Identity(api::Identity))));
}

#[test]
fn pictures_of_a_view_that_failed() {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix) in [(Lang::Fr, false, "fr_light"), (Lang::En, true, "en_dark")] {
        let (mut harness, _, fails) = faulty(lang, dark, true);
        fails.store(true, Ordering::Relaxed);
        go(&mut harness, Key::Num6);
        harness.snapshot(format!("mishap_{suffix}"));
        results.extend_harness(&mut harness);
    }
    results.unwrap();
}

fn in_trouble() -> Snapshot {
    let mut snapshot = helsinki();
    Arc::make_mut(&mut overview(&mut snapshot).store).troubles = troubles();
    snapshot
}

#[test]
fn what_is_wrong_with_the_store_is_said_on_every_page() {
    for (lang, first) in [
        (Lang::En, "This device’s disk takes nothing more"),
        (Lang::Fr, "Le disque de cet appareil n’accepte plus rien"),
    ] {
        let mut stage = Stage::driven_in(in_trouble(), lang);
        for page in PAGES.iter().map(|entry| entry.page) {
            stage.act(Action::Go(page));
            let said = stage.harness.query_all(By::new().predicate(|node| node.role() == Role::Status));
            let lines: Vec<String> = said.filter_map(|node| node.accesskit_node().label()).collect();
            assert_eq!(lines.len(), 3, "{page:?}: {lines:?}");
            assert!(lines[0].starts_with(first), "{page:?}: {lines:?}");
        }
    }
    let mut stage = Stage::driven(helsinki());
    assert!(stage.harness.query_by_label_contains("being mended").is_none());
    let mut mending = helsinki();
    overview(&mut mending).version += 1;
    overview(&mut mending).phase = Phase::Mending;
    stage.node.publish(mending);
    stage.harness.run();
    stage.harness.get_by_label_contains("What this device holds is being mended.");
}

#[test]
fn pictures_of_a_store_in_trouble() {
    let mut results = SnapshotResults::new();
    for (lang, dark, suffix) in [(Lang::Fr, false, "fr_light"), (Lang::En, true, "en_dark")] {
        let mut stage = Stage::drawn(in_trouble(), lang, dark);
        stage.harness.snapshot(format!("trouble_{suffix}"));
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}

#[test]
fn names_that_look_alike_have_a_part_of_their_id_beside_them() {
    let mut snapshot = helsinki();
    let real = snapshot.elements.values().find(|held| held.name == "Community garden Kumpula").unwrap().clone();
    // Cyrillic letters in the place of two of them.
    let mut forged = element(4_711, Kind::Organisation, "C\u{43e}mmunity g\u{430}rden Kumpula", real.position.unwrap());
    (forged.owner, forged.id) = (real.owner, ElementId([0x47; 32]));
    let forged_id: ElementId = forged.id;
    snapshot.elements.insert(forged_id, Arc::new(forged));
    let mut stage = Stage::driven(snapshot);
    type_into(&mut stage, "Search", "Kumpula");
    for id in [real.id, forged_id] {
        stage.harness.get_by_label_contains(&format!("Kumpula · {}, Organisation", id.short()));
    }
    stage.act(Action::Select(Some(forged_id)));
    let heading = format!("C\u{43e}mmunity g\u{430}rden Kumpula · {}", forged_id.short());
    stage.harness.get_by_role_and_label(Role::Heading, &heading);
    assert!(!sent(&stage, |command| matches!(command, Command::Search(_)).then_some(())).is_empty());
}

#[test]
fn signs_that_turn_text_around_turn_nothing_here() {
    // What is drawn stands in the order of its bytes, whatever stands between them: egui knows no direction.
    let ctx = egui::Context::default();
    let mut order = Vec::new();
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        let font = egui::FontId::proportional(14.0);
        let galley = ui.painter().layout_no_wrap("ab\u{202e}cd\u{2066}ef".to_owned(), font, egui::Color32::BLACK);
        order = galley.rows[0].glyphs.iter().map(|glyph| (glyph.chr, glyph.pos.x)).collect();
    });
    output.textures_delta.clear();
    let letters: String = order.iter().map(|(c, _)| *c).filter(char::is_ascii).collect();
    assert_eq!(letters, "abcdef");
    assert!(order.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{order:?}");
}
