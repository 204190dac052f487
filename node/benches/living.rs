//! What living together costs a frame: a feed of 100,000 posts and a room of 100,000 messages. Of each the first
//! screen, and one more arrival with the count of what is new; and the list of rooms. Each is held to the 8 ms that a
//! frame has for it. `cargo bench -p communaut-node --bench living`
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer, of a build that is not optimised (`.ci/run`), and a loose limit.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

#[path = "../../protocol/benches/author/mod.rs"]
mod author;

use author::Author;
use communaut_node::{
    api::{Command, ListRooms, Outcome, PostCursor, ReadRoom, RoomRef, Snapshot, Timeline, TimelineKind, TimelineNews},
    views::Views,
};
use communaut_protocol::{
    ElementId, Entry, Position, Scope,
    fold::Record,
    op::{ElementOp, Field, Kind, Op, PostOp},
};
use criterion::Criterion;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const AT: Position = Position { lat_e7: 437_310_000, lon_e7: 74_200_000 };
/// Posts, and messages; in a short run.
const MANY: usize = 100_000;
const MANY_SHORT: usize = 2_000;
/// People who write them.
const PEOPLE: usize = 50;
/// What a screen shows of them.
const SCREEN: usize = 50;
/// Of a frame's work, milliseconds; a build that is not optimised is slower by this.
const FRAME_MS: f64 = 8.0;
const SLOWER: f64 = 20.0;
/// Arrivals and readings that are measured.
const TIMES: usize = 200;

struct World {
    views: Views,
    people: Vec<Author>,
    room: ElementId,
    ms: u64,
}

fn record(entry: &Entry) -> Record {
    Record::of(entry).unwrap()
}

impl World {
    /// Posts and messages take turns.
    fn of(many: usize) -> Self {
        let (people, mut records): (Vec<Author>, Vec<Record>) =
            (0..PEOPLE).map(Author::new).map(|(author, entry)| (author, record(&entry))).unzip();
        let fields = vec![Field::Kind(Kind::Place), Field::Name("Four".into()), Field::Position(AT)];
        let place = ElementOp { owner: people[0].id, seed: vec![1; 16], fields };
        let mut world = Self { views: Views::default(), people, room: place.id(), ms: 1 };
        records.push(record(&world.people[0].write(Scope::open(AT), &Op::Element(Box::new(place)), 1)));
        for number in 0..many {
            records.extend([world.said(number, false), world.said(number, true)]);
        }
        world.views.apply(records);
        world
    }

    fn said(&mut self, number: usize, room: bool) -> Record {
        self.ms += 1;
        let post = PostOp {
            wall: room.then_some(self.room),
            text: format!("Bonjour, c'est le message {number} : qui vient au four samedi ?"),
            position: Some(AT),
            room,
            ..PostOp::default()
        };
        let author = &mut self.people[number % PEOPLE];
        record(&author.write(Scope::open(AT), &Op::Post(post), self.ms))
    }

    /// As the node makes it after each change.
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            identities: self.views.everybody(),
            scopes: self.views.scopes().clone(),
            elements: self.views.elements().clone(),
            talk: self.views.talk().clone(),
            ..Snapshot::default()
        }
    }
}

fn feed() -> Command {
    Timeline { kind: TimelineKind::Selection(Box::default()), before: None, limit: SCREEN }.into()
}

/// The 95th of a hundred, in milliseconds.
fn p95(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() * 95 / 100].as_secs_f64() * 1_000.0
}

fn measured(mut what: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        what();
        start.elapsed()
    };
    p95((0..TIMES).map(once).collect())
}

fn main() {
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let (many, most) = if short { (MANY_SHORT, FRAME_MS * SLOWER) } else { (MANY, FRAME_MS) };
    let mut world = World::of(many);
    let snapshot = world.snapshot();
    let room = ReadRoom { room: RoomRef::Element(world.room), before: None, limit: SCREEN };
    let read = |command: Command| black_box(command.read(&snapshot).unwrap());
    let Outcome::Timeline(first) = read(feed()) else { unreachable!() };
    let Outcome::Room(page) = read(room.into()) else { unreachable!() };
    assert_eq!((first.posts.len(), page.messages.len(), page.room.messages), (SCREEN, SCREEN, many));
    let newest: PostCursor = first.newest.unwrap();
    let mut lines = vec![
        ("feed: first screen", measured(|| drop(read(feed())))),
        ("room: first screen", measured(|| drop(read(room.into())))),
        ("rooms: the list", measured(|| drop(read(ListRooms { direct: false, limit: SCREEN }.into())))),
    ];
    for (what, is_message) in [("feed: one more arrival, and that it is new", false), ("room: one more arrival", true)]
    {
        let arriving: Vec<Record> = (0..TIMES).map(|number| world.said(many + number, is_message)).collect();
        let mut times = Vec::with_capacity(TIMES);
        for record in arriving {
            let start = Instant::now();
            world.views.apply(vec![record]);
            let now = world.snapshot();
            let command: Command = if is_message {
                room.into()
            } else {
                TimelineNews { kind: TimelineKind::Selection(Box::default()), since: Some(newest) }.into()
            };
            black_box(command.read(&now).unwrap());
            times.push(start.elapsed());
        }
        lines.push((what, p95(times)));
    }
    for (what, ms) in &lines {
        println!("{what}, of {many}: {ms:.3} ms of {FRAME_MS} (95 of 100)");
    }
    for (what, ms) in &lines {
        assert!(*ms < most, "{what}: {ms:.3} ms, at most {most}");
    }
    if short {
        return;
    }
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let mut group = criterion.benchmark_group("living");
    group.bench_function("feed: first screen", |bench| bench.iter(|| read(feed())));
    group.bench_function("room: first screen", |bench| bench.iter(|| read(room.into())));
    group.finish();
    criterion.final_summary();
}
