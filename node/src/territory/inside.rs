//! What lies inside a territory: by its cells, and in those on its border by its outline, where that is known.

use super::{outline::Outline, union};
use communaut_protocol::{Cell, Position, limits::TERRITORY_CELL_MAX};
use std::{collections::HashSet, sync::Arc};

/// Bands of latitude into which the sides of an outline are sorted: with ten thousand corners a point is compared with
/// some tens of sides. A hostile outline has each side in each: ten megabytes.
const BANDS_MAX: usize = 256;
/// Sides that a band is to have.
const BAND_SIDES: usize = 16;
/// Fields of the grid that an outline may run through; of a longer one every cell counts as one on the border.
const FIELDS_MAX: usize = 200_000;
/// A full turn, in 1e-7 degree.
const TURN: i64 = 3_600_000_000;

/// A cell as a number: cells within another are a range of numbers.
pub(crate) fn cell_number(cell: Cell) -> u64 {
    u64::from_be_bytes(cell.bytes())
}

/// The numbers of a cell and of everything that lies in it.
pub(crate) fn cell_range(cell: Cell) -> (u64, u64) {
    let low = cell_number(cell);
    let free = 64_u32.saturating_sub(u32::try_from(cell.len()).unwrap_or(8).saturating_mul(8));
    (low, low | u64::MAX.checked_shr(64 - free).unwrap_or(0))
}

/// Cells of a territory, ascending and disjoint, and its outline; empty, where it is not known.
pub type Land = (Arc<Vec<Cell>>, Arc<Outline>);

/// Territories that are looked at together.
#[derive(Debug, Default)]
pub struct Lands {
    /// All their cells, ascending and disjoint.
    pub cells: Vec<Cell>,
    each: Vec<Inside>,
}

impl Lands {
    /// Of each.
    #[must_use]
    pub fn of(parts: &[Land]) -> Self {
        let cells = match parts {
            [(cells, _)] => cells.to_vec(),
            parts => union(parts.iter().flat_map(|(cells, _)| cells.iter().copied()).collect()),
        };
        Self { cells, each: parts.iter().map(|(cells, outline)| Inside::new(cells, outline)).collect() }
    }
    /// Of cells alone.
    #[must_use]
    pub fn of_cells(cells: &[Cell]) -> Self {
        Self { cells: cells.to_vec(), each: vec![Inside::new(cells, &Outline::default())] }
    }
    /// Whether more than cells decides.
    pub(crate) fn has_outlines(&self) -> bool {
        self.each.iter().any(|inside| inside.lined.is_some())
    }
    /// Whether a position lies in one, of which the number of the finest cell is at hand.
    pub(crate) fn holds(&self, cell: u64, at: impl Fn() -> Position) -> bool {
        self.each.iter().any(|inside| inside.holds(cell, &at))
    }
    /// Whether a position lies in one.
    pub(crate) fn holds_at(&self, at: Position) -> bool {
        self.holds(cell_number(at.cell(TERRITORY_CELL_MAX)), || at)
    }
}

/// One territory.
#[derive(Debug)]
pub(crate) struct Inside {
    /// Ascending and disjoint.
    ranges: Vec<(u64, u64)>,
    lined: Option<Lined>,
}

impl Inside {
    pub fn new(cells: &[Cell], outline: &Outline) -> Self {
        let ranges: Vec<(u64, u64)> = cells.iter().map(|cell| cell_range(*cell)).collect();
        let finest = cells.iter().map(|cell| cell.len()).max().unwrap_or(0).min(TERRITORY_CELL_MAX);
        let lined = (!outline.is_empty())
            .then(|| Lined { border: border(&ranges, finest, outline), bands: Bands::of(outline) });
        Self { ranges, lined }
    }

    /// Whether a position lies inside, of which the number of the finest cell is at hand.
    pub fn holds(&self, cell: u64, at: impl FnOnce() -> Position) -> bool {
        let Some(index) = find(&self.ranges, cell) else { return false };
        let Some(lined) = &self.lined else { return true };
        !lined.border.get(index).copied().unwrap_or(true) || lined.bands.hold(at())
    }
}

/// The range that holds a number.
fn find(ranges: &[(u64, u64)], cell: u64) -> Option<usize> {
    let next = ranges.partition_point(|(_, high)| *high < cell);
    ranges.get(next).filter(|(low, _)| *low <= cell).map(|_| next)
}

#[derive(Debug)]
struct Lined {
    /// Of each cell, whether a side may run through it: what lies in any other lies inside.
    border: Vec<bool>,
    bands: Bands,
}

/// The sides of all rings: longitude and latitude of both ends.
fn sides(outline: &Outline) -> impl Iterator<Item = [i64; 4]> {
    outline.rings().flat_map(|ring| {
        let ends = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
        ends.map(|([ax, ay], [bx, by])| [*ax, *ay, *bx, *by].map(i64::from))
    })
}

