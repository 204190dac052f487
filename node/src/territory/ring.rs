//! Cells and what lies around them.

use super::{
    cells::{Bounds, Meets, refine},
    sphere::EARTH_RADIUS_M,
};
use communaut_protocol::Cell;

/// The sides of the cells on the outer edge, as a part of the ring's width.
const STEPS: f64 = 4.0;
/// Cells of a territory with its ring: beyond, those on the edge are coarser.
const CELLS_MAX: usize = 8_192;

/// Ascending, disjoint cells that hold the given ones and all that lies within so many metres of them, and little
/// more: those on the edge have sides of a quarter of that, where the number allows it.
pub(crate) fn widened(cells: &[Cell], metres: f64) -> Vec<Cell> {
    let all: Vec<Bounds> = cells.iter().map(|cell| Bounds::of(*cell)).collect();
    let count = CELLS_MAX.max(4 * cells.len());
    refine(
        all,
        count,
        |bounds, near| {
            // What is too far from a cell is too far from all that lies in it.
            let near: Vec<Bounds> = near.iter().filter(|other| gap_m(bounds, other) <= metres).copied().collect();
            if near.is_empty() {
                Meets::Not
            } else if near.iter().any(|other| reach_m(bounds, other) <= metres) {
                Meets::Wholly
            } else {
                Meets::Partly(near)
            }
        },
        |bounds| bounds.side_m() <= metres / STEPS,
    )
}

/// Degrees between two spans, zero where they meet.
fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    (b[0] - a[1]).max(a[0] - b[1]).max(0.0)
}

/// The same of longitudes, the shorter way round.
fn apart_round(a: &Bounds, b: &Bounds) -> f64 {
    let turned = |by: f64| apart([a.west + by, a.east + by], [b.west, b.east]);
    turned(0.0).min(turned(360.0)).min(turned(-360.0))
}

fn metres_of(lat: f64, lon: f64, widest: f64) -> f64 {
    EARTH_RADIUS_M * lat.to_radians().hypot(lon.to_radians() * widest)
}

/// At most the metres between two boxes: degrees of longitude count as at their end nearest to a pole.
fn gap_m(a: &Bounds, b: &Bounds) -> f64 {
    let lat = apart([a.south, a.north], [b.south, b.north]);
    let pole = [a.south, a.north, b.south, b.north].into_iter().fold(0.0_f64, |most, lat| most.max(lat.abs()));
    // On the sphere the way along the great circle is shorter than along the parallel, by less than this.
    const SHORTER: f64 = 0.9;
    metres_of(lat, apart_round(a, b) * SHORTER, pole.to_radians().cos().max(0.0))
}

/// At least the metres from any point of a box to the nearest of another.
fn reach_m(a: &Bounds, b: &Bounds) -> f64 {
    let lat = (b.south - a.south).max(a.north - b.north).max(0.0);
    let turned = |by: f64| (b.west - a.west - by).max(a.east + by - b.east).max(0.0);
    metres_of(lat, turned(0.0).min(turned(360.0)).min(turned(-360.0)), 1.0)
}

#[cfg(test)]
mod tests {
    use super::{super::sphere, *};
    use communaut_protocol::Position;
    use proptest::prelude::*;

    fn holds(cells: &[Cell], at: Position) -> bool {
        cells.iter().any(|cell| cell.contains(at.cell(7)))
    }

    #[test]
    fn a_ring_goes_over_the_antimeridian() {
        let [here, across] = [179.95, -179.9].map(|lon| Position::from_degrees(45.1, lon).unwrap_or_default());
        let cells = widened(&[here.cell(4)], 60_000.0);
        assert!(holds(&cells, here) && holds(&cells, across), "{cells:?}");
        assert!(!holds(&widened(&[here.cell(6)], 1_000.0), across));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 60,
            rng_seed: prop::test_runner::RngSeed::Fixed(7),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_is_near_is_held_and_what_is_far_is_not(
            lat in -75.0..75.0_f64, lon in -180.0..180.0_f64, away in 0.0..3.0_f64, turn in 0.0..std::f64::consts::TAU,
            ring in 1_000.0..60_000.0_f64,
        ) {
            let centre = Position::from_degrees(lat, lon).unwrap_or_default();
            let cell = centre.cell(5);
            let cells = widened(&[cell], ring);
            let degrees = (away * ring / EARTH_RADIUS_M).to_degrees();
            let across = degrees * turn.sin() / lat.to_radians().cos();
            let round = (lon + across + 540.0).rem_euclid(360.0) - 180.0;
            let at = Position::from_degrees(lat + degrees * turn.cos(), round).unwrap_or_default();
            let metres = sphere::metres(centre, at);
            // A cell of five characters has a diagonal of at most 7 km.
            if metres <= ring * 0.98 {
                prop_assert!(holds(&cells, at), "{metres} of {ring}");
            }
            if metres > ring * 1.9 + 7_000.0 {
                prop_assert!(!holds(&cells, at), "{metres} of {ring}");
            }
            prop_assert!(cells.is_sorted());
        }
    }
}
