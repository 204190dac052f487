//! People who write: keys from fixed seeds, logs that grow as they should.
#![allow(dead_code, reason = "each test binary uses its part")]

use communaut_protocol::{
    DeviceKey, Entry, EntryId, Header, IdentityId, Scope, Stamp,
    entry::{Extra, Head, LEAVES, hash},
    fold::{Erasures, Governance, IdentityBook, IdentityState, Record, ScopeState, electorate_root},
    geo::Position,
    ids::{ElementId, Hash},
    op::{
        BallotOp, CarryOp, Choice, CloseOp, ElementOp, Field, Inception, Kind, Leafage, Op, OpenOp, PostOp, ProposalOp,
        Quorum, Role, RoleOp, Tally, size_of,
    },
    private::{Keyring, SealingSecret},
    scope::LogId,
};
use proptest::test_runner::{Config, RngSeed};
use std::{collections::BTreeMap, sync::Arc};

/// The same cases in every run.
pub fn cases(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(20_260_801), failure_persistence: None, ..Config::default() }
}

/// A fixed sequence of numbers (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}

/// The town hall of Foix, in the cell "sp9h".
pub const FOIX: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };
/// The old port of Marseille: another cell.
pub const MARSEILLE: Position = Position { lat_e7: 432_951_000, lon_e7: 53_743_000 };

/// A person with one device.
#[derive(Clone)]
pub struct Person {
    pub key: DeviceKey,
    pub id: IdentityId,
    pub inception: Entry,
}

impl Person {
    /// Their log in a scope, in epoch 1.
    pub fn log(&self, scope: Scope) -> LogId {
        LogId { scope, author: self.id.into(), device: self.key.id(), epoch: 1 }
    }
}

/// A device key of a number.
pub fn key(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number; 32])
}

/// The key that recovers the person of a number.
pub fn recovery(number: u8) -> DeviceKey {
    let mut seed = [number; 32];
    seed[31] = 0xee;
    DeviceKey::from_seed(&seed)
}

/// The secret to which keys are wrapped for the device of a number.
pub fn sealing(number: u8) -> SealingSecret {
    SealingSecret::from_seed(&[number ^ 0x5a; 32])
}

/// The key that decides between recoveries of the person of a number, where one does.
pub fn deciding(number: u8) -> DeviceKey {
    let mut seed = [number; 32];
    seed[31] = 0xdd;
    DeviceKey::from_seed(&seed)
}

/// A person of a number: always the same.
pub fn person(number: u8) -> Person {
    person_with(number, None)
}

/// The same, between whose recoveries a key decides, perhaps.
pub fn person_with(number: u8, deciding: Option<&DeviceKey>) -> Person {
    let key = key(number);
    let recovery = recovery(number);
    let op = Op::Inception(Inception {
        device: key.id(),
        sealing_key: sealing(number).public(),
        recovery: hash(&recovery.id().0),
        recovery_sealing: sealing(number.wrapping_add(100)).public(),
        deciding: deciding.map(|key| hash(&key.id().0)),
    });
    let payload = op.encode([number; 16]).unwrap();
    let id = IdentityId(hash(&payload).0);
    let log = LogId { scope: Scope::identity(id), author: id.into(), device: key.id(), epoch: 1 };
    let inception = Entry::sign(&key, header(log, None, 1, &op, &payload), payload).unwrap();
    Person { key, id, inception }
}

/// A header after `head`, over a payload, perhaps of leaves.
pub fn header(log: LogId, head: Option<Head>, ms: u64, op: &Op, payload: &[u8]) -> Header {
    let flags = if op.rule().leaves == Leafage::Parts { LEAVES } else { 0 };
    let extra = Extra::of_blobs(size_of(op.blobs())).unwrap();
    let header = Header { flags, extra, ..Header::following(log, head, Stamp::from_ms(ms), op.schema()) };
    if payload.is_empty() { header } else { header.over(payload).unwrap() }
}

/// The payload of an operation as it is written in the open; of the salts of leaves the last byte counts.
pub fn written(op: &Op, nonce: [u8; 16]) -> Vec<u8> {
    let mut salts = (0_u8..).map(|leaf| {
        let mut salt = nonce;
        salt[15] = salt[15].wrapping_add(leaf);
        salt
    });
    op.written(&mut || salts.next().unwrap()).unwrap().1
}

/// The logs of all who write here.
#[derive(Default, Clone)]
pub struct Desk {
    heads: BTreeMap<LogId, Head>,
    count: u64,
}

