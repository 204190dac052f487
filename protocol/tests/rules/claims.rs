//! Claims on places and confirmations of them, case by case. SPEC.md §7.7.

use crate::common::{Club, Desk, FOIX, Person, book, element, person};
use ClaimState::{Asked, Coming, Confirmed, Declined, Lapsed};
use communaut_protocol::{
    EntryId, Scope,
    fold::{ClaimState, Claims, Record, ScopeState, claim_turn},
    ids::{ElementId, IdentityId},
    op::{ClaimDecision, ClaimOp, ClaimedTime, ConfirmOp, EraseOp, Op, Role, TermsOp, is_erasable, schema},
};

/// An event of person 1 in the open cell of Foix; everybody up to person 9 is known.
struct Event {
    resource: ElementId,
    people: Vec<Person>,
    desk: Desk,
    records: Vec<Record>,
    ms: u64,
}

impl Event {
    fn new() -> Self {
        let people: Vec<Person> = (1..=9).map(person).collect();
        let card = element(people[0].id, 3, "Atelier vélo", FOIX);
        let mut event = Self { resource: card.id(), people, desk: Desk::default(), records: vec![], ms: 0 };
        event.say(1, &Op::Element(Box::new(card)));
        event
    }
    /// Each word is later than the one before.
    fn say(&mut self, by: usize, op: &Op) -> EntryId {
        self.ms += 1;
        let record = self.desk.record(&self.people[by - 1], Scope::open(FOIX), self.ms, op);
        self.records.push(record);
        self.records.last().unwrap().id
    }
    fn claim(&mut self, by: usize, places: u16) -> EntryId {
        self.say(by, &Op::Claim(ClaimOp::of(self.resource, places)))
    }
    fn claim_during(&mut self, by: usize, start_ms: i64, end_ms: i64) -> EntryId {
        let during = Some(ClaimedTime { start_ms, end_ms });
        self.say(by, &Op::Claim(ClaimOp { during, ..ClaimOp::of(self.resource, 1) }))
    }
    fn terms(&mut self, capacity: Option<u32>, confirmers: &[usize]) -> EntryId {
        let mut confirmers: Vec<IdentityId> = confirmers.iter().map(|who| self.people[who - 1].id).collect();
        confirmers.sort();
        let (resource, exclusive, automatic) = (self.resource, false, false);
        self.say(1, &Op::Terms(TermsOp { resource, capacity, exclusive, confirmers, automatic }))
    }
    fn decide(&mut self, by: usize, terms: EntryId, previous: &[EntryId], decided: &[(EntryId, bool)]) -> EntryId {
        let op = confirm(self.resource, terms, previous, decided);
        self.say(by, &op)
    }
    fn give(&mut self, by: usize, terms: EntryId, previous: &[EntryId], claim: EntryId) -> EntryId {
        self.decide(by, terms, previous, &[(claim, true)])
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

fn confirm(resource: ElementId, terms: EntryId, previous: &[EntryId], decided: &[(EntryId, bool)]) -> Op {
    let mut previous = previous.to_vec();
    previous.sort();
    let mut decisions: Vec<ClaimDecision> =
        decided.iter().map(|(claim, given)| ClaimDecision { claim: *claim, given: *given }).collect();
    decisions.sort_by_key(|decision| decision.claim);
    Op::Confirm(ConfirmOp { resource, previous, decisions, terms: Some(terms) })
}

#[test]
fn without_terms_whoever_says_so_comes() {
    let mut event = Event::new();
    event.claim(5, 2);
    event.claim(6, 1);
    assert_eq!((event.of(5), event.of(6), event.claims().taken), (Some(Coming), Some(Coming), 3));
    event.claim(5, 0);
    assert_eq!((event.of(5), event.claims().taken), (None, 1));
}

#[test]
fn who_asked_is_listed_by_lot_and_not_by_stamps_until_somebody_decides() {
    let mut event = Event::new();
    let terms = event.terms(Some(2), &[]);
    let first = event.claim(5, 1);
    for who in 6..=9 {
        event.claim(who, 1);
    }
    let listed: Vec<IdentityId> = event.claims().list.iter().map(|standing| standing.claim.person).collect();
    let mut expected: Vec<IdentityId> = event.people[4..].iter().map(|person| person.id).collect();
    expected.sort_by_key(|who| claim_turn(&ClaimOp::of(event.resource, 1), *who));
    assert_eq!(listed, expected);
    event.give(1, terms, &[], first);
    assert_eq!((event.of(5), event.of(6)), (Some(Confirmed), Some(Asked)));
}

#[test]
fn a_stranger_and_the_claimant_confirm_nothing() {
    let mut event = Event::new();
    let terms = event.terms(Some(2), &[2]);
    let claim = event.claim(5, 1);
    event.give(5, terms, &[], claim);
    event.give(6, terms, &[], claim);
    let more = Op::Terms(TermsOp {
        resource: event.resource,
        capacity: Some(100),
        exclusive: false,
        confirmers: vec![event.people[4].id],
        automatic: true,
    });
    event.say(5, &more);
    assert_eq!(event.of(5), Some(Asked));
    event.give(2, terms, &[], claim);
    assert_eq!(event.of(5), Some(Confirmed), "a confirmer named beforehand stands in for a silent owner");
}

#[test]
fn of_two_who_confirm_the_last_place_at_once_the_owner_gives_it_and_the_other_lapses() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[2]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    event.give(2, terms, &[], five);
    event.give(1, terms, &[], six);
    assert_eq!((event.of(5), event.of(6), event.claims().taken), (Some(Lapsed), Some(Confirmed), 1));
}

#[test]
fn what_the_owner_has_followed_goes_first_and_a_chain_of_ones_own_gains_nothing_over_it() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[2, 3]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    let honest = event.give(3, terms, &[], six);
    let mut own = event.give(2, terms, &[], five);
    for _ in 0..9 {
        own = event.decide(2, terms, &[own], &[]);
    }
    assert_eq!((event.of(5), event.of(6)), (Some(Confirmed), Some(Lapsed)), "as long as the owner is silent");
    event.decide(1, terms, &[honest], &[]);
    assert_eq!((event.of(5), event.of(6)), (Some(Lapsed), Some(Confirmed)));
    let seven = event.claim(7, 1);
    event.give(1, terms, &[], seven);
    assert_eq!(event.of(7), Some(Confirmed), "what the owner gives goes before all that it does not follow");
}

