//! Members of a closed community of whom some know nothing from outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::{
        desk::{Desk, carry},
        replica::Origin,
    },
    modules::{Command, post::PostDraft},
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    entry::HeldEntry,
    fold::Standing,
    op::{Op, Role},
};

/// What each holds to all others, but nothing that somebody wrote in the open to who is not to know them from there.
fn carry_inside(desks: &mut [&mut Desk], unknown: IdentityId, to: usize) {
    let all: Vec<HeldEntry> = desks.iter().flat_map(|desk| desk.entries()).collect();
    for (at, desk) in desks.iter_mut().enumerate() {
        let open = |entry: &HeldEntry| entry.header().log.author == unknown.into();
        let which = all.iter().filter(|entry| at != to || !open(entry)).cloned().collect();
        desk.core.replica.take(which, Origin::Elsewhere).unwrap();
        desk.core.replica.tend_closed().unwrap();
    }
}

fn give(desk: &mut Desk, container: ElementId, person: IdentityId, role: Option<Role>) {
    desk.ask(Command::SetRole(api::SetRole { container, person, role })).unwrap();
}

fn join(desk: &mut Desk, community: ElementId) {
    desk.ask(Command::Join(api::Join { community: community.to_string() })).unwrap();
}

fn say(desk: &mut Desk, wall: ElementId, text: &str) {
    desk.ask(Command::Post(PostDraft { wall: Some(wall), text: text.into(), ..PostDraft::default() })).unwrap();
}

/// Witnesses that a desk reads in a scope.
fn witnesses(desk: &Desk, scope: &Scope) -> usize {
    let ring = &desk.core.replica.private.ring;
    let entries = desk.entries().into_iter().filter(|entry| entry.header().log.scope == *scope);
    let records = entries.filter_map(|entry| communaut_protocol::fold::Record::open(&entry.whole()?, ring).ok());
    records.filter(|record| matches!(record.op, Op::Witness(_))).count()
}

/// Ada, who founded it, Bob, and Cleo who has met Ada alone.
fn three() -> (Desk, Desk, Desk, ElementId) {
    let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
    carry(&mut [&mut ada, &mut bob]);
    let to_bob = bob.me();
    carry_inside(&mut [&mut ada, &mut cleo], to_bob, 1);
    let watch = ada.found("Les Veilleurs").0;
    give(&mut ada, watch, bob.me(), Some(Role::Member));
    give(&mut ada, watch, cleo.me(), Some(Role::Member));
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    join(&mut bob, watch);
    join(&mut cleo, watch);
    for _ in 0..2 {
        carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    }
    (ada, bob, cleo, watch)
}

#[test]
fn a_member_whose_own_log_is_not_held_is_known_by_what_is_said_inside() {
    let (mut ada, mut bob, mut cleo, watch) = three();
    let (scope, to_bob) = (ada.scope(watch), bob.me());
    say(&mut bob, watch, "au lavoir");
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    assert_eq!(cleo.posts(), ["au lavoir"]);
    let there = &cleo.core.replica;
    assert_eq!((there.name_of(to_bob).as_str(), there.views.pending()), ("Bob", 0));
    // Outside nothing of him is known, and nobody is asked.
    assert!(!there.views.book().contains_key(&to_bob));
    assert_eq!(there.store.heads_under(&Scope::identity(to_bob).key()).count(), 0);
    // A second device of his: it says by what it came in.
    let mut laptop = bob.other_device();
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo, &mut laptop], to_bob, 2);
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo, &mut laptop], to_bob, 2);
    say(&mut laptop, watch, "du canapé");
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo, &mut laptop], to_bob, 2);
    assert_eq!(cleo.posts(), ["au lavoir", "du canapé"]);
    let book = cleo.core.replica.views.book_in(&scope);
    assert_eq!(book.get(&to_bob).unwrap().devices.len(), 2);
    // It is taken out: what it writes from now on counts for nobody inside, and the key that it had will not do.
    let device = laptop.core.replica.device.id();
    bob.ask(Command::DeviceOut(api::DeviceOut { device: device.to_string(), until_ms: None })).unwrap();
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    let standing = |desk: &Desk| desk.core.replica.views.book_in(&scope).get(&to_bob).unwrap().standing(device);
    assert_eq!(standing(&cleo), Standing::Out);
    let keys = cleo.core.replica.views.scopes().get(&scope).unwrap().keys.clone().unwrap();
    assert_eq!((keys.epochs.len(), keys.current().is_some()), (2, true));
}

#[test]
fn what_is_said_once_is_not_said_again() {
    let (mut ada, mut bob, mut cleo, watch) = three();
    let (scope, to_bob) = (ada.scope(watch), bob.me());
    let before = witnesses(&ada, &scope);
    // Ada of herself, of Bob and of Cleo as she invited them; Bob and Cleo of themselves, what those did not say.
    assert!((3..=5).contains(&before), "{before}");
    for _ in 0..3 {
        say(&mut ada, watch, "encore");
        carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    }
    assert_eq!((witnesses(&ada, &scope), witnesses(&cleo, &scope)), (before, before));
    // A new name is said by who has it, once.
    bob.ask(Command::SetProfile(api::SetProfile { name: "Robert".into(), about: String::new() })).unwrap();
    for _ in 0..3 {
        carry_inside(&mut [&mut ada, &mut bob, &mut cleo], to_bob, 2);
    }
    assert_eq!((witnesses(&cleo, &scope), cleo.core.replica.name_of(to_bob).as_str()), (before + 1, "Robert"));
}
