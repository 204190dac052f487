//! What is kept of a log depends on the entries that exist, not on the order in which they came. SPEC.md §5.

use crate::common::cases;
use communaut_protocol::{
    EntryId, Header, LogId, Position, Scope, Stamp,
    entry::{Head, hash},
    ids::{AuthorId, DeviceId, Hash},
    limits::EPOCHS_MAX,
    log::{Branch, EpochAnswer, Fork, Linked, LogState, MemoryLog, NotTaken, Placement, admit_epoch},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A header with an id of our choice: the rules of a log look at nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    header: Header,
    id: EntryId,
}

impl Linked for Link {
    fn header(&self) -> &Header {
        &self.header
    }
    fn id(&self) -> EntryId {
        self.id
    }
}

/// Entry of a name behind another.
fn link(name: u32, parent: Option<&Link>) -> Link {
    let log = LogId {
        scope: Scope::open(Position { lat_e7: 429_650_000, lon_e7: 16_070_000 }),
        author: AuthorId([7; 32]),
        device: DeviceId([7; 32]),
        epoch: 1,
    };
    let seq = parent.map_or(0, |parent| parent.header.seq + 1);
    let header = Header {
        seq,
        backlink: parent.map(|parent| parent.id),
        payload_size: 0,
        payload_hash: Hash([0; 32]),
        ..Header::following(log, None, Stamp::from_ms(1_000 + u64::from(name)), 12)
    };
    // Its first bytes order it: the name does.
    let mut id = hash(&name.to_be_bytes()).0;
    id[..4].copy_from_slice(&name.to_be_bytes());
    Link { header, id: EntryId(id) }
}

/// What SPEC.md says is kept, computed from all entries at once.
fn kept(entries: &[Link]) -> Vec<EntryId> {
    let children = |of: Option<EntryId>| {
        let mut children: Vec<&Link> = entries.iter().filter(|link| link.header.backlink == of).collect();
        children.sort_by_key(|link| link.id);
        children
    };
    let chain = |from: &Link| {
        let mut chain = vec![from.id];
        while let Some(next) = children(chain.last().copied()).first() {
            chain.push(next.id);
        }
        chain
    };
    let mut kept = Vec::new();
    loop {
        let next = children(kept.last().copied());
        match next.as_slice() {
            [] => return kept,
            [one] => kept.push(one.id),
            [one, two, ..] => {
                kept.extend(chain(one).into_iter().chain(chain(two)));
                return kept;
            }
        }
    }
}

/// Offer entries in an order, again and again, until nothing is taken any more.
fn settle(entries: &[Link]) -> MemoryLog<Link> {
    let mut log = MemoryLog::new();
    loop {
        let mut moved = false;
        for entry in entries {
            moved |= log.take(entry.clone()).is_ok();
        }
        if !moved {
            return log;
        }
    }
}

fn ids(log: &MemoryLog<Link>) -> Vec<EntryId> {
    let mut ids: Vec<EntryId> = log.entries().map(|entry| entry.id).collect();
    ids.sort_unstable();
    ids
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_order_keeps_the_same(
        parents in prop::collection::vec((0_u32..12, 0_u32..u32::MAX), 1..14),
        order in prop::collection::vec(0_usize..1_000, 14),
    ) {
        // Each entry stands behind one made before it, or begins the log.
        let mut entries: Vec<Link> = Vec::new();
        for (index, (parent, name)) in parents.iter().enumerate() {
            let name = name.wrapping_mul(16).wrapping_add(u32::try_from(index).unwrap());
            let parent = entries.get(*parent as usize).cloned();
            entries.push(link(name, parent.as_ref()));
        }
        let mut shuffled = entries.clone();
        shuffled.sort_by_key(|entry| order[entries.iter().position(|other| other.id == entry.id).unwrap()]);
        let mut expected = kept(&entries);
        expected.sort_unstable();
        let (one, two) = (settle(&entries), settle(&shuffled));
        prop_assert_eq!(&ids(&one), &expected);
        prop_assert_eq!(&ids(&two), &expected);
        prop_assert_eq!(one.state().unwrap().digest(), two.state().unwrap().digest());
        prop_assert_eq!(one.state().unwrap().newest.ms() > 0, true);
        // The tips are those that the entries say.
        let mut tips: BTreeMap<EntryId, u64> = BTreeMap::new();
        for entry in one.entries() {
            if !one.entries().any(|other| other.header.backlink == Some(entry.id)) {
                tips.insert(entry.id, entry.header.seq);
            }
        }
        let said: BTreeMap<EntryId, u64> = one.state().unwrap().tips().map(|tip| (tip.id, tip.seq)).collect();
        prop_assert_eq!(said, tips);
    }
}

