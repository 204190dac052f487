//! What a liar gains by saying again under an old id what was never said under it. SPEC.md §5.5, §7.7.

use crate::{
    ballots::{certified_by_two, of, tally},
    common::{Club, Desk, FOIX, Person, book, element, person},
    prune::write_run,
};
use communaut_protocol::{
    Entry, EntryId, Header, Scope,
    fold::{ClaimState, Claims, ProposalStatus, Record, ScopeState},
    ids::{ElementId, IdentityId, Signature},
    limits::CLOSES_MAX,
    op::{
        ActWitnessOp, Choice, ClaimDecision, ClaimOp, ConfirmOp, EntryPlace, EraseOp, Op, RestateOp, Restated, TermsOp,
    },
};

/// An event of person 1 in the open cell of Foix.
struct Event {
    resource: ElementId,
    people: Vec<Person>,
    desk: Desk,
    entries: Vec<Entry>,
}

impl Event {
    fn new() -> Self {
        let people: Vec<Person> = (1..=9).map(person).collect();
        let card = element(people[0].id, 3, "Atelier vélo", FOIX);
        let mut event = Self { resource: card.id(), people, desk: Desk::default(), entries: vec![] };
        event.say(1, &Op::Element(Box::new(card)));
        event
    }
    fn say(&mut self, by: usize, op: &Op) -> EntryId {
        let ms = self.entries.len() as u64 + 1;
        self.entries.push(self.desk.write(&self.people[by - 1], Scope::open(FOIX), ms, op));
        self.entries.last().unwrap().id()
    }
    fn claim(&mut self, by: usize, places: u16) -> EntryId {
        let op = self.claim_op(places);
        self.say(by, &op)
    }
    fn claim_op(&self, places: u16) -> Op {
        Op::Claim(ClaimOp::of(self.resource, places))
    }
    fn terms(&mut self, capacity: u32, confirmers: &[usize]) -> EntryId {
        let confirmers: Vec<IdentityId> = confirmers.iter().map(|who| self.people[who - 1].id).collect();
        let (resource, exclusive, automatic) = (self.resource, false, false);
        self.say(1, &Op::Terms(TermsOp { resource, capacity: Some(capacity), exclusive, confirmers, automatic }))
    }
    fn confirm_op(&self, terms: EntryId, previous: &[EntryId], given: &[EntryId]) -> Op {
        let mut claims = given.to_vec();
        claims.sort();
        let decisions = claims.into_iter().map(|claim| ClaimDecision { claim, given: true }).collect();
        Op::Confirm(ConfirmOp { resource: self.resource, previous: previous.to_vec(), decisions, terms: Some(terms) })
    }
    fn give(&mut self, by: usize, terms: EntryId, previous: &[EntryId], claim: EntryId) -> EntryId {
        let op = self.confirm_op(terms, previous, &[claim]);
        self.say(by, &op)
    }
    /// Somebody restates their log: what they said under an id is now something else.
    fn say_again(&mut self, by: usize, id: EntryId, op: &Op) {
        let at = self.entries.iter().position(|entry| entry.id() == id).unwrap();
        let entry = self.entries[at].clone();
        let log = entry.header().log;
        let (_, signature): (Header, Signature) = Header::decode(entry.header_bytes()).unwrap();
        let item = Restated::of(entry.header(), signature, Vec::new());
        let restated = RestateOp { items: vec![item], said: vec![Some(op.encode([77; 16]).unwrap())] };
        let last = self.entries.iter().rfind(|entry| entry.header().log == log).unwrap().clone();
        let run = write_run(&self.people[by - 1], log, &last, 1_000, &[restated]);
        self.entries.retain(|entry| entry.header().log != log);
        self.entries.extend(run);
    }
    fn claims(&self) -> Claims {
        let mut state = ScopeState::new(Scope::open(FOIX));
        state.apply(self.entries.iter().map(|entry| Record::of(entry).unwrap()), &book(&self.people));
        state.view().claims_on(self.resource)
    }
    fn of(&self, who: usize) -> Option<(ClaimState, u16)> {
        let claims = self.claims();
        claims.of(self.people[who - 1].id).map(|standing| (standing.state, standing.claim.said.places))
    }
}

#[test]
fn who_was_given_one_place_takes_no_more_by_saying_the_claim_again() {
    let mut event = Event::new();
    let terms = event.terms(2, &[]);
    let (five, six) = (event.claim(5, 1), event.claim(6, 1));
    let given = event.give(1, terms, &[], five);
    event.give(1, terms, &[given], six);
    assert_eq!((event.of(5), event.of(6)), (Some((ClaimState::Confirmed, 1)), Some((ClaimState::Confirmed, 1))));
    let more = event.claim_op(2);
    event.say_again(5, five, &more);
    assert_eq!(event.of(6), Some((ClaimState::Confirmed, 1)));
    assert_ne!(event.of(5), Some((ClaimState::Confirmed, 2)));
}

