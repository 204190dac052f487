//! Coordinates that were typed the wrong way around: told, never turned in silence.

use crate::{gazetteer, modules::places::Place, territory::sphere};
use communaut_protocol::Position;

/// Metres by which a point and the one with its coordinates swapped are apart, at least, to be told from each other.
const SWAPPED_APART_M: f64 = 200_000.0;
/// Metres around a point in which something is held, if it is where somebody looks.
const SWAPPED_HELD_M: u32 = 50_000;
/// Metres to the next village, beyond which a point is in the wild or at sea; and up to which it is at one.
const SWAPPED_WILD_M: f64 = 20_000.0;
const SWAPPED_VILLAGE_M: f64 = 10_000.0;

/// Coordinates that are likelier meant the other way around.
#[derive(Debug, Clone)]
pub struct Swapped {
    at: Position,
    other: Position,
    /// The village that is next to them then.
    place: String,
}

impl Swapped {
    /// Whether coordinates are likelier meant the other way around: nothing is held around where they say, and
    /// something is around where they would; or where nothing is held, no village is there and one is here.
    /// `held`: whether anything is, so many metres around a position; none: that cannot be said.
    pub fn of(at: Position, mut held: impl FnMut(Position, u32) -> Option<bool>) -> Option<Self> {
        let other = Position { lat_e7: at.lon_e7, lon_e7: at.lat_e7 };
        if !other.is_valid() || sphere::metres(at, other) < SWAPPED_APART_M || held(at, SWAPPED_HELD_M)? {
            return None;
        }
        let nearest = |position: Position| gazetteer::bundled().nearest(position);
        let place = nearest(other);
        let is_there = |found: &Option<(Place, f64)>, metres: f64| found.as_ref().is_some_and(|(_, m)| *m <= metres);
        let likelier = held(other, SWAPPED_HELD_M)?
            || !is_there(&nearest(at), SWAPPED_WILD_M) && is_there(&place, SWAPPED_VILLAGE_M);
        likelier.then(|| Self { at, other, place: place.map(|(place, _)| place.told()).unwrap_or_default() })
    }

    /// One line for people.
    pub fn told(&self) -> String {
        let Self { at, other, place } = self;
        format!(
            "nothing is known around {},{}; are the two swapped? {},{} is near {}\n",
            at.lat(),
            at.lon(),
            other.lat(),
            other.lon(),
            super::text::line(place)
        )
    }

    /// The other way around, for programs.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "lat": self.other.lat(), "lon": self.other.lon(), "near": self.place })
    }
}
