//! The acts of an identity that may be done where they stand: a chain, or where somebody competes a tree. It grows, and
//! nothing of it ever changes but whom the branches take out; so each act costs little, however many there are.

use super::state::{Act, State};
use crate::ids::{DeviceId, EntryId};
use imbl::{OrdMap, OrdSet};
use std::{collections::BTreeSet, sync::Arc};

/// An act as its device said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaidAct {
    pub by: DeviceId,
    pub act: Act,
    /// What it goes by among the others: its entry; of a recovery what its key has signed, hashed, since several
    /// entries can say that.
    pub name: EntryId,
}

/// What an act goes by ([`SaidAct::name`]); none: the inception.
pub(super) type Name = Option<EntryId>;

/// An act that may be done where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub said: Arc<SaidAct>,
    pub previous: Name,
    pub state: State,
    /// The last recovery before it.
    since: Name,
    /// How many acts it has before it, with the inception.
    depth: usize,
    /// Of the devices that speak before it those that it and what follows it take out, up to the next recovery. Others
    /// decide nothing between it and what stands beside it, so there are at most `DEVICES_MAX`.
    takes_out: Vec<DeviceId>,
}

/// Acts with the device that signed each.
pub(super) type Signed = OrdSet<(DeviceId, EntryId)>;

/// The acts that follow one, without recoveries.
#[derive(Debug, Clone)]
enum After {
    One(EntryId),
    Several(Arc<Rivals>),
}

#[derive(Debug, Clone, Default)]
struct Rivals {
    all: Signed,
    /// Those that none of the others puts aside.
    left: Signed,
    /// Devices that branches take out, each with who has signed the first act of such a branch.
    against: BTreeSet<(DeviceId, DeviceId)>,
}

/// What counts after an act, recoveries aside.
pub(super) enum Next {
    Nothing,
    One(EntryId),
    Several(Signed),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    /// What stands after the inception; none before that has come.
    root: Option<State>,
    nodes: OrdMap<EntryId, Node>,
    after: OrdMap<Name, After>,
    /// Each by the recovery before it.
    recoveries: OrdSet<(Name, EntryId)>,
    /// Those for which the deciding key has decided.
    decided: OrdSet<(Name, EntryId)>,
    /// Devices that an act brings in which may be done where it stands, whether it counts or not.
    pub brought_in: OrdSet<DeviceId>,
    /// What has come since it was last looked at: acts, each after what it follows; those after which others stand than
    /// before, by depth; recoveries after which others stand, by number.
    pub fresh: Vec<EntryId>,
    pub changed: BTreeSet<(usize, Name)>,
    pub turned: BTreeSet<(u32, Name)>,
}

const LAST: EntryId = EntryId([0xff; 32]);

impl Tree {
    pub fn begin(&mut self, state: State) {
        self.brought_in.extend(state.devices.keys().copied());
        self.root = Some(state);
    }

    pub fn node(&self, name: EntryId) -> Option<&Node> {
        self.nodes.get(&name)
    }

    pub fn state(&self, at: Name) -> Option<&State> {
        at.map_or(self.root.as_ref(), |name| self.nodes.get(&name).map(|node| &node.state))
    }

    pub fn depth(&self, at: Name) -> usize {
        at.and_then(|name| self.nodes.get(&name)).map_or(0, |node| node.depth)
    }

    /// An act follows one that stands. Whether it stands there.
    pub fn stand(&mut self, at: Name, said: &Arc<SaidAct>) -> bool {
        let Some(before) = self.state(at) else { return false };
        let Some(state) = before.then(said.by, &said.act) else { return false };
        let (name, number) = (said.name, before.number);
        let takes_out = before.gone_in(&state).map(|(device, _)| *device).collect();
        let held = at.and_then(|name| self.nodes.get(&name));
        let since = held.and_then(|node| if node.said.act.recovers() { at } else { node.since });
        let depth = self.depth(at).saturating_add(1);
        self.brought_in.extend(said.act.brings_in());
        self.fresh.push(name);
        self.nodes.insert(name, Node { said: said.clone(), previous: at, state, since, depth, takes_out: Vec::new() });
        if said.act.recovers() {
            self.recoveries.insert((since, name));
            self.turned.insert((number, since));
        } else {
            self.follow(at, name);
            self.take_out(name, takes_out);
        }
        true
    }

    fn follow(&mut self, at: Name, name: EntryId) {
        self.changed.insert((self.depth(at), at));
        match self.after.get(&at) {
            None => drop(self.after.insert(at, After::One(name))),
            Some(After::One(first)) => {
                let first = *first;
                self.after.insert(at, After::Several(Arc::default()));
                self.weigh(at, first);
                self.weigh(at, name);
            }
            Some(After::Several(_)) => self.weigh(at, name),
        }
    }

