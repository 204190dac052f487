//! Files of records, and what became of each record.

pub(crate) mod cli;
mod closing;
mod commands;
mod compare;
mod editions;
pub(crate) mod held;
pub(crate) mod said;
pub(crate) mod same;
#[cfg(test)]
pub(crate) mod test_support;
#[cfg(test)]
mod tests;
mod undo;

pub(crate) use commands::SKIPPED_MAX;
pub use said::BothChanged;

use crate::{
    import::{Column, ImportError, ImportNote, Reason},
    streets::found::Incomplete,
};
use communaut_protocol::ElementId;
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
    /// What to do where its owner has changed a field, and the file too.
    pub both_changed: BothChanged,
}

/// End the import that is under way, or the taking back of one. What it has done stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopImport;

/// What the file of a data set no longer had when it was imported last, and is shown here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneFrom {
    /// Of which data set; none: of all.
    pub source: Option<String>,
}

/// Take that back, visibly. If its record comes back in the file, so does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseGone {
    /// Of which data set.
    pub source: String,
}

/// What this person's imports have brought here, by data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSets;

/// A data set that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    /// Its name.
    pub source: String,
    /// Elements of it that are shown here.
    pub count: u64,
}

/// Take back what imports of a data set have made, visibly, as far as nobody has changed it since. Imported again, it
/// comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoImport {
    /// Of which data set.
    pub source: String,
    /// Only say what would be taken back.
    pub dry_run: bool,
}

/// What was taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// So many now.
    pub closed: u64,
    /// So many stay, since their owner has changed them; of those that were looked at.
    pub kept: u64,
    /// So many were not looked at, since it was stopped: to ask once more goes on.
    pub left: u64,
}

/// What a data set's file has no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneList {
    /// So many.
    pub count: u64,
    /// The first 1,000 of them, by data set and name.
    pub first: Vec<GoneElement>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoneElement {
    /// Its data set.
    pub source: String,
    /// Its name.
    pub name: String,
    /// The element.
    pub id: ElementId,
}

/// What was closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// So many now.
    pub closed: u64,
    /// So many are left to be closed by asking once more.
    pub left: u64,
}

/// What became of each record of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Records found in the file: created + updated + unchanged + skipped_count.
    pub read: u64,
    /// New elements.
    pub created: u64,
    /// Elements brought to what the file says now.
    pub updated: u64,
    /// Of these, what had been closed since the file had it no longer, and has it again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reopened: u64,
    /// Held already as the file says.
    pub unchanged: u64,
    /// Elements of which the owner and the file have changed the same fields: the owner's words stay.
    #[serde(default, skip_serializing_if = "Both::is_none")]
    pub both: Both,
    /// Left out, all of them.
    #[serde(default)]
    pub skipped_count: u64,
    /// The first of these, each with its reason.
    pub skipped: Vec<SkippedRecord>,
    /// What a person should know of how the file was read.
    #[serde(default)]
    pub notes: Vec<ImportNote>,
    /// Held from the same data set, and not in the file any more: it may have closed. Not told of OpenStreetMap's
    /// extracts, which each hold another area.
    #[serde(default)]
    pub gone: Gone,
    /// The data set that this file seems to be a newer edition of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Box<Edition>>,
    /// Of a file that was only looked at: nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Box<Preview>>,
    /// Where the file broke off; what stood before is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same by its code, with what it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<ImportError>>,
    /// The street map that was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streets: Option<StreetsReport>,
    /// Why none was made, though it was to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streets_error: Option<String>,
    /// The same by its code, with what it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streets_reason: Option<Box<ImportError>>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What both the owner and the file have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// So many elements.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Conflict>,
}

impl Both {
    fn is_none(&self) -> bool {
        self.count == 0
    }
}

/// An element that both have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its name, as the file has it.
    pub name: String,
    /// Which fields, as in `facts`: "phone", "opening_hours"…
    pub fields: Vec<String>,
}

/// A data set that is here, of which a file under another name seems to be a newer edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// What to give as the source, so that nothing is there twice.
    pub source: String,
    /// Records of the file that are in it under the same name at the same place.
    pub alike: u64,
    /// Whether the names differ by a year, a date or the mark of a copy alone.
    pub by_name: bool,
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
#[serde(into = "SkippedSaid", from = "SkippedSaid")]
pub struct SkippedRecord {
    /// Where in the file: "line 12", "node/123".
    pub at: String,
    /// Why.
    pub why: Reason,
}

/// The same as it is written: the reason in English, and by its code with what it names.
#[derive(Serialize, Deserialize)]
struct SkippedSaid {
    at: String,
    why: String,
    reason: Reason,
}

impl From<SkippedRecord> for SkippedSaid {
    fn from(record: SkippedRecord) -> Self {
        Self { at: record.at, why: record.why.to_string(), reason: record.why }
    }
}

impl From<SkippedSaid> for SkippedRecord {
    fn from(said: SkippedSaid) -> Self {
        Self { at: said.at, why: said.reason }
    }
}
