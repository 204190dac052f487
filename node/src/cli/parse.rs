//! What a person types for places, distances and shares, and what is said when it cannot be read.

use communaut_protocol::{Cell, Position};

/// Kilometres around a point: half the way around the Earth.
const KM_MAX: f64 = 20_038.0;
/// Characters of an id, at least, where a territory is named: no cell is that long.
pub const ID_PREFIX_MIN: usize = 8;

/// A point, or the name of a place that the gazetteer knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// Coordinates.
    At(Position),
    /// A name, e.g. "Lyon" or "Lyon, FR".
    Place(String),
}

/// A territory as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Territory {
    /// An id or its beginning, the name of a known territory, or else cells.
    Named(String),
    /// A place or a point, and kilometres around it, in metres.
    Around(Spot, u32),
    /// A file with a boundary.
    File(std::path::PathBuf),
}

/// `LAT,LON` in degrees, with decimal points.
pub fn coordinates(text: &str) -> Result<Position, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [lat, lon] = parts.as_slice() else {
        let digits = parts.iter().all(|part| part.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()));
        return Err(if parts.len() == 4 && digits {
            format!("decimals take a point and not a comma: {}.{},{}.{}", parts[0], parts[1], parts[2], parts[3])
        } else {
            "expected LAT,LON in degrees, e.g. 45.764,4.8357".to_owned()
        });
    };
    let (lat, lon) = (degrees(lat, "latitude")?, degrees(lon, "longitude")?);
    Position::from_degrees(lat, lon).map_err(|error| {
        let swapped = Position::from_degrees(lon, lat).is_ok();
        format!("{error}{}", if swapped { "; are the two swapped?" } else { "" })
    })
}

fn degrees(text: &str, what: &str) -> Result<f64, String> {
    let degrees: f64 = text.parse().map_err(|_| format!("the {what} '{text}' is not a number of degrees"))?;
    if degrees.is_finite() { Ok(degrees) } else { Err(format!("the {what} '{text}' is not a number of degrees")) }
}

/// Coordinates, or the name of a place.
pub fn spot(text: &str) -> Result<Spot, String> {
    let text = text.trim();
    // What is read as two numbers is no name: "NaN,NaN", "1e2,3".
    if text
        .split_once(',')
        .is_some_and(|parts| [parts.0, parts.1].iter().all(|part| part.trim().parse::<f64>().is_ok()))
    {
        return coordinates(text).map(Spot::At);
    }
    // One number alone is a postcode or the number of a département.
    if text.chars().any(char::is_alphabetic) || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(Spot::Place(text.to_owned()));
    }
    coordinates(text).map(Spot::At)
}

