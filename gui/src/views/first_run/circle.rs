//! The map behind the welcome: the place that was chosen, and the circle around it.

use super::{FirstRunView, Step};
use crate::{
    ui::{
        map::{Claimed, from_world, pin, to_world},
        tokens::{Tokens, space},
    },
    views::{ViewContext, map::pane_texts},
};
use communaut_protocol::Position;
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, Ui, Vec2, vec2};
use walkers::Projector;

/// Metres a point at zoom 0, on the equator.
const METRES_A_POINT: f64 = 156_543.033_92;
/// Points of the whole world at zoom 0.
const WORLD_POINTS: f64 = 256.0;
/// Of the free room, so much is the circle's.
const SHARE: f32 = 0.84;
/// Sides of the circle: it looks round.
const SIDES: u16 = 96;
/// How much darker it is outside of the circle, in the light theme and in the dark one.
const OUTSIDE: [f32; 2] = [0.10, 0.35];
/// What a pin covers of the map, above its tip, in points.
const PIN: Vec2 = vec2(22.0, 30.0);

fn metres_a_point(at: Position, zoom: f64) -> f64 {
    METRES_A_POINT * at.lat().to_radians().cos() / 2_f64.powf(zoom)
}

impl FirstRunView {
    /// Draw the map; a click chooses a place in the first step.
    pub(super) fn map_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, card: f32) {
        let room = ui.available_rect_before_wrap();
        if let Some(at) = self.home.filter(|_| std::mem::take(&mut self.reframe)) {
            self.show_circle(at, room, card);
        }
        let texts = pane_texts(cx);
        let (home, tokens, radius_m) =
            (self.home.filter(|_| !self.returns), cx.tokens, f64::from(self.radius_km) * 1_000.0);
        let (circled, zoom) = (self.step != Step::Place, self.pane.zoom());
        let claims = |_: &Ui, projector: &Projector<'_>| {
            let tip = home.map(|at| projector.project(to_world(at)).to_pos2());
            let covers = |tip: Pos2| Rect::from_center_size(tip - vec2(0.0, PIN.y / 2.0), PIN);
            Claimed { areas: tip.map(covers).into_iter().collect(), ..Claimed::default() }
        };
        let (response, ()) = self.pane.show(ui, cx.basemap, tokens, &texts, &[], claims, |ui, _, projector| {
            let Some(at) = home else { return };
            let tip = projector.project(to_world(at)).to_pos2();
            if circled {
                circle_ui(ui, tokens, tip, (radius_m / metres_a_point(at, zoom)) as f32, room);
            }
            pin(ui.painter(), tip, tokens.danger, tokens.on_danger);
        });
        if self.pane.take_home() {
            self.reframe = home.is_some();
            ui.ctx().request_repaint();
        }
        if self.step != Step::Place || self.returns {
            return;
        }
        let clicked = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        let at = clicked.and_then(|at| self.pane.unproject(response.rect, at.to_vec2())).and_then(from_world);
        if let Some(at) = at {
            (self.home, self.lacking) = (Some(at), None);
            self.home_name.clear();
            self.places.settle("");
        }
    }

    /// Put the map so that the circle lies in what the card leaves free.
    fn show_circle(&mut self, at: Position, room: Rect, card: f32) {
        let taken = card + 2.0 * space::XL;
        let free = vec2(room.width() - taken, room.height());
        let radius = f64::from(free.min_elem().max(1.0) * SHARE / 2.0);
        let zoom = (metres_a_point(at, 0.0) * radius / (f64::from(self.radius_km) * 1_000.0)).log2();
        self.pane.set_zoom(zoom);
        let points = WORLD_POINTS * 2_f64.powf(self.pane.zoom());
        let shift = f64::from(taken / 2.0) * 360.0 / points;
        if let Some(middle) = from_world(walkers::lat_lon(at.lat(), at.lon() - shift)) {
            self.pane.centre_at(middle);
        }
    }
}

/// The circle, and what lies outside of it a little darker.
fn circle_ui(ui: &Ui, tokens: &Tokens, middle: Pos2, radius: f32, room: Rect) {
    let far = room.size().length() + radius;
    let shade = Color32::BLACK.gamma_multiply(OUTSIDE[usize::from(tokens.dark)]);
    let mut mesh = Mesh::default();
    let mut edge = Vec::new();
    for side in 0..SIDES {
        let angle = f32::from(side) / f32::from(SIDES) * std::f32::consts::TAU;
        edge.push(middle + Vec2::angled(angle) * radius);
        mesh.colored_vertex(middle + Vec2::angled(angle) * radius, shade);
        mesh.colored_vertex(middle + Vec2::angled(angle) * far, shade);
        let (here, next) = (u32::from(side) * 2, u32::from((side + 1) % SIDES) * 2);
        mesh.add_triangle(here, here + 1, next);
        mesh.add_triangle(here + 1, next + 1, next);
    }
    ui.painter().add(Shape::mesh(mesh));
    ui.painter().add(Shape::closed_line(edge, Stroke::new(2.0, tokens.accent)));
}
