//! The acts of an identity log: a chain, or where somebody competes a tree. SPEC.md §7.1.
//!
//! No stamp decides. An act is judged by the devices that speak where it stands, that is by the acts from the inception
//! to the one that it follows. Recoveries go first, one after the other; where several compete the deciding key says
//! which counts, and until it does none of them. After the last that counts, of competing branches one whose device
//! another takes out goes, unless both do; and otherwise the log stands still there.

use super::DeviceView;
use crate::{
    Stamp,
    entry::hash,
    ids::{DeviceId, EntryId, Hash, RecoveryKey, SealingKey},
    limits::DEVICES_MAX,
    op::{DeviceOp, Inception, OutOp, RecoveryOp},
};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Something said, and when.
#[derive(Debug, Clone)]
pub(super) struct Said<T> {
    pub order: (Stamp, EntryId),
    pub what: T,
}

/// What changes who speaks.
#[derive(Debug, Clone)]
pub(super) enum Act {
    In(DeviceOp),
    Out(OutOp),
    Recovery(Box<RecoveryOp>),
}

impl Act {
    fn previous(&self) -> Option<EntryId> {
        match self {
            Self::In(op) => op.previous,
            Self::Out(op) => op.previous,
            Self::Recovery(op) => op.terms.previous,
        }
    }
}

/// Who speaks after an act.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub devices: OrdMap<DeviceId, DeviceView>,
    pub out: OrdMap<DeviceId, DeviceView>,
    pub accepted: OrdSet<Hash>,
    pub recovery: Hash,
    pub recovery_sealing: SealingKey,
    pub number: u32,
}

impl State {
    fn after_inception(op: &Inception) -> Self {
        let device = DeviceView { sealing_key: op.sealing_key, label: String::new() };
        Self {
            devices: OrdMap::unit(op.device, device),
            recovery: op.recovery,
            recovery_sealing: op.recovery_sealing,
            ..Self::default()
        }
    }

    /// Who speaks after an act that a device signed here; none if it may not.
    fn then(&self, by: DeviceId, act: &Act) -> Option<Self> {
        let mut next = self.clone();
        match act {
            Act::In(op) => {
                let fresh = !self.devices.contains_key(&op.device) && !self.out.contains_key(&op.device);
                if !self.devices.contains_key(&by) || !fresh || self.devices.len() >= DEVICES_MAX {
                    return None;
                }
                let view = DeviceView { sealing_key: op.sealing_key, label: op.label.clone() };
                next.devices.insert(op.device, view);
            }
            Act::Out(op) => {
                let known = |device| self.devices.contains_key(device) || self.out.contains_key(device);
                if !self.devices.contains_key(&by) || !op.devices.iter().all(known) {
                    return None;
                }
                op.devices.iter().for_each(|device| next.take_out(*device));
                next.accepted.extend(op.accepted.iter().copied());
            }
            Act::Recovery(op) => {
                let terms = &op.terms;
                let fits = hash(&op.key.0) == self.recovery && Some(terms.number) == self.number.checked_add(1);
                let stay = terms.keep.iter().all(|device| self.devices.contains_key(device));
                if !fits || !stay || self.out.contains_key(&terms.device) || terms.keep.len() >= DEVICES_MAX {
                    return None;
                }
                let gone = self.devices.keys().filter(|held| terms.keep.binary_search(held).is_err());
                gone.for_each(|device| next.take_out(*device));
                next.out.remove(&terms.device);
                let view = DeviceView { sealing_key: terms.sealing_key, label: terms.label.clone() };
                next.devices.insert(terms.device, view);
                next.accepted.extend(terms.accepted.iter().copied());
                (next.recovery, next.recovery_sealing, next.number) = (terms.next, terms.next_sealing, terms.number);
            }
        }
        Some(next)
    }

    fn take_out(&mut self, device: DeviceId) {
        if let Some(view) = self.devices.remove(&device) {
            self.out.insert(device, view);
        }
    }
}

