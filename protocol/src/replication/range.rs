//! Range-based set reconciliation: which logs differ, told in few messages. SPEC.md §9.2.
//!
//! (After A. Meyer, "Range-Based Set Reconciliation", 2023.) A fingerprint is a hash over the
//! items of a range in their order: nothing additive that an author could grind. Hashing ten thousand
//! items takes a few milliseconds, so no tree is kept.

use super::{
    DIGESTS_MAX, ITEMS_MAX, RANGES_MAX,
    message::{Digest, Mode, Range, digest_of, item_digest},
    prefixes::{Key, Prefixes, after},
    replica::Replica,
};
use crate::scope::{LOG_KEY_LEN, LogId};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// A range with at most this many items is told by their digests.
pub const LIST_MAX: usize = 16;
/// Ranges into which a comparison that begins is split: what 10,000 logs need to be told apart in two rounds.
pub const FIRST_SPLIT: usize = 128;
/// The most ranges into which one that differs is split.
pub const SPLIT_MAX: usize = 64;
/// Bytes of ranges after which a message of them ends: below the bound of a request.
pub const RANGES_BYTES: usize = 96 * 1024;
/// Units of [`Work`] that are done for one request, about a tenth of a second: the rest is answered so that the asker
/// comes back to it. Looking once at each of a peer's prefixes and ranges takes 18,432 of them.
pub const WORK_MAX: usize = 262_144;

/// What a comparison may still cost, and what it has cost. A look for a place in the replica is one unit, and so is
/// each log seen there: about half a microsecond.
#[derive(Debug, Clone, Default)]
pub struct Work {
    left: usize,
    spent: usize,
}

impl Work {
    /// So much and no more.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { left: most, spent: 0 }
    }
    /// What was spent of it.
    #[must_use]
    pub fn spent(&self) -> usize {
        self.spent
    }
    fn spend(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        self.spent = self.spent.saturating_add(1);
        true
    }
}

