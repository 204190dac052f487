//! A log that is fetched from its newest entry downwards, and what is decided when the lowest of a restatement comes.
//! SPEC.md §5.5.

use crate::prune::{Link, link};
use communaut_protocol::{
    Stamp,
    entry::Head,
    log::{Branch, LogState, MemoryLog, NotTaken, Placement, RunSeen, restate, take},
};

fn ids(log: &MemoryLog<Link>) -> Vec<u32> {
    log.entries().map(name).collect()
}

/// The name that a link was made with.
fn name(link: &Link) -> u32 {
    u32::from_be_bytes(link.id.0[..4].try_into().unwrap())
}

/// A log whose last three entries restate it, the last of them twice: both ends are restatements of the same beginning.
fn forked_ends(ends: [u32; 2]) -> ([Link; 3], [Link; 2]) {
    let before = link(1, None, None);
    let first = link(2, Some(&before), Some(None));
    let second = link(3, Some(&first), Some(None));
    let ends = ends.map(|name| link(name, Some(&second), Some(Some(2))));
    ([before, first, second], ends)
}

#[test]
fn of_two_restatements_the_one_with_the_smaller_id_stays_when_the_lowest_has_come() {
    for names in [[40, 50], [50, 40]] {
        let ([before, first, second], ends) = forked_ends(names);
        let smaller = ends.iter().min_by_key(|end| end.id).unwrap();
        let mut log = MemoryLog::new();
        assert!(log.begin(second.clone()));
        assert_eq!(log.take(ends[0].clone()).unwrap().found, Placement::Chain);
        assert_eq!(log.take(ends[1].clone()).unwrap().found, Placement::Fork);
        assert_eq!((log.state().unwrap().lo, log.state().unwrap().base), (2, None));
        let taken = log.take(first.clone()).unwrap();
        let second_stays = names[1] < names[0];
        assert_eq!((taken.found, taken.put), (Placement::Chain, Branch::First));
        assert_eq!(taken.promote, second_stays.then_some(3), "{names:?}");
        assert_eq!(taken.cut, (!second_stays).then_some((Branch::Second, 3)), "{names:?}");
        let state = *log.state().unwrap();
        let base = Head { seq: 3, id: smaller.id };
        assert_eq!((state.floor, state.base, state.lo, state.tip, state.fork), (1, Some(base), 1, base, None));
        assert!(state.is_complete());
        assert_eq!(ids(&log), [2, 3, 40]);
        // The same as for who takes it from its beginning.
        let mut upwards = MemoryLog::new();
        for entry in [&before, &first, &second, &ends[0], &ends[1]] {
            // The end that is outdone is refused.
            let _may_be_refused = upwards.take(entry.clone());
        }
        assert_eq!((upwards.state().unwrap().digest(), ids(&upwards)), (state.digest(), vec![2, 3, 40]));
        assert_eq!(log.take(before), Err(NotTaken::Pruned { floor: 1 }));
    }
}

#[test]
fn a_restatement_on_one_branch_alone_decides_and_one_before_the_fork_leaves_it() {
    // On the second branch: an ordinary entry is on the first, with a smaller id.
    let ([_, first, second], _) = forked_ends([0, 0]);
    let (plain, last) = (link(10, Some(&second), None), link(20, Some(&second), Some(Some(2))));
    let mut log = MemoryLog::new();
    assert!(log.begin(second.clone()));
    log.take(plain).unwrap();
    assert_eq!(log.take(last.clone()).unwrap().found, Placement::Fork);
    let taken = log.take(first.clone()).unwrap();
    assert_eq!((taken.promote, taken.cut), (Some(3), None));
    assert_eq!(ids(&log), [2, 3, 20]);
    // Before the fork: what stands behind it goes on, both branches of it.
    let (one, two) = (link(30, Some(&last), None), link(31, Some(&last), None));
    let mut log = MemoryLog::new();
    assert!(log.begin(second));
    for entry in [&last, &one, &two] {
        log.take(entry.clone()).unwrap();
    }
    let taken = log.take(first).unwrap();
    let state = *log.state().unwrap();
    assert_eq!((taken.promote, taken.cut, state.floor, state.fork.map(|fork| fork.at)), (None, None, 1, Some(4)));
    assert_eq!(
        (state.tip_of(Branch::First), state.base.map(|base| base.id)),
        (Some(Head { seq: 4, id: one.id }), Some(last.id))
    );
    let mut held = ids(&log);
    held.sort_unstable();
    assert_eq!(held, [2, 3, 20, 30, 31]);
}

