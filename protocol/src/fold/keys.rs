//! Which key of a closed community is the current one. SPEC.md §10.4.
//!
//! No stamp decides. A key is current only if its epoch knew of every removal that counts, so that nobody who was let
//! go was given it; of several such that do not follow one another, role and id decide. Only those are looked at that
//! none follows: what another follows knows no more than that does.

#[cfg(test)]
mod tests;

use super::{
    Record,
    roles::{Roles, bits::Bits},
};
use crate::{
    Stamp,
    ids::{DeviceId, EntryId, IdentityId, KeyId, SealingKey},
    limits::{KEY_TIPS_MAX, ROTATION_MIN_MS},
    op::{KeyEpochOp, Op, Role, SeedOp},
    private::Class,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A key of the community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochView {
    /// The entry that says so.
    pub entry: EntryId,
    /// The key's name.
    pub key: KeyId,
    /// Who made it.
    pub author: IdentityId,
    /// When, as its author says.
    pub stamp: Stamp,
    /// Whether newcomers are to be given the keys of before.
    pub history: bool,
}

/// A box that keeps the community without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedView {
    /// Where keys are wrapped to.
    pub sealing_key: SealingKey,
    /// Whether it is still to be given what proves.
    pub on: bool,
    /// Of the entry that says so.
    pub stamp: Stamp,
    /// The entry that says so.
    pub entry: EntryId,
}

/// The keys of a closed community, as far as they are held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysView {
    /// By entry.
    pub epochs: BTreeMap<EntryId, EpochView>,
    /// The epochs that no other follows, of each author a few: what a new one follows.
    pub tips: Vec<EntryId>,
    /// What to write under. None: somebody was removed whom no key shuts out yet, so rotate before writing.
    pub current: Option<EntryId>,
    /// The names of the keys by which a peer that proves one is let in.
    pub live: Vec<KeyId>,
    /// The names of all keys of which an epoch is held, also of those who belong no longer.
    pub known: BTreeSet<KeyId>,
    /// Devices of members that were taken out, of which some epoch knew.
    pub outs: BTreeSet<DeviceId>,
    /// By device.
    pub seeds: BTreeMap<DeviceId, SeedView>,
}

impl KeysView {
    /// The epoch to write under.
    #[must_use]
    pub fn current(&self) -> Option<&EpochView> {
        self.current.and_then(|entry| self.epochs.get(&entry))
    }
    /// Whether a new key may be made: at once if there is none to write under, otherwise once a day.
    #[must_use]
    pub fn may_rotate(&self, now_ms: u64) -> bool {
        self.current().is_none_or(|epoch| epoch.stamp.ms().saturating_add(ROTATION_MIN_MS) <= now_ms)
    }
    /// Whether a peer that proves a key is let in: a key whose epoch is held, if that is live; one of which nothing is
    /// held yet, if it was given by a device of who belongs, since a rotation may stand between us and its epoch. A
    /// newcomer, who holds nothing yet, has nothing to keep from anybody either.
    #[must_use]
    pub fn lets_in(&self, key: KeyId, from: DeviceId, members: &BTreeSet<DeviceId>) -> bool {
        match self.known.contains(&key) {
            true => self.live.contains(&key),
            false => self.known.is_empty() || members.contains(&from),
        }
    }
    /// The names of all keys.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<KeyId> {
        self.epochs.values().map(|epoch| epoch.key).collect()
    }
}

/// The key epochs of a closed community, linked as they come. Which of them counts is seen in one walk over all.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    epochs: Vec<Epoch>,
    places: BTreeMap<EntryId, usize>,
    /// Those that follow one that is not held, by that.
    lacking: BTreeMap<EntryId, Vec<usize>>,
    /// The acts that epochs name, by a number of their own, and which these are among the acts that are held: as long
    /// as that stays.
    acts: BTreeMap<EntryId, usize>,
    held: Vec<(EntryId, Option<usize>)>,
    seeds: Vec<Arc<Record>>,
}

/// A key epoch, with others and acts by their numbers.
#[derive(Debug, Clone)]
struct Epoch {
    record: Arc<Record>,
    follows: Vec<usize>,
    acts: Vec<usize>,
}

impl Epoch {
    fn op(&self) -> Option<&KeyEpochOp> {
        match &self.record.op {
            Op::KeyEpoch(op) => Some(op),
            _ => None,
        }
    }
}

impl Keys {
    /// Take a record, if it is a key epoch or of a box; gives whether it is.
    pub fn take(&mut self, record: &Arc<Record>) -> bool {
        match (&record.op, record.sealed) {
            // Sealed under the key that it names: so its author held it.
            (Op::KeyEpoch(op), Some(by)) if by.class == Class::Roster && by.key == op.key => self.link(record, op),
            (Op::Seed(_), _) => self.seeds.push(record.clone()),
            _ => return false,
        }
        true
    }

