//! Who may write what: open cells, containers, links, stubs, territories, posts.

use crate::common::{Club, Desk, FOIX, MARSEILLE, Person, book, element, person};
use communaut_protocol::{
    Scope,
    fold::{Record, ScopeState},
    geo::Cell,
    ids::ElementId,
    op::{ElementOp, Field, Kind, LinkKind, LinkOp, LinkState, Op, PostOp, Role, Stub, StubOp, TerritoryOp},
};

fn open_state(desk: &mut Desk, people: &[&Person], says: &[(&Person, Op)]) -> ScopeState {
    let scope = Scope::open(FOIX);
    let records: Vec<Record> = says.iter().map(|(by, op)| desk.record(by, scope, 1_000, op)).collect();
    let mut state = ScopeState::new(scope);
    state.apply(records, &book(people.iter().copied()));
    state
}

fn set(owner: &Person, seed: u8, fields: Vec<Field>) -> Op {
    Op::Element(Box::new(ElementOp { owner: owner.id, seed: vec![seed; 16], fields }))
}

fn post(position: Option<communaut_protocol::Position>) -> Op {
    Op::Post(PostOp { text: "Bonjour".into(), position, ..PostOp::default() })
}

fn link(source: ElementId, target: ElementId, state: LinkState) -> Op {
    Op::Link(LinkOp {
        source,
        target,
        kind: LinkKind::Attendee,
        role: String::new(),
        state,
        mirror: None,
        origin: None,
        proof: None,
    })
}

#[test]
fn in_the_open_cell_an_element_is_its_owners() {
    let (alice, mallory) = (person(1), person(6));
    let made = element(alice.id, 3, "Four", FOIX);
    let id = made.id();
    let says = [
        (&alice, Op::Element(Box::new(made))),
        (&mallory, set(&alice, 3, vec![Field::Name("Pwned".into())])),
        (&mallory, set(&mallory, 3, vec![Field::Name("Other".into()), Field::Position(MARSEILLE)])),
    ];
    let state = open_state(&mut Desk::default(), &[&alice, &mallory], &says);
    assert_eq!(state.view().elements.len(), 2);
    assert_eq!(state.view().elements[&id].name, "Four");
    assert!(state.view().elements[&id].is_shown());
    let other = set(&mallory, 3, vec![]);
    let Op::Element(other) = other else { unreachable!() };
    assert!(!state.view().elements[&other.id()].is_shown(), "it lies in another cell");
}

