//! Why a file could not be read, or not to its end.

use std::io;

/// Each is one line that names the file, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The system refused.
    #[error("cannot read '{file}': {why}")]
    Io {
        /// As it was given.
        file: String,
        /// The system's words.
        why: String,
    },
    /// Nothing of it can be read.
    #[error("'{file}' {why}")]
    Unusable {
        /// As it was given.
        file: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The TOML that names the columns is wrong.
    #[error("mapping '{file}': {why}")]
    Mapping {
        /// As it was given.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Broken from here on. What was read before is good.
    #[error("'{file}' is broken at {at}: {why}")]
    Broken {
        /// As it was given.
        file: String,
        /// "line 12", "byte 8123".
        at: String,
        /// What is wrong.
        why: String,
    },
}

impl ImportError {
    pub(super) fn io(file: &str, error: &io::Error) -> Self {
        Self::Io { file: file.to_owned(), why: error.to_string() }
    }
    pub(super) fn unusable(file: &str, why: impl Into<String>) -> Self {
        Self::Unusable { file: file.to_owned(), why: why.into() }
    }
    pub(super) fn mapping(file: &str, why: impl Into<String>) -> Self {
        Self::Mapping { file: file.to_owned(), why: why.into() }
    }
    pub(super) fn broken(file: &str, at: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Broken { file: file.to_owned(), at: at.into(), why: why.into() }
    }
}
