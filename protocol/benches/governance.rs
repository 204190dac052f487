//! What acts of governance cost a replica that holds 10,000 of them: the arrival of one, and the worst that a stranger,
//! a member, a moderator, a leader and a teller can do. Each line is held to a limit: SPEC.md §8.8 has the table.
//! `cargo bench -p communaut-protocol --bench governance`
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer acts in a build that is not optimised, and a loose limit.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench"
)]

use communaut_protocol::{
    DeviceKey, Entry, Header, IdentityId, LogId, Position, Scope, Stamp,
    entry::hash,
    fold::{IdentityBook, IdentityState, ProposalStatus, Record, ScopeState, Witnessed, electorate_root},
    geo::Cell,
    ids::{DeviceId, EntryId, Hash, KeyId, RecoveryKey},
    limits::{CARRIED_MAX, CLOSES_MAX, REFS_MAX},
    op::{
        BallotOp, CarryOp, Choice, CloseOp, ElementOp, EntryPlace, EraseOp, Field, Inception, KeyEpochOp, Kind, Op,
        OpenOp, ProposalOp, Quorum, Role, RoleOp, SettleOp, Tally,
    },
    private::{Class, SealedBy, SealingSecret},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const AT: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };
/// Acts held before any arrives that is measured.
const HELD: usize = 10_000;
const HELD_SHORT: usize = 500;
/// Acts that a hostile author writes.
const HOSTILE: usize = 2_000;
const HOSTILE_SHORT: usize = 100;
/// Arrivals that are measured, of which the median and the slowest are told.
const ARRIVALS: usize = 60;
/// The most that one arrival may take, in milliseconds: in order, and as a hostile author brings it about.
const MOST_MS: f64 = 10.0;
const MOST_HOSTILE_MS: f64 = 400.0;
/// A build that is not optimised is slower by this.
const SLOWER: f64 = 20.0;

/// People and what they write; the first of them founded an organisation.
struct Club {
    people: Vec<(IdentityId, Record)>,
    book: IdentityBook,
    scope: Scope,
    card: Record,
    count: u64,
    tips: Vec<EntryId>,
}

/// A person of a number, with an entry to be changed.
fn person(number: u8, scope: Scope, op: &Op) -> (IdentityId, Record, Record) {
    let (key, sealing) = (DeviceKey::from_seed(&[number; 32]), SealingSecret::from_seed(&[2; 32]).public());
    let recovery = Hash(*blake3::hash(&RecoveryKey([3; 32]).0).as_bytes());
    let inception = Op::Inception(Inception {
        device: key.id(),
        sealing_key: sealing,
        recovery,
        recovery_sealing: sealing,
        deciding: None,
    });
    let payload = inception.encode([4; 16]).unwrap();
    let id = IdentityId(hash(&payload).0);
    let sign = |scope: Scope, op: &Op, payload: Vec<u8>| {
        let log = LogId { scope, author: id.into(), device: key.id(), epoch: 1 };
        let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
        Record::of(&Entry::sign(&key, header, payload).unwrap()).unwrap()
    };
    let said = sign(scope, op, op.encode([6; 16]).unwrap());
    (id, sign(Scope::identity(id), &inception, payload), said)
}

impl Club {
    /// With a founder and some people more.
    fn new(people: u8) -> Self {
        let founder = person(1, Scope::open(AT), &Op::Element(Box::new(card(IdentityId([0; 32]))))).0;
        let (scope, card) = (Scope::container(AT, card(founder).id()), Op::Element(Box::new(card(founder))));
        let (mut book, mut known) = (IdentityBook::new(), Vec::new());
        for number in 1..=people {
            let (id, inception, said) = person(number, scope, &card);
            let mut state = IdentityState::new(id);
            state.apply([inception]);
            book.insert(id, Arc::new(state.view().clone()));
            known.push((id, said));
        }
        let card = known[0].1.clone();
        Self { people: known, book, scope, card, count: 0, tips: Vec::new() }
    }

    /// An act by a person of the list that knows of `refs`.
    fn act(&mut self, by: usize, on: IdentityId, role: Option<Role>, refs: &[EntryId]) -> Record {
        let mut refs = refs.to_vec();
        refs.sort();
        refs.dedup();
        self.say(by, Op::Role(RoleOp { person: on, role, refs, lowers: false }))
    }

