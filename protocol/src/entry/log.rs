//! How a log grows: one entry after the other, each naming the one before.

use crate::{entry::Header, ids::EntryId};
use serde::{Deserialize, Serialize};

/// The last entry known of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its sequence number.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
}

/// Why an entry does not follow on the log that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Held already (or older than the head).
    #[error("already held")]
    Known,
    /// Entries in between are missing: ask for them from `from` on.
    #[error("entries from {from} on are missing before it")]
    Gap {
        /// The first that is missing.
        from: u64,
    },
    /// The backlink names another entry than our head.
    #[error("its backlink is not the head of the log: a fork, or a forged entry")]
    Backlink,
}

/// Whether `header` is the next entry after `head`.
pub fn check_append(head: Option<&Head>, header: &Header) -> Result<(), AppendError> {
    let next = head.map_or(0, |head| head.seq.saturating_add(1));
    match header.seq.cmp(&next) {
        std::cmp::Ordering::Less => Err(AppendError::Known),
        std::cmp::Ordering::Greater => Err(AppendError::Gap { from: next }),
        std::cmp::Ordering::Equal => match head {
            Some(head) if header.backlink != Some(head.id) => Err(AppendError::Backlink),
            _ => Ok(()),
        },
    }
}
