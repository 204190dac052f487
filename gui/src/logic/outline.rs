//! The outline of a territory: as it was drawn, or else the edges of its cells that no other of its cells shares.

use super::cluster::mercator;
use communaut_node::api::{Followed, Outline, OutlineRing};
use communaut_protocol::{Cell, Position, limits::TERRITORY_CELL_MAX};

/// Pieces into which one side of a cell is cut: a side may border on smaller cells. A territory
/// that mixes sizes more than this shows a slightly rough edge.
const PIECES_MAX: i64 = 64;

/// A line from one point to another, in mercator coordinates (see [`mercator`]).
pub type Edge = [(f64, f64); 2];

/// Size of a cell of `len` characters, 1e-7 degree: height, width.
fn size_e7(len: usize) -> (f64, f64) {
    let bits = 5 * len;
    let (lat_bits, lon_bits) = (bits / 2, bits.div_ceil(2));
    let halve = |whole: f64, bits: usize| whole / 2_f64.powi(i32::try_from(bits).unwrap_or(0));
    (halve(1.8e9, lat_bits), halve(3.6e9, lon_bits))
}

/// The outline.
#[must_use]
pub fn outline(territory: &Followed) -> Vec<Edge> {
    if !territory.outline.is_empty() {
        return drawn(&territory.outline);
    }
    let finest = territory.cells.iter().map(|cell| cell.len()).max().unwrap_or(0).min(TERRITORY_CELL_MAX);
    let mut edges = Vec::new();
    for cell in territory.cells.iter() {
        sides(territory, *cell, finest, &mut edges);
    }
    edges
}

/// The rings, each once; what lies beyond the 180th meridian stands on the other side.
fn drawn(outline: &Outline) -> Vec<Edge> {
    let at = |[x, y]: [i32; 2], turn: f64| {
        let (_, north) = mercator(Position { lat_e7: y, lon_e7: 0 });
        ((f64::from(x) / 1e7 + 180.0) / 360.0 + turn, north)
    };
    let ring = |ring: &OutlineRing| -> Vec<Edge> {
        let sides = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
        let both = |(a, b): (&[i32; 2], &[i32; 2])| {
            let beyond = [a, b].into_iter().any(|at| !(-1_800_000_000..=1_800_000_000).contains(&at[0]));
            let other = if a[0] > 0 { -1.0 } else { 1.0 };
            let turns = if beyond { vec![0.0, other] } else { vec![0.0] };
            turns.into_iter().map(move |turn| [at(*a, turn), at(*b, turn)]).collect::<Vec<_>>()
        };
        sides.flat_map(both).collect()
    };
    outline.rings().flat_map(ring).collect()
}

/// Degrees to mercator, for corners that may lie a hair outside of the world.
fn corner(lat_e7: f64, lon_e7: f64) -> (f64, f64) {
    let clamp = |value: f64, most: f64| value.clamp(-most, most) as i32;
    mercator(Position { lat_e7: clamp(lat_e7, 9e8), lon_e7: clamp(lon_e7, 1.8e9) })
}

