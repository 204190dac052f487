//! What can still be read of a store that does not open: entries are looked for in its files byte by byte.
//!
//! A header proves by its signature that it is one, and a payload by the hash in its header, so nothing of the
//! database's own order is needed, and nothing false comes out. What an erasure had removed stays removed as far as the
//! database can still say so; the rest may come out too, and is dropped again when the erasure is folded.

use super::{
    INSTANCE, LogKey, Store, StoreError,
    closing::wait_closed,
    error::failed,
    high_water::HighWater,
    transition::{self, Kind},
    tree::quietly,
};
use crate::files;
use communaut_protocol::{
    EntryId, LogId,
    entry::{
        Body, ENTRY_MAX, HeldEntry, Signed, hash,
        leaves::{self, Leaf},
    },
    ids::Hash,
    limits::{HEADER_MAX, PAYLOAD_MAX},
    log::NotTaken,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Bytes of a file looked at together, beside what an entry may reach beyond.
const CHUNK: usize = 8 * 1024 * 1024;
/// Entries stored together.
const BATCH: usize = 500;
/// Levels of CBOR in an entry: its own have five.
const DEPTH_MAX: u8 = 16;
/// A header begins so: an array of 16, version 1, network "dev".
const HEADER_BEGIN: [u8; 6] = [0x90, 1, 0x63, b'd', b'e', b'v'];
/// How the names of sled's snapshots begin.
const SNAPSHOT: &[u8] = b"snap.";
/// What the store remembers of its place, so that the next start sees that it is another.
pub(crate) const PLACE: &str = "place";
/// What the store remembers if everything was lost.
pub(crate) const LOST: &str = "lost";

/// What came of looking at a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Entries in the store that lies there now.
    pub entries: u64,
    /// Of those that were looked for in the files, without their payload.
    pub without_payload: u64,
    /// Entries that were read and have no place, since what comes before them was not.
    pub left_out: u64,
    /// Entries that the damaged store held and that are not here, or not whole.
    pub missing: u64,
    /// Where the damaged store lies now; none if there was none.
    pub aside: Option<PathBuf>,
}

/// What a look at every entry gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Looked {
    /// All can be read: nothing was changed.
    Whole {
        /// The last arrival.
        arrival: u64,
        /// Entries held.
        entries: u64,
    },
    /// What could be read lies in a fresh store.
    Mended(Salvaged),
}

impl Store {
    /// Look at every entry of the store in a folder that its caller holds and that nobody has open. If all can be read
    /// nothing is changed. Otherwise what can be read lies in a fresh store in its place afterwards, and the damaged
    /// one beside it. Where there is no store at all an empty one is made.
    ///
    /// `noted`: how far the store had come at least, and after a clean stop how much it held.
    pub(crate) fn salvage(path: &Path, noted: &HighWater) -> Result<Looked, StoreError> {
        transition::settle(path)?;
        if transition::is_there(path) {
            wait_closed(path)?;
        }
        let of =
            if path.is_dir() { files::files_under(path).map_err(failed("cannot read", path))? } else { Vec::new() };
        let mut found = Scanned::in_files(&of)?;
        let filling = transition::begin(path)?;
        let filled = fill(path, &filling, &mut found, noted);
        let Ok(Looked::Mended(salvaged)) = filled else {
            transition::give_up(path)?;
            return filled;
        };
        transition::filled(path, Kind::Salvaged)?;
        let aside = transition::swap(path, Kind::Salvaged)?;
        Ok(Looked::Mended(Salvaged { aside, ..salvaged }))
    }
}

