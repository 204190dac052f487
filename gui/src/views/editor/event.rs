//! When an event takes place, in which zone that is said, and how it repeats.

use crate::{
    logic::{draft::Form, format, planned::Again},
    ui::{
        tokens::space,
        widgets::{field, name_combo, note},
    },
    views::ViewContext,
};
use egui::{ComboBox, RichText, Ui};
use jiff::tz::{self, TimeZone};

/// Characters of a date or time as typed.
const MOMENT_CHARS_MAX: usize = 16;
/// Characters of a zone's name.
const ZONE_CHARS_MAX: usize = 64;
/// Zones proposed while a name is typed.
const ZONES_MAX: usize = 6;

/// Draw the dates, the zone, and how it repeats.
pub fn event_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    ui.checkbox(&mut form.whole_days, cx.t("event-whole-days"));
    if form.whole_days {
        ui.columns_const(|[left, right]| {
            start_ui(left, cx, form);
            field(right, &cx.t("event-last-day"), &mut form.end_date, "2026-09-12", MOMENT_CHARS_MAX);
        });
    } else {
        ui.columns_const(|[left, right]| {
            start_ui(left, cx, form);
            field(right, &cx.t("event-start-time"), &mut form.start_time, "18:00", MOMENT_CHARS_MAX);
        });
        ui.columns_const(|[left, right]| {
            field(left, &cx.t("event-end-date"), &mut form.end_date, "2026-09-12", MOMENT_CHARS_MAX);
            field(right, &cx.t("event-end-time"), &mut form.end_time, "20:00", MOMENT_CHARS_MAX);
        });
    }
    again_ui(ui, cx, form);
    zone_ui(ui, cx, form);
}

/// The end follows the start, as long as it was the same day.
fn start_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    let before = form.start_date.clone();
    field(ui, &cx.t("event-start-date"), &mut form.start_date, "2026-09-12", MOMENT_CHARS_MAX);
    if form.start_date != before && form.end_date == before {
        form.end_date.clone_from(&form.start_date);
    }
}

/// How it takes place again, and until when.
fn again_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    let words = |again: &Again| match again {
        Again::Kept(repeat) => format::repeats(cx.texts, repeat, form.start_date.trim().parse().unwrap_or_default()),
        again => cx.t(again.key()),
    };
    let label = cx.t("event-again");
    let shown = words(&form.again);
    let mut offered: Vec<(Again, String)> =
        Again::ALL.into_iter().map(|again| (again.clone(), words(&again))).collect();
    if matches!(form.again, Again::Kept(_)) {
        offered.push((form.again.clone(), shown.clone()));
    }
    ui.label(RichText::new(&label).small());
    ui.add_space(-space::XS);
    let again = &mut form.again;
    let combo = ComboBox::from_id_salt("again").selected_text(&shown).width(ui.available_width()).truncate();
    let combo = combo.show_ui(ui, |ui| {
        for (one, words) in offered {
            ui.selectable_value(again, one, words);
        }
    });
    name_combo(&combo.response, &label, &shown);
    if form.again != Again::Never {
        field(ui, &cx.t("event-until"), &mut form.until, &cx.t("event-until-none"), MOMENT_CHARS_MAX);
    }
}

fn zone_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
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
