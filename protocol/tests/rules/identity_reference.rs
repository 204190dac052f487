//! SPEC.md §7.1 read word by word, without a thought for what it costs; and random identities for it.

use crate::{
    common::{cases, key, recovery},
    devices::{Log, out, profile, recovery_op, terms},
};
use communaut_protocol::{
    DeviceId, DeviceKey, Entry, EntryId, Hash, IdentityId,
    entry::hash,
    fold::{IdentityState, IdentityView, Record, Within},
    limits::DEVICES_MAX,
    op::{Op, RecoveryTerms},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Ids = BTreeSet<EntryId>;

/// Who speaks after an act.
#[derive(Clone)]
struct Speaks {
    devices: BTreeSet<DeviceId>,
    out: BTreeSet<DeviceId>,
    accepted: BTreeSet<Hash>,
    recovery: Hash,
    number: u32,
}

/// Acts by what they are known as, of one identity; consents and proofs are good here.
struct Reference {
    root: Speaks,
    acts: BTreeMap<EntryId, (DeviceId, Op)>,
    known: BTreeMap<EntryId, EntryId>,
    decided: Ids,
    first: DeviceId,
}

impl Reference {
    fn of(id: IdentityId, records: &[Record]) -> Option<Self> {
        let mut all: BTreeMap<EntryId, (DeviceId, Op)> = BTreeMap::new();
        for record in records {
            all.insert(record.id, (record.log.device, record.op.clone()));
            if let Op::Witness(op) = &record.op {
                let said = op.acts.iter().filter_map(|raw| IdentityState::said_again(raw.clone()));
                all.extend(said.map(|record| (record.id, (record.log.device, record.op))));
            }
        }
        let inception = all.values().find_map(|(_, op)| match op {
            Op::Inception(op) => Some(op.clone()),
            _ => None,
        })?;
        let terms = |op: &Op| match op {
            Op::Recovery(op) => Some((op.key, op.terms.signing_bytes(id).unwrap())),
            _ => None,
        };
        let same = |op: &Op| all.iter().find(|(_, (_, other))| terms(op).is_some() && terms(other) == terms(op));
        let known: BTreeMap<EntryId, EntryId> =
            all.iter().map(|(id, (_, op))| (*id, same(op).map_or(*id, |(first, _)| *first))).collect();
        let decided = all.values().filter_map(|(_, op)| match op {
            Op::Decide(op) if Some(hash(&op.key.0)) == inception.deciding => known.get(&op.recovery).copied(),
            _ => None,
        });
        let decided = decided.collect();
        let root = Speaks {
            devices: BTreeSet::from([inception.device]),
            out: BTreeSet::new(),
            accepted: BTreeSet::new(),
            recovery: inception.recovery,
            number: 0,
        };
        all.retain(|id, _| known[id] == *id);
        Some(Self { root, acts: all, known, decided, first: inception.device })
    }
    fn previous(&self, act: EntryId) -> Option<EntryId> {
        let previous = match &self.acts[&act].1 {
            Op::Device(op) => op.previous,
            Op::Out(op) => op.previous,
            Op::Recovery(op) => op.terms.previous,
            _ => None,
        };
        previous.map(|act| self.known.get(&act).copied().unwrap_or(act))
    }
    fn recovers(&self, act: EntryId) -> bool {
        matches!(self.acts[&act].1, Op::Recovery(_))
    }
    fn after(&self, act: Option<EntryId>) -> Option<Speaks> {
        let Some(act) = act else { return Some(self.root.clone()) };
        let (by, op) = self.acts.get(&act)?;
        let Speaks { mut devices, mut out, mut accepted, mut recovery, mut number } = self.after(self.previous(act))?;
        match op {
            Op::Device(op) => {
                let new = !devices.contains(&op.device) && !out.contains(&op.device);
                if !devices.contains(by) || !new || devices.len() >= DEVICES_MAX {
                    return None;
                }
                devices.insert(op.device);
            }
            Op::Out(op) => {
                if !devices.contains(by) || op.devices.iter().any(|one| !devices.contains(one) && !out.contains(one)) {
                    return None;
                }
                out.extend(&op.devices);
                accepted.extend(&op.accepted);
                devices.retain(|device| !out.contains(device));
            }
            Op::Recovery(op) => {
                let RecoveryTerms { number: count, device, keep, next, .. } = &op.terms;
                let good = hash(&op.key.0) == recovery && *count == number + 1 && !out.contains(device);
                if !good || keep.iter().any(|held| !devices.contains(held)) {
                    return None;
                }
                out.extend(devices.iter().filter(|held| !keep.contains(held) && *held != device));
                devices = keep.iter().chain([device]).copied().collect();
                accepted.extend(&op.terms.accepted);
                (recovery, number) = (*next, *count);
            }
            _ => return None,
        }
        Some(Speaks { devices, out, accepted, recovery, number })
    }
    fn following(&self, at: Option<EntryId>) -> Vec<EntryId> {
        let all = self.acts.keys().copied().filter(|act| self.previous(*act) == at);
        all.filter(|act| self.after(Some(*act)).is_some()).collect()
    }
    /// An act and all after it, up to the next recoveries.
    fn branch(&self, act: EntryId) -> Vec<EntryId> {
        let further = self.following(Some(act)).into_iter().filter(|act| !self.recovers(*act));
        std::iter::once(act).chain(further.flat_map(|act| self.branch(act))).collect()
    }
    fn takes_out(&self, act: EntryId) -> BTreeSet<DeviceId> {
        let gone = |act: EntryId| {
            let (before, after) = (self.after(self.previous(act)).unwrap(), self.after(Some(act)).unwrap());
            before.devices.difference(&after.devices).copied().collect::<Vec<_>>()
        };
        self.branch(act).into_iter().flat_map(gone).collect()
    }
    fn last_recovery(&self, act: EntryId) -> Option<EntryId> {
        let before = self.previous(act)?;
        if self.recovers(before) { Some(before) } else { self.last_recovery(before) }
    }
    /// Head, competing, contested; and who speaks, is out, and what is accepted.
    fn settle(&self) -> (Option<EntryId>, Vec<EntryId>, Vec<EntryId>, Speaks) {
        let standing = self.acts.keys().copied().filter(|act| self.after(Some(*act)).is_some());
        let recoveries: Vec<EntryId> = standing.filter(|act| self.recovers(*act)).collect();
        let (mut head, mut contested, mut competing) = (None, vec![], vec![]);
        loop {
            let next: Vec<EntryId> =
                recoveries.iter().copied().filter(|act| self.last_recovery(*act) == head).collect();
            let decided: Vec<EntryId> = next.iter().copied().filter(|act| self.decided.contains(act)).collect();
            match (next.as_slice(), decided.as_slice()) {
                ([only], _) | (_, [only]) => head = Some(*only),
                _ => break contested.extend(next),
            }
        }
        loop {
            let all: Vec<EntryId> = self.following(head).into_iter().filter(|act| !self.recovers(*act)).collect();
            let by = |act: EntryId| self.acts[&act].0;
            let goes = |a: EntryId| {
                all.iter().any(|b| self.takes_out(*b).contains(&by(a)) && !self.takes_out(a).contains(&by(*b)))
            };
            let left: Vec<EntryId> = all.iter().copied().filter(|act| !goes(*act)).collect();
            let left = if left.is_empty() { all.clone() } else { left };
            match left.as_slice() {
                [] => break,
                [only] => head = Some(*only),
                _ => break competing.extend(left),
            }
        }
        let mut speaks = self.after(head).unwrap();
        for act in competing.iter().flat_map(|act| self.branch(*act)) {
            let gone: Vec<DeviceId> = self.takes_out(act).intersection(&speaks.devices).copied().collect();
            speaks.devices.retain(|device| !gone.contains(device));
            speaks.out.extend(gone);
            if let Op::Out(op) = &self.acts[&act].1 {
                speaks.accepted.extend(&op.accepted);
            }
        }
        (head, competing, contested, speaks)
    }
    fn brought_in(&self) -> BTreeSet<DeviceId> {
        let standing = self.acts.iter().filter(|(act, _)| self.after(Some(**act)).is_some());
        let devices = standing.filter_map(|(_, (_, op))| match op {
            Op::Device(op) => Some(op.device),
            Op::Recovery(op) => Some(op.terms.device),
            _ => None,
        });
        devices.chain([self.first]).collect()
    }
}

fn check(view: &IdentityView, records: &[Record]) -> Result<(), TestCaseError> {
    let Some(reference) = Reference::of(view.id, records) else {
        prop_assert_eq!(view, &IdentityView { id: view.id, ..view_without_acts(view) });
        return Ok(());
    };
    let (head, competing, contested, speaks) = reference.settle();
    prop_assert_eq!((view.head, &view.competing, &view.contested), (head, &competing, &contested));
    prop_assert_eq!(view.devices.keys().copied().collect::<BTreeSet<_>>(), speaks.devices);
    prop_assert_eq!(view.out.keys().copied().collect::<BTreeSet<_>>(), speaks.out);
    prop_assert_eq!(view.accepted.iter().copied().collect::<BTreeSet<_>>(), speaks.accepted);
    prop_assert_eq!((view.recovery, view.recoveries), (speaks.recovery, speaks.number));
    prop_assert_eq!(view.brought_in.iter().copied().collect::<BTreeSet<_>>(), reference.brought_in());
    Ok(())
}

fn view_without_acts(view: &IdentityView) -> IdentityView {
    IdentityView { name: view.name.clone(), about: view.about.clone(), home: view.home, ..IdentityView::default() }
}

/// Who does what, on whom, after which of the latest acts.
type Step = (u8, u8, u8, u8);

fn play(steps: &[Step]) -> Log {
    let mut log = Log::with_deciding_key();
    let keys: Vec<DeviceKey> = std::iter::once(log.alice.key.clone()).chain((11..15).map(key)).collect();
    let mut acts: Vec<Option<EntryId>> = vec![None];
    for (n, (by, what, on, after)) in steps.iter().enumerate() {
        let by = &keys[usize::from(*by % 7) % keys.len()];
        // Mostly long branches, some from far back.
        let back = [0, 0, 0, 1, 1, 2, 3, usize::from(*after) / 8][usize::from(*after) % 8];
        let at = acts.len().saturating_sub(1 + back);
        let previous = acts[at];
        let act = match what % 16 {
            0..=5 => log.comes_in(by, 11 + on % 4, previous),
            6..=10 => {
                let accepted = [Hash([on % 3; 32])];
                let few = &accepted[..usize::from(what % 2)];
                log.say(by, &out(&[&keys[usize::from(*on) % keys.len()]], few, previous))
            }
            11 | 12 => {
                let (count, again) = (u32::from(on % 3), *on >= 128);
                let device = if again { 30 } else { 30 + u8::try_from(n).unwrap() };
                let keep: &[&DeviceKey] = if on % 4 == 0 { &[&keys[0]] } else { &[] };
                let terms =
                    RecoveryTerms { accepted: vec![Hash([on % 5; 32])], ..terms(device, count, keep, previous) };
                log.say(&key(device), &recovery_op(log.alice.id, &recovery(1), &terms))
            }
            13 => log.decides(by, previous.unwrap_or(EntryId([1; 32]))),
            14 => {
                let all: Vec<EntryId> = log.entries.iter().map(Entry::id).collect();
                log.witnesses(by, &all)
            }
            _ => log.say(by, &profile(&format!("name {n}"))),
        };
        if what % 16 < 13 {
            acts.push(Some(act));
        }
    }
    log
}

proptest! {
    #![proptest_config(cases(300))]

    /// After each arrival, in any order; and from two sources; and as a closed community knows them.
    #[test]
    fn identities_are_what_the_specification_says(
        steps in prop::collection::vec(any::<Step>(), 1..26),
        seed in any::<u64>(),
    ) {
        let log = play(&steps);
        let id = log.alice.id;
        let mut records: Vec<Record> = log.entries.iter().map(|entry| Record::of(entry).unwrap()).collect();
        let (mut state, mut odd, mut even) = (IdentityState::new(id), IdentityState::new(id), IdentityState::new(id));
        let (mut within, mut both) = (Within::default(), IdentityState::new(id));
        let (mut come, mut own, mut random) = (Vec::new(), Vec::new(), seed | 1);
        while !records.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Some in the order in which they were written, others in any.
            let at = if seed % 3 == 0 { 0 } else { usize::try_from(random >> 33).unwrap() % records.len() };
            let record = records.remove(at);
            come.push(record.clone());
            state.apply([record.clone()]);
            check(state.view(), &come)?;
            let one = if random & 8 == 0 { &mut odd } else { &mut even };
            let before = one.clone();
            if random & 8 == 0 {
                own.push(record.clone());
            }
            one.apply([record]);
            prop_assert!(both.join(&before, one));
            check(both.view(), &come)?;
            // A witness in a community says acts and no witnesses; what those hold comes by the own log.
            let last = come.last().map(|record| record.id);
            let entry = log.entries.iter().find(|entry| Some(entry.id()) == last).unwrap();
            within.hear_acts(&[entry.to_raw()], |_| Some(&odd));
            let told = come.iter().filter(|record| record.op.is_identity_act());
            let inside: Vec<Record> = told.chain(&own).cloned().collect();
            within.met(id, Some(&odd));
            check(within.book().get(&id).unwrap(), &inside)?;
        }
        check(odd.joined(&even).view(), &come)?;
    }
}

/// The inception is the one before by its absence alone: of its entry there may be another.
#[test]
fn an_act_that_names_the_inceptions_entry_follows_nothing() {
    let mut log = Log::new();
    let (first, inception) = (log.alice.key.clone(), log.alice.inception.id());
    let before = log.view();
    let named = log.comes_in(&first, 11, Some(inception));
    assert_eq!(log.view(), before);
    log.comes_in(&first, 12, Some(named));
    assert_eq!(log.view(), before);
    let came = log.comes_in(&first, 12, None);
    assert_eq!(log.view().head, Some(came));
}
