//! Territories and stubs: of each the latest. In a wide scope, which everyone below it sees, of each person only the
//! latest few. SPEC.md §7.3.

use super::Context;
use crate::{
    Stamp,
    fold::Record,
    geo::{Cell, Position},
    ids::{ElementId, EntryId, IdentityId},
    limits::{WIDE_EXPIRY_MS, WIDE_SHOWN_MAX},
    op::{Stub, StubOp, TerritoryOp},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A published territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct TerritoryView {
    pub id: ElementId,
    pub author: IdentityId,
    pub name: String,
    pub cells: Vec<Cell>,
    pub centre: Position,
    pub stamp: Stamp,
    pub entry: EntryId,
    /// In a wide scope: milliseconds since 1970 UTC, after which it is shown no longer.
    pub expires_ms: Option<u64>,
}

impl TerritoryView {
    /// Whether it is shown at a moment, by the reference clock.
    #[must_use]
    pub fn is_shown(&self, now_ms: u64) -> bool {
        self.expires_ms.is_none_or(|expires_ms| now_ms <= expires_ms)
    }
}

/// An announcement of something that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct StubView {
    pub stub: Stub,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
    pub expires_ms: u64,
}

impl StubView {
    /// Whether it is shown at a moment, by the reference clock.
    #[must_use]
    pub fn is_shown(&self, now_ms: u64) -> bool {
        now_ms <= self.expires_ms
    }

    /// Whether owner and seed of the element prove that this is its owner's own word.
    #[must_use]
    pub fn is_of_owner(&self) -> bool {
        self.stub.origin.as_ref().is_some_and(|origin| origin.owner == self.author)
    }
}

/// A territory or a stub.
#[derive(Debug, Clone)]
pub(super) enum Announced {
    Territory(Arc<TerritoryView>),
    Stub(Arc<StubView>),
}

impl Announced {
    fn order(&self) -> (Stamp, EntryId) {
        match self {
            Self::Territory(view) => (view.stamp, view.entry),
            Self::Stub(view) => (view.stamp, view.entry),
        }
    }
    /// Territories and stubs are apart, whatever their ids.
    fn key(&self) -> (bool, ElementId) {
        match self {
            Self::Territory(view) => (false, view.id),
            Self::Stub(view) => (true, view.stub.id),
        }
    }
}

/// Everything announced, by person.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct AllAnnounced {
    by: BTreeMap<IdentityId, OfPerson>,
}

/// What one person announced, and of that the latest: what is shown.
#[derive(Debug, Clone, Default)]
struct OfPerson {
    all: BTreeMap<(bool, ElementId), Announced>,
    order: BTreeSet<(Stamp, EntryId, (bool, ElementId))>,
}

impl AllAnnounced {
    /// Keep the latest of each; gives what is shown now, if it is this, and what is shown no longer. Nothing that was
    /// beyond the latest few comes back: a later word on it alone would bring it, and that is this then.
    pub(super) fn say(&mut self, by: IdentityId, what: Announced) -> (Option<Announced>, Option<Announced>) {
        let OfPerson { all, order } = self.by.entry(by).or_default();
        let (key, (stamp, entry)) = (what.key(), what.order());
        if let Some((stamp, entry)) = all.get(&key).map(Announced::order) {
            if what.order() <= (stamp, entry) {
                return (None, None);
            }
            order.remove(&(stamp, entry, key));
        }
        order.insert((stamp, entry, key));
        all.insert(key, what.clone());
        let mut beyond = order.iter().rev().skip(WIDE_SHOWN_MAX);
        let gone = beyond.next().and_then(|(_, _, key)| all.get(key)).cloned();
        let shown = gone.as_ref().is_none_or(|gone| (stamp, entry) > gone.order());
        (shown.then_some(what), gone)
    }
}

pub(super) fn fold_territory(op: TerritoryOp, record: &Record, context: &mut Context<'_>) {
    // Where it is written is where it is looked for: a scope that holds all its cells.
    if !op.cells.iter().all(|cell| record.log.scope.cell.contains(*cell)) {
        return;
    }
    let (id, author) = (op.id(record.author), record.author);
    let TerritoryOp { name, cells, centre, .. } = op;
    let (stamp, entry, expires_ms) = (record.stamp, record.id, latest_expiry(record));
    let view = TerritoryView { id, author, name, cells, centre, stamp, entry, expires_ms };
    let held = context.view.territories.get(&id);
    if record.log.scope.is_wide() {
        announce(author, Announced::Territory(Arc::new(view)), context);
    } else if held.is_none_or(|held| (stamp, entry) > (held.stamp, held.entry)) {
        context.view.territories.insert(id, Arc::new(view));
    }
    context.changes.other = true;
}

pub(super) fn fold_stub(op: StubOp, record: &Record, context: &mut Context<'_>) {
    let (author, stamp, entry) = (record.author, record.stamp, record.id);
    let key = (op.stub.id, author);
    let expires_ms = op.expires_ms.min(latest_expiry(record).unwrap_or(u64::MAX));
    let view = StubView { stub: op.stub, author, stamp, entry, expires_ms };
    let held = context.view.stubs.get(&key);
    if record.log.scope.is_wide() {
        announce(author, Announced::Stub(Arc::new(view)), context);
    } else if held.is_none_or(|held| (stamp, entry) > (held.stamp, held.entry)) {
        context.view.stubs.insert(key, Arc::new(view));
    }
    context.changes.other = true;
}

/// In a wide scope nothing is shown for ever.
fn latest_expiry(record: &Record) -> Option<u64> {
    record.log.scope.is_wide().then(|| record.stamp.ms().saturating_add(WIDE_EXPIRY_MS))
}

fn announce(author: IdentityId, what: Announced, context: &mut Context<'_>) {
    let (shown, beyond) = context.said.announced.say(author, what);
    match beyond {
        None => {}
        Some(Announced::Territory(view)) => drop(context.view.territories.remove(&view.id)),
        Some(Announced::Stub(view)) => drop(context.view.stubs.remove(&(view.stub.id, author))),
    }
    match shown {
        None => {}
        Some(Announced::Territory(view)) => drop(context.view.territories.insert(view.id, view)),
        Some(Announced::Stub(view)) => drop(context.view.stubs.insert((view.stub.id, author), view)),
    }
}
