//! Roles by the rules of SPEC.md §8.1 written out, against the program's: on random graphs of acts, whoever does what
//! to whom knowing of what.

use crate::common::{Club, Dice, Person, book, person};
use communaut_protocol::{
    EntryId, IdentityId,
    fold::{Record, ScopeState, audit},
    op::{EntryPlace, Op, Role, RoleOp},
};
use std::collections::{BTreeMap, BTreeSet};

/// An act: who takes whom to which role, meaning to take something away or not, knowing of which acts.
#[derive(Debug, Clone)]
struct Act {
    by: usize,
    on: usize,
    role: u8,
    lowers: bool,
    past: BTreeSet<usize>,
}

const LEADER: u8 = 4;
const MODERATOR: u8 = 3;
/// Of who has no role; leaders are as far from the founder as they are, and all others in between.
const NOBODY: usize = 1_000;
const MOD: usize = NOBODY - 3;

/// The rules as they are written, without a thought for how long it takes.
struct Rules<'a> {
    acts: &'a [Act],
    /// Those that can count, and not only name such as can.
    heard: BTreeSet<usize>,
    /// Of each act what its author is by which it counts: found for the founder first, then for ever lesser ones.
    level: Vec<Option<usize>>,
}

/// The acts by people who may ever have had the right, that know of no others.
fn heard(acts: &[Act]) -> BTreeSet<usize> {
    let (mut ever, mut heard) = (BTreeMap::from([(0, LEADER)]), BTreeSet::new());
    loop {
        let before = (heard.len(), ever.clone());
        for (at, act) in acts.iter().enumerate() {
            let by = ever.get(&act.by).copied().unwrap_or(0);
            if !act.past.is_subset(&heard) || by < (if act.by == act.on { 1 } else { MODERATOR }) {
                continue;
            }
            heard.insert(at);
            if act.by != act.on && (by == LEADER || act.role < MODERATOR) {
                let on = ever.entry(act.on).or_insert(0);
                *on = act.role.max(*on);
            }
        }
        if (heard.len(), &ever) == (before.0, &before.1) {
            return heard;
        }
    }
}

impl<'a> Rules<'a> {
    fn of(acts: &'a [Act]) -> Self {
        let mut rules = Self { acts, heard: heard(acts), level: vec![None; acts.len()] };
        for level in (0..=acts.len()).chain([MOD]) {
            let found: Vec<usize> = (0..acts.len()).filter(|at| rules.counts_as(*at, level)).collect();
            found.into_iter().for_each(|at| rules.level[at] = Some(level));
        }
        rules
    }

    fn parallel(&self, one: usize, other: usize) -> bool {
        one != other && !self.acts[one].past.contains(&other) && !self.acts[other].past.contains(&one)
    }

    /// Whether an act counts as one of somebody who is this much, when the acts of all who are more are known.
    fn counts_as(&self, at: usize, level: usize) -> bool {
        let act = &self.acts[at];
        if act.by == act.on || !self.heard.contains(&at) {
            return false;
        }
        let base = self.person(act.by, Some(&act.past), &[]);
        let is = |base: usize| {
            let taken: Vec<usize> = (0..self.acts.len())
                .filter(|of| self.acts[*of].on == act.by && self.acts[*of].by != act.by && self.acts[*of].lowers)
                .filter(|of| self.parallel(*of, at) && self.level[*of].is_some_and(|theirs| theirs < base))
                .collect();
            base.max(self.person(act.by, Some(&act.past), &taken))
        };
        let as_what = if base < MOD && is(base) > base { is(MOD).max(MOD) } else { is(base) };
        let person = self.person(act.on, Some(&act.past), &[]);
        as_what == level && level < person && (level < MOD || (level == MOD && act.role < MODERATOR))
    }

