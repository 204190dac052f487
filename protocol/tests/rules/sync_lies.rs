//! What a lying peer can make the asking side do: a bounded amount, named. SPEC.md §9.

use crate::common::{Desk, FOIX, cases, person, post};
use communaut_protocol::{
    Entry, LogId, Position, Scope, Stamp,
    entry::{Body, Head, HeldEntry},
    ids::{Digest, EntryId},
    op::{Op, PostOp},
    replication::{
        ROUNDS_MAX,
        memory::MemoryReplica,
        message::{Frame, LogItem, Mode, Range, Request, Response, Seen},
        pull::{Pull, PullEffect},
    },
};
use proptest::prelude::*;
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;

const DIGEST: Digest = Digest([9; 16]);
const SEEN: Seen = Seen { instance: DIGEST, arrival: 5 };

fn interests() -> BTreeSet<Vec<u8>> {
    BTreeSet::from([Scope::open(FOIX).cell.bytes().to_vec()])
}

fn log(epoch: u64) -> LogId {
    LogId { epoch, ..person(1).log(Scope::open(FOIX)) }
}

fn item(log: LogId, seq: u64) -> LogItem {
    let tips = vec![Head { seq, id: EntryId([3; 32]) }];
    LogItem { log, floor: 0, tips, fork: None, newest: Stamp::from_ms(9), identity: Digest::ZERO }
}

fn range(mode: Mode) -> Vec<Range> {
    vec![Range { shared: 0, rest: ByteBuf::new(), mode }]
}

fn items(items: Vec<LogItem>) -> Response {
    Response::Anew { own: SEEN, registered: true, ranges: range(Mode::Items { items, unknown: vec![] }), clock: None }
}

/// Ask a peer that answers as it likes; what comes is refused by the store. Gives the requests and what was told.
fn ask(mut answer: impl FnMut(usize, &Request) -> Response) -> (usize, Vec<PullEffect>) {
    let replica = MemoryReplica::new([1; 16]);
    let mut pull = Pull::default();
    let mut open = pull.start(interests(), &replica).unwrap();
    let (mut requests, mut told) = (0, Vec::new());
    while let Some(effect) = open.pop() {
        match effect {
            PullEffect::Send(request) => {
                requests += 1;
                assert!(requests < 2 * ROUNDS_MAX, "never ends");
                open.extend(pull.on_response(answer(requests, &request), &replica).unwrap());
            }
            PullEffect::Ingest { .. } => open.extend(pull.on_ingested(&replica).unwrap()),
            other => told.push(other),
        }
    }
    assert!(!pull.is_busy(), "the round is over");
    (requests, told)
}

