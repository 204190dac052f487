//! Which acts count. SPEC.md §8.1.
//!
//! Each act is judged by words of people who are more than its author. So there is an order in which nothing is ever
//! taken back: the founder's acts, those of whom the founder made leaders, and so on, then the moderators'.

use super::{
    bits::Bits,
    graph::{Act, Graph, Word, Words},
    level::{Level, Rank},
    points::Points,
};
use crate::ids::IdentityId;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The acts of a graph with what counts of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    pub graph: Graph,
    founder: Option<IdentityId>,
    pub points: Points,
    /// Of each act what its author was; none if it does not count. What people say of themselves always counts.
    verdicts: Vec<Option<Level>>,
    /// An act came that takes others from what counted: all is judged anew.
    stale: bool,
    /// Acts have other pasts than before, or who founded the container is known now.
    moved: bool,
    /// How many acts were live when they were judged last.
    enlivened: usize,
    /// What everybody is who has a role.
    ranks: BTreeMap<IdentityId, Rank>,
}

/// What is otherwise than when acts were judged before.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct News {
    /// Whether there was anything to judge.
    pub any: bool,
    /// The acts that were judged, by their numbers: from 0 on if all.
    pub judged: Range<usize>,
    /// On whose role words have come; none: words on anybody may count that did not, or no longer.
    pub people: Option<BTreeSet<IdentityId>>,
    /// Acts have other pasts than before, or who founded the container is known now.
    pub moved: bool,
}

/// How much a word is: who says it, then whether it does not lower. The smaller outranks the greater.
pub(super) type Class = (Level, bool);

/// What is asked about.
#[derive(Clone, Copy)]
pub(super) enum Past<'a> {
    /// The acts in a set.
    In(&'a Bits),
    /// All acts.
    All,
}

impl Past<'_> {
    fn holds(&self, at: usize) -> bool {
        match self {
            Self::In(acts) => acts.get(at),
            Self::All => true,
        }
    }
}

impl Judged {
    /// Who founded the container is known now.
    pub fn found(&mut self, founder: IdentityId) {
        if self.founder.is_none() {
            self.founder = Some(founder);
            self.graph.found(founder);
            (self.stale, self.moved) = (true, true);
        }
    }
    pub const fn founder(&self) -> Option<IdentityId> {
        self.founder
    }

    /// Judge the acts that came since. An act that comes changes nothing of others, unless it takes their authors down.
    pub fn settle(&mut self) -> News {
        if self.points.settle(&self.graph) {
            let (graph, numbers) = self.graph.following(self.points.standing().iter().map(|point| &point.acts));
            self.graph = graph;
            self.points.renumber(&numbers);
            self.verdicts.clear();
            (self.stale, self.moved, self.enlivened) = (true, true, 0);
        }
        let new = self.verdicts.len()..self.graph.len();
        let live = new.clone().filter(|at| self.graph.is_live(*at)).count();
        // One that was held already counts now.
        self.stale |= self.enlivened.saturating_add(live) != self.graph.enlivened();
        self.enlivened = self.graph.enlivened();
        for at in new.clone() {
            let verdict = if self.stale { None } else { self.judge(at) };
            self.verdicts.push(verdict);
            self.stale = self.stale || verdict.is_some_and(|level| self.takes_down(at, level));
        }
        let all = std::mem::take(&mut self.stale);
        let judged = if all { 0..self.graph.len() } else { new };
        let people = if all {
            self.judge_all();
            self.ranks.clear();
            let people: Vec<IdentityId> = self.graph.people().chain(self.founder).collect();
            people.into_iter().for_each(|person| self.rank(person));
            None
        } else {
            let words = judged.clone().filter_map(|at| self.graph.act(at)?.word);
            let people: BTreeSet<IdentityId> = words.map(|word| word.person).collect();
            people.iter().for_each(|person| self.rank(*person));
            Some(people)
        };
        News { any: all || !judged.is_empty(), judged, people, moved: std::mem::take(&mut self.moved) }
    }

    /// See what somebody is.
    fn rank(&mut self, person: IdentityId) {
        let rank = self.level(person, Past::All, Level::NOBODY).rank();
        if rank.role.is_some() {
            self.ranks.insert(person, rank);
        } else {
            self.ranks.remove(&person);
        }
    }

    /// What everybody is who has a role.
    pub const fn ranks(&self) -> &BTreeMap<IdentityId, Rank> {
        &self.ranks
    }

    /// What its author was when it counted.
    pub fn verdict(&self, at: usize) -> Option<Level> {
        self.verdicts.get(at).copied().flatten()
    }
    /// Whether an act counts.
    pub fn counts(&self, at: usize) -> bool {
        self.verdict(at).is_some() || (self.graph.is_live(at) && self.graph.act(at).is_some_and(|act| act.is_own()))
    }

