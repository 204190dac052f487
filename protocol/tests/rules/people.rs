//! Identities come with what their owners write: asked for where they are known differently, and told to whom they
//! concern. SPEC.md §9.1.

use crate::{
    common::{Desk, FOIX, MARSEILLE, Person, person, post},
    sync::{Side, pull},
};
use communaut_protocol::{
    Entry, Scope,
    entry::HeldEntry,
    ids::Digest,
    op::{Op, Profile},
    replication::{
        message::{PersonState, Request, Response, Want},
        pull::{Pull, PullEffect},
        replica::Replica,
    },
};
use std::collections::BTreeSet;

fn cell() -> BTreeSet<Vec<u8>> {
    BTreeSet::from([Scope::open(FOIX).cell.bytes().to_vec()])
}

fn profile(name: &str) -> Op {
    Op::Profile(Profile { name: name.into(), about: String::new(), home: None })
}

/// People who write, each with an identity's log.
struct Town {
    desk: Desk,
    people: Vec<Person>,
}

impl Town {
    fn of(people: u8) -> Self {
        let mut town = Self { desk: Desk::default(), people: (1..=people).map(person).collect() };
        for person in &town.people {
            town.desk.adopt(&person.inception);
        }
        town
    }
    fn inceptions(&self) -> Vec<Entry> {
        self.people.iter().map(|person| person.inception.clone()).collect()
    }
    fn posts(&mut self, at: Scope) -> Vec<Entry> {
        let people = self.people.clone();
        people.iter().map(|person| self.desk.write(person, at, 100, &post("bonjour"))).collect()
    }
    fn renamed(&mut self, who: usize, ms: u64) -> Entry {
        let person = self.people[who].clone();
        self.desk.write(&person, Scope::identity(person.id), ms, &profile("Autrement"))
    }
}

fn put<'a>(side: &mut Side, entries: impl IntoIterator<Item = &'a Entry>) {
    for entry in entries {
        side.replica.take(HeldEntry::from(entry.clone()), false).unwrap();
    }
}

fn held(side: &Side) -> usize {
    side.replica.entries().count()
}

#[test]
fn whoever_follows_a_cell_gets_the_identities_of_those_who_write_there_and_no_others() {
    let (mut a, mut b, mut town) = (Side::new(1), Side::new(2), Town::of(20));
    put(&mut b, &town.inceptions());
    let posts = town.posts(Scope::open(FOIX));
    put(&mut b, &posts);
    // Somebody who writes elsewhere alone.
    let elsewhere = person(90);
    put(&mut b, [&elsewhere.inception, &town.desk.write(&elsewhere, Scope::open(MARSEILLE), 5, &post("ailleurs"))]);
    let (cost, told) = pull(&mut a, &mut b, cell());
    assert!(matches!(told[..], [PullEffect::CaughtUp(_)]));
    assert_eq!((held(&a), cost.rounds), (40, 3), "hello, people, entries");
    // And again: nothing.
    assert_eq!(pull(&mut a, &mut b, cell()).0.rounds, 1);
}

#[test]
fn whoever_knows_more_of_an_identity_is_found_where_that_person_writes() {
    let (mut a, mut b, mut town) = (Side::new(1), Side::new(2), Town::of(20));
    let both: Vec<Entry> = town.inceptions().into_iter().chain(town.posts(Scope::open(FOIX))).collect();
    put(&mut a, &both);
    put(&mut b, &both);
    put(&mut b, [&town.renamed(3, 200)]);
    let (cost, _) = pull(&mut a, &mut b, cell());
    assert_eq!(held(&a), 41);
    assert!(cost.entries < 600, "the profile alone: {cost:?}");
    // The one who knew less asks, and finds nothing.
    let (cost, _) = pull(&mut b, &mut a, cell());
    assert_eq!((held(&b), cost.entries), (41, 0));
}

#[test]
fn an_arrival_in_an_identity_log_is_told_to_whom_it_concerns() {
    let (mut near, mut far, mut b, mut town) = (Side::new(1), Side::new(2), Side::new(3), Town::of(3));
    put(&mut b, &town.inceptions());
    let posts = town.posts(Scope::open(FOIX));
    put(&mut b, &posts);
    let marseille = BTreeSet::from([Scope::open(MARSEILLE).cell.bytes().to_vec()]);
    pull(&mut near, &mut b, cell());
    let mut other = Side::new(4);
    std::mem::swap(&mut other.serve, &mut b.serve);
    pull(&mut far, &mut b, marseille.clone());
    std::mem::swap(&mut other.serve, &mut b.serve);
    put(&mut b, [&town.renamed(1, 300)]);
    let (cost, _) = pull(&mut near, &mut b, cell());
    assert_eq!((held(&near), cost.rounds), (7, 1), "with what has arrived since");
    std::mem::swap(&mut other.serve, &mut b.serve);
    let (cost, _) = pull(&mut far, &mut b, marseille);
    assert_eq!((held(&far), cost.entries), (0, 0));
}

