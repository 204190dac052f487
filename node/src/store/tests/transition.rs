//! A crash, or a change that is refused, at each step of what takes a store's place.

use super::{entries, held, whole};
use crate::{
    daemon::opening,
    files::{self, fault},
    snapshot::Trouble,
    store::{Looked, Salvaged, Store, StoreError, closing, high_water::HighWater, record::entry_key, transition},
};
use communaut_protocol::{
    EntryId, Header, Stamp,
    entry::{
        Body, Entry, Head, LEAVES,
        leaves::{self, Leaf},
    },
    log::Branch,
    op::schema,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Entries of the store.
const COUNT: u64 = 20;
/// The one that is erased.
const ERASED: u64 = 7;

/// A data folder with keys, whose store holds some entries of which one was erased and is not yet gone from the files.
struct Folder {
    folder: tempfile::TempDir,
    entries: Vec<Entry>,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("vault")).unwrap();
        Self { folder, entries: entries(1, 0, COUNT) }
    }
    fn data(&self) -> &Path {
        self.folder.path()
    }
    fn path(&self) -> PathBuf {
        self.data().join(opening::STORE)
    }
    fn filled(&self) -> Store {
        let mut store = Store::open(&self.path()).unwrap();
        store.append(&whole(&self.entries)).unwrap().into_iter().for_each(|answer| assert!(answer.is_ok()));
        let log = self.entries[0].header().log;
        store.set_body(&log, Branch::First, ERASED, &Body::Erased(EntryId([9; 32]))).unwrap();
        store.set_to_compact().unwrap();
        store.flush().unwrap();
        store
    }
    /// What the next start does, and a stop after it: nothing is missing, and what was erased is in no file.
    fn is_whole_after_the_next_start(&self, when: &str) {
        let mut store = opening::open(self.data()).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(store.entries(), COUNT, "{when}");
        assert_eq!(held(&store).len() as u64, COUNT - 1, "{when}");
        if store.is_to_compact().unwrap() {
            store.compact().unwrap_or_else(|error| panic!("{when}: {error}"));
        }
        assert!(!store.is_to_compact().unwrap(), "{when}");
        drop(store);
        let text = self.entries[usize::try_from(ERASED).unwrap()].payload();
        for path in files::files_under(self.data()).unwrap() {
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(text.len()).any(|window| window == text), "{when}: {}", path.display());
        }
        let mut names: Vec<String> = fs::read_dir(self.data())
            .unwrap()
            .map(|item| item.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with("store"))
            .collect();
        names.sort();
        assert_eq!(names, ["store"], "{when}");
    }
}

#[test]
fn a_crash_at_each_change_of_a_compaction_loses_nothing_and_the_next_start_finishes_it() {
    let folder = Folder::new();
    let mut store = folder.filled();
    let changes = fault::count(|| store.compact().unwrap());
    drop(store);
    folder.is_whole_after_the_next_start("without a crash");
    assert!(changes > 10, "each step is a change: {changes}");
    for n in 0..changes {
        let folder = Folder::new();
        let mut store = folder.filled();
        let done = fault::stop_at(n, || store.compact());
        assert!(done.is_err(), "stopped at {n}");
        drop(store);
        folder.is_whole_after_the_next_start(&format!("stopped at change {n}"));
    }
}

#[test]
fn a_crash_while_a_crash_is_settled_loses_nothing_either() {
    let folder = Folder::new();
    let mut store = folder.filled();
    let changes = fault::count(|| store.compact().unwrap());
    for n in 0..changes {
        for again in 0..4 {
            let folder = Folder::new();
            let mut store = folder.filled();
            fault::stop_at(n, || store.compact()).unwrap_err();
            drop(store);
            drop(fault::stop_at(again, || opening::open(folder.data())));
            folder.is_whole_after_the_next_start(&format!("stopped at change {n}, then at {again}"));
        }
    }
}

