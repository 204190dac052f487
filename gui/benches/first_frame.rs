//! From nothing to the first frame on a replica of 100,000 elements, against one second.
//!
//! What is timed: the graphics device (headless), the application with its basemap, the first frame
//! with rail, map and tiles, and a second one with all marks and the list, whose search result is
//! handed in ready-made, as the node's own thread does.
#![allow(clippy::print_stdout, reason = "a bench prints its ratio")]

use communaut_gui::{
    app::App,
    backend::{Backend, Pending},
    fixture::{clock, many, replica},
    locale::Lang,
    logic::{Preferences, ThemeChoice},
    ui::map::Decoding,
};
use communaut_node::api::{Command, Failure, Found, Outcome, Snapshot};
use criterion::{Criterion, criterion_group, criterion_main};
use egui_kittest::Harness;
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

const ELEMENTS: u64 = 100_000;
const LIMIT: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Prepared {
    snapshot: Arc<Snapshot>,
    found: Found,
}

struct Answer(Option<Outcome>);

impl Pending for Answer {
    fn poll(&mut self) -> Option<Result<Outcome, Failure>> {
        self.0.take().map(Ok)
    }
}

impl Backend for Prepared {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.clone()
    }
    fn send(&self, command: Command) -> Box<dyn Pending> {
        Box::new(Answer(Some(match command {
            Command::Search(_) => Outcome::Found(self.found.clone()),
            _ => Outcome::Done,
        })))
    }
}

/// Until the first frame is drawn, and until the one with all marks is.
fn frames(node: &Prepared) -> (Duration, Duration) {
    let start = Instant::now();
    let backend = Arc::new(node.clone());
    let preferences = Preferences { lang: Some(Lang::Fr), theme: ThemeChoice::Light };
    let builder = Harness::builder().with_size([1280.0, 800.0]).wgpu();
    // Building the harness runs the first frame.
    let mut harness = builder.build_eframe(move |cc| {
        walkers::install_renderer(cc.wgpu_render_state.as_ref());
        App::with(&cc.egui_ctx, backend, clock(), preferences, Decoding::AtOnce)
    });
    black_box(harness.render().ok());
    let first = start.elapsed();
    harness.step();
    black_box(harness.render().ok());
    (first, start.elapsed())
}

fn first_frame(criterion: &mut Criterion) {
    let hits = Arc::new(many(ELEMENTS));
    let node = Prepared { snapshot: Arc::new(replica(ELEMENTS)), found: Found { total: hits.len(), hits } };
    let (mut first, mut full) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let (a, b) = frames(&node);
        (first, full) = (first.min(a), full.min(b));
    }
    println!(
        "first frame, {ELEMENTS} elements: {first:?}, ratio to 1 s: {:.3}",
        first.as_secs_f64() / LIMIT.as_secs_f64()
    );
    println!("first frame with all marks: {full:?}, ratio to 1 s: {:.3}", full.as_secs_f64() / LIMIT.as_secs_f64());
    let mut group = criterion.benchmark_group("first_frame");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("device, app, first frame", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| frames(&node).0).sum());
    });
    group.finish();
}

criterion_group!(benches, first_frame);
criterion_main!(benches);
