//! Who holds which role, from acts of governance alone: role entries and acts of moderation. SPEC.md §8.1.
//!
//! No stamp and no place in a log decides here: an act is judged in its own causal past, which is what it refers to,
//! and acts that did not know of each other are joined by fixed rules, so that nobody gains by dating back, by forking
//! a log, or by opening epochs.

pub(super) mod bits;
mod graph;
mod judge;
mod level;
mod offers;
mod pasts;
mod points;
mod rights;

use graph::Act;
pub(super) use judge::News;
pub(super) use level::Level;
pub use level::{Rank, may_grant};
pub use offers::{OfferTaken, OfferView};
pub(super) use points::Point;
pub(super) use rights::Rights;

use super::Record;
use crate::{
    Stamp,
    ids::{EntryId, Hash, IdentityId},
    limits::REFS_MAX,
    op::{EntryPlace, FoundingOp, Op, SettleOp},
};
use bits::Bits;
use judge::{Judged, Past};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

/// The acts of a container and what they add up to. Fed in any order; it is kept, and each arrival costs what that act
/// costs, unless it takes somebody down who acted meanwhile.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles {
    judged: Judged,
}

/// An act that counts and that no other such follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tip {
    pub place: EntryPlace,
    pub by: IdentityId,
    /// Whose role it sets.
    pub on: Option<IdentityId>,
}