/// Fill a fresh store with what can be read of another, unless that one has it all.
fn fill(path: &Path, filling: &Path, found: &mut Scanned, noted: &HighWater) -> Result<Looked, StoreError> {
    // What opens is the base, with all that the node remembers of itself; a copy, since the database writes into what
    // it opens.
    let mut anew = false;
    let opened = if transition::is_there(path) {
        files::copy_folder(path, filling).map_err(failed("cannot copy", path))?;
        let opened = opens(filling)?;
        anew = opened.is_none();
        if anew {
            // Snapshots of the database are derived: it opens without them too.
            forget_snapshots(filling)?;
            opens(filling)?
        } else {
            opened
        }
    } else {
        None
    };
    let (expected, remembered) = opened.as_ref().map_or((0, Vec::new()), |store| (store.entries(), remembered(store)));
    found.erased = opened.as_ref().map(erased).unwrap_or_default();
    let base = opened.filter(|store| quietly(|| all_read(store, noted)).unwrap_or(false));
    let whole = base.is_some();
    let mut store = match base {
        Some(store) => store,
        None => {
            if transition::is_there(filling) {
                wait_closed(filling)?;
            }
            files::remove_folder(filling).map_err(failed("cannot remove", filling))?;
            let fresh = Store::open(filling)?;
            for (key, value) in remembered {
                fresh.set_meta(&key, &value)?;
            }
            fresh
        }
    };
    let Taken { taken, without_payload, left_out } = found.add_to(&mut store)?;
    if whole && taken == 0 {
        let whole = Looked::Whole { arrival: store.arrival(), entries: store.entries() };
        drop(store);
        wait_closed(filling)?;
        if anew {
            forget_snapshots(path)?;
        }
        return Ok(whole);
    }
    // Logs that lost their ends must not be written on: the next start takes the folder for one that was moved.
    store.set_meta(PLACE, b"salvaged")?;
    if store.entries() == 0 {
        store.set_meta(LOST, &[1])?;
    }
    store.flush()?;
    let entries = store.entries();
    drop(store);
    wait_closed(filling)?;
    let missing = expected.max(noted.entries).saturating_sub(entries).max(left_out) + without_payload;
    Ok(Looked::Mended(Salvaged { entries, missing, without_payload, left_out, aside: None }))
}

