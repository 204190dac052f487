//! Why the store cannot do what was asked.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why the store cannot do what was asked. One line each.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it.
    #[error("another process holds the data folder {0}")]
    Held(PathBuf),
    /// Written by a version of the program that this one does not know.
    #[error(
        "the store in {0} was written by another version of Communaut, and this one cannot read it: export with the \
         version that wrote it, then move the folder away and begin anew"
    )]
    Layout(PathBuf),
    /// A file operation.
    #[error("the store failed: {what} {path}: {why}", path = path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        why: Arc<io::Error>,
    },
    /// The disk, or sled.
    #[error("the store failed: {}", plain(.0))]
    Sled(#[from] sled::Error),
    /// The system has not given what the node needs beside the store: randomness, a place for its secrets.
    #[error("{0}")]
    System(String),
    /// The database does not find its way in its own files.
    #[error("the store in {0} is damaged and does not open; `communaut-node fsck` keeps what can be read of it")]
    Unreadable(PathBuf),
    /// There is no store where one should be.
    #[error(
        "the store in {0} is gone; put it back from a backup, or let `communaut-node fsck` begin an empty one, which \
         other nodes fill"
    )]
    Missing(PathBuf),
    /// What is stored is not what was written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// It is being replaced.
    #[error("the store is closed while another takes its place")]
    Closed,
}

impl StoreError {
    /// Whether what is stored is not what was written, so that it has to be mended. Otherwise the
    /// disk or the system refuses.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sled(sled::Error::Io(_)) => false,
            Self::Sled(_) | Self::Unreadable(_) | Self::Missing(_) | Self::Damaged(_) => true,
            Self::Held(_) | Self::Layout(_) | Self::File { .. } | Self::System(_) | Self::Closed => false,
        }
    }
}

/// An error of the disk as the system says it.
fn plain(error: &sled::Error) -> String {
    match error {
        sled::Error::Io(why) => why.to_string(),
        other => other.to_string(),
    }
}

/// A file operation that failed, with what it was.
pub(super) fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |why| StoreError::File { what, path: path.to_owned(), why: Arc::new(why) }
}
