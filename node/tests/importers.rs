//! Readers of files against size: what they hold does not grow with the file, and a file of a gigabyte ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "importers/made.rs"]
mod made;
#[path = "../src/import/osm/tests/pbf.rs"]
mod pbf;

use communaut_node::import::{ImportItem, ImportOptions, open};
use std::{
    fs::{self, File},
    io::{BufWriter, Seek, SeekFrom, Write},
    path::Path,
    time::Instant,
};

const FEW: u32 = 100_000;
const MANY: u32 = 1_000_000;
/// Bytes that a reader may hold more of many records than of few.
const MORE_MAX: u64 = 16 << 20;
/// Bytes that a reader holds at the most, whatever the file is: a record, its parsed value, and what it remembers.
const HELD_MAX: u64 = 700 << 20;
const GIGABYTE: u64 = 1 << 30;
/// Rows of an archive that is read: as many as a sheet may have, nearly.
const PACKED_ROWS: u32 = 600_000;
const MIB: u64 = 1 << 20;

/// Bytes of a line of the process's own state.
fn state(wanted: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(wanted)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Records and skipped ones of a file, its error, and how many bytes were held at the most beyond those before.
fn read(path: &Path) -> (u64, u64, String, u64) {
    // The highest mark begins anew.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = state("VmRSS");
    let (mut records, mut skipped, mut error) = (0, 0, String::new());
    match open(path, &ImportOptions::default()) {
        Ok(reader) => {
            for item in reader {
                match item {
                    Ok(ImportItem::Record(_)) => records += 1,
                    Ok(ImportItem::Skipped(_)) => skipped += 1,
                    Err(why) => error = why.to_string(),
                }
            }
        }
        Err(why) => error = why.to_string(),
    }
    (records, skipped, error, state("VmHWM").saturating_sub(before))
}

fn features(path: &Path, count: u32, lines: bool) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    if !lines {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n").unwrap();
    }
    for number in 0..count {
        let end = if lines || number + 1 == count { "\n" } else { ",\n" };
        out.write_all((made::feature(number) + end).as_bytes()).unwrap();
    }
    if !lines {
        out.write_all(b"]}\n").unwrap();
    }
    out.flush().unwrap();
}

#[test]
#[ignore = "a million features in two files"]
fn a_million_features_take_the_memory_of_few() {
    let folder = tempfile::tempdir().unwrap();
    for (name, lines) in [("a.geojson", false), ("a.geojsonl", true)] {
        let path = folder.path().join(name);
        // The tables that are loaded once do not count.
        features(&path, 1_000, lines);
        read(&path);
        let mut held = Vec::new();
        for count in [FEW, MANY] {
            features(&path, count, lines);
            let start = Instant::now();
            let (records, skipped, error, bytes) = read(&path);
            assert_eq!((records, skipped, error.as_str()), (u64::from(count), 0, ""), "{name}");
            println!("{name}: {count} read in {:.1} s, {} kB held", start.elapsed().as_secs_f64(), bytes / 1024);
            held.push(bytes);
        }
        assert!(held[1] <= held[0] + MORE_MAX, "{name}: {held:?}");
    }
}

/// How each format begins, and what it says in the middle of a value.
const BEGINNINGS: [(&str, &str); 11] = [
    ("a.csv", "nom;lat;lon\nA;43;7\nB;44;8\n\"C"),
    ("a.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\""),
    (
        "a.geojsonl",
        "{\"type\":\"Feature\",\"properties\":{\"name\":\"A\"},\"geometry\":null}\n{\"type\":\"Feature\",\"a\":\"",
    ),
    (
        "overpass.json",
        "{\"osm3s\":{},\"elements\":[{\"type\":\"node\",\"id\":1,\"lat\":43,\"lon\":7,\"tags\":{\"name\":\"",
    ),
    ("a.osm", "<osm><node id='1' lat='43' lon='7'><tag k='name' v='"),
    ("a.kml", "<kml><Placemark><name>"),
    ("a.gpx", "<gpx><wpt lat='43' lon='7'><name>"),
    ("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:"),
    ("a.jsonld", "{\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":\"Place\",\"name\":\""),
    ("murmurations.json", "[{\"linked_schemas\":[\"a\"],\"name\":\""),
    ("communecter.json", "[{\"typeElement\":\"poi\",\"geoPosition\":{},\"name\":\""),
];