    /// Whether an act that came just now may change what counts: it takes its person from something, who acted without
    /// knowing.
    fn takes_down(&self, at: usize, level: Level) -> bool {
        let Some(word) = self.graph.act(at).and_then(|act| act.word) else { return false };
        let falls =
            |of: &usize| self.verdict(*of).is_some_and(|theirs| level < theirs) && self.graph.concurrent(at, *of);
        word.lowers && level < Level::MODERATOR && self.graph.by(word.person).iter().any(falls)
    }

    /// Judge one act when all others are judged.
    fn judge(&self, at: usize) -> Option<Level> {
        let act = self.graph.act(at).filter(|act| self.graph.is_live(at) && !act.is_own())?;
        let base = self.level(act.record.author, Past::In(self.graph.past(at)?), Level::MODERATOR);
        if base < Level::MODERATOR && !self.is_lowered(at, &act, base) {
            return self.allowed(at, &act, base);
        }
        if base <= Level::MODERATOR { self.as_moderator(at, &act) } else { None }
    }

    /// Judge all acts, from the founder's on.
    fn judge_all(&mut self) {
        self.verdicts = vec![None; self.graph.len()];
        // Acts that leaders did as such, and those of them that count at most as a moderator's.
        let mut led = Bits::default();
        // Who is a leader of a level, and the words that make them one: what knows of none of these is not by one. The
        // founder is one without.
        let (mut level, mut leaders): (Level, BTreeMap<IdentityId, Bits>) =
            (Level::FOUNDER, self.founder.into_iter().map(|founder| (founder, Bits::default())).collect());
        while !leaders.is_empty() {
            let mut made: BTreeMap<IdentityId, Bits> = BTreeMap::new();
            let acts = leaders.iter().flat_map(|(leader, by)| self.graph.by(*leader).iter().map(move |at| (*at, by)));
            for (at, by) in acts.collect::<Vec<_>>() {
                let (Some(act), Some(past)) =
                    (self.graph.act(at).filter(|_| self.graph.is_live(at) && !led.get(at)), self.graph.past(at))
                else {
                    continue;
                };
                if level > Level::FOUNDER && !past.meets(by) {
                    continue;
                }
                if self.level(act.record.author, Past::In(past), level) != level || self.is_lowered(at, &act, level) {
                    continue;
                }
                led.set(at);
                let verdict = self.allowed(at, &act, level);
                let leads = act.word.filter(|word| word.role == Some(crate::op::Role::Leader));
                if let Some(word) = leads.filter(|_| verdict.is_some()) {
                    made.entry(word.person).or_default().set(at);
                }
                if let Some(held) = self.verdicts.get_mut(at) {
                    *held = verdict;
                }
            }
            (level, leaders) = (level.next(), made);
        }
        for at in (0..self.graph.len()).filter(|at| self.graph.is_live(*at) && !led.get(*at)) {
            let verdict = self.graph.act(at).filter(|act| !act.is_own()).and_then(|act| self.as_moderator(at, &act));
            if let Some(held) = self.verdicts.get_mut(at) {
                *held = verdict;
            }
        }
    }

    /// Whether what its author is allows an act.
    fn allowed(&self, at: usize, act: &Act<'_>, level: Level) -> Option<Level> {
        let may = act.word.is_none_or(|word| {
            let past = self.graph.past(at).map(Past::In);
            past.is_some_and(|past| level.may_set(self.level(word.person, past, level), word.role))
        });
        may.then_some(level)
    }

    /// As what a moderator does, if its author is one also by what leaders took from them meanwhile.
    fn as_moderator(&self, at: usize, act: &Act<'_>) -> Option<Level> {
        let past = Past::In(self.graph.past(at)?);
        let meanwhile = self.taken_meanwhile(at, act, Level::MODERATOR);
        let base = self.level(act.record.author, past, Level::MODERATOR);
        let level = base.max(self.level_with(act.record.author, past, &meanwhile, Level::MODERATOR));
        if level <= Level::MODERATOR { self.allowed(at, act, Level::MODERATOR) } else { None }
    }

    /// Whether somebody who is more took an act's author down, neither knowing of the other.
    fn is_lowered(&self, at: usize, act: &Act<'_>, level: Level) -> bool {
        let meanwhile = self.taken_meanwhile(at, act, level);
        let Some(past) = self.graph.past(at).filter(|_| meanwhile.len() > 0) else { return false };
        self.level_with(act.record.author, Past::In(past), &meanwhile, Level::MODERATOR) > level
    }

    /// The counting words of people above a level that lower an act's author, neither knowing of the other: by their
    /// place among the words on the author.
    fn taken_meanwhile(&self, at: usize, act: &Act<'_>, level: Level) -> Bits {
        let words = self.graph.words(act.record.author).map_or(&[][..], |words| &words.at);
        let takes = |of: usize| {
            let lowers = self.graph.act(of).and_then(|act| act.word).is_some_and(|word| word.lowers);
            lowers && self.verdict(of).is_some_and(|theirs| theirs < level) && self.graph.concurrent(at, of)
        };
        words.iter().enumerate().filter(|(_, of)| takes(**of)).map(|(place, _)| place).collect()
    }

