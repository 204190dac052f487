#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod prune;
mod transition;

use super::{
    Placed, Store, StoreError,
    record::{body_bytes, entry_key},
};
use communaut_protocol::{
    AuthorId, ElementId, Entry, Header, LogId, Position, Scope, Stamp,
    entry::{Body, DeviceKey, Head, HeldEntry, hash},
    limits::EPOCHS_MAX,
    log::{Branch, NotTaken, Placement},
    op::schema,
};

fn log_of(device: u8, epoch: u64) -> (DeviceKey, LogId) {
    let key = DeviceKey::from_seed(&[device; 32]);
    let scope = Scope::open(Position { lat_e7: 437_300_000, lon_e7: 74_200_000 });
    let log = LogId { scope, author: AuthorId([device; 32]), device: key.id(), epoch };
    (key, log)
}

/// A log of `count` entries with payloads that say their number.
fn entries(device: u8, epoch: u64, count: u64) -> Vec<Entry> {
    let (key, log) = log_of(device, epoch);
    let mut head: Option<Head> = None;
    (0..count)
        .map(|seq| {
            // An envelope as of a real one, so that salvage finds it: a salt and an item.
            let mut payload = vec![0x82, 0x50];
            payload.extend([7; 16]);
            payload.extend([0x58, 64]);
            payload.extend(seq.to_be_bytes().repeat(8));
            let header = Header::following(log, head, Stamp::from_ms(1_000 + seq), schema::POST);
            let header = header.over(&payload).unwrap();
            let entry = Entry::sign(&key, header, payload).unwrap();
            head = Some(Head { seq, id: entry.id() });
            entry
        })
        .collect()
}

/// As entries that are wholly held.
fn whole(entries: &[Entry]) -> Vec<HeldEntry> {
    entries.iter().cloned().map(HeldEntry::from).collect()
}

/// The answer to an entry that follows on.
const CHAIN: Result<Placed, NotTaken> = Ok(Placed { found: Placement::Chain, dropped: false });

fn held(store: &Store) -> Vec<Entry> {
    store.reader().entries().map(Result::unwrap).collect()
}

#[test]
fn what_is_stored_comes_back_byte_for_byte_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(1, 7, 20);
    {
        let mut store = Store::open(folder.path()).unwrap();
        assert!(store.append(&whole(&log)).unwrap().iter().all(Result::is_ok));
        store.flush().unwrap();
        assert_eq!((store.entries(), store.logs(), store.arrival()), (20, 1, 1));
    }
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(held(&store), log);
    assert_eq!((store.entries(), store.logs(), store.arrival()), (20, 1, 1));
    assert_eq!(store.head(&log[0].header().log).unwrap().id, log[19].id());
}

/// The same place in a log, by the same device, with other content.
fn rival(of: &Entry, says: &[u8]) -> Entry {
    let (key, _) = log_of(1, 7);
    let payload = says.to_vec();
    let header = Header {
        payload_size: u32::try_from(payload.len()).unwrap(),
        payload_hash: hash(&payload),
        ..of.header().clone()
    };
    Entry::sign(&key, header, payload).unwrap()
}

#[test]
fn what_does_not_follow_on_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let log = entries(1, 7, 4);
    // Behind an entry that nobody has.
    let (key, _) = log_of(1, 7);
    let header = Header { backlink: Some(log[3].id()), ..log[1].header().clone() };
    let stray = Entry::sign(&key, header, log[1].payload().to_vec()).unwrap();
    let given = [&log[0], &log[0], &log[2], &log[1], &stray].map(|entry| HeldEntry::from(entry.clone()));
    let expected = [CHAIN, Err(NotTaken::Known), Err(NotTaken::Gap { from: 1 }), CHAIN, Err(NotTaken::Unrooted)];
    assert_eq!(store.append(&given).unwrap(), expected);
    assert_eq!(held(&store), log[..2]);
    assert_eq!(store.entries(), 2);
}

#[test]
fn what_cannot_be_read_is_an_error_and_not_an_entry_that_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let log = entries(1, 7, 4);
    store.append(&whole(&log)).unwrap();
    let key = log[0].header().log.key();
    let header = |seq| entry_key(&key, seq, Branch::First);
    store.trees().unwrap().headers.insert(header(1), b"not a header".as_slice()).unwrap();
    // It forks where that one stands: of an entry that is not held it would be told that there is a gap.
    let refused = store.append(&whole(&[rival(&log[2], b"another")]));
    assert!(matches!(&refused, Err(error) if error.is_damage()), "{refused:?}");
    assert!(store.failure().is_some_and(|error| error.is_damage()), "and nothing is committed after it");
}

