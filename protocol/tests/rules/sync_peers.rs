//! Peers that do not play by the rules: the round ends, and nothing grows.

use crate::{
    common::{FOIX, MARSEILLE, cases},
    sync::{Replica, prefix, run, world},
};
use communaut_protocol::{
    Entry, Scope,
    entry::{Head, RawEntry},
    ids::{DeviceId, ElementId, EntryId},
    replication::sync0::{BATCH_ENTRIES, Effect, HEADS_MAX, PAGES_MAX, Pull, QUEUE_MAX, Request, Response},
    scope::LogId,
};
use proptest::prelude::*;

fn pull(peer: impl FnMut(Request) -> Response) -> (usize, Vec<Effect>, Replica, Pull) {
    let (mut own, mut pull) = (Replica::default(), Pull::default());
    let effects = pull.start(vec![prefix(FOIX)]);
    let (requests, told) = run(&mut pull, effects, &mut own, peer);
    (requests, told, own, pull)
}

fn assert_ended(told: &[Effect], own: &Replica, pull: &Pull) {
    assert!(matches!(told, [Effect::Misbehaved(_)]), "{told:?}");
    assert!(own.logs.is_empty() && pull.missing() == 0 && !pull.is_busy());
}

fn log(number: u64) -> LogId {
    let mut device = [0; 32];
    device[..8].copy_from_slice(&number.to_be_bytes());
    LogId { scope: Scope::open(FOIX), device: DeviceId(device), epoch: 1 }
}

fn head(seq: u64) -> Head {
    Head { seq, id: EntryId([1; 32]) }
}

#[test]
fn heads_outside_of_what_was_asked_for() {
    let elsewhere = LogId { scope: Scope::open(MARSEILLE), ..log(1) };
    let inside = LogId { scope: Scope { container: ElementId([9; 32]), ..log(1).scope }, ..log(1) };
    let bad: [(Vec<(LogId, Head)>, bool); 6] = [
        (vec![(elsewhere, head(0))], false),
        // The scope that was asked for is the open one, not the containers in its cell.
        (vec![(inside, head(0))], false),
        (vec![(log(2), head(0)), (log(1), head(0))], false),
        (vec![(log(1), head(0)), (log(1), head(5))], false),
        (vec![], true),
        (vec![(log(1), head(0)), (elsewhere, head(0))], true),
    ];
    for (heads, more) in bad {
        let (requests, told, own, pull) = pull(|_| Response::Heads { heads: heads.clone(), more });
        assert_ended(&told, &own, &pull);
        assert_eq!(requests, 1);
    }
}

#[test]
fn answers_of_the_other_kind_and_refusals() {
    let entries = || Response::Entries { entries: vec![], more: false };
    let (_, told, own, state) = pull(|_| entries());
    assert_ended(&told, &own, &state);
    let heads = |more| Response::Heads { heads: vec![(log(1), head(0))], more };
    let (requests, told, own, state) = pull(|_| heads(false));
    assert_ended(&told, &own, &state);
    assert_eq!(requests, 2, "the heads, and then heads again in answer to entries");
    let (_, told, own, state) = pull(|_| Response::Refused("non".into()));
    assert_ended(&told, &own, &state);
}

#[test]
fn the_same_page_again_and_again() {
    let (requests, told, own, state) = pull(|_| Response::Heads { heads: vec![(log(1), head(0))], more: true });
    assert_ended(&told, &own, &state);
    assert_eq!(requests, 2);
}

#[test]
fn pages_without_end() {
    // One head on each page, in order, for ever.
    let mut number = 0;
    let (requests, told, own, state) = pull(|_| {
        number += 1;
        Response::Heads { heads: vec![(log(number), head(0))], more: true }
    });
    assert_ended(&told, &own, &state);
    assert_eq!(requests, PAGES_MAX);
}

