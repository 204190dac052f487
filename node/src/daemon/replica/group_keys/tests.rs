//! Nodes without a network, whose entries are carried from one to the other: what each writes under which key.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    api,
    daemon::{
        clocks::Now,
        core::Core,
        desk::{Desk, MONACO, NOW_MS, carry},
        replica::private::KEYRING,
        run::load,
        tests::{replica, secrets},
        vault::Vault,
    },
    failure::{Failure, FailureCode},
    modules::{Command, Outcome, element::ElementDraft, post::PostDraft},
    snapshot::Phase,
    store::Store,
};
use communaut_protocol::{
    Cell, DeviceId, ElementId, IdentityId, Position, Scope, SealingKey,
    clock::Monotonic,
    entry::HeldEntry,
    limits::{KEYRING_MAX, ROTATION_MIN_MS},
    op::{Kind, LinkKind, LinkState, Role, When, consent_bytes},
    private::{Item, Keyring, ProofKey},
};
use std::collections::BTreeSet;
use tokio::sync::mpsc;

impl Desk {
    /// Started anew on what it has stored, with another keyring if one is given.
    fn restarted(self, ring: Option<&Keyring>) -> Self {
        let Self { mut core, keys, folder } = self;
        core.commit().unwrap();
        drop(core);
        if let Some(ring) = ring {
            secrets(folder.path()).write(KEYRING, &ring.to_stored().unwrap()).unwrap();
        }
        let store = Store::open(&folder.path().join("store")).unwrap();
        let mut core = Core::new(replica(store, &keys, secrets(folder.path()))).unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let (to, mut inputs) = mpsc::channel(1);
            load(&core, to);
            while let Some(input) = inputs.recv().await {
                core.handle(input, Now { system_ms: NOW_MS, monotonic: Monotonic::default() }).unwrap();
            }
        });
        assert_eq!(core.replica.phase, Phase::Ready);
        Self { core, keys, folder }
    }
    fn stored_keyring(&self) -> Vec<u8> {
        secrets(self.folder.path()).read(KEYRING, KEYRING_MAX).unwrap().unwrap().to_vec()
    }
    fn give(&mut self, container: ElementId, person: IdentityId, role: Option<Role>) {
        self.ask(Command::SetRole(api::SetRole { container, person, role })).unwrap();
    }
    fn say(&mut self, wall: ElementId, text: &str) -> Result<Outcome, Failure> {
        self.ask(Command::Post(PostDraft { wall: Some(wall), text: text.into(), ..PostDraft::default() }))
    }
    fn join(&mut self, community: ElementId) {
        self.ask(Command::Join(api::Join { community: community.to_string() })).unwrap();
    }
    fn has_key_of_now(&self, community: ElementId) -> bool {
        let scope = self.scope(community);
        let keys = self.core.replica.views.scopes().get(&scope).unwrap().keys.clone().unwrap();
        keys.current().is_some_and(|epoch| self.core.replica.private.ring.reads(&scope, epoch.key))
    }
}

/// The entries held in a scope.
fn entries_in<'a>(desk: &'a Desk, scope: &Scope) -> impl Iterator<Item = HeldEntry> + 'a {
    let scope = *scope;
    desk.core
        .replica
        .store
        .reader()
        .held()
        .map(Result::unwrap)
        .filter(move |entry| entry.header().log.scope == scope)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Twice: what a key opens may name another.
fn settle(desks: &mut [&mut Desk]) {
    for _ in 0..2 {
        carry(desks);
        for desk in desks.iter_mut() {
            desk.core.replica.tend_closed().unwrap();
        }
    }
    carry(desks);
}

