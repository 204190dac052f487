//! Vouching: of each two people the latest word, and of each author the latest few. SPEC.md §7.8.

use super::{Context, ScopeView};
use crate::{
    Stamp,
    fold::Record,
    ids::{EntryId, IdentityId},
    limits::VOUCHES_MAX,
    op::VouchOp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody's word for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with stamp and entry")]
pub struct VouchView {
    pub withdrawn: bool,
    pub stamp: Stamp,
    pub entry: EntryId,
}

/// Of each author, for whom they have said something, the earliest word first.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct VouchesSaid {
    by: BTreeMap<IdentityId, BTreeSet<(Stamp, EntryId, IdentityId)>>,
}

pub(super) fn fold(op: &VouchOp, record: &Record, context: &mut Context<'_>) {
    let (by, person) = (record.author, op.person);
    if by == person {
        return;
    }
    let (stamp, entry) = record.order();
    let own = context.said.vouches.by.entry(by).or_default();
    if let Some(held) = context.view.vouches.get(&(person, by)) {
        if record.order() <= (held.stamp, held.entry) {
            return;
        }
        own.remove(&(held.stamp, held.entry, person));
    }
    own.insert((stamp, entry, person));
    context.view.vouches.insert((person, by), VouchView { withdrawn: op.withdrawn, stamp, entry });
    // As with labels: what is not among the latest never comes to be.
    if own.len() > VOUCHES_MAX
        && let Some((_, _, gone)) = own.pop_first()
    {
        context.view.vouches.remove(&(gone, by));
    }
    context.changes.other = true;
}

impl ScopeView {
    /// Who vouches for a person here, ascending.
    pub fn vouches_for(&self, person: IdentityId) -> impl Iterator<Item = (IdentityId, &VouchView)> {
        let all = self.vouches.range((person, IdentityId::ZERO)..);
        let of = all.take_while(move |((whom, _), _)| *whom == person);
        of.filter(|(_, held)| !held.withdrawn).map(|((_, by), held)| (*by, held))
    }
}
