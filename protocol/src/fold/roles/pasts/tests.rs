//! By which role people speak in random worlds, whichever comes first, against the rule as SPEC.md §7.2 says it.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod wide;

use super::{
    super::{
        super::{
            Record,
            random::{Dice, record},
        },
        Rights, Roles,
    },
    *,
};
use crate::{
    Stamp,
    op::{FoundingOp, KeepOp, Op, PostOp, RoleOp},
};
use std::sync::Arc;

const PEOPLE: usize = 6;
const KEEPERS: [u8; 2] = [5, 6];

fn id(number: u8) -> IdentityId {
    IdentityId([number; 32])
}

/// What somebody is in the past of an act as it is, and what each counting word leaves them that takes something and
/// lies outside.
fn by_the_rule(judged: &Judged, person: IdentityId, under: Option<EntryId>) -> [Option<Role>; 2] {
    let (past, held) = judged.graph.closure(under);
    let none = Words::default();
    let words = judged.graph.words(person).unwrap_or(&none);
    let with = |further: Bits| judged.level_with(person, Past::In(&past), &further, Level::NOBODY).rank().role;
    let counting: Bits = (0..words.at.len()).filter(|place| judged.verdict(words.at[*place]).is_some()).collect();
    let unbeaten = judged.unbeaten(words, &counting);
    let takes = |at: usize| !past.get(at) && judged.graph.act(at).is_some_and(|act| act.word.unwrap().lowers);
    let base = with(Bits::default());
    let taking = unbeaten.all().filter(|place| takes(words.at[*place]));
    let left = taking.map(|place| with([place].into_iter().collect())).fold(base, Option::min);
    match under {
        Some(_) => [left, base].map(|role| role.filter(|_| held)),
        None => [left.max(judged.ranks().get(&person).and_then(|rank| rank.role)); 2],
    }
}

/// Acts, and what is said in the past of some of them.
fn world(dice: &mut Dice) -> Vec<Record> {
    let (mut all, mut acts, mut said): (Vec<Record>, Vec<EntryId>, Vec<EntryId>) = (Vec::new(), Vec::new(), Vec::new());
    // In some worlds many words are on one person, or nobody knows much of what others did.
    let (one, apart) = (dice.below(3) == 0, dice.below(3) == 0);
    for number in 0..15 + dice.below(50) {
        let mut refs = dice.some(&acts, if apart { 1 } else { 3 });
        refs.extend(acts.last().filter(|_| !apart && dice.below(3) > 0));
        refs.sort_unstable();
        refs.dedup();
        let by = |dice: &mut Dice, most: usize| u8::try_from(1 + dice.below(most)).unwrap();
        match if number < 3 { 0 } else { dice.below(9) } {
            0..=3 => {
                // First the founder makes a leader, a moderator, and a contributor.
                let first = u8::try_from(number + 2).unwrap();
                let person = if number < 3 { first } else { by(dice, PEOPLE) };
                let person = id(if one && number > 2 && dice.below(4) > 0 { 4 } else { person });
                let roles =
                    [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)];
                let role = if number < 3 { roles[4 - number] } else { roles[dice.below(5)] };
                let by = if number < 3 { 1 } else { by(dice, 4) };
                let lowers = dice.below(3) == 0;
                all.push(record(number, by, Op::Role(RoleOp { person, role, refs, lowers })));
                acts.push(all[all.len() - 1].id);
            }
            4 => {
                let entries = dice.some(&said, 2);
                let by = by(dice, 3);
                all.push(record(number, by, Op::Keep(KeepOp { entries, refs })));
                acts.push(all[all.len() - 1].id);
            }
            _ => {
                let by = if one { 4 } else { by(dice, PEOPLE) };
                let under = dice.some(&acts, 1).first().copied().filter(|_| dice.below(8) > 0);
                all.push(Record { under, ..record(number, by, Op::Post(PostOp::default())) });
                said.push(all[all.len() - 1].id);
            }
        }
    }
    all
}

/// A founding whose keepers may settle points, and what has been said in it so far.
struct Told {
    seed: u64,
    roles: Roles,
    rights: Rights,
    said: Vec<Record>,
    counts: Counts,
}

/// What was met in a world: a test that meets nothing of a sort holds nothing.
#[derive(Debug, Default)]
struct Counts {
    /// Who speaks with less than they have in the past that they name.
    taken: usize,
    /// Looks at which a point was settled.
    settled: usize,
    /// Those at which what moved was about some people alone.
    spared: usize,
    /// Those that moved nothing for anybody.
    alone: usize,
    /// Those after which nobody had to be told.
    told: usize,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.taken += other.taken;
        self.settled += other.settled;
        self.spared += other.spared;
        self.alone += other.alone;
        self.told += other.told;
    }
}

