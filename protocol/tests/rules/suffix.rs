//! A log that is fetched from its newest entry downwards, and what is decided when the lowest of a restatement comes.
//! SPEC.md §5.5.

use crate::prune::{Link, link};
use communaut_protocol::{
    entry::Head,
    log::{Branch, Found, MemoryLog, NotTaken},
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
        assert_eq!(log.take(ends[0].clone()).unwrap().found, Found::Chain);
        assert_eq!(log.take(ends[1].clone()).unwrap().found, Found::Fork);
        assert_eq!((log.state().unwrap().lo, log.state().unwrap().base), (2, None));
        let taken = log.take(first.clone()).unwrap();
        let second_stays = names[1] < names[0];
        assert_eq!((taken.found, taken.put), (Found::Chain, Branch::First));
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
    assert_eq!(log.take(last.clone()).unwrap().found, Found::Fork);
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
