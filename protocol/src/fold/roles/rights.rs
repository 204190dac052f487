//! By which role something in a container was said. SPEC.md §7.2.
//!
//! It is judged in the past of the act that it names, so that who goes does not take along what they wrote. Who was let
//! go could name an old act for ever: what is not kept counts by no more than what others have left them since.

use super::{Roles, bits::Bits};
use crate::{
    fold::Record,
    ids::{EntryId, IdentityId},
    op::{Op, Role},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who says something, and in the past of which act.
type Standpoint = (IdentityId, Option<EntryId>);

/// The roles by which what is held of a container was said, one for each author and past.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct Rights {
    /// Of each: as it is, and of what is kept.
    roles: BTreeMap<Standpoint, [Option<Role>; 2]>,
    kept: BTreeSet<EntryId>,
}

impl Rights {
    /// Of all who said something, where acts may have come.
    pub fn judge<'a>(&mut self, roles: &Roles, governing: impl Iterator<Item = &'a Record>) {
        for (standpoint, held) in &mut self.roles {
            *held = roles.roles_under(*standpoint);
        }
        let counting =
            governing.filter(|record| !kept_by(&record.op).is_empty() && roles.level_of(record.id).is_some());
        self.kept = counting.flat_map(|record| kept_by(&record.op)).copied().collect();
    }

    /// Something was said; what is known already is judged when acts come.
    pub fn hear(&mut self, roles: &Roles, record: &Record) {
        if !record.op.rule().takes_under() {
            return;
        }
        let standpoint = (record.author, record.under);
        self.roles.entry(standpoint).or_insert_with(|| roles.roles_under(standpoint));
    }

    /// By which role something counts.
    pub fn of(&self, record: &Record) -> Option<Role> {
        let [role, kept] = self.roles.get(&(record.author, record.under)).copied().unwrap_or_default();
        if self.kept.contains(&record.place.id) { kept } else { role }
    }

    /// Whether something counts that would no longer if others took everything from its author now.
    pub fn hangs(&self, record: &Record) -> bool {
        record.under.is_some() && self.of(record).is_some() && !self.kept.contains(&record.place.id)
    }
}

/// Equal, as far as both know who said something.
impl PartialEq for Rights {
    fn eq(&self, other: &Self) -> bool {
        let same = |(standpoint, held): (&Standpoint, &[Option<Role>; 2])| {
            other.roles.get(standpoint).is_none_or(|theirs| theirs == held)
        };
        self.kept == other.kept && self.roles.iter().all(same)
    }
}

fn kept_by(op: &Op) -> &[EntryId] {
    match op {
        Op::Keep(op) => &op.entries,
        _ => &[],
    }
}

impl Roles {
    /// By which role somebody speaks in the past of an act: as it is, and of what is kept.
    fn roles_under(&self, (person, under): Standpoint) -> [Option<Role>; 2] {
        let (judged, graph) = (&self.judged, &self.judged.graph);
        if !graph.is_heard(person) {
            return [None; 2];
        }
        let (past, complete) = graph.closure(under);
        let role = |kept| judged.level_under(person, &past, kept).rank().role.filter(|_| complete);
        match under {
            Some(_) => [false, true].map(role),
            // In no past there is the founder alone; others are what they are now.
            None => [role(false).max(self.ranks().get(&person).and_then(|rank| rank.role)); 2],
        }
    }

    /// The act that somebody names in what they write now, so that it counts by what they are now, whatever becomes of
    /// them: a word on their role that stands, or else an act that no other follows. None: there is none such, or they
    /// need none.
    pub fn under(&self, person: IdentityId) -> Option<EntryId> {
        let (judged, graph) = (&self.judged, &self.judged.graph);
        let now = self.ranks().get(&person)?.role?;
        if judged.level_under(person, &Bits::default(), false).rank().role == Some(now) {
            return None;
        }
        let counts = |(_, at): &(usize, &usize)| judged.counts(**at);
        let words = graph.words(person)?;
        let said: Bits = words.at.iter().enumerate().filter(counts).map(|(place, _)| place).collect();
        let standing = judged.standing(words, &said).into_iter().filter_map(|place| words.at.get(place).copied());
        let standing = standing.filter_map(|at| Some(graph.record(at)?.id)).collect::<BTreeSet<_>>();
        let tips = self.tips().into_iter().map(|tip| tip.place.id);
        let fits = |act: &EntryId| self.roles_under((person, Some(*act))) == [Some(now); 2];
        standing.into_iter().chain(tips).find(fits)
    }
}
