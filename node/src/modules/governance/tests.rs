//! What becomes of what somebody wrote by a role that they have no longer: whole nodes with their stores. SPEC.md §7.2.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::desk::{Desk, MONACO, carry},
    failure::{Failure, FailureCode},
    modules::{Command, Outcome, Written, element::ElementDraft, post::PostDraft},
};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::Record,
    op::{Kind, Op, Role},
};

impl Desk {
    fn make(&mut self, kind: Kind, name: &str, parent: Option<ElementId>) -> ElementId {
        let draft = ElementDraft { kind, name: name.into(), position: Some(MONACO), parent, ..ElementDraft::default() };
        let made = self.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap();
        let Outcome::Written(Written { element: Some(id), .. }) = made else { panic!("{made:?}") };
        id
    }
    fn set_role(&mut self, container: ElementId, person: IdentityId, role: Option<Role>) -> Result<Outcome, Failure> {
        self.ask(Command::SetRole(api::SetRole { container, person, role }))
    }
    fn place_names(&self) -> Vec<String> {
        let shown = self.core.replica.views.elements().values().filter(|held| held.kind == Kind::Place);
        let mut names: Vec<String> = shown.map(|held| held.name.clone()).collect();
        names.sort();
        names
    }
    /// What is held of somebody's elements in containers.
    fn elements_by(&self, person: IdentityId) -> Vec<Record> {
        let ring = &self.core.replica.private.ring;
        let whole = self.entries().into_iter().filter_map(communaut_protocol::entry::HeldEntry::into_whole);
        let said = whole.flat_map(|entry| Record::all(&entry, ring)).filter_map(Result::ok);
        said.filter(|record| record.author == person && matches!(record.op, Op::Element(_))).collect()
    }
}

/// A node that comes later, and is given everything at once.
fn newcomer(desks: &mut [&mut Desk]) -> Desk {
    let mut late = Desk::empty();
    carry(desks);
    for desk in desks {
        carry(&mut [&mut **desk, &mut late]);
    }
    late
}

#[test]
fn who_is_let_go_leaves_what_they_wrote_and_adds_nothing() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let club = ada.make(Kind::Organisation, "Régie", None);
    carry(&mut [&mut ada, &mut bob]);
    ada.set_role(club, bob.me(), Some(Role::Contributor)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    bob.make(Kind::Place, "Four", Some(club));
    bob.make(Kind::Place, "Lavoir", Some(club));
    assert!(
        bob.elements_by(bob.me()).iter().filter(|record| record.container == club).all(|said| said.under.is_some())
    );
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(ada.place_names(), ["Four", "Lavoir"]);
    ada.set_role(club, bob.me(), None).unwrap();
    // Bob has not heard of it yet, and says more.
    bob.make(Kind::Place, "Moulin", Some(club));
    assert_eq!(bob.place_names(), ["Four", "Lavoir", "Moulin"]);
    let late = newcomer(&mut [&mut ada, &mut bob]);
    for desk in [&ada, &bob, &late] {
        assert_eq!(desk.place_names(), ["Four", "Lavoir"]);
    }
}

#[test]
fn who_leaves_leaves_what_they_wrote_and_can_be_let_go_all_the_same() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let club = ada.make(Kind::Organisation, "Régie", None);
    carry(&mut [&mut ada, &mut bob]);
    // Whoever never had a role is not let go.
    assert_eq!(ada.set_role(club, bob.me(), None).unwrap_err().code, FailureCode::NotAllowed);
    ada.set_role(club, bob.me(), Some(Role::Contributor)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    bob.make(Kind::Place, "Four", Some(club));
    bob.set_role(club, bob.me(), None).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!((ada.place_names(), bob.place_names()), (vec!["Four".to_owned()], vec!["Four".to_owned()]));
    ada.set_role(club, bob.me(), None).unwrap();
    let late = newcomer(&mut [&mut ada, &mut bob]);
    for desk in [&ada, &bob, &late] {
        assert_eq!(desk.place_names(), ["Four"]);
    }
    // Nothing is left to let go of.
    assert_eq!(ada.set_role(club, bob.me(), None).unwrap_err().code, FailureCode::NotAllowed);
}

#[test]
fn in_a_closed_community_an_old_key_is_no_role() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let (watch, _) = ada.found("Les Veilleurs");
    ada.set_role(watch, bob.me(), Some(Role::Member)).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    bob.ask(Command::Join(api::Join { community: watch.to_string() })).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let post = |text: &str| PostDraft { wall: Some(watch), text: text.into(), ..PostDraft::default() };
    bob.ask(Command::Post(post("avant"))).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    ada.set_role(watch, bob.me(), None).unwrap();
    // Under the key that he has, as a member, since he has not heard of it.
    bob.ask(Command::Post(post("après"))).unwrap();
    assert_eq!(bob.posts(), ["avant", "après"]);
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!((ada.posts(), bob.posts()), (vec!["avant".to_owned()], vec!["avant".to_owned()]));
}
