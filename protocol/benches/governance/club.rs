//! A community and what people write in it: nobody looks at signatures here.

use crate::author::Author;
use communaut_protocol::{
    EntryId, Hash, IdentityId, KeyId, LogId, Position, Scope, Stamp,
    entry::hash,
    fold::{IdentityBook, IdentityState, Record, ScopeState, Witnessed},
    geo::Cell,
    ids::DeviceId,
    limits::CARRIED_MAX,
    op::{
        BallotOp, CarryOp, Choice, ElementOp, EntryPlace, Field, FoundingOp, Kind, Op, OpenOp, ProposalOp, Quorum,
        Role, RoleOp,
    },
    private::{Class, SealedBy},
};
use std::{sync::Arc, time::Instant};

const AT: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };

/// Who keeps the organisation, by their place in the list.
pub const KEEPERS: [usize; 3] = [6, 7, 8];

/// People and what they write; the first of them founded an organisation.
pub struct Club {
    pub people: Vec<(IdentityId, Record)>,
    pub book: IdentityBook,
    pub scope: Scope,
    pub card: Record,
    pub founding: FoundingOp,
    pub count: u64,
    pub tips: Vec<EntryId>,
}

/// A person of a number, with an entry to be changed.
fn person(number: u8, scope: Scope, op: &Op) -> (IdentityId, Record, Record) {
    let (mut author, inception) = Author::new(number.into());
    let said = author.write(scope, op, 1_000);
    (author.id, Record::of(&inception).unwrap(), Record::of(&said).unwrap())
}

impl Club {
    /// With a founder and some people more.
    pub fn new(people: u8) -> Self {
        let any = Op::Element(Box::new(card(IdentityId([0; 32]), [5; 16])));
        let who = |number: u8| person(number, Scope::open(AT), &any).0;
        let mut keepers: Vec<IdentityId> = KEEPERS.iter().map(|at| who(*at as u8 + 1)).collect();
        keepers.sort();
        let founding = FoundingOp { owner: who(1), seed: vec![5; 16], keepers, agree: 2 };
        let card = card(who(1), founding.card_seed().unwrap());
        let (scope, card) = (Scope::container(AT, card.id()), Op::Element(Box::new(card)));
        let (mut book, mut known) = (IdentityBook::new(), Vec::new());
        for number in 1..=people {
            let (id, inception, said) = person(number, scope, &card);
            let mut state = IdentityState::new(id);
            state.apply([inception]);
            book.insert(id, Arc::new(state.view().clone()));
            known.push((id, said));
        }
        let card = known[0].1.clone();
        Self { people: known, book, scope, card, founding, count: 0, tips: Vec::new() }
    }

    /// An act by a person of the list that knows of `refs`.
    pub fn act(&mut self, by: usize, on: IdentityId, role: Option<Role>, refs: &[EntryId]) -> Record {
        let mut refs = refs.to_vec();
        refs.sort();
        refs.dedup();
        self.say(by, Op::Role(RoleOp { person: on, role, refs, lowers: false }))
    }

    /// Something by a person of the list.
    pub fn say(&mut self, by: usize, op: Op) -> Record {
        self.count += 1;
        let (author, template) = &self.people[by];
        let id = EntryId(hash(&self.count.to_be_bytes()).0);
        Record {
            id,
            place: EntryPlace::of(&template.log, self.count, id),
            author: *author,
            seq: self.count,
            stamp: Stamp::from_ms(2_000 + self.count),
            op,
            ..template.clone()
        }
    }

    /// The same, signed with a device that was taken out.
    pub fn by_old_device(&mut self, by: usize, record: Record) -> Record {
        let device = DeviceId([8; 32]);
        let person = Arc::make_mut(self.book.get_mut(&self.people[by].0).unwrap());
        let (_, like) = person.devices.get_min().unwrap();
        let like = like.clone();
        person.out.insert(device, like);
        Record { log: LogId { device, ..record.log }, ..record }
    }

