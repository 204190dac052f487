//! What tests of reducers draw random worlds with.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of a small world")]

use super::Record;
use crate::{
    Stamp,
    geo::Cell,
    ids::{DeviceId, ElementId, EntryId, Hash, IdentityId, KeyId},
    op::{EntryPlace, Op},
    private::{Class, SealedBy},
    scope::{LogId, Scope},
};
use std::collections::BTreeSet;

/// A fixed sequence of numbers (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap_or_default()
    }
    /// Some of a list, ascending.
    pub fn some<T: Copy + Ord>(&mut self, of: &[T], most: usize) -> Vec<T> {
        let count = self.below(most + 1);
        let some: BTreeSet<T> = (0..count).filter_map(|_| of.get(self.below(of.len())).copied()).collect();
        some.into_iter().collect()
    }
}

/// A record of a closed community that nobody signed.
pub fn record(number: usize, by: u8, op: Op) -> Record {
    let scope = Scope { cell: Cell::CLOSED, container: ElementId([1; 32]) };
    let log = LogId { scope, author: IdentityId([by; 32]).into(), device: DeviceId([by; 32]), epoch: 1 };
    let id = EntryId(crate::entry::hash(&number.to_be_bytes()).0);
    let key = if let Op::KeyEpoch(op) = &op { op.key } else { KeyId::default() };
    Record {
        id,
        log,
        container: ElementId([1; 32]),
        sealed: Some(SealedBy { class: Class::Roster, key }),
        place: EntryPlace::of(&log, number as u64, id),
        seq: number as u64,
        stamp: Stamp::from_ms(1),
        payload_hash: Hash([0; 32]),
        accepted: false,
        restated: false,
        run: None,
        witness: None,
        author: IdentityId([by; 32]),
        under: None,
        op,
    }
}
