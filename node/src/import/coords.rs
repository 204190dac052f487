//! Coordinates as files write them, and the reasons for which they are refused.

use super::{
    geometry::{self, LatLon},
    text,
};
use communaut_protocol::Position;

/// One number in degrees, with a decimal point or comma. None: nothing is said.
pub(super) fn degrees(what: &str, value: &str) -> Result<Option<f64>, String> {
    let value = value.trim().trim_end_matches('°').trim_end();
    if text::is_absent(value) {
        return Ok(None);
    }
    number(value).map(Some).ok_or_else(|| format!("{what} '{}' is not a number of degrees", text::shown(value)))
}

fn number(value: &str) -> Option<f64> {
    // Written by hand or by a French spreadsheet; a true minus sign occurs.
    let plain = value.trim().replace('\u{2212}', "-");
    let plain = if plain.contains('.') { plain } else { plain.replacen(',', ".", 1) };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Two numbers in one value: "48.85, 2.35", "48,85; 2,35", "(48.85 2.35)".
fn pair(value: &str) -> Option<(f64, f64)> {
    let inner = value.trim().trim_matches(['(', ')', '[', ']', '"', '\'']).trim();
    let halves: Vec<&str> = if inner.contains([';', '|']) {
        inner.split([';', '|']).collect()
    } else if inner.split_whitespace().count() == 2 && !inner.contains(", ") && !inner.contains(" ,") {
        inner.split_whitespace().map(|half| half.trim_end_matches(',')).collect()
    } else {
        match inner.split(',').collect::<Vec<_>>().as_slice() {
            [a, b] => vec![a, b],
            // Decimal commas all over: "48,85,2,35".
            [a, b, c, d] => return Some((number(&format!("{a}.{b}"))?, number(&format!("{c}.{d}"))?)),
            _ => return None,
        }
    };
    match halves.as_slice() {
        [a, b] => Some((number(a)?, number(b)?)),
        _ => None,
    }
}

/// Both in one value; `lon_first` tells their order. None: nothing is said.
pub(super) fn both(value: &str, lon_first: bool) -> Result<Option<LatLon>, String> {
    if text::is_absent(value) {
        return Ok(None);
    }
    let value = value.trim();
    if value.starts_with('{') || value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("point")) {
        return shape(value);
    }
    let (a, b) =
        pair(value).ok_or_else(|| format!("coordinates '{}' are not two numbers of degrees", text::shown(value)))?;
    Ok(Some(if lon_first { (b, a) } else { (a, b) }))
}

/// A geometry in WKT (a point) or GeoJSON: its middle. None: nothing is said.
pub(super) fn shape(value: &str) -> Result<Option<LatLon>, String> {
    if text::is_absent(value) {
        return Ok(None);
    }
    let value = value.trim();
    if value.starts_with('{') {
        return geometry::middle_of_text(value).map(Some);
    }
    // "SRID=4326;POINT (2.35 48.85)"
    let wkt = value.rsplit(';').next().unwrap_or(value).trim();
    let numbers = wkt
        .get(..5)
        .filter(|start| start.eq_ignore_ascii_case("point"))
        .and_then(|_| wkt.get(5..))
        .and_then(|rest| rest.trim_start().trim_start_matches(['Z', 'z']).trim().strip_prefix('('))
        .and_then(|rest| rest.strip_suffix(')'));
    let mut numbers = numbers.into_iter().flat_map(str::split_whitespace).map(number);
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(lon), Some(lat)) => Ok(Some((lat, lon))),
        _ => Err(format!("geometry '{}' is neither a WKT point nor GeoJSON", text::shown(value))),
    }
}

/// The position, or why it is none.
pub(super) fn position((lat, lon): LatLon) -> Result<Position, String> {
    let lat_fits = |degrees: f64| (-90.0..=90.0).contains(&degrees);
    let lon_fits = |degrees: f64| (-180.0..=180.0).contains(&degrees);
    if lat == 0.0 && lon == 0.0 {
        return Err("coordinates 0,0: nobody had measured them".into());
    }
    match Position::from_degrees(lat, lon) {
        Ok(position) => Ok(position),
        Err(_) if lat.abs() > 1_000.0 || lon.abs() > 1_000.0 => Err(format!(
            "latitude {lat}, longitude {lon} are out of range: they look like metres of a map projection; convert them \
             to WGS 84 degrees"
        )),
        Err(_) if !lat_fits(lat) && lat_fits(lon) && lon_fits(lat) => Err(format!(
            "latitude {lat} is out of range (-90 to 90); latitude and longitude look swapped: {lat}, {lon}"
        )),
        Err(_) if !lat_fits(lat) => Err(format!("latitude {lat} is out of range (-90 to 90)")),
        Err(_) => Err(format!("longitude {lon} is out of range (-180 to 180)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, expected) in
            [("43.73", 43.73), (" 43,73 ", 43.73), ("-1,5", -1.5), ("\u{2212}1.5°", -1.5), ("7", 7.0)]
        {
            assert_eq!(degrees("latitude", text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(degrees("latitude", " "), Ok(None));
        assert_eq!(degrees("latitude", "NaN"), Ok(None));
        for text in ["abc", "1,2,3", "inf", "1e999", "43°44'"] {
            let why = degrees("latitude", text).err().unwrap_or_default();
            assert!(why.contains("latitude") && why.contains(text), "{text}: {why}");
        }
    }

    #[test]
    fn two_in_one() {
        for text in [
            "43.73, 7.42",
            "43.73,7.42",
            "43,73;7,42",
            "43.73 7.42",
            "43,73 7,42",
            "[43.73, 7.42]",
            "43,73,7,42",
            "43,73, 7,42",
        ] {
            assert_eq!(both(text, false), Ok(Some((43.73, 7.42))), "{text}");
        }
        assert_eq!(both("[7.42, 43.73]", true), Ok(Some((43.73, 7.42))));
        assert_eq!(both("", false), Ok(None));
        assert!(both("Place du Palais", false).is_err());
        for text in
            ["POINT(7.42 43.73)", "SRID=4326;POINT Z (7.42 43.73 10)", r#"{"type":"Point","coordinates":[7.42,43.73]}"#]
        {
            assert_eq!(shape(text), Ok(Some((43.73, 7.42))), "{text}");
            assert_eq!(both(text, false).is_ok(), !text.starts_with("SRID"));
        }
        assert!(shape("0101000020E6100000").is_err());
    }

    #[test]
    fn what_is_refused_is_explained() {
        for (at, why) in [
            ((0.0, 0.0), "0,0"),
            ((95.2, 195.0), "latitude 95.2 is out of range"),
            ((95.2, 7.0), "look swapped"),
            ((102.5, 18.9), "look swapped"),
            ((43.0, 181.0), "longitude 181 is out of range"),
            ((6_862_000.0, 652_000.0), "projection"),
            ((f64::NAN, 1.0), "range"),
            ((f64::INFINITY, 1.0), "projection"),
        ] {
            let said = position(at).err().unwrap_or_default();
            assert!(said.contains(why), "{at:?}: {said}");
        }
        assert_eq!(position((90.0, -180.0)), Ok(Position { lat_e7: 900_000_000, lon_e7: -1_800_000_000 }));
    }
}
