//! Sketch a territory on the map, or changing its outline: corners that are set, moved and taken away, by pointer and
//! by keys, and undone.

use crate::{
    locale::Texts,
    logic::{
        Action, Asked,
        drawing::{CORNERS_MAX, Corner, Sketch},
        format,
    },
    ui::{
        map::{MapPane, Screen, from_world},
        tokens::{RADIUS, Tokens, space},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{Area, CreateTerritory, FollowTarget, Redraw, TerritoryId};
use communaut_protocol::{Position, limits::NAME_MAX};
use egui::{
    Color32, CornerRadius, EventFilter, Frame, Key, Margin, Modifiers, Pos2, Rect, Response, Role, Sense, Shape,
    Stroke, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};
use walkers::Projector;

/// Points around a corner in which it is taken hold of.
const HANDLE: f32 = 18.0;
/// Radius of a corner as it is drawn, in points.
const CORNER_RADIUS: f32 = 5.0;
/// Points by which an arrow key moves a corner; with the shift key one.
const KEY_STEP: f32 = 8.0;
/// Share of the map's room by which an arrow key moves the map.
const KEY_PAN: f32 = 0.125;
/// Width of the panel, in points.
const PANEL_WIDTH: f32 = 320.0;

/// What is drawn, and what was asked of the node for it.
#[derive(Default)]
pub struct DrawingView {
    drawing: Option<Sketch>,
    /// Of the drawing: a reply to an earlier one does not close it.
    number: u64,
    following: Asked<FollowTarget, u64>,
    creating: Asked<CreateTerritory, u64>,
    redrawing: Asked<Redraw, u64>,
    failure: Option<String>,
    focus: bool,
    /// Where the panel was drawn last: what is clicked there is not meant for the map.
    panel: Option<Rect>,
}

impl DrawingView {
    /// Draw something new, or the outline of a territory anew.
    pub fn open(&mut self, cx: &mut ViewContext<'_>, of: Option<TerritoryId>) {
        if self.drawing.as_ref().is_some_and(Sketch::is_changed) {
            return cx.notify(cx.t("draw-unsaved"));
        }
        let followed = of.and_then(|id| cx.overview.followed(id));
        let drawing = match (of, followed.map(Sketch::of)) {
            (None, _) => Sketch::new(),
            (Some(_), Some(Some(drawing))) => drawing,
            // A territory of cells alone: what others have published.
            (Some(_), _) => return cx.notify(cx.t("draw-no-outline")),
        };
        (self.drawing, self.failure, self.focus) = (Some(drawing), None, true);
        (self.number, self.panel) = (self.number.wrapping_add(1), None);
        if let Some(territory) = of {
            cx.act(Action::SetTerritory(Some(territory)));
        }
    }
    /// Whether something is being drawn.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.drawing.is_some()
    }
    /// One step back. Whether there was anything.
    pub fn back(&mut self, cx: &mut ViewContext<'_>) -> bool {
        match &self.drawing {
            None => return false,
            // A key that slips must not cost what was drawn.
            Some(drawing) if drawing.is_changed() => cx.notify(cx.t("draw-unsaved")),
            Some(_) => self.drawing = None,
        }
        true
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        let followed = self.following.take_for().map(|(number, reply)| (number, reply, "territory-followed"));
        let created = || self.creating.take_for().map(|(number, reply)| (number, reply, "territory-followed"));
        let followed = followed.or_else(created);
        let redrawn = || self.redrawing.take_for().map(|(number, reply)| (number, reply, "draw-saved"));
        match followed.or_else(redrawn) {
            Some((number, Ok(info), words)) => {
                if number == self.number {
                    self.drawing = None;
                }
                cx.act(Action::SetTerritory(Some(info.id)));
                cx.notify(cx.tr(words, &[("name", (&info.name).into())]));
            }
            Some((_, Err(failure), _)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }
    /// Whether the node is asked to follow what is drawn: until it has answered, nothing is changed.
    fn is_under_way(&self) -> bool {
        let number = &self.number;
        self.following.is_under_way_for(number)
            || self.creating.is_under_way_for(number)
            || self.redrawing.is_under_way_for(number)
    }

    /// Keys that work while something is drawn and nothing is typed.
    fn keys(&mut self, ui: &Ui, pane: &mut MapPane, map: &Response) {
        let is_under_way = self.is_under_way();
        let Some(drawing) = self.drawing.as_mut().filter(|_| !is_under_way) else { return };
        if ui.ctx().text_edit_focused() {
            return;
        }
        let rect = map.rect;
        let redo = Modifiers::COMMAND | Modifiers::SHIFT;
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        // The longer chord first: the shorter one would take it.
        if pressed(redo, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
            drawing.redo();
        } else if pressed(Modifiers::COMMAND, Key::Z) {
            drawing.undo();
        }
        if map.has_focus() {
            // Arrows move the map, not the focus.
            hold_arrows(ui, map.id);
        }
        if map.has_focus() || ui.memory(|memory| memory.focused().is_none()) {
            let by = arrows(ui) * rect.size() * KEY_PAN;
            let there = (by != Vec2::ZERO).then(|| pane.unproject(rect, rect.center().to_vec2() + by)).flatten();
            there.and_then(from_world).into_iter().for_each(|at| pane.centre_at(at));
        }
    }

    /// Draw it over the map.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        (texts, tokens): (Texts, &Tokens),
        response: &Response,
        projector: &Projector<'_>,
        screen: &Screen,
    ) {
        let is_under_way = self.is_under_way();
        let Some(drawing) = &mut self.drawing else { return };
        if is_under_way {
            return sides_ui(ui, screen, drawing, tokens);
        }
        if !ui.input(|input| input.pointer.any_down()) {
            drawing.rest();
        }
        let at = |point: Pos2| from_world(projector.unproject(point.to_vec2()));
        let mut held = false;
        sides_ui(ui, screen, drawing, tokens);
        for corner in corners_of(drawing) {
            held |= corner_ui(ui, (texts, tokens), response, screen, drawing, corner, &at);
        }
        cross_ui(ui, screen.rect.center(), tokens);
        let point = response.interact_pointer_pos().filter(|_| response.clicked() && !held);
        point.and_then(at).into_iter().for_each(|there| drawing.add(there));
    }

    /// What can be done, above the map.
    pub fn panel_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, pane: &mut MapPane, map: &Response) {
        self.keys(ui, pane, map);
        let (rect, busy) = (map.rect, self.is_under_way());
        let Some(drawing) = &mut self.drawing else { return };
        let room = Rect::from_min_size(rect.left_top() + Vec2::splat(space::M), vec2(PANEL_WIDTH, rect.height()));
        let room = room.with_max_x(room.right().min(rect.right() - 64.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(room).id_salt("drawing"));
        // Below the panel's own controls, above the map: what is between them is nobody's.
        if let Some(panel) = self.panel {
            ui.interact(panel, map.id.with("panel"), Sense::click_and_drag());
        }
        let (mut cancel, mut save) = (false, false);
        let frame = Frame::new().fill(cx.tokens.raised).stroke(Stroke::new(1.0, cx.tokens.line));
        let frame = frame.corner_radius(CornerRadius::from(RADIUS)).inner_margin(Margin::same(12));
        let shown = frame.show(&mut ui, |ui| {
            let title = if drawing.of.is_some() { "draw-change" } else { "draw-new" };
            widgets::heading(ui, &cx.t(title));
            let name = widgets::field(ui, &cx.t("draw-name"), &mut drawing.name, &cx.t("draw-name-hint"), NAME_MAX);
            if std::mem::take(&mut self.focus) && drawing.of.is_none() {
                name.request_focus();
            }
            // From the name to the map, where arrows move it.
            if name.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                map.request_focus();
            }
            widgets::note(ui, said(cx, drawing));
            if drawing.is_crossing() {
                widgets::error(ui, cx.tokens, &cx.t("draw-crossing"));
            } else if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            ui.horizontal_wrapped(|ui| {
                if widgets::secondary(ui, &cx.t("draw-undo"), drawing.can_undo() && !busy).clicked() {
                    drawing.undo();
                }
                if widgets::secondary(ui, &cx.t("draw-redo"), drawing.can_redo() && !busy).clicked() {
                    drawing.redo();
                }
                let add = widgets::secondary(ui, &cx.t("draw-add"), !busy).on_hover_text(cx.t("draw-add-hint"));
                let there = pane.centre().filter(|_| add.clicked());
                there.into_iter().for_each(|at| drawing.add(at));
            });
            if drawing.of.is_none() {
                ui.checkbox(&mut drawing.publish, cx.t("draw-publish"));
            }
            ui.add_space(space::XS);
            ui.horizontal_wrapped(|ui| {
                let ready = drawing.is_area() && !drawing.name.trim().is_empty() && !busy;
                let words = if drawing.of.is_some() { "draw-save" } else { "draw-follow" };
                save = widgets::primary(ui, cx.tokens, &cx.t(words), ready).clicked();
                cancel = widgets::secondary(ui, &cx.t("cancel"), true).clicked();
            });
        });
        self.panel = Some(shown.response.rect);
        if save {
            self.save(cx);
        } else if cancel {
            self.drawing = None;
        }
    }

    fn save(&mut self, cx: &ViewContext<'_>) {
        let Some(drawing) = &self.drawing else { return };
        let Some(text) = drawing.geojson() else { return };
        let (name, area) = (drawing.name.trim().to_owned(), Area::GeoJson { text });
        self.failure = None;
        match drawing.of {
            Some(id) => self.redrawing.send_for(cx.commands, self.number, Redraw { id, name, area }),
            None if drawing.publish => {
                self.creating.send_for(cx.commands, self.number, CreateTerritory { name, area });
            }
            None => self.following.send_for(cx.commands, self.number, FollowTarget::Area { name, area }),
        }
    }
}

/// How far it is, or what to do.
fn said(cx: &ViewContext<'_>, drawing: &Sketch) -> String {
    let corners = drawing.corners();
    if corners == 0 {
        return cx.t("draw-hint");
    }
    let mut words = cx.tr("draw-corners", &[("count", corners.into())]);
    if drawing.is_area() {
        words = format!("{words} · {}", format::area(cx.texts, drawing.km2()));
    }
    if corners >= CORNERS_MAX {
        words = format!("{words}. {}", cx.tr("draw-many", &[("count", CORNERS_MAX.into())]));
    } else if !drawing.is_closed() && corners > 2 {
        words = format!("{words}. {}", cx.t("draw-close"));
    } else if drawing.simplified && !drawing.is_changed() {
        words = format!("{words}. {}", cx.t("draw-simplified"));
    }
    words
}

fn corners_of(drawing: &Sketch) -> Vec<Corner> {
    drawing.rings().enumerate().flat_map(|(ring, corners)| (0..corners.len()).map(move |at| (ring, at))).collect()
}

fn sides_ui(ui: &Ui, screen: &Screen, drawing: &Sketch, tokens: &Tokens) {
    let color = if drawing.is_crossing() { tokens.danger } else { tokens.accent };
    let stroke = Stroke::new(2.5, color);
    for ring in drawing.rings() {
        let mut points: Vec<Pos2> = ring.iter().map(|at| screen.place(*at)).collect();
        if let (Some(first), Some(last), false) = (points.first(), points.last(), drawing.is_closed()) {
            ui.painter().extend(Shape::dashed_line(&[*last, *first], Stroke::new(1.5, color), 6.0, 5.0));
            ui.painter().add(Shape::line(points, stroke));
        } else {
            points.extend(points.first().copied());
            ui.painter().add(Shape::line(points, stroke));
        }
    }
}

/// The middle of the map, where a key sets a corner.
fn cross_ui(ui: &Ui, middle: Pos2, tokens: &Tokens) {
    for (color, width) in [(tokens.map.label_halo, 4.0), (tokens.map.label, 1.5)] {
        for half in [vec2(9.0, 0.0), vec2(0.0, 9.0)] {
            ui.painter().line_segment([middle - half, middle + half], Stroke::new(width, color));
        }
    }
}

/// A corner: moved by dragging it or by arrow keys, taken away by Delete or the other mouse button. Gives whether the
/// pointer is busy with it.
fn corner_ui(
    ui: &Ui,
    (texts, tokens): (Texts, &Tokens),
    response: &Response,
    screen: &Screen,
    drawing: &mut Sketch,
    corner: Corner,
    at: &impl Fn(Pos2) -> Option<Position>,
) -> bool {
    let Some(place) = drawing.corner(corner).map(|at| screen.place(at)) else { return false };
    if !screen.rect.contains(place) {
        return false;
    }
    let rect = Rect::from_center_size(place, Vec2::splat(HANDLE));
    let handle = ui.interact(rect, response.id.with(corner), Sense::click_and_drag());
    handle.widget_info(|| {
        let numbers = [("number", (corner.1 + 1).into()), ("count", drawing.corners().into())];
        WidgetInfo::labeled(Role::Button, true, texts.tr("draw-corner", &numbers))
    });
    let lit = handle.hovered() || handle.has_focus() || handle.dragged();
    let (fill, edge): (Color32, Color32) =
        if lit { (tokens.accent, tokens.raised) } else { (tokens.raised, tokens.accent) };
    ui.painter().circle(place, CORNER_RADIUS + if lit { 2.0 } else { 0.0 }, fill, Stroke::new(2.0, edge));
    if handle.dragged() {
        // Never out of sight, where nobody could take hold of it again.
        let there = handle.interact_pointer_pos().and_then(|point| at(screen.rect.shrink(1.0).clamp(point)));
        there.into_iter().for_each(|there| drawing.put(corner, there, true));
    }
    if handle.drag_stopped() {
        drawing.rest();
    }
    let mut gone = handle.secondary_clicked();
    if handle.has_focus() {
        // Arrows move the corner, not the focus.
        hold_arrows(ui, handle.id);
        let step = if ui.input(|input| input.modifiers.shift) { 1.0 } else { KEY_STEP };
        let by = arrows(ui) * step;
        if by != Vec2::ZERO {
            at(place + by).into_iter().for_each(|there| drawing.put(corner, there, false));
        }
        gone |= ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::Delete) || input.consume_key(Modifiers::NONE, Key::Backspace)
        });
    }
    if gone {
        drawing.remove(corner);
    } else if handle.clicked() && corner.1 == 0 || handle.double_clicked() {
        // Back at the first, or twice at the last.
        drawing.close();
    }
    handle.hovered() || handle.dragged() || gone
}

/// Arrow keys are for what has the focus, not for moving it.
fn hold_arrows(ui: &Ui, id: egui::Id) {
    let arrows_too = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows_too));
}

/// Arrow keys that were pressed, as a direction on the screen.
fn arrows(ui: &Ui) -> Vec2 {
    let keys = [
        (Key::ArrowLeft, vec2(-1.0, 0.0)),
        (Key::ArrowRight, vec2(1.0, 0.0)),
        (Key::ArrowUp, vec2(0.0, -1.0)),
        (Key::ArrowDown, vec2(0.0, 1.0)),
    ];
    let pressed = |key: Key| ui.input(|input| input.num_presses(key));
    keys.into_iter().fold(Vec2::ZERO, |sum, (key, by)| sum + by * pressed(key) as f32)
}