#[test]
fn a_change_that_is_refused_leaves_a_store_that_goes_on_or_says_that_it_is_closed() {
    let folder = Folder::new();
    let mut store = folder.filled();
    let changes = fault::count(|| store.compact().unwrap());
    for n in 0..changes {
        let folder = Folder::new();
        let mut store = folder.filled();
        match fault::refuse_at(n, || store.compact()) {
            Err(_) if store.is_open() => {
                assert_eq!(held(&store).len() as u64, COUNT - 1, "refused at {n}");
                store.set_meta("goes", b"on").unwrap();
                store.flush().unwrap();
            }
            Err(_) => assert!(matches!(store.meta("goes"), Err(StoreError::Closed))),
            Ok(()) => assert_eq!(held(&store).len() as u64, COUNT - 1),
        }
        drop(store);
        folder.is_whole_after_the_next_start(&format!("refused at change {n}"));
    }
}

#[test]
fn a_crash_at_each_change_of_a_salvage_leaves_what_can_be_read() {
    // The database's own settings are gone: it opens no longer.
    let broken = || {
        let folder = Folder::new();
        drop(folder.filled());
        for item in fs::read_dir(folder.path()).unwrap() {
            let path = item.unwrap().path();
            if path.is_file() && path.file_name().unwrap() != "db" {
                fs::write(&path, b"not what it was, and longer than a checksum").unwrap();
            }
        }
        folder
    };
    let read = |folder: &Folder, when: &str| {
        let store = opening::open(folder.data()).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(store.entries(), COUNT, "{when}");
    };
    let folder = broken();
    let changes = fault::count(|| drop(Store::salvage(&folder.path(), &HighWater::default()).unwrap()));
    read(&folder, "without a crash");
    for n in 0..changes {
        let folder = broken();
        fault::stop_at(n, || Store::salvage(&folder.path(), &HighWater::default())).unwrap_err();
        read(&folder, &format!("stopped at change {n}"));
        assert!(folder.data().join("store.damaged-1/db").is_file(), "stopped at change {n}: the damaged one is kept");
    }
}

/// However many leaves a payload has: what the database has lost is found by what it begins with.
#[test]
fn payloads_of_leaves_are_found_in_the_files_of_a_store_that_does_not_open() {
    let (key, log) = super::log_of(3, 7);
    let folder = Folder::new();
    let mut written: Vec<Entry> = Vec::new();
    let mut store = folder.filled();
    for count in [1, 2, 4, 15, 16, 23, 24, 255, 256_u16] {
        let leaf = |number: u16| [&[0x82, 0x50], &[7; 16][..], &[0x44], &u32::from(number).to_be_bytes()].concat();
        let all: Vec<Vec<u8>> = (0..count).map(leaf).collect();
        let all: Vec<Leaf<'_>> = all.iter().map(|leaf| Leaf::Held(leaf)).collect();
        let payload = leaves::payload_of(&all).unwrap();
        let head = written.last().map(|entry| Head { seq: entry.header().seq, id: entry.id() });
        let header = Header { flags: LEAVES, ..Header::following(log, head, Stamp::from_ms(9), schema::ELEMENT) };
        written.push(Entry::sign(&key, header.over(&payload).unwrap(), payload).unwrap());
    }
    assert!(store.append(&super::whole(&written)).unwrap().iter().all(Result::is_ok));
    store.flush().unwrap();
    drop(store);
    for item in fs::read_dir(folder.path()).unwrap() {
        let path = item.unwrap().path();
        if path.is_file() && path.file_name().unwrap() != "db" {
            fs::write(&path, b"not what it was, and longer than a checksum").unwrap();
        }
    }
    let looked = Store::salvage(&folder.path(), &HighWater::default()).unwrap();
    assert!(matches!(looked, Looked::Mended(Salvaged { missing: 0, without_payload: 0, .. })), "{looked:?}");
    let store = opening::open(folder.data()).unwrap();
    let found: Vec<Entry> = held(&store).into_iter().filter(|entry| entry.header().log == log).collect();
    assert_eq!(found, written);
}

