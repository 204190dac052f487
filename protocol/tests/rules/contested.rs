//! What several people say of one thing at once, in a hundred random orders of delivery: whatever comes first, the same
//! stands in the end. SPEC.md §7.3, §7.4, §7.7, §8.1.

use crate::common::{Club, Desk, Dice, FOIX, Person, book, element, person};
use communaut_protocol::{
    EntryId, Scope,
    fold::{Record, ScopeState, ScopeView},
    ids::{ElementId, IdentityId},
    op::{
        ClaimDecision, ClaimOp, ConfirmOp, ElementOp, EraseOp, Field, Instead, LinkKind, LinkOp, LinkState, Op, PostOp,
        Role, TermsOp,
    },
};
use std::collections::BTreeMap;

/// Orders that are tried of each thing.
const ORDERS: u64 = 100;
/// Entries in one delivery, at most.
const SPLIT_MAX: usize = 4;

/// What all add up to, in the order in which they were written; and that any other gives the same.
fn same(scope: Scope, people: &[Person], records: &[Record], shown: impl Fn(&ScopeView) -> String) -> ScopeView {
    let fold = |records: &[Record], dice: &mut Dice| {
        let mut state = ScopeState::new(scope);
        let mut rest = records.to_vec();
        let mut again = false;
        while !rest.is_empty() {
            let next = rest.split_off((1 + dice.below(SPLIT_MAX)).min(rest.len()));
            let changes = state.apply(std::mem::replace(&mut rest, next), &book(people));
            again |= changes.again || !changes.erasures.is_empty();
        }
        if again {
            // As who holds a store does.
            state = ScopeState::new(scope);
            state.apply(records.to_vec(), &book(people));
        }
        state.view().clone()
    };
    let first = fold(records, &mut Dice(0));
    for order in 1..=ORDERS {
        let dice = &mut Dice(order);
        let mut shuffled = records.to_vec();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, dice.below(at + 1));
        }
        let view = fold(&shuffled, dice);
        assert_eq!(shown(&view), shown(&first), "order {order}");
        assert_eq!(view.digest().unwrap(), first.digest().unwrap(), "order {order}");
        assert_eq!(view, first, "order {order}");
    }
    first
}

fn people() -> Vec<Person> {
    (1..=8).map(person).collect()
}

/// Words, each later than the one before.
struct Town {
    desk: Desk,
    people: Vec<Person>,
    scope: Scope,
    records: Vec<Record>,
}

impl Town {
    fn new() -> Self {
        Self { desk: Desk::default(), people: people(), scope: Scope::open(FOIX), records: vec![] }
    }
    fn id(&self, who: usize) -> IdentityId {
        self.people[who - 1].id
    }
    fn say_at(&mut self, who: usize, ms: u64, op: &Op) -> EntryId {
        let record = self.desk.record(&self.people[who - 1], self.scope, ms, op);
        self.records.push(record);
        self.records.last().unwrap().id
    }
    fn say(&mut self, who: usize, op: &Op) -> EntryId {
        self.say_at(who, 100 + self.records.len() as u64, op)
    }
    fn same(&self, shown: impl Fn(&ScopeView) -> String) -> ScopeView {
        same(self.scope, &self.people, &self.records, shown)
    }
}

