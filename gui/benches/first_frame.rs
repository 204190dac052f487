//! From nothing to the first frame on a replica of 100,000 elements, against one second.
//!
//! *Cold* is a process of its own, from its start: it opens a data folder with as many elements that were imported, as
//! the window's node does, and draws. Its second time is that until all of them are loaded and marked.
//!
//! *Warm* is within this process, on a replica that is ready-made, search result included: the graphics device
//! (headless), the application with its basemap, the first frame with rail, map and tiles, and one with all marks and
//! the list.
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer elements and one cold process, of a build that is not optimised (`.ci/run`),
//! held to several times of the limit.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a bench prints its ratio, or fails")]

use communaut_gui::{
    app::App,
    backend::{Backend, Pending},
    fixture::{clock, many, replica},
    locale::Lang,
    logic::{Preferences, ThemeChoice},
    ui::map::Decoding,
};
use communaut_node::{
    Config, Node, Unlock,
    api::{self, Command, Failure, Found, ImportRequest, Outcome, Overview, Phase, Snapshot},
};
use communaut_protocol::Position;
use criterion::Criterion;
use egui_kittest::Harness;
use std::{
    fmt::Write,
    hint::black_box,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

/// Elements of the replica; in a short run.
const ELEMENTS: u64 = 100_000;
const ELEMENTS_SHORT: u64 = 2_000;
/// Until the first frame of a cold process; in a short run.
const LIMIT: Duration = Duration::from_secs(1);
const LIMIT_SHORT: Duration = Duration::from_secs(20);
/// Cold processes, of which the median counts.
const COLD: usize = 3;
/// The argument with which this program is started again, before the data folder and the number of elements.
const AS_COLD: &str = "--cold-process";
const HOME: Position = Position { lat_e7: 437_310_000, lon_e7: 74_200_000 };

#[derive(Clone)]
struct Prepared {
    snapshot: Arc<Snapshot>,
    found: Found,
}

struct Answer(Option<Result<Outcome, Failure>>);

impl Pending for Answer {
    fn poll(&mut self) -> Option<Result<Outcome, Failure>> {
        self.0.take()
    }
}

impl Backend for Prepared {
    fn overview(&self) -> Arc<Overview> {
        self.snapshot.overview.clone()
    }
    fn send(&self, command: Command) -> Box<dyn Pending> {
        Box::new(Answer(Some(match command {
            Command::Search(_) => Ok(Outcome::Found(self.found.clone())),
            other => other.read(&self.snapshot),
        })))
    }
}

/// An application on a backend, drawn once.
fn draw(backend: Arc<dyn Backend>) -> Harness<'static, App> {
    let preferences = Preferences { lang: Some(Lang::Fr), theme: ThemeChoice::Light, ..Preferences::default() };
    let builder = Harness::builder().with_size([1280.0, 800.0]).wgpu();
    // Building the harness runs the first frame.
    let mut harness = builder.build_eframe(move |cc| {
        if let Some(state) = &cc.wgpu_render_state {
            communaut_gui::ui::map::install(state);
        }
        App::with(&cc.egui_ctx, backend, clock(), preferences, Decoding::AtOnce)
    });
    black_box(harness.render().ok());
    harness
}

/// Until the first frame is drawn, and until the one with all marks is.
fn frames(node: &Prepared) -> (Duration, Duration) {
    let start = Instant::now();
    let mut harness = draw(Arc::new(node.clone()));
    let first = start.elapsed();
    harness.step();
    black_box(harness.render().ok());
    (first, start.elapsed())
}

fn start(data: &Path) -> Node {
    Node::start(Config { data: data.to_owned(), network: None, unlock: Unlock::Unsealed }).unwrap()
}