    /// What somebody is by the acts of a past (none: all), and some more, as far as they are known to count.
    fn person(&self, of: usize, past: Option<&BTreeSet<usize>>, more: &[usize]) -> usize {
        let within = |at: &usize| past.is_none_or(|past| past.contains(at));
        let on = |at: &usize| self.acts[*at].on == of && self.heard.contains(at);
        let said: Vec<usize> = (0..self.acts.len())
            .filter(|at| on(at) && self.level[*at].is_some() && (within(at) || more.contains(at)))
            .collect();
        let class = |at: usize| (self.level[at], !self.acts[at].lowers);
        let outranked = |at: usize| said.iter().any(|by| self.parallel(*by, at) && class(*by) < class(at));
        let left: Vec<usize> = said.iter().copied().filter(|at| !outranked(*at)).collect();
        let last = |at: &&usize| !left.iter().any(|by| self.acts[*by].past.contains(at));
        let standing: Vec<usize> = left.iter().filter(last).copied().collect();
        let most = |role: u8| if role == LEADER { 0 } else { NOBODY - usize::from(role) };
        let own = |knew: &BTreeSet<usize>| {
            let steps = (0..self.acts.len()).filter(|at| on(at) && self.acts[*at].by == of && within(at));
            steps.filter(|at| !knew.contains(at)).map(|at| most(self.acts[at].role)).max().unwrap_or(0)
        };
        if standing.is_empty() {
            return own(&BTreeSet::new()).max(if of == 0 { 0 } else { NOBODY });
        }
        let given = |at: &usize| {
            let act = &self.acts[*at];
            let gives = if act.role == LEADER { self.level[*at].unwrap() + 1 } else { most(act.role) };
            gives.max(own(&act.past))
        };
        let all = standing.iter().map(given);
        if standing.iter().any(|at| self.acts[*at].lowers) { all.max() } else { all.min() }.unwrap()
    }

    /// As a role's number.
    fn role(&self, of: usize, past: Option<&BTreeSet<usize>>) -> u8 {
        match self.person(of, past, &[]) {
            level if level < MOD => LEADER,
            level => u8::try_from(NOBODY - level).unwrap(),
        }
    }
}

fn role_of(number: u8) -> Option<Role> {
    [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)][usize::from(number)]
}

/// The same acts as a club's records; the founder is the first person.
fn records(acts: &[Act], refs: &[Vec<usize>], people: &[Person], club: &mut Club) -> Vec<EntryId> {
    assert_eq!(club.founder.id, people[0].id);
    let card = club.records[0].clone();
    let ids: Vec<EntryId> = (0..acts.len()).map(|at| EntryId([u8::try_from(at).unwrap() + 1; 32])).collect();
    for (at, act) in acts.iter().enumerate() {
        let mut refs: Vec<EntryId> = refs[at].iter().map(|at| ids[*at]).collect();
        refs.sort();
        let (person, log) = (people[act.on].id, people[act.by].log(club.scope));
        let lowers = act.lowers && act.role > 0;
        let op = Op::Role(RoleOp { person, role: role_of(act.role), refs, lowers });
        let place = EntryPlace::of(&log, at as u64 + 1, ids[at]);
        let author = people[act.by].id;
        club.records.push(Record { id: ids[at], log, place, author, seq: place.seq, op, ..card.clone() });
    }
    ids
}

/// What the program makes of acts, given at once and one by one in another order.
fn compare(acts: &[Act], refs: &[Vec<usize>], people: &[Person], turn: usize) {
    let rules = Rules::of(acts);
    let mut club = Club::new();
    let ids = records(acts, refs, people, &mut club);
    let place = |person: &IdentityId| people.iter().position(|one| one.id == *person).unwrap();
    let of = |person: usize| Some((person, role_of(rules.role(person, None))?));
    let expected: BTreeMap<usize, Role> = (0..people.len()).filter_map(of).collect();
    let roles = |found: &BTreeMap<IdentityId, Role>| -> BTreeMap<usize, Role> {
        found.iter().map(|(person, role)| (place(person), *role)).collect()
    };
    assert_eq!(roles(&club.roles()), expected, "{acts:?}");
    let counts = |at: usize| rules.level[at].is_some() || acts[at].by == acts[at].on;
    let mut told = BTreeSet::new();
    for (record, found) in audit(Some(people[0].id), club.records.iter()) {
        let at = ids.iter().position(|id| *id == record.id).unwrap();
        assert_eq!(found, counts(at), "the act {at} of {acts:?}");
        told.insert(at);
    }
    assert_eq!(told, rules.heard, "what can count is told: {acts:?}");
    // One by one, whichever comes first.
    let mut state = ScopeState::new(club.scope);
    let mut rest = club.records.clone();
    let mut dice = Dice(turn as u64);
    let known = book(people);
    while !rest.is_empty() {
        state.apply([rest.swap_remove(dice.below(rest.len()))], &known);
    }
    let held = state.view().governance.clone().unwrap();
    assert_eq!(roles(&held.roles), expected, "one by one: {acts:?}");
    let one_by_one: BTreeSet<EntryId> =
        state.audit().into_iter().filter(|(_, counts)| *counts).map(|(record, _)| record.id).collect();
    let at_once = told.iter().filter(|at| counts(**at)).map(|at| ids[*at]).collect();
    assert_eq!(one_by_one, at_once, "one by one: {acts:?}");
}