impl Roles {
    /// Of records in any order; others among them are passed over.
    pub fn of<'a>(founder: Option<IdentityId>, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut roles = Self::default();
        for record in records {
            match &record.op {
                Op::Settle(op) => roles.settles(record.author, record.stamp, op),
                Op::Founding(op) if op.container().ok() == Some(record.container) => drop(roles.charter(op)),
                _ if is_act(record) => drop(roles.take(&Arc::new(record.clone()), true)),
                _ => {}
            }
        }
        founder.into_iter().for_each(|founder| roles.found(founder));
        roles.settle();
        roles
    }

    /// Take an act; [`Self::settle`] judges it. `speaks`: its device speaks for its author, or what it wrote was
    /// accepted. Gives whether anything may be otherwise for it.
    pub fn take(&mut self, record: &Arc<Record>, speaks: bool) -> bool {
        self.judged.graph.take(record, speaks)
    }
    /// Who founded the container is known now.
    pub fn found(&mut self, founder: IdentityId) {
        self.judged.found(founder);
    }
    /// Take a founding of the container, with its charter.
    pub fn charter(&mut self, op: &FoundingOp) -> bool {
        self.judged.points.found(op)
    }
    /// Take a keeper's word on what stands for good.
    pub fn settles(&mut self, by: IdentityId, at: Stamp, op: &SettleOp) {
        self.judged.points.take(by, at, op);
    }
    /// Who settles here, and how many of them have to agree.
    pub fn keepers(&self) -> Option<(&[IdentityId], usize)> {
        self.judged.points.charter()
    }
    /// What stands for good, one point after the other.
    pub fn points(&self) -> &[Point] {
        self.judged.points.standing()
    }
    /// Whether a keeper has named something that does not stand yet.
    pub fn waits_to_settle(&self, by: IdentityId) -> bool {
        self.judged.points.waits(by)
    }
    /// Whether an act stands for good.
    pub fn is_settled(&self, act: EntryId) -> bool {
        let place = self.judged.graph.place_of(act);
        self.points().last().zip(place).is_some_and(|(point, at)| point.acts.get(at))
    }
    /// Where keepers have settled two things beside each other: who settled what.
    pub const fn split(&self) -> &BTreeMap<Hash, BTreeSet<IdentityId>> {
        self.judged.points.split()
    }
    /// What a keeper says: what another has named already, or else of these acts and their past; none where something
    /// is not held, or where they have named something that does not stand yet.
    pub fn settlement(&self, by: IdentityId, acts: &[EntryId]) -> Option<SettleOp> {
        if let Some((previous, refs, root)) = self.judged.points.pending(by) {
            // What another keeper has named already: so that they come to name one thing.
            return Some(SettleOp { previous, refs, root });
        }
        if self.judged.points.waits(by) {
            return None;
        }
        let known = self.judged.graph.ids_of(acts)?;
        let previous = self.points().last().map(|point| point.root);
        Some(SettleOp { previous, refs: acts.to_vec(), root: points::root_of(&known) })
    }
    /// Judge what came.
    pub fn settle(&mut self) -> News {
        self.judged.settle()
    }
    /// Acts by their numbers.
    pub fn acts(&self, numbers: Range<usize>) -> impl Iterator<Item = &Record> {
        numbers.filter_map(|at| self.judged.graph.record(at)).map(Arc::as_ref)
    }

    /// Who founded the container, if that is known.
    pub const fn founder(&self) -> Option<IdentityId> {
        self.judged.founder()
    }
    /// What everybody is who has a role.
    pub const fn ranks(&self) -> &BTreeMap<IdentityId, Rank> {
        self.judged.ranks()
    }

    /// What the author of an act was by which it counts; none if it does not count, or is no act on others.
    pub fn level_of(&self, act: EntryId) -> Option<Level> {
        self.judged.verdict(self.judged.graph.place_of(act)?)
    }

    /// The acts that count and that no other such follows. Of each author one comes before any second; those by which
    /// people leave or step down come last: nobody else's right hangs on them.
    pub fn tips(&self) -> Vec<Tip> {
        let (judged, graph) = (&self.judged, &self.judged.graph);
        let (mut covered, mut tips) = (Bits::default(), Vec::new());
        for at in (0..graph.len()).rev().filter(|at| judged.counts(*at)) {
            if !covered.get(at) {
                graph.past(at).into_iter().for_each(|past| covered.join(past));
                tips.push(at);
            }
        }
        let mut turns: BTreeMap<IdentityId, u32> = BTreeMap::new();
        let mut order = Vec::new();
        // Their numbers tell which came first here: nothing may hang on that.
        let mut tips: Vec<(usize, Act<'_>)> = tips.into_iter().filter_map(|at| Some((at, graph.act(at)?))).collect();
        tips.sort_unstable_by_key(|(_, act)| act.record.place());
        for (at, act) in tips {
            let turn = turns.entry(act.record.author).or_default();
            *turn = turn.saturating_add(1);
            let tip = Tip { place: act.record.place(), by: act.record.author, on: act.word.map(|word| word.person) };
            order.push(((act.is_own(), *turn, judged.verdict(at), tip.place), tip));
        }
        order.sort_unstable_by_key(|(order, _)| *order);
        order.into_iter().map(|(_, tip)| tip).collect()
    }

    /// Of each person the words that stand, where there are more tips than an act can name: an act on somebody names
    /// these first, so that it knows what it changes.
    pub fn last_words(&self) -> BTreeMap<IdentityId, Vec<EntryId>> {
        let last = |person| {
            let mut last = self.last_words_on(person);
            last.truncate(REFS_MAX);
            (person, last)
        };
        self.judged.graph.people().map(last).filter(|(_, last)| !last.is_empty()).collect()
    }

    /// The words on somebody that stand.
    fn last_words_on(&self, person: IdentityId) -> Vec<EntryId> {
        let graph = &self.judged.graph;
        let Some(words) = graph.words(person) else { return Vec::new() };
        let counting = words.at.iter().enumerate().filter(|(_, at)| self.judged.counts(**at));
        let places = self.judged.standing(words, &counting.map(|(place, _)| place).collect());
        places.into_iter().filter_map(|place| Some(graph.record(*words.at.get(place)?)?.id)).collect()
    }

    /// Every act that can count at all and whose past is held, in causal order, and whether it does count.
    pub fn audit(&self) -> Vec<(&Record, bool)> {
        let told = (0..self.judged.graph.len()).filter_map(|at| Some((&**self.judged.graph.record(at)?, at)));
        let mut told: Vec<(&Record, usize)> = told.collect();
        // In an order that does not depend on which came first: by how much each knew, then by id.
        told.sort_by_cached_key(|(record, at)| (self.judged.graph.past(*at).map(Bits::len), record.id));
        told.into_iter().map(|(record, at)| (record, self.judged.counts(at))).collect()
    }

    /// What some acts and their past add up to by themselves, whatever became of their devices and of all others, and
    /// whether all of them are held: nothing that comes changes it.
    pub fn within(&self, acts: impl IntoIterator<Item = EntryId>) -> (Self, bool) {
        let (closure, complete) = self.judged.graph.closure(acts);
        let mut roles = Self::default();
        roles.judged.graph = self.judged.graph.only(&closure);
        self.founder().into_iter().for_each(|founder| roles.found(founder));
        roles.settle();
        (roles, complete && self.founder().is_some())
    }

    /// Of acts and their past what somebody is to say again before they refer to it: what others did, that they do not
    /// carry yet and that too few people carry beside its author. The latest first.
    pub fn to_witness(&self, by: IdentityId, acts: impl IntoIterator<Item = EntryId>) -> Vec<&Arc<Record>> {
        let graph = &self.judged.graph;
        let (closure, _) = graph.closure(acts);
        let lacks = |record: &&Arc<Record>| record.author != by && !graph.is_carried(record.id, by);
        let heard = graph.is_heard(by);
        closure.all().rev().filter(|_| heard).filter_map(|at| graph.record(at)).filter(lacks).collect()
    }

    /// Whether somebody may ever have had a role.
    pub fn is_heard(&self, person: IdentityId) -> bool {
        self.judged.graph.is_heard(person)
    }
    /// Whether all of some acts are held with their past, and it is known who founded the container.
    pub fn holds(&self, acts: &[EntryId]) -> bool {
        self.founder().is_some() && acts.iter().all(|act| self.judged.graph.place_of(*act).is_some())
    }
    /// The number of an act, which is its own until keepers settle something; [`Self::closure_of`] takes these.
    pub fn place_of(&self, act: EntryId) -> Option<usize> {
        self.judged.graph.place_of(act)
    }
    /// Acts by their numbers, with all that they name and that these do.
    pub fn closure_of(&self, acts: Vec<usize>) -> Bits {
        self.judged.graph.closure_of(acts)
    }

    /// Whether known acts shut out everybody who lost their role by an act that counts, or left.
    pub fn shut_out(&self, known: &Bits) -> bool {
        self.founder().is_some() && self.judged.graph.people().all(|person| self.shuts_out(person, known))
    }

    /// The same of one person: each act by which they lost their role is known; or they have no role by what is known,
    /// and whatever gave one, not knowing of that act, is known.
    fn shuts_out(&self, person: IdentityId, known: &Bits) -> bool {
        let (judged, graph) = (&self.judged, &self.judged.graph);
        let Some(words) = graph.words(person) else { return true };
        let gives = |at: usize| graph.act(at).and_then(|act| act.word).is_some_and(|word| word.role.is_some());
        let unknown = |at: &usize| !known.get(*at) && judged.counts(*at);
        let all = words.at.iter().chain(&words.own).copied().filter(unknown);
        let mut removals = all.filter(|at| !gives(*at)).peekable();
        if removals.peek().is_none() {
            return true;
        }
        if judged.level(person, Past::In(known), Level::NOBODY) != Level::NOBODY {
            return false;
        }
        let given: Vec<usize> = words.at.iter().copied().filter(unknown).filter(|at| gives(*at)).collect();
        removals.all(|removal| given.iter().all(|at| graph.knew(*at, removal)))
    }

    /// The same act by act, as SPEC.md §10.4 says it: what [`Self::shut_out`] is held to.
    #[cfg(test)]
    pub fn shut_out_by_acts(&self, known: &Bits) -> bool {
        let (judged, graph) = (&self.judged, &self.judged.graph);
        let word = |at: usize| graph.act(at).and_then(|act| act.word);
        let gives = |at: &usize| word(*at).is_some_and(|word| word.role.is_some());
        let without = |person: IdentityId, removal: usize| {
            let given = graph.words(person).map_or(&[][..], |words| &words.at).iter().copied();
            let mut given = given.filter(|at| judged.counts(*at) && !graph.knew(*at, removal)).filter(gives);
            given.all(|at| known.get(at)) && judged.level(person, Past::In(known), Level::NOBODY) == Level::NOBODY
        };
        let removes = |at: usize| word(at).filter(|word| word.role.is_none() && judged.counts(at));
        let shuts_out = |at| known.get(at) || removes(at).is_none_or(|word| without(word.person, at));
        self.founder().is_some() && (0..graph.len()).all(shuts_out)
    }
}

/// Whether a record is an act of governance.
pub(super) fn is_act(record: &Record) -> bool {
    Act::of(record).is_some()
}

/// Every act of governance that can count at all and whose past is held, in causal order, and whether it does count:
/// the audit trail.
#[must_use]
pub fn audit<'a>(founder: Option<IdentityId>, records: impl Iterator<Item = &'a Record>) -> Vec<(Record, bool)> {
    Roles::of(founder, records).audit().into_iter().map(|(record, counts)| (record.clone(), counts)).collect()
}
