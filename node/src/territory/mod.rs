//! Territories: an area drawn in any way becomes a set of geohash cells.

mod boundary;
mod cells;
mod disc;
mod inside;
pub mod outline;
mod ring;
pub mod sphere;

#[cfg(test)]
mod tests;

use crate::{
    failure::Failure,
    gazetteer::Gazetteer,
    modules::territory::{Area, TerritoryId},
};
use cells::{Bounds, children, normalise};
use communaut_protocol::{
    Cell, ElementId, Position,
    entry::hash,
    limits::{SCOPE_CELL_MAX, TERRITORY_CELL_MAX, TERRITORY_CELLS_MAX},
};
pub(crate) use disc::disc;
pub(crate) use inside::{Inside, cell_number, cell_range};
pub use inside::{Land, Lands};
use outline::Outline;
pub(crate) use ring::widened;

/// Metres: half the circumference of the Earth, beyond which no point lies.
pub const RADIUS_MAX_M: u32 = 20_037_508;
/// Cells on the border of a disc have sides of at most this part of its radius, where seven characters allow it:
/// what lies beside it and still inside a cell stays a fringe, and the cells stay some hundreds.
const DISC_STEPS: f64 = 8.0;
/// Cells given as such, before the ones within others are taken out: four times what may remain.
const GIVEN_CELLS_MAX: usize = 4 * TERRITORY_CELLS_MAX;
/// Corners of an outline that is kept with a territory that is followed: 200 kB of the settings, finer than a screen.
const OUTLINE_CORNERS_MAX: usize = 10_000;
/// Cells of four characters that a followed territory may need: each is a topic or a range to pull; 4,096 of them
/// are about the area of France, more than one node should hold.
pub const FOUR_CHAR_CELLS_MAX: usize = 4_096;

/// An area as cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// Ascending and disjoint, each of 1 to 7 characters, at most [`TERRITORY_CELLS_MAX`].
    pub cells: Vec<Cell>,
    /// Where a map opens.
    pub centre: Position,
    /// As it was drawn, if it was: of cells that are given as such their sides are the outline.
    pub outline: Outline,
}

/// The cells that cover an area.
///
/// # Errors
/// In one line, what of the area cannot be understood, or that no place of the gazetteer has the name.
pub fn cover(area: &Area, gazetteer: &Gazetteer) -> Result<Cover, Failure> {
    match area {
        Area::Place { name, radius_m } => {
            let found = gazetteer.find_or_tell(name, &gazetteer.wish("", None))?;
            around(found.place.position, *radius_m)
        }
        Area::Around { centre, radius_m } => around(*centre, *radius_m),
        Area::GeoJson { text } => {
            let (cells, outline) = boundary::of_geojson(text)?;
            Ok(Cover { outline: outline.simplified(OUTLINE_CORNERS_MAX), ..of_cells(cells)? })
        }
        Area::Boundary { id } => {
            let why = "is in none of the street maps that are here: import the .osm.pbf of the area";
            Err(Failure::not_found(format!("the boundary {} {why}", id.short())))
        }
        Area::Cells { cells } => given(cells),
    }
}

fn around(centre: Position, radius_m: u32) -> Result<Cover, Failure> {
    if !centre.is_valid() {
        let why = format!("the centre {}, {} is not on Earth", centre.lat(), centre.lon());
        return Err(Failure::invalid(format!("{why}: latitude goes from -90 to 90, longitude from -180 to 180")));
    }
    if !(1..=RADIUS_MAX_M).contains(&radius_m) {
        return Err(Failure::invalid(format!("a radius of {radius_m} m: give 1 to {RADIUS_MAX_M} metres")));
    }
    let radius = f64::from(radius_m);
    let cells = disc(centre, radius, radius / DISC_STEPS, TERRITORY_CELLS_MAX);
    Ok(Cover { cells, centre, outline: disc::circle(centre, radius) })
}

/// The cells that cover an outline that is known, and the outline with as many corners as are kept.
///
/// # Errors
/// It has no area, or needs more cells than a territory can have.
pub fn of_outline(outline: &Outline) -> Result<Cover, Failure> {
    let cover = of_cells(boundary::of_outline(outline))?;
    Ok(Cover { centre: outline.middle(), outline: outline.simplified(OUTLINE_CORNERS_MAX), ..cover })
}