#[test]
fn both_branches_of_a_fork_are_kept_and_a_smaller_one_takes_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(1, 7, 4);
    let mut rivals: Vec<Entry> = (0..4_u8).map(|n| rival(&log[2], &[n; 9])).collect();
    rivals.sort_by_key(Entry::id);
    let id = log[0].header().log;
    {
        let mut store = Store::open(folder.path()).unwrap();
        store.append(&whole(&log)).unwrap();
        for rival in rivals.iter().rev() {
            let answer = store.append(&whole(std::slice::from_ref(rival))).unwrap();
            assert!(!matches!(answer[..], [Err(NotTaken::Known)]), "{answer:?}");
        }
        store.flush().unwrap();
    }
    // Of the five entries at one place the two with the smallest ids, and what stands behind them.
    let mut store = Store::open(folder.path()).unwrap();
    let mut at_two: Vec<Entry> = rivals.iter().cloned().chain([log[2].clone()]).collect();
    at_two.sort_by_key(Entry::id);
    let mut expected: Vec<_> = log[..2].iter().chain(&at_two[..2]).map(Entry::id).collect();
    if at_two[..2].contains(&log[2]) {
        expected.push(log[3].id());
    }
    let mut found: Vec<_> = held(&store).iter().map(Entry::id).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(store.entries(), expected.len() as u64);
    let state = *store.log(&id).unwrap();
    assert_eq!(state.fork.unwrap().at, 2);
    for entry in &at_two[2..] {
        assert_eq!(store.append(&whole(std::slice::from_ref(entry))).unwrap(), [Err(NotTaken::Outdone)]);
    }
    assert_eq!(store.append(&whole(&at_two[..2])).unwrap(), [Err(NotTaken::Known), Err(NotTaken::Known)]);
    assert_eq!(*store.log(&id).unwrap(), state);
}

#[test]
fn newest_first_then_downwards_with_payloads_still_to_come() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(1, 7, 4);
    let id = log[0].header().log;
    let without = |entry: &Entry| HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap();
    {
        let mut store = Store::open(folder.path()).unwrap();
        assert_eq!(store.begin(&without(&log[2])).unwrap(), CHAIN);
        assert_eq!(store.append(&[log[3].clone().into(), without(&log[1])]).unwrap(), [CHAIN, CHAIN]);
        assert_eq!(store.entries(), 3);
        store.flush().unwrap();
    }
    let mut store = Store::open(folder.path()).unwrap();
    assert_eq!(held(&store), log[3..], "only what has its payload");
    assert_eq!(store.reader().held().count(), 3);
    assert!(!store.log(&id).unwrap().is_complete());
    assert_eq!(store.append(&whole(&log[..1])).unwrap(), [CHAIN]);
    assert!(store.log(&id).unwrap().is_complete());
    let middle = store.held(&id, Branch::First, 1).unwrap().unwrap();
    assert_eq!((middle.id(), middle.body()), (log[1].id(), &Body::Absent));
}

#[test]
fn of_too_many_epochs_those_with_the_smallest_numbers_are_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let full = EPOCHS_MAX as u64;
    let put = |store: &mut Store, epoch| store.append(&whole(&entries(1, epoch, 2))).unwrap()[0];
    for epoch in 10..10 + full {
        assert_eq!(put(&mut store, epoch), CHAIN);
    }
    assert_eq!(put(&mut store, 99), Err(NotTaken::Epochs));
    assert_eq!(put(&mut store, 3), Ok(Placed { found: Placement::Chain, dropped: true }));
    let (_, log) = log_of(1, 3);
    let expected: Vec<u64> = std::iter::once(3).chain(10..10 + full - 1).collect();
    assert_eq!(store.epochs(&log), expected);
    assert_eq!(store.entries(), 2 * full);
    assert_eq!(held(&store).len() as u64, 2 * full);
}

/// A log of a wide scope, of payloads of these sizes.
fn wide(epoch: u64, sizes: &[usize]) -> Vec<HeldEntry> {
    let (key, log) = log_of(1, epoch);
    let log = LogId { scope: Scope { cell: "sp".parse().unwrap(), container: ElementId::ZERO }, ..log };
    let mut head: Option<Head> = None;
    let sign = |(seq, size): (u64, &usize)| {
        let payload = vec![0; *size];
        let header = Header::following(log, head, Stamp::from_ms(1_000 + seq), schema::STUB);
        let header = header.over(&payload).unwrap();
        let entry = Entry::sign(&key, header, payload).unwrap();
        head = Some(Head { seq, id: entry.id() });
        HeldEntry::from(entry)
    };
    (0..).zip(sizes).map(sign).collect()
}