#[test]
fn keys_without_a_store_are_damage_and_no_new_store_is_made_in_its_place() {
    let folder = Folder::new();
    drop(folder.filled());
    fs::rename(folder.path(), folder.data().join("elsewhere")).unwrap();
    assert!(matches!(opening::open(folder.data()), Err(StoreError::Missing(_))));
    assert!(!folder.path().exists());
    // Nor is one made in a folder that has lost its database.
    fs::create_dir(folder.path()).unwrap();
    assert!(matches!(opening::open(folder.data()), Err(StoreError::Missing(_))));
    assert!(!transition::is_there(&folder.path()));
    // Who is asked to look after it begins an empty one, and says that all was lost.
    let told = opening::salvage(folder.data()).unwrap().unwrap();
    assert_eq!(told.entries, 0);
    assert!(opening::is_lost(&opening::open(folder.data()).unwrap()).unwrap());
}

#[test]
fn a_first_start_that_broke_off_before_it_made_keys_has_lost_nothing() {
    for keys in [false, true] {
        let folder = Folder::new();
        if !keys {
            fs::remove_dir(folder.data().join("vault")).unwrap();
        }
        // As salvage leaves a store in which it found nothing.
        let empty = Store::open(&folder.path()).unwrap();
        empty.set_meta(crate::store::LOST, &[1]).unwrap();
        empty.flush().unwrap();
        drop(empty);
        closing::wait_closed(&folder.path()).unwrap();
        let store = opening::open(folder.data()).unwrap();
        assert_eq!((store.entries(), opening::is_lost(&store).unwrap()), (0, keys));
    }
}

#[test]
fn a_store_that_has_lost_its_end_is_noticed() {
    let folder = Folder::new();
    let store = folder.filled();
    let arrival = store.arrival();
    drop(store);
    HighWater { arrival, entries: COUNT, ..HighWater::default() }.write(folder.data()).unwrap();
    drop(opening::open(folder.data()).unwrap());
    // An older one in its place: it has come less far.
    fs::remove_dir_all(folder.path()).unwrap();
    let mut older = Store::open(&folder.path()).unwrap();
    older.append(&whole(&folder.entries[..5])).unwrap();
    older.flush().unwrap();
    drop(older);
    let store = opening::open(folder.data()).unwrap();
    assert_eq!(store.entries(), 5, "all that there is");
    assert_eq!(HighWater::read(folder.data()).unwrap(), HighWater::default(), "and it is not looked for again");
    // But said.
    assert!(opening::told(&store).unwrap().is_some());
}

#[test]
fn a_store_that_was_changed_after_a_clean_stop_is_looked_at_before_the_database_cuts_it() {
    for bit in [0, 3, 7] {
        let folder = Folder::new();
        let noted = HighWater::of(&folder.filled());
        opening::seal(folder.data(), noted).unwrap();
        drop(opening::open(folder.data()).unwrap());
        assert!(HighWater::read(folder.data()).unwrap().files.is_none(), "while it is open its files change");
        let noted = HighWater::of(&opening::open(folder.data()).unwrap());
        opening::seal(folder.data(), noted).unwrap();
        let (path, text) = (folder.path().join("db"), folder.entries[3].payload());
        let mut bytes = fs::read(&path).unwrap();
        let places: Vec<usize> = (0..bytes.len() - text.len()).filter(|at| bytes[*at..].starts_with(text)).collect();
        assert!(!places.is_empty());
        places.iter().for_each(|at| bytes[*at] ^= 1 << bit);
        fs::write(&path, bytes).unwrap();
        let store = opening::open(folder.data()).unwrap();
        // The one that was hit is held without what it says, and the others whole; the one that was erased too,
        // until its erasure is folded.
        assert_eq!((store.entries(), held(&store).len() as u64), (COUNT, COUNT - 1));
        let without = |seq: u64| held(&store).iter().all(|entry| entry.header().seq != seq);
        assert!(without(3));
        assert!(store.is_to_compact().unwrap(), "what is erased again goes from the files");
        assert!(opening::told(&store).unwrap().is_some());
        assert!(folder.data().join("store.damaged-1/db").is_file());
    }
}

