//! Marks on the map: an icon for one element, a number for many, a list where no zoom parts them.

use crate::{
    locale::Texts,
    logic::{
        Action,
        cluster::{Cluster, Marks},
        format, keys,
        sight::in_sight,
    },
    ui::{
        fonts::bold_id,
        icons::{self, Icon},
        listed::listed,
        map::{Claimed, Screen, halo_text},
        tokens::{Tokens, space, text},
    },
    views::ViewContext,
};
use communaut_protocol::{ElementId, Position, op::Kind};
use egui::{Align2, FontId, Order, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};
use std::borrow::Cow;

/// Radius of a single element's mark, in points.
const MARK_RADIUS: f32 = 12.0;
/// Radius of the mark of what is chosen, in points.
const CHOSEN_RADIUS: f32 = 16.0;
/// Marks in sight that are controls of their own, for keyboard and screen reader: more could not be
/// walked through. The others can be clicked all the same.
const CONTROLS_MAX: usize = 300;
/// From this zoom on single elements show their names.
const NAMES_FROM_ZOOM: f64 = 13.5;

/// A mark whose members no zoom parts.
#[derive(Debug, Clone)]
pub struct MarkList {
    pub at: Pos2,
    pub members: Vec<u32>,
    /// Of which hits.
    pub generation: u64,
    /// How the map was drawn when it was opened.
    pub screen: Option<Screen>,
}

/// What was asked of a mark.
pub enum Act {
    None,
    /// Open an element's page.
    Open(ElementId),
    /// Look nearer.
    Near(Position),
    /// List what stands on one spot.
    List {
        at: Pos2,
        members: Vec<u32>,
    },
}

/// The marks in sight, and which of them have room for their names.
#[derive(Default)]
pub struct MarksInSight<'a> {
    marks: Vec<(Pos2, Cow<'a, Cluster>)>,
    /// Of each mark.
    named: Vec<bool>,
}

/// Where marks stand, with their names; the ground's names give way to these.
pub fn standing<'a>(
    ui: &Ui,
    screen: &Screen,
    tokens: &Tokens,
    marks: &Marks,
    clusters: &'a [Cluster],
) -> (MarksInSight<'a>, Claimed) {
    let seen = in_sight(clusters, &screen.window(MARK_RADIUS));
    let placed: Vec<_> = seen.into_iter().map(|mark| (screen.at(mark.x, mark.y), mark)).collect();
    let mut taken: Vec<Rect> =
        placed.iter().map(|(at, c)| Rect::from_center_size(*at, Vec2::splat(2.0 * radius(c)))).collect();
    // From afar a mark hides little of a town's name; near by it would hide all of a street's, which has room
    // elsewhere.
    let near = screen.zoom >= NAMES_FROM_ZOOM;
    let mut claimed = Claimed { areas: if near { taken.clone() } else { Vec::new() }, names: Vec::new() };
    let named = placed.iter().map(|(place, cluster)| {
        let Some(hit) = marks.hit(cluster.first).filter(|_| near && cluster.count == 1) else { return false };
        let rect = name_rect(ui, *place, &hit.element.name, tokens);
        let free = !taken.iter().any(|other| other.intersects(rect));
        if free {
            taken.push(rect);
            claimed.areas.push(rect);
            claimed.names.push((hit.element.name.clone(), *place));
        }
        free
    });
    let named = named.collect();
    (MarksInSight { marks: placed, named }, claimed)
}

pub fn marks_ui(
    ui: &Ui,
    response: &Response,
    screen: &Screen,
    tokens: &Tokens,
    texts: Texts,
    marks: &Marks,
    standing: &MarksInSight<'_>,
) -> Act {
    let mut act = Act::None;
    let name_of = |cluster: &Cluster| marks.hit(cluster.first).map(|hit| hit.element.name.clone());
    // Names of what is pointed at, which stand whatever was there.
    let mut over: Vec<Rect> = Vec::new();
    for (index, ((place, cluster), named)) in standing.marks.iter().zip(&standing.named).enumerate() {
        let first = marks.hit(cluster.first).map(|hit| &*hit.element);
        let kind = first.map(|element| element.kind).unwrap_or_default();
        let radius = radius(cluster);
        let rect = Rect::from_center_size(*place, Vec2::splat(2.0 * radius));
        let mut lit = false;
        let mut pressed = false;
        if index < CONTROLS_MAX {
            let control = ui.interact(rect, response.id.with((cluster.first, cluster.count)), Sense::click());
            control.widget_info(|| {
                let name = name_of(cluster).unwrap_or_default();
                let label = if cluster.count == 1 {
                    name
                } else {
                    let others = usize::try_from(cluster.count - 1).unwrap_or(0);
                    texts.tr("map-mark-many", &[("name", name.into()), ("others", others.into())])
                };
                WidgetInfo::labeled(Role::Button, true, label)
            });
            lit = control.hovered() || control.has_focus();
            pressed = control.clicked();
        } else if response.clicked() {
            pressed = response.interact_pointer_pos().is_some_and(|at| rect.contains(at));
        }
        mark_ui(ui, *place, radius, cluster, kind, tokens, texts, lit);
        if *named || lit && cluster.count == 1 {
            name_ui(ui, *place, &name_of(cluster).unwrap_or_default(), tokens, &mut over, lit);
        }
        if pressed {
            act = match (cluster.count, first) {
                (1, Some(first)) => Act::Open(first.id),
                _ if cluster.is_one_spot() || screen.zoom >= 18.5 => list(*place, marks, cluster),
                _ => cluster.position().map_or(Act::None, Act::Near),
            };
        }
    }
    act
}

