//! What the clocks show where something is, and which country it is: by the place of the gazetteer that is nearest.
//! Where a border is near, finer than elsewhere: Monaco is smaller than one cell.

use super::rows::CELL_CHARS;
use crate::{gazetteer, territory};
use communaut_protocol::Cell;
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// Characters of a cell whose places are all taken to be where its middle is: 5 km.
const COARSE: usize = 5;
/// The same near a border: 1 km.
const FINE: usize = 6;
/// Metres from the middle of a coarse cell to its corners, at the most: on both ways to a place of another country.
const CORNER_M: f64 = 3_500.0;
/// Cells that are remembered: those of a large country.
const KNOWN_MAX: usize = 1 << 16;
/// Metres to the nearest place, beyond which it says nothing.
const FAR_M: f64 = 200_000.0;

/// Of where something is.
#[derive(Debug, Default)]
pub(crate) struct Local {
    /// None: unknown.
    pub zone: Option<TimeZone>,
    /// ISO 3166 code; empty: unknown.
    pub country: String,
}

/// What is known of a cell.
#[derive(Debug, Clone)]
enum Known {
    /// All of it is there.
    Whole(Arc<Local>),
    /// Some of it may be beyond a border.
    Mixed,
}

/// The first characters of a cell, as a number.
fn begun(cell: u64, chars: usize) -> u64 {
    cell & u64::MAX << (8 * (CELL_CHARS - chars))
}

/// The cell, as a number, all of whose places are in one zone and country here.
pub(super) fn alike(cell: u64) -> u64 {
    let coarse = begun(cell, COARSE);
    match known(coarse, COARSE) {
        Known::Whole(_) => coarse,
        Known::Mixed => begun(cell, FINE),
    }
}

/// Of the cell of a row.
pub(crate) fn local(cell: u64) -> Arc<Local> {
    let of = |chars| known(begun(cell, chars), chars);
    match of(COARSE) {
        Known::Whole(found) => found,
        Known::Mixed => match of(FINE) {
            Known::Whole(found) => found,
            Known::Mixed => Arc::default(),
        },
    }
}

fn known(cell: u64, chars: usize) -> Known {
    static KNOWN: LazyLock<Mutex<HashMap<u64, Known>>> = LazyLock::new(Mutex::default);
    let held = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = held().get(&cell) {
        return found.clone();
    }
    let found = look_up(cell, chars).unwrap_or_else(|| Known::Whole(Arc::default()));
    let mut held = held();
    if held.len() >= KNOWN_MAX {
        held.clear();
    }
    held.insert(cell, found.clone());
    found
}

fn look_up(cell: u64, chars: usize) -> Option<Known> {
    let middle = territory::middle(Cell::from_bytes(cell.to_be_bytes()).ok()?);
    let places = gazetteer::bundled();
    let (place, metres) = places.nearest(middle).filter(|(_, metres)| *metres < FAR_M)?;
    if chars == COARSE && places.is_near_border(middle, metres + 2.0 * CORNER_M) {
        return Some(Known::Mixed);
    }
    Some(Known::Whole(Arc::new(Local { zone: TimeZone::get(&place.timezone).ok(), country: place.country })))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::territory::cell_number;
    use communaut_protocol::{Position, limits::TERRITORY_CELL_MAX};

    #[test]
    fn zones_and_countries() {
        for (lat, lon, zone, country) in [
            (43.7314, 7.4201, Some("Europe/Monaco"), "MC"),
            (43.7392, 7.4277, Some("Europe/Monaco"), "MC"),
            (43.7270, 7.4150, Some("Europe/Monaco"), "MC"),
            (43.7440, 7.4230, Some("Europe/Paris"), "FR"),
            (43.7220, 7.4010, Some("Europe/Paris"), "FR"),
            (46.1933, 6.2342, Some("Europe/Paris"), "FR"),
            (46.1944, 6.2050, Some("Europe/Zurich"), "CH"),
            (48.5730, 7.8150, Some("Europe/Berlin"), "DE"),
            (48.5734, 7.7521, Some("Europe/Paris"), "FR"),
            (47.5850, 7.5590, Some("Europe/Paris"), "FR"),
            (47.5596, 7.5886, Some("Europe/Zurich"), "CH"),
            (45.76, 4.83, Some("Europe/Paris"), "FR"),
            (35.68, 139.76, Some("Asia/Tokyo"), "JP"),
            (-20.9, 55.5, Some("Indian/Reunion"), "RE"),
            (-50.0, -140.0, None, ""),
        ] {
            let at = Position::from_degrees(lat, lon).unwrap();
            // The second time it is remembered.
            for _ in 0..2 {
                let found = local(cell_number(at.cell(TERRITORY_CELL_MAX)));
                assert_eq!(
                    (found.zone.as_ref().and_then(TimeZone::iana_name), found.country.as_str()),
                    (zone, country),
                    "{lat},{lon}"
                );
            }
        }
    }

    /// What is counted together is where the same clocks go.
    #[test]
    fn alike_is_what_is_on_one_side_of_a_border() {
        let cell = |lat, lon| alike(cell_number(Position::from_degrees(lat, lon).unwrap().cell(TERRITORY_CELL_MAX)));
        assert_ne!(cell(43.7314, 7.4201), cell(43.7440, 7.4230), "Monaco and Beausoleil");
        assert_eq!(cell(45.76, 4.83), cell(45.761, 4.831), "Lyon");
    }
}