#[test]
fn a_log_of_a_wide_scope_has_a_budget_and_a_device_few_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let log = wide(5, &[60_000, 60_000, 12_000, 1]);
    let begun = store.append_from(&log[1..2], &[log[1].header().log].into()).unwrap();
    assert_eq!(begun, [Err(NotTaken::Gap { from: 0 })], "never from the middle");
    let answers = store.append(&log).unwrap();
    assert_eq!(answers, [CHAIN, CHAIN, Err(NotTaken::Budget), Err(NotTaken::Gap { from: 2 })]);
    // Whatever came first: another branch that fits is taken where the heavy one is not.
    let other = wide(5, &[60_000, 60_000, 11_000]);
    assert_eq!(store.append(&other[2..]).unwrap(), [CHAIN]);
    assert_eq!(store.append(&log[2..3]).unwrap(), [Err(NotTaken::Budget)]);
    for epoch in [6, 7, 8] {
        assert_eq!(store.append(&wide(epoch, &[10])).unwrap(), [CHAIN]);
    }
    assert_eq!(store.append(&wide(9, &[10])).unwrap(), [Err(NotTaken::Epochs)]);
    assert_eq!((store.entries(), store.logs()), (6, 4));
}

#[test]
fn a_second_opening_names_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Store::open(folder.path()).unwrap();
    match Store::open(folder.path()) {
        Err(StoreError::Held(path)) => assert_eq!(path, folder.path()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    Store::open(folder.path()).unwrap().set_meta("layout", b"99").unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Layout(_))));
}

/// What a crash can leave: entries whose head was not written, a header without its payload.
#[test]
fn after_a_crash_heads_and_entries_agree_again() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (entries(1, 7, 5), entries(2, 9, 3));
    {
        let mut store = Store::open(folder.path()).unwrap();
        store.append(&whole(&first[..3])).unwrap();
        let put = |entry: &Entry, payload: bool| {
            let at = entry_key(&entry.header().log.key(), entry.header().seq, Branch::First);
            store.trees().unwrap().headers.insert(at, entry.header_bytes()).unwrap();
            if payload {
                store
                    .trees()
                    .unwrap()
                    .payloads
                    .insert(at, body_bytes(&Body::Present(entry.payload().to_vec())).unwrap())
                    .unwrap();
            }
        };
        // Beyond the head: one whole entry, then one cut in the middle.
        put(&first[3], true);
        put(&first[4], false);
        // A log whose head was never written.
        put(&second[0], true);
        put(&second[2], true);
        store.flush().unwrap();
    }
    let mut store = Store::open(folder.path()).unwrap();
    let mut expected: Vec<Entry> = first[..4].iter().chain(&second[..1]).cloned().collect();
    expected.sort_by_key(|entry| (entry.header().log.key(), entry.header().seq));
    assert_eq!(held(&store), expected);
    assert_eq!(store.entries(), 5);
    assert!(store.arrival() > 1, "the search index must notice");
    // And they go on from there.
    assert_eq!(store.append(&whole(&[first[4].clone(), second[1].clone()])).unwrap(), [CHAIN, CHAIN]);
    assert_eq!(store.entries(), 7);
}

/// What a peer may not know of leaves no gap in the numbers that it sees.
#[test]
fn arrivals_that_peers_may_not_know_of_are_remembered_over_a_restart() {
    use communaut_protocol::{
        Cell, ElementId, IdentityId,
        private::{Access, Shown},
        replication::replica::Replica,
    };
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let (key, _) = log_of(3, 1);
    let closed = Scope { cell: Cell::CLOSED, container: ElementId([1; 32]) };
    let person = IdentityId([2; 32]);
    let in_scope = |scope: Scope, schema: u16| {
        let payload = vec![7; 40];
        let log = LogId { scope, author: person.into(), device: key.id(), epoch: 1 };
        let header = Header::following(log, None, Stamp::from_ms(1), schema).over(&payload).unwrap();
        HeldEntry::from(Entry::sign(&key, header, payload).unwrap())
    };
    let open = whole(&entries(1, 1, 3));
    for entry in [&open[0], &in_scope(closed, schema::WRAPS), &open[1], &in_scope(Scope::identity(person), 1), &open[2]]
    {
        assert_eq!(store.append(std::slice::from_ref(entry)).unwrap(), [CHAIN]);
    }
    store.flush().unwrap();
    let access = Access::default();
    let numbers = |store: &Store| -> Vec<u64> {
        let shown = Shown::new(store, &access, store.private_arrivals());
        assert_eq!(shown.arrival(), shown.arrived(0, 100).unwrap().last().unwrap().number);
        shown.arrived(0, 100).unwrap().into_iter().map(|what| what.number).collect()
    };
    assert_eq!(numbers(&store), [1, 2, 3, 4]);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(numbers(&store), [1, 2, 3, 4]);
}
