//! Wide scopes: few entries of a log, few logs of a device, few announcements of a person; for
//! a time. SPEC.md §5.4, §7.3.

use crate::common::{Desk, FOIX, Person, book, cases, header, key, person};
use communaut_protocol::{
    Entry, Scope,
    entry::Head,
    fold::{Record, ScopeState},
    geo::Cell,
    ids::ElementId,
    limits::{WIDE_EPOCHS_MAX, WIDE_EXPIRY_MS, WIDE_LOG_BYTES, WIDE_SHOWN_MAX},
    log::{EpochAnswer, MemoryLog, NotTaken, admit_epoch, epochs_max},
    op::{Kind, Op, Stub, StubOp, TerritoryOp},
    scope::LogId,
};
use proptest::prelude::*;

fn wide() -> Scope {
    Scope { cell: "sp".parse().unwrap(), container: ElementId::ZERO }
}

fn stub(id: u8, name: &str, expires_ms: u64) -> Op {
    let (id, home) = (ElementId([id; 32]), FOIX.cell(4));
    let stub =
        Stub { id, kind: Kind::Event, name: name.into(), position: FOIX, when: None, tags: vec![], home, origin: None };
    Op::Stub(StubOp { stub, expires_ms })
}

fn territory(seed: u8, name: &str) -> Op {
    let cells = vec!["sp92".parse().unwrap(), "spc0".parse().unwrap()];
    Op::Territory(TerritoryOp { seed: vec![seed; 16], name: name.into(), cells, centre: FOIX })
}

/// An entry over so many bytes of payload, which need not be readable for this.
fn heavy(scope: Scope, head: Option<Head>, bytes: usize) -> Result<Entry, &'static str> {
    let log = LogId { scope, author: person(1).id.into(), device: key(1).id(), epoch: 1 };
    let payload = vec![0; bytes];
    let header = header(log, head, 1, &territory(1, "x"), &payload);
    Entry::sign(&key(1), header, payload).map_err(|refusal| refusal.name())
}

fn chain(scope: Scope, sizes: &[usize]) -> Vec<Entry> {
    let mut chain: Vec<Entry> = Vec::new();
    for size in sizes {
        let head = chain.last().map(|last| Head { seq: last.header().seq, id: last.id() });
        chain.push(heavy(scope, head, *size).unwrap());
    }
    chain
}

#[test]
fn a_log_says_128_kib_in_64_entries_and_no_more() {
    let most = usize::try_from(WIDE_LOG_BYTES).unwrap();
    let entries = chain(wide(), &[65_536, 65_535, 1, 1]);
    assert_eq!(entries[..3].iter().map(|entry| entry.payload().len()).sum::<usize>(), most);
    let mut log = MemoryLog::new();
    for entry in &entries[..3] {
        assert!(log.take(entry.clone()).is_ok());
    }
    assert_eq!(log.take(entries[3].clone()).unwrap_err(), NotTaken::Budget);
    assert_eq!(NotTaken::Budget.name(), "budget");
    // A town's own cell takes it all.
    let mut log = MemoryLog::new();
    let town = chain(Scope { cell: "sp9".parse().unwrap(), ..wide() }, &[65_536, 65_536, 65_536]);
    assert!(town.into_iter().all(|entry| log.take(entry).is_ok()));

    let mut last = None;
    for _ in 0..64 {
        let entry = heavy(wide(), last, 10).unwrap();
        last = Some(Head { seq: entry.header().seq, id: entry.id() });
    }
    assert_eq!(heavy(wide(), last, 10).unwrap_err(), "budget");
    let mut log = MemoryLog::new();
    assert!(!log.begin(chain(wide(), &[1, 1])[1].clone()), "what comes before it decides");
}

#[test]
fn a_device_has_four_logs_there() {
    assert_eq!((epochs_max(&wide()), epochs_max(&Scope::open(FOIX))), (WIDE_EPOCHS_MAX, 8));
    assert_eq!(admit_epoch(&[1, 2, 3, 4], 9, epochs_max(&wide())), EpochAnswer::Declined);
    assert_eq!(admit_epoch(&[1, 2, 4, 5], 3, epochs_max(&wide())), EpochAnswer::Displaces(5));
    assert!(Scope { cell: Cell::WORLD, ..wide() }.is_wide());
    assert!(!Scope { cell: Cell::IDENTITY, ..wide() }.is_wide() && !Scope { cell: Cell::CLOSED, ..wide() }.is_wide());
}

