//! The month as a list, day by day.

use super::when_texts;
use crate::{
    logic::{Action, agenda::Event, format},
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets::{self, card},
    },
    views::ViewContext,
};
use egui::Ui;
use jiff::civil::Date;

/// Height of a name that is pressed, in points (WCAG 2.2, 2.5.8).
const LINE_HEIGHT: f32 = 24.0;

/// Draw the days with their events, so many events at the most. Returns whether one asked for more.
pub fn list_ui(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    events: &[Event],
    listed: &[(Date, Vec<usize>)],
    limit: usize,
) -> bool {
    let mut left = limit;
    for (date, of_day) in listed {
        if left == 0 {
            break;
        }
        if let Ok(at) = date.to_zoned_datetime(cx.clock.zone().clone()) {
            widgets::heading(ui, &format::capital(&format::day(cx.texts, &at)));
        }
        let shown = of_day.len().min(left);
        left -= shown;
        for event in of_day.iter().take(shown).filter_map(|index| events.get(*index)) {
            event_ui(ui, cx, event, *date);
            ui.add_space(space::S);
        }
        ui.add_space(space::S);
    }
    let all: usize = listed.iter().map(|(_, of_day)| of_day.len()).sum();
    let more = all.saturating_sub(limit);
    more > 0 && widgets::secondary(ui, &cx.tr("agenda-more", &[("count", more.into())]), true).clicked()
}

/// One event: when here, when there if its clocks show something else, and how again.
fn event_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, event: &Event, on: Date) {
    let tokens = cx.tokens;
    card(ui, tokens, |ui| {
        ui.spacing_mut().interact_size.y = LINE_HEIGHT;
        ui.horizontal_wrapped(|ui| {
            if ui.link(strong(&event.name, text::BODY)).clicked() {
                cx.act(Action::ShowOnMap(event.id));
            }
            if event.sample {
                widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("sample"));
            }
        });
        let (here, more) = when_texts(cx, event, on);
        ui.label(here);
        for words in more {
            widgets::note(ui, words);
        }
    });
}
