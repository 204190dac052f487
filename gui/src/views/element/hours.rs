//! Opening hours: whether it is open now, and the week to come.

use crate::{
    logic::format,
    ui::{
        fonts::{bold_id, strong},
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{HoursShown, OpenHours, times};
use communaut_protocol::{ElementId, fold::ElementView};
use egui::{Grid, Label, RichText, Ui};
use std::sync::Arc;

/// What was said last: shown while the next minute is asked for.
#[derive(Default)]
pub(super) struct Hours {
    shown: Option<(ElementId, String, Arc<HoursShown>)>,
}

impl Hours {
    /// Draw them, if there are any.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView) {
        let text = &element.opening_hours;
        if text.is_empty() {
            return;
        }
        widgets::term(ui, &cx.t("field-hours"));
        if let Some((now_ms, zone)) = cx.selection.now.clone()
            && let Some(value) = cx.read(OpenHours { id: element.id, now_ms, zone }).value
        {
            self.shown = Some((element.id, text.clone(), value));
        }
        let shown = self.shown.as_ref().filter(|(id, of, _)| *id == element.id && of == text);
        let Some((_, _, hours)) = shown.filter(|(_, _, hours)| hours.now.is_some() || !hours.week.is_empty()) else {
            ui.add(Label::new(text).wrap().selectable(true));
            return;
        };
        if let Some(now) = hours.now {
            let color = if now.open { cx.tokens.accent } else { cx.tokens.ink_soft };
            let words = format::capital(&format::opening(cx.texts, now, cx.clock));
            ui.add(Label::new(strong(words, text::BODY).color(color)).wrap()).on_hover_text(text);
        }
        if hours.week.is_empty() {
            return;
        }
        if !hours.zone.is_empty() {
            widgets::note(ui, cx.tr("event-there", &[("zone", hours.zone.as_str().into())]));
        }
        // Of the place's own clock.
        let today = hours.week.first().map(|day| day.day);
        Grid::new(("hours", element.id)).num_columns(2).spacing([space::L, 2.0]).min_row_height(0.0).show(ui, |ui| {
            for day in &hours.week {
                let Some(date) = times::date_of(day.day) else { continue };
                let weekday = format::weekday(cx.texts, date.weekday().to_monday_zero_offset());
                let weight = |words: String| {
                    let words = RichText::new(words).small();
                    if Some(day.day) == today {
                        words.font(bold_id(text::BODY))
                    } else {
                        words.color(cx.tokens.ink_soft)
                    }
                };
                ui.label(weight(format::capital(&weekday)));
                ui.label(weight(format::open_spans(cx.texts, &day.open)));
                ui.end_row();
            }
        });
    }
}
