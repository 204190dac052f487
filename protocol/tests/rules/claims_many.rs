//! More confirmations than count, and chains of nothing: who may confirm crowds out neither the owner nor others.
//! SPEC.md §7.7.

use crate::common::{Desk, FOIX, Person, book, element, person};
use communaut_protocol::{
    EntryId, Scope,
    entry::hash,
    fold::{ClaimState, Claims, Record, ScopeState},
    ids::{ElementId, IdentityId},
    limits::{CONFIRM_PREVIOUS_MAX, CONFIRMS_EACH_MAX, CONFIRMS_MAX},
    op::{ClaimDecision, ClaimOp, ConfirmOp, Op, TermsOp},
};

/// A room of person 1. Nobody looks at signatures here: entries are written without.
struct Room {
    resource: ElementId,
    people: Vec<Person>,
    desk: Desk,
    records: Vec<Record>,
    /// An entry of each person, to be changed.
    said: Vec<Record>,
}

impl Room {
    fn new() -> Self {
        let people: Vec<Person> = (1..=9).map(person).collect();
        let card = element(people[0].id, 3, "Salle", FOIX);
        let (resource, mut desk) = (card.id(), Desk::default());
        let records = vec![desk.record(&people[0], Scope::open(FOIX), 1, &Op::Element(Box::new(card)))];
        let withdrawn = Op::Claim(ClaimOp::of(resource, 0));
        let said = people.iter().map(|person| desk.record(person, Scope::open(FOIX), 2, &withdrawn)).collect();
        Self { resource, people, desk, records, said }
    }
    fn terms(&mut self, confirmers: &[usize]) -> EntryId {
        let mut confirmers: Vec<IdentityId> = confirmers.iter().map(|who| self.people[who - 1].id).collect();
        confirmers.sort();
        let (resource, ms) = (self.resource, 10 + self.records.len() as u64);
        let op = Op::Terms(TermsOp { resource, capacity: Some(9), exclusive: false, confirmers, automatic: false });
        self.records.push(self.desk.record(&self.people[0], Scope::open(FOIX), ms, &op));
        self.records.last().unwrap().id
    }
    fn claim(&mut self, by: usize) -> EntryId {
        let op = Op::Claim(ClaimOp::of(self.resource, 1));
        self.say(by, op)
    }
    fn say(&mut self, by: usize, op: Op) -> EntryId {
        let id = EntryId(hash(&self.records.len().to_be_bytes()).0);
        self.records.push(Record { id, op, ..self.said[by - 1].clone() });
        id
    }
    fn confirm(&mut self, by: usize, previous: &[EntryId], given: &[EntryId]) -> EntryId {
        let mut previous = previous.to_vec();
        previous.sort();
        let mut decisions: Vec<ClaimDecision> =
            given.iter().map(|claim| ClaimDecision { claim: *claim, given: true }).collect();
        decisions.sort_by_key(|decision| decision.claim);
        self.say(by, Op::Confirm(ConfirmOp { resource: self.resource, previous, decisions, terms: None }))
    }
    fn claims(&self) -> Claims {
        let mut state = ScopeState::new(Scope::open(FOIX));
        state.apply(self.records.clone(), &book(&self.people));
        state.view().claims_on(self.resource)
    }
    fn of(&self, who: usize) -> Option<ClaimState> {
        self.claims().of(self.people[who - 1].id).map(|standing| standing.state)
    }
}

#[test]
fn a_confirmer_with_as_many_as_count_crowds_out_neither_the_owner_nor_another_confirmer() {
    let mut room = Room::new();
    room.terms(&[2, 3]);
    let (five, six) = (room.claim(5), room.claim(6));
    let first = room.confirm(1, &[], &[]);
    room.confirm(1, &[first], &[five]);
    let theirs = room.confirm(3, &[first], &[]);
    room.confirm(3, &[theirs], &[six]);
    for _ in 0..CONFIRMS_MAX {
        room.confirm(2, &[], &[]);
    }
    assert_eq!((room.of(5), room.of(6)), (Some(ClaimState::Confirmed), Some(ClaimState::Confirmed)));
    assert_eq!(room.claims().beyond, CONFIRMS_MAX - CONFIRMS_EACH_MAX);
}

#[test]
fn chains_that_the_owner_has_followed_crowd_out_nothing_that_the_owner_gives() {
    let mut room = Room::new();
    room.terms(&[2]);
    let (five, six) = (room.claim(5), room.claim(6));
    let before = room.confirm(1, &[], &[five]);
    let tips: Vec<EntryId> = (0..CONFIRM_PREVIOUS_MAX)
        .map(|_| (0..CONFIRMS_MAX / CONFIRM_PREVIOUS_MAX).fold(before, |tip, _| room.confirm(2, &[tip], &[])))
        .collect();
    let followed = room.confirm(1, &tips, &[six]);
    // It knows of what lies before the chains, though most of these do not count.
    let op = ConfirmOp {
        resource: room.resource,
        previous: vec![followed],
        decisions: vec![ClaimDecision { claim: five, given: false }],
        terms: None,
    };
    room.say(1, Op::Confirm(op));
    assert_eq!((room.of(5), room.of(6)), (Some(ClaimState::Declined), Some(ClaimState::Confirmed)));
    // Let go of, the same.
    room.terms(&[]);
    assert_eq!((room.of(5), room.of(6)), (Some(ClaimState::Declined), Some(ClaimState::Confirmed)));
}

#[test]
fn nobody_is_told_to_follow_what_decides_nothing_but_the_owners() {
    let mut room = Room::new();
    room.terms(&[2]);
    let five = room.claim(5);
    let given = room.confirm(1, &[], &[five]);
    let empty = room.confirm(2, &[given], &[]);
    room.confirm(2, &[], &[]);
    assert_eq!(room.claims().heads, [given]);
    let (six, owners) = (room.claim(6), room.confirm(1, &[], &[]));
    let theirs = room.confirm(2, &[empty], &[six]);
    assert_eq!(room.claims().heads, [owners, theirs], "the owner's first, and what lies before is in their past");
}
