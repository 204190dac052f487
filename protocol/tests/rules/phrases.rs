//! Phrases that serve no longer, several that are typed at once, and the key that decides between them: what whoever
//! finds one gains. SPEC.md §7.1.

use crate::{
    common::{cases, deciding, key, recovery},
    devices::{Log, decide_op, ids, recovery_op, terms},
};
use communaut_protocol::{
    DeviceId, DeviceKey, Entry, EntryId,
    entry::hash,
    fold::{IdentityChange, IdentityState, IdentityView, Record},
    op::{Op, RecoveryTerms},
};
use proptest::prelude::*;

/// Alice recovers on device 13, and from then on another phrase is hers: that of number 3.
fn with_a_new_phrase(log: &mut Log) -> EntryId {
    let new = RecoveryTerms { next: hash(&recovery(3).id().0), ..terms(13, 1, &[], None) };
    log.say(&key(13), &recovery_op(log.alice.id, &recovery(1), &new))
}

fn speakers(view: &IdentityView) -> Vec<DeviceId> {
    view.devices.keys().copied().collect()
}

/// Whoever finds a phrase that serves no longer writes beside the branch on which it was replaced.
#[test]
fn a_superseded_phrase_takes_nobody_over_whatever_number_it_writes() {
    let mut log = Log::new();
    let once = with_a_new_phrase(&mut log);
    let tablet = log.comes_in(&key(13), 14, Some(once));
    let before = log.view();
    for (on, number) in [(66, u32::MAX), (67, 2), (68, 0)] {
        log.recovered(on, number, &[], None);
        log.recovered(on + 10, number, &[], Some(tablet));
    }
    let view = log.view();
    assert_eq!(speakers(&view), ids(&[&key(13), &key(14)]));
    assert_eq!((view.head, view.recoveries, view.recovery), (before.head, 1, before.recovery));
}

/// The most that it does: what came after it does not count, until the deciding key has said which does.
#[test]
fn a_superseded_phrase_freezes_the_recovery_and_what_stood_before_stays() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let phone = log.comes_in(&first, 11, None);
    let before = log.view();
    let once = with_a_new_phrase(&mut log);
    log.comes_in(&key(13), 14, Some(once));
    let other = log.recovered(66, 1, &[], None);
    // However long the branch is that it makes of that.
    let third = log.recovered(67, 2, &[], Some(other));
    log.recovered(68, 3, &[], Some(third));
    let view = log.view();
    let mut contested = vec![once, other];
    contested.sort();
    assert_eq!((&view.contested, view.is_contested(), view.is_frozen()), (&contested, true, false));
    assert_eq!((speakers(&view), view.head, view.out.len()), (ids(&[&first, &key(11)]), Some(phone), 0));
    assert_eq!((view.recoveries, view.recovery, &view.accepted), (0, before.recovery, &before.accepted));
    // Those who spoke before go on: devices come in and go, and compete as ever.
    let tablet = log.comes_in(&first, 12, Some(phone));
    assert_eq!((log.view().head, log.speakers()), (Some(tablet), ids(&[&first, &key(11), &key(12)])));
    log.goes_out(&key(11), &[&first], Some(tablet));
    log.goes_out(&first, &[&key(11)], Some(tablet));
    assert_eq!((log.view().is_frozen(), log.speakers()), (true, ids(&[&key(12)])));
    assert_eq!(log.view().contested, contested);
}

/// A stolen device that once came in by the phrase says the same again, in another entry of its own.
#[test]
fn a_recovery_said_twice_by_its_device_is_one() {
    let mut log = Log::new();
    let op = recovery_op(log.alice.id, &recovery(1), &terms(13, 1, &[], None));
    let one = log.say(&key(13), &op);
    let phone = log.comes_in(&key(13), 11, Some(one));
    log.goes_out(&key(11), &[&key(13)], Some(phone));
    let before = log.view();
    assert_eq!(speakers(&before), ids(&[&key(11)]));
    for _ in 0..4 {
        log.say(&key(13), &op);
    }
    // It may be known by another entry. What follows it follows, whichever that names.
    let view = log.view();
    assert_eq!(IdentityView { brought_in: before.brought_in.clone(), ..view }, before);
    // Proofs by another key are not the same: of the same terms, and of these that key has no say.
    log.say(&key(13), &recovery_op(log.alice.id, &recovery(2), &terms(13, 1, &[], None)));
    assert_eq!(log.view(), before);
}

#[test]
fn the_deciding_key_says_which_recovery_counts_and_with_it_all_that_follows() {
    let mut log = Log::with_deciding_key();
    let once = with_a_new_phrase(&mut log);
    let tablet = log.comes_in(&key(13), 14, Some(once));
    let again = log.say(&key(15), &recovery_op(log.alice.id, &recovery(3), &terms(15, 2, &[], Some(tablet))));
    let whole = log.view();
    assert_eq!((speakers(&whole), whole.recoveries), (ids(&[&key(15)]), 2));
    let said = decide_op(log.alice.id, &deciding(1), once);
    let other = log.recovered(66, 1, &[], None);
    assert!(log.view().is_contested());
    log.say(&key(13), &said);
    let view = log.view();
    assert_eq!((view.head, view.is_contested(), speakers(&view)), (Some(again), false, ids(&[&key(15)])));
    // However many compete from now on, and whoever says the decision again.
    log.recovered(67, 1, &[], None);
    log.say(&key(66), &said);
    assert_eq!(log.speakers(), ids(&[&key(15)]));
    // A key that says both has said nothing.
    log.decides(&key(66), other);
    assert!(log.view().is_contested());
    assert_eq!(log.speakers(), ids(&[&log.alice.key.clone()]));
}

