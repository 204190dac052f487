//! Files of records, and what became of each record.

pub(crate) mod cli;
mod commands;

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
    /// Make no street map, where the file is an OpenStreetMap extract.
    pub no_streets: bool,
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
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRecord {
    /// Where in the file: "line 12", "node/123".
    pub at: String,
    /// Why.
    pub why: String,
}