#[test]
fn who_is_invited_while_somebody_else_makes_a_new_key_is_given_that_too() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let (mut cleo, mut dan) = (Desk::of("Cleo"), Desk::of("Dan"));
    carry(&mut [&mut ada, &mut bob, &mut cleo, &mut dan]);
    let watch = ada.found("Les Veilleurs").0;
    ada.give(watch, bob.me(), Some(Role::Moderator));
    ada.give(watch, cleo.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    bob.join(watch);
    cleo.join(watch);
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    // Their wraps had come before they belonged, as to a box.
    assert!(bob.has_key_of_now(watch) && cleo.has_key_of_now(watch));

    // At the same time Ada lets Cleo go, and Bob invites Dan under the key of before.
    ada.give(watch, cleo.me(), None);
    bob.give(watch, dan.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut bob, &mut dan]);
    dan.join(watch);
    carry(&mut [&mut ada, &mut bob, &mut dan]);
    assert!(ada.has_key_of_now(watch) && bob.has_key_of_now(watch) && !dan.has_key_of_now(watch));
    ada.say(watch, "sans Cleo").unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cleo, &mut dan]);
    assert_eq!((bob.posts(), dan.posts()), (vec!["sans Cleo".to_owned()], vec![]));
    // Ada made it, sees Dan among the members, and hands it on.
    settle(&mut [&mut ada, &mut bob, &mut cleo, &mut dan]);
    assert!(dan.has_key_of_now(watch));
    dan.say(watch, "me voici").unwrap();
    settle(&mut [&mut ada, &mut bob, &mut cleo, &mut dan]);
    for desk in [&ada, &bob, &dan] {
        assert_eq!(desk.posts(), ["sans Cleo", "me voici"]);
    }
    let epochs = |desk: &Desk| {
        let view = desk.core.replica.views.scopes().get(&desk.scope(watch)).unwrap();
        view.keys.as_deref().unwrap().epochs.len()
    };
    assert_eq!((epochs(&ada), epochs(&dan)), (2, 2));
    assert_eq!(cleo.posts(), [""; 0]);
    // Cleo has all the entries here, and may not write.
    assert_eq!(cleo.say(watch, "et moi ?").unwrap_err().code, FailureCode::NotAllowed);
}

#[test]
fn whatever_is_written_in_a_closed_community_is_sealed_there() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let watch = ada.found("Les Veilleurs").0;
    let scope = ada.scope(watch);
    ada.give(watch, bob.me(), Some(Role::Contributor));
    carry(&mut [&mut ada, &mut bob]);
    bob.join(watch);
    // An event in it, changed and taken back; a link to it; posts, erased by their author and
    // by a moderator, and voided.
    let when =
        When { start_ms: 1, end_ms: 2, zone: "Europe/Paris".into(), offset: None, whole_days: false, repeat: None };
    let draft = ElementDraft {
        kind: Kind::Event,
        name: "Ronde".into(),
        // Elsewhere than the community: in a closed one nothing has to lie in a cell.
        position: Some(Position { lat_e7: 429_650_000, lon_e7: 16_070_000 }),
        when: Some(when),
        parent: Some(watch),
        ..ElementDraft::default()
    };
    let made = bob.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft.clone()) })).unwrap();
    let Outcome::Written(api::Written { element: Some(round), .. }) = made else { panic!("{made:?}") };
    let renamed = ElementDraft { name: "Grande ronde".into(), ..draft };
    bob.ask(Command::SaveElement(api::SaveElement { id: Some(round), draft: Box::new(renamed) })).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let shown = ada.core.replica.views.elements().get(&round).unwrap().clone();
    assert_eq!((shown.name.as_str(), shown.scope, shown.parent), ("Grande ronde", scope, Some(watch)));
    let (kind, state) = (LinkKind::Attendee, LinkState::Accepted);
    ada.ask(Command::Link(api::Link::own(round, kind, state))).unwrap();
    for text in ["un", "deux"] {
        bob.say(watch, text).unwrap();
    }
    carry(&mut [&mut ada, &mut bob]);
    let posts = |desk: &Desk| -> Vec<(String, String)> {
        let posts = &desk.core.replica.views.scopes().get(&scope).unwrap().posts;
        posts.values().map(|post| (post.text.clone(), post.id.to_string())).collect()
    };
    let said = posts(&ada);
    let erased = bob.ask(Command::Erase(api::Erase { id: said[0].1.clone(), reason: String::new() })).unwrap();
    assert!(matches!(erased, Outcome::Erased(api::Erased { erased: 1, own: true, .. })), "{erased:?}");
    let hidden = ada.ask(Command::Erase(api::Erase { id: said[1].1.clone(), reason: "trop fort".into() })).unwrap();
    assert!(matches!(hidden, Outcome::Erased(api::Erased { erased: 1, own: false, .. })), "{hidden:?}");
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!((posts(&ada), posts(&bob)), (vec![], vec![]));
    ada.ask(Command::Void(api::Void { id: said[1].1.clone() })).unwrap();
    bob.ask(Command::Retract(api::Retract { id: round })).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!((posts(&ada), posts(&bob)), (vec![said[1].clone()], vec![said[1].clone()]));
    assert!(!bob.core.replica.views.elements().contains_key(&round));
    let links = &bob.core.replica.views.scopes().get(&scope).unwrap().links;
    assert_eq!(links.values().map(|link| link.state).collect::<Vec<_>>(), [LinkState::Accepted]);
    // The key epoch, the card, the founding, who Bob is, his role, which he says again; the event three times, a link,
    // two posts, two erasures, a void.
    let schemas: Vec<u16> = entries_in(&ada, &scope).map(|entry| entry.header().schema).collect();
    assert_eq!(schemas.len(), 15);
    assert!(schemas.iter().all(|schema| matches!(schema, 30 | 40)), "{schemas:?}");
    // What is open stays open, and who does not belong writes nothing in it.
    let card = ElementDraft { closed: true, ..ElementDraft::default() };
    let card = ElementDraft { kind: Kind::Person, name: "Ada".into(), position: Some(MONACO), ..card };
    let refused = ada
        .ask(Command::SaveElement(api::SaveElement { id: Some(ada.me().into()), draft: Box::new(card) }))
        .unwrap_err();
    assert!(refused.message.contains("what is open stays open"), "{refused}");
}

