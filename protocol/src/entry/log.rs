//! An entry's place in its log. How a log grows is [`crate::log`].

use crate::ids::EntryId;
use serde::{Deserialize, Serialize};

/// An entry of a log: the last one known, or one that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Head {
    /// Its sequence number.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
}
