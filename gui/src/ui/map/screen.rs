//! From the replica's coordinates to the window's, for a whole frame at once.

use crate::logic::{cluster::mercator, sight::Window};
use communaut_protocol::Position;
use egui::{Pos2, Rect, vec2};
use walkers::{Projector, TileId};

/// Where mercator coordinates (0 to 1) lie in the window, in this frame. In `f64`, since a street
/// corner is a billionth of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// The map's place in the window.
    pub rect: Rect,
    /// The zoom: each step doubles the scale.
    pub zoom: f64,
    centre: (f64, f64),
    scale: f64,
}

impl Screen {
    /// As a map is drawn now.
    #[must_use]
    pub fn of(projector: &Projector<'_>) -> Self {
        let rect = projector.clip_rect();
        let middle = projector.unproject(rect.center().to_vec2());
        // Not through `Position`: the middle may lie on a repetition of the world.
        let (_, y) = mercator(Position::from_degrees(middle.y().clamp(-90.0, 90.0), 0.0).unwrap_or_default());
        let zoom = projector.zoom();
        Self { rect, zoom, centre: ((middle.x() + 180.0) / 360.0, y), scale: 256.0 * 2_f64.powf(zoom) }
    }
    /// Where a point lies.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> Pos2 {
        let (cx, cy) = self.centre;
        self.rect.center() + vec2(((x - cx) * self.scale) as f32, ((y - cy) * self.scale) as f32)
    }
    /// Where a tile lies.
    #[must_use]
    pub fn tile(&self, tile: TileId) -> Rect {
        let side = f64::from(1_u32 << tile.zoom.min(31));
        let at = |x: f64, y: f64| self.at(x / side, y / side);
        let (x, y) = (f64::from(tile.x), f64::from(tile.y));
        Rect::from_min_max(at(x, y), at(x + 1.0, y + 1.0))
    }
    /// What of the world is in sight, and so many points around it.
    #[must_use]
    pub fn window(&self, margin: f32) -> Window {
        let (cx, cy) = self.centre;
        let half = |side: f32| f64::from(side / 2.0 + margin) / self.scale;
        let (dx, dy) = (half(self.rect.width()), half(self.rect.height()));
        Window { west: cx - dx, north: cy - dy, east: cx + dx, south: cy + dy, world_points: self.scale }
    }
    /// Where a position lies.
    #[must_use]
    pub fn place(&self, at: Position) -> Pos2 {
        let (x, y) = mercator(at);
        self.at(x, y)
    }
}

/// Whether a tile meets a part of the map, whose side is 1.
pub fn meets(tile: TileId, [west, north, east, south]: [f64; 4]) -> bool {
    let side = f64::from(1_u32 << tile.zoom.min(31));
    let (x, y) = (f64::from(tile.x) / side, f64::from(tile.y) / side);
    let across = [x, x + 1.0].iter().any(|x| *x < east && x + 1.0 / side > west);
    across && y < south && y + 1.0 / side > north
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::ui::map::to_world;
    use walkers::{MapMemory, MercatorProjection};

    #[test]
    fn it_lies_where_the_map_widget_says() {
        let rect = Rect::from_min_max(egui::pos2(100.0, 0.0), egui::pos2(900.0, 600.0));
        let centre = Position::from_degrees(60.17, 24.94).unwrap();
        let mut memory = MapMemory::default();
        memory.center_at(to_world(centre));
        for zoom in [3.0, 11.5, 18.0] {
            memory.set_zoom(zoom).unwrap();
            let projector = Projector::new(rect, &MercatorProjection, &memory, to_world(centre));
            let screen = Screen::of(&projector);
            let metres_away = Position::from_degrees(60.1702, 24.9405).unwrap();
            for at in [centre, metres_away] {
                let (ours, theirs) = (screen.place(at), projector.project(to_world(at)).to_pos2());
                assert!(ours.distance(theirs) < 0.5, "zoom {zoom}: {ours} {theirs}");
            }
        }
    }

    #[test]
    fn only_tiles_that_meet_a_street_map_are_asked_of_it() {
        let part = [0.51, 0.31, 0.52, 0.32];
        assert!(
            meets(TileId { x: 4, y: 2, zoom: 3 }, part)
                && meets(TileId { x: 51, y: 31, zoom: 6 }, [0.8, 0.4, 0.9, 0.5])
        );
        assert!(!meets(TileId { x: 3, y: 2, zoom: 3 }, part) && !meets(TileId { x: 4, y: 3, zoom: 3 }, part));
        // Over the 180th meridian.
        let part = [0.99, 0.3, 1.01, 0.4];
        assert!(meets(TileId { x: 0, y: 2, zoom: 3 }, part) && meets(TileId { x: 7, y: 2, zoom: 3 }, part));
        assert!(!meets(TileId { x: 1, y: 2, zoom: 3 }, part));
    }
}