proptest! {
    #![proptest_config(cases(64))]

    /// Two branches, as heavy as they come: whatever the order, the same is kept.
    #[test]
    fn any_order_keeps_the_same(
        trunk in prop::collection::vec(1..60_000usize, 1..3),
        one in prop::collection::vec(1..60_000usize, 1..4),
        other in prop::collection::vec(1..60_000usize, 1..4),
        shuffle in prop::collection::vec(any::<u64>(), 7..8),
    ) {
        let left = chain(wide(), &[&trunk[..], &one].concat());
        let right = chain(wide(), &[&trunk[..], &other].concat());
        let mut all: Vec<Entry> = left;
        all.extend(right.into_iter().skip(trunk.len()));
        let keep = |order: &[Entry]| {
            let mut log = MemoryLog::new();
            while order.iter().any(|entry| log.take(entry.clone()).is_ok()) {}
            log.state().map(|state| state.digest())
        };
        let expected = keep(&all);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| shuffle[at % shuffle.len()].rotate_left(*at as u32));
        let shuffled: Vec<Entry> = order.into_iter().map(|at| all[at].clone()).collect();
        prop_assert_eq!(keep(&shuffled), expected);
    }

    /// What is shown of a person does not depend on the order either.
    #[test]
    fn any_order_shows_the_same(shuffle in prop::collection::vec(any::<u64>(), 7..8), size in 1..9usize) {
        let (people, records) = many();
        let whole = fold(&people, std::slice::from_ref(&records));
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_by_key(|at| shuffle[at % shuffle.len()].rotate_left(*at as u32));
        let batches: Vec<Vec<Record>> =
            order.chunks(size).map(|chunk| chunk.iter().map(|at| records[*at].clone()).collect()).collect();
        prop_assert_eq!(fold(&people, &batches).view().digest().unwrap(), whole.view().digest().unwrap());
    }
}

/// Alice announces forty things, some twice; Bob one.
fn many() -> ([Person; 2], Vec<Record>) {
    let people = [person(1), person(2)];
    let mut desk = Desk::default();
    let mut records: Vec<Record> = Vec::new();
    for n in 0..40_u8 {
        let op = if n.is_multiple_of(2) { territory(n, "T") } else { stub(n, "S", u64::MAX) };
        records.push(desk.record(&people[0], wide(), 100 + u64::from(n), &op));
    }
    records.push(desk.record(&people[0], wide(), 300, &territory(0, "again")));
    records.push(desk.record(&people[1], wide(), 1, &stub(9, "Bob's", u64::MAX)));
    (people, records)
}

fn fold(people: &[Person], batches: &[Vec<Record>]) -> ScopeState {
    let mut state = ScopeState::new(wide());
    for batch in batches {
        state.apply(batch.clone(), &book(people));
    }
    state
}

#[test]
fn of_each_person_the_latest_are_shown() {
    let (people, records) = many();
    let state = fold(&people, &[records]);
    let view = state.view();
    let own = view.stubs.keys().filter(|(_, author)| *author == people[0].id).count();
    assert_eq!(view.territories.len() + own, WIDE_SHOWN_MAX);
    assert_eq!(view.stubs.len() - own, 1, "Bob's one, however old");
    let names: Vec<&str> = view.territories.values().map(|held| held.name.as_str()).collect();
    assert!(names.contains(&"again"), "said again, it is among the latest");
    // Numbers 9 to 39, and number 0.
    assert!(view.stubs.contains_key(&(ElementId([9; 32]), people[0].id)));
    assert!(!view.stubs.contains_key(&(ElementId([7; 32]), people[0].id)));
}

#[test]
fn what_is_announced_expires() {
    let alice = person(1);
    let mut desk = Desk::default();
    let records = [
        desk.record(&alice, wide(), 1_000, &territory(1, "Vallée")),
        desk.record(&alice, wide(), 1_000, &stub(2, "Bal", 5_000)),
        desk.record(&alice, wide(), 1_000, &stub(3, "Toujours", u64::MAX)),
    ];
    let mut state = ScopeState::new(wide());
    state.apply(records, &book([&alice]));
    let territory = state.view().territories.values().next().unwrap();
    let over = 1_000 + WIDE_EXPIRY_MS;
    assert!(territory.is_shown(over) && !territory.is_shown(over + 1));
    let stub = |id: u8| state.view().stubs[&(ElementId([id; 32]), alice.id)].clone();
    assert!(stub(2).is_shown(5_000) && !stub(2).is_shown(5_001));
    assert_eq!(stub(3).expires_ms, over, "no later than a territory");
}