impl Told {
    fn new(seed: u64) -> Self {
        let mut roles = Roles::default();
        roles.charter(&FoundingOp { owner: id(1), seed: vec![5; 16], keepers: KEEPERS.map(id).to_vec(), agree: 2 });
        Self { seed, roles, rights: Rights::default(), said: Vec::new(), counts: Counts::default() }
    }

    /// Both keepers settle what these acts say.
    fn settle(&mut self, tips: &[EntryId]) {
        let op = self.roles.settlement(id(KEEPERS[0]), tips);
        for (op, keeper) in op.iter().flat_map(|op| KEEPERS.map(|keeper| (op, keeper))) {
            self.roles.settles(id(keeper), Stamp::from_ms(1), op);
        }
    }

    fn tips(&self) -> Vec<EntryId> {
        self.roles.tips().into_iter().map(|tip| tip.place.id).collect()
    }

    /// Judge what is held, and hear what is said now: all speak as the rule says, and as they would if all had come at
    /// once.
    fn judge(&mut self, heard: impl IntoIterator<Item = Record>) {
        let seed = self.seed;
        let before: Vec<_> = self.said.iter().map(|record| self.rights.of(record)).collect();
        let news = self.roles.settle();
        let other = self.rights.judge(&self.roles, &news);
        let after: Vec<_> = self.said.iter().map(|record| self.rights.of(record)).collect();
        assert!(other || before == after, "seed {seed}: nobody was told");
        for record in heard {
            self.rights.hear(&self.roles, &record);
            self.said.push(record);
        }
        let mut whole = Rights::default();
        for record in &self.said {
            whole.hear(&self.roles, record);
        }
        for record in &self.said {
            let expected = by_the_rule(&self.roles.judged, record.author, record.under);
            let found = [&self.rights, &whole].map(|rights| rights.roles_of(record.author, record.under));
            assert_eq!(found, [expected; 2], "seed {seed}: {:?} under {:?}", record.author, record.under);
            self.counts.taken += usize::from(expected[0] != expected[1]);
        }
        // Nobody counts a word twice: what is held now is what would be held if all came at once.
        for (person, pasts) in &self.rights.people {
            pasts.assert_like(&whole.people[person], seed);
        }
        self.counts.settled += usize::from(!self.roles.points().is_empty());
        self.counts.spared += usize::from(news.people.is_some());
        self.counts.alone += usize::from(news.people.is_none() && !news.moved);
        self.counts.told += usize::from(!other);
    }
}

#[test]
fn in_any_order_they_speak_as_the_rule_says() {
    let mut counts = Counts::default();
    for seed in 0..1_000 {
        let mut dice = Dice(seed);
        let mut rest = world(&mut dice);
        let near = if dice.below(3) > 0 { 4 } else { usize::MAX };
        let mut told = Told::new(seed);
        let founded = if dice.below(4) == 0 { dice.below(rest.len()) } else { rest.len() };
        while !rest.is_empty() {
            let came = rest.remove(dice.below(rest.len().min(near)));
            if rest.len() <= founded {
                told.roles.found(id(1));
            }
            let speaks = matches!(came.op, Op::Post(_)).then(|| came.clone());
            // What is said is heard when the acts are judged that are held.
            if speaks.is_none() {
                told.roles.take(&Arc::new(came), dice.below(9) > 0);
                if dice.below(5) == 0 {
                    continue;
                }
            }
            if dice.below(6) == 0 {
                told.settle(&told.tips());
            }
            told.judge(speaks);
        }
        counts.add(&told.counts);
    }
    let Counts { taken, settled, spared, told, .. } = counts;
    assert!(taken > 5_000 && settled > 5_000 && spared > 10_000 && told > 5_000, "{counts:?}");
}

