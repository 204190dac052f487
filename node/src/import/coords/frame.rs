//! How the positions of one file become degrees: the same for all its records.

use super::systems::System;
use crate::import::{Reason, geometry::LatLon};
use geojson::{GeometryValue, Position};

/// What a file's numbers are.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::import) enum Frame {
    /// Degrees, as their columns say.
    #[default]
    Degrees,
    /// Degrees, the latitude where the longitude should be.
    Swapped,
    /// Metres of a map projection.
    Projected {
        system: System,
        /// Northing first.
        swapped: bool,
    },
    /// Degrees whose decimal points were lost: 488566 for 48.8566.
    Pointless(Pointless),
}

/// Where the points of a file's numbers belong.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) struct Pointless {
    /// Decimals that most numbers have: of the latitude, of the longitude.
    pub decimals: (u32, u32),
    /// Where the file lies.
    pub middle: LatLon,
    /// Degrees around it in which nearly all of it lies.
    pub spread: LatLon,
}

/// Degrees around a record's address in which it lies.
const AROUND_ADDRESS: f64 = 0.5;
/// Decimals that a number may have lost, at the most.
pub(in crate::import) const DECIMALS_MAX: u32 = 15;

impl Frame {
    /// Latitude and longitude of two numbers of the file; latitude first on both sides.
    pub fn degrees(&self, (lat, lon): LatLon, near: Option<LatLon>) -> Result<LatLon, Reason> {
        match self {
            Self::Degrees => Ok((lat, lon)),
            Self::Swapped => Ok((lon, lat)),
            Self::Projected { system, swapped } => {
                let (x, y) = if *swapped { (lat, lon) } else { (lon, lat) };
                system.degrees(x, y).ok_or_else(|| Reason::OutsideSystem {
                    x: x.to_string(),
                    y: y.to_string(),
                    system: system.name(),
                })
            }
            Self::Pointless(lost) => {
                let (middle, spread) = match near {
                    Some(near) => (near, (AROUND_ADDRESS, AROUND_ADDRESS)),
                    None => (lost.middle, lost.spread),
                };
                Ok((
                    with_point(lat, lost.decimals.0, middle.0, spread.0, 90.0),
                    with_point(lon, lost.decimals.1, middle.1, spread.1, 180.0),
                ))
            }
        }
    }
}

/// The number with so many decimals where that lies around the middle; else with the point that brings it nearest:
/// zeros at its end were lost too.
fn with_point(number: f64, decimals: u32, middle: f64, spread: f64, most: f64) -> f64 {
    if number.fract() != 0.0 {
        return number;
    }
    let usual = scaled(number, decimals);
    if (usual - middle).abs() <= spread {
        return usual;
    }
    let candidates = (0..=DECIMALS_MAX).map(|decimals| scaled(number, decimals)).filter(|n| n.abs() <= most);
    candidates.min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs())).unwrap_or(number)
}

/// 488566 with four decimals is 48.8566. By division, which gives the nearest number that there is.
pub(in crate::import) fn scaled(number: f64, decimals: u32) -> f64 {
    number / 10_f64.powi(decimals as i32)
}

/// The first position of a shape: easting, northing.
pub(super) fn first_position(value: &GeometryValue) -> Option<(f64, f64)> {
    let position = match value {
        GeometryValue::Point { coordinates } => coordinates,
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => coordinates.first()?,
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.first()?.first()?
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.first()?.first()?.first()?,
        GeometryValue::GeometryCollection { geometries } => return first_position(&geometries.first()?.value),
    };
    match position.as_slice() {
        [x, y, ..] => Some((*x, *y)),
        _ => None,
    }
}

/// Change every position of a shape; `each` takes and gives latitude first.
pub(super) fn convert(
    value: &mut GeometryValue,
    each: &impl Fn(LatLon) -> Result<LatLon, Reason>,
) -> Result<(), Reason> {
    let line = |line: &mut Vec<Position>| line.iter_mut().try_for_each(|position| change(position, each));
    let area = |area: &mut Vec<Vec<Position>>| area.iter_mut().try_for_each(line);
    match value {
        GeometryValue::Point { coordinates } => change(coordinates, each),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => line(coordinates),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => area(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter_mut().try_for_each(area),
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter_mut().try_for_each(|inner| convert(&mut inner.value, each))
        }
    }
}

fn change(position: &mut Position, each: &impl Fn(LatLon) -> Result<LatLon, Reason>) -> Result<(), Reason> {
    // One of fewer than two numbers is refused by who takes the middle.
    if let [x, y, ..] = position.as_slice_mut() {
        let (lat, lon) = each((*y, *x))?;
        (*x, *y) = (lon, lat);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_points_are_put_back() {
        let lost = Frame::Pointless(Pointless { decimals: (4, 4), middle: (48.86, 2.35), spread: (0.2, 0.2) });
        for (numbers, place) in [
            ((488_566.0, 23_522.0), (48.8566, 2.3522)),
            // Zeros at the end, lost as well.
            ((48_857.0, 2_352.0), (48.857, 2.352)),
            ((4_886.0, 235.0), (48.86, 2.35)),
            ((488_566_140.0, 23_522_219.0), (48.856_614, 2.352_221_9)),
            // What has its point keeps it.
            ((48.8566, 23_522.0), (48.8566, 2.3522)),
        ] {
            assert_eq!(lost.degrees(numbers, None), Ok(place), "{numbers:?}");
        }
        assert_eq!(lost.degrees((433_000.0, 54_000.0), Some((43.3, 5.37))), Ok((43.3, 5.4)), "by its address");
    }

    #[test]
    fn axes_and_projections() {
        assert_eq!(Frame::Swapped.degrees((2.35, 48.85), None), Ok((48.85, 2.35)));
        let system = System::of_code(2_154).unwrap_or_else(|| unreachable!("Lambert-93 is known"));
        for (swapped, pair) in [(false, (6_862_035.26, 652_469.02)), (true, (652_469.02, 6_862_035.26))] {
            let got = Frame::Projected { system, swapped }.degrees(pair, None).unwrap_or_default();
            assert!((got.0 - 48.8566).abs() < 1e-5 && (got.1 - 2.3522).abs() < 1e-5, "{got:?}");
        }
    }
}
