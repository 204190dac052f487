//! Geohash cells: their boxes, their children, and sets of them.

use super::sphere::EARTH_RADIUS_M;
use communaut_protocol::{Cell, limits::TERRITORY_CELL_MAX};

/// The alphabet of geohash, ascending: children made in this order come out sorted.
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// A box in degrees; never across the antimeridian. The sides of a cell are sums of powers of two, so they are exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

impl Bounds {
    /// That of a cell.
    pub fn of(cell: Cell) -> Self {
        let mut bounds = Self { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
        let mut by_longitude = true;
        for byte in cell.bytes().into_iter().take(cell.len()) {
            let digit = ALPHABET.iter().position(|letter| *letter == byte).unwrap_or(0);
            for bit in (0..5).rev() {
                let upper = digit >> bit & 1 == 1;
                let (low, high) = if by_longitude {
                    (&mut bounds.west, &mut bounds.east)
                } else {
                    (&mut bounds.south, &mut bounds.north)
                };
                let middle = (*low + *high) / 2.0;
                if upper {
                    *low = middle;
                } else {
                    *high = middle;
                }
                by_longitude = !by_longitude;
            }
        }
        bounds
    }

    /// Latitude and longitude of the middle, degrees.
    pub fn middle(&self) -> [f64; 2] {
        [(self.south + self.north) / 2.0, (self.west + self.east) / 2.0]
    }

    /// The longer side, in metres, measured through the middle.
    pub fn side_m(&self) -> f64 {
        let height = (self.north - self.south).to_radians() * EARTH_RADIUS_M;
        let width = (self.east - self.west).to_radians() * EARTH_RADIUS_M * self.middle()[0].to_radians().cos();
        height.max(width)
    }

    /// Its share of the sphere, in an arbitrary unit.
    pub fn weight(&self) -> f64 {
        (self.east - self.west) * (self.north.to_radians().sin() - self.south.to_radians().sin())
    }
}

/// The 32 cells of one more character, ascending; none at the finest level.
pub(super) fn children(cell: Cell) -> impl Iterator<Item = Cell> {
    let len = cell.len();
    let digits: &[u8] = if len < TERRITORY_CELL_MAX { ALPHABET } else { &[] };
    digits.iter().filter_map(move |letter| {
        let mut bytes = cell.bytes();
        *bytes.get_mut(len)? = *letter;
        Cell::from_bytes(bytes).ok()
    })
}

/// How a cell meets an area.
pub(super) enum Meets<S> {
    Not,
    /// With what its children need to know.
    Partly(S),
    Wholly,
}

/// Cells that cover an area, ascending and disjoint, at most `max` (at least 32): one wholly inside is taken as
/// it is, one on the border is divided until it is `fine` or until a further level would not fit.
pub(super) fn refine<S>(
    area: S,
    max: usize,
    meets: impl Fn(&Bounds, &S) -> Meets<S>,
    fine: impl Fn(&Bounds) -> bool,
) -> Vec<Cell> {
    let mut done: Vec<Cell> = Vec::new();
    let mut border = vec![(Cell::WORLD, area)];
    for _ in 0..TERRITORY_CELL_MAX {
        let (mut done_next, mut border_next) = (done.clone(), Vec::new());
        for (cell, state) in &border {
            if !cell.is_empty() && fine(&Bounds::of(*cell)) {
                done_next.push(*cell);
                continue;
            }
            for child in children(*cell) {
                match meets(&Bounds::of(child), state) {
                    Meets::Not => {}
                    Meets::Partly(state) => border_next.push((child, state)),
                    Meets::Wholly => done_next.push(child),
                }
            }
            if done_next.len() + border_next.len() > max {
                break;
            }
        }
        if done_next.len() + border_next.len() > max {
            break;
        }
        (done, border) = (done_next, border_next);
        if border.is_empty() {
            break;
        }
    }
    done.extend(border.into_iter().map(|(cell, _)| cell));
    normalise(done)
}

/// Ascending, none twice, none within another, and 32 brothers become their parent: one area has one form.
pub(super) fn normalise(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_unstable();
    // A cell stands right before those that lie in it.
    cells.dedup_by(|later, kept| kept.contains(*later));
    for len in (2..=TERRITORY_CELL_MAX).rev() {
        let mut merged: Vec<Cell> = Vec::with_capacity(cells.len());
        let mut rest = cells.as_slice();
        while let Some(first) = rest.first() {
            let parent = first.ancestor(len - 1);
            let brothers =
                rest.iter().take(ALPHABET.len()).take_while(|cell| cell.len() == len && parent.contains(**cell));
            let count = brothers.count();
            let taken = if count == ALPHABET.len() {
                merged.push(parent);
                count
            } else {
                merged.push(*first);
                1
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        cells = merged;
    }
    cells
}
