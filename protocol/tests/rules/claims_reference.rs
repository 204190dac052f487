//! SPEC.md §7.7 read word by word, without a thought for what it costs; and random words for it.

use crate::common::{Desk, FOIX, Person, book, cases, element, person};
use communaut_protocol::{
    Scope, Stamp,
    fold::{ClaimState, Record, ScopeState},
    ids::{ElementId, EntryId, IdentityId},
    op::{ClaimDecision, ClaimOp, ClaimedTime, ConfirmOp, Op, TermsOp},
};
use proptest::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Who asks, for which occurrence, for which guest.
type About = (IdentityId, Option<i32>, String);
type Standing = BTreeMap<About, (u16, ClaimState)>;

/// What words add up to, if `owner` owns the resource and it lies in an open cell; and what the next confirmation
/// follows.
fn reference(records: &[Record], owner: IdentityId) -> (Standing, Vec<EntryId>) {
    let order = |record: &Record| (record.stamp, record.id);
    let mut claims: BTreeMap<About, (&Record, &ClaimOp)> = BTreeMap::new();
    let mut confirms: BTreeMap<EntryId, (IdentityId, &ConfirmOp)> = BTreeMap::new();
    let mut terms: BTreeMap<EntryId, ((Stamp, EntryId), &TermsOp)> = BTreeMap::new();
    for record in records {
        match &record.op {
            // Only the owner brings guests.
            Op::Claim(op) if op.guest.is_empty() || record.author == owner => {
                let about = (record.author, op.occurrence, op.guest.clone());
                let held = claims.get(&about);
                if held.is_none_or(|(held, _)| order(held) < order(record)) {
                    claims.insert(about, (record, op));
                }
            }
            Op::Confirm(op) => drop(confirms.insert(record.id, (record.author, op))),
            Op::Terms(op) if record.author == owner => drop(terms.insert(record.id, (order(record), op))),
            _ => {}
        }
    }
    claims.retain(|_, (_, op)| op.places > 0);
    let now = terms.values().max_by_key(|(order, _)| *order).map(|(_, terms)| *terms);
    let may = |who: IdentityId| who == owner || now.is_some_and(|now| now.confirmers.contains(&who));
    let past = |of: EntryId| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![of]);
        while let Some(at) = open.pop() {
            for previous in &confirms[&at].1.previous {
                if confirms.contains_key(previous) && seen.insert(*previous) {
                    open.push(*previous);
                }
            }
        }
        seen
    };
    let pasts: BTreeMap<EntryId, BTreeSet<EntryId>> = confirms.keys().map(|id| (*id, past(*id))).collect();
    let entitled: Vec<EntryId> = confirms.iter().filter(|(_, (who, _))| may(*who)).map(|(id, _)| *id).collect();
    let mut left: BTreeSet<EntryId> = entitled.iter().flat_map(|id| pasts[id].iter().copied().chain([*id])).collect();
    let counting = left.clone();
    let key = |id: EntryId| {
        let after: Vec<&EntryId> = counting.iter().filter(|after| pasts[*after].contains(&id)).collect();
        let owners = after.iter().filter(|after| confirms[**after].0 == owner).count();
        let rank = if confirms[&id].0 == owner { 0 } else { 1 + u8::from(!may(confirms[&id].0)) };
        (rank, Reverse(owners), Reverse(after.len()), id)
    };

    let says = |id: &&EntryId| confirms[*id].0 == owner || !confirms[*id].1.decisions.is_empty();
    let saying: Vec<EntryId> = counting.iter().filter(says).copied().collect();
    let heads = saying.iter().filter(|id| !saying.iter().any(|other| pasts[other].contains(*id)));
    let mut heads: Vec<EntryId> = heads.copied().collect();
    heads.sort_by_key(|id| (key(*id).0, *id));
    let Some(now) = now else {
        return (claims.iter().map(|(who, (_, op))| (who.clone(), (op.places, ClaimState::Coming))).collect(), heads);
    };

    let mut decided: BTreeMap<EntryId, (EntryId, ClaimState)> = BTreeMap::new();
    let mut latest: Option<((Stamp, EntryId), &TermsOp)> = None;
    let by_entry: BTreeMap<EntryId, &ClaimOp> = claims.values().map(|(record, op)| (record.id, *op)).collect();
    while let Some(next) = left.iter().filter(|id| pasts[*id].is_disjoint(&left)).min_by_key(|id| key(**id)).copied() {
        left.remove(&next);
        let op = confirms[&next].1;
        latest = latest.into_iter().chain(op.terms.and_then(|id| terms.get(&id).copied())).max_by_key(|held| held.0);
        let bounds = latest.map_or(now, |(_, terms)| terms);
        for given in [false, true] {
            for decision in op.decisions.iter().filter(|decision| decision.given == given) {
                let Some(claim) = by_entry.get(&decision.claim) else { continue };
                let before = decided.get(&decision.claim);
                if before.is_some_and(|(by, _)| !pasts[&next].contains(by)) {
                    continue;
                }
                let held = before.is_some_and(|(_, state)| *state == ClaimState::Confirmed);
                let others = decided.iter().filter(|(_, (_, state))| *state == ClaimState::Confirmed);
                let others: Vec<&ClaimOp> = others.map(|(id, _)| by_entry[id]).collect();
                let state = match given {
                    false => ClaimState::Declined,
                    true if held || fits(&others, claim, bounds) => ClaimState::Confirmed,
                    true => ClaimState::Lapsed,
                };
                decided.insert(decision.claim, (next, state));
            }
        }
    }
    let state = |id: &EntryId| decided.get(id).map_or(ClaimState::Asked, |(_, state)| *state);
    (claims.iter().map(|(who, (record, op))| (who.clone(), (op.places, state(&record.id)))).collect(), heads)
}

