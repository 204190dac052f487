//! What is wrong with the store: told in one line each, until it is over.

use serde::{Deserialize, Serialize};

/// Something about the store that its user has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// A part of the store cannot be read. What is sound is shown; nothing is written until it is mended.
    Damaged {
        /// What was seen, in one line.
        why: String,
    },
    /// What can be read is being copied into a fresh store.
    Mending,
    /// It was damaged, and a fresh store lies in its place.
    Mended {
        /// Entries that were read.
        entries: u64,
        /// Entries that could not be taken over whole; other nodes may have them.
        missing: u64,
        /// The folder of the damaged store, beside the new one.
        aside: String,
    },
    /// The disk takes nothing more, or fails. Nothing is written until it does.
    NotWritable {
        /// What was seen, in one line.
        why: String,
    },
    /// There is little room left on the disk.
    NearlyFull {
        /// Bytes free.
        free: u64,
        /// Bytes under which this is said.
        wanted: u64,
    },
    /// The store has as many bytes as it may have: nothing is taken from strangers.
    Ceiling {
        /// Bytes of the store.
        bytes: u64,
        /// Bytes that it may have.
        most: u64,
    },
    /// What was erased is still in the files: copying what lives into fresh ones failed, and is tried again.
    NotCompacted {
        /// Why, in one line.
        why: String,
    },
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged { why } => {
                write!(
                    f,
                    "the store is damaged ({why}): what can be read is shown, nothing is written until it is mended"
                )
            }
            Self::Mending => f.write_str("the store is being mended: what can be read is copied into a fresh one"),
            Self::Mended { entries, missing, aside } => write!(
                f,
                "the store was damaged and has been mended: {entries} entries are held, {missing} are missing and come \
                 back from other nodes that have them; the damaged store lies in {aside}, with what is erased since: \
                 remove it when all is back"
            ),
            Self::NotWritable { why } => {
                write!(
                    f,
                    "the store cannot be written ({why}): make room or mend the disk; it is tried again by itself"
                )
            }
            Self::NearlyFull { free, wanted } => {
                write!(f, "the disk is nearly full: {} MB are free, {} MB should be", mb(*free), mb(*wanted))
            }
            Self::Ceiling { bytes, most } => write!(
                f,
                "the store has reached its ceiling ({} of {} MB): nothing more is taken from strangers",
                mb(*bytes),
                mb(*most)
            ),
            Self::NotCompacted { why } => {
                write!(f, "what was erased is not yet gone from the disk ({why}); it is tried again by itself")
            }
        }
    }
}

fn mb(bytes: u64) -> u64 {
    bytes / 1_000_000
}
