//! Range-based set reconciliation: which logs differ, told in few messages. SPEC.md §9.2.
//!
//! (After A. Meyer, "Range-Based Set Reconciliation", 2023.) A fingerprint is a hash over the
//! items of a range in their order: nothing additive that an author could grind. Hashing ten thousand
//! items takes a few milliseconds, so no tree is kept.

use super::{
    DIGESTS_MAX, ITEMS_MAX, RANGES_MAX,
    message::{Digest, Item, Mode, Range, digest_of, item_digest},
    replica::Replica,
};
use crate::scope::{LOG_KEY_LEN, LogId};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;

/// A range with at most this many items is told by their digests.
pub const LIST_MAX: usize = 16;
/// Ranges into which a comparison that begins is split: what 10,000 logs need to be told apart in two rounds.
pub const FIRST_SPLIT: usize = 128;
/// The most ranges into which one that differs is split.
pub const SPLIT_MAX: usize = 64;
/// Bytes of ranges after which a message of them ends: below the bound of a request.
pub const RANGES_BYTES: usize = 96 * 1024;

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

/// The items of a replica in a range, under prefixes.
pub fn items<R: Replica>(replica: &R, under: &Prefixes, lower: &[u8], upper: Option<&[u8]>) -> Vec<(Key, Digest)> {
    let mut found = Vec::new();
    for prefix in &under.0 {
        if upper.is_some_and(|upper| prefix.as_slice() >= upper) {
            break;
        }
        let from = lower.max(prefix.as_slice());
        replica.each(from, upper, &mut |log, state| {
            let key = log.key();
            let inside = key.starts_with(prefix);
            if inside {
                found.push((key, item_digest(&log, state)));
            }
            inside
        });
    }
    found
}

/// Digest of the items of a range in their order.
#[must_use]
pub fn fingerprint(items: &[(Key, Digest)]) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 sync range");
    for (_, digest) in items {
        hasher.update(&digest.0);
    }
    digest_of(hasher.finalize())
}

/// A range with its bounds in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The first key inside, or a prefix of it.
    pub lower: Vec<u8>,
    /// The first key outside; none: to the end.
    pub upper: Option<Vec<u8>>,
    /// What is said of it.
    pub mode: Mode,
}

impl Part {
    /// Bytes that it takes on the wire, at most.
    #[must_use]
    pub fn weight(&self) -> usize {
        let mode = match &self.mode {
            Mode::Skip {} => 3,
            Mode::Fingerprint { .. } => 22,
            Mode::List { digests } => digests.len().saturating_mul(17).saturating_add(8),
            Mode::Items { items, unknown } => {
                items.len().saturating_mul(220).saturating_add(unknown.len().saturating_mul(5)).saturating_add(12)
            }
        };
        self.upper.as_ref().map_or(0, Vec::len).saturating_add(mode).saturating_add(8)
    }
}

/// Ranges as they travel: contiguous, from the first key to the end. What lies between the parts is skipped.
#[must_use]
pub fn pack(parts: Vec<Part>) -> Vec<Range> {
    let mut ranges = Vec::with_capacity(parts.len());
    let mut at: Vec<u8> = Vec::new();
    let mut open = true;
    for part in parts {
        if part.lower > at {
            ranges.push(range(&at, &part.lower, Mode::Skip {}));
            at.clone_from(&part.lower);
        }
        match part.upper {
            Some(upper) => {
                ranges.push(range(&at, &upper, part.mode));
                at = upper;
            }
            None => {
                ranges.push(Range { shared: 0, rest: ByteBuf::new(), mode: part.mode });
                open = false;
            }
        }
    }
    if open && !ranges.is_empty() {
        ranges.push(Range { shared: 0, rest: ByteBuf::new(), mode: Mode::Skip {} });
    }
    ranges
}

fn range(before: &[u8], upper: &[u8], mode: Mode) -> Range {
    let shared = before.iter().zip(upper).take_while(|(one, other)| one == other).count().min(usize::from(u8::MAX));
    let rest = ByteBuf::from(upper.get(shared..).unwrap_or_default());
    Range { shared: u8::try_from(shared).unwrap_or(u8::MAX), rest, mode }
}

/// Back, without what is skipped. None if the bounds do not ascend or the end is missing.
#[must_use]
pub fn unpack(ranges: Vec<Range>) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at: Vec<u8> = Vec::new();
    let mut ended = ranges.is_empty();
    for Range { shared, rest, mode } in ranges {
        if ended {
            return None;
        }
        let upper = if shared == 0 && rest.is_empty() {
            ended = true;
            None
        } else {
            let mut upper = at.get(..usize::from(shared))?.to_vec();
            upper.extend_from_slice(&rest);
            if upper <= at || upper.len() > LOG_KEY_LEN {
                return None;
            }
            Some(upper)
        };
        let next = upper.clone();
        if mode != (Mode::Skip {}) {
            parts.push(Part { lower: std::mem::take(&mut at), upper, mode });
        }
        at = next.unwrap_or_default();
    }
    ended.then_some(parts)
}

