//! What is found in street maps: doors, streets, boundaries.

use communaut_protocol::{ElementId, Position};
use serde::{Deserialize, Serialize};

/// Why a street map cannot be read, and what to do where it is damaged.
pub(crate) fn with_remedy(why: &str) -> String {
    let damaged = why.contains("damaged");
    let remedy = "; remove its file, which `status --json` names, and import its .osm.pbf again";
    format!("{why}{}", if damaged { remedy } else { "" })
}

/// A door, or a street.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFound {
    /// As one writes it: "12 Rue de la Gare, 98000 Monaco".
    pub name: String,
    /// Where.
    pub position: Position,
    /// Whether it is the door that was asked for; else the street, or the door beside it.
    pub exact: bool,
    /// Whether it is the door beside: the same number with another letter.
    #[serde(default)]
    pub beside: bool,
    /// The name of the street map that it stands in.
    #[serde(default)]
    pub map: String,
    /// Who made that, and under which licence.
    #[serde(default)]
    pub credit: String,
}

/// What the street maps that are here say of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressesFound {
    /// The likeliest first.
    pub found: Vec<AddressFound>,
    /// Names of the maps in which was looked.
    pub maps: Vec<String>,
    /// Maps whose addresses cannot be read, each with the reason.
    pub unread: Vec<(String, String)>,
}

/// What is not whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incomplete {
    /// So many.
    pub count: u64,
    /// The first of them, by name.
    pub names: Vec<String>,
}

/// An outline that a street map has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoundaryFound {
    /// That of its outline: the same wherever it comes from.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// "administrative", or what sort of place: "village", "island".
    pub kind: String,
    /// `admin_level` of OpenStreetMap, 2 (a country) to 11; none: it has none.
    pub level: Option<u8>,
    /// Where a map opens.
    pub centre: Position,
    /// Why it is no territory: the file does not have all of its outline. Empty: it is one.
    #[serde(default)]
    pub incomplete: String,
    /// How its cells differ from its outline; none where that was not asked for.
    #[serde(default)]
    pub cover: Option<CoverError>,
    /// The name of the street map that it stands in.
    pub map: String,
    /// Who made that, and under which licence.
    pub credit: String,
}

impl BoundaryFound {
    /// What it is: "administrative, level 8", "village".
    #[must_use]
    pub fn told(&self) -> String {
        self.level.map_or_else(|| self.kind.clone(), |level| format!("{}, level {level}", self.kind))
    }
}

/// How far cells differ from the outline that they cover. They hold all of it, and more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct CoverError {
    /// Cells.
    pub cells: usize,
    /// Square kilometres within the outline.
    pub outline_km2: f64,
    /// Square kilometres of the cells.
    pub cells_km2: f64,
}

impl CoverError {
    /// By how much the cells are more than the outline, in percent of it.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.outline_km2 > 0.0 { (self.cells_km2 / self.outline_km2 - 1.0) * 100.0 } else { 0.0 }
    }
}
