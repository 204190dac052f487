//! The records of a container, kept by what the arrival of each changes. What governs (roles, moderation, votes, keys,
//! erasures) folds anew only what it can change; what is said under these rights is folded by itself, and anew only
//! where they have changed.

use super::{
    Record,
    erasure::{fold_erasures, is_erased, put},
    keys::{Keys, KeysView},
    roles::{News, Roles, is_act},
    votes::{Votes, is_of_a_vote},
};
use crate::{
    Stamp,
    fold::Erasures,
    ids::{DeviceId, EntryId, IdentityId},
    op::{EntryPlace, Op, Role},
};
use imbl::ordmap::DiffItem;
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
    /// Erasures and what voids them, of those that govern.
    erasing: BTreeMap<Order, Arc<Record>>,
    /// Entries that erasures name, held or not, with these.
    named: BTreeMap<EntryId, Vec<Arc<Record>>>,
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
    /// What erasures name: whether they count is seen now.
    named: BTreeSet<EntryId>,
    /// What people erased of their own.
    erased: Vec<Arc<Record>>,
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
        if is_act(&record) {
            // It may come several times: from its log, and by witnesses.
            if self.stamps.insert(record.id, record.stamp).is_none() {
                self.govern(&record);
            }
            let acts = self.roles.take(&record, speaks);
            self.touched.acts |= acts;
            return if acts { Arrival::Governs } else { Arrival::Held };
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
            Op::Erase(_) => self.touched.erased.push(record.clone()),
            _ => touches = self.votes.take(&record),
        }
        // Whether an erasure counts depends on what it erases.
        let named = self.named.contains_key(&record.id);
        self.touched.named.extend(named.then_some(record.id));
        if record.op.rule().governs {
            self.govern(&record);
            return Arrival::Governs;
        }
        let founds = self.found(&record);
        self.said.insert(record.order(), record);
        if named || founds || touches { Arrival::Governs } else { Arrival::Said }
    }

    fn govern(&mut self, record: &Arc<Record>) {
        if let Op::Erase(op) = &record.op {
            // A leaf by itself, and what it is a part of.
            let ids: BTreeSet<EntryId> = op.targets.iter().flat_map(|target| [target.said(), target.id]).collect();
            ids.into_iter().for_each(|id| self.named.entry(id).or_default().push(record.clone()));
        }
        if matches!(record.op, Op::Erase(_) | Op::Void(_)) {
            self.erasing.insert(record.order(), record.clone());
        }
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

    /// The erasures that count, if something touches them.
    pub fn erasures(&self, before: &Erasures, touched: &Touched) -> Option<Erasures> {
        if touched.acts && !self.erasing.is_empty() {
            let all: Vec<&Record> = self.erasing.values().map(Arc::as_ref).collect();
            return Some(fold_erasures(&self.roles, &all, |id| self.get(id)));
        }
        if touched.erased.is_empty() && touched.named.is_empty() {
            return None;
        }
        // What somebody erases of their own hangs on nothing else.
        let new: Vec<&Record> = touched.erased.iter().map(Arc::as_ref).collect();
        let mut erasures = before.clone();
        for erasure in fold_erasures(&self.roles, &new, |id| self.get(id)).values() {
            put(&mut erasures, erasure.clone());
        }
        touched.named.iter().for_each(|id| self.erase_again(*id, &mut erasures));
        Some(erasures)
    }

    /// Something has come that erasures name: what they do to it and to its parts, and to nothing else.
    fn erase_again(&self, id: EntryId, erasures: &mut Erasures) {
        let naming: Vec<&Record> = self.named.get(&id).into_iter().flatten().map(Arc::as_ref).collect();
        let own = |record: &&Record| matches!(&record.op, Op::Erase(op) if op.refs.is_none());
        let mut all = naming.clone();
        if !naming.iter().all(own) {
            all.extend(self.erasing.values().map(Arc::as_ref).filter(|record| matches!(record.op, Op::Void(_))));
        }
        let of_it = |target: &EntryPlace| target.said() == id || target.id == id;
        for record in naming {
            let Op::Erase(op) = &record.op else { continue };
            op.targets.iter().filter(|target| of_it(target)).for_each(|target| drop(erasures.remove(target)));
        }
        let found = fold_erasures(&self.roles, &all, |id| self.get(id));
        found.values().filter(|erasure| of_it(&erasure.target)).for_each(|erasure| put(erasures, erasure.clone()));
    }

    /// Other erasures count than before: tell the votes what is erased of them, or no longer; gives whether there is
    /// such of what is said.
    pub fn erased(&mut self, before: &Erasures, after: &Erasures) -> bool {
        let mut said = false;
        for item in before.diff(after) {
            let (DiffItem::Add(target, _) | DiffItem::Remove(target, _) | DiffItem::Update { old: (target, _), .. }) =
                item;
            // By itself, or as a part: of a proposal its reasons.
            let ids = [target.said(), target.id];
            let orders = ids.into_iter().filter_map(|id| Some((*self.stamps.get(&id)?, id)));
            for order in orders.collect::<Vec<_>>() {
                match self.governing.get(&order) {
                    Some(record) => self.votes.erased(record),
                    None => said |= self.said.get(&order).is_some_and(|record| differs(before, after, record)),
                }
            }
        }
        said
    }
}

/// Whether a record is erased in one and not in the other.
fn differs(before: &Erasures, after: &Erasures, record: &Record) -> bool {
    is_erased(before, record) != is_erased(after, record)
}
