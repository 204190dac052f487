//! "What can I do here": three things for each page.

use crate::{
    logic::Page,
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use egui::{Key, Label, Modifiers, RichText, Ui};

/// Width of the dialogue, in points.
const WIDTH: f32 = 420.0;

/// What one can do on a page, and what the page is called.
const fn of(page: Page) -> [&'static str; 3] {
    match page {
        Page::Map => ["help-map-1", "help-map-2", "help-map-3"],
        Page::Live => ["help-live-1", "help-live-2", "help-live-3"],
        Page::Agenda => ["help-agenda-1", "help-agenda-2", "help-agenda-3"],
        Page::Governance => ["help-governance-1", "help-governance-2", "help-governance-3"],
        Page::Network => ["help-network-1", "help-network-2", "help-network-3"],
        _ => ["help-settings-1", "help-settings-2", "help-settings-3"],
    }
}

/// Whether the keys were pressed that ask for it: F1, or "?" where nothing is being typed.
pub(super) fn asked(ui: &Ui) -> bool {
    let typing = ui.ctx().egui_wants_keyboard_input();
    ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::F1)
            || (!typing
                && (input.consume_key(Modifiers::NONE, Key::Questionmark)
                    || input.consume_key(Modifiers::SHIFT, Key::Questionmark)))
    })
}

/// Draw it. Whether it is to be closed.
pub(super) fn ui(ui: &Ui, cx: &ViewContext<'_>, page: Page) -> bool {
    let mut close = false;
    let leave = widgets::modal(ui, "help", WIDTH, |ui| {
        widgets::title(ui, &cx.t("help-title"));
        ui.add_space(space::S);
        for (number, key) in (1..).zip(of(page)) {
            ui.horizontal_top(|ui| {
                ui.label(RichText::new(format!("{number}.")).color(cx.tokens.accent));
                ui.add(Label::new(cx.t(key)).wrap());
            });
            ui.add_space(space::XS);
        }
        widgets::note(ui, cx.t("help-keys"));
        ui.add_space(space::S);
        close = widgets::primary(ui, cx.tokens, &cx.t("close"), true).clicked();
    });
    leave || close
}