/// A chain of names, each behind the one before.
fn chain(names: &[u32]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for name in names {
        let next = link(*name, links.last());
        links.push(next);
    }
    links
}

#[test]
fn a_chain_grows_at_its_tip_and_tells_what_is_missing() {
    let links = chain(&[5, 4, 3, 2]);
    let mut log = MemoryLog::new();
    assert_eq!(log.take(links[1].clone()), Err(NotTaken::Gap { from: 0 }));
    assert_eq!(log.take(links[0].clone()).unwrap().found, Placement::Chain);
    assert_eq!(log.take(links[0].clone()), Err(NotTaken::Known));
    assert_eq!(log.take(links[2].clone()), Err(NotTaken::Gap { from: 1 }));
    log.take(links[1].clone()).unwrap();
    assert_eq!(log.state().unwrap().tip_of(Branch::First), Some(Head { seq: 1, id: links[1].id }));
    assert_eq!(log.state().unwrap().tip_of(Branch::Second), None);
    // The right number behind a stranger.
    let stranger = link(9, Some(&link(8, Some(&link(7, None)))));
    assert_eq!(stranger.header.seq, 2);
    assert_eq!(log.take(stranger), Err(NotTaken::Unrooted));
}

#[test]
fn refusals_are_counted_under_names_that_stay() {
    let refusals = [
        (NotTaken::Known, "known", false),
        (NotTaken::Gap { from: 1 }, "gap", true),
        (NotTaken::Unrooted, "backlink", true),
        (NotTaken::Outdone, "fork", true),
        (NotTaken::Epochs, "epochs", false),
        (NotTaken::Budget, "budget", false),
        (NotTaken::Aside, "aside", false),
        (NotTaken::Pruned { floor: 1 }, "pruned", false),
    ];
    for (refusal, name, open) in refusals {
        assert_eq!((refusal.name(), refusal.leaves_open()), (name, open));
    }
}

#[test]
fn a_fork_keeps_both_a_third_branch_only_if_smaller() {
    let trunk = chain(&[1, 50]);
    let mut log = MemoryLog::new();
    for entry in &trunk {
        log.take(entry.clone()).unwrap();
    }
    let (forty, sixty, thirty) = (link(40, Some(&trunk[0])), link(60, Some(&trunk[0])), link(30, Some(&trunk[0])));
    let taken = log.take(forty.clone()).unwrap();
    assert_eq!((taken.found, taken.put), (Placement::Fork, Branch::Second));
    let state = *log.state().unwrap();
    assert_eq!(state.fork, Some(Fork { at: 1, tip: Head { seq: 1, id: forty.id } }));
    assert_eq!(state.tip_of(Branch::First), Some(Head { seq: 1, id: trunk[1].id }));
    assert_eq!(state.tip_of(Branch::Second), Some(Head { seq: 1, id: forty.id }));
    let tips: Vec<bool> = [&trunk[0], &trunk[1], &forty, &sixty].iter().map(|link| state.has_tip(link.id)).collect();
    assert_eq!(tips, [false, true, true, false]);
    assert_eq!(log.take(sixty.clone()), Err(NotTaken::Outdone));
    // The largest goes, with all that stood behind it.
    let behind = link(51, Some(&trunk[1]));
    log.take(behind).unwrap();
    let taken = log.take(thirty.clone()).unwrap();
    assert_eq!((taken.found, taken.promote), (Placement::Smaller, Some(1)));
    assert_eq!(log.state().unwrap().tips().map(|tip| tip.id).collect::<Vec<_>>(), [thirty.id, forty.id]);
    assert_eq!(log.entries().count(), 3);
}

#[test]
fn newest_first_then_downwards() {
    let links = chain(&[5, 4, 3, 2]);
    let mut log = MemoryLog::new();
    assert!(log.begin(links[2].clone()));
    assert!(!log.begin(links[2].clone()), "it has begun");
    let state = |log: &MemoryLog<Link>| *log.state().unwrap();
    assert!(!state(&log).is_complete());
    log.take(links[3].clone()).unwrap();
    assert_eq!(log.take(links[0].clone()), Err(NotTaken::Gap { from: 1 }));
    // Another entry of that number is not the one that the lowest names.
    assert_eq!(log.take(link(9, Some(&link(8, None)))), Err(NotTaken::Unrooted));
    log.take(links[1].clone()).unwrap();
    log.take(links[0].clone()).unwrap();
    assert!(state(&log).is_complete());
    let mut whole = MemoryLog::new();
    for entry in links {
        whole.take(entry).unwrap();
    }
    assert_eq!(state(&log), state(&whole));
}

