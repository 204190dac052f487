//! Writing what is held for other programs: GeoJSON, CSV, calendars, cards, the JSON of Communecter. Writing only: what
//! is chosen is chosen elsewhere (`modules/export/`).
//!
//! What the importers read of these files is what was written, sign by sign (`import/ours.rs`): each record has a mark,
//! and beside the words that any program reads what only this one does. Licences and credits of imported data go along.

mod calendar;
mod cards;
mod communecter;
mod element_out;
mod mine;
mod table;
#[cfg(test)]
mod tests;
mod zones;

pub use element_out::ElementOut;
pub use mine::{Mine, SaidOf};

use communaut_protocol::op::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

/// Licences and credits that the head of a file names: those of one country's data sets; beyond, each record has its
/// own.
const CREDITS_MAX: usize = 100;

/// A format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// RFC 7946.
    GeoJson,
    /// A table, for spreadsheets.
    Csv,
    /// Events, RFC 5545.
    ICalendar,
    /// People and organisations, RFC 6350.
    VCard,
    /// JSON in the shape of Communecter.
    Communecter,
}

impl ExportFormat {
    /// What the name of a file says. JSON is not said by its name: several programs have it.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "geojson" => Some(Self::GeoJson),
            "csv" => Some(Self::Csv),
            "ics" | "ical" => Some(Self::ICalendar),
            "vcf" | "vcard" => Some(Self::VCard),
            _ => None,
        }
    }
    /// Whether it has elements of a kind.
    #[must_use]
    pub const fn takes(self, kind: Kind) -> bool {
        match self {
            Self::GeoJson | Self::Csv | Self::Communecter => true,
            Self::ICalendar => matches!(kind, Kind::Event),
            Self::VCard => matches!(kind, Kind::Person | Kind::Organisation),
        }
    }
}

/// Why an element is not in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotExported {
    /// The format has nothing of its kind.
    Kind,
    /// An event of which the file's calendar cannot say when it takes place.
    When,
    /// What a closed community says: whoever read the file back would publish it.
    Closed,
}

/// What a file has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Elements in it.
    pub count: u64,
    /// How many are not, and why.
    pub left: BTreeMap<NotExported, u64>,
    /// Licences and credits of what was imported: they stand in the file, and go with it.
    pub licences: BTreeSet<String>,
}

/// Write elements, in their order.
///
/// # Errors
/// Those of `out`.
pub fn write(format: ExportFormat, all: &[ElementOut], name: &str, out: &mut dyn Write) -> io::Result<Contents> {
    let mut contents = Contents::default();
    let mut taken = Vec::with_capacity(all.len());
    for one in all {
        let why = if !format.takes(one.record.kind) {
            Some(NotExported::Kind)
        } else if format == ExportFormat::ICalendar && calendar::times_of(one).is_none() {
            Some(NotExported::When)
        } else {
            None
        };
        if let Some(why) = why {
            *contents.left.entry(why).or_default() += 1;
            continue;
        }
        contents.count += 1;
        if !one.record.licence.is_empty() && contents.licences.len() < CREDITS_MAX {
            contents.licences.insert(one.record.licence.clone());
        }
        taken.push(one);
    }
    let licences = &contents.licences;
    match format {
        ExportFormat::GeoJson => geojson(&taken, licences, out)?,
        ExportFormat::Csv => table::write(&taken, out)?,
        ExportFormat::ICalendar => calendar::write(&taken, name, licences, out)?,
        ExportFormat::VCard => cards::write(&taken, out)?,
        ExportFormat::Communecter => communecter::write(&taken, out)?,
    }
    Ok(contents)
}

fn geojson(all: &[&ElementOut], licences: &BTreeSet<String>, out: &mut dyn Write) -> io::Result<()> {
    let head = json!(licences).to_string();
    writeln!(out, "{{\"type\":\"FeatureCollection\",\"generator\":\"Communaut\",\"licences\":{head},\"features\":[")?;
    for (number, one) in all.iter().enumerate() {
        let geometry = one.degrees().map(|(lat, lon)| json!({ "type": "Point", "coordinates": [lon, lat] }));
        let properties = crate::import::ours::properties(&one.record);
        let feature = json!({
            "type": "Feature", "id": one.record.source_id, "geometry": geometry, "properties": properties,
        });
        writeln!(out, "{feature}{}", if number + 1 < all.len() { "," } else { "" })?;
    }
    writeln!(out, "]}}")
}
