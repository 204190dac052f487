//! A node that was restarted asks a peer that it has met once, for what is new.

use super::{
    Writer,
    hand::{Hand, Other},
};
use crate::store::Store;
use communaut_protocol::{
    entry::HeldEntry,
    replication::{message::Request, serve::Serve},
};
use std::path::Path;

/// A peer with posts of one writer in Monaco.
struct Theirs {
    writer: Writer,
    other: Other<Store>,
}

impl Theirs {
    fn new() -> Self {
        let mut writer = Writer::new();
        (0..20).for_each(|n| writer.say(&format!("message {n}")));
        let other = Other::holding(1, &writer.entries);
        Self { writer, other }
    }
    fn more(&mut self) {
        let before = self.writer.entries.len();
        (100..102).for_each(|n| self.writer.say(&format!("message {n}")));
        let new: Vec<HeldEntry> = self.writer.entries[before..].iter().cloned().map(HeldEntry::from).collect();
        assert!(self.other.replica.append(&new).unwrap().iter().all(Result::is_ok));
    }
}

/// Open the folder, meet the peer, ask until nothing more is missing.
fn run(data: &Path, theirs: &mut Theirs, commit: bool) -> (Vec<Request>, usize) {
    let mut hand = Hand::restarted(data);
    hand.connect(theirs.other.peer);
    let done = hand.answer(&mut theirs.other);
    if commit {
        hand.core.commit().unwrap();
    }
    done
}

#[test]
fn a_restarted_node_asks_once_and_gets_only_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = Theirs::new();
    let (met, entries) = run(folder.path(), &mut theirs, true);
    assert!(met.len() >= 3 && entries == 21, "{} requests, {entries} entries", met.len());

    theirs.more();
    let (requests, entries) = run(folder.path(), &mut theirs, true);
    let [Request::Hello { seen: Some(_), register: None, ranges, .. }] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((ranges.len(), entries), (0, 2));
    // Nothing new: one request, nothing comes.
    let (requests, entries) = run(folder.path(), &mut theirs, true);
    assert_eq!((requests.len(), entries), (1, 0));
    // The peer has been restarted too: it is told once more what is of interest, and nothing is compared.
    theirs.more();
    theirs.other.serve = Serve::default();
    let (requests, entries) = run(folder.path(), &mut theirs, true);
    assert_eq!((requests.len(), entries), (2, 2));
    assert!(requests.iter().all(|request| matches!(request, Request::Hello { ranges, .. } if ranges.is_empty())));
}

/// The node dies after entries have come and before it has flushed: the cursor is still that of before.
#[test]
fn a_cursor_is_never_ahead_of_what_was_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = Theirs::new();
    run(folder.path(), &mut theirs, true);
    let stored = |data: &Path| Store::open(&data.join("store")).unwrap().meta_under("cursor ").unwrap();
    let before = stored(folder.path());
    assert_eq!(before.len(), 1);
    theirs.more();
    let (_, entries) = run(folder.path(), &mut theirs, false);
    assert_eq!((entries, stored(folder.path())), (2, before.clone()));
    run(folder.path(), &mut theirs, true);
    assert_ne!(stored(folder.path()), before);
}

/// A week later everything is compared once more, which heals what a cursor hides.
#[test]
fn once_a_week_everything_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = Theirs::new();
    run(folder.path(), &mut theirs, true);
    let name = theirs.other.peer.to_string();
    let store = Store::open(&folder.path().join("store")).unwrap();
    let cursors = crate::daemon::core::cursors(&store).unwrap();
    let day = 24 * 60 * 60 * 1_000;
    let now = super::hand::NOW_MS;
    assert!(cursors.of(&name, now + 6 * day).is_some() && cursors.of(&name, now + 7 * day).is_none());
    assert!(cursors.of(&name, now - 1).is_none(), "a clock that went back tells nothing");
    assert!(cursors.of("another", now).is_none());
}
