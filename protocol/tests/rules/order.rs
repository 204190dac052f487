//! Equal scopes give equal bytes: whatever the order, however split into batches, and however
//! late the identities come.

use crate::common::{Desk, FOIX, MARSEILLE, Person, book, cases, electorate, person};
use communaut_protocol::{
    Entry, EntryId, Scope,
    fold::{IdentityBook, Record, ScopeState, electorate_root},
    geo::Position,
    ids::{ElementId, Hash},
    op::{
        BallotOp, CarryOp, Choice, CloseOp, ElementOp, Field, Kind, LinkKind, LinkOp, LinkState, Op, OpenOp, PostOp,
        ProposalOp, Quorum, Reaction, ReactionOp, Role, RoleOp, Stub, StubOp, Tally, TerritoryOp,
    },
    private::Keyring,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PEOPLE: usize = 4;

/// One random statement: who, what kind of, about what, when, with which choice.
type Word = (usize, usize, usize, u64, u64);

fn word() -> impl Strategy<Value = Word> {
    (0..PEOPLE, 0..12usize, 0..PEOPLE, 1..12u64, any::<u64>())
}

fn pick(from: &[EntryId], by: u64) -> Option<EntryId> {
    if from.is_empty() || by.is_multiple_of(5) { None } else { Some(from[by as usize % from.len()]) }
}

fn place(pick: u64) -> Position {
    if pick.is_multiple_of(4) { MARSEILLE } else { FOIX }
}

/// What was said before, to refer to.
#[derive(Default)]
struct Said {
    roles: Vec<EntryId>,
    proposals: Vec<EntryId>,
    ballots: Vec<EntryId>,
    /// The same, whole.
    votes: Vec<Entry>,
    carries: Vec<EntryId>,
    opened: BTreeMap<EntryId, Hash>,
    posts: Vec<EntryId>,
}

fn op(word: Word, people: &[Person], card: &ElementOp, said: &Said) -> Op {
    let (by, what, about, _, choice) = word;
    let (author, other) = (&people[by], &people[about]);
    let fields = |name: &str| {
        let mut fields = vec![Field::Name(format!("{name} {choice}")), Field::Position(place(choice))];
        if choice.is_multiple_of(3) {
            fields.push(Field::Retracted(choice.is_multiple_of(2)));
        }
        fields
    };
    match what {
        0 => Op::Element(Box::new(ElementOp {
            owner: other.id,
            seed: vec![(choice % 2) as u8 + 1; 16],
            fields: fields("x"),
        })),
        1 => Op::Element(Box::new(ElementOp { fields: fields("card"), ..card.clone() })),
        2 => Op::Post(PostOp {
            text: format!("post {choice}"),
            reply_to: pick(&said.ballots, choice),
            position: (choice % 3 > 0).then(|| place(choice)),
            ..PostOp::default()
        }),
        3 => Op::Link(LinkOp {
            source: if choice % 3 == 0 { card.id() } else { ElementId::from(other.id) },
            target: communaut_protocol::op::element_id(other.id, &[(choice % 2) as u8 + 1; 16]),
            kind: if choice % 2 == 0 { LinkKind::Member } else { LinkKind::Attendee },
            role: String::new(),
            state: if choice % 7 < 3 { LinkState::Accepted } else { LinkState::Left },
            mirror: None,
            origin: None,
            proof: None,
        }),
        4 => Op::Stub(StubOp {
            stub: Stub {
                id: ElementId([(choice % 2) as u8; 32]),
                kind: Kind::Event,
                name: format!("stub {choice}"),
                position: FOIX,
                when: None,
                tags: vec![],
                home: FOIX.cell(4),
                origin: None,
            },
            expires_ms: choice,
        }),
        5 => Op::Territory(TerritoryOp {
            seed: vec![(choice % 2) as u8; 16],
            name: format!("territory {choice}"),
            cells: vec![place(choice).cell(6)],
            centre: FOIX,
        }),
        6 => Op::Role(RoleOp {
            person: other.id,
            role: [None, Some(Role::Member), Some(Role::Moderator), Some(Role::Leader)][choice as usize % 4],
            refs: pick(&said.roles, choice / 4).into_iter().collect(),
            lowers: choice % 16 == 1 || choice % 16 == 6,
        }),
        7 => Op::Proposal(Box::new(ProposalOp {
            title: format!("proposal {choice}"),
            text: String::new(),
            quorum: Quorum((choice % 1_000) as u16),
            tellers: vec![author.id],
            agree: 1,
            closes_ms: 0,
            sample: false,
        })),
        8 => match pick(&said.proposals, choice) {
            Some(proposal) => Op::Ballot(BallotOp {
                proposal,
                electorate: said.opened[&proposal],
                choice: [Choice::Yes, Choice::No, Choice::Blank][choice as usize % 3],
                previous: pick(&said.ballots, choice / 3),
            }),
            None => op((by, 6, about, 0, choice), people, card, said),
        },
        9 => Op::Reaction(ReactionOp {
            target: pick(&said.posts, choice / 2).unwrap_or(EntryId([3; 32])),
            what: Reaction::ALL.get(choice as usize % 5).copied(),
        }),
        10 => match pick(&said.proposals, choice) {
            Some(proposal) => {
                let some = said.votes.iter().skip(choice as usize % 3).take(choice as usize % 5);
                let ballots = some.map(|vote| Some(vote.to_raw())).collect();
                Op::Carry(Box::new(CarryOp { proposal, ballots, names: vec![] }))
            }
            None => op((author.id.0[0] as usize % PEOPLE, 0, about, 0, choice), people, card, said),
        },
        _ => match pick(&said.proposals, choice) {
            Some(proposal) => {
                let mut parts: Vec<EntryId> = said.carries.iter().rev().take(choice as usize % 3).copied().collect();
                parts.sort();
                let yes = said.votes.len() as u32 % 4;
                let tally = Tally { yes, no: 0, blank: 0, electorate: choice as u32 % 4 };
                Op::Close(Box::new(CloseOp { proposal, parts, electorate: said.opened[&proposal], tally }))
            }
            None => op((by, 6, about, 0, choice), people, card, said),
        },
    }
}

/// Let them speak, in the order in which they can know of each other.
fn speak(words: &[Word], people: &[Person], scope: Scope, card: &ElementOp) -> Vec<Record> {
    let mut desk = Desk::default();
    let mut said = Said::default();
    let mut records: Vec<Record> = Vec::new();
    let mut opening = vec![(&people[0], Op::Element(Box::new(card.clone())))];
    opening.extend(people.iter().skip(2).map(|to| {
        (&people[0], Op::Role(RoleOp { person: to.id, role: Some(Role::Moderator), refs: vec![], lowers: false }))
    }));
    for (by, op) in opening {
        records.push(desk.record(by, scope, 1, &op));
        said.roles.extend(matches!(op, Op::Role(_)).then(|| records.last().unwrap().id));
    }
    for word in words {
        let op = op(*word, people, card, &said);
        let by = &people[word.0];
        let entry = desk.write(by, scope, word.3, &op);
        let id = entry.id();
        records.extend(Record::all(&entry, &Keyring::default()).into_iter().map(Result::unwrap));
        match op {
            Op::Role(_) => said.roles.push(id),
            Op::Proposal(_) => {
                // Opened at once, by what the teller happens to know.
                let refs: Vec<EntryId> = pick(&said.roles, word.4).into_iter().collect();
                let electorate = electorate_root(&electorate(&records, people[0].id, &refs));
                let open = Op::Open(OpenOp { proposal: id, refs, electorate });
                records.push(desk.record(by, scope, word.3, &open));
                said.opened.insert(id, electorate);
                said.proposals.push(id);
            }
            Op::Ballot(_) => {
                said.ballots.push(id);
                said.votes.push(entry);
            }
            Op::Carry(_) => said.carries.push(id),
            Op::Post(_) => said.posts.push(id),
            _ => {}
        }
    }
    records
}

fn whole(records: &[Record], scope: Scope, all: &IdentityBook) -> Hash {
    let mut state = ScopeState::new(scope);
    state.apply(records.to_vec(), all);
    assert_eq!(state.pending(), 0);
    state.view().digest().unwrap()
}

/// In another order, in batches, some twice, with the identities in between.
fn pieces(records: &[Record], scope: Scope, people: &[Person], shuffle: &[u64], batches: &[usize]) -> Hash {
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|at| shuffle[at % shuffle.len()].rotate_left(*at as u32));
    let mut state = ScopeState::new(scope);
    let mut rest: Vec<Record> = order.iter().map(|at| records[*at].clone()).collect();
    rest.extend(order.iter().take(5).map(|at| records[*at].clone()));
    let mut known = 0;
    for (turn, size) in batches.iter().cycle().enumerate() {
        if rest.is_empty() && known == people.len() {
            break;
        }
        let batch: Vec<Record> = rest.drain(..rest.len().min(*size)).collect();
        let known_now = book(&people[..known]);
        state.apply(batch, &known_now);
        if turn % 3 == 2 && known < people.len() {
            known += 1;
            state.identities_changed(&book(&people[..known]));
        }
    }
    assert_eq!(state.pending(), 0);
    state.view().digest().unwrap()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_order_gives_the_same_bytes(
        words in prop::collection::vec(word(), 1..60),
        shuffle in prop::collection::vec(any::<u64>(), 7..8),
        batches in prop::collection::vec(1..9usize, 5..6),
    ) {
        let people: Vec<Person> = (1..=PEOPLE as u8).map(person).collect();
        let all = book(&people);
        let fields = vec![Field::Name("club".into()), Field::Position(FOIX)];
        let club = ElementOp { owner: people[0].id, seed: vec![7; 16], fields };
        let own = ElementOp { owner: people[0].id, seed: vec![0; 16], fields: vec![Field::Kind(Kind::Person)] };
        let scopes = [
            (Scope::open(FOIX), &club),
            (Scope::container(FOIX, club.id()), &club),
            (Scope::container(FOIX, own.id()), &own),
        ];
        for (scope, card) in scopes {
            let records = speak(&words, &people, scope, card);
            let expected = whole(&records, scope, &all);
            prop_assert_eq!(pieces(&records, scope, &people, &shuffle, &batches), expected);
            prop_assert_eq!(pieces(&records, scope, &people, &shuffle, &[1]), expected);
        }
    }
}