/// What the acts add up to.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub state: State,
    /// The last act that counts.
    pub head: Option<EntryId>,
    /// Those after it that compete.
    pub competing: Vec<EntryId>,
    /// Recoveries of which the next one is to be, and of which none counts.
    pub contested: Vec<EntryId>,
    /// Devices that an act brings in which may be done where it stands, whether it counts or not.
    pub brought_in: OrdSet<DeviceId>,
}

/// An act that may be done where it stands.
struct Node {
    by: DeviceId,
    previous: Option<EntryId>,
    state: State,
    /// The last recovery before it.
    since: Option<EntryId>,
    recovers: bool,
    /// The devices that it and what follows it take out, up to the next recovery.
    takes_out: BTreeSet<DeviceId>,
}

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

/// All acts said.
#[derive(Debug, Clone, Default)]
pub(super) struct Acts {
    inception: Option<(EntryId, Inception)>,
    acts: BTreeMap<EntryId, (DeviceId, Act)>,
    children: BTreeMap<Option<EntryId>, BTreeSet<EntryId>>,
    /// What each recovery says, and the entries that say it.
    terms: BTreeMap<EntryId, Hash>,
    said_in: BTreeMap<Hash, BTreeSet<EntryId>>,
    /// Entries in which a key has decided: its hash, and for which recovery. Of the keys one counts.
    decisions: BTreeMap<EntryId, (Hash, EntryId)>,
}

impl Acts {
    /// The same payload can stand in two entries: the one with the smaller id is the inception.
    pub fn incept(&mut self, id: EntryId, op: Inception) {
        if self.inception.as_ref().is_none_or(|(held, _)| id < *held) {
            self.inception = Some((id, op));
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
        self.children.entry(act.previous()).or_default().insert(id);
        self.acts.insert(id, (by, act));
    }

    /// A recovery whose proof is good. What its key has signed counts once, in whichever entries the device says it:
    /// otherwise whoever has that device could say it twice, and the two would compete.
    pub fn recover(&mut self, id: EntryId, by: DeviceId, op: RecoveryOp, signed: &[u8]) {
        let said = hash(&[&op.key.0, signed].concat());
        self.terms.insert(id, said);
        self.said_in.entry(said).or_default().insert(id);
        self.add(id, by, Act::Recovery(Box::new(op)));
    }

    /// A key has decided for a recovery.
    pub fn decide(&mut self, id: EntryId, key: RecoveryKey, recovery: EntryId) {
        self.decisions.insert(id, (hash(&key.0), recovery));
    }

    /// What others say is said here too.
    pub fn join(&mut self, other: &Self) {
        if let Some((id, op)) = &other.inception {
            self.incept(*id, op.clone());
        }
        self.acts.extend(other.acts.iter().map(|(id, act)| (*id, act.clone())));
        for (previous, after) in &other.children {
            self.children.entry(*previous).or_default().extend(after);
        }
        self.terms.extend(other.terms.iter().map(|(id, said)| (*id, *said)));
        for (said, entries) in &other.said_in {
            self.said_in.entry(*said).or_default().extend(entries);
        }
        self.decisions.extend(other.decisions.iter().map(|(id, decision)| (*id, *decision)));
    }

    /// The entries in which the deciding key has decided, and for which recovery.
    pub fn decisions(&self) -> impl Iterator<Item = (EntryId, EntryId)> + '_ {
        let key = self.deciding();
        let by_it = self.decisions.iter().filter(move |(_, (by, _))| key == Some(*by));
        by_it.map(|(id, (_, recovery))| (*id, *recovery))
    }

    /// The entries that say what one says; of one that is no recovery, itself.
    fn entries_of(&self, act: EntryId) -> BTreeSet<EntryId> {
        let same = self.terms.get(&act).and_then(|said| self.said_in.get(said));
        same.cloned().unwrap_or_else(|| BTreeSet::from([act]))
    }

    /// The entry by which an act is known.
    fn known_as(&self, act: EntryId) -> EntryId {
        let same = self.terms.get(&act).and_then(|said| self.said_in.get(said));
        same.and_then(BTreeSet::first).copied().unwrap_or(act)
    }

