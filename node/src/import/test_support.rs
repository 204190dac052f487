//! What the tests of this folder share.
#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::{ImportError, ImportOptions, ImportRecord, Item, Reader, open};
use std::path::{Path, PathBuf};

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
pub fn drain(mut reader: Reader) -> Got {
    let mut got = Got::default();
    for item in reader.by_ref() {
        match item {
            Ok(Item::Record(record)) => got.records.push(*record),
            Ok(Item::Skipped(skipped)) => got.skipped.push(format!("{}: {}", skipped.at, skipped.why)),
            Err(error) => got.error = Some(error),
        }
    }
    assert!(reader.next().is_none(), "ended for good");
    got.notes = reader.notes();
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

/// A file of real records beside the project; none where there is none.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    skip_message(&path);
    None
}

#[expect(clippy::print_stderr, reason = "a test that does not run must say so")]
fn skip_message(path: &Path) {
    eprintln!("skipped: '{}' is not there", path.display());
}
