//! Bundles: entries carried in a file, where there is no link. SPEC.md §9.5.

pub(crate) mod cli;
mod commands;
mod own;

pub(crate) use own::write_own;

use communaut_protocol::{Cell, ElementId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// Write what is held of places to a file of the node's machine, with the identities of those who wrote it. Without
/// cells and containers: of all places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteBundle {
    /// Absolute.
    pub to: PathBuf,
    /// What lies in these cells, or in cells within them, with all that spaces there hold.
    pub cells: Vec<Cell>,
    /// The spaces of these elements.
    pub containers: Vec<ElementId>,
    /// Whether a file that is there is written over.
    pub replace: bool,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleWritten {
    /// Entries in the file.
    pub entries: u64,
    /// Of these, of identities.
    pub identities: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// Take what a bundle holds, as if a peer had brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBundle {
    /// Absolute.
    pub path: PathBuf,
}

/// What became of the entries of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleReport {
    /// Entries that were new.
    pub taken: u64,
    /// Entries that were held already.
    pub known: u64,
    /// What was not taken though it is whole, by reason.
    pub left: BTreeMap<String, u64>,
    /// Where the file broke off; what stood before is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
