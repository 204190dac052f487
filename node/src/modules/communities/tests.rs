//! What somebody sees of closed communities who belongs to none: whole nodes with their stores. SPEC.md §10.3.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::{
        desk::{Desk, MONACO, carry},
        replica::Origin,
    },
    modules::{Command, post::PostDraft},
};
use communaut_protocol::{
    Header,
    op::{Role, schema},
};

/// The headers of what was added to somebody's own space, as others see them.
fn added(desk: &mut Desk, act: impl FnOnce(&mut Desk)) -> Vec<Header> {
    let before = desk.entries();
    act(desk);
    let mine = desk.core.replica.own_space(desk.me()).unwrap();
    let added = desk.entries().into_iter().filter(|entry| !before.contains(entry)).map(|entry| entry.header().clone());
    let mut added: Vec<_> = added.filter(|header| header.log.scope == mine).collect();
    added.sort_by_key(|header| header.seq);
    added
}

/// Of each its schema and the size of its payload.
fn seen(desk: &mut Desk, act: impl FnOnce(&mut Desk)) -> Vec<(u16, u64)> {
    added(desk, act).into_iter().map(|header| (header.schema, header.payload_size.into())).collect()
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

/// Of each the counter of its stamp, a minute after anything else was written.
fn counters(desk: &mut Desk, act: impl FnOnce(&mut Desk)) -> Vec<u64> {
    desk.core.replica.clocks.now_ms += 60_000;
    added(desk, act).into_iter().map(|header| header.stamp.0 & 0xffff).collect()
}

/// What is written in closed scopes in the same millisecond moves the counter in the stamps of what stands in the open.
#[test]
fn the_counter_of_a_stamp_does_not_tell_a_founding_or_a_box_from_a_private_message() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let (friend, box_device) = (bob.me(), cem.core.replica.device.id().to_string());
    let post = PostDraft { to: vec![friend], text: "À demain.".into(), ..PostDraft::default() };
    let message = counters(&mut ada, |ada| drop(ada.ask(Command::Post(post)).unwrap()));
    let mut club = None;
    let founding = counters(&mut ada, |ada| club = Some(ada.found("Les Veilleurs").0));
    let club = club.unwrap();
    let role = api::SetRole { container: club, person: friend, role: Some(Role::Member) };
    let inviting = counters(&mut ada, |ada| drop(ada.ask(Command::SetRole(role)).unwrap()));
    let asking = api::Seed { community: club, device: box_device, on: true };
    let asking = counters(&mut ada, |ada| drop(ada.ask(Command::Seed(asking)).unwrap()));
    let all = [("inviting", inviting), ("asking", asking), ("founding", founding)];
    let other: Vec<_> = all.iter().filter(|(_, seen)| *seen != message).collect();
    assert!(other.is_empty(), "a message has {message:?}, and {other:?}");
}

/// A private message is wrapped to its author's own devices too, an invitation was not: whoever has many devices never
/// writes a message with so few wraps.
#[test]
fn who_has_many_devices_is_not_told_to_invite_by_how_few_wraps_that_takes() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    let _others: Vec<Desk> = (0..5).map(|_| ada.other_device()).collect();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let (friend, box_device) = (bob.me(), cem.core.replica.device.id().to_string());
    let post = PostDraft { to: vec![friend], text: "À demain.".into(), ..PostDraft::default() };
    let wraps = |seen: Vec<(u16, u64)>| seen.into_iter().find(|(schema, _)| *schema == schema::WRAPS).unwrap().1;
    let message = wraps(seen(&mut ada, |ada| drop(ada.ask(Command::Post(post)).unwrap())));
    let mut club = None;
    let founding = wraps(seen(&mut ada, |ada| club = Some(ada.found("Les Veilleurs").0)));
    let club = club.unwrap();
    let role = api::SetRole { container: club, person: friend, role: Some(Role::Member) };
    let inviting = wraps(seen(&mut ada, |ada| drop(ada.ask(Command::SetRole(role)).unwrap())));
    let asking = api::Seed { community: club, device: box_device, on: true };
    let asking = wraps(seen(&mut ada, |ada| drop(ada.ask(Command::Seed(asking)).unwrap())));
    assert_eq!([inviting, asking, founding], [message; 3], "bytes of wraps, beside those of the least private message");
}

/// SPEC.md §10.6: who belongs to a closed community is told to nobody outside. A clock that is ahead marks all who read
/// what was written by it there.
#[test]
fn what_is_read_in_a_closed_community_moves_no_stamp_in_the_open() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let (club, scope) = ada.found("Les Veilleurs");
    let role = api::SetRole { container: club, person: bob.me(), role: Some(Role::Member) };
    ada.ask(Command::SetRole(role)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    bob.ask(Command::Join(api::Join { community: club.to_string() })).unwrap();
    let now = bob.core.replica.clocks.now_ms + 3_600_000;
    bob.core.replica.clocks.now_ms = now;
    ada.core.replica.clocks.now_ms = now + 60_000;
    let post = PostDraft { wall: Some(club), text: "À demain.".into(), ..PostDraft::default() };
    ada.ask(Command::Post(post)).unwrap();
    let closed = ada.entries().into_iter().filter(|entry| entry.header().log.scope == scope).collect();
    bob.core.replica.take(closed, Origin::Elsewhere).unwrap();
    let before = bob.entries();
    let draft = PostDraft { position: Some(MONACO), text: "Bonjour".into(), ..PostDraft::default() };
    bob.ask(Command::Post(draft)).unwrap();
    let said = bob.entries().into_iter().find(|entry| !before.contains(entry)).unwrap();
    assert_eq!(said.header().stamp.ms(), now, "Bob's own clock, not that of Ada");
}
