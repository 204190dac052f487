//! The map: marks of the selection, the territory's outline, the place of what is being edited.

mod credits;
mod marks;

use crate::{
    logic::{Action, ViewContext, cluster::Marks, outline},
    ui::map::{MapPane, PaneTexts, from_world, pin, to_world},
};
use communaut_node::api::{Followed, Hit, TerritoryId};
use communaut_protocol::Position;
use egui::{Stroke, Ui, vec2};
use std::collections::HashMap;
use walkers::Projector;

/// A town fits the window.
const TOWN_ZOOM: f64 = 12.0;
/// A street fits the window.
const STREET_ZOOM: f64 = 15.0;
/// Outlines kept: territories that are looked at in turn.
const OUTLINES_MAX: usize = 16;

/// The map's state.
pub struct MapView {
    pane: MapPane,
    placed: bool,
    marks: Marks,
    credits: credits::Credits,
    outlines: HashMap<(TerritoryId, usize), Vec<outline::Edge>>,
    /// Elements of a mark that no zoom parts, listed in a small window at its place.
    spot: Option<marks::Spot>,
}

impl Default for MapView {
    fn default() -> Self {
        Self {
            pane: MapPane::world(),
            placed: false,
            marks: Marks::default(),
            credits: credits::Credits::default(),
            outlines: HashMap::new(),
            spot: None,
        }
    }
}

impl MapView {
    /// Whether it was told where to look.
    #[must_use]
    pub const fn is_placed(&self) -> bool {
        self.placed
    }
    /// Where it looks.
    #[must_use]
    pub fn centre(&self) -> Option<Position> {
        self.pane.centre()
    }
    /// Look at a place, as near as before.
    pub fn centre_at(&mut self, at: Position) {
        self.placed = true;
        self.pane.centre_at(at);
        self.pane.set_zoom(TOWN_ZOOM);
    }
    /// Look at a place, near enough to see a street.
    pub fn show_place(&mut self, at: Position) {
        self.placed = true;
        self.pane.centre_at(at);
        self.pane.set_zoom(self.pane.zoom().max(STREET_ZOOM));
    }
    /// Look at a territory as a whole.
    pub fn look_at(&mut self, territory: &Followed) {
        self.placed = true;
        self.pane.centre_at(territory.centre);
        self.pane.set_zoom(fitting_zoom(territory));
    }
    /// Look from this far.
    pub fn set_zoom(&mut self, zoom: f64) {
        self.pane.set_zoom(zoom);
    }
    /// Take what was found.
    pub fn set_hits(&mut self, hits: &[Hit]) {
        self.marks = Marks::new(hits);
        self.credits = credits::Credits::of(hits);
        self.spot = None;
    }

    /// Draw the map. While something is edited `place` is where it is, and a click gives it another:
    /// it is returned.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, place: Option<Option<Position>>) -> Option<Position> {
        let texts = pane_texts(cx);
        let tokens = cx.tokens;
        let territory = cx.selection.territory.and_then(|id| cx.snapshot.followed(id));
        let edges = territory.map(|territory| self.outline(territory).to_vec()).unwrap_or_default();
        let zoom = self.pane.zoom();
        let clusters = self.marks.at_zoom(zoom.floor().clamp(0.0, 22.0) as u8);
        let credits = self.credits.lines().to_vec();
        let (marks, mut spot, selected) = (&self.marks, self.spot.take(), cx.selection.element);
        let selected_at = selected.and_then(|id| cx.snapshot.elements.get(&id)).and_then(|element| element.position);
        let mut act = marks::Act::None;
        let (response, ()) = self.pane.show(ui, cx.basemap, tokens, &texts, &credits, |ui, response, projector| {
            outline_ui(ui, projector, &edges, tokens.accent);
            if place.is_none() {
                act = marks::marks_ui(ui, response, projector, tokens, cx.texts, cx.selection, marks, &clusters);
            }
            let pinned = place.unwrap_or(selected_at);
            if let Some(at) = pinned {
                let tip = projector.project(to_world(at)).to_pos2();
                pin(ui.painter(), tip, tokens.danger, tokens.on_danger);
            }
        });
        let clicked = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        match act {
            marks::Act::None => {
                if clicked.is_some() {
                    spot = None;
                }
            }
            marks::Act::Open(id) => {
                spot = None;
                cx.act(Action::Select(Some(id)));
            }
            marks::Act::Near(at) => {
                spot = None;
                self.pane.centre_at(at);
                self.pane.set_zoom(zoom.floor() + 2.0);
            }
            marks::Act::List(found) => spot = Some(found),
        }
        if let Some(open) = spot {
            self.spot = marks::spot_ui(ui, cx, open);
        }
        let picked = clicked.filter(|_| place.is_some())?;
        // The pane's own projector is gone: this one looks the same way.
        let at = self.pane.unproject(response.rect, picked.to_vec2())?;
        from_world(at)
    }

    fn outline(&mut self, territory: &Followed) -> &[outline::Edge] {
        if self.outlines.len() >= OUTLINES_MAX {
            self.outlines.clear();
        }
        self.outlines.entry((territory.id, territory.cells.len())).or_insert_with(|| outline::outline(territory))
    }
}

/// Names of the map's controls.
#[must_use]
pub fn pane_texts(cx: &ViewContext<'_>) -> PaneTexts {
    PaneTexts { name: cx.t("map-name"), zoom_in: cx.t("map-zoom-in"), zoom_out: cx.t("map-zoom-out") }
}

fn outline_ui(ui: &Ui, projector: &Projector<'_>, edges: &[outline::Edge], color: egui::Color32) {
    use crate::logic::cluster::unmercator;
    let stroke = Stroke::new(2.0, color);
    let view = projector.clip_rect().expand(8.0);
    for [(ax, ay), (bx, by)] in edges {
        let (Some(a), Some(b)) = (unmercator(*ax, *ay), unmercator(*bx, *by)) else { continue };
        let (a, b) = (projector.project(to_world(a)).to_pos2(), projector.project(to_world(b)).to_pos2());
        if view.intersects(egui::Rect::from_two_pos(a, b).expand(1.0)) {
            ui.painter().line_segment([a, b], stroke);
        }
    }
}

/// The zoom at which a territory fills most of a window.
fn fitting_zoom(territory: &Followed) -> f64 {
    let mut bounds: Option<(f64, f64)> = None;
    let (cx, cy) = crate::logic::cluster::mercator(territory.centre);
    for cell in territory.cells.iter() {
        let (low, high) = cell.bounds();
        for corner in [low, high] {
            let (x, y) = crate::logic::cluster::mercator(corner);
            let (dx, dy) = bounds.unwrap_or((0.0, 0.0));
            bounds = Some((dx.max((x - cx).abs()), dy.max((y - cy).abs())));
        }
    }
    // Points of a usual map's half width and height.
    let half = vec2(300.0, 330.0);
    let Some((dx, dy)) = bounds else { return TOWN_ZOOM };
    let scale = (f64::from(half.x) / dx.max(1e-9)).min(f64::from(half.y) / dy.max(1e-9));
    ((scale / 256.0).log2() * 4.0).floor() / 4.0
}