#[test]
fn what_the_database_would_cut_off_after_a_crash_is_read_from_the_copy() {
    for bit in [1, 6] {
        let folder = Folder::new();
        // No clean stop: only how far it had come is known.
        HighWater::of(&folder.filled()).write(folder.data()).unwrap();
        let (path, last) = (folder.path().join("db"), folder.entries[usize::try_from(COUNT).unwrap() - 1].payload());
        let mut bytes = fs::read(&path).unwrap();
        let at = (0..bytes.len() - last.len()).find(|at| bytes[*at..].starts_with(last)).unwrap();
        bytes[at] ^= 1 << bit;
        fs::write(&path, bytes).unwrap();
        let store = opening::open(folder.data()).unwrap();
        assert_eq!(store.entries(), COUNT);
        assert!(opening::told(&store).unwrap().is_some());
        // Its logs are not written on.
        assert_eq!(store.meta("place").unwrap().unwrap(), b"salvaged");
        assert!(!folder.data().join("store.before").exists());
    }
}

/// What the database loses without noticing: keys that are just not there.
fn lose(store: &Store, seqs: &[u64]) {
    let log = store.reader().held().next().unwrap().unwrap().header().log;
    for seq in seqs {
        store.trees().unwrap().payloads.remove(entry_key(&log.key(), *seq, Branch::First)).unwrap();
    }
    store.flush().unwrap();
}

#[test]
fn keys_that_the_database_lost_are_noticed_and_what_was_erased_stays_erased() {
    for clean in [false, true] {
        let folder = Folder::new();
        let store = folder.filled();
        if clean {
            let noted = HighWater::at_stop(&store).unwrap();
            drop(store);
            opening::seal(folder.data(), noted).unwrap();
            lose(&Store::open(&folder.path()).unwrap(), &[3, 4]);
        } else {
            HighWater::of(&store).write(folder.data()).unwrap();
            lose(&store, &[3, 4]);
            drop(store);
        }
        closing::wait_closed(&folder.path()).unwrap();
        let store = opening::open(folder.data()).unwrap();
        let told = opening::told(&store).unwrap();
        assert!(matches!(told, Some(Trouble::Mended { entries: COUNT, missing: 0, .. })), "{clean}: {told:?}");
        // The files still had it.
        assert_eq!(held(&store).len() as u64, COUNT - 1, "{clean}");
        let log = folder.entries[0].header().log;
        let erased = store.held(&log, Branch::First, ERASED).unwrap().unwrap();
        assert_eq!(*erased.body(), Body::Erased(EntryId([9; 32])), "{clean}");
    }
}

#[test]
fn a_log_that_lost_its_beginning_its_end_or_all_is_noticed_after_a_crash() {
    let lost: [&[u64]; 4] = [&[0], &[COUNT - 1], &[0, COUNT - 1], &(0..COUNT).collect::<Vec<_>>()];
    for seqs in lost {
        let folder = Folder::new();
        let store = folder.filled();
        HighWater::of(&store).write(folder.data()).unwrap();
        let key = folder.entries[0].header().log.key();
        for seq in seqs {
            store.trees().unwrap().headers.remove(entry_key(&key, *seq, Branch::First)).unwrap();
        }
        store.flush().unwrap();
        drop(store);
        closing::wait_closed(&folder.path()).unwrap();
        let store = opening::open(folder.data()).unwrap();
        let told = opening::told(&store).unwrap();
        assert!(matches!(told, Some(Trouble::Mended { entries: COUNT, .. })), "without {seqs:?}: {told:?}");
        assert!(held(&store).len() as u64 >= COUNT - 1, "without {seqs:?}");
    }
}

