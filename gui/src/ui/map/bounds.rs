//! Where a map may look: at the world, never beside it. A step that would lead out of bounds leads to the bound.

use egui::{Vec2, vec2};
use std::f64::consts::PI;

/// The whole world fits.
pub const ZOOM_MIN: f64 = 2.0;
/// A street corner.
pub const ZOOM_MAX: f64 = 19.0;
/// The map's northern and southern edge, in degrees: there web Mercator is as high as it is wide.
const LAT_MAX: f64 = 85.051_128;
/// How far the middle may be off before it is put right, as a part of the world: less than a point at the deepest zoom.
const SLACK: f64 = 1e-10;

/// Where a map looks: its middle in mercator coordinates (0 to 1 on the world), and its zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// From west to east.
    pub x: f64,
    /// From north to south.
    pub y: f64,
    /// Each step doubles the scale.
    pub zoom: f64,
}

impl Look {
    /// As the map widget has it.
    #[must_use]
    pub fn of(middle: walkers::Position, zoom: f64) -> Self {
        let sin = middle.y().clamp(-LAT_MAX, LAT_MAX).to_radians().sin();
        let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI);
        Self { x: (middle.x() + 180.0) / 360.0, y, zoom }
    }
    /// The middle, for the map widget.
    #[must_use]
    pub fn middle(&self) -> walkers::Position {
        let lat = (PI * (1.0 - 2.0 * self.y)).sinh().atan().to_degrees();
        walkers::lat_lon(lat.clamp(-LAT_MAX, LAT_MAX), self.x * 360.0 - 180.0)
    }
    fn world_points(zoom: f64) -> f64 {
        256.0 * 2_f64.powf(zoom)
    }
    /// Nearer or farther, by steps; what lies so many points from the middle stays where it is. At a bound nothing
    /// moves.
    #[must_use]
    pub fn zoomed(&self, steps: f64, fixed: Vec2) -> Self {
        let zoom = clean(self.zoom + steps, self.zoom).clamp(ZOOM_MIN, ZOOM_MAX);
        let shift = 1.0 / Self::world_points(self.zoom) - 1.0 / Self::world_points(zoom);
        Self { x: self.x + f64::from(fixed.x) * shift, y: self.y + f64::from(fixed.y) * shift, zoom }
    }
    /// The nearest look that shows the world and nothing beside it, in a room of so many points. Where the world is
    /// smaller than the room, it lies in the middle.
    #[must_use]
    pub fn within(&self, room: Vec2) -> Self {
        let zoom = clean(self.zoom, ZOOM_MIN).clamp(ZOOM_MIN, ZOOM_MAX);
        let side = |middle: f64, room: f32| {
            let half = f64::from(room.max(0.0)) / 2.0 / Self::world_points(zoom);
            if half >= 0.5 { 0.5 } else { clean(middle, 0.5).clamp(half, 1.0 - half) }
        };
        Self { x: side(self.x, room.x), y: side(self.y, room.y), zoom }
    }
    /// Whether two look the same.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= SLACK;
        near(self.x, other.x) && near(self.y, other.y) && near(self.zoom, other.zoom)
    }
}

/// What a gesture makes may be no number at all.
const fn clean(value: f64, instead: f64) -> f64 {
    if value.is_finite() { value } else { instead }
}

/// From the middle of a room to a point in it.
#[must_use]
pub fn offset(room: egui::Rect, at: egui::Pos2) -> Vec2 {
    vec2(at.x - room.center().x, at.y - room.center().y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Vec2 = vec2(856.0, 800.0);

    #[test]
    fn the_widget_s_middle_and_back() {
        for (lat, lon) in [(0.0, 0.0), (60.17, 24.94), (-33.9, 151.2), (85.0, -179.9)] {
            let back = Look::of(walkers::lat_lon(lat, lon), 3.0).middle();
            assert!((back.y() - lat).abs() < 1e-9 && (back.x() - lon).abs() < 1e-9, "{back:?}");
        }
    }

    #[test]
    fn at_the_lowest_zoom_scrolling_on_moves_nothing() {
        let mut look = Look { x: 0.52, y: 0.41, zoom: ZOOM_MIN }.within(ROOM);
        let before = look;
        for step in 0..500 {
            let corner = vec2(if step % 2 == 0 { 420.0 } else { 400.0 }, 390.0);
            look = look.zoomed(-0.3, corner).within(ROOM);
        }
        assert!(look.is_like(&before), "{look:?}");
        // And at the deepest.
        let mut look = Look { x: 0.52, y: 0.41, zoom: ZOOM_MAX };
        for _ in 0..500 {
            look = look.zoomed(0.3, vec2(-420.0, 390.0)).within(ROOM);
        }
        assert!(look.is_like(&Look { x: 0.52, y: 0.41, zoom: ZOOM_MAX }), "{look:?}");
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there() {
        let look = Look { x: 0.5, y: 0.5, zoom: 8.0 };
        let fixed = vec2(300.0, -120.0);
        let under = |look: &Look| {
            let points = Look::world_points(look.zoom);
            (look.x + f64::from(fixed.x) / points, look.y + f64::from(fixed.y) / points)
        };
        let (a, b) = (under(&look), under(&look.zoomed(1.7, fixed)));
        assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12);
    }

    #[test]
    fn no_gesture_leads_beside_the_world() {
        // A plain linear congruential generator (Knuth, MMIX).
        let mut state = 5_u64;
        let mut roll = move |below: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) * below
        };
        let mut look = Look { x: 0.5, y: 0.3, zoom: 5.0 };
        for _ in 0..5_000 {
            let room = vec2(300.0 + roll(4_000.0) as f32, 300.0 + roll(2_000.0) as f32);
            look = look.zoomed(roll(8.0) - 4.0, vec2(roll(2_000.0) as f32 - 1_000.0, roll(2_000.0) as f32 - 1_000.0));
            let points = Look::world_points(look.zoom);
            look.x += (roll(8_000.0) - 4_000.0) / points;
            look.y += (roll(8_000.0) - 4_000.0) / points;
            look = look.within(room);
            let (half_x, half_y) = (f64::from(room.x) / 2.0 / points, f64::from(room.y) / 2.0 / points);
            let inside = |middle: f64, half: f64| {
                (half >= 0.5 && (middle - 0.5).abs() < 1e-9) || (middle >= half - 1e-9 && middle <= 1.0 - half + 1e-9)
            };
            assert!(inside(look.x, half_x) && inside(look.y, half_y), "{look:?} in {room:?}");
            assert!((ZOOM_MIN..=ZOOM_MAX).contains(&look.zoom));
        }
        let lost = Look { x: f64::NAN, y: f64::INFINITY, zoom: f64::NAN }.within(ROOM);
        assert!((lost.x - 0.5).abs() < 1e-9 && (lost.y - 0.5).abs() < 1e-9 && (lost.zoom - ZOOM_MIN).abs() < 1e-9);
    }
}
