//! Bundles: what was written is read; what is not whole is refused, at a place that is named. SPEC.md §9.5.

use crate::common::{Desk, FOIX, cases, person, post};
use communaut_protocol::{
    Entry, Scope,
    entry::{Body, ENTRY_MAX, HeldEntry},
    ids::EntryId,
    replication::{
        BUNDLE_CHECK_LEN,
        bundle::{BUNDLE_MAGIC, BundleError, BundleFault, BundleReader, BundleWriter},
        message::Frame,
    },
};
use proptest::prelude::*;

/// Two people with a post each, in the order of a bundle; one payload erased, one still to come.
fn entries() -> Vec<HeldEntry> {
    let (mut desk, mut people) = (Desk::default(), [person(1), person(2)]);
    people.sort_by_key(|person| person.id);
    let mut all: Vec<HeldEntry> = people.iter().map(|person| person.inception.clone().into()).collect();
    for person in &people {
        for text in ["un", "deux"] {
            all.push(desk.write(person, Scope::open(FOIX), 1, &post(text)).into());
        }
    }
    all[3] = all[3].clone().with_body(Body::Erased(EntryId([7; 32])));
    all[4] = all[4].clone().with_body(Body::Absent);
    all
}

fn bundle(entries: &[HeldEntry]) -> Vec<u8> {
    let mut writer = BundleWriter::default();
    let mut bytes = writer.head();
    entries.iter().for_each(|entry| bytes.extend(writer.entry(entry).unwrap()));
    bytes.extend(writer.end());
    bytes
}

/// What stands whole in a file, and what is wrong behind it.
fn read(bytes: &[u8]) -> (Vec<(u64, Frame)>, Result<(), BundleError>) {
    let (mut reader, mut rest, mut frames) = (BundleReader::default(), bytes, Vec::new());
    loop {
        let wants = reader.wants();
        assert!(wants <= ENTRY_MAX + BUNDLE_CHECK_LEN, "nobody makes a reader take {wants} bytes");
        let (piece, left) = rest.split_at(wants.max(1).min(rest.len()));
        rest = left;
        match reader.take(piece) {
            Ok(frame) => frames.extend(frame),
            Err(error) => return (frames, Err(error)),
        }
        if wants == 0 {
            return (frames, Ok(()));
        }
    }
}

fn fault(bytes: &[u8]) -> BundleError {
    read(bytes).1.unwrap_err()
}

#[test]
fn what_was_written_is_read() {
    let all = entries();
    let (frames, end) = read(&bundle(&all));
    assert_eq!(end, Ok(()));
    assert_eq!(
        frames.iter().map(|(_, frame)| frame.clone()).collect::<Vec<_>>(),
        all.iter().map(Frame::of).collect::<Vec<_>>()
    );
    assert!(frames[0].0 == 17 && frames.windows(2).all(|pair| pair[0].0 < pair[1].0), "where each begins");
    // Of nothing too.
    assert_eq!(read(&bundle(&[])), (vec![], Ok(())));
}

#[test]
fn a_file_that_is_cut_off_says_where_and_keeps_what_was_whole() {
    let (all, whole) = (entries(), bundle(&entries()));
    for len in 0..whole.len() {
        let (frames, end) = read(&whole[..len]);
        let BundleError { at, fault } = end.unwrap_err();
        assert_eq!((at, &fault), (len as u64, &BundleFault::Ends), "cut at {len}");
        assert!(frames.len() <= all.len());
        let of = |entry: &HeldEntry| Frame::of(entry);
        assert!(frames.iter().map(|(_, frame)| frame).eq(&all.iter().map(of).take(frames.len()).collect::<Vec<_>>()));
    }
    assert_eq!(fault(&[&whole[..], b"x"].concat()), BundleError { at: whole.len() as u64, fault: BundleFault::GoesOn });
}

#[test]
fn every_bit_that_flips_is_found_where_it_is() {
    let whole = bundle(&entries());
    let (frames, _) = read(&whole);
    for at in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut flipped = whole.clone();
            flipped[at] ^= bit;
            let (kept, end) = read(&flipped);
            let error = end.expect_err("a flipped bit");
            // All whole frames before it are given, and none behind it.
            let before = frames.iter().filter(|(begin, frame)| {
                *begin as usize + 4 + communaut_protocol::codec::encode(frame).unwrap().len() + BUNDLE_CHECK_LEN <= at
            });
            assert!(kept.iter().eq(before), "at {at}: {error}");
            if !matches!(error.fault, BundleFault::Ends) {
                assert!(error.at <= at as u64, "at {at}: {error}");
            }
        }
    }
}