    /// The acts that name one as the one before.
    fn after(&self, act: Option<EntryId>) -> BTreeSet<EntryId> {
        let names: Vec<Option<EntryId>> =
            act.map_or_else(|| vec![None], |act| self.entries_of(act).into_iter().map(Some).collect());
        let naming = names.iter().filter_map(|name| self.children.get(name)).flatten();
        naming.map(|act| self.known_as(*act)).collect()
    }

    /// Of recoveries by one key the one that counts; none if they compete, and the deciding key has not said which, or
    /// has said several.
    fn decide_between(&self, recoveries: &[EntryId]) -> Option<EntryId> {
        if let [only] = recoveries {
            return Some(*only);
        }
        let decided: BTreeSet<EntryId> = self.decisions().map(|(_, recovery)| self.known_as(recovery)).collect();
        let mut found = recoveries.iter().filter(|act| decided.contains(*act));
        found.next().filter(|_| found.next().is_none()).copied()
    }

    /// What they add up to: the same in any order.
    pub fn settle(&self) -> Settled {
        let Some((_, inception)) = &self.inception else { return Settled::default() };
        let root = State::after_inception(inception);
        let nodes = self.nodes(&root);
        let brought_in = self.brought_in(inception, &nodes);
        let mut settled = Settled { state: root, brought_in, ..Settled::default() };
        let mut recoveries: BTreeMap<Option<EntryId>, Vec<EntryId>> = BTreeMap::new();
        for (id, node) in nodes.iter().filter(|(_, node)| node.recovers) {
            recoveries.entry(node.since).or_default().push(*id);
        }
        // Wherever they stand: a recovery voids what competes with it.
        while let Some(next) = recoveries.remove(&settled.head) {
            let Some((id, node)) = self.decide_between(&next).and_then(|id| Some((id, nodes.get(&id)?))) else {
                settled.contested = next;
                break;
            };
            (settled.head, settled.state) = (Some(id), node.state.clone());
        }
        loop {
            let after: Vec<(EntryId, &Node)> = self
                .after(settled.head)
                .into_iter()
                .filter_map(|id| Some((id, nodes.get(&id).filter(|node| !node.recovers)?)))
                .collect();
            match contenders(after).as_slice() {
                [] => return settled,
                [(id, node)] => (settled.head, settled.state) = (Some(*id), node.state.clone()),
                several => {
                    settled.competing = several.iter().map(|(id, _)| *id).collect();
                    self.stand_still(&mut settled, &nodes);
                    return settled;
                }
            }
        }
    }

    fn brought_in(&self, inception: &Inception, nodes: &BTreeMap<EntryId, Node>) -> OrdSet<DeviceId> {
        let acts = nodes.keys().filter_map(|id| self.acts.get(id));
        let devices = acts.filter_map(|(_, act)| match act {
            Act::In(op) => Some(op.device),
            Act::Recovery(op) => Some(op.terms.device),
            Act::Out(_) => None,
        });
        devices.chain([inception.device]).collect()
    }

    /// The devices that speak after an act, if it may be done where it stands.
    pub fn speakers_after(&self, act: EntryId) -> Option<BTreeSet<DeviceId>> {
        let (id, inception) = self.inception.as_ref()?;
        if act == *id {
            return Some(BTreeSet::from([inception.device]));
        }
        let nodes = self.nodes(&State::after_inception(inception));
        nodes.get(&self.known_as(act)).map(|node| node.state.devices.keys().copied().collect())
    }

