//! The erasures of a container, kept so that what arrives looks again only at what it can change. SPEC.md §7.5.
//!
//! What people erase of their own hangs on nothing but what is held: no act changes it. A moderator's erasure counts by
//! its author's role, and until it is taken back.

use super::{
    Erasures, Record,
    erasure::{Erased, may_erase},
    roles::Roles,
};
use crate::{
    ids::EntryId,
    op::{EntryPlace, Op},
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

/// What is to be looked at anew, and what moderators erase.
#[derive(Debug, Clone, Default)]
pub(super) struct Erasing {
    /// By the erasure.
    moderation: BTreeMap<EntryId, Moderation>,
    /// What moderators' erasures name that count: who else erases costs nothing here.
    claims: BTreeSet<Claim>,
    /// What people erased of their own, since it was folded last.
    own: Vec<Arc<Record>>,
    /// Records that came since and that something names which is erased.
    named: Vec<Arc<Record>>,
}

/// A moderator's erasure.
#[derive(Debug, Clone, Default)]
struct Moderation {
    /// None while only what takes it back has come.
    record: Option<Arc<Record>>,
    voids: Vec<EntryId>,
    /// If it counts, and then what takes it back.
    counts: Option<Option<EntryId>>,
}

/// Something that is erased by a moderator: of one place first what is shown.
#[derive(Debug, Clone)]
struct Claim(Erased);

/// A place where something was erased, or is now, by another erasure than before.
pub(super) struct Otherwise {
    pub place: EntryPlace,
    pub before: Option<Erased>,
    pub now: Option<Erased>,
}

impl Erasing {
    /// Take what erases something, or takes an erasure back.
    pub fn take(&mut self, record: &Arc<Record>) {
        match &record.op {
            Op::Erase(op) if op.refs.is_none() => self.own.push(record.clone()),
            Op::Erase(_) => self.moderation.entry(record.id).or_default().record = Some(record.clone()),
            Op::Void(op) => self.moderation.entry(op.erasure).or_default().voids.push(record.id),
            _ => {}
        }
    }

    /// A record came; gives whether something names it.
    pub fn hear(&mut self, record: &Arc<Record>, erasures: &Erasures) -> bool {
        let named = erasures.naming(record).next().is_some();
        self.named.extend(named.then(|| record.clone()));
        named
    }

    /// Bring the erasures that count to what came; `judged`: acts that were judged, by their numbers. `held` gives any
    /// record by its id. Gives what is otherwise.
    pub fn fold<'a>(
        &mut self,
        erasures: &mut Erasures,
        roles: &Roles,
        judged: Range<usize>,
        held: impl Fn(EntryId) -> Option<&'a Record>,
    ) -> Vec<Otherwise> {
        // By its place what was there at first.
        let mut changed: BTreeMap<Erased, Option<Erased>> = BTreeMap::new();
        let mut set = |erasures: &mut Erasures, erased: Erased, counts: bool| {
            let before = if counts { erasures.set(erased.clone()) } else { erasures.remove(&erased) };
            changed.entry(erased).or_insert(before);
        };
        for erased in std::mem::take(&mut self.own).iter().flat_map(|record| Erased::all(record, None)) {
            if erasures.shows(&erased) && may_erase(&held, erased.place()) {
                set(erasures, erased, true);
            }
        }
        for place in self.judge(roles, judged) {
            // Its author's stands, whatever a moderator's does.
            if !erasures.same_as(&place).is_some_and(Erased::is_own) {
                let claim = self.claim(&place).filter(|_| may_erase(&held, place.place()));
                let counts = claim.is_some();
                set(erasures, claim.unwrap_or(place), counts);
            }
        }
        for record in std::mem::take(&mut self.named) {
            let named = erasures.naming(&record).filter(|erased| !may_erase(&held, erased.place()));
            let gone: Vec<Erased> = named.cloned().collect();
            gone.into_iter().for_each(|erased| set(erasures, erased, false));
        }
        let with_now = |(at, before): (Erased, Option<Erased>)| {
            let now = erasures.same_as(&at).cloned();
            Otherwise { place: *at.place(), before, now }
        };
        changed.into_iter().map(with_now).filter(Otherwise::differs).collect()
    }

    /// Look again at the moderators' erasures that were judged, or what takes them back; gives the places for which
    /// others count than before.
    fn judge(&mut self, roles: &Roles, judged: Range<usize>) -> BTreeSet<Erased> {
        let mut places = BTreeSet::new();
        if judged.start == 0 && !judged.is_empty() {
            // All were.
            let all: Vec<EntryId> = self.moderation.keys().copied().collect();
            all.into_iter().for_each(|erasure| self.weigh(erasure, None, roles, &mut places));
            return places;
        }
        for act in roles.acts(judged) {
            match &act.op {
                Op::Erase(_) => self.weigh(act.id, None, roles, &mut places),
                Op::Void(op) => self.weigh(op.erasure, Some(act.id), roles, &mut places),
                _ => {}
            }
        }
        places
    }

    /// Whether an erasure counts, and what takes it back: one of all that is held, or `void` if that is all that came.
    fn weigh(&mut self, erasure: EntryId, void: Option<EntryId>, roles: &Roles, places: &mut BTreeSet<Erased>) {
        let Some(held) = self.moderation.get_mut(&erasure) else { return };
        let Some(record) = held.record.clone() else { return };
        let counts = roles.level_of(erasure).map(|level| {
            // Who is less cannot take it back; equals can.
            let takes = |void: &EntryId| roles.level_of(*void).is_some_and(|by| by <= level);
            match void {
                Some(void) => held.counts.flatten().into_iter().chain([void]).filter(takes).min(),
                None => held.voids.iter().copied().filter(takes).min(),
            }
        });
        let before = std::mem::replace(&mut held.counts, counts);
        if before == counts {
            return;
        }
        for claim in before.into_iter().flat_map(|voided| Erased::all(&record, voided)) {
            places.insert(claim.clone());
            self.claims.remove(&Claim(claim));
        }
        for claim in counts.into_iter().flat_map(|voided| Erased::all(&record, voided)) {
            places.insert(claim.clone());
            self.claims.insert(Claim(claim));
        }
    }

    /// What a moderator's erasure says of a place.
    fn claim(&self, place: &Erased) -> Option<Erased> {
        let first = self.claims.range(Claim(Erased::at(*place.place()))..).next();
        first.map(|claim| claim.0.clone()).filter(|erased| erased == place)
    }
}

impl Otherwise {
    fn differs(&self) -> bool {
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => !before.same(now),
            (before, now) => before.is_some() || now.is_some(),
        }
    }
}

impl Ord for Claim {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0).then_with(|| self.0.rank().cmp(&other.0.rank()))
    }
}
impl PartialOrd for Claim {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Claim {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Claim {}
