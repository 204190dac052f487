//! By which role something in a container was said. SPEC.md §7.2.
//!
//! It is judged in the past of the act that it names, so that who goes does not take along what they wrote. Who was let
//! go could name an old act for ever: what is not kept counts by no more than what others have left them since.

use super::{News, Roles, judge::Judged, pasts::Pasts};
use crate::{
    fold::Record,
    ids::{EntryId, IdentityId},
    op::{Op, Role},
};
use std::collections::{BTreeMap, BTreeSet};

/// The roles by which what is held of a container was said.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct Rights {
    pub(super) people: BTreeMap<IdentityId, Pasts>,
    /// The acts that those name, ascending, on whom nobody has said anything: they have no role in any past. Most of
    /// who write in the open are of these.
    strangers: BTreeMap<IdentityId, Vec<Option<EntryId>>>,
    /// Who names an act that is not held yet.
    waiting: BTreeMap<EntryId, BTreeSet<IdentityId>>,
    kept: BTreeSet<EntryId>,
}

impl Rights {
    /// Acts have come. Judged is only what they can change: who has a new word on them, who names an act that came; and
    /// where words may count otherwise than before, on whom one does. Gives whether anything was said by another role.
    pub fn judge(&mut self, roles: &Roles, news: &News) -> bool {
        let judged = &roles.judged;
        let mut other = false;
        if let Some(people) = &news.people {
            for person in people {
                other |= self.people.get_mut(person).is_some_and(|pasts| pasts.hear(judged, news.moved));
            }
        } else {
            self.people.values_mut().for_each(|pasts| other |= pasts.hear(judged, news.moved));
        }
        other |= self.meet(judged, news);
        // Numbers of acts may be others than before.
        let from = news.judged.start;
        for act in (from..judged.graph.len()).filter_map(|at| Some(judged.graph.record(at)?.id)) {
            for person in self.waiting.remove(&act).into_iter().flatten() {
                let named = |pasts: &mut Pasts| pasts.name(judged, Some(act)) && pasts.roles(Some(act)) != [None; 2];
                other |= self.people.get_mut(&person).is_some_and(named);
            }
        }
        self.keep(judged, from) || other
    }

    /// Keeps count from an act on, of which those before may count no longer if it is the first of all.
    fn keep(&mut self, judged: &Judged, from: usize) -> bool {
        let counting = (from..judged.graph.len()).filter(|at| judged.verdict(*at).is_some());
        let records = counting.filter_map(|at| judged.graph.record(at));
        let kept = records.flat_map(|record| kept_by(&record.op)).copied();
        if from > 0 {
            let before = self.kept.len();
            self.kept.extend(kept);
            return self.kept.len() != before;
        }
        let kept: BTreeSet<EntryId> = kept.collect();
        let other = kept != self.kept;
        self.kept = kept;
        other
    }

    /// Something was said; what is known already is judged when acts come.
    pub fn hear(&mut self, roles: &Roles, record: &Record) {
        if !record.op.rule().takes_under() {
            return;
        }
        let judged = &roles.judged;
        if !self.people.contains_key(&record.author) && !is_spoken_of(judged, record.author) {
            let named = self.strangers.entry(record.author).or_default();
            named.binary_search(&record.under).err().into_iter().for_each(|at| named.insert(at, record.under));
            return;
        }
        self.name(judged, record.author, record.under);
    }

    /// Somebody speaks in the past of an act. Gives whether by a role, as far as that is held.
    fn name(&mut self, judged: &Judged, person: IdentityId, under: Option<EntryId>) -> bool {
        let pasts = self.people.entry(person).or_insert_with(|| Pasts::of(judged, person));
        if !pasts.name(judged, under) {
            let waiting = under.map(|act| self.waiting.entry(act).or_default());
            waiting.into_iter().for_each(|people| people.extend([person]));
        }
        pasts.roles(under) != [None; 2]
    }

    /// Something is said of strangers now. Gives whether they spoke by a role.
    fn meet(&mut self, judged: &Judged, news: &News) -> bool {
        let told = news.people.as_ref();
        let known: Vec<IdentityId> = match told {
            Some(people) => people.iter().filter(|person| self.strangers.contains_key(person)).copied().collect(),
            None => self.strangers.keys().copied().collect(),
        };
        let mut other = false;
        for person in known.into_iter().filter(|person| is_spoken_of(judged, *person)) {
            for under in self.strangers.remove(&person).into_iter().flatten() {
                other |= self.name(judged, person, under);
            }
        }
        other
    }

    /// By which role somebody speaks in the past of an act: as it is, and of what is kept.
    pub(super) fn roles_of(&self, person: IdentityId, under: Option<EntryId>) -> [Option<Role>; 2] {
        self.people.get(&person).map(|pasts| pasts.roles(under)).unwrap_or_default()
    }

    /// By which role something counts.
    pub fn of(&self, record: &Record) -> Option<Role> {
        let [role, kept] = self.roles_of(record.author, record.under);
        if self.kept.contains(&record.place.id) { kept } else { role }
    }

    /// Whether something counts that would no longer if others took everything from its author now.
    pub fn hangs(&self, record: &Record) -> bool {
        record.under.is_some() && self.of(record).is_some() && !self.kept.contains(&record.place.id)
    }

    /// How many words were weighed so far, each time that one was in somebody's past.
    pub fn weighed(&self) -> u64 {
        self.people.values().map(|pasts| pasts.weighed).sum()
    }
}

/// Whether anybody has said something of somebody's role, or they founded the container.
fn is_spoken_of(judged: &Judged, person: IdentityId) -> bool {
    judged.graph.words(person).is_some_and(|words| !words.at.is_empty()) || judged.founder() == Some(person)
}

fn kept_by(op: &Op) -> &[EntryId] {
    match op {
        Op::Keep(op) => &op.entries,
        _ => &[],
    }
}

impl Roles {
    /// The act that somebody names in what they write now, so that it counts by what they are now, whatever becomes of
    /// them: a word on their role that stands, or else an act that no other follows. None: there is none such, or they
    /// need none.
    pub fn under(&self, person: IdentityId) -> Option<EntryId> {
        let judged = &self.judged;
        let now = self.ranks().get(&person)?.role?;
        let mut pasts = Pasts::of(judged, person);
        pasts.name(judged, None);
        if pasts.in_past(None)?[0] == Some(now) {
            return None;
        }
        let standing = self.last_words_on(person).into_iter().collect::<BTreeSet<_>>();
        let tips = self.tips().into_iter().map(|tip| tip.place.id);
        let fits = |act: &EntryId| pasts.name(judged, Some(*act)) && pasts.in_past(Some(*act)) == Some([Some(now); 2]);
        standing.into_iter().chain(tips).find(fits)
    }
}