/// Which cells a side may run through: those in whose fields of a grid of the finest cells, or beside them, it has a
/// point. A few more than need be.
fn border(ranges: &[(u64, u64)], finest: usize, outline: &Outline) -> Vec<bool> {
    let bits = 5 * u32::try_from(finest).unwrap_or(0);
    // The first bit is one of longitude.
    let (wide, high) =
        (TURN as f64 / f64::from(1_u32 << bits.div_ceil(2)), TURN as f64 / 2.0 / f64::from(1_u32 << (bits / 2)));
    let mut fields: HashSet<(i64, i64)> = HashSet::new();
    for [ax, ay, bx, by] in sides(outline) {
        let steps = ((bx - ax) as f64 / wide).abs().max(((by - ay) as f64 / high).abs()).ceil().max(1.0);
        if steps > FIELDS_MAX as f64 || fields.len() > FIELDS_MAX {
            return vec![true; ranges.len()];
        }
        for step in 0..=steps as i64 {
            let share = step as f64 / steps;
            let along = |a: i64, b: i64, field: f64| ((a as f64 + (b - a) as f64 * share) / field).floor() as i64;
            fields.insert((along(ax, bx, wide), along(ay, by, high)));
        }
    }
    let mut border = vec![false; ranges.len()];
    let near = fields.iter().flat_map(|(x, y)| (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| (x + dx, y + dy))));
    for (x, y) in near {
        // The middle of the field, on the side of Earth on which it lies.
        let lon = ((x as f64 + 0.5) * wide + TURN as f64 / 2.0).rem_euclid(TURN as f64) - TURN as f64 / 2.0;
        let lat = ((y as f64 + 0.5) * high).clamp(-TURN as f64 / 4.0, TURN as f64 / 4.0);
        let at = Position { lat_e7: lat as i32, lon_e7: lon as i32 };
        if let Some(entry) = find(ranges, cell_number(at.cell(finest))).and_then(|index| border.get_mut(index)) {
            *entry = true;
        }
    }
    border
}

/// The sides of an outline by latitude.
#[derive(Debug)]
struct Bands {
    south: i64,
    height: i64,
    bands: Vec<Vec<[i64; 4]>>,
}

impl Bands {
    fn of(outline: &Outline) -> Self {
        let latitudes = || sides(outline).map(|[_, y, ..]| y);
        let (south, north) = (latitudes().min().unwrap_or(0), latitudes().max().unwrap_or(0));
        let count = (outline.corners() / BAND_SIDES).clamp(1, BANDS_MAX);
        let height = (north - south) / i64::try_from(count).unwrap_or(1) + 1;
        let mut made = Self { south, height, bands: vec![Vec::new(); count] };
        for side in sides(outline).filter(|[_, ay, _, by]| ay != by) {
            let [from, to] = [side[1].min(side[3]), side[1].max(side[3])].map(|y| made.band(y).unwrap_or(0));
            for band in made.bands.iter_mut().take(to + 1).skip(from) {
                band.push(side);
            }
        }
        made
    }

    fn band(&self, y: i64) -> Option<usize> {
        usize::try_from((y - self.south).div_euclid(self.height)).ok().filter(|band| *band < self.bands.len())
    }

    /// As [`Outline::holds`] says it.
    fn hold(&self, at: Position) -> bool {
        let y = i64::from(at.lat_e7);
        let Some(band) = self.band(y).and_then(|band| self.bands.get(band)) else { return false };
        let mut inside = false;
        for turn in [-TURN, 0, TURN] {
            let x = i64::from(at.lon_e7) + turn;
            for [ax, ay, bx, by] in band {
                let cross = || i128::from(bx - ax) * i128::from(y - ay) - i128::from(by - ay) * i128::from(x - ax);
                if (*ay > y) != (*by > y) && (cross() > 0) == (by > ay) {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::{super::of_outline, *};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 60,
            rng_seed: prop::test_runner::RngSeed::Fixed(3),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// A star with a hole, anywhere, also over the antimeridian.
        #[test]
        fn as_the_outline_says_it(
            middle in (-80.0..80.0_f64, -179.99..179.99_f64),
            size in 0.002..2.0_f64,
            spikes in prop::collection::vec(0.2..1.0_f64, 3..60),
            points in prop::collection::vec((-1.1..1.1_f64, -1.1..1.1_f64), 200),
        ) {
            let e7 = |degrees: f64| (degrees * 1e7).round() as i64;
            let corner = |index: usize, far: f64| {
                let turn = index as f64 / spikes.len() as f64 * std::f64::consts::TAU;
                (e7(middle.1 + size * far * turn.cos()), e7(middle.0 + size * far * turn.sin()))
            };
            let ring = |share: f64| -> Vec<(i64, i64)> {
                spikes.iter().enumerate().map(|(n, far)| corner(n, far * share)).collect()
            };
            let outline = Outline::of(vec![vec![ring(1.0), ring(0.3)]]).unwrap();
            let cells = of_outline(&outline).unwrap().cells;
            let lands = Lands::of(&[(Arc::new(cells), Arc::new(outline.clone()))]);
            let mut inside = 0;
            for (x, y) in points {
                let at = Position::from_degrees(middle.0 + y * size, (middle.1 + x * size + 540.0) % 360.0 - 180.0);
                let Ok(at) = at else { continue };
                let holds = outline.holds(at);
                inside += usize::from(holds);
                prop_assert_eq!(lands.holds_at(at), holds, "{:?}", at);
            }
            prop_assert!(inside > 0);
        }
    }

    #[test]
    fn of_cells_alone_they_decide() {
        let at = |lat, lon| Position::from_degrees(lat, lon).unwrap();
        let cells = [at(45.0, 5.0).cell(5)];
        let lands = Lands::of_cells(&cells);
        assert!(lands.holds_at(at(45.0, 5.0)) && !lands.holds_at(at(46.0, 5.0)) && !lands.has_outlines());
        // Most cells of a large outline need no second look.
        let square = Outline::of(vec![vec![vec![(0, 0), (20_000_000, 0), (20_000_000, 20_000_000), (0, 20_000_000)]]]);
        let square = square.unwrap();
        let inside = Inside::new(&of_outline(&square).unwrap().cells, &square);
        let border = inside.lined.as_ref().map(|lined| lined.border.iter().filter(|border| **border).count());
        assert!(
            border.is_some_and(|border| border * 2 < 3 * inside.ranges.len()),
            "{border:?} of {}",
            inside.ranges.len()
        );
    }
}