/// The items of a replica in a range, under prefixes, with what it has declined as it was then; and where the work was
/// used up, if it was: the first key that was not looked at.
pub fn items<R: Replica>(
    replica: &R,
    under: &Prefixes,
    lower: &[u8],
    upper: Option<&[u8]>,
    work: &mut Work,
) -> (Vec<(Key, Digest)>, Option<Vec<u8>>) {
    let (mut found, mut cut) = (Vec::new(), None);
    for prefix in under.reaching(lower) {
        if upper.is_some_and(|upper| prefix.as_slice() >= upper) {
            break;
        }
        let from = lower.max(prefix.as_slice());
        if !work.spend() {
            return (found, Some(from.to_vec()));
        }
        // Not a key further than the prefix: what follows may be long, and hidden from the peer.
        let end = after(prefix);
        let to = match (upper, end.as_deref()) {
            (Some(upper), Some(end)) => Some(upper.min(end)),
            (upper, end) => upper.or(end),
        };
        let first = found.len();
        replica.each(from, to, &mut |log, state| {
            let key = log.key();
            if !work.spend() {
                cut = Some(key.to_vec());
                return false;
            }
            found.push((key, item_digest(&log, state, replica.identity_beside(&log))));
            true
        });
        let to = cut.clone().or_else(|| to.map(<[u8]>::to_vec));
        if let Some(declined) = replica.declined() {
            let mut known: BTreeMap<Key, Digest> = BTreeMap::new();
            for (key, digest) in declined.between(from, to.as_deref()) {
                if !work.spend() {
                    cut = Some(key.to_vec());
                    break;
                }
                known.insert(key, digest);
            }
            if !known.is_empty() {
                let before = |key: &Key| cut.as_deref().is_none_or(|cut| key.as_slice() < cut);
                let held = found.split_off(first).into_iter().filter(|(key, _)| before(key));
                // Of what is held of it, and of what was declined of it, the latter tells what the peer has.
                let all: BTreeMap<Key, Digest> = held.chain(known).collect();
                found.extend(all);
            }
        }
        if cut.is_some() {
            break;
        }
    }
    (found, cut)
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

/// How many ranges parts make, with what is skipped before each and the end.
fn ranges_of(parts: &[Part]) -> usize {
    let mut at: Option<&[u8]> = Some(&[]);
    let each = parts.iter().map(|part| {
        let before = std::mem::replace(&mut at, part.upper.as_deref());
        1_usize.saturating_add(skipped(before, &part.lower))
    });
    each.fold(1, usize::saturating_add)
}

/// One, if something is skipped between where ranges have come and where the next part begins.
fn skipped(at: Option<&[u8]>, lower: &[u8]) -> usize {
    usize::from(at.is_some_and(|at| lower > at))
}

/// Answer what a peer tells of ranges, within so much work. What does not fit, into the work or into a message, is
/// answered so that the peer comes back to it; something is always settled, so that it comes to an end.
pub fn answer<R: Replica>(replica: &R, under: &Prefixes, parts: Vec<Part>, work: &mut Work) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let (mut weight, mut listed, mut told, mut settled) = (0_usize, 0_usize, 0_usize, false);
    // What is still to come takes as many ranges as in the request, at least.
    let mut left = ranges_of(&parts);
    let end = parts.last().and_then(|last| last.upper.clone());
    let mut at: Option<Vec<u8>> = Some(Vec::new());
    for Part { lower, upper, mode } in parts {
        let ranges = 1_usize.saturating_add(skipped(at.as_deref(), &lower));
        left = left.saturating_sub(ranges);
        at.clone_from(&upper);
        let heavy = weight > RANGES_BYTES.saturating_mul(8);
        let fits = told.saturating_add(ranges).saturating_add(left).saturating_add(SPLIT_MAX) < RANGES_MAX;
        let split = !heavy && (fits || !settled);
        let room = if heavy { 0 } else { ITEMS_MAX.saturating_sub(listed) };
        let (own, cut) = items(replica, under, &lower, upper.as_deref(), work);
        let mut answered = match (mode, cut) {
            (_, Some(cut)) if cut <= lower || !split => vec![later(lower, upper)],
            (_, Some(cut)) => {
                let mut seen = tell(&own, lower, Some(cut.clone()), SPLIT_MAX);
                seen.push(later(cut, upper));
                seen
            }
            (Mode::Fingerprint { digest }, None) if digest == fingerprint(&own) => Vec::new(),
            (Mode::Fingerprint { .. }, None) if split => tell(&own, lower, upper, SPLIT_MAX),
            (Mode::List { digests }, None) if room > 0 => answer_list(replica, &own, lower, upper, &digests, room),
            (Mode::Fingerprint { .. } | Mode::List { .. }, None) => vec![whole(&own, lower, upper)],
            (Mode::Skip {} | Mode::Items { .. }, None) => Vec::new(),
        };
        settled = true;
        told = told.saturating_add(answered.len().max(1)).saturating_add(ranges).saturating_sub(1);
        let over = told.saturating_add(left) > RANGES_MAX;
        if over && let Some(last) = answered.last() {
            // The first part took the room of others, which are taken together.
            answered.extend(last.upper.clone().map(|from| later(from, end.clone())));
        }
        for part in answered {
            weight = weight.saturating_add(part.weight());
            if let Mode::Items { items, .. } = &part.mode {
                listed = listed.saturating_add(items.len());
            }
            out.push(part);
        }
        if over {
            break;
        }
    }
    out
}

/// What is left for a later message: a fingerprint, so that the peer comes back to it.
fn whole(own: &[(Key, Digest)], lower: Vec<u8>, upper: Option<Vec<u8>>) -> Part {
    Part { lower, upper, mode: Mode::Fingerprint { digest: fingerprint(own) } }
}

/// What was not looked at: a fingerprint that nothing has, so that the peer comes back to it whatever it holds.
fn later(lower: Vec<u8>, upper: Option<Vec<u8>>) -> Part {
    let nothing = blake3::Hasher::new_derive_key("communaut 2026 sync later");
    Part { lower, upper, mode: Mode::Fingerprint { digest: digest_of(nothing.finalize()) } }
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
        // Nothing is held of what was declined; of what is held, the list may have just that.
        let found = LogId::from_key(key).ok().and_then(|log| replica.item(&log));
        items.extend(found.filter(|item| !known.contains(&item.digest())));
    }
    vec![Part { lower, upper, mode: Mode::Items { items, unknown } }]
}
