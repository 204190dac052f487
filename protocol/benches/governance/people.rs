//! What one person costs by acts of their own identity, by what they announce, and by confirmations of a resource.
//! Nobody looks at the signatures of entries here.

use communaut_protocol::{
    DeviceId, DeviceKey, ElementId, Entry, EntryId, Hash, Header, IdentityId, LogId, Position, Scope, Stamp,
    entry::{RawEntry, hash},
    fold::{IdentityBook, IdentityState, Record, ScopeState, Within},
    ids::RecoveryKey,
    limits::{CONFIRM_DECISIONS_MAX, CONFIRM_PREVIOUS_MAX, WIDE_SHOWN_MAX, WITNESSED_MAX},
    op::{
        ClaimDecision, ClaimOp, ClaimedTime, ConfirmOp, DeviceOp, ElementOp, Field, Inception, Kind, Op, OutOp,
        TermsOp, TerritoryOp, consent_bytes,
    },
    private::SealingSecret,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How often it is looked at who comes in by an answer.
const LOOKS: usize = 60;
/// Devices of a hostile identity that take each other out.
const STAY: usize = 8;
const AT: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };

/// Somebody, with an entry in their identity to be changed.
pub struct Person {
    pub id: IdentityId,
    pub first: DeviceKey,
    pub inception: Entry,
    said: Record,
    count: u64,
}

impl Person {
    pub fn new(number: u8) -> Self {
        let (first, sealing_key) = (DeviceKey::from_seed(&[number; 32]), SealingSecret::from_seed(&[2; 32]).public());
        let inception = Op::Inception(Inception {
            device: first.id(),
            sealing_key,
            recovery: Hash(*blake3::hash(&RecoveryKey([3; 32]).0).as_bytes()),
            recovery_sealing: sealing_key,
            deciding: None,
        });
        let payload = inception.encode([4; 16]).unwrap();
        let id = IdentityId(hash(&payload).0);
        let inception = sign(&first, id, Scope::identity(id), 1, &inception, payload);
        let said = Record::of(&inception).unwrap();
        Self { id, first, inception, said, count: 0 }
    }
    fn say(&mut self, scope: Scope, by: DeviceId, op: Op) -> Record {
        self.count += 1;
        let stamp = Stamp::from_ms(1_000 + self.count);
        let id = EntryId(hash(&[&self.id.0[..], &self.count.to_be_bytes()].concat()).0);
        let log = LogId { scope, author: self.id.into(), device: by, epoch: 1 };
        Record { id, log, container: scope.container, stamp, seq: self.count, author: self.id, op, ..self.said.clone() }
    }
    fn act(&mut self, by: DeviceId, op: Op) -> Record {
        self.say(Scope::identity(self.id), by, op)
    }
    fn book(&self) -> IdentityBook {
        let mut state = IdentityState::new(self.id);
        state.apply([self.said.clone()]);
        IdentityBook::from_iter([(self.id, Arc::new(state.view().clone()))])
    }
}

fn sign(key: &DeviceKey, id: IdentityId, scope: Scope, seq: u64, op: &Op, payload: Vec<u8>) -> Entry {
    let log = LogId { scope, author: id.into(), device: key.id(), epoch: seq };
    let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
    Entry::sign(key, header, payload).unwrap()
}

fn comes_in(person: &Person, number: usize, previous: Option<EntryId>) -> Op {
    let (key, sealing_key) = (device(number), SealingSecret::from_seed(&[2; 32]).public());
    let consent = key.sign(&consent_bytes(person.id, sealing_key));
    Op::Device(DeviceOp { device: key.id(), sealing_key, label: String::new(), consent, previous })
}
fn device(number: usize) -> DeviceKey {
    DeviceKey::from_seed(&hash(&number.to_be_bytes()).0)
}
fn goes_out(device: DeviceId, previous: Option<EntryId>) -> Op {
    Op::Out(OutOp { devices: vec![device], accepted: vec![Hash(device.0)], previous })
}

