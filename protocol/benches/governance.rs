//! What acts of governance cost a replica that holds 10,000 of them: the arrival of one, and the worst that a stranger,
//! a member, a moderator and a leader can do. Each line is held to a limit: SPEC.md §8.7 has the table.
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
    fold::{IdentityBook, IdentityState, Record, ScopeState},
    ids::{EntryId, Hash, RecoveryKey},
    limits::REFS_MAX,
    op::{ElementOp, EntryPlace, Field, Inception, Kind, Op, Role, RoleOp},
    private::SealingSecret,
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
    let inception =
        Op::Inception(Inception { device: key.id(), sealing_key: sealing, recovery, recovery_sealing: sealing });
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
        self.count += 1;
        let mut refs = refs.to_vec();
        refs.sort();
        refs.dedup();
        let (author, template) = &self.people[by];
        let id = EntryId(hash(&self.count.to_be_bytes()).0);
        Record {
            id,
            place: EntryPlace::of(&template.log, self.count, id),
            author: *author,
            seq: self.count,
            stamp: Stamp::from_ms(2_000 + self.count),
            op: Op::Role(RoleOp { person: on, role, refs, lowers: false }),
            ..template.clone()
        }
    }

    /// The next act of an orderly community: it knows of the last.
    fn next(&mut self, by: usize, on: IdentityId, role: Option<Role>) -> Record {
        let tips = self.tips.clone();
        let act = self.act(by, on, role, &tips);
        self.tips = vec![act.id];
        act
    }

    /// A community with as many acts: leaders 1 and 2, moderators 3 to 9, members without end, some of whom go.
    fn holding(acts: usize) -> (Self, ScopeState) {
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
        state.apply(records, &club.book);
        assert!(state.view().governance.as_ref().unwrap().roles.len() >= 10);
        (club, state)
    }
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
    let begun = Instant::now();
    let (mut club, state) = Club::holding(held);
    println!("{held} acts at once: {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);

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
}
