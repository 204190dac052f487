//! Who holds which role, from acts of governance alone: role entries and acts of moderation. SPEC.md §8.1.
//!
//! No stamp decides here: an act is judged in its own causal past (its log before it, and what
//! it refers to), and acts that did not know of each other are joined by fixed rules, so that
//! nobody gains by dating back.

use super::Record;
use crate::{
    ids::{EntryId, IdentityId},
    op::{EntryPlace, Op, Role},
    scope::LogId,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

/// Rounds in which revocations void concurrent acts: each settles one more link of a chain of
/// people who revoke each other at once. Even, so that a closed circle of them all go.
const ROUNDS_MAX: usize = 8;

/// Whether someone with `by` may take `person`'s role from `before` to `after`.
#[must_use]
pub fn may_grant(by: Option<Role>, own: bool, before: Option<Role>, after: Option<Role>) -> bool {
    // Anyone may leave or step down.
    if own && (after.is_none() || after < before) {
        return true;
    }
    match by {
        Some(Role::Leader) => true,
        // A moderator admits and lets go members and contributors.
        Some(Role::Moderator) => before < Some(Role::Moderator) && after < Some(Role::Moderator),
        _ => false,
    }
}

/// What a set of role entries adds up to.
#[derive(Debug, Default)]
pub(super) struct RoleFold {
    /// Who holds what.
    pub roles: BTreeMap<IdentityId, Role>,
    /// The entries that matter and that no other of them follows, ascending.
    pub tips: Vec<EntryId>,
}

/// Fold role entries, given in any order; others among the records are passed over.
pub(super) fn fold_roles<'a>(founder: Option<IdentityId>, records: impl Iterator<Item = &'a Record>) -> RoleFold {
    let Some(founder) = founder else { return RoleFold::default() };
    let acts = relevant(founder, records);
    let graph = Graph::new(founder, acts);
    let tips = graph.tip_ids();
    let verdicts = graph.settle();
    let mut roles = BTreeMap::new();
    for person in graph.on.keys().copied().chain([founder]) {
        if let Some(role) = graph.role(person, None, &verdicts) {
            roles.insert(person, role);
        }
    }
    RoleFold { roles, tips }
}

/// Every act of governance that can count at all, in causal order, and whether it does (SPEC.md §8.1): the audit trail.
#[must_use]
pub fn audit<'a>(founder: Option<IdentityId>, records: impl Iterator<Item = &'a Record>) -> Vec<(&'a Record, bool)> {
    let Some(founder) = founder else { return Vec::new() };
    let graph = Graph::new(founder, relevant(founder, records));
    let verdicts = graph.settle();
    graph.acts.iter().zip(&verdicts).map(|(act, verdict)| (act.record, verdict.counts)).collect()
}

/// The acts of moderation that count: by who was a moderator or leader in their past, and not void by strong removal.
pub(super) fn counting_moderation<'a>(
    founder: Option<IdentityId>,
    records: impl Iterator<Item = &'a Record>,
) -> BTreeSet<EntryId> {
    let Some(founder) = founder else { return BTreeSet::new() };
    let graph = Graph::new(founder, relevant(founder, records));
    let verdicts = graph.settle();
    let acts = graph.acts.iter().zip(&verdicts);
    acts.filter(|(act, verdict)| act.sets.is_none() && verdict.counts).map(|(act, _)| act.record.id).collect()
}

/// Of each set of acts, whether all removals that count stand in it or in its past: the acts by which someone who had a
/// role lost it, or left.
pub(super) fn cover_removals<'a>(
    founder: Option<IdentityId>,
    records: impl Iterator<Item = &'a Record>,
    sets: &[BTreeSet<EntryId>],
) -> Vec<bool> {
    let Some(founder) = founder else { return vec![false; sets.len()] };
    let graph = Graph::new(founder, relevant(founder, records));
    let verdicts = graph.settle();
    let mut removals: Vec<usize> = Vec::new();
    for (at, (act, verdict)) in graph.acts.iter().zip(&verdicts).enumerate() {
        let Some((person, None)) = act.sets else { continue };
        if verdict.counts && graph.role(person, Some(at), &verdicts).is_some() {
            removals.push(at);
        }
    }
    let places: BTreeMap<EntryId, usize> = graph.acts.iter().enumerate().map(|(at, act)| (act.record.id, at)).collect();
    let covers = |set: &BTreeSet<EntryId>| {
        let named: Vec<usize> = set.iter().filter_map(|id| places.get(id).copied()).collect();
        removals.iter().all(|removal| named.iter().any(|act| act == removal || graph.knows(*act, *removal)))
    };
    sets.iter().map(covers).collect()
}

