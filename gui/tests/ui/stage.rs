//! A window on a replica built by code, with a clock that stands still.

use communaut_gui::{
    app::App,
    fixture::{Double, clock},
    locale::Lang,
    logic::{Preferences, ThemeChoice},
    ui::map::Decoding,
};
use communaut_node::api::{Command, Snapshot};
use egui::accesskit::Role;
use egui_kittest::{Harness, SnapshotOptions, kittest::Queryable};
use std::sync::Arc;

/// A window and the node's double behind it.
pub struct Stage {
    pub harness: Harness<'static, App>,
    pub node: Double,
}

pub const USUAL: [f32; 2] = [1280.0, 800.0];
/// The smallest that a picture is made of.
pub const SMALL: [f32; 2] = [800.0, 600.0];

/// Renderers round differently from machine to machine: a pixel counts as another from a distance on, and so many may
/// be: less than a changed letter. Between two versions of lavapipe none was.
const FAILED_PIXELS_MAX: usize = 12;

/// How pictures are compared.
pub fn tolerance() -> SnapshotOptions {
    SnapshotOptions::new().threshold(1.5).max_failed_pixels(FAILED_PIXELS_MAX).output_path("tests/snapshots")
}

/// Press the button of a name.
pub fn press(stage: &mut Stage, label: &str) {
    stage.harness.get_by_role_and_label(Role::Button, label).click_accesskit();
    stage.harness.run();
}

/// Type into the field of a name.
pub fn type_into(stage: &mut Stage, label: &str, text: &str) {
    let field = stage.harness.get_by_label(label);
    field.focus();
    field.type_text(text);
    stage.harness.run();
}

/// Of what the window has asked of the node, what is looked for.
pub fn sent<T>(stage: &Stage, which: impl Fn(Command) -> Option<T>) -> Vec<T> {
    stage.node.sent().into_iter().filter_map(which).collect()
}

fn build(snapshot: Snapshot, lang: Lang, dark: bool, size: [f32; 2], draw: bool) -> Stage {
    let node = Double::new(snapshot);
    let backend = Arc::new(node.clone());
    let theme = if dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    let preferences = Preferences { lang: Some(lang), theme, ..Preferences::default() };
    let mut builder = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(1.0)
        .with_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light })
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_options(tolerance());
    if draw {
        builder = builder.wgpu();
    }
    let harness = builder.build_eframe(move |cc| {
        if let Some(state) = &cc.wgpu_render_state {
            communaut_gui::ui::map::install(state);
        }
        App::with(&cc.egui_ctx, backend, clock(), preferences, Decoding::AtOnce)
    });
    let mut stage = Stage { harness, node };
    stage.harness.run();
    stage
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A double that says yes to everything would prove nothing.
        let unknown = self.node.unknown();
        assert!(
            unknown.is_empty() || std::thread::panicking(),
            "the double was asked what it does not know: {unknown:?}"
        );
    }
}

impl Stage {
    /// To be looked at.
    pub fn drawn(snapshot: Snapshot, lang: Lang, dark: bool) -> Self {
        build(snapshot, lang, dark, USUAL, true)
    }
    /// To be looked at, of another size.
    pub fn sized(snapshot: Snapshot, lang: Lang, size: [f32; 2]) -> Self {
        build(snapshot, lang, false, size, true)
    }
    /// To be looked at, in a theme and of a size.
    pub fn at(snapshot: Snapshot, lang: Lang, dark: bool, size: [f32; 2]) -> Self {
        build(snapshot, lang, dark, size, true)
    }
    /// To be driven: nothing is rendered.
    pub fn driven(snapshot: Snapshot) -> Self {
        build(snapshot, Lang::En, false, USUAL, false)
    }
    /// To be driven, in a language.
    pub fn driven_in(snapshot: Snapshot, lang: Lang) -> Self {
        build(snapshot, lang, false, USUAL, false)
    }
    /// Do what a view would ask, and let it settle.
    pub fn act(&mut self, action: communaut_gui::logic::Action) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().act(&ctx, action);
        self.harness.run();
    }
}
