//! How far each peer has been followed, kept over restarts: peers that have met stay cheap, since a node that comes
//! back asks for what has arrived since.
//!
//! A cursor says that what came before it is held. So it is written after the flush that made that durable, never with
//! it; and where entries may be gone (the store was put right, or laid over by a copy) all are forgotten. It is a hint
//! for all that: once in a while everything is compared, which heals what a cursor hides.

use crate::{codec, replication::pull::Cursor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Peers whose cursors are kept: about 150 B each. Beyond, the one that was followed longest
/// ago is compared with again.
const CURSORS_MAX: usize = 256;
/// Bytes of a stored cursor.
const CURSOR_BYTES_MAX: usize = 256;
/// Milliseconds after which a restarted node compares everything with a peer again.
const COMPARE_EVERY_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// A cursor as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    cursor: Cursor,
    /// When everything was compared with the peer, by this machine's clock, milliseconds since 1970 UTC.
    compared_ms: u64,
    /// When it was followed last, likewise.
    used_ms: u64,
}

/// Of all peers, by their name on the network.
#[derive(Debug, Clone, Default)]
pub struct Cursors {
    kept: BTreeMap<String, Kept>,
    /// Those that differ from what is stored.
    due: BTreeSet<String>,
}

impl Cursors {
    /// Those that were stored: the names of peers, with what [`Cursors::take_due`] gave of each.
    pub fn load(stored: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        // One that cannot be read costs a comparison.
        let read = |(peer, bytes): (String, Vec<u8>)| Some((peer, codec::decode(&bytes, CURSOR_BYTES_MAX).ok()?));
        Self { kept: stored.into_iter().filter_map(read).collect(), due: BTreeSet::new() }
    }

    /// How far a peer was followed, unless that is to be compared anew.
    #[must_use]
    pub fn of(&self, peer: &str, now_ms: u64) -> Option<Cursor> {
        let held = self.kept.get(peer)?;
        let age = now_ms.checked_sub(held.compared_ms)?;
        (age < COMPARE_EVERY_MS).then_some(held.cursor)
    }

    /// A round has caught up. `resumed`: with a cursor that was kept, so nothing was compared.
    pub fn follow(&mut self, peer: &str, cursor: Cursor, resumed: bool, now_ms: u64) {
        let before = self.kept.get(peer);
        if before.is_some_and(|held| held.cursor == cursor) {
            return;
        }
        let compared_ms = before.filter(|_| resumed).map_or(now_ms, |held| held.compared_ms);
        self.kept.insert(peer.to_owned(), Kept { cursor, compared_ms, used_ms: now_ms });
        self.due.insert(peer.to_owned());
        if self.kept.len() > CURSORS_MAX
            && let Some(oldest) = self.kept.iter().min_by_key(|(_, held)| held.used_ms).map(|(peer, _)| peer.clone())
        {
            self.kept.remove(&oldest);
            self.due.insert(oldest);
        }
    }

    /// What has changed, to be stored; only after what they speak of was flushed. None: it is to be removed.
    pub fn take_due(&mut self) -> Vec<(String, Option<Vec<u8>>)> {
        let due = std::mem::take(&mut self.due);
        // One that does not encode is not kept: that costs a comparison.
        due.into_iter()
            .map(|peer| (self.kept.get(&peer).and_then(|held| codec::encode(held).ok()), peer))
            .map(|(bytes, peer)| (peer, bytes))
            .collect()
    }

    /// Entries may be gone that cursors speak of.
    pub fn forget(&mut self) {
        self.due.extend(std::mem::take(&mut self.kept).into_keys());
    }
}