/// The acts of governance that can count at all: by people who at some time may have had the right.
/// The others are dropped here, so that strangers cannot fill frontiers and references.
pub(super) fn relevant<'a>(founder: IdentityId, records: impl Iterator<Item = &'a Record>) -> Vec<Act<'a>> {
    let mut by_author: BTreeMap<IdentityId, BTreeMap<EntryId, Act<'a>>> = BTreeMap::new();
    for record in records {
        if let Some(act) = Act::of(record) {
            by_author.entry(record.author).or_default().insert(record.id, act);
        }
    }
    // The highest role that each person may ever have had.
    let mut ever: BTreeMap<IdentityId, Role> = BTreeMap::from([(founder, Role::Leader)]);
    let mut open = vec![founder];
    while let Some(author) = open.pop() {
        if ever.get(&author) < Some(&Role::Moderator) {
            continue;
        }
        for act in by_author.get(&author).into_iter().flatten().map(|(_, act)| act) {
            if let Some((person, Some(role))) = act.sets
                && ever.get(&person) < Some(&role)
            {
                ever.insert(person, role);
                open.push(person);
            }
        }
    }
    by_author
        .into_iter()
        .flat_map(|(author, acts)| {
            let rank = ever.get(&author).copied();
            acts.into_values().filter(move |act| {
                let steps_down = act.sets.is_some_and(|(person, role)| person == author && role < rank);
                rank >= Some(Role::Moderator) || (rank.is_some() && steps_down)
            })
        })
        .collect()
}

/// The last act of each log that matters to the roles.
pub(super) fn relevant_frontier<'a>(founder: IdentityId, records: impl Iterator<Item = &'a Record>) -> Vec<EntryPlace> {
    let mut heads: BTreeMap<LogId, EntryPlace> = BTreeMap::new();
    for record in relevant(founder, records).into_iter().map(|act| act.record) {
        let head = record.place();
        let held = heads.entry(record.log).or_insert(head);
        if held.seq < head.seq {
            *held = head;
        }
    }
    heads.into_values().collect()
}

/// An act of governance, read.
#[derive(Clone, Copy)]
pub(super) struct Act<'a> {
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
    /// What it refers to.
    pub fn refs(&self) -> &'a [EntryId] {
        self.refs
    }
    fn is_on(&self, person: IdentityId) -> bool {
        self.sets.is_some_and(|(on, _)| on == person)
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

/// Whether an act counts, and whether it takes rights away.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Verdict {
    counts: bool,
    lowers: bool,
}

/// Acts in causal order, each with all that it knew of.
struct Graph<'a> {
    founder: IdentityId,
    acts: Vec<Act<'a>>,
    past: Vec<Bits>,
    /// Acts by the person whose role they set, in causal order.
    on: BTreeMap<IdentityId, Vec<usize>>,
    /// Acts that no other follows.
    tips: BTreeSet<usize>,
}

