//! Cells that meet a disc on the sphere.

use super::{
    cells::{Bounds, Meets, refine},
    outline::Outline,
    sphere::{EARTH_RADIUS_M, haversine},
};
use communaut_protocol::{Cell, Position};

/// Metres by which a cell may miss the disc and still be taken: covers the rounding of positions to 1e-7 degree.
const MARGIN_M: f64 = 0.05;

/// Ascending, disjoint cells whose area meets the disc: at most `max` (at least 32), those on the border with
/// sides of at most `side_m` metres where the number allows it.
pub(crate) fn disc(centre: Position, radius_m: f64, side_m: f64, max: usize) -> Vec<Cell> {
    let at = [centre.lat(), centre.lon()];
    let antipode = [-at[0], if at[1] > 0.0 { at[1] - 180.0 } else { at[1] + 180.0 }];
    refine(
        (),
        max,
        |bounds, ()| {
            if nearest_m(at, bounds) > radius_m + MARGIN_M {
                Meets::Not
            } else if farthest_m(antipode, bounds) <= radius_m {
                Meets::Wholly
            } else {
                Meets::Partly(())
            }
        },
        |bounds| bounds.side_m() <= side_m,
    )
}

/// Corners of a disc's outline: no corner is seen.
const CORNERS: u32 = 96;

/// The outline of a disc; not known where it holds a pole, or reaches half around Earth.
pub(super) fn circle(centre: Position, radius_m: f64) -> Outline {
    let (lat, lon, angle) = (centre.lat().to_radians(), centre.lon(), radius_m / EARTH_RADIUS_M);
    if lat.abs() + angle >= std::f64::consts::FRAC_PI_2 {
        return Outline::default();
    }
    let corner = |step: u32| {
        let bearing = f64::from(step) / f64::from(CORNERS) * std::f64::consts::TAU;
        let sin = lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos();
        let east = (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * sin);
        (
            ((lon + east.to_degrees()) * 1e7).round() as i64,
            (sin.clamp(-1.0, 1.0).asin().to_degrees() * 1e7).round() as i64,
        )
    };
    Outline::of(vec![vec![(0..CORNERS).map(corner).collect()]]).unwrap_or_default()
}

/// Metres from a point to the closest point of a box.
fn nearest_m(at: [f64; 2], bounds: &Bounds) -> f64 {
    let [lat, lon] = at;
    if (bounds.west..=bounds.east).contains(&lon) {
        return haversine(at, [lat.clamp(bounds.south, bounds.north), lon]);
    }
    // Otherwise it lies on the western or the eastern side. Along a meridian the cosine of the distance is
    // A·cos(φ − φ0): its best place is φ0, when the side reaches there, or else an end.
    let side = |meridian: f64| {
        let across = (meridian - lon).to_radians().cos();
        let best = lat.to_radians().sin().atan2(lat.to_radians().cos() * across).to_degrees();
        let inner = if (bounds.south..=bounds.north).contains(&best) { best } else { bounds.south };
        let ends = [bounds.south, bounds.north, inner];
        ends.into_iter().map(|lat| haversine(at, [lat, meridian])).fold(f64::INFINITY, f64::min)
    };
    side(bounds.west).min(side(bounds.east))
}

/// Metres from a point, given by its antipode, to the farthest point of a box: what is nearest to the one
/// is farthest from the other.
fn farthest_m(antipode: [f64; 2], bounds: &Bounds) -> f64 {
    EARTH_RADIUS_M * std::f64::consts::PI - nearest_m(antipode, bounds)
}
