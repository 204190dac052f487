//! How far a point is from a way on the sphere.

use crate::{
    modules::search::Along,
    territory::{self, sphere},
};
use communaut_protocol::{Cell, Position};

/// Discs that are laid along a way to find what may lie near it: beyond, all elements are compared.
const DISCS_MAX: usize = 256;
/// Cells of each disc.
const DISC_CELLS_MAX: usize = 32;

type Point = [f64; 3];

/// One straight part: its ends, and the unit vector across it; none for one of no length.
#[derive(Debug)]
struct Part {
    ends: [Point; 2],
    across: Option<Point>,
}

/// A way made ready for measuring.
#[derive(Debug)]
pub(super) struct Way {
    parts: Vec<Part>,
    /// The square of the chord within which elements lie.
    pub within_chord2: f64,
}

impl Way {
    pub fn new(along: &Along) -> Self {
        let points: Vec<Point> = along.line.iter().map(|at| sphere::unit(*at)).collect();
        let parts = points.windows(2).filter_map(|ends| {
            let ends: [Point; 2] = ends.try_into().ok()?;
            let normal = cross(ends[0], ends[1]);
            let length = dot(normal, normal).sqrt();
            // Shorter than a millimetre, or half around the Earth, it has no direction.
            let across = (length > 1e-10).then(|| normal.map(|part| part / length));
            Some(Part { ends, across })
        });
        let parts = parts.collect();
        Self { parts, within_chord2: sphere::chord2_of_metres(f64::from(along.within_m)) }
    }

    /// The square of the chord from a point to the nearest point of the way.
    pub fn chord2(&self, at: Point) -> f64 {
        self.parts.iter().map(|part| part.chord2(at)).fold(f64::INFINITY, f64::min)
    }
}

impl Part {
    fn chord2(&self, at: Point) -> f64 {
        let [from, to] = self.ends;
        let to_ends = sphere::chord2(at, from).min(sphere::chord2(at, to));
        let Some(across) = self.across else { return to_ends };
        // Beside it, when it lies before the one end and behind the other.
        let beside = dot(cross(across, from), at) >= 0.0 && dot(cross(to, across), at) >= 0.0;
        if !beside {
            return to_ends;
        }
        let sine = dot(across, at).clamp(-1.0, 1.0);
        // 2 - 2 cos, written so that it stays exact where it is small.
        to_ends.min(2.0 * sine * sine / (1.0 + (1.0 - sine * sine).sqrt()))
    }
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Point, b: Point) -> Point {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Cells in which all lies that is near the way; none where there would be too many.
pub(super) fn cells(along: &Along) -> Option<Vec<Cell>> {
    let within = f64::from(along.within_m.max(1));
    let mut discs: Vec<Position> = Vec::new();
    for ends in along.line.windows(2) {
        let [from, to] = *<&[Position; 2]>::try_from(ends).ok()?;
        let steps = (sphere::metres(from, to) / within).ceil().max(1.0);
        if steps > DISCS_MAX as f64 {
            return None;
        }
        let (a, b) = (sphere::unit(from), sphere::unit(to));
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            discs.push(position([0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share))?);
        }
        if discs.len() > DISCS_MAX {
            return None;
        }
    }
    // Half a step further than within covers what lies between two discs; chords are divided, not arcs, hence a bit.
    let radius = within * 1.3;
    let mut cells: Vec<Cell> =
        discs.into_iter().flat_map(|at| territory::disc(at, radius, radius / 2.0, DISC_CELLS_MAX)).collect();
    cells.sort_unstable();
    Some(territory::union(cells))
}

fn position(at: Point) -> Option<Position> {
    let length = dot(at, at).sqrt();
    let [x, y, z] = at.map(|part| part / length);
    if length < 0.5 {
        return None;
    }
    Position::from_degrees(z.clamp(-1.0, 1.0).asin().to_degrees(), y.atan2(x).to_degrees()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    fn metres(way: &Way, from: Position) -> f64 {
        sphere::metres_of_chord2(way.chord2(sphere::unit(from)))
    }

    #[test]
    fn beside_and_beyond() {
        let way = Way::new(&Along { line: vec![at(0.0, 0.0), at(0.0, 1.0), at(1.0, 1.0)], within_m: 1_000 });
        for (from, expected) in [
            (at(0.01, 0.5), 1_112.0),
            (at(-0.01, 0.5), 1_112.0),
            (at(0.0, -0.01), 1_112.0),
            (at(0.5, 1.01), 1_112.0),
            (at(1.01, 1.0), 1_112.0),
            (at(0.0, 0.5), 0.0),
        ] {
            assert!((metres(&way, from) - expected).abs() < 2.0, "{from:?}: {}", metres(&way, from));
        }
        // A way of one place.
        let way = Way::new(&Along { line: vec![at(45.0, 5.0); 3], within_m: 10 });
        assert!((metres(&way, at(45.01, 5.0)) - 1_112.0).abs() < 2.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 100,
            rng_seed: prop::test_runner::RngSeed::Fixed(13),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_cells_hold_all_that_is_near(
            from in (-70.0..70.0_f64, -179.0..179.0_f64), way in (-0.2..0.2_f64, -0.2..0.2_f64),
            off in (-0.2..0.4_f64, -0.2..0.4_f64), within_m in 200..20_000_u32,
        ) {
            let along = Along { line: vec![at(from.0, from.1), at(from.0 + way.0, from.1 + way.1)], within_m };
            let point = at(from.0 + off.0 * way.0.abs(), from.1 + off.1);
            let near = Way::new(&along);
            if near.chord2(sphere::unit(point)) <= near.within_chord2
                && let Some(cells) = cells(&along)
            {
                prop_assert!(cells.iter().any(|cell| cell.contains(point.cell(7))));
            }
            // Never further than its ends, never nearer than the nearest of many points on it.
            let ends = along.line.iter().map(|end| sphere::metres(point, *end)).fold(f64::INFINITY, f64::min);
            prop_assert!(metres(&near, point) <= ends + 1.0);
        }
    }
}
