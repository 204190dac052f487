//! The map: marks of the selection, the territory's outline, the place of what is being edited.

mod drawing;
mod marks;

use crate::{
    logic::{Action, cluster::mercator, marking::Marking, outline},
    ui::{
        map::{Claimed, Decoding, MapPane, PaneTexts, Screen, from_world, pin},
        waker::Waker,
    },
    views::ViewContext,
};
use communaut_node::api::{Followed, Outline, Overview, TerritoryId};
use communaut_protocol::{Cell, ElementId, Position};
use egui::{Stroke, Ui};
use std::{cell::RefCell, collections::HashMap, sync::Arc};
use walkers::Projector;

/// A town fits the window.
const TOWN_ZOOM: f64 = 12.0;
/// A street fits the window.
const STREET_ZOOM: f64 = 15.0;
/// A door and its neighbours fit the window.
const DOOR_ZOOM: f64 = 17.0;
/// Outlines kept: territories that are looked at in turn.
const OUTLINES_MAX: usize = 16;

/// A territory's outline: what it was made from, and what came of it.
struct Outlined {
    cells: Arc<Vec<Cell>>,
    drawn: Arc<Outline>,
    edges: Arc<Vec<outline::Edge>>,
}

/// The map's state.
pub struct MapView {
    pane: MapPane,
    placed: bool,
    /// To be made to fit when the room is known: half the width and height, in mercator coordinates.
    fit: Option<(f64, f64)>,
    marking: Marking,
    /// What was found last, of [`crate::logic::Selection::generation`].
    found: u64,
    outlines: HashMap<TerritoryId, Outlined>,
    drawing: drawing::DrawingView,
    /// An element that is to be shown once it is known where it lies.
    to_show: Option<ElementId>,
    /// A place that is no element's, to be marked until something else is looked at.
    pointed: Option<Position>,
    /// Elements of a mark that no zoom parts, listed in a small window at its place.
    spot: Option<marks::MarkList>,
}

impl Default for MapView {
    fn default() -> Self {
        Self {
            pane: MapPane::world(),
            placed: false,
            fit: None,
            marking: Marking::default(),
            found: 0,
            outlines: HashMap::new(),
            drawing: drawing::DrawingView::default(),
            to_show: None,
            pointed: None,
            spot: None,
        }
    }
}

