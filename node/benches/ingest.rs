//! How fast entries of others are taken in, against `verify_strict` alone on the same entries in the same run: decoded,
//! checked for canonical form, verified, stored, folded into views, with erasures carried out and all flushed, which is
//! what a node's loop does; and with the words for the search index, which a thread of its own takes.
//!
//! With COMMUNAUT_BENCH_SHORT set, a few rounds, of a build that is not optimised (`.ci/run`): held to what such a
//! build reaches, so that what makes it many times slower is noticed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

#[path = "../../protocol/benches/author/mod.rs"]
mod author;

use author::Author;
use communaut_node::{
    api::Query,
    search::SearchIndex,
    store::Store,
    views::{ElementChanges, ViewChanges, Views},
};
use communaut_protocol::{
    Entry, Header, Position, Scope,
    entry::{Body, HeldEntry, RawEntry, verify_strict},
    fold::Record,
    ids::Signature,
    limits::ERASED_MAX,
    op::{ElementOp, EntryPlace, EraseOp, Field, Kind, Op, Provenance},
};
use criterion::{BatchSize, Criterion, Throughput};
use std::{
    collections::{BTreeMap, BTreeSet},
    hint::black_box,
    time::{Duration, Instant},
};

/// Entries of one run: as many as a sync answer can hold.
const ENTRIES: u64 = 2_000;
/// Of these, one in so many is erased by its author behind the others.
const ERASED_OF: u64 = 20;
/// Runs of each side, taken in turn so that both see the same machine; in a short run.
const ROUNDS: usize = 9;
const ROUNDS_SHORT: usize = 3;
/// The least of the loop: what issue "First light" asks for, on one core.
const LIMIT: f64 = 0.5;
/// The least of a short run: our own code is not optimised there, the signature check is.
const LIMIT_SHORT: f64 = 0.05;

