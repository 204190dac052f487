//! The pages to choose from: a rail at the window's left edge, or a bar at the foot of a narrow one.

use super::pages;
use crate::{
    logic::{Action, Page},
    ui::{
        fonts::bold_id,
        icons::{self, Icon},
        tokens::{FOCUS_WIDTH, RADIUS, Tokens, space, text},
        widgets::accent_bar,
    },
    views::ViewContext,
};
use communaut_node::api::NetworkStatus;
use egui::{Color32, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Width of the rail, in points.
pub const WIDTH: f32 = 88.0;
/// Height of the bar at the foot, in points.
pub const FOOT_HEIGHT: f32 = 64.0;
const ITEM_HEIGHT: f32 = 60.0;
/// Radius of the dot that says whether neighbours are connected, in points.
const DOT: f32 = 5.0;

/// Draw the rail: pages from the top on, the network at its foot.
pub fn rail_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, here: Page) {
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add_space(space::S);
    pages_ui(ui, cx, here, vec2(ui.available_width(), ITEM_HEIGHT), false);
    let foot = ui.available_height() - ITEM_HEIGHT - space::S;
    if foot > 0.0 {
        ui.add_space(foot);
        network_ui(ui, cx, here);
    }
}

/// Draw the bar at the foot.
pub fn foot_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, here: Page) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let each = vec2(ui.available_width() / pages::of_rail().count().max(1) as f32, ITEM_HEIGHT);
    ui.horizontal_centered(|ui| pages_ui(ui, cx, here, each, true));
}

fn pages_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, here: Page, size: Vec2, at_foot: bool) {
    for (index, (entry, icon)) in pages::of_rail().enumerate() {
        let (page, name) = (entry.page, cx.t(entry.name));
        let here = pages::rail_page(here) == page;
        let item = Item { icon, name: &name, spoken: &name, dot: None, here, at_foot };
        if item.ui(ui, cx.tokens, size).on_hover_text(format!("{name} (Ctrl+{})", index + 1)).clicked() {
            cx.act(Action::Go(page));
        }
    }
}

/// Whether anybody is there, at a glance; details on a page of its own.
fn network_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, here: Page) {
    let connected = connected(&cx.overview.network);
    let spoken = cx.tr("net-summary-peers", &[("count", connected.into())]);
    let dot = if connected > 0 { cx.tokens.good } else { cx.tokens.edge };
    let name = cx.t("page-network");
    let here = here == Page::Network;
    let item = Item { icon: Icon::Network, name: &name, spoken: &spoken, dot: Some(dot), here, at_foot: false };
    let size = vec2(ui.available_width(), ITEM_HEIGHT);
    if item.ui(ui, cx.tokens, size).on_hover_text(&spoken).clicked() {
        cx.act(Action::Go(Page::Network));
    }
}

/// With how many nodes this one is connected.
fn connected(network: &NetworkStatus) -> usize {
    network.peers.iter().filter(|peer| peer.connected).count()
}

/// A page to choose.
struct Item<'a> {
    icon: Icon,
    name: &'a str,
    /// What a screen reader says.
    spoken: &'a str,
    dot: Option<Color32>,
    here: bool,
    at_foot: bool,
}

/// The bar of what is chosen, where choices stand side by side: at their upper edge.
fn foot_bar(painter: &egui::Painter, rect: Rect, tokens: &Tokens) {
    let bar = rect.shrink2(vec2(rect.width() / 4.0, 0.0));
    painter.rect_filled(bar.with_max_y(bar.top() + 3.0), 1.5, tokens.accent);
}

impl Item<'_> {
    fn ui(&self, ui: &mut Ui, tokens: &Tokens, size: Vec2) -> Response {
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.here, self.spoken));
        let inside = rect.shrink2(vec2(4.0, 0.0));
        let painter = ui.painter();
        if self.here {
            painter.rect_filled(inside, RADIUS, tokens.selected);
            if self.at_foot {
                foot_bar(painter, inside, tokens);
            } else {
                accent_bar(painter, inside, tokens);
            }
        } else if response.hovered() {
            painter.rect_filled(inside, RADIUS, tokens.hover);
        }
        if response.has_focus() {
            painter.rect_stroke(inside, RADIUS, Stroke::new(FOCUS_WIDTH, tokens.accent), egui::StrokeKind::Inside);
        }
        let ink = if self.here { tokens.ink } else { tokens.ink_soft };
        let place = Rect::from_center_size(pos2(rect.center().x, rect.top() + 22.0), Vec2::splat(22.0));
        icons::paint(painter, self.icon, place, if self.here { tokens.accent } else { ink });
        if let Some(dot) = self.dot {
            painter.circle(place.right_top(), DOT, dot, Stroke::new(1.5, tokens.rail));
        }
        let galley = painter.layout_no_wrap(self.name.to_owned(), bold_id(text::TINY), ink);
        painter.galley(pos2(rect.center().x - galley.size().x / 2.0, rect.top() + 38.0), galley, ink);
        response
    }
}
