//! What is held of a payload once erasures are carried out. SPEC.md §7.5, §5.6.

use crate::{
    entry::{
        Body, HeldEntry,
        leaves::{self, Leaf},
    },
    ids::EntryId,
    op::{EntryPlace, is_erasable, leaf_places},
};

/// An erasure that stands, of some place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingErasure {
    /// The entry that says so.
    pub by: EntryId,
    /// Whether what is held there goes now; a moderator's only hides it at first.
    pub drops: bool,
}

/// An entry as it is to be held: without what is erased. What lacks something else is still to come.
#[must_use]
pub fn settle(entry: HeldEntry, erased: impl Fn(&EntryPlace) -> Option<StandingErasure>) -> HeldEntry {
    let header = entry.header();
    if !header.has_leaves() {
        let place = EntryPlace::of(&header.log, header.seq, entry.id());
        let erasure = erased(&place).filter(|_| is_erasable(header.schema));
        return match (entry.body(), erasure) {
            (Body::Present(_) | Body::Part(_), Some(StandingErasure { by, drops: true })) => entry.erased(by),
            (Body::Erased(_) | Body::Absent, Some(StandingErasure { by, .. })) => entry.erased(by),
            (Body::Erased(_), None) => entry.with_body(Body::Absent),
            (Body::Present(_) | Body::Part(_) | Body::Absent, _) => entry,
        };
    }
    let Some(payload) = entry.body().bytes() else { return entry.with_body(Body::Absent) };
    let erasures: Vec<Option<StandingErasure>> =
        leaf_places(header, entry.id(), payload).into_iter().map(|place| place.as_ref().and_then(&erased)).collect();
    let of = |number: u8| erasures.get(usize::from(number)).copied().flatten();
    let left = leaves::without(payload, |number| of(number).is_some_and(|erased| erased.drops));
    let left = left.unwrap_or_else(|| payload.to_vec());
    let all = Leaf::all(&left).unwrap_or_default();
    let lacks = (0..=u8::MAX).zip(all).any(|(number, leaf)| leaf.held().is_none() && of(number).is_none());
    entry.with_body(if lacks { Body::Part(left) } else { Body::Present(left) })
}
