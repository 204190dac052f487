//! What the tests of this folder share.
#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

#[path = "../../../tests/skip.rs"]
mod skip;

use super::{ImportError, ImportItem, ImportOptions, ImportRecord, RecordReader, open};
use communaut_protocol::{
    Position,
    limits::{FIELD_MAX, NAME_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX},
};
use flate2::{Compression, Crc, read::DeflateEncoder};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// So many cases of a property, the same ones each time it is run.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases,
        rng_seed: proptest::test_runner::RngSeed::Fixed(12),
        failure_persistence: None,
        ..Default::default()
    }
}

/// What came of a file.
#[derive(Debug, Default)]
pub struct Got {
    pub records: Vec<ImportRecord>,
    /// "where: why".
    pub skipped: Vec<String>,
    pub error: Option<ImportError>,
    pub notes: Vec<String>,
}

impl Got {
    pub fn names(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.name.as_str()).collect()
    }
    pub fn error_text(&self) -> String {
        self.error.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// A file of that name and content.
pub fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    (dir, path)
}

/// Read to the end or the error.
pub fn drain(mut reader: RecordReader) -> Got {
    let mut got = Got::default();
    for item in reader.by_ref() {
        match item {
            Ok(ImportItem::Record(record)) => got.records.push(*record),
            Ok(ImportItem::Skipped(skipped)) => got.skipped.push(format!("{}: {}", skipped.at, skipped.why)),
            Err(error) => got.error = Some(error),
        }
    }
    assert!(reader.next().is_none(), "ended for good");
    got.notes = reader.notes().iter().map(ToString::to_string).collect();
    got
}

pub fn read_with(name: &str, content: impl AsRef<[u8]>, mapping: Option<&str>) -> Result<Got, ImportError> {
    let (dir, path) = file(name, content);
    let mapping = mapping.map(|text| {
        let path = dir.path().join("mapping.toml");
        std::fs::write(&path, text).unwrap();
        path
    });
    open(&path, &ImportOptions { mapping, ..Default::default() }).map(drain)
}

pub fn read(name: &str, content: impl AsRef<[u8]>) -> Got {
    read_with(name, content, None).unwrap()
}

/// The message of a file that cannot be opened; it must name the file, in one line.
pub fn refusal(name: &str, content: impl AsRef<[u8]>) -> String {
    let error = read_with(name, content, None).err().unwrap().to_string();
    assert!(error.contains(name) && !error.contains('\n'), "{error}");
    error
}

/// An archive as programs write it: a head and bytes for each part, the list, the end.
pub fn archive(parts: &[(&str, &[u8])], deflated: bool) -> Vec<u8> {
    let (mut out, mut list): (Vec<u8>, Vec<u8>) = Default::default();
    for (name, content) in parts {
        let mut crc = Crc::new();
        crc.update(content);
        let mut packed = content.to_vec();
        if deflated {
            packed.clear();
            DeflateEncoder::new(*content, Compression::fast()).read_to_end(&mut packed).unwrap();
        }
        let u32_of = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend(u32_of(packed.len()));
        common.extend(u32_of(content.len()));
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        list.extend(b"PK\x01\x02\x14\0".iter().chain(&common).chain(&[0; 10]));
        list.extend(u32_of(out.len()).iter().chain(name.as_bytes()));
        out.extend(b"PK\x03\x04".iter().chain(&common).chain(name.as_bytes()).chain(&packed));
    }
    let from = u32::try_from(out.len()).unwrap().to_le_bytes();
    let length = u32::try_from(list.len()).unwrap().to_le_bytes();
    out.extend(list);
    out.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0".iter().chain(&length).chain(&from).chain(&[0, 0]));
    out
}

/// Call with the bytes changed in a few places, `count` times; the same ones each time it is run.
pub fn mutations(count: u32, bytes: &[u8], mut check: impl FnMut(&[u8])) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |bound: usize| {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % bound.max(1)
    };
    for _ in 0..count {
        let mut bytes = bytes.to_vec();
        for _ in 0..=below(4) {
            let at = below(bytes.len());
            match below(5) {
                0 => bytes[at] = u8::try_from(below(256)).unwrap(),
                1 => bytes[at] ^= 1 << below(8),
                2 => drop(bytes.remove(at)),
                3 => bytes.insert(at, *b"\"\n;,{}[]\0\xff".get(below(10)).unwrap()),
                _ => {
                    let end = at + below(bytes.len() - at);
                    let part = bytes[at..end].to_vec();
                    let to = below(bytes.len());
                    bytes.splice(to..to, part);
                }
            }
        }
        check(&bytes);
    }
}

/// Whatever a file holds, a record keeps the protocol's limits.
pub fn check_limits(got: &Got) {
    for r in &got.records {
        assert!((1..=NAME_MAX).contains(&r.name.len()) && r.description.len() <= TEXT_MAX);
        let fields =
            [&r.address, &r.phone, &r.email, &r.website, &r.opening_hours, &r.source, &r.source_id, &r.licence];
        assert!(fields.iter().all(|text| text.len() <= FIELD_MAX) && !r.source_id.is_empty());
        assert!(r.tags.len() <= TAGS_MAX && r.tags.iter().all(|tag| tag.len() <= TAG_MAX));
        assert!(Position { lat_e7: r.lat_e7, lon_e7: r.lon_e7 }.is_valid());
        assert!(!r.name.chars().any(char::is_control));
    }
    assert!(got.skipped.iter().all(|why| why.len() < 1_000 && !why.contains('\n')));
    assert!(!got.error_text().contains('\n'));
}

/// A file of real records beside the project; none where there is none.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    skip::lacking(&format!("imports of real records, '{name}'"), "it is not beside the project (../shared/data)");
    None
}

/// A record with a name and a place.
pub fn record() -> ImportRecord {
    ImportRecord {
        at: "line 2".into(),
        source: "places".into(),
        source_id: "1".into(),
        has_id: true,
        licence: String::new(),
        kind: communaut_protocol::op::Kind::Place,
        name: "Four à pain".into(),
        description: String::new(),
        lat_e7: 429_650_000,
        lon_e7: 16_070_000,
        address: String::new(),
        phone: String::new(),
        email: String::new(),
        website: String::new(),
        opening_hours: String::new(),
        tags: Vec::new(),
        when: None,
        cancelled: false,
        foreign: String::new(),
    }
}