/// Square kilometres of ascending, disjoint cells, on a sphere.
#[must_use]
pub fn km2(cells: &[Cell]) -> f64 {
    let radius_km = sphere::EARTH_RADIUS_M / 1_000.0;
    cells.iter().map(|cell| Bounds::of(*cell).weight()).sum::<f64>().to_radians() * radius_km * radius_km
}

fn given(cells: &[Cell]) -> Result<Cover, Failure> {
    if cells.len() > GIVEN_CELLS_MAX {
        return Err(Failure::invalid(format!("{} cells: give at most {GIVEN_CELLS_MAX}", cells.len())));
    }
    if let Some(cell) = cells.iter().find(|cell| !cell.is_place() || !(1..=TERRITORY_CELL_MAX).contains(&cell.len())) {
        let why = "a territory has geohash cells of 1 to 7 characters";
        return Err(Failure::invalid(format!("'{cell}' cannot be a cell of a territory: {why}")));
    }
    of_cells(normalise(cells.to_vec()))
}

fn of_cells(cells: Vec<Cell>) -> Result<Cover, Failure> {
    if cells.is_empty() {
        return Err(Failure::invalid("the territory has no cells: draw an area, or give at least one cell"));
    }
    if cells.len() > TERRITORY_CELLS_MAX {
        let why = format!("{} cells, at most {TERRITORY_CELLS_MAX} are possible", cells.len());
        return Err(Failure::invalid(format!("the territory needs {why}: use larger cells or a smaller area")));
    }
    let centre = centre(&cells);
    Ok(Cover { cells, centre, outline: Outline::default() })
}

/// The centre of gravity on the sphere; where there is none (the whole world), the middle of the first cell.
fn centre(cells: &[Cell]) -> Position {
    let at = |bounds: &Bounds| {
        let [lat, lon] = bounds.middle();
        Position::from_degrees(lat, lon).unwrap_or_default()
    };
    let all = cells.iter().map(|cell| Bounds::of(*cell));
    let first = cells.first().map(|cell| at(&Bounds::of(*cell))).unwrap_or_default();
    sphere::middle(all.map(|bounds| (at(&bounds), bounds.weight()))).unwrap_or(first)
}

/// The middle of a cell.
pub(crate) fn middle(cell: Cell) -> Position {
    let [lat, lon] = Bounds::of(cell).middle();
    Position::from_degrees(lat, lon).unwrap_or_default()
}

/// The cells of several territories as those of one: ascending and disjoint.
#[must_use]
pub fn union(cells: Vec<Cell>) -> Vec<Cell> {
    normalise(cells)
}

/// The cells of exactly four characters that hold the given ones, ascending: the scopes to replicate.
///
/// # Errors
/// When there would be more than [`FOUR_CHAR_CELLS_MAX`].
pub fn four_char_cells(cells: &[Cell]) -> Result<Vec<Cell>, Failure> {
    let mut found: Vec<Cell> = Vec::new();
    for cell in cells {
        let mut level = vec![cell.ancestor(SCOPE_CELL_MAX)];
        while level.first().is_some_and(|cell| cell.len() < SCOPE_CELL_MAX) {
            level = level.into_iter().flat_map(children).collect();
            if level.len() > FOUR_CHAR_CELLS_MAX {
                break;
            }
        }
        found.extend(level.into_iter().filter(|cell| found.last() != Some(cell)).collect::<Vec<_>>());
        if found.len() > FOUR_CHAR_CELLS_MAX {
            let why = format!("more than {FOUR_CHAR_CELLS_MAX} cells of about 39 km by 20 km");
            return Err(Failure::invalid(format!(
                "the territory is too large for one node ({why}): follow a part of it"
            )));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The cell of at most four characters that holds all of the given ones; the world, when they have none in common.
#[must_use]
pub fn common_scope(cells: &[Cell]) -> Cell {
    let Some(first) = cells.first() else { return Cell::WORLD };
    let len = first.len().min(SCOPE_CELL_MAX);
    let common = |len: &usize| cells.iter().all(|cell| first.ancestor(*len).contains(*cell));
    (0..=len).rev().find(common).map_or(Cell::WORLD, |len| first.ancestor(len))
}

/// The id of an area that only this node names: equal cells give equal ids.
#[must_use]
pub fn local_id(cells: &[Cell]) -> TerritoryId {
    let mut text = String::from("communaut local territory");
    for cell in cells {
        text.push('\n');
        text.push_str(&cell.to_string());
    }
    ElementId(hash(text.as_bytes()).0)
}
