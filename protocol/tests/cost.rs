//! What messages cost between two replicas that hold a hundred thousand entries (and, on demand, a million) in ten
//! thousand logs, beside the negentropy crate on the same heads. SPEC.md §9.2 promises the figures.
//!
//! `cargo test --release -p communaut-protocol --test cost -- --include-ignored --nocapture` prints them all. Heads and
//! the entries that travel are made up: no signature is checked, so none is made.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

use communaut_protocol::{
    Header, LogId, Position, Scope, Stamp,
    entry::{Body, Head, HeldEntry, hash},
    ids::{AuthorId, DeviceId, Digest, EntryId, Hash, Signature},
    log::LogState,
    replication::{
        message::{Missing, Request, Response, item_digest},
        prefixes::Prefixes,
        pull::{Pull, PullEffect},
        replica::{Arrived, Replica},
        serve::Serve,
    },
    scope::LOG_KEY_LEN,
};
use negentropy::{Id, Negentropy, NegentropyStorageVector};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

const LOGS: u64 = 10_000;
/// Bytes of a payload: a short post.
const PAYLOAD: usize = 150;
/// What one request and its answer add on the wire, about: four bytes of length each, the negotiation of a stream, five
/// frames of yamux, and noise around each.
const WIRE_EACH: usize = 260;

/// Heads alone: entries are made up when they are asked for.
#[derive(Clone)]
struct Heads {
    instance: Digest,
    logs: BTreeMap<[u8; LOG_KEY_LEN], LogState>,
    arrivals: Vec<Arrived>,
}

fn log_of(n: u64) -> LogId {
    let lat_e7 = 400_000_000 + i32::try_from(n % 40).unwrap() * 3_000_000;
    let scope = Scope::open(Position { lat_e7, lon_e7: 16_070_000 });
    let device = DeviceId(hash(&n.to_be_bytes()).0);
    LogId {
        scope,
        author: AuthorId(device.0),
        device,
        epoch: u64::from_be_bytes(*hash(&n.to_le_bytes()).0.first_chunk().unwrap()),
    }
}

fn entry(log: LogId, seq: u64) -> HeldEntry {
    let header = Header {
        seq,
        backlink: Some(EntryId([5; 32])),
        payload_size: PAYLOAD as u32,
        payload_hash: Hash([6; 32]),
        ..Header::following(log, None, Stamp::from_ms(1_800_000_000_000 + seq), 12)
    };
    let bytes = header.encode(Signature([7; 64])).unwrap();
    HeldEntry::from_store(bytes, Body::Present(vec![1; PAYLOAD])).unwrap()
}

impl Heads {
    fn new(name: u8, entries: u64) -> Self {
        let mut heads = Self { instance: Digest([name; 16]), logs: BTreeMap::new(), arrivals: Vec::new() };
        for n in 0..LOGS {
            heads.put(log_of(n), entries / LOGS - 1);
        }
        heads
    }
    fn put(&mut self, log: LogId, seq: u64) {
        let last = entry(log, seq);
        let tip = Head { seq, id: last.id() };
        let state = LogState { floor: 0, base: None, lo: 0, tip, fork: None, newest: last.header().stamp };
        self.logs.insert(log.key(), state);
        self.arrivals.push(Arrived { number: self.arrival() + 1, log, from: seq });
    }
    fn grow(&mut self, n: u64) {
        let log = log_of(n);
        self.put(log, self.state(&log).unwrap().tip.seq + 1);
    }
}