#[test]
fn places_asked_for_beyond_what_there_is_with_guests_and_single_times() {
    let mut town = Town::new();
    let event = element(town.id(1), 3, "Bal", FOIX);
    let resource = event.id();
    town.say(1, &Op::Element(Box::new(event)));
    let confirmers = vec![town.id(2)];
    let terms = TermsOp { resource, capacity: Some(4), exclusive: false, confirmers, automatic: false };
    let terms = town.say(1, &Op::Terms(terms));
    let claim = |places, occurrence, guest: &str| {
        Op::Claim(ClaimOp { occurrence, guest: guest.into(), ..ClaimOp::of(resource, places) })
    };
    let mut asked = vec![];
    for who in 3..=6 {
        asked.push(town.say(who, &claim(1, None, "")));
        asked.push(town.say(who, &claim(2, Some(20_457), "")));
    }
    for guest in ["Mamie Jo", "Léo"] {
        asked.push(town.say(1, &claim(1, Some(20_464), guest)));
    }
    town.say(4, &claim(1, None, "Léo"));
    town.say(5, &claim(0, None, ""));
    // Two who do not know of each other give more than there is.
    for (who, chosen) in [(1, &asked[..6]), (2, &asked[4..])] {
        let mut decisions: Vec<ClaimDecision> =
            chosen.iter().map(|claim| ClaimDecision { claim: *claim, given: true }).collect();
        decisions.sort_by_key(|decision| decision.claim);
        town.say(who, &Op::Confirm(ConfirmOp { resource, previous: vec![], decisions, terms: Some(terms) }));
    }
    let view = town.same(|view| format!("{:?}", view.claims_on(resource)));
    let claims = view.claims_on(resource);
    assert!(claims.taken <= 4 && claims.on.values().all(|taken| *taken <= 4), "{claims:?}");
    assert!(claims.on.len() == 2 && claims.overbooked == 0);
    assert!(view.may_bring_guests(resource, town.id(1)) && !view.may_bring_guests(resource, town.id(2)));
    let guests: Vec<&str> = claims.list.iter().map(|one| one.claim.said.guest.as_str()).collect();
    assert_eq!(guests.iter().filter(|guest| **guest == "Léo").count(), 1, "a stranger brings none");
    assert!(claims.list.iter().all(|one| one.claim.person != view.elements[&resource].owner || one.turn.0 != [0; 32]));
}

#[test]
fn fields_that_several_devices_and_moderators_write_at_once() {
    let mut club = Club::new();
    let (founder, moderator, other) = (club.founder.clone(), person(2), person(3));
    let role = club.role(&founder, 2, &moderator, Some(Role::Moderator), &[]);
    club.role(&founder, 3, &other, Some(Role::Contributor), &[role]);
    for (round, by) in [&founder, &moderator, &other, &founder, &moderator].into_iter().enumerate() {
        let mut card = element(founder.id, 7, &format!("Régie {round}"), FOIX);
        card.fields.push(Field::Tags(vec![format!("tag-{round}")]));
        card.fields.push(Field::Subkind(["association", "club"][round % 2].into()));
        card.fields.push(Field::Stage("idea".into()));
        // Stamps that meet, so that the ids decide.
        club.say(by, 10 + round as u64 / 2, &Op::Element(Box::new(card)));
    }
    let all = [founder, moderator, other.clone()];
    let view = same(club.scope, &all, &club.records, |view| format!("{:?}", view.elements[&club.id]));
    let card = &view.elements[&club.id];
    assert!(card.name != "Régie 2" && card.stage == "idea", "a contributor does not write the card");
}

#[test]
fn roles_given_and_taken_by_several_at_once() {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let (l, m, k, p) = (person(2), person(3), person(4), person(5));
    let made = club.role(&founder, 2, &l, Some(Role::Leader), &[]);
    let too = club.role(&founder, 3, &m, Some(Role::Leader), &[made]);
    let third = club.role(&l, 4, &k, Some(Role::Moderator), &[made, too]);
    club.role(&l, 5, &k, None, &[third]);
    club.role(&m, 5, &k, Some(Role::Leader), &[third]);
    club.role(&k, 5, &p, Some(Role::Member), &[third]);
    club.role(&m, 5, &l, Some(Role::Member), &[third]);
    club.role(&founder, 6, &p, Some(Role::Contributor), &[third]);
    let event = element(p.id, 9, "Atelier", FOIX);
    club.say(&p, 7, &Op::Element(Box::new(event)));
    let all = [founder, l, m, k.clone(), p.clone()];
    let roles = |view: &ScopeView| format!("{:?}", view.governance.as_ref().unwrap().roles);
    let view = same(club.scope, &all, &club.records, roles);
    let roles = &view.governance.as_ref().unwrap().roles;
    assert_eq!((roles.get(&k.id), roles.get(&p.id)), (None, Some(&Role::Contributor)));
    assert_eq!(view.elements.len(), 2);
}

