//! Places of the gazetteer; doors and streets of the maps that were imported.

pub use crate::gazetteer::{Place, PlaceFound, PlaceKind};

use super::Read;
use crate::{
    failure::Failure,
    gazetteer::{self, Wish},
    snapshot::Snapshot,
    streets::{self, AddressWish, found::AddressesFound},
};
use serde::{Deserialize, Serialize};

/// Places that are offered for a name that none has: what one looks through at a glance.
const NEARLY_MAX: usize = 6;

/// Places of the gazetteer whose name begins with a text, the likeliest first; if there are none, those of nearly this
/// name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// What was typed.
    pub text: String,
    /// The most to return.
    pub limit: usize,
    /// Of who asks, as systems name it: "fr_CA.UTF-8", "de"; empty if unknown.
    #[serde(default)]
    pub locale: String,
}

/// The place that is meant by a name, and its namesakes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindPlace {
    /// The name, e.g. "Lyon", "Lyon, FR", "Paris 17e" or "62223".
    pub text: String,
    /// As in [`Places`].
    #[serde(default)]
    pub locale: String,
}

impl Read for Places {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<Place>, Failure> {
        let (places, wish) = (gazetteer::bundled(), wish(&self.locale, snapshot));
        let found = places.places(&self.text, self.limit, &wish);
        // Whoever chooses from a list sees what was made of a slip.
        Ok(if found.is_empty() { places.nearly(&self.text, self.limit.min(NEARLY_MAX), &wish) } else { found })
    }
}

impl Read for FindPlace {
    fn read(&self, snapshot: &Snapshot) -> Result<PlaceFound, Failure> {
        gazetteer::bundled().find_or_tell(&self.text, &wish(&self.locale, snapshot))
    }
}

/// What is known of who asks.
pub(crate) fn wish(locale: &str, snapshot: &Snapshot) -> Wish {
    gazetteer::bundled().wish(locale, snapshot.overview.me.as_ref().map(|me| me.home))
}

/// Doors and streets of the street maps that are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// "12 rue de la Gare, Monaco".
    pub text: String,
    /// The most to return, at most 100.
    pub limit: usize,
}

impl Read for Addresses {
    fn read(&self, snapshot: &Snapshot) -> Result<AddressesFound, Failure> {
        Ok(streets::find_address(&snapshot.overview.streets, &self.text, AddressWish::all(self.limit)))
    }
}
