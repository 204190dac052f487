//! The navigation rail at the window's left edge.

use super::pages;
use crate::{
    logic::{Action, Page},
    ui::{
        fonts::bold_id,
        icons::{self, Icon},
        tokens::{FOCUS_WIDTH, RADIUS, space, text},
        widgets::accent_bar,
    },
    views::ViewContext,
};
use egui::{Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Width of the rail, in points.
pub const WIDTH: f32 = 88.0;
const ITEM_HEIGHT: f32 = 60.0;

/// Draw the rail.
pub fn rail_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, here: Page) {
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add_space(space::S);
    for (index, (entry, icon)) in pages::of_rail().enumerate() {
        let (page, name) = (entry.page, cx.t(entry.name));
        if item_ui(ui, cx, icon, pages::rail_page(here) == page, &name)
            .on_hover_text(format!("{name} (Ctrl+{})", index + 1))
            .clicked()
        {
            cx.act(Action::Go(page));
        }
    }
}

fn item_ui(ui: &mut Ui, cx: &ViewContext<'_>, icon: Icon, here: bool, name: &str) -> egui::Response {
    let tokens = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ITEM_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, here, name));
    let inside = rect.shrink2(vec2(4.0, 0.0));
    let painter = ui.painter();
    if here {
        painter.rect_filled(inside, RADIUS, tokens.selected);
        accent_bar(painter, inside, tokens);
    } else if response.hovered() {
        painter.rect_filled(inside, RADIUS, tokens.hover);
    }
    if response.has_focus() {
        painter.rect_stroke(inside, RADIUS, Stroke::new(FOCUS_WIDTH, tokens.accent), egui::StrokeKind::Inside);
    }
    let ink = if here { tokens.ink } else { tokens.ink_soft };
    let place = Rect::from_center_size(pos2(rect.center().x, rect.top() + 22.0), Vec2::splat(22.0));
    icons::paint(painter, icon, place, if here { tokens.accent } else { ink });
    let galley = painter.layout_no_wrap(name.to_owned(), bold_id(text::TINY), ink);
    painter.galley(pos2(rect.center().x - galley.size().x / 2.0, rect.top() + 38.0), galley, ink);
    response
}
