//! An area that is being drawn: its corners, and what they were before each step, so that it can be undone.

mod plane;
#[cfg(test)]
mod tests;

use communaut_node::api::{Followed, Outline, TerritoryId};
use communaut_protocol::Position;
use plane::{TURN, beside, cross, distance2, meet, unwrapped};
use std::collections::VecDeque;

/// Corners of an area that is drawn by hand: more than anybody sets, and few enough to be shown as handles. An outline
/// that has more is taken over with those that say most.
pub const CORNERS_MAX: usize = 500;
/// Steps that can be undone: each is all corners, at most 4 kB.
const STEPS_MAX: usize = 200;

/// A corner: in which ring, and its number there.
pub type Corner = (usize, usize);

/// What is being drawn.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// Its name, as it is typed.
    pub name: String,
    /// Publish it, so that others may follow it.
    pub publish: bool,
    /// The territory whose outline it takes the place of; none: a new one.
    pub of: Option<TerritoryId>,
    /// Whether the outline that was taken over had more corners.
    pub simplified: bool,
    now: Shape,
    before: VecDeque<Shape>,
    after: Vec<Shape>,
    /// The corner that moves under the pointer: one step, however long the way.
    moving: Option<Corner>,
    crossing: bool,
}

/// Rings, and to which polygon each belongs: the first of a polygon is its outline, the others are its holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Shape {
    rings: Vec<(usize, Vec<Position>)>,
    /// Whether the last corner was set: from then on a corner goes between two others.
    closed: bool,
}

impl Sketch {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { now: Shape { rings: vec![(0, Vec::new())], closed: false }, ..Self::default() }
    }
    /// The outline of a territory, to be changed. None: it has no outline but the sides of its cells.
    #[must_use]
    pub fn of(territory: &Followed) -> Option<Self> {
        let outline = territory.outline.simplified(CORNERS_MAX);
        let position = |[x, y]: &[i32; 2]| {
            let lon_e7 = (i64::from(*x) + TURN / 2).rem_euclid(TURN) - TURN / 2;
            Position { lat_e7: *y, lon_e7: i32::try_from(lon_e7).unwrap_or_default() }
        };
        let mut rings: Vec<(usize, Vec<Position>)> = Vec::new();
        for (polygon, all) in outline.0.iter().enumerate() {
            rings.extend(all.iter().map(|ring| (polygon, ring.iter().map(position).collect())));
        }
        let simplified = outline.corners() < territory.outline.corners();
        let (name, of) = (territory.name.clone(), Some(territory.id));
        let now = Shape { rings, closed: true };
        let crossing = now.is_crossing();
        (!now.rings.is_empty()).then(|| Self { name, of, simplified, now, crossing, ..Self::default() })
    }
    /// Its rings.
    pub fn rings(&self) -> impl Iterator<Item = &[Position]> {
        self.now.rings.iter().map(|(_, ring)| ring.as_slice())
    }
    /// So many corners it has.
    #[must_use]
    pub fn corners(&self) -> usize {
        self.rings().map(<[Position]>::len).sum()
    }
    /// Whether its last corner was set.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.now.closed
    }
    /// Whether anything was done that would be lost.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.before.is_empty()
    }
    /// Whether a step can be undone.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }
    /// Whether a step that was undone can be done again.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.after.is_empty()
    }
    /// Whether two of its sides cross, so that nobody could say what lies inside.
    #[must_use]
    pub const fn is_crossing(&self) -> bool {
        self.crossing
    }
    /// Whether it is an area.
    #[must_use]
    pub fn is_area(&self) -> bool {
        !self.crossing && self.rings().all(|ring| ring.len() > 2) && self.outline().is_some()
    }
    /// Square kilometres.
    #[must_use]
    pub fn km2(&self) -> f64 {
        self.outline().map_or(0.0, |outline| outline.km2())
    }

    /// A corner where somebody points: after the last one, or, once the ring is closed, in the side next to it; none
    /// where there is one already, or no room.
    pub fn add(&mut self, at: Position) {
        if self.corners() >= CORNERS_MAX || self.rings().any(|ring| ring.contains(&at)) {
            return;
        }
        let nearest = self.now.closed.then(|| self.nearest_side(at)).flatten();
        self.step(|shape| {
            if let Some((ring, side)) = nearest {
                shape.rings.get_mut(ring).into_iter().for_each(|(_, ring)| ring.insert(side + 1, at));
            } else if let Some((_, ring)) = shape.rings.last_mut() {
                ring.push(at);
            }
        });
    }
    /// No more corners at the end.
    pub fn close(&mut self) {
        if !self.now.closed && self.corners() > 2 {
            self.step(|shape| shape.closed = true);
        }
    }
    /// Take a corner away; a ring that is no area any more goes with it, unless it is the last.
    pub fn remove(&mut self, (ring, number): Corner) {
        if self.corner((ring, number)).is_none() {
            return;
        }
        self.step(|shape| {
            let Some((polygon, corners)) = shape.rings.get_mut(ring) else { return };
            corners.remove(number);
            let polygon = *polygon;
            let is_ring = corners.len() > 2;
            if is_ring || shape.rings.len() == 1 {
                shape.closed &= is_ring;
                return;
            }
            // Without its outline a hole is nothing.
            let is_outline = shape.rings.iter().position(|(of, _)| *of == polygon) == Some(ring);
            if is_outline && shape.rings.iter().any(|(of, _)| *of != polygon) {
                shape.rings.retain(|(of, _)| *of != polygon);
            } else if !is_outline {
                shape.rings.remove(ring);
            } else {
                shape.rings.truncate(1);
                shape.closed = false;
            }
        });
    }
    /// Put a corner elsewhere. While it is under way all of it is one step.
    pub fn put(&mut self, corner: Corner, at: Position, under_way: bool) {
        if self.corner(corner).is_none() {
            return;
        }
        if self.moving == Some(corner) {
            self.now.put(corner, at);
            self.crossing = self.now.is_crossing();
        } else {
            self.step(|shape| shape.put(corner, at));
        }
        self.moving = under_way.then_some(corner);
    }
    /// The pointer was let go.
    pub const fn rest(&mut self) {
        self.moving = None;
    }
    /// Where a corner is.
    #[must_use]
    pub fn corner(&self, (ring, number): Corner) -> Option<Position> {
        self.now.rings.get(ring)?.1.get(number).copied()
    }
    /// Undo the last step.
    pub fn undo(&mut self) {
        if let Some(before) = self.before.pop_back() {
            self.after.push(std::mem::replace(&mut self.now, before));
            self.turned();
        }
    }
    /// Do again what was undone last.
    pub fn redo(&mut self) {
        if let Some(after) = self.after.pop() {
            self.before.push_back(std::mem::replace(&mut self.now, after));
            self.turned();
        }
    }
    fn turned(&mut self) {
        self.moving = None;
        self.crossing = self.now.is_crossing();
    }
    fn step(&mut self, act: impl FnOnce(&mut Shape)) {
        let before = self.now.clone();
        act(&mut self.now);
        if self.now == before {
            return;
        }
        if self.before.len() >= STEPS_MAX {
            self.before.pop_front();
        }
        self.before.push_back(before);
        self.after.clear();
        self.turned();
    }

    /// The side next to a point: its ring, and its first corner.
    fn nearest_side(&self, at: Position) -> Option<(usize, usize)> {
        let mut nearest: Option<(f64, (usize, usize))> = None;
        for (number, ring) in self.rings().enumerate() {
            let flat: Vec<(f64, f64)> = ring.iter().map(|corner| beside(at, *corner)).collect();
            for (side, (a, b)) in flat.iter().zip(flat.iter().skip(1).chain(flat.first())).enumerate() {
                let away = distance2(*a, *b);
                if nearest.is_none_or(|(least, _)| away < least) {
                    nearest = Some((away, (number, side)));
                }
            }
        }
        nearest.map(|(_, side)| side)
    }

    /// As the node has outlines. None: no area.
    fn outline(&self) -> Option<Outline> {
        let mut polygons: Vec<Vec<Vec<(i64, i64)>>> = Vec::new();
        let mut last = None;
        for (polygon, ring) in &self.now.rings {
            let whole = unwrapped(ring, self.now.beside(*polygon));
            match polygons.last_mut().filter(|_| last == Some(*polygon)) {
                Some(rings) => rings.push(whole),
                None => polygons.push(vec![whole]),
            }
            last = Some(*polygon);
        }
        Outline::of(polygons)
    }

    /// As GeoJSON text (RFC 7946), for the node. None: no area.
    #[must_use]
    pub fn geojson(&self) -> Option<String> {
        let outline = self.outline().filter(|_| self.is_area())?;
        let at = |[x, y]: &[i32; 2]| serde_json::json!([f64::from(*x) / 1e7, f64::from(*y) / 1e7]);
        let ring = |ring: &Vec<[i32; 2]>| ring.iter().chain(ring.first()).map(at).collect::<Vec<_>>();
        let polygons: Vec<Vec<_>> = outline.0.iter().map(|rings| rings.iter().map(ring).collect()).collect();
        Some(serde_json::json!({ "type": "MultiPolygon", "coordinates": polygons }).to_string())
    }
}