impl MapView {
    /// A map that looks at the world, its marks made apart from the frames or at once.
    #[must_use]
    pub fn new(waker: &Waker, decoding: Decoding) -> Self {
        let waker = waker.clone();
        Self { marking: Marking::new(decoding, move || waker.wake()), ..Self::default() }
    }
    /// What concerns the map of what was asked for.
    pub fn on(&mut self, action: &Action, cx: &mut ViewContext<'_>) {
        match action {
            Action::DrawTerritory(of) => self.drawing.open(cx, *of),
            Action::PointAt(at) => {
                self.show_place(*at);
                self.pane.set_zoom(self.pane.zoom().max(DOOR_ZOOM));
                self.pointed = Some(*at);
            }
            Action::Select(Some(_)) => self.pointed = None,
            Action::ShowOnMap(id) => {
                (self.to_show, self.pointed) = (Some(*id), None);
                self.take_shown(cx);
            }
            Action::CentreMap(at) => self.show_place(*at),
            Action::LookAround(offered) => self.centre_at(offered.place.place.position),
            Action::SetTerritory(territory) => {
                if let Some(followed) = territory.and_then(|id| cx.overview.followed(id)) {
                    self.look_at(followed);
                }
            }
            Action::GoHome { only_at_first: true } => {
                if let Some(me) = cx.overview.me.as_ref().filter(|_| !self.placed) {
                    self.centre_at(me.home);
                }
            }
            Action::GoHome { only_at_first: false } => self.go_home(cx.overview, cx.selection.territory),
            _ => {}
        }
    }
    /// Look at what is to be shown, if it is known where it lies.
    fn take_shown(&mut self, cx: &ViewContext<'_>) {
        let Some(card) = self.to_show.and_then(|id| cx.card(id)) else { return };
        if let Some(at) = card.element.as_ref().and_then(|element| element.position) {
            self.show_place(at);
        }
    }
    /// Take what was found since, and the replies to what was asked here.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.drawing.take_replies(cx);
        self.take_shown(cx);
        if self.found != cx.selection.generation {
            self.found = cx.selection.generation;
            self.marking.set_hits(cx.selection.hits());
        }
    }
    /// Where it looks.
    #[must_use]
    pub fn centre(&self) -> Option<Position> {
        self.pane.centre()
    }
    /// Look at a place, as near as before.
    fn centre_at(&mut self, at: Position) {
        (self.placed, self.to_show) = (true, None);
        self.pane.centre_at(at);
        self.pane.set_zoom(TOWN_ZOOM);
    }
    /// Look at a place, near enough to see a street.
    fn show_place(&mut self, at: Position) {
        (self.placed, self.to_show) = (true, None);
        self.pane.centre_at(at);
        self.pane.set_zoom(self.pane.zoom().max(STREET_ZOOM));
    }
    /// Look at a territory as a whole.
    fn look_at(&mut self, territory: &Followed) {
        (self.placed, self.to_show) = (true, None);
        self.pane.centre_at(territory.centre);
        self.pane.set_zoom(TOWN_ZOOM);
        self.fit = Some(extent(territory));
    }
    /// Look where one lives: at the territory in which one looks, or the first that one follows, or at one's home; at
    /// the world, where there is none.
    fn go_home(&mut self, overview: &Overview, territory: Option<TerritoryId>) {
        let followed = territory.and_then(|id| overview.followed(id)).or_else(|| overview.followed.first());
        match (followed, &overview.me) {
            (Some(territory), _) => self.look_at(territory),
            (None, Some(me)) => self.centre_at(me.home),
            (None, None) => self.pane = MapPane::world(),
        }
    }
    /// Look from this far.
    pub fn set_zoom(&mut self, zoom: f64) {
        self.pane.set_zoom(zoom);
    }
    /// One step back in what lies on the map. Whether anything did.
    pub fn back(&mut self, cx: &mut ViewContext<'_>) -> bool {
        self.spot.take().is_some() || self.drawing.back(cx)
    }

    /// Draw the map. While something is edited `place` is where it is, and a click gives it another:
    /// it is returned.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, place: Option<Option<Position>>) -> Option<Position> {
        if let Some(extent) = self.fit.take() {
            self.pane.set_zoom(fitting_zoom(extent, ui.available_size()));
        }
        let texts = pane_texts(cx);
        let tokens = cx.tokens;
        let territory = cx.selection.territory.and_then(|id| cx.overview.followed(id));
        // What is drawn anew is not drawn as it was too.
        let shown = territory.filter(|_| !self.drawing.is_open());
        let edges = shown.map(|territory| self.outline(territory)).unwrap_or_default();
        let zoom = self.pane.zoom();
        let (marks, clusters) = self.marking.at_zoom(zoom.floor().clamp(0.0, 22.0) as u8);
        let generation = self.marking.shown();
        let (mut spot, selected) = (self.spot.take(), cx.selection.element);
        let pointed = self.pointed;
        let drawing = &mut self.drawing;
        let (is_drawn, words) = (drawing.is_open(), cx.texts);
        self.pane.hold_zoom(is_drawn);
        let selected_at = selected.and_then(|id| {
            let card = cx.card(id)?;
            let element = card.element.as_ref()?;
            Some((element.position?, element.kind))
        });
        let mut act = marks::Act::None;
        let mut drawn = None;
        let standing = RefCell::new(marks::MarksInSight::default());
        let claims = |ui: &Ui, projector: &Projector<'_>| {
            if is_drawn || place.is_some() {
                return Claimed::default();
            }
            let (found, claimed) = marks::standing(ui, &Screen::of(projector), tokens, &marks, &clusters);
            standing.replace(found);
            claimed
        };
        let licences = self.marking.licences();
        let (response, ()) =
            self.pane.show(ui, cx.basemap, tokens, &texts, licences, claims, |ui, response, projector| {
                let screen = Screen::of(projector);
                drawn = Some(screen);
                outline_ui(ui, &screen, &edges, tokens.accent);
                if is_drawn {
                    drawing.ui(ui, (words, tokens), response, projector, &screen);
                } else if place.is_none() {
                    act = marks::marks_ui(ui, response, &screen, tokens, words, &marks, &standing.take());
                }
                if let Some(at) = pointed {
                    pin(ui.painter(), screen.place(at), tokens.accent, tokens.on_accent);
                }
                match (place, selected_at) {
                    (Some(Some(at)), _) => pin(ui.painter(), screen.place(at), tokens.danger, tokens.on_danger),
                    (None, Some((at, kind))) => marks::chosen_ui(ui.painter(), screen.place(at), kind, tokens),
                    _ => {}
                }
            });
        self.drawing.panel_ui(ui, cx, &mut self.pane, &response);
        if self.pane.take_home() {
            self.go_home(cx.overview, cx.selection.territory);
        }
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
            marks::Act::List { at, members } => {
                spot = Some(marks::MarkList { at, members, generation, screen: drawn });
            }
        }
        // It stays as long as its mark stays where it is.
        if let Some(open) = spot.filter(|spot| spot.generation == generation && spot.screen == drawn) {
            self.spot = marks::spot_ui(ui, cx, &marks, open);
        }
        let picked = clicked.filter(|_| place.is_some() && !is_drawn)?;
        // The pane's own projector is gone: this one looks the same way.
        let at = self.pane.unproject(response.rect, picked.to_vec2())?;
        from_world(at)
    }

    fn outline(&mut self, territory: &Followed) -> Arc<Vec<outline::Edge>> {
        let same = |held: &&Outlined| {
            Arc::ptr_eq(&held.cells, &territory.cells) && Arc::ptr_eq(&held.drawn, &territory.outline)
        };
        if let Some(held) = self.outlines.get(&territory.id).filter(same) {
            return held.edges.clone();
        }
        if self.outlines.len() >= OUTLINES_MAX {
            self.outlines.clear();
        }
        let edges = Arc::new(outline::outline(territory));
        let (cells, drawn) = (territory.cells.clone(), territory.outline.clone());
        self.outlines.insert(territory.id, Outlined { cells, drawn, edges: edges.clone() });
        edges
    }
}

