//! The middle of a GeoJSON geometry.

use geo::Centroid;
use geojson::{GeometryValue, LineStringType, PolygonType};

/// Degrees, latitude first.
pub(super) type LatLon = (f64, f64);

/// The middle of a geometry in GeoJSON text; latitude first.
#[cfg(test)]
pub(super) fn middle_of_text(text: &str) -> Result<LatLon, String> {
    let geometry: geojson::Geometry =
        serde_json::from_str(text).map_err(|error| format!("geometry is not GeoJSON: {error}"))?;
    middle(&geometry.value)
}

/// The point itself, or the centroid; latitude first.
pub(super) fn middle(value: &GeometryValue) -> Result<LatLon, String> {
    // The crate's conversion panics at a position of fewer than two numbers.
    if !is_whole(value) {
        return Err("the geometry has a position of fewer than two numbers".into());
    }
    if let GeometryValue::Point { coordinates } = value {
        return match coordinates.as_slice() {
            [lon, lat, ..] => Ok((*lat, *lon)),
            _ => Err("the point has no coordinates".into()),
        };
    }
    let shape =
        geo::Geometry::<f64>::try_from(value).map_err(|error| format!("the geometry cannot be used: {error}"))?;
    let middle = shape.centroid().ok_or("no coordinates: the geometry is empty")?;
    Ok((middle.y(), middle.x()))
}

fn is_whole(value: &GeometryValue) -> bool {
    let line = |line: &LineStringType| line.iter().all(|at| at.len() >= 2);
    let area = |area: &PolygonType| area.iter().all(line);
    match value {
        GeometryValue::Point { coordinates } => coordinates.len() >= 2,
        GeometryValue::MultiPoint { coordinates } => coordinates.iter().all(|at| at.len() >= 2),
        GeometryValue::LineString { coordinates } => line(coordinates),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => area(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().all(area),
        GeometryValue::GeometryCollection { geometries } => geometries.iter().all(|inner| is_whole(&inner.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles() {
        for (text, expected) in [
            (r#"{"type":"Point","coordinates":[7.5,43.5,12]}"#, (43.5, 7.5)),
            (r#"{"type":"MultiPoint","coordinates":[[7,43],[8,44]]}"#, (43.5, 7.5)),
            (r#"{"type":"LineString","coordinates":[[7,43],[8,44]]}"#, (43.5, 7.5)),
            (r#"{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44],[7,44],[7,43]]]}"#, (43.5, 7.5)),
            (r#"{"type":"MultiPolygon","coordinates":[[[[7,43],[8,43],[8,44],[7,44],[7,43]]]]}"#, (43.5, 7.5)),
            (r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[7.5,43.5]}]}"#, (43.5, 7.5)),
        ] {
            assert_eq!(middle_of_text(text), Ok(expected), "{text}");
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
            assert!(middle_of_text(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(5_000), "]}".repeat(5_000));
        assert!(middle_of_text(&deep).is_err());
    }
}
