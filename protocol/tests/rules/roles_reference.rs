//! Roles by the rules of SPEC.md §8.1 written out, against the program's: on random graphs of acts, whoever does what
//! to whom knowing of what.

use crate::common::{Club, Person, person, role_op};
use communaut_protocol::{
    EntryId, IdentityId,
    fold::{Record, audit},
    op::{EntryPlace, Op, Role},
};
use std::collections::{BTreeMap, BTreeSet};

/// An act: who takes whom to which role, knowing of which acts.
#[derive(Debug, Clone)]
struct Act {
    by: usize,
    on: usize,
    role: u8,
    past: BTreeSet<usize>,
}

/// What is surely so, and what possibly is.
type Two<T> = (T, T);

/// What surely and what possibly counts, whether each lowers, and its author's rank.
type Step = (BTreeSet<usize>, BTreeSet<usize>, Vec<Two<bool>>, Vec<(Two<u8>, Two<u32>)>);

const LEADER: u8 = 4;
const MODERATOR: u8 = 3;
const FAR: u32 = u32::MAX;

/// The rules as they are written, without a thought for how long it takes.
struct Rules<'a> {
    acts: &'a [Act],
    lo: BTreeSet<usize>,
    hi: BTreeSet<usize>,
    lowers: Vec<Two<bool>>,
    rank: Vec<(Two<u8>, Two<u32>)>,
}

impl<'a> Rules<'a> {
    fn of(acts: &'a [Act]) -> Self {
        let mut rules = Self {
            acts,
            lo: BTreeSet::new(),
            hi: (0..acts.len()).collect(),
            lowers: vec![(false, true); acts.len()],
            rank: vec![((0, LEADER), (0, FAR)); acts.len()],
        };
        loop {
            let (lo, hi, lowers, rank) = rules.step();
            assert!(
                rules.lo.is_subset(&lo) && hi.is_subset(&rules.hi) && lo.is_subset(&hi),
                "it only narrows: {acts:?} {:?} {:?} -> {lo:?} {hi:?}",
                rules.lo,
                rules.hi
            );
            let same = (&lo, &hi, &lowers, &rank) == (&rules.lo, &rules.hi, &rules.lowers, &rules.rank);
            (rules.lo, rules.hi, rules.lowers, rules.rank) = (lo, hi, lowers, rank);
            if same {
                return rules;
            }
        }
    }

    /// The words on somebody within a past that may count.
    fn words(&self, on: usize, past: Option<&BTreeSet<usize>>) -> Vec<usize> {
        let within = |at: &usize| past.is_none_or(|past| past.contains(at));
        (0..self.acts.len()).filter(|at| self.acts[*at].on == on && within(at) && self.hi.contains(at)).collect()
    }

    fn outranks(&self, one: usize, other: usize, surely: bool) -> bool {
        let ((least, most), (near, far)) = self.rank[one];
        let ((their_least, their_most), (their_near, their_far)) = self.rank[other];
        if surely {
            least > their_most || least == LEADER && far < their_near
        } else {
            most > their_least || most == LEADER && near < their_far
        }
    }

    /// Of these the last that surely count, and that possibly do, without whom another outranks; whether there surely
    /// is one.
    fn lasts(&self, words: &[usize]) -> (Vec<usize>, Vec<usize>, bool) {
        let followed = |at: usize, by: &BTreeSet<usize>| {
            words.iter().any(|other| by.contains(other) && self.acts[*other].past.contains(&at))
        };
        let sure: Vec<usize> =
            words.iter().copied().filter(|at| self.lo.contains(at) && !followed(*at, &self.hi)).collect();
        let possible: Vec<usize> = words.iter().copied().filter(|at| !followed(*at, &self.lo)).collect();
        let left = |among: &[usize], by: &[usize], surely: bool| -> Vec<usize> {
            let beaten = |at: usize| by.iter().any(|other| *other != at && self.outranks(*other, at, surely));
            among.iter().copied().filter(|at| !beaten(*at)).collect()
        };
        (left(&sure, &possible, false), left(&possible, &sure, true), !sure.is_empty())
    }