/// A data folder with an identity and so many elements around its home.
fn fill(folder: &Path, elements: u64) {
    let mut records = "nom;latitude;longitude;adresse\n".to_owned();
    for n in 0..elements {
        let (lat, lon) = (43.6 + (n % 317) as f64 * 0.001, 7.2 + (n / 317) as f64 * 0.001);
        writeln!(records, "Boulangerie {n};{lat:.4};{lon:.4};{n} avenue de la République").unwrap();
    }
    let path = folder.join("records.csv");
    std::fs::write(&path, records).unwrap();
    let node = start(&folder.join("data"));
    let handle = node.handle();
    let init = Command::Init(api::Init {
        name: "Ada".into(),
        about: String::new(),
        home: HOME,
        sample: false,
        deciding: false,
    });
    handle.call_blocking(init).unwrap();
    let request = ImportRequest { path, ..ImportRequest::default() };
    let Outcome::Imported(report) = handle.call_blocking(Command::Import(request)).unwrap() else {
        panic!("no report")
    };
    assert_eq!(report.created, elements, "{:?}", report.error);
    node.stop().unwrap();
}

/// What a cold process does: open, draw, say so; draw until all is there, say so.
fn as_cold(data: &Path, elements: u64) {
    let node = start(data);
    let handle = node.handle();
    let mut harness = draw(Arc::new(handle.clone()));
    println!("first");
    loop {
        let snapshot = handle.snapshot();
        harness.step();
        if snapshot.overview.phase == Phase::Ready && snapshot.elements.len() as u64 >= elements {
            break;
        }
    }
    harness.step();
    black_box(harness.render().ok());
    println!("full");
    drop(harness);
    node.stop().unwrap();
}

/// The times of a process that begins with nothing: until its first frame, and until all is marked.
fn cold(data: &Path, elements: u64) -> (Duration, Duration) {
    let start = Instant::now();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let mut child = command.arg(AS_COLD).arg(data).arg(elements.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let times: Vec<(String, Duration)> =
        lines.filter(|line| line == "first" || line == "full").map(|line| (line, start.elapsed())).collect();
    assert!(child.wait().unwrap().success());
    let [(_, first), (_, full)] = times.as_slice() else { panic!("it did not draw: {times:?}") };
    (*first, *full)
}

/// The median of cold processes, held to a limit.
fn cold_frames(elements: u64, times: usize, limit: Duration) {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), elements);
    let data = folder.path().join("data");
    let (mut first, mut full): (Vec<_>, Vec<_>) = (0..times).map(|_| cold(&data, elements)).unzip();
    first.sort_unstable();
    full.sort_unstable();
    let (first, full) = (first[times / 2], full[times / 2]);
    let ratio = first.as_secs_f64() / limit.as_secs_f64();
    println!("cold: first frame, {elements} elements: {first:?}, ratio to {limit:?}: {ratio:.3} (below 1)");
    println!("cold: loaded and marked: {full:?}");
    assert!(first < limit, "too slow: the first frame of a cold process after {first:?}");
}

fn warm_frames(criterion: &mut Criterion) {
    let hits = Arc::new(many(ELEMENTS));
    let node = Prepared {
        snapshot: Arc::new(replica(ELEMENTS)),
        found: Found { total: hits.len(), hits, ..Found::default() },
    };
    let (mut first, mut full): (Vec<_>, Vec<_>) = (0..COLD).map(|_| frames(&node)).unzip();
    first.sort_unstable();
    full.sort_unstable();
    let ratio = |time: Duration| time.as_secs_f64() / LIMIT.as_secs_f64();
    let (first, full) = (first[COLD / 2], full[COLD / 2]);
    println!("warm: first frame, {ELEMENTS} elements: {first:?}, ratio to {LIMIT:?}: {:.3}", ratio(first));
    println!("warm: first frame with all marks: {full:?}, ratio to {LIMIT:?}: {:.3}", ratio(full));
    let mut group = criterion.benchmark_group("first_frame");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("device, app, first frame", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| frames(&node).0).sum());
    });
    group.finish();
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, as_cold_process, data, elements] = args.as_slice()
        && as_cold_process == AS_COLD
    {
        return as_cold(Path::new(data), elements.parse().unwrap());
    }
    if std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some() {
        return cold_frames(ELEMENTS_SHORT, 1, LIMIT_SHORT);
    }
    cold_frames(ELEMENTS, COLD, LIMIT);
    let mut criterion = Criterion::default().configure_from_args();
    warm_frames(&mut criterion);
    criterion.final_summary();
}
