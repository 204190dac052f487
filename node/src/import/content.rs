//! Which format a file has: by its content, checked against its name.

use super::{
    FileFault, ImportError,
    encoding::{self, HEAD_MAX},
    format::Format,
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// The first bytes of a file, which is left at its start.
pub(super) fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_MAX);
    file.by_ref().take(HEAD_MAX as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head)
}

/// What a zip archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// What the content shows.
enum Content {
    Known(Format),
    /// Text, but not JSON: a CSV, if anything.
    Text,
    /// Something that is not read.
    Other(FileFault),
}

/// What a file is that is not read, by its beginning.
fn other(head: &[u8]) -> Option<FileFault> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let packer = [("gzip", &b"\x1f\x8b"[..]), ("bzip2", b"BZh"), ("xz", b"\xfd7zXZ"), ("zstd", b"\x28\xb5\x2f\xfd")];
    if let Some((said, _)) = packer.into_iter().find(|(_, magic)| begins(magic)) {
        return Some(FileFault::Compressed { said: said.to_owned() });
    }
    let found = match head {
        _ if begins(ZIP) => FileFault::ZipArchive,
        _ if begins(b"\xd0\xcf\x11\xe0") => FileFault::OldOffice,
        _ if begins(b"SQLite format 3") => FileFault::Database,
        _ if begins(b"\x00\x00\x27\x0a") => FileFault::Shapefile,
        _ if begins(b"PAR1") => FileFault::Parquet,
        _ if begins(b"%PDF") => FileFault::Pdf,
        _ if begins(b"\x89PNG") || begins(b"\xff\xd8\xff") => FileFault::Picture,
        _ => return None,
    };
    Some(found)
}

fn look(head: &[u8]) -> Content {
    if is_pbf(head) {
        return Content::Known(Format::OsmPbf);
    }
    if let Some(format) = archive_kind(head) {
        return Content::Known(format);
    }
    if let Some(other) = other(head) {
        return Content::Other(other);
    }
    let text = encoding::head_text(head);
    if text.contains('\0') {
        return Content::Other(FileFault::Binary);
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
        object_kind(start).map_or(Content::Other(FileFault::JsonList), Content::Known)
    } else if let Some(format) = xml_kind(start) {
        Content::Known(format)
    } else if lower.starts_with("<?xml") {
        Content::Other(FileFault::XmlUnknown)
    } else if lower.starts_with("<!doctype") || lower.starts_with("<html") {
        Content::Other(FileFault::WebPage)
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
    let refused = |why| Err(ImportError::unusable(name, why));
    if head.is_empty() {
        return refused(FileFault::Empty);
    }
    let said = asked.or_else(|| Format::of_name(path));
    let found = match look(head) {
        // Pictures may stand before the KML.
        Content::Other(_) if said == Some(Format::Kmz) && head.starts_with(ZIP) => Format::Kmz,
        Content::Other(what) => return refused(what),
        Content::Known(found @ (Format::GeoJson | Format::GeoJsonLines)) if said == Some(Format::GeoJsonLines) => {
            lines_or(found, head)
        }
        Content::Known(found) => found,
        Content::Text => Format::Csv,
    };
    let all_blank = encoding::head_text(head).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
    if found == Format::Csv && all_blank && head.len() < HEAD_MAX {
        return refused(FileFault::Blank);
    }
    match said {
        None => Ok(found),
        Some(said) if found == said || (found.is_json() && said.is_json()) => Ok(found),
        // A comma-separated file may begin with a brace; what was asked for by word is tried.
        Some(said) => refused(match (asked, found) {
            (Some(_), Format::Csv) => FileFault::TextNotAsked { said },
            (Some(_), found) => FileFault::OtherThanAsked { said, found },
            (None, Format::Csv) => FileFault::TextNotNamed { said },
            (None, found) => FileFault::OtherThanNamed { said, found },
        }),
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
