//! Territories: sets of cells that a node replicates. SPEC.md §6.

pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;

pub(crate) use queries::{cells_of, holds};

use crate::streets::found::BoundaryFound;
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

/// Draw a territory that is followed anew. It keeps its id, and so what names it; one that was published stays for
/// others as it was, and here another one takes its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redraw {
    /// Which.
    pub id: TerritoryId,
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

/// Outlines of the street maps that are here, ready to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boundaries {
    /// The name, or some words of it; empty: all.
    pub text: String,
    /// Only those that have the text for a name.
    pub just_so: bool,
    /// Only of this `admin_level`.
    pub level: Option<u8>,
    /// The most to return, at most 200.
    pub limit: usize,
    /// Say how their cells differ from them.
    pub cover: bool,
}

/// Outlines in one answer: of each the cells may be asked for.
pub const BOUNDARIES_MAX: usize = 200;

/// Outlines that were found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BoundariesFound {
    /// The likeliest first; without a text, by level and name.
    pub found: Vec<BoundaryFound>,
    /// Further ones.
    pub more: usize,
    /// Names of the street maps in which was looked.
    pub maps: Vec<String>,
    /// Maps whose boundaries cannot be read, each with the reason.
    #[serde(default)]
    pub unread: Vec<(String, String)>,
}

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
    /// Inside an outline of a street map that is here.
    Boundary {
        /// Which: [`BoundaryFound::id`].
        id: TerritoryId,
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
