//! For tests: nodes without a network, by command, whose entries are carried from one to the other.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{
    clocks::Now,
    core::Core,
    input::Effect,
    keys::Keys,
    replica::{Origin, Replica},
    tests::{
        secrets,
        seeded::{Pocket, Seeded},
    },
    vault::Vault,
};
use crate::{
    api,
    entropy::{Entropy, System},
    failure::Failure,
    modules::{Command, Outcome, element::ElementDraft},
    snapshot::{Phase, Snapshot},
    store::Store,
};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position, Scope,
    clock::Monotonic,
    entry::HeldEntry,
    op::{Kind, consent_bytes},
};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub const MONACO: Position = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };
pub const NOW_MS: u64 = 1_800_000_000_000;

/// One device.
pub struct Desk {
    pub core: Core,
    pub keys: Keys,
    pub folder: TempDir,
}

impl Desk {
    /// Of nobody yet.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = secrets(folder.path());
        Self::with(folder, Box::new(vault), Box::new(System))
    }
    /// Of nobody yet, and what is random on it follows from a seed: with one seed it has the same keys each time.
    pub fn seeded(seed: u8) -> Self {
        Self::with(tempfile::tempdir().unwrap(), Box::new(Pocket::of(seed)), Box::new(Seeded::of(seed)))
    }
    fn with(folder: TempDir, vault: Box<dyn Vault>, entropy: Box<dyn Entropy>) -> Self {
        let keys = Keys::open(&*vault).unwrap();
        let store = Store::open(&folder.path().join("store")).unwrap();
        let mut core = Core::new(Replica::new(store, &keys, vault, entropy).unwrap()).unwrap();
        core.replica.phase = Phase::Ready;
        core.engine.set_ready(true);
        core.look_at_clocks(Now { system_ms: NOW_MS, monotonic: Monotonic::default() });
        Self { core, keys, folder }
    }
    pub fn of(name: &str) -> Self {
        Self::made(name, false)
    }
    /// With a phrase that decides between recoveries, or without.
    pub fn made(name: &str, deciding: bool) -> Self {
        Self::empty().named(name, deciding)
    }
    /// Of somebody from now on.
    pub fn named(mut self, name: &str, deciding: bool) -> Self {
        let (name, about) = (name.to_owned(), String::new());
        self.ask(Command::Init(api::Init { name, about, home: MONACO, sample: false, deciding })).unwrap();
        self
    }
    pub fn ask(&mut self, command: impl Into<Command>) -> Result<Outcome, Failure> {
        let (answer, _kept) = oneshot::channel();
        drop(self.core.take_effects());
        command.into().start(&mut self.core, answer);
        let mut replies = self.core.take_effects().into_iter().filter_map(|effect| match effect {
            Effect::Reply(_, outcome) => Some(outcome),
            _ => None,
        });
        replies.next().unwrap()
    }
    pub fn me(&self) -> IdentityId {
        self.core.replica.me.unwrap()
    }
    /// Write something: the entry that says it.
    pub fn write(&mut self, command: impl Into<Command>) -> Result<EntryId, Failure> {
        match self.ask(command)? {
            Outcome::Written(api::Written { entries, .. }) => Ok(*entries.last().unwrap()),
            other => panic!("{other:?} is not what was written"),
        }
    }
    /// What is shown now.
    pub fn shown(&mut self) -> Snapshot {
        self.core.replica.changed = true;
        self.core.snapshot().unwrap()
    }
    /// Another device of the same person, let in as by a code.
    pub fn other_device(&mut self) -> Self {
        self.let_in(Self::empty())
    }
    /// The same of a device that is there.
    pub fn let_in(&mut self, mut other: Self) -> Self {
        let (device, sealing) = (other.core.replica.device.id(), other.keys.sealing().public());
        let consent = other.core.replica.device.sign(&consent_bytes(self.me(), sealing));
        self.core.replica.bring_in(device, sealing, "laptop".into(), consent).unwrap();
        other.core.replica.set_me(self.me()).unwrap();
        other.core.replica.private.ring = self.core.replica.private.ring.clone();
        carry(&mut [self, &mut other]);
        other.core.replica.witness_coming_in(self.me());
        other
    }
    /// A closed community of this person's, and its scope.
    pub fn found(&mut self, name: &str) -> (ElementId, Scope) {
        let (kind, name, position) = (Kind::Organisation, name.to_owned(), Some(MONACO));
        let draft = ElementDraft { kind, name, position, closed: true, ..ElementDraft::default() };
        let Outcome::Written(api::Written { element: Some(id), .. }) =
            self.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })).unwrap()
        else {
            panic!("a community is written");
        };
        (id, self.scope(id))
    }
    /// Of a closed community.
    pub fn scope(&self, community: ElementId) -> Scope {
        self.core.replica.closed_communities().into_iter().find(|(_, id)| *id == community).unwrap().0
    }
    pub fn entries(&self) -> Vec<HeldEntry> {
        self.core.replica.store.reader().held().map(Result::unwrap).collect()
    }
    pub fn posts(&self) -> Vec<String> {
        let views = self.core.replica.views.scopes().values();
        views.flat_map(|view| view.posts.values().map(|post| post.text.clone())).collect()
    }
}

/// All entries of each, to all others.
pub fn carry(desks: &mut [&mut Desk]) {
    let all: Vec<HeldEntry> = desks.iter().flat_map(|desk| desk.entries()).collect();
    for desk in desks {
        desk.core.replica.take(all.clone(), Origin::Elsewhere).unwrap();
    }
}