impl Replica for Heads {
    type Error = Infallible;
    fn instance(&self) -> Digest {
        self.instance
    }
    fn arrival(&self) -> u64 {
        self.arrivals.last().map_or(0, |last| last.number)
    }
    fn state(&self, log: &LogId) -> Option<LogState> {
        self.logs.get(&log.key()).copied()
    }
    fn identity(&self, _: &AuthorId) -> Digest {
        Digest::ZERO
    }
    fn writes_under(&self, _: &AuthorId, _: &Prefixes) -> bool {
        false
    }
    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool) {
        let mut from = [0; LOG_KEY_LEN];
        from[..lower.len()].copy_from_slice(lower);
        for (key, state) in self.logs.range(from..) {
            if upper.is_some_and(|upper| key.as_slice() >= upper) || !each(LogId::from_key(key).unwrap(), state) {
                return;
            }
        }
    }
    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, Infallible> {
        let held = self.state(log).is_some_and(|state| seq <= state.tip.seq);
        Ok(held && entry(*log, seq).id() == id)
    }
    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, Infallible> {
        let from = self.arrivals.partition_point(|what| what.number <= since);
        Ok(self.arrivals[from..].iter().take(max).copied().collect())
    }
    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), Infallible> {
        let last = self.state(log).map_or(0, |state| state.tip.seq).min(to);
        (from..=last).all(|seq| each(entry(*log, seq)));
        Ok(())
    }
    fn payload(&self, _: &Missing) -> Result<Body, Infallible> {
        Ok(Body::Absent)
    }
    fn incomplete(&self, _: Option<&LogId>, _: &mut dyn FnMut(LogId) -> bool) {}
    fn missing(&self, _: Option<&Missing>, _: usize) -> Result<Vec<Missing>, Infallible> {
        Ok(Vec::new())
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Cost {
    rounds: usize,
    bytes: usize,
    entries: usize,
}

impl Cost {
    fn beside(self) -> usize {
        self.bytes - self.entries
    }
    fn tell(self, what: &str) {
        eprintln!(
            "  {what}: {} requests, {} bytes of messages beside {} of entries, about {} on the wire",
            self.rounds,
            self.beside(),
            self.entries,
            self.bytes + self.rounds * WIRE_EACH
        );
    }
}

#[derive(Clone)]
struct Side {
    heads: Heads,
    pull: Pull,
    serve: Serve,
}

fn pull(asker: &mut Side, answerer: &mut Side) -> Cost {
    let mut cost = Cost::default();
    asker.pull.set_clock(Some(1_800_000_000_000));
    answerer.pull.set_clock(Some(1_800_000_000_001));
    let interests: BTreeSet<Vec<u8>> = (0..40).map(|n| log_of(n).scope.cell.bytes().to_vec()).collect();
    let mut open = asker.pull.start(interests, &asker.heads).unwrap();
    while let Some(effect) = open.pop() {
        match effect {
            PullEffect::Send(request) => {
                let sent = request.encode().unwrap();
                let answer =
                    answerer.serve.answer(&answerer.heads, Request::decode(&sent).unwrap(), &answerer.pull).unwrap();
                let got = answer.encode().unwrap();
                cost.rounds += 1;
                cost.bytes += sent.len() + got.len();
                if let Response::Since { frames, .. } | Response::Entries { frames, .. } = &answer {
                    cost.entries += frames.iter().map(|frame| frame.len()).sum::<usize>();
                }
                open.extend(asker.pull.on_response(Response::decode(&got).unwrap(), &asker.heads).unwrap());
            }
            PullEffect::Ingest { frames, .. } => {
                for frame in frames {
                    let (header, _) = Header::decode(&frame.header).unwrap();
                    asker.heads.put(header.log, header.seq);
                }
                open.extend(asker.pull.on_ingested(&asker.heads).unwrap());
            }
            PullEffect::Misbehaved(how) => panic!("{how}"),
            PullEffect::Payloads(_) | PullEffect::CaughtUp(_) => {}
        }
    }
    cost
}

/// The same heads by the negentropy crate: which of them differ, and no more than that.
fn negentropy(one: &Heads, other: &Heads) -> Cost {
    let storage = |heads: &Heads| {
        let mut storage = NegentropyStorageVector::new();
        for (key, state) in &heads.logs {
            let digest = item_digest(&LogId::from_key(key).unwrap(), state, Digest::ZERO);
            let id = hash(&digest.0).0;
            storage.insert(state.newest.ms(), Id::from_byte_array(id)).unwrap();
        }
        storage.seal().unwrap();
        storage
    };
    let mut client = Negentropy::owned(storage(one), 0).unwrap();
    let mut server = Negentropy::owned(storage(other), 0).unwrap();
    let (mut have, mut need) = (Vec::new(), Vec::new());
    let mut message = client.initiate().unwrap();
    let mut cost = Cost::default();
    loop {
        let answer = server.reconcile(&message).unwrap();
        cost.rounds += 1;
        cost.bytes += message.len() + answer.len();
        match client.reconcile_with_ids(&answer, &mut have, &mut need).unwrap() {
            Some(next) => message = next,
            None => return cost,
        }
    }
}

fn measure(entries: u64) {
    eprintln!("{entries} entries in {LOGS} logs:");
    let side = |name| Side { heads: Heads::new(name, entries), pull: Pull::default(), serve: Serve::default() };
    let (mut a, mut b) = (side(1), side(2));
    (0..10).for_each(|n| b.heads.grow(n * 997 + 3));
    negentropy(&a.heads, &b.heads).tell("negentropy, the ten that differ");
    let first = pull(&mut a, &mut b);
    first.tell("first meeting, ten logs differ");
    assert!(first.rounds <= 3 && first.beside() <= 20_000, "{first:?}");
    assert_eq!(a.heads.logs, b.heads.logs);

    pull(&mut b, &mut a);
    pull(&mut a, &mut b);
    let (one, other) = (pull(&mut a, &mut b), pull(&mut b, &mut a));
    let both = Cost { rounds: 2, bytes: one.bytes + other.bytes, entries: one.entries + other.entries };
    both.tell("in sync, both ways");
    negentropy(&a.heads, &b.heads).tell("negentropy, in sync");
    assert!(both.bytes <= 400 && (one.rounds, other.rounds) == (1, 1), "{one:?} {other:?}");

    (0..10).for_each(|n| b.heads.grow(n * 911 + 5));
    let missing = pull(&mut a, &mut b);
    missing.tell("they have met, ten entries are missing");
    assert!(missing.rounds == 1 && missing.beside() <= 1_024, "{missing:?}");
    assert_eq!(a.heads.logs, b.heads.logs);
}

#[test]
fn a_hundred_thousand_entries() {
    measure(100_000);
}

#[test]
#[ignore = "the same with a million: the figures hardly change"]
fn a_million_entries() {
    measure(1_000_000);
}