#[test]
fn fields_are_registers_of_their_own() {
    let alice = person(1);
    let mut desk = Desk::default();
    let scope = Scope::open(FOIX);
    let records = [
        desk.record(&alice, scope, 10, &Op::Element(Box::new(element(alice.id, 3, "Four", FOIX)))),
        desk.record(&alice, scope, 30, &set(&alice, 3, vec![Field::Phone("05".into())])),
        desk.record(&alice, scope, 20, &set(&alice, 3, vec![Field::Name("Fournil".into()), Field::Phone("06".into())])),
        desk.record(&alice, scope, 40, &set(&alice, 3, vec![Field::Retracted(true)])),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(records, &book([&alice]));
    let view = state.view().elements.values().next().unwrap().clone();
    assert_eq!((view.name.as_str(), view.phone.as_str(), view.kind), ("Fournil", "05", Kind::Organisation));
    assert!(view.retracted && !view.is_shown());
    assert_eq!(view.updated.ms(), 40);
}

#[test]
fn what_an_unknown_device_says_waits_for_its_identity() {
    let (alice, bob) = (person(1), person(2));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let records = [
        desk.record(&alice, scope, 10, &post(Some(FOIX))),
        desk.record(&bob, scope, 11, &post(Some(FOIX))),
        // Mallory speaks in Alice's name.
        Record::of(&desk.write_as(&person(6).key, alice.id, scope, 1, 12, &post(Some(FOIX)))).unwrap(),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(records, &book([&alice]));
    assert_eq!((state.view().posts.len(), state.pending()), (1, 2));
    assert_eq!(state.identities_changed(&book([&alice])), Default::default());
    let changes = state.identities_changed(&book([&alice, &bob, &person(6)]));
    assert!(changes.other);
    assert_eq!((state.view().posts.len(), state.pending()), (2, 1));
}

#[test]
fn posts_outside_of_the_open_cell_are_ignored() {
    let alice = person(1);
    let says = [(&alice, post(Some(FOIX))), (&alice, post(Some(MARSEILLE))), (&alice, post(None))];
    let state = open_state(&mut Desk::default(), &[&alice], &says);
    assert_eq!(state.view().posts.len(), 1);
    // On a container's wall no position is needed, and the wall is the container's.
    let mut club = Club::new();
    let founder = club.founder.clone();
    club.say(&founder, 5, &post(None));
    let state = club.state(&[]);
    assert_eq!(state.view().posts.values().next().unwrap().wall, Some(club.id));
}

#[test]
fn in_a_container_rights_follow_roles() {
    let people: Vec<Person> = (2..=6).map(person).collect();
    let [member, contributor, moderator, leader, stranger] = people.as_slice() else { unreachable!() };
    let mut club = Club::new();
    let founder = club.founder.clone();
    let mut last = vec![];
    for (person, role) in
        [(member, Role::Member), (contributor, Role::Contributor), (moderator, Role::Moderator), (leader, Role::Leader)]
    {
        last = vec![club.role(&founder, 10, person, Some(role), &last)];
    }
    let card = |name: &str| set(&founder, 7, vec![Field::Phone(name.into())]);
    for (n, by) in people.iter().enumerate() {
        club.say(by, 100 + n as u64, &Op::Element(Box::new(element(by.id, 50, "own event", MARSEILLE))));
        club.say(by, 100 + n as u64, &card(&n.to_string()));
    }
    let state = club.state(&people.iter().collect::<Vec<_>>());
    let elements = &state.view().elements;
    let made = |by: &Person| elements.contains_key(&element(by.id, 50, "", MARSEILLE).id());
    assert!(!made(member) && !made(stranger));
    assert!(made(contributor) && made(moderator) && made(leader));
    // The card: leader 5 is the last who may, and the stranger's word does not count.
    assert_eq!(elements[&club.id].phone, "3");
    assert!(elements[&club.id].is_shown());
    // A container's event in another town is shown; its card must lie at home.
    assert!(elements[&element(leader.id, 50, "", MARSEILLE).id()].is_shown());
    club.say(&founder, 900, &set(&founder, 7, vec![Field::Position(MARSEILLE)]));
    assert!(!club.state(&[]).view().elements[&club.id].is_shown());
}

#[test]
fn a_persons_card_and_wall_have_the_persons_id() {
    let (alice, bob) = (person(1), person(2));
    let scope = Scope::container(FOIX, alice.id.into());
    let mut desk = Desk::default();
    let card = |name: &str| {
        Op::Element(Box::new(ElementOp {
            owner: alice.id,
            seed: vec![0; 16],
            fields: vec![Field::Kind(Kind::Person), Field::Name(name.into()), Field::Position(FOIX)],
        }))
    };
    let records = [
        desk.record(&alice, scope, 10, &card("Alice")),
        desk.record(&bob, scope, 20, &card("Pwned")),
        desk.record(&bob, scope, 21, &post(None)),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(records, &book([&alice, &bob]));
    let view = state.view();
    assert_eq!(view.elements[&ElementId::from(alice.id)].name, "Alice");
    assert_eq!(view.posts.len(), 1);
    assert_eq!(view.governance.as_ref().unwrap().founder, Some(alice.id));
}

#[test]
fn a_link_is_what_those_at_its_ends_say() {
    let (alice, bob, mallory) = (person(1), person(2), person(6));
    let event = element(bob.id, 3, "Bal", FOIX);
    let (source, target) = (ElementId::from(alice.id), event.id());
    let state_of = |says: &[(&Person, Op)]| {
        let state = open_state(&mut Desk::default(), &[&alice, &bob, &mallory], says);
        state.view().links.values().next().map(|link| (link.state, link.author))
    };
    let made = (&bob, Op::Element(Box::new(event.clone())));
    let asked = (&alice, link(source, target, LinkState::Requested));
    let taken = (&bob, link(source, target, LinkState::Accepted));
    let forged = (&mallory, link(source, target, LinkState::Left));
    assert_eq!(state_of(&[asked.clone(), forged.clone()]), Some((LinkState::Requested, alice.id)));
    assert_eq!(state_of(std::slice::from_ref(&forged)), None);
    // The owner's word counts once the element is held, whichever comes first. The stamps are
    // equal, so the entries' ids decide between the two who may speak, never the third.
    let both = state_of(&[made.clone(), asked.clone(), taken.clone(), forged.clone()]);
    assert!(matches!(both, Some((LinkState::Accepted, by)) if by == alice.id || by == bob.id));
    assert_eq!(state_of(&[taken.clone(), made]), Some((LinkState::Invited, bob.id)), "one side alone");
    assert_eq!(state_of(&[taken, forged]), None);
}

#[test]
fn a_moderator_speaks_for_the_container_in_links() {
    let (alice, moderator, mallory) = (person(2), person(3), person(6));
    let mut club = Club::new();
    let founder = club.founder.clone();
    club.role(&founder, 5, &moderator, Some(Role::Moderator), &[]);
    let say = |state| link(alice.id.into(), club.id, state);
    let (asked, taken, forged) = (say(LinkState::Requested), say(LinkState::Accepted), say(LinkState::Refused));
    club.say(&alice, 10, &asked);
    club.say(&moderator, 11, &taken);
    club.say(&mallory, 12, &forged);
    let state = club.state(&[&alice, &moderator, &mallory]);
    assert_eq!(state.view().links.values().next().unwrap().state, LinkState::Accepted);
}

#[test]
fn a_stub_replaces_only_its_authors_own() {
    let (alice, mallory) = (person(1), person(6));
    let stub = |name: &str| {
        Op::Stub(StubOp {
            stub: Stub {
                id: ElementId([4; 32]),
                kind: Kind::Event,
                name: name.into(),
                position: FOIX,
                when: None,
                tags: vec![],
                home: FOIX.cell(4),
                origin: None,
            },
            expires_ms: 9,
        })
    };
    let mut desk = Desk::default();
    let scope = Scope { cell: Cell::WORLD, container: ElementId::ZERO };
    let records = [
        desk.record(&alice, scope, 10, &stub("Bal")),
        desk.record(&alice, scope, 20, &stub("Grand bal")),
        desk.record(&mallory, scope, 30, &stub("Annulé")),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(records, &book([&alice, &mallory]));
    assert_eq!(state.view().stubs.len(), 2);
    assert_eq!(state.view().stubs[&(ElementId([4; 32]), alice.id)].stub.name, "Grand bal");
}

#[test]
fn a_territory_lies_in_the_scope_it_is_written_in() {
    let (alice, mallory) = (person(1), person(6));
    let territory = |cells: &[&str], name: &str| {
        Op::Territory(TerritoryOp {
            seed: vec![2; 16],
            name: name.into(),
            cells: cells.iter().map(|cell| cell.parse().unwrap()).collect(),
            centre: FOIX,
        })
    };
    let mut desk = Desk::default();
    let scope = Scope { cell: "sp9".parse().unwrap(), container: ElementId::ZERO };
    let records = [
        desk.record(&alice, scope, 10, &territory(&["sp92", "sp93"], "Vallée")),
        desk.record(&alice, scope, 20, &territory(&["sp92", "sp93z"], "Vallée de l'Ariège")),
        desk.record(&mallory, scope, 30, &territory(&["sp92"], "À moi")),
        desk.record(&mallory, scope, 40, &territory(&["sp92", "u09"], "Ailleurs")),
    ];
    let mut state = ScopeState::new(scope);
    state.apply(records, &book([&alice, &mallory]));
    let mut names: Vec<&str> = state.view().territories.values().map(|t| t.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Vallée de l'Ariège", "À moi"]);
}

#[test]
fn records_of_another_scope_are_not_folded() {
    let alice = person(1);
    let record = Desk::default().record(&alice, Scope::open(FOIX), 10, &post(Some(FOIX)));
    let mut state = ScopeState::new(Scope::open(MARSEILLE));
    state.apply([record], &book([&alice]));
    assert!(state.view().posts.is_empty() && state.pending() == 0);
}
