//! Shown in the place of a view that failed: nothing is lost, and there is a way on.

use crate::{
    locale::Texts,
    report,
    ui::{
        fonts::strong,
        icons::{self, Icon},
        tokens::{Tokens, space, text},
        widgets,
    },
};
use egui::{CentralPanel, Frame, Label, Margin, ScrollArea, Ui};

/// Width of the column, in points.
const WIDTH: f32 = 480.0;

/// Draw it. Whether one wants to see the view again.
pub fn ui(ui: &mut Ui, texts: Texts, tokens: &Tokens) -> bool {
    let frame = Frame::new().fill(tokens.surface).inner_margin(Margin::same(24));
    let shown = CentralPanel::default().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().id_salt("mishap").auto_shrink(false).show(ui, |ui| {
            let room = ui.available_rect_before_wrap();
            let side = ((room.width() - WIDTH) / 2.0).max(0.0);
            let middle = room.with_min_x(room.left() + side).with_max_x(room.right() - side);
            ui.scope_builder(egui::UiBuilder::new().max_rect(middle), |ui| content_ui(ui, texts, tokens)).inner
        })
    });
    shown.inner.inner
}

fn content_ui(ui: &mut Ui, texts: Texts, tokens: &Tokens) -> bool {
    ui.add_space(space::XXL);
    icons::show(ui, Icon::Warning, 32.0, tokens.notice);
    ui.add_space(space::S);
    let words = texts.t("mishap-title");
    let title = ui.add(Label::new(strong(&words, text::TITLE)).wrap());
    title.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, &words));
    ui.add(Label::new(texts.t("mishap-explain")).wrap());
    ui.add_space(space::S);
    let again = widgets::primary(ui, tokens, &texts.t("mishap-again"), true).clicked();
    if let Some(path) = report::last() {
        ui.add_space(space::L);
        widgets::note(ui, texts.t("mishap-report"));
        widgets::letters(ui, tokens, &path.display().to_string());
    }
    again
}