/// Names of the map's controls.
#[must_use]
pub fn pane_texts(cx: &ViewContext<'_>) -> PaneTexts {
    let t = |key| cx.t(key);
    PaneTexts { name: t("map-name"), zoom_in: t("map-zoom-in"), zoom_out: t("map-zoom-out"), home: t("map-home") }
}

fn outline_ui(ui: &Ui, screen: &Screen, edges: &[outline::Edge], color: egui::Color32) {
    let stroke = Stroke::new(2.0, color);
    let view = screen.rect.expand(8.0);
    for [(ax, ay), (bx, by)] in edges {
        let (a, b) = (screen.at(*ax, *ay), screen.at(*bx, *by));
        if view.intersects(egui::Rect::from_two_pos(a, b).expand(1.0)) {
            ui.painter().line_segment([a, b], stroke);
        }
    }
}

/// Half the width and height of a territory around its centre, in mercator coordinates.
fn extent(territory: &Followed) -> (f64, f64) {
    let (cx, cy) = mercator(territory.centre);
    let corners = territory.cells.iter().flat_map(|cell| <[Position; 2]>::from(cell.bounds())).map(mercator);
    corners.fold((0.0, 0.0), |(dx, dy), (x, y)| (f64::max(dx, (x - cx).abs()), f64::max(dy, (y - cy).abs())))
}

/// The zoom, in quarters, at which an extent fills a room but for a margin.
fn fitting_zoom((dx, dy): (f64, f64), room: egui::Vec2) -> f64 {
    /// Share of the room that is filled.
    const FILLED: f64 = 0.92;
    let (half_width, half_height) = (f64::from(room.x) * FILLED / 2.0, f64::from(room.y) * FILLED / 2.0);
    let scale = (half_width / dx.max(1e-9)).min(half_height / dy.max(1e-9));
    ((scale / 256.0).max(1.0).log2() * 4.0).floor() / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn a_territory_fits_the_room_whatever_its_shape() {
        for room in [vec2(856.0, 800.0), vec2(400.0, 600.0), vec2(300.0, 300.0)] {
            let extent = (0.0003, 0.0004);
            let points = 256.0 * 2_f64.powf(fitting_zoom(extent, room));
            assert!(extent.0 * points <= f64::from(room.x) / 2.0 && extent.1 * points <= f64::from(room.y) / 2.0);
            assert!(
                extent.0 * points * 1.3 > f64::from(room.x) / 2.0 || extent.1 * points * 1.3 > f64::from(room.y) / 2.0
            );
        }
        assert!(fitting_zoom((0.5, 0.5), vec2(100.0, 100.0)).abs() < 1e-9);
    }
}