/// Devices that stay, and others that come in and go out, each after the act before; then as many acts that compete, by
/// each of those that stay, after each of which one of these is taken out.
fn acts(person: &mut Person, count: usize) -> Vec<Record> {
    let first = person.first.id();
    let (mut all, mut previous) = (vec![person.said.clone()], None);
    let stay = |number: usize| 4 * count + number % STAY;
    for number in 0..STAY {
        let op = comes_in(person, stay(number), previous);
        all.push(person.act(first, op));
        previous = all.last().map(|act| act.id);
    }
    for number in 0..count / 4 {
        let op = comes_in(person, number, previous);
        let came = person.act(first, op);
        let gone = person.act(first, goes_out(device(number).id(), Some(came.id)));
        previous = Some(gone.id);
        all.extend([came, gone]);
    }
    for number in 0..count / 4 {
        let (by, of) = (device(stay(number)).id(), device(stay(number / STAY)).id());
        let op = comes_in(person, count + number, previous);
        let came = person.act(by, op);
        let gone = person.act(by, goes_out(of, Some(came.id)));
        all.extend([came, gone]);
    }
    all
}

/// How long each arrival takes, the slowest last.
fn timed<T>(what: impl IntoIterator<Item = T>, mut take: impl FnMut(T)) -> Vec<Duration> {
    let timed = what.into_iter().map(|one| {
        let begun = Instant::now();
        take(one);
        begun.elapsed()
    });
    let mut times: Vec<Duration> = timed.collect();
    times.sort_unstable();
    times
}

/// Bytes of memory of this process, where the system says it.
fn memory() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|line| line.split(' ').nth(1)?.parse::<u64>().ok()).unwrap_or_default() * 4_096
}

/// One's own identity: act by act, in order and the last first; with what each answer that names an unknown device has
/// looked at. Gives the times of each act and of looking, of all at once, and the bytes of memory of an act.
pub fn identity(count: usize) -> (Vec<Duration>, Vec<Duration>, Duration, u64) {
    let mut person = Person::new(77);
    let all = acts(&mut person, count);
    let raw = vec![person.inception.clone().into()];
    let (mut state, before) = (IdentityState::new(person.id), memory());
    let times = timed(all.clone(), |act| state.apply([act]));
    let bytes = memory().saturating_sub(before) / count as u64;
    assert!(state.view().is_frozen() && state.view().out.len() == count / 4 + STAY);
    let op = comes_in(&person, 7 * count, None);
    let first = person.first.id();
    let one = person.act(first, op);
    let mut later = state.clone();
    later.apply([one]);
    let looks =
        timed([&state, &later].into_iter().cycle().take(LOOKS), |state| drop(state.clone().brought_in_by(&raw)));
    let begun = Instant::now();
    let mut other = IdentityState::new(person.id);
    other.apply(all.iter().rev().cloned());
    let whole = begun.elapsed();
    assert_eq!(other.view(), state.view());
    (times, looks, whole, bytes)
}

/// Witnesses in a closed community, each of which says one more act of a large identity, and many entries again that
/// are none.
pub fn witnesses(count: usize, heard: usize) -> Vec<Duration> {
    let mut person = Person::new(78);
    let mut own = IdentityState::new(person.id);
    let held = acts(&mut person, count);
    let previous = held.last().map(|act| act.id);
    own.apply(held);
    let scope = Scope::identity(person.id);
    let signed = |number: usize| {
        let op = comes_in(&person, 10 * count + number, previous);
        let payload = op.encode([4; 16]).unwrap();
        sign(&person.first, person.id, scope, 10 + number as u64, &op, payload).to_raw()
    };
    let raw: Vec<RawEntry> = (0..heard).map(signed).collect();
    let bad: Vec<RawEntry> =
        raw.iter().cycle().take(WITNESSED_MAX).map(|raw| RawEntry { payload: vec![0], ..raw.clone() }).collect();
    let mut within = Within::default();
    // What is no entry is looked at once, and the log with the first that is said of it.
    within.hear_acts(bad.iter().chain(raw.first()), |_| Some(&own));
    timed(raw.iter().skip(1), |raw| drop(within.hear_acts(bad.iter().chain([raw]), |_| Some(&own))))
}

