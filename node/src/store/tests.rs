#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{Store, StoreError, entry_key};
use communaut_protocol::{
    Entry, Header, LogId, Position, Scope, Stamp,
    entry::{AppendError, DeviceKey, Head, RawEntry, hash},
    op::schema,
    replication::sync0::{BATCH_ENTRIES, Request, Response},
};

fn log_of(device: u8, epoch: u64) -> (DeviceKey, LogId) {
    let key = DeviceKey::from_seed(&[device; 32]);
    let scope = Scope::open(Position { lat_e7: 437_300_000, lon_e7: 74_200_000 });
    let log = LogId { scope, device: key.id(), epoch };
    (key, log)
}

/// A log of `count` entries with payloads that say their number.
fn entries(device: u8, epoch: u64, count: u64) -> Vec<Entry> {
    let (key, log) = log_of(device, epoch);
    let mut head: Option<Head> = None;
    (0..count)
        .map(|seq| {
            let payload = seq.to_be_bytes().repeat(8);
            let header = Header {
                log,
                seq,
                backlink: head.map(|head| head.id),
                stamp: Stamp::from_ms(1_000 + seq),
                schema: schema::POST,
                schema_version: 1,
                flags: 0,
                payload_size: u32::try_from(payload.len()).unwrap(),
                payload_hash: hash(&payload),
            };
            let entry = Entry::sign(&key, header, payload).unwrap();
            head = Some(Head { seq, id: entry.id() });
            entry
        })
        .collect()
}

fn held(store: &Store) -> Vec<Entry> {
    store.reader().entries().map(Result::unwrap).collect()
}

#[test]
fn what_is_stored_comes_back_byte_for_byte_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(1, 7, 20);
    {
        let mut store = Store::open(folder.path()).unwrap();
        assert!(store.append(&log).unwrap().iter().all(Result::is_ok));
        store.flush().unwrap();
        assert_eq!((store.entries(), store.logs(), store.arrival()), (20, 1, 1));
    }
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(held(&store), log);
    assert_eq!((store.entries(), store.logs(), store.arrival()), (20, 1, 1));
    assert_eq!(store.head(&log[0].header().log).unwrap().id, log[19].id());
}

#[test]
fn what_does_not_follow_on_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let log = entries(1, 7, 4);
    // The same place in the log, by the same device, with another past.
    let (key, id) = log_of(1, 7);
    let payload = b"another".to_vec();
    let header = Header {
        log: id,
        seq: 2,
        backlink: Some(log[0].id()),
        stamp: Stamp::from_ms(1),
        schema: schema::POST,
        schema_version: 1,
        flags: 0,
        payload_size: 7,
        payload_hash: hash(&payload),
    };
    let forged = Entry::sign(&key, header, payload).unwrap();
    let answers = store.append(&[log[0].clone(), log[0].clone(), log[2].clone(), log[1].clone(), forged]).unwrap();
    assert_eq!(
        answers,
        [Ok(()), Err(AppendError::Known), Err(AppendError::Gap { from: 1 }), Ok(()), Err(AppendError::Backlink)]
    );
    assert_eq!(held(&store), log[..2]);
    assert_eq!(store.entries(), 2);
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
        store.append(&first[..3]).unwrap();
        let put = |entry: &Entry, payload: bool| {
            let at = entry_key(&entry.header().log.key(), entry.header().seq);
            store.headers.insert(at, entry.header_bytes()).unwrap();
            if payload {
                store.payloads.insert(at, entry.payload()).unwrap();
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
    assert_eq!(store.append(&[first[4].clone(), second[1].clone()]).unwrap(), [Ok(()), Ok(())]);
    assert_eq!(store.entries(), 7);
}

#[test]
fn answers_are_bounded_and_go_on_where_they_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let count = BATCH_ENTRIES as u64 + 10;
    let log = entries(3, 1, count);
    store.append(&log).unwrap();
    let id = log[0].header().log;
    let ask = |from| store.answer(&Request::Entries { wants: vec![(id, from)] }).unwrap();
    let Response::Entries { entries: page, more: true } = ask(0) else {
        panic!("the first page says that more follows")
    };
    assert_eq!(page.len(), BATCH_ENTRIES);
    let Response::Entries { entries: rest, more: false } = ask(page.len() as u64) else { panic!("the last page") };
    let all: Vec<RawEntry> = page.into_iter().chain(rest).collect();
    assert_eq!(all, log.iter().map(Entry::to_raw).collect::<Vec<_>>());
}

#[test]
fn heads_are_listed_by_prefix_in_order_and_page_by_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    for epoch in 0..5 {
        store.append(&entries(4, epoch, 1)).unwrap();
    }
    let (_, log) = log_of(4, 2);
    let cell = serde_bytes::ByteBuf::from(log.scope.cell.bytes().to_vec());
    let scope = serde_bytes::ByteBuf::from(log.scope.key().to_vec());
    let ask =
        |prefixes: Vec<serde_bytes::ByteBuf>, after| match store.answer(&Request::Heads { prefixes, after }).unwrap() {
            Response::Heads { heads, more: false } => heads.into_iter().map(|(log, _)| log.epoch).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
    // A prefix within another lists nothing twice.
    assert_eq!(ask(vec![scope, cell.clone()], None), [0, 1, 2, 3, 4]);
    assert_eq!(ask(vec![cell], Some(log)), [3, 4]);
    let elsewhere = serde_bytes::ByteBuf::from(b"zzzz\0\0\0\0".to_vec());
    assert_eq!(ask(vec![elsewhere], None), [0_u64; 0]);
    let empty = Request::Heads { prefixes: vec![serde_bytes::ByteBuf::new()], after: None };
    assert!(matches!(store.answer(&empty).unwrap(), Response::Refused(_)), "the whole store is not listed");
}
