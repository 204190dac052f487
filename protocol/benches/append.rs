//! Taking entries in memory (decode, canonical check, verify, append) against the signature check alone, on the same
//! entries and keys in the same run, on one thread and on two. The goal is at least 0.9 of it.
//!
//! Both sides begin with the bytes of a key, since that is what a header holds.
//! `cargo bench -p communaut-protocol --bench append`
//! With COMMUNAUT_BENCH_SHORT set, the ratios alone, in a few rounds and of a build that is not optimised (`.ci/run`):
//! as far from the goal as such a build is, so that what makes it many times slower is noticed.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench"
)]

use communaut_protocol::{
    Entry, Header, LogId, Position, Scope, Stamp,
    entry::{DeviceKey, Head, HeldEntry, RawEntry, verify_strict},
    ids::{AuthorId, DeviceId, Signature},
    log::MemoryLog,
    op::{ElementOp, Field, Kind, Op},
    scope::LOG_KEY_LEN,
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use std::{collections::BTreeMap, hint::black_box, time::Duration};

const DEVICES: u8 = 10;
const EACH: u64 = 100;
/// The least ratio: what formats that last are asked for.
const GOAL: f64 = 0.9;
/// The least in a short run: our own code is not optimised there, the signature check is.
const GOAL_SHORT: f64 = 0.1;
/// Rounds, of which the median counts; in a short run.
const ROUNDS: usize = 21;
const ROUNDS_SHORT: usize = 5;

/// What a signature is checked with.
struct Signed {
    device: DeviceId,
    bytes: Vec<u8>,
    signature: Signature,
}

fn entries() -> (Vec<RawEntry>, Vec<Signed>) {
    let at = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };
    let (mut raws, mut signed) = (Vec::new(), Vec::new());
    for device in 0..DEVICES {
        let key = DeviceKey::from_seed(&[device; 32]);
        let log = LogId { scope: Scope::open(at), author: AuthorId([device; 32]), device: key.id(), epoch: 7 };
        let mut head: Option<Head> = None;
        for n in 0..EACH {
            let owner = communaut_protocol::IdentityId([device; 32]);
            let fields = vec![Field::Kind(Kind::Place), Field::Name(format!("Boulangerie {n}")), Field::Position(at)];
            let op = Op::Element(Box::new(ElementOp { owner, seed: vec![n as u8; 16], fields }));
            let payload = op.encode([n as u8; 16]).unwrap();
            let header = Header::following(log, head, Stamp::from_ms(1_800_000_000_000 + n), op.schema());
            let header = header.over(&payload).unwrap();
            let bytes = header.signing_bytes().unwrap();
            let entry = Entry::sign(&key, header, payload).unwrap();
            head = Some(Head { seq: n, id: entry.id() });
            let (_, signature) = Header::decode(entry.header_bytes()).unwrap();
            signed.push(Signed { device: key.id(), bytes, signature });
            raws.push(entry.to_raw());
        }
    }
    (raws, signed)
}

fn check(signed: &[Signed]) {
    for one in signed {
        verify_strict(one.device, black_box(&one.bytes), one.signature).unwrap();
    }
}

fn append(raws: Vec<RawEntry>) -> usize {
    let mut logs: BTreeMap<[u8; LOG_KEY_LEN], MemoryLog<HeldEntry>> = BTreeMap::new();
    for raw in raws {
        let entry = Entry::verify(raw).unwrap();
        let log = logs.entry(entry.header().log.key()).or_default();
        log.take(entry.into()).unwrap();
    }
    logs.len()
}

/// Halves on two threads.
fn on_two<T: Send, R: Send>(mut work: Vec<T>, each: impl Fn(Vec<T>) -> R + Sync) {
    let half = work.split_off(work.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| each(half));
        black_box(each(work));
        black_box(other.join().unwrap());
    });
}

fn bench(criterion: &mut Criterion) {
    let (raws, signed) = entries();
    let count = raws.len() as u64;
    let halves = || signed.chunks(signed.len().div_ceil(2)).collect::<Vec<_>>();
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(count)).measurement_time(Duration::from_secs(8));
    group.bench_function("verify_strict alone", |bench| bench.iter(|| check(&signed)));
    group.bench_function("decode, check, verify, append", |bench| {
        bench.iter_batched(|| raws.clone(), append, BatchSize::LargeInput);
    });
    group.bench_function("verify_strict alone, two threads", |bench| {
        bench.iter(|| on_two(halves(), |halves| halves.into_iter().for_each(check)));
    });
    group.bench_function("decode, check, verify, append, two threads", |bench| {
        bench.iter_batched(|| raws.clone(), |raws| on_two(raws, append), BatchSize::LargeInput);
    });
    group.finish();
    ratios(&raws, &signed, ROUNDS, GOAL);
}

/// One after the other, in turns, so that a busy machine disturbs both alike.
fn ratios(raws: &[RawEntry], signed: &[Signed], rounds: usize, goal: f64) {
    let timed = |work: &mut dyn FnMut()| {
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    for two in [false, true] {
        let mut quotients: Vec<f64> = (0..rounds)
            .map(|_| {
                let halves = signed.chunks(signed.len().div_ceil(2)).collect::<Vec<_>>();
                let given = raws.to_vec();
                if two {
                    let alone = timed(&mut || on_two(halves.clone(), |halves| halves.into_iter().for_each(check)));
                    let mut given = Some(given);
                    alone / timed(&mut || on_two(given.take().unwrap(), append))
                } else {
                    let alone = timed(&mut || check(signed));
                    let mut given = Some(given);
                    alone / timed(&mut || assert!(append(given.take().unwrap()) > 0))
                }
            })
            .collect();
        quotients.sort_by(f64::total_cmp);
        let threads = if two { "two threads" } else { "one thread" };
        let median = quotients[rounds / 2];
        println!("ratio to verify_strict alone on {threads}: {median:.3} (median of {rounds}; at least {goal})");
        assert!(median >= goal, "too slow on {threads}: {median:.3} of verify_strict alone");
    }
}

criterion_group!(benches, bench);

fn main() {
    if std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some() {
        let (raws, signed) = entries();
        return ratios(&raws, &signed, ROUNDS_SHORT, GOAL_SHORT);
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
