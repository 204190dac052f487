//! A map in a view: where it looks, gestures, buttons, scale and credits.

use super::{
    Basemap, CREDIT, Claimed,
    bounds::{Look, ZOOM_MAX, ZOOM_MIN, offset},
};
use crate::ui::{
    icons::Icon,
    tokens::{RADIUS, Tokens, space, text},
    widgets,
};
use communaut_protocol::Position;
use egui::{
    Align2, Color32, FontId, Frame, Galley, Margin, Pos2, Rect, Response, Role, Stroke, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};
use std::sync::Arc;
use walkers::{Map, MapMemory, Projector};

/// How far a wheel's step and a pinch lead: as the map widget has it.
const GESTURE_SPEED: f64 = 2.0;
/// A wheel's scroll is measured in points a second, a pinch as a factor: so much of one is the other.
const SCROLL_SHARE: f64 = 0.25;
/// Room of the map's buttons, in points.
const CONTROLS: egui::Vec2 = vec2(36.0, 116.0);

/// A position as the map widget has it.
#[must_use]
pub fn to_world(at: Position) -> walkers::Position {
    walkers::lat_lon(at.lat(), at.lon())
}

/// A position of the map widget, brought back to Earth where the map repeats it.
#[must_use]
pub fn from_world(at: walkers::Position) -> Option<Position> {
    let lon = (at.x() + 180.0).rem_euclid(360.0) - 180.0;
    Position::from_degrees(at.y().clamp(-90.0, 90.0), lon).ok()
}

/// Where a map looks.
#[derive(Debug, Clone)]
pub struct MapPane {
    memory: MapMemory,
    /// The button that leads home was pressed.
    home: bool,
    /// A double click means something else than to look nearer.
    held: bool,
}

/// Words of the map's own controls, in the language chosen.
#[derive(Debug, Clone)]
pub struct PaneTexts {
    /// The map's name.
    pub name: String,
    /// Nearer.
    pub zoom_in: String,
    /// Farther.
    pub zoom_out: String,
    /// Back to where one lives.
    pub home: String,
}

impl MapPane {
    /// Looking at a place.
    #[must_use]
    pub fn new(centre: Position, zoom: f64) -> Self {
        let mut pane = Self { memory: MapMemory::default(), home: false, held: false };
        pane.centre_at(centre);
        pane.set_zoom(zoom);
        pane
    }
    /// The whole world.
    #[must_use]
    pub fn world() -> Self {
        Self::new(Position { lat_e7: 300_000_000, lon_e7: 100_000_000 }, 2.6)
    }
    /// Look at a place.
    pub fn centre_at(&mut self, at: Position) {
        self.memory.center_at(to_world(at));
    }
    /// Where it looks.
    #[must_use]
    pub fn centre(&self) -> Option<Position> {
        self.memory.detached().and_then(from_world)
    }
    /// The zoom: each step doubles the scale.
    #[must_use]
    pub fn zoom(&self) -> f64 {
        self.memory.zoom()
    }
    /// Set the zoom, within what makes sense.
    pub fn set_zoom(&mut self, zoom: f64) {
        // The range is inside the widget's.
        drop(self.memory.set_zoom(zoom.clamp(ZOOM_MIN, ZOOM_MAX)));
    }
    /// Whether the button that leads home was pressed since one last asked.
    pub const fn take_home(&mut self) -> bool {
        std::mem::replace(&mut self.home, false)
    }
    /// Whether a double click means something else than to look nearer.
    pub const fn hold_zoom(&mut self, held: bool) {
        self.held = held;
    }
    fn look(&self) -> Look {
        let middle = self.memory.detached().unwrap_or_else(|| walkers::lat_lon(0.0, 0.0));
        Look::of(middle, self.memory.zoom())
    }
    /// Look elsewhere, inside of the bounds. Nothing is touched where it is the same: a movement under way goes on.
    fn set_look(&mut self, look: Look, room: Rect) {
        let look = look.within(room.size());
        if !look.is_like(&self.look()) {
            self.memory.center_at(look.middle());
            self.set_zoom(look.zoom);
        }
    }

    /// The wheel and the pinch. Not left to the map widget, which knows no bounds: it moves the middle as if the zoom
    /// had changed, and so away from the world.
    fn zoom_gesture(&mut self, ui: &Ui, room: Rect) {
        if !ui.rect_contains_pointer(room) {
            return;
        }
        let pinch = ui.input(|input| f64::from(input.zoom_delta()));
        let steps = if (pinch - 1.0).abs() > f64::EPSILON {
            (pinch - 1.0) * GESTURE_SPEED
        } else {
            let steps = ui.input(|input| {
                let frame = input.stable_dt.clamp(input.predicted_dt * 0.5, input.predicted_dt * 2.0);
                f64::from(input.smooth_scroll_delta.y * frame) * SCROLL_SHARE * GESTURE_SPEED
            });
            // Taken: nothing around the map scrolls too.
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
            steps
        };
        let pointer = ui.input(|input| input.multi_touch().map(|touch| touch.center_pos).or(input.pointer.hover_pos()));
        if steps.abs() > 1e-6 {
            let fixed = pointer.map_or(egui::Vec2::ZERO, |at| offset(room, at));
            self.set_look(self.look().zoomed(steps, fixed), room);
            ui.request_repaint();
        }
    }