#[test]
fn a_copy_of_before_is_never_brought_back_once_the_store_was_written_to() {
    let folder = Folder::new();
    HighWater::of(&folder.filled()).write(folder.data()).unwrap();
    let (before, over) = (folder.data().join("store.before"), folder.data().join("store.before-over"));
    let changes = fault::count(|| drop(opening::open(folder.data()).unwrap()));
    let mut stayed = 0;
    for n in 0..changes {
        let folder = Folder::new();
        let (before, over) = (folder.data().join("store.before"), folder.data().join("store.before-over"));
        HighWater::of(&folder.filled()).write(folder.data()).unwrap();
        if fault::refuse_at(n, || opening::open(folder.data())).is_ok() && before.exists() {
            stayed += 1;
            assert!(over.exists(), "refused at {n}");
        }
    }
    assert!(stayed > 0, "a refused removal leaves it");
    // Such a copy, and a store that has come further since.
    drop(opening::open(folder.data()).unwrap());
    closing::wait_closed(&folder.path()).unwrap();
    files::copy_folder(&folder.path(), &before).unwrap();
    fs::write(&over, b"").unwrap();
    let mut store = Store::open(&folder.path()).unwrap();
    store.append(&whole(&entries(2, 0, 5))).unwrap();
    HighWater::of(&store).write(folder.data()).unwrap();
    lose(&store, &[4]);
    drop(store);
    closing::wait_closed(&folder.path()).unwrap();
    let store = opening::open(folder.data()).unwrap();
    assert_eq!(store.entries(), COUNT + 5);
    assert!(opening::told(&store).unwrap().is_some());
    assert!(!before.exists() && !over.exists());
}

#[test]
fn what_the_node_remembers_of_itself_is_counted_at_a_clean_stop() {
    let folder = Folder::new();
    let store = folder.filled();
    store.set_meta("followed", b"[]").unwrap();
    let noted = HighWater::at_stop(&store).unwrap();
    drop(store);
    opening::seal(folder.data(), noted).unwrap();
    let store = Store::open(&folder.path()).unwrap();
    store.unset_meta("followed").unwrap();
    store.flush().unwrap();
    drop(store);
    closing::wait_closed(&folder.path()).unwrap();
    let store = opening::open(folder.data()).unwrap();
    assert!(opening::told(&store).unwrap().is_some());
    assert_eq!(store.entries(), COUNT);
}

#[test]
fn a_snapshot_that_was_not_finished_or_was_hit_keeps_no_store_from_opening() {
    let folder = Folder::new();
    drop(folder.filled());
    fs::write(folder.path().join("snap.0000000000FFFFFF.generating"), b"").unwrap();
    let store = opening::open(folder.data()).unwrap();
    assert_eq!((store.entries(), opening::told(&store).unwrap()), (COUNT, None));
    store.set_meta("followed", b"[]").unwrap();
    store.flush().unwrap();
    drop(store);
    opening::wait_closed(folder.data()).unwrap();
    for path in files::files_under(&folder.path()).unwrap() {
        if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
            fs::write(&path, b"not what it was, and longer than a checksum").unwrap();
        }
    }
    // What the node remembers of itself is there too.
    let store = opening::open(folder.data()).unwrap();
    assert_eq!((store.entries(), store.meta("followed").unwrap().unwrap()), (COUNT, b"[]".to_vec()));
}

#[test]
fn a_store_that_leads_elsewhere_is_refused() {
    let folder = Folder::new();
    drop(folder.filled());
    let elsewhere = folder.data().join("elsewhere");
    fs::rename(folder.path(), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.path()).unwrap();
    let refused = opening::open(folder.data()).unwrap_err().to_string();
    assert!(refused.contains("is a link"), "{refused}");
}
