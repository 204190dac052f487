//! What is held, as files for other programs.

pub(crate) mod cli;
mod commands;
mod mine;

pub use mine::{ExportMine, MineExported};

use super::search::Query;
use crate::export::{Contents, ExportFormat};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Write what a search finds, all of it, to a file of the node's machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// What is chosen; limit and counts do not matter.
    pub query: Query,
    /// How it is written.
    pub format: ExportFormat,
    /// Absolute.
    pub to: PathBuf,
    /// Whether a file that is there is written over.
    pub replace: bool,
    /// What a calendar is called; empty: as the file.
    #[serde(default)]
    pub name: String,
    /// Whether a file that says the same stays as it is.
    #[serde(default)]
    pub if_changed: bool,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// The file.
    pub file: PathBuf,
    /// What it has.
    pub contents: Contents,
    /// Its bytes.
    pub bytes: u64,
}
