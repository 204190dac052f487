//! Replicas that know of a restatement, and those that do not yet, come to rest. SPEC.md §5.5, §9.1.

use crate::{
    common::cases,
    sync::{Side, everything, log_of, pull, put, states},
};
use communaut_protocol::{
    Header, LogId, Stamp,
    entry::{Body, HeldEntry, LEAVES},
    ids::{Hash, Signature},
    log::NotTaken,
    replication::{memory::MemoryReplica, replica::Replica},
};
use proptest::prelude::*;

/// Restate a log in so many entries of so many bytes each.
fn restate(replica: &mut MemoryReplica, log: LogId, parts: usize, bytes: usize, salt: u8) {
    for at in 0..parts {
        let tip = replica.state(&log).unwrap().tip;
        let header = Header {
            seq: tip.seq + 1,
            backlink: Some(tip.id),
            flags: if at + 1 == parts { Header::prune_flags(at).unwrap() } else { LEAVES },
            payload_size: u32::try_from(bytes).unwrap(),
            payload_hash: Hash([salt; 32]),
            ..Header::following(log, None, Stamp::from_ms(5_000 + at as u64), 18)
        };
        let bytes_of = header.encode(Signature([7; 64])).unwrap();
        replica.take(HeldEntry::from_store(bytes_of, Body::Present(vec![1; bytes])).unwrap(), false).unwrap();
    }
}

fn held(replica: &MemoryReplica, log: &LogId) -> (u64, u64, u64, usize) {
    let state = replica.state(log).unwrap();
    (state.floor, state.lo, state.tip.seq, replica.entries().count())
}

/// Ask each other until both have caught up.
fn meet(one: &mut Side, other: &mut Side) -> usize {
    pull(one, other, everything()).0.rounds + pull(other, one, everything()).0.rounds
}

#[test]
fn a_newcomer_gets_the_restatement_alone() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let log = log_of(1);
    put(&mut b.replica, log, 500);
    restate(&mut b.replica, log, 3, 1_000, 1);
    put(&mut b.replica, log, 2);
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!(held(&a.replica, &log), (500, 500, 504, 5));
    assert!(cost.entries < 5 * 1_400, "{cost:?}");
    assert_eq!((states(&a.replica), a.refused.len()), (states(&b.replica), 0));
}

#[test]
fn a_newcomer_begins_with_the_newest_and_stops_at_the_floor() {
    let (mut a, mut b) = (Side::new(1), Side::new(2));
    let log = log_of(1);
    put(&mut b.replica, log, 300);
    restate(&mut b.replica, log, 30, 50_000, 1);
    put(&mut b.replica, log, 200);
    let (cost, _) = pull(&mut a, &mut b, everything());
    assert_eq!(held(&a.replica, &log), (300, 300, 529, 230));
    assert_eq!((states(&a.replica), a.refused.len()), (states(&b.replica), 0));
    assert!(cost.rounds < 10, "{cost:?}");
    // Nothing is left to ask for.
    let (again, _) = pull(&mut a, &mut b, everything());
    assert_eq!((again.rounds, again.entries), (1, 0));
}

/// The restatement is longer than one answer, and does not follow what the other holds.
#[test]
fn who_holds_what_stood_before_lets_it_go_when_the_whole_of_it_has_come() {
    for (parts, bytes) in [(1, 100), (5, 1_000), (64, 55_000)] {
        let (mut a, mut b) = (Side::new(1), Side::new(2));
        let log = log_of(1);
        put(&mut b.replica, log, 8);
        pull(&mut a, &mut b, everything());
        assert_eq!(held(&a.replica, &log), (0, 0, 7, 8));
        put(&mut b.replica, log, 4);
        restate(&mut b.replica, log, parts, bytes, 1);
        put(&mut b.replica, log, 3);
        // First the other asks, who has dropped what this one still has: nothing of it comes back.
        let (none, _) = pull(&mut b, &mut a, everything());
        assert_eq!((none.entries, b.refused.len()), (0, 0), "{parts}");
        let (cost, _) = pull(&mut a, &mut b, everything());
        let last = 11 + parts as u64 + 3;
        assert_eq!(held(&a.replica, &log), (12, 12, last, parts + 3), "{parts}");
        assert_eq!(states(&a.replica), states(&b.replica));
        let said: Vec<&str> = a.refused.iter().copied().filter(|name| *name != "aside").collect();
        assert_eq!(said, [] as [&str; 0]);
        assert!(cost.rounds < 12, "{parts}: {cost:?}");
        assert!(meet(&mut a, &mut b) <= 3);
    }
}

/// As by gossip: the last entry alone has come, of a restatement that begins behind what is missing.
#[test]
fn a_third_who_followed_neither_learns_from_both() {
    let (mut old, mut new, mut third) = (Side::new(1), Side::new(2), Side::new(3));
    let log = log_of(1);
    put(&mut new.replica, log, 20);
    pull(&mut old, &mut new, everything());
    restate(&mut new.replica, log, 4, 1_000, 1);
    pull(&mut third, &mut old, everything());
    assert_eq!(held(&third.replica, &log), (0, 0, 19, 20));
    pull(&mut third, &mut new, everything());
    pull(&mut third, &mut old, everything());
    assert_eq!(held(&third.replica, &log), (20, 20, 23, 4));
    pull(&mut old, &mut third, everything());
    assert_eq!(states(&old.replica), states(&new.replica));
    assert!(third.refused.is_empty(), "{:?}", third.refused);
    // Whatever is handed to it of before is refused by name, and nothing grows.
    let mut before = Side::new(4);
    put(&mut before.replica, log, 1);
    let entry = before.replica.entries().next().unwrap().clone();
    assert_eq!(third.replica.take(entry, false), Err(NotTaken::Pruned { floor: 20 }));
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_replicas_agree_whoever_pruned_what_when(
        steps in prop::collection::vec((0_usize..3, 0_u8..8, 1_usize..5), 1..30),
    ) {
        // One author's copies, by which it has forked its own log: the worst case.
        let mut sides = [Side::new(1), Side::new(2), Side::new(3)];
        let log = log_of(1);
        put(&mut sides[0].replica, log, 3);
        for (at, (who, what, many)) in steps.iter().enumerate() {
            let salt = u8::try_from(at).unwrap() + 10;
            match what {
                0..=2 if sides[*who].replica.state(&log).is_some() => {
                    // Numbers differ, so that copies write different entries.
                    restate(&mut sides[*who].replica, log, if *what == 0 { *many } else { 1 }, 100, salt);
                }
                3..=4 if sides[*who].replica.state(&log).is_some() => {
                    put(&mut sides[*who].replica, log, (*many + at) as u64);
                }
                _ => {
                    let mut asker = std::mem::replace(&mut sides[*who], Side::new(9));
                    pull(&mut asker, &mut sides[(*who + *many) % 3], everything());
                    sides[*who] = asker;
                }
            }
        }
        for _ in 0..3 {
            for (one, other) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
                let mut asker = std::mem::replace(&mut sides[one], Side::new(9));
                pull(&mut asker, &mut sides[other], everything());
                sides[one] = asker;
            }
        }
        prop_assert_eq!(states(&sides[0].replica), states(&sides[1].replica));
        prop_assert_eq!(states(&sides[0].replica), states(&sides[2].replica));
    }
}
