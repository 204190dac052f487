//! How far the store had come, written beside it: a database that lost its end opens without a word, since what is missing
//! from the end looks like what never was.
//!
//! The number of the last arrival only grows while a store lives. It is written when the node stops and now and then while
//! it runs, after a flush, so a store that has come less far has lost something, or is an older one put in its place.

use super::{StoreError, error::failed};
use crate::files;
use std::{fs, io, path::Path};

/// The file in the data folder.
const FILE: &str = "arrivals";

/// How far the store of a data folder had come at least. A file that cannot be understood says nothing.
pub(crate) fn read(folder: &Path) -> Result<u64, StoreError> {
    let path = folder.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().parse().unwrap_or_default()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(0),
        Err(error) => Err(failed("cannot read", &path)(error)),
    }
}

/// The store has come so far, durably.
pub(crate) fn write(folder: &Path, arrival: u64) -> Result<(), StoreError> {
    let path = folder.join(FILE);
    files::replace(&path, arrival.to_string().as_bytes()).map_err(failed("cannot write", &path))
}
