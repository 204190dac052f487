//! Ways that wait for the positions of their nodes, and those positions: bounded.

use crate::import::{coords::LatLon, record::Said};
use geo::{Centroid, Coord, LineString, Polygon};

/// Node ids of one batch: at 24 bytes each about 50 MB, so that a small computer can import a country.
const NODES_MAX: usize = 2_000_000;
/// Bytes of text of one batch, likewise.
const TEXT_MAX: usize = 32 << 20;

/// A way without a position.
pub(super) struct WaitingWay {
    pub at: String,
    pub said: Said,
    pub nodes: Vec<i64>,
}

/// The ways of one batch.
#[derive(Default)]
pub(super) struct Waiting {
    ways: Vec<WaitingWay>,
    nodes: usize,
    text: usize,
}

impl Waiting {
    pub fn add(&mut self, way: WaitingWay) {
        self.nodes += way.nodes.len();
        self.text += way.said.bytes();
        self.ways.push(way);
    }
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }
    pub fn is_full(&self) -> bool {
        self.nodes > NODES_MAX || self.text > TEXT_MAX
    }
    /// All ways, and the nodes of which they need the positions.
    pub fn take(&mut self) -> (Vec<WaitingWay>, Places) {
        let taken = std::mem::take(self);
        let mut ids: Vec<i64> = taken.ways.iter().flat_map(|way| &way.nodes).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        (taken.ways, Places { found: vec![None; ids.len()], ids })
    }
}

/// Positions of the nodes that are needed, by id.
pub(super) struct Places {
    ids: Vec<i64>,
    /// Single precision would be off by metres.
    found: Vec<Option<LatLon>>,
}

impl Places {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_area_and_of_a_line() {
        let square = [(43.0, 7.0), (43.0, 8.0), (44.0, 8.0), (44.0, 7.0), (43.0, 7.0)];
        assert_eq!(middle(&square), Some((43.5, 7.5)));
        assert_eq!(middle(&[(43.0, 7.0), (44.0, 8.0)]), Some((43.5, 7.5)));
        assert_eq!(middle(&[(43.0, 7.0); 5]), Some((43.0, 7.0)));
        assert_eq!(middle(&[]), None);
    }
}
