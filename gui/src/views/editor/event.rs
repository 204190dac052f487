//! When an event takes place, and in which zone that is said.

use crate::{
    logic::draft::Form,
    ui::{
        tokens::space,
        widgets::{field, note},
    },
    views::ViewContext,
};
use egui::Ui;
use jiff::tz::{self, TimeZone};

/// Characters of a date or time as typed.
const MOMENT_CHARS_MAX: usize = 16;
/// Characters of a zone's name.
const ZONE_CHARS_MAX: usize = 64;
/// Zones proposed while a name is typed.
const ZONES_MAX: usize = 6;

/// Draw the dates.
pub fn event_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    ui.columns_const(|[left, right]| {
        let before = form.start_date.clone();
        field(left, &cx.t("event-start-date"), &mut form.start_date, "2026-09-12", MOMENT_CHARS_MAX);
        // The end follows the start, as long as it was the same day.
        if form.start_date != before && form.end_date == before {
            form.end_date.clone_from(&form.start_date);
        }
        field(right, &cx.t("event-start-time"), &mut form.start_time, "18:00", MOMENT_CHARS_MAX);
    });
    ui.columns_const(|[left, right]| {
        field(left, &cx.t("event-end-date"), &mut form.end_date, "2026-09-12", MOMENT_CHARS_MAX);
        field(right, &cx.t("event-end-time"), &mut form.end_time, "20:00", MOMENT_CHARS_MAX);
    });
    let response = field(ui, &cx.t("event-zone"), &mut form.zone, "Europe/Paris", ZONE_CHARS_MAX);
    if TimeZone::get(form.zone.trim()).is_ok() {
        return;
    }
    let typed = form.zone.trim().to_lowercase().replace(' ', "_");
    let wanted = |name: &str| !typed.is_empty() && name.to_lowercase().contains(&typed);
    let names: Vec<String> =
        tz::db().available().map(|name| name.to_string()).filter(|name| wanted(name)).take(ZONES_MAX).collect();
    if names.is_empty() {
        note(ui, cx.t("editor-bad-zone"));
    }
    for name in names {
        if ui.link(&name).clicked() {
            form.zone = name;
            response.surrender_focus();
        }
    }
    ui.add_space(space::XS);
}