    /// Something by a person of the list.
    fn say(&mut self, by: usize, op: Op) -> Record {
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

    /// A person asks, and opens the vote as its teller for whoever has a role by some acts.
    fn ask(&mut self, by: usize, refs: &[EntryId], electorate: Hash) -> [Record; 2] {
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
    fn carry(&mut self, by: usize, proposal: EntryId, electorate: Hash, from: &mut u64) -> Vec<Record> {
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
    fn closed(&self, record: Record) -> Record {
        let scope = Scope { cell: Cell::CLOSED, ..self.scope };
        let key = if let Op::KeyEpoch(op) = &record.op { op.key } else { KeyId([3; 32]) };
        let sealed = Some(SealedBy { class: Class::Roster, key });
        Record { log: LogId { scope, ..record.log }, sealed, ..record }
    }

    /// The next act of an orderly community: it knows of the last.
    fn next(&mut self, by: usize, on: IdentityId, role: Option<Role>) -> Record {
        let tips = self.tips.clone();
        let act = self.act(by, on, role, &tips);
        self.tips = vec![act.id];
        act
    }

    /// A community with as many acts: leaders 1 and 2, moderators 3 to 9, members without end, some of whom go.
    fn holding(acts: usize) -> (Self, ScopeState, Vec<Record>) {
        let mut club = Self::new(12);
        let mut records = vec![club.card.clone()];
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

/// What strangers may write that is no act: nothing of votes is counted anew but that of which they say something.
fn strangers(club: &mut Club, state: &ScopeState, hostile: usize, most: f64, tip: EntryId) {
    let mut under = state.clone();
    let root = electorate_root(&under.electorate(&[tip]).unwrap());
    let asked: Vec<[Record; 2]> = (0..100).map(|_| club.ask(1, &[tip], root)).collect();
    let proposal = asked[0][0].id;
    under.apply(asked.into_iter().flatten(), &club.book);
    assert!(under.view().governance.as_ref().unwrap().proposals.iter().all(|held| held.opening.electorate.is_some()));
    let mut said = Vec::new();
    for number in 0..hostile / 8 {
        said.extend(club.ask(11, &[tip, EntryId(hash(&number.to_be_bytes()).0)], root));
        let (target, own) = (said[said.len() - 1].place, said[0].id);
        said.push(club.say(11, Op::Erase(EraseOp { targets: vec![target], refs: None, reason: String::new() })));
        let cast = |proposal| BallotOp { proposal, electorate: root, choice: Choice::No, previous: None };
        said.push(club.say(11, Op::Ballot(cast(own))));
        let close = |proposal| CloseOp { proposal, electorate: root, parts: vec![own], tally: Tally::default() };
        said.push(club.say(11, Op::Close(Box::new(close(own)))));
        said.push(club.say(11, Op::Settle(SettleOp { previous: None, refs: vec![tip], root })));
    }
    let counted = under.votes_counted();
    tell("a stranger's governing record among 100 votes", &arrive(club, &mut under, said), most);
    assert_eq!(under.votes_counted(), counted, "nothing of votes is counted anew");
    // On what others ask: that vote alone.
    let mut said = Vec::new();
    for _ in 0..hostile / 2 {
        let ballot = BallotOp { proposal, electorate: root, choice: Choice::No, previous: None };
        said.push(club.say(11, Op::Ballot(ballot)));
        let close = CloseOp { proposal, electorate: root, parts: vec![], tally: Tally::default() };
        said.push(club.say(11, Op::Close(Box::new(close))));
    }
    let many = said.len() as u64;
    tell("a stranger's record on a vote", &arrive(club, &mut under, said), most);
    assert_eq!(under.votes_counted(), counted + many);
    let act = club.act(4, newcomer(5_000_004), Some(Role::Member), &[tip]);
    tell("one act after those", &arrive(club, &mut under, vec![act]), most);
}

/// A teller closes again and again, each time naming all that they carry.
fn teller(club: &mut Club, state: &ScopeState, hostile: usize, (most, worst): (f64, f64)) {
    let mut under = state.clone();
    let (first, parts) = (3_000_000, (hostile / CARRIED_MAX).max(1));
    let admit = |number| club.next(4, newcomer(first + number), Some(Role::Member));
    let admitted: Vec<Record> = (0..(parts * CARRIED_MAX) as u64).map(admit).collect();
    under.apply(admitted, &club.book);
    let tip = club.tips[0];
    let root = electorate_root(&under.electorate(&[tip]).unwrap());
    let asked = club.ask(1, &[tip], root);
    let (proposal, mut from) = (asked[0].id, first);
    under.apply(asked, &club.book);
    let carried: Vec<Vec<Record>> = (0..parts).map(|_| club.carry(1, proposal, root, &mut from)).collect();
    let mut names: Vec<EntryId> = carried.iter().map(|part| part[0].id).collect();
    names.sort();
    let electorate = under.view().governance.as_ref().unwrap().roles.len() as u32;
    let tally = Tally { yes: (parts * CARRIED_MAX) as u32, electorate, ..Tally::default() };
    let close = CloseOp { proposal, electorate: root, parts: names, tally };
    let closes: Vec<Record> = (0..hostile).map(|_| club.say(1, Op::Close(Box::new(close.clone())))).collect();
    let (some, rest) = closes.split_at(CLOSES_MAX);
    // They come first: all that is carried is counted for each of them at last.
    tell("a teller's close", &arrive(club, &mut under, some.to_vec()), most);
    let timed = carried.into_iter().map(|part| {
        let begun = Instant::now();
        under.apply(part, &club.book);
        begun.elapsed()
    });
    let mut times: Vec<Duration> = timed.collect();
    times.sort_unstable();
    tell("what a teller carries, named by many closes", &times, worst);
    let status = |state: &ScopeState| state.view().governance.as_ref().unwrap().proposals[0].status;
    assert_eq!(status(&under), ProposalStatus::Accepted);
    tell("a teller's close among many", &arrive(club, &mut under, rest.to_vec()), most);
    assert_eq!(status(&under), ProposalStatus::Disputed);
    let act = club.act(4, newcomer(5_000_005), Some(Role::Member), &[tip]);
    tell("one act after those of a teller", &arrive(club, &mut under, vec![act]), most);
}

/// A member of a closed community makes keys that follow nothing, or as many of their own as one can.
fn keys(club: &mut Club, records: Vec<Record>, hostile: usize, worst: f64) {
    let mut state = ScopeState::new(Scope { cell: Cell::CLOSED, ..club.scope });
    let closed: Vec<Record> = records.into_iter().map(|record| club.closed(record)).collect();
    let acts: Vec<EntryId> = closed.iter().skip(1).map(|record| record.id).collect();
    let tip = acts[acts.len() - 1];
    let member = club.act(4, club.people[10].0, Some(Role::Member), &[tip]);
    state.apply(closed.into_iter().chain([club.closed(member)]), &club.book);
    let mut said: Vec<Record> = Vec::new();
    for number in 0..hostile {
        let key = KeyId(hash(&(number as u64).to_be_bytes()).0);
        let follows = said.iter().rev().step_by(1 + number % 3).take(if number % 2 == 0 { 0 } else { 16 });
        let mut follows: Vec<EntryId> = follows.map(|epoch| epoch.id).collect();
        follows.sort();
        let mut refs: Vec<EntryId> = (0..REFS_MAX).map(|at| acts[(number * 37 + at * 101) % acts.len()]).collect();
        refs.sort();
        refs.dedup();
        let epoch = KeyEpochOp { key, follows, refs, outs: vec![DeviceId([7; 32])], history: false };
        let epoch = club.say(10, Op::KeyEpoch(epoch));
        said.push(club.closed(epoch));
    }
    tell("a key epoch among many at once", &arrive(club, &mut state, said), worst);
    assert_eq!(state.view().keys.as_ref().unwrap().epochs.len(), hostile);
    let acts: Vec<Record> = (0..8)
        .map(|number| {
            let act = club.act(4, newcomer(7_000_000 + number), Some(Role::Member), &[tip]);
            club.closed(act)
        })
        .collect();
    tell("one act after key epochs", &arrive(club, &mut state, acts), worst);
}

fn card(owner: IdentityId) -> ElementOp {
    let fields = vec![Field::Kind(Kind::Organisation), Field::Name("Lavoir".into()), Field::Position(AT)];
    ElementOp { owner, seed: vec![5; 16], fields }
}

fn newcomer(number: u64) -> IdentityId {
    IdentityId(hash(&[number.to_be_bytes(), [9; 8]].concat()).0)
}

/// How long each arrival takes.
fn arrive(club: &Club, state: &mut ScopeState, acts: Vec<Record>) -> Vec<Duration> {
    let timed = acts.into_iter().map(|act| {
        let begun = Instant::now();
        state.apply([act], &club.book);
        begun.elapsed()
    });
    let mut times: Vec<Duration> = timed.collect();
    times.sort_unstable();
    times
}

/// Say how long the arrivals took, and hold the slowest but for one in a hundred, which a busy machine makes slow, to
/// the limit.
fn tell(what: &str, times: &[Duration], most: f64) {
    let ms = |at: usize| times[at].as_secs_f64() * 1e3;
    let (median, slow) = (ms(times.len() / 2), ms(times.len() - 1 - times.len() / 100));
    println!("{what}: {median:.2} ms, {slow:.2} ms at worst ({:.3} of {most} ms)", slow / most);
    assert!(slow <= most, "{what}: {slow:.2} ms, at most {most}");
}

fn main() {
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let (held, hostile, slower) = if short { (HELD_SHORT, HOSTILE_SHORT, SLOWER) } else { (HELD, HOSTILE, 1.0) };
    let (most, worst) = (MOST_MS * slower, MOST_HOSTILE_MS * slower);
    let (mut club, state, records) = Club::holding(held);

    // Somebody is admitted, by who knows of all.
    let mut one = state.clone();
    let acts = (0..ARRIVALS as u64).map(|number| club.next(4, newcomer(1_000_000 + number), Some(Role::Member)));
    let acts: Vec<Record> = acts.collect();
    tell(&format!("one act among {held}"), &arrive(&club, &mut one, acts), most);
    let governance = one.view().governance.clone().unwrap();
    let tip = governance.role_tips[0].entry;
    assert!(
        governance.roles.contains_key(&newcomer(1_000_000 + ARRIVALS as u64 - 1)) && governance.role_tips.len() == 1
    );

    // A stranger shouts.
    let mut under = one.clone();
    let shouts: Vec<Record> =
        (0..hostile as u64).map(|number| club.act(11, newcomer(number), Some(Role::Leader), &[tip])).collect();
    tell("an act of a stranger", &arrive(&club, &mut under, shouts), most);
    let act = club.act(4, newcomer(5_000_000), Some(Role::Member), &[tip]);
    tell("one act after those of a stranger", &arrive(&club, &mut under, vec![act]), most);

    // A member leaves again and again, knowing of nothing of it, or of as much as can be.
    let mut under = one.clone();
    let member = club.people[10].0;
    let mut known = vec![club.act(4, member, Some(Role::Member), &[tip])];
    let given = known[0].id;
    let mut before = vec![given];
    for _ in 0..hostile {
        let act = club.act(10, member, None, &before);
        let knows = known.iter().rev().step_by(2).take(REFS_MAX - 1).map(|act| act.id);
        before = knows.chain([given]).collect();
        known.push(act);
    }
    tell("a leave among many at once", &arrive(&club, &mut under, known), worst);
    let act = club.act(4, newcomer(5_000_001), Some(Role::Member), &[tip]);
    tell("one act after those of a member", &arrive(&club, &mut under, vec![act]), most);

    // A moderator says as much of one person, knowing of half of it.
    let mut under = one.clone();
    let mut known: Vec<Record> = Vec::new();
    for number in 0..hostile {
        let knows = known.iter().rev().step_by(2).take(REFS_MAX - 1).map(|act| act.id).chain([tip]);
        let knows: Vec<EntryId> = if number % 3 == 0 { vec![tip] } else { knows.collect() };
        let role = [None, Some(Role::Member), Some(Role::Contributor)][number % 3];
        known.push(club.act(5, newcomer(6_000_000), role, &knows));
    }
    tell("a moderator's word among many at once", &arrive(&club, &mut under, known), worst);
    let act = club.act(4, newcomer(5_000_002), Some(Role::Member), &[tip]);
    tell("one act after those of a moderator", &arrive(&club, &mut under, vec![act]), most);
    let moderator = club.people[5].0;
    let act = club.act(0, moderator, None, &[tip]);
    tell("the moderator is taken down", &arrive(&club, &mut under, vec![act]), worst);

    // A leader takes down people whom they made leaders, who acted meanwhile: each time all is judged anew.
    let mut under = one.clone();
    let puppet = club.people[11].0;
    let made = club.act(1, puppet, Some(Role::Leader), &[tip]);
    let base = made.id;
    let mut acts = vec![made];
    for number in 0..(hostile / 20) as u64 {
        acts.push(club.act(11, newcomer(number), Some(Role::Member), &[base]));
        acts.push(club.act(1, puppet, None, &[base]));
        let last = acts[acts.len() - 1].id;
        acts.push(club.act(1, puppet, Some(Role::Leader), &[last, base]));
    }
    tell("a leader's act that takes down who acted meanwhile", &arrive(&club, &mut under, acts), worst);
    let act = club.act(4, newcomer(5_000_003), Some(Role::Member), &[tip]);
    tell("one act after those of a leader", &arrive(&club, &mut under, vec![act]), most);

    strangers(&mut club, &one, hostile, most, tip);
    teller(&mut club, &one, hostile / 2, (most, worst));
    keys(&mut club, records, hostile, worst);
}
