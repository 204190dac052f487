#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::{FileFault, Format, ImportError, ImportOptions, open, test_support::*};
use std::path::Path;

const CSV: &str = "nom,lat,lon\nA,43,7\n";

#[test]
fn an_empty_file_is_told() {
    for name in ["a.csv", "a.geojson", "a.osm.pbf", "a"] {
        assert!(refusal(name, "").contains("is empty"));
    }
    assert!(refusal("a.csv", "\u{feff} \n\n").contains("only blanks"));
}

#[test]
fn a_file_that_is_not_there_and_a_folder() {
    let missing = open(Path::new("nowhere/a.csv"), &ImportOptions::default()).err().unwrap().to_string();
    assert!(missing.contains("cannot read 'nowhere/a.csv'"), "{missing}");
    let dir = tempfile::tempdir().unwrap();
    let folder = open(dir.path(), &ImportOptions::default()).err().unwrap().to_string();
    assert!(folder.contains("not a file") || folder.contains("directory"), "{folder}");
}

#[test]
fn a_file_of_another_format_than_its_name() {
    let json = r#"{"type":"FeatureCollection","features":[]}"#;
    for (name, content, says) in [
        ("a.csv", json.as_bytes(), "is by its name CSV, and holds GeoJSON"),
        ("a.geojson", CSV.as_bytes(), "is by its name GeoJSON, and holds text"),
        ("a.osm.pbf", json.as_bytes(), "is by its name OpenStreetMap PBF, and holds GeoJSON"),
        ("a.csv", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x05", "holds OpenStreetMap PBF"),
        ("a.csv", b"PK\x03\x04rest", "a zip archive (of no spreadsheet, and no KML)"),
        ("a.pbf", b"\x1f\x8b\x08", "gzip"),
        ("a.geojson", b"<!DOCTYPE html><html>", "a web page"),
        ("a.osm", b"<?xml version=\"1.0\"?><rss/>", "XML of an unknown kind"),
        ("a.osm", b"<?xml version=\"1.0\"?><!-- osm --><gpx>", "is by its name OpenStreetMap XML, and holds GPX"),
        ("a.json", b"[1,2]", "a JSON list"),
        ("a.csv", b"nom,lat\0,lon\n", "a binary file"),
        ("a.gpkg", b"SQLite format 3\0", "GeoPackage"),
    ] {
        let why = refusal(name, content);
        assert!(why.contains(says), "{name}: {why}");
    }
    assert_eq!(read("a.txt", CSV).names(), ["A"], "a name that says nothing");
}

/// What ends an import has a code for programs, and what it names; the English says the same.
#[test]
fn what_ends_a_file_has_a_code() {
    let (folder, path) = file("a.geojson", "{\"type\":\"FeatureCollection\",\"features\":[\n{\"a\":");
    let options = ImportOptions::default();
    let cut = drain(open(&path, &options).unwrap()).error.unwrap();
    let said = path.display().to_string();
    let why = FileFault::CutInRecord;
    assert_eq!(cut, ImportError::Broken { file: said.clone(), at: "line 2".into(), why });
    let told =
        serde_json::json!({ "code": "broken", "file": said, "at": "line 2", "why": { "code": "cut_in_record" } });
    assert_eq!(serde_json::to_value(&cut).unwrap(), told);
    assert_eq!(serde_json::from_value::<ImportError>(told).unwrap(), cut);
    let english = format!("'{said}' is broken at line 2: the file ends in the middle of a record: it is cut");
    assert_eq!(cut.to_string(), english);

    let missing = open(&folder.path().join("b.csv"), &options).err().unwrap();
    assert!(matches!(&missing, ImportError::Unread { why: FileFault::Missing, .. }), "{missing:?}");
    let (_folder, path) = file("c.csv", b"\x89PNG\r\n");
    let picture = open(&path, &options).err().unwrap();
    assert!(matches!(&picture, ImportError::Unusable { why: FileFault::Picture, .. }), "{picture:?}");
    let folder = open(folder.path(), &options).err().unwrap();
    assert!(matches!(&folder, ImportError::Unusable { why: FileFault::NotFile, .. }), "{folder:?}");
}

#[test]
fn a_format_asked_for_by_word() {
    let (_dir, path) = file("a.data", CSV);
    let options = ImportOptions { format: Some(Format::Csv), ..Default::default() };
    assert_eq!(drain(open(&path, &options).unwrap()).names(), ["A"]);
    let options = ImportOptions { format: Some(Format::GeoJson), ..Default::default() };
    assert!(open(&path, &options).err().unwrap().to_string().contains("was asked to be read as GeoJSON"));
}

#[test]
fn source_and_licence_are_kept() {
    let (_dir, path) = file("annuaire.csv", CSV);
    let plain = drain(open(&path, &ImportOptions::default()).unwrap());
    assert_eq!(plain.records.first().map(|r| (r.source.as_str(), r.licence.as_str())), Some(("annuaire", "")));
    let options =
        ImportOptions { source: Some("ville".into()), licence: Some(" LO  2.0 ".into()), ..Default::default() };
    let said = drain(open(&path, &options).unwrap());
    assert_eq!(said.records.first().map(|r| (r.source.as_str(), r.licence.as_str())), Some(("ville", "LO 2.0")));
    let options = ImportOptions { licence: Some("x".repeat(2_000)), ..Default::default() };
    assert!(open(&path, &options).err().unwrap().to_string().contains("2000 bytes"));
}

#[test]
fn the_same_file_gives_the_same_records() {
    assert_eq!(read("a.csv", CSV).records, read("a.csv", CSV).records);
}

mod events;
mod files;
