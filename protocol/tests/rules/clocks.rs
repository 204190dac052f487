//! The reference by which stamps are judged, with the clocks of peers. SPEC.md §7.6.

use communaut_protocol::{
    clock::{OwnClock, ToldClock},
    entry::hash,
};

const DAY: u64 = 86_400_000;
const NOW: u64 = 1_800_000_000_000;

fn right() -> OwnClock {
    OwnClock { system_ms: NOW, known_ms: NOW - DAY }
}

#[test]
fn the_median_counts_from_three_peers_on_and_only_forward() {
    let late = OwnClock { system_ms: NOW - 3 * DAY, known_ms: NOW - 4 * DAY };
    assert_eq!(late.reference([NOW, NOW]), NOW - 3 * DAY, "of two, one may lie");
    assert_eq!(late.reference([NOW, NOW, NOW + 1]), NOW);
    assert_eq!(right().reference([NOW - DAY, NOW - DAY, NOW - DAY]), NOW, "never back");
    // One that is wild in either direction changes nothing.
    assert_eq!(late.reference([NOW, NOW + 5, u64::MAX]), NOW + 5);
    assert_eq!(late.reference([0, NOW, NOW + 5]), NOW);
    // Half of them are not most.
    assert_eq!(right().reference([NOW, NOW, u64::MAX, u64::MAX]), NOW);
}

#[test]
fn most_of_them_pull_a_clock_that_looks_right_by_a_week_and_a_lost_one_by_half_a_year() {
    let liars = [u64::MAX; 5];
    assert_eq!(right().reference(liars), NOW + 7 * DAY);
    let lost = OwnClock { system_ms: 0, known_ms: NOW };
    assert_eq!(lost.reference(liars), NOW + 184 * DAY);
    assert_eq!(lost.reference([NOW + 100 * DAY; 3]), NOW + 100 * DAY);
    assert_eq!(OwnClock { system_ms: u64::MAX, known_ms: 0 }.reference(liars), u64::MAX);
}

#[test]
fn a_clock_that_has_lost_time_is_not_told_and_the_reference_never_is() {
    assert_eq!(right().told(), Some(NOW));
    assert_eq!(OwnClock { system_ms: NOW - 1, known_ms: NOW }.told(), None);
}

#[test]
fn a_told_clock_runs_on() {
    let told = ToldClock::new(NOW, 5_000);
    assert_eq!((told.now(5_000), told.now(65_000)), (NOW, NOW + 60_000));
    assert_eq!(told.now(0), NOW, "a monotone clock does not go back; if it did, no harm");
    assert_eq!(ToldClock::new(u64::MAX, 0).now(9), u64::MAX);
}

/// Clocks off by up to an hour either way, as in the simulator: most of a hundred nodes come to within minutes.
#[test]
fn among_many_that_are_a_little_wrong_the_median_is_right() {
    let drawn = |n: u64| u64::from_be_bytes(*hash(&n.to_be_bytes()).0.first_chunk().unwrap());
    let clocks: Vec<u64> = (0..99).map(|n| NOW - 3_600_000 + drawn(n) % 7_200_000).collect();
    let lost = OwnClock { system_ms: 0, known_ms: NOW - 30 * DAY };
    let reference = lost.reference(clocks);
    assert!(reference.abs_diff(NOW) < 10 * 60_000, "{reference}");
}