/// Found when the owner's change of terms, which names both, turned around who has the place.
#[test]
fn whoever_follows_both_sides_changes_nothing_between_them() {
    for merger in [1, 2, 3] {
        let mut event = Event::new();
        let terms = event.terms(Some(2), &[2, 3]);
        let (five, six, seven) = (event.claim(5, 2), event.claim(6, 1), event.claim(7, 1));
        let sides = [event.give(1, terms, &[], five), event.give(2, terms, &[], six), event.give(3, terms, &[], seven)];
        let before = [5, 6, 7].map(|who| event.of(who));
        assert_eq!(before[0], Some(Confirmed));
        event.decide(merger, terms, &sides, &[]);
        assert_eq!([5, 6, 7].map(|who| event.of(who)), before);
    }
}

#[test]
fn who_knows_of_a_decision_changes_it_and_who_does_not_changes_nothing() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[2]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    let given = event.give(1, terms, &[], five);
    event.decide(2, terms, &[], &[(five, false)]);
    assert_eq!(event.of(5), Some(Confirmed), "concurrent: the owner's word is applied first, and stands");
    event.decide(2, terms, &[given], &[(five, false), (six, true)]);
    assert_eq!((event.of(5), event.of(6)), (Some(Declined), Some(Confirmed)), "one who knew of it");
}

#[test]
fn a_withdrawal_beats_a_confirmation_and_who_asks_anew_needs_another() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    event.claim(5, 0);
    let given = event.give(1, terms, &[], five);
    let next = event.give(1, terms, &[given], six);
    assert_eq!((event.of(5), event.of(6)), (None, Some(Confirmed)));
    let again = event.claim(5, 1);
    assert_eq!(event.of(5), Some(Asked));
    event.give(1, terms, &[next], again);
    assert_eq!((event.of(5), event.of(6)), (Some(Lapsed), Some(Confirmed)));
    event.claim(6, 0);
    assert_eq!(event.of(5), Some(Confirmed), "who lapsed moves up");
}

#[test]
fn an_unsaid_withdrawal_takes_no_place_from_who_was_given_it_with_the_other_declined() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    let given = event.give(1, terms, &[], five);
    event.claim(5, 0);
    let withdrawal = event.records.last().unwrap().place();
    event.decide(1, terms, &[given], &[(five, false), (six, true)]);
    event.say(5, &Op::Erase(EraseOp { targets: [withdrawal].into(), refs: None, reason: String::new() }));
    assert_eq!((event.of(5), event.of(6)), (Some(Declined), Some(Confirmed)));
    assert!(is_erasable(schema::CLAIM) && !is_erasable(schema::CONFIRM) && !is_erasable(schema::TERMS));
}