#[test]
fn a_decision_needs_the_key_of_the_inception_and_a_recovery_that_stands() {
    let decided = |log: &mut Log, by: &DeviceKey, recovery| {
        let op = decide_op(log.alice.id, by, recovery);
        log.say(&key(13), &op);
        !log.view().is_contested()
    };
    let competing = |mut log: Log| {
        let (one, other) = (log.recovered(13, 1, &[], None), log.recovered(14, 1, &[], None));
        assert!(log.view().is_contested());
        (log, one, other)
    };
    // Where none was committed to nobody decides, whoever signs.
    let (mut log, one, _) = competing(Log::new());
    for by in [deciding(1), recovery(1), log.alice.key.clone()] {
        assert!(!decided(&mut log, &by, one));
    }
    let (mut log, one, other) = competing(Log::with_deciding_key());
    // Another key; the recovery key itself; one that stands nowhere; one for somebody else.
    for by in [deciding(2), recovery(1)] {
        assert!(!decided(&mut log, &by, one));
    }
    let astray = log.recovered(15, 7, &[], None);
    assert!(!decided(&mut log, &deciding(1), astray));
    assert!(!decided(&mut log, &deciding(1), EntryId([9; 32])));
    let elsewhere = decide_op(crate::common::person(2).id, &deciding(1), one);
    log.say(&key(13), &elsewhere);
    let Op::Decide(good) = decide_op(log.alice.id, &deciding(1), one) else { unreachable!() };
    log.say(&key(13), &Op::Decide(communaut_protocol::op::DecideOp { recovery: other, ..good }));
    assert!(log.view().is_contested());
    assert!(decided(&mut log, &deciding(1), other));
    assert_eq!(log.speakers(), ids(&[&key(14)]));
    // Alone it recovers nobody.
    let taken = recovery_op(log.alice.id, &deciding(1), &terms(66, 2, &[], Some(other)));
    log.say(&key(66), &taken);
    assert_eq!(log.speakers(), ids(&[&key(14)]));
}

/// Whoever has the device in whose log a decision stands forks that until the decision is displaced.
#[test]
fn a_decision_stands_in_a_witness_too() {
    let mut log = Log::with_deciding_key();
    let (one, _) = (log.recovered(13, 1, &[], None), log.recovered(14, 1, &[], None));
    let said = log.decides(&key(14), one);
    let inception = log.alice.inception.id();
    log.witnesses(&key(13), &[inception, said]);
    let whole = log.view();
    log.entries.retain(|entry| entry.id() != said);
    assert_eq!(log.view(), whole);
    assert_eq!(log.speakers(), ids(&[&key(13)]));
}

/// A recovery on a device, after an act; the same said again; a decision; an act between them.
type Step = (u8, u8, u8);

fn play(steps: &[Step]) -> Log {
    let mut log = Log::with_deciding_key();
    let first = log.alice.key.clone();
    let mut acts: Vec<(Option<EntryId>, u32)> = vec![(None, 0)];
    let mut said: Vec<(DeviceKey, Op)> = Vec::new();
    for (what, on, after) in steps {
        let (after, number) = acts[usize::from(*after) % acts.len()];
        let by = key(30 + on % 4);
        match what % 6 {
            0 | 1 => {
                // One in four has the number that a superseded phrase would like.
                let number = if what % 4 == 1 { number + 7 } else { number + 1 };
                let op = recovery_op(log.alice.id, &recovery(1), &terms(30 + on % 4, number, &[], after));
                acts.push((Some(log.say(&by, &op)), number));
                said.push((by, op));
            }
            2 => {
                if let Some((by, op)) = said.get(usize::from(*on)).cloned() {
                    log.say(&by, &op);
                }
            }
            3 => drop(log.decides(&by, after.unwrap_or(EntryId([1; 32])))),
            4 => acts.push((Some(log.comes_in(&by, 11 + on % 3, after)), number)),
            _ => acts.push((Some(log.comes_in(&first, 11 + on % 3, after)), number)),
        }
    }
    log
}

proptest! {
    #![proptest_config(cases(300))]

    /// Whatever was said, in whatever order it comes: one identity. And no recovery counts beside another.
    #[test]
    fn any_order_gives_the_same_recoveries(steps in prop::collection::vec(any::<Step>(), 1..14), seed in any::<u64>()) {
        let log = play(&steps);
        let whole = log.view();
        let mut entries: Vec<&Entry> = log.entries.iter().collect();
        let mut state = IdentityState::new(log.alice.id);
        let mut random = seed | 1;
        while !entries.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(random >> 33).unwrap() % entries.len();
            state.apply([Record::of(entries.swap_remove(at)).unwrap()]);
        }
        prop_assert_eq!(state.view(), &whole);
        prop_assert_ne!(whole.contested.len(), 1);
        let history = state.history();
        let counting = history.iter().filter(|act| act.counts && act.what == IdentityChange::Recovery).count();
        prop_assert_eq!(u32::try_from(counting).unwrap(), whole.recoveries);
        prop_assert!(history.iter().all(|act| !(act.counts && whole.contested.contains(&act.entry))));
    }
}
