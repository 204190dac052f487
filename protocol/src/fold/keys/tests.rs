//! Key epochs in random worlds, whichever comes first, against the rule as SPEC.md §10.4 says it, with sets.
#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]
#![allow(clippy::cast_possible_truncation, reason = "numbers of a small world")]

use super::{
    super::{
        random::{Dice, record},
        roles::Roles,
    },
    *,
};
use crate::op::RoleOp;

/// People who act: the first founded the community.
const PEOPLE: usize = 5;

fn world(dice: &mut Dice) -> (Vec<Record>, Vec<Record>) {
    let (mut acts, mut epochs): (Vec<Record>, Vec<Record>) = (Vec::new(), Vec::new());
    let (mut ids, mut made): (Vec<EntryId>, Vec<EntryId>) = (Vec::new(), Vec::new());
    // In some worlds nobody hears of the keys of others.
    let apart = dice.below(5) == 0;
    for number in 0..12 + dice.below(30) {
        let by = u8::try_from(1 + dice.below(PEOPLE)).unwrap_or(1);
        // Mostly by who knows the latest.
        let near = |dice: &mut Dice, ids: &[EntryId], most| {
            let mut some = dice.some(ids, most);
            some.extend(ids.last().filter(|_| dice.below(3) > 0));
            some.sort_unstable();
            some.dedup();
            some
        };
        if dice.below(2) == 0 {
            let by = if dice.below(3) > 0 { 1 } else { by };
            let person = IdentityId([u8::try_from(1 + dice.below(PEOPLE)).unwrap_or(1); 32]);
            let role = [None, None, Some(Role::Member), Some(Role::Moderator), Some(Role::Leader)];
            let role = role.get(dice.below(5)).copied().flatten();
            let refs = near(dice, &ids, 3);
            acts.push(record(number, by, Op::Role(RoleOp { person, role, refs, lowers: dice.below(4) == 0 })));
            ids.extend(acts.last().map(|act| act.id));
        } else {
            let follows = if apart { Vec::new() } else { near(dice, &made, 2) };
            let refs = near(dice, &ids, 3);
            let outs = dice.some(&[DeviceId([7; 32]), DeviceId([8; 32])], 1);
            let key = KeyId(crate::entry::hash(&number.to_le_bytes()).0);
            epochs.push(record(number, by, Op::KeyEpoch(KeyEpochOp { key, follows, refs, outs, history: false })));
            made.extend(epochs.last().map(|epoch| epoch.id));
        }
    }
    (acts, epochs)
}

/// The tips, those of them that may be current, by the rule alone: of all epochs of whom belongs, with their pasts.
fn by_the_rule(
    acts: &Roles,
    records: &[Record],
    roles: &BTreeMap<IdentityId, Role>,
    outs: &BTreeSet<DeviceId>,
    most: usize,
) -> (Vec<EntryId>, BTreeSet<EntryId>, Option<EntryId>) {
    let all: BTreeMap<EntryId, (&Record, &KeyEpochOp)> = records
        .iter()
        .filter_map(|record| match &record.op {
            Op::KeyEpoch(op) => Some((record.id, (record, op))),
            _ => None,
        })
        .collect();
    let past = |of: EntryId| -> BTreeSet<EntryId> {
        let (mut past, mut open) = (BTreeSet::new(), vec![of]);
        while let Some(id) = open.pop() {
            for before in all.get(&id).into_iter().flat_map(|(_, op)| &op.follows) {
                if all.contains_key(before) && past.insert(*before) {
                    open.push(*before);
                }
            }
        }
        past
    };
    let epochs: BTreeSet<EntryId> =
        all.values().filter(|(record, _)| roles.contains_key(&record.author)).map(|(record, _)| record.id).collect();
    let covers = |id: &EntryId| {
        let with: BTreeSet<EntryId> = past(*id).into_iter().chain([*id]).collect();
        let ops = || with.iter().filter_map(|id| Some(all.get(id)?.1));
        let known: BTreeSet<DeviceId> = ops().flat_map(|op| op.outs.iter().copied()).collect();
        let named = ops().flat_map(|op| op.refs.iter().copied()).filter_map(|act| acts.place_of(act));
        acts.shut_out_by_acts(&acts.closure_of(named.collect())) && outs.is_subset(&known)
    };
    let last = |among: &BTreeSet<EntryId>| -> BTreeSet<EntryId> {
        let followed: BTreeSet<EntryId> = among.iter().flat_map(|id| past(*id)).collect();
        among.difference(&followed).copied().collect()
    };
    let mut own: BTreeMap<IdentityId, usize> = BTreeMap::new();
    let mut tips: Vec<EntryId> = last(&epochs).into_iter().collect();
    tips.retain(|id| {
        let count = own.entry(all[id].0.author).or_default();
        *count += 1;
        *count <= most
    });
    // Before tips: all that cover, and of these those that no other of them follows. It comes to the same.
    let covering: BTreeSet<EntryId> = epochs.iter().filter(|id| covers(id)).copied().collect();
    let counting: BTreeSet<EntryId> = tips.iter().copied().collect();
    let best: BTreeSet<EntryId> = last(&covering).intersection(&counting).copied().collect();
    if most == usize::MAX {
        assert_eq!(last(&covering), best, "what an epoch covers, those cover that follow it");
    }
    let current = best.iter().max_by_key(|id| (roles[&all[id].0.author], Reverse(**id))).copied();
    (tips, best, current)
}

#[test]
fn in_any_order_they_add_up_to_what_the_rule_says() {
    let (mut current, mut several, mut none, mut crowded) = (0, 0, 0, 0);
    for seed in 0..1_500 {
        let mut dice = Dice(seed);
        let (acts, epochs) = world(&mut dice);
        let outs: BTreeSet<DeviceId> = dice.some(&[DeviceId([7; 32])], 1).into_iter().collect();
        let mut rest: Vec<Record> = acts.into_iter().chain(epochs).collect();
        let (mut held, mut keys) = (Vec::new(), Keys::default());
        let founder = Some(IdentityId([1; 32]));
        let (mut acts, mut renewed) = (Roles::of(founder, []), true);
        while !rest.is_empty() {
            let came = rest.swap_remove(dice.below(rest.len()));
            let is_epoch = keys.take(&Arc::new(came.clone()));
            held.push(came);
            if !is_epoch {
                (acts, renewed) = (Roles::of(founder, held.iter()), true);
            }
            if dice.below(4) == 0 && !rest.is_empty() {
                continue;
            }
            let roles = acts.ranks().iter().filter_map(|(person, rank)| Some((*person, rank.role?))).collect();
            let view = keys.fold(&acts, std::mem::take(&mut renewed), &roles, &outs);
            let (tips, best, expected) = by_the_rule(&acts, &held, &roles, &outs, KEY_TIPS_MAX);
            let (all, ..) = by_the_rule(&acts, &held, &roles, &outs, usize::MAX);
            assert_eq!((&view.tips, view.current), (&tips, expected), "seed {seed}");
            let live = if best.is_empty() { tips.iter().copied().collect() } else { best };
            let named: BTreeSet<KeyId> = live.iter().filter_map(|id| Some(view.epochs.get(id)?.key)).collect();
            assert_eq!(view.live.iter().copied().collect::<BTreeSet<_>>(), named, "seed {seed}");
            current += usize::from(expected.is_some());
            several += usize::from(live.len() > 1);
            none += usize::from(expected.is_none());
            crowded += usize::from(all.len() > tips.len());
        }
    }
    assert!(
        current > 1_000 && several > 1_000 && none > 1_000 && crowded > 100,
        "{current} {several} {none} {crowded}"
    );
}
