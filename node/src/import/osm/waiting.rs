//! Ways and relations that wait for the positions of their nodes, and those positions: bounded.

use crate::import::{geometry::LatLon, record::Said};
use geo::{Centroid, ConvexHull, Coord, LineString, MultiPoint, Point, Polygon};
use std::collections::HashMap;

/// Node ids of one batch: at 24 bytes each about 50 MB, so that a small computer can import a country.
const NODES_MAX: usize = 2_000_000;
/// Nodes that a way of a relation is taken to have, before it is read.
const WAY_NODES_GUESS: usize = 50;
/// Bytes of text of one batch, likewise.
const TEXT_MAX: usize = 32 << 20;

/// A way or relation without a position.
pub(super) struct WaitingShape {
    pub at: String,
    pub said: Said,
    /// Of a way: in its order.
    pub nodes: Vec<i64>,
    /// Of a relation: the ways whose nodes are its outline.
    pub ways: Option<Vec<i64>>,
}

/// The shapes of one batch.
pub(super) struct Waiting {
    shapes: Vec<WaitingShape>,
    ids: usize,
    text: usize,
    ids_max: usize,
}

impl Waiting {
    pub fn new() -> Self {
        Self::of_at_most(NODES_MAX)
    }
    /// Batches of so many node ids.
    pub fn of_at_most(ids_max: usize) -> Self {
        Self { shapes: Vec::new(), ids: 0, text: 0, ids_max }
    }
    pub fn add(&mut self, shape: WaitingShape) {
        self.ids += shape.nodes.len() + shape.ways.iter().flatten().count() * WAY_NODES_GUESS;
        self.text += shape.said.bytes();
        self.shapes.push(shape);
    }
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }
    pub fn is_full(&self) -> bool {
        self.ids > self.ids_max || self.text > TEXT_MAX
    }
    pub fn take(&mut self) -> Vec<WaitingShape> {
        std::mem::replace(self, Self::of_at_most(self.ids_max)).shapes
    }
}

/// The nodes of the ways that are needed, by id.
#[derive(Default)]
pub(super) struct Outlines {
    nodes: HashMap<i64, Option<Vec<i64>>>,
    held: usize,
}

impl Outlines {
    pub fn of(shapes: &[WaitingShape]) -> Self {
        let ids = shapes.iter().flat_map(|shape| shape.ways.iter().flatten());
        Self { nodes: ids.map(|id| (*id, None)).collect(), held: 0 }
    }
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    /// Keep it, if it is needed and there is room.
    pub fn set(&mut self, way: i64, nodes: impl ExactSizeIterator<Item = i64>) {
        if let Some(slot @ None) = self.nodes.get_mut(&way)
            && self.held + nodes.len() <= NODES_MAX
        {
            self.held += nodes.len();
            *slot = Some(nodes.collect());
        }
    }
    /// Give each relation the nodes of its outline.
    pub fn fill(&self, shapes: &mut [WaitingShape]) {
        for shape in shapes {
            for way in shape.ways.iter().flatten() {
                shape.nodes.extend(self.nodes.get(way).into_iter().flatten().flatten());
            }
        }
    }
}

/// Positions of the nodes that are needed, by id.
pub(super) struct Places {
    ids: Vec<i64>,
    /// Single precision would be off by metres.
    found: Vec<Option<LatLon>>,
}

impl Places {
    /// Of the nodes that these shapes need.
    pub fn of(shapes: &[WaitingShape]) -> Self {
        let mut ids: Vec<i64> = shapes.iter().flat_map(|shape| &shape.nodes).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        Self { found: vec![None; ids.len()], ids }
    }
    /// Keep it, if it is needed.
    pub fn set(&mut self, id: i64, place: LatLon) {
        if let Ok(index) = self.ids.binary_search(&id)
            && let Some(slot) = self.found.get_mut(index)
        {
            *slot = Some(place);
        }
    }
    pub fn get(&self, id: i64) -> Option<LatLon> {
        self.found.get(self.ids.binary_search(&id).ok()?).copied().flatten()
    }
}

/// The centroid of the area, or of the line if it is not closed.
pub(super) fn middle(line: &[LatLon]) -> Option<LatLon> {
    let coords: LineString<f64> = line.iter().map(|(lat, lon)| Coord { x: *lon, y: *lat }).collect();
    let middle = if coords.is_closed() && line.len() > 3 {
        Polygon::new(coords, Vec::new()).centroid()
    } else {
        coords.centroid()
    };
    middle.map(|middle| (middle.y(), middle.x()))
}

/// The centroid of the hull of a relation's outline: its ways stand in no order.
pub(super) fn hull_middle(points: &[LatLon]) -> Option<LatLon> {
    let points: MultiPoint<f64> = points.iter().map(|(lat, lon)| Point::new(*lon, *lat)).collect();
    points.convex_hull().centroid().or_else(|| points.centroid()).map(|middle| (middle.y(), middle.x()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_relation() {
        let square = [(43.0, 7.0), (44.0, 8.0), (43.5, 7.9), (43.0, 8.0), (44.0, 7.0), (43.0, 7.0)];
        assert_eq!(hull_middle(&square), Some((43.5, 7.5)));
        assert_eq!(hull_middle(&[(43.0, 7.0)]), Some((43.0, 7.0)));
        assert_eq!(hull_middle(&[(43.0, 7.0), (44.0, 8.0)]), Some((43.5, 7.5)));
        assert_eq!(hull_middle(&[]), None);
    }

    #[test]
    fn the_middle_of_an_area_and_of_a_line() {
        let square = [(43.0, 7.0), (43.0, 8.0), (44.0, 8.0), (44.0, 7.0), (43.0, 7.0)];
        assert_eq!(middle(&square), Some((43.5, 7.5)));
        assert_eq!(middle(&[(43.0, 7.0), (44.0, 8.0)]), Some((43.5, 7.5)));
        assert_eq!(middle(&[(43.0, 7.0); 5]), Some((43.0, 7.0)));
        assert_eq!(middle(&[]), None);
    }
}
