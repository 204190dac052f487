//! Files of records, and what became of each record.

pub(crate) mod cli;
mod commands;
pub(crate) mod same;

use crate::{
    import::{Column, ImportNote},
    streets::found::Incomplete,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A file to import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportRequest {
    /// The file, as the node can open it.
    pub path: PathBuf,
    /// A TOML that names the columns.
    pub mapping: Option<PathBuf>,
    /// Name of the data set; by default from the format or the file's name.
    pub source: Option<String>,
    /// Licence and credit, where the format does not imply them.
    pub licence: Option<String>,
    /// Only say what would become of it.
    pub dry_run: bool,
    /// Make no street map, where the file is an OpenStreetMap extract.
    pub no_streets: bool,
    /// Make the street map alone: the places are there already, from somebody else say.
    pub only_streets: bool,
}

/// What became of each record of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Records found in the file: created + updated + unchanged + skipped.
    pub read: u64,
    /// New elements.
    pub created: u64,
    /// Elements brought to what the file says now.
    pub updated: u64,
    /// Held already as the file says.
    pub unchanged: u64,
    /// Left out, each with its reason.
    pub skipped: Vec<SkippedRecord>,
    /// What a person should know of how the file was read.
    #[serde(default)]
    pub notes: Vec<ImportNote>,
    /// Held from the same data set, and not in the file any more: it may have closed. Not told of OpenStreetMap's
    /// extracts, which each hold another area.
    #[serde(default)]
    pub gone: Gone,
    /// Of a file that was only looked at: nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// Where the file broke off; what stood before is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The street map that was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streets: Option<StreetsReport>,
    /// Why none was made, though it was to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streets_error: Option<String>,
}

/// A street map that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreetsReport {
    /// The hash of its bytes, in hexadecimal.
    pub id: String,
    /// Its tiles.
    pub tiles: u64,
    /// Its length.
    pub bytes: u64,
    /// Outlines that are ready to be followed.
    #[serde(default)]
    pub boundaries: u64,
    /// Outlines of which the file does not have all: how many, and the first by name.
    #[serde(default)]
    pub incomplete: Incomplete,
}

/// What is held of a data set and its file has no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// So many.
    pub count: u64,
    /// The first of them, by name.
    pub names: Vec<String>,
}

/// How a file was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Its columns, for formats that have some.
    pub columns: Vec<Column>,
    /// Its first records as they were read.
    pub rows: Vec<PreviewRow>,
    /// The first of those that would be new, by name.
    pub created: Vec<String>,
    /// The first of those that would change, by name.
    pub updated: Vec<String>,
}

/// A record as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// Where in the file.
    pub at: String,
    /// "place", "organisation"…
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Degrees.
    pub lat: String,
    /// Degrees.
    pub lon: String,
    /// What else was read of it, by field, where there is something.
    pub fields: Vec<(String, String)>,
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRecord {
    /// Where in the file: "line 12", "node/123".
    pub at: String,
    /// Why.
    pub why: String,
}
