//! Logs of which a suffix is held: their beginnings are asked for in turn, whoever fills the replica with others.
//! SPEC.md §9.1.

use crate::sync::{Side, everything, log_of, pull, put, unsigned};
use communaut_protocol::{
    LogId,
    entry::{Head, HeldEntry},
    ids::EntryId,
    replication::{WANTS_MAX, message::Missing, replica::Replica},
};

/// The newest entry that a side holds of a log.
fn newest(side: &Side, log: &LogId) -> HeldEntry {
    let tip = side.replica.state(log).unwrap().tip;
    let at = Missing { log: *log, seq: tip.seq, id: tip.id };
    HeldEntry::clone(side.replica.entry(&at).unwrap())
}

/// Backlinks cost nothing to invent: logs over them filled each question for beginnings, and those behind them by key
/// were never asked for.
#[test]
fn logs_over_invented_backlinks_keep_nobody_from_their_beginnings() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let mut logs: Vec<LogId> = (0..=WANTS_MAX as u64 + 88).map(log_of).collect();
    logs.sort_by_key(LogId::key);
    let honest = logs.pop().unwrap();
    for log in logs {
        let entry = unsigned(log, Some(Head { seq: 4, id: EntryId([9; 32]) }), 1);
        a.replica.take(entry.clone(), true).unwrap();
        b.replica.take(entry, true).unwrap();
    }
    put(&mut b.replica, honest, 3);
    a.replica.take(newest(&b, &honest), true).unwrap();
    let whole = |side: &Side| side.replica.state(&honest).unwrap().is_complete();
    pull(&mut a, &mut b, everything());
    assert!(!whole(&a), "others come before it");
    // A connection that breaks meanwhile does not begin anew.
    a.pull.on_failure();
    pull(&mut a, &mut b, everything());
    assert!(whole(&a));
    // And from the first on again: it may have come meanwhile.
    let first = LogId { epoch: honest.epoch ^ 1, ..honest };
    put(&mut b.replica, first, 2);
    a.replica.take(newest(&b, &first), true).unwrap();
    for _ in 0..2 {
        pull(&mut a, &mut b, everything());
    }
    assert!(a.replica.state(&first).unwrap().is_complete());
}

/// Who has written 600 of them, 2.4 MB as strangers count, costs each two nodes so much every 15 seconds for ever.
#[test]
fn beginnings_that_a_peer_does_not_have_rest_until_it_has_something_new() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    for log in (0..600).map(log_of) {
        let entry = unsigned(log, Some(Head { seq: 4, id: EntryId([9; 32]) }), 1);
        a.replica.take(entry.clone(), true).unwrap();
        b.replica.take(entry, true).unwrap();
    }
    // Two whole turns: of none of them has the peer anything more.
    for _ in 0..4 {
        pull(&mut a, &mut b, everything());
    }
    let bytes: usize = (0..4).map(|_| pull(&mut a, &mut b, everything()).0.bytes).sum();
    assert!(bytes < 4 * 1_024, "{bytes} B in four rounds in which nobody wrote anything");
}
