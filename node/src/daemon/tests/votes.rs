//! A vote that was certified stands on real replicas, whatever one of its tellers takes back. SPEC.md §8.6.

use crate::{
    api,
    daemon::{
        desk::{Desk, MONACO, NOW_MS, carry},
        replica::Origin,
    },
    modules::{Command, Outcome, element::ElementDraft},
};
use communaut_protocol::{
    ElementId, EntryId, Scope,
    entry::HeldEntry,
    fold::{ProposalStatus, ProposalView},
    op::{Choice, Kind, Role, schema},
};
use std::sync::Arc;

/// Ada's organisation, where Bob is a moderator.
fn organisation(ada: &mut Desk, bob: &mut Desk) -> ElementId {
    carry(&mut [ada, bob]);
    let name = "Le Four".to_owned();
    let draft = ElementDraft { kind: Kind::Organisation, name, position: Some(MONACO), ..ElementDraft::default() };
    let Outcome::Written(api::Written { element: Some(id), .. }) =
        ada.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap()
    else {
        panic!("an organisation is written");
    };
    let role = Some(Role::Moderator);
    ada.ask(Command::SetRole(api::SetRole { container: id, person: bob.me(), role })).unwrap();
    carry(&mut [ada, bob]);
    id
}

fn vote(desk: &Desk, id: EntryId) -> Option<Arc<ProposalView>> {
    let mut views = desk.core.replica.views.scopes().values().filter_map(|view| view.governance.as_ref());
    views.find_map(|held| held.proposals.iter().find(|vote| vote.id == id).cloned())
}

fn scope_of(desk: &Desk, id: EntryId) -> Scope {
    let mut views = desk.core.replica.views.scopes().iter();
    let has = |held: &communaut_protocol::fold::Governance| held.proposals.iter().any(|vote| vote.id == id);
    *views.find(|(_, view)| view.governance.as_deref().is_some_and(has)).unwrap().0
}

/// Entries of a schema in a scope by one device.
fn count(desk: &Desk, scope: Scope, schema: u16) -> usize {
    let device = desk.core.replica.device.id();
    let all = desk.entries().into_iter().filter(|entry| entry.header().log.scope == scope);
    all.filter(|entry| entry.header().schema == schema && entry.header().log.device == device).count()
}

#[test]
fn what_a_teller_takes_back_was_said_again_by_the_other() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let container = organisation(&mut ada, &mut bob);
    let draft = api::ProposalDraft {
        container,
        title: "Un four ?".into(),
        text: "Il fait froid.".into(),
        quorum_permille: 500,
        closes_ms: NOW_MS,
        tellers: vec![ada.me(), bob.me()],
        agree: 2,
        sample: false,
    };
    let Outcome::Written(written) = bob.ask(Command::Propose(draft)).unwrap() else { panic!("it is written") };
    let id = written.entries[0];
    let proposal = id.to_string();
    carry(&mut [&mut ada, &mut bob]);
    ada.ask(Command::OpenVote(api::OpenVote { proposal: proposal.clone() })).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&mut ada, &mut bob] {
        desk.ask(Command::Vote(api::Vote { proposal: proposal.clone(), choice: Choice::Yes })).unwrap();
    }
    carry(&mut [&mut ada, &mut bob]);
    for desk in [&mut ada, &mut bob] {
        desk.ask(Command::CloseVote(api::CloseVote { proposal: proposal.clone() })).unwrap();
        carry(&mut [desk]);
    }
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(vote(&ada, id).unwrap().status, ProposalStatus::Accepted);
    // Ada's program says again what Bob wrote of it, once.
    let scope = scope_of(&ada, id);
    let before = count(&ada, scope, schema::ACT_WITNESS);
    for _ in 0..3 {
        ada.core.replica.tick().unwrap();
    }
    assert_eq!(count(&ada, scope, schema::ACT_WITNESS), before + 1);
    // Bob has displaced all that he wrote there; his ballot stands where Ada carries it.
    let from_bob = bob.core.replica.device.id();
    let stays = |entry: &HeldEntry| entry.header().log.device != from_bob || entry.header().log.scope != scope;
    let mut cleo = Desk::of("Cleo");
    let rest: Vec<HeldEntry> = ada.entries().into_iter().filter(stays).collect();
    cleo.core.replica.take(rest, Origin::Elsewhere).unwrap();
    let seen = vote(&cleo, id).unwrap();
    assert_eq!((seen.status, seen.tally.yes, seen.title.as_str()), (ProposalStatus::Accepted, 2, "Un four ?"));
    assert_eq!(seen.text, "", "its reasons are in Bob's log alone");
    // They come with it.
    carry(&mut [&mut bob, &mut cleo]);
    assert_eq!(vote(&cleo, id).unwrap().text, "Il fait froid.");
}