/// Of a log the newest comes first, but of an identity: by its beginning it is judged whether anything counts.
#[test]
fn a_long_identity_comes_from_its_beginning() {
    let (a, mut b, mut town) = (Side::new(1), Side::new(2), Town::of(1));
    put(&mut b, &town.inceptions());
    for n in 0..300 {
        put(&mut b, [&town.renamed(0, 1_000 + n)]);
    }
    let log = town.people[0].log(Scope::identity(town.people[0].id));
    let mut asking = Pull::default();
    let effects = asking.want(b.replica.item(&log).unwrap(), &a.replica).unwrap();
    assert_eq!(effects, [PullEffect::Send(Request::Entries { wants: vec![Want { log, from: 0, to: 300 }] })]);
}

/// What was learned of somebody where they wrote nothing is told when they write.
#[test]
fn whoever_is_known_better_is_asked_for_by_what_they_write_next() {
    let (mut a, mut b, mut town) = (Side::new(1), Side::new(2), Town::of(1));
    put(&mut a, &town.inceptions());
    put(&mut b, &town.inceptions());
    put(&mut b, [&town.renamed(0, 200)]);
    pull(&mut a, &mut b, cell());
    assert_eq!(held(&a), 1, "of no interest yet");
    let posts = town.posts(Scope::open(FOIX));
    put(&mut b, &posts);
    let (cost, _) = pull(&mut a, &mut b, cell());
    assert_eq!((held(&a), cost.rounds), (3, 3), "since, people, entries");
}

/// A peer that is asked for some people and tells of others, of none, or of more than were asked for.
#[test]
fn identities_that_were_not_asked_for_are_no_answer() {
    let (mut b, mut town) = (Side::new(2), Town::of(3));
    put(&mut b, &town.inceptions());
    let posts = town.posts(Scope::open(FOIX));
    put(&mut b, &posts);
    let a = Side::new(1);
    let item = |who: usize| b.replica.item(&town.people[who].log(Scope::identity(town.people[who].id))).unwrap();
    let post = b.replica.item(&town.people[0].log(Scope::open(FOIX))).unwrap();
    let asked = || {
        let mut asking = Pull::default();
        let theirs = b.replica.item(&town.people[0].log(Scope::open(FOIX))).unwrap();
        let effects = asking.want(theirs, &a.replica).unwrap();
        let of = vec![PersonState { author: town.people[0].id.into(), identity: Digest::ZERO }];
        assert_eq!(effects, [PullEffect::Send(Request::People { of })]);
        asking
    };
    let told = |items, through| asked().on_response(Response::People { items, through }, &a.replica).unwrap();
    let wrong = |effects: Vec<PullEffect>| matches!(effects[..], [PullEffect::Misbehaved(_)]);
    assert!(wrong(told(vec![item(1)], 1)), "somebody else");
    assert!(wrong(told(vec![post.clone()], 1)), "what they wrote");
    assert!(wrong(told(vec![], 0)), "nobody");
    assert!(wrong(told(vec![item(0)], 2)), "more than were asked for");
    assert!(matches!(told(vec![item(0)], 1)[..], [PullEffect::Send(Request::Entries { .. })]));
    // Of somebody of whom it knows nothing: it goes on with what they wrote.
    assert!(matches!(told(vec![], 1)[..], [PullEffect::Send(Request::Entries { .. })]));
}

/// Of more people than an answer has room for, the rest is asked for again.
#[test]
fn many_people_are_asked_for_in_several_requests() {
    let (mut a, mut b, mut town) = (Side::new(1), Side::new(2), Town::of(200));
    put(&mut b, &town.inceptions());
    let posts = town.posts(Scope::open(FOIX));
    put(&mut b, &posts);
    pull(&mut a, &mut b, cell());
    assert_eq!(held(&a), 400);
    let of: Vec<PersonState> = town
        .people
        .iter()
        .map(|person| PersonState { author: person.id.into(), identity: b.replica.identity(&person.id.into()) })
        .collect();
    let answer = b.serve.answer(&b.replica, Request::People { of }, &Pull::default()).unwrap();
    assert_eq!(answer, Response::People { items: vec![], through: 200 }, "what is the same is not told");
}
