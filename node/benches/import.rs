//! How fast a file of 100,000 elements is imported by a node, until all of it is durable, folded and shown, against
//! reading the file alone in the same run; and how much of the disk it takes.
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer elements, of a build that is not optimised (`.ci/run`): held to what such a
//! build reaches.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reports to its reader and fails by panicking"
)]

mod made;

use communaut_node::{
    Config, Node, Unlock,
    api::{self, Command, ImportRequest, Outcome},
    import,
};
use communaut_protocol::{Position, fold::ElementView};
use made::Dice;
use std::{
    fmt::Write,
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Elements of the file; in a short run.
const ELEMENTS: u32 = 100_000;
const ELEMENTS_SHORT: u32 = 4_000;
/// What issue "Rules that nobody can bend" asks for on two cores: elements a second, bytes of the store an element.
const RATE: f64 = 10_000.0;
const BYTES: f64 = 2_000.0;
/// The least of a short run: elements a second.
const RATE_SHORT: f64 = 100.0;
/// Imports, of which the median counts.
const RUNS: usize = 3;

fn row(view: &ElementView, out: &mut String) {
    let at = view.position.unwrap();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let texts = [&view.name, &view.description, &view.address].map(|text| quoted(text)).join(",");
    let (lat, lon) = (at.lat(), at.lon());
    let id = view.id;
    writeln!(out, "{id},{texts},{lat:.7},{lon:.7},{}", quoted(&view.tags.join(";"))).unwrap();
}

fn file(path: &Path, count: u32) {
    let mut dice = Dice(2_026);
    let towns = made::towns(&mut dice);
    let mut out = "id,name,description,address,latitude,longitude,tags\n".to_owned();
    for number in 0..count {
        row(&made::element(number, &towns, &mut dice), &mut out);
    }
    fs::write(path, out).unwrap();
}

fn bytes(path: &Path) -> u64 {
    fs::read_dir(path)
        .unwrap()
        .map(|item| item.unwrap())
        .map(|item| if item.path().is_dir() { bytes(&item.path()) } else { item.metadata().unwrap().len() })
        .sum()
}

/// Reading the file alone.
fn read(path: &Path) -> Duration {
    let start = Instant::now();
    let options = import::ImportOptions::default();
    let count = import::open(path, &options).unwrap().filter(|item| item.is_ok()).count();
    assert!(count > 0);
    start.elapsed()
}

/// How long an import takes; bytes of the store, and of the search index.
fn imported(path: &Path, count: u32) -> (Duration, u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(Config { data: data.clone(), network: None, unlock: Unlock::Unsealed }).unwrap();
    let handle = node.handle();
    let home = Position { lat_e7: 437_310_000, lon_e7: 74_200_000 };
    let init = api::Init { name: "Ada".into(), about: String::new(), home, sample: false, deciding: false };
    handle.call_blocking(Command::Init(init)).unwrap();
    let request = ImportRequest {
        path: path.to_owned(),
        licence: Some("CC0".into()),
        no_streets: true,
        ..ImportRequest::default()
    };
    let start = Instant::now();
    let Outcome::Imported(report) = handle.call_blocking(Command::Import(request)).unwrap() else {
        panic!("no report")
    };
    let time = start.elapsed();
    assert_eq!((report.created, report.skipped.len()), (u64::from(count), 0), "{:?}", report.error);
    assert_eq!(handle.snapshot().elements.len() as u32, count + 1, "all of them are shown, and my own card");
    println!(
        "  {} entries in {} logs",
        handle.snapshot().overview.store.entries,
        handle.snapshot().overview.store.logs
    );
    node.stop().unwrap();
    let part = |name: &str| if data.join(name).is_dir() { bytes(&data.join(name)) } else { 0 };
    (time, part("store"), part("index"))
}

fn main() {
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let count = if short { ELEMENTS_SHORT } else { ELEMENTS };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.csv");
    file(&path, count);
    let rate = |time: Duration| f64::from(count) / time.as_secs_f64();
    let mut runs = Vec::new();
    for _ in 0..if short { 1 } else { RUNS } {
        let alone = read(&path);
        let (time, store, index) = imported(&path, count);
        let each = |bytes: u64| bytes as f64 / f64::from(count);
        println!(
            "{count} elements in {:.2} s, {:.0} a second; reading alone {:.0}, ratio {:.2}; bytes an element: store \
             {:.0}, index {:.0}",
            time.as_secs_f64(),
            rate(time),
            rate(alone),
            alone.as_secs_f64() / time.as_secs_f64(),
            each(store),
            each(index),
        );
        runs.push((time, each(store)));
    }
    runs.sort_by_key(|(time, _)| *time);
    let (time, store) = runs[runs.len() / 2];
    println!("ratio to {RATE:.0} a second: {:.2} (at least 1)", rate(time) / RATE);
    println!("ratio to {BYTES:.0} bytes: {:.2} (at most 1)", store / BYTES);
    if short {
        assert!(rate(time) > RATE_SHORT, "{:.0} a second", rate(time));
        return;
    }
    assert!(rate(time) >= RATE, "too slow: {:.0} elements a second", rate(time));
    assert!(store <= BYTES, "too large: {store:.0} bytes an element");
}
