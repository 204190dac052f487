//! Controls and blocks that every view uses. Each has a name for screen readers.

use super::{
    fonts::strong,
    icons::{self, Icon},
    tokens::{CARD_MARGIN, CARD_RADIUS, CHIP_HEIGHT, CONTROL_HEIGHT, FOCUS_WIDTH, RADIUS, Tokens, space, text},
};
use egui::{Color32, Frame, Margin, Response, RichText, Role, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo};

/// Side of a button inside of a line of text, in points: what is pressed is never smaller (WCAG 2.2, 2.5.8).
const SMALL_BUTTON: f32 = 24.0;

/// What one is meant to do next: filled with the accent.
pub fn primary(ui: &mut Ui, tokens: &Tokens, label: &str, enabled: bool) -> Response {
    filled(ui, tokens, label, enabled, [tokens.accent, tokens.on_accent])
}

/// What takes something away.
pub fn dangerous(ui: &mut Ui, tokens: &Tokens, label: &str, enabled: bool) -> Response {
    filled(ui, tokens, label, enabled, [tokens.danger, tokens.on_danger])
}

fn filled(ui: &mut Ui, tokens: &Tokens, label: &str, enabled: bool, [fill, ink]: [Color32; 2]) -> Response {
    let button = egui::Button::new(RichText::new(label).color(ink))
        .fill(fill)
        .stroke(Stroke::NONE)
        .min_size(Vec2::new(0.0, CONTROL_HEIGHT));
    let response = ui.add_enabled(enabled, button);
    if response.has_focus() {
        // Its fill hides an edge: the ring stands outside, with a gap.
        let ring = Stroke::new(FOCUS_WIDTH, tokens.accent);
        ui.painter().rect_stroke(response.rect.expand(2.0), RADIUS + 2, ring, egui::StrokeKind::Outside);
    }
    response
}

/// Another thing one may do.
pub fn secondary(ui: &mut Ui, label: &str, enabled: bool) -> Response {
    ui.add_enabled(enabled, egui::Button::new(label).min_size(Vec2::new(0.0, CONTROL_HEIGHT)))
}

/// A button with a sign alone, such as an arrow; its name is spoken and shown under the pointer.
pub fn sign_button(ui: &mut Ui, sign: &str, name: &str) -> Response {
    let response = secondary(ui, sign, true);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// Name a box of choices, and say what it holds, for screen readers.
pub fn name_combo(response: &Response, name: &str, value: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(value.to_owned());
        info
    });
}

/// A button with an icon alone; its name is spoken and shown under the pointer.
pub fn icon_button(ui: &mut Ui, tokens: &Tokens, icon: Icon, name: &str) -> Response {
    icon_button_of(ui, tokens, icon, name, CONTROL_HEIGHT)
}

/// The same inside of a line of text.
pub fn small_icon_button(ui: &mut Ui, tokens: &Tokens, icon: Icon, name: &str) -> Response {
    icon_button_of(ui, tokens, icon, name, SMALL_BUTTON)
}

fn icon_button_of(ui: &mut Ui, tokens: &Tokens, icon: Icon, name: &str, side: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, RADIUS, tokens.hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, RADIUS, Stroke::new(FOCUS_WIDTH, tokens.accent), egui::StrokeKind::Inside);
    }
    icons::paint(
        ui.painter(),
        icon,
        rect.shrink(side * 0.22),
        if response.hovered() { tokens.ink } else { tokens.ink_soft },
    );
    response.on_hover_text(name)
}

/// The bar at the left edge of what is chosen in a list: a colour alone would say it to some.
pub fn accent_bar(painter: &egui::Painter, rect: egui::Rect, tokens: &Tokens) {
    /// Points.
    const WIDTH: f32 = 3.0;
    let bar = rect.shrink2(Vec2::new(0.0, f32::from(RADIUS)));
    painter.rect_filled(bar.with_max_x(bar.left() + WIDTH), WIDTH / 2.0, tokens.accent);
}

/// A choice that is on or off, with an icon.
pub fn chip(ui: &mut Ui, tokens: &Tokens, icon: Option<(Icon, Color32)>, label: &str, on: bool) -> Response {
    chip_of(ui, tokens, Role::CheckBox, icon, label, on)
}

