//! Peers that have met stay cheap over restarts. SPEC.md §9.1.

use crate::sync::{Side, everything, log_of, pull, put, states};
use communaut_protocol::replication::{pull::Pull, serve::Serve};

/// Two that have met and hold a thousand logs.
fn met() -> (Side, Side) {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    (0..1_000).for_each(|n| put(&mut b.replica, log_of(n), 2));
    pull(&mut a, &mut b, everything());
    (a, b)
}

fn restart(side: &mut Side) {
    let cursor = side.pull.cursor().unwrap();
    (side.pull, side.serve) = (Pull::from_cursor(cursor), Serve::default());
}

#[test]
fn a_restarted_asker_asks_once_and_gets_only_what_is_new() {
    let (mut a, mut b) = met();
    put(&mut b.replica, log_of(7), 3);
    restart(&mut a);
    let (cost, told) = pull(&mut a, &mut b, everything());
    assert_eq!((cost.rounds, told.len()), (1, 1));
    assert!(cost.entries > 0 && cost.bytes < cost.entries + 1_024, "{cost:?}");
    assert_eq!(states(&a.replica), states(&b.replica));
    // Twice in a row, with nothing new.
    restart(&mut a);
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!((cost.rounds, cost.entries), (1, 0));
}

#[test]
fn a_restarted_answerer_is_told_the_interests_again_and_nothing_is_compared() {
    let (mut a, mut b) = met();
    put(&mut b.replica, log_of(7), 3);
    b.serve = Serve::default();
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!(cost.rounds, 2);
    // Both at once.
    put(&mut b.replica, log_of(8), 1);
    restart(&mut a);
    b.serve = Serve::default();
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!(cost.rounds, 2);
    assert!(cost.bytes < cost.entries + 2_048, "{cost:?}");
    assert_eq!(states(&a.replica), states(&b.replica));
}

#[test]
fn other_interests_or_another_store_are_compared_anew() {
    let (mut a, mut b) = met();
    let narrow = everything().into_iter().take(100).collect();
    restart(&mut a);
    let (cost, _) = pull(&mut a, &mut b, narrow);
    assert!(cost.rounds <= 2, "{cost:?}");
    let (_, told) = pull(&mut a, &mut b, everything());
    assert_eq!((told.len(), states(&a.replica)), (1, states(&b.replica)));

    restart(&mut a);
    let mut other = Side::new(9);
    put(&mut other.replica, log_of(2_000), 2);
    let (_, told) = pull(&mut a, &mut other, everything());
    assert_eq!(told.len(), 1);
    assert_eq!(a.replica.states().count(), 1_001);
}

#[test]
fn a_connection_that_fails_before_the_first_round_costs_nothing() {
    let (mut a, mut b) = met();
    let cursor = a.pull.cursor().unwrap();
    restart(&mut a);
    a.pull.on_failure();
    assert_eq!(a.pull.cursor(), Some(cursor));
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!(cost.rounds, 1);
    assert!(Pull::default().cursor().is_none());
}
