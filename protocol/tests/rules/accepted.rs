//! How far a log counts whose device was taken out. SPEC.md §7.1.

use communaut_protocol::{
    EntryId,
    entry::Head,
    log::{Accepted, Branch, Fork, LogState},
};
use std::{cell::RefCell, convert::Infallible, ops::Range};

const LO: u64 = 2;
const FORK: u64 = 5;
const TIP: u64 = 9;
const SECOND_TIP: u64 = 7;

/// The id at a place; a different one at each.
fn id(branch: Branch, seq: u64) -> EntryId {
    let mut id = [0; 32];
    id[0] = u8::try_from(seq).unwrap();
    id[1] = u8::from(branch == Branch::Second);
    EntryId(id)
}

fn head(branch: Branch, seq: u64) -> Head {
    Head { seq, id: id(branch, seq) }
}

/// A log from 2 to 9, perhaps forked at 5 with a second branch to 7.
fn state(forked: bool) -> LogState {
    let fork = Fork { at: FORK, tip: head(Branch::Second, SECOND_TIP) };
    LogState {
        floor: LO,
        base: None,
        lo: LO,
        tip: head(Branch::First, TIP),
        fork: forked.then_some(fork),
        newest: Default::default(),
    }
}

fn accepted(state: &LogState, heads: &[Head]) -> Accepted {
    let asked = RefCell::new(Vec::new());
    let at = |branch, seq| {
        asked.borrow_mut().push((branch, seq));
        Ok::<_, Infallible>(Some(id(branch, seq)))
    };
    let accepted = Accepted::of(state, at, |head| heads.contains(&head)).unwrap();
    // What is not held is not asked for.
    for (branch, seq) in asked.into_inner() {
        let held = match branch {
            Branch::First => LO..=TIP,
            Branch::Second => FORK..=SECOND_TIP,
        };
        assert!(held.contains(&seq), "{branch:?} {seq}");
    }
    accepted
}

/// The numbers that count, of the first branch and of the second.
fn counts(accepted: Accepted) -> [Vec<u64>; 2] {
    [Branch::First, Branch::Second].map(|branch| (0..=TIP + 1).filter(|seq| accepted.covers(branch, *seq)).collect())
}

fn numbers(first: Range<u64>, second: Range<u64>) -> [Vec<u64>; 2] {
    [first.collect(), second.collect()]
}

#[test]
fn nothing_counts_of_a_log_of_which_no_entry_was_accepted() {
    for forked in [false, true] {
        let none = accepted(&state(forked), &[]);
        assert_eq!(none, Accepted::default());
        assert_eq!([none.last(Branch::First), none.last(Branch::Second)], [None, None]);
        assert_eq!(counts(none), numbers(0..0, 0..0));
    }
    // An id alone, or a number alone, is not an entry.
    let elsewhere = Head { seq: 4, id: id(Branch::First, 6) };
    assert_eq!(accepted(&state(false), &[elsewhere]), Accepted::default());
}

#[test]
fn an_accepted_entry_counts_with_all_before_it_and_nothing_after() {
    for last in LO..=TIP {
        let accepted = accepted(&state(false), &[head(Branch::First, last)]);
        assert_eq!(accepted.last(Branch::First), Some(last));
        assert_eq!(counts(accepted), numbers(0..last + 1, 0..0));
    }
    // Of several the highest.
    let two = accepted(&state(false), &[head(Branch::First, 3), head(Branch::First, 6)]);
    assert_eq!(two.last(Branch::First), Some(6));
}

#[test]
fn a_branch_counts_with_what_lies_before_the_fork_and_not_with_the_other_branch() {
    for last in FORK..=SECOND_TIP {
        let second = accepted(&state(true), &[head(Branch::Second, last)]);
        assert_eq!(counts(second), numbers(0..FORK, 0..last + 1), "second to {last}");
    }
    for first in [3, FORK, TIP] {
        let both = accepted(&state(true), &[head(Branch::First, first), head(Branch::Second, SECOND_TIP)]);
        assert_eq!(both.last(Branch::First), Some(first.max(FORK - 1)), "first to {first}");
        assert_eq!(both.last(Branch::Second), Some(SECOND_TIP));
    }
    let first = accepted(&state(true), &[head(Branch::First, TIP)]);
    assert_eq!([first.last(Branch::First), first.last(Branch::Second)], [Some(TIP), None]);
}

#[test]
fn a_fork_at_the_first_entry_has_nothing_before_it() {
    let fork = Fork { at: 0, tip: head(Branch::Second, 1) };
    let state = LogState { floor: 0, lo: 0, fork: Some(fork), ..state(false) };
    let at = |branch, seq| Ok::<_, Infallible>(Some(id(branch, seq)));
    let second = Accepted::of(&state, at, |held| held == head(Branch::Second, 0)).unwrap();
    assert_eq!([second.last(Branch::First), second.last(Branch::Second)], [None, Some(0)]);
}

#[test]
fn what_cannot_be_looked_up_is_an_error_and_what_is_gone_does_not_count() {
    let broken = Accepted::of(&state(false), |_, _| Err("no disk"), |_| true);
    assert_eq!(broken, Err("no disk"));
    let gone = |_, seq| Ok::<_, Infallible>((seq < 5).then(|| id(Branch::First, seq)));
    let accepted = Accepted::of(&state(false), gone, |_| true).unwrap();
    assert_eq!(accepted.last(Branch::First), Some(4));
}
