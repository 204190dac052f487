//! Which format a file has: by its content, checked against its name.

use super::{
    ImportError,
    encoding::{self, HEAD_MAX},
    record::{OSM_LICENCE, OSM_SOURCE},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// Licence and credit of what comes from Wikidata.
const WIKIDATA_LICENCE: &str = "Wikidata, CC0 1.0";

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Text in columns, separated by a comma, semicolon, tab or bar.
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
    /// Whether dates stand beside the values that mean what columns do.
    pub(super) const fn says_dates(self) -> bool {
        matches!(self, Self::ICalendar | Self::JsonLd | Self::Murmurations | Self::Wikidata | Self::Communecter)
    }
    /// Whether a format's files are all of one data set of this name.
    pub(crate) fn names_data_set(source: &str) -> bool {
        let all = [Self::OsmPbf, Self::Communecter, Self::Wikidata];
        all.into_iter().filter_map(Self::data_set).any(|(name, _)| name == source)
    }
    /// Whether it is JSON of one kind or another.
    const fn is_json(self) -> bool {
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
    fn of_name(path: &Path) -> Option<Self> {
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

/// The first bytes of a file, which is left at its start.
pub(super) fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_MAX);
    file.by_ref().take(HEAD_MAX as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head)
}

/// What the content shows.
enum Content {
    Known(Format),
    /// Text, but not JSON: a CSV, if anything.
    Text,
    /// Something that is not read; what it is and what to do.
    Other(&'static str),
}

/// Beginnings by which formats that are not read are told apart.
const OTHERS: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "compressed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"PK\x03\x04", "a zip archive (of no spreadsheet, and no KML): unpack it first"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet of an old Office, or one with a password: save it as XLSX, ODS or CSV"),
    (b"SQLite format 3", "a GeoPackage or another SQLite file: export it as GeoJSON"),
    (b"\x00\x00\x27\x0a", "a shapefile: export it as GeoJSON"),
    (b"PAR1", "a Parquet file: export it as CSV or GeoJSON"),
    (b"%PDF", "a PDF: there are no records to read in it"),
    (b"\x89PNG", "a picture: there are no records to read in it"),
    (b"\xff\xd8\xff", "a picture: there are no records to read in it"),
];

fn look(head: &[u8]) -> Content {
    if is_pbf(head) {
        return Content::Known(Format::OsmPbf);
    }
    if let Some(format) = archive_kind(head) {
        return Content::Known(format);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Content::Other(what);
    }
    let text = encoding::head_text(head);
    if text.contains('\0') {
        return Content::Other("a binary file: .osm.pbf, GeoJSON and CSV are read");
    }
    let start = text.trim_start_matches(['\u{feff}', '\u{1e}']).trim_start();
    if start.starts_with('{') {
        if is_overpass(start) {
            return Content::Known(Format::Overpass);
        }
        if let Some(format) = object_kind(start) {
            return Content::Known(format);
        }
        return Content::Known(json_kind(start, head.len() < HEAD_MAX));
    }
    let lower: String = start.chars().take(200).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("begin:vcalendar") {
        Content::Known(Format::ICalendar)
    } else if start.starts_with('[') {
        let other =
            Content::Other("a JSON list of an unknown kind: GeoJSON has a FeatureCollection, or a Feature a line");
        object_kind(start).map_or(other, Content::Known)
    } else if let Some(format) = xml_kind(start) {
        Content::Known(format)
    } else if lower.starts_with("<?xml") {
        Content::Other("XML of an unknown kind: OpenStreetMap's, GPX and KML are read")
    } else if lower.starts_with("<!doctype") || lower.starts_with("<html") {
        Content::Other("a web page: the download went wrong, or led to a page about the file")
    } else {
        Content::Text
    }
}

/// By the first tag; before it stand declarations and comments.
fn xml_kind(text: &str) -> Option<Format> {
    let mut rest = text.trim_start();
    loop {
        let (end, after) = match rest {
            _ if rest.starts_with("<!--") => ("-->", 4),
            _ if rest.starts_with("<?") => ("?>", 2),
            _ if rest.starts_with("<!") => (">", 2),
            _ => break,
        };
        rest = rest.get(after..)?.split_once(end)?.1.trim_start();
    }
    let tag = rest.strip_prefix('<')?;
    let name = tag.get(..tag.find(|c: char| !c.is_alphanumeric() && c != ':' && c != '_')?)?;
    match name.rsplit(':').next()? {
        "osm" | "osmChange" => Some(Format::OsmXml),
        "gpx" => Some(Format::Gpx),
        // Some programs write the inner part alone.
        "kml" | "Document" | "Placemark" => Some(Format::Kml),
        _ => None,
    }
}

/// A zip archive whose first parts are those of a spreadsheet, or a KML.
fn archive_kind(head: &[u8]) -> Option<Format> {
    let has = |wanted: &[u8]| head.windows(wanted.len()).any(|bytes| bytes == wanted);
    match head {
        [b'P', b'K', 3, 4, ..] if has(b"application/vnd.oasis.opendocument.spreadsheet") => Some(Format::Ods),
        [b'P', b'K', 3, 4, ..] if has(b"xl/") || has(b"[Content_Types].xml") => Some(Format::Xlsx),
        [b'P', b'K', 3, 4, ..] if has(b".kml") || has(b".KML") => Some(Format::Kmz),
        _ => None,
    }
}

