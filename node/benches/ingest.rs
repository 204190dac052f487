//! How fast entries of others are taken in: decoded, checked for canonical form, verified, stored,
//! flushed and folded into views, against `verify_strict` alone on the same entries in the same run.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

use communaut_node::{store::Store, views::Views};
use communaut_protocol::{
    Entry, Header, LogId, Position, Scope, SealingKey, Stamp,
    entry::{DeviceKey, Head, HeldEntry, RawEntry, hash, verify_strict},
    fold::Record,
    ids::{IdentityId, Signature},
    op::{ElementOp, Field, Inception, Kind, Op, Provenance},
};
use criterion::{BatchSize, Criterion, Throughput};
use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

/// Entries of one run: as many as a sync answer can hold.
const ENTRIES: u64 = 2_000;
/// Runs of each side, taken in turn so that both see the same machine.
const ROUNDS: usize = 9;
/// What issue "First light" asks for, on one core.
const LIMIT: f64 = 0.5;

/// An identity and elements as an import makes them, in four cells.
fn sample() -> Vec<RawEntry> {
    let key = DeviceKey::from_seed(&[7; 32]);
    let mut heads: HashMap<Scope, Head> = HashMap::new();
    let mut sign = |scope: Scope, schema: u16, payload: Vec<u8>, ms: u64| {
        let head = heads.get(&scope);
        let header = Header {
            log: LogId { scope, device: key.id(), epoch: 1 },
            seq: head.map_or(0, |head| head.seq + 1),
            backlink: head.map(|head| head.id),
            stamp: Stamp::from_ms(ms),
            schema,
            schema_version: 1,
            flags: 0,
            payload_size: u32::try_from(payload.len()).unwrap(),
            payload_hash: hash(&payload),
        };
        let entry = Entry::sign(&key, header, payload).unwrap();
        heads.insert(scope, Head { seq: entry.header().seq, id: entry.id() });
        entry.to_raw()
    };
    let inception = Op::Inception(Inception {
        device: key.id(),
        sealing_key: SealingKey([1; 32]),
        recovery: hash(b"recovery"),
        recovery_sealing: SealingKey([2; 32]),
    });
    let payload = inception.encode([1; 16], IdentityId::ZERO).unwrap();
    let me = IdentityId(hash(&payload).0);
    let mut entries = vec![sign(Scope::identity(me), inception.schema(), payload, 1)];
    for number in 1..ENTRIES {
        let n = i32::try_from(number).unwrap();
        let position = Position { lat_e7: 437_000_000 + n % 4 * 2_000_000, lon_e7: 74_000_000 + n * 40 };
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let op = Op::Element(Box::new(ElementOp {
            owner: me,
            seed: seed.to_vec(),
            fields: vec![
                Field::Kind(Kind::Place),
                Field::Name(format!("Boulangerie du quartier numéro {number}")),
                Field::Position(position),
                Field::Address(format!("{number} avenue de la République, 98000 Monaco")),
                Field::Phone("+377 99 99 99 99".into()),
                Field::OpeningHours("Mo-Fr 07:00-19:30; Sa 07:00-13:00".into()),
                Field::Tags(vec!["bakery".into(), "boulangerie".into(), "shop".into()]),
                Field::Provenance(Some(Provenance {
                    source: "osm".into(),
                    id: format!("node/{number}"),
                    licence: "© OpenStreetMap contributors, ODbL 1.0".into(),
                })),
            ],
        }));
        let payload = op.encode([2; 16], me).unwrap();
        entries.push(sign(Scope::open(position), op.schema(), payload, 1_000 + number));
    }
    entries
}

/// What `verify_strict` needs, prepared beforehand: only the check itself is measured.
fn signed(raws: &[RawEntry]) -> Vec<(Header, Vec<u8>, Signature)> {
    let decode = |raw: &RawEntry| {
        let (header, signature) = Header::decode(&raw.header).unwrap();
        let bytes = header.signing_bytes().unwrap();
        (header, bytes, signature)
    };
    raws.iter().map(decode).collect()
}

fn verify_only(signed: &[(Header, Vec<u8>, Signature)]) {
    for (header, bytes, signature) in signed {
        verify_strict(black_box(header.log.device), bytes, *signature).unwrap();
    }
}

/// An empty replica, on disk.
fn replica() -> (tempfile::TempDir, Store, Views) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store, Views::default())
}

/// The whole way in, as the daemon does it with an answer of a peer. Gives the time of each step.
fn ingest(store: &mut Store, views: &mut Views, raws: Vec<RawEntry>) -> [Duration; 4] {
    let start = Instant::now();
    let entries: Vec<Entry> = raws.into_iter().map(|raw| Entry::verify(raw).unwrap()).collect();
    let verified = start.elapsed();
    let entries: Vec<HeldEntry> = entries.into_iter().map(HeldEntry::from).collect();
    assert!(store.append(&entries).unwrap().iter().all(Result::is_ok));
    let stored = start.elapsed();
    let records = entries.into_iter().map(|entry| Record::of(&entry.into_whole().unwrap()).unwrap()).collect();
    views.apply(records);
    let folded = start.elapsed();
    store.flush().unwrap();
    assert_eq!(views.elements().len() as u64, ENTRIES - 1);
    [verified, stored - verified, folded - stored, start.elapsed() - folded]
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

fn main() {
    let raws = sample();
    let prepared = signed(&raws);
    let (mut alone, mut whole, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(timed(|| verify_only(&prepared)));
        let (_folder, mut store, mut views) = replica();
        let copy = raws.clone();
        whole.push(timed(|| steps.push(ingest(&mut store, &mut views, copy))));
    }
    let rate = |seconds: f64| ENTRIES as f64 / seconds;
    let (alone, whole) = (rate(median(alone)), rate(median(whole)));
    println!("verify_strict alone:           {alone:>8.0} entries/s");
    println!("verified + stored + folded:    {whole:>8.0} entries/s");
    println!("ratio: {:.2} (at least {LIMIT})", whole / alone);
    for (at, name) in
        ["decode, canonical form, hash, verify", "store", "read and fold", "flush"].into_iter().enumerate()
    {
        let step = median(steps.iter().map(|step| step[at]).collect());
        println!("  {name:<38} {:>6.1} µs an entry", step * 1e6 / ENTRIES as f64);
    }

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(ENTRIES));
    group.bench_function("verify_strict alone", |bench| bench.iter(|| verify_only(&prepared)));
    group.bench_function("verified, stored, folded", |bench| {
        bench.iter_batched(
            || (replica(), raws.clone()),
            |((folder, mut store, mut views), raws)| {
                black_box(ingest(&mut store, &mut views, raws));
                (folder, store, views)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();
}
