//! The formats that can be read.

use serde::{Deserialize, Serialize};
use std::{fmt, path::Path};

/// Its data set's name.
pub(crate) const OSM_SOURCE: &str = "osm";
/// Licence and credit of what comes from OpenStreetMap.
pub(super) const OSM_LICENCE: &str = "© OpenStreetMap contributors, ODbL 1.0";
/// Licence and credit of what comes from Wikidata.
const WIKIDATA_LICENCE: &str = "Wikidata, CC0 1.0";

/// A format that can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// OpenStreetMap, `.osm.pbf`.
    OsmPbf,
    /// OpenStreetMap, XML: `.osm`, `.osc`.
    OsmXml,
    /// OpenStreetMap, JSON of Overpass.
    Overpass,
    /// A GeoJSON FeatureCollection or one Feature.
    GeoJson,
    /// One GeoJSON Feature a line.
    GeoJsonLines,
    /// Waypoints of GPX.
    Gpx,
    /// Placemarks of KML.
    Kml,
    /// The same in an archive, `.kmz`.
    Kmz,
    /// Events, `.ics` (RFC 5545).
    ICalendar,
    /// Text in columns, separated by a comma, semicolon, tab or bar: what text is that shows no other format.
    #[default]
    Csv,
    /// A sheet of a spreadsheet, `.xlsx` (ECMA-376).
    Xlsx,
    /// A sheet of a spreadsheet, `.ods` (OpenDocument).
    Ods,
    /// JSON of Communecter.
    Communecter,
    /// Results of a query to Wikidata.
    Wikidata,
    /// Profiles of Murmurations.
    Murmurations,
    /// Things of schema.org, JSON-LD.
    JsonLd,
}

impl Format {
    /// As messages say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OsmPbf => "OpenStreetMap PBF",
            Self::OsmXml => "OpenStreetMap XML",
            Self::Overpass => "JSON of Overpass",
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonLines => "line-delimited GeoJSON",
            Self::Gpx => "GPX",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::ICalendar => "iCalendar",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::Communecter => "JSON of Communecter",
            Self::Wikidata => "results of Wikidata",
            Self::Murmurations => "JSON of Murmurations",
            Self::JsonLd => "JSON-LD of schema.org",
        }
    }
    /// The data set of which it is, and its licence; none: the file's name says it.
    pub(crate) const fn data_set(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::OsmPbf | Self::OsmXml | Self::Overpass => Some((OSM_SOURCE, OSM_LICENCE)),
            Self::Communecter => Some(("communecter", "")),
            Self::Wikidata => Some(("wikidata", WIKIDATA_LICENCE)),
            _ => None,
        }
    }
    /// Whether a format's files are all of one data set of this name.
    pub(crate) fn names_data_set(source: &str) -> bool {
        let all = [Self::OsmPbf, Self::Communecter, Self::Wikidata];
        all.into_iter().filter_map(Self::data_set).any(|(name, _)| name == source)
    }
    /// Whether dates stand beside the values that mean what columns do.
    pub(super) const fn says_dates(self) -> bool {
        matches!(self, Self::ICalendar | Self::JsonLd | Self::Murmurations | Self::Wikidata | Self::Communecter)
    }
    /// Whether it is JSON of one kind or another.
    pub(super) const fn is_json(self) -> bool {
        matches!(
            self,
            Self::GeoJson
                | Self::GeoJsonLines
                | Self::Overpass
                | Self::JsonLd
                | Self::Murmurations
                | Self::Wikidata
                | Self::Communecter
        )
    }
    /// What the file's name says; none: nothing.
    pub(super) fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "pbf" => Some(Self::OsmPbf),
            "osm" | "osc" => Some(Self::OsmXml),
            "gpx" => Some(Self::Gpx),
            "kml" => Some(Self::Kml),
            "kmz" => Some(Self::Kmz),
            "geojson" => Some(Self::GeoJson),
            "jsonld" => Some(Self::JsonLd),
            "geojsonl" | "ndjson" | "jsonl" | "geojsons" => Some(Self::GeoJsonLines),
            "ics" | "ical" => Some(Self::ICalendar),
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "xlsx" | "xlsm" | "xltx" => Some(Self::Xlsx),
            "ods" | "ots" => Some(Self::Ods),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
