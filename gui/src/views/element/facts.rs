//! The fields of an element, and where the record comes from.

use super::hours::Hours;
use crate::{
    logic::{Action, format, tags},
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::times;
use communaut_protocol::{
    fold::ElementView,
    op::{Kind, When},
};
use egui::{Label, RichText, Ui};
use jiff::tz::TimeZone;

/// Coming days that are said to be left out: what is further ahead nobody plans with.
const EXCEPT_MAX: usize = 3;

/// Draw the fields that are filled in.
pub fn facts_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, element: &ElementView, hours: &mut Hours) {
    if let Some(when) = &element.when {
        when_ui(ui, cx, when);
    }
    if !element.description.is_empty() {
        ui.add(Label::new(&element.description).wrap().selectable(true));
        ui.add_space(space::S);
    }
    fact_ui(ui, &cx.t("field-address"), &element.address);
    hours.ui(ui, cx, element);
    for (key, value) in [("field-phone", &element.phone), ("field-email", &element.email)] {
        fact_ui(ui, &cx.t(key), value);
    }
    if !element.website.is_empty() {
        widgets::term(ui, &cx.t("field-website"));
        website_ui(ui, cx, &element.website);
    }
    if !element.tags.is_empty() {
        widgets::term(ui, &cx.t("field-tags"));
        widgets::chips(ui, |ui| {
            for shown in tags::shown(cx.texts, &element.tags) {
                if widgets::chip(ui, cx.tokens, None, &shown.label, false).clicked() {
                    cx.act(Action::SetText(shown.label));
                }
            }
        });
    }
    if let Some(parent) = element.parent.and_then(|id| cx.card(id)?.element.clone()) {
        widgets::term(ui, &cx.t("field-parent"));
        if ui.link(cx.called(parent.id, &parent.name)).clicked() {
            cx.act(Action::Select(Some(parent.id)));
        }
    }
    owner_ui(ui, cx, element);
    origin_ui(ui, cx, element);
}

fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    if !value.is_empty() {
        widgets::term(ui, name);
        ui.add(Label::new(value).wrap().selectable(true));
    }
}

/// When it takes place next, in the zone in which it was announced; and here, if that is another; and how again.
fn when_ui(ui: &mut Ui, cx: &ViewContext<'_>, when: &When) {
    let here = cx.clock.zone();
    let now_ms = cx.clock.now_ms();
    let time = times::next(when, now_ms, here).unwrap_or_else(|| times::first(when, here));
    let announced = TimeZone::get(&when.zone).ok();
    let zone = announced.as_ref().unwrap_or(here);
    let days = time.days.and_then(|(first, last)| Some((times::date_of(first)?, times::date_of(last)?)));
    let span = |zone: &TimeZone| format::span(cx.texts, time.start_ms, time.end_ms, zone);
    let words = days.map_or_else(|| span(zone), |days| format::days(cx.texts, days));
    ui.add(Label::new(strong(words, text::BODY)).wrap());
    let offset = |ms: i64, zone: &TimeZone| format::zoned(ms, zone).map(|at| at.offset());
    let differs = [time.start_ms, time.end_ms].iter().any(|ms| offset(*ms, zone) != offset(*ms, here));
    if days.is_none() && announced.is_some() && differs {
        widgets::note(ui, cx.tr("event-there", &[("zone", when.zone.as_str().into())]));
        widgets::note(ui, cx.tr("event-here", &[("span", span(here).into())]));
    }
    if let Some(repeat) = &when.repeat {
        let day = days.map(|(first, _)| first).or_else(|| Some(format::zoned(time.start_ms, zone)?.date()));
        if let Some(day) = day {
            widgets::note(ui, format::repeats(cx.texts, repeat, day));
        }
        let coming = repeat.except.iter().filter_map(|day| times::date_of(*day));
        let today = cx.clock.now_here().date();
        let coming: Vec<String> =
            coming.filter(|day| *day >= today).take(EXCEPT_MAX).map(|day| format::date(cx.texts, day)).collect();
        if !coming.is_empty() {
            widgets::note(ui, cx.tr("event-except", &[("days", coming.join(", ").into())]));
        }
    }
    ui.add_space(space::S);
}

/// A link is opened by the system's browser, and only if it is one of the web.
fn website_ui(ui: &mut Ui, cx: &ViewContext<'_>, website: &str) {
    let lower = website.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        ui.hyperlink_to(website, website).on_hover_text(cx.t("field-website-opens"));
    } else {
        ui.add(Label::new(website).wrap().selectable(true));
    }
}

fn owner_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, element: &ElementView) {
    if element.kind == Kind::Person && element.id == element.owner.into() {
        return;
    }
    widgets::term(ui, &cx.t("field-owner"));
    let name = if cx.overview.is_me(element.owner) { cx.t("owner-me") } else { cx.person(element.owner) };
    if cx.card(element.owner.into()).is_some_and(|card| card.element.is_some()) {
        if ui.link(name).clicked() {
            cx.act(Action::Select(Some(element.owner.into())));
        }
    } else {
        ui.label(name);
    }
}

fn origin_ui(ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView) {
    if let Some(from) = &element.provenance {
        widgets::term(ui, &cx.t("field-provenance"));
        ui.add(Label::new(format!("{} · {}", from.source, from.id)).wrap());
        if !from.licence.is_empty() {
            ui.add(Label::new(RichText::new(&from.licence).small().weak()).wrap());
        }
    }
}
