//! By which role one person speaks in each of the pasts that they name. SPEC.md §7.2.
//!
//! Of a past nothing counts but the words on its author that are in it: pasts with the same ones are one *view*. What
//! a word leaves the author in a view is weighed once, when the later of the two comes: no word comes into a past that
//! is held, and what happens outside of it changes nothing in it. A word that begins or ceases to take, or is more or
//! less than before, is counted in or out; only the pasts in which it is are looked at anew. So what arrives costs a
//! few rows of bits for each view that it can change, or for each word that can take something from a new view.

#[cfg(test)]
mod tests;

use super::{
    bits::Bits,
    graph::Words,
    judge::{Class, Judged, Past},
    level::Level,
};
use crate::{
    ids::{EntryId, IdentityId},
    op::Role,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The words of a past that count on its author, by their places: of others, and the author's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    words: Bits,
    own: Bits,
}

/// What somebody is in a past, and what words outside of it leave them.
#[derive(Debug, Clone, Default)]
struct View {
    /// What they are there.
    role: Option<Role>,
    /// What they said there of themselves, by the role: places in their own list.
    own: BTreeMap<Option<Role>, Bits>,
    /// Of the words there that no other there outranks: for any class those that none follows of what is as much or
    /// more, by the role that they give there.
    last: BTreeMap<Option<Role>, Bits>,
    /// How many words leave them less, by what these leave.
    less: BTreeMap<Option<Role>, usize>,
}

/// Words of one class.
#[derive(Debug, Clone, Default)]
struct Same {
    words: Bits,
    /// With those that are more.
    or_more: Bits,
}

/// A word that takes something from who did not know of it.
struct Taking<'a> {
    role: Option<Role>,
    knew_own: &'a Bits,
    follows: &'a Bits,
    after: &'a Bits,
    /// Those that are as much or more.
    or_more: &'a Bits,
}

/// One person's pasts.
#[derive(Debug, Clone)]
pub(super) struct Pasts {
    person: IdentityId,
    /// What they are now.
    now: Option<Role>,
    /// Of each word on them how much it is, as it was weighed; and of each of their own whether it counts.
    words: (Vec<Option<Class>>, Vec<bool>),
    classes: BTreeMap<Class, Same>,
    /// The words that take something, by their places: they lower, and no concurrent one outranks them.
    taking: Bits,
    named: BTreeMap<Option<EntryId>, Arc<Known>>,
    views: BTreeMap<Arc<Known>, View>,
    /// How many words were weighed in views so far.
    pub weighed: u64,
}

impl Pasts {
    /// Of somebody who has named none yet.
    pub fn of(judged: &Judged, person: IdentityId) -> Self {
        let mut pasts = Self::new(person);
        pasts.hear(judged, false);
        pasts
    }

    fn new(person: IdentityId) -> Self {
        Self {
            person,
            now: None,
            words: Default::default(),
            classes: BTreeMap::new(),
            taking: Bits::default(),
            named: BTreeMap::new(),
            views: BTreeMap::new(),
            weighed: 0,
        }
    }

    /// Words on the person have come, or some may count otherwise; `moved`: they may also follow others than before.
    /// Gives whether the person speaks by another role in any past.
    pub fn hear(&mut self, judged: &Judged, moved: bool) -> bool {
        let none = Words::default();
        let words = judged.graph.words(self.person).unwrap_or(&none);
        let classes: Vec<_> = (0..words.at.len()).map(|place| judged.class(words, place)).collect();
        let own: Vec<bool> = words.own.iter().map(|at| judged.graph.is_live(*at)).collect();
        let differs = |place: &usize| self.words.0.get(*place) != classes.get(*place);
        let changed: Bits = (0..self.words.0.len()).filter(differs).collect();
        let own_changed = (0..self.words.1.len()).filter(|place| self.words.1.get(*place) != own.get(*place));
        let own_changed: Vec<usize> = own_changed.filter_map(|place| words.own.get(place)).copied().collect();
        // Where most are otherwise, all anew costs less.
        if moved || changed.len().saturating_mul(2) > classes.len() {
            return self.weigh_again(judged);
        }
        let mut acts: Vec<usize> = changed.all().filter_map(|place| words.at.get(place)).copied().collect();
        acts.extend(own_changed);
        let before = self.roles(None);
        let anew = self.forget_pasts_of(judged, &acts);
        self.now = judged.ranks().get(&self.person).and_then(|rank| rank.role);
        for place in changed.all() {
            self.words.0.get(place).copied().flatten().into_iter().for_each(|class| self.unrank(place, class));
        }
        for place in changed.all().chain(self.words.0.len()..classes.len()) {
            classes.get(place).copied().flatten().into_iter().for_each(|class| self.rank(place, class));
        }
        let was = std::mem::replace(&mut self.words, (classes, own)).0;
        let mut other = self.weigh_outside(judged, words, &changed, &was);
        for (act, roles) in anew {
            // It was held, and is.
            other |= self.name(judged, act) && self.roles(act) != roles;
        }
        other || (self.named.contains_key(&None) && self.roles(None) != before)
    }

