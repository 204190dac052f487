//! Which key of a closed community is the current one. SPEC.md §10.4.
//!
//! No stamp decides. A key is current only if its epoch knew of every removal that counts, so that nobody who was let
//! go was given it; of several such that do not follow one another, role and id decide.

use super::{Record, roles::Roles};
use crate::{
    Stamp,
    ids::{DeviceId, EntryId, IdentityId, KeyId, SealingKey},
    limits::ROTATION_MIN_MS,
    op::{KeyEpochOp, Op, Role, SeedOp},
    private::Class,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
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
    /// Whether it knew of every removal that counts.
    pub covers: bool,
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
    /// The epochs that no other follows: what a new one follows.
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

/// Fold the key epochs among a closed scope's records, given in any order. `roles` are those of now, `outs` the devices
/// of members that are known to have been taken out.
pub(super) fn fold_keys(
    acts: &Roles,
    records: &[&Record],
    roles: &BTreeMap<IdentityId, Role>,
    outs: &BTreeSet<DeviceId>,
) -> KeysView {
    let all: BTreeMap<EntryId, (&Record, &KeyEpochOp)> = records
        .iter()
        .filter_map(|record| match (&record.op, record.sealed) {
            // Sealed under the key that it names: so its author held it.
            (Op::KeyEpoch(op), Some(by)) if by.class == Class::Roster && by.key == op.key => {
                Some((record.id, (*record, op)))
            }
            _ => None,
        })
        .collect();
    // What someone made who belongs no longer still leads to what it followed.
    let epochs: BTreeMap<EntryId, (&Record, &KeyEpochOp)> =
        all.iter().filter(|(_, (record, _))| roles.contains_key(&record.author)).map(|(id, of)| (*id, *of)).collect();
    let pasts: BTreeMap<EntryId, BTreeSet<EntryId>> = epochs.keys().map(|id| (*id, past(&all, *id))).collect();
    let known = all.values().map(|(_, op)| op.key).collect();
    let mut view = KeysView { known, ..KeysView::default() };
    for (id, (record, op)) in &epochs {
        let followed: Vec<&KeyEpochOp> =
            pasts.get(id).into_iter().flatten().chain([id]).filter_map(|id| Some(all.get(id)?.1)).collect();
        let known: BTreeSet<DeviceId> = followed.iter().flat_map(|op| op.outs.iter().copied()).collect();
        // What those that it follows knew of, it knows too: one names few.
        let covers = acts.shut_out(&followed.iter().flat_map(|op| op.refs.iter().copied()).collect());
        let epoch = EpochView {
            entry: *id,
            key: op.key,
            author: record.author,
            stamp: record.stamp,
            covers: covers && outs.is_subset(&known),
            history: op.history,
        };
        view.epochs.insert(*id, epoch);
        view.outs.extend(known);
    }
    // Those that no other follows; of a set, those that no other of the set follows.
    let last = |among: &BTreeSet<EntryId>| -> Vec<EntryId> {
        let followed: BTreeSet<EntryId> =
            among.iter().filter_map(|id| pasts.get(id)).flatten().filter(|id| among.contains(*id)).copied().collect();
        among.difference(&followed).copied().collect()
    };
    view.tips = last(&epochs.keys().copied().collect());
    let covering: BTreeSet<EntryId> =
        view.epochs.values().filter(|epoch| epoch.covers).map(|epoch| epoch.entry).collect();
    let mut best = last(&covering);
    let rank = |id: &EntryId| Reverse(view.epochs.get(id).and_then(|epoch| roles.get(&epoch.author)).copied());
    best.sort_by_key(|id| (rank(id), *id));
    view.current = best.first().copied();
    let open = if best.is_empty() { &view.tips } else { &best };
    view.live = open.iter().filter_map(|id| view.epochs.get(id)).map(|epoch| epoch.key).collect();
    view.seeds = seeds(records, roles);
    view
}

/// The epochs that one follows, directly or through others.
fn past(epochs: &BTreeMap<EntryId, (&Record, &KeyEpochOp)>, of: EntryId) -> BTreeSet<EntryId> {
    let mut past = BTreeSet::new();
    let mut open = vec![of];
    while let Some(id) = open.pop() {
        for before in epochs.get(&id).into_iter().flat_map(|(_, op)| &op.follows) {
            if epochs.contains_key(before) && past.insert(*before) {
                open.push(*before);
            }
        }
    }
    past
}

/// Of each box the latest word of a moderator or leader.
fn seeds(records: &[&Record], roles: &BTreeMap<IdentityId, Role>) -> BTreeMap<DeviceId, SeedView> {
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
