//! What whoever has stolen a device cannot do with what it wrote itself, once it is taken out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{
    desk::{Desk, MONACO, NOW_MS},
    keys::Keys,
    replica::Origin,
};
use crate::{
    api,
    modules::{Command, post::PostDraft},
};
use communaut_protocol::{
    Entry, LogId, Scope, Stamp,
    entry::{Head, Header, HeldEntry},
    limits::EPOCHS_MAX,
    op::{Op, PostOp, Profile, schema},
};

/// An entry of a device, after another one of its log.
fn entry(keys: &Keys, log: LogId, after: Option<Head>, schema: u16, payload: Vec<u8>) -> Entry {
    let stamp = Stamp::from_ms(NOW_MS);
    let header = Header::following(log, after, stamp, schema).over(&payload).unwrap();
    Entry::sign(&keys.device(), header, payload).unwrap()
}

#[test]
fn a_device_that_is_out_does_not_come_back_by_putting_its_own_acts_aside() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::empty());
    let (mut laptop, id) = (ada.other_device(), ada.me());
    let device = laptop.keys.device().id();
    let first = ada.keys.device().id();
    laptop.ask(Command::DeviceOut(api::DeviceOut { device: first.to_string(), until_ms: None })).unwrap();
    bob.core.replica.take(laptop.entries(), Origin::Elsewhere).unwrap();
    let out = bob.core.replica.views.book().get(&id).unwrap().clone();
    assert_eq!(out.devices.keys().copied().collect::<Vec<_>>(), [device]);
    // Whoever has the first device opens as many epochs as count, below those that are held, with the inception alone.
    let inception = ada.entries().into_iter().find(|held| held.header().schema == schema::INCEPTION).unwrap();
    let inception = inception.whole().unwrap().payload().to_vec();
    let profile = Op::Profile(Profile { name: "Thief".into(), about: String::new(), home: None });
    let log = |epoch| LogId { scope: Scope::identity(id), author: id.into(), device: first, epoch };
    let others = (1..EPOCHS_MAX as u64)
        .map(|epoch| entry(&ada.keys, log(epoch), None, schema::PROFILE, profile.encode([7; 16]).unwrap()).into());
    let mut rival: Vec<HeldEntry> = vec![entry(&ada.keys, log(0), None, schema::INCEPTION, inception).into()];
    rival.extend(others);
    for desk in [&mut bob, &mut laptop] {
        desk.core.replica.take(rival.clone(), Origin::Elsewhere).unwrap();
        let logs = desk.core.replica.store.epochs(&log(0));
        assert_eq!(logs, (0..EPOCHS_MAX as u64).collect::<Vec<_>>(), "its own first log is displaced");
        let view = desk.core.replica.views.book().get(&id).unwrap();
        assert_eq!((&view.devices, &view.out), (&out.devices, &out.out));
    }
    // Who comes later and hears of nothing else, too.
    let mut late = Desk::empty();
    late.core.replica.take(bob.entries(), Origin::Elsewhere).unwrap();
    assert_eq!(late.core.replica.views.book().get(&id).unwrap().devices, out.devices);
}

#[test]
fn what_a_device_writes_over_what_was_accepted_of_it_does_not_count() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::empty());
    let mut laptop = ada.other_device();
    for n in 0..6 {
        let text = format!("Ada {n}");
        ada.ask(Command::Post(PostDraft { text, position: Some(MONACO), ..PostDraft::default() })).unwrap();
    }
    laptop.core.replica.take(ada.entries(), Origin::Elsewhere).unwrap();
    let first = ada.keys.device().id();
    laptop.ask(Command::DeviceOut(api::DeviceOut { device: first.to_string(), until_ms: None })).unwrap();
    bob.core.replica.take(laptop.entries(), Origin::Elsewhere).unwrap();
    assert_eq!(bob.posts().len(), 6);
    // A second branch, and then a smaller id on the first, so that what was accepted is displaced.
    let log = bob
        .core
        .replica
        .store
        .heads_under(&[])
        .map(|(log, _)| log)
        .find(|log| log.scope == Scope::open(MONACO))
        .unwrap();
    let told = bob.core.replica.store.log_entries(&log).unwrap();
    let head = |at: usize| Head { seq: told[at].header().seq, id: told[at].id() };
    let at = told.len() - 4;
    let says = |after: Head, n: u64, text: &str| {
        let post = PostOp { text: text.into(), position: Some(MONACO), ..PostOp::default() };
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&n.to_be_bytes());
        entry(&ada.keys, log, Some(after), schema::POST, Op::Post(post).encode(nonce).unwrap())
    };
    let fork = says(head(at), 0, "Thief 0");
    let smaller = (1..).map(|n| says(head(at + 1), n, "Thief 1")).find(|entry| entry.id() < head(at + 2).id).unwrap();
    let next = says(Head { seq: smaller.header().seq, id: smaller.id() }, 0, "Thief 2");
    for entry in [fork, smaller, next] {
        bob.core.replica.take(vec![entry.into()], Origin::Elsewhere).unwrap();
    }
    let shown = bob.posts();
    assert!(shown.iter().all(|text| text.starts_with("Ada")), "{shown:?}");
    let mut late = Desk::empty();
    late.core.replica.take(bob.entries(), Origin::Elsewhere).unwrap();
    assert_eq!(late.posts(), shown);
}