fn misbehaved(told: &[PullEffect]) -> &'static str {
    match told {
        [PullEffect::Misbehaved(how)] => how,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_of_another_kind_end_the_round() {
    for lie in [
        Response::Entries { frames: vec![], more: false },
        Response::Payloads { said: vec![] },
        Response::Ranges { ranges: vec![] },
        Response::Registered { interests: DIGEST },
        Response::Since { frames: vec![], longer: vec![], seen: SEEN, more: false, clock: None, people: vec![] },
        Response::Refused { why: "non".into() },
    ] {
        let (requests, told) = ask(|_, _| lie.clone());
        assert_eq!((requests, told.len()), (1, 1), "{lie:?}");
        assert!(!misbehaved(&told).is_empty());
    }
}

#[test]
fn ranges_out_of_order_and_items_from_elsewhere_are_named() {
    let fingerprint = Mode::Fingerprint { digest: DIGEST };
    let bound = |rest: &[u8]| Range { shared: 0, rest: ByteBuf::from(rest.to_vec()), mode: fingerprint.clone() };
    for ranges in [
        vec![bound(b"b"), bound(b"a"), bound(b"")],
        vec![bound(b"a"), bound(b"a"), bound(b"")],
        vec![bound(b"a")],
        vec![bound(b""), bound(b"")],
        vec![Range { shared: 9, rest: ByteBuf::new(), mode: fingerprint.clone() }, bound(b"")],
    ] {
        let (_, told) = ask(|_, _| Response::Anew { own: SEEN, registered: true, ranges: ranges.clone(), clock: None });
        assert_eq!(misbehaved(&told), "sent ranges that do not ascend", "{ranges:?}");
    }
    let marseille = Scope::open(Position { lat_e7: 432_951_000, lon_e7: 53_743_000 });
    let (_, told) = ask(|_, _| items(vec![item(LogId { scope: marseille, ..log(1) }, 0)]));
    assert_eq!(misbehaved(&told), "sent items outside of what was asked for");
}

/// Finding 10 of the review: a peer that was followed pushed what nobody had asked for, whatever it was.
#[test]
fn what_is_pushed_and_of_no_interest_is_not_taken() {
    let (alice, mut desk) = (person(1), Desk::default());
    let post = |at| Op::Post(PostOp { text: "x".into(), position: Some(at), ..PostOp::default() });
    let marseille = Position { lat_e7: 432_951_000, lon_e7: 53_743_000 };
    let here = desk.write(&alice, Scope::open(FOIX), 1, &post(FOIX));
    let there = desk.write(&alice, Scope::open(marseille), 1, &post(marseille));
    let pushed = |entries: &[&Entry], longer: Vec<LogItem>| {
        let frames: Vec<Frame> = entries.iter().map(|entry| Frame::of(&HeldEntry::from((*entry).clone()))).collect();
        let replica = MemoryReplica::new([1; 16]);
        let mut pull = Pull::resume(Some(SEEN), BTreeSet::new());
        pull.start(interests(), &replica).unwrap();
        let seen = Seen { arrival: 9, ..SEEN };
        let since = Response::Since { frames, longer, seen, more: false, clock: None, people: vec![] };
        let effects = pull.on_response(since, &replica).unwrap();
        effects.into_iter().find_map(|effect| match effect {
            PullEffect::Ingest { frames, .. } => Some(Ok(frames.len())),
            PullEffect::Misbehaved(why) => Some(Err(why)),
            _ => None,
        })
    };
    assert_eq!(pushed(&[&here], vec![]), Some(Ok(1)));
    assert_eq!(pushed(&[&here, &there], vec![]), Some(Err("sent what is of no interest")));
    assert_eq!(pushed(&[&here], vec![item(there.header().log, 0)]), Some(Err("sent what is of no interest")));
    // An identity comes with what its owner writes here; of somebody who writes nothing here it is passed over.
    assert_eq!(pushed(&[&alice.inception, &here], vec![]), Some(Ok(2)));
    assert_eq!(pushed(&[&person(2).inception, &here], vec![]), Some(Ok(1)));
    assert_eq!(pushed(&[&person(2).inception], vec![]), None);
}

#[test]
fn differences_without_end_end() {
    let endless = || range(Mode::Fingerprint { digest: DIGEST });
    let (requests, told) = ask(|requests, _| match requests {
        1 => Response::Anew { own: SEEN, registered: true, ranges: endless(), clock: None },
        _ => Response::Ranges { ranges: endless() },
    });
    assert_eq!(misbehaved(&told), "compares ranges without end");
    assert!(requests <= ROUNDS_MAX + 1);
}

#[test]
fn who_forgets_what_was_registered_is_left() {
    let (requests, told) = ask(|_, _| Response::Anew { own: SEEN, registered: false, ranges: vec![], clock: None });
    assert_eq!(misbehaved(&told), "forgets what was registered");
    assert!(requests <= 4, "{requests}");
}

#[test]
fn entries_that_were_not_asked_for_are_named() {
    let mut desk = Desk::default();
    let alice = person(1);
    let sent: HeldEntry = desk.write(&alice, Scope::open(FOIX), 1, &post("un")).into();
    for asked in [item(log(7), 0), item(LogId { epoch: 1, ..log(1) }, 3)] {
        let off = asked.log != sent.header().log;
        let (_, told) = ask(|_, request| match request {
            Request::Hello { .. } => items(vec![asked.clone()]),
            _ => Response::Entries { frames: vec![Frame::of(&sent)], more: false },
        });
        if off {
            assert_eq!(misbehaved(&told), "sent entries that were not asked for");
        } else {
            // What was sent is not taken by this store: after a few tries from further back it is left.
            assert!(matches!(told[..], [PullEffect::CaughtUp(_)]), "{told:?}");
        }
    }
}

#[test]
fn promises_without_end_end() {
    let (_, told) = ask(|_, request| match request {
        Request::Hello { .. } => items(vec![item(log(1), 9)]),
        _ => Response::Entries { frames: vec![], more: true },
    });
    assert_eq!(misbehaved(&told), "promises entries and sends none");
    // A log that is said to be endless, and of which nothing comes that can be taken.
    let junk = Frame { header: ByteBuf::from(vec![0; 40]), payload: None, erased: None };
    let (requests, told) = ask(|_, request| match request {
        Request::Hello { .. } => items((0..600).map(|epoch| item(log(epoch), u64::MAX)).collect()),
        _ => Response::Entries { frames: vec![junk.clone()], more: false },
    });
    assert!(matches!(told[..], [PullEffect::CaughtUp(_)]), "{told:?}");
    assert!(requests < 10, "{requests}");
}

#[test]
fn what_has_arrived_must_go_on() {
    let replica = MemoryReplica::new([1; 16]);
    let mut pull = Pull::resume(Some(SEEN), interests());
    let start = pull.start(interests(), &replica).unwrap();
    assert!(matches!(start[..], [PullEffect::Send(Request::Hello { seen: Some(SEEN), .. })]));
    let lie = Response::Since { frames: vec![], longer: vec![], seen: SEEN, more: true, clock: None, people: vec![] };
    let told = pull.on_response(lie, &replica).unwrap();
    assert_eq!(misbehaved(&told), "does not say how far it has come");
    // What had been followed stays so.
    assert_eq!(pull.followed().0, Some(SEEN));
}

proptest! {
    #![proptest_config(cases(256))]
    /// Whatever is answered, in whatever order: no panic, and the round ends.
    #[test]
    fn any_answers_are_survived(choices in prop::collection::vec((0_u8..9, 0_u64..4, any::<bool>()), 1..40)) {
        let body = Body::Absent;
        let entry = HeldEntry::new(person(1).inception.signed().clone(), body).unwrap();
        let mut at = 0;
        let (requests, _) = ask(|_, _| {
            let (kind, number, flag) = choices.get(at).copied().unwrap_or((8, 0, false));
            at += 1;
            match kind {
                0 => items(vec![item(log(number), number)]),
                1 => Response::Ranges { ranges: range(Mode::Fingerprint { digest: DIGEST }) },
                2 => Response::Ranges { ranges: range(Mode::List { digests: vec![DIGEST; 3] }) },
                3 => Response::Ranges {
                    ranges: range(Mode::Items { items: vec![item(log(number), number * 99)], unknown: vec![7] }),
                },
                4 => Response::Entries { frames: vec![Frame::of(&entry)], more: flag },
                5 => Response::Entries { frames: vec![], more: flag },
                6 => Response::Since {
                    frames: vec![Frame::of(&entry)],
                    longer: vec![],
                    seen: SEEN,
                    more: flag,
                    clock: None, people: vec![],
},
                7 => Response::Anew { own: SEEN, registered: flag, ranges: vec![], clock: None },
                _ => Response::Refused { why: String::new() },
            }
        });
        prop_assert!(requests <= 60);
    }
}
