//! Which acts of an identity count: SPEC.md §7.1. What has counted is gone back to only where something else counts
//! now, so what follows the last act costs the same however many there are before it.

use super::{
    DeviceView,
    tree::{Name, Next, Signed, Tree},
};
use crate::ids::{DeviceId, EntryId, Hash};
use imbl::{OrdMap, OrdSet, ordset::DiffItem};
use std::collections::BTreeSet;

/// What the acts add up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Settled {
    /// The last act that counts.
    pub head: Name,
    /// All that count, without the inception.
    pub counting: OrdSet<EntryId>,
    /// The recoveries among them, by number.
    recovered: OrdMap<u32, EntryId>,
    /// Recoveries of which the next one is to be, and of which none counts.
    pub contested: Vec<EntryId>,
    out: OrdMap<DeviceId, DeviceView>,
    accepted: OrdSet<Hash>,
    /// How many acts that count accept the same.
    times: OrdMap<Hash, usize>,
    still: Option<Still>,
}

/// Where the log stands still. Whoever any of the branches takes out is out until the recovery key decides, and nobody
/// comes in: so a thief does not come back by competing, and what was accepted anywhere counts. Recoveries among what
/// follows are none of it: where one stood and counted, nothing would compete.
#[derive(Debug, Clone, Default)]
struct Still {
    competing: Signed,
    /// Those and all that follows them.
    reached: OrdSet<EntryId>,
    takes_out: BTreeSet<DeviceId>,
    /// With what was accepted before.
    accepted: OrdSet<Hash>,
}

impl Settled {
    /// What they add up to with what has come: the same in any order.
    pub fn settle(&mut self, tree: &mut Tree) {
        let (fresh, changed) = (std::mem::take(&mut tree.fresh), std::mem::take(&mut tree.changed));
        for (number, at) in std::mem::take(&mut tree.turned) {
            if !self.recover(tree, number, at) {
                break;
            }
        }
        if let Some(still) = &mut self.still {
            for name in fresh {
                let before = tree.node(name).and_then(|node| node.previous);
                if before.is_some_and(|before| still.reached.contains(&before)) {
                    still.reach(tree, name);
                }
            }
        }
        let last = self.recovered.get_max().map(|(_, name)| *name);
        let begun = tree.depth(last);
        for (_, at) in changed.into_iter().filter(|(depth, _)| *depth >= begun) {
            let counts = at.is_none_or(|name| self.counting.contains(&name));
            let same = || matches!(tree.next(at), Next::One(name) if self.counting.contains(&name));
            if counts && at != self.head && !same() {
                self.go_to(tree, at);
                break;
            }
        }
        loop {
            match tree.next(self.head) {
                Next::Nothing => break,
                Next::One(name) => {
                    self.still = None;
                    self.count(tree, name);
                }
                Next::Several(competing) => {
                    let accepted = &self.accepted;
                    let begun = || Still { accepted: accepted.clone(), ..Still::default() };
                    self.still = Some(self.still.take().unwrap_or_else(begun).with(tree, competing, begun));
                    break;
                }
            }
        }
    }

    /// After a recovery, of which this is the number, others stand than before. Wherever they stand: a recovery voids
    /// what competes with it. Whether it is as before.
    fn recover(&mut self, tree: &Tree, number: u32, at: Name) -> bool {
        if at.is_some() && self.recovered.get(&number).copied() != at {
            return true;
        }
        let (mut number, mut at, mut next) = (number.saturating_add(1), at, tree.recovery_after(at));
        let same = self.recovered.get(&number).copied() == next;
        if !same {
            while let Some((last, _)) = self.recovered.get_max().filter(|(held, _)| *held >= number) {
                let last = *last;
                self.recovered.remove(&last);
            }
            while let Some(name) = next {
                self.recovered.insert(number, name);
                (number, at, next) = (number.saturating_add(1), Some(name), tree.recovery_after(Some(name)));
            }
            self.go_to(tree, at);
        }
        if next.is_none() {
            self.contested = tree.recoveries_after(at).collect();
        }
        same
    }