fn link(source: IdentityId, target: ElementId, role: &str, state: LinkState) -> Op {
    let (source, kind, role) = (source.into(), LinkKind::Organiser, role.into());
    Op::Link(LinkOp { source, target, kind, role, state, mirror: None, origin: None, proof: None })
}

#[test]
fn links_of_which_both_sides_say_something() {
    use LinkState::{Accepted, Invited, Left, Refused, Requested};
    // The words, by the target's owner (1) or the source (2), in the order of their stamps; what they add up to.
    let cases: &[(&[(usize, LinkState)], LinkState)] = &[
        (&[(1, Invited)], Invited),
        (&[(2, Requested)], Requested),
        (&[(2, Accepted)], Requested),
        (&[(1, Accepted)], Invited),
        (&[(1, Invited), (2, Accepted)], Accepted),
        (&[(2, Requested), (1, Accepted)], Accepted),
        (&[(2, Accepted), (1, Invited)], Accepted),
        (&[(1, Invited), (2, Requested)], Accepted),
        (&[(1, Invited), (2, Refused)], Refused),
        (&[(2, Requested), (1, Refused)], Refused),
        (&[(1, Invited), (2, Accepted), (2, Left)], Left),
        (&[(1, Invited), (2, Accepted), (1, Left)], Left),
        (&[(1, Invited), (2, Refused), (1, Accepted)], Refused),
        (&[(1, Invited), (2, Refused), (1, Invited)], Invited),
        (&[(1, Invited), (2, Accepted), (1, Left), (2, Accepted)], Left),
        (&[(1, Invited), (2, Accepted), (1, Left), (2, Requested)], Requested),
        (&[(1, Invited), (2, Accepted), (1, Left), (2, Requested), (1, Accepted)], Accepted),
        (&[(1, Refused), (2, Left)], Left),
    ];
    let mut town = Town::new();
    let bal = element(town.id(1), 8, "Bal", FOIX);
    let (target, source) = (bal.id(), town.id(2));
    for (number, (words, _)) in cases.iter().enumerate() {
        for (by, state) in *words {
            town.say(*by, &link(source, target, &number.to_string(), *state));
        }
        // Who stands at neither end.
        town.say(3, &link(source, target, &number.to_string(), Left));
    }
    town.say_at(1, 5, &Op::Element(Box::new(bal)));
    let states = |view: &ScopeView| -> BTreeMap<String, LinkState> {
        view.links_to(target).map(|link| (link.role.clone(), link.state)).collect()
    };
    let view = town.same(|view| format!("{:?}", states(view)));
    for (number, (words, wanted)) in cases.iter().enumerate() {
        assert_eq!(states(&view)[&number.to_string()], *wanted, "{words:?}");
    }
    assert_eq!(
        view.links_from(source.into()).count(),
        cases.len(),
        "several roles of one pair stand beside each other"
    );
    assert!(view.links_to(source.into()).next().is_none());
}

