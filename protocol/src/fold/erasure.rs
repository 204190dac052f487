//! What was erased from a scope, by whom. SPEC.md §7.5.

use super::{Record, roles::Roles};
use crate::{
    Stamp,
    ids::{EntryId, IdentityId},
    op::{EntryPlace, Leafage, Op, is_erasable, is_erasable_at},
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// An erasure that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureView {
    /// Which entry.
    pub target: EntryPlace,
    /// The entry that erases it.
    pub erasure: EntryId,
    /// Who erased it.
    pub by: IdentityId,
    /// Whether its own author did; otherwise a moderator.
    pub own: bool,
    /// A few words; may be empty.
    pub reason: String,
    /// When, as its author says.
    pub stamp: Stamp,
    /// The entry that takes it back.
    pub voided: Option<EntryId>,
}

/// By target: its whole place, so that nobody erases another's entry by naming its id as one of their own.
pub type Erasures = OrdMap<EntryPlace, Arc<ErasureView>>;

/// The erasures that count among records, given in any order, whose acts `roles` has. `held` gives any record of the
/// scope by its id, as far as it is still held.
pub(super) fn fold_erasures<'a>(
    roles: &Roles,
    records: &[&Record],
    held: impl Fn(EntryId) -> Option<&'a Record>,
) -> Erasures {
    if !records.iter().any(|record| matches!(record.op, Op::Erase(_))) {
        return Erasures::new();
    }
    // By the erasure. Who is less cannot take it back; equals can.
    let mut voids: BTreeMap<EntryId, EntryId> = BTreeMap::new();
    for record in records {
        let Op::Void(op) = &record.op else { continue };
        if roles.level_of(record.id).zip(roles.level_of(op.erasure)).is_some_and(|(by, erased)| by <= erased) {
            let held = voids.entry(op.erasure).or_insert(record.id);
            *held = record.id.min(*held);
        }
    }
    let mut erasures = Erasures::new();
    for record in records {
        let Op::Erase(op) = &record.op else { continue };
        let own = op.refs.is_none();
        if !own && roles.level_of(record.id).is_none() {
            continue;
        }
        for target in op.targets.iter().filter(|target| !own || target.author == record.log.author) {
            // Of what may be erased by whom the record itself tells.
            if !may_erase(&held, target) {
                continue;
            }
            let voided = if own { None } else { voids.get(&record.id).copied() };
            let view = ErasureView {
                target: *target,
                erasure: record.id,
                by: record.author,
                own,
                reason: op.reason.clone(),
                stamp: record.stamp,
                voided,
            };
            put(&mut erasures, Arc::new(view));
        }
    }
    erasures
}

/// Of several erasures of one entry the one that stands is shown; its author's before a moderator's.
pub(super) fn put(erasures: &mut Erasures, view: Arc<ErasureView>) {
    let rank = |view: &ErasureView| (view.voided.is_some(), !view.own, view.erasure);
    if erasures.get(&view.target).is_none_or(|held| rank(&view) < rank(held)) {
        erasures.insert(view.target, view);
    }
}

/// Whether something can be erased, as far as it is held.
fn may_erase<'a>(held: impl Fn(EntryId) -> Option<&'a Record>, target: &EntryPlace) -> bool {
    let Some(record) = held(target.said()) else {
        // A leaf of what is one thing: of a proposal its reasons.
        let whole = target.leaf.and_then(|_| held(target.id));
        return whole.is_none_or(|whole| {
            let parts = whole.sealed.is_none() && is_erasable_at(whole.op.schema(), target.leaf);
            whole.op.rule().leaves == Leafage::Parts && parts && whole.place().leaf_of(target.leaf) == *target
        });
    };
    let fits = match &record.op {
        // Without the card nobody knows who founded the container.
        Op::Element(op) => record.container.is_zero() || op.id() != record.container,
        op => is_erasable(op.schema()),
    };
    fits && record.place() == *target
}

/// Whether a record is erased, and that not voided. In an open cell anything of one's own may be named, also before it
/// has come: of what cannot be erased that means nothing.
pub(super) fn is_erased(erasures: &Erasures, record: &Record) -> bool {
    let stands = |erasure: &Arc<ErasureView>| erasure.voided.is_none();
    !erasures.is_empty() && is_erasable(record.op.schema()) && erasures.get(&record.place()).is_some_and(stands)
}