/// Open a store, if it is not too damaged to be opened. A disk that refuses is no damage: nothing is given up for it.
fn opens(folder: &Path) -> Result<Option<Store>, StoreError> {
    match Store::open(folder) {
        Ok(store) => Ok(Some(store)),
        Err(error) if error.is_damage() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Take away the snapshots of a database that nobody has open.
fn forget_snapshots(folder: &Path) -> Result<(), StoreError> {
    wait_closed(folder)?;
    for path in files::files_under(folder).map_err(failed("cannot read", folder))? {
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(SNAPSHOT)) {
            files::remove_file(&path).map_err(failed("cannot remove", &path))?;
        }
    }
    Ok(())
}

/// What the node remembers of itself, as far as it can be read: not its name among peers, whose
/// cursors are of another store.
fn remembered(store: &Store) -> Vec<(String, Vec<u8>)> {
    let Ok(trees) = store.trees() else { return Vec::new() };
    let pairs = trees.meta.iter().map_while(Result::ok);
    let pairs = pairs.filter(|(key, _)| key.as_ref() != INSTANCE.as_bytes() && !key.starts_with(b"cursor "));
    pairs.map(|(key, value)| (String::from_utf8_lossy(&key).into_owned(), value.to_vec())).collect()
}

/// Which entries were erased, and by what, as far as it can be read.
fn erased(store: &Store) -> BTreeMap<EntryId, EntryId> {
    let held = store.reader();
    let erased = held.held().filter_map(Result::ok).filter_map(|entry| match entry.body() {
        Body::Erased(by) => Some((entry.id(), *by)),
        Body::Present(_) | Body::Part(_) | Body::Absent => None,
    });
    erased.collect()
}

/// Whether every entry is there and is what it says, and no tree has lost anything since a clean stop.
fn all_read(store: &Store, noted: &HighWater) -> Result<bool, StoreError> {
    let counted = match noted.trees {
        Some(noted) => store.counts()? == noted,
        None => true,
    };
    Ok(counted && store.is_complete()? && store.reader().held().all(|entry| entry.is_ok_and(|entry| verify(&entry))))
}

fn verify(entry: &HeldEntry) -> bool {
    let payload = entry.body().bytes().is_none_or(|payload| entry.signed().names(payload));
    payload && Signed::verify(entry.signed().bytes().to_vec()).is_ok()
}

/// What was added to a store.
#[derive(Debug, Default)]
struct Taken {
    taken: u64,
    without_payload: u64,
    left_out: u64,
}

/// Where a payload lies.
#[derive(Debug, Clone, Copy)]
struct At {
    file: usize,
    from: u64,
    len: usize,
    /// How many of its leaves are there.
    held: usize,
}

/// Whether a payload of leaves may begin here: a list whose first item is a leaf, a list of two in a byte string of 19
/// bytes at least, or what stands for one.
fn begins_leaves(rest: &[u8]) -> bool {
    let first = match rest {
        [0x81..=0x97, first @ ..] | [0x98, 24..=255, first @ ..] | [0x99, 1, 0, first @ ..] => first,
        _ => return false,
    };
    matches!(
        first,
        [0x53..=0x57, 0x82, ..] | [0x58, 24..=255, 0x82, ..] | [0x59, _, _, 0x82, ..] | [0x82, 0x58, 32, ..]
    )
}

/// What the files hold.
#[derive(Debug, Default)]
struct Scanned {
    files: Vec<PathBuf>,
    /// Verified, by log and number.
    logs: BTreeMap<LogKey, BTreeMap<u64, BTreeMap<EntryId, Signed>>>,
    payloads: BTreeMap<Hash, At>,
    /// Entries whose payload was erased, and by what.
    erased: BTreeMap<EntryId, EntryId>,
}

impl Scanned {
    fn in_files(files: &[PathBuf]) -> Result<Self, StoreError> {
        let mut found = Self { files: files.to_vec(), ..Self::default() };
        let mut known: BTreeSet<EntryId> = BTreeSet::new();
        let mut wanted: BTreeSet<Hash> = BTreeSet::new();
        for file in files {
            scan(file, &mut |_, rest| {
                if !rest.starts_with(&HEADER_BEGIN) {
                    return;
                }
                let bytes = item_len(rest, DEPTH_MAX).filter(|len| *len <= HEADER_MAX).and_then(|len| rest.get(..len));
                let Some(bytes) = bytes.filter(|bytes| known.insert(EntryId(hash(bytes).0))) else { return };
                if let Ok(signed) = Signed::verify(bytes.to_vec()) {
                    let header = signed.header();
                    wanted.insert(header.payload_hash);
                    let log = found.logs.entry(header.log.key()).or_default();
                    log.entry(header.seq).or_default().insert(signed.id(), signed);
                }
            })?;
        }
        for (number, file) in files.iter().enumerate() {
            scan(file, &mut |from, rest| {
                // An envelope: an array of two that begins with a salt, or, sealed, of three that begins with a nonce.
                let envelope = matches!(rest, [0x82, 0x50, ..] | [0x83, 0x58, 24, ..]);
                if !envelope && !begins_leaves(rest) {
                    return;
                }
                let Some(len) = item_len(rest, DEPTH_MAX).filter(|len| *len <= PAYLOAD_MAX) else { return };
                let Some(bytes) = rest.get(..len) else { return };
                if envelope && wanted.contains(&hash(bytes)) {
                    found.payloads.entry(hash(bytes)).or_insert(At { file: number, from, len, held: 1 });
                } else if let Ok(all) = Leaf::all(bytes)
                    && let name = leaves::root(&all)
                    && wanted.contains(&name)
                {
                    // The database keeps what stood there before: that which has most. Erasures are carried out anew.
                    let held = all.iter().filter(|leaf| leaf.held().is_some()).count();
                    let at = At { file: number, from, len, held };
                    let best = found.payloads.entry(name).or_insert(at);
                    if best.held < held {
                        *best = at;
                    }
                }
            })?;
        }
        Ok(found)
    }

    /// Add to a store what it does not hold.
    fn add_to(&self, store: &mut Store) -> Result<Taken, StoreError> {
        let mut done = Taken::default();
        for (key, numbers) in &self.logs {
            let Ok(log) = LogId::from_key(key) else { continue };
            // What is held may go on; of a log of which nothing is held the longest part is.
            let run = if store.log(&log).is_some() { 0..=u64::MAX } else { longest_run(numbers) };
            let beyond = numbers.iter().filter(|(seq, _)| !run.contains(seq)).map(|(_, at)| at.len() as u64);
            done.left_out += beyond.sum::<u64>();
            let mut waiting: Vec<&Signed> = numbers.range(run).flat_map(|(_, entries)| entries.values()).collect();
            // Branches of a fork find their place when what comes before them is there.
            loop {
                let before = waiting.len();
                let mut left = Vec::new();
                for chunk in waiting.chunks(BATCH) {
                    let held = chunk.iter().map(|signed| self.entry(signed)).collect::<Result<Vec<_>, _>>()?;
                    let answers = store.append_from(&held, &BTreeSet::from([log]))?;
                    for ((signed, entry), answer) in chunk.iter().zip(&held).zip(answers) {
                        match answer {
                            Ok(_) => {
                                done.taken += 1;
                                done.without_payload += u64::from(*entry.body() == Body::Absent);
                            }
                            Err(NotTaken::Gap { .. } | NotTaken::Unrooted) => left.push(*signed),
                            // Held, or by the rules no part of its log.
                            Err(_) => {}
                        }
                    }
                }
                waiting = left;
                if waiting.len() == before || waiting.is_empty() {
                    break;
                }
            }
            done.left_out += waiting.len() as u64;
        }
        Ok(done)
    }

    fn entry(&self, signed: &Signed) -> Result<HeldEntry, StoreError> {
        if let Some(by) = self.erased.get(&signed.id()) {
            let erased = HeldEntry::new(signed.clone(), Body::Erased(*by));
            return erased.map_err(|refusal| StoreError::Damaged(refusal.to_string()));
        }
        let body = match self.payloads.get(&signed.header().payload_hash) {
            Some(at) => self.read(at)?.filter(|payload| signed.names(payload)).map_or(Body::Absent, Body::Present),
            None => Body::Absent,
        };
        HeldEntry::new(signed.clone(), body).map_err(|refusal| StoreError::Damaged(refusal.to_string()))
    }

    fn read(&self, at: &At) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(path) = self.files.get(at.file) else { return Ok(None) };
        let mut bytes = vec![0; at.len];
        let mut file = File::open(path).map_err(failed("cannot read", path))?;
        let read = file.seek(SeekFrom::Start(at.from)).and_then(|_| file.read_exact(&mut bytes));
        read.map_err(failed("cannot read", path))?;
        Ok(Some(bytes))
    }
}

