//! Nodes with keys of a closed community, nodes without, and what goes between them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod any_order;
mod carried;
mod clocks;
mod conversations;
mod cursors;
mod declined;
mod erasing;
mod erasing_wide;
mod flood;
mod forks;
mod hand;
mod imports;
mod mending;
mod resting;
mod room;
pub(crate) mod seeded;
mod unproven;
mod votes;
mod wide;
mod withheld;

use super::{
    Node,
    keys::Keys,
    replica::{Origin, Replica, private::KEYRING},
    vault::{self, Sealed, Vault},
};
use crate::{
    Config, NetworkConfig, Unlock, api,
    entropy::System,
    modules::{
        Command,
        territory::{Area, FollowTarget},
    },
    snapshot::Snapshot,
    store::Store,
};
use communaut_protocol::{
    Entry, Header, IdentityId, LogId, Position, Scope, SealingKey, Stamp,
    entry::{
        DeviceKey, Head, HeldEntry, LEAVES, hash,
        leaves::{self, Leaf},
    },
    fold::Record,
    op::{ElementOp, Field, Inception, KeyEpochOp, Kind, Op, PostOp, WitnessOp, element_id, schema},
    private::{Community, CommunitySecret, Draw, Item, Keyring, ReadKey, SealKey, Under, wrap::wrap},
};
use std::{
    collections::HashMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// Far longer than anything here takes: it only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const MONACO: Position = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };

/// A person who writes, in the open and sealed.
struct Writer {
    key: DeviceKey,
    id: IdentityId,
    ring: Keyring,
    heads: HashMap<Scope, Head>,
    entries: Vec<Entry>,
    draws: u8,
}

impl Writer {
    fn new() -> Self {
        Self::of(41)
    }
    fn of(number: u8) -> Self {
        let key = DeviceKey::from_seed(&[number; 32]);
        let op = Op::Inception(Inception {
            device: key.id(),
            sealing_key: SealingKey([1; 32]),
            recovery: hash(b"recovery"),
            recovery_sealing: SealingKey([2; 32]),
            deciding: None,
        });
        let payload = op.encode([1; 16]).unwrap();
        let id = IdentityId(hash(&payload).0);
        let (ring, heads) = (Keyring::default(), HashMap::new());
        let mut writer = Self { key, id, ring, heads, entries: vec![], draws: 0 };
        let header = writer.place(Scope::identity(id), op.schema());
        writer.sign(header, payload);
        writer
    }
    fn place(&self, scope: Scope, schema: u16) -> Header {
        let head = self.heads.get(&scope);
        let author = self.ring.author_in(&scope, self.id).unwrap();
        let log = LogId { scope, author, device: self.key.id(), epoch: 1 };
        Header::following(log, head.copied(), Stamp::from_ms(1_000 + self.entries.len() as u64), schema)
    }
    fn sign(&mut self, header: Header, payload: Vec<u8>) {
        let scope = header.log.scope;
        let entry = Entry::sign(&self.key, header.over(&payload).unwrap(), payload).unwrap();
        self.heads.insert(scope, Head { seq: entry.header().seq, id: entry.id() });
        self.entries.push(entry);
    }
    /// A post in Monaco.
    fn say(&mut self, text: &str) {
        let op = post(text, Some(MONACO));
        self.sign(self.place(Scope::open(MONACO), op.schema()), op.encode([3; 16]).unwrap());
    }
    /// Elements in Monaco, all in one entry.
    fn batch(&mut self, names: [&str; 3]) -> Entry {
        let element = |seed: u8, name: &str| {
            let fields = vec![Field::Name(name.into()), Field::Position(MONACO)];
            let op = Op::Element(Box::new(ElementOp { owner: self.id, seed: vec![seed; 16], fields }));
            op.encode([seed; 16]).unwrap()
        };
        let all: Vec<Vec<u8>> = (1..).zip(names).map(|(seed, name)| element(seed, name)).collect();
        let all: Vec<Leaf<'_>> = all.iter().map(|leaf| Leaf::Held(leaf)).collect();
        let header = Header { flags: LEAVES, ..self.place(Scope::open(MONACO), schema::ELEMENT) };
        self.sign(header, leaves::payload_of(&all).unwrap());
        self.entries.last().unwrap().clone()
    }
    fn seal(&mut self, scope: Scope, key: &ReadKey, op: &Op) {
        self.draws += 1;
        let mut draw = Draw::new([self.draws; 32]);
        let place = self.place(scope, op.schema());
        let (header, payload) = self.ring.seal(place, Under::Epoch(key.id()), self.id, op, &mut draw).unwrap();
        self.sign(header, payload);
    }
}

fn post(text: &str, position: Option<Position>) -> Op {
    Op::Post(PostOp { text: text.into(), position, sample: true, ..PostOp::default() })
}

/// A folder with these entries and these keys, before its node starts.
fn fill(data: &Path, entries: &[Entry], ring: Option<&Keyring>) {
    crate::files::make_folder(data).unwrap();
    let mut store = Store::open(&data.join("store")).unwrap();
    let held: Vec<HeldEntry> = entries.iter().cloned().map(HeldEntry::from).collect();
    assert!(store.append(&held).unwrap().iter().all(Result::is_ok));
    store.flush().unwrap();
    if let Some(ring) = ring {
        secrets(data).write(KEYRING, &ring.to_stored().unwrap()).unwrap();
    }
}

/// The vault of a folder, which is made where there is none.
pub(crate) fn secrets(data: &Path) -> Sealed {
    vault::open(data, &Unlock::Unsealed, Keys::fresh).unwrap()
}

/// A replica on a store, with the keys of a vault.
pub(crate) fn replica(store: Store, keys: &Keys, vault: Sealed) -> Replica {
    Replica::new(store, keys, Box::new(vault), Box::new(System)).unwrap()
}

/// Keys for named persons reach a node in wraps, and what they open shows, whichever comes first.
#[test]
fn a_private_message_shows_where_its_key_is_wrapped_to() {
    for key_first in [true, false] {
        let mut alice = Writer::new();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        crate::files::make_folder(&data).unwrap();
        let bob = Keys::open(&secrets(&data)).unwrap().sealing();
        let space = Scope::container(MONACO, alice.id.into());
        let key = SealKey::from_bytes([8; 32]);
        let place = alice.place(space, schema::WRAPS);
        let mut draw = Draw::new([7; 32]);
        let items = [Item::Audience(key.clone())];
        let op = Op::Wraps(Box::new(wrap(&place, &items, &[bob.public()], &mut draw).unwrap()));
        let payload = op.encode([2; 16]).unwrap();
        alice.sign(place, payload);
        let op = post("viens seul", None);
        let place = alice.place(space, op.schema());
        let (header, payload) = alice.ring.seal(place, Under::Audience(&key), alice.id, &op, &mut draw).unwrap();
        alice.sign(header, payload);

        let store = Store::open(&data.join("store")).unwrap();
        let keys = Keys::open(&secrets(&data)).unwrap();
        let mut replica = replica(store, &keys, secrets(&data));
        let shows = |replica: &Replica| replica.views.scopes().get(&space).map_or(0, |view| view.posts.len());
        let held: Vec<HeldEntry> = alice.entries.iter().cloned().map(HeldEntry::from).collect();
        let from = Origin::Elsewhere;
        if key_first {
            for entry in held {
                replica.take(vec![entry], from).unwrap();
            }
        } else {
            // The message alone, as a suffix of its log; then what comes before it.
            let begin = std::collections::BTreeSet::from([held[2].header().log]);
            replica.take(vec![held[0].clone()], from).unwrap();
            replica.take_from(vec![held[2].clone()], from, &begin).unwrap();
            assert_eq!(shows(&replica), 0);
            replica.take(vec![held[1].clone()], from).unwrap();
        }
        assert_eq!(shows(&replica), 1);
        // The key lies in the vault by now.
        let stored = secrets(&data).read(KEYRING, 10_000).unwrap().unwrap();
        let ring = Keyring::from_stored(&stored).unwrap();
        assert!(Record::open(&alice.entries[2], &ring).is_ok());
        // Hidden from whoever reads the payload on the disk.
        assert!(!alice.entries[2].payload().windows(4).any(|part| part == b"seul"));
    }
}

fn start(data: &Path, peers: &[String]) -> Node {
    let network = NetworkConfig { peers: peers.to_vec(), ..NetworkConfig::loopback() };
    Node::start(Config { data: data.to_owned(), network: Some(network), unlock: Unlock::Unsealed }).unwrap()
}

fn wait(node: &Node, what: &str, mut condition: impl FnMut(&Snapshot) -> bool) -> Arc<Snapshot> {
    let start = Instant::now();
    loop {
        let snapshot = node.handle().snapshot();
        if condition(&snapshot) {
            return snapshot;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "never came: {what}; {:?} {:?}",
            snapshot.overview.store,
            snapshot.overview.network
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn address(node: &Node) -> String {
    let tcp = |snapshot: &Snapshot| {
        snapshot.overview.network.listening.iter().find(|address| address.contains("/tcp/")).cloned()
    };
    tcp(&wait(node, "a listening address", |snapshot| tcp(snapshot).is_some())).unwrap()
}

#[test]
fn a_closed_scope_goes_to_who_holds_its_key_and_nobody_else_hears_of_it() {
    let mut alice = Writer::new();
    let seed = [9; 16];
    let community = Community { id: element_id(alice.id, &seed), secret: CommunitySecret::from_bytes([5; 32]) };
    let (scope, read) = (community.scope(), ReadKey::from_bytes([6; 32]));
    assert!(alice.ring.join(community.clone()) && alice.ring.add_read(&scope, read.clone(), alice.key.id()));
    let epoch = KeyEpochOp { key: read.id(), follows: vec![], refs: vec![], outs: vec![], history: true };
    alice.seal(scope, &read, &Op::KeyEpoch(epoch));
    // Who she is, which nobody is asked for.
    let acts = vec![alice.entries[0].to_raw()];
    alice.seal(scope, &read, &Op::Witness(WitnessOp { acts }));
    let fields = vec![Field::Kind(Kind::Organisation), Field::Name("Les Veilleurs".into()), Field::Position(MONACO)];
    let card = ElementOp { owner: alice.id, seed: seed.to_vec(), fields };
    alice.seal(scope, &read, &Op::Element(Box::new(card)));
    alice.seal(scope, &read, &post("derrière le lavoir", None));

    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [a, b, c] = folders.each_ref().map(|folder| folder.path().join("data"));
    fill(&a, &alice.entries, Some(&alice.ring));
    // Bob was given the key and holds nothing; the stranger was given nothing.
    fill(&b, &[], Some(&alice.ring));
    fill(&c, &[], None);
    let first = start(&a, &[]);
    let at = address(&first);
    // The stranger is there from the beginning, and knows both.
    let stranger = start(&c, std::slice::from_ref(&at));
    let area = Area::Cells { cells: vec![MONACO.cell(4)] };
    stranger.handle().call_blocking(Command::Follow(FollowTarget::Area { name: "Monaco".into(), area })).unwrap();
    wait(&stranger, "a round with the first", |snapshot| snapshot.overview.network.last_sync_ms.is_some());
    let member = start(&b, &[at, address(&stranger)]);
    let held = wait(&member, "what is said in the closed community", |snapshot| {
        snapshot.scopes.get(&scope).is_some_and(|view| !view.posts.is_empty())
    });
    let view = held.scopes.get(&scope).unwrap();
    assert_eq!(view.posts.values().next().unwrap().text, "derrière le lavoir");
    assert!(view.elements.get(&community.id).is_some_and(|card| card.is_shown()));
    assert_eq!(view.keys.as_deref().unwrap().current().unwrap().key, read.id());
    assert_eq!(held.overview.store.entries, 4, "her own log is not among them");

    // The stranger has asked both since, over and over, and holds nothing: not even who they are.
    let members: Vec<String> =
        [&first, &member].iter().map(|node| node.handle().snapshot().overview.network.peer.clone()).collect();
    let after = wait(&stranger, "rounds with both", |snapshot| {
        let caught_up = |name: &String| {
            let now = held.overview.network.last_sync_ms;
            snapshot.overview.network.peers.iter().any(|peer| peer.peer == *name && peer.caught_up_ms > now)
        };
        members.iter().all(caught_up)
    });
    assert_eq!(
        (after.overview.store.entries, after.overview.store.logs, after.scopes.len(), after.identities.len()),
        (0, 0, 0, 0)
    );
    assert!(after.overview.store.refused.is_empty(), "{:?}", after.overview.store.refused);
    for node in [first, member, stranger] {
        node.stop().unwrap();
    }
    // Kept over a restart, and read again with the keys of the vault.
    let member = start(&b, &[]);
    wait(&member, "the same after a restart", |snapshot| {
        snapshot.scopes.get(&scope).is_some_and(|view| view.posts.len() == 1)
    });
    // And over a backup that is restored elsewhere.
    let (copy, restored) = (folders[1].path().join("copy"), folders[1].path().join("restored"));
    member.handle().call_blocking(Command::Backup(api::Backup { to: copy.clone() })).unwrap();
    member.stop().unwrap();
    crate::cli::restore::restore(&copy, &restored, &Default::default()).unwrap();
    let again = start(&restored, &[]);
    wait(&again, "the same from a backup", |snapshot| {
        snapshot.scopes.get(&scope).is_some_and(|view| view.posts.len() == 1)
    });
    again.stop().unwrap();
}