#[test]
fn a_box_is_given_what_proves_each_new_key_and_takes_the_old_ones_no_more() {
    let (mut ada, mut cleo, mut kept) = (Desk::of("Ada"), Desk::of("Cleo"), Desk::of("Box"));
    carry(&mut [&mut ada, &mut cleo, &mut kept]);
    let watch = ada.found("Les Veilleurs").0;
    let scope = ada.scope(watch);
    let device = kept.core.replica.device.id().to_string();
    ada.ask(Command::Seed(api::Seed { community: watch, device, on: true })).unwrap();
    ada.give(watch, cleo.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut kept]);
    let Outcome::Seeds(asked) = kept.ask(Command::Seeds(api::Seeds)).unwrap() else { panic!("not the requests") };
    assert_eq!((asked.len(), asked[0].from, asked[0].accepted), (1, ada.me(), false));
    kept.ask(Command::AcceptSeed(api::AcceptSeed { request: asked[0].entry.to_string() })).unwrap();
    // What opens the scope, by the box's keyring; and what Ada's epoch of now is proved by.
    let opens = |desk: &Desk| -> Vec<_> {
        let proofs = desk.core.replica.private.ring.proofs(|_, _, _| true);
        proofs.into_iter().filter(|proof| proof.opens.contains(&scope)).map(|proof| proof.key).collect()
    };
    let now = |ada: &Desk| {
        let keys = ada.core.replica.views.scopes().get(&scope).unwrap().keys.clone().unwrap();
        vec![ada.core.replica.private.ring.sync(&scope, keys.current().unwrap().key).unwrap()]
    };
    settle(&mut [&mut ada, &mut kept]);
    let first = now(&ada);
    assert_eq!(opens(&kept), first);
    // Cleo goes: there is a new key, and the box takes no other.
    ada.give(watch, cleo.me(), None);
    settle(&mut [&mut ada, &mut kept]);
    assert_eq!(opens(&kept), now(&ada));
    assert_ne!(now(&ada), first);
    assert_eq!(kept.posts().len() + kept.core.replica.closed_communities().len(), 0);
    // The box is taken out, a day later: of the next key it gets no proof.
    ada.core.replica.clocks.now_ms = NOW_MS + ROTATION_MIN_MS + 1;
    let device = kept.core.replica.device.id().to_string();
    ada.ask(Command::Seed(api::Seed { community: watch, device, on: false })).unwrap();
    settle(&mut [&mut ada, &mut kept]);
    assert_ne!(opens(&kept), now(&ada));
}

#[test]
fn keys_for_many_devices_go_into_as_many_entries_as_it_takes() {
    let many = |count: u32| -> BTreeSet<SealingKey> {
        let key = |at: u32| SealingKey(blake3::hash(&at.to_be_bytes()).into());
        (0..count).map(key).collect()
    };
    let scope = Scope::container(MONACO, ElementId([1; 32]));
    let parts = |count| super::keys_in(scope, &[], &many(count)).map(|parts| parts.len());
    assert_eq!((parts(256).unwrap(), parts(257).unwrap(), parts(2_000).unwrap()), (1, 2, 8));
    assert!(parts(2_001).unwrap_err().message.contains("the limit is 2000"));
}

