//! Places by their latitude: which is nearest is sought in a few of the bands instead of among all places.

use super::{kind::PlaceKind, table::Table};
use crate::territory::sphere;
use communaut_protocol::Position;

/// Height of a band, 1e-7 degree: 11 km, more than it is to the next village where people live.
const BAND_E7: i32 = 1_000_000;
/// Bands from pole to pole, both ends included.
const BANDS: usize = 1_801;
/// Latitude of the south pole.
const SOUTH_E7: i32 = -900_000_000;
/// Metres that a degree of latitude has at the least.
const METRES_PER_DEGREE: f64 = sphere::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

/// Numbers of the cities, towns and villages, band by band: 4 bytes a place.
#[derive(Debug, Default)]
pub(super) struct Bands(Vec<Vec<u32>>);

fn band(at: Position) -> usize {
    usize::try_from((at.lat_e7.saturating_sub(SOUTH_E7)) / BAND_E7).unwrap_or(0).min(BANDS - 1)
}

impl Bands {
    pub fn of(table: &Table) -> Self {
        let mut bands = vec![Vec::new(); BANDS];
        for number in 0..u32::try_from(table.len()).unwrap_or(u32::MAX) {
            if table.kind(number) <= PlaceKind::Former
                && let Some(places) = bands.get_mut(band(table.position(number)))
            {
                places.push(number);
            }
        }
        Self(bands)
    }

    /// The nearest place, of several the first in the file, and its distance in metres.
    pub fn nearest(&self, table: &Table, at: Position) -> Option<(u32, f64)> {
        let mut best: Option<(f64, u32)> = None;
        // Latitude beyond which none can be nearer: comparing integers spares nearly all distances.
        let mut reach = i32::MAX;
        let home = band(at);
        for away in 0..BANDS {
            let least = i32::try_from(away.saturating_sub(1)).unwrap_or(i32::MAX).saturating_mul(BAND_E7);
            if least > reach {
                break;
            }
            let south = home.checked_sub(away).filter(|_| away > 0);
            let both = [Some(home + away), south].into_iter().flatten();
            for number in both.filter_map(|band| self.0.get(band)).flatten() {
                let position = table.position(*number);
                if position.lat_e7.abs_diff(at.lat_e7) > reach.unsigned_abs() {
                    continue;
                }
                let metres = sphere::metres(at, position);
                if best.is_none_or(|(held, first)| metres < held || metres == held && *number < first) {
                    best = Some((metres, *number));
                    // Saturates; one unit more for the rounding.
                    reach = (metres / METRES_PER_DEGREE * 1e7) as i32;
                    reach = reach.saturating_add(1);
                }
            }
        }
        best.map(|(metres, number)| (number, metres))
    }

    /// The places within so many metres.
    pub fn within<'a>(&'a self, table: &'a Table, at: Position, metres: f64) -> impl Iterator<Item = u32> + 'a {
        // Saturates; one unit more for the rounding.
        let reach = (metres / METRES_PER_DEGREE * 1e7) as i32;
        let reach = reach.saturating_add(1);
        let [from, to] = [at.lat_e7.saturating_sub(reach), at.lat_e7.saturating_add(reach)]
            .map(|lat_e7| band(Position { lat_e7: lat_e7.max(SOUTH_E7), ..at }));
        let near = move |number: &u32| {
            let position = table.position(*number);
            position.lat_e7.abs_diff(at.lat_e7) <= reach.unsigned_abs() && sphere::metres(at, position) <= metres
        };
        self.0.get(from..=to).into_iter().flatten().flatten().copied().filter(near)
    }
}
