//! The month as a grid of days.

use super::when_texts;
use crate::{
    logic::{
        Action,
        agenda::{Day, Event, Touch},
        format,
    },
    ui::{
        fonts::bold_id,
        tokens::{RADIUS, space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_protocol::op::Kind;
use egui::{Button, CornerRadius, Frame, Label, Margin, RichText, Stroke, Ui, Vec2};
use jiff::civil::Date;

/// The least height of a day, in points: its number and three events. Where the window has room, days are higher.
const DAY_HEIGHT_MIN: f32 = 96.0;
/// The most height of a day, in points: beyond it an empty month is mere emptiness.
const DAY_HEIGHT_MAX: f32 = 160.0;
/// Height of a day's number and of an event in it, in points.
const LINE_HEIGHT: f32 = 18.0;
/// Between lines of a day, in points.
const LINE_GAP: f32 = 2.0;
/// Edge and margin of a day together, in points; the same for all, so that today stands in line.
const DAY_INSET: i8 = 5;

/// Draw the weeks. Returns whether one asked for the events that no day has room for.
pub fn month_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, events: &[Event], weeks: &[Vec<Day>], today: Date) -> bool {
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
    let size = Vec2::new(width, day_height(ui, weeks.len()));
    let mut unfolded = false;
    for week in weeks {
        ui.horizontal(|ui| {
            for day in week {
                unfolded |= day_ui(ui, cx, events, day, day.date == today, size);
            }
        });
    }
    unfolded
}

/// What the window has room for, in points.
fn day_height(ui: &Ui, weeks: usize) -> f32 {
    let below = ui.clip_rect().bottom() - space::XL - ui.cursor().top();
    let each = below / weeks.max(1) as f32 - space::XS;
    each.floor().clamp(DAY_HEIGHT_MIN, DAY_HEIGHT_MAX)
}

/// How many events a day of a height can name; the others are counted.
fn events_max(height: f32) -> usize {
    let lines = (height - 2.0 * f32::from(DAY_INSET)) / (LINE_HEIGHT + LINE_GAP);
    (lines as usize).saturating_sub(1)
}

fn day_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, events: &[Event], day: &Day, is_today: bool, size: Vec2) -> bool {
    let tokens = cx.tokens;
    let fill = if day.in_month { tokens.raised } else { tokens.surface };
    let edge = if is_today { Stroke::new(2.0, tokens.accent) } else { Stroke::new(1.0, tokens.line) };
    let margin = DAY_INSET - edge.width as i8;
    let inside = size - Vec2::splat(2.0 * f32::from(DAY_INSET));
    let frame = Frame::new().fill(fill).stroke(edge).corner_radius(RADIUS).inner_margin(Margin::same(margin));
    let named = events_max(size.y);
    let mut unfolded = false;
    ui.allocate_ui(size, |ui| {
        frame.show(ui, |ui| {
            ui.set_width(inside.x);
            ui.set_height(inside.y);
            ui.vertical(|ui| {
                let spacing = ui.spacing_mut();
                spacing.item_spacing.y = LINE_GAP;
                spacing.interact_size.y = LINE_HEIGHT;
                spacing.button_padding = Vec2::new(space::XS, 0.0);
                let number = RichText::new(day.date.day().to_string()).size(text::TINY);
                let ink = if day.in_month { tokens.ink } else { tokens.ink_soft };
                let number =
                    if is_today { number.font(bold_id(text::TINY)).color(tokens.accent) } else { number.color(ink) };
                ui.horizontal(|ui| {
                    ui.label(number);
                    let more = day.events.len().saturating_sub(named);
                    if more > 0 {
                        let words = RichText::new(cx.tr("agenda-more", &[("count", more.into())])).size(text::TINY);
                        unfolded = ui.link(words).clicked();
                    }
                });
                for touch in day.events.iter().take(named) {
                    if let Some(event) = events.get(touch.event) {
                        event_ui(ui, cx, event, (day.date, *touch), inside.x);
                    }
                }
            });
        });
    });
    unfolded
}

/// An event in a day: when it begins, where it does and has hours, and its name. What goes on over several days has no
/// corner between them.
fn event_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, event: &Event, (on, touch): (Date, Touch), width: f32) {
    const CORNER: u8 = 4;
    let tokens = cx.tokens;
    let begin = cx.clock.here(event.start_ms).filter(|_| touch.begins && event.days.is_none());
    let label = match begin {
        Some(at) => format!("{} {}", format::short_time(cx.texts, &at), event.name),
        None => event.name.clone(),
    };
    let (west, east) = (if touch.begins { CORNER } else { 0 }, if touch.ends { CORNER } else { 0 });
    let button = Button::new(RichText::new(label).size(text::TINY).color(tokens.ink))
        .fill(tokens.tint(Kind::Event))
        .corner_radius(CornerRadius { nw: west, sw: west, ne: east, se: east })
        .truncate()
        .min_size(Vec2::new(width, LINE_HEIGHT));
    let response = ui.add(button);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &event.name));
    let response = response.on_hover_ui(|ui| {
        let (here, more) = when_texts(cx, event, on);
        ui.label(&event.name);
        ui.label(here);
        for words in more {
            widgets::note(ui, words);
        }
    });
    if response.clicked() {
        cx.act(Action::ShowOnMap(event.id));
    }
}