impl Desk {
    /// Go on behind an entry that was written elsewhere.
    pub fn adopt(&mut self, entry: &Entry) {
        self.heads.insert(entry.header().log, Head { seq: entry.header().seq, id: entry.id() });
    }
    /// Write as a person, in epoch 1.
    pub fn write(&mut self, by: &Person, scope: Scope, ms: u64, op: &Op) -> Entry {
        self.write_as(&by.key, by.id, scope, 1, ms, op)
    }
    /// Write with any key, author and epoch.
    pub fn write_as(
        &mut self,
        key: &DeviceKey,
        author: IdentityId,
        scope: Scope,
        epoch: u64,
        ms: u64,
        op: &Op,
    ) -> Entry {
        self.count += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.count.to_be_bytes());
        let payload = written(op, nonce);
        let log = LogId { scope, author: author.into(), device: key.id(), epoch };
        let header = header(log, self.heads.get(&log).copied(), ms, op, &payload);
        let entry = Entry::sign(key, header, payload).unwrap();
        self.heads.insert(log, Head { seq: entry.header().seq, id: entry.id() });
        entry
    }
    /// The header of what is written next, its payload still to come.
    pub fn place(&self, log: LogId, ms: u64, op: &Op) -> Header {
        header(log, self.heads.get(&log).copied(), ms, op, &[])
    }
    /// Sign a header over a payload, as the next of its log.
    pub fn sign(&mut self, key: &DeviceKey, header: Header, payload: Vec<u8>) -> Entry {
        let log = header.log;
        let entry = Entry::sign(key, header.over(&payload).unwrap(), payload).unwrap();
        self.heads.insert(log, Head { seq: entry.header().seq, id: entry.id() });
        entry
    }
    /// Write and read back at once.
    pub fn record(&mut self, by: &Person, scope: Scope, ms: u64, op: &Op) -> Record {
        Record::of(&self.write(by, scope, ms, op)).unwrap()
    }
}

/// What is known of people from their inceptions.
pub fn book<'a>(people: impl IntoIterator<Item = &'a Person>) -> IdentityBook {
    people
        .into_iter()
        .map(|person| {
            let mut state = IdentityState::new(person.id);
            state.apply([Record::of(&person.inception).unwrap()]);
            (person.id, Arc::new(state.view().clone()))
        })
        .collect()
}

/// A post in the cell of Foix.
pub fn post(text: &str) -> Op {
    Op::Post(PostOp { text: text.into(), position: Some(FOIX), ..PostOp::default() })
}

/// An element with a name and a position.
pub fn element(owner: IdentityId, seed: u8, name: &str, at: Position) -> ElementOp {
    let fields = vec![Field::Kind(Kind::Organisation), Field::Name(name.into()), Field::Position(at)];
    ElementOp { owner, seed: vec![seed; 16], fields }
}

/// An organisation whose founder is person 1, with its card written.
#[derive(Clone)]
pub struct Club {
    pub founder: Person,
    pub id: ElementId,
    pub scope: Scope,
    pub desk: Desk,
    pub records: Vec<Record>,
    pub entries: BTreeMap<EntryId, Entry>,
    /// The electorates for which votes were opened last.
    pub opened: BTreeMap<EntryId, Hash>,
}

