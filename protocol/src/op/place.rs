//! Where something stands in its scope.

use crate::{
    entry::leaves,
    ids::{AuthorId, DeviceId, EntryId},
    scope::{LogId, Scope},
};
use serde::{Deserialize, Serialize};

/// The place of an entry, or of a leaf of one, in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryPlace {
    /// By whom, as its header says.
    pub author: AuthorId,
    /// In whose log.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u64,
    /// Its number there.
    pub seq: u64,
    /// The entry's id.
    pub id: EntryId,
    /// Which of its leaves; none: it has none, or all of it is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<u8>,
}

impl EntryPlace {
    /// The place of an entry of a log in the log's scope.
    #[must_use]
    pub const fn of(log: &LogId, seq: u64, id: EntryId) -> Self {
        Self { author: log.author, device: log.device, epoch: log.epoch, seq, id, leaf: None }
    }
    /// The place of one of its leaves.
    #[must_use]
    pub const fn leaf(self, number: u8) -> Self {
        Self { leaf: Some(number), ..self }
    }
    /// The same with another word on the leaf.
    #[must_use]
    pub const fn leaf_of(self, leaf: Option<u8>) -> Self {
        Self { leaf, ..self }
    }
    /// The log in which it is, in a scope.
    #[must_use]
    pub const fn log(&self, scope: Scope) -> LogId {
        LogId { scope, author: self.author, device: self.device, epoch: self.epoch }
    }
    /// Under which id reducers know what stands there.
    #[must_use]
    pub fn said(&self) -> EntryId {
        self.leaf.map_or(self.id, |leaf| leaves::id_of(self.id, leaf))
    }
}