#[test]
fn a_fork_at_the_lowest_of_a_suffix_waits_for_what_comes_before() {
    let trunk = chain(&[1, 2, 3]);
    let rival = link(9, Some(&trunk[0]));
    let mut log = MemoryLog::new();
    assert!(log.begin(trunk[1].clone()));
    assert_eq!(log.take(rival.clone()), Err(NotTaken::Gap { from: 0 }));
    log.take(trunk[0].clone()).unwrap();
    assert_eq!(log.take(rival).unwrap().found, Placement::Fork);
}

#[test]
fn what_was_restated_is_not_taken() {
    let links = chain(&[1, 2, 3]);
    let state = LogState {
        floor: 2,
        base: None,
        lo: 2,
        tip: Head { seq: 2, id: links[2].id },
        fork: None,
        newest: Stamp::from_ms(1),
    };
    let none = |_: Branch, _: u64| None;
    let answer = communaut_protocol::log::take(Some(&state), &links[1].header, links[1].id, none, || None);
    assert_eq!(answer, Err(NotTaken::Pruned { floor: 2 }));
    assert!(state.is_complete());
}

#[test]
fn the_smallest_epochs_count() {
    let full: Vec<u64> = (10..10 + EPOCHS_MAX as u64).collect();
    assert_eq!(admit_epoch(&full[..7], 99, EPOCHS_MAX), EpochAnswer::Admitted);
    assert_eq!(admit_epoch(&full, 12, EPOCHS_MAX), EpochAnswer::Admitted);
    assert_eq!(admit_epoch(&full, 99, EPOCHS_MAX), EpochAnswer::Declined);
    assert_eq!(admit_epoch(&full, 3, EPOCHS_MAX), EpochAnswer::Displaces(17));
}

#[test]
fn below_the_fork_both_branches_are_the_same_entries() {
    let base = link(1, None);
    let (one, two) = (link(2, Some(&base)), link(3, Some(&base)));
    let mut log = MemoryLog::new();
    for entry in [&base, &one, &two] {
        log.take(entry.clone()).unwrap();
    }
    assert_eq!(log.state().unwrap().fork.unwrap().at, 1);
    assert_eq!([log.get(Branch::First, 0), log.get(Branch::Second, 0)], [Some(&base), Some(&base)]);
    assert_eq!([log.get(Branch::First, 1), log.get(Branch::Second, 1)], [Some(&one), Some(&two)]);
    assert_eq!(log.get(Branch::Second, 2), None);
    let of = |branch| log.branch(branch).map(|(seq, entry)| (seq, entry.id)).collect::<Vec<_>>();
    assert_eq!([of(Branch::First), of(Branch::Second)], [vec![(0, base.id), (1, one.id)], vec![(1, two.id)]]);
}

#[test]
fn where_a_branch_forks_upon_a_branch_the_smaller_of_the_two_before_stays() {
    for names in [[10, 20], [20, 10]] {
        let base = link(1, None);
        let next = link(2, Some(&base));
        let [one, two] = names.map(|name| link(name, Some(&next)));
        // Behind the base as `next` is, so that the branches now part there.
        let earlier = link(30, Some(&base));
        let mut log = MemoryLog::new();
        for entry in [&base, &next, &one, &two] {
            log.take(entry.clone()).unwrap();
        }
        assert_eq!(log.state().unwrap().fork.unwrap().at, 2);
        log.take(earlier.clone()).unwrap();
        let smaller = if names[0] < names[1] { &one } else { &two };
        let state = log.state().unwrap();
        assert_eq!((state.tip.id, state.fork.unwrap().at, state.fork.unwrap().tip.id), (smaller.id, 1, earlier.id));
        let of = |branch| log.branch(branch).map(|(_, entry)| entry.id).collect::<Vec<_>>();
        assert_eq!(of(Branch::First), [base.id, next.id, smaller.id], "{names:?}");
        assert_eq!(of(Branch::Second), [earlier.id]);
    }
}

#[test]
fn a_log_of_a_wide_scope_begins_with_its_first_entry_alone() {
    let wide = |seq| {
        let mut first = link(1, None);
        first.header.log.scope = Scope { cell: "u0".parse().unwrap(), ..first.header.log.scope };
        first.header.seq = seq;
        first
    };
    assert!(wide(0).header.log.scope.is_wide());
    assert!(MemoryLog::new().begin(wide(0)));
    assert!(!MemoryLog::new().begin(wide(1)), "what comes before decides whether there is room");
    let mut held = MemoryLog::new();
    assert!(held.begin(link(1, None)));
    assert!(!held.begin(link(2, None)), "something is held");
}