    /// What lies under a point of the map drawn in `rect`.
    #[must_use]
    pub fn unproject(&self, rect: Rect, at: egui::Vec2) -> Option<walkers::Position> {
        let home = walkers::lat_lon(0.0, 0.0);
        let projector = Projector::new(rect, &walkers::MercatorProjection, &self.memory, home);
        let found = projector.unproject(at);
        (found.x().is_finite() && found.y().is_finite()).then_some(found)
    }

    /// Draw the map over all the room there is. `content` draws what lies on it; the ground's names leave free what
    /// `claims` says.
    #[expect(clippy::too_many_arguments, reason = "all that a map is drawn from")]
    pub fn show<R>(
        &mut self,
        ui: &mut Ui,
        basemap: &mut Basemap,
        tokens: &Tokens,
        texts: &PaneTexts,
        credits: &[String],
        claims: impl FnOnce(&Ui, &Projector<'_>) -> Claimed,
        content: impl FnOnce(&mut Ui, &Response, &Projector<'_>) -> R,
    ) -> (Response, R) {
        let rect = ui.available_rect_before_wrap();
        self.zoom_gesture(ui, rect);
        self.set_look(self.look(), rect);
        let home = walkers::lat_lon(0.0, 0.0);
        let projector = Projector::new(rect, &walkers::MercatorProjection, &self.memory, home);
        let streets = basemap.credits(&projector);
        let others = credits.iter().filter(|credit| !streets.contains(credit));
        let credits = Credits::new(ui, rect, tokens, streets.iter().chain(others));
        let scale = self.scale(ui, rect, tokens);
        let furniture: Vec<Rect> =
            scale.iter().map(|scale| scale.bounds).chain([credits.bounds, controls(rect)]).collect();
        let shown = Map::new(None, &mut self.memory, home).zoom_gesture(false).zoom_with_ctrl(false).show(
            ui,
            |ui, response, projector, _| {
                let mut claimed = claims(ui, projector);
                claimed.areas.extend(furniture);
                basemap.draw(ui, projector, tokens, &claimed);
                content(ui, response, projector)
            },
        );
        let response = shown.response;
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, &texts.name));
        if response.double_clicked() && !self.held {
            let fixed = response.interact_pointer_pos().map_or(egui::Vec2::ZERO, |at| offset(rect, at));
            self.set_look(self.look().zoomed(GESTURE_SPEED, fixed), rect);
            ui.request_repaint();
        }
        // What was dragged, or glides on, beside the world is put right with the next frame.
        if !self.look().is_like(&self.look().within(rect.size())) {
            ui.request_repaint();
        }
        self.controls_ui(ui, rect, tokens, texts);
        if let Some(scale) = scale {
            scale.draw(ui, tokens);
        }
        credits.draw(ui, tokens);
        (response, shown.inner)
    }

    fn controls_ui(&mut self, ui: &mut Ui, rect: Rect, tokens: &Tokens, texts: &PaneTexts) {
        let mut ui = ui.new_child(UiBuilder::new().max_rect(controls(rect)).id_salt("map controls"));
        Frame::new()
            .fill(tokens.raised)
            .stroke(Stroke::new(1.0, tokens.line))
            .corner_radius(RADIUS)
            .inner_margin(Margin::same(2))
            .show(&mut ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                if widgets::icon_button(ui, tokens, Icon::Plus, &texts.zoom_in).clicked() {
                    self.set_zoom(self.zoom().floor() + 1.0);
                }
                if widgets::icon_button(ui, tokens, Icon::Minus, &texts.zoom_out).clicked() {
                    self.set_zoom(self.zoom().ceil() - 1.0);
                }
                if widgets::icon_button(ui, tokens, Icon::Home, &texts.home).clicked() {
                    self.home = true;
                }
            });
    }

    fn scale(&self, ui: &Ui, rect: Rect, tokens: &Tokens) -> Option<Scale> {
        let metres_per_point = 156_543.033_92 * self.centre()?.lat().to_radians().cos() / 2_f64.powf(self.zoom());
        let metres = round_length(metres_per_point * 96.0);
        let width = (metres / metres_per_point) as f32;
        let left = rect.left_bottom() + vec2(space::M, -space::M);
        let words = if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") };
        let font = FontId::proportional(text::SMALL);
        let size = ui.painter().layout_no_wrap(words.clone(), font, tokens.map.label).size();
        let above = left - vec2(0.0, size.y + 4.0);
        let bounds = Rect::from_min_max(above, left + vec2(width.max(size.x + 4.0), 0.0));
        Some(Scale { left, width, words, bounds })
    }
}

