//! Why a file could not be read, or not to its end: the frame around what is wrong with it ([`FileFault`]).

use super::{
    FILE_MAX, FileFault,
    reason::{Nameable, ReasonPart, told},
};
use std::io;

impl Nameable for FileFault {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Fault(self)
    }
}

told! {
    /// Why the reading of a file has ended before its end, or has not begun: one line that names the file, what is
    /// wrong, and what to do. What was read before is good.
    ImportError;
    #[default]
    Stopped => "the import was stopped; what came before it stays";
    Unread { file: String, why: FileFault } => "cannot read '{file}': {why}";
    Unusable { file: String, why: FileFault } => "'{file}' {why}";
    Mapping { file: String, why: FileFault } => "mapping '{file}': {why}";
    Broken { file: String, at: String, why: FileFault } => "'{file}' is broken at {at}: {why}";
    NotWritten { said: String } => "{said}";
    OnlyPbf { file: String } => "'{file}': a street map is made of OpenStreetMap's .osm.pbf alone";
    MapUnwritten { folder: String, why: FileFault } => "the street map cannot be written to {folder}: {why}";
    MapUnread { file: String, said: String } => "the street map was made, and cannot be read: {file}: {said}";
}

impl std::error::Error for ImportError {}

impl ImportError {
    pub(super) fn io(file: &str, error: &io::Error) -> Self {
        Self::Unread { file: file.to_owned(), why: error.into() }
    }
    pub(super) fn unusable(file: &str, why: FileFault) -> Self {
        Self::Unusable { file: file.to_owned(), why }
    }
    /// One where a file is longer than any that is read.
    pub(super) fn fits(file: &str, bytes: u64) -> Result<(), Self> {
        let why = || FileFault::FileTooLong { gib: bytes >> 30, max: FILE_MAX >> 30 };
        if bytes > FILE_MAX { Err(Self::unusable(file, why())) } else { Ok(()) }
    }
    pub(super) fn mapping(file: &str, why: FileFault) -> Self {
        Self::Mapping { file: file.to_owned(), why }
    }
    pub(super) fn broken(file: &str, at: impl Into<String>, why: FileFault) -> Self {
        Self::Broken { file: file.to_owned(), at: at.into(), why }
    }
}