/// One of several choices, of which one holds.
pub fn choice(ui: &mut Ui, tokens: &Tokens, label: &str, on: bool) -> Response {
    chip_of(ui, tokens, Role::RadioButton, None, label, on)
}

fn chip_of(ui: &mut Ui, tokens: &Tokens, role: Role, icon: Option<(Icon, Color32)>, label: &str, on: bool) -> Response {
    let ink = tokens.ink;
    let galley = ui.painter().layout_no_wrap(label.to_owned(), egui::FontId::proportional(text::SMALL), ink);
    let icon_width = if icon.is_some() { 14.0 + space::XS } else { 0.0 };
    let size = Vec2::new(galley.size().x + icon_width + 2.0 * space::M, CHIP_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(role, ui.is_enabled(), on, label));
    let fill = if on {
        tokens.selected
    } else if response.hovered() {
        tokens.hover
    } else {
        tokens.raised
    };
    let edge = if on || response.has_focus() { tokens.accent } else { tokens.edge };
    let width = if response.has_focus() { FOCUS_WIDTH } else { 1.0 };
    ui.painter().rect(rect, CHIP_HEIGHT / 2.0, fill, Stroke::new(width, edge), egui::StrokeKind::Inside);
    let mut x = rect.left() + space::M;
    if let Some((icon, color)) = icon {
        let place = egui::Rect::from_center_size(egui::pos2(x + 7.0, rect.center().y), Vec2::splat(14.0));
        icons::paint(ui.painter(), icon, place, color);
        x += icon_width;
    }
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(egui::pos2(x, top), galley, ink);
    response
}

/// A field of one line under its name.
pub fn field(ui: &mut Ui, label: &str, value: &mut String, hint: &str, chars_max: usize) -> Response {
    let name = ui.label(RichText::new(label).small());
    ui.add_space(-space::XS);
    let edit = TextEdit::singleline(value)
        .hint_text(hint)
        .char_limit(chars_max)
        .margin(Margin::symmetric(8, 7))
        .desired_width(f32::INFINITY);
    ui.add(edit).labelled_by(name.id)
}

/// A field of several lines under its name.
pub fn area(ui: &mut Ui, label: &str, value: &mut String, hint: &str, chars_max: usize, rows: usize) -> Response {
    let name = ui.label(RichText::new(label).small());
    ui.add_space(-space::XS);
    let edit = TextEdit::multiline(value)
        .hint_text(hint)
        .char_limit(chars_max)
        .margin(Margin::symmetric(8, 7))
        .desired_rows(rows)
        .desired_width(f32::INFINITY);
    ui.add(edit).labelled_by(name.id)
}

/// A few words in a frame: "sample".
pub fn badge(ui: &mut Ui, ink: Color32, fill: Color32, words: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), egui::FontId::proportional(text::SMALL), ink);
    let (rect, response) = ui.allocate_exact_size(galley.size() + Vec2::new(2.0 * space::S, 4.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    ui.painter().rect_filled(rect, rect.height() / 2.0, fill);
    ui.painter().galley(rect.min + Vec2::new(space::S, 2.0), galley, ink);
    response
}

/// A dialogue over the window. Returns whether it is to be closed: by Esc, or a click beside it.
pub fn modal(ui: &Ui, name: &'static str, width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let frame = Frame::window(ui.style()).inner_margin(Margin::same(24));
    let id = egui::Id::unique(name);
    let shown = egui::Modal::new(id).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(width);
        content(ui);
    });
    shown.should_close()
}

/// Choices side by side, on as many lines as they need.
pub fn chips<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(space::XS, space::XS);
        ui.spacing_mut().interact_size.y = CHIP_HEIGHT;
        content(ui)
    })
    .inner
}

/// Something raised above the surface.
pub fn card<R>(ui: &mut Ui, tokens: &Tokens, content: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(CARD_RADIUS)
        .inner_margin(Margin::same(CARD_MARGIN))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// A page's title.
pub fn title(ui: &mut Ui, words: &str) -> Response {
    headed(ui, words, text::TITLE, 1)
}

/// A section's title.
pub fn heading(ui: &mut Ui, words: &str) -> Response {
    headed(ui, words, text::HEADING, 2)
}

fn headed(ui: &mut Ui, words: &str, size: f32, level: usize) -> Response {
    let response = ui.label(strong(words, size));
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_level(level));
    response
}

