//! What the clocks show where something is, and which country it is: by the place of the gazetteer that is nearest.

use super::rows::CELL_CHARS;
use crate::{gazetteer, territory};
use communaut_protocol::Cell;
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// Characters of a cell whose places are all taken to be where its middle is: 5 km.
const CHARS: usize = 5;
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

/// The cell, as a number, all of whose places are in one zone and country here.
pub(super) fn coarse(cell: u64) -> u64 {
    cell & u64::MAX << (8 * (CELL_CHARS - CHARS))
}

/// Of the cell of a row.
pub(crate) fn local(cell: u64) -> Arc<Local> {
    static KNOWN: LazyLock<Mutex<HashMap<u64, Arc<Local>>>> = LazyLock::new(Mutex::default);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let coarse = coarse(cell);
    if let Some(found) = known().get(&coarse) {
        return found.clone();
    }
    let found = Arc::new(look_up(coarse).unwrap_or_default());
    let mut known = known();
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(coarse, found.clone());
    found
}

fn look_up(coarse: u64) -> Option<Local> {
    let middle = territory::middle(Cell::from_bytes(coarse.to_be_bytes()).ok()?);
    let (place, _) = gazetteer::bundled().nearest(middle).filter(|(_, metres)| *metres < FAR_M)?;
    Some(Local { zone: TimeZone::get(&place.timezone).ok(), country: place.country })
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
                    (zone, country)
                );
            }
        }
    }
}
