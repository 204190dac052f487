//! Who holds which role, from acts of governance alone: role entries and acts of moderation. SPEC.md §8.1.
//!
//! No stamp and no place in a log decides here: an act is judged in its own causal past, which is what it refers to,
//! and acts that did not know of each other are joined by fixed rules, so that nobody gains by dating back, by forking
//! a log, or by opening epochs.

mod graph;
mod judge;

pub(super) use graph::Act;

use super::Record;
use crate::{
    ids::{EntryId, IdentityId},
    op::{EntryPlace, Role},
};
use graph::Graph;
use judge::Judged;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody is: their role, and as a leader how far from the founder they were made one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// None: no role.
    pub role: Option<Role>,
    /// Of a leader: 0 the founder, 1 whom the founder made a leader, and so on. Of others it says nothing.
    pub depth: u32,
}

impl Rank {
    /// The founder's, until somebody may take it away.
    pub const FOUNDER: Self = Self { role: Some(Role::Leader), depth: 0 };

    /// Whether this is strictly more: ids and stamps never decide.
    #[must_use]
    pub fn outranks(&self, other: &Self) -> bool {
        let nearer = self.role == Some(Role::Leader) && other.role == self.role && self.depth < other.depth;
        self.role > other.role || nearer
    }
}

/// Whether someone may take a person to a role: SPEC.md §8.1 has the table. Equals cannot take each other's.
#[must_use]
pub fn may_grant(by: Rank, own: bool, before: Rank, after: Option<Role>) -> bool {
    if after == before.role {
        // It changes nothing.
        return false;
    }
    if own {
        return after < before.role;
    }
    match by.role {
        Some(Role::Leader) => after > before.role || by.outranks(&before),
        // A moderator admits and lets go members and contributors.
        Some(Role::Moderator) => before.role < Some(Role::Moderator) && after < Some(Role::Moderator),
        _ => false,
    }
}

/// What a set of acts adds up to.
#[derive(Debug, Default)]
pub(super) struct RoleFold {
    /// Who is what; who has no role is left out.
    pub ranks: BTreeMap<IdentityId, Rank>,
    /// The acts that count and that no other of them follows: the most telling first.
    pub tips: Vec<EntryPlace>,
}

/// Fold acts of governance, given in any order; others among the records are passed over.
pub(super) fn fold_roles<'a>(founder: Option<IdentityId>, records: impl Iterator<Item = &'a Record>) -> RoleFold {
    let Some(founder) = founder else { return RoleFold::default() };
    let graph = Graph::new(founder, records);
    let judged = Judged::settle(&graph);
    let ranks = graph.people().filter_map(|person| Some((person, judged.rank_now(person)?))).collect();
    let mut tips = judged.tips();
    // Of more than an act can name those come last by which people step down: nobody else's right hangs on them.
    let steps_down = |at: &usize| graph.act(*at).is_some_and(Act::steps_down);
    tips.sort_by_key(|at| (steps_down(at), graph.act(*at).map(|act| act.record.place())));
    let tips = tips.into_iter().filter_map(|at| graph.act(at)).map(|act| act.record.place()).collect();
    RoleFold { ranks, tips }
}

/// Every act of governance that can count at all and whose past is held, in causal order, and whether it does count:
/// the audit trail.
#[must_use]
pub fn audit<'a>(founder: Option<IdentityId>, records: impl Iterator<Item = &'a Record>) -> Vec<(&'a Record, bool)> {
    let Some(founder) = founder else { return Vec::new() };
    let graph = Graph::new(founder, records);
    let judged = Judged::settle(&graph);
    let acts = graph.relevant().filter_map(|at| Some((graph.act(at)?.record, judged.counts(at))));
    acts.collect()
}

/// The acts of moderation that count.
pub(super) fn counting_moderation<'a>(
    founder: Option<IdentityId>,
    records: impl Iterator<Item = &'a Record>,
) -> BTreeSet<EntryId> {
    let Some(founder) = founder else { return BTreeSet::new() };
    let graph = Graph::new(founder, records);
    let judged = Judged::settle(&graph);
    let counting = graph.all().filter(|at| judged.counts(*at)).filter_map(|at| graph.act(at));
    counting.filter(|act| act.sets.is_none()).map(|act| act.record.id).collect()
}

/// Of each set of acts, whether all removals that count stand in it or in its past: the acts by which someone who had a
/// role lost it, or left.
pub(super) fn cover_removals<'a>(
    founder: Option<IdentityId>,
    records: impl Iterator<Item = &'a Record>,
    sets: &[BTreeSet<EntryId>],
) -> Vec<bool> {
    let Some(founder) = founder else { return vec![false; sets.len()] };
    let graph = Graph::new(founder, records);
    let judged = Judged::settle(&graph);
    let removals: Vec<usize> =
        graph.all().filter(|at| matches!(graph.sets(*at), Some((_, None))) && judged.counts(*at)).collect();
    let covers = |set: &BTreeSet<EntryId>| {
        let named: Vec<usize> = set.iter().filter_map(|id| graph.place_of(*id)).collect();
        removals.iter().all(|removal| named.iter().any(|act| act == removal || graph.knows(*act, *removal)))
    };
    sets.iter().map(covers).collect()
}
