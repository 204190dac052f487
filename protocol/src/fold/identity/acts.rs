//! The acts of an identity log: a chain, or where somebody competes a tree. SPEC.md §7.1.
//!
//! No stamp decides. An act is judged by the devices that speak where it stands, that is by the acts from the inception
//! to the one that it follows. Of competing branches the one with the highest recovery goes on; without one, a branch
//! whose device another takes out goes, unless both do; and otherwise the log stands still there.

use super::DeviceView;
use crate::{
    Stamp,
    entry::hash,
    ids::{DeviceId, EntryId, Hash, SealingKey},
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
                let fits = hash(&op.key.0) == self.recovery && terms.number > self.number;
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
    /// Devices that an act brings in which may be done where it stands, whether it counts or not.
    pub brought_in: OrdSet<DeviceId>,
}

/// An act that may be done where it stands.
struct Node {
    by: DeviceId,
    previous: Option<EntryId>,
    state: State,
    /// The highest recovery in it and after it; 0 if there is none.
    recovered: u32,
    /// The devices that it and what follows it take out.
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

    /// Whether an act is held, the inception among them.
    pub fn has(&self, id: EntryId) -> bool {
        self.acts.contains_key(&id) || self.inception() == Some(id)
    }

    pub fn add(&mut self, id: EntryId, by: DeviceId, act: Act) {
        self.children.entry(act.previous()).or_default().insert(id);
        self.acts.insert(id, (by, act));
    }

    /// What they add up to: the same in any order.
    pub fn settle(&self) -> Settled {
        let Some((_, inception)) = &self.inception else { return Settled::default() };
        let root = State::after_inception(inception);
        let nodes = self.nodes(&root);
        let brought_in = self.brought_in(inception, &nodes);
        let mut settled = Settled { state: root, brought_in, ..Settled::default() };
        loop {
            let after = self.children.get(&settled.head).into_iter().flatten();
            let after: Vec<(EntryId, &Node)> = after.filter_map(|id| Some((*id, nodes.get(id)?))).collect();
            match contenders(after, settled.state.number).as_slice() {
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
        nodes.get(&act).map(|node| node.state.devices.keys().copied().collect())
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
            for entry in self.children.get(&at).into_iter().flatten() {
                let (Some(node), Some((by, act))) = (nodes.get(entry), self.acts.get(entry)) else { continue };
                let (what, devices) = match act {
                    Act::In(op) => (IdentityChange::In, vec![op.device]),
                    Act::Out(op) => (IdentityChange::Out, op.devices.clone()),
                    Act::Recovery(op) => (IdentityChange::Recovery, vec![op.terms.device]),
                };
                let counts = counting.contains(entry);
                history.push(ActView { entry: *entry, by: *by, what, devices, previous: node.previous, counts });
                open.push(Some(*entry));
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
            for id in self.children.get(&at).into_iter().flatten() {
                let Some((by, act)) = self.acts.get(id) else { continue };
                let before = at.and_then(|at| nodes.get(&at)).map_or(root, |node| &node.state);
                let Some(state) = before.then(*by, act) else { continue };
                let takes_out = before.devices.keys().filter(|held| state.out.contains_key(*held)).copied().collect();
                let recovered = if matches!(act, Act::Recovery(_)) { state.number } else { 0 };
                nodes.insert(*id, Node { by: *by, previous: at, state, recovered, takes_out });
                order.push(*id);
                open.push(Some(*id));
            }
        }
        for id in order.iter().rev() {
            let Some((previous, recovered, takes_out)) =
                nodes.get(id).and_then(|node| Some((node.previous?, node.recovered, node.takes_out.clone())))
            else {
                continue;
            };
            if let Some(before) = nodes.get_mut(&previous) {
                before.recovered = before.recovered.max(recovered);
                before.takes_out.extend(takes_out);
            }
        }
        nodes
    }

    /// Where branches compete, whoever any of them takes out is out until the recovery key decides, and nobody comes
    /// in: so a thief does not come back by competing, and what was accepted anywhere counts.
    fn stand_still(&self, settled: &mut Settled, nodes: &BTreeMap<EntryId, Node>) {
        let mut open = settled.competing.clone();
        while let Some(id) = open.pop() {
            let Some(node) = nodes.get(&id) else { continue };
            node.takes_out.iter().for_each(|device| settled.state.take_out(*device));
            if let Some((_, Act::Out(op))) = self.acts.get(&id) {
                settled.state.accepted.extend(op.accepted.iter().copied());
            } else if let Some((_, Act::Recovery(op))) = self.acts.get(&id) {
                settled.state.accepted.extend(op.terms.accepted.iter().copied());
            }
            open.extend(self.children.get(&Some(id)).into_iter().flatten().copied());
        }
    }
}

/// Of acts that follow the same one, those that none of the others puts aside.
fn contenders(mut after: Vec<(EntryId, &Node)>, number: u32) -> Vec<(EntryId, &Node)> {
    let highest = after.iter().map(|(_, node)| node.recovered).max().unwrap_or(0);
    if highest > number {
        after.retain(|(_, node)| node.recovered == highest);
    }
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
