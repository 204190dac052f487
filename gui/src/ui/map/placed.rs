//! Drawings at their places in the window, and which of them nobody sees: the world where streets lie over it.

use super::{
    drawing::{Drawing, TILE_SIZE},
    sources::TileSource,
};
use egui::{Pos2, Rect};
use std::sync::Arc;

/// A drawing, and where it lies.
#[derive(Clone)]
pub struct PlacedDrawing {
    pub source: TileSource,
    pub drawing: Arc<Drawing>,
    /// Its upper left corner, in points.
    pub at: Pos2,
    /// Points of one of its own.
    pub scale: f32,
    /// Nothing is drawn beside it.
    pub clip: Rect,
}

impl PlacedDrawing {
    /// How long its side is, in points.
    pub const fn side(&self) -> f32 {
        self.scale * TILE_SIZE as f32
    }
    /// Whether all of it is drawn, not a part of what is magnified.
    pub fn is_whole(&self) -> bool {
        (self.clip.width() - self.side()).abs() < 0.5
    }
}

/// How many of the first drawings are hidden, since later ones of one source hide all of a room. None: not even what
/// lies below all of them.
pub fn hidden(placed: &[PlacedDrawing], room: Rect) -> Option<usize> {
    let (mut hidden, mut first) = (None, 0);
    for of in placed.chunk_by(|one, other| one.source == other.source) {
        // Tiles of one source do not lie on each other.
        let areas = of.iter().filter(|one| one.drawing.is_opaque).map(|one| one.clip.intersect(room));
        let area: f64 = areas.filter(|area| area.is_positive()).map(|area| f64::from(area.area())).sum();
        // Less than a pixel may be lost to rounding.
        if area + 0.5 >= f64::from(room.area()) {
            hidden = Some(first);
        }
        first += of.len();
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn what_lies_below_opaque_tiles_of_one_map_is_hidden() {
        let room = Rect::from_min_max(Pos2::ZERO, pos2(1_000.0, 512.0));
        let tile = |source, left: f32, is_opaque| {
            let clip = Rect::from_min_max(pos2(left, 0.0), pos2(left + 512.0, 512.0));
            let drawing = Arc::new(Drawing { is_opaque, ..Drawing::default() });
            PlacedDrawing { source, drawing, at: clip.min, scale: 1.0, clip }
        };
        let (world, one, other) = (TileSource::World, TileSource::Pack(0), TileSource::Pack(1));
        let below = [tile(world, 0.0, false), tile(world, 512.0, false)];
        let with = |above: &[PlacedDrawing]| hidden(&[&below, above].concat(), room);
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[tile(one, 0.0, true), tile(one, 512.0, true)]), Some(2));
        assert_eq!(with(&[tile(one, 0.0, true), tile(one, 512.0, false)]), None);
        // Of two maps each hides the same half.
        assert_eq!(with(&[tile(one, 0.0, true), tile(other, 0.0, true)]), None);
        assert_eq!(with(&[tile(one, 0.0, true), tile(other, 0.0, true), tile(other, 512.0, true)]), Some(3));
    }
}