/// A moderator speaks for what lies in the container, whichever end that is.
#[test]
fn links_of_a_container() {
    let mut club = Club::new();
    let (founder, moderator, guest) = (club.founder.clone(), person(2), person(3));
    let role = club.role(&founder, 2, &moderator, Some(Role::Moderator), &[]);
    let event = element(founder.id, 9, "Atelier", FOIX);
    let event_id = event.id();
    club.say(&founder, 3, &Op::Element(Box::new(event)));
    let of = |source: ElementId, target, kind, state| {
        Op::Link(LinkOp { source, target, kind, role: String::new(), state, mirror: None, origin: None, proof: None })
    };
    let (id, person) = (club.id, ElementId::from(guest.id));
    club.say(&moderator, 4, &of(id, event_id, LinkKind::Organiser, LinkState::Accepted));
    club.say(&moderator, 5, &of(person, id, LinkKind::Member, LinkState::Invited));
    club.say(&guest, 6, &of(person, id, LinkKind::Member, LinkState::Accepted));
    club.say(&guest, 7, &of(person, event_id, LinkKind::Contributor, LinkState::Requested));
    club.role(&founder, 8, &moderator, Some(Role::Contributor), &[role]);
    club.say(&moderator, 9, &of(person, event_id, LinkKind::Contributor, LinkState::Refused));
    let all = [founder, moderator, guest];
    let view = same(club.scope, &all, &club.records, |view| format!("{:?}", view.links));
    let state = |target, kind| view.links_to(target).find(|link| link.kind == kind).map(|link| link.state);
    // What was said as a moderator counts no longer: it named no act, and the role is another now.
    assert_eq!(state(event_id, LinkKind::Organiser), None);
    assert_eq!(state(id, LinkKind::Member), Some(LinkState::Requested));
    assert_eq!(state(event_id, LinkKind::Contributor), Some(LinkState::Requested));
}

fn post(text: &str, wall: Option<ElementId>, replaces: Option<EntryId>, room: bool) -> Op {
    Op::Post(PostOp { wall, text: text.into(), position: Some(FOIX), replaces, room, ..PostOp::default() })
}

#[test]
fn edits_of_a_post_by_two_devices_while_it_is_erased_and_another_is_not() {
    let mut town = Town::new();
    let wall = Some(ElementId([7; 32]));
    let (one, two) = (town.say(1, &post("un", wall, None, false)), town.say(2, &post("deux", wall, None, true)));
    let place = town.records[0].place();
    for (round, first) in [one, two, one, two, two].into_iter().enumerate() {
        let who = if first == one { 1 } else { 2 };
        town.say_at(who, 300 + round as u64 / 2, &post(&format!("autre {round}"), wall, Some(first), first == two));
    }
    // Of somebody else, on another wall, and outside of the room: none of them is an edit of it.
    town.say(3, &post("pas le mien", wall, Some(two), true));
    town.say_at(2, 900, &post("ailleurs", None, Some(two), true));
    town.say_at(2, 901, &post("dehors", wall, Some(two), false));
    let answer = PostOp { reply_to: Some(two), ..PostOp::default() };
    let answer = PostOp { text: "oui".into(), position: Some(FOIX), ..answer };
    town.say(3, &Op::Post(answer));
    town.say(1, &Op::Erase(EraseOp { targets: [place].into(), refs: None, reason: String::new() }));
    let shown = |view: &ScopeView| {
        let texts = |all: Vec<std::sync::Arc<communaut_protocol::fold::PostView>>| {
            all.iter().map(|post| post.text.clone()).collect::<Vec<_>>()
        };
        let edits = view.post(two).map(|post| view.edits_of(post).collect::<Vec<_>>());
        let room = texts(view.room_before(wall, None, 9));
        format!("{:?} {room:?} {edits:?} {:?}", texts(view.conversation(two)), view.seen_last(two))
    };
    let view = town.same(shown);
    assert!(view.post(one).is_none(), "with its edits");
    let held = view.post(two).unwrap();
    assert!(held.text.starts_with("autre") && held.edited.is_some(), "{held:?}");
    assert_eq!((held.stamp.ms(), view.posts.len(), view.edits_of(held).count()), (101, 2, 5));
    assert_eq!(view.room_before(wall, None, 9).len(), 1);
    assert_eq!(view.rooms_with_messages(), [wall]);
}