    fn link(&mut self, record: &Arc<Record>, op: &KeyEpochOp) {
        let at = self.epochs.len();
        let mut follows = Vec::with_capacity(op.follows.len());
        for before in &op.follows {
            match self.places.get(before) {
                Some(before) => follows.push(*before),
                None => self.lacking.entry(*before).or_default().push(at),
            }
        }
        let acts = op.refs.iter().map(|act| {
            *self.acts.entry(*act).or_insert_with(|| {
                self.held.push((*act, None));
                self.held.len().saturating_sub(1)
            })
        });
        let acts = acts.collect();
        self.epochs.push(Epoch { record: record.clone(), follows, acts });
        self.places.insert(record.id, at);
        for after in self.lacking.remove(&record.id).into_iter().flatten() {
            if let Some(after) = self.epochs.get_mut(after) {
                after.follows.push(at);
            }
        }
    }

    /// What they add up to. `renewed`: other acts are held or count than before. `roles` are those of now, `outs` the
    /// devices of members that are known to have been taken out.
    pub fn fold(
        &mut self,
        acts: &Roles,
        renewed: bool,
        roles: &BTreeMap<IdentityId, Role>,
        outs: &BTreeSet<DeviceId>,
    ) -> KeysView {
        for (act, place) in self.held.iter_mut().filter(|(_, place)| renewed || place.is_none()) {
            *place = acts.place_of(*act);
        }
        let counting = |epoch: &Epoch| roles.contains_key(&epoch.record.author);
        let valid: Bits =
            self.epochs.iter().enumerate().filter(|(_, epoch)| counting(epoch)).map(|(at, _)| at).collect();
        // What someone made who belongs no longer still leads to what it followed.
        let followed = self.past(valid.all());
        let mut view = KeysView { seeds: seeds(&self.seeds, roles), ..KeysView::default() };
        let mut tips: BTreeMap<IdentityId, BTreeMap<EntryId, usize>> = BTreeMap::new();
        for (at, epoch) in self.epochs.iter().enumerate() {
            let (Some(op), record) = (epoch.op(), &epoch.record) else { continue };
            view.known.insert(op.key);
            if valid.get(at) || followed.get(at) {
                view.outs.extend(&op.outs);
            }
            if valid.get(at) {
                view.epochs.insert(record.id, EpochView::of(record, op));
                if !followed.get(at) {
                    let own = tips.entry(record.author).or_default();
                    own.insert(record.id, at);
                    if own.len() > KEY_TIPS_MAX {
                        own.pop_last();
                    }
                }
            }
        }
        let mut tips: Vec<(EntryId, usize)> = tips.into_values().flatten().collect();
        tips.sort_unstable();
        let mut best: Vec<EntryId> =
            tips.iter().filter(|(_, at)| self.covers(*at, acts, outs)).map(|(id, _)| *id).collect();
        view.tips = tips.into_iter().map(|(id, _)| id).collect();
        let rank = |id: &EntryId| Reverse(view.epochs.get(id).and_then(|epoch| roles.get(&epoch.author)).copied());
        best.sort_by_key(|id| (rank(id), *id));
        view.current = best.first().copied();
        let open = if best.is_empty() { &view.tips } else { &best };
        view.live = open.iter().filter_map(|id| view.epochs.get(id)).map(|epoch| epoch.key).collect();
        view
    }

    /// The epochs that some follow, directly or through others.
    fn past(&self, of: impl Iterator<Item = usize>) -> Bits {
        let mut past = Bits::default();
        let mut open: Vec<usize> = of.collect();
        while let Some(epoch) = open.pop().and_then(|at| self.epochs.get(at)) {
            open.extend(epoch.follows.iter().copied().filter(|before| past.insert(*before)));
        }
        past
    }

    /// Whether an epoch, with what it follows, shuts out everybody who was let go and all devices that were taken out.
    fn covers(&self, at: usize, acts: &Roles, outs: &BTreeSet<DeviceId>) -> bool {
        let mut known = self.past(std::iter::once(at));
        known.set(at);
        let all = || known.all().filter_map(|at| self.epochs.get(at));
        let named: BTreeSet<&DeviceId> = all().filter_map(Epoch::op).flat_map(|op| &op.outs).collect();
        if !outs.iter().all(|out| named.contains(out)) {
            return false;
        }
        // What those that it follows knew of, it knows too: one names few.
        let named: Bits = all().flat_map(|epoch| epoch.acts.iter().copied()).collect();
        let held = named.all().filter_map(|act| self.held.get(act)?.1);
        acts.shut_out(&acts.closure_of(held.collect()))
    }
}

impl EpochView {
    fn of(record: &Record, op: &KeyEpochOp) -> Self {
        Self { entry: record.id, key: op.key, author: record.author, stamp: record.stamp, history: op.history }
    }
}

/// Of each box the latest word of a moderator or leader.
fn seeds(records: &[Arc<Record>], roles: &BTreeMap<IdentityId, Role>) -> BTreeMap<DeviceId, SeedView> {
    let mut seeds: BTreeMap<DeviceId, SeedView> = BTreeMap::new();
    for record in records.iter().filter(|record| roles.get(&record.author) >= Some(&Role::Moderator)) {
        let Op::Seed(SeedOp { device, sealing_key, on }) = &record.op else { continue };
        if seeds.get(device).is_none_or(|held| (held.stamp, held.entry) < record.order()) {
            let view = SeedView { sealing_key: *sealing_key, on: *on, stamp: record.stamp, entry: record.id };
            seeds.insert(*device, view);
        }
    }
    seeds
}
