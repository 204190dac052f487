//! What stands around a page: the pages to choose from, what goes on, what was said.

use super::{App, Fallen};
use crate::{
    logic::{Layout, format},
    ui::{
        tokens::{RADIUS, Tokens, space},
        widgets,
    },
    views::{ViewContext, mishap, rail},
};
use communaut_node::api::Phase;
use egui::{CentralPanel, Context, Frame, Margin, Panel, Ui};

impl App {
    pub(super) fn shell_ui(&mut self, ui: &mut Ui, tokens: &Tokens) {
        let mut actions = Vec::new();
        let (page, fallen) = (self.page, self.fallen);
        let mut again = false;
        let note = self.current_note(ui.ctx());
        let first_run = self.views.is_first_run(&self.overview);
        let loading = self.overview.phase == Phase::Loading;
        let (import, undo) = (self.overview.import.clone(), self.overview.undo.clone());
        let (mut cx, views) = self.context(tokens, &mut actions);
        if (loading && cx.overview.me.is_some()) || import.is_some() || undo.is_some() {
            let frame = Frame::new().fill(tokens.raised).inner_margin(Margin::symmetric(16, 6));
            Panel::bottom("notes").frame(frame).show(ui, |ui| {
                ui.horizontal(|ui| {
                    if loading {
                        ui.label(cx.t("loading"));
                    }
                    if let Some(import) = &import {
                        let read = usize::try_from(import.read).unwrap_or(usize::MAX);
                        ui.label(cx.tr("importing", &[("file", (&import.file).into()), ("read", read.into())]));
                    }
                    if let Some(undo) = &undo {
                        ui.label(format::undoing(cx.texts, undo));
                    }
                });
            });
        }
        if first_run {
            if loading && cx.overview.me.is_none() {
                loading_ui(ui, &cx);
            } else {
                CentralPanel::default().frame(Frame::new().fill(tokens.surface)).show(ui, |ui| {
                    views.first_run_ui(ui, &mut cx);
                });
            }
        } else {
            let frame = Frame::new().fill(tokens.rail);
            if cx.preferences.simple {
                // Five large choices are a page of their own.
            } else if Layout::of(ui.available_width()) == Layout::Narrow {
                let foot = Panel::bottom("foot").exact_size(rail::FOOT_HEIGHT).resizable(false).frame(frame);
                foot.show(ui, |ui| rail::foot_ui(ui, &mut cx, page));
            } else {
                let side = Panel::left("rail").exact_size(rail::WIDTH).resizable(false).frame(frame);
                side.show(ui, |ui| rail::rail_ui(ui, &mut cx, page));
            }
            if fallen == Fallen::Page {
                again = mishap::ui(ui, cx.texts, tokens);
            } else {
                views.page_ui(ui, &mut cx, page);
            }
        }
        if again {
            self.fallen = Fallen::Nothing;
        }
        if let Some(note) = note {
            note_ui(ui, tokens, &note);
        }
        let ctx = ui.ctx().clone();
        for action in actions {
            self.perform(&ctx, action);
        }
    }

    fn current_note(&mut self, ctx: &Context) -> Option<String> {
        let (words, until) = self.note.clone()?;
        let left = until - ctx.input(|input| input.time);
        if left <= 0.0 {
            self.note = None;
            return None;
        }
        ctx.request_repaint_after_secs(left as f32);
        Some(words)
    }
}

/// What was done, said over the window's lower edge; nothing moves for it.
fn note_ui(ui: &Ui, tokens: &Tokens, words: &str) {
    let area = egui::Area::new(egui::Id::unique("note")).order(egui::Order::Foreground).interactable(false);
    area.anchor(egui::Align2::CENTER_BOTTOM, [0.0, -space::XL]).show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(tokens.ink).corner_radius(RADIUS).inner_margin(Margin::symmetric(16, 10));
        frame.show(ui, |ui| {
            let response = ui.label(egui::RichText::new(words).color(tokens.surface));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, words));
        });
    });
}

fn loading_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    CentralPanel::default().frame(Frame::new().fill(cx.tokens.surface)).show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() / 3.0);
            widgets::title(ui, "Communaut");
            ui.add_space(space::S);
            ui.label(cx.t("loading"));
        });
    });
}
