//! One day or a week, hour by hour.

use super::when_texts;
use crate::{
    logic::{
        Action,
        agenda::{Day, Event},
        format,
        lanes::{Block, DAY_MIN, at_height, blocks, moment_ms},
    },
    ui::{
        fonts::bold_id,
        tokens::{FOCUS_WIDTH, space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_protocol::op::Kind;
use egui::{Align2, FontId, Pos2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Height of an hour, in points.
const HOUR: f32 = 44.0;
/// Width of the hours' names, in points.
const GUTTER: f32 = 52.0;
/// Height of a line above the hours, in points.
const LINE: f32 = 24.0;
/// Events without hours that a day names; the others are counted.
const WHOLE_MAX: usize = 3;
/// The hour that is at the top at first.
const FIRST_HOUR: f32 = 7.0;
/// Corners of an event, in points.
const CORNER: u8 = 4;

/// What one asked for in the hours.
pub enum InHours {
    /// That day alone.
    Day(jiff::civil::Date),
    /// Something new, or one event at another time: from one moment to another, milliseconds since 1970 UTC.
    Plan(Option<usize>, i64, i64),
}

/// Draw days side by side. `anew`: another stretch than before, which begins at the usual hour.
pub fn hours_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, events: &[Event], days: &[&Day], anew: bool) -> Option<InHours> {
    let width = ((ui.available_width() - GUTTER - space::S) / days.len().max(1) as f32).floor();
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let mut asked = heads_ui(ui, cx, days, width);
    wholes_ui(ui, cx, events, days, width);
    ui.add_space(space::XS);
    let below = (ui.clip_rect().bottom() - space::XL - ui.cursor().top()).max(8.0 * HOUR);
    let mut area = ScrollArea::vertical().id_salt("hours").auto_shrink(false).max_height(below);
    if anew {
        area = area.vertical_scroll_offset((FIRST_HOUR - 0.25) * HOUR);
    }
    area.show(ui, |ui| {
        let size = vec2(GUTTER + width * days.len() as f32, 24.0 * HOUR);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        lines_ui(ui, cx, rect);
        let columns: Vec<Rect> = (0..days.len())
            .map(|at| {
                let left = rect.left() + GUTTER + width * at as f32;
                Rect::from_min_size(pos2(left, rect.top()), vec2(width - space::XS, rect.height()))
            })
            .collect();
        for (day, column) in days.iter().zip(&columns) {
            asked = drawn_ui(ui, cx, day, *column).or(asked.take());
            now_ui(ui, cx, day, *column);
            for block in blocks(day, events, cx.clock.zone()) {
                let Some(event) = events.get(block.event) else { continue };
                asked = block_ui(ui, cx, (event, &block), (day, *column), (days, &columns)).or(asked.take());
            }
        }
    });
    asked
}

/// The days' names, each a way to that day alone.
fn heads_ui(ui: &mut Ui, cx: &ViewContext<'_>, days: &[&Day], width: f32) -> Option<InHours> {
    let today = cx.clock.now_here().date();
    let mut asked = None;
    ui.horizontal(|ui| {
        ui.add_space(GUTTER);
        for day in days {
            let weekday = format::capital(&format::weekday(cx.texts, day.date.weekday().to_monday_zero_offset()));
            let name = format!("{weekday} {}", day.date.day());
            let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format::date(cx.texts, day.date)));
            let ink = if day.date == today { cx.tokens.accent } else { cx.tokens.ink };
            cut_text(ui, rect, &name, bold_id(text::SMALL), ink);
            ring(ui, cx, &response, rect);
            if days.len() > 1 && response.clicked() {
                asked = Some(InHours::Day(day.date));
            }
        }
    });
    asked
}

/// What lasts whole days, above the hours.
fn wholes_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, events: &[Event], days: &[&Day], width: f32) {
    let whole = |day: &Day| -> Vec<usize> {
        let of_day = day.events.iter().map(|touch| touch.event);
        of_day.filter(|at| events.get(*at).is_some_and(|event| event.days.is_some())).collect()
    };
    let most = days.iter().map(|day| whole(day).len()).max().unwrap_or(0).min(WHOLE_MAX + 1);
    for line in 0..most {
        ui.horizontal(|ui| {
            ui.add_space(GUTTER);
            for day in days {
                let of_day = whole(day);
                let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::click());
                let rest = of_day.len().saturating_sub(WHOLE_MAX);
                if line == WHOLE_MAX && rest > 0 {
                    let words = cx.tr("agenda-more", &[("count", rest.into())]);
                    cut_text(ui, rect, &words, FontId::proportional(text::TINY), cx.tokens.ink_soft);
                } else if let Some(event) = of_day.get(line).and_then(|at| events.get(*at)) {
                    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &event.name));
                    let shown = rect.with_max_x(rect.right() - space::XS).shrink2(vec2(0.0, 1.0));
                    event_box(ui, cx, shown, &event.name, &response);
                    if hover_ui(cx, response, event, day.date).clicked() {
                        cx.act(Action::ShowOnMap(event.id));
                    }
                }
            }
        });
    }
}