#[test]
fn a_confirmer_who_was_let_go_gives_nothing_by_saying_again_what_was_followed() {
    let mut event = Event::new();
    let terms = event.terms(5, &[2]);
    let (five, six, seven) = (event.claim(5, 1), event.claim(6, 1), event.claim(7, 1));
    let kept = event.give(2, terms, &[], five);
    let owners = event.give(1, terms, &[kept], seven);
    event.terms(5, &[]);
    assert_eq!(event.of(7), Some((ClaimState::Confirmed, 1)));
    // Another decision under the id that the owner has followed.
    let mut other =
        Event { desk: event.desk.clone(), entries: event.entries.clone(), people: event.people.clone(), ..event };
    let gives = other.confirm_op(terms, &[], &[six]);
    other.say_again(2, kept, &gives);
    assert_ne!(other.of(6), Some((ClaimState::Confirmed, 1)));
    // It follows what follows it: neither would ever be applied.
    let circle = event.confirm_op(terms, &[owners], &[five]);
    event.say_again(2, kept, &circle);
    assert_eq!(event.of(7), Some((ClaimState::Confirmed, 1)));
}

/// The leaves are gone in which somebody carries ballots.
fn erase_carried(club: &mut Club, by: IdentityId) {
    for record in club.records.iter_mut().filter(|record| record.author == by) {
        if let Op::Carry(op) = &mut record.op {
            op.names.iter_mut().for_each(|name| *name = None);
        }
    }
    club.records
        .retain(|record| !matches!(record.op, Op::Ballot(_)) || record.witness.is_none_or(|witness| witness.by != by));
}

/// SPEC.md §8.5: fewer than 2k - n tellers take nothing back, also not by what they carry.
#[test]
fn a_teller_takes_nothing_back_by_erasing_what_they_carry() {
    let (mut club, members, asked) = certified_by_two();
    assert_eq!(of(&club, &members, asked).unwrap().status, ProposalStatus::Accepted);
    erase_carried(&mut club, members[0].id);
    assert_eq!(of(&club, &members, asked).unwrap().status, ProposalStatus::Accepted);
    // Of nobody are the ballots there: nothing shows that the outcome follows.
    let founder = club.founder.id;
    erase_carried(&mut club, founder);
    assert_eq!(of(&club, &members, asked).unwrap().status, ProposalStatus::Disputed);
}

/// Whoever makes one close after the other not valid has others say again no more than is looked at.
#[test]
fn a_teller_has_others_say_no_more_again_than_is_looked_at() {
    let (mut club, members, asked) = certified_by_two();
    let founder = club.founder.clone();
    let people: Vec<&Person> = members.iter().collect();
    let mut said = 0;
    for ms in 0..=CLOSES_MAX as u64 {
        let again: Vec<EntryId> =
            club.state(&people).votes_to_say_again(founder.id).iter().map(|record| record.id).collect();
        said += again.len();
        if !again.is_empty() {
            let acts = again.iter().map(|id| club.entries[id].to_raw()).collect();
            club.say(&founder, 50 + ms, &Op::ActWitness(ActWitnessOp { acts }));
        }
        erase_carried(&mut club, members[0].id);
        let ballots = [2, 3].map(|at| club.vote(&members[at], 60 + ms, asked, Choice::Yes, None));
        let more = [club.vote(&members[1], 60 + ms, asked, Choice::Yes, None)];
        club.close(&members[0], 61 + ms, asked, &[&ballots[..], &more].concat(), tally(3, 0, 0));
    }
    assert_eq!(of(&club, &members, asked).unwrap().status, ProposalStatus::Accepted);
    assert_eq!(said, 4, "both proposals, an opening and one close");
}

/// Whoever erases one thing after the other where much is said has none of it folded anew each time: whoever feeds it
/// is told to, and does so when they have rested.
#[test]
fn a_stranger_who_erases_again_and_again_where_much_is_said_has_it_folded_anew_once() {
    const POSTS: usize = 1_010;
    let mut club = Club::new();
    let stranger = person(9);
    let post = crate::common::post("Bonjour");
    let all: Vec<EntryId> = (0..POSTS).map(|at| club.say(&stranger, 10 + at as u64, &post)).collect();
    let mut state = club.state(&[&stranger]);
    let places: Vec<EntryPlace> =
        all[..10].iter().map(|id| club.records.iter().find(|record| record.id == *id).unwrap().place()).collect();
    for place in places {
        let op = Op::Erase(EraseOp { targets: [place].into(), refs: None, reason: String::new() });
        club.say(&stranger, 9_000, &op);
        let changes = state.apply(club.records.last().cloned(), &book([&stranger, &club.founder]));
        assert_eq!((changes.again, changes.refolded, changes.erasures.len()), (true, 0, 1));
    }
    let whole = club.state(&[&stranger]);
    assert_eq!(whole.view().posts.len(), POSTS - 10);
    assert_eq!(whole.view().erasures, state.view().erasures);
}