/// Kilometres, as metres.
pub fn kilometres(text: &str) -> Result<u32, String> {
    let number = text.trim();
    let number = number.strip_suffix("km").unwrap_or(number).trim();
    if number.contains(',') {
        return Err(format!("decimals take a point and not a comma: {}", number.replace(',', ".")));
    }
    match number.parse::<f64>() {
        Ok(km) if km > 0.0 && km <= KM_MAX => Ok(metres(km)),
        Ok(_) => Err(format!("expected kilometres above 0, at most {KM_MAX}")),
        Err(_) => Err("expected a number of kilometres, e.g. 2.5".to_owned()),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within 0 and 20,038 km")]
fn metres(km: f64) -> u32 {
    (km * 1_000.0).round().max(1.0) as u32
}

/// A share of the members in percent, as thousandths.
pub fn percent(text: &str) -> Result<u16, String> {
    let number = text.trim();
    let number = number.strip_suffix('%').unwrap_or(number).trim();
    let refuse = || "expected a percentage from 0 to 100 with at most one decimal, e.g. 33.3".to_owned();
    if number.contains(',') {
        return Err(format!("decimals take a point and not a comma: {}", number.replace(',', ".")));
    }
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(tenth) || tenth.len() > 1 {
        return Err(refuse());
    }
    let whole: u16 = whole.parse().map_err(|_| refuse())?;
    let tenth: u16 = tenth.parse().map_err(|_| refuse())?;
    let permille = whole.checked_mul(10).and_then(|tenths| tenths.checked_add(tenth));
    permille.filter(|permille| *permille <= 1_000).ok_or_else(refuse)
}

/// A territory: `@FILE`, `PLACE:KM`, `LAT,LON:KM`, or a name, an id or cells.
pub fn territory(text: &str) -> Result<Territory, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if let Some(file) = text.strip_prefix('@') {
        return if file.is_empty() {
            Err("no file is named after '@'".to_owned())
        } else {
            Ok(Territory::File(file.into()))
        };
    }
    if let Some((place, km)) = text.rsplit_once(':') {
        return Ok(Territory::Around(spot(place)?, kilometres(km)?));
    }
    if text.chars().any(char::is_alphabetic) || cells(text).is_some() || is_id_prefix(text) {
        return Ok(Territory::Named(text.to_owned()));
    }
    if coordinates(text).is_ok() {
        return Err(format!("how far around it? Give kilometres, e.g. {text}:10"));
    }
    Ok(Territory::Named(text.to_owned()))
}

/// Cells with commas between them.
pub fn cells(text: &str) -> Option<Vec<Cell>> {
    text.split(',').map(|cell| cell.trim().parse::<Cell>().ok().filter(|cell| !cell.is_empty())).collect()
}

/// Whether a text can be the beginning of an id where cells are taken as well.
pub fn is_id_prefix(text: &str) -> bool {
    (ID_PREFIX_MIN..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn at(lat_e7: i32, lon_e7: i32) -> Position {
        Position { lat_e7, lon_e7 }
    }

    #[test]
    fn coordinates_are_latitude_then_longitude() {
        assert_eq!(coordinates("43.73,7.42"), Ok(at(437_300_000, 74_200_000)));
        assert_eq!(coordinates(" -33.9 , 151.25 "), Ok(at(-339_000_000, 1_512_500_000)));
        assert_eq!(coordinates("45,5"), Ok(at(450_000_000, 50_000_000)));
    }

    #[test]
    fn coordinates_that_are_none_are_refused_with_the_reason() {
        let why = |text: &str| coordinates(text).unwrap_err();
        assert_eq!(why("43,73,7,42"), "decimals take a point and not a comma: 43.73,7.42");
        assert!(why("7.42").starts_with("expected LAT,LON"));
        assert!(why("43.73 7.42").starts_with("expected LAT,LON"));
        assert!(why("x,7").contains("the latitude 'x' is not a number"));
        assert!(why("7,").contains("the longitude '' is not a number"));
        assert!(why("NaN,7").contains("the latitude 'NaN' is not a number"));
        assert!(why("7,inf").contains("the longitude 'inf' is not a number"));
        let swapped = why("122.4,37.8");
        assert!(swapped.contains("latitude goes from -90 to 90") && swapped.ends_with("swapped?"), "{swapped}");
        let nowhere = why("122.4,237.8");
        assert!(nowhere.contains("latitude goes from -90 to 90") && !nowhere.contains("swapped"), "{nowhere}");
    }

    #[test]
    fn what_is_no_place_on_earth_is_no_name_either() {
        for bad in ["NaN,NaN", "nan, 7", "inf,-inf", "7,infinity", "1e3,4", "91,0", "0,180.1"] {
            let why = spot(bad).unwrap_err();
            assert!(why.contains("latitude") || why.contains("longitude"), "{bad}: {why}");
        }
        assert_eq!(spot("Nan, TH"), Ok(Spot::Place("Nan, TH".into())));
        assert!(territory("NaN,NaN:5").is_err());
    }

    #[test]
    fn kilometres_become_metres() {
        assert_eq!(kilometres("2.5"), Ok(2_500));
        assert_eq!(kilometres("2km"), Ok(2_000));
        assert_eq!(kilometres("0.0001"), Ok(1));
        assert_eq!(kilometres("2,5").unwrap_err(), "decimals take a point and not a comma: 2.5");
        for bad in ["0", "-1", "30000", "NaN", "inf", "", "far"] {
            assert!(kilometres(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn percentages_are_exact() {
        assert_eq!(percent("33.3"), Ok(333));
        assert_eq!(percent("0"), Ok(0));
        assert_eq!(percent("100%"), Ok(1_000));
        for bad in ["100.1", "33.33", "-1", "", ".5", "5.", "1e1", "99999", "half"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn territories_in_all_their_forms() {
        let named = |text: &str| Ok(Territory::Named(text.to_owned()));
        assert_eq!(territory("u0m7,u0m6"), named("u0m7,u0m6"));
        assert_eq!(territory("Ma commune"), named("Ma commune"));
        assert_eq!(territory("00112233"), named("00112233"));
        assert_eq!(territory("Lyon, FR:20"), Ok(Territory::Around(Spot::Place("Lyon, FR".into()), 20_000)));
        assert_eq!(territory("-45.7,4.8:1.5"), Ok(Territory::Around(Spot::At(at(-457_000_000, 48_000_000)), 1_500)));
        assert_eq!(territory("@a b.geojson"), Ok(Territory::File("a b.geojson".into())));
        assert_eq!(territory("45.7,4.8").unwrap_err(), "how far around it? Give kilometres, e.g. 45.7,4.8:10");
        for bad in ["", " ", "@", "Lyon:", "Lyon:x", "Lyon:0", "99,4:5"] {
            assert!(territory(bad).is_err(), "{bad}");
        }
        assert_eq!(cells("u0m7, u0m6").unwrap().len(), 2);
        assert_eq!(cells("lyon"), None);
        assert_eq!(cells("u0m7,"), None);
    }
}