impl Club {
    pub fn new() -> Self {
        let founder = person(1);
        let card = element(founder.id, 7, "Régie de quartier", FOIX);
        let id = card.id();
        let scope = Scope::container(FOIX, id);
        let mut club = Self {
            founder: founder.clone(),
            id,
            scope,
            desk: Desk::default(),
            records: Vec::new(),
            entries: BTreeMap::new(),
            opened: BTreeMap::new(),
        };
        club.say(&founder, 1, &Op::Element(Box::new(card)));
        club
    }
    /// Someone says something in the club's scope.
    pub fn say(&mut self, by: &Person, ms: u64, op: &Op) -> EntryId {
        let entry = self.desk.write(by, self.scope, ms, op);
        let id = entry.id();
        self.records.extend(Record::all(&entry, &Keyring::default()).into_iter().map(Result::unwrap));
        self.entries.insert(id, entry);
        id
    }
    /// A role entry that knows of `refs`.
    pub fn role(&mut self, by: &Person, ms: u64, to: &Person, role: Option<Role>, refs: &[EntryId]) -> EntryId {
        self.say(by, ms, &role_op(to, role, refs))
    }
    /// A proposal that `teller` opens at once, knowing of all acts, and will close.
    pub fn propose(&mut self, by: &Person, ms: u64, teller: &Person) -> EntryId {
        let proposal = self.say(by, ms, &proposal(500, &[teller], 1));
        self.open(teller, ms, proposal);
        proposal
    }
    /// A teller opens a vote for whoever has a role by all acts.
    pub fn open(&mut self, by: &Person, ms: u64, proposal: EntryId) -> EntryId {
        let refs = self.governance().refs(by.id, None);
        self.open_for(by, ms, proposal, &refs)
    }
    /// The same, knowing of these acts alone.
    pub fn open_for(&mut self, by: &Person, ms: u64, proposal: EntryId, refs: &[EntryId]) -> EntryId {
        let people = electorate(&self.records, self.founder.id, refs);
        let electorate = electorate_root(&people);
        self.opened.insert(proposal, electorate);
        self.say(by, ms, &Op::Open(OpenOp { proposal, refs: refs.to_vec(), electorate }))
    }
    pub fn vote(&mut self, by: &Person, ms: u64, on: EntryId, choice: Choice, previous: Option<EntryId>) -> EntryId {
        let electorate = self.opened.get(&on).copied().unwrap_or_default();
        self.say(by, ms, &Op::Ballot(BallotOp { proposal: on, electorate, choice, previous }))
    }
    /// A teller carries ballots.
    pub fn carry(&mut self, by: &Person, ms: u64, on: EntryId, ballots: &[EntryId]) -> EntryId {
        let ballots = ballots.iter().map(|id| self.entries.get(id).map(Entry::to_raw)).collect();
        self.say(by, ms, &Op::Carry(Box::new(CarryOp { proposal: on, ballots, names: Vec::new() })))
    }
    /// A teller carries ballots, and closes with these.
    pub fn close(&mut self, by: &Person, ms: u64, on: EntryId, ballots: &[EntryId], tally: Tally) -> EntryId {
        let parts = vec![self.carry(by, ms, on, ballots)];
        self.close_with(by, ms, on, parts, tally)
    }
    /// A teller closes with what they carry.
    pub fn close_with(&mut self, by: &Person, ms: u64, on: EntryId, parts: Vec<EntryId>, tally: Tally) -> EntryId {
        let electorate = self.opened.get(&on).copied().unwrap_or_default();
        self.say(by, ms, &Op::Close(Box::new(CloseOp { proposal: on, electorate, parts, tally })))
    }
    /// What all records add up to.
    pub fn governance(&self) -> Governance {
        Governance::fold(Some(self.founder.id), &self.records, &Erasures::new())
    }
    /// Everything folded by the reducer, all authors known.
    pub fn state(&self, people: &[&Person]) -> ScopeState {
        let mut state = ScopeState::new(self.scope);
        state.apply(self.records.clone(), &book(people.iter().copied().chain([&self.founder])));
        state
    }
    /// The roles as they stand.
    pub fn roles(&self) -> BTreeMap<IdentityId, Role> {
        self.governance().roles
    }
}

pub fn role_op(to: &Person, role: Option<Role>, refs: &[EntryId]) -> Op {
    let mut refs = refs.to_vec();
    refs.sort();
    Op::Role(RoleOp { person: to.id, role, refs, lowers: false })
}

/// A proposal that so many of the tellers have to agree on.
pub fn proposal(quorum: u16, tellers: &[&Person], agree: u8) -> Op {
    let mut tellers: Vec<IdentityId> = tellers.iter().map(|teller| teller.id).collect();
    tellers.sort();
    Op::Proposal(Box::new(ProposalOp {
        title: "Un four à pain ?".into(),
        text: "Sur la place.".into(),
        quorum: Quorum(quorum),
        tellers,
        agree,
        closes_ms: 0,
        sample: false,
    }))
}

/// Whoever has a role by some acts and their past.
pub fn electorate(records: &[Record], founder: IdentityId, acts: &[EntryId]) -> Vec<IdentityId> {
    let (mut open, mut known) = (acts.to_vec(), BTreeMap::new());
    while let Some(id) = open.pop() {
        if let Some(record) = records.iter().find(|record| record.id == id).filter(|_| !known.contains_key(&id)) {
            open.extend(record.op.acts_named());
            known.insert(id, record.clone());
        }
    }
    let known: Vec<Record> = known.into_values().collect();
    Governance::fold(Some(founder), &known, &Erasures::new()).roles.into_keys().collect()
}
