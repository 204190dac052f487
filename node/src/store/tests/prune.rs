//! Logs that restate themselves on the disk. SPEC.md §5.5.

use super::{
    super::{Placed, Store, record::entry_key},
    CHAIN, entries, held, log_of, rival, whole,
};
use communaut_protocol::{
    Entry, Header, LogId, Stamp,
    entry::{
        LEAVES,
        leaves::{self, Leaf},
    },
    limits::EPOCHS_MAX,
    log::{Branch, NotTaken, Placement},
    op::schema,
    replication::replica::Replica,
};
use std::{fs, path::Path};

const RESTATED: Result<Placed, NotTaken> = Ok(Placed { found: Placement::Restated, dropped: true });

/// A restatement behind an entry, in so many entries whose payloads say a word.
fn run(after: &Entry, count: u64, word: &str) -> Vec<Entry> {
    let (key, _) = log_of(1, 7);
    let mut written = vec![after.clone()];
    for at in 0..count {
        let before = &written[written.len() - 1];
        let payload = leaves::payload_of(&[Leaf::Held(format!("{word} {at}").as_bytes())]).unwrap();
        let header = Header {
            seq: before.header().seq + 1,
            backlink: Some(before.id()),
            stamp: Stamp::from_ms(5_000 + at),
            schema: schema::RESTATE,
            flags: if at + 1 == count { Header::prune_flags(usize::try_from(at).unwrap()).unwrap() } else { LEAVES },
            ..after.header().clone()
        };
        written.push(Entry::sign(&key, header.over(&payload).unwrap(), payload).unwrap());
    }
    written.remove(0);
    written
}

fn log() -> LogId {
    log_of(1, 7).1
}

fn holds(folder: &Path, word: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|item| {
        let path = item.unwrap().path();
        if path.is_dir() {
            holds(&path, word)
        } else {
            fs::read(path).unwrap().windows(word.len()).any(|window| window == word)
        }
    })
}

#[test]
fn what_stood_before_is_gone_from_the_disk_and_stays_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let old = entries(1, 7, 6);
    let restated = run(&old[5], 3, "Xyloglotte");
    // Restated again, without the word of before.
    let again = run(&restated[2], 2, "Zythologie");
    let state = {
        let mut store = Store::open(&path).unwrap();
        store.append(&whole(&old)).unwrap();
        assert_eq!(store.append(&whole(&restated)).unwrap(), [CHAIN, CHAIN, RESTATED]);
        let state = *store.log(&log()).unwrap();
        assert_eq!((state.floor, state.lo, state.tip.seq, store.entries()), (6, 6, 8, 3));
        assert_eq!(held(&store), restated);
        // Peers that follow are told of it from its first entry on.
        assert_eq!(store.arrived(0, 9).unwrap().last().unwrap().from, 6);
        assert_eq!(store.append(&whole(&old[2..3])).unwrap(), [Err(NotTaken::Pruned { floor: 6 })]);
        assert_eq!(store.append(&whole(&restated)).unwrap(), [Err(NotTaken::Known); 3]);
        store.append(&whole(&again)).unwrap();
        store.flush().unwrap();
        *store.log(&log()).unwrap()
    };
    let mut store = Store::open(&path).unwrap();
    assert_eq!((*store.log(&log()).unwrap(), held(&store), store.entries()), (state, again, 2));
    store.compact().unwrap();
    drop(store);
    assert!(!holds(&path, b"Xyloglotte") && holds(&path, b"Zythologie"));
}

#[test]
fn one_that_does_not_follow_is_kept_aside_until_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let old = entries(1, 7, 6);
    let restated = run(&old[5], 3, "dit");
    store.append(&whole(&old[..2])).unwrap();
    assert_eq!(store.append(&whole(&restated[..2])).unwrap(), [Err(NotTaken::Aside); 2]);
    assert_eq!((held(&store).len(), store.entries()), (2, 2));
    assert_eq!(store.append(&whole(&restated[2..])).unwrap(), [RESTATED]);
    assert_eq!((held(&store), store.entries()), (restated.clone(), 3));
    // A branch of before does not come back, nor another restatement that begins before.
    let branch = rival(&old[4], b"autre");
    assert_eq!(store.append(&whole(&[branch])).unwrap(), [Err(NotTaken::Pruned { floor: 6 })]);
    let earlier = run(&old[1], 2, "avant");
    assert_eq!(
        store.append(&whole(&earlier)).unwrap(),
        [Err(NotTaken::Pruned { floor: 6 }), Err(NotTaken::Pruned { floor: 6 })]
    );
    assert_eq!(held(&store), restated);
}

#[test]
fn a_newcomer_of_whom_nothing_is_held_takes_it_and_counts_its_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let restated = run(&entries(1, 7, 6)[5], 3, "dit");
    let begun = std::iter::once(log()).collect();
    let new = Ok(Placed { found: Placement::Restated, dropped: false });
    assert_eq!(store.append_from(&whole(&restated), &begun).unwrap(), [CHAIN, CHAIN, new]);
    assert!(store.log(&log()).unwrap().is_complete());
    // One epoch too many, all with smaller numbers.
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    for epoch in 0..EPOCHS_MAX as u64 - 1 {
        store.append(&whole(&entries(1, epoch, 1))).unwrap();
    }
    // The epochs below 7 are seven: this is the eighth.
    store.append(&whole(&restated)).unwrap();
    assert_eq!(held(&store).len(), EPOCHS_MAX - 1 + 3);
}

/// What a crash can leave of a restatement that was being settled.
#[test]
fn after_a_crash_a_restatement_is_settled_again() {
    let old = entries(1, 7, 6);
    let restated = run(&old[5], 3, "dit");
    let crashed = |tamper: &dyn Fn(&Store)| {
        let folder = tempfile::tempdir().unwrap();
        {
            let mut store = Store::open(folder.path()).unwrap();
            store.append(&whole(&old)).unwrap();
            store.append(&whole(&restated)).unwrap();
            tamper(&store);
            store.flush().unwrap();
        }
        let store = Store::open(folder.path()).unwrap();
        let state = *store.log(&log()).unwrap();
        assert_eq!((state.floor, state.lo, state.base.unwrap().id), (6, 6, restated[2].id()));
        assert_eq!((held(&store), store.entries()), (restated.clone(), 3));
    };
    let put = |store: &Store, entry: &Entry| {
        let at = entry_key(&log().key(), entry.header().seq, Branch::First);
        store.trees().unwrap().headers.insert(at, entry.header_bytes()).unwrap();
        let body = super::body_bytes(&super::Body::Present(entry.payload().to_vec())).unwrap();
        store.trees().unwrap().payloads.insert(at, body).unwrap();
    };
    // The record was not written yet; nothing was dropped yet; the record was, and not all was dropped.
    crashed(&|store| store.trees().unwrap().logs.remove(log().key()).unwrap());
    crashed(&|store| {
        store.trees().unwrap().logs.remove(log().key()).unwrap();
        old.iter().for_each(|entry| put(store, entry));
    });
    crashed(&|store| put(store, &old[5]));
}