/// Territories of one author in a wide scope.
pub fn announced(count: usize) -> Vec<Duration> {
    let mut person = Person::new(79);
    let (scope, book, first) = (Scope { cell: AT.cell(2), ..Scope::open(AT) }, person.book(), person.first.id());
    let mut state = ScopeState::new(scope);
    let say = |number: usize| {
        let seed = hash(&number.to_be_bytes()).0[..16].to_vec();
        let op = TerritoryOp { seed, name: "ici".into(), cells: vec![AT.cell(5)], centre: AT };
        person.say(scope, first, Op::Territory(op))
    };
    let all: Vec<Record> = (0..count).map(say).collect();
    let times = timed(all, |record| drop(state.apply([record], &book)));
    assert_eq!(state.view().territories.len(), WIDE_SHOWN_MAX);
    times
}

/// A resource with as many claims at as many times, and as many confirmations as find room, of a confirmer and then of
/// the owner, each with as many decisions as it can and following as many as it can.
pub fn confirmer(claims: usize, confirms: usize) -> Duration {
    let (mut owner, mut confirmer) = (Person::new(80), Person::new(81));
    let scope = Scope::open(AT);
    let fields = vec![Field::Kind(Kind::Place), Field::Name("Salle".into()), Field::Position(AT)];
    let card = ElementOp { owner: owner.id, seed: vec![5; 16], fields };
    let resource: ElementId = card.id();
    let mut book = owner.book();
    let (owners, theirs) = (owner.first.id(), confirmer.first.id());
    let mut records = vec![owner.say(scope, owners, Op::Element(Box::new(card)))];
    let terms = TermsOp {
        resource,
        capacity: Some(1_000_000),
        exclusive: false,
        confirmers: vec![confirmer.id],
        automatic: true,
    };
    records.push(owner.say(scope, owners, Op::Terms(terms)));
    let mut asked = Vec::new();
    for number in 0..claims {
        let mut person = confirmer.said.clone();
        person.author = IdentityId(hash(&number.to_be_bytes()).0);
        let start_ms = number as i64 * 10;
        let during = Some(ClaimedTime { start_ms, end_ms: start_ms + 1_000_000 });
        let claim = confirmer.say(scope, theirs, Op::Claim(ClaimOp { during, ..ClaimOp::of(resource, 1) }));
        let state = IdentityState::new(person.author);
        let known = communaut_protocol::fold::IdentityView {
            devices: confirmer.book().values().next().unwrap().devices.clone(),
            ..state.view().clone()
        };
        book.insert(person.author, Arc::new(known));
        asked.push(claim.id);
        records.push(Record { author: person.author, ..claim });
    }
    book = book.union(confirmer.book());
    for by_owner in [false, true] {
        let mut said: Vec<EntryId> = Vec::new();
        for number in 0..confirms {
            let decided = (0..CONFIRM_DECISIONS_MAX).map(|at| asked[(number * 31 + at * 17) % asked.len()]);
            let mut decisions: Vec<ClaimDecision> =
                decided.map(|claim| ClaimDecision { claim, given: number % 3 > 0 }).collect();
            decisions.sort_by_key(|decision| decision.claim);
            decisions.dedup_by_key(|decision| decision.claim);
            let mut previous: Vec<EntryId> = said.iter().rev().take(CONFIRM_PREVIOUS_MAX).copied().collect();
            previous.sort();
            let op = Op::Confirm(ConfirmOp { resource, previous, decisions, terms: None });
            let record = if by_owner { owner.say(scope, owners, op) } else { confirmer.say(scope, theirs, op) };
            said.push(record.id);
            records.push(record);
        }
    }
    let mut state = ScopeState::new(scope);
    state.apply(records, &book);
    let begun = Instant::now();
    let on = state.view().claims_on(resource);
    let took = begun.elapsed();
    assert!(on.terms.is_some() && on.list.len() == claims && on.taken > 0);
    took
}