    /// Count words in and out where they lie outside: those that begin to take or cease to, and those that are more or
    /// less than they were. What others leave is not changed by these. Gives whether it leaves the person another role.
    fn weigh_outside(&mut self, judged: &Judged, words: &Words, changed: &Bits, was: &[Option<Class>]) -> bool {
        let counting = self.classes.values().next_back().map(|all| all.or_more.clone()).unwrap_or_default();
        let lowers = |place: &usize| judged.class(words, *place).is_some_and(|(_, raises)| !raises);
        let taking: Bits = judged.unbeaten(words, &counting).all().filter(lowers).collect();
        let taken = std::mem::replace(&mut self.taking, taking);
        let cease: Vec<usize> = taken.all().filter(|place| !self.taking.get(*place) || changed.get(*place)).collect();
        // Where more cease than are left, what is left costs less: one word can outrank very many.
        let anew = cease.len() > self.taking.len();
        let is_new = |place: &usize| anew || !taken.get(*place) || changed.get(*place);
        let begin = self.taking.all().filter(is_new).map(|place| (place, self.words.0.get(place), true));
        let cease = cease.into_iter().filter(|_| !anew).map(|place| (place, was.get(place), false));
        let others = cease.chain(begin).filter_map(|(place, class, counts)| {
            let class = class.copied().flatten()?;
            Some((place, taking_word(judged, words, &self.classes, place, class)?, counts))
        });
        let others: Vec<_> = others.collect();
        let mut other = false;
        for (known, view) in self.views.iter_mut().filter(|(_, view)| view.role.is_some()) {
            let before = view.left();
            if anew {
                view.less.clear();
            }
            for (_, word, counts) in others.iter().filter(|(place, ..)| !known.words.get(*place)) {
                view.weigh(word, &self.classes, &self.words.0, *counts);
                self.weighed = self.weighed.saturating_add(1);
            }
            other |= view.left() != before;
        }
        other
    }

    /// Words count otherwise: pasts in which they are have to be looked at anew. Gives the acts that the person named,
    /// with the roles by which they spoke.
    fn forget_pasts_of(&mut self, judged: &Judged, words: &[usize]) -> Vec<(Option<EntryId>, [Option<Role>; 2])> {
        let is_in = |act: &Option<EntryId>| {
            let at = act.and_then(|act| judged.graph.place_of(act));
            at.is_some_and(|at| words.iter().any(|word| *word == at || judged.graph.knew(at, *word)))
        };
        let acts: Vec<_> = self.named.keys().filter(|act| is_in(act)).copied().collect();
        let before = acts.iter().map(|act| (*act, self.roles(*act))).collect();
        if !acts.is_empty() {
            acts.iter().for_each(|act| drop(self.named.remove(act)));
            let seen: BTreeSet<&Known> = self.named.values().map(Arc::as_ref).collect();
            self.views.retain(|known, _| seen.contains(known.as_ref()));
        }
        before
    }

    /// A word counts for so much.
    fn rank(&mut self, place: usize, class: Class) {
        if !self.classes.contains_key(&class) {
            let more = self.classes.range(..class).next_back();
            let or_more = more.map(|(_, more)| more.or_more.clone()).unwrap_or_default();
            self.classes.insert(class, Same { words: Bits::default(), or_more });
        }
        self.classes.get_mut(&class).into_iter().for_each(|same| same.words.set(place));
        self.classes.range_mut(class..).for_each(|(_, same)| same.or_more.set(place));
    }

    /// A word does so no longer. Its class stays, be it empty: what the word left is still to be counted out.
    fn unrank(&mut self, place: usize, class: Class) {
        self.classes.get_mut(&class).into_iter().for_each(|same| same.words.clear(place));
        self.classes.range_mut(class..).for_each(|(_, same)| same.or_more.clear(place));
    }

    /// All anew.
    fn weigh_again(&mut self, judged: &Judged) -> bool {
        let mut new = Self { weighed: self.weighed, ..Self::new(self.person) };
        new.hear(judged, false);
        let mut other = false;
        for act in self.named.keys() {
            // It was held, and is.
            other |= new.name(judged, *act) && new.roles(*act) != self.roles(*act);
        }
        *self = new;
        other
    }

    /// The person speaks in the past of an act, or in none. Gives whether that is held.
    pub fn name(&mut self, judged: &Judged, act: Option<EntryId>) -> bool {
        if self.named.contains_key(&act) {
            return true;
        }
        let (past, held) = judged.graph.closure(act);
        if !held {
            return false;
        }
        let none = Words::default();
        let words = judged.graph.words(self.person).unwrap_or(&none);
        let among = |all: &[usize], counts: &dyn Fn(usize) -> bool| -> Bits {
            let all = all.iter().enumerate().filter(|(place, at)| past.get(**at) && counts(*place));
            all.map(|(place, _)| place).collect()
        };
        let counts = |place| self.words.0.get(place).is_some_and(Option::is_some);
        let own = |place| self.words.1.get(place) == Some(&true);
        let known = Known { words: among(&words.at, &counts), own: among(&words.own, &own) };
        if let Some((known, _)) = self.views.get_key_value(&known) {
            self.named.insert(act, known.clone());
            return true;
        }
        let mut view =
            View { role: judged.level(self.person, Past::In(&past), Level::NOBODY).rank().role, ..View::default() };
        if view.role.is_some() {
            view.look(judged, words, &known);
            for place in self.taking.all().filter(|place| !known.words.get(*place)) {
                let class = self.words.0.get(place).copied().flatten();
                let word = class.and_then(|class| taking_word(judged, words, &self.classes, place, class));
                if let Some(word) = word {
                    view.weigh(&word, &self.classes, &self.words.0, true);
                    self.weighed = self.weighed.saturating_add(1);
                }
            }
        }
        let known = Arc::new(known);
        self.named.insert(act, known.clone());
        self.views.insert(known, view);
        true
    }

