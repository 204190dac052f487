//! Offers of roles to who joins by an invitation: which stand, and who came in by them. SPEC.md §8.9.
//!
//! An offer gives nobody a role: somebody who may does, by an act that names it. So no act counts or does not for what
//! became of an offer, and nobody's right hangs on one.

use super::{Roles, level::may_grant};
use crate::{
    Stamp,
    fold::{Rank, Record},
    ids::{EntryId, Hash, IdentityId},
    op::{OfferOp, Op, Role},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An offer that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct OfferView {
    pub entry: EntryId,
    pub key: Hash,
    pub role: Role,
    pub uses: u16,
    pub expires_ms: u64,
    pub author: IdentityId,
    pub stamp: Stamp,
    /// Somebody has taken it back, for good.
    pub withdrawn: bool,
    /// Whether its author may give that role now.
    pub may: bool,
    /// Who came in by it, with the act that says so, in the order in which they count.
    pub came: Vec<OfferTaken>,
}

/// Somebody who came in by an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OfferTaken {
    pub person: IdentityId,
    pub act: EntryId,
}

impl OfferView {
    /// Whether somebody may still come in by it, but for the time: that is for who gives the role.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.may && !self.withdrawn && self.came.len() < self.uses.into()
    }
    /// Those who are more than it was for: they were let in beside each other. Whoever may takes the role from them.
    #[must_use]
    pub fn beyond(&self) -> &[OfferTaken] {
        self.came.get(usize::from(self.uses)..).unwrap_or_default()
    }
}

impl Roles {
    /// All offers that count, by their entries.
    pub fn offers(&self) -> Vec<OfferView> {
        let counting = self.judged.graph.offers().filter_map(|(id, named_by)| {
            let at = self.judged.graph.place_of(id).filter(|at| self.judged.counts(*at))?;
            let record = self.judged.graph.record(at)?;
            let Op::Offer(op) = &record.op else { return None };
            Some((record.as_ref(), op, named_by))
        });
        let counting: Vec<(&Record, &OfferOp, _)> = counting.collect();
        let withdrawn = |key| counting.iter().any(|(_, op, _)| op.key == key && op.uses == 0);
        let offered = counting.iter().filter(|(_, op, _)| op.uses > 0);
        let view = |(record, op, named_by): &(&Record, &OfferOp, &[EntryId])| {
            let by = self.ranks().get(&record.author).copied().unwrap_or_default();
            OfferView {
                entry: record.id,
                key: op.key,
                role: op.role,
                uses: op.uses,
                expires_ms: op.expires_ms,
                author: record.author,
                stamp: record.stamp,
                withdrawn: withdrawn(op.key),
                may: may_grant(by, false, Rank::default(), Some(op.role)),
                came: self.came(named_by),
            }
        };
        offered.map(view).collect()
    }

    /// Whom acts let in that count and name an offer: each after those of them that it knew, and else by its id; of
    /// each person the first.
    fn came(&self, named_by: &[EntryId]) -> Vec<OfferTaken> {
        let graph = &self.judged.graph;
        let counting = named_by.iter().filter_map(|act| graph.place_of(*act)).filter(|at| self.judged.counts(*at));
        let counting: Vec<usize> = counting.collect();
        let knew = |at: usize| counting.iter().filter(|other| graph.knew(at, **other)).count();
        let mut order: Vec<(usize, EntryId, usize)> =
            counting.iter().filter_map(|at| Some((knew(*at), graph.record(*at)?.id, *at))).collect();
        order.sort_unstable();
        let mut met: BTreeSet<IdentityId> = BTreeSet::new();
        let people = order.into_iter().filter_map(|(_, act, at)| {
            let person = graph.act(at)?.word?.person;
            met.insert(person).then_some(OfferTaken { person, act })
        });
        people.collect()
    }
}