fn lines_ui(ui: &Ui, cx: &ViewContext<'_>, rect: Rect) {
    let tokens = cx.tokens;
    for hour in 0..24_i8 {
        let y = rect.top() + f32::from(hour) * HOUR;
        ui.painter().hline(rect.left() + GUTTER..=rect.right(), y, Stroke::new(1.0, tokens.line));
        let Ok(at) = cx.clock.now_here().date().at(hour, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC) else {
            continue;
        };
        if hour > 0 {
            let words = format::short_time(cx.texts, &at);
            let place = pos2(rect.left() + GUTTER - space::S, y);
            ui.painter().text(place, Align2::RIGHT_CENTER, words, FontId::proportional(text::TINY), tokens.ink_soft);
        }
    }
}

/// A line where it is now.
fn now_ui(ui: &Ui, cx: &ViewContext<'_>, day: &Day, column: Rect) {
    let now = cx.clock.now_here();
    if now.date() == day.date {
        let minutes = f32::from(now.hour()) * 60.0 + f32::from(now.minute());
        let y = column.top() + minutes / 60.0 * HOUR;
        ui.painter().hline(column.x_range(), y, Stroke::new(FOCUS_WIDTH, cx.tokens.danger));
        ui.painter().circle_filled(pos2(column.left(), y), 4.0, cx.tokens.danger);
    }
}

fn minutes_at(column: Rect, at: Pos2) -> u16 {
    at_height((at.y - column.top()) / column.height())
}

fn strip(column: Rect, from: u16, to: u16) -> Rect {
    let y = |minutes: u16| column.top() + f32::from(minutes) / f32::from(DAY_MIN) * column.height();
    Rect::from_x_y_ranges(column.x_range(), y(from)..=y(to))
}

/// A stretch drawn where nothing is yet: something new. With the keyboard, the button above does the same.
fn drawn_ui(ui: &Ui, cx: &ViewContext<'_>, day: &Day, column: Rect) -> Option<InHours> {
    let id = ui.scope_id().with(day.date.to_string());
    let response = ui.interact(column, id, Sense::drag());
    let begun: Option<Pos2> = ui.data(|data| data.get_temp(id));
    if response.drag_started() {
        let at = ui.input(|input| input.pointer.press_origin());
        ui.data_mut(|data| data.insert_temp(id, at.unwrap_or(column.min)));
        return None;
    }
    let (from, to) = begun.zip(response.interact_pointer_pos()).map(|(begun, at)| {
        let (one, other) = (minutes_at(column, begun), minutes_at(column, at));
        (one.min(other), one.max(other))
    })?;
    if response.dragged() {
        let rect = strip(column, from, to);
        ui.painter().rect_filled(rect, CORNER, cx.tokens.accent.gamma_multiply(0.2));
        ui.painter().rect_stroke(rect, CORNER, Stroke::new(FOCUS_WIDTH, cx.tokens.accent), StrokeKind::Inside);
    }
    if !response.drag_stopped() {
        return None;
    }
    ui.data_mut(|data| data.remove_temp::<Pos2>(id));
    let moment = |minutes| moment_ms(day.date, minutes, cx.clock.zone());
    (from < to).then(|| Some(InHours::Plan(None, moment(from)?, moment(to)?)))?
}

