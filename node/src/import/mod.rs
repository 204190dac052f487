//! Reading records from files: OpenStreetMap (PBF, XML, Overpass), GeoJSON, GPX, KML (KMZ), iCalendar, CSV, and
//! spreadsheets (XLSX, ODS). Reading only: nothing is stored here.
//!
//! * [`open`] looks at a file and gives a [`RecordReader`], which streams it with bounded memory.
//! * Every record of the file comes out once: an [`ImportItem::Record`], or an [`ImportItem::Skipped`] with its reason.
//! * An `Err` ends the stream: the file is broken from there on; what came before is good.

mod address;
mod axes;
mod by_cell;
mod calendar;
mod columns;
mod content;
mod coords;
mod dates;
mod delimited;
mod encoding;
mod error;
mod features;
mod format;
mod geometry;
mod hours;
mod json_split;
mod mapping;
mod marks;
mod notes;
mod objects;
mod osm;
mod osm_tags;
pub(crate) mod ours;
pub(crate) mod outline;
mod packed;
mod preview;
mod reason;
mod record;
mod role;
mod sheets;
pub(crate) mod stop;
mod subject;
mod survey;
mod swapped;
#[cfg(test)]
pub(crate) mod test_support;
mod text;
mod xml;

pub(crate) use by_cell::{ByCell, Taken, size};
pub(crate) use calendar::OUR_PROPERTY;
pub use error::ImportError;
pub use format::Format;
pub(crate) use format::OSM_SOURCE;
pub use hours::{TypedHours, typed_hours};
pub use notes::{APPROXIMATE, ImportNote};
pub(crate) use objects::communecter::shape::object as communecter_object;
pub(crate) use osm::{Covered, End, Place, Shape, ShapeOf, Takes, read_shapes};
pub use osm_tags::shown::{ShownTag, shown_tags};
pub use preview::Column;
pub use reason::{FileFault, Reason, ReasonPart};

use communaut_protocol::op::{Kind, When};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// Bytes of a file at the most: a country's OpenStreetMap extract is below 5 GB, and files are streamed; what is
/// longer is not a territory's.
pub const FILE_MAX: u64 = 32 << 30;
/// Bytes of one record (a CSV row, a GeoJSON feature) at the most: the outline of a region fits, and a quote or
/// bracket that is never closed does not fill the memory.
pub const RECORD_MAX: usize = 8 << 20;

/// One record of a file, within the protocol's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// Where it stands in the file: "line 12", "node/123", "feature 4".
    pub at: String,
    /// The data set: "osm", or the file's name without its extension, unless said otherwise.
    pub source: String,
    /// Its id in the data set. Where the file gives none: a hash of name and position.
    pub source_id: String,
    /// Whether the file gives it. Otherwise what has nearly the same name and place may be the same
    /// (`modules/import/same.rs`).
    pub has_id: bool,
    /// Licence and credit; empty: not said.
    pub licence: String,
    /// What it is.
    pub kind: Kind,
    /// At most 300 bytes, never empty.
    pub name: String,
    /// Free text; may have several lines.
    pub description: String,
    /// Latitude, 1e-7 degree.
    pub lat_e7: i32,
    /// Longitude, 1e-7 degree.
    pub lon_e7: i32,
    /// One line, as one would write it; empty: not said. So are the fields that follow.
    pub address: String,
    /// As it stands in the file.
    pub phone: String,
    /// As it stands in the file.
    pub email: String,
    /// As it stands in the file; never of another scheme than http and https.
    pub website: String,
    /// In the syntax of OpenStreetMap ("Mo-Fr 09:00-12:00") where it could be understood, else as it stands.
    pub opening_hours: String,
    /// Lower-case words, each once.
    pub tags: Vec<String>,
    /// When it takes place, if it is an event and the format says it.
    pub when: Option<When>,
    /// The file says that it does not take place: what is held of it is closed, and nothing is made of it.
    pub cancelled: bool,
    /// What no field of ours has, as JSON, of formats whose records are to go back as they came; empty: nothing. Kept
    /// by nobody yet.
    pub foreign: String,
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands in the file.
    pub at: String,
    /// The reason.
    pub why: Reason,
    /// The seed of what its id names: that has not gone from the file, though it cannot be read now.
    pub seed: Option<[u8; 16]>,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportItem {
    /// A good one.
    Record(Box<ImportRecord>),
    /// One that was left out.
    Skipped(Skipped),
}