#[test]
fn a_key_that_a_lost_device_had_is_used_no_more_by_anyone() {
    let (mut ada, mut bob, mut laptop) = (Desk::of("Ada"), Desk::of("Bob"), Desk::empty());
    let watch = ada.found("Les Veilleurs").0;
    carry(&mut [&mut ada, &mut bob]);
    ada.give(watch, bob.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut bob]);
    bob.join(watch);
    // The laptop comes in later, and is given the keyring as by a code.
    let (device, sealing): (DeviceId, _) = (laptop.core.replica.device.id(), laptop.keys.sealing().public());
    let consent = laptop.core.replica.device.sign(&consent_bytes(ada.me(), sealing));
    ada.core.replica.bring_in(device, sealing, "laptop".into(), consent).unwrap();
    let identity = ada.me();
    laptop.core.replica.set_me(identity).unwrap();
    laptop.core.replica.private.ring = ada.core.replica.private.ring.clone();
    settle(&mut [&mut ada, &mut bob, &mut laptop]);
    ada.say(watch, "avant").unwrap();
    settle(&mut [&mut ada, &mut bob, &mut laptop]);
    assert_eq!((laptop.posts(), bob.posts()), (vec!["avant".to_owned()], vec!["avant".to_owned()]));

    ada.ask(Command::DeviceOut(api::DeviceOut { device: device.to_string(), until_ms: None })).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut laptop]);
    // For everyone who has heard of it, whoever writes next: Bob does.
    assert!(!ada.has_key_of_now(watch) && !bob.has_key_of_now(watch));
    bob.say(watch, "après").unwrap();
    settle(&mut [&mut ada, &mut bob, &mut laptop]);
    assert_eq!((ada.posts(), laptop.posts()), (vec!["avant".into(), "après".into()], vec!["avant".to_owned()]));
    // Named once: what Ada writes goes under Bob's key.
    let scope = ada.scope(watch);
    ada.say(watch, "oui").unwrap();
    assert_eq!(ada.core.replica.views.scopes().get(&scope).unwrap().keys.as_deref().unwrap().epochs.len(), 2);
}

/// A node that ends between storing what gives a key and keeping the key has it all the same when it starts again.
#[test]
fn keys_whose_wraps_were_stored_are_found_again_at_the_next_start() {
    let (mut ada, mut bob, mut cleo) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cleo"));
    carry(&mut [&mut ada, &mut bob, &mut cleo]);
    let watch = ada.found("Les Veilleurs").0;
    ada.give(watch, bob.me(), Some(Role::Member));
    ada.give(watch, cleo.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut bob]);
    bob.join(watch);
    let joined = bob.core.replica.private.ring.clone();
    // For Bob alone, and under a new key of the community, both after what he kept.
    let to = vec![bob.me()];
    ada.ask(Command::Post(PostDraft { text: "viens seul".into(), to, ..PostDraft::default() })).unwrap();
    ada.give(watch, cleo.me(), None);
    ada.say(watch, "derrière le lavoir").unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let read = |desk: &Desk| desk.posts().into_iter().collect::<BTreeSet<_>>();
    let all = BTreeSet::from(["viens seul".to_owned(), "derrière le lavoir".to_owned()]);
    assert_eq!(read(&bob), all);
    let kept = bob.stored_keyring();
    // With what it was when he joined; with nothing; with all of it, which changes nothing.
    let mut bob = bob.restarted(Some(&joined));
    assert_eq!((read(&bob), bob.stored_keyring() == kept), (all.clone(), true));
    bob = bob.restarted(Some(&Keyring::default()));
    assert_eq!(read(&bob), all);
    assert!(bob.has_key_of_now(watch));
    let found = bob.stored_keyring();
    bob = bob.restarted(None);
    assert_eq!((read(&bob), bob.stored_keyring() == found), (all, true));
}

/// Somebody met in the open too was announced once: no restart announces their logs again.
#[test]
fn a_restart_announces_nobody_anew() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    carry(&mut [&mut ada, &mut bob]);
    let watch = ada.found("Les Veilleurs").0;
    ada.give(watch, bob.me(), Some(Role::Member));
    carry(&mut [&mut ada, &mut bob]);
    bob.join(watch);
    ada.say(watch, "derrière le lavoir").unwrap();
    carry(&mut [&mut ada, &mut bob]);
    bob.core.commit().unwrap();
    let before = bob.core.replica.store.arrival();
    for _ in 0..2 {
        bob = bob.restarted(None);
        assert_eq!((bob.core.replica.store.arrival(), bob.posts().len()), (before, 1));
    }
}

/// What could not be read at the next start is not written in place of what can.
#[test]
fn a_keyring_that_is_too_large_is_not_stored() {
    let mut ada = Desk::of("Ada");
    ada.core.replica.private.save().unwrap();
    let kept = ada.stored_keyring();
    let (device, closed) = (ada.core.replica.device.id(), |container| Scope { cell: Cell::CLOSED, container });
    let (scope, keys) = (closed(ElementId([1; 32])), closed(ElementId([2; 32])));
    let key = ProofKey::from_bytes([3; 32]);
    assert!(ada.core.replica.private.ring.keep(scope, keys, key.clone(), device));
    let trust = (0..KEYRING_MAX as u64 / 32).map(|number| {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&number.to_be_bytes());
        DeviceId(id)
    });
    let items = vec![Item::Sync { key, over: vec![], trust: trust.collect() }];
    ada.core.replica.private.ring.take(&keys, device, items);
    let refused = ada.core.replica.private.save().unwrap_err().to_string();
    assert!(refused.contains("the limit is 67108864"), "{refused}");
    assert_eq!(ada.stored_keyring(), kept);
}
