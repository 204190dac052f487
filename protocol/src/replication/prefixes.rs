//! Beginnings of log keys: what a peer is interested in, or compares. SPEC.md §9.1.

use super::message::{Digest, digest_of};
use crate::scope::LOG_KEY_LEN;
use std::collections::BTreeSet;

/// The key of a log.
pub type Key = [u8; LOG_KEY_LEN];

/// Prefixes of log keys, ascending, none within another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefixes(Vec<Vec<u8>>);

impl Prefixes {
    /// From prefixes in any order.
    pub fn new(prefixes: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let sorted: BTreeSet<Vec<u8>> = prefixes.into_iter().collect();
        let mut kept: Vec<Vec<u8>> = Vec::new();
        for prefix in sorted {
            if !kept.last().is_some_and(|before| prefix.starts_with(before)) {
                kept.push(prefix);
            }
        }
        Self(kept)
    }
    /// Whether a key lies under one of them.
    #[must_use]
    pub fn hold(&self, key: &Key) -> bool {
        let at = self.0.partition_point(|prefix| prefix.as_slice() <= key.as_slice());
        at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|prefix| key.starts_with(prefix))
    }
    /// Those under which keys from a bound on may lie, ascending.
    pub(super) fn reaching(&self, lower: &[u8]) -> &[Vec<u8>] {
        let above = self.0.partition_point(|prefix| prefix.as_slice() <= lower);
        let before = above.checked_sub(1);
        // Of those before, only the last can go on beyond the bound: none lies within another.
        let within = before.filter(|at| self.0.get(*at).is_some_and(|prefix| lower.starts_with(prefix)));
        self.0.get(within.unwrap_or(above)..).unwrap_or_default()
    }
    /// Digest of a set of prefixes.
    #[must_use]
    pub fn digest<'a>(prefixes: impl IntoIterator<Item = &'a Vec<u8>>) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 sync interests");
        for prefix in prefixes {
            hasher.update(&(prefix.len() as u64).to_be_bytes());
            hasher.update(prefix);
        }
        digest_of(hasher.finalize())
    }
}

/// The first bytes above all that begin with a prefix; none: nothing is above them.
#[must_use]
pub fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut above = prefix.get(..=last)?.to_vec();
    if let Some(byte) = above.last_mut() {
        *byte = byte.saturating_add(1);
    }
    Some(above)
}