/// A word that keepers have settled is followed by words that did not know of it: of these what they give most stands,
/// as without it.
#[test]
fn what_follows_a_settled_word_is_not_lowered_by_it() {
    let mut roles = Roles::default();
    roles.charter(&FoundingOp { owner: id(1), seed: vec![5; 16], keepers: KEEPERS.map(id).to_vec(), agree: 2 });
    roles.found(id(1));
    let mut number = 10;
    let mut say = |roles: &mut Roles, by, person, role, refs: &[EntryId]| {
        number += 1;
        let mut refs = refs.to_vec();
        refs.sort_unstable();
        let op = RoleOp { person: id(person), role: Some(role), refs, lowers: by == 2 };
        let act = record(number, by, Op::Role(op));
        roles.take(&Arc::new(act.clone()), true);
        roles.settle();
        act.id
    };
    let leader = say(&mut roles, 1, 2, Role::Leader, &[]);
    let first = say(&mut roles, 1, 4, Role::Contributor, &[leader]);
    let taken = say(&mut roles, 2, 4, Role::Member, &[first]);
    let op = roles.settlement(id(KEEPERS[0]), &[taken]).unwrap();
    KEEPERS.iter().for_each(|keeper| roles.settles(id(*keeper), Stamp::from_ms(1), &op));
    roles.settle();
    assert_eq!(roles.points().len(), 1);
    let less = say(&mut roles, 1, 4, Role::Member, &[first]);
    let more = say(&mut roles, 1, 4, Role::Moderator, &[first]);
    let under = say(&mut roles, 1, 6, Role::Member, &[less, more]);
    let mut rights = Rights::default();
    rights.hear(&roles, &Record { under: Some(under), ..record(9, 4, Op::Post(PostOp::default())) });
    assert_eq!(rights.roles_of(id(4), Some(under)), [Some(Role::Moderator); 2]);
    assert_eq!(by_the_rule(&roles.judged, id(4), Some(under)), [Some(Role::Moderator); 2]);
}

/// A moderator takes a device of their own out, and accepts nothing: what it said counts once another device names it.
/// Each such naming has all words weighed again in all pasts.
#[test]
fn words_that_come_to_count_one_by_one_are_weighed_alone() {
    const SIZE: usize = 60;
    let mut roles = Roles::default();
    roles.found(id(1));
    let mut number = 10;
    let mut say = |roles: &mut Roles, by, person, role, refs: &[EntryId], speaks| {
        number += 1;
        let mut refs = refs.to_vec();
        refs.sort_unstable();
        let act = record(number, by, Op::Role(RoleOp { person, role: Some(role), refs, lowers: by == 3 }));
        roles.take(&Arc::new(act.clone()), speaks);
        act.id
    };
    let moderator = say(&mut roles, 1, id(3), Role::Moderator, &[], true);
    let first = say(&mut roles, 1, id(4), Role::Contributor, &[moderator], true);
    let words: Vec<_> = (0..SIZE).map(|_| say(&mut roles, 3, id(4), Role::Member, &[first], true)).collect();
    let silent: Vec<_> = (0..SIZE).map(|_| say(&mut roles, 3, id(4), Role::Member, &[first], false)).collect();
    let mut rights = Rights::default();
    let news = roles.settle();
    rights.judge(&roles, &news);
    for (at, word) in words.iter().enumerate() {
        rights.hear(&roles, &Record { under: Some(*word), ..record(5_000 + at, 4, Op::Post(PostOp::default())) });
    }
    for (at, word) in silent.iter().enumerate() {
        let before = rights.weighed();
        let other = id(u8::try_from(100 + at).unwrap());
        say(&mut roles, 3, other, Role::Member, &[*word], true);
        let news = roles.settle();
        rights.judge(&roles, &news);
        let weighed = rights.weighed() - before;
        // One word more in each past.
        assert!(weighed <= 2 * SIZE as u64, "{weighed} for the {at}th");
    }
}

impl Pasts {
    /// Holds that the same is held.
    fn assert_like(&self, whole: &Self, seed: u64) {
        assert_eq!(self.words, whole.words, "seed {seed}: words");
        assert_eq!(
            self.taking.all().collect::<Vec<_>>(),
            whole.taking.all().collect::<Vec<_>>(),
            "seed {seed}: taking"
        );
        let bits = |bits: &Bits| bits.all().collect::<Vec<_>>();
        let key = |known: &Known| (bits(&known.words), bits(&known.own));
        let views = |pasts: &Self| -> BTreeMap<_, _> {
            pasts.views.iter().map(|(known, view)| (key(known), (view.role, view.less.clone()))).collect()
        };
        assert_eq!(views(self), views(whole), "seed {seed}: views");
        assert_eq!(self.views.len(), views(self).len(), "seed {seed}: a view is held twice");
        let named =
            |pasts: &Self| -> BTreeMap<_, _> { pasts.named.iter().map(|(act, known)| (*act, key(known))).collect() };
        assert_eq!(named(self), named(whole), "seed {seed}: named");
    }
}