/// What becomes of a restatement of the entries 6 to 8, whose parts are at hand.
fn restated(state: Option<LogState>) -> Option<Result<LogState, NotTaken>> {
    let mut entries = vec![link(0, None, None)];
    for seq in 1..=8_usize {
        let part = match seq {
            6 | 7 => Some(None),
            8 => Some(Some(2)),
            _ => None,
        };
        entries.push(link(seq as u32, entries.last(), part));
    }
    let last = entries.pop().unwrap();
    assert_eq!((last.header.seq, last.header.restates_from()), (8, Some(6)));
    let find = |seq, id| entries.iter().find(|held| held.header.seq == seq && held.id == id);
    restate(state.as_ref(), &last.header, last.id, |seq, id| Some(find(seq, id)?.header.clone()))
}

#[test]
fn a_restatement_is_judged_by_what_is_held_of_its_log() {
    let head = |seq: u64, name: u32| Head { seq, id: link(name, None, None).id };
    let suffix = |floor: u64, lo: u64| LogState {
        floor,
        base: None,
        lo,
        tip: head(9, 99),
        fork: None,
        newest: Stamp::from_ms(1),
    };
    let whole = LogState { lo: 6, floor: 6, base: Some(head(8, 8)), tip: head(8, 8), ..suffix(0, 0) };
    let counts = Some(Ok(LogState { newest: Stamp::from_ms(1_000), ..whole }));
    // Nothing is held, all is, or a suffix that begins where the restatement does, or before.
    for state in [None, Some(suffix(0, 0)), Some(suffix(0, 6)), Some(suffix(0, 5))] {
        assert_eq!(restated(state), counts, "{state:?}");
    }
    // It begins below the suffix: it is taken downwards.
    assert_eq!(restated(Some(suffix(0, 7))), None);
    // Beside another one: that which begins last counts, of two the one with the smaller id.
    let beside = |floor, name| restated(Some(LogState { base: Some(head(9, name)), ..suffix(floor, floor) }));
    assert_eq!(beside(7, 99), Some(Err(NotTaken::Pruned { floor: 7 })));
    assert_eq!(beside(5, 0), counts);
    assert_eq!(beside(6, 9), counts);
    assert_eq!(beside(6, 7), Some(Err(NotTaken::Outdone)));
    assert_eq!(beside(6, 8), Some(Err(NotTaken::Known)));
}

#[test]
fn below_a_fork_the_entries_of_the_first_branch_belong_to_both() {
    for names in [[40, 50], [50, 40]] {
        let ([_, first, second], ends) = forked_ends(names);
        let mut log = MemoryLog::new();
        assert!(log.begin(second.clone()));
        for end in &ends {
            log.take(end.clone()).unwrap();
        }
        // As a store has it: each entry in its branch alone.
        let at = |branch, seq| match (branch, seq) {
            (Branch::First, 2) => Some(&second),
            (Branch::First, 3) => Some(&ends[0]),
            (Branch::Second, 3) => Some(&ends[1]),
            _ => None,
        };
        let seen = |branch, seq| at(branch, seq).map(|entry| RunSeen::of(&entry.header, entry.id));
        let taken = take(log.state(), &first.header, first.id, seen, || second.header.backlink);
        assert_eq!(taken, log.take(first), "{names:?}");
    }
}
