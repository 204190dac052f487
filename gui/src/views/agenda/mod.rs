//! The view of the page "agenda".

use crate::{
    locale::Texts,
    logic::{Action, Answer, ViewContext},
    ui::widgets,
};
use egui::Ui;

/// The view's state.
#[derive(Default)]
pub struct AgendaView {}

impl AgendaView {
    /// Take an answer.
    pub fn answered(&mut self, _answer: &Answer, _texts: Texts, _actions: &mut Vec<Action>) {}

    /// Draw the page.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::page(ui, "agenda", 960.0, |ui| widgets::title(ui, &cx.t("page-agenda")));
    }
}