fn at(claim: &ClaimOp, ms: i64) -> bool {
    claim.during.is_none_or(|during| (during.start_ms..during.end_ms).contains(&ms))
}

/// At every moment at which something begins, in every occurrence that the claim is for.
fn fits(others: &[&ClaimOp], claim: &ClaimOp, terms: &TermsOp) -> bool {
    let all = others.iter().copied().chain([claim]);
    let moments: Vec<i64> = all.filter_map(|claim| Some(claim.during?.start_ms)).chain([i64::MIN]).collect();
    let days: BTreeSet<i32> = others.iter().filter_map(|other| other.occurrence).collect();
    // One for which nobody asks apart is like any other of these.
    let days: Vec<Option<i32>> = match claim.occurrence {
        Some(day) => vec![Some(day)],
        None => days.into_iter().map(Some).chain([None]).collect(),
    };
    let times = days.iter().flat_map(|day| moments.iter().map(move |ms| (*day, *ms)));
    times.filter(|(_, ms)| at(claim, *ms)).all(|(day, ms)| {
        let there = |other: &&&ClaimOp| at(other, ms) && (other.occurrence.is_none() || other.occurrence == day);
        let beside: u32 = others.iter().filter(there).map(|other| u32::from(other.places)).sum();
        let full = terms.capacity.is_some_and(|capacity| beside + u32::from(claim.places) > capacity);
        !(full || (terms.exclusive && beside > 0))
    })
}

/// What is drawn of one word.
type Drawn = (u8, u8, u16, Vec<prop::sample::Index>, u8);