/// How long a length is, drawn in the map's corner.
struct Scale {
    left: Pos2,
    width: f32,
    words: String,
    bounds: Rect,
}

impl Scale {
    fn draw(&self, ui: &Ui, tokens: &Tokens) {
        let Self { left, width, words, .. } = self;
        let right = *left + vec2(*width, 0.0);
        let ends = [*left - vec2(0.0, 4.0), *left, right, right - vec2(0.0, 4.0)];
        ui.painter().add(egui::Shape::line(ends.to_vec(), Stroke::new(1.5, tokens.map.label)));
        halo_text(ui, *left + vec2(4.0, -4.0), Align2::LEFT_BOTTOM, words, tokens);
    }
}

/// Where the map's buttons are.
fn controls(rect: Rect) -> Rect {
    Rect::from_min_size(rect.right_top() + vec2(-48.0, space::M), CONTROLS)
}

/// 1, 2 or 5 times a power of ten, not above `metres`.
fn round_length(metres: f64) -> f64 {
    let power = 10_f64.powf(metres.max(1.0).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|length| *length <= metres).unwrap_or(power)
}

/// Who made what is shown, in the map's other corner.
struct Credits {
    galley: Arc<Galley>,
    bounds: Rect,
}

impl Credits {
    fn new<'a>(ui: &Ui, rect: Rect, tokens: &Tokens, credits: impl Iterator<Item = &'a String>) -> Self {
        let mut words = CREDIT.to_owned();
        for credit in credits {
            words.push_str(" · ");
            words.push_str(credit);
        }
        let room = (rect.width() - 160.0).max(120.0);
        let mut job = egui::text::LayoutJob::simple(words, FontId::proportional(11.0), tokens.ink_soft, room);
        job.wrap.max_rows = 2;
        job.halign = egui::Align::LEFT;
        let galley = ui.painter().layout_job(job);
        let size = galley.size() + vec2(12.0, 4.0);
        Self { galley, bounds: Rect::from_min_size(rect.right_bottom() - size, size) }
    }
    fn draw(self, ui: &Ui, tokens: &Tokens) {
        ui.painter().rect_filled(self.bounds, 0.0, tokens.raised.gamma_multiply(0.9));
        ui.painter().galley(self.bounds.min + vec2(6.0, 2.0), self.galley, tokens.ink_soft);
    }
}

/// Text that can be read on any part of the map.
pub fn halo_text(ui: &Ui, at: Pos2, align: Align2, words: &str, tokens: &Tokens) {
    let font = FontId::proportional(text::SMALL);
    for offset in [vec2(-1.0, 0.0), vec2(1.0, 0.0), vec2(0.0, -1.0), vec2(0.0, 1.0)] {
        ui.painter().text(at + offset, align, words, font.clone(), tokens.map.label_halo);
    }
    ui.painter().text(at, align, words, font, tokens.map.label);
}

/// A pin whose tip stands at a point.
pub fn pin(painter: &egui::Painter, tip: Pos2, fill: Color32, edge: Color32) {
    let head = tip - vec2(0.0, 18.0);
    let outline = [pos2(tip.x - 7.0, head.y + 5.0), tip, pos2(tip.x + 7.0, head.y + 5.0)];
    painter.add(egui::Shape::convex_polygon(outline.to_vec(), fill, Stroke::NONE));
    painter.circle(head, 9.0, fill, Stroke::new(1.5, edge));
    painter.circle_filled(head, 3.5, edge);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    #[test]
    fn lengths_of_the_scale() {
        assert!((round_length(96.0) - 50.0).abs() < 1e-9);
        assert!((round_length(1_999.0) - 1_000.0).abs() < 1e-9);
        assert!((round_length(2_000.0) - 2_000.0).abs() < 1e-6);
    }

    #[test]
    fn the_map_repeats_but_earth_does_not() {
        let at = from_world(walkers::lat_lon(10.0, 190.0)).unwrap();
        assert_eq!((at.lat_e7, at.lon_e7), (100_000_000, -1_700_000_000));
        let mut pane = MapPane::new(at, 99.0);
        assert!((pane.zoom() - ZOOM_MAX).abs() < 1e-9);
        pane.set_zoom(0.0);
        assert!((pane.zoom() - ZOOM_MIN).abs() < 1e-9);
        assert_eq!(pane.centre(), Some(at));
    }
}
