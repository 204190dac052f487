//! Events of the shared selection, as a month and as a list.

mod list;
mod month;

use crate::{
    logic::{
        Action,
        agenda::{self as model, Day, Event},
        format,
    },
    ui::{
        icons::Icon,
        tokens::space,
        widgets::{self, card, chip},
    },
    views::{View, ViewContext},
};
use communaut_protocol::op::Kind;
use egui::{Align, Label, Layout, RichText, Ui};
use jiff::{civil::Date, tz::TimeZone};

/// Width of the page, in points: seven days that can be read.
const WIDTH_MAX: f32 = 1_040.0;
/// Events that the list shows before one asks for as many more: each is laid out in every frame.
const LIST_STEP: usize = 100;

/// How events are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Month,
    List,
}

/// What was computed for a month, and from what.
#[derive(Default)]
struct Shown {
    /// Generation of the selection, and month.
    of: Option<(u64, Date)>,
    /// What takes place in its weeks.
    events: Vec<Event>,
    weeks: Vec<Vec<Day>>,
    listed: Vec<(Date, Vec<usize>)>,
}

/// The page's state.
pub struct AgendaView {
    shape: Shape,
    /// The month shown; none: that of today.
    month: Option<Date>,
    shown: Shown,
    /// Events that the list shows.
    limit: usize,
}

impl Default for AgendaView {
    fn default() -> Self {
        Self { shape: Shape::default(), month: None, shown: Shown::default(), limit: LIST_STEP }
    }
}

impl View for AgendaView {
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let today = cx.clock.now_here().date();
        let month = self.month.unwrap_or(today).first_of_month();
        self.compute(cx, month);
        widgets::page(ui, "agenda", WIDTH_MAX, |ui| {
            self.bar_ui(ui, cx, month);
            ui.add_space(space::M);
            let nothing = self.shown.listed.is_empty();
            match self.shape {
                Shape::Month => {
                    if nothing {
                        nothing_ui(ui, cx);
                    }
                    let unfolded = month::month_ui(ui, cx, &self.shown.events, &self.shown.weeks, today);
                    if unfolded {
                        self.shape = Shape::List;
                    }
                }
                Shape::List if nothing => nothing_ui(ui, cx),
                Shape::List => {
                    if list::list_ui(ui, cx, &self.shown.events, &self.shown.listed, self.limit) {
                        self.limit = self.limit.saturating_add(LIST_STEP);
                    }
                }
            }
        });
    }
}

impl AgendaView {
    /// Only what changed is computed again: a selection may hold many thousand events.
    fn compute(&mut self, cx: &ViewContext<'_>, month: Date) {
        let generation = cx.selection.generation;
        if self.shown.of != Some((generation, month)) {
            if self.shown.of.is_none_or(|(_, before)| before != month) {
                self.limit = LIST_STEP;
            }
            let zone = cx.clock.zone();
            let events = model::planned(&cx.selection.hits(), month, zone);
            self.shown = Shown {
                of: Some((generation, month)),
                weeks: model::month(month, &events, zone),
                listed: model::list(month, &events, zone),
                events,
            };
        }
    }

    fn bar_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, month: Date) {
        let tokens = cx.tokens;
        ui.horizontal(|ui| {
            let name = format!("{} {}", format::month(cx.texts, month.month()), month.year());
            widgets::title(ui, &format::capital(&name));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::icon_button(ui, tokens, Icon::Plus, &cx.t("agenda-new")).clicked() {
                    cx.act(Action::New(Kind::Event));
                }
                ui.add_space(space::S);
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
}

/// Nothing in this month: why that may be, and what to do.
fn nothing_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    card(ui, cx.tokens, |ui| {
        widgets::heading(ui, &cx.t("agenda-none"));
        let filtered = cx.selection.is_filtered();
        let why = cx.t(if filtered { "agenda-none-filtered" } else { "agenda-none-next" });
        ui.add(Label::new(RichText::new(why).color(cx.tokens.ink_soft)).wrap());
        ui.add_space(space::XS);
        ui.horizontal_wrapped(|ui| {
            if filtered && widgets::primary(ui, cx.tokens, &cx.t("nothing-filtered-button"), true).clicked() {
                cx.act(Action::ClearFilters);
            }
            let label = cx.t("agenda-none-new");
            let add = if filtered {
                widgets::secondary(ui, &label, true)
            } else {
                widgets::primary(ui, cx.tokens, &label, true)
            };
            if add.clicked() {
                cx.act(Action::New(Kind::Event));
            }
            if widgets::secondary(ui, &cx.t("agenda-none-widen"), true).clicked() {
                cx.act(Action::OpenTerritories);
            }
        });
    });
    ui.add_space(space::M);
}

/// What there is to say of when an event takes place, under the heading of a day: here; on the clocks of the place
/// where they show another time; and how it takes place again.
fn when_texts(cx: &ViewContext<'_>, event: &Event, on: Date) -> (String, Vec<String>) {
    let zone = cx.clock.zone();
    let here = match event.days {
        Some(days) => format::days_on(cx.texts, on, days),
        None => format::span_on(cx.texts, on, event.start_ms, event.end_ms, zone),
    };
    let there = model::elsewhere(event, zone).map(|zone| {
        let span = format::span_on(cx.texts, on, event.start_ms, event.end_ms, &zone);
        cx.tr("agenda-elsewhere", &[("span", span.into()), ("zone", (&event.zone).into())])
    });
    let again = event.repeat.as_ref().map(|repeat| {
        let first = model::days(event, &TimeZone::get(&event.zone).unwrap_or(TimeZone::UTC));
        format::repeats(cx.texts, repeat, first.map_or(on, |(first, _)| first))
    });
    (here, there.into_iter().chain(again).collect())
}