fn is_pbf(head: &[u8]) -> bool {
    // Length of the first blob's header, big-endian; then field 1, the type: "OSMHeader".
    matches!(head, [0, 0, _, _, 0x0a, 9, rest @ ..] if rest.starts_with(b"OSMHeader"))
}

/// A list of elements, each of which says which kind of object it is.
fn is_overpass(text: &str) -> bool {
    let Some((before, after)) = text.split_once("\"elements\"") else { return false };
    let is_list = after.trim_start().strip_prefix(':').is_some_and(|list| list.trim_start().starts_with('['));
    let is_object = || {
        let kind =
            after.split_once("\"type\"").map(|(_, kind)| kind.trim_start_matches([':', ' ', '\t', '\n', '\r', '"']));
        kind.is_some_and(|kind| ["node", "way", "relation", "count", "area"].iter().any(|name| kind.starts_with(name)))
    };
    is_list && !before.contains("\"features\"") && (before.contains("\"osm3s\"") || is_object())
}

/// JSON of another shape, by the words that only it has.
fn object_kind(text: &str) -> Option<Format> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["\"FeatureCollection\"", "\"Feature\""]) {
        return None;
    }
    if has(&["\"linked_schemas\""]) {
        return Some(Format::Murmurations);
    }
    if has(&["wikidata.org/entity/"]) && has(&["\"bindings\"", "Point(", "POINT("]) {
        return Some(Format::Wikidata);
    }
    let of_database =
        has(&["\"$id\"", "\"$oid\""]) && has(&["\"collection\"", "\"geoPosition\"", "\"addressLocality\""]);
    if of_database || has(&["\"typeElement\"", "\"geoPosition\"", "communecter"]) {
        return Some(Format::Communecter);
    }
    let of_schema = has(&["schema.org"]) && has(&["@context", "@type", "@graph"]);
    of_schema.then_some(Format::JsonLd)
}

/// One object, or one object a line.
fn json_kind(text: &str, whole: bool) -> Format {
    let Some(end) = super::json_split::first_object_end(text.as_bytes()) else { return Format::GeoJson };
    let rest = text.get(end..).unwrap_or_default();
    let after = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{1e}');
    // More objects on later lines; or the first one ends its line and more lies beyond the head.
    if after.starts_with('{') && rest.len() > after.len() || after.is_empty() && !whole {
        Format::GeoJsonLines
    } else {
        Format::GeoJson
    }
}

/// The format to read.
pub(super) fn decide(name: &str, path: &Path, head: &[u8], asked: Option<Format>) -> Result<Format, ImportError> {
    if head.is_empty() {
        return Err(ImportError::unusable(name, "is empty: there is nothing to import"));
    }
    let said = asked.or_else(|| Format::of_name(path));
    // Pictures may stand before the KML.
    let content = match look(head) {
        Content::Other(_) if said == Some(Format::Kmz) && head.starts_with(b"PK\x03\x04") => {
            Content::Known(Format::Kmz)
        }
        content => content,
    };
    let (found, what) = match content {
        Content::Known(found)
            if said == Some(Format::GeoJsonLines) && matches!(found, Format::GeoJson | Format::GeoJsonLines) =>
        {
            (Some(lines_or(found, head)), "")
        }
        Content::Known(found) => (Some(found), found.name()),
        Content::Text => (Some(Format::Csv), "text in no format that was expected"),
        Content::Other(what) => (None, what),
    };
    let all_blank = encoding::head_text(head).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
    match (found, said) {
        (Some(Format::Csv), _) if all_blank && head.len() < HEAD_MAX => {
            Err(ImportError::unusable(name, "is empty: there are only blanks in it"))
        }
        (Some(found), None) => Ok(found),
        (Some(found), Some(said)) if found == said || (found.is_json() && said.is_json()) => Ok(found),
        // A comma-separated file may begin with a brace; what was asked for by word is tried.
        (Some(found), Some(said)) => {
            let by = if asked.is_some() { "was asked to be read as" } else { "is by its name" };
            let todo = if found == Format::Csv {
                "it is damaged, or give it its right name"
            } else {
                "give it its right name"
            };
            let what = if what.is_empty() { found.name() } else { what };
            Err(ImportError::unusable(name, format!("{by} {}, and holds {what}: {todo}", said.name())))
        }
        (None, _) => Err(ImportError::unusable(name, format!("is {what}"))),
    }
}

/// A file that is said to be line-delimited and shows only one object so far is, unless that one is a collection.
fn lines_or(found: Format, head: &[u8]) -> Format {
    let text = encoding::head_text(head);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let collection =
        first.contains("\"FeatureCollection\"") || !first.trim_end().ends_with('}') && text.lines().count() > 1;
    if found == Format::GeoJson && collection { Format::GeoJson } else { Format::GeoJsonLines }
}
