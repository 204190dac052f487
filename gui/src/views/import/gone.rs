//! What files have no longer, by data set, and closing it in one step.

use crate::{
    logic::{Asked, Commands, format},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{CloseGone, GoneFrom};
use egui::Ui;
use std::collections::BTreeMap;

/// Data sets that are offered at once: whoever has more closes these first.
const SOURCES_SHOWN_MAX: usize = 4;

/// The list of what has gone, and what is asked of it.
#[derive(Default)]
pub(super) struct GoneView {
    by_source: BTreeMap<String, usize>,
    looking: Asked<GoneFrom>,
    closing: Asked<CloseGone>,
}

impl GoneView {
    /// Look at what has gone.
    pub(super) fn look(&mut self, commands: &Commands) {
        self.looking.send(commands, GoneFrom::default());
    }

    pub(super) fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.looking.take() {
            Some(Ok(list)) => {
                self.by_source.clear();
                for gone in list.first {
                    *self.by_source.entry(gone.source).or_default() += 1;
                }
            }
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
        match self.closing.take() {
            Some(Ok(closed)) => {
                cx.notify(cx.tr("import-closed", &[("count", format::number(cx.texts, closed.closed).into())]));
                self.look(cx.commands);
            }
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw a button for each data set of which something has gone.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let free = !self.closing.is_under_way() && !self.looking.is_under_way();
        let mut wanted = None;
        for (source, count) in self.by_source.iter().take(SOURCES_SHOWN_MAX) {
            ui.add_space(space::XS);
            let count = format::number(cx.texts, *count as u64);
            let label = cx.tr("import-close-gone", &[("count", count.into()), ("source", source.into())]);
            if widgets::secondary(ui, &label, free).clicked() {
                wanted = Some(source.clone());
            }
        }
        if let Some(source) = wanted {
            self.closing.send(cx.commands, CloseGone { source });
        }
    }
}