fn list(at: Pos2, marks: &Marks, cluster: &Cluster) -> Act {
    Act::List { at, members: marks.members(cluster) }
}

fn radius(cluster: &Cluster) -> f32 {
    match cluster.count {
        1 => MARK_RADIUS,
        2..10 => 14.0,
        10..100 => 16.0,
        100..1_000 => 19.0,
        _ => 23.0,
    }
}

#[expect(clippy::too_many_arguments, reason = "all that one mark is drawn from")]
fn mark_ui(ui: &Ui, place: Pos2, radius: f32, cluster: &Cluster, kind: Kind, tokens: &Tokens, texts: Texts, lit: bool) {
    let painter = ui.painter();
    let ring = Stroke::new(if lit { 3.0 } else { 1.5 }, tokens.raised);
    if cluster.count == 1 {
        painter.circle(place, radius, tokens.mark(kind), ring);
        icons::paint(painter, Icon::from(kind), Rect::from_center_size(place, Vec2::splat(14.0)), tokens.on_mark);
    } else {
        painter.circle_filled(place, radius + 3.0, tokens.cluster.gamma_multiply(0.3));
        painter.circle(place, radius, tokens.cluster, ring);
        let words = match cluster.count {
            0..10_000 => format::number(texts, u64::from(cluster.count)),
            count => format!("{}k", count / 1_000),
        };
        painter.text(place, Align2::CENTER_CENTER, words, bold_id(text::TINY), tokens.on_cluster);
    }
}

/// Where the name under a mark begins.
fn name_at(place: Pos2) -> Pos2 {
    place + vec2(0.0, MARK_RADIUS + 2.0)
}

fn name_rect(ui: &Ui, place: Pos2, name: &str, tokens: &Tokens) -> Rect {
    let galley = ui.painter().layout_no_wrap(name.to_owned(), FontId::proportional(text::SMALL), tokens.map.label);
    Align2::CENTER_TOP.anchor_size(name_at(place), galley.size())
}

/// What is chosen, lifted out of whatever stands there: larger, in a ring, a little above its spot so that a count
/// under it can still be read.
pub fn chosen_ui(painter: &egui::Painter, spot: Pos2, kind: Kind, tokens: &Tokens) {
    let place = spot - vec2(0.0, 2.0 * CHOSEN_RADIUS);
    let color = tokens.mark(kind);
    painter.line_segment([spot, place], Stroke::new(2.0, color));
    painter.circle_filled(place, CHOSEN_RADIUS + 5.0, tokens.raised);
    painter.circle(place, CHOSEN_RADIUS, color, Stroke::new(2.0, tokens.raised));
    painter.circle_stroke(place, CHOSEN_RADIUS + 4.0, Stroke::new(2.0, color));
    icons::paint(painter, Icon::from(kind), Rect::from_center_size(place, Vec2::splat(18.0)), tokens.on_mark);
}

/// A name under a mark, unless it would stand on one that is pointed at.
fn name_ui(ui: &Ui, place: Pos2, name: &str, tokens: &Tokens, over: &mut Vec<Rect>, lit: bool) {
    let rect = name_rect(ui, place, name, tokens);
    if lit {
        over.push(rect);
    } else if over.iter().any(|other| other.intersects(rect)) {
        return;
    }
    halo_text(ui, name_at(place), Align2::CENTER_TOP, name, tokens);
}

/// The list of what stands on one spot. None: closed.
pub fn spot_ui(ui: &Ui, cx: &mut ViewContext<'_>, marks: &Marks, spot: MarkList) -> Option<MarkList> {
    let mut open = true;
    egui::Area::new(ui.scope_id().with("spot")).order(Order::Foreground).fixed_pos(spot.at + vec2(16.0, -8.0)).show(
        ui.ctx(),
        |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_max_width(280.0);
                egui::ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
                    listed(ui, "spot", cx.texts, spot.members.iter(), |ui, index| {
                        let Some(hit) = marks.hit(*index) else { return };
                        let element = &hit.element;
                        ui.horizontal(|ui| {
                            icons::show(ui, Icon::from(element.kind), 16.0, cx.tokens.mark(element.kind));
                            let kind = cx.t(keys::kind(element.kind));
                            if ui.link(cx.called(element.id, &element.name)).on_hover_text(kind).clicked() {
                                cx.act(Action::Select(Some(element.id)));
                                open = false;
                            }
                        });
                        ui.add_space(space::XS);
                    });
                });
            });
        },
    );
    open.then_some(spot)
}