impl<'a> Graph<'a> {
    fn new(founder: IdentityId, acts: Vec<Act<'a>>) -> Self {
        let parents = parents(&acts);
        let order = causal_order(&acts, &parents);
        let mut place = vec![0; acts.len()];
        for (at, act) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*act) {
                *place = at;
            }
        }
        let mut graph =
            Self { founder, acts: Vec::new(), past: Vec::new(), on: BTreeMap::new(), tips: BTreeSet::new() };
        for index in order {
            let (Some(act), Some(parents)) = (acts.get(index), parents.get(index)) else { continue };
            let mut past = Bits::default();
            for parent in parents.iter().filter_map(|parent| place.get(*parent).copied()) {
                if let Some(earlier) = graph.past.get(parent) {
                    past.join(earlier);
                    past.set(parent);
                    graph.tips.remove(&parent);
                }
            }
            graph.tips.insert(graph.acts.len());
            if let Some((person, _)) = act.sets {
                graph.on.entry(person).or_default().push(graph.acts.len());
            }
            graph.acts.push(*act);
            graph.past.push(past);
        }
        graph
    }

    fn tip_ids(&self) -> Vec<EntryId> {
        let mut tips: Vec<EntryId> =
            self.tips.iter().filter_map(|at| self.acts.get(*at)).map(|act| act.record.id).collect();
        tips.sort();
        tips
    }

    fn knows(&self, act: usize, of: usize) -> bool {
        self.past.get(act).is_some_and(|past| past.get(of))
    }

    /// The counting acts on a person that no later counting one has seen, within a causal past
    /// (none: within all).
    fn last_on(&self, person: IdentityId, within: Option<usize>, verdicts: &[Verdict]) -> Vec<usize> {
        let mut last: Vec<usize> = Vec::new();
        let mut seen = Bits::default();
        for act in self.on.get(&person).into_iter().flatten().rev().copied() {
            let inside = within.is_none_or(|within| self.knows(within, act));
            let counts = verdicts.get(act).is_some_and(|verdict| verdict.counts);
            if inside && counts && !seen.get(act) {
                last.push(act);
                self.past.get(act).into_iter().for_each(|past| seen.join(past));
            }
        }
        last
    }

    /// A person's role: the lowest of what the last acts on them give.
    fn role(&self, person: IdentityId, within: Option<usize>, verdicts: &[Verdict]) -> Option<Role> {
        let last = self.last_on(person, within, verdicts);
        let lowest = last.into_iter().filter_map(|act| self.acts.get(act)?.sets).map(|(_, role)| role).min();
        lowest.unwrap_or_else(|| (person == self.founder).then_some(Role::Leader))
    }

    /// Which acts count, to a fixed point (or to the bound, which is the same everywhere).
    fn settle(&self) -> Vec<Verdict> {
        let mut before = self.judge(None);
        for _ in 0..ROUNDS_MAX {
            let after = self.judge(Some(&before));
            if after == before {
                break;
            }
            before = after;
        }
        before
    }

    fn judge(&self, before: Option<&[Verdict]>) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(self.acts.len());
        for (at, Act { record, sets, .. }) in self.acts.iter().enumerate() {
            let by = self.role(record.author, Some(at), &verdicts);
            let (may, lowers) = match *sets {
                Some((person, role)) => {
                    let held = self.role(person, Some(at), &verdicts);
                    let own = record.author == person;
                    (may_grant(by, own, held, role), !own && role < held)
                }
                None => (by >= Some(Role::Moderator), false),
            };
            let counts = may && !before.is_some_and(|before| self.is_voided(at, record, before));
            verdicts.push(Verdict { counts, lowers });
        }
        verdicts
    }

    /// Strong removal: what the revoked did without knowing of it is void.
    fn is_voided(&self, act: usize, record: &Record, before: &[Verdict]) -> bool {
        let revocations = self.on.get(&record.author).into_iter().flatten().copied();
        let takes = |at: usize| before.get(at).is_some_and(|verdict| verdict.counts && verdict.lowers);
        let lowers = before.get(act).is_some_and(|verdict| verdict.lowers);
        revocations.filter(|by| takes(*by) && !self.knows(act, *by) && !self.knows(*by, act)).any(|by| {
            let Some(revoker) = self.acts.get(by).map(|act| act.record.author) else { return false };
            // Two who revoke each other both go, unless one owes their standing to the other.
            let mutual = lowers && self.acts.get(act).is_some_and(|act| act.is_on(revoker));
            !mutual || self.owes(act, record.author, revoker, before)
        })
    }

    /// Whether `person`'s role, as an act knew it, comes from `from`, directly or through others.
    fn owes(&self, act: usize, person: IdentityId, from: IdentityId, verdicts: &[Verdict]) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![(act, person)];
        while let Some((act, person)) = open.pop() {
            for grant in self.last_on(person, Some(act), verdicts) {
                let Some(by) = self.acts.get(grant).map(|act| act.record.author) else { continue };
                if by == from {
                    return true;
                }
                if seen.insert(grant) {
                    open.push((grant, by));
                }
            }
        }
        false
    }
}

/// What each act follows directly: its references, and its own log before it.
fn parents(acts: &[Act<'_>]) -> Vec<Vec<usize>> {
    let by_id: BTreeMap<EntryId, usize> = acts.iter().enumerate().map(|(at, act)| (act.record.id, at)).collect();
    let mut logs: BTreeMap<LogId, Vec<usize>> = BTreeMap::new();
    for (at, Act { record, .. }) in acts.iter().enumerate() {
        logs.entry(record.log).or_default().push(at);
    }
    let seq = |at: usize| acts.get(at).map(|act| (act.record.seq, act.record.id));
    let mut parents: Vec<Vec<usize>> =
        acts.iter().map(|act| act.refs.iter().filter_map(|id| by_id.get(id).copied()).collect()).collect();
    for mut log in logs.into_values() {
        log.sort_by_key(|at| seq(*at));
        for pair in log.windows(2) {
            if let [before, after] = pair
                && let Some(parents) = parents.get_mut(*after)
            {
                parents.push(*before);
            }
        }
    }
    parents.iter_mut().for_each(|list| {
        list.sort_unstable();
        list.dedup();
    });
    parents
}

/// Parents first; the order among the others is by stamp and id, and decides nothing.
fn causal_order(acts: &[Act<'_>], parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); acts.len()];
    let mut waiting: Vec<usize> = parents.iter().map(Vec::len).collect();
    for (child, parents) in parents.iter().enumerate() {
        for parent in parents {
            if let Some(children) = children.get_mut(*parent) {
                children.push(child);
            }
        }
    }
    let key = |at: usize| acts.get(at).map(|act| act.record.order());
    let mut ready: BinaryHeap<Reverse<_>> =
        (0..acts.len()).filter(|at| waiting.get(*at) == Some(&0)).map(|at| Reverse((key(at), at))).collect();
    let mut order = Vec::with_capacity(acts.len());
    while let Some(Reverse((_, at))) = ready.pop() {
        order.push(at);
        for child in children.get(at).into_iter().flatten().copied() {
            if let Some(count) = waiting.get_mut(child) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(Reverse((key(child), child)));
                }
            }
        }
    }
    // References are hashes, so there is no circle. Records made up by hand could hold one: they are left out.
    order
}