/// A graph in words: who takes whom to which role, knowing of which acts before (by their place in the list).
type Told = (usize, usize, u8, &'static [usize]);

/// Who has which role in the end; the founder is the first. Everybody says truly whether they lower somebody.
fn outcome(told: &[Told], people: &[Person]) -> Vec<u8> {
    let (mut acts, mut refs): (Vec<Act>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    for (by, on, role, knows) in told {
        let mut past: BTreeSet<usize> = knows.iter().copied().collect();
        knows.iter().for_each(|of| past.extend(&acts[*of].past));
        let lowers = *role == 0 || (*role < LEADER && *role < Rules::of(&acts).role(*on, Some(&past)));
        acts.push(Act { by: *by, on: *on, role: *role, lowers, past });
        refs.push(knows.to_vec());
    }
    (0..20).for_each(|turn| compare(&acts, &refs, people, turn));
    let rules = Rules::of(&acts);
    (0..people.len()).map(|person| rules.role(person, None)).collect()
}

const F: usize = 0;
const L: usize = 1;
const M: usize = 2;
const N: usize = 3;
const K: usize = 4;
const P: usize = 5;
const NONE: u8 = 0;
const MEMBER: u8 = 1;
const CONTRIB: u8 = 2;
const MODER: u8 = MODERATOR;
const LEAD: u8 = LEADER;
/// F makes L, M and N leaders and K a moderator, one after the other: the acts 0 to 3.
const BEGIN: [Told; 4] = [(F, L, LEAD, &[]), (F, M, LEAD, &[0]), (F, N, LEAD, &[1]), (F, K, MODER, &[2])];
/// L makes N and N makes P a leader.
const CHAIN: [Told; 3] = [(F, L, LEAD, &[]), (L, N, LEAD, &[0]), (N, P, LEAD, &[1])];

fn after(begin: &[Told], told: &[Told]) -> Vec<u8> {
    let people: Vec<Person> = (1..=6).map(person).collect();
    outcome(&[begin, told].concat(), &people)
}

/// What all are at first, but for some.
fn but(changes: &[(usize, u8)]) -> Vec<u8> {
    let mut roles = vec![LEAD, LEAD, LEAD, LEAD, MODER, NONE];
    changes.iter().for_each(|(person, role)| roles[*person] = *role);
    roles
}

/// The table of SPEC.md §8.1, row by row.
#[test]
fn the_cases_of_the_specification() {
    assert_eq!(after(&BEGIN, &[(L, K, NONE, &[3]), (K, P, MEMBER, &[3])]), but(&[(K, NONE)]));
    assert_eq!(after(&BEGIN, &[(K, P, MEMBER, &[3]), (L, K, NONE, &[4])]), but(&[(K, NONE), (P, MEMBER)]));
    assert_eq!(after(&BEGIN, &[(L, M, NONE, &[3]), (M, L, NONE, &[3])]), but(&[]));
    assert_eq!(after(&BEGIN, &[(L, F, NONE, &[3]), (F, L, NONE, &[3])]), but(&[(L, NONE)]));
    let gone = after(&CHAIN, &[(N, L, NONE, &[2]), (L, N, NONE, &[2])]);
    assert_eq!(gone, [LEAD, LEAD, NONE, NONE, NONE, LEAD]);
    let gone = after(&CHAIN, &[(F, L, NONE, &[2]), (L, N, NONE, &[2]), (N, P, NONE, &[2])]);
    assert_eq!(gone, [LEAD, NONE, NONE, LEAD, NONE, NONE]);
    assert_eq!(after(&BEGIN, &[(K, P, MEMBER, &[3]), (F, P, LEAD, &[3])]), but(&[(P, LEAD)]));
    let knowing = [(F, P, MEMBER, &[3][..]), (K, P, NONE, &[4]), (F, P, LEAD, &[4])];
    assert_eq!(after(&BEGIN, &knowing), but(&[(P, LEAD)]));
    assert_eq!(after(&BEGIN, &[(L, P, MEMBER, &[3]), (M, P, MODER, &[3])]), but(&[(P, MODER)]));
    assert_eq!(after(&BEGIN, &[(L, K, NONE, &[3]), (M, K, LEAD, &[3])]), but(&[(K, NONE)]));
    let many = [(L, P, MEMBER, &[3][..]), (L, P, MODER, &[4]), (L, K, LEAD, &[5]), (F, L, NONE, &[0])];
    assert_eq!(after(&BEGIN, &many), but(&[(L, NONE)]));
    // Lowered to moderator: what L did meanwhile counts as a moderator's.
    let lowered = [(F, L, MODER, &[3][..]), (L, P, MEMBER, &[3]), (L, K, LEAD, &[3]), (M, P, NONE, &[5])];
    assert_eq!(after(&BEGIN, &lowered), but(&[(L, MODER)]));
    // Who leaves while somebody gives them more, has left; who comes back knows of it.
    assert_eq!(after(&BEGIN, &[(K, K, NONE, &[3]), (L, K, LEAD, &[3])]), but(&[(K, NONE)]));
    assert_eq!(after(&BEGIN, &[(K, K, NONE, &[3]), (L, K, MEMBER, &[4])]), but(&[(K, MEMBER)]));
    // The founder steps down, and is made leader again by L: then L is more.
    let returned = [(F, F, NONE, &[3][..]), (L, F, LEAD, &[4]), (F, L, NONE, &[5]), (L, F, MEMBER, &[5])];
    assert_eq!(after(&BEGIN, &returned), but(&[(F, MEMBER)]));
}

/// Attacks that earlier rules let through.
#[test]
fn the_attacks_on_the_rules_before() {
    // A leader's accomplice, made at the same time; a circle of equals.
    let made = after(&CHAIN, &[(L, N, NONE, &[2]), (P, L, NONE, &[2])]);
    assert_eq!(made, [LEAD, LEAD, NONE, NONE, NONE, LEAD]);
    assert_eq!(after(&BEGIN, &[(L, M, NONE, &[3]), (M, N, NONE, &[3]), (N, L, NONE, &[3])]), but(&[]));
    // A step down that is dated back gives nothing to who was let go meanwhile, whoever let them in again.
    let ousted = [(F, L, MEMBER, &[3][..]), (L, L, NONE, &[4]), (K, L, MEMBER, &[5]), (L, L, MODER, &[0])];
    assert_eq!(after(&BEGIN, &ousted), but(&[(L, MEMBER)]));
    let let_go = [(F, P, LEAD, &[3][..]), (P, P, MEMBER, &[4]), (K, P, NONE, &[5]), (P, P, CONTRIB, &[4])];
    assert_eq!(after(&BEGIN, &let_go), but(&[(P, NONE)]));
    // What a leader lost since lends no rank: L, lowered, takes nothing from leaders further from the founder, nor
    // outranks the word of one.
    let lost =
        [(L, P, LEAD, &[3][..]), (F, L, MODER, &[4]), (P, K, CONTRIB, &[5]), (L, P, NONE, &[4]), (L, K, NONE, &[4])];
    assert_eq!(after(&BEGIN, &lost), but(&[(L, MODER), (P, LEAD), (K, CONTRIB)]));
    // The founder, made leader again, works on; and the word of L, who is more, stands beside one that is dated back.
    let again = [(F, F, NONE, &[3][..]), (L, F, LEAD, &[4]), (F, P, MEMBER, &[5]), (L, P, CONTRIB, &[5])];
    assert_eq!(after(&BEGIN, &again), but(&[(P, CONTRIB)]));
    // One on whom words of four ranks go round in a circle: whoever is most, then whoever knew.
    let round = [(F, P, CONTRIB, &[3][..]), (K, P, MEMBER, &[4]), (L, P, NONE, &[3])];
    assert_eq!(after(&BEGIN, &round), but(&[(P, CONTRIB)]));
    // A paradox by promotion: each of them would undo what makes it possible.
    let promoted = [
        (F, K, MODER, &[][..]),
        (F, L, LEAD, &[0]),
        (L, M, LEAD, &[1]),
        (M, N, LEAD, &[2]),
        (F, K, LEAD, &[3]),
        (N, K, NONE, &[3]),
        (K, M, NONE, &[4, 5]),
        (M, N, NONE, &[3]),
    ];
    assert_eq!(after(&[], &promoted), [LEAD, LEAD, NONE, LEAD, LEAD, NONE]);
}

/// Random acts of some people. Of half of the graphs the founder has made two leaders and a moderator first, which
/// most acts know.
fn random(dice: &mut Dice, some: usize, count: usize) -> (Vec<Act>, Vec<Vec<usize>>) {
    let (mut acts, mut refs): (Vec<Act>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    let begun = if dice.below(2) == 0 { 3.min(some - 1) } else { 0 };
    for at in 0..begun {
        let role = if at < 2 { LEADER } else { MODERATOR };
        acts.push(Act { by: 0, on: at + 1, role, lowers: false, past: (0..at).collect() });
        refs.push((0..at).next_back().into_iter().collect());
    }
    for at in begun..count {
        let mut named: Vec<usize> = (0..dice.below(4).min(at)).map(|_| dice.below(at)).collect();
        if begun > 0 && dice.below(8) > 0 {
            named.push(begun - 1);
        }
        named.sort_unstable();
        named.dedup();
        let mut past: BTreeSet<usize> = named.iter().copied().collect();
        named.iter().for_each(|of| past.extend(&acts[*of].past));
        let role = [0, 1, 2, 3, 4, 4, 4][dice.below(7)];
        let lowers = role == 0 || (role < LEADER && dice.below(2) == 0);
        acts.push(Act { by: dice.below(some), on: dice.below(some), role, lowers, past });
        refs.push(named);
    }
    (acts, refs)
}

/// On 10,000 random graphs, and on each of them nobody takes the founder's role but the founder.
#[test]
fn ten_thousand_random_graphs_give_what_the_rules_say() {
    let people: Vec<Person> = (1..=6).map(person).collect();
    let mut dice = Dice(20_261_129);
    for turn in 0..10_000 {
        let (some, count) = (3 + dice.below(4), 4 + dice.below(11));
        let (acts, refs) = random(&mut dice, some, count);
        compare(&acts, &refs, &people[..some], turn);
        if !acts.iter().any(|act| act.by == 0 && act.on == 0) {
            assert_eq!(Rules::of(&acts).role(0, None), LEADER, "{acts:?}");
        }
    }
}

/// Whatever somebody adds, whenever and knowing of whatever, changes nothing of what people did who are as much or
/// more than the adder is by it; what does not count changes nothing at all.
#[test]
fn nobody_unsays_an_act_of_who_outranks_them() {
    let mut dice = Dice(2_026);
    let (mut changed, mut added) = (0, 0);
    for _ in 0..10_000 {
        let (some, count) = (3 + dice.below(4), 5 + dice.below(16));
        let (acts, _) = random(&mut dice, some, count);
        let (before, after) = (Rules::of(&acts[..count - 1]), Rules::of(&acts));
        let last = count - 1;
        // What waited for the act is new.
        for at in before.heard.iter().copied() {
            let same = before.level[at] == after.level[at];
            let may = after.level[last].is_some_and(|by| before.level[at].is_none_or(|theirs| by < theirs));
            assert!(same || may, "the act {at} of {acts:?}: {:?} {:?}", before.level, after.level);
            changed += usize::from(!same);
        }
        added += usize::from(after.level[last].is_some());
    }
    assert!(changed > 50 && added > 1_000, "{changed} {added}");
}

/// Who was taken down by somebody is no more than that left, unless somebody who is as much as who did it has raised
/// them since or at the same time.
#[test]
fn who_was_taken_down_gets_nothing_back_by_themselves() {
    let mut dice = Dice(1_848);
    let mut seen = 0;
    for _ in 0..10_000 {
        let (some, count) = (3 + dice.below(4), 5 + dice.below(16));
        let (acts, _) = random(&mut dice, some, count);
        let rules = Rules::of(&acts);
        for (at, act) in acts.iter().enumerate().filter(|(at, act)| rules.level[*at].is_some() && act.lowers) {
            let raised = |(other, word): (usize, &Act)| {
                let more = rules.parallel(at, other) && rules.level[other] < rules.level[at];
                let counts = word.on == act.on && word.by != act.on && rules.level[other].is_some();
                counts && (word.past.contains(&at) || more)
            };
            if !acts.iter().enumerate().any(raised) {
                assert!(rules.role(act.on, None) <= act.role, "the act {at} of {acts:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
}