#[test]
fn full_pages_without_end_and_nothing_behind_them() {
    let (mut number, mut most) = (0, 0);
    let (mut own, mut pull) = (Replica::default(), Pull::default());
    let effects = pull.start(vec![prefix(FOIX)]);
    let (requests, told) = run(&mut pull, effects, &mut own, |request| match request {
        Request::Heads { .. } => {
            let heads = (0..HEADS_MAX as u64).map(|n| (log(number + n), head(u64::MAX))).collect();
            number += HEADS_MAX as u64;
            Response::Heads { heads, more: true }
        }
        Request::Entries { wants } => {
            most = most.max(wants.len());
            Response::Entries { entries: vec![], more: false }
        }
    });
    assert_ended(&told, &own, &pull);
    assert!(requests < 2 * QUEUE_MAX / 512 + 50, "{requests}");
    assert!(number < (QUEUE_MAX + 3 * HEADS_MAX) as u64 && most <= 512);
}

#[test]
fn entries_that_nobody_asked_for() {
    let known = world(&[(1, 0, 1), (1, 0, 1), (2, 0, 1), (3, 1, 1)]);
    let asked = known[0].header().log;
    let answers: [Vec<RawEntry>; 5] = [
        vec![known[2].to_raw()],
        vec![known[3].to_raw()],
        vec![known[0].to_raw(), known[3].to_raw()],
        vec![known[1].to_raw()],
        vec![known[0].to_raw(), known[0].to_raw()],
    ];
    for entries in answers {
        for more in [false, true] {
            let (_, told, own, state) = pull(|request| match request {
                Request::Heads { .. } => Response::Heads { heads: vec![(asked, head(1))], more: false },
                Request::Entries { .. } => Response::Entries { entries: entries.clone(), more },
            });
            assert_ended(&told, &own, &state);
        }
    }
}

#[test]
fn more_entries_are_promised_for_ever() {
    let real = world(&[(1, 0, 1)]);
    let log = real[0].header().log;
    let peer = |entries: Vec<RawEntry>| {
        move |request| match request {
            Request::Heads { .. } => Response::Heads { heads: vec![(log, head(u64::MAX))], more: false },
            Request::Entries { .. } => Response::Entries { entries: entries.clone(), more: true },
        }
    };
    // None comes.
    let (_, told, own, state) = pull(peer(vec![]));
    assert_ended(&told, &own, &state);
    // The first comes again and again.
    let (requests, told, own, state) = pull(peer(vec![real[0].to_raw()]));
    assert_eq!((requests, told.len(), own.ids().len()), (3, 1, 1));
    assert!(matches!(told[0], Effect::Misbehaved(_)) && !state.is_busy());
    // What cannot be read at all.
    let (_, told, own, state) = pull(peer(vec![RawEntry { header: vec![0xff], payload: vec![] }]));
    assert_ended(&told, &own, &state);
}

/// A log of well-formed headers with signatures that do not hold, without end.
#[test]
fn a_forged_log_without_end() {
    let real = world(&[(1, 0, 1)]).remove(0);
    let log = real.header().log;
    let forge = |seq: u64| {
        let mut header = real.header().clone();
        (header.seq, header.backlink) = (seq, Some(EntryId([1; 32])));
        let bytes = header.encode(communaut_protocol::ids::Signature([7; 64])).unwrap();
        RawEntry { header: bytes, payload: real.payload().to_vec() }
    };
    let (requests, told, own, state) = pull(|request| match request {
        Request::Heads { .. } => Response::Heads { heads: vec![(log, head(u64::MAX))], more: false },
        Request::Entries { wants } => {
            let from = wants[0].1;
            Response::Entries { entries: (from..from + 10).map(forge).collect(), more: true }
        }
    });
    // The first answer is refused entry by entry; the second brings nothing that is still wanted.
    assert_eq!((requests, told), (3, vec![Effect::CaughtUp]));
    assert_eq!((own.refused.len(), own.logs.len(), state.missing()), (10, 0, 0));
}

