//! A network of nodes in virtual time (cargo feature `sim`): the same engine of replication ([`crate::engine`]) and the
//! same reducers as in the node, under latency, loss, reordering, duplication, partitions, clocks that are wrong,
//! crashes that lose what was not flushed, boxes without room, closed communities among strangers, logs that are
//! pruned, and authors who fork, replay, flood, date back and restate what they never said. Everything follows from a
//! seed.
//!
//! * [`Config`]: how large, how bad
//! * `network`: what becomes of a message
//! * `held`: what one node holds and wants; `node`: its engine, and the transport below
//! * `world`: who writes what, when, the event queue; `world/check`: whether all came to hold the same
//! * [`Report`]: what it cost, and the first difference

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "virtual times and indices that the simulator makes itself"
)]

mod held;
mod network;
mod node;
mod report;
mod world;

pub use report::Report;

/// Milliseconds of virtual time.
pub type Ms = u64;

/// How large a world is, and how bad. All times are milliseconds of virtual time.
#[derive(Debug, Clone, Copy)]
pub struct WorldConfig {
    /// Everything follows from it.
    pub seed: u64,
    /// Replicas, each with one person who writes.
    pub nodes: usize,
    /// Territories, each one cell.
    pub territories: usize,
    /// Territories that one replica follows.
    pub follows: usize,
    /// Entries written, besides what liars write.
    pub writes: usize,
    /// During which they are written.
    pub writing_ms: Ms,
    /// Messages lost, in thousandths.
    pub loss_permille: u32,
    /// Messages that come twice, in thousandths.
    pub duplicate_permille: u32,
    /// Shortest and longest time that a message takes: between the two, it may overtake others.
    pub latency_ms: (Ms, Ms),
    /// The half of the world that cannot be reached from the other half, from when and for how long.
    pub partition: Option<(Ms, Ms)>,
    /// By how much clocks are wrong, at most, either way.
    pub skew_ms: u64,
    /// Replicas that crash once and lose what they had not flushed.
    pub crashes: usize,
    /// Authors who lie.
    pub liars: usize,
    /// Times that somebody prunes a log.
    pub prunes: usize,
    /// Devices that are stolen, and taken out.
    pub thefts: usize,
    /// Closed communities of five nodes each.
    pub communities: usize,
    /// Boxes whose store has no room for all until the writing ends.
    pub small: usize,
    /// Between two rounds of one peer with another, at most.
    pub round_ms: Ms,
    /// When the world must have come to rest.
    pub end_ms: Ms,
}

impl WorldConfig {
    /// A village: what every run of the tests can afford.
    #[must_use]
    pub const fn village(seed: u64) -> Self {
        Self {
            seed,
            nodes: 40,
            territories: 5,
            follows: 2,
            writes: 200,
            writing_ms: 8 * 60 * 1_000,
            loss_permille: 300,
            duplicate_permille: 20,
            latency_ms: (5, 900),
            partition: Some((60_000, 4 * 60 * 1_000)),
            skew_ms: 3_600_000,
            crashes: 4,
            liars: 3,
            prunes: 30,
            thefts: 3,
            communities: 3,
            small: 3,
            round_ms: 15_000,
            end_ms: 60 * 60 * 1_000,
        }
    }
    /// A region: a thousand replicas in forty territories, a third of all messages lost, ten minutes in two halves.
    #[must_use]
    pub const fn region(seed: u64) -> Self {
        Self {
            nodes: 1_000,
            territories: 40,
            writes: 2_000,
            writing_ms: 20 * 60 * 1_000,
            partition: Some((5 * 60 * 1_000, 10 * 60 * 1_000)),
            crashes: 50,
            liars: 20,
            prunes: 300,
            thefts: 20,
            communities: 20,
            small: 50,
            round_ms: 30_000,
            ..Self::village(seed)
        }
    }
}

/// Run a world to its rest. What differs is told with the seed.
#[must_use]
pub fn run(config: WorldConfig) -> Report {
    world::World::new(config).run()
}