    /// A person asks, and opens the vote as its teller for whoever has a role by some acts.
    pub fn ask(&mut self, by: usize, refs: &[EntryId], electorate: Hash) -> [Record; 2] {
        let proposal = ProposalOp {
            title: "Un four ?".into(),
            text: String::new(),
            quorum: Quorum(0),
            tellers: vec![self.people[by].0],
            agree: 1,
            closes_ms: 0,
            sample: false,
        };
        let asked = self.say(by, Op::Proposal(Box::new(proposal)));
        let open = OpenOp { proposal: asked.id, refs: refs.to_vec(), electorate };
        [asked, self.say(by, Op::Open(open))]
    }

    /// A teller carries as many ballots as fit an entry, of newcomers from a number on.
    pub fn carry(&mut self, by: usize, proposal: EntryId, electorate: Hash, from: &mut u64) -> Vec<Record> {
        let cast = BallotOp { proposal, electorate, choice: Choice::Yes, previous: None };
        let mut ballots: Vec<Record> = Vec::new();
        while ballots.len() < CARRIED_MAX {
            let ballot = self.say(by, Op::Ballot(cast.clone()));
            ballots.push(Record { author: newcomer(*from), ..ballot });
            // Signed with a device of whoever carries it: nobody looks at signatures here.
            self.book.insert(newcomer(*from), self.book[&self.people[by].0].clone());
            *from += 1;
        }
        let names = ballots.iter().map(|ballot| Some(ballot.id)).collect();
        let carry = self.say(by, Op::Carry(Box::new(CarryOp { proposal, ballots: Vec::new(), names })));
        let witness = Some(Witnessed { by: carry.author, device: carry.log.device, place: carry.place });
        std::iter::once(carry).chain(ballots.into_iter().map(|ballot| Record { witness, ..ballot })).collect()
    }

    /// The same as said in a closed community.
    pub fn closed(&self, record: Record) -> Record {
        let scope = Scope { cell: Cell::CLOSED, ..self.scope };
        let key = if let Op::KeyEpoch(op) = &record.op { op.key } else { KeyId([3; 32]) };
        let sealed = Some(SealedBy { class: Class::Roster, key });
        Record { log: LogId { scope, ..record.log }, sealed, ..record }
    }

    /// The next act of an orderly community: it knows of the last.
    pub fn next(&mut self, by: usize, on: IdentityId, role: Option<Role>) -> Record {
        let tips = self.tips.clone();
        let act = self.act(by, on, role, &tips);
        self.tips = vec![act.id];
        act
    }

    /// A community with as many acts: leaders 1 and 2, moderators 3 to 9, members without end, some of whom go.
    pub fn holding(acts: usize) -> (Self, ScopeState, Vec<Record>) {
        let mut club = Self::new(12);
        let founding = club.say(0, Op::Founding(club.founding.clone()));
        let mut records = vec![club.card.clone(), founding];
        for by in 1..10 {
            let role = if by < 3 { Role::Leader } else { Role::Moderator };
            let on = club.people[by].0;
            records.push(club.next(0, on, Some(role)));
        }
        for number in 0..acts - 9 {
            let role = if number % 4 == 3 { None } else { Some(Role::Member) };
            records.push(club.next(3 + number % 7, newcomer(number as u64 & !3), role));
        }
        let mut state = ScopeState::new(club.scope);
        let begun = Instant::now();
        state.apply(records.clone(), &club.book);
        println!("{acts} acts at once: {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
        assert!(state.view().governance.as_ref().unwrap().roles.len() >= 10);
        (club, state, records)
    }
}

fn card(owner: IdentityId, seed: [u8; 16]) -> ElementOp {
    let fields = vec![Field::Kind(Kind::Organisation), Field::Name("Lavoir".into()), Field::Position(AT)];
    ElementOp { owner, seed: seed.to_vec(), fields }
}

pub fn newcomer(number: u64) -> IdentityId {
    IdentityId(hash(&[number.to_be_bytes(), [9; 8]].concat()).0)
}
