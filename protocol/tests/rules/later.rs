//! Stamps from the future wait, and are never dropped for being early. SPEC.md §7.6.

use crate::common::{Desk, FOIX, element, person};
use communaut_protocol::{
    Scope,
    fold::{Later, Record},
    limits::{CLOCK_AHEAD_MS, LATER_MAX},
    op::Op,
};

const NOW: u64 = 1_800_000_000_000;

fn records(stamps: impl IntoIterator<Item = u64>) -> Vec<Record> {
    let (alice, mut desk) = (person(1), Desk::default());
    let op = Op::Element(Box::new(element(alice.id, 1, "Four", FOIX)));
    stamps.into_iter().map(|ms| desk.record(&alice, Scope::open(FOIX), ms, &op)).collect()
}

fn stamps(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.stamp.ms()).collect()
}

#[test]
fn what_is_early_waits_for_its_time() {
    let mut later = Later::default();
    let edge = NOW + CLOCK_AHEAD_MS;
    let now = later.sift(records([NOW + 86_400_000, edge, 5, edge + 1]), NOW);
    assert_eq!(stamps(&now), [edge, 5]);
    assert_eq!((later.len(), stamps(&later.due(NOW)).len()), (2, 0));
    assert_eq!(stamps(&later.due(NOW + 1)), [edge + 1]);
    assert_eq!(stamps(&later.due(NOW + 2 * 86_400_000)), [NOW + 86_400_000]);
    assert!(later.is_empty());
}

#[test]
fn the_same_record_waits_once() {
    let mut later = Later::default();
    let early = records([NOW + 86_400_000]);
    assert!(later.sift(early.clone(), NOW).is_empty());
    assert!(later.sift(early, NOW).is_empty());
    assert_eq!(later.len(), 1);
}

#[test]
fn of_too_many_those_furthest_ahead_are_let_go() {
    let one = records([NOW + 86_400_000]).remove(0);
    let mut later = Later::default();
    for n in 0..=LATER_MAX as u64 {
        let mut record = one.clone();
        record.stamp = communaut_protocol::Stamp::from_ms(NOW + 86_400_000 + n);
        assert!(later.sift(vec![record], NOW).is_empty());
    }
    assert_eq!(later.len(), LATER_MAX);
    let all = later.due(u64::MAX >> 16);
    assert_eq!(all.last().unwrap().stamp.ms(), NOW + 86_400_000 + LATER_MAX as u64 - 1);
}

#[test]
fn what_waits_of_a_scope_goes_when_that_is_fed_again() {
    let mut later = Later::default();
    let early = records([NOW + 86_400_000, NOW + 86_400_001]);
    assert!(later.sift(early.clone(), NOW).is_empty());
    later.forget(&Scope::identity(person(1).id));
    assert_eq!(later.len(), 2);
    later.forget(&Scope::open(FOIX));
    // One of them is held no longer.
    assert!(later.sift(vec![early[1].clone()], NOW).is_empty());
    assert_eq!(stamps(&later.due(NOW + 2 * 86_400_000)), [NOW + 86_400_001]);
}