/// The random worlds above must reach what they are about, or they prove nothing.
#[test]
fn the_random_worlds_are_not_empty() {
    use proptest::strategy::ValueTree;
    let people: Vec<Person> = (1..=PEOPLE as u8).map(person).collect();
    let card = ElementOp {
        owner: people[0].id,
        seed: vec![7; 16],
        fields: vec![Field::Name("club".into()), Field::Position(FOIX)],
    };
    let scope = Scope::container(FOIX, card.id());
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let (mut proposals, mut votes, mut refused, mut links, mut reactions) = (0, 0, 0, 0, 0);
    for _ in 0..40 {
        let words = prop::collection::vec(word(), 60).new_tree(&mut runner).unwrap().current();
        let mut state = ScopeState::new(scope);
        state.apply(speak(&words, &people, scope, &card), &book(&people));
        let governance = state.view().governance.clone().unwrap();
        proposals += governance.proposals.len();
        votes += governance.proposals.iter().map(|p| p.tally.turnout()).sum::<u32>();
        refused += governance.proposals.iter().map(|p| p.refused.len()).sum::<usize>();
        links += state.view().links.len();
        reactions += state.view().reactions.values().map(|all| all.len()).sum::<usize>();
        assert_eq!(governance.founder, Some(people[0].id));
    }
    let seen = (proposals, votes, refused, links, reactions);
    assert!(proposals > 40 && votes > 10 && refused > 5 && links > 40 && reactions > 40, "{seen:?}");
}