/// An identity and elements as an import makes them, in four cells.
fn sample() -> Vec<RawEntry> {
    let (mut author, first) = Author::new(7);
    let mut erased: BTreeMap<Scope, Vec<EntryPlace>> = BTreeMap::new();
    let mut entries = vec![first.to_raw()];
    for number in 1..ENTRIES {
        let n = i32::try_from(number).unwrap();
        let position = Position { lat_e7: 437_000_000 + n % 4 * 2_000_000, lon_e7: 74_000_000 + n * 40 };
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let op = Op::Element(Box::new(ElementOp {
            owner: author.id,
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
        let scope = Scope::open(position);
        let entry = author.write(scope, &op, 1_000 + number);
        entries.push(entry.to_raw());
        if number % ERASED_OF == 0 {
            let header = entry.header();
            let place = EntryPlace::of(&header.log, header.seq, entry.id());
            erased.entry(scope).or_default().push(place);
        }
    }
    for (scope, targets) in erased {
        for targets in targets.chunks(ERASED_MAX) {
            let op = Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() });
            entries.push(author.write(scope, &op, 1_000 + ENTRIES).to_raw());
        }
    }
    entries
}

/// Elements of the sample that are not erased.
const LEFT: u64 = ENTRIES - 1 - (ENTRIES - 1) / ERASED_OF;

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
struct Replica {
    _folder: tempfile::TempDir,
    store: Store,
    views: Views,
    index: SearchIndex,
}

fn replica() -> Replica {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    let mut index = SearchIndex::open(&folder.path().join("index")).unwrap();
    index.load(&imbl::OrdMap::new(), 0);
    Replica { _folder: folder, store, views: Views::default(), index }
}

/// Drop what an erasure names, and fold its scope anew.
fn erase(store: &mut Store, views: &mut Views, changes: &ViewChanges) -> ElementChanges {
    let mut scopes = BTreeSet::new();
    for (scope, erasure) in &changes.erasures {
        let Some((branch, entry)) = store.at(scope, &erasure.target).unwrap() else { continue };
        let header = entry.header();
        store.set_body(&header.log, branch, header.seq, &Body::Erased(erasure.erasure)).unwrap();
        scopes.insert(*scope);
    }
    let mut elements = ElementChanges::new();
    for scope in scopes {
        let reader = store.scope_reader(&scope);
        let records = reader.entries().map(|entry| Record::of(&entry.unwrap()).unwrap()).collect();
        elements.extend(views.refold(scope, records).elements);
    }
    elements
}

/// What the steps of [`ingest`] are called; the index is the last.
const STEPS: [&str; 6] = [
    "decode, canonical form, hash, verify",
    "store",
    "read and fold",
    "carry out erasures",
    "flush",
    "words for the index",
];

/// The whole way in, as the daemon does it with an answer of a peer. Gives the time of each step.
fn ingest(Replica { store, views, index, .. }: &mut Replica, raws: Vec<RawEntry>) -> [Duration; STEPS.len()] {
    let start = Instant::now();
    let entries: Vec<Entry> = raws.into_iter().map(|raw| Entry::verify(raw).unwrap()).collect();
    let verified = start.elapsed();
    let entries: Vec<HeldEntry> = entries.into_iter().map(HeldEntry::from).collect();
    assert!(store.append(&entries).unwrap().iter().all(Result::is_ok));
    let stored = start.elapsed();
    let records = entries.into_iter().map(|entry| Record::of(&entry.into_whole().unwrap()).unwrap()).collect();
    let changes = views.apply(records);
    let folded = start.elapsed();
    let gone = erase(store, views, &changes);
    let erased = start.elapsed();
    store.flush().unwrap();
    let flushed = start.elapsed();
    // Erased before they were shown, they come to the index as changes all the same.
    index.apply(&changes.elements);
    index.apply(&gone);
    index.commit(1);
    let indexed = start.elapsed();
    let found = index.searcher().search(views.elements(), None, &Query { limit: Some(1), ..Query::default() });
    assert_eq!((views.elements().len() as u64, found.total as u64), (LEFT, LEFT));
    [verified, stored - verified, folded - stored, erased - folded, flushed - erased, indexed - flushed]
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
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let (rounds, limit) = if short { (ROUNDS_SHORT, LIMIT_SHORT) } else { (ROUNDS, LIMIT) };
    let raws = sample();
    let prepared = signed(&raws);
    let (mut alone, mut steps) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.push(timed(|| verify_only(&prepared)));
        let mut replica = replica();
        steps.push(ingest(&mut replica, raws.clone()));
    }
    let rate = |seconds: f64| raws.len() as f64 / seconds;
    let sums = |count: usize| median(steps.iter().map(|step| step[..count].iter().sum()).collect());
    let (alone, all) = (rate(median(alone)), rate(sums(STEPS.len())));
    let of_loop = rate(sums(STEPS.len() - 1));
    println!("verify_strict alone:                   {alone:>8.0} entries/s");
    println!("the loop, until it is on disk:         {of_loop:>8.0} entries/s");
    println!("with the index, all on one core:       {all:>8.0} entries/s, ratio {:.2}", all / alone);
    let ratio = of_loop / alone;
    println!("ratio of the loop: {ratio:.2} (at least {limit})");
    for (at, name) in STEPS.into_iter().enumerate() {
        let step = median(steps.iter().map(|step| step[at]).collect());
        println!("  {name:<38} {:>6.1} µs an entry", step * 1e6 / raws.len() as f64);
    }
    assert!(ratio >= limit, "too slow: {ratio:.2} of verify_strict alone");
    if short {
        return;
    }

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(raws.len() as u64));
    group.bench_function("verify_strict alone", |bench| bench.iter(|| verify_only(&prepared)));
    group.bench_function("all of it", |bench| {
        bench.iter_batched(
            || (replica(), raws.clone()),
            |(mut replica, raws)| {
                black_box(ingest(&mut replica, raws));
                replica
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();
}