    /// An act takes devices out, and so does each that it follows, as far back as they speak. What is said of one
    /// before was said of all before it, so each act is told of each device once.
    fn take_out(&mut self, name: EntryId, mut devices: Vec<DeviceId>) {
        let mut at = Some(name);
        while let Some((name, node)) = at.and_then(|name| Some((name, self.nodes.get(&name)?))) {
            let previous = node.previous;
            let Some(before) = self.state(previous).map(|state| state.devices.clone()) else { return };
            devices.retain(|device| before.contains_key(device) && !node.takes_out.contains(device));
            // A recovery takes out nobody before it counts.
            if devices.is_empty() || node.said.act.recovers() {
                return;
            }
            if let Some(node) = self.nodes.get_mut(&name) {
                node.takes_out.extend(&devices);
            }
            self.weigh(previous, name);
            at = previous;
        }
    }

    /// Of an act among several that follow the same one: it is new there, or takes out more.
    fn weigh(&mut self, at: Name, name: EntryId) {
        let nodes = &self.nodes;
        let (Some(After::Several(rivals)), Some(node)) = (self.after.get_mut(&at), nodes.get(&name)) else { return };
        let (rivals, by) = (Arc::make_mut(rivals), node.said.by);
        rivals.all.insert((by, name));
        let mut again = vec![name];
        for device in &node.takes_out {
            // By signer, of which there are few: whoever floods a log with acts costs nobody the square of them.
            if rivals.against.insert((*device, by)) {
                let of = rivals.left.range((*device, EntryId::ZERO)..=(*device, LAST));
                again.extend(of.map(|(_, name)| *name));
            }
        }
        for node in again.iter().filter_map(|name| nodes.get(name)) {
            let (by, name) = (node.said.by, node.said.name);
            let mut against = rivals.against.range((by, DeviceId::ZERO)..=(by, DeviceId([0xff; 32])));
            if against.any(|(_, other)| !node.takes_out.contains(other)) {
                rivals.left.remove(&(by, name));
            } else {
                rivals.left.insert((by, name));
            }
        }
        self.changed.insert((self.depth(at), at));
    }

    /// What counts after an act, recoveries aside.
    pub fn next(&self, at: Name) -> Next {
        match self.after.get(&at) {
            None => Next::Nothing,
            Some(After::One(name)) => Next::One(*name),
            Some(After::Several(rivals)) => {
                // Three in a circle: none is left, so all compete.
                let left = if rivals.left.is_empty() { &rivals.all } else { &rivals.left };
                match left.get_min() {
                    Some((_, name)) if left.len() == 1 => Next::One(*name),
                    _ => Next::Several(left.clone()),
                }
            }
        }
    }

    /// All that follow an act, without recoveries.
    pub fn all_after(&self, at: EntryId) -> Vec<EntryId> {
        match self.after.get(&Some(at)) {
            None => Vec::new(),
            Some(After::One(name)) => vec![*name],
            Some(After::Several(rivals)) => rivals.all.iter().map(|(_, name)| *name).collect(),
        }
    }

    /// The deciding key has decided for a recovery.
    pub fn decide(&mut self, name: EntryId) {
        if let Some(since) = self.nodes.get(&name).filter(|node| node.said.act.recovers()).map(|node| node.since) {
            self.decided.insert((since, name));
            self.turn(name);
        }
    }

    /// Something is known of a recovery that was not.
    pub fn turn(&mut self, name: EntryId) {
        if let Some(since) = self.nodes.get(&name).map(|node| node.since) {
            self.turned.insert((self.state(since).map_or(0, |state| state.number), since));
        }
    }

    /// Of the recoveries after one the one that counts; none if they compete, and the deciding key has not said which,
    /// or has said several.
    pub fn recovery_after(&self, at: Name) -> Name {
        let only = |of: &OrdSet<(Name, EntryId)>| {
            let mut all = of.range((at, EntryId::ZERO)..=(at, LAST));
            all.next().filter(|_| all.next().is_none()).map(|(_, name)| *name)
        };
        only(&self.recoveries).or_else(|| only(&self.decided))
    }

    /// All recoveries after one.
    pub fn recoveries_after(&self, at: Name) -> impl Iterator<Item = EntryId> + '_ {
        self.recoveries.range((at, EntryId::ZERO)..=(at, LAST)).map(|(_, name)| *name)
    }
}
