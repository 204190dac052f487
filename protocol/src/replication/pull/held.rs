//! Logs as frames and replicas tell of them.

use super::{Digest, Frame, Head, Header, Item, digest_of, hash, item_digest};
use crate::{clock::Stamp, ids::EntryId, log::LogState, scope::LogId};
use std::collections::BTreeMap;

/// What frames say of the tips of their logs: of each the entries that no other of them follows.
pub(super) fn leaves(frames: &[Frame]) -> Vec<Item> {
    let mut logs: BTreeMap<LogId, (Vec<Head>, Stamp)> = BTreeMap::new();
    for frame in frames {
        let Ok((header, _)) = Header::decode(&frame.header) else { continue };
        let (tips, newest) = logs.entry(header.log).or_default();
        tips.retain(|tip| Some(tip.id) != header.backlink);
        tips.push(Head { seq: header.seq, id: EntryId(hash(&frame.header).0) });
        *newest = header.stamp;
    }
    let items = logs.into_iter();
    items.map(|(log, (tips, newest))| Item { log, floor: 0, tips, fork: None, newest }).collect()
}

/// What is held of a log, how far down too.
pub(super) fn depth_digest(log: &LogId, state: &LogState) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&item_digest(log, state).0);
    hasher.update(&state.lo.to_be_bytes());
    digest_of(hasher.finalize())
}