/// A peer with a fork of a log that we hold is no reason to fail the others.
#[test]
fn a_forked_log_is_left_and_the_others_come() {
    let ours = world(&[(1, 0, 1)]);
    let theirs = world(&[(2, 0, 1), (1, 0, 1), (1, 0, 1), (1, 0, 1)]);
    let mut peer = Replica::default();
    theirs.iter().for_each(|entry| peer.ingest(entry.to_raw()));
    let (mut own, mut pull) = (Replica::default(), Pull::default());
    ours.iter().for_each(|entry| own.ingest(entry.to_raw()));
    let effects = pull.start(vec![prefix(FOIX)]);
    let (_, told) = run(&mut pull, effects, &mut own, |request| peer.answer(request, 10, 1));
    assert_eq!(told, [Effect::CaughtUp]);
    assert_eq!((own.logs.len(), own.refused.as_slice()), (2, ["backlink"].as_slice()));
}

#[test]
fn one_bad_entry_is_refused_by_name_and_the_rest_comes() {
    let real = world(&[(1, 0, 1), (2, 0, 1), (2, 0, 1)]);
    let mut peer = Replica::default();
    real.iter().for_each(|entry| peer.ingest(entry.to_raw()));
    let spoil = |response: Response| match response {
        Response::Entries { mut entries, more } => {
            let bad = entries
                .iter_mut()
                .find(|raw| Entry::verify((*raw).clone()).unwrap().header().log == real[0].header().log);
            if let Some(bad) = bad {
                bad.payload[20] ^= 1;
            }
            Response::Entries { entries, more }
        }
        other => other,
    };
    let (_, told, own, _) = pull(|request| spoil(peer.answer(request, 10, 10)));
    assert_eq!((told, own.refused.as_slice(), own.ids().len()), (vec![Effect::CaughtUp], ["payload"].as_slice(), 2));
}

#[test]
fn the_queue_is_bounded_and_a_large_peer_is_listed_on() {
    // More logs than the queue holds, each of one real entry (made once, then counted).
    let mut pull = Pull::default();
    for number in 0..QUEUE_MAX as u64 + 10 {
        pull.want(log(number), 0);
    }
    assert_eq!(pull.missing(), QUEUE_MAX);
    pull.on_failure();
    assert_eq!(pull.missing(), 0);
    assert!(pull.also(vec![vec![1]; QUEUE_MAX + 10]).len() == 1 && pull.is_busy());
}

#[test]
fn too_many_entries_in_one_answer() {
    let real = world(&[(1, 0, 1)]).remove(0);
    let asked = real.header().log;
    let mut state = Pull::default();
    state.want(asked, 0);
    let entries = vec![real.to_raw(); BATCH_ENTRIES + 1];
    let effects = state.on_response(Response::Entries { entries, more: false }, |_| None);
    assert!(matches!(effects.as_slice(), [Effect::Misbehaved(_)]));
}

proptest! {
    #![proptest_config(cases(200))]

    /// Whatever a peer answers, a round ends, and only real entries of what was asked for stay.
    #[test]
    fn random_answers_end(answers in prop::collection::vec((0..6u8, 0..4u64, 0..3usize, any::<bool>()), 1..40)) {
        let real = world(&[(1, 0, 1), (1, 0, 1), (2, 0, 1), (3, 1, 1)]);
        let mut turn = 0;
        let (_, _, own, state) = pull(|_| {
            let (kind, number, which, more) = answers[turn % answers.len()];
            turn += 1;
            let chosen = &real[which];
            match kind {
                0 => Response::Heads { heads: vec![], more },
                1 => Response::Heads { heads: vec![(chosen.header().log, head(number))], more },
                2 => Response::Heads { heads: vec![(log(number), head(u64::MAX))], more },
                3 => Response::Entries { entries: vec![chosen.to_raw()], more },
                4 => Response::Entries { entries: vec![], more },
                _ => Response::Entries { entries: real.iter().take(which).map(Entry::to_raw).collect(), more },
            }
        });
        prop_assert!(!state.is_busy());
        prop_assert!(own.logs.keys().all(|log| log.scope == Scope::open(FOIX)));
    }
}
