//! The records of a container, kept by what the arrival of each changes. What governs (roles, moderation, votes, keys,
//! erasures) folds anew only what it can change; what is said under these rights is folded by itself, and anew only
//! where they have changed.

use super::{
    Record,
    erasing::{Erasing, Otherwise},
    erasure::hides,
    keys::{Keys, KeysView},
    roles::{News, Roles, is_act},
    votes::{Votes, is_of_a_vote},
};
use crate::{
    Stamp,
    fold::Erasures,
    ids::{DeviceId, EntryId, IdentityId},
    op::{Op, Role},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A record's place in the order of reducers.
pub(super) type Order = (Stamp, EntryId);

/// The records of a container.
#[derive(Debug, Clone, Default)]
pub(super) struct Container {
    /// Who made it; unknown until its card has come.
    founder: Option<IdentityId>,
    governing: BTreeMap<Order, Arc<Record>>,
    said: BTreeMap<Order, Arc<Record>>,
    /// Of all of them, to find one by its id.
    stamps: BTreeMap<EntryId, Stamp>,
    /// What erases, and what is to be looked at of it.
    erasing: Erasing,
    /// The acts of governance, judged.
    roles: Roles,
    /// The votes, counted.
    votes: Votes,
    /// The key epochs of a closed community.
    keys: Keys,
    touched: Touched,
}

/// What governs that came since it was folded last.
#[derive(Debug, Clone, Default)]
pub(super) struct Touched {
    /// Acts of governance, who founded the container, what keepers say: whether other acts count than before.
    pub acts: bool,
    /// What is otherwise for it.
    pub news: News,
    /// What keepers say.
    pub points: bool,
    /// Keys, or boxes.
    pub keys: bool,
}

/// What the arrival of a record changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Nothing: it was held.
    Held,
    /// What it says itself.
    Said,
    /// Perhaps what counts of others.
    Governs,
}

impl Container {
    /// Keep a record; `speaks`: its device speaks for its author, or what it wrote was accepted; `erasures`: those that
    /// count by now.
    pub fn keep(&mut self, record: Arc<Record>, speaks: bool, erasures: &Erasures) -> Arrival {
        if is_act(&record) {
            // It may come several times: from its log, and by witnesses.
            let mut named = false;
            if self.stamps.insert(record.id, record.stamp).is_none() {
                named = self.erasing.hear(&record, erasures);
                self.govern(&record);
            }
            let acts = self.roles.take(&record, speaks);
            self.touched.acts |= acts;
            return if acts || named { Arrival::Governs } else { Arrival::Held };
        }
        if record.witness.is_some() && (matches!(record.op, Op::Ballot(_)) || is_of_a_vote(&record.op)) {
            // What a teller carries or says again stands beside the one in its log, whatever becomes of that.
            return if self.votes.take(&record) { Arrival::Governs } else { Arrival::Held };
        }
        if self.stamps.insert(record.id, record.stamp).is_some() {
            return Arrival::Held;
        }
        let mut touches = false;
        match &record.op {
            Op::Settle(op) => {
                self.roles.settles(record.author, record.stamp, op);
                self.touched.points = true;
            }
            Op::Founding(op) if op.container().ok() == Some(record.container) => {
                self.roles.charter(op);
                self.found(&record);
                self.touched.points = true;
            }
            Op::KeyEpoch(_) | Op::Seed(_) => self.touched.keys |= self.keys.take(&record),
            _ => touches = self.votes.take(&record),
        }
        // Whether an erasure counts depends on what it erases.
        let named = self.erasing.hear(&record, erasures);
        if record.op.rule().governs {
            self.govern(&record);
            return Arrival::Governs;
        }
        let founds = self.found(&record);
        self.said.insert(record.order(), record);
        if named || founds || touches { Arrival::Governs } else { Arrival::Said }
    }

    fn govern(&mut self, record: &Arc<Record>) {
        self.erasing.take(record);
        self.governing.insert(record.order(), record.clone());
    }

    /// Whether a record is the first that tells who founded the container.
    fn found(&mut self, record: &Record) -> bool {
        if self.founder.is_some() {
            return false;
        }
        self.founder = super::founder_of([record]);
        self.founder.into_iter().for_each(|founder| self.roles.found(founder));
        self.touched.acts |= self.founder.is_some();
        self.founder.is_some()
    }

    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        self.stamps.is_empty()
    }
    /// A record by its id.
    pub fn get(&self, id: EntryId) -> Option<&Record> {
        let order = (*self.stamps.get(&id)?, id);
        self.governing.get(&order).or_else(|| self.said.get(&order)).map(Arc::as_ref)
    }
    /// What governs, in its order, erased or not.
    pub fn governing(&self) -> impl Iterator<Item = &Record> + Clone {
        self.governing.values().map(Arc::as_ref)
    }
    /// What is said under the rights that follow, in its order, erased or not.
    pub fn said(&self) -> impl Iterator<Item = &Record> {
        self.said.values().map(Arc::as_ref)
    }
    /// Judge the acts that came; gives what is to be folded.
    pub fn judge(&mut self) -> Touched {
        let mut touched = std::mem::take(&mut self.touched);
        if touched.acts || touched.points {
            touched.news = self.roles.settle();
            touched.acts = touched.news.any;
        }
        touched
    }
    /// The acts of governance, judged.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }
    /// The votes, counted.
    pub const fn votes(&self) -> &Votes {
        &self.votes
    }
    /// The keys of a closed community are to be folded anew.
    pub fn touch_keys(&mut self) {
        self.touched.keys = true;
    }
    /// The keys of a closed community; `acts`: other acts count than before.
    pub fn keys(&mut self, acts: bool, roles: &BTreeMap<IdentityId, Role>, outs: &BTreeSet<DeviceId>) -> KeysView {
        self.keys.fold(&self.roles, acts, roles, outs)
    }
    /// Count the votes of which something came, or all that acts can change, if others count than before; gives whether
    /// anything is otherwise.
    pub fn count(&mut self, erasures: &Erasures, acts: bool) -> bool {
        self.votes.count(&self.roles, erasures, acts)
    }

    /// Bring the erasures that count to what came; gives what is erased otherwise than before.
    pub fn erase(&mut self, erasures: &mut Erasures, touched: &Touched) -> Vec<Otherwise> {
        let mut erasing = std::mem::take(&mut self.erasing);
        let changed = erasing.fold(erasures, &self.roles, touched.news.judged.clone(), |id| self.get(id));
        self.erasing = erasing;
        changed
    }

    /// Tell the votes what is erased of them, or no longer; gives whether there is such of what is said.
    pub fn erased(&mut self, changed: &[Otherwise]) -> bool {
        let mut said = false;
        for Otherwise { place, before, now } in changed {
            // Of a proposal its reasons, also where only tellers say it again.
            self.votes.erased(place.id);
            let id = place.said();
            let Some(order) = self.stamps.get(&id).map(|stamp| (*stamp, id)) else { continue };
            if let Some(Op::Ballot(op)) = self.governing.get(&order).map(|record| &record.op) {
                self.votes.erased(op.proposal);
            }
            let record = self.said.get(&order).filter(|record| record.place() == *place);
            said |= record.is_some_and(|record| hides(before.as_ref(), record) != hides(now.as_ref(), record));
        }
        said
    }
}
