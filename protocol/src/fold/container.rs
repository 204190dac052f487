//! The records of a container, kept by what the arrival of each changes. What governs (roles, moderation, votes, keys,
//! erasures) is folded as a whole, since rights depend on all of it; what is said under these rights is folded by
//! itself, and anew only where they have changed.

use super::{
    Record,
    erasure::is_erased,
    roles::{Roles, is_act},
    votes::{Electorates, is_of_a_vote},
};
use crate::{
    Stamp,
    fold::Erasures,
    ids::{EntryId, IdentityId},
    op::{EntryPlace, Op},
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
    /// Entries that erasures name, held or not.
    named: BTreeSet<EntryId>,
    /// What tellers say again, by the entry that does and its own: ballots that they carry, and by what votes stand.
    carried: BTreeMap<(EntryId, EntryId), Arc<Record>>,
    /// The acts of governance, judged.
    roles: Roles,
    /// Who may vote on what, as far as that is known for good.
    electorates: Electorates,
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
    /// Keep a record; `speaks`: its device speaks for its author, or what it wrote was accepted.
    pub fn keep(&mut self, record: Arc<Record>, speaks: bool) -> Arrival {
        let order = record.order();
        if is_act(&record) {
            if let Op::Erase(op) = &record.op {
                self.named.extend(op.targets.iter().map(EntryPlace::said));
            }
            // It may come several times: from its log, and by witnesses.
            if self.stamps.insert(record.id, record.stamp).is_none() {
                self.governing.insert(order, record.clone());
            }
            return if self.roles.take(&record, speaks) { Arrival::Governs } else { Arrival::Held };
        }
        if let Some(witness) = record.witness.filter(|_| matches!(record.op, Op::Ballot(_)) || is_of_a_vote(&record.op))
        {
            // What a teller says again stands beside the one in its log, whatever becomes of that.
            let new = self.carried.insert((witness.place.id, record.id), record).is_none();
            return if new { Arrival::Governs } else { Arrival::Held };
        }
        if self.stamps.insert(record.id, record.stamp).is_some() {
            return Arrival::Held;
        }
        if let Op::Settle(op) = &record.op {
            self.roles.settles(record.author, record.stamp, op);
        }
        if let Op::Founding(op) = &record.op
            && op.container().ok() == Some(record.container)
        {
            self.roles.charter(op);
            self.found(&record);
        }
        if record.op.rule().governs {
            if let Op::Erase(op) = &record.op {
                self.named.extend(op.targets.iter().map(EntryPlace::said));
            }
            self.governing.insert(order, record);
            return Arrival::Governs;
        }
        // Whether an erasure counts depends on what it erases.
        let mut arrival = if self.named.contains(&record.id) { Arrival::Governs } else { Arrival::Said };
        if self.found(&record) {
            arrival = Arrival::Governs;
        }
        self.said.insert(order, record);
        arrival
    }

    /// Whether a record is the first that tells who founded the container.
    fn found(&mut self, record: &Record) -> bool {
        if self.founder.is_some() {
            return false;
        }
        self.founder = super::founder_of([record]);
        self.founder.into_iter().for_each(|founder| self.roles.found(founder));
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
    /// What tellers say again, erased where it came from or not: by a device that speaks for them, or that was
    /// accepted, so that the entry which says it is held.
    pub fn carried(&self) -> impl Iterator<Item = &Record> {
        let held = self.carried.iter().filter(|((by, _), _)| self.stamps.contains_key(by));
        held.map(|(_, record)| record.as_ref())
    }
    /// What is said under the rights that follow, in its order, erased or not.
    pub fn said(&self) -> impl Iterator<Item = &Record> {
        self.said.values().map(Arc::as_ref)
    }
    /// What governs and counts.
    pub fn counting(&self, erasures: &Erasures) -> Vec<&Record> {
        self.governing().filter(|record| !is_erased(erasures, record)).collect()
    }
    /// Judge the acts that came; gives the electorates that are known for good.
    pub fn settle(&mut self) -> Electorates {
        self.roles.settle();
        std::mem::take(&mut self.electorates)
    }
    /// Keep electorates for the next time.
    pub fn keep_electorates(&mut self, electorates: Electorates) {
        self.electorates = electorates;
    }
    /// The acts of governance, judged.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }
}
