//! How far the store had come, written beside it: a database that lost its end opens without a word, since what is missing
//! from the end looks like what never was; and what it cuts off when it opens nobody can read any more.
//!
//! The number of the last arrival only grows while a store lives. It is noted when the node stops and now and then while
//! it runs, after a flush, so a store that has come less far has lost something, or is an older one put in its place.
//! After a clean stop a hash of the store's files is noted too: a store that is another one at the next start is looked
//! at before the database opens it.

use super::{Store, StoreError, error::failed};
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
}

impl HighWater {
    /// Of a store that is open and flushed.
    pub fn of(store: &Store) -> Self {
        Self { arrival: store.arrival(), entries: store.entries(), files: None }
    }

    /// What is noted in a data folder. A file that cannot be understood says nothing.
    pub fn read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failed("cannot read", &path)(error)),
        }
    }

    /// Note it, durably.
    pub fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(FILE);
        let bytes = serde_json::to_vec(self).map_err(|error| StoreError::System(error.to_string()))?;
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