/// The most numbers without a gap between them; of several equally long the last, since peers have the old ones.
fn longest_run<T>(numbers: &BTreeMap<u64, T>) -> std::ops::RangeInclusive<u64> {
    let (mut best, mut from, mut last) = (0..=0, 0, None);
    for seq in numbers.keys().copied() {
        if last.is_none_or(|last: u64| last.checked_add(1) != Some(seq)) {
            from = seq;
        }
        if seq - from >= best.end() - best.start() {
            best = from..=seq;
        }
        last = Some(seq);
    }
    best
}

/// Look at a file from every byte on: `each` is given the place and what follows, an entry's length at least where
/// there is as much.
fn scan(path: &Path, each: &mut impl FnMut(u64, &[u8])) -> Result<(), StoreError> {
    let mut file = File::open(path).map_err(failed("cannot read", path))?;
    let (mut window, mut base) = (Vec::with_capacity(CHUNK + ENTRY_MAX), 0_u64);
    loop {
        let room = (CHUNK + ENTRY_MAX).saturating_sub(window.len()) as u64;
        let read = (&mut file).take(room).read_to_end(&mut window).map_err(failed("cannot read", path))?;
        let last = (read as u64) < room;
        let until = if last { window.len() } else { CHUNK };
        for at in 0..until {
            // What headers and payloads begin with.
            if matches!(window[at], 0x81..=0x99) {
                each(base + at as u64, &window[at..]);
            }
        }
        if last {
            return Ok(());
        }
        window.drain(..until);
        base += until as u64;
    }
}

/// Bytes of the CBOR item with which a text of bytes begins, as far as SPEC.md §4 has it: definite lengths, no tags.
fn item_len(bytes: &[u8], depth: u8) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    let first = *bytes.first()?;
    let (head, value) = match first & 0x1f {
        small @ 0..=23 => (1, u64::from(small)),
        wide @ 24..=27 => {
            let len = 1_usize << (wide - 24);
            let value = bytes.get(1..=len)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            (1 + len, value)
        }
        _ => return None,
    };
    let items = match first >> 5 {
        0 | 1 | 7 => return Some(head),
        2 | 3 => return head.checked_add(usize::try_from(value).ok()?).filter(|len| *len <= bytes.len()),
        4 => value,
        5 => value.checked_mul(2)?,
        _ => return None,
    };
    let mut len = head;
    for _ in 0..items {
        len = len.checked_add(item_len(bytes.get(len..)?, depth)?)?;
    }
    Some(len)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_item_is_as_long_as_its_head_says() {
        let len = |bytes: &[u8]| item_len(bytes, DEPTH_MAX);
        assert_eq!(len(&[0x18, 0x64, 0xff]), Some(2));
        assert_eq!(len(&[0x43, 1, 2, 3, 4]), Some(4));
        assert_eq!(len(&[0x83, 1, 0x82, 2, 3, 0xf6, 0xff]), Some(6));
        assert_eq!(len(&[0xa1, 0x61, b'x', 0xf5]), Some(4));
        for cut in [&[0x43, 1, 2][..], &[0x83, 1, 2], &[0x19, 1], &[], &[0x5f], &[0xc0, 1], &[0x9b; 9]] {
            assert_eq!(len(cut), None, "{cut:?}");
        }
        assert_eq!(len(&[0x81; 40]), None, "no deeper than an entry is");
    }

    #[test]
    fn the_longest_run_is_kept_and_of_equal_ones_the_last() {
        let run = |numbers: &[u64]| longest_run(&numbers.iter().map(|n| (*n, ())).collect());
        assert_eq!(run(&[0, 1, 2, 5, 6]), 0..=2);
        assert_eq!(run(&[0, 1, 4, 5]), 4..=5);
        assert_eq!(run(&[7]), 7..=7);
    }
}