    /// Every act that may be done where it stands, each after what it follows.
    pub fn history(&self) -> Vec<ActView> {
        let Some((id, inception)) = &self.inception else { return Vec::new() };
        let nodes = self.nodes(&State::after_inception(inception));
        let mut counting: BTreeSet<EntryId> = BTreeSet::new();
        let mut last = self.settle().head;
        while let Some(act) = last {
            counting.insert(act);
            last = nodes.get(&act).and_then(|node| node.previous);
        }
        let first = ActView {
            entry: *id,
            by: inception.device,
            what: IdentityChange::Inception,
            devices: vec![inception.device],
            previous: None,
            counts: true,
        };
        let mut history = vec![first];
        let mut open: Vec<Option<EntryId>> = vec![None];
        while let Some(at) = open.pop() {
            for entry in self.after(at) {
                let (Some(node), Some((by, act))) = (nodes.get(&entry), self.acts.get(&entry)) else { continue };
                let (what, devices) = match act {
                    Act::In(op) => (IdentityChange::In, vec![op.device]),
                    Act::Out(op) => (IdentityChange::Out, op.devices.clone()),
                    Act::Recovery(op) => (IdentityChange::Recovery, vec![op.terms.device]),
                };
                let counts = counting.contains(&entry);
                history.push(ActView { entry, by: *by, what, devices, previous: node.previous, counts });
                open.push(Some(entry));
            }
        }
        history
    }

    /// Every act that may be done where it stands, with what follows from it.
    fn nodes(&self, root: &State) -> BTreeMap<EntryId, Node> {
        let mut nodes: BTreeMap<EntryId, Node> = BTreeMap::new();
        // Each after the one that it follows.
        let mut order: Vec<EntryId> = Vec::new();
        let mut open: Vec<Option<EntryId>> = vec![None];
        while let Some(at) = open.pop() {
            let held = at.and_then(|at| nodes.get(&at));
            let before = held.map_or_else(|| root.clone(), |node| node.state.clone());
            let since = held.and_then(|node| if node.recovers { at } else { node.since });
            for id in self.after(at) {
                let Some((by, act)) = self.acts.get(&id) else { continue };
                let Some(state) = before.then(*by, act) else { continue };
                let takes_out = before.devices.keys().filter(|held| state.out.contains_key(*held)).copied().collect();
                let recovers = matches!(act, Act::Recovery(_));
                nodes.insert(id, Node { by: *by, previous: at, state, since, recovers, takes_out });
                order.push(id);
                open.push(Some(id));
            }
        }
        for id in order.iter().rev() {
            // A recovery takes out nobody before it counts.
            let node = nodes.get(id).filter(|node| !node.recovers);
            let Some((previous, takes_out)) = node.and_then(|node| Some((node.previous?, node.takes_out.clone())))
            else {
                continue;
            };
            if let Some(before) = nodes.get_mut(&previous) {
                before.takes_out.extend(takes_out);
            }
        }
        nodes
    }

    /// Where branches compete, whoever any of them takes out is out until the recovery key decides, and nobody comes
    /// in: so a thief does not come back by competing, and what was accepted anywhere counts. Recoveries among what
    /// follows are none of it: where one stood and counted, nothing would compete.
    fn stand_still(&self, settled: &mut Settled, nodes: &BTreeMap<EntryId, Node>) {
        let mut open = settled.competing.clone();
        while let Some(id) = open.pop() {
            let Some(node) = nodes.get(&id).filter(|node| !node.recovers) else { continue };
            node.takes_out.iter().for_each(|device| settled.state.take_out(*device));
            if let Some((_, Act::Out(op))) = self.acts.get(&id) {
                settled.state.accepted.extend(op.accepted.iter().copied());
            }
            open.extend(self.after(Some(id)));
        }
    }
}

/// Of acts that follow the same one, those that none of the others puts aside.
fn contenders(after: Vec<(EntryId, &Node)>) -> Vec<(EntryId, &Node)> {
    // By signer, of which there are few: whoever floods a log with acts costs nobody the square of them.
    let mut against: BTreeMap<DeviceId, BTreeSet<DeviceId>> = BTreeMap::new();
    for (_, node) in &after {
        for device in &node.takes_out {
            against.entry(*device).or_default().insert(node.by);
        }
    }
    let beaten = |node: &Node| against.get(&node.by).is_some_and(|by| !by.is_subset(&node.takes_out));
    let left: Vec<(EntryId, &Node)> = after.iter().filter(|(_, node)| !beaten(node)).copied().collect();
    // Three in a circle: none is left, so all compete.
    if left.is_empty() { after } else { left }
}
