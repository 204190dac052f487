//! Positions and geohash cells.

use crate::limits::TERRITORY_CELL_MAX;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// WGS 84, in units of 1e-7 degree, so that no rule depends on floating point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Latitude, 1e-7 degree, −900 000 000 to 900 000 000.
    pub lat_e7: i32,
    /// Longitude, 1e-7 degree, −1 800 000 000 to 1 800 000 000.
    pub lon_e7: i32,
}

/// Why a position or a cell was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeoError {
    /// Outside of the world.
    #[error(
        "latitude {lat}, longitude {lon} is not on Earth: latitude goes from -90 to 90, longitude from -180 to 180"
    )]
    OutOfRange {
        /// Degrees.
        lat: f64,
        /// Degrees.
        lon: f64,
    },
    /// Not a geohash.
    #[error("'{0}' is not a geohash cell of at most 7 characters")]
    NotACell(String),
}

#[expect(clippy::float_arithmetic, reason = "one IEEE division or multiplication, the same everywhere")]
impl Position {
    /// From degrees.
    pub fn from_degrees(lat: f64, lon: f64) -> Result<Self, GeoError> {
        if !((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)) {
            return Err(GeoError::OutOfRange { lat, lon });
        }
        #[expect(clippy::cast_possible_truncation, reason = "range checked just above")]
        Ok(Self { lat_e7: (lat * 1e7).round() as i32, lon_e7: (lon * 1e7).round() as i32 })
    }
    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }
    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }
}

impl Position {
    /// Whether the position is on Earth.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.lat_e7.unsigned_abs() <= 900_000_000 && self.lon_e7.unsigned_abs() <= 1_800_000_000
    }
    /// The geohash cell of `len` characters (at most 7) that holds it. Cells are half open, but the north pole lies in
    /// the northernmost, and the meridian of 180 degrees in the easternmost (SPEC.md §3).
    #[must_use]
    pub fn cell(self, len: usize) -> Cell {
        let inside = Self { lat_e7: self.lat_e7.min(899_999_999), lon_e7: self.lon_e7.min(1_799_999_999) };
        let at = geohash::Coord { x: inside.lon(), y: inside.lat() };
        geohash::encode(at, len.min(TERRITORY_CELL_MAX)).ok().and_then(|text| text.parse().ok()).unwrap_or(Cell::WORLD)
    }
}

/// A geohash cell of 0 to 7 characters, zero-padded to 8 bytes: the world has none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cell([u8; 8]);

impl Cell {
    /// The cell of no characters.
    pub const WORLD: Self = Self([0; 8]);
    /// The key space of identity logs; not a geohash, since '@' is not in its alphabet.
    pub const IDENTITY: Self = Self([b'@', 0, 0, 0, 0, 0, 0, 0]);

    /// The key space of closed communities, where containers are blinded (SPEC.md §10); not a geohash either.
    pub const CLOSED: Self = Self([b'!', 0, 0, 0, 0, 0, 0, 0]);

    /// From the eight bytes of a scope key.
    pub fn from_bytes(bytes: [u8; 8]) -> Result<Self, GeoError> {
        if bytes == Self::IDENTITY.0 || bytes == Self::CLOSED.0 {
            return Ok(Self(bytes));
        }
        let len = bytes.iter().take_while(|b| **b != 0).count();
        let (text, padding) = bytes.split_at(len);
        let valid = len <= TERRITORY_CELL_MAX
            && padding.iter().all(|b| *b == 0)
            && text.iter().all(|b| b"0123456789bcdefghjkmnpqrstuvwxyz".contains(b));
        if valid { Ok(Self(bytes)) } else { Err(GeoError::NotACell(String::from_utf8_lossy(&bytes).into_owned())) }
    }
    /// The eight bytes of a scope key.
    #[must_use]
    pub fn bytes(self) -> [u8; 8] {
        self.0
    }
    /// The number of characters.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.iter().take_while(|b| **b != 0).count()
    }
    /// Whether it is a place, and not a key space of its own (`@`, `!`).
    #[must_use]
    pub fn is_place(self) -> bool {
        self != Self::IDENTITY && self != Self::CLOSED
    }
    /// Whether it is the world.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::WORLD
    }
    /// The first `len` characters.
    #[must_use]
    pub fn ancestor(self, len: usize) -> Self {
        let mut bytes = self.0;
        bytes.iter_mut().skip(len).for_each(|b| *b = 0);
        Self(bytes)
    }
    /// Whether `other` lies in this cell or is it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        other.ancestor(self.len()) == self
    }
    /// Whether the position lies in it.
    #[must_use]
    pub fn holds(self, position: Position) -> bool {
        position.cell(self.len()) == self
    }
    /// South-west and north-east corners.
    #[must_use]
    pub fn bounds(self) -> (Position, Position) {
        let world = (
            Position { lat_e7: -900_000_000, lon_e7: -1_800_000_000 },
            Position { lat_e7: 900_000_000, lon_e7: 1_800_000_000 },
        );
        if self.is_empty() {
            return world;
        }
        // A cell has only geohash characters, so it always decodes; the world is what holds any cell.
        geohash::decode_bbox(&self.to_string())
            .ok()
            .and_then(|rect| {
                let corner = |c: geohash::Coord<f64>| Position::from_degrees(c.y, c.x).ok();
                Some((corner(rect.min())?, corner(rect.max())?))
            })
            .unwrap_or(world)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take_while(|b| **b != 0).try_for_each(|b| write!(f, "{}", char::from(*b)))
    }
}
impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
impl FromStr for Cell {
    type Err = GeoError;
    fn from_str(text: &str) -> Result<Self, GeoError> {
        let refuse = || GeoError::NotACell(text.chars().take(40).collect());
        let mut bytes = [0; 8];
        bytes.get_mut(..text.len()).ok_or_else(refuse)?.copy_from_slice(text.as_bytes());
        match Self::from_bytes(bytes) {
            Ok(cell) if cell.len() == text.len() => Ok(cell),
            _ => Err(refuse()),
        }
    }
}
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}
