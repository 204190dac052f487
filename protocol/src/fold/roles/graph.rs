//! Acts of governance in causal order, each with all that it knew of. SPEC.md §8.1.

use super::super::Record;
use crate::{
    ids::{EntryId, IdentityId},
    op::{Op, Role},
};
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

/// An act of governance, read.
#[derive(Clone, Copy)]
pub(in crate::fold) struct Act<'a> {
    pub record: &'a Record,
    /// Whose role it sets to what; none for an act of moderation.
    pub sets: Option<(IdentityId, Option<Role>)>,
    /// The acts that its author knew last.
    refs: &'a [EntryId],
}

impl<'a> Act<'a> {
    /// None if the record is no act of governance: an own erasure, say.
    pub fn of(record: &'a Record) -> Option<Self> {
        match &record.op {
            Op::Role(op) => Some(Self { record, sets: Some((op.person, op.role)), refs: &op.refs }),
            Op::Erase(op) => Some(Self { record, sets: None, refs: op.refs.as_deref()? }),
            Op::Void(op) => Some(Self { record, sets: None, refs: &op.refs }),
            _ => None,
        }
    }
    /// Whether somebody leaves by it, or steps down.
    pub fn steps_down(&self) -> bool {
        self.sets.is_some_and(|(person, _)| person == self.record.author)
    }
    /// What it refers to.
    pub fn refs(&self) -> &'a [EntryId] {
        self.refs
    }
}

/// A set of acts, by their number.
#[derive(Clone, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn get(&self, at: usize) -> bool {
        self.0.get(at >> 6).is_some_and(|word| word & (1 << (at & 63)) != 0)
    }
    fn set(&mut self, at: usize) {
        let word = at >> 6;
        if self.0.len() <= word {
            self.0.resize(word.saturating_add(1), 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (at & 63);
        }
    }
    fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(to, from)| *to |= from);
    }
}

/// The acts that can count at all, with all that they refer to, whose past is held.
pub(super) struct Graph<'a> {
    pub founder: IdentityId,
    acts: Vec<Act<'a>>,
    places: BTreeMap<EntryId, usize>,
    past: Vec<Bits>,
    relevant: Vec<bool>,
    /// Acts by the person whose role they set, in causal order.
    on: BTreeMap<IdentityId, Vec<usize>>,
}

impl<'a> Graph<'a> {
    /// Of records in any order.
    pub fn new(founder: IdentityId, records: impl Iterator<Item = &'a Record>) -> Self {
        let all: BTreeMap<EntryId, Act<'a>> = records.filter_map(Act::of).map(|act| (act.record.id, act)).collect();
        let relevant = relevant(founder, &all);
        let mut graph = Self {
            founder,
            acts: Vec::new(),
            places: BTreeMap::new(),
            past: Vec::new(),
            relevant: Vec::new(),
            on: BTreeMap::new(),
        };
        graph.put_all(&all, &relevant);
        graph
    }

    /// Those that count at all, in an order in which each follows what it refers to. One that refers to what is not
    /// held, itself or through others, is pending: it waits outside.
    fn put_all(&mut self, all: &BTreeMap<EntryId, Act<'a>>, relevant: &BTreeSet<EntryId>) {
        // None: pending, or looked at just now; acts refer to hashes, so there is no circle but by hand.
        let mut seen: BTreeMap<EntryId, bool> = BTreeMap::new();
        for id in relevant {
            let mut open = vec![(*id, false)];
            while let Some((id, refs_done)) = open.pop() {
                let Some(act) = all.get(&id) else { continue };
                if refs_done {
                    let complete = act.refs.iter().all(|of| seen.get(of) == Some(&true));
                    seen.insert(id, complete);
                    if complete {
                        self.put(*act, relevant.contains(&id));
                    }
                } else if let Entry::Vacant(new) = seen.entry(id) {
                    new.insert(false);
                    open.push((id, true));
                    open.extend(act.refs.iter().filter(|of| !seen.contains_key(*of)).map(|of| (*of, false)));
                }
            }
        }
    }

    fn put(&mut self, act: Act<'a>, relevant: bool) {
        let (at, mut past) = (self.acts.len(), Bits::default());
        for of in act.refs.iter().filter_map(|of| self.places.get(of)) {
            if let Some(earlier) = self.past.get(*of) {
                past.join(earlier);
                past.set(*of);
            }
        }
        if let Some((person, _)) = act.sets {
            self.on.entry(person).or_default().push(at);
        }
        self.places.insert(act.record.id, at);
        self.acts.push(act);
        self.past.push(past);
        self.relevant.push(relevant);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.acts.len()
    }
    /// All of them, in causal order.
    pub fn all(&self) -> std::ops::Range<usize> {
        0..self.acts.len()
    }
    /// Those that can count.
    pub fn relevant(&self) -> impl Iterator<Item = usize> {
        self.relevant.iter().enumerate().filter(|(_, relevant)| **relevant).map(|(at, _)| at)
    }
    /// The founder, and all whose role an act sets.
    pub fn people(&self) -> impl Iterator<Item = IdentityId> {
        let founder = Some(self.founder).filter(|founder| !self.on.contains_key(founder));
        self.on.keys().copied().chain(founder)
    }
    /// An act by its number.
    pub fn act(&self, at: usize) -> Option<&Act<'a>> {
        self.acts.get(at)
    }
    /// Whose role an act sets to what.
    pub fn sets(&self, at: usize) -> Option<(IdentityId, Option<Role>)> {
        self.acts.get(at)?.sets
    }
    /// Its number.
    pub fn place_of(&self, id: EntryId) -> Option<usize> {
        self.places.get(&id).copied()
    }
    /// Acts on a person, in causal order.
    pub fn on(&self, person: IdentityId) -> &[usize] {
        self.on.get(&person).map_or(&[], Vec::as_slice)
    }
    /// Whether an act knew of another.
    pub fn knows(&self, act: usize, of: usize) -> bool {
        self.past.get(act).is_some_and(|past| past.get(of))
    }
    /// Whether neither of two knew of the other.
    pub fn concurrent(&self, one: usize, other: usize) -> bool {
        one != other && !self.knows(one, other) && !self.knows(other, one)
    }
}

/// The acts that can count at all: by people who at some time may have had the right. The others are passed over, so
/// that strangers cannot fill references.
fn relevant(founder: IdentityId, all: &BTreeMap<EntryId, Act<'_>>) -> BTreeSet<EntryId> {
    let mut by_author: BTreeMap<IdentityId, Vec<&Act<'_>>> = BTreeMap::new();
    for act in all.values() {
        by_author.entry(act.record.author).or_default().push(act);
    }
    // The highest role that each person may ever have had.
    let mut ever: BTreeMap<IdentityId, Role> = BTreeMap::from([(founder, Role::Leader)]);
    let mut open = vec![founder];
    while let Some(author) = open.pop() {
        if ever.get(&author) < Some(&Role::Moderator) {
            continue;
        }
        for act in by_author.get(&author).into_iter().flatten() {
            if let Some((person, Some(role))) = act.sets
                && ever.get(&person) < Some(&role)
            {
                ever.insert(person, role);
                open.push(person);
            }
        }
    }
    let counts = |act: &Act<'_>| {
        let rank = ever.get(&act.record.author).copied();
        let steps_down = act.sets.is_some_and(|(person, role)| person == act.record.author && role < rank);
        rank >= Some(Role::Moderator) || (rank.is_some() && steps_down)
    };
    all.iter().filter(|(_, act)| counts(act)).map(|(id, _)| *id).collect()
}