/// One event; one's own is moved by dragging it, to another day too.
fn block_ui(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    (event, block): (&Event, &Block),
    (day, column): (&Day, Rect),
    (days, columns): (&[&Day], &[Rect]),
) -> Option<InHours> {
    let lane = column.width() / block.lanes as f32;
    let left = column.left() + lane * block.lane as f32;
    let rect = strip(column, block.minutes.start, block.minutes.end);
    let rect = Rect::from_x_y_ranges(left..=left + lane - 2.0, rect.top() + 1.0..=rect.bottom() - 1.0);
    let id = ui.scope_id().with((block.event, day.date.to_string()));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let begin = cx.clock.here(event.start_ms).map(|at| format::short_time(cx.texts, &at)).unwrap_or_default();
    let label = format!("{begin} {}", event.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    event_box(ui, cx, rect, &label, &response);
    if response.drag_started() {
        // Where it was taken hold of: forgotten by the pointer when it is let go.
        let grabbed = ui.input(|input| input.pointer.press_origin()).map_or(0.0, |from| from.y - rect.top());
        ui.data_mut(|data| data.insert_temp(id, grabbed));
    }
    let grabbed: f32 = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let target = response.interact_pointer_pos().and_then(|at| {
        let column = columns.iter().position(|column| column.x_range().contains(at.x))?;
        let (day, column) = (days.get(column)?, columns.get(column)?);
        Some((day.date, minutes_at(*column, at - vec2(0.0, grabbed)), *column))
    });
    if let Some((_, minutes, column)) = target.filter(|_| response.dragged()) {
        let ghost = rect.translate(vec2(
            column.left() - column_left(rect, columns),
            strip(column, minutes, minutes).top() - rect.top(),
        ));
        ui.painter().rect_stroke(ghost, CORNER, Stroke::new(FOCUS_WIDTH, cx.tokens.accent), StrokeKind::Inside);
    }
    if let Some((date, minutes, _)) = target.filter(|_| response.drag_stopped()) {
        let start_ms = moment_ms(date, minutes, cx.clock.zone())?;
        let end_ms = start_ms.saturating_add(event.end_ms.saturating_sub(event.start_ms));
        return (start_ms != event.start_ms).then_some(InHours::Plan(Some(block.event), start_ms, end_ms));
    }
    if hover_ui(cx, response, event, day.date).clicked() {
        cx.act(Action::ShowOnMap(event.id));
    }
    None
}

fn column_left(rect: Rect, columns: &[Rect]) -> f32 {
    let own = columns.iter().find(|column| column.x_range().contains(rect.center().x));
    own.map_or(rect.left(), |column| column.left())
}

fn hover_ui(cx: &ViewContext<'_>, response: egui::Response, event: &Event, on: jiff::civil::Date) -> egui::Response {
    response.on_hover_ui(|ui| {
        let (here, more) = when_texts(cx, event, on);
        ui.label(&event.name);
        ui.label(here);
        for words in more {
            widgets::note(ui, words);
        }
    })
}

/// An event's box, in the colour of events.
fn event_box(ui: &Ui, cx: &ViewContext<'_>, rect: Rect, label: &str, response: &egui::Response) {
    let tokens = cx.tokens;
    ui.painter().rect_filled(rect, CORNER, tokens.tint(Kind::Event));
    let bar = rect.with_max_x(rect.left() + 3.0);
    ui.painter().rect_filled(bar, 1.5, tokens.mark(Kind::Event));
    ring(ui, cx, response, rect);
    let inside = rect.shrink2(vec2(space::S, 2.0));
    let mut job = egui::text::LayoutJob::simple(
        label.to_owned(),
        FontId::proportional(text::TINY),
        tokens.ink,
        inside.width().max(8.0),
    );
    job.wrap.max_rows = ((inside.height() / (text::TINY * 1.4)).floor() as usize).max(1);
    let galley = ui.painter().layout_job(job);
    ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())).galley(inside.min, galley, tokens.ink);
}

fn ring(ui: &Ui, cx: &ViewContext<'_>, response: &egui::Response, rect: Rect) {
    if response.has_focus() || response.hovered() {
        let width = if response.has_focus() { FOCUS_WIDTH } else { 1.0 };
        ui.painter().rect_stroke(rect, CORNER, Stroke::new(width, cx.tokens.accent), StrokeKind::Inside);
    }
}

fn cut_text(ui: &Ui, rect: Rect, words: &str, font: FontId, ink: egui::Color32) {
    let mut job = egui::text::LayoutJob::simple_singleline(words.to_owned(), font, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width((rect.width() - space::S).max(8.0));
    let galley = ui.painter().layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(rect.left() + space::XS, top), galley, ink);
}
