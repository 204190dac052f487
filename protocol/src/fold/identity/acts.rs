//! What was said of an identity: acts, each after the one that it names, and decisions. SPEC.md §7.1.
//!
//! No stamp decides. An act is judged by the devices that speak where it stands, that is by the acts from the inception
//! to the one that it follows. Recoveries go first, one after the other; where several compete the deciding key says
//! which counts, and until it does none of them. After the last that counts, of competing branches one whose device
//! another takes out goes, unless both do; and otherwise the log stands still there.
//!
//! Everything is kept between arrivals, and shared between copies: who keeps adding to an identity costs each time what
//! they add.

use super::{
    settled::Settled,
    state::{Act, State},
    tree::{Name, SaidAct, Tree},
};
use crate::{
    entry::hash,
    ids::{DeviceId, EntryId, Hash, RecoveryKey},
    op::{Inception, RecoveryOp},
};
use imbl::{OrdMap, OrdSet, ordmap::DiffItem};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// What an act does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityChange {
    /// It begins the identity.
    Inception,
    /// A device comes in.
    In,
    /// Devices go out.
    Out,
    /// Whoever holds the recovery key brings a device in, and all others out.
    Recovery,
}

/// An act that may be done where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActView {
    /// The entry.
    pub entry: EntryId,
    /// The device that signed it.
    pub by: DeviceId,
    /// What it does.
    pub what: IdentityChange,
    /// Devices that come in or go out by it.
    pub devices: Vec<DeviceId>,
    /// The act that it follows; none: the inception, or this is it.
    pub previous: Option<EntryId>,
    /// Whether it counts.
    pub counts: bool,
}

/// All acts said, and what they add up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Acts {
    inception: Option<(EntryId, Arc<Inception>)>,
    acts: OrdMap<EntryId, Arc<SaidAct>>,
    /// Acts by the entry that they name as the one before.
    naming: OrdSet<(Option<EntryId>, EntryId)>,
    /// The entries that say a recovery, by what it goes by.
    said_in: OrdSet<(EntryId, EntryId)>,
    /// Entries in which a key has decided: its hash, and for which recovery. Of the keys one counts.
    decisions: OrdMap<EntryId, (Hash, EntryId)>,
    /// The same by recovery.
    decided: OrdSet<(EntryId, Hash)>,
    tree: Tree,
    settled: Settled,
}

/// All that are paired with an id.
fn paired(all: &OrdSet<(EntryId, EntryId)>, with: EntryId) -> impl Iterator<Item = EntryId> + '_ {
    all.range((with, EntryId::ZERO)..=(with, EntryId([0xff; 32]))).map(|(_, id)| *id)
}

impl Acts {
    /// The same payload can stand in two entries: the one with the smaller id is the inception.
    pub fn incept(&mut self, id: EntryId, op: &Arc<Inception>) {
        if self.inception.is_none() {
            self.tree.begin(State::after_inception(op));
        }
        let first = self.inception.is_none();
        if self.inception.as_ref().is_none_or(|(held, _)| id < *held) {
            self.inception = Some((id, op.clone()));
        }
        if first {
            self.grow(self.named(None, None));
        }
    }

    pub fn inception(&self) -> Option<EntryId> {
        self.inception.as_ref().map(|(id, _)| *id)
    }

    /// BLAKE3 of the key that decides between recoveries.
    pub fn deciding(&self) -> Option<Hash> {
        self.inception.as_ref().and_then(|(_, op)| op.deciding)
    }

    /// Whether an act is held, the inception among them.
    pub fn has(&self, id: EntryId) -> bool {
        self.acts.contains_key(&id) || self.decisions.contains_key(&id) || self.inception() == Some(id)
    }

    pub fn add(&mut self, id: EntryId, by: DeviceId, act: Act) {
        self.say(id, &Arc::new(SaidAct { by, act, name: id }));
    }

    /// A recovery whose proof is good. What its key has signed counts once, in whichever entries the device says it:
    /// otherwise whoever has that device could say it twice, and the two would compete.
    pub fn recover(&mut self, id: EntryId, by: DeviceId, op: RecoveryOp, signed: &[u8]) {
        let name = EntryId(hash(&[&op.key.0, signed].concat()).0);
        self.say(id, &Arc::new(SaidAct { by, act: Act::Recovery(Box::new(op)), name }));
    }

    fn say(&mut self, id: EntryId, said: &Arc<SaidAct>) {
        if self.acts.contains_key(&id) {
            return;
        }
        let previous = said.act.previous();
        self.acts.insert(id, said.clone());
        self.naming.insert((previous, id));
        if said.act.recovers() {
            self.said_in.insert((said.name, id));
        }
        if self.tree.node(said.name).is_some() {
            // One more entry of a recovery that stands: what names that one follows it too.
            self.tree.turn(said.name);
            self.look_for_decisions(id, said.name);
            self.grow(self.named(Some(id), Some(said.name)));
        } else if let Some(at) = self.standing(previous) {
            self.grow(vec![(at, id)]);
        }
    }

    /// A key has decided for a recovery.
    pub fn decide(&mut self, id: EntryId, key: RecoveryKey, recovery: EntryId) {
        self.decided_by(id, (hash(&key.0), recovery));
    }

    fn decided_by(&mut self, id: EntryId, (key, recovery): (Hash, EntryId)) {
        self.decisions.insert(id, (key, recovery));
        self.decided.insert((recovery, key));
        if let Some(name) = self.acts.get(&recovery).map(|said| said.name) {
            self.look_for_decisions(recovery, name);
        }
    }