#[test]
fn other_files_versions_and_lengths_are_named() {
    let whole = bundle(&entries());
    assert_eq!(fault(b"PK\x03\x04 an archive, not a bundle"), BundleError { at: 0, fault: BundleFault::Magic });
    assert_eq!(fault(b"PK"), BundleError { at: 0, fault: BundleFault::Magic });
    let mut newer = whole.clone();
    newer[BUNDLE_MAGIC.len()] = 2;
    let error = fault(&newer);
    assert_eq!(error.fault, BundleFault::Version(2));
    assert!(error.to_string().contains("version 2") && !error.to_string().contains('\n'), "{error}");
    for length in [u32::MAX, 1 << 31, ENTRY_MAX as u32 + 1] {
        let mut long = whole.clone();
        long[17..21].copy_from_slice(&length.to_be_bytes());
        assert_eq!(fault(&long), BundleError { at: 17, fault: BundleFault::TooLong(length) });
    }
}

#[test]
fn frames_out_of_order_are_refused() {
    let all = entries();
    for order in [[0, 2, 1], [1, 0, 2], [0, 3, 2], [0, 4, 2]] {
        let (frames, end) = read(&bundle(&order.map(|at| all[at].clone())));
        let swapped = order.windows(2).position(|pair| pair[0] > pair[1]).unwrap();
        assert_eq!((frames.len(), end.unwrap_err().fault), (swapped + 1, BundleFault::Order), "{order:?}");
    }
    // The same entry twice, or another of its number, is for its log to say.
    assert_eq!(read(&bundle(&[all[0].clone(), all[0].clone()])).1, Ok(()));
}

#[test]
fn what_is_no_frame_is_refused() {
    let record = |frame: &[u8]| {
        // Somebody who makes checks that fit.
        let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 bundle");
        hasher.update(&[0; 16]);
        hasher.update(frame);
        let head = BundleWriter::default().head();
        [&head, &(frame.len() as u32).to_be_bytes()[..], frame, &hasher.finalize().as_bytes()[..16]].concat()
    };
    let frame = communaut_protocol::codec::encode(&Frame::of(&entries()[0])).unwrap();
    assert_eq!(read(&record(&frame)).0.len(), 1);
    let mut longer = frame.clone();
    longer.push(0);
    // One of which the map has an indefinite length: not canonical.
    let mut lax = frame.clone();
    lax[0] = 0xbf;
    lax.push(0xff);
    for bad in [&b"\xff"[..], &[0; 40], &longer, &lax, &[0xa0]] {
        let error = fault(&record(bad));
        assert!(error.at == 17 && matches!(error.fault, BundleFault::Frame(_)), "{error}");
    }
}

proptest! {
    #![proptest_config(cases(512))]
    /// Whatever the file holds: no panic, no more memory than a frame, and an end.
    #[test]
    fn any_bytes_are_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        at in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut file = bundle(&entries());
        let at = at.index(file.len());
        if whole {
            file.truncate(at);
            file.extend(&bytes);
        } else {
            file.splice(at..at, bytes);
        }
        let (frames, _) = read(&file);
        prop_assert!(frames.len() <= 7);
    }
}

/// An entry of which the frame is the longest there is.
#[test]
fn the_longest_entry_fits() {
    let mut desk = Desk::default();
    let alice = person(1);
    let log = alice.log(Scope::open(FOIX));
    let header = communaut_protocol::Header { schema: 60_000, ..desk.place(log, 1, &post("x")) };
    let mut payload = vec![0x82, 0x50];
    payload.extend([1; 16]);
    payload.extend([0xa1, 0x00, 0x59]);
    let room = communaut_protocol::limits::PAYLOAD_MAX - payload.len() - 2;
    payload.extend((room as u16).to_be_bytes());
    payload.resize(communaut_protocol::limits::PAYLOAD_MAX, 7);
    let entry: Entry = desk.sign(&alice.key, header, payload);
    let bytes = bundle(&[entry.into()]);
    assert_eq!(read(&bytes).0.len(), 1);
}