    fn role(&self, of: usize, past: Option<&BTreeSet<usize>>) -> Two<u8> {
        let (sure, possible, any) = self.lasts(&self.words(of, past));
        let at_first = if of == 0 { LEADER } else { 0 };
        let gives = |at: &usize| self.acts[*at].role;
        let surely: Vec<u8> = sure.iter().filter(|at| self.lowers[**at].0).map(gives).collect();
        let most = match surely.iter().min() {
            Some(lowest) => *lowest,
            None => possible.iter().map(gives).chain((!any).then_some(at_first)).max().unwrap(),
        };
        let lowest = || possible.iter().map(gives).chain((!any).then_some(at_first)).min().unwrap();
        let least = sure.iter().map(gives).max().unwrap_or_else(lowest);
        let least = possible.iter().filter(|at| self.lowers[**at].1).map(gives).chain([least]).min().unwrap();
        (least.min(most), most)
    }

    fn depth(&self, of: usize, past: Option<&BTreeSet<usize>>) -> Two<u32> {
        let words = self.words(of, past);
        if of == 0 && words.is_empty() {
            return (0, 0);
        }
        let (sure, possible, _) = self.lasts(&words);
        let by = |at: &usize| self.depth(self.acts[*at].by, Some(&self.acts[*at].past));
        let leads = |at: &&usize| self.acts[**at].role == LEADER;
        let more = |depth: Option<u32>| depth.map_or(FAR, |depth| depth.saturating_add(1));
        let near = more(possible.iter().filter(leads).map(by).map(|(near, _)| near).min());
        let far = more(sure.iter().filter(leads).map(by).map(|(_, far)| far).min());
        (if of == 0 { 0 } else { near }, far)
    }

    fn step(&self) -> Step {
        let info = |at: usize| {
            let act = &self.acts[at];
            let past = Some(&act.past);
            let (by, on) = (self.role(act.by, past), self.role(act.on, past));
            (by, on, self.depth(act.by, past), self.depth(act.on, past))
        };
        let infos: Vec<_> = (0..self.acts.len()).map(info).collect();
        let lowers: Vec<Two<bool>> =
            self.acts.iter().zip(&infos).map(|(act, (_, on, ..))| (act.role < on.0, act.role < on.1)).collect();
        let rank: Vec<_> = infos.iter().map(|(by, _, depth, _)| (*by, *depth)).collect();
        let now = Rules { acts: self.acts, lo: BTreeSet::new(), hi: BTreeSet::new(), lowers: vec![], rank };
        let (mut lo, mut hi) = (BTreeSet::new(), BTreeSet::new());
        for (at, act) in self.acts.iter().enumerate() {
            let ((least, most), (on_least, on_most), depth, on_depth) = infos[at];
            let may = |by: u8, on: u8, depth: u32, on_depth: u32| match (act.by == act.on, by) {
                _ if act.role == on => false,
                (true, _) => act.role < on,
                (_, LEADER) => act.role > on || on < LEADER || depth < on_depth,
                (_, MODERATOR) => on < MODERATOR && act.role < MODERATOR,
                _ => false,
            };
            let mut ways = Vec::new();
            for by in least..=most {
                for on in on_least..=on_most {
                    for depth in [depth.0, depth.1] {
                        ways.extend([on_depth.0, on_depth.1].map(|on_depth| (by, on, depth, on_depth)));
                    }
                }
            }
            let (mut surely, mut possibly) = (Vec::new(), Vec::new());
            for (removal, other) in self.acts.iter().enumerate() {
                let apart = removal != at && !act.past.contains(&removal) && !other.past.contains(&at);
                if !apart || other.on != act.by || other.by == act.by || !self.hi.contains(&removal) {
                    continue;
                }
                if now.outranks(removal, at, true) && lowers[removal].0 && self.lo.contains(&removal) {
                    surely.push(other.role);
                }
                if now.outranks(removal, at, false) && lowers[removal].1 {
                    possibly.push(other.role);
                }
            }
            let stands = |way: &(u8, u8, u32, u32), removals: &[u8]| {
                let (by, on, depth, on_depth) = *way;
                may(by, on, depth, on_depth) && removals.iter().all(|left| may(by.min(*left), on, depth, on_depth))
            };
            if ways.iter().any(|way| stands(way, &surely)) {
                hi.insert(at);
                if ways.iter().all(|way| stands(way, &possibly)) {
                    lo.insert(at);
                }
            }
        }
        (lo, hi, lowers, now.rank)
    }
}

