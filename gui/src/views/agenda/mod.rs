//! Events of the shared selection, as a month and as a list.

use crate::{
    locale::Texts,
    logic::{
        Action, Answer, ViewContext,
        agenda::{self as model, Day, Event},
        format,
    },
    ui::{
        icons::Icon,
        tokens::{RADIUS, space, text},
        widgets::{self, card, chip},
    },
};
use communaut_protocol::op::Kind;
use egui::{Align, Button, Frame, Label, Layout, Margin, RichText, Stroke, Ui, Vec2};
use jiff::{civil::Date, tz::TimeZone};

/// Width of the page, in points: seven days that can be read.
const WIDTH_MAX: f32 = 1_040.0;
/// Height of a day, in points: its number and three events.
const DAY_HEIGHT: f32 = 96.0;
/// Height of an event in a day, in points.
const EVENT_HEIGHT: f32 = 18.0;
/// Events named in a day; the others are counted.
const DAY_EVENTS_MAX: usize = 3;

/// How events are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Month,
    List,
}

/// The page's state.
#[derive(Default)]
pub struct AgendaView {
    shape: Shape,
    /// The month shown; none: that of today.
    month: Option<Date>,
    /// The events of the selection, and of which generation of it.
    events: Vec<Event>,
    generation: Option<u64>,
}

impl AgendaView {
    /// Events come with the shared selection: nothing is asked here.
    pub fn answered(&mut self, _answer: &Answer, _texts: Texts, _actions: &mut Vec<Action>) {}

