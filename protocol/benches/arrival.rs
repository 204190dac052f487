//! What the arrival of one post costs in a container of 10, 1,000 and 100,000 entries, and of a message with what is
//! shown of its room or conversation then: it should not matter how many are held. The ratio to the smallest is printed
//! and held to a limit.
//! `cargo bench -p communaut-protocol --bench arrival`
//!
//! With COMMUNAUT_BENCH_SHORT set, smaller containers in a build that is not optimised, and a loose limit.
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

mod author;

use author::Author;
use communaut_protocol::{
    Position, Scope, Stamp,
    entry::hash,
    fold::{IdentityBook, IdentityState, Record, ScopeState},
    ids::EntryId,
    op::{ElementOp, EntryPlace, Field, Kind, Op, PostOp},
};
use criterion::{BenchmarkId, Criterion, criterion_group};
use std::{hint::black_box, sync::Arc, time::Duration};

const AT: Position = Position { lat_e7: 429_650_000, lon_e7: 16_070_000 };
/// Entries held.
const SIZES: [u64; 3] = [10, 1_000, 100_000];
const SIZES_SHORT: [u64; 3] = [10, 1_000, 10_000];
/// Arrivals that are timed together.
const TOGETHER: u64 = 200;
/// Rounds, of which the median counts.
const ROUNDS: usize = 21;
/// The most that an arrival among many may cost, of one among few. The goal is 2, which 1,000 entries hold (1.0); among
/// 100,000 it is 2.5, since two trees by entry id are looked at in places that no cache holds.
const MOST: f64 = 3.0;
const MOST_SHORT: f64 = 6.0;

/// Messages that a page of a room shows.
const PAGE: usize = 50;

/// What is said in the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Posts by themselves.
    Posts,
    /// Messages of a room, each of which names the one before as seen.
    Room,
    /// Answers, each to the one before.
    Answers,
}

impl Says {
    const ALL: [Self; 3] = [Self::Posts, Self::Room, Self::Answers];

    fn name(self) -> &'static str {
        match self {
            Self::Posts => "a post",
            Self::Room => "a message of a room",
            Self::Answers => "an answer",
        }
    }
}

fn id_of(number: u64) -> EntryId {
    EntryId(hash(&number.to_be_bytes()).0)
}

/// A person, their organisation, and records in its space.
struct Club {
    template: Record,
    card: Record,
    book: IdentityBook,
    scope: Scope,
    next: u64,
    says: Says,
}

impl Club {
    fn new(says: Says) -> Self {
        let (mut author, inception) = Author::new(1);
        let id = author.id;
        let mut person = IdentityState::new(id);
        person.apply([Record::of(&inception).unwrap()]);
        let mut book = IdentityBook::new();
        book.insert(id, Arc::new(person.view().clone()));
        let fields = vec![Field::Kind(Kind::Organisation), Field::Name("Lavoir".into()), Field::Position(AT)];
        let card = ElementOp { owner: id, seed: vec![5; 16], fields };
        let scope = Scope::container(AT, card.id());
        let card = Op::Element(Box::new(card));
        let card = Record::of(&author.write(scope, &card, 1_000)).unwrap();
        Self { template: card.clone(), card, book, scope, next: 0, says }
    }

    fn posts(&mut self, count: u64) -> Vec<Record> {
        let records = (self.next..self.next + count).map(|number| {
            let (text, before) = (format!("message {number}"), number.checked_sub(1).map(id_of));
            let post = PostOp { text, ..PostOp::default() };
            let post = match self.says {
                Says::Posts => post,
                Says::Room => PostOp { room: true, after: before.into_iter().collect(), ..post },
                Says::Answers => PostOp { reply_to: before, ..post },
            };
            let id = id_of(number);
            Record {
                id,
                place: EntryPlace::of(&self.template.log, number + 1, id),
                seq: number + 1,
                stamp: Stamp::from_ms(2_000 + number),
                op: Op::Post(post),
                ..self.template.clone()
            }
        });
        let records = records.collect();
        self.next += count;
        records
    }

    fn holding(&mut self, entries: u64) -> ScopeState {
        let mut state = ScopeState::new(self.scope);
        state.apply([self.card.clone()], &self.book);
        state.apply(self.posts(entries - 1), &self.book);
        assert_eq!(state.view().posts.len() as u64, entries - 1, "the founder writes there");
        state
    }
}

/// Each comes by itself; of a room and a conversation the latest page is shown then, and what an answer would name.
fn arrive(state: &mut ScopeState, posts: Vec<Record>, club: &Club) {
    for post in posts {
        let id = post.id;
        let changes = state.apply([post], &club.book);
        assert_eq!(changes.refolded, 0);
        black_box(changes);
        let view = state.view();
        match club.says {
            Says::Posts => {}
            Says::Room => {
                let room = Some(club.scope.container);
                black_box((view.room_before(room, None, PAGE), view.seen_last_in(room)));
            }
            Says::Answers => {
                let first = view.first_of(id);
                black_box((view.conversation_before(first, None, PAGE), view.seen_last(first)));
            }
        }
    }
}

/// How long so many arrivals take. A small container is a copy, so that it stays small.
fn timed(club: &mut Club, state: &mut ScopeState, posts: u64) -> Duration {
    let mut copy = (state.view().posts.len() < 10_000).then(|| state.clone());
    let (next, few) = (club.next, copy.is_some());
    let state = copy.as_mut().unwrap_or(state);
    let posts = club.posts(posts);
    if few {
        club.next = next;
    }
    let begun = std::time::Instant::now();
    arrive(state, posts, club);
    begun.elapsed()
}

fn bench(criterion: &mut Criterion) {
    for says in Says::ALL {
        let mut group = criterion.benchmark_group(format!("{} arrives in a container", says.name()));
        for size in SIZES {
            let mut club = Club::new(says);
            let mut state = club.holding(size);
            group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bench, _| {
                bench.iter_custom(|count| {
                    let rounds = (0..count).step_by(TOGETHER as usize).map(|done| TOGETHER.min(count - done));
                    rounds.map(|posts| timed(&mut club, &mut state, posts)).sum()
                });
            });
        }
        group.finish();
    }
    Says::ALL.into_iter().for_each(|says| ratios(says, SIZES, MOST));
}

/// Against the smallest, in turns, so that a busy machine disturbs all alike.
fn ratios(says: Says, sizes: [u64; 3], most: f64) {
    let held = sizes.iter().map(|size| {
        let mut club = Club::new(says);
        let state = club.holding(*size);
        (club, state)
    });
    let mut held: Vec<(Club, ScopeState)> = held.collect();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); held.len()];
    for _ in 0..ROUNDS {
        for ((club, state), times) in held.iter_mut().zip(&mut times) {
            times.push(timed(club, state, TOGETHER));
        }
    }
    let medians: Vec<f64> = times
        .into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times[ROUNDS / 2].as_secs_f64() * 1e6 / TOGETHER as f64
        })
        .collect();
    for (size, median) in sizes.iter().zip(&medians) {
        let ratio = median / medians[0];
        let (what, least) = (says.name(), sizes[0]);
        println!("{what} among {size}: {median:.1} µs, {ratio:.2} of one among {least} (at most {most})");
        assert!(ratio <= most, "{what} among {size} costs {ratio:.2} of one among {least}");
    }
}

criterion_group!(benches, bench);

fn main() {
    if std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some() {
        return Says::ALL.into_iter().for_each(|says| ratios(says, SIZES_SHORT, MOST_SHORT));
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