/// A node folds a scope anew where an erasure takes something from its store: nothing that cannot be erased goes.
#[test]
fn what_cannot_be_erased_counts_whether_its_erasure_came_before_it_or_after() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[]);
    let said = event.records.last().unwrap().place();
    let five = event.claim(5, 1);
    event.give(1, terms, &[], five);
    let given = event.records.last().unwrap().place();
    let mut targets = vec![said, given];
    targets.sort();
    event.say(1, &Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() }));
    let mut one_by_one = ScopeState::new(Scope::open(FOIX));
    for record in &event.records {
        one_by_one.apply([record.clone()], &book(&event.people));
    }
    let mut reversed = ScopeState::new(Scope::open(FOIX));
    for record in event.records.iter().rev() {
        reversed.apply([record.clone()], &book(&event.people));
    }
    assert_eq!(one_by_one.view().digest().unwrap(), reversed.view().digest().unwrap());
    assert_eq!(event.of(5), Some(Confirmed));
}

#[test]
fn fewer_places_later_take_none_away_and_the_owner_decides() {
    let mut event = Event::new();
    let terms = event.terms(Some(3), &[]);
    let asked: Vec<EntryId> = (5..=7).map(|who| event.claim(who, 1)).collect();
    let all: Vec<(EntryId, bool)> = asked.iter().map(|claim| (*claim, true)).collect();
    let given = event.decide(1, terms, &[], &all);
    let fewer = event.terms(Some(2), &[]);
    let claims = event.claims();
    assert_eq!((claims.taken, claims.overbooked), (3, 1));
    let next = event.decide(1, fewer, &[given], &[(asked[0], false)]);
    assert_eq!((event.of(5), event.claims().taken, event.claims().overbooked), (Some(Declined), 2, 0));
    let late = event.claim(8, 1);
    event.give(1, terms, &[next], late);
    assert_eq!(event.of(8), Some(Lapsed), "by terms of before, and it knew of the later ones");
}

#[test]
fn a_confirmer_who_was_let_go_confirms_nothing_more_and_what_was_followed_stays() {
    let mut event = Event::new();
    let terms = event.terms(Some(5), &[2]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    let kept = event.give(2, terms, &[], five);
    event.decide(1, terms, &[kept], &[]);
    event.terms(Some(5), &[]);
    event.give(2, terms, &[], six);
    assert_eq!((event.of(5), event.of(6)), (Some(Confirmed), Some(Asked)));
}

#[test]
fn a_confirmation_that_was_withheld_holds_nothing_up() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[2]);
    let claim = event.claim(5, 1);
    event.give(1, terms, &[EntryId([9; 32])], claim);
    assert_eq!(event.of(5), Some(Confirmed));
}

#[test]
fn at_one_time_there_is_only_so_much_and_at_another_as_much_again() {
    let mut event = Event::new();
    let terms = event.terms(Some(1), &[]);
    let asked = [event.claim_during(5, 0, 10), event.claim_during(6, 9, 20), event.claim_during(7, 10, 20)];
    let mut previous = vec![];
    for claim in asked {
        previous = vec![event.give(1, terms, &previous, claim)];
    }
    assert_eq!([5, 6, 7].map(|who| event.of(who)), [Some(Confirmed), Some(Lapsed), Some(Confirmed)]);
    let whole = event.claim(8, 1);
    event.give(1, terms, &previous, whole);
    assert_eq!((event.of(8), event.claims().taken), (Some(Lapsed), 1));
}

#[test]
fn in_a_container_moderators_confirm_where_the_owner_is_silent() {
    let (bob, carol, dora) = (person(2), person(3), person(4));
    let mut club = Club::new();
    let founder = club.founder.clone();
    let resource = club.id;
    let role = club.role(&founder, 2, &bob, Some(Role::Moderator), &[]);
    club.role(&founder, 3, &dora, Some(Role::Contributor), &[role]);
    let op = TermsOp { resource, capacity: Some(1), exclusive: false, confirmers: vec![], automatic: false };
    let terms = club.say(&bob, 4, &Op::Terms(op));
    let claim = club.say(&carol, 5, &Op::Claim(ClaimOp::of(resource, 1)));
    let state = |club: &Club| {
        let state = club.state(&[&bob, &carol, &dora]);
        let claims = state.view().claims_on(resource);
        claims.of(carol.id).map(|standing| standing.state)
    };
    club.say(&dora, 6, &confirm(resource, terms, &[], &[(claim, true)]));
    assert_eq!(state(&club), Some(Asked));
    club.say(&bob, 7, &confirm(resource, terms, &[], &[(claim, true)]));
    assert_eq!(state(&club), Some(Confirmed));
}

#[test]
fn the_largest_confirmation_fits_a_payload() {
    let decisions = (0..64).map(|n| ClaimDecision { claim: EntryId([n; 32]), given: true }).collect();
    let previous = (0..16).map(|n| EntryId([n; 32])).collect();
    let op =
        Op::Confirm(ConfirmOp { resource: ElementId([255; 32]), previous, decisions, terms: Some(EntryId([255; 32])) });
    assert!(op.encode([0; 16]).unwrap().len() < 4_096);
}