    /// By which role the person speaks in the past of an act, and of what is kept; none if it is not held.
    pub fn in_past(&self, act: Option<EntryId>) -> Option<[Option<Role>; 2]> {
        self.views.get(self.named.get(&act)?).map(|view| [view.left(), view.role])
    }

    /// The same; in no past there is the founder alone, and others are what they are now.
    pub fn roles(&self, act: Option<EntryId>) -> [Option<Role>; 2] {
        let roles = self.in_past(act).unwrap_or_default();
        if act.is_some() { roles } else { [roles[0].max(self.now); 2] }
    }
}

/// A word on somebody, to be weighed as one of a class.
fn taking_word<'a>(
    judged: &Judged,
    words: &'a Words,
    classes: &'a BTreeMap<Class, Same>,
    place: usize,
    class: Class,
) -> Option<Taking<'a>> {
    Some(Taking {
        role: judged.graph.act(*words.at.get(place)?)?.word?.role,
        knew_own: words.knew_own.get(place)?,
        follows: words.follows(place)?,
        after: words.after.get(place)?,
        or_more: &classes.get(&class)?.or_more,
    })
}

impl View {
    /// By which role its person speaks there.
    fn left(&self) -> Option<Role> {
        self.less.keys().next().copied().unwrap_or(self.role)
    }

    /// See what is said there.
    fn look(&mut self, judged: &Judged, words: &Words, known: &Known) {
        for number in known.own.all() {
            let role = words.own.get(number).and_then(|at| judged.graph.act(*at)?.word?.role);
            self.own.entry(role).or_default().set(number);
        }
        let order = judged.by_class(words, &judged.unbeaten(words, &known.words));
        let mut or_more = Bits::default();
        for same in order.chunk_by(|one, other| one.0 == other.0) {
            or_more.extend(same.iter().map(|(_, place)| *place));
            for (_, place) in same {
                if words.after.get(*place).is_some_and(|after| !after.meets(&or_more)) {
                    let given = words.at.get(*place).and_then(|at| judged.graph.act(*at)?.word?.role);
                    let given = words.knew_own.get(*place).map_or(given, |knew| self.given(given, knew));
                    self.last.entry(given).or_default().set(*place);
                }
            }
        }
    }

    /// What a word gives there that knew of some of the person's own words: no more than the others of them say.
    fn given(&self, role: Option<Role>, knew_own: &Bits) -> Option<Role> {
        let unknown = self.own.iter().find(|(_, own)| !own.is_within(knew_own, knew_own));
        unknown.map_or(role, |(cap, _)| role.min(*cap))
    }

    /// A word from outside begins or ceases to count there.
    fn weigh(&mut self, word: &Taking<'_>, classes: &BTreeMap<Class, Same>, all: &[Option<Class>], counts: bool) {
        let role = self.beside(word, classes, all);
        if role >= self.role {
            return;
        }
        let count = self.less.entry(role).or_default();
        *count = if counts { count.saturating_add(1) } else { count.saturating_sub(1) };
        if *count == 0 {
            self.less.remove(&role);
        }
    }

    /// What the person is there if a word counts too that lies outside and that none outranks. Of the words there those
    /// go that are less and that it does not follow: it outranks them. Of those that are left, and that it does not
    /// follow, the last stand, all of one class. It stands beside them, unless one of them follows it: that can only be
    /// so where keepers have settled it, and then the last of the others decide alone.
    fn beside(&self, word: &Taking<'_>, classes: &BTreeMap<Class, Same>, all: &[Option<Class>]) -> Option<Role> {
        let given = self.given(word.role, word.knew_own);
        let last = self.last.values().filter_map(|last| last.last_common(word.or_more)).max();
        let class = last.and_then(|place| all.get(place).copied().flatten());
        let Some((class, same)) = class.and_then(|class| Some((class, classes.get(&class)?))) else { return given };
        let standing = |last: &Bits| last.meets_beyond(&same.words, word.follows);
        let mut standing = self.last.iter().filter(|(_, last)| standing(last)).map(|(role, _)| *role);
        let followed = self.last.values().any(|last| last.meets_in(word.or_more, word.after));
        match (followed, class.1) {
            (false, _) => standing.next().map_or(given, |least| least.min(given)),
            (true, false) => standing.next().unwrap_or(given),
            (true, true) => standing.next_back().unwrap_or(given),
        }
    }
}
