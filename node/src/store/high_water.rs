//! How far the store had come, written beside it: a database that lost its end opens without a word, since what is
//! missing from the end looks like what never was; and what it cuts off when it opens nobody can read any more.
//!
//! The number of the last arrival only grows while a store lives. It is noted when the node stops and now and then
//! while it runs, after a flush, so a store that has come less far has lost something, or is an older one put in its
//! place. After a clean stop a hash of the store's files is noted too: a store that is another one at the next start is
//! looked at before the database opens it.

use super::{Store, StoreError, TREES, error::failed};
use crate::files;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
};

/// The file in the data folder.
const FILE: &str = "high-water.json";
/// The number of the last arrival and of the entries alone, written over after each flush: a power cut may lose some of
/// it, a crash nothing.
const ARRIVALS: &str = "arrivals";

/// How far a store had come at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct HighWater {
    /// The number of the last arrival.
    pub arrival: u64,
    /// Entries held then.
    pub entries: u64,
    /// The hash of the files, in hexadecimal; none while the store is open, or after a crash.
    pub files: Option<String>,
    /// Keys in each tree, in the order of [`super::Trees::all`]; none while the store is open, or after a crash.
    pub trees: Option<[u64; TREES]>,
}

impl HighWater {
    /// Of a store that is open and flushed.
    pub fn of(store: &Store) -> Self {
        Self { arrival: store.arrival(), entries: store.entries(), ..Self::default() }
    }

    /// Of a store that is about to be closed and not to be changed before.
    pub fn at_stop(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { trees: Some(store.counts()?), ..Self::of(store) })
    }

    /// What is noted in a data folder. A file that cannot be understood says nothing.
    pub fn read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let mut noted: Self = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(failed("cannot read", &path)(error)),
        };
        // What cannot be read of it says nothing.
        let text = fs::read_to_string(folder.join(ARRIVALS)).unwrap_or_default();
        let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap_or_default());
        let (arrival, entries) = (numbers.next().unwrap_or_default(), numbers.next());
        if arrival > noted.arrival {
            (noted.arrival, noted.entries) = (arrival, entries.unwrap_or(noted.entries));
        }
        Ok(noted)
    }

    /// The store has come so far, and what it holds is durable.
    pub fn reached(folder: &Path, arrival: u64, entries: u64) -> Result<(), StoreError> {
        let path = folder.join(ARRIVALS);
        files::jot(&path, format!("{arrival:020} {entries:020}").as_bytes()).map_err(failed("cannot write", &path))
    }

    /// Note it, durably.
    pub fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(FILE);
        let bytes = serde_json::to_vec(self).map_err(|error| StoreError::System(error.to_string()))?;
        Self::reached(folder, self.arrival, self.entries)?;
        files::replace(&path, &bytes).map_err(failed("cannot write", &path))
    }

    /// With the files as they lie there: nobody has the store open.
    pub fn with_files(self, store: &Path) -> Result<Self, StoreError> {
        Ok(Self { files: Some(hash_of(store)?), ..self })
    }

    /// Whether the files are others than they were after a clean stop. No, where that is not known.
    pub fn differs(&self, store: &Path) -> Result<bool, StoreError> {
        match &self.files {
            Some(files) => Ok(*files != hash_of(store)?),
            None => Ok(false),
        }
    }
}

/// The hash of the names and contents of all files in a folder.
fn hash_of(folder: &Path) -> Result<String, StoreError> {
    let mut hash = blake3::Hasher::new();
    for path in files::files_under(folder).map_err(failed("cannot read", folder))? {
        let name = path.strip_prefix(folder).unwrap_or(&path).as_os_str().as_encoded_bytes();
        let mut of_file = blake3::Hasher::new();
        let read = File::open(&path).and_then(|file| of_file.update_reader(file).map(drop));
        read.map_err(|why| StoreError::File { what: "cannot read", path: path.clone(), why: Arc::new(why) })?;
        hash.update(blake3::hash(name).as_bytes()).update(of_file.finalize().as_bytes());
    }
    Ok(hash.finalize().to_hex().to_string())
}
