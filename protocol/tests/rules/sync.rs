//! Two replicas in memory come to hold the same entries.

use crate::common::{Desk, FOIX, MARSEILLE, Person, cases, element, person};
use communaut_protocol::{
    Entry, Scope,
    entry::{Head, RawEntry},
    geo::Position,
    ids::EntryId,
    log::{LogState, NotTaken, take},
    op::{Op, PostOp},
    replication::sync0::{Effect, PREFIXES_MAX, Pull, Request, Response},
    scope::LogId,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A store and both sides of the protocol, with page sizes of a test.
#[derive(Default, Clone)]
pub struct Replica {
    pub logs: BTreeMap<LogId, Vec<Entry>>,
    pub refused: Vec<&'static str>,
}

impl Replica {
    pub fn head(&self, log: &LogId) -> Option<Head> {
        let last = self.logs.get(log)?.last()?;
        Some(Head { seq: last.header().seq, id: last.id() })
    }

    pub fn ingest(&mut self, raw: RawEntry) {
        let entry = match Entry::verify(raw) {
            Ok(entry) => entry,
            Err(refusal) => return self.refused.push(refusal.name()),
        };
        let log = entry.header().log;
        let held = self.logs.get(&log);
        let newest = entry.header().stamp;
        let state = self.head(&log).map(|tip| LogState { floor: 0, lo: 0, tip, fork: None, newest });
        let at = |_, seq| held.and_then(|log| log.get(usize::try_from(seq).unwrap())).map(Entry::id);
        match take(state.as_ref(), entry.header(), entry.id(), at, || None) {
            Ok(taken) if taken.state.fork.is_none() => self.logs.entry(log).or_default().push(entry),
            Ok(_) => self.refused.push("fork"),
            Err(NotTaken::Known) => {}
            Err(refusal) => self.refused.push(refusal.name()),
        }
    }

    pub fn answer(&self, request: Request, heads_page: usize, batch: usize) -> Response {
        match request {
            Request::Heads { prefixes, after } => {
                let asked = |log: &LogId| prefixes.iter().any(|prefix| log.key().starts_with(prefix));
                let mut found: Vec<(LogId, Head)> = self
                    .logs
                    .keys()
                    .filter(|log| asked(log) && after.is_none_or(|after| **log > after))
                    .filter_map(|log| Some((*log, self.head(log)?)))
                    .collect();
                let more = found.len() > heads_page;
                found.truncate(heads_page);
                Response::Heads { heads: found, more }
            }
            Request::Entries { wants } => {
                let all = wants.iter().flat_map(|(log, from)| {
                    self.logs.get(log).into_iter().flatten().skip(usize::try_from(*from).unwrap())
                });
                let mut entries: Vec<RawEntry> = all.take(batch + 1).map(Entry::to_raw).collect();
                let more = entries.len() > batch;
                entries.truncate(batch);
                Response::Entries { entries, more }
            }
        }
    }

    pub fn ids(&self) -> Vec<EntryId> {
        self.logs.values().flatten().map(Entry::id).collect()
    }
}

/// Carry effects out, through the wire's bytes, until the pull rests; how many requests it took.
pub fn run(
    pull: &mut Pull,
    mut effects: Vec<Effect>,
    own: &mut Replica,
    mut peer: impl FnMut(Request) -> Response,
) -> (usize, Vec<Effect>) {
    let (mut requests, mut told) = (0, Vec::new());
    loop {
        let mut sent = None;
        for effect in effects {
            match effect {
                Effect::Send(request) => assert!(sent.replace(request).is_none(), "one request at a time"),
                Effect::Ingest(entries) => entries.into_iter().for_each(|raw| own.ingest(raw)),
                other => told.push(other),
            }
        }
        let Some(request) = sent else {
            assert!(!pull.is_busy());
            return (requests, told);
        };
        assert!(pull.is_busy());
        requests += 1;
        assert!(requests < 20_000, "it never ends");
        let request = Request::decode(&request.encode().unwrap()).unwrap();
        let response = Response::decode(&peer(request).encode().unwrap()).unwrap();
        let held = &*own;
        effects = pull.on_response(response, |log| held.head(log));
    }
}

/// People who write here and there.
pub fn world(words: &[(u8, u8, u64)]) -> Vec<Entry> {
    let mut desk = Desk::default();
    let mut entries = Vec::new();
    for (who, place, epoch) in words {
        let by = person(*who);
        let at = if *place == 0 { FOIX } else { MARSEILLE };
        let op = Op::Element(Box::new(element(by.id, *place + 1, &format!("n {}", entries.len()), at)));
        entries.push(desk.write_as(&by.key, by.id, Scope::open(at), *epoch, 1, &op));
    }
    entries
}

pub fn prefix(at: Position) -> Vec<u8> {
    Scope::open(at).key().to_vec()
}

fn fill(entries: &[Entry]) -> Replica {
    let mut replica = Replica::default();
    entries.iter().for_each(|entry| replica.ingest(entry.to_raw()));
    replica
}

proptest! {
    #![proptest_config(cases(96))]

    /// Each replica holds some beginning of each log; after pulling from each other they are equal.
    #[test]
    fn two_replicas_converge(
        words in prop::collection::vec((1..6u8, 0..2u8, 1..3u64), 0..80),
        has in prop::collection::vec((0..40usize, 0..40usize), 20),
        page in 1..5usize, batch in 1..7usize,
    ) {
        let all = fill(&world(&words));
        let (mut a, mut b) = (Replica::default(), Replica::default());
        for ((log, entries), (in_a, in_b)) in all.logs.iter().zip(&has) {
            // One of the two holds the whole log.
            let (in_a, in_b) = if in_a % 2 == 0 { (entries.len(), *in_b) } else { (*in_a, entries.len()) };
            for (replica, len) in [(&mut a, in_a), (&mut b, in_b)] {
                entries.iter().take(len).for_each(|entry| replica.ingest(entry.to_raw()));
            }
            prop_assert!(a.head(log).is_some() || b.head(log).is_some());
        }
        for turn in 0..2 {
            let (own, other) = if turn == 0 { (&mut a, b.clone()) } else { (&mut b, a.clone()) };
            let mut pull = Pull::default();
            let effects = pull.start(vec![prefix(FOIX), prefix(MARSEILLE)]);
            let (_, told) = run(&mut pull, effects, own, |request| other.answer(request, page, batch));
            prop_assert_eq!(told, vec![Effect::CaughtUp]);
            prop_assert_eq!(pull.missing(), 0);
        }
        prop_assert!(a.refused.is_empty() && b.refused.is_empty());
        prop_assert_eq!(a.ids(), b.ids());
        prop_assert_eq!(a.ids(), all.ids());
    }
}

fn authors(entries: &[Entry]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = entries
        .iter()
        .map(|entry| Op::decode(entry.header().schema, 1, entry.payload()).unwrap().0)
        .map(|author| Scope::identity(author).key().to_vec())
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn only_what_is_of_interest_comes_and_authors_are_asked_for_apart() {
    let entries = world(&[(1, 0, 1), (2, 0, 1), (3, 1, 1), (1, 1, 1)]);
    let mut other = fill(&entries);
    (1..=3).for_each(|number| other.ingest(person(number).inception.to_raw()));
    let mut own = Replica::default();
    let mut pull = Pull::default();
    let effects = pull.start(vec![prefix(FOIX)]);
    run(&mut pull, effects, &mut own, |request| other.answer(request, 10, 10));
    assert_eq!(own.ids().len(), 2);
    let held: Vec<Entry> = own.logs.values().flatten().cloned().collect();
    let effects = pull.also(authors(&held));
    let (_, told) = run(&mut pull, effects, &mut own, |request| other.answer(request, 10, 10));
    assert_eq!(told, [Effect::CaughtUp]);
    assert_eq!(own.logs.keys().filter(|log| log.scope.is_identity()).count(), 2);
    // Nothing to ask for: caught up at once.
    assert_eq!(Pull::default().start(vec![]), [Effect::CaughtUp]);
}

#[test]
fn a_gap_that_gossip_showed_is_asked_for() {
    let entries = world(&[(1, 0, 1), (1, 0, 1), (1, 0, 1)]);
    let other = fill(&entries);
    let mut own = fill(&entries[..1]);
    own.ingest(entries[2].to_raw());
    assert_eq!(own.refused, ["gap"]);
    let log = entries[0].header().log;
    let mut pull = Pull::default();
    let effects = pull.want(log, 1);
    assert_eq!(effects, [Effect::Send(Request::Entries { wants: vec![(log, 1)] })]);
    assert!(pull.want(log, 2).is_empty(), "one request at a time, and the lower start stays");
    let (_, told) = run(&mut pull, effects, &mut own, |request| other.answer(request, 10, 1));
    assert_eq!((own.ids(), told), (other.ids(), vec![Effect::CaughtUp]));
    // The peer does not hold it: nothing comes, and it rests.
    let effects = pull.want(log, 3);
    let (requests, told) = run(&mut pull, effects, &mut own, |request| Replica::default().answer(request, 1, 1));
    assert_eq!((requests, told), (1, vec![Effect::CaughtUp]));
}

#[test]
fn a_round_asked_for_meanwhile_follows() {
    let other = fill(&world(&[(1, 0, 1), (2, 1, 1)]));
    let mut own = Replica::default();
    let mut pull = Pull::default();
    let effects = pull.start(vec![prefix(FOIX)]);
    assert!(pull.start(vec![prefix(FOIX), prefix(MARSEILLE)]).is_empty());
    run(&mut pull, effects, &mut own, |request| other.answer(request, 10, 10));
    assert_eq!(own.ids(), other.ids());
}

#[test]
fn many_prefixes_go_in_several_requests() {
    let other = fill(&world(&[(1, 0, 1)]));
    let mut own = Replica::default();
    let mut pull = Pull::default();
    let mut prefixes: Vec<Vec<u8>> = (0..2 * PREFIXES_MAX).map(|n| n.to_be_bytes().to_vec()).collect();
    prefixes.push(prefix(FOIX));
    let effects = pull.start(prefixes);
    let (requests, _) = run(&mut pull, effects, &mut own, |request| other.answer(request, 10, 10));
    assert_eq!((requests, own.ids()), (4, other.ids()));
}

#[test]
fn after_a_failure_the_next_round_is_whole() {
    let other = fill(&world(&[(1, 0, 1), (2, 0, 1)]));
    let mut own = Replica::default();
    let mut pull = Pull::default();
    assert_eq!(pull.start(vec![prefix(FOIX)]).len(), 1);
    pull.on_failure();
    assert!(!pull.is_busy());
    let effects = pull.start(vec![prefix(FOIX)]);
    let (_, told) = run(&mut pull, effects, &mut own, |request| other.answer(request, 1, 1));
    assert_eq!((told, own.ids()), (vec![Effect::CaughtUp], other.ids()));
}

#[test]
fn a_post_on_the_wire_is_the_post_in_the_store() {
    let alice: Person = person(1);
    let op = Op::Post(PostOp {
        wall: None,
        text: "là".into(),
        reply_to: None,
        tags: vec![],
        position: Some(FOIX),
        sample: false,
    });
    let entry = Desk::default().write(&alice, Scope::open(FOIX), 1, &op);
    let other = fill(std::slice::from_ref(&entry));
    let mut own = Replica::default();
    let mut pull = Pull::default();
    let effects = pull.start(vec![prefix(FOIX)]);
    run(&mut pull, effects, &mut own, |request| other.answer(request, 1, 1));
    assert_eq!(own.logs.values().flatten().next(), Some(&entry));
}
