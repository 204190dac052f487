//! The place of a GeoJSON geometry, and which numbers are a place at all.

use super::{
    Reason,
    outline::{Outline, points::Point, turned_back},
};
use communaut_protocol::Position;
use geojson::{GeometryValue, LineStringType};

/// Degrees, latitude first.
pub(super) type LatLon = (f64, f64);

/// The place of a geometry in GeoJSON text; latitude first.
#[cfg(test)]
pub(super) fn place_of_text(text: &str) -> Result<LatLon, Reason> {
    let geometry: geojson::Geometry =
        serde_json::from_str(text).map_err(|error| Reason::ShapeNotGeoJson { said: error.to_string() })?;
    place(&geometry.value)
}

/// The point itself, or a place that lies in the shape; latitude first.
pub(super) fn place(value: &GeometryValue) -> Result<LatLon, Reason> {
    if let GeometryValue::Point { coordinates } = value {
        // Its own numbers: another check tells what is wrong with them.
        return point(coordinates).map(|at| degrees(turned_back(at)));
    }
    let mut outline = Outline::default();
    add(&mut outline, value)?;
    outline.place().map(degrees).ok_or(Reason::ShapeEmpty)
}

/// Latitude first.
pub(super) fn degrees(at: Point) -> LatLon {
    (at.y as f64 / 1e7, at.x as f64 / 1e7)
}

fn add(outline: &mut Outline, value: &GeometryValue) -> Result<(), Reason> {
    match value {
        GeometryValue::Point { coordinates } => outline.add_point(point(coordinates)?),
        GeometryValue::MultiPoint { coordinates } => {
            line(coordinates)?.into_iter().for_each(|at| outline.add_point(at));
        }
        GeometryValue::LineString { coordinates } => outline.add_line(line(coordinates)?),
        GeometryValue::MultiLineString { coordinates } => {
            for part in coordinates {
                outline.add_line(line(part)?);
            }
        }
        GeometryValue::Polygon { coordinates } => {
            for ring in coordinates {
                outline.add_ring(line(ring)?);
            }
        }
        GeometryValue::MultiPolygon { coordinates } => {
            for ring in coordinates.iter().flatten() {
                outline.add_ring(line(ring)?);
            }
        }
        GeometryValue::GeometryCollection { geometries } => {
            for inner in geometries {
                add(outline, &inner.value)?;
            }
        }
    }
    Ok(())
}

fn line(positions: &LineStringType) -> Result<Vec<Point>, Reason> {
    positions.iter().map(point).collect()
}

/// Longitudes may go on over 180 degrees, once around.
fn point(numbers: &geojson::Position) -> Result<Point, Reason> {
    let [lon, lat, ..] = numbers.as_slice() else {
        return Err(Reason::ShapeShort);
    };
    let unit = |degrees: f64| (degrees * 1e7).round() as i64;
    if (-90.0..=90.0).contains(lat) && (-360.0..=360.0).contains(lon) {
        return Ok(Point { x: unit(*lon), y: unit(*lat) });
    }
    position((*lat, *lon)).map(|at| Point { x: at.lon_e7.into(), y: at.lat_e7.into() })
}

/// The position, or why it is none.
pub(super) fn position((lat, lon): LatLon) -> Result<Position, Reason> {
    let lat_fits = |degrees: f64| (-90.0..=90.0).contains(&degrees);
    let lon_fits = |degrees: f64| (-180.0..=180.0).contains(&degrees);
    if lat == 0.0 && lon == 0.0 {
        return Err(Reason::NotMeasured);
    }
    let said = || (lat.to_string(), lon.to_string());
    match Position::from_degrees(lat, lon) {
        Ok(position) => Ok(position),
        Err(_) if lat.abs() > 1_000.0 || lon.abs() > 1_000.0 => {
            let (lat, lon) = said();
            Err(Reason::Metres { lat, lon })
        }
        Err(_) if !lat_fits(lat) && lat_fits(lon) && lon_fits(lat) => {
            let (lat, lon) = said();
            Err(Reason::Swapped { lat, lon })
        }
        Err(_) if !lat_fits(lat) => Err(Reason::LatitudeOut { lat: said().0 }),
        Err(_) => Err(Reason::LongitudeOut { lon: said().1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (text, expected) in [
            (r#"{"type":"Point","coordinates":[7.5,43.5,12]}"#, (43.5, 7.5)),
            (r#"{"type":"MultiPoint","coordinates":[[7,43],[8,44],[7.4,43.5]]}"#, (43.5, 7.4)),
            (r#"{"type":"Point","coordinates":[180.02,-16.81]}"#, (-16.81, -179.98)),
            (r#"{"type":"MultiLineString","coordinates":[[[7,43],[7,43.1]],[[7,43],[8,43]]]}"#, (43.0, 7.5)),
            (r#"{"type":"LineString","coordinates":[[7,43],[8,44]]}"#, (43.5, 7.5)),
            (r#"{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44],[7,44],[7,43]]]}"#, (43.5, 7.5)),
            (r#"{"type":"MultiPolygon","coordinates":[[[[7,43],[8,43],[8,44],[7,44],[7,43]]]]}"#, (43.5, 7.5)),
            (r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[7.5,43.5]}]}"#, (43.5, 7.5)),
        ] {
            assert_eq!(place_of_text(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn hostile_geometries_are_refused() {
        for text in [
            r#"{"type":"Point","coordinates":[]}"#,
            r#"{"type":"Point","coordinates":[1]}"#,
            r#"{"type":"LineString","coordinates":[[1],[]]}"#,
            r#"{"type":"LineString","coordinates":[]}"#,
            r#"{"type":"Polygon","coordinates":[]}"#,
            r#"{"type":"Polygon","coordinates":[[]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[]]]]}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1]}]}"#,
            r#"{"type":"GeometryCollection","geometries":[]}"#,
            r#"{"type":"Circle","coordinates":[1,2]}"#,
            r#"{"type":"Point","coordinates":["a","b"]}"#,
            "{",
        ] {
            assert!(place_of_text(text).is_err(), "{text}");
        }
        let swapped = place_of_text(r#"{"type":"LineString","coordinates":[[43.5,107.5],[43.5,107.6]]}"#);
        assert!(swapped.is_err_and(|why| matches!(why, Reason::Swapped { .. })));
        let metres = place_of_text(r#"{"type":"LineString","coordinates":[[652469,6862035],[652470,6862035]]}"#);
        assert!(metres.is_err_and(|why| matches!(why, Reason::Metres { .. })));
        let deep = format!("{}{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(5_000), "]}".repeat(5_000));
        assert!(place_of_text(&deep).is_err());
    }
}
