//! What a bundle brings goes through what a peer's push goes through: verified, proven, admitted, within its share.
//! SPEC.md §9.5.

use super::{MONACO, Writer, hand::Hand};
use crate::{bundle_file, net::Peer};
use communaut_protocol::{AuthorId, Entry, Scope, engine::Carried, entry::HeldEntry, replication::message::Frame};

fn carry(hand: &mut Hand, entries: &[Entry]) -> Carried {
    let frames = entries.iter().map(|entry| Frame::of(&HeldEntry::from(entry.clone()))).collect();
    take(hand, frames)
}

fn take(hand: &mut Hand, frames: Vec<Frame>) -> Carried {
    let core = &mut hand.core;
    core.engine.take_carried(&mut core.replica, &Peer::of_files().unwrap(), frames).unwrap()
}

fn refused(hand: &Hand, name: &str) -> u64 {
    hand.core.replica.refused.get(name).copied().unwrap_or(0)
}

fn writer(number: u8, posts: u32) -> Writer {
    let mut writer = Writer::of(number);
    (0..posts).for_each(|n| writer.say(&format!("message {n}")));
    writer
}

#[test]
fn what_does_not_verify_ends_it_and_what_stood_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    let entries = writer(50, 4).entries;
    let mut frames: Vec<Frame> = entries.iter().map(|entry| Frame::of(&HeldEntry::from(entry.clone()))).collect();
    // Somebody else's signature, under a check that fits.
    let last = frames[2].header.len() - 1;
    frames[2].header[last] ^= 1;
    assert_eq!(take(&mut hand, frames), Carried { taken: 2, known: 0, broken: Some((2, "signature")) });
    assert_eq!(hand.core.replica.store.entries(), 2);
    assert_eq!(carry(&mut hand, &entries), Carried { taken: 3, known: 2, broken: None });
}

#[test]
fn who_is_not_proven_or_not_wanted_is_left_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    let entries = writer(50, 2).entries;
    // Without the identity.
    assert_eq!(carry(&mut hand, &entries[1..]).taken, 0);
    assert_eq!((refused(&hand, "unproven"), hand.core.replica.store.entries()), (1, 0));
    // By a policy: not remembered, since nobody said what they have of it.
    hand.core.replica.admits = |_, _, _| false;
    assert_eq!(carry(&mut hand, &entries).taken, 0);
    assert_eq!((refused(&hand, "declined"), hand.core.engine.declined.len()), (2, 0));
    hand.core.replica.admits = |_, _, _| true;
    assert_eq!(carry(&mut hand, &entries).taken, 3);
    // Behind a gap.
    let more = writer(51, 5).entries;
    carry(&mut hand, &more[..2]);
    assert_eq!((carry(&mut hand, &more[3..]).taken, refused(&hand, "gap")), (0, 3));
}

#[test]
fn files_together_have_the_share_of_one_peer_and_no_place_among_peers() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    hand.core.set_room(None, Some(4 * 15 * 4_500));
    for number in 1..6 {
        carry(&mut hand, &writer(number, 10).entries);
    }
    let held = hand.core.replica.store.entries();
    assert!((10..=20).contains(&held) && refused(&hand, "share") > 0, "{held}");
    hand.now.monotonic = hand.now.monotonic.after(24 * 60 * 60 * 1_000);
    hand.input(crate::daemon::input::Input::Tick);
    carry(&mut hand, &writer(7, 3).entries);
    assert_eq!(hand.core.replica.store.entries(), held + 4, "another day");
    assert_eq!(hand.core.snapshot().unwrap().overview.network.peers, []);
}

/// Whether a device speaks for an identity is judged by what comes with it, so that is not parted.
#[test]
fn an_identity_is_taken_at_once_however_batches_fall() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.bundle");
    let mut people: Vec<Writer> = (1..=40).map(|number| writer(number, 0)).collect();
    people.sort_by_key(|person| person.id);
    let mut entries: Vec<Entry> = Vec::new();
    for person in &mut people {
        // Profiles stand behind the inception.
        for n in 0..19 {
            let op = communaut_protocol::op::Op::Profile(communaut_protocol::op::Profile {
                name: format!("Ada {n}"),
                home: Some(MONACO),
                about: String::new(),
            });
            let place = person.place(Scope::identity(person.id), op.schema());
            person.sign(place, op.encode([n; 16]).unwrap());
        }
        entries.extend(person.entries.iter().cloned());
    }
    let held = entries.iter().map(|entry| Ok::<_, String>(HeldEntry::from(entry.clone())));
    let sizes = bundle_file::write(&path, false, held).unwrap();
    assert_eq!((sizes.entries, sizes.bytes), (800, std::fs::metadata(&path).unwrap().len()));
    let batches: Vec<Vec<_>> = bundle_file::read(&path).unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 800);
    assert!(batches.len() > 1);
    let author =
        |frame: &Frame| -> AuthorId { communaut_protocol::Header::decode(&frame.header).unwrap().0.log.author };
    for pair in batches.windows(2) {
        assert_ne!(author(&pair[0].last().unwrap().1), author(&pair[1][0].1));
    }
}

/// Unless it is larger than anybody's: a file is not read into memory whole.
#[test]
fn an_identity_of_any_size_is_taken_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("person.bundle");
    let mut person = writer(1, 0);
    for _ in 0..100 {
        let place = person.place(Scope::identity(person.id), communaut_protocol::op::schema::PROFILE);
        person.sign(place, vec![0; 60_000]);
    }
    let held = person.entries.iter().map(|entry| Ok::<_, String>(HeldEntry::from(entry.clone())));
    bundle_file::write(&path, false, held).unwrap();
    let batches: Vec<Vec<_>> = bundle_file::read(&path).unwrap().map(Result::unwrap).collect();
    let bytes = |batch: &Vec<bundle_file::FrameAt>| batch.iter().map(|(_, frame)| frame.len()).sum::<usize>();
    assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 101);
    assert!(batches.iter().all(|batch| bytes(batch) < 4 * 1024 * 1024 + 64 * 1024), "{}", batches.len());
}
