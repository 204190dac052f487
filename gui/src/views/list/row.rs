//! One line of the list.

use super::kept::Fresh;
use crate::{
    logic::{format, keys, tags},
    ui::{
        fonts::bold_id,
        icons::{self, Icon},
        tokens::{FOCUS_WIDTH, RADIUS, space, text},
        widgets::accent_bar,
    },
    views::ViewContext,
};
use communaut_node::api::{AddressFound, Hit, How, Why, times};
use communaut_protocol::op::When;
use egui::{Align2, Color32, FontId, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Height of a line, in points: all the same, so that only those in sight are laid out.
pub const HEIGHT: f32 = 56.0;

/// Draw one line.
pub fn row_ui(ui: &mut Ui, cx: &ViewContext<'_>, hit: &Hit, open: bool, fresh: Option<Fresh>) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    let tokens = cx.tokens;
    let element = &hit.element;
    let (under, mut called) = (under(cx, hit, fresh), cx.called(element.id, &element.name));
    if let Some(other) = &hit.called {
        called = format!("{called} ({})", other.name);
    }
    response.widget_info(|| {
        let label = format!("{called}, {under}");
        WidgetInfo::selected(Role::ListItem, true, open, label)
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let inside = rect.shrink2(vec2(0.0, 2.0));
    let painter = ui.painter();
    if open {
        painter.rect_filled(inside, RADIUS, tokens.selected);
        accent_bar(painter, inside, tokens);
    } else if response.hovered() {
        painter.rect_filled(inside, RADIUS, tokens.hover);
    }
    if response.has_focus() {
        painter.rect_stroke(inside, RADIUS, Stroke::new(FOCUS_WIDTH, tokens.accent), egui::StrokeKind::Inside);
    }
    let mark = pos2(rect.left() + 20.0, rect.center().y);
    painter.circle_filled(mark, 14.0, tokens.mark(element.kind));
    icons::paint(painter, Icon::from(element.kind), Rect::from_center_size(mark, Vec2::splat(16.0)), tokens.on_mark);

    let distance = hit.distance_m.map(|metres| format::distance(cx.texts, metres)).unwrap_or_default();
    let right = painter.text(
        rect.right_center() - vec2(space::S, 9.0),
        Align2::RIGHT_CENTER,
        distance,
        FontId::proportional(text::SMALL),
        tokens.ink_soft,
    );
    let left = rect.left() + 42.0;
    let room = right.left() - space::S - left;
    line(ui, &called, pos2(left, rect.center().y - 10.0), room, bold_id(text::BODY), tokens.ink);
    let mut width = rect.right() - space::S - left;
    if element.scope.is_closed() {
        // What it means stands in the line itself.
        let lock =
            Rect::from_center_size(pos2(rect.right() - space::S - 7.0, rect.center().y + 10.0), Vec2::splat(14.0));
        icons::paint(painter, Icon::Lock, lock, tokens.accent);
        width -= 14.0 + space::S;
    }
    line(ui, &under, pos2(left, rect.center().y + 11.0), width, FontId::proportional(text::SMALL), tokens.ink_soft);
    response
}

/// Draw a door or a street of a street map.
pub fn address_ui(ui: &mut Ui, cx: &ViewContext<'_>, found: &AddressFound) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    let tokens = cx.tokens;
    let what = cx.t(match (found.exact, found.beside) {
        (true, _) => "found-door",
        (false, true) => "found-beside",
        (false, false) => "found-street",
    });
    let under = format!("{what} · {}", cx.tr("found-in-map", &[("map", (&found.map).into())]));
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{}, {under}", found.name)));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let inside = rect.shrink2(vec2(0.0, 2.0));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(inside, RADIUS, tokens.hover);
    }
    if response.has_focus() {
        painter.rect_stroke(inside, RADIUS, Stroke::new(FOCUS_WIDTH, tokens.accent), egui::StrokeKind::Inside);
    }
    // No mark in a colour: it is nobody's element.
    let mark = Rect::from_center_size(pos2(rect.left() + 20.0, rect.center().y), Vec2::splat(18.0));
    icons::paint(painter, Icon::Map, mark, tokens.ink_soft);
    let left = rect.left() + 42.0;
    let width = rect.right() - space::S - left;
    line(ui, &found.name, pos2(left, rect.center().y - 10.0), width, bold_id(text::BODY), tokens.ink);
    line(ui, &under, pos2(left, rect.center().y + 11.0), width, FontId::proportional(text::SMALL), tokens.ink_soft);
    response.on_hover_text(&found.credit)
}

/// One line of text, cut where there is no more room.
fn line(ui: &Ui, words: &str, at: egui::Pos2, width: f32, font: FontId, color: Color32) {
    let mut job = egui::text::LayoutJob::simple_singleline(words.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(16.0));
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(at - vec2(0.0, galley.size().y / 2.0), galley, color);
}

/// What stands under the name: the date of an event; kind, tags or address; why it was found, where
/// that is not plain to see; and that it is a sample.
fn under(cx: &ViewContext<'_>, hit: &Hit, fresh: Option<Fresh>) -> String {
    let element = &hit.element;
    let mut parts: Vec<String> = Vec::new();
    parts.extend(fresh.map(|fresh| match fresh {
        Fresh::New => cx.t("hit-new"),
        Fresh::Changed => cx.t("hit-changed"),
    }));
    let when = element.when.as_ref().and_then(|when| next(cx, when));
    let tags = tags::shown(cx.texts, &element.tags);
    let thing = || tags.iter().find(|tag| tag.is_thing).map(|tag| tag.label.clone());
    parts.push(when.or_else(thing).unwrap_or_else(|| cx.t(keys::kind(element.kind))));
    parts.extend(hit.open.map(|now| format::opening(cx.texts, now, cx.clock)));
    if hit.around {
        parts.push(cx.t("hit-around"));
    }
    if element.scope.is_closed() {
        parts.push(cx.t("private-members"));
    }
    if let Some(also) = cx.selection.found.as_ref().and_then(|found| found.also.get(&element.id)) {
        parts.push(cx.tr("hit-also", &[("count", also.len().into())]));
    }
    if !element.address.is_empty() {
        parts.push(element.address.clone());
    } else if !element.tags.is_empty() {
        let others: Vec<&str> = tags.iter().filter(|tag| !tag.is_thing).map(|tag| tag.label.as_str()).collect();
        parts.extend((!others.is_empty()).then(|| others.join(", ")));
    }
    if matches!(
        hit.why,
        Why::Name(How::Meaning | How::Nearly) | Why::Tag | Why::Kind | Why::OtherName | Why::Contact | Why::Text(_)
    ) {
        parts.push(cx.t(keys::why(hit.why)));
    }
    if element.sample {
        parts.push(cx.t("sample"));
    }
    parts.join(" · ")
}

/// When an event takes place next: of whole days the day alone.
fn next(cx: &ViewContext<'_>, when: &When) -> Option<String> {
    let zone = cx.clock.zone();
    let time = times::next(when, cx.clock.now_ms(), zone).unwrap_or_else(|| times::first(when, zone));
    if let Some((first, last)) = time.days {
        return Some(format::days(cx.texts, (times::date_of(first)?, times::date_of(last)?)));
    }
    let start = cx.clock.here(time.start_ms)?;
    Some(format!("{}, {}", format::day(cx.texts, &start), format::time(cx.texts, &start)))
}