#[test]
fn one_time_of_a_series_that_two_people_change() {
    let mut club = Club::new();
    let (founder, other, moderator) = (club.founder.clone(), person(2), person(3));
    let first = club.role(&founder, 2, &other, Some(Role::Contributor), &[]);
    club.role(&founder, 3, &moderator, Some(Role::Moderator), &[first]);
    let series = element(founder.id, 9, "Répétition", FOIX);
    let (id, owner) = (series.id(), founder.id);
    club.say(&founder, 4, &Op::Element(Box::new(series)));
    let (own, theirs) = (club.id, other.id);
    let change = |by: &Person, seed: u8, day: i32, gone: bool| {
        let mut op = element(by.id, seed, "Répétition, ailleurs", FOIX);
        op.fields.extend([Field::Parent(Some(own)), Field::Retracted(gone)]);
        op.fields.push(Field::Instead(Some(Instead { series: id, day })));
        Op::Element(Box::new(op))
    };
    club.say(&founder, 10, &change(&founder, 21, 20_457, false));
    club.say(&moderator, 11, &change(&moderator, 22, 20_457, true));
    club.say(&founder, 12, &change(&founder, 23, 20_464, false));
    // Who contributes does not write the series.
    club.say(&other, 13, &change(&other, 24, 20_464, true));
    // And moved once more: a day has what says so now.
    club.say(&founder, 14, &change(&founder, 25, 20_471, false));
    club.say(&founder, 15, &change(&founder, 25, 20_478, false));
    let all = [founder, other, moderator];
    let shown = |view: &ScopeView| format!("{:?} {:?}", view.instead_of(id, owner), view.children_of(own).count());
    let view = same(club.scope, &all, &club.records, shown);
    let days: Vec<(i32, bool)> = view.instead_of(id, owner).into_iter().map(|(day, of)| (day, of.retracted)).collect();
    assert_eq!(days, [(20_457, true), (20_464, false), (20_478, false)]);
    assert_eq!((view.children_of(own).count(), view.instead_of(id, theirs).len()), (5, 3));
    let guests = |person| view.may_bring_guests(id, person);
    assert_eq!((guests(owner), guests(theirs), guests(all[2].id)), (true, false, true));
}

/// A chain of answers, a star, and messages of a room, delivered newest first, oldest first and anyhow.
#[test]
fn conversations_are_found_whatever_comes_first() {
    let mut town = Town::new();
    let first = town.say(1, &post("début", None, None, false));
    let mut last = first;
    for round in 0..40_usize {
        let op = PostOp { text: round.to_string(), position: Some(FOIX), ..PostOp::default() };
        let reply_to = Some(if round % 3 == 0 { first } else { last });
        last = town.say(1 + round % 4, &Op::Post(PostOp { reply_to, after: vec![last], ..op }));
    }
    let missing = EntryId([9; 32]);
    let op = PostOp { text: "à quoi ?".into(), position: Some(FOIX), reply_to: Some(missing), ..PostOp::default() };
    let astray = town.say(3, &Op::Post(op));
    let view = town.same(|view| {
        let all = view.conversation(first).iter().map(|post| post.id).collect::<Vec<_>>();
        format!("{all:?} {:?} {:?}", view.first_of(last), view.seen_last(first))
    });
    let mut newest = town.records.clone();
    newest.reverse();
    let mut state = ScopeState::new(town.scope);
    newest.into_iter().for_each(|record| drop(state.apply([record], &book(&town.people))));
    assert_eq!(state.view().conversation(first), view.conversation(first));
    assert_eq!((view.conversation(first).len(), view.first_of(last)), (41, first));
    assert_eq!((view.seen_last(first), view.first_of(astray)), (vec![last], missing));
    let page = view.conversation_before(first, None, 3);
    let before = view.conversation_before(first, Some((page[0].stamp, page[0].id)), 3);
    let texts = |all: &[std::sync::Arc<communaut_protocol::fold::PostView>]| {
        all.iter().map(|post| post.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (texts(&page), texts(&before)),
        (["37", "38", "39"].map(String::from).to_vec(), ["34", "35", "36"].map(String::from).to_vec())
    );
    let some = ElementOp { owner: town.id(1), seed: vec![1; 16], fields: vec![] };
    assert!(view.room_before(Some(some.id()), None, 9).is_empty());
}