    /// Another act is the last that counts, of those that do whatever follows.
    fn go_to(&mut self, tree: &Tree, to: Name) {
        let (mut before, mut at) = (Vec::new(), to);
        while let Some(name) = at.filter(|name| !self.counting.contains(name)) {
            before.push(name);
            at = tree.node(name).and_then(|node| node.previous);
        }
        while let Some(name) = self.head.filter(|_| self.head != at) {
            self.discount(tree, name);
        }
        before.into_iter().rev().for_each(|name| self.count(tree, name));
        self.still = None;
    }

    fn count(&mut self, tree: &Tree, name: EntryId) {
        self.counting.insert(name);
        self.head = Some(name);
        let Some(node) = tree.node(name) else { return };
        if let Some(before) = tree.state(node.previous) {
            self.out.extend(before.gone_in(&node.state).map(|(device, view)| (*device, view.clone())));
        }
        for accepted in node.said.act.accepted() {
            let times = self.times.entry(*accepted).or_insert(0);
            *times = times.saturating_add(1);
            self.accepted.insert(*accepted);
        }
    }

    fn discount(&mut self, tree: &Tree, name: EntryId) {
        self.counting.remove(&name);
        let Some(node) = tree.node(name) else { return self.head = None };
        self.head = node.previous;
        if let Some(before) = tree.state(node.previous) {
            before.gone_in(&node.state).for_each(|(device, _)| drop(self.out.remove(device)));
        }
        for accepted in node.said.act.accepted() {
            match self.times.get_mut(accepted) {
                Some(times) if *times > 1 => *times = times.saturating_sub(1),
                _ => {
                    self.times.remove(accepted);
                    self.accepted.remove(accepted);
                }
            }
        }
    }

    /// Those after the last act that counts that compete.
    pub fn competing(&self) -> Vec<EntryId> {
        let competing = self.still.iter().flat_map(|still| &still.competing);
        let mut competing: Vec<EntryId> = competing.map(|(_, name)| *name).collect();
        competing.sort_unstable();
        competing
    }

    /// Who speaks, and who did.
    pub fn devices(&self, tree: &Tree) -> (OrdMap<DeviceId, DeviceView>, OrdMap<DeviceId, DeviceView>) {
        let (mut devices, mut out) = (OrdMap::new(), self.out.clone());
        for (device, view) in tree.state(self.head).iter().flat_map(|state| state.devices.iter()) {
            let gone = self.still.as_ref().is_some_and(|still| still.takes_out.contains(device));
            let to = if gone { &mut out } else { &mut devices };
            to.insert(*device, view.clone());
        }
        (devices, out)
    }

    /// What was accepted of those who went.
    pub fn accepted(&self) -> OrdSet<Hash> {
        self.still.as_ref().map_or(&self.accepted, |still| &still.accepted).clone()
    }
}

impl Still {
    /// With those that compete now.
    fn with(mut self, tree: &Tree, competing: Signed, begun: impl Fn() -> Self) -> Self {
        let mut new = Vec::new();
        let mut gone = false;
        for item in self.competing.diff(&competing) {
            match item {
                DiffItem::Add((_, name)) => new.push(*name),
                DiffItem::Remove(_) => gone = true,
            }
        }
        if gone {
            self = begun();
            new = competing.iter().map(|(_, name)| *name).collect();
        }
        new.into_iter().for_each(|name| self.reach(tree, name));
        Self { competing, ..self }
    }

    /// An act competes, or follows one that does.
    fn reach(&mut self, tree: &Tree, name: EntryId) {
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let Some(node) = tree.node(name).filter(|node| !node.said.act.recovers()) else { continue };
            if self.reached.insert(name).is_some() {
                continue;
            }
            if let Some(before) = tree.state(node.previous) {
                self.takes_out.extend(before.gone_in(&node.state).map(|(device, _)| *device));
            }
            self.accepted.extend(node.said.act.accepted().iter().copied());
            open.extend(tree.all_after(name));
        }
    }
}