    /// Draw the page.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.generation != Some(cx.selection.generation) {
            self.generation = Some(cx.selection.generation);
            self.events = model::events(&cx.selection.hits());
        }
        let today = cx.clock.now_here().date();
        let month = self.month.unwrap_or(today);
        widgets::page(ui, "agenda", WIDTH_MAX, |ui| {
            self.bar_ui(ui, cx, month);
            ui.add_space(space::M);
            let zone = cx.clock.zone().clone();
            let listed = model::list(month, &self.events, &zone);
            match self.shape {
                Shape::Month => self.month_ui(ui, cx, month, today, &zone),
                Shape::List => self.list_ui(ui, cx, &listed, &zone),
            }
            if listed.is_empty() {
                let (what, next, button) = (cx.t("agenda-none"), cx.t("agenda-none-next"), cx.t("agenda-new"));
                if widgets::empty(ui, cx.tokens, Icon::Calendar, &what, &next, Some(&button)) {
                    cx.act(Action::New(Kind::Event));
                }
            }
        });
    }

    fn bar_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, month: Date) {
        let tokens = cx.tokens;
        ui.horizontal(|ui| {
            let name = format!("{} {}", format::month(cx.texts, month.month()), month.year());
            widgets::title(ui, &capitalised(&name));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if chip(ui, tokens, None, &cx.t("agenda-list"), self.shape == Shape::List).clicked() {
                    self.shape = Shape::List;
                }
                if chip(ui, tokens, None, &cx.t("agenda-month"), self.shape == Shape::Month).clicked() {
                    self.shape = Shape::Month;
                }
                ui.add_space(space::M);
                if widgets::sign_button(ui, "›", &cx.t("agenda-after")).clicked() {
                    self.month = Some(model::turned(month, 1));
                }
                if widgets::secondary(ui, &cx.t("agenda-today"), true).clicked() {
                    self.month = None;
                }
                if widgets::sign_button(ui, "‹", &cx.t("agenda-before")).clicked() {
                    self.month = Some(model::turned(month, -1));
                }
            });
        });
    }

    fn month_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>, month: Date, today: Date, zone: &TimeZone) {
        let width = ((ui.available_width() - 6.0 * space::XS) / 7.0).floor();
        ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
        ui.horizontal(|ui| {
            for day in 0..7 {
                ui.allocate_ui(Vec2::new(width, 18.0), |ui| {
                    ui.set_width(width);
                    let name = format::weekday(cx.texts, day);
                    ui.add(Label::new(RichText::new(name).small().color(cx.tokens.ink_soft)).truncate());
                });
            }
        });
        for week in model::month(month, &self.events, zone) {
            ui.horizontal(|ui| {
                for day in &week {
                    self.day_ui(ui, cx, day, today, width);
                }
            });
        }
    }

    fn day_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>, day: &Day, today: Date, width: f32) {
        let tokens = cx.tokens;
        let is_today = day.date == today;
        let fill = if day.in_month { tokens.raised } else { tokens.surface };
        // Edge and margin together are the same, so that today stands in line.
        let (edge, margin) =
            if is_today { (Stroke::new(2.0, tokens.accent), 3) } else { (Stroke::new(1.0, tokens.line), 4) };
        ui.allocate_ui(Vec2::new(width, DAY_HEIGHT), |ui| {
            Frame::new().fill(fill).stroke(edge).corner_radius(RADIUS).inner_margin(Margin::same(margin)).show(
                ui,
                |ui| {
                    ui.set_width(width - 10.0);
                    ui.set_height(DAY_HEIGHT - 10.0);
                    ui.vertical(|ui| {
                        let spacing = ui.spacing_mut();
                        spacing.item_spacing.y = 2.0;
                        spacing.interact_size.y = EVENT_HEIGHT;
                        spacing.button_padding = Vec2::new(space::XS, 0.0);
                        let number = RichText::new(day.date.day().to_string()).size(text::SMALL);
                        let ink = if day.in_month { tokens.ink } else { tokens.ink_soft };
                        ui.label(if is_today { number.strong().color(tokens.accent) } else { number.color(ink) });
                        for event in day.events.iter().take(DAY_EVENTS_MAX).filter_map(|index| self.events.get(*index))
                        {
                            let label = RichText::new(&event.name).size(text::SMALL).color(tokens.ink);
                            let button = Button::new(label)
                                .fill(tokens.selected)
                                .truncate()
                                .min_size(Vec2::new(width - 10.0, EVENT_HEIGHT));
                            let hover = format::span(cx.texts, event.start_ms, event.end_ms, cx.clock.zone());
                            if ui.add(button).on_hover_text(format!("{}\n{hover}", event.name)).clicked() {
                                cx.act(Action::ShowOnMap(event.id));
                            }
                        }
                        let more = day.events.len().saturating_sub(DAY_EVENTS_MAX);
                        if more > 0 {
                            widgets::note(ui, cx.tr("agenda-more", &[("count", more.into())]));
                        }
                    });
                },
            );
        });
    }

    fn list_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>, listed: &[(Date, Vec<usize>)], zone: &TimeZone) {
        for (date, events) in listed {
            if let Ok(at) = date.to_zoned_datetime(zone.clone()) {
                widgets::heading(ui, &capitalised(&format::day(cx.texts, &at)));
            }
            for event in events.iter().filter_map(|index| self.events.get(*index)) {
                event_ui(ui, cx, event);
                ui.add_space(space::S);
            }
            ui.add_space(space::S);
        }
    }
}

/// One event in the list: when here, and when there if its clocks show something else.
fn event_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, event: &Event) {
    let tokens = cx.tokens;
    card(ui, tokens, |ui| {
        ui.horizontal_wrapped(|ui| {
            if ui.link(RichText::new(&event.name).strong()).clicked() {
                cx.act(Action::ShowOnMap(event.id));
            }
            if event.sample {
                widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("sample"));
            }
        });
        let here = format::span(cx.texts, event.start_ms, event.end_ms, cx.clock.zone());
        ui.label(&here);
        let there = TimeZone::get(&event.zone).map(|zone| format::span(cx.texts, event.start_ms, event.end_ms, &zone));
        if let Ok(there) = there
            && there != here
        {
            widgets::note(ui, cx.tr("agenda-elsewhere", &[("span", there.into())]));
        }
    });
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