fn role_of(number: u8) -> Option<Role> {
    [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)][usize::from(number)]
}

/// The same acts as a club's records, and what the program makes of them; the founder is the first person.
fn compare(acts: &[Act], refs: &[Vec<usize>], people: &[Person]) {
    let rules = Rules::of(acts);
    let mut club = Club::new();
    assert_eq!(club.founder.id, people[0].id);
    let card = club.records[0].clone();
    let mut ids: Vec<EntryId> = Vec::new();
    for (at, act) in acts.iter().enumerate() {
        let named: Vec<EntryId> = refs[at].iter().map(|at| ids[*at]).collect();
        let op = role_op(&people[act.on], role_of(act.role), &named);
        let id = EntryId([u8::try_from(at).unwrap() + 1; 32]);
        let place = EntryPlace::of(&card.log, at as u64 + 1, id);
        let record = Record { id, place, author: people[act.by].id, seq: place.seq, op, ..card.clone() };
        ids.push(id);
        club.records.push(record);
    }
    let place = |person: &IdentityId| people.iter().position(|one| one.id == *person).unwrap();
    let found: BTreeMap<usize, Role> = club.roles().iter().map(|(person, role)| (place(person), *role)).collect();
    let of = |person: usize| Some((person, role_of(rules.role(person, None).0)?));
    let expected: BTreeMap<usize, Role> = (0..people.len()).filter_map(of).collect();
    assert_eq!(found, expected, "{acts:?}");
    for (record, counts) in audit(Some(people[0].id), club.records.iter()) {
        assert!(matches!(record.op, Op::Role(_)));
        let at = ids.iter().position(|id| *id == record.id).unwrap();
        assert_eq!(counts, rules.lo.contains(&at), "the act {at} of {acts:?}");
    }
    let told: BTreeSet<EntryId> = audit(Some(people[0].id), club.records.iter()).iter().map(|(r, _)| r.id).collect();
    let counting: BTreeSet<EntryId> = rules.lo.iter().map(|at| ids[*at]).collect();
    assert!(counting.is_subset(&told), "what counts is told");
}

/// A fixed sequence of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}