#[test]
#[ignore = "files of a gigabyte"]
fn files_of_a_gigabyte_end() {
    let folder = tempfile::tempdir().unwrap();
    read_small(folder.path());
    for (name, beginning) in BEGINNINGS {
        for what in ["a hole", "letters"] {
            let path = folder.path().join(name);
            let mut file = File::create(&path).unwrap();
            file.write_all(beginning.as_bytes()).unwrap();
            if what == "letters" {
                let block = vec![b'x'; MIB as usize];
                (0..GIGABYTE / MIB).for_each(|_| file.write_all(&block).unwrap());
            } else {
                file.seek(SeekFrom::Start(GIGABYTE)).unwrap();
                file.write_all(b"\0").unwrap();
            }
            drop(file);
            ends(name, what, &path);
            fs::remove_file(&path).unwrap();
        }
    }
    // Archives and PBF by their first bytes; a gigabyte of what their list never names.
    for (name, beginning) in [("a.xlsx", &b"PK\x03\x04xl/"[..]), ("a.kmz", b"PK\x03\x04doc.kml"), ("a.osm.pbf", PBF)] {
        let path = folder.path().join(name);
        let mut file = File::create(&path).unwrap();
        file.write_all(beginning).unwrap();
        file.set_len(GIGABYTE).unwrap();
        ends(name, "a hole", &path);
    }
}

/// Good records all the way, in every format: all are counted, whatever there is of them. `COMMUNAUT_FORMATS` names the
/// files of some ("a.csv a.osm.pbf"); without it, all are made, one after the other.
#[test]
#[ignore = "files of a gigabyte"]
fn a_gigabyte_of_each_format_is_read() {
    let folder = tempfile::tempdir().unwrap();
    read_small(folder.path());
    let wanted = std::env::var("COMMUNAUT_FORMATS").unwrap_or_default();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.split(' ').any(|one| one == name);
    let made = |name: &str, write: &dyn Fn(&mut BufWriter<File>) -> u32| {
        let path = folder.path().join(name);
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let count = write(&mut out);
        out.flush().unwrap();
        drop(out);
        (path, count)
    };
    for text in made::TEXTS.iter().filter(|text| is_wanted(text.name)) {
        let (path, count) = made(text.name, &|out| text.write(out, GIGABYTE).unwrap());
        is_read(text.name, &path, count);
        fs::remove_file(&path).unwrap();
    }
    if is_wanted("a.osm.pbf") {
        let (path, count) = made("a.osm.pbf", &|out| made::write_pbf(out, GIGABYTE).unwrap());
        is_read("a.osm.pbf", &path, count);
        fs::remove_file(&path).unwrap();
    }
    for (name, parts, more) in made::ARCHIVES.into_iter().filter(|(name, ..)| is_wanted(name)) {
        let (path, count) = made(name, &|out| {
            made::write_archive(out, parts, PACKED_ROWS, false).unwrap();
            PACKED_ROWS
        });
        is_read(name, &path, count);
        // Longer than any that is unpacked: told at once, by its length.
        let (path, _) = made(name, &|out| {
            made::write_archive(out, parts, more, true).unwrap();
            more
        });
        assert!(fs::metadata(&path).unwrap().len() > GIGABYTE, "{name} is too short");
        ends(name, "an archive of a gigabyte", &path);
        fs::remove_file(&path).unwrap();
    }
}

/// Every record comes out, in bounded memory.
fn is_read(name: &str, path: &Path, count: u32) {
    let start = Instant::now();
    let (records, skipped, error, held) = read(path);
    println!(
        "{name}: {count} records in {} MiB, {:.1} s, {} MiB held",
        fs::metadata(path).unwrap().len() / MIB,
        start.elapsed().as_secs_f64(),
        held / MIB
    );
    assert_eq!((records, skipped, error.as_str()), (u64::from(count), 0, ""), "{name}");
    assert!(held < HELD_MAX, "{name}: {} MiB", held / MIB);
}

/// The beginning of a blob's header.
const PBF: &[u8] = b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x05";

/// What is loaded once does not count.
fn read_small(folder: &Path) {
    let path = folder.join("small.csv");
    fs::write(&path, "nom;lat;lon\nA;43;7\n").unwrap();
    assert_eq!(read(&path).0, 1);
}

fn ends(name: &str, what: &str, path: &Path) {
    let start = Instant::now();
    let (records, skipped, error, held) = read(path);
    println!(
        "{name}, {what}: {records} read, {skipped} left out, {:.1} s, {} MiB held: {error}",
        start.elapsed().as_secs_f64(),
        held / MIB
    );
    assert!(!error.is_empty() || skipped > 0, "{name}, {what}: in silence");
    assert!(!error.contains('\n') && held < HELD_MAX, "{name}, {what}: {} MiB, {error}", held / MIB);
}
