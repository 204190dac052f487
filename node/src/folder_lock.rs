//! One owner of a data folder at a time: who holds its lock looks at it and changes it, and nobody else.
//!
//! The lock is taken before anything in the folder is looked at and held to the end, by a node as by `fsck` and
//! `restore`. It is the system's own (`flock`), on the file `lock`, so that it goes with its process, however that
//! ends. The file says for people who holds it; what it says decides nothing.

use crate::files;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The file in the data folder.
pub const FILE: &str = "lock";
/// Bytes of it that are read: it holds some 80.
const FILE_MAX: u64 = 512;
/// How long somebody who is just letting go is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a command is waited for, which lets go by itself, by whoever is none.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at the lock.
const LOOK: Duration = Duration::from_millis(25);

/// What a folder is held for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A node runs on it, for a window or a daemon.
    Node,
    /// A node runs on it for the while of one command.
    Command,
    /// Its store is looked after (`fsck`).
    Fsck,
    /// A backup is brought back into it (`restore`).
    Restore,
}

/// Who holds a folder, as they said when they took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The number of the process.
    pub process: u32,
    /// What for.
    pub purpose: Purpose,
    /// Since when, milliseconds since 1970 UTC by the holder's clock.
    pub since_ms: u64,
}

impl Holder {
    /// What to do about them.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.purpose {
            Purpose::Node => "stop it",
            Purpose::Command | Purpose::Fsck | Purpose::Restore => "wait until it ends",
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.purpose {
            Purpose::Node => "a node",
            Purpose::Command => "a command",
            Purpose::Fsck => "`fsck`",
            Purpose::Restore => "`restore`",
        };
        write!(f, "{what} (process {})", self.process)
    }
}

/// Why a folder is not held.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else holds it.
    #[error(
        "the data folder {} is held by {}",
        .0.display(),
        .1.as_ref().map_or_else(|| "another process".to_owned(), Holder::to_string)
    )]
    Held(PathBuf, Option<Holder>),
    /// The system refuses.
    #[error("the data folder {} cannot be held by its file `lock`: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
}

/// The hold on a data folder, until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    /// Closing it lets go.
    _file: File,
}

impl FolderLock {
    /// Hold a folder that is there. Somebody who is about to let go is waited for, for a second; a command for longer,
    /// unless a command waits: that looks at the socket meanwhile.
    pub fn take(folder: &Path, purpose: Purpose) -> Result<Self, LockError> {
        let begun = Instant::now();
        loop {
            let done = Self::try_take(folder, purpose);
            let patience = match &done {
                Err(LockError::Held(_, Some(holder)))
                    if holder.purpose == Purpose::Command && purpose != Purpose::Command =>
                {
                    COMMAND_PATIENCE
                }
                Err(LockError::Held(..)) => PATIENCE,
                _ => return done,
            };
            if begun.elapsed() > patience {
                return done;
            }
            std::thread::sleep(LOOK);
        }
    }

    fn try_take(folder: &Path, purpose: Purpose) -> Result<Self, LockError> {
        let path = folder.join(FILE);
        let failed = |why| LockError::Io(folder.to_owned(), why);
        loop {
            let mut file = files::open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(folder.to_owned(), said(&mut file))),
                Err(TryLockError::Error(why)) => return Err(failed(why)),
            }
            // The file may have been taken away and made anew meanwhile: then another may hold that one.
            if !is_still(&file, &path).map_err(failed)? {
                continue;
            }
            // A full disk keeps nobody from holding the folder: who holds it is for people alone.
            if let Err(error) = say(&mut file, purpose) {
                tracing::debug!("the lock of {} does not say who holds it: {error}", folder.display());
            }
            return Ok(Self { _file: file });
        }
    }
}

/// Who holds a folder, or did last, as they said.
pub fn holder(folder: &Path) -> Option<Holder> {
    said(&mut File::open(folder.join(FILE)).ok()?)
}

/// Who said to hold a folder.
fn said(file: &mut File) -> Option<Holder> {
    let mut bytes = Vec::new();
    file.rewind().ok()?;
    file.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn say(file: &mut File, purpose: Purpose) -> io::Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let since_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    let holder = Holder { process: std::process::id(), purpose, since_ms };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(&holder)?)
}

/// Whether a file is the one that has its name now.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
/// Elsewhere a file that is open cannot be taken away.
#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let held = FolderLock::take(folder.path(), Purpose::Fsck).unwrap();
        match FolderLock::take(folder.path(), Purpose::Node) {
            Err(LockError::Held(path, Some(holder))) => {
                assert_eq!((path.as_path(), holder.purpose), (folder.path(), Purpose::Fsck));
                assert_eq!(holder.process, std::process::id());
            }
            other => panic!("{other:?}"),
        }
        drop(held);
        FolderLock::take(folder.path(), Purpose::Node).unwrap();
    }

    #[test]
    fn a_lock_whose_file_was_taken_away_holds_nobody_off_and_is_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let _first = FolderLock::take(folder.path(), Purpose::Node).unwrap();
        fs::remove_file(folder.path().join(FILE)).unwrap();
        let second = FolderLock::take(folder.path(), Purpose::Node).unwrap();
        assert!(matches!(FolderLock::take(folder.path(), Purpose::Node), Err(LockError::Held(..))));
        drop(second);
    }
}