/// A graph in words: who takes whom to which role, knowing of which acts before (by their place in the list).
type Told = (usize, usize, u8, &'static [usize]);

/// Who has which role in the end; the founder is the first.
fn outcome(told: &[Told], people: &[Person]) -> Vec<u8> {
    let (mut acts, mut refs): (Vec<Act>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    for (by, on, role, knows) in told {
        let mut past: BTreeSet<usize> = knows.iter().copied().collect();
        knows.iter().for_each(|of| past.extend(&acts[*of].past));
        acts.push(Act { by: *by, on: *on, role: *role, past });
        refs.push(knows.to_vec());
    }
    compare(&acts, &refs, people);
    let rules = Rules::of(&acts);
    (0..people.len()).map(|person| rules.role(person, None).0).collect()
}

/// The table of SPEC.md §8.1, row by row, and the attacks of the review on the rules before.
#[test]
fn the_cases_of_the_specification() {
    const F: usize = 0;
    const L: usize = 1;
    const M: usize = 2;
    const N: usize = 3;
    const K: usize = 4;
    const P: usize = 5;
    const NONE: u8 = 0;
    const MEMBER: u8 = 1;
    const MOD: u8 = MODERATOR;
    const LEAD: u8 = LEADER;
    let people: Vec<Person> = (1..=6).map(person).collect();
    // F makes L, M and N leaders and K a moderator, one after the other: the acts 0 to 3.
    const BEGIN: [Told; 4] = [(F, L, LEAD, &[]), (F, M, LEAD, &[0]), (F, N, LEAD, &[1]), (F, K, MOD, &[2])];
    // L makes N and N makes P a leader.
    const CHAIN: [Told; 3] = [(F, L, LEAD, &[]), (L, N, LEAD, &[0]), (N, P, LEAD, &[1])];
    let after = |begin: &[Told], told: &[Told]| outcome(&[begin, told].concat(), &people);
    let all = [LEAD, LEAD, LEAD, LEAD, MOD, NONE];
    let but = |changes: &[(usize, u8)]| {
        let mut roles = all.to_vec();
        changes.iter().for_each(|(person, role)| roles[*person] = *role);
        roles
    };
    assert_eq!(after(&BEGIN, &[(L, K, NONE, &[3]), (K, P, MEMBER, &[3])]), but(&[(K, NONE)]));
    assert_eq!(after(&BEGIN, &[(K, P, MEMBER, &[3]), (L, K, NONE, &[4])]), but(&[(K, NONE), (P, MEMBER)]));
    assert_eq!(after(&BEGIN, &[(L, M, NONE, &[3]), (M, L, NONE, &[3])]), all);
    assert_eq!(after(&BEGIN, &[(L, F, NONE, &[3]), (F, L, NONE, &[3])]), but(&[(L, NONE)]));
    let gone = after(&CHAIN, &[(N, L, NONE, &[2]), (L, N, NONE, &[2])]);
    assert_eq!(gone, [LEAD, LEAD, NONE, NONE, NONE, LEAD]);
    let gone = after(&CHAIN, &[(F, L, NONE, &[2]), (L, N, NONE, &[2]), (N, P, NONE, &[2])]);
    assert_eq!(gone, [LEAD, NONE, NONE, LEAD, NONE, NONE]);
    assert_eq!(after(&BEGIN, &[(K, P, MEMBER, &[3]), (F, P, LEAD, &[3])]), but(&[(P, LEAD)]));
    let knowing = [(F, P, MEMBER, &[3][..]), (K, P, NONE, &[4]), (F, P, LEAD, &[4])];
    assert_eq!(after(&BEGIN, &knowing), but(&[(P, LEAD)]));
    assert_eq!(after(&BEGIN, &[(L, P, MEMBER, &[3]), (M, P, MOD, &[3])]), but(&[(P, MOD)]));
    assert_eq!(after(&BEGIN, &[(L, K, NONE, &[3]), (M, K, LEAD, &[3])]), but(&[(K, NONE)]));
    let many = [(L, P, MEMBER, &[3][..]), (L, P, MOD, &[4]), (L, K, LEAD, &[5]), (F, L, NONE, &[0])];
    assert_eq!(after(&BEGIN, &many), but(&[(L, NONE)]));
    // A leader's accomplice, made at the same time; a circle of equals; a paradox by promotion.
    let made = after(&CHAIN, &[(L, N, NONE, &[2]), (P, L, NONE, &[2])]);
    assert_eq!(made, [LEAD, LEAD, NONE, NONE, NONE, LEAD]);
    assert_eq!(after(&BEGIN, &[(L, M, NONE, &[3]), (M, N, NONE, &[3]), (N, L, NONE, &[3])]), all);
    let promoted = [
        (F, K, MOD, &[][..]),
        (F, L, LEAD, &[0]),
        (L, M, LEAD, &[1]),
        (M, N, LEAD, &[2]),
        (F, K, LEAD, &[3]),
        (N, K, NONE, &[3]),
        (K, M, NONE, &[4, 5]),
        (M, N, NONE, &[3]),
    ];
    // Each of them would undo what makes it possible; the same everywhere.
    assert_eq!(after(&[], &promoted)[F], LEAD);
}

/// On 10,000 random graphs, and on each of them nobody takes the founder's role but the founder.
#[test]
fn ten_thousand_random_graphs_give_what_the_rules_say() {
    let people: Vec<Person> = (1..=6).map(person).collect();
    let mut dice = Dice(20_261_129);
    for _ in 0..10_000 {
        let (some, count) = (3 + dice.below(4), 4 + dice.below(11));
        let (mut acts, mut refs): (Vec<Act>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for at in 0..count {
            let mut named: Vec<usize> = (0..dice.below(4).min(at)).map(|_| dice.below(at)).collect();
            named.sort_unstable();
            named.dedup();
            let mut past: BTreeSet<usize> = named.iter().copied().collect();
            named.iter().for_each(|of| past.extend(&acts[*of].past));
            let role = [0, 1, 3, 4, 4, 4][dice.below(6)];
            acts.push(Act { by: dice.below(some), on: dice.below(some), role, past });
            refs.push(named);
        }
        compare(&acts, &refs, &people[..some]);
        if !acts.iter().any(|act| act.by == 0 && act.on == 0) {
            assert_eq!(Rules::of(&acts).role(0, None).0, LEADER, "{acts:?}");
        }
    }
}