    /// What somebody is in a past, by the words of people above a level: right if it is that or more, and else less.
    pub fn level(&self, person: IdentityId, past: Past<'_>, above: Level) -> Level {
        self.level_with(person, past, &Bits::default(), above)
    }

    /// The same, with further words on them, by their place in the list.
    pub fn level_with(&self, person: IdentityId, past: Past<'_>, further: &Bits, above: Level) -> Level {
        let none = Words::default();
        let words = self.graph.words(person).unwrap_or(&none);
        let counting = |at: usize| self.verdict(at).is_some_and(|level| level < above);
        let said = words.at.iter().enumerate();
        let said = said.filter(|(place, at)| counting(**at) && (past.holds(**at) || further.get(*place)));
        let standing = self.standing(words, &said.map(|(place, _)| place).collect());
        // What they say of themselves, by how much it leaves them: places in that list.
        let mut said_of_oneself: BTreeMap<Level, Bits> = BTreeMap::new();
        for (number, at) in words.own.iter().enumerate() {
            if let Some(word) = self.own_word(*at).filter(|_| past.holds(*at)) {
                said_of_oneself.entry(Level::most(word.role)).or_default().set(number);
            }
        }
        let own = |until: Option<usize>| {
            let knew = until.and_then(|place| words.knew_own.get(place));
            let unknown = |own: &Bits| knew.is_none_or(|knew| !own.is_within(knew, knew));
            said_of_oneself.iter().rev().find(|(_, own)| unknown(own)).map(|(cap, _)| *cap)
        };
        if standing.is_empty() {
            let first = if self.founder == Some(person) { Level::FOUNDER } else { Level::NOBODY };
            return own(None).map_or(first, |cap| cap.max(first));
        }
        let given = |place: usize| {
            let at = *words.at.get(place)?;
            let (word, by) = (self.graph.act(at)?.word?, self.verdict(at)?);
            let given = by.gives(word.role);
            Some((word.lowers, own(Some(place)).map_or(given, |cap| cap.max(given))))
        };
        let given: Vec<(bool, Level)> = standing.into_iter().filter_map(given).collect();
        let levels = given.iter().map(|(_, level)| *level);
        // Those that stand are all of one level, and all lower or none does.
        let level = if given.iter().any(|(lowers, _)| *lowers) { levels.max() } else { levels.min() };
        level.unwrap_or(Level::NOBODY)
    }

    /// What somebody says of themselves by an act, if that counts.
    fn own_word(&self, at: usize) -> Option<Word> {
        self.graph.act(at).filter(|_| self.graph.is_live(at))?.word
    }

    /// Of words on somebody those that stand, by their place in the list.
    pub fn standing(&self, words: &Words, said: &Bits) -> Vec<usize> {
        let Some(last) = said.all().next_back() else { return Vec::new() };
        let one: Bits = [last].into_iter().collect();
        if words.before.get(last).is_some_and(|before| said.is_within(before, &one)) {
            // It knew of all others.
            return vec![last];
        }
        let left = self.unbeaten(words, said);
        // Of those that are left the last.
        let last = |place: &usize| words.after.get(*place).is_some_and(|after| !after.meets(&left));
        left.all().filter(last).collect()
    }

    /// How much a word on somebody is, by its place in the list; none if it does not count.
    pub fn class(&self, words: &Words, place: usize) -> Option<Class> {
        let at = *words.at.get(place)?;
        Some((self.verdict(at)?, !self.graph.act(at)?.word?.lowers))
    }

    /// Words on somebody that count, by their place in the list, in the order of how much they are.
    pub fn by_class(&self, words: &Words, said: &Bits) -> Vec<(Class, usize)> {
        let mut order: Vec<_> = said.all().filter_map(|place| Some((self.class(words, place)?, place))).collect();
        order.sort_unstable();
        order
    }

    /// Of words on somebody those that no concurrent one of them outranks, by their place in the list.
    pub fn unbeaten(&self, words: &Words, said: &Bits) -> Bits {
        let order = self.by_class(words, said);
        // A word goes if one that outranks it did not know of it, nor it of that.
        let (mut more, mut left) = (Bits::default(), Bits::default());
        for same in order.chunk_by(|one, other| one.0 == other.0) {
            let stays = |place: usize| {
                let (before, after) = (words.before.get(place), words.after.get(place));
                before.zip(after).is_some_and(|(before, after)| more.is_within(before, after))
            };
            let stay: Vec<usize> = same.iter().map(|(_, place)| *place).filter(|place| stays(*place)).collect();
            stay.into_iter().for_each(|place| left.set(place));
            same.iter().for_each(|(_, place)| more.set(*place));
        }
        left
    }
}
