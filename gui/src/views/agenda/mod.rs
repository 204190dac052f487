//! Events of the shared selection: a day, a week, a month, a list.

mod hours;
mod list;
mod month;

use crate::{
    logic::{
        Action, Layout,
        agenda::{self as model, Day, Event},
        format,
    },
    ui::{
        icons::Icon,
        tokens::space,
        widgets::{self, card},
    },
    views::{View, ViewContext},
};
use communaut_protocol::{ElementId, op::Kind};
use egui::{Align, Label, RichText, Ui};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

/// Width of the page, in points: seven days that can be read.
const WIDTH_MAX: f32 = 1_040.0;
/// Events that the list shows before one asks for as many more: each is laid out in every frame.
const LIST_STEP: usize = 100;

/// How events are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Day,
    Week,
    Month,
    List,
}

impl Shape {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Day, "agenda-day"),
        (Self::Week, "agenda-week"),
        (Self::Month, "agenda-month"),
        (Self::List, "agenda-list"),
    ];

    /// So much before or after.
    fn turned(self, day: Date, by: i64) -> Date {
        match self {
            Self::Day => day.saturating_add(by.days()),
            Self::Week => day.saturating_add((7 * by).days()),
            Self::Month | Self::List => model::turned(day, by),
        }
    }
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
    /// None: what the window has room for.
    shape: Option<Shape>,
    /// A day of what is shown; none: today.
    day: Option<Date>,
    shown: Shown,
    /// Events that the list shows.
    limit: usize,
    /// Which hours are on the screen: others begin at the usual hour.
    hours: Option<(Shape, Date)>,
}

impl Default for AgendaView {
    fn default() -> Self {
        Self { shape: None, day: None, shown: Shown::default(), limit: LIST_STEP, hours: None }
    }
}

impl View for AgendaView {
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let today = cx.clock.now_here().date();
        let day = self.day.unwrap_or(today);
        let narrow = Layout::of(ui.ctx().content_rect().width()) == Layout::Narrow;
        let usual = if narrow { Shape::List } else { Shape::Month };
        // Seven days side by side cannot be read in a narrow window.
        let shape = self.shape.filter(|shape| !narrow || matches!(shape, Shape::Day | Shape::List)).unwrap_or(usual);
        self.compute(cx, day.first_of_month());
        widgets::page(ui, "agenda", WIDTH_MAX, |ui| {
            self.bar_ui(ui, cx, day, shape, narrow);
            ui.add_space(space::M);
            let nothing = self.shown.listed.is_empty();
            match shape {
                Shape::Month => {
                    if nothing {
                        nothing_ui(ui, cx);
                    }
                    let unfolded = month::month_ui(ui, cx, &self.shown.events, &self.shown.weeks, today);
                    if unfolded {
                        self.shape = Some(Shape::List);
                    }
                }
                Shape::Day | Shape::Week => self.hours_ui(ui, cx, day, shape),
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

    /// A day, or the week in which it lies.
    fn hours_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, day: Date, shape: Shape) {
        let week = self.shown.weeks.iter().find(|week| week.iter().any(|of_week| of_week.date == day));
        let days: Vec<&Day> =
            week.into_iter().flatten().filter(|of_week| shape == Shape::Week || of_week.date == day).collect();
        let Some(first) = days.first() else { return };
        let here = (shape, first.date);
        let anew = self.hours != Some(here);
        let asked = hours::hours_ui(ui, cx, &self.shown.events, &days, anew);
        self.hours = Some(here);
        match asked {
            Some(hours::InHours::Day(day)) => (self.shape, self.day) = (Some(Shape::Day), Some(day)),
            Some(hours::InHours::Plan(event, start_ms, end_ms)) => {
                let id = event.and_then(|at| self.shown.events.get(at)).map(|event| event.id);
                plan(cx, id, start_ms, end_ms);
            }
            None => {}
        }
    }

    fn bar_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, day: Date, shape: Shape, narrow: bool) {
        let title = |ui: &mut Ui, cx: &ViewContext<'_>| {
            let name = match shape {
                Shape::Day => format::date(cx.texts, day),
                _ => format!("{} {}", format::month(cx.texts, day.month()), day.year()),
            };
            widgets::title(ui, &format::capital(&name));
        };
        if narrow {
            title(ui, cx);
        }
        ui.horizontal(|ui| {
            if !narrow {
                title(ui, cx);
            }
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                if widgets::icon_button(ui, cx.tokens, Icon::Plus, &cx.t("agenda-new")).clicked() {
                    cx.act(Action::New(Kind::Event));
                }
                ui.add_space(space::S);
                for (offered, key) in Shape::ALL.into_iter().rev() {
                    let fits = !narrow || matches!(offered, Shape::Day | Shape::List);
                    if fits && widgets::choice(ui, cx.tokens, &cx.t(key), offered == shape).clicked() {
                        self.shape = Some(offered);
                    }
                }
                ui.add_space(space::S);
                if widgets::sign_button(ui, "›", &cx.t("agenda-after")).clicked() {
                    self.day = Some(shape.turned(day, 1));
                }
                if !narrow && widgets::secondary(ui, &cx.t("agenda-today"), true).clicked() {
                    self.day = None;
                }
                if widgets::sign_button(ui, "‹", &cx.t("agenda-before")).clicked() {
                    self.day = Some(shape.turned(day, -1));
                }
            });
        });
    }
}

/// Something new at a time, or what is one's own at another: the editor opens, and nothing is written before it is
/// saved.
fn plan(cx: &mut ViewContext<'_>, id: Option<ElementId>, start_ms: i64, end_ms: i64) {
    let Some(id) = id else { return cx.act(Action::Plan(None, start_ms, end_ms)) };
    let hits = cx.selection.hits();
    let Some(element) = hits.iter().map(|hit| &hit.element).find(|element| element.id == id) else { return };
    if !cx.overview.is_me(element.owner) {
        return cx.notify(cx.t("agenda-not-yours"));
    }
    if element.when.as_ref().is_some_and(|when| when.repeat.is_some()) {
        return cx.notify(cx.t("agenda-repeats"));
    }
    cx.act(Action::Plan(Some(element.clone()), start_ms, end_ms));
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