impl Shape {
    /// The longitude beside which a ring of a polygon lies: that of its outline's first corner.
    fn beside(&self, polygon: usize) -> Option<i64> {
        let outline = self.rings.iter().find(|(of, _)| *of == polygon);
        outline.and_then(|(_, ring)| ring.first()).map(|first| i64::from(first.lon_e7))
    }

    fn put(&mut self, (ring, number): Corner, at: Position) {
        let corner = self.rings.get_mut(ring).and_then(|(_, ring)| ring.get_mut(number));
        corner.into_iter().for_each(|corner| *corner = at);
    }

    /// Whether two sides meet that are no neighbours. Of a ring that is not closed yet the side back to its beginning
    /// counts too: that is what it would be.
    fn is_crossing(&self) -> bool {
        let mut sides = Vec::new();
        for (number, (polygon, ring)) in self.rings.iter().enumerate() {
            let whole = unwrapped(ring, self.beside(*polygon));
            let next = whole.iter().skip(1).chain(whole.first());
            sides.extend(whole.iter().zip(next).enumerate().map(|(at, (a, b))| (number, at, whole.len(), *a, *b)));
        }
        sides.iter().enumerate().any(|(index, (ring, at, len, a, b))| {
            sides.iter().skip(index + 1).any(|(other, beyond, _, c, d)| {
                let neighbours = ring == other && (at.abs_diff(*beyond) <= 1 || at.abs_diff(*beyond) + 1 == *len);
                // Parts may touch each other, and a hole its outline: they do in official boundaries.
                !neighbours && if ring == other { meet(*a, *b, *c, *d) } else { cross(*a, *b, *c, *d) }
            })
        })
    }
}
