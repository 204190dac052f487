//! Simple mode: five large choices, and from each page the way back to them.

use crate::{
    logic::{Action, Page},
    ui::{
        fonts::{bold_id, strong},
        icons::{self, Icon},
        tokens::{CARD_RADIUS, FOCUS_WIDTH, space, text},
        widgets,
    },
    views::ViewContext,
};
use egui::{
    CentralPanel, Frame, Label, Margin, Panel, Pos2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, Vec2,
};
use egui::{WidgetInfo, vec2};

/// Width of the column, in points.
const WIDTH: f32 = 560.0;
/// Height of all of it, in points: in a high window it stands in the middle.
const HEIGHT: f32 = 540.0;
/// Height of a choice, in points.
const CHOICE_HEIGHT: f32 = 76.0;
/// The choices: what one wants, where it is, its sign.
const CHOICES: [(&str, &str, Page, Icon); 5] = [
    ("simple-look", "simple-look-explain", Page::Map, Icon::Map),
    ("simple-write", "simple-write-explain", Page::Live, Icon::Pencil),
    ("simple-on", "simple-on-explain", Page::Agenda, Icon::Calendar),
    ("simple-groups", "simple-groups-explain", Page::Governance, Icon::Organisation),
    ("simple-settings", "simple-settings-explain", Page::Settings, Icon::Sliders),
];

/// The view's state.
#[derive(Default)]
pub struct SimpleView {
    /// One has gone to a page.
    away: bool,
}

impl SimpleView {
    /// What concerns it of what was asked for: whoever goes somewhere sees it.
    pub const fn on(&mut self, action: &Action) {
        let goes = matches!(
            action,
            Action::Go(_)
                | Action::ShowOnMap(_)
                | Action::PointAt(_)
                | Action::Edit(_)
                | Action::New(_)
                | Action::DrawTerritory(_)
                | Action::FocusSearch
        );
        self.away |= goes;
    }

    /// Back to the choices. Whether one was elsewhere.
    pub const fn back(&mut self) -> bool {
        std::mem::replace(&mut self.away, false)
    }

    /// Draw the choices, or the way back to them above a page. Whether the page is to be drawn.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) -> bool {
        if !self.away {
            CentralPanel::default().frame(Frame::new().fill(cx.tokens.surface)).show(ui, |ui| {
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| choices_ui(ui, cx));
            });
            return false;
        }
        let frame = Frame::new().fill(cx.tokens.rail).inner_margin(Margin::symmetric(12, 8));
        Panel::top("simple").frame(frame).show(ui, |ui| {
            if widgets::secondary(ui, &cx.t("simple-back"), true).clicked() {
                self.away = false;
            }
        });
        true
    }
}

fn choices_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let (room, height) = (ui.available_width(), ui.available_height());
    let width = WIDTH.min(room - 2.0 * space::L);
    ui.horizontal_top(|ui| {
        ui.add_space((room - width) / 2.0);
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = space::M;
            ui.add_space(((height - HEIGHT) / 2.0).max(space::L));
            let name = cx.overview.me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
            let words = cx.tr("simple-title", &[("name", name.into())]);
            let title = ui.add(Label::new(strong(&words, text::DISPLAY)).wrap());
            title.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &words));
            for (what, explain, page, icon) in CHOICES {
                if choice_ui(ui, cx, icon, &cx.t(what), &cx.t(explain)).clicked() {
                    cx.act(Action::Go(page));
                }
            }
            ui.horizontal_wrapped(|ui| {
                if widgets::secondary(ui, &cx.t("help-open"), true).clicked() {
                    cx.act(Action::Help);
                }
                if widgets::secondary(ui, &cx.t("simple-leave"), true).clicked() {
                    cx.act(Action::SetSimple(false));
                }
            });
            ui.add_space(space::L);
        });
    });
}

fn choice_ui(ui: &mut Ui, cx: &ViewContext<'_>, icon: Icon, what: &str, explain: &str) -> Response {
    let tokens = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), CHOICE_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, what));
    let fill = if response.hovered() { tokens.hover } else { tokens.raised };
    let edge =
        if response.has_focus() { Stroke::new(FOCUS_WIDTH, tokens.accent) } else { Stroke::new(1.0, tokens.edge) };
    ui.painter().rect(rect, CARD_RADIUS, fill, edge, egui::StrokeKind::Inside);
    let sign = Rect::from_center_size(Pos2::new(rect.left() + 42.0, rect.center().y), Vec2::splat(34.0));
    icons::paint(ui.painter(), icon, sign, tokens.accent);
    let left = rect.left() + 84.0;
    let wrap = rect.right() - left - space::L;
    let what = ui.painter().layout(what.to_owned(), bold_id(text::TITLE), tokens.ink, wrap);
    let font = egui::FontId::proportional(text::BODY);
    let explain = ui.painter().layout(explain.to_owned(), font, tokens.ink_soft, wrap);
    let top = rect.center().y - (what.size().y + explain.size().y) / 2.0;
    let below = top + what.size().y;
    ui.painter().galley(Pos2::new(left, top), what, tokens.ink);
    ui.painter().galley(Pos2::new(left, below), explain, tokens.ink_soft);
    response
}
