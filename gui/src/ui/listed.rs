//! A list of any length, drawn so that no frame grows with it.

use super::widgets;
use crate::{locale::Texts, logic::format};
use egui::Ui;

/// Lines drawn before one asks for as many more: each is laid out in every frame.
pub const STEP: usize = 50;

/// Draw the first lines of a list, and how many more there are: a button shows as many again. `name` is the list's
/// own in its part of the window.
pub fn listed<T>(
    ui: &mut Ui,
    name: &str,
    texts: Texts,
    items: impl ExactSizeIterator<Item = T>,
    mut draw: impl FnMut(&mut Ui, T),
) {
    let id = ui.scope_id().with("listed").with(name);
    let shown = ui.data(|data| data.get_temp(id)).unwrap_or(STEP);
    let more = items.len().saturating_sub(shown);
    for item in items.take(shown) {
        draw(ui, item);
    }
    if more > 0 {
        let count = format::number(texts, more as u64);
        let words = texts.tr("and-more", &[("count", more.into()), ("shown", count.into())]);
        if widgets::secondary(ui, &words, true).clicked() {
            ui.data_mut(|data| data.insert_temp(id, shown.saturating_add(STEP)));
        }
    }
}
