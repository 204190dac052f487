//! What somebody sees of closed communities who belongs to none: whole nodes with their stores. SPEC.md §10.3.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::desk::{Desk, carry},
    modules::{Command, post::PostDraft},
};
use communaut_protocol::op::{Role, schema};

/// What others see of what was added to somebody's own space, each: its schema and the size of its payload.
fn seen(desk: &mut Desk, act: impl FnOnce(&mut Desk)) -> Vec<(u16, u64)> {
    let before = desk.entries();
    act(desk);
    let mine = desk.core.replica.own_space(desk.me()).unwrap();
    let added = desk.entries().into_iter().filter(|entry| !before.contains(entry)).map(|entry| entry.header().clone());
    let mut added: Vec<_> = added.filter(|header| header.log.scope == mine).collect();
    added.sort_by_key(|header| header.seq);
    added.into_iter().map(|header| (header.schema, header.payload_size.into())).collect()
}

/// Else a neighbour reads off who invites whom, and who accepts.
#[test]
fn an_invitation_cannot_be_told_from_a_private_message() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let (friend, box_device) = (bob.me(), cem.core.replica.device.id().to_string());
    let post = |text: &str| Command::Post(PostDraft { to: vec![friend], text: text.into(), ..PostDraft::default() });
    let message = seen(&mut ada, |ada| drop(ada.ask(post("À demain.")).unwrap()));
    let long = seen(&mut ada, |ada| drop(ada.ask(post(&"À demain. ".repeat(25))).unwrap()));
    let shapes = [message, long];
    assert_eq!(
        shapes.each_ref().map(|shape| shape.iter().map(|(schema, _)| *schema).collect::<Vec<_>>()),
        [[schema::WRAPS, schema::SEALED], [schema::WRAPS, schema::SEALED]]
    );

    let mut club = None;
    let founding = seen(&mut ada, |ada| club = Some(ada.found("Les Veilleurs").0));
    let club = club.unwrap();
    let role = api::SetRole { container: club, person: friend, role: Some(Role::Member) };
    let inviting = seen(&mut ada, |ada| drop(ada.ask(Command::SetRole(role)).unwrap()));
    let asking = api::Seed { community: club, device: box_device, on: true };
    let asking = seen(&mut ada, |ada| drop(ada.ask(Command::Seed(asking)).unwrap()));
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let join = api::Join { community: club.to_string() };
    let joining = seen(&mut bob, |bob| drop(bob.ask(Command::Join(join)).unwrap()));
    for (what, seen) in [("founding", founding), ("inviting", inviting), ("asking", asking), ("joining", joining)] {
        assert!(shapes.contains(&seen), "{what}: {seen:?} is no private message, as {shapes:?} are");
    }
    // Nobody is shown anything of it.
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!(cem.posts(), Vec::<String>::new());
}
