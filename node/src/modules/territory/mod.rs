//! Territories: sets of cells that a node replicates. SPEC.md §6.

pub(crate) mod cli;
mod commands;
mod queries;

pub(crate) use queries::{cells_of, holds};

use communaut_protocol::{Cell, ElementId, Position};
use serde::{Deserialize, Serialize};

/// A territory's id: that of its published entry, or one derived from its cells when it is only followed here.
pub type TerritoryId = ElementId;

/// Publish a territory and follow it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateTerritory {
    /// Its name.
    pub name: String,
    /// Where.
    pub area: Area,
}

/// Replicate it no longer; what is held is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfollow {
    /// Which.
    pub id: TerritoryId,
}

/// Territories followed and known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Territories;

/// Where a territory lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Around a place of the gazetteer, by name.
    Place {
        /// The name, e.g. "Lyon" or "Lyon, FR".
        name: String,
        /// Metres.
        radius_m: u32,
    },
    /// Around a point.
    Around {
        /// The point.
        centre: Position,
        /// Metres.
        radius_m: u32,
    },
    /// Inside a boundary: GeoJSON text with a polygon or several.
    GeoJson {
        /// The text.
        text: String,
    },
    /// Given cells of 1 to 7 characters.
    Cells {
        /// In any order.
        cells: Vec<Cell>,
    },
}

/// What to follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowTarget {
    /// A published territory that is known here.
    Known(TerritoryId),
    /// An area that only this node names.
    Area {
        /// Its name here.
        name: String,
        /// Where.
        area: Area,
    },
}

/// A territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryInfo {
    /// Its id.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Where a map opens.
    pub centre: Position,
    /// Whether this node replicates it.
    pub followed: bool,
    /// Elements held that lie in it.
    pub elements: usize,
}