/// The owner is person 1, confirmers are among 2 to 4, who asks among 2 to 9; who may what is left to the rules.
fn write(drawn: &[Drawn], exclusive: bool) -> (Vec<Record>, ElementId, Vec<Person>) {
    let people: Vec<Person> = (1..=9).map(person).collect();
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let event = element(people[0].id, 3, "Atelier vélo", FOIX);
    let resource = event.id();
    let mut records = vec![desk.record(&people[0], scope, 1, &Op::Element(Box::new(event)))];
    for (what, who, number, picks, some) in drawn {
        let of = |is: fn(&Op) -> bool| records.iter().filter(move |record| is(&record.op)).map(|record| record.id);
        let claims: Vec<EntryId> = of(|op| matches!(op, Op::Claim(_))).collect();
        let confirms: Vec<EntryId> = of(|op| matches!(op, Op::Confirm(_))).collect();
        let all_terms: Vec<EntryId> = of(|op| matches!(op, Op::Terms(_))).collect();
        let pick = |from: &[EntryId], few: usize| {
            let picked = picks.iter().take(few).filter(|_| !from.is_empty()).map(|pick| *pick.get(from));
            picked.collect::<BTreeSet<EntryId>>()
        };
        let (by, op) = match what % 8 {
            0..3 => {
                let start_ms = i64::from(some % 5);
                let during = ClaimedTime { start_ms, end_ms: start_ms + 1 + i64::from(number % 3) };
                let occurrence = (some % 3 == 0).then_some(i32::from(number % 2));
                let during = (some % 2 == 0 && occurrence.is_none()).then_some(during);
                let guest = if some % 5 == 0 { "Léo".to_owned() } else { String::new() };
                let by = if some % 10 == 0 { 0 } else { 1 + who % 8 };
                (by, Op::Claim(ClaimOp { resource, places: number % 4, during, occurrence, guest }))
            }
            3 => {
                let mut confirmers: Vec<IdentityId> = people[1..4].iter().map(|person| person.id).collect();
                confirmers.truncate(usize::from(some % 4));
                confirmers.sort();
                let capacity = (some % 5 != 4).then_some(u32::from(number % 6));
                (who % 8 / 6, Op::Terms(TermsOp { resource, capacity, exclusive, confirmers, automatic: false }))
            }
            _ => {
                let given = |at: usize| (usize::from(*number) >> (at % 8)) & 3 != 0;
                let decisions = pick(&claims, 4).into_iter().enumerate();
                let decisions = decisions.map(|(at, claim)| ClaimDecision { claim, given: given(at) }).collect();
                let previous = pick(&confirms, usize::from(some % 4)).into_iter().collect();
                let terms = pick(&all_terms, 1).into_iter().next();
                (who % 5, Op::Confirm(ConfirmOp { resource, previous, decisions, terms }))
            }
        };
        // Stamps that go back and forth.
        records.push(desk.record(&people[usize::from(by)], scope, 10 + u64::from(*number % 16), &op));
    }
    (records, resource, people)
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one =
        (any::<u8>(), any::<u8>(), any::<u16>(), prop::collection::vec(any::<prop::sample::Index>(), 4), any::<u8>());
    prop::collection::vec(one, 1..48)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn claims_are_what_the_specification_says(drawn in drawn(), exclusive in any::<bool>()) {
        let (records, resource, people) = write(&drawn, exclusive);
        let mut state = ScopeState::new(Scope::open(FOIX));
        state.apply(records.clone(), &book(&people));
        let claims = state.view().claims_on(resource);
        let ours = claims.list.iter();
        let about = |said: &ClaimOp, person| (person, said.occurrence, said.guest.clone());
        let ours: Standing = ours
            .map(|one| (about(&one.claim.said, one.claim.person), (one.claim.said.places, one.state)))
            .collect();
        prop_assert_eq!((ours, claims.heads), reference(&records, people[0].id));
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// In batches of any size, in any order.
    #[test]
    fn claims_are_the_same_in_any_order_of_delivery(
        (records, shuffled) in drawn().prop_map(|drawn| write(&drawn, false).0)
            .prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        size in 1_usize..8,
    ) {
        let people: Vec<Person> = (1..=9).map(person).collect();
        let Op::Element(event) = &records[0].op else { unreachable!() };
        let (mut once, mut split) = (ScopeState::new(Scope::open(FOIX)), ScopeState::new(Scope::open(FOIX)));
        once.apply(records.clone(), &book(&people));
        for batch in shuffled.chunks(size) {
            split.apply(batch.to_vec(), &book(&people));
        }
        prop_assert_eq!(once.view().digest().unwrap(), split.view().digest().unwrap());
        prop_assert_eq!(once.view().claims_on(event.id()), split.view().claims_on(event.id()));
    }

    /// As long as the terms stay the same, whoever confirms what.
    #[test]
    fn capacity_is_never_exceeded(drawn in drawn(), capacity in 0_u32..6) {
        let (mut records, resource, people) = write(&drawn, false);
        records.retain(|record| !matches!(record.op, Op::Terms(_)));
        let mut confirmers: Vec<IdentityId> = people[1..4].iter().map(|person| person.id).collect();
        confirmers.sort();
        let terms = TermsOp { resource, capacity: Some(capacity), exclusive: false, confirmers, automatic: false };
        let mut elsewhere = Desk::default();
        records.push(elsewhere.record(&people[0], Scope::open(FOIX), 5, &Op::Terms(terms)));
        let mut state = ScopeState::new(Scope::open(FOIX));
        state.apply(records, &book(&people));
        let claims = state.view().claims_on(resource);
        prop_assert!(claims.taken <= u64::from(capacity));
        prop_assert_eq!(claims.overbooked, 0);
    }
}