fn sides(territory: &Followed, cell: Cell, finest: usize, edges: &mut Vec<Edge>) {
    let (low, high) = cell.bounds();
    let (south, west) = (f64::from(low.lat_e7), f64::from(low.lon_e7));
    let (north, east) = (f64::from(high.lat_e7), f64::from(high.lon_e7));
    let (step_lat, step_lon) = size_e7(finest);
    let holds = |lat: f64, lon: f64| {
        let at = Position { lat_e7: lat.clamp(-9e8, 9e8) as i32, lon_e7: lon.clamp(-1.8e9, 1.8e9) as i32 };
        territory.holds(at)
    };
    // Each side: from, to, and a step outwards.
    let all = [
        ((south, west), (south, east), (-step_lat / 2.0, 0.0)),
        ((north, west), (north, east), (step_lat / 2.0, 0.0)),
        ((south, west), (north, west), (0.0, -step_lon / 2.0)),
        ((south, east), (north, east), (0.0, step_lon / 2.0)),
    ];
    for ((lat0, lon0), (lat1, lon1), (out_lat, out_lon)) in all {
        let along = ((lat1 - lat0) / step_lat).abs().max(((lon1 - lon0) / step_lon).abs());
        let pieces = (along.round() as i64).clamp(1, PIECES_MAX);
        let at = |part: f64| (lat0 + (lat1 - lat0) * part, lon0 + (lon1 - lon0) * part);
        // Neighbouring free pieces become one line.
        let mut open: Option<f64> = None;
        for piece in 0..=pieces {
            let from = piece as f64 / pieces as f64;
            let (lat, lon) = at((piece as f64 + 0.5) / pieces as f64);
            let free = piece < pieces && !holds(lat + out_lat, lon + out_lon);
            match (free, open) {
                (true, None) => open = Some(from),
                (false, Some(start)) => {
                    let ((a, b), (c, d)) = (at(start), at(from));
                    edges.push([corner(a, b), corner(c, d)]);
                    open = None;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use communaut_protocol::ElementId;
    use std::sync::Arc;

    fn territory(cells: &[&str]) -> Followed {
        let mut cells: Vec<Cell> = cells.iter().map(|cell| cell.parse().unwrap()).collect();
        cells.sort_unstable();
        let (centre, _) = cells[0].bounds();
        Followed { id: ElementId::ZERO, name: String::new(), cells: Arc::new(cells), centre, outline: Arc::default() }
    }
    fn length(edges: &[Edge]) -> f64 {
        edges.iter().map(|[(ax, ay), (bx, by)]| (ax - bx).hypot(ay - by)).sum()
    }

    #[test]
    fn one_cell_has_four_sides() {
        assert_eq!(outline(&territory(&["u09t"])).len(), 4);
    }

    #[test]
    fn a_territory_that_was_drawn_is_shown_as_it_was() {
        let mut drawn = territory(&["u09t"]);
        let ring = vec![[20_000_000, 480_000_000], [21_000_000, 480_000_000], [20_500_000, 481_000_000]];
        drawn.outline = Arc::new(Outline(vec![vec![ring]]));
        let edges = outline(&drawn);
        assert_eq!(edges.len(), 3);
        let (x, y) = mercator(Position { lat_e7: 480_000_000, lon_e7: 20_000_000 });
        assert!((edges[0][0].0 - x).abs() < 1e-12 && (edges[0][0].1 - y).abs() < 1e-12);
        // Over the 180th meridian both sides are drawn.
        let ring = vec![[1_790_000_000, 0], [1_810_000_000, 0], [1_800_000_000, 10_000_000]];
        drawn.outline = Arc::new(Outline(vec![vec![ring]]));
        let edges = outline(&drawn);
        let [west, east] = [edges.iter().any(|edge| edge[0].0 < 0.1), edges.iter().any(|edge| edge[0].0 > 0.99)];
        assert!(west && east && edges.len() == 5, "{edges:?}");
    }

    #[test]
    fn neighbours_share_no_line() {
        // u09t and u09w lie side by side.
        let both = outline(&territory(&["u09t", "u09w"]));
        assert_eq!(both.len(), 6);
        let alone = length(&outline(&territory(&["u09t"]))) + length(&outline(&territory(&["u09w"])));
        assert!(length(&both) < alone);
    }

    #[test]
    fn a_cell_and_its_children_have_the_same_outline() {
        let children: Vec<String> = "0123456789bcdefghjkmnpqrstuvwxyz".chars().map(|c| format!("u09t{c}")).collect();
        let children: Vec<&str> = children.iter().map(String::as_str).collect();
        let difference = length(&outline(&territory(&children))) - length(&outline(&territory(&["u09t"])));
        assert!(difference.abs() < 1e-9, "{difference}");
    }
}