impl ImportItem {
    pub(crate) fn skipped(at: impl Into<String>, why: Reason) -> Self {
        Self::Skipped(Skipped { at: at.into(), why, seed: None })
    }
}

/// What a file does not say by itself.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// A TOML that names the columns.
    pub mapping: Option<PathBuf>,
    /// Licence and credit, at most 1,000 bytes.
    pub licence: Option<String>,
    /// Name of the data set, at most 1,000 bytes.
    pub source: Option<String>,
    /// None: from the file's name and content.
    pub format: Option<Format>,
}

/// What each format's reader gives.
trait Source {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>>;
    /// What a person should know of how the file was read.
    fn notes(&self) -> Vec<ImportNote>;
    /// What its columns are taken for; empty for formats that have none.
    fn columns(&self) -> Vec<Column> {
        Vec::new()
    }
    /// Whether this program wrote it: a selection of what somebody held, taken as it stands.
    fn is_ours(&self) -> bool {
        false
    }
}

/// The records of a file, one after the other. After an `Err` it ends.
pub struct RecordReader {
    source: Box<dyn Source + Send>,
    format: Format,
    ended: bool,
}

impl std::fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordReader").field("format", &self.format).field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl RecordReader {
    /// The format that was found.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }
    /// What a person should know of how the file was read (its encoding, texts that were cut); complete at the end.
    #[must_use]
    pub fn notes(&self) -> Vec<ImportNote> {
        self.source.notes()
    }
    /// Whether this program wrote it: what it does not have has not gone.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.source.is_ours()
    }
    /// What its columns are taken for; empty for formats that have none.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        self.source.columns()
    }
}

impl Iterator for RecordReader {
    type Item = Result<ImportItem, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.source.next_item();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Look at a file and begin to read it.
///
/// # Errors
/// The file cannot be read, is empty, is of no known format or of another than its name says; the mapping is wrong;
/// a CSV has no column for the name or the position.
pub fn open(path: &Path, options: &ImportOptions) -> Result<RecordReader, ImportError> {
    let name = text::one_line(&path.display().to_string());
    let mapping = match &options.mapping {
        Some(path) => mapping::Mapping::read(path)?,
        None => mapping::Mapping::default(),
    };
    let mut file = File::open(path).map_err(|error| ImportError::io(&name, &error))?;
    let meta = file.metadata().map_err(|error| ImportError::io(&name, &error))?;
    if !meta.is_file() {
        return Err(ImportError::unusable(&name, FileFault::NotFile));
    }
    ImportError::fits(&name, meta.len())?;
    let head = content::head(&mut file).map_err(|error| ImportError::io(&name, &error))?;
    let format = content::decide(&name, path, &head, options.format)?;
    let builder = record::Builder::new(path, format, options, &mapping)?;
    let source: Box<dyn Source + Send> = match format {
        Format::OsmPbf | Format::OsmXml | Format::Overpass => {
            Box::new(osm::OsmSource::open(path.to_owned(), format, name, builder)?)
        }
        Format::Gpx | Format::Kml => Box::new(marks::MarkSource::open(path, &name, builder, mapping.columns)?),
        Format::Kmz => Box::new(marks::MarkSource::open_archive(file, &name, builder, mapping.columns)?),
        Format::GeoJson | Format::GeoJsonLines => {
            let lines = format == Format::GeoJsonLines;
            Box::new(swapped::SwapCheck::new(features::FeatureSource::open(file, name, builder, &mapping, lines)?))
        }
        Format::ICalendar => {
            Box::new(calendar::CalendarSource::open(file, name, builder, jiff::tz::TimeZone::system()))
        }
        Format::Csv => {
            Box::new(swapped::SwapCheck::new(delimited::CsvSource::open(file, &head, name, builder, &mapping)?))
        }
        Format::JsonLd | Format::Communecter | Format::Murmurations | Format::Wikidata => {
            Box::new(objects::ObjectSource::open(file, &head, format, name, builder, mapping)?)
        }
        Format::Xlsx | Format::Ods => {
            let builder = || record::Builder::new(path, format, options, &mapping);
            Box::new(swapped::SwapCheck::new(sheets::open(file, format, name, &mapping, builder)?))
        }
    };
    Ok(RecordReader { source, format, ended: false })
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