    /// Whether the deciding key has decided for an entry of a recovery.
    fn look_for_decisions(&mut self, entry: EntryId, name: EntryId) {
        if self.deciding().is_some_and(|key| self.decided.contains(&(entry, key))) {
            self.tree.decide(name);
        }
    }

    /// What an entry goes by that acts may follow; none if it does not stand. The inception's own id is no such name.
    fn standing(&self, entry: Option<EntryId>) -> Option<Name> {
        let Some(entry) = entry else { return self.inception.as_ref().map(|_| None) };
        let name = self.acts.get(&entry)?.name;
        self.tree.node(name).map(|_| Some(name))
    }

    /// The acts that name an entry as the one before, each with what that goes by.
    fn named(&self, entry: Option<EntryId>, name: Name) -> Vec<(Name, EntryId)> {
        let all = self.naming.range((entry, EntryId::ZERO)..=(entry, EntryId([0xff; 32])));
        all.map(|(_, act)| (name, *act)).collect()
    }

    /// Acts follow what stands now, and others them.
    fn grow(&mut self, mut open: Vec<(Name, EntryId)>) {
        while let Some((at, id)) = open.pop() {
            let Some(said) = self.acts.get(&id).cloned() else { continue };
            if self.tree.node(said.name).is_some() || !self.tree.stand(at, &said) {
                continue;
            }
            for entry in self.entries_of(said.name) {
                self.look_for_decisions(entry, said.name);
                open.extend(self.named(Some(entry), Some(said.name)));
            }
        }
    }

    /// Of two versions of what others say, what the later one has more is said here too. False if it has less: then
    /// nothing is certain.
    pub fn join(&mut self, before: &Self, now: &Self) -> bool {
        let mut more = before.inception.is_none() || now.inception.is_some();
        if let Some((id, op)) = &now.inception {
            self.incept(*id, op);
        }
        for item in before.acts.diff(&now.acts) {
            match item {
                DiffItem::Add(id, said) => self.say(*id, said),
                DiffItem::Update { .. } | DiffItem::Remove(..) => more = false,
            }
        }
        for item in before.decisions.diff(&now.decisions) {
            match item {
                DiffItem::Add(id, decision) => self.decided_by(*id, *decision),
                DiffItem::Update { .. } | DiffItem::Remove(..) => more = false,
            }
        }
        more
    }

    /// The entries in which the deciding key has decided, and for which recovery.
    pub fn decisions(&self) -> impl Iterator<Item = (EntryId, EntryId)> + '_ {
        let key = self.deciding();
        let by_it = self.decisions.iter().filter(move |(_, (by, _))| key == Some(*by));
        by_it.map(|(id, (_, recovery))| (*id, *recovery))
    }

    /// The entries that say what goes by a name.
    fn entries_of(&self, name: EntryId) -> Vec<EntryId> {
        let several: Vec<EntryId> = paired(&self.said_in, name).collect();
        if several.is_empty() { vec![name] } else { several }
    }

    /// The entry by which an act is known.
    fn known_as(&self, name: EntryId) -> EntryId {
        paired(&self.said_in, name).next().unwrap_or(name)
    }

    /// What they add up to: the same in any order.
    pub fn settle(&mut self) {
        self.settled.settle(&mut self.tree);
    }
    pub fn settled(&self) -> &Settled {
        &self.settled
    }
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The last act that counts.
    pub fn head(&self) -> Option<EntryId> {
        self.settled.head.map(|name| self.known_as(name))
    }

    /// Recoveries that compete, and of which none counts.
    pub fn contested(&self) -> Vec<EntryId> {
        let mut contested: Vec<EntryId> = self.settled.contested.iter().map(|name| self.known_as(*name)).collect();
        contested.sort_unstable();
        contested
    }

    /// The devices that speak after an act, if it may be done where it stands.
    pub fn speakers_after(&self, act: EntryId) -> Option<BTreeSet<DeviceId>> {
        let at = if self.inception() == Some(act) { None } else { self.standing(Some(act))? };
        self.tree.state(at).map(|state| state.devices.keys().copied().collect())
    }

    /// Every act that may be done where it stands, each after what it follows.
    pub fn history(&self) -> Vec<ActView> {
        let Some((id, inception)) = &self.inception else { return Vec::new() };
        let first = ActView {
            entry: *id,
            by: inception.device,
            what: IdentityChange::Inception,
            devices: vec![inception.device],
            previous: None,
            counts: true,
        };
        let mut history = vec![first];
        let mut open: Vec<(Name, EntryId)> = self.named(None, None);
        let mut told: BTreeSet<EntryId> = BTreeSet::new();
        while let Some((at, entry)) = open.pop() {
            let Some(said) = self.acts.get(&entry) else { continue };
            let (name, entry) = (said.name, self.known_as(said.name));
            if self.tree.node(name).is_none_or(|node| node.previous != at) || !told.insert(name) {
                continue;
            }
            let (what, devices) = match &said.act {
                Act::In(op) => (IdentityChange::In, vec![op.device]),
                Act::Out(op) => (IdentityChange::Out, op.devices.clone()),
                Act::Recovery(op) => (IdentityChange::Recovery, vec![op.terms.device]),
            };
            let counts = self.settled.counting.contains(&name);
            let previous = at.map(|name| self.known_as(name));
            history.push(ActView { entry, by: said.by, what, devices, previous, counts });
            open.extend(self.entries_of(name).into_iter().flat_map(|entry| self.named(Some(entry), Some(name))));
        }
        history
    }
}