/// How a comparison begins.
#[must_use]
pub fn begin(own: &[(Key, Digest)]) -> Vec<Part> {
    tell(own, Vec::new(), None, FIRST_SPLIT)
}

/// Tell of a range that differs: its digests if they are few, otherwise fingerprints of its parts.
#[must_use]
pub fn tell(own: &[(Key, Digest)], lower: Vec<u8>, upper: Option<Vec<u8>>, split: usize) -> Vec<Part> {
    if own.len() <= LIST_MAX {
        let digests = own.iter().map(|(_, digest)| *digest).collect();
        return vec![Part { lower, upper, mode: Mode::List { digests } }];
    }
    let parts = own.len().div_ceil(LIST_MAX / 2).clamp(2, split);
    let size = own.len().div_ceil(parts);
    let mut told = Vec::with_capacity(parts);
    let mut from = lower;
    let mut chunks = own.chunks(size).peekable();
    while let Some(chunk) = chunks.next() {
        let digest = fingerprint(chunk);
        let next = chunks.peek().and_then(|next| next.first());
        let bound = match (chunk.last(), next) {
            (Some((last, _)), Some((first, _))) => Some(between(last, first)),
            _ => upper.clone(),
        };
        let start = bound.clone().unwrap_or_default();
        told.push(Part {
            lower: std::mem::replace(&mut from, start),
            upper: bound,
            mode: Mode::Fingerprint { digest },
        });
    }
    told
}

/// The shortest bound above one key and not above the next.
fn between(last: &Key, first: &Key) -> Vec<u8> {
    let shared = last.iter().zip(first).take_while(|(one, other)| one == other).count();
    first.get(..shared.saturating_add(1)).unwrap_or(first).to_vec()
}

/// Answer what a peer tells of ranges.
pub fn answer<R: Replica>(replica: &R, under: &Prefixes, parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let (mut weight, mut listed, mut told) = (0_usize, 0_usize, 0_usize);
    for Part { lower, upper, mode } in parts {
        let own = items(replica, under, &lower, upper.as_deref());
        let full = weight > RANGES_BYTES.saturating_mul(8) || told >= RANGES_MAX.saturating_sub(SPLIT_MAX);
        let answered = match mode {
            Mode::Fingerprint { digest } if digest == fingerprint(&own) => continue,
            Mode::Fingerprint { .. } if full => vec![whole(&own, lower, upper)],
            Mode::Fingerprint { .. } => tell(&own, lower, upper, SPLIT_MAX),
            Mode::List { digests } => {
                let room = if full { 0 } else { ITEMS_MAX.saturating_sub(listed) };
                answer_list(replica, &own, lower, upper, &digests, room)
            }
            Mode::Skip {} | Mode::Items { .. } => continue,
        };
        for part in answered {
            weight = weight.saturating_add(part.weight());
            told = told.saturating_add(2);
            if let Mode::Items { items, .. } = &part.mode {
                listed = listed.saturating_add(items.len());
            }
            out.push(part);
        }
    }
    out
}

/// What is left for a later message: a fingerprint, so that the peer comes back to it.
fn whole(own: &[(Key, Digest)], lower: Vec<u8>, upper: Option<Vec<u8>>) -> Part {
    Part { lower, upper, mode: Mode::Fingerprint { digest: fingerprint(own) } }
}

fn answer_list<R: Replica>(
    replica: &R,
    own: &[(Key, Digest)],
    lower: Vec<u8>,
    upper: Option<Vec<u8>>,
    theirs: &[Digest],
    room: usize,
) -> Vec<Part> {
    let known: BTreeSet<Digest> = theirs.iter().copied().collect();
    let ours: BTreeSet<Digest> = own.iter().map(|(_, digest)| *digest).collect();
    let unknown = theirs.iter().enumerate().filter(|(_, digest)| !ours.contains(*digest));
    let unknown: Vec<u32> = unknown.filter_map(|(at, _)| u32::try_from(at).ok()).take(DIGESTS_MAX).collect();
    let mut items = Vec::new();
    for (at, (key, _)) in own.iter().enumerate().filter(|(_, (_, digest))| !known.contains(digest)) {
        if items.len() >= room {
            // The rest in a later message.
            let rest = own.get(at..).unwrap_or_default();
            let bound = key.to_vec();
            let told = Part { lower, upper: Some(bound.clone()), mode: Mode::Items { items, unknown } };
            return vec![told, whole(rest, bound, upper)];
        }
        let found = LogId::from_key(key).ok().and_then(|log| Some(Item::of(log, &replica.state(&log)?)));
        items.extend(found);
    }
    vec![Part { lower, upper, mode: Mode::Items { items, unknown } }]
}