/// What a value is, above it.
pub fn term(ui: &mut Ui, name: &str) {
    ui.add_space(space::XS);
    ui.label(RichText::new(name).small().weak());
    ui.add_space(-space::XS);
}

/// A note of less weight.
pub fn note(ui: &mut Ui, words: impl Into<String>) -> Response {
    ui.label(RichText::new(words).small().weak())
}

/// What is passed on to the letter: a code, a key; on as many lines as it needs.
pub fn letters(ui: &mut Ui, tokens: &Tokens, words: &str) {
    Frame::new().fill(tokens.hover).corner_radius(RADIUS).inner_margin(Margin::same(8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = RichText::new(words).monospace().size(text::SMALL);
        ui.add(egui::Label::new(words).wrap_mode(egui::TextWrapMode::Wrap).selectable(true));
    });
}

/// A line with something to press at its right end. The words are wrapped, never pushed out.
pub fn line_with<R>(ui: &mut Ui, words: impl FnOnce(&mut Ui), end: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let pressed = end(ui);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center).with_main_wrap(true), words);
            pressed
        })
        .inner
    })
    .inner
}

/// A page's title under the arrow that leads back. Whether the arrow was pressed.
pub fn title_under_back(ui: &mut Ui, tokens: &Tokens, back: &str, words: &str) -> bool {
    let pressed = ui
        .horizontal(|ui| {
            let pressed = icon_button(ui, tokens, Icon::Back, back).clicked();
            title(ui, words);
            pressed
        })
        .inner;
    ui.add_space(space::S);
    pressed
}

/// Nothing to show: says why, and what to do next. Returns whether the button was pressed.
pub fn empty(ui: &mut Ui, tokens: &Tokens, icon: Icon, what: &str, next: &str, button: Option<&str>) -> bool {
    /// Points: two or three lines of text.
    const WIDTH_MAX: f32 = 360.0;
    ui.add_space(space::XL);
    let room = ui.available_rect_before_wrap();
    let side = ((room.width() - WIDTH_MAX) / 2.0).max(0.0);
    let middle = room.with_min_x(room.left() + side).with_max_x(room.right() - side);
    let layout = egui::Layout::top_down(egui::Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(middle).layout(layout), |ui| {
        icons::show(ui, icon, 40.0, tokens.edge);
        ui.add_space(space::S);
        ui.add(egui::Label::new(strong(what, text::HEADING)).wrap());
        ui.add(egui::Label::new(RichText::new(next).color(tokens.ink_soft)).wrap());
        ui.add_space(space::S);
        let pressed = button.is_some_and(|label| primary(ui, tokens, label, true).clicked());
        ui.add_space(space::L);
        pressed
    })
    .inner
}

/// A strip that wants attention without stopping anything.
pub fn strip(ui: &mut Ui, tokens: &Tokens, words: &str) {
    Frame::new().fill(tokens.notice_surface).corner_radius(RADIUS).inner_margin(Margin::symmetric(12, 8)).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.add(egui::Label::new(RichText::new(words).color(tokens.notice)).wrap());
        },
    );
}

/// What went wrong, in one line.
pub fn error(ui: &mut Ui, tokens: &Tokens, words: &str) {
    let response = ui.add(egui::Label::new(RichText::new(words).color(tokens.danger)).wrap());
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, words));
}

/// A page of running content in the middle of the window: a margin, a width that reads well, a scroll bar.
pub fn page<R>(ui: &mut Ui, name: &'static str, width_max: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    egui::ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink(false)
        .show(ui, |ui| {
            let room = ui.available_width() - 2.0 * space::XL;
            let width = room.min(width_max);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add_space((room - width) / 2.0 + space::XL);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.x = space::S;
                    ui.set_width(width);
                    ui.add_space(space::XL);
                    let done = content(ui);
                    ui.add_space(space::XL);
                    done
                })
                .inner
            })
            .inner
        })
        .inner
}
